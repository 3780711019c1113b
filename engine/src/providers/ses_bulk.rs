//! Several mails in one request (`SendBulkEmail` of Amazon SES, version 2 of its API). Amazon then writes each mail from its
//! parts, so that only mails go this way of which nothing is lost: none that is signed here or has files, and none whose headers
//! do not fit.

use domain::Timestamp;
use http::Method;
use serde_json::{Value, json};

use super::email_answer::{accepted, reason};
use super::email_event::{TAG, text};
use super::email_form::mail_of;
use super::ses::Ses;
use super::{Bulk, Context, EmailOut, Entry, Meaning, Outgoing, Provider, Reading, Request, Response, one_line};

/// Destinations of one request.
const ENTRIES_MAX: usize = 50;
/// Longest `TemplateData`.
const DATA_MAX: usize = 262_144;
/// `MessageHeader`: longest value, of visible ASCII and spaces, and how many a mail may have.
const HEADER_VALUE_MAX: usize = 870;
const HEADERS_MAX: usize = 15;

/// `Status` of a `BulkEmailEntryResult`.
const STATUSES: &[(&str, Meaning)] = &[
    ("MESSAGE_REJECTED", Meaning::Rejected),
    ("INVALID_PARAMETER", Meaning::Rejected),
    ("MAIL_FROM_DOMAIN_NOT_VERIFIED", Meaning::Misconfigured),
    ("CONFIGURATION_SET_NOT_FOUND", Meaning::Misconfigured),
    ("CONFIGURATION_SET_SENDING_PAUSED", Meaning::Misconfigured),
    ("TEMPLATE_NOT_FOUND", Meaning::Misconfigured),
    ("INVALID_SENDING_POOL_NAME", Meaning::Misconfigured),
    ("ACCOUNT_SUSPENDED", Meaning::Misconfigured),
    ("ACCOUNT_SENDING_PAUSED", Meaning::Misconfigured),
    ("ACCOUNT_THROTTLED", Meaning::Busy { retry_after: None }),
    ("ACCOUNT_DAILY_QUOTA_EXCEEDED", Meaning::Busy { retry_after: None }),
    ("TRANSIENT_FAILURE", Meaning::Retry),
    ("FAILED", Meaning::Retry),
];

impl Bulk for Ses {
    fn entries_max(&self) -> usize {
        ENTRIES_MAX
    }

    fn entry(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Option<Entry> {
        let mail = mail_of(outgoing).ok().filter(|mail| mail.attachments.is_empty())?;
        let head = Head::of(mail.mime)?;
        let headers = headers(&mail, &head)?;
        let content = mail.content;
        let (html, text) = (&content.html, &content.text);
        let data = json!({ "subject": content.subject, "html": html, "text": text }).to_string();
        let data_bytes = data.len();
        if data_bytes > DATA_MAX || head.value("DKIM-Signature").is_some() {
            return None;
        }
        // With inline content nothing but these names is replaced, and what takes their place is not looked at again.
        let mut template = json!({ "Subject": "{{subject}}" });
        for (name, value, text) in [("Html", "{{html}}", html), ("Text", "{{text}}", text)] {
            if !text.is_empty() {
                template[name] = json!(value);
            }
        }
        let mut frame = json!({
            "FromEmailAddress": head.value("From")?,
            "DefaultContent": { "Template": { "TemplateContent": template, "TemplateData": "{}" } },
        });
        if let Some(reply_to) = mail.reply_to {
            frame["ReplyToAddresses"] = json!([reply_to]);
        }
        if let Some(set) = self.configuration_set() {
            frame["ConfigurationSetName"] = json!(set);
        }
        let entry = json!({
            "Destination": { "ToAddresses": [mail.to] },
            "ReplacementTags": [{ "Name": TAG, "Value": context.message_id }],
            "ReplacementEmailContent": { "ReplacementTemplate": { "ReplacementTemplateData": data } },
            "ReplacementHeaders": headers,
        });
        Some(Entry { frame, bytes: data_bytes, entry, now: context.now })
    }

    fn request_for(&self, frame: &Value, entries: Vec<Value>, now: Timestamp) -> Request {
        let mut body = frame.clone();
        body["BulkEmailEntries"] = entries.into();
        self.signed(Method::POST, "/v2/email/outbound-bulk-emails", Some(&body), now)
    }

    fn read_each(&self, response: &Response, entries: usize) -> Vec<Reading> {
        let body = response.json();
        if !(200..300).contains(&response.status) {
            return vec![self.read(response); entries];
        }
        body["BulkEmailEntryResults"].as_array().into_iter().flatten().take(entries).map(of_result).collect()
    }
}

fn of_result(result: &Value) -> Reading {
    let status = text(result, "/Status");
    if status == "SUCCESS" {
        return accepted(&text(result, "/MessageId"));
    }
    // A status that is newer than this file may pass.
    let known = STATUSES.iter().find(|(known, _)| *known == status).map(|(_, meaning)| meaning.clone());
    let words = one_line(&text(result, "/Error"));
    Reading { meaning: known.unwrap_or(Meaning::Retry), reason: reason("ses", &[&status]), words }
}

/// Those headers of the mail that Amazon does not write itself; `None` when they cannot go this way.
fn headers(mail: &EmailOut<'_>, head: &Head) -> Option<Value> {
    let own = head.value("Auto-Submitted").map(|value| ("Auto-Submitted", value));
    let listed = mail.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let all: Vec<_> = own.into_iter().chain(listed).collect();
    let fits = |value: &str| {
        value.len() <= HEADER_VALUE_MAX && value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
    };
    if all.len() > HEADERS_MAX || !all.iter().all(|(_, value)| fits(value)) {
        return None;
    }
    Some(all.into_iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect())
}

/// The head of a finished mail, each header in one line.
struct Head(String);

impl Head {
    fn of(mime: &[u8]) -> Option<Self> {
        let end = memchr::memmem::find(mime, b"\r\n\r\n")?;
        let head = std::str::from_utf8(&mime[..end]).ok()?;
        Some(Self(head.replace("\r\n\t", " ").replace("\r\n ", " ")))
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.0.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
    }
}

#[cfg(test)]
mod tests {
    use super::super::email_answer::tests::answer;
    use super::super::email_event::tests::MESSAGE;
    use super::super::email_form::tests::{context, files, mail, settings};
    use super::*;

    const MIME: &[u8] = b"From: =?utf-8?B?U2jDtnA=?=\r\n\t<shop@example.com>\r\nTo: ann@example.com\r\nSubject: Hi\r\n\
        Auto-Submitted: auto-generated\r\nList-Unsubscribe: <https://example.com/u/1>\r\n\r\nHello\r\n";

    fn ses() -> Ses {
        let keys = [("accessKeyId", "AKIDEXAMPLE"), ("secretAccessKey", "secret"), ("region", "eu-west-1")];
        Ses::new(&settings(&[&keys[..], &[("sending", "bulk"), ("configurationSet", "hermod")]].concat())).ok().unwrap()
    }

    fn entry(mail: EmailOut<'_>) -> Option<Entry> {
        ses().entry(Outgoing::Email(mail), context())
    }

    #[test]
    fn a_mail_among_others_keeps_its_sender_its_headers_and_our_message_id() {
        let Entry { frame, entry, .. } = entry(EmailOut { mime: MIME, ..mail() }).unwrap();
        assert_eq!(frame["FromEmailAddress"], "=?utf-8?B?U2jDtnA=?= <shop@example.com>");
        assert_eq!(frame["ReplyToAddresses"], json!(["help@example.com"]));
        assert_eq!(frame["ConfigurationSetName"], "hermod");
        let template = json!({ "Subject": "{{subject}}", "Html": "{{html}}", "Text": "{{text}}" });
        assert_eq!(frame["DefaultContent"]["Template"]["TemplateContent"], template);
        assert_eq!(entry["Destination"]["ToAddresses"], json!(["ann@example.com"]));
        assert_eq!(entry["ReplacementTags"], json!([{ "Name": "hermod_message", "Value": MESSAGE }]));
        let data = &entry["ReplacementEmailContent"]["ReplacementTemplate"]["ReplacementTemplateData"];
        let data: Value = serde_json::from_str(data.as_str().unwrap()).unwrap();
        assert_eq!(data, json!({ "subject": "Grüße", "html": "<p>Hello</p>", "text": "Hello" }));
        let headers = json!([
            { "Name": "Auto-Submitted", "Value": "auto-generated" },
            { "Name": "List-Unsubscribe", "Value": "<https://example.com/u/1>" },
        ]);
        assert_eq!(entry["ReplacementHeaders"], headers);
    }

    #[test]
    fn a_mail_that_would_lose_something_goes_by_itself() {
        let signed = [b"DKIM-Signature: v=1;\r\n\tb=abc\r\n", MIME].concat();
        assert!(entry(EmailOut { mime: &signed, ..mail() }).is_none());
        assert!(entry(EmailOut { mime: MIME, attachments: &files(), ..mail() }).is_none());
        for value in ["x".repeat(871), "<https://example.com/ü>".to_owned()] {
            let headers = [("List-Unsubscribe".to_owned(), value)];
            assert!(entry(EmailOut { mime: MIME, headers: &headers, ..mail() }).is_none());
        }
        let long = domain::content::RenderedEmail { html: "x".repeat(DATA_MAX), ..mail().content.clone() };
        assert!(entry(EmailOut { mime: MIME, content: &long, ..mail() }).is_none());
    }

    #[test]
    fn one_request_carries_all_of_the_same_frame() {
        let Entry { frame, entry, .. } = entry(EmailOut { mime: MIME, ..mail() }).unwrap();
        let request = ses().request_for(&frame, vec![entry.clone(), entry], context().now);
        assert_eq!(request.url, "https://email.eu-west-1.amazonaws.com/v2/email/outbound-bulk-emails");
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["BulkEmailEntries"].as_array().unwrap().len(), 2);
        assert_eq!(body["FromEmailAddress"], frame["FromEmailAddress"]);
    }

    #[test]
    fn each_mail_has_its_own_answer() {
        let body = r#"{"BulkEmailEntryResults":[{"Status":"SUCCESS","MessageId":"0100-a"},
            {"Status":"INVALID_PARAMETER","Error":"Illegal address"},{"Status":"ACCOUNT_THROTTLED"},{"Status":"NEW_WORD"}]}"#;
        let readings = ses().read_each(&answer(200, &[], body), 4);
        let meanings: Vec<_> = readings.iter().map(|reading| reading.meaning.clone()).collect();
        let expected = [
            Meaning::Accepted { provider_id: Some("0100-a".into()) },
            Meaning::Rejected,
            Meaning::Busy { retry_after: None },
            Meaning::Retry,
        ];
        assert_eq!(meanings, expected);
        assert_eq!(
            (readings[1].reason.as_str(), readings[1].words.as_str()),
            ("ses_invalid_parameter", "Illegal address")
        );
    }

    #[test]
    fn a_request_that_is_refused_answers_all_of_its_mails() {
        let refused = answer(429, &[("x-amzn-errortype", "TooManyRequestsException")], "{}");
        let readings = ses().read_each(&refused, 2);
        assert!(readings.iter().all(|reading| reading.meaning == Meaning::Busy { retry_after: None }));
        assert_eq!(readings.len(), 2);
    }
}
