use domain::id::MessageId;

use super::super::Garbage;
use super::*;

fn paths() -> ReturnPaths {
    ReturnPaths::new(&[7; 32])
}

fn message() -> MessageId {
    MessageId::new(1_796_115_600_007, [0xa7; 10])
}

fn verp() -> String {
    paths().address(&message(), "bounces.example.com")
}

/// A mail of these parts, each a type and a body.
fn report(to: &str, kind: &str, parts: &[(&str, &str)]) -> String {
    let parts: String = parts.iter().map(|(kind, body)| format!("--=_b\nContent-Type: {kind}\n\n{body}\n")).collect();
    format!(
        "From: MAILER-DAEMON@mx.example.net\nTo: {to}\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type={kind}; boundary=\"=_b\"\n\n{parts}--=_b--\n"
    )
    .replace('\n', "\r\n")
}

fn status(action: &str) -> String {
    format!(
        "Reporting-MTA: dns; mx.example.net\nOriginal-Envelope-Id: {}\n\nOriginal-Recipient: rfc822;Ann@example.com\n\
         Final-Recipient: rfc822; <ann@example.com>\nAction: {action} (really)\nStatus: 5.1.1 (gone)\n\
         Diagnostic-Code: smtp; 550 5.1.1\n <ann@example.com>: user unknown\n",
        message()
    )
}

fn returned() -> String {
    format!("Return-Path: <{}>\nMessage-ID: <{}@example.com>\nSubject: Hi\n\nBody\n", verp(), message())
}

fn bounce(action: &str) -> String {
    let parts =
        [("text/plain", "Sorry."), ("message/delivery-status", &status(action)), ("message/rfc822", &returned())];
    report(&verp(), "delivery-status", &parts)
}

fn parsed(raw: &str) -> (Named, Vec<Recipient>) {
    let Returned::Report { named, recipients } = read(raw.as_bytes(), None, &paths()) else {
        panic!("no report: {raw}")
    };
    (named, recipients)
}

#[test]
fn a_bounce_tells_which_message_which_recipient_and_why() {
    let (named, recipients) = parsed(&bounce("failed"));
    assert_eq!(named.return_path, Some(message()));
    assert_eq!(named.envelope_id, Some(message().to_string()));
    assert_eq!(named.message_id, Some(format!("{}@example.com", message())));
    assert_eq!(named.recipient.as_deref(), Some("ann@example.com"));
    let [only] = &recipients[..] else { panic!("{recipients:?}") };
    assert_eq!(
        (only.address.as_str(), only.action, only.status.as_str()),
        ("ann@example.com", Action::Failed, "5.1.1")
    );
    assert_eq!(only.diagnostic, "550 5.1.1 <ann@example.com>: user unknown");
    assert_eq!(only.class(), Class::Hard);
}

#[test]
fn a_mail_that_is_delayed_has_not_bounced() {
    for (word, action) in [("Delayed", Action::Delayed), ("RELAYED", Action::Relayed), ("expanded", Action::Expanded)] {
        assert_eq!(parsed(&bounce(word)).1[0].action, action);
    }
    assert!(parsed(&bounce("exploded")).1.is_empty());
}

#[test]
fn the_return_path_is_found_in_the_envelope_in_the_head_and_in_the_returned_mail() {
    let parts = [("message/delivery-status", "Reporting-MTA: dns; x\n\nAction: failed\nStatus: 5.0.0\n")];
    let bare = report("someone@example.com", "delivery-status", &parts);
    assert_eq!(parsed(&bare).0.message(), None);
    let Returned::Report { named, .. } = read(bare.as_bytes(), Some(&verp().to_uppercase()), &paths()) else {
        panic!()
    };
    assert!(named.is_proven());
    for kind in ["message/rfc822", "text/rfc822-headers", "message/global-headers", "message/global"] {
        let body = returned();
        let raw = report("someone@example.com", "delivery-status", &[parts[0], (kind, &body)]);
        let (named, _) = parsed(&raw);
        assert_eq!(named.return_path, Some(message()), "{kind}");
        assert_eq!(named.message_id, Some(format!("{}@example.com", message())), "{kind}");
    }
}

#[test]
fn a_forged_return_path_proves_nothing_and_other_names_are_still_told() {
    let forged = bounce("failed").replace(&verp(), &verp().replace("b+", "b+x"));
    let (named, _) = parsed(&forged);
    assert!(!named.is_proven());
    assert_eq!(named.message(), Some(message()));
    let foreign = forged.replace(&message().to_string(), "someone-elses-id");
    assert_eq!(parsed(&foreign).0.message(), None);
}

#[test]
fn reports_of_international_mail_and_bare_ones_are_read() {
    let international = status("failed").replace("rfc822; <ann@example.com>", "utf-8; 지민@예시.한국");
    let raw = report("x@y.z", "delivery-status", &[("message/global-delivery-status", &international)]);
    assert_eq!(parsed(&raw).1[0].address, "지민@예시.한국");
    let bare = format!("From: <>\nContent-Type: Message/Delivery-Status\n\n{}", status("failed")).replace('\n', "\r\n");
    assert_eq!(parsed(&bare).1[0].status, "5.1.1");
    let bare_ends = bounce("failed").replace("\r\n", "\n");
    assert_eq!(parsed(&bare_ends).1[0].status, "5.1.1");
}

#[test]
fn a_complaint_is_told_with_the_message_it_is_about() {
    let fields =
        format!("Feedback-Type: Abuse\nVersion: 1\nOriginal-Mail-From: <{}>\nOriginal-Rcpt-To: <redacted>\n", verp());
    let raw =
        report("fbl@example.com", "feedback-report", &[("text/plain", "x"), ("message/feedback-report", &fields)]);
    let Returned::Complaint { named, feedback_type } = read(raw.as_bytes(), None, &paths()) else { panic!("{raw}") };
    assert_eq!((named.message(), feedback_type.as_str()), (Some(message()), "abuse"));
    let parts = [("message/feedback-report", "Version: 1\n"), ("message/rfc822", &returned())];
    let raw = report("fbl@example.com", "feedback-report", &parts);
    let Returned::Complaint { named, feedback_type } = read(raw.as_bytes(), None, &paths()) else { panic!("{raw}") };
    assert_eq!((named.message(), feedback_type.as_str()), (Some(message()), "other"));
}

#[test]
fn a_holiday_notice_is_no_bounce_and_a_letter_is_neither() {
    let mail = |head: &str| read(format!("{head}\r\nTo: {}\r\n\r\nI am away.\r\n", verp()).as_bytes(), None, &paths());
    for head in
        ["Auto-Submitted: auto-replied", "auto-submitted: Auto-Generated", "X-Autoreply: yes", "Precedence: auto_reply"]
    {
        assert_eq!(mail(head), Returned::AutomaticAnswer, "{head}");
    }
    for head in ["Auto-Submitted: no", "Subject: Auto-Submitted", "Precedence: bulk"] {
        assert_eq!(mail(head), Returned::Other, "{head}");
    }
    assert_eq!(read(b"", None, &paths()), Returned::Other);
}

#[test]
fn mails_in_mails_without_end_do_no_harm() {
    for kind in ["Message/RFC822", "message/global"] {
        for depth in [200, 20_000] {
            let deep = format!("Content-Type: {kind}\r\n\r\n").repeat(depth);
            assert_eq!(read(deep.as_bytes(), None, &paths()), Returned::Other);
        }
    }
}

#[test]
fn garbage_does_no_harm() {
    let mut garbage = Garbage(23);
    let (whole, status) = (bounce("failed"), status("failed"));
    let pieces = [
        "Content-Type: ",
        "multipart/report; boundary=b",
        "message/rfc822",
        "message/delivery-status",
        "\r\n",
        "\n",
        "--b",
        "--b--",
        "\r\n\r\n",
        "base64",
        "Content-Transfer-Encoding: ",
        "quoted-printable",
        "=",
        "é",
        ":",
        "=?utf-8?q?",
        &status,
        &whole,
    ];
    for _ in 0..1_500 {
        let text = garbage.text(&pieces, 14);
        read(text.as_bytes(), Some(&text), &paths());
        let mut bytes = whole.clone().into_bytes();
        for _ in 0..6 {
            let place = garbage.below(bytes.len());
            bytes[place] = u8::try_from(garbage.below(256)).unwrap();
        }
        bytes.truncate(garbage.below(bytes.len() + 1));
        read(&bytes, None, &paths());
    }
}
