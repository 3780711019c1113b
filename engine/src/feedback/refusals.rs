//! Callbacks that are refused leave a trace that a person sees: a few numbers, however many come.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::id::ChannelConfigurationId;
use domain::inbound::{RefusalKind, RefusedCallbacks};
use domain::{SandboxName, Timestamp};

use super::storable;
use crate::providers::Refusal;
use crate::store::refused_callbacks;
use crate::{Engine, Result};

/// Between two writes for a configuration: a stranger who calls all the time costs little.
const WRITE_EVERY_MILLIS: i64 = 1_000;

/// What was refused since the last write, of configurations that exist.
#[derive(Default)]
pub(crate) struct Refusals(Mutex<HashMap<ChannelConfigurationId, Unwritten>>);

#[derive(Default)]
struct Unwritten {
    refused: Option<RefusedCallbacks>,
    written_at: Option<Timestamp>,
}

impl Refusals {
    /// Adds one. What is to be written now, if it is time.
    fn add(&self, configuration: &ChannelConfigurationId, new: RefusedCallbacks) -> Option<RefusedCallbacks> {
        let mut all = self.lock();
        let unwritten = all.entry(configuration.clone()).or_default();
        let lately = new.lately + unwritten.refused.take().map_or(0, |before| before.lately);
        let now = new.last_at;
        let refused = RefusedCallbacks { lately, ..new };
        let is_time = unwritten
            .written_at
            .is_none_or(|written_at| !(0..WRITE_EVERY_MILLIS).contains(&now.millis_since(written_at)));
        if is_time {
            unwritten.written_at = Some(now);
            return Some(refused);
        }
        unwritten.refused = Some(refused);
        None
    }

    fn take(&self, configuration: &ChannelConfigurationId) -> Option<RefusedCallbacks> {
        self.lock().get_mut(configuration).and_then(|unwritten| unwritten.refused.take())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ChannelConfigurationId, Unwritten>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Callbacks of a configuration that were refused; `None` when there were none. `NotFound` `channel configuration`.
    pub async fn find_refused_callbacks(
        &self,
        sandbox: &SandboxName,
        id: &ChannelConfigurationId,
    ) -> Result<Option<RefusedCallbacks>> {
        self.find_channel_configuration(sandbox, id).await?;
        if let Some(refused) = self.0.refusals.take(id) {
            self.write_refused(id, &refused).await?;
        }
        refused_callbacks::find(self.store(), id, self.now()).await
    }

    /// Notes that a callback was refused. The provider hears of the refusal, whether or not it can be noted.
    pub(super) async fn note_refusal(&self, id: &ChannelConfigurationId, refusal: &Refusal) {
        let (kind, words) = match refusal {
            Refusal::Forged => (RefusalKind::Forged, ""),
            Refusal::Stale => (RefusalKind::Stale, ""),
            Refusal::Later => (RefusalKind::Uncheckable, ""),
            Refusal::Malformed(words) => (RefusalKind::Malformed, words.as_str()),
        };
        let words = storable(words).chars().take(200).collect();
        let new = RefusedCallbacks { lately: 1, last_at: self.now(), kind, words };
        if let Some(refused) = self.0.refusals.add(id, new)
            && let Err(error) = self.write_refused(id, &refused).await
        {
            tracing::error!(configuration = %id, %error, "a refused callback cannot be noted");
        }
    }

    async fn write_refused(&self, id: &ChannelConfigurationId, refused: &RefusedCallbacks) -> Result<()> {
        let mut tx = self.store().begin().await?;
        refused_callbacks::add(&mut tx, id, refused).await?;
        tx.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_written_once_a_second_and_counted_whole() {
        let (refusals, id) = (Refusals::default(), ChannelConfigurationId::new(1, [0; 10]));
        let at = |millis| RefusedCallbacks {
            lately: 1,
            last_at: Timestamp::from_millis(millis),
            kind: RefusalKind::Forged,
            words: String::new(),
        };
        let mut written = Vec::new();
        for millis in (0..3_000).step_by(10) {
            written.extend(refusals.add(&id, at(millis)).map(|refused| refused.lately));
        }
        assert_eq!(written, [1, 100, 100]);
        assert_eq!(refusals.take(&id).map(|refused| refused.lately), Some(99));
        assert_eq!(refusals.take(&id), None);
        // A clock that went back holds nothing up.
        assert!(refusals.add(&id, at(-5)).is_some());
    }
}
