//! What Amazon SES tells of a mail (Amazon SES Developer Guide, "Contents of event data that Amazon SES publishes to Amazon
//! SNS"). Feedback of an identity has the same shape and says `notificationType` for `eventType`, but brings no tags.

use serde_json::Value;

use super::email_answer::reason;
use super::email_event::{TAG, about, bounce, key, list, text};
use super::{Told, ToldKind, one_line};
use domain::Timestamp;

/// What one recipient's part of an event says.
struct Part {
    recipient: String,
    kind: ToldKind,
    /// The parts of the reason; empty when all is well.
    reason: Vec<String>,
    words: String,
}

/// Reads an event: one [`Told`] for each recipient it names, none when it tells nothing of a message of ours.
pub fn read(event: &Value, now: Timestamp) -> Vec<Told> {
    let kind = match text(event, "/eventType") {
        kind if kind.is_empty() => text(event, "/notificationType"),
        kind => kind,
    };
    // "DeliveryDelay" tells more in `deliveryDelay`; "Rendering Failure" in `failure`.
    let name = match kind.as_str() {
        "DeliveryDelay" => "deliveryDelay".to_owned(),
        "Rendering Failure" => "failure".to_owned(),
        other => other.to_ascii_lowercase(),
    };
    let detail = event.get(&name).unwrap_or(&Value::Null);
    let mail_id = text(event, "/mail/messageId");
    let Some(about) = about(&text(event, &format!("/mail/tags/{TAG}/0")), &mail_id) else { return Vec::new() };
    let time = text(detail, "/timestamp");
    let told = |part: Part| {
        let parts: Vec<&str> = part.reason.iter().map(String::as_str).collect();
        let same = [text(detail, "/feedbackId"), text(detail, "/link"), part.recipient];
        Told {
            about: about.clone(),
            kind: part.kind,
            at: time.parse().unwrap_or(now),
            key: key(&["ses", &kind, &mail_id, &time, &same[0], &same[1], &same[2]]),
            reason: if parts.is_empty() { String::new() } else { reason("ses", &parts) },
            words: one_line(&part.words),
            raw: event.clone(),
        }
    };
    parts(&kind, detail).into_iter().map(told).collect()
}

/// The parts of an event; none of one that is new or tells nothing.
fn parts(kind: &str, detail: &Value) -> Vec<Part> {
    match kind {
        "Send" => vec![whole(ToldKind::Accepted, &[], "")],
        "Delivery" => deliveries(detail),
        "DeliveryDelay" => delays(detail),
        "Bounce" => bounces(detail),
        "Complaint" => complaints(detail),
        "Reject" => vec![whole(ToldKind::Failed, &["reject"], &text(detail, "/reason"))],
        "Rendering Failure" => vec![whole(ToldKind::Failed, &["rendering"], &text(detail, "/errorMessage"))],
        "Open" => vec![whole(ToldKind::Opened, &[], "")],
        "Click" => vec![whole(ToldKind::Clicked, &[], &text(detail, "/link"))],
        "Subscription" if is_leaving(detail) => {
            vec![whole(ToldKind::Unsubscribed, &[], &text(detail, "/source"))]
        }
        _ => Vec::new(),
    }
}

/// An event about the mail as a whole.
fn whole(kind: ToldKind, reason: &[&str], words: &str) -> Part {
    let reason = reason.iter().map(|part| (*part).to_owned()).collect();
    Part { recipient: String::new(), kind, reason, words: words.to_owned() }
}

fn deliveries(detail: &Value) -> Vec<Part> {
    let words = text(detail, "/smtpResponse");
    let part = |recipient: &Value| Part { recipient: text(recipient, ""), ..whole(ToldKind::Delivered, &[], &words) };
    list(detail, "/recipients").iter().map(part).collect()
}

fn delays(detail: &Value) -> Vec<Part> {
    let kind = text(detail, "/delayType");
    let part = |recipient: &Value| Part {
        recipient: text(recipient, "/emailAddress"),
        ..whole(ToldKind::Deferred, &["delay", &kind], &text(recipient, "/diagnosticCode"))
    };
    list(detail, "/delayedRecipients").iter().map(part).collect()
}

/// The kinds of bounces are those of the guide's "Bounce types"; a refused content is no fault of the address.
fn bounces(detail: &Value) -> Vec<Part> {
    let (kind, sub_kind) = (text(detail, "/bounceType"), text(detail, "/bounceSubType"));
    let is_content = matches!(sub_kind.as_str(), "ContentRejected" | "AttachmentRejected" | "MessageTooLarge");
    let part = |recipient: &Value| {
        let by_status = bounce(&text(recipient, "/status"), kind == "Permanent");
        let told = if is_content { ToldKind::Failed } else { by_status };
        Part {
            recipient: text(recipient, "/emailAddress"),
            ..whole(told, &[&kind, &sub_kind], &text(recipient, "/diagnosticCode"))
        }
    };
    list(detail, "/bouncedRecipients").iter().map(part).collect()
}

/// Who reports that a mail is no spam (`not-spam`, RFC 5965 §7.3) does not complain.
fn complaints(detail: &Value) -> Vec<Part> {
    let feedback = text(detail, "/complaintFeedbackType");
    if feedback == "not-spam" {
        return Vec::new();
    }
    let sub_kind = text(detail, "/complaintSubType");
    let part = |recipient: &Value| Part {
        recipient: text(recipient, "/emailAddress"),
        ..whole(ToldKind::Complained, &["complaint", &feedback, &sub_kind], "")
    };
    list(detail, "/complainedRecipients").iter().map(part).collect()
}

/// Did the recipient leave everything, or more topics than before?
fn is_leaving(detail: &Value) -> bool {
    let left = |preferences: &str| {
        let topics = list(detail, &format!("/{preferences}/topicSubscriptionStatus"));
        topics.iter().filter(|topic| text(topic, "/subscriptionStatus") == "OptOut").count()
    };
    let leaves_all = detail.pointer("/newTopicPreferences/unsubscribeAll") == Some(&Value::Bool(true));
    leaves_all || left("newTopicPreferences") > left("oldTopicPreferences")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::About;
    use super::super::email_event::tests::MESSAGE;
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_796_115_600_000);

    fn event(kind: &str, name: &str, detail: Value) -> Value {
        let mail = json!({ "messageId": "0100-mail", "tags": { TAG: [MESSAGE] } });
        json!({ "eventType": kind, name: detail, "mail": mail, "newField": 1 })
    }

    fn kinds(event: &Value) -> Vec<(ToldKind, String)> {
        read(event, NOW).into_iter().map(|told| (told.kind, told.reason)).collect()
    }

    #[test]
    fn each_kind_of_event_is_told_in_our_words() {
        let ann = json!([{ "emailAddress": "ann@example.com", "status": "4.2.2" }]);
        for (kind, name, detail, expected) in [
            ("Send", "send", json!({}), ToldKind::Accepted),
            ("Delivery", "delivery", json!({ "recipients": ["ann@example.com"] }), ToldKind::Delivered),
            ("DeliveryDelay", "deliveryDelay", json!({ "delayedRecipients": ann }), ToldKind::Deferred),
            ("Complaint", "complaint", json!({ "complainedRecipients": ann }), ToldKind::Complained),
            ("Reject", "reject", json!({ "reason": "Bad content" }), ToldKind::Failed),
            ("Rendering Failure", "failure", json!({ "errorMessage": "x" }), ToldKind::Failed),
            ("Open", "open", json!({}), ToldKind::Opened),
            ("Click", "click", json!({ "link": "https://example.com" }), ToldKind::Clicked),
        ] {
            let told = read(&event(kind, name, detail), NOW);
            assert_eq!(told.iter().map(|told| told.kind).collect::<Vec<_>>(), [expected], "{kind}");
        }
        assert_eq!(kinds(&event("SomethingNew", "somethingnew", json!({}))), []);
        assert_eq!(kinds(&json!([1])), []);
    }

    #[test]
    fn a_bounce_is_permanent_only_when_amazon_says_so_and_the_address_is_the_cause() {
        let bounce = |kind: &str, sub_kind: &str, status: &str| {
            let recipients = json!([{ "emailAddress": "ann@example.com", "status": status }]);
            let detail = json!({ "bounceType": kind, "bounceSubType": sub_kind, "bouncedRecipients": recipients });
            kinds(&event("Bounce", "bounce", detail)).remove(0)
        };
        let bounced = |is_permanent| ToldKind::Bounced { is_permanent };
        assert_eq!(bounce("Permanent", "General", "5.1.1"), (bounced(true), "ses_permanent_general".into()));
        let suppressed = (bounced(true), "ses_permanent_on_account_suppression_list".to_owned());
        assert_eq!(bounce("Permanent", "OnAccountSuppressionList", ""), suppressed);
        assert_eq!(bounce("Permanent", "General", "5.7.1").0, ToldKind::Failed);
        assert_eq!(bounce("Transient", "MailboxFull", "5.2.2").0, bounced(false));
        assert_eq!(bounce("Transient", "ContentRejected", "5.5.0").0, ToldKind::Failed);
        assert_eq!(bounce("Undetermined", "Undetermined", "").0, bounced(false));
    }

    #[test]
    fn feedback_of_an_identity_has_no_tags_and_is_known_by_the_id_that_ses_gave() {
        let delivery = json!({ "recipients": ["ann@example.com"], "timestamp": "2026-12-01T08:00:00.000Z" });
        let event =
            json!({ "notificationType": "Delivery", "delivery": delivery, "mail": { "messageId": "0100-mail" } });
        let told = read(&event, NOW).remove(0);
        assert_eq!((told.about, told.kind), (About::ProviderId("0100-mail".into()), ToldKind::Delivered));
        assert_eq!(told.at.to_string(), "2026-12-01T08:00:00.000Z");
        assert_eq!(told.raw, event);
    }

    #[test]
    fn recipients_told_together_and_singly_have_the_same_keys() {
        let bounce = |recipients: &[&str]| {
            let recipients: Vec<Value> = recipients.iter().map(|address| json!({ "emailAddress": address })).collect();
            let detail = json!({ "bounceType": "Permanent", "feedbackId": "f", "bouncedRecipients": recipients });
            let told = read(&event("Bounce", "bounce", detail), NOW);
            told.into_iter().map(|told| told.key).collect::<Vec<_>>()
        };
        let together = bounce(&["ann@example.com", "bob@example.com"]);
        assert_eq!(together, [bounce(&["ann@example.com"]), bounce(&["bob@example.com"])].concat());
        assert_ne!(together[0], together[1]);
    }

    #[test]
    fn a_report_that_a_mail_is_no_spam_is_no_complaint() {
        let detail =
            json!({ "complaintFeedbackType": "not-spam", "complainedRecipients": [{ "emailAddress": "a@b.c" }] });
        assert_eq!(kinds(&event("Complaint", "complaint", detail)), []);
    }

    #[test]
    fn only_who_leaves_is_told_as_unsubscribed() {
        let topics = |status: &str| json!({ "topicSubscriptionStatus": [{ "topicName": "news", "subscriptionStatus": status }] });
        let change = |old: Value, new: Value| {
            let detail = json!({ "oldTopicPreferences": old, "newTopicPreferences": new });
            kinds(&event("Subscription", "subscription", detail)).len()
        };
        assert_eq!(change(json!({}), json!({ "unsubscribeAll": true })), 1);
        assert_eq!(change(topics("OptIn"), topics("OptOut")), 1);
        assert_eq!(change(topics("OptOut"), topics("OptIn")), 0);
        assert_eq!(change(topics("OptOut"), topics("OptOut")), 0);
    }
}
