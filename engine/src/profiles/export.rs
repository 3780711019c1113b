//! Everything that is kept of a person, as one JSON object: written while it is read, so that it may be of any length.

use domain::id::ProfileId;
use domain::profile::Profile;
use domain::{Page, SandboxName};
use futures::stream::{self, Stream};

use super::Kept;
use crate::{Engine, Error, Result};

/// Messages that are read at once, each with all that was rendered.
const STEP: usize = 20;

/// Where the writing is.
enum At {
    Start(Box<Kept>),
    /// Messages after this cursor; `None`: from the first one on.
    Messages(Option<String>),
    End,
}

impl Engine {
    /// [`Kept`] and all messages with what was decided, rendered, sent and told afterwards, as the pieces of one JSON object.
    /// What breaks in the middle breaks them off, so that nobody takes them for the whole. `NotFound` `profile`.
    pub async fn export_profile(
        &self,
        sandbox: &SandboxName,
        id: &ProfileId,
    ) -> Result<impl Stream<Item = Result<String>> + Send + use<>> {
        let kept = self.kept_of(sandbox, id).await?;
        let (engine, sandbox, profile) = (self.clone(), sandbox.clone(), kept.profile.clone());
        Ok(stream::try_unfold(At::Start(Box::new(kept)), move |at| {
            let (engine, sandbox, profile) = (engine.clone(), sandbox.clone(), profile.clone());
            async move {
                match at {
                    At::Start(kept) => {
                        let object = serde_json::to_string(&kept)?;
                        let open = object.strip_suffix('}').ok_or_else(|| Error::unexpected("no object"))?;
                        Ok(Some((format!("{open},\"messages\":["), At::Messages(None))))
                    }
                    At::Messages(cursor) => engine.next_of_export(&sandbox, &profile, cursor).await.map(Some),
                    At::End => Ok(None),
                }
            }
        }))
    }

    async fn next_of_export(
        &self,
        sandbox: &SandboxName,
        profile: &Profile,
        cursor: Option<String>,
    ) -> Result<(String, At)> {
        let Page { rows, next } = self.messages_of_profile(sandbox, profile, cursor.as_deref(), STEP).await?;
        let mut text = String::new();
        for (position, message) in rows.iter().enumerate() {
            if position > 0 || cursor.is_some() {
                text.push(',');
            }
            text.push_str(&serde_json::to_string(&self.find_message(sandbox, &message.id).await?)?);
        }
        if next.is_none() {
            text.push_str("]}");
        }
        let further = next.map_or(At::End, |next| At::Messages(Some(next)));
        Ok((text, further))
    }
}
