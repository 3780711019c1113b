//! What comes back to the return path of a message. Whoever knows it has seen the mail, and nobody else can: so what is told
//! there is told of this message and of no other.

use domain::channel_configuration::{Channel, SOFT_BOUNCE_THRESHOLD};
use domain::id::MessageId;
use tokio::time::Instant;

use super::{Asked, WAITS, bounce, told};
use crate::providers::ToldKind;
use crate::store::message_events::Known;
use crate::store::{Tx, soft_bounces};
use crate::{Engine, Result};

impl Engine {
    /// Notes what a mail says that came to this return path. `Unavailable` while the message is being recorded.
    pub(super) async fn take_returned(&self, message: &MessageId, return_path: &str, raw: &[u8]) -> Result<()> {
        let returned = bounce::read(raw, Some(return_path), &self.0.keys.return_paths);
        let told = told::told(&returned, self.now());
        if told.is_empty() {
            tracing::debug!(%message, "a mail that came back tells nothing");
            return Ok(());
        }
        let Some(message) = self.message_of(Asked::ReturnPath(message), Instant::now() + WAITS).await? else {
            return Ok(());
        };
        for told in told {
            self.note_told(&message, told).await?;
        }
        Ok(())
    }

    /// So many soft bounces suppress an address of this message's configuration; `None` where they are not counted.
    pub(super) async fn soft_bounce_threshold(&self, message: &Known, told: ToldKind) -> Result<Option<u32>> {
        if message.channel != Channel::Email || told != (ToldKind::Bounced { is_permanent: false }) {
            return Ok(None);
        }
        let sending = self.configuration_if_any(&message.configuration_id).await?;
        let sender = sending.as_deref().and_then(|sending| sending.configuration.sender.email());
        Ok(Some(sender.map_or(SOFT_BOUNCE_THRESHOLD, |sender| sender.soft_bounce_threshold)))
    }

    /// Has the address bounced once too often? Then it is counted anew from the next one.
    pub(super) async fn count_soft_bounce(&self, tx: &mut Tx, message: &Known, threshold: u32) -> Result<Option<i64>> {
        let count = soft_bounces::count(tx, &message.sandbox, &message.address, self.now()).await?;
        let reached = count.filter(|count| *count >= i64::from(threshold));
        if reached.is_some() {
            soft_bounces::forget(tx, &message.sandbox, &message.address).await?;
        }
        Ok(reached)
    }
}
