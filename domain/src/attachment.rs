//! Files that go with a mail: those of a campaign, and those of a call.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Fault, Faults};

/// Most files of a campaign, and of one message of a call.
pub const ATTACHMENTS_MAX: usize = 10;
/// Most bytes of the files of a campaign together (reference §5.2).
pub const ATTACHMENTS_MAX_BYTES: usize = 5 * 1024 * 1024;
/// Longest name in bytes: what file systems take.
const NAME_MAX_BYTES: usize = 200;
/// Longest media type, and longest address of a file.
const TYPE_MAX: usize = 127;
const URL_MAX: usize = 2_000;

/// Endings of what machines run when somebody opens it: no mail server takes them.
const RUN: [&str; 37] = [
    "ade", "adp", "apk", "appx", "bat", "cab", "chm", "cmd", "com", "cpl", "dll", "dmg", "exe", "hta", "ins", "iso",
    "jar", "js", "jse", "lnk", "mde", "msc", "msi", "msp", "mst", "pif", "ps1", "reg", "scr", "sct", "sh", "sys", "vb",
    "vbe", "vbs", "wsf", "wsh",
];
/// Media types of the same.
const RUN_TYPES: [&str; 8] = [
    "application/x-msdownload",
    "application/x-msdos-program",
    "application/vnd.microsoft.portable-executable",
    "application/javascript",
    "text/javascript",
    "application/x-sh",
    "application/java-archive",
    "application/vnd.android.package-archive",
];
/// What mails consist of; a type such as `multipart/mixed` would be read as parts.
const KINDS: [&str; 6] = ["application", "audio", "font", "image", "text", "video"];

/// A stored file under the name that its readers see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachedFile {
    pub name: String,
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hex: by this it is stored.
    pub hash: String,
}

/// A file of a call: its bytes, or where they are. Hermod's own extension of the contract; mails only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// As the reader sees it, with its ending.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// Media type; by the ending of the name when it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 127))]
    pub content_type: Option<String>,
    /// The bytes in base64 (RFC 4648 §4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Fetched when the mail is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2000))]
    pub url: Option<String>,
    /// Where the bytes are once the call is stored. No caller may say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub stored: Option<StoredBytes>,
}

/// Bytes that are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredBytes {
    /// SHA-256, in hex.
    pub hash: String,
    pub size: u64,
}

/// A file as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileLine {
    pub name: String,
    pub content_type: String,
    /// Bytes; `None` for what is fetched when the mail is sent.
    pub size: Option<u64>,
    /// From where it is fetched.
    pub url: Option<String>,
}

impl Attachment {
    /// Name, media type, and whether it has either bytes or an address. Paths are relative to the attachment.
    pub fn check(&self) -> Faults {
        let mut faults = Faults::default();
        faults.take("name", check_name(&self.name));
        if let Some(content_type) = &self.content_type {
            faults.take("contentType", check_type(content_type));
        }
        match (&self.content, &self.url) {
            (Some(_), None) => {}
            (None, Some(url)) => {
                faults.take("url", check_url(url));
            }
            (None, None) => faults.add("content", "required", "Give content in base64, or url."),
            (Some(_), Some(_)) => faults.add("url", "only_one", "Give content or url, not both."),
        }
        if self.stored.is_some() {
            faults.add("stored", "unknown_file", "Give content in base64, or url.");
        }
        faults
    }

    /// What it is said to be, or what its name says.
    pub fn kind(&self) -> &str {
        self.content_type.as_deref().unwrap_or_else(|| type_of(&self.name))
    }

    /// Without its bytes.
    pub fn line(&self) -> FileLine {
        FileLine {
            name: self.name.clone(),
            content_type: self.kind().to_owned(),
            size: self.stored.as_ref().map(|stored| stored.size),
            url: self.url.clone(),
        }
    }
}

impl AttachedFile {
    /// Without its hash.
    pub fn line(&self) -> FileLine {
        FileLine { name: self.name.clone(), content_type: self.content_type.clone(), size: Some(self.size), url: None }
    }
}

/// Faults of the files of a campaign, at `content.attachments`.
pub fn check_files(files: &[AttachedFile]) -> Faults {
    let mut faults = Faults::default();
    let at = "content.attachments";
    faults.take(at, check_count(files.len()));
    let sum = files.iter().map(|file| file.size).sum();
    faults.take(at, check_sum(sum, ATTACHMENTS_MAX_BYTES));
    for (position, file) in files.iter().enumerate() {
        faults.take(at, check_name(&file.name).and_then(|()| check_type(&file.content_type)));
        if files[..position].iter().any(|other| other.name == file.name) {
            faults.add(at, "duplicate_name", format!("There are two files called {}.", file.name));
        }
    }
    faults
}

/// May there be so many files?
pub fn check_count(count: usize) -> Result<(), Fault> {
    let text = format!("At most {ATTACHMENTS_MAX} files go with a mail; these are {count}.");
    if count <= ATTACHMENTS_MAX { Ok(()) } else { Err(Fault::new("", "too_many_files", text)) }
}

/// May files have so many bytes together?
pub fn check_sum(bytes: u64, most: usize) -> Result<(), Fault> {
    if bytes <= most as u64 {
        return Ok(());
    }
    let text = format!("The files have {bytes} bytes together; at most {most} are allowed.");
    Err(Fault::new("", "files_too_large", text))
}

/// One line that is no path and names nothing that is run.
pub fn check_name(name: &str) -> Result<(), Fault> {
    let bad = |text: &str| Err(Fault::new("", "bad_file_name", text.to_owned()));
    // Letters that turn the direction of reading make `cod.exe` out of `exe.doc`.
    let is_hidden = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if name.trim() != name || name.is_empty() || name.len() > NAME_MAX_BYTES {
        return bad("Give a name of 1 to 200 bytes.");
    }
    if name.chars().any(is_hidden) || name.contains(['/', '\\']) || name.trim_matches('.').is_empty() {
        return bad("A name is one line, without slashes and invisible letters.");
    }
    let ending = name.trim_end_matches(['.', ' ']).rsplit_once('.').map_or("", |(_, ending)| ending);
    if RUN.iter().any(|run| ending.trim().eq_ignore_ascii_case(run)) {
        return Err(Fault::new("", "executable_file", format!("Files that are run (.{ending}) are not sent.")));
    }
    Ok(())
}

/// `type/subtype` (RFC 6838 §4.2), of something that is not run.
pub fn check_type(content_type: &str) -> Result<(), Fault> {
    let is_word = |word: &str| {
        !word.is_empty() && word.chars().all(|letter| letter.is_ascii_alphanumeric() || "!#$&^_.+-".contains(letter))
    };
    let known = content_type
        .split_once('/')
        .is_some_and(|(kind, subtype)| KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind)) && is_word(subtype));
    if !known || content_type.len() > TYPE_MAX {
        return Err(Fault::new("", "bad_media_type", "Give a media type such as application/pdf."));
    }
    if RUN_TYPES.iter().any(|run| content_type.eq_ignore_ascii_case(run)) {
        return Err(Fault::new("", "executable_file", format!("Files that are run ({content_type}) are not sent.")));
    }
    Ok(())
}

fn check_url(url: &str) -> Result<(), Fault> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_good = url.len() <= URL_MAX
        && rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && !url.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    let text = "Give an address such as https://example.com/invoice.pdf.";
    if is_good { Ok(()) } else { Err(Fault::new("", "bad_address", text)) }
}

/// The media type that a name stands for.
pub fn type_of(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    match ending.as_str() {
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "txt" => "text/plain",
        "csv" => "text/csv",
        "ics" => "text/calendar",
        "json" => "application/json",
        "xml" => "application/xml",
        "zip" => "application/zip",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pkpass" => "application/vnd.apple.pkpass",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_and_no_path_and_nothing_that_is_run() {
        for good in ["a.pdf", "영수증 2026.pdf", "README", "archive.tar.gz", "exe", "a.exe.pdf", ".hidden"] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        let long = "x".repeat(201);
        for (bad, code) in [
            ("", "bad_file_name"),
            (" a.pdf", "bad_file_name"),
            ("a\r\nContent-Type: text/html", "bad_file_name"),
            ("../a.pdf", "bad_file_name"),
            ("a\\b.pdf", "bad_file_name"),
            ("..", "bad_file_name"),
            ("a\u{202e}fdp.exe", "bad_file_name"),
            (long.as_str(), "bad_file_name"),
            ("setup.EXE", "executable_file"),
            ("setup.exe.", "executable_file"),
            ("setup.exe. .", "executable_file"),
            ("a.pdf.js", "executable_file"),
        ] {
            assert_eq!(check_name(bad).unwrap_err().code, code, "{bad}");
        }
    }

    #[test]
    fn media_types_are_two_words_and_nothing_that_is_run() {
        for good in ["application/pdf", "image/svg+xml", "text/plain", "APPLICATION/PDF"] {
            assert_eq!(check_type(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "pdf",
            "a/b",
            "text/",
            "text/plain; charset=x",
            "text/plain\r\nX: y",
            "multipart/mixed",
            "message/rfc822",
        ] {
            assert_eq!(check_type(bad).unwrap_err().code, "bad_media_type", "{bad}");
        }
        assert_eq!(check_type("Application/X-MSDownload").unwrap_err().code, "executable_file");
    }

    #[test]
    fn a_file_of_a_call_has_bytes_or_an_address_and_never_somebody_elses_bytes() {
        let codes = |json: &str| {
            let attachment: Attachment = serde_json::from_str(json).unwrap();
            attachment.check().0.into_iter().map(|fault| (fault.path, fault.code)).collect::<Vec<_>>()
        };
        let one = |path: &str, code: &str| vec![(path.to_owned(), code.to_owned())];
        assert!(codes(r#"{"name":"a.pdf","content":"AA=="}"#).is_empty());
        assert!(codes(r#"{"name":"a.pdf","url":"https://x.example/a"}"#).is_empty());
        assert_eq!(codes(r#"{"name":"a.pdf"}"#), one("content", "required"));
        assert_eq!(codes(r#"{"name":"a.pdf","content":"","url":"https://x.example"}"#), one("url", "only_one"));
        assert_eq!(codes(r#"{"name":"a.pdf","url":"file:///etc/passwd"}"#), one("url", "bad_address"));
        let stolen = r#"{"name":"a.pdf","content":"","stored":{"hash":"ab","size":1}}"#;
        assert_eq!(codes(stolen), one("stored", "unknown_file"));
    }
}
