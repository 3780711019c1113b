//! When to try again, and when to give up.

use std::time::Duration;

use domain::Timestamp;
use domain::channel_configuration::{ChannelConfiguration, RETRY_MINUTES_MAX};
use domain::message::{MessageState, Outcome};

#[cfg(test)]
use super::record::After;
use super::record::Done;
use crate::store::messages::NextState;

/// Of what a provider asks for, so much is believed.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// How long and how often a message is tried again.
pub(super) struct Patience<'a> {
    /// Pauses before the second, third, … try; the last one repeats.
    pub(super) schedule: &'a [Duration],
    /// No attempt is made after this time.
    pub(super) until: Timestamp,
    /// Spreads the retries of many messages by ±20 %.
    pub(super) chance: u8,
    /// The circuit of the configuration is open: it says when there is a next attempt.
    pub(super) is_open: bool,
}

/// When the retry window of a message ends that was accepted at `created_at`.
pub(crate) fn retried_until(created_at: Timestamp, configuration: Option<&ChannelConfiguration>) -> Timestamp {
    created_at.plus(retry_window(configuration))
}

/// How long messages are tried again; the longest time for a configuration that is gone.
pub(super) fn retry_window(configuration: Option<&ChannelConfiguration>) -> Duration {
    let minutes = configuration.map_or(RETRY_MINUTES_MAX, |found| found.retry_minutes);
    Duration::from_mins(u64::from(minutes))
}

/// The state after an attempt. A marketing message whose attempt is in doubt is not sent again, and nothing in doubt ever ends
/// as failed. An attempt that found no server does not count: the same pause comes again.
pub(super) fn next_state(done: &Done, patience: &Patience<'_>, now: Timestamp) -> NextState {
    let Done { message, attempt, capture, after, .. } = done;
    let counts = attempt.outcome != Outcome::Unavailable && !done.is_excluded();
    let tries = message.tries + i64::from(counts);
    let then = |state: MessageState| NextState {
        state,
        reason: attempt.reason.clone(),
        detail: Some(attempt.answer.clone()),
        due_at: None,
        tries,
    };
    let given_up =
        || then(if attempt.outcome == Outcome::InDoubt { MessageState::InDoubt } else { MessageState::Failed });
    match attempt.outcome {
        Outcome::Accepted => NextState {
            state: if *capture { MessageState::Captured } else { MessageState::Sent },
            reason: None,
            detail: None,
            due_at: None,
            tries,
        },
        Outcome::Rejected if done.is_excluded() => then(MessageState::Excluded),
        // The SMS goes at once.
        _ if attempt.is_rcs() && after.fell_back.is_some() => {
            NextState { due_at: Some(now), ..then(MessageState::Queued) }
        }
        Outcome::Rejected => given_up(),
        Outcome::InDoubt if !message.queue.lane.repeats_what_is_in_doubt() => given_up(),
        Outcome::Unavailable if patience.is_open && now <= patience.until => {
            NextState { due_at: Some(now), ..then(MessageState::Queued) }
        }
        Outcome::Unavailable if after.pause.is_some_and(|pause| now.plus(pause) <= patience.until) => {
            let pause = after.pause.unwrap_or_default().clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
            NextState { due_at: Some(now.plus(pause)), ..then(MessageState::Queued) }
        }
        Outcome::Retry | Outcome::Unavailable | Outcome::InDoubt => match patience.next(tries, now) {
            Some(due_at) => NextState { due_at: Some(due_at), ..then(MessageState::Queued) },
            None => given_up(),
        },
    }
}

impl Patience<'_> {
    /// The time of the next attempt after so many tries; `None`: it would come too late.
    fn next(&self, tries: i64, now: Timestamp) -> Option<Timestamp> {
        let position = usize::try_from(tries - 1).unwrap_or(0);
        let pause = self.schedule.get(position).or(self.schedule.last())?;
        let due_at = now.plus(spread(*pause, self.chance));
        (due_at <= self.until).then_some(due_at)
    }
}

fn spread(delay: Duration, chance: u8) -> Duration {
    delay.mul_f64(0.8 + 0.4 * f64::from(chance) / 255.0)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::id::{CampaignId, ChannelConfigurationId, ExecutionId, MessageId};
    use domain::message::Attempt;
    use domain::suppression::{DOMAIN_SUPPRESSED, NOT_ALLOWED, SUPPRESSED};

    use super::*;
    use crate::lane::Lane;
    use crate::store::messages::{Claimed, Queue};

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);
    const SCHEDULE: [Duration; 2] = [Duration::from_mins(1), Duration::from_mins(5)];

    /// An attempt after so many tries.
    fn done(lane: Lane, tries: i64, outcome: Outcome) -> Done {
        let message = Claimed {
            id: MessageId::new(1, [1; 10]),
            execution_id: ExecutionId::new(1, [1; 10]),
            sandbox: "dev".parse().unwrap(),
            campaign_id: CampaignId::new(1, [1; 10]),
            campaign_version: 1,
            queue: Queue { configuration_id: ChannelConfigurationId::new(1, [1; 10]), lane },
            address: "ann@example.com".into(),
            recipient: "{}".into(),
            home: None,
            attempt: tries + 1,
            tries,
            slot_at: None,
            created_at: NOW,
            probe: false,
            quiet: None,
            variant: None,
        };
        let attempt = Attempt {
            number: tries + 1,
            outcome,
            via: "smtp x:25".into(),
            answer: "451 later".into(),
            reason: Some("smtp_451".into()),
            started_at: NOW,
            duration_ms: 1,
            failover: None,
        };
        Done {
            message: Arc::new(message),
            attempt,
            rendering: None,
            variant: None,
            capture: false,
            retried_until: NOW,
            turn: None,
            after: After::default(),
            wait: None,
        }
    }

    fn next(done: &Done, minutes: u64, chance: u8) -> NextState {
        let until = NOW.plus(Duration::from_mins(minutes));
        next_state(done, &Patience { schedule: &SCHEDULE, until, chance, is_open: false }, NOW)
    }

    #[test]
    fn a_retry_is_due_within_a_fifth_of_its_pause_and_the_last_pause_repeats() {
        let due = |tries, chance| next(&done(Lane::Transactional, tries, Outcome::Retry), 60, chance).due_at;
        assert_eq!(due(0, 0), Some(NOW.plus(Duration::from_secs(48))));
        assert_eq!(due(1, 255), Some(NOW.plus(Duration::from_mins(6))));
        assert_eq!(due(7, 255), Some(NOW.plus(Duration::from_mins(6))));
    }

    #[test]
    fn a_message_is_given_up_when_the_next_attempt_would_come_after_its_window() {
        let late = done(Lane::Transactional, 1, Outcome::Retry);
        assert_eq!(next(&late, 6, 255).state, MessageState::Queued);
        let given_up = next(&late, 5, 255);
        assert_eq!((given_up.state, given_up.due_at), (MessageState::Failed, None));
        assert_eq!(given_up.reason.as_deref(), Some("smtp_451"));
        assert_eq!(next(&done(Lane::Transactional, 1, Outcome::InDoubt), 5, 255).state, MessageState::InDoubt);
    }

    #[test]
    fn a_message_that_the_lists_keep_back_is_excluded_and_was_not_tried() {
        for reason in [SUPPRESSED, DOMAIN_SUPPRESSED, NOT_ALLOWED] {
            let mut refused = done(Lane::Marketing, 0, Outcome::Rejected);
            refused.attempt.reason = Some(reason.into());
            let next = next(&refused, 60, 0);
            assert_eq!((next.state, next.tries, next.due_at), (MessageState::Excluded, 0, None), "{reason}");
        }
    }

    #[test]
    fn an_attempt_that_found_no_server_uses_up_no_try() {
        let counted = next(&done(Lane::Transactional, 0, Outcome::Retry), 60, 255);
        let uncounted = next(&done(Lane::Transactional, 0, Outcome::Unavailable), 60, 255);
        assert_eq!((counted.tries, uncounted.tries), (1, 0));
        assert_eq!(uncounted.due_at, counted.due_at);
        // Between two tries that count, the pause stays what it was.
        let later = next(&done(Lane::Transactional, 1, Outcome::Unavailable), 60, 255);
        assert_eq!((later.tries, later.due_at), (1, counted.due_at));
        assert_eq!(next(&done(Lane::Marketing, 0, Outcome::Unavailable), 0, 0).state, MessageState::Failed);
    }

    #[test]
    fn a_refusal_for_ever_is_not_tried_again() {
        assert_eq!(next(&done(Lane::Transactional, 0, Outcome::Rejected), 60, 0).state, MessageState::Failed);
        let captured = Done { capture: true, ..done(Lane::Transactional, 0, Outcome::Accepted) };
        assert_eq!(next(&captured, 60, 0).state, MessageState::Captured);
    }

    #[test]
    fn what_may_have_arrived_is_sent_again_only_when_it_is_transactional() {
        let state = |lane| next(&done(lane, 0, Outcome::InDoubt), 60, 0).state;
        assert_eq!(state(Lane::HighThroughput), MessageState::Queued);
        assert_eq!(state(Lane::Transactional), MessageState::Queued);
        assert_eq!(state(Lane::Marketing), MessageState::InDoubt);
    }
}
