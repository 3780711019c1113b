//! The loop of a process.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;

use super::record::Done;
use crate::store::messages::{self, Claimed};
use crate::{Engine, Result};

/// Messages that are being sent at once.
const AT_ONCE: usize = 256;
/// Messages of one claim.
const CLAIM: usize = 64;
/// How long after a wake-up was missed, or a retry became due, it is found.
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
        let mut sending = FuturesUnordered::new();
        loop {
            // Registered before looking, so that nothing that is added meanwhile goes unnoticed.
            let mut woken = std::pin::pin!(self.0.delivery.work.notified());
            woken.as_mut().enable();
            let mut more = false;
            if sending.len() + CLAIM <= AT_ONCE {
                let claimed = self.claim_or_wait().await;
                more = claimed.len() == CLAIM;
                sending.extend(claimed.into_iter().map(|claimed| self.attempt(claimed)));
            }
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(done) = sending.next(), if !sending.is_empty() => {
                    self.record_ready(done, &mut sending).await;
                }
                () = std::future::ready(()), if more && sending.len() + CLAIM <= AT_ONCE => {}
                () = woken => {}
                () = tokio::time::sleep(LOOK_EVERY) => self.look_for_abandoned().await,
            }
        }
        let finish = async {
            while let Some(done) = sending.next().await {
                self.record_ready(done, &mut sending).await;
            }
        };
        if tokio::time::timeout(END_WITHIN, finish).await.is_err() {
            tracing::warn!("some messages were still being sent at the end; they are found again at the next start");
        }
        Ok(())
    }

    /// Delivers everything that is due and returns how many messages changed state. For tests and the demo.
    pub async fn drain(&self) -> Result<usize> {
        let mut changed = 0;
        loop {
            let claimed = self.claim().await?;
            if claimed.is_empty() {
                return Ok(changed);
            }
            let mut sending: FuturesUnordered<_> = claimed.into_iter().map(|claimed| self.attempt(claimed)).collect();
            let mut all = Vec::new();
            while let Some(done) = sending.next().await {
                all.push(done);
            }
            changed += self.record(&all).await?;
        }
    }

    async fn claim(&self) -> Result<Vec<Claimed>> {
        let now = self.now();
        let until = now.plus(self.0.settings.delivery.lease);
        let mut tx = self.store().begin().await?;
        let limit = i64::try_from(CLAIM).unwrap_or(i64::MAX);
        let claimed = messages::claim(&mut tx, &self.0.delivery.worker, until, now, limit).await?;
        tx.commit().await?;
        Ok(claimed)
    }

    /// A database that does not answer is asked again a little later.
    async fn claim_or_wait(&self) -> Vec<Claimed> {
        // Reading costs no writer's turn: most looks find nothing.
        match messages::next_due(self.store()).await {
            Ok(Some(due)) if due <= self.now() => {}
            Ok(_) => return Vec::new(),
            Err(error) => tracing::error!(%error, "the queue cannot be read"),
        }
        match self.claim().await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::error!(%error, "messages cannot be claimed");
                tokio::time::sleep(LOOK_EVERY).await;
                Vec::new()
            }
        }
    }

    /// Records what is done, together with everything else that is done by now.
    async fn record_ready<F: Future<Output = Done>>(&self, first: Done, sending: &mut FuturesUnordered<F>) {
        use futures::FutureExt as _;
        let mut done = vec![first];
        while let Some(Some(next)) = sending.next().now_or_never() {
            done.push(next);
        }
        for patience in [1, 2, 4, 8] {
            match self.record(&done).await {
                Ok(_) => return,
                Err(error) => {
                    tracing::error!(messages = done.len(), %error, "what was sent cannot be recorded yet");
                    tokio::time::sleep(Duration::from_secs(patience)).await;
                }
            }
        }
        tracing::error!(messages = done.len(), "what was sent could not be recorded; it will be in doubt");
    }

    async fn look_for_abandoned(&self) {
        if let Err(error) = self.recover_abandoned(false).await {
            tracing::error!(%error, "abandoned messages cannot be looked for");
        }
    }
}
