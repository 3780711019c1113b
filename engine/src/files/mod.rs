//! Files that go with mails: taken out of calls, attached to campaigns, stored once, and found when they are sent.

mod campaign;
mod fetch;
mod intake;
mod load;

use std::sync::Arc;

use domain::attachment::FileLine;
use domain::id::MessageId;
use domain::{Failure, SandboxName};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::store::files;
use crate::{Engine, Error, Result};
pub use campaign::Upload;
pub(crate) use campaign::{check_known, put_uses};
pub(crate) use intake::{NewFiles, take_out};
pub(crate) use load::{Attached, Missing, listed};

/// Room for files of messages that are being sent, together, in KB. A mail is there three times at most: its files, the mail,
/// and what a provider gets.
const ROOM_KB: usize = 64 * 1024;

/// What sending files needs.
pub(crate) struct Desk {
    cache: load::FileCache,
    fetcher: fetch::Fetcher,
    room: Arc<Semaphore>,
}

impl Desk {
    pub(crate) fn new(settings: &crate::outbound::Settings) -> Self {
        Self {
            cache: load::FileCache::default(),
            fetcher: fetch::Fetcher::new(settings),
            room: Arc::new(Semaphore::new(ROOM_KB)),
        }
    }

    /// Waits for room for so many bytes.
    async fn room_for(&self, bytes: usize) -> Result<OwnedSemaphorePermit> {
        let permits = u32::try_from((bytes / 1024 + 1).min(ROOM_KB)).unwrap_or(u32::MAX);
        Arc::clone(&self.room).acquire_many_owned(permits).await.map_err(Error::unexpected)
    }
}

/// By what a file is stored: the SHA-256 of its bytes, in hex.
pub fn hash_of_bytes(bytes: &[u8]) -> String {
    crate::keys::fingerprint(bytes)
}

impl Engine {
    /// Is there a file with this hash?
    pub async fn has_file(&self, hash: &str) -> Result<bool> {
        Ok(files::find(self.store(), hash).await?.is_some())
    }

    /// A file of a message, by its place in [`domain::message::MessageDetail::attachments`]. `NotFound` when there is no such
    /// message in this sandbox, or its file is not stored.
    pub async fn message_file(
        &self,
        sandbox: &SandboxName,
        message: &MessageId,
        position: usize,
    ) -> Result<(FileLine, Vec<u8>)> {
        let missing = || Failure::not_found("file");
        let detail = self.find_message(sandbox, message).await?;
        let line = detail.attachments.get(position).cloned().ok_or_else(missing)?;
        let version = self.version(&detail.message.campaign_id, detail.campaign_version).await?;
        let variant = detail.message.variant.as_ref().map(|named| &named.key);
        let hash =
            load::hash_of(version.definition.content_of(variant), &detail.recipient, position).ok_or_else(missing)?;
        let bytes = files::find(self.store(), &hash).await?.ok_or_else(missing)?;
        Ok((line, bytes))
    }
}
