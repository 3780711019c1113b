//! A file becomes HTML whose images are in the library.

use std::collections::{BTreeMap, BTreeSet};

use content::with_image_addresses;
use domain::content::TEMPLATE_MAX_BYTES;
use domain::mail_file::{FILE_MAX_BYTES, ImportedMail, LeftOut, WhyLeftOut};
use domain::{Failure, Fault, SandboxName};

use super::archive::{Entry, Unpacked, unpack};
use crate::assets::NewAsset;
use crate::{Engine, Error, Result};

impl Engine {
    /// Reads a mail from an `.html` file, or from a `.zip` with one and its images, which are added to the library. Invalid at
    /// `file`: `required`, `mail_file_too_large`, `bad_archive`, `too_many_entries`, `archive_too_large`, `no_html`, `several_html`,
    /// `not_utf8`, `too_large`; and as [`Engine::add_asset`] when there is no room for images.
    pub async fn import_mail(&self, sandbox: &SandboxName, bytes: Vec<u8>, by: &str) -> Result<ImportedMail> {
        let sandbox = self.find_sandbox(sandbox).await?.name;
        // Unpacking is work for a thread of its own.
        let most = self.asset_max_bytes().max(TEMPLATE_MAX_BYTES) as u64;
        let read = tokio::task::spawn_blocking(move || read(bytes, most)).await.map_err(Error::unexpected)?;
        let Page { html, folder, mut files, mut left_out } = read.map_err(|fault| fault.under("file"))?;
        let (shown, mut missing) = shown(&html, &folder, &files);
        let mut urls = BTreeMap::new();
        let mut images = Vec::new();
        for path in &shown {
            let bytes = files.remove(path).unwrap_or_default();
            match self.add_asset(&sandbox, NewAsset { name: path.clone(), alt: String::new(), bytes }, by).await {
                Ok(asset) => {
                    images.push(asset.name);
                    urls.insert(path.clone(), asset.url);
                }
                Err(error) => left_out.push(LeftOut { name: path.clone(), why: why(error)? }),
            }
        }
        left_out.extend(files.into_keys().map(|name| LeftOut { name, why: WhyLeftOut::NotShown }));
        left_out.sort_by(|one, other| one.name.cmp(&other.name));
        let html = with_image_addresses(&html, |address| urls.get(&resolved(&folder, address)?).cloned());
        missing.dedup();
        Ok(ImportedMail { html, images, left_out, missing })
    }
}

/// A picture that cannot be taken is left out; that there is no room for any, ends the import.
fn why(error: Error) -> Result<WhyLeftOut> {
    let code = match &error {
        Error::Failure(Failure::Invalid { faults }) => faults.0.first().map_or("", |fault| fault.code.as_str()),
        _ => "",
    };
    match code {
        "image_too_large" | "too_many_pixels" => Ok(WhyLeftOut::TooLarge),
        "required" | "not_an_image" | "incomplete_image" => Ok(WhyLeftOut::NotAnImage),
        _ => Err(error),
    }
}

/// A page, and the files beside it.
struct Page {
    html: String,
    /// In which folder of the archive it is, with a slash at the end, or empty.
    folder: String,
    files: BTreeMap<String, Vec<u8>>,
    left_out: Vec<LeftOut>,
}

fn read(bytes: Vec<u8>, most: u64) -> Result<Page, Fault> {
    if bytes.is_empty() {
        return Err(Fault::new("", "required", "Choose a file that is not empty."));
    }
    if bytes.len() > FILE_MAX_BYTES {
        let text = format!("A file has at most {} MB.", FILE_MAX_BYTES / 1024 / 1024);
        return Err(Fault::new("", "mail_file_too_large", text));
    }
    let is_archive = bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06");
    let (page, rest) = if is_archive {
        split(unpack(&bytes, most)?)?
    } else {
        (Entry { path: String::new(), bytes }, Unpacked::default())
    };
    let folder = page.path.rfind('/').map_or("", |end| &page.path[..=end]).to_owned();
    let files = rest.entries.into_iter().map(|entry| (entry.path, entry.bytes)).collect();
    Ok(Page { html: text(page.bytes)?, folder, files, left_out: rest.left_out })
}

/// The page of an archive: its `index.html`, or the only one there is.
fn split(mut unpacked: Unpacked) -> Result<(Entry, Unpacked), Fault> {
    let lower = |entry: &Entry| entry.path.to_ascii_lowercase();
    // Some machines put a shadow beside each file.
    unpacked.entries.retain(|entry| !entry.path.starts_with("__MACOSX/"));
    let is_page = |entry: &Entry| ["html", "htm"].contains(&lower(entry).rsplit('.').next().unwrap_or(""));
    let is_index = |entry: &Entry| ["index.html", "index.htm"].contains(&lower(entry).rsplit('/').next().unwrap_or(""));
    let of = |wanted: &dyn Fn(&Entry) -> bool| -> Vec<usize> {
        unpacked.entries.iter().enumerate().filter(|(_, entry)| wanted(entry)).map(|(place, _)| place).collect()
    };
    let place = match (of(&is_index).as_slice(), of(&is_page).as_slice()) {
        ([place], _) | ([], [place]) => *place,
        ([], []) => return Err(Fault::new("", "no_html", "There is no HTML file in the archive.")),
        _ => return Err(Fault::new("", "several_html", "Name the page of the mail index.html.")),
    };
    let page = unpacked.entries.remove(place);
    Ok((page, unpacked))
}

/// Without a mark of its encoding.
fn text(bytes: Vec<u8>) -> Result<String, Fault> {
    let text = String::from_utf8(bytes).map_err(|_| Fault::new("", "not_utf8", "Save the HTML file as UTF-8."))?;
    let text = text.trim_start_matches('\u{feff}').to_owned();
    if text.len() > TEMPLATE_MAX_BYTES {
        let text = format!("The HTML has at most {} KB.", TEMPLATE_MAX_BYTES / 1024);
        return Err(Fault::new("", "too_large", text));
    }
    if text.contains('\0') {
        return Err(Fault::new("", "not_utf8", "This is no text."));
    }
    Ok(text)
}

/// Which files the page shows, and the addresses of files that are not there.
fn shown(html: &str, folder: &str, files: &BTreeMap<String, Vec<u8>>) -> (BTreeSet<String>, Vec<String>) {
    let (mut shown, mut missing) = (BTreeSet::new(), Vec::new());
    with_image_addresses(html, |address| {
        match resolved(folder, address) {
            Some(path) if files.contains_key(&path) => drop(shown.insert(path)),
            Some(_) => missing.push(address.chars().take(300).collect()),
            None => {}
        }
        None
    });
    (shown, missing)
}

/// The path in the archive to which an address leads from this folder (RFC 3986 §5.2.4); `None`: it leads elsewhere, or comes
/// out of the data.
fn resolved(folder: &str, address: &str) -> Option<String> {
    let is_elsewhere = address.contains(':') || address.starts_with('/') || address.starts_with('#');
    if address.is_empty() || is_elsewhere || address.contains("{{") || address.contains("{%") {
        return None;
    }
    let address = &address[..address.find(['?', '#']).unwrap_or(address.len())];
    let mut parts: Vec<String> = folder.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    for part in address.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(unescaped(part)),
        }
    }
    Some(parts.join("/"))
}

/// `%20` and the like.
fn unescaped(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| part.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_followed_within_the_archive_only() {
        let found = |address: &str| resolved("mail/", address);
        assert_eq!(found("images/a.png").as_deref(), Some("mail/images/a.png"));
        assert_eq!(found("./../shared/a%20b.png?x#y").as_deref(), Some("shared/a b.png"));
        for elsewhere in
            ["../../etc/passwd", "https://a.example/b.png", "/a.png", "data:image/png;base64,x", "{{ a }}", ""]
        {
            assert_eq!(found(elsewhere), None, "{elsewhere}");
        }
    }
}
