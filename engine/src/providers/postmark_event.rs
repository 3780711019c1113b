//! What Postmark tells of a mail (its developer documentation, "Webhooks" and "Bounce types").

use domain::Timestamp;
use serde_json::Value;

use super::email_answer::reason;
use super::email_event::{TAG, about, key, text};
use super::{Told, ToldKind, one_line};

/// `Type` of a bounce, and `SuppressionReason` → what it means. `None`: the mail arrived.
static BOUNCES: &[(&str, Option<ToldKind>)] = &[
    ("HardBounce", Some(ToldKind::Bounced { is_permanent: true })),
    ("BadEmailAddress", Some(ToldKind::Bounced { is_permanent: true })),
    ("SoftBounce", Some(ToldKind::Bounced { is_permanent: false })),
    ("Unknown", Some(ToldKind::Bounced { is_permanent: false })),
    ("Transient", Some(ToldKind::Deferred)),
    ("DnsError", Some(ToldKind::Deferred)),
    ("Blocked", Some(ToldKind::Failed)),
    ("DMARCPolicy", Some(ToldKind::Failed)),
    ("ManuallyDeactivated", Some(ToldKind::Failed)),
    ("OpenRelayTest", Some(ToldKind::Failed)),
    ("SMTPApiError", Some(ToldKind::Failed)),
    ("SpamNotification", Some(ToldKind::Failed)),
    ("TemplateRenderingFailed", Some(ToldKind::Failed)),
    ("Unconfirmed", Some(ToldKind::Failed)),
    ("VirusNotification", Some(ToldKind::Failed)),
    ("SpamComplaint", Some(ToldKind::Complained)),
    ("Unsubscribe", Some(ToldKind::Unsubscribed)),
    ("ManualSuppression", Some(ToldKind::Unsubscribed)),
    ("AddressChange", None),
    ("AutoResponder", None),
    ("ChallengeVerification", None),
    ("Subscribe", None),
];

/// What Postmark writes where there is no message.
const NO_MESSAGE: &str = "00000000-0000-0000-0000-000000000000";

/// One record; nothing of one that is new, tells of a mail that arrived, or is not about a message of ours.
pub fn read(record: &Value, now: Timestamp) -> Option<Told> {
    let name = text(record, "/RecordType");
    let (kind, why) = kind(&name, record)?;
    let provider_id = text(record, "/MessageID").replace(NO_MESSAGE, "");
    let about = about(&text(record, &format!("/Metadata/{TAG}")), &provider_id)?;
    let time = ["/DeliveredAt", "/BouncedAt", "/ReceivedAt", "/ChangedAt"].map(|place| text(record, place)).concat();
    let same = [text(record, "/ID"), text(record, "/OriginalLink"), text(record, "/Recipient"), text(record, "/Email")];
    let key = key(&["postmark", &name, &provider_id, &time, &same[0], &same[1], &same[2], &same[3]]);
    let reason = if why.is_empty() { String::new() } else { reason("postmark", &[&why]) };
    let words = match text(record, "/Details") {
        details if details.is_empty() => text(record, "/Description") + &text(record, "/OriginalLink"),
        details => details,
    };
    Some(Told {
        about,
        kind,
        at: time.parse().unwrap_or(now),
        key,
        reason,
        words: one_line(&words),
        raw: record.clone(),
    })
}

/// What a record tells, and why.
fn kind(name: &str, record: &Value) -> Option<(ToldKind, String)> {
    let listed = |why: String| {
        let listed = BOUNCES.iter().find(|(listed, _)| *listed == why);
        // A new kind of bounce is no ground for giving up an address.
        Some((listed.map_or(Some(ToldKind::Bounced { is_permanent: false }), |(_, kind)| *kind)?, why))
    };
    match name {
        "Delivery" => Some((ToldKind::Delivered, String::new())),
        "Open" => Some((ToldKind::Opened, String::new())),
        "Click" => Some((ToldKind::Clicked, String::new())),
        "SpamComplaint" => Some((ToldKind::Complained, "SpamComplaint".to_owned())),
        "Bounce" => listed(text(record, "/Type")),
        "SubscriptionChange" if record["SuppressSending"] == true => listed(text(record, "/SuppressionReason")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::About;
    use super::super::email_event::tests::MESSAGE;
    use super::*;

    fn heard(record: &Value) -> Vec<Told> {
        read(record, Timestamp::from_millis(0)).into_iter().collect()
    }

    fn bounce(kind: &str) -> Value {
        json!({
            "RecordType": "Bounce", "ID": 4_323_372_036_854_775_807_i64, "Type": kind, "TypeCode": 1, "MessageID": "883953f4",
            "Metadata": { TAG: MESSAGE }, "Details": "smtp;550 5.1.1 unknown", "Email": "ann@example.com",
            "BouncedAt": "2026-12-01T03:59:50.2714189-05:00", "NewField": [1],
        })
    }

    #[test]
    fn each_kind_of_bounce_is_told_in_our_words_and_a_new_kind_suppresses_nobody() {
        for (kind, expected) in BOUNCES {
            let told: Vec<_> = heard(&bounce(kind)).into_iter().map(|told| told.kind).collect();
            assert_eq!(told, expected.iter().copied().collect::<Vec<_>>(), "{kind}");
        }
        assert_eq!(heard(&bounce("Novel"))[0].kind, ToldKind::Bounced { is_permanent: false });
    }

    #[test]
    fn a_bounce_told_again_has_the_same_key_and_keeps_what_came() {
        let told = heard(&bounce("HardBounce")).remove(0);
        assert_eq!(told.about, About::Message(MESSAGE.into()));
        assert_eq!(told.at.to_string(), "2026-12-01T08:59:50.271Z");
        assert_eq!((told.reason.as_str(), told.words.as_str()), ("postmark_hard_bounce", "smtp;550 5.1.1 unknown"));
        assert_eq!(told.raw, bounce("HardBounce"));
        assert_eq!(heard(&bounce("HardBounce")), [told]);
    }

    #[test]
    fn the_other_records_are_told_of_the_message_they_name() {
        let kinds = |record: Value| heard(&record).into_iter().map(|told| (told.about, told.kind)).collect::<Vec<_>>();
        let theirs = || About::ProviderId("883953f4".into());
        for (name, expected) in [
            ("Delivery", ToldKind::Delivered),
            ("Open", ToldKind::Opened),
            ("Click", ToldKind::Clicked),
            ("SpamComplaint", ToldKind::Complained),
        ] {
            assert_eq!(kinds(json!({ "RecordType": name, "MessageID": "883953f4" })), [(theirs(), expected)], "{name}");
        }
        let change = |suppresses: bool, id: &str| {
            kinds(json!({ "RecordType": "SubscriptionChange", "MessageID": id, "SuppressSending": suppresses,
                "SuppressionReason": "ManualSuppression" }))
        };
        assert_eq!(change(true, "883953f4"), [(theirs(), ToldKind::Unsubscribed)]);
        assert_eq!(change(false, "883953f4"), []);
        assert_eq!(change(true, NO_MESSAGE), []);
        assert_eq!(kinds(json!({ "RecordType": "Novel", "MessageID": "883953f4" })), []);
    }
}
