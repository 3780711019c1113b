//! What is due is taken, as far as places, servers and rates allow.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::address::comparable;
use domain::channel_configuration::Rates;
use domain::id::ChannelConfigurationId;

use super::line::{Line, Place};
use super::places::CLAIM;
use crate::store::messages::{self, Claimed, PutBack, Queue};
use crate::store::rates::{self, LineKey};
use crate::store::{Tx, circuits};
use crate::{Engine, Result};

/// How often a transaction looks for further messages when it put some back.
const LOOKS: usize = 8;
/// A place in the line of a domain is lost when its message comes later than this: others would go with it at once.
const PLACE_HOLDS: Duration = Duration::from_secs(2);
/// Lines that have been free for so long say nothing any more.
const LINE_FORGOTTEN: Duration = Duration::from_hours(1);

/// Messages that may be taken of a queue now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) queue: Queue,
    pub(super) limit: usize,
    /// The circuit is open: one message may probe.
    pub(super) is_open: bool,
    pub(super) rates: Rates,
}

/// What was taken.
#[derive(Default)]
pub(super) struct Claims {
    pub(super) claimed: Vec<Claimed>,
    /// So many were there and may not go now.
    pub(super) put_back: usize,
}

/// The line of a configuration with a rate, locked until the end of the transaction.
struct LockedLine {
    rate: Option<Line>,
    next_at: i64,
    gone: usize,
}

impl Engine {
    /// Claims messages of each queue, at most [`CLAIM`] of all together.
    pub(super) async fn claim(&self, tx: &mut Tx, wanted: &[Wanted]) -> Result<Claims> {
        let mut lines = lock_lines(tx, wanted).await?;
        let mut all = Claims::default();
        for queue in wanted {
            let limit = (CLAIM - all.claimed.len().min(CLAIM)).min(queue.limit);
            if limit == 0 {
                break;
            }
            let line = lines.get_mut(&queue.queue.configuration_id);
            if queue.is_open {
                let probe = self.claim_probe(tx, &queue.queue).await?;
                if let Some(line) = line {
                    line.gone += usize::from(probe.is_some());
                }
                all.claimed.extend(probe);
            } else if let Some(line) = line {
                self.claim_in_line(tx, queue, limit, line, &mut all).await?;
            } else {
                self.claim_some(tx, queue, limit, &mut all).await?;
            }
        }
        for (id, line) in lines {
            if let (Some(rate), 1..) = (line.rate, line.gone) {
                let next_at = rate.after(line.next_at, line.gone, self.now());
                rates::set(tx, &LineKey::of_configuration(id), next_at).await?;
            }
        }
        Ok(all)
    }

    /// As many as the rate of the configuration lets go now. Messages that have to wait for the rate of their domain take
    /// nobody's place.
    async fn claim_in_line(
        &self,
        tx: &mut Tx,
        queue: &Wanted,
        limit: usize,
        line: &mut LockedLine,
        all: &mut Claims,
    ) -> Result<()> {
        self.0.delivery.has_rates.store(true, Ordering::Relaxed);
        let now = self.now();
        let free = line.rate.map_or(limit, |rate| rate.free(line.next_at, now));
        let mut left = free.saturating_sub(line.gone).min(limit);
        for _ in 0..LOOKS {
            if left == 0 {
                break;
            }
            let before = (all.claimed.len(), all.put_back);
            let found = self.claim_some(tx, queue, left, all).await?;
            let went = all.claimed.len() - before.0;
            line.gone += went;
            if found < left || all.put_back == before.1 {
                break;
            }
            left -= went;
        }
        Ok(())
    }

    /// Takes what is due and may go; puts the rest back. How many were there?
    async fn claim_some(&self, tx: &mut Tx, wanted: &Wanted, limit: usize, all: &mut Claims) -> Result<usize> {
        let claimed = messages::claim(tx, self.lease(), &wanted.queue, limit).await?;
        let found = claimed.len();
        let (mut free, held) = self.hold(tx, claimed).await?;
        all.put_back += held;
        if let Some(rate) = wanted.rates.max_per_second_per_domain {
            let (free_now, in_line) = self.line_up(tx, &wanted.queue, Line::of(rate), free).await?;
            all.put_back += in_line;
            free = free_now;
        }
        all.claimed.extend(free);
        Ok(found)
    }

    /// Each message takes the next place in the line of its domain, once. Those whose place is later go back until then.
    async fn line_up(
        &self,
        tx: &mut Tx,
        queue: &Queue,
        rate: Line,
        claimed: Vec<Claimed>,
    ) -> Result<(Vec<Claimed>, usize)> {
        let now = self.now();
        let has_place = |message: &Claimed| message.slot_at.is_some_and(|slot| now <= slot.plus(PLACE_HOLDS));
        let (mut free, new): (Vec<Claimed>, Vec<Claimed>) = claimed.into_iter().partition(has_place);
        let mut by_domain = BTreeMap::<String, Vec<Claimed>>::new();
        for message in new {
            by_domain.entry(domain_of(&message.address)).or_default().push(message);
        }
        let mut waiting = Vec::new();
        for (domain, messages) in by_domain {
            let key = LineKey::of_domain(&queue.configuration_id, queue.lane, domain);
            let mut next_at = rates::lock(tx, &key).await?;
            for message in messages {
                match rate.take(&mut next_at, now) {
                    Place::Now => free.push(message),
                    Place::At(time) => waiting.push((message, time)),
                }
            }
            rates::set(tx, &key, next_at).await?;
        }
        let back: Vec<PutBack<'_>> = waiting.iter().map(|(message, time)| PutBack::in_line(message, *time)).collect();
        messages::put_back(tx, &back, self.lease()).await?;
        Ok((free, waiting.len()))
    }

    /// The one message that finds out whether the server is there again.
    async fn claim_probe(&self, tx: &mut Tx, queue: &Queue) -> Result<Option<Claimed>> {
        if !self.take_probe(tx, &queue.configuration_id).await? {
            return Ok(None);
        }
        let claimed = messages::claim(tx, self.lease(), queue, 1).await?;
        let probe = self.hold(tx, claimed).await?.0.pop();
        if probe.is_none() {
            circuits::return_probe(tx, &queue.configuration_id, self.now()).await?;
        }
        Ok(probe.map(|message| Claimed { probe: true, ..message }))
    }

    /// Lines of domains that nobody writes to any more.
    pub(super) async fn forget_old_lines(&self) -> Result<()> {
        if self.0.delivery.has_rates.swap(false, Ordering::Relaxed) {
            let long_ago = self.now().as_millis() - i64::try_from(LINE_FORGOTTEN.as_millis()).unwrap_or(0);
            let mut tx = self.store().begin().await?;
            rates::remove_older(&mut tx, domain::Timestamp::from_millis(long_ago)).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Locks the lines of the configurations that have any rate, always in the same order. This guards the lines of their domains,
/// too.
async fn lock_lines<'a>(tx: &mut Tx, wanted: &'a [Wanted]) -> Result<BTreeMap<&'a ChannelConfigurationId, LockedLine>> {
    let limited = wanted.iter().filter(|wanted| wanted.rates.are_limited());
    let limited: BTreeMap<_, _> = limited.map(|wanted| (&wanted.queue.configuration_id, wanted.rates)).collect();
    let mut lines = BTreeMap::new();
    for (id, rates) in limited {
        let next_at = rates::lock(tx, &LineKey::of_configuration(id)).await?;
        lines.insert(id, LockedLine { rate: rates.max_per_second.map(Line::of), next_at, gone: 0 });
    }
    Ok(lines)
}

/// As a line knows it.
fn domain_of(address: &str) -> String {
    comparable(address.rsplit_once('@').map_or(address, |(_, domain)| domain))
}
