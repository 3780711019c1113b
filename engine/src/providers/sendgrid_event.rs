//! What `SendGrid` tells of a mail (Twilio's "Event Webhook Reference").

use domain::Timestamp;
use serde_json::Value;

use super::email_answer::reason;
use super::email_event::{TAG, about, bounce, key, seconds, text};
use super::{Told, ToldKind, one_line};

/// One event; nothing of one that is new, or not about a message of ours.
pub fn read(event: &Value, now: Timestamp) -> Option<Told> {
    let name = text(event, "/event");
    let kind = kind(&name, event)?;
    let provider_id = provider_id(&text(event, "/sg_message_id"));
    let about = about(&text(event, &format!("/{TAG}")), &provider_id)?;
    let time = text(event, "/timestamp");
    let key = match text(event, "/sg_event_id") {
        id if id.is_empty() => key(&["sendgrid", &name, &provider_id, &time, &text(event, "/url")]),
        id => key(&["sendgrid", &id]),
    };
    let reason = match kind {
        ToldKind::Bounced { .. } | ToldKind::Failed | ToldKind::Deferred => {
            // `reason` of a drop is one of few words, of a bounce it is what the server said.
            let why = if name == "dropped" { text(event, "/reason") } else { text(event, "/type") };
            reason("sendgrid", &[&name, &why])
        }
        _ => String::new(),
    };
    let words = ["/reason", "/response", "/url"].map(|place| text(event, place)).concat();
    let at = seconds(&time).unwrap_or(now);
    Some(Told { about, kind, at, key, reason, words: one_line(&words), raw: event.clone() })
}

fn kind(name: &str, event: &Value) -> Option<ToldKind> {
    Some(match name {
        "processed" => ToldKind::Accepted,
        "delivered" => ToldKind::Delivered,
        "deferred" => ToldKind::Deferred,
        "bounce" if text(event, "/type") == "blocked" => ToldKind::Failed,
        "bounce" => bounce(&text(event, "/status"), true),
        "dropped" => match text(event, "/reason").as_str() {
            "Bounced Address" | "Invalid" => ToldKind::Bounced { is_permanent: true },
            _ => ToldKind::Failed,
        },
        "spamreport" => ToldKind::Complained,
        "unsubscribe" | "group_unsubscribe" => ToldKind::Unsubscribed,
        "open" => ToldKind::Opened,
        "click" => ToldKind::Clicked,
        _ => return None,
    })
}

/// `X-Message-Id` of the answer, which events lengthen by the name of a machine: `14c5.dfd.filter0001.16648.5515E0B88.0`.
fn provider_id(lengthened: &str) -> String {
    let end = [".filter", ".recvd"].iter().filter_map(|mark| lengthened.find(mark)).min();
    lengthened[..end.unwrap_or(lengthened.len())].to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::email_event::tests::MESSAGE;
    use super::*;

    fn kind_of(event: Value) -> Option<(ToldKind, String)> {
        let mut event = event;
        event[TAG] = json!(MESSAGE);
        read(&event, Timestamp::from_millis(0)).map(|told| (told.kind, told.reason))
    }

    #[test]
    fn only_a_bounce_for_the_address_suppresses_it() {
        let bounced = |is_permanent| ToldKind::Bounced { is_permanent };
        for (event, expected, reason) in [
            (
                json!({ "event": "bounce", "type": "bounce", "status": "5.2.2" }),
                bounced(false),
                "sendgrid_bounce_bounce",
            ),
            (
                json!({ "event": "bounce", "type": "blocked", "status": "5.1.1" }),
                ToldKind::Failed,
                "sendgrid_bounce_blocked",
            ),
            (json!({ "event": "dropped", "reason": "Invalid" }), bounced(true), "sendgrid_dropped_invalid"),
            (
                json!({ "event": "dropped", "reason": "Unsubscribed Address" }),
                ToldKind::Failed,
                "sendgrid_dropped_unsubscribed_address",
            ),
            (json!({ "event": "deferred" }), ToldKind::Deferred, "sendgrid_deferred"),
            (json!({ "event": "spamreport" }), ToldKind::Complained, ""),
            (json!({ "event": "group_unsubscribe" }), ToldKind::Unsubscribed, ""),
            (json!({ "event": "open" }), ToldKind::Opened, ""),
            (json!({ "event": "click" }), ToldKind::Clicked, ""),
        ] {
            assert_eq!(kind_of(event.clone()), Some((expected, reason.to_owned())), "{event}");
        }
        assert_eq!(kind_of(json!({ "event": "group_resubscribe" })), None);
    }
}
