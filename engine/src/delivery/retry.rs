//! When to try again, and when to give up.

use std::time::Duration;

use domain::Timestamp;
use domain::message::{Attempt, MessageState, Outcome};

use crate::intake::TRANSACTIONAL_LANE;
use crate::store::messages::NextState;

/// The state after an attempt. `chance` in 0..=255 spreads the retries of many messages by ±20 %. A marketing message
/// whose attempt is in doubt is not sent again, and nothing in doubt ever ends as failed.
pub(super) fn next_state(
    lane: i64,
    attempt: &Attempt,
    capture: bool,
    schedule: &[Duration],
    now: Timestamp,
    chance: u8,
) -> NextState {
    let then = |state: MessageState| NextState {
        state,
        reason: attempt.reason.clone(),
        detail: Some(attempt.answer.clone()),
        due_at: None,
    };
    let given_up =
        || then(if attempt.outcome == Outcome::InDoubt { MessageState::InDoubt } else { MessageState::Failed });
    match attempt.outcome {
        Outcome::Accepted => NextState {
            state: if capture { MessageState::Captured } else { MessageState::Sent },
            reason: None,
            detail: None,
            due_at: None,
        },
        Outcome::Rejected => given_up(),
        Outcome::InDoubt if lane != TRANSACTIONAL_LANE => given_up(),
        Outcome::Retry | Outcome::InDoubt => {
            let tries = usize::try_from(attempt.number).unwrap_or(usize::MAX);
            match tries.checked_sub(1).and_then(|position| schedule.get(position)) {
                Some(delay) => {
                    NextState { due_at: Some(now.plus(spread(*delay, chance))), ..then(MessageState::Queued) }
                }
                None => given_up(),
            }
        }
    }
}

fn spread(delay: Duration, chance: u8) -> Duration {
    delay.mul_f64(0.8 + 0.4 * f64::from(chance) / 255.0)
}

#[cfg(test)]
mod tests {
    use domain::id::AttemptId;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn attempt(number: i64, outcome: Outcome) -> Attempt {
        Attempt {
            id: AttemptId::new(1, [1; 10]),
            number,
            outcome,
            via: "smtp x:25".into(),
            answer: "451 later".into(),
            reason: Some("smtp_451".into()),
            started_at: NOW,
            duration_ms: 1,
        }
    }

    #[test]
    fn a_retry_is_due_within_a_fifth_of_its_time_and_the_last_one_gives_up() {
        let schedule = [Duration::from_mins(1), Duration::from_mins(5)];
        let due = |number, chance| {
            next_state(TRANSACTIONAL_LANE, &attempt(number, Outcome::Retry), false, &schedule, NOW, chance)
        };
        assert_eq!(due(1, 0).due_at, Some(NOW.plus(Duration::from_secs(48))));
        assert_eq!(due(2, 255).due_at, Some(NOW.plus(Duration::from_mins(6))));
        let last = due(3, 0);
        assert_eq!((last.state, last.reason.as_deref()), (MessageState::Failed, Some("smtp_451")));
    }

    #[test]
    fn a_refusal_for_ever_is_not_tried_again() {
        let next =
            next_state(TRANSACTIONAL_LANE, &attempt(1, Outcome::Rejected), false, &[Duration::from_mins(1)], NOW, 0);
        assert_eq!(next.state, MessageState::Failed);
        assert_eq!(
            next_state(TRANSACTIONAL_LANE, &attempt(1, Outcome::Accepted), true, &[], NOW, 0).state,
            MessageState::Captured
        );
    }

    #[test]
    fn what_may_have_arrived_at_the_last_attempt_is_not_called_failed() {
        let next =
            next_state(TRANSACTIONAL_LANE, &attempt(2, Outcome::InDoubt), false, &[Duration::from_mins(1)], NOW, 0);
        assert_eq!((next.state, next.due_at), (MessageState::InDoubt, None));
    }

    #[test]
    fn what_may_have_arrived_is_sent_again_only_when_it_is_transactional() {
        let schedule = [Duration::from_mins(1)];
        let state = |lane| next_state(lane, &attempt(1, Outcome::InDoubt), false, &schedule, NOW, 0).state;
        assert_eq!(state(TRANSACTIONAL_LANE), MessageState::Queued);
        assert_eq!(state(TRANSACTIONAL_LANE + 1), MessageState::InDoubt);
    }
}
