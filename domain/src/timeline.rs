//! What happened to a message, oldest first: the same story for the console and for callers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::id::{CampaignId, ExecutionId};
use crate::mail_copy::MailCopy;
use crate::message::{Attempt, Check, Fallback, Feedback, MessageDetail, MessageState};

/// One step of the story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    pub at: Timestamp,
    #[serde(flatten)]
    pub what: What,
}

/// What happened, told apart by `event`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum What {
    /// The call was accepted.
    Accepted {
        created_by: String,
        request_id: String,
        execution_id: ExecutionId,
        campaign_id: CampaignId,
        campaign_version: i64,
        user_id: String,
        namespace: String,
    },
    /// It was decided whether the message may go.
    Checked { checks: Vec<Check> },
    /// The content was filled in. Sizes in bytes; `subject` is the line that stands for it.
    Rendered { subject: String, html_bytes: usize, text_bytes: usize },
    /// It was tried to hand the message over.
    Attempted(Attempt),
    /// The provider told what became of it.
    Told(Feedback),
    /// RCS did not reach the person: it goes as SMS, and `reason` says why.
    FellBack { reason: String, words: String },
    /// A copy was made, for an archive or for a seed address; or is still to be made.
    Copied(MailCopy),
    /// The state in which the message is now, at the time since when.
    State { state: MessageState, reason: Option<String>, detail: Option<String>, due_at: Option<Timestamp> },
}

fn fell_back(fallback: &Fallback) -> Event {
    let what = What::FellBack { reason: fallback.reason.clone(), words: fallback.words.clone() };
    Event { at: fallback.at, what }
}

/// Behind the last attempt that went as RCS; where there was none, before all attempts.
fn attempt_after_fallback(events: &[Event]) -> usize {
    let last = events.iter().rposition(|event| matches!(&event.what, What::Attempted(attempt) if attempt.is_rcs()));
    let first = events.iter().position(|event| matches!(event.what, What::Attempted(_)));
    last.map(|last| last + 1).or(first).unwrap_or(events.len())
}

impl MessageDetail {
    /// Everything in the order of its time. Checks and rendering stand before the attempt in which they were made, and the
    /// state behind what led to it.
    pub fn timeline(&self) -> Vec<Event> {
        let attempted = |attempt: &Attempt| Event { at: attempt.started_at, what: What::Attempted(attempt.clone()) };
        let mut events: Vec<Event> = self.attempts.iter().map(attempted).collect();
        if let (Some(at), Some(mail)) = (self.rendered_at, &self.rendered) {
            let (html_bytes, text_bytes) = mail.content.sizes();
            let subject = mail.content.headline();
            let place = self.attempt_of(at);
            let at = self.within_attempt(place, at);
            events.insert(place, Event { at, what: What::Rendered { subject, html_bytes, text_bytes } });
        }
        if let Some(at) = self.checked_at.filter(|_| !self.checks.is_empty()) {
            // The rendering of an earlier attempt has moved the places by one.
            let attempt = self.attempt_of(at);
            let place = attempt + usize::from(self.rendered_at.is_some_and(|rendered| rendered < at));
            let at = self.within_attempt(attempt, at);
            events.insert(place, Event { at, what: What::Checked { checks: self.checks.clone() } });
        }
        let told = |feedback: &Feedback| Event { at: feedback.received_at, what: What::Told(feedback.clone()) };
        let (before, after): (Vec<_>, Vec<_>) = self.feedback.iter().partition(|told| self.is_before_fallback(told));
        if let Some(fallback) = &self.fallback {
            let place = attempt_after_fallback(&events);
            let turn = before.into_iter().map(told).chain([fell_back(fallback)]);
            events.splice(place..place, turn);
        }
        events.extend(after.into_iter().map(told));
        events.extend(self.copies.iter().map(|copy| Event { at: copy.updated_at, what: What::Copied(copy.clone()) }));
        events.insert(0, self.accepted());
        events.push(self.now());
        // What a provider tells may come before its answer is noted, and an opening after the last state.
        events.sort_by_key(|event| event.at);
        events
    }

    /// Position of the attempt that was being made at this time.
    fn attempt_of(&self, at: Timestamp) -> usize {
        self.attempts.iter().filter(|attempt| attempt.started_at <= at).count().saturating_sub(1)
    }

    /// An attempt begins with its checks and its rendering: they are no later than it.
    fn within_attempt(&self, place: usize, at: Timestamp) -> Timestamp {
        self.attempts.get(place).map_or(at, |attempt| at.min(attempt.started_at))
    }

    /// What was told until it fell back.
    fn is_before_fallback(&self, told: &Feedback) -> bool {
        self.fallback.as_ref().is_some_and(|fallback| told.received_at <= fallback.at)
    }

    fn accepted(&self) -> Event {
        let message = &self.message;
        let what = What::Accepted {
            created_by: self.created_by.clone(),
            request_id: message.request_id.clone(),
            execution_id: message.execution_id.clone(),
            campaign_id: message.campaign_id.clone(),
            campaign_version: self.campaign_version,
            user_id: message.user_id.clone(),
            namespace: message.namespace.clone(),
        };
        Event { at: message.created_at, what }
    }

    fn now(&self) -> Event {
        let message = &self.message;
        let what = What::State {
            state: message.state,
            reason: message.reason.clone(),
            detail: message.detail.clone(),
            due_at: message.due_at,
        };
        Event { at: message.updated_at, what }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_story_is_told_in_the_order_of_its_times_with_the_checks_before_their_attempt() {
        let at = |millis: u32| format!("2026-12-01T09:00:00.{millis:03}Z");
        let detail: MessageDetail = serde_json::from_value(json!({
            "message": {
                "messageId": "msg_01k00000000000000000000000", "executionId": "UMA-01k00000000000000000000000",
                "requestId": "r-1", "campaignId": "cmp_01k00000000000000000000000", "campaignName": "Order",
                "kind": "campaign", "channel": "email", "userId": "ann@example.com", "namespace": "email", "address": "ann@example.com",
                "subject": null, "state": "sent", "reason": null, "detail": null, "attempts": 1, "dueAt": null,
                "createdAt": at(0), "updatedAt": at(300),
            },
            "campaignVersion": 1, "configurationName": "Shop", "retriedUntil": at(900), "createdBy": "Shop",
            "checks": [{"code": "not_suppressed", "passed": true, "text": ""}],
            "checkedAt": at(105), "renderedAt": at(106),
            "rendered": {
                "channel": "email", "subject": "Order 1", "html": "", "text": "", "headers": [],
            },
            "attempts": [{
                "number": 1, "outcome": "accepted", "via": "smtp", "answer": "250", "reason": null,
                "startedAt": at(100), "durationMs": 200,
            }],
            "feedback": [{
                "kind": "opened", "toldAt": at(400), "receivedAt": at(400), "reason": null, "words": "", "raw": {},
            }],
            "recipient": {},
        }))
        .unwrap();
        let events = detail.timeline();
        assert!(events.is_sorted_by_key(|event| event.at), "{events:?}");
        let words = events.iter().map(|event| json!(event)["event"].as_str().unwrap().to_owned());
        let expected = ["accepted", "checked", "rendered", "attempted", "state", "told"];
        assert_eq!(words.collect::<Vec<_>>(), expected);
    }
}
