//! Files of a message that is being sent.

use std::sync::Arc;
use std::time::Duration;

use domain::Fault;
use domain::attachment::{ATTACHMENTS_MAX_BYTES, Attachment, FileLine};
use domain::content::Content;
use domain::execution::Recipient;
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};

use crate::recent::Recent;
use crate::senders::Attachment as Ready;
use crate::store::files;
use crate::{Engine, Error, Result};

/// How long all addresses of a message may take: meanwhile it holds room that others wait for.
const FETCHED_WITHIN: Duration = Duration::from_secs(20);

/// Files used lately: those of a campaign go with each of its mails.
pub(crate) struct FileCache(Recent<String, Arc<[u8]>>);

impl Default for FileCache {
    fn default() -> Self {
        Self(Recent::new(8, Some(Duration::from_mins(10))))
    }
}

/// Files of a message, and the room in memory that they have until this is dropped.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attached {
    pub(crate) files: Arc<[Ready]>,
    pub(crate) bytes: usize,
    pub(crate) room: Option<Arc<OwnedSemaphorePermit>>,
}

/// Why a message cannot go with its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) fault: Fault,
    /// It may work later.
    pub(crate) later: bool,
}

impl Missing {
    pub(super) fn never(code: &str, text: String) -> Self {
        Self { fault: Fault::new("", code, text), later: false }
    }
}

fn too_slow(url: &str) -> Missing {
    let text = format!("{url}: the files of this message were not there within {} seconds.", FETCHED_WITHIN.as_secs());
    Missing { fault: Fault::new("", "attachment_unavailable", text), later: true }
}

/// Names and sizes of the files of a message: those of its campaign first. `recipient` as it is stored.
pub(crate) fn listed(content: &Content, recipient: &Value) -> Vec<FileLine> {
    let of_campaign = content.email().map(|email| email.attachments.as_slice()).unwrap_or_default();
    let of_call = of_recipient(recipient);
    of_campaign.iter().map(domain::attachment::AttachedFile::line).chain(of_call.iter().map(Attachment::line)).collect()
}

/// The hash of one of them.
pub(super) fn hash_of(content: &Content, recipient: &Value, position: usize) -> Option<String> {
    let of_campaign = content.email().map(|email| email.attachments.as_slice()).unwrap_or_default();
    match position.checked_sub(of_campaign.len()) {
        None => of_campaign.get(position).map(|file| file.hash.clone()),
        Some(position) => Some(of_recipient(recipient).get(position)?.stored.as_ref()?.hash.clone()),
    }
}

fn of_recipient(recipient: &Value) -> Vec<Attachment> {
    serde_json::from_value(recipient["attachments"].clone()).unwrap_or_default()
}

impl Engine {
    /// The files of a mail. `leaves`: it leaves this machine; otherwise nothing is fetched for it.
    pub(crate) async fn attached(
        &self,
        content: &Content,
        recipient: &str,
        leaves: bool,
    ) -> Result<Result<Attached, Missing>> {
        let Content::Email(email) = content else { return Ok(Ok(Attached::default())) };
        // Most calls have none, and their recipients are read once.
        let of_call = if recipient.contains("\"attachments\"") {
            serde_json::from_str::<Recipient>(recipient)?.attachments
        } else {
            Vec::new()
        };
        if email.attachments.is_empty() && of_call.is_empty() {
            return Ok(Ok(Attached::default()));
        }
        let known = email.attachments.iter().map(|file| file.size);
        let known: u64 = known.chain(of_call.iter().filter_map(|it| Some(it.stored.as_ref()?.size))).sum();
        let is_fetched = leaves && of_call.iter().any(|file| file.url.is_some());
        let bytes = usize::try_from(known).unwrap_or(usize::MAX) + if is_fetched { ATTACHMENTS_MAX_BYTES } else { 0 };
        let room = self.0.files.room_for(bytes).await?;
        let mut files = Vec::with_capacity(email.attachments.len() + of_call.len());
        for file in &email.attachments {
            match self.stored_file(&file.name, &file.content_type, &file.hash).await? {
                Ok(ready) => files.push(ready),
                Err(missing) => return Ok(Err(missing)),
            }
        }
        // Addresses of one call have room for as much as its files may have.
        let mut left = ATTACHMENTS_MAX_BYTES;
        let by = Instant::now() + FETCHED_WITHIN;
        for file in &of_call {
            let ready = match (&file.stored, &file.url) {
                (Some(stored), _) => self.stored_file(&file.name, file.kind(), &stored.hash).await?,
                (None, Some(url)) if leaves => match timeout_at(by, self.fetched_file(file, url, &mut left)).await {
                    Ok(fetched) => fetched?,
                    Err(_) => Err(too_slow(url)),
                },
                _ => continue,
            };
            match ready {
                Ok(ready) => files.push(ready),
                Err(missing) => return Ok(Err(missing)),
            }
        }
        Ok(Ok(Attached { files: files.into(), bytes, room: Some(Arc::new(room)) }))
    }

    async fn stored_file(&self, name: &str, content_type: &str, hash: &str) -> Result<Result<Ready, Missing>> {
        let load = async { Ok::<_, Error>(files::find(self.store(), hash).await?.map(Arc::<[u8]>::from)) };
        let found = self.0.files.cache.0.find_or(&hash.to_owned(), self.now(), load).await?;
        Ok(found
            .map(|bytes| Ready { name: name.to_owned(), content_type: content_type.to_owned(), bytes })
            .ok_or_else(|| Missing::never("attachment_missing", format!("{name} is not stored any more."))))
    }

    async fn fetched_file(&self, file: &Attachment, url: &str, left: &mut usize) -> Result<Result<Ready, Missing>> {
        let fetched = self.0.files.fetcher.fetch(url, *left).await;
        Ok(fetched.map(|bytes| {
            *left -= bytes.len();
            Ready { name: file.name.clone(), content_type: file.kind().to_owned(), bytes: bytes.into() }
        }))
    }
}
