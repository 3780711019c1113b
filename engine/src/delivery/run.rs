//! The loop of a process.

use std::collections::HashMap;
use std::time::Duration;

use domain::Timestamp;
use domain::channel_configuration::Rates;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use super::claim::Wanted;
use super::record::Done;
use super::sending::Sending;
use crate::store::messages::{self, Claimed, DueQueue, Queue};
use crate::{Engine, Result};

/// How long until a wake-up that was missed, a retry that became due or an abandoned message is found.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The same while messages of a configuration with a rate go: half of what a line may be ahead.
const LOOK_SOON: Duration = Duration::from_millis(50);
/// How long after the last of them.
const LOOK_SOON_FOR: Duration = Duration::from_secs(2);
/// How long the end of the process waits for servers that are being talked to.
const FINISH_WITHIN: Duration = Duration::from_secs(6);
/// How long it then tries to note what became of the rest.
const END_WITHIN: Duration = Duration::from_secs(2);

/// What a turn of the loop found.
struct Turned {
    /// There may be more to take.
    more: bool,
    /// Messages wait for their rate.
    paced: bool,
}

impl Engine {
    /// Delivers until `shutdown` resolves; finishes what is being sent, gives back what is not begun, and ends within eight
    /// seconds. Call once per process.
    ///
    /// On an embedded database a second process is refused: what the first is sending would look abandoned.
    pub async fn deliver_until(&self, shutdown: impl Future<Output = ()> + Send) -> Result<()> {
        let _alone = self.lock_delivery()?;
        self.recover_abandoned(true).await?;
        self.look_at_circuits().await?;
        self.look_at_pauses().await?;
        self.0.delivery.senders.go_on();
        let _listening = self.listen();
        let handover = &self.0.delivery.handover;
        let mut shutdown = std::pin::pin!(shutdown);
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut sending = Sending::default();
        let mut renewed_at = self.now();
        // Older messages go first.
        handover.set_behind(true);
        let mut handed_over = handover.open().await;
        let mut may_be_due = true;
        let mut paced_until = Instant::now();
        loop {
            // Registered before looking, so that nothing that is added meanwhile goes unnoticed.
            let mut woken = std::pin::pin!(self.0.delivery.work.notified());
            woken.as_mut().enable();
            let Turned { more, paced } = self.turn(&mut sending, may_be_due).await;
            if paced {
                paced_until = Instant::now() + LOOK_SOON_FOR;
            }
            may_be_due = more || handover.is_behind();
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                _ = look.tick() => {
                    self.look_after(&sending, &mut renewed_at).await;
                    may_be_due = true;
                }
                () = std::future::ready(()), if more => {}
                Some(claimed) = handed_over.recv() => sending.start(self, claimed),
                () = sending.one_done(), if sending.is_waiting() => {}
                () = woken => may_be_due = true,
                () = sleep(LOOK_SOON), if paced_until > Instant::now() => may_be_due = true,
            }
            while let Ok(claimed) = handed_over.try_recv() {
                sending.start(self, claimed);
            }
        }
        handover.close();
        // What waits for a connection goes back at once, for whoever comes next.
        self.0.delivery.senders.begin_nothing();
        let finish = async {
            while !self.0.delivery.places.are_free() {
                tokio::select! {
                    Some(claimed) = handed_over.recv() => sending.start(self, claimed),
                    () = sending.one_done(), if sending.is_waiting() => {}
                    // What the database does not take is tried again.
                    _ = look.tick() => {}
                }
                let kept = self.record_or_keep(sending.done_by_now()).await;
                sending.keep(kept);
            }
        };
        let mut finish = std::pin::pin!(finish);
        if timeout(FINISH_WITHIN, &mut finish).await.is_err() {
            self.0.delivery.senders.wait_no_longer();
            if timeout(END_WITHIN, finish).await.is_err() {
                tracing::warn!(
                    "some messages were still being sent at the end; they are found again at the next start"
                );
            }
        }
        Ok(())
    }

    /// Delivers everything that is due and returns how many messages changed state. For tests and the demo.
    pub async fn drain(&self) -> Result<usize> {
        self.recover_abandoned(false).await?;
        self.look_at_circuits().await?;
        self.look_at_pauses().await?;
        let mut sending = Sending::default();
        let mut changed = 0;
        loop {
            let done = sending.all_done().await;
            self.pass_on().await?;
            let wanted = self.wanted().await?;
            let exchanged = self.exchange(&done, &wanted).await?;
            changed += exchanged.changed;
            self.leave(&done);
            // What was recorded may have closed a circuit.
            if exchanged.claimed.is_empty() && exchanged.put_back == 0 && done.is_empty() {
                self.send_copies().await?;
                return Ok(changed);
            }
            self.start(&mut sending, exchanged.claimed);
        }
    }

    /// Records what is done and, if something may be due, takes it, in one transaction.
    async fn turn(&self, sending: &mut Sending, may_be_due: bool) -> Turned {
        let done = sending.done_by_now();
        if may_be_due && let Err(error) = self.pass_on().await {
            tracing::error!(%error, "messages cannot be passed on to whoever stands in");
        }
        let wanted = if may_be_due { self.wanted().await } else { Ok(Vec::new()) };
        let wanted = wanted.unwrap_or_else(|error| {
            tracing::error!(%error, "the queues cannot be read");
            Vec::new()
        });
        let paced = wanted.iter().any(|wanted| wanted.rates.are_limited());
        if done.is_empty() && wanted.is_empty() {
            return Turned { more: false, paced };
        }
        let more = match self.exchange(&done, &wanted).await {
            Ok(exchanged) => {
                self.leave(&done);
                let more = !exchanged.claimed.is_empty() || exchanged.put_back > 0;
                self.start(sending, exchanged.claimed);
                more
            }
            Err(error) => {
                tracing::error!(messages = done.len(), %error, "the database does not take what was sent, or give what is due");
                let kept = self.record_or_keep(done).await;
                sending.keep(kept);
                false
            }
        };
        Turned { more, paced }
    }

    /// What may be taken. Reading costs no turn of the writer: most looks find nothing.
    async fn wanted(&self) -> Result<Vec<Wanted>> {
        let places = &self.0.delivery.places;
        if places.are_full() {
            return Ok(Vec::new());
        }
        let due = messages::due_queues(self.store(), self.now()).await?;
        let mut ways = HashMap::with_capacity(due.len());
        for DueQueue { queue, is_open } in due {
            let rates = self.rates_of(&queue.configuration_id).await?;
            ways.insert(queue, (is_open, rates));
        }
        // Whoever waits for a server that is away, or for its rate, does not hold up the others.
        let holds_up = |(queue, (is_open, rates)): (&Queue, &(bool, Rates))| {
            queue.lane.is_urgent() && !is_open && !rates.are_limited()
        };
        self.0.delivery.handover.set_behind(ways.iter().any(holds_up));
        let wanted = places.wanted(ways.keys().cloned().collect()).into_iter();
        let wanted = wanted.filter_map(|(queue, limit)| {
            let (is_open, rates) = *ways.get(&queue)?;
            Some(Wanted { queue, limit, is_open, rates })
        });
        Ok(wanted.collect())
    }

    fn start(&self, sending: &mut Sending, claimed: Vec<Claimed>) {
        for message in &claimed {
            self.0.delivery.places.take(&message.queue);
        }
        sending.start(self, claimed);
    }

    /// Only what is recorded makes room: a database that is behind holds up sending, instead of filling memory.
    pub(super) fn leave(&self, recorded: &[Done]) {
        for done in recorded {
            self.0.delivery.places.leave(&done.message.queue, 1);
        }
    }

    /// Keeps what is being sent, and takes over what others abandoned.
    async fn look_after(&self, sending: &Sending, renewed_at: &mut Timestamp) {
        let now = self.now();
        let third = self.0.settings.delivery.lease / 3;
        if renewed_at.plus(third) <= now {
            *renewed_at = now;
            let messages = sending.messages();
            if !messages.is_empty()
                && let Err(error) = self.renew_lease(&messages).await
            {
                tracing::error!(%error, "the claims of this process cannot be renewed");
            }
            if let Err(error) = self.forget_old_lines().await {
                tracing::error!(%error, "old lines cannot be removed");
            }
        }
        if let Err(error) = self.recover_abandoned(false).await {
            tracing::error!(%error, "abandoned messages cannot be looked for");
        }
        if let Err(error) = self.look_at_circuits().await {
            tracing::error!(%error, "open circuits cannot be looked for");
        }
        if let Err(error) = self.look_at_pauses().await {
            tracing::error!(%error, "paused campaigns cannot be looked for");
        }
    }
}
