//! What came back, in the words that all channels use. Not the looking up of a message by its address.

use domain::Timestamp;
use domain::id::MessageId;
use serde_json::json;

use super::bounce::{Action, Recipient, Returned};
use super::classify::Class;
use crate::providers::{About, Told, ToldKind, one_line};

/// What a mail that came back tells of the message it names; nothing when it names none. `isProven` in the raw event says
/// whether a return path of ours named it.
pub fn told(returned: &Returned, at: Timestamp) -> Vec<Told> {
    match returned {
        Returned::Report { named, recipients } => {
            let Some(message) = named.message() else { return Vec::new() };
            recipients.iter().map(|found| of_recipient(&message, named.is_proven(), found, at)).collect()
        }
        Returned::Complaint { named, feedback_type } => {
            let of = |message| of_complaint(&message, named.is_proven(), feedback_type, at);
            named.message().and_then(of).into_iter().collect()
        }
        Returned::AutomaticAnswer | Returned::Other => Vec::new(),
    }
}

fn of_recipient(message: &MessageId, is_proven: bool, recipient: &Recipient, at: Timestamp) -> Told {
    let Recipient { address, action, status, diagnostic } = recipient;
    let kind = match action {
        Action::Failed => of_failure(recipient.class(), is_proven),
        Action::Delayed => ToldKind::Deferred,
        Action::Delivered => ToldKind::Delivered,
        Action::Relayed | Action::Expanded => ToldKind::Accepted,
    };
    let is_well = matches!(kind, ToldKind::Delivered | ToldKind::Accepted);
    let code = if status.is_empty() { "unknown" } else { status };
    let action = format!("{action:?}").to_lowercase();
    Told {
        about: About::Message(message.to_string()),
        kind,
        at,
        key: format!("dsn:{message}:{action}:{code}").chars().take(200).collect(),
        reason: if is_well { String::new() } else { format!("dsn_{code}").chars().take(40).collect() },
        words: one_line(diagnostic),
        raw: json!({ "finalRecipient": address, "action": action, "status": status, "diagnosticCode": diagnostic, "isProven": is_proven }),
    }
}

/// The far server has given up: what may pass is a bounce too, but not for good. Nor is what anybody may have written:
/// a forged report suppresses nobody.
const fn of_failure(class: Class, is_proven: bool) -> ToldKind {
    match class {
        Class::Hard | Class::Domain => ToldKind::Bounced { is_permanent: is_proven },
        Class::HardIsh | Class::Soft => ToldKind::Bounced { is_permanent: false },
        Class::Content | Class::Block => ToldKind::Failed,
    }
}

/// Types of RFC 5965 §7.3 and RFC 6650; one that says the mail was good, or that nobody saw it, tells nothing.
fn of_complaint(message: &MessageId, is_proven: bool, feedback_type: &str, at: Timestamp) -> Option<Told> {
    let kind = match feedback_type {
        "not-spam" | "auth-failure" | "dmarc" => return None,
        "opt-out" | "opt-out-list" => ToldKind::Unsubscribed,
        _ => ToldKind::Complained,
    };
    let word: String =
        feedback_type.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').take(30).collect();
    Some(Told {
        about: About::Message(message.to_string()),
        kind,
        at,
        key: format!("arf:{message}:{word}"),
        reason: format!("arf_{word}"),
        words: String::new(),
        raw: json!({ "feedbackType": feedback_type, "isProven": is_proven }),
    })
}

#[cfg(test)]
mod tests {
    use super::super::named::Named;
    use super::*;

    fn message() -> MessageId {
        MessageId::new(1, [7; 10])
    }

    fn kind(action: Action, status: &str, diagnostic: &str) -> ToldKind {
        let recipients =
            vec![Recipient { address: "a@b.c".into(), action, status: status.into(), diagnostic: diagnostic.into() }];
        let named = Named { return_path: Some(message()), ..Named::default() };
        told(&Returned::Report { named, recipients }, Timestamp::from_millis(5))[0].kind
    }

    #[test]
    fn only_what_is_gone_for_good_suppresses() {
        assert_eq!(kind(Action::Failed, "5.1.1", ""), ToldKind::Bounced { is_permanent: true });
        assert_eq!(kind(Action::Failed, "5.4.4", "Host not found"), ToldKind::Bounced { is_permanent: true });
        assert_eq!(kind(Action::Failed, "5.2.2", ""), ToldKind::Bounced { is_permanent: false });
        assert_eq!(kind(Action::Failed, "5.2.1", ""), ToldKind::Bounced { is_permanent: false });
        assert_eq!(kind(Action::Failed, "5.7.1", "user unknown"), ToldKind::Failed);
        assert_eq!(kind(Action::Failed, "5.3.4", ""), ToldKind::Failed);
        assert_eq!(kind(Action::Delayed, "5.1.1", ""), ToldKind::Deferred);
        assert_eq!(kind(Action::Delivered, "2.0.0", ""), ToldKind::Delivered);
        assert_eq!(kind(Action::Relayed, "2.0.0", ""), ToldKind::Accepted);
    }

    #[test]
    fn a_report_that_anybody_could_have_written_suppresses_nobody() {
        let (action, status, diagnostic) = (Action::Failed, "5.1.1".to_owned(), String::new());
        let recipients = vec![Recipient { address: "a@b.c".into(), action, status, diagnostic }];
        let named = Named { message_id: Some(format!("{}@example.com", message())), ..Named::default() };
        let told = told(&Returned::Report { named, recipients }, Timestamp::from_millis(5));
        assert_eq!(told[0].kind, ToldKind::Bounced { is_permanent: false });
        assert_eq!(told[0].raw["isProven"], false);
    }

    #[test]
    fn a_complaint_is_told_once_and_praise_not_at_all() {
        let complaint = |feedback_type: &str| {
            let named = Named { envelope_id: Some(message().to_string()), ..Named::default() };
            told(&Returned::Complaint { named, feedback_type: feedback_type.into() }, Timestamp::from_millis(5))
        };
        assert_eq!(complaint("abuse")[0].kind, ToldKind::Complained);
        assert_eq!(complaint("abuse")[0].reason, "arf_abuse");
        assert_eq!(complaint("abuse")[0].key, complaint("abuse")[0].key);
        assert_eq!(complaint("opt-out")[0].kind, ToldKind::Unsubscribed);
        assert!(complaint("not-spam").is_empty());
    }

    #[test]
    fn what_names_no_message_tells_nothing() {
        let named = Named { recipient: Some("a@b.c".into()), message_id: Some("x@y".into()), ..Named::default() };
        assert!(
            told(&Returned::Complaint { named, feedback_type: "abuse".into() }, Timestamp::from_millis(5)).is_empty()
        );
        assert!(told(&Returned::Other, Timestamp::from_millis(5)).is_empty());
    }
}
