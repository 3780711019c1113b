//! A mail becomes a file: to be looked at, to be worked on elsewhere, to be kept.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use bytes::Bytes;
use content::{design_mjml, with_image_addresses};
use domain::asset::{AssetFile, in_address};
use domain::content::EmailContent;
use domain::id::CampaignId;
use domain::mail_file::MailFormat;
use domain::variants::VariantKey;
use domain::{Failure, SandboxName};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::{Engine, Error, Result};

/// A file for somebody to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFile {
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

impl Engine {
    /// What the draft of an email campaign says, in one of its variants where one is named, as a file. Its templates stay templates. `NotFound` `campaign`, `mail` and
    /// `mjml`.
    pub async fn export_mail(
        &self,
        sandbox: &SandboxName,
        campaign: &CampaignId,
        variant: Option<&VariantKey>,
        format: MailFormat,
    ) -> Result<MailFile> {
        let detail = self.find_campaign(sandbox, campaign).await?;
        let email = detail.draft.content_at(variant).email().ok_or_else(|| Failure::not_found("mail"))?;
        let (media_type, bytes) = match format {
            MailFormat::Html => ("text/html; charset=utf-8", email.html.clone().into_bytes()),
            MailFormat::Mjml => {
                let mjml = mjml_of(email).ok_or_else(|| Failure::not_found("mjml"))?;
                ("text/plain; charset=utf-8", mjml.into_bytes())
            }
            MailFormat::Zip => ("application/zip", self.packed(sandbox, email).await?),
        };
        let name = format!("{}.{format}", detail.campaign.name.replace(['/', '\\'], "-"));
        Ok(MailFile { name, media_type, bytes })
    }

    /// The page and its images, the text, and what the page is made of.
    async fn packed(&self, sandbox: &SandboxName, email: &EmailContent) -> Result<Vec<u8>> {
        let mut images: BTreeMap<String, Bytes> = BTreeMap::new();
        for file in images_of(sandbox, &email.html) {
            if let Some(bytes) = self.asset_bytes(sandbox, &file).await? {
                images.insert(path_of(&file), bytes);
            }
        }
        let html = with_image_addresses(&email.html, |address| {
            let (_, file) = in_address(address).filter(|(of, _)| of == sandbox)?;
            Some(path_of(&file)).filter(|path| images.contains_key(path))
        });
        let mut files: Vec<(String, Bytes)> = vec![("index.html".to_owned(), html.into())];
        if !email.text.trim().is_empty() {
            files.push(("mail.txt".to_owned(), email.text.clone().into()));
        }
        if let Some(design) = &email.design {
            files.push(("design.json".to_owned(), serde_json::to_vec_pretty(design)?.into()));
        }
        if let Some(mjml) = mjml_of(email) {
            files.push(("mail.mjml".to_owned(), mjml.into()));
        }
        files.extend(images);
        tokio::task::spawn_blocking(move || pack(files)).await.map_err(Error::unexpected)?.map_err(Error::unexpected)
    }
}

fn mjml_of(email: &EmailContent) -> Option<String> {
    match &email.design {
        Some(design) => Some(design_mjml(design)),
        None => Some(email.mjml.clone()).filter(|mjml| !mjml.trim().is_empty()),
    }
}

/// Images of the library that a page shows, each once.
fn images_of(sandbox: &SandboxName, html: &str) -> Vec<AssetFile> {
    let mut files: Vec<AssetFile> = Vec::new();
    with_image_addresses(html, |address| {
        if let Some((_, file)) = in_address(address).filter(|(of, _)| of == sandbox)
            && !files.contains(&file)
        {
            files.push(file);
        }
        None
    });
    files
}

/// In the archive.
fn path_of(file: &AssetFile) -> String {
    format!("images/{}.{}", &file.sha256[..16], file.kind.ending())
}

/// The same files make the same archive: it tells no time.
fn pack(files: Vec<(String, Bytes)>) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (path, bytes) in files {
        archive.start_file(path, options)?;
        archive.write_all(&bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}
