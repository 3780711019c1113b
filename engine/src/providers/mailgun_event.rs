//! What Mailgun tells of a mail (its user manual, "Webhook Payloads" and "Events").

use domain::Timestamp;
use serde_json::Value;

use super::email_answer::reason;
use super::email_event::{TAG, about, bounce, key, seconds, text};
use super::{Told, ToldKind, one_line};

/// An event; nothing of one that is new, or not about a message of ours. Its id is good for a day, so its time is in the key.
pub fn read(event: &Value, now: Timestamp) -> Option<Told> {
    let name = text(event, "/event");
    let kind = kind(&name, event)?;
    let provider_id = text(event, "/message/headers/message-id");
    let provider_id = provider_id.trim_matches(['<', '>']);
    let about = about(&text(event, &format!("/user-variables/{TAG}")), provider_id)?;
    let time = text(event, "/timestamp");
    let reason = match kind {
        ToldKind::Bounced { .. } | ToldKind::Failed | ToldKind::Deferred => {
            reason("mailgun", &[&name, &text(event, "/severity"), &text(event, "/reason")])
        }
        _ => String::new(),
    };
    let places = ["/delivery-status/message", "/delivery-status/description", "/reject/reason", "/url"];
    let words = places.map(|place| text(event, place)).into_iter().find(|words| !words.is_empty()).unwrap_or_default();
    Some(Told {
        about,
        kind,
        at: seconds(&time).unwrap_or(now),
        key: key(&["mailgun", &name, &text(event, "/id"), provider_id, &time]),
        reason,
        words: one_line(&words),
        raw: event.clone(),
    })
}

fn kind(name: &str, event: &Value) -> Option<ToldKind> {
    Some(match name {
        "accepted" => ToldKind::Accepted,
        "delivered" => ToldKind::Delivered,
        "failed" if text(event, "/severity") == "temporary" => ToldKind::Deferred,
        "failed" => failure(event),
        "rejected" => ToldKind::Failed,
        "opened" => ToldKind::Opened,
        "clicked" => ToldKind::Clicked,
        "complained" => ToldKind::Complained,
        "unsubscribed" => ToldKind::Unsubscribed,
        _ => return None,
    })
}

/// For good: the address is the cause when Mailgun or the server says so, by reason, enhanced status or SMTP code.
fn failure(event: &Value) -> ToldKind {
    let status = text(event, "/delivery-status/enhanced-code");
    let code = text(event, "/delivery-status/code");
    match text(event, "/reason").as_str() {
        "suppress-bounce" => ToldKind::Bounced { is_permanent: true },
        "suppress-complaint" | "suppress-unsubscribe" | "old" | "espblock" => ToldKind::Failed,
        _ if status.starts_with("5.1.") || matches!(code.as_str(), "550" | "551" | "553") => bounce(&status, true),
        _ if status.is_empty() => ToldKind::Failed,
        _ => bounce(&status, false),
    }
}

#[cfg(test)]
pub mod tests {
    use serde_json::json;

    use super::super::email_event::tests::MESSAGE;
    use super::*;

    /// An event about our message.
    pub fn event(further: &Value) -> Value {
        let mut event = json!({
            "id": "G9Bn5sl1TC6nu79C8C0bwg", "timestamp": 1_796_115_580.329_574, "recipient": "ann@example.com",
            "user-variables": { TAG: MESSAGE }, "message": { "headers": { "message-id": "2026@mg.example.com" } },
        });
        event.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
        event
    }

    fn kinds(further: &Value) -> Vec<ToldKind> {
        read(&event(further), Timestamp::from_millis(0)).iter().map(|told| told.kind).collect()
    }

    #[test]
    fn a_failure_suppresses_only_when_it_is_for_good_and_about_the_address() {
        let failed = |severity: &str, reason: &str, code: u16, enhanced: &str| {
            let status = json!({ "code": code, "enhanced-code": enhanced });
            kinds(&json!({ "event": "failed", "severity": severity, "reason": reason, "delivery-status": status }))[0]
        };
        let bounced = |is_permanent| ToldKind::Bounced { is_permanent };
        assert_eq!(failed("permanent", "bounce", 550, "5.1.1"), bounced(true));
        assert_eq!(failed("permanent", "bounce", 550, ""), bounced(true));
        assert_eq!(failed("permanent", "suppress-bounce", 605, ""), bounced(true));
        assert_eq!(failed("permanent", "suppress-complaint", 607, ""), ToldKind::Failed);
        assert_eq!(failed("permanent", "bounce", 550, "5.7.1"), ToldKind::Failed);
        assert_eq!(failed("permanent", "generic", 554, ""), ToldKind::Failed);
        assert_eq!(failed("permanent", "generic", 552, "5.2.2"), bounced(false));
        assert_eq!(failed("permanent", "old", 602, ""), ToldKind::Failed);
        assert_eq!(failed("temporary", "generic", 550, "5.1.1"), ToldKind::Deferred);
    }

    #[test]
    fn the_other_events_are_told_in_our_words_and_new_ones_passed_over() {
        for (name, expected) in [
            ("accepted", vec![ToldKind::Accepted]),
            ("rejected", vec![ToldKind::Failed]),
            ("opened", vec![ToldKind::Opened]),
            ("clicked", vec![ToldKind::Clicked]),
            ("complained", vec![ToldKind::Complained]),
            ("unsubscribed", vec![ToldKind::Unsubscribed]),
            ("novel", vec![]),
        ] {
            assert_eq!(kinds(&json!({ "event": name })), expected, "{name}");
        }
    }
}
