//! Short links of mobile messages: codes that only we can make, kept in a table with what they lead to (reference §5.3).

use std::time::Duration;

use domain::id::MessageId;
use domain::message::FeedbackKind;

use super::Visit;
use crate::store::{message_events, short_links};
use crate::{Engine, Error, Result};

/// How long a short link leads somewhere after its message was sent.
const GOOD_FOR: Duration = Duration::from_hours(24 * 30);

/// A link of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShortLink {
    pub(crate) code: String,
    /// Its number in the content.
    pub(crate) link: u16,
    pub(crate) target: String,
}

impl Engine {
    /// What short links begin with, without a slash at the end; `None`: this server has no address for them.
    pub fn short_url(&self) -> Option<String> {
        let (short, public) = (&self.0.settings.short_url, &self.0.settings.public_url);
        match (short.is_empty(), public.is_empty()) {
            (false, _) => Some(short.clone()),
            (true, false) => Some(format!("{public}/s")),
            (true, true) => None,
        }
    }

    /// Keeps where the links of a message lead; before it is handed over, so that none is followed in vain.
    pub(crate) async fn keep_short_links(&self, message: &MessageId, links: &[ShortLink]) -> Result<()> {
        if links.is_empty() {
            return Ok(());
        }
        let mut tx = self.store().begin().await?;
        let own = short_links::insert(&mut tx, message, links, self.now().plus(GOOD_FOR)).await?;
        if usize::try_from(own).is_ok_and(|own| own < links.len()) {
            // 62^10 codes: among a hundred million links that are good, once in eight thousand million times.
            return Err(Error::unexpected("a code of a short link is taken by another message"));
        }
        tx.commit().await
    }

    /// Where a short link leads; `None` when it is none, or is no longer good. The click is noted as that of a mail is.
    pub async fn follow_short_link(&self, code: &str, visit: &Visit) -> Result<Option<String>> {
        if code.len() != content::SHORT_CODE_LETTERS || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(None);
        }
        let Some((id, link, target)) = short_links::find(self.store(), code, self.now()).await? else {
            return Ok(None);
        };
        // Of a message that is no longer kept the link is still good.
        if let Some(message) = message_events::find_any_message(self.store(), &id).await? {
            self.note_visit(&message, FeedbackKind::Clicked, visit, Some((link, &target, ""))).await?;
        }
        Ok(Some(target))
    }
}
