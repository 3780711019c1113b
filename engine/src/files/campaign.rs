//! Files of a campaign: attached to its draft, and kept as long as a version of it says so.

use std::collections::BTreeSet;

use domain::attachment::{ATTACHMENTS_MAX_BYTES, AttachedFile, check_name, check_sum, check_type, type_of};
use domain::campaign::{CampaignDetail, CampaignDraft};
use domain::content::Content;
use domain::id::CampaignId;
use domain::variants::{VariantKey, Variants, path_in};
use domain::{Failure, Fault, SandboxName};

use crate::keys::fingerprint;
use crate::store::Tx;
use crate::store::files::{self, NewFile};
use crate::{Engine, Result};

/// A file as a form brings it.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    pub name: String,
    /// Media type; empty: by the ending of the name.
    pub content_type: String,
    pub bytes: Vec<u8>,
}

impl Upload {
    /// The file, and what a content says of it. Faults are at `content.attachments`.
    pub(crate) fn check(self) -> Result<(AttachedFile, NewFile), Fault> {
        let at = |fault: Fault| fault.under("content.attachments");
        check_name(&self.name).map_err(at)?;
        let given = self.content_type.split(';').next().unwrap_or_default().trim();
        let content_type = if given.is_empty() { type_of(&self.name) } else { given };
        check_type(content_type).map_err(at)?;
        check_sum(self.bytes.len() as u64, ATTACHMENTS_MAX_BYTES).map_err(at)?;
        let hash = fingerprint(&self.bytes);
        let (content_type, size) = (content_type.to_owned(), self.bytes.len() as u64);
        let file = AttachedFile { name: self.name, content_type, size, hash: hash.clone() };
        Ok((file, NewFile { hash, bytes: self.bytes }))
    }
}

impl Engine {
    /// Attaches a file to the draft of an email campaign, to the content of a variant where one is named; one of the same name
    /// gives way. Conflict `changed_meanwhile` as
    /// [`Engine::save_draft`]; Invalid at `content.attachments`.
    pub async fn attach_file(
        &self,
        sandbox: &SandboxName,
        id: &CampaignId,
        at: Option<&VariantKey>,
        upload: Upload,
        by: &str,
    ) -> Result<CampaignDetail> {
        let (file, new) = upload.check().map_err(Failure::from)?;
        let CampaignDetail { campaign, mut draft, .. } = self.find_campaign(sandbox, id).await?;
        let content = draft.content_at_mut(at).ok_or_else(|| Failure::not_found("variant"))?;
        let Content::Email(email) = content else {
            let text = "Only mails have attachments.";
            return Err(Failure::invalid("content.attachments", "wrong_channel", text).into());
        };
        email.attachments.retain(|other| other.name != file.name);
        email.attachments.push(file);
        self.save_draft_with(sandbox, id, campaign.revision, &draft, &[new], by).await
    }

    /// Takes a file from the draft; harmless when there is none of this name.
    pub async fn detach_file(
        &self,
        sandbox: &SandboxName,
        id: &CampaignId,
        at: Option<&VariantKey>,
        name: &str,
        by: &str,
    ) -> Result<CampaignDetail> {
        let CampaignDetail { campaign, mut draft, .. } = self.find_campaign(sandbox, id).await?;
        if let Some(Content::Email(email)) = draft.content_at_mut(at) {
            email.attachments.retain(|file| file.name != name);
        }
        self.save_draft_with(sandbox, id, campaign.revision, &draft, &[], by).await
    }
}

/// The files of contents, each with the content that has it.
fn files_of<'a>(
    contents: impl Iterator<Item = (Option<&'a VariantKey>, &'a Content)>,
) -> impl Iterator<Item = (Option<&'a VariantKey>, &'a AttachedFile)> {
    let of_mails = contents.filter_map(|(at, content)| Some((at, content.email()?)));
    of_mails.flat_map(|(at, email)| email.attachments.iter().map(move |file| (at, file)))
}

/// All contents, also those of what was taken away: it may come back.
fn kept<'a>(main: &'a Content, variants: &'a Variants) -> impl Iterator<Item = (Option<&'a VariantKey>, &'a Content)> {
    std::iter::once((None, main)).chain(variants.contents.iter().map(|(key, content)| (Some(key), content)))
}

/// A draft names files that it had before, or that come with it: nobody gets at somebody else's by a hash.
pub(crate) fn check_known(draft: &CampaignDraft, before: &CampaignDraft, new: &[NewFile]) -> Result<(), Failure> {
    let known: BTreeSet<&str> =
        files_of(kept(&before.content, &before.variants)).map(|(_, file)| file.hash.as_str()).collect();
    let is_known = |hash: &str| known.contains(hash) || new.iter().any(|file| file.hash == hash);
    match files_of(kept(&draft.content, &draft.variants)).find(|(_, file)| !is_known(&file.hash)) {
        None => Ok(()),
        Some((at, _)) => {
            Err(Failure::invalid(path_in(at, "content.attachments"), "unknown_file", "Attach the file again."))
        }
    }
}

/// Writes what a draft or a version refers to, with the files that come with it.
pub(crate) async fn put_uses(tx: &mut Tx, used_by: &str, content: &Content, variants: &Variants) -> Result<()> {
    let Content::Email(_) = content else { return Ok(()) };
    files::remove_uses(tx, used_by).await?;
    for hash in hashes(content, variants) {
        files::insert_use(tx, used_by, hash).await?;
    }
    Ok(())
}

fn hashes<'a>(content: &'a Content, variants: &'a Variants) -> BTreeSet<&'a str> {
    files_of(kept(content, variants)).map(|(_, file)| file.hash.as_str()).collect()
}
