//! The loop of a process.

use std::time::Duration;

use domain::Timestamp;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::sending::Sending;
use crate::store::messages::{self, Queue};
use crate::{Engine, Result};

/// How long until a wake-up that was missed, a retry that became due or an abandoned message is found.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long the end of the process waits for what is being sent.
const END_WITHIN: Duration = Duration::from_secs(20);

impl Engine {
    /// Delivers until `shutdown` resolves; finishes what is being sent. Call once per process.
    ///
    /// On an embedded database a second process is refused: what the first is sending would look abandoned.
    pub async fn deliver_until(&self, shutdown: impl Future<Output = ()> + Send) -> Result<()> {
        let _alone = self.lock_delivery()?;
        self.recover_abandoned(true).await?;
        let mut shutdown = std::pin::pin!(shutdown);
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut sending = Sending::default();
        let mut renewed_at = self.now();
        loop {
            // Registered before looking, so that nothing that is added meanwhile goes unnoticed.
            let mut woken = std::pin::pin!(self.0.delivery.work.notified());
            woken.as_mut().enable();
            let more = self.turn(&mut sending).await;
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                _ = look.tick() => self.look_after(&sending, &mut renewed_at).await,
                () = std::future::ready(()), if more => {}
                () = sending.one_done(), if !sending.is_empty() => {}
                () = woken => {}
            }
        }
        self.finish(&mut sending).await;
        Ok(())
    }

    /// Delivers everything that is due and returns how many messages changed state. For tests and the demo.
    pub async fn drain(&self) -> Result<usize> {
        self.recover_abandoned(false).await?;
        let mut sending = Sending::default();
        let mut changed = 0;
        loop {
            let done = sending.all_done().await;
            let wanted = self.wanted(&sending).await?;
            let exchanged = self.exchange(&done, &wanted).await?;
            changed += exchanged.changed;
            if exchanged.claimed.is_empty() {
                return Ok(changed);
            }
            sending.start(self, exchanged.claimed);
        }
    }

    /// Records what is done and takes what is due, in one transaction. May there be more to take?
    async fn turn(&self, sending: &mut Sending) -> bool {
        let done = sending.done_by_now();
        let wanted = self.wanted(sending).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the queues cannot be read");
            Vec::new()
        });
        if done.is_empty() && wanted.is_empty() {
            return false;
        }
        match self.exchange(&done, &wanted).await {
            Ok(exchanged) => {
                let more = !exchanged.claimed.is_empty();
                sending.start(self, exchanged.claimed);
                more
            }
            Err(error) => {
                tracing::error!(messages = done.len(), %error, "the database does not take what was sent, or give what is due");
                self.record_apart(done).await;
                false
            }
        }
    }

    /// What may be taken. Reading costs no turn of the writer: most looks find nothing.
    async fn wanted(&self, sending: &Sending) -> Result<Vec<(Queue, usize)>> {
        if sending.is_full() {
            return Ok(Vec::new());
        }
        Ok(sending.wanted(messages::due_queues(self.store(), self.now()).await?))
    }

    async fn finish(&self, sending: &mut Sending) {
        let finish = async {
            while !sending.is_empty() {
                sending.one_done().await;
                let done = sending.done_by_now();
                self.record_apart(done).await;
            }
        };
        if timeout(END_WITHIN, finish).await.is_err() {
            tracing::warn!("some messages were still being sent at the end; they are found again at the next start");
        }
    }

    /// Keeps what is being sent, and takes over what others abandoned.
    async fn look_after(&self, sending: &Sending, renewed_at: &mut Timestamp) {
        let now = self.now();
        let third = self.0.settings.delivery.lease / 3;
        if renewed_at.plus(third) <= now {
            *renewed_at = now;
            if !sending.is_empty()
                && let Err(error) = self.renew_lease().await
            {
                tracing::error!(%error, "the claims of this process cannot be renewed");
            }
        }
        if let Err(error) = self.recover_abandoned(false).await {
            tracing::error!(%error, "abandoned messages cannot be looked for");
        }
    }
}
