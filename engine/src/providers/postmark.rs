//! Postmark (its developer documentation, "Email API", "API error codes" and "Webhooks"). Its callbacks are not signed: they
//! are believed for the user and the password in their address.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Fault, Faults};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderName, Method};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use super::email_answer::{ErrorTable, accepted, read_error};
use super::email_event::{TAG, text};
use super::email_form::{Form, mail_of};
use super::postmark_event;
use super::{
    Callback, Context, EmailOut, Heard, Meaning, Outgoing, Provider, Reading, Refusal, Request, Response, Settings,
};
use crate::senders::Attachment;

/// `ErrorCode` → meaning.
static ERRORS: &ErrorTable = &[
    // Wrong token.
    ("10", Meaning::Misconfigured),
    // Maintenance.
    ("100", Meaning::Busy { retry_after: None }),
    ("300", Meaning::Rejected),
    // Ours: a 300 that names the field.
    ("300_to", Meaning::BadAddress),
    ("300_from", Meaning::Misconfigured),
    // The sender is unknown, or not confirmed.
    ("400", Meaning::Misconfigured),
    ("401", Meaning::Misconfigured),
    ("402", Meaning::Rejected),
    ("403", Meaning::Rejected),
    // No credits left.
    ("405", Meaning::Misconfigured),
    // The recipient bounced, complained or was deactivated.
    ("406", Meaning::BadAddress),
    ("409", Meaning::Rejected),
    // A kind of attachment.
    ("411", Meaning::Rejected),
    // The account waits for approval, or may not send.
    ("412", Meaning::Misconfigured),
    ("413", Meaning::Misconfigured),
    ("429", Meaning::Busy { retry_after: None }),
    // No such stream.
    ("1235", Meaning::Misconfigured),
];

/// A configuration that sends through Postmark.
pub struct Postmark {
    server_token: String,
    message_stream: String,
    /// User and password of callbacks as `user:password`; `None`: no callback is believed.
    webhook_login: Option<String>,
    base_url: String,
}

impl Postmark {
    pub fn new(settings: &Settings) -> Result<Self, Faults> {
        let mut form = Form::new(settings);
        let server_token = form.required("serverToken");
        let message_stream = form.optional("messageStream").unwrap_or_else(|| "outbound".to_owned());
        let login = (form.optional("webhookUser"), form.optional("webhookPassword"));
        let webhook_login = match &login {
            (Some(user), Some(password)) => Some(format!("{user}:{password}")),
            _ => None,
        };
        match login {
            (Some(user), _) if user.contains(':') => form.add("webhookUser", "bad_user", "Use a name without a colon."),
            (Some(_), None) => form.add("webhookPassword", "required", "A user needs a password."),
            (None, Some(_)) => form.add("webhookUser", "required", "A password needs a user."),
            _ => {}
        }
        let base_url = form.base_url("https://api.postmarkapp.com");
        form.finish(Self { server_token, message_stream, webhook_login, base_url })
    }

    fn headers(&self) -> Vec<(HeaderName, String)> {
        let token = (HeaderName::from_static("x-postmark-server-token"), self.server_token.clone());
        vec![token, (ACCEPT, "application/json".to_owned())]
    }

    /// Basic authentication (RFC 7617), compared without telling by the time taken where it differs.
    fn check(&self, callback: &Callback<'_>) -> Result<(), Refusal> {
        let expected = self.webhook_login.as_ref().ok_or(Refusal::Forged)?;
        let (scheme, given) =
            callback.header("authorization").and_then(|all| all.split_once(' ')).ok_or(Refusal::Forged)?;
        let given = STANDARD.decode(given.trim()).map_err(|_| Refusal::Forged)?;
        let is_ours = scheme.eq_ignore_ascii_case("basic") && bool::from(given.ct_eq(expected.as_bytes()));
        if is_ours { Ok(()) } else { Err(Refusal::Forged) }
    }

    fn body(&self, mail: &EmailOut<'_>, context: Context<'_>) -> Value {
        let mut body = json!({
            "From": mailbox(mail.from_name, mail.from),
            "To": mail.to,
            "Subject": mail.content.subject,
            "MessageStream": self.message_stream,
            "Metadata": { TAG: context.message_id },
        });
        for (name, value) in [("TextBody", &mail.content.text), ("HtmlBody", &mail.content.html)] {
            if !value.is_empty() {
                body[name] = json!(value);
            }
        }
        if let Some(reply_to) = mail.reply_to {
            body["ReplyTo"] = json!(reply_to);
        }
        if !mail.headers.is_empty() {
            let header = |(name, value): &(String, String)| json!({ "Name": name, "Value": value });
            body["Headers"] = mail.headers.iter().map(header).collect();
        }
        if !mail.attachments.is_empty() {
            let file = |file: &Attachment| json!({ "Name": file.name, "Content": STANDARD.encode(&file.bytes), "ContentType": file.content_type });
            body["Attachments"] = mail.attachments.iter().map(file).collect();
        }
        body
    }
}

impl Provider for Postmark {
    fn request(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Result<Request, Fault> {
        let body = self.body(&mail_of(outgoing)?, context).to_string().into_bytes();
        let mut headers = self.headers();
        headers.push((CONTENT_TYPE, "application/json".to_owned()));
        Ok(Request { method: Method::POST, url: format!("{}/email", self.base_url), headers, body })
    }

    fn read(&self, response: &Response) -> Reading {
        let body = response.json();
        let (code, words) = (text(&body, "/ErrorCode"), text(&body, "/Message"));
        if (200..300).contains(&response.status) && matches!(code.as_str(), "" | "0") {
            return accepted(&text(&body, "/MessageID"));
        }
        let code = match code.as_str() {
            "300" if words.contains("'To'") => "300_to",
            "300" if words.contains("'From'") => "300_from",
            "0" => "",
            code => code,
        };
        read_error("postmark", ERRORS, code, &words, response)
    }

    fn verify(&self, _: Context<'_>) -> Option<Result<Request, Fault>> {
        let url = format!("{}/server", self.base_url);
        Some(Ok(Request { method: Method::GET, url, headers: self.headers(), body: Vec::new() }))
    }

    fn hear(&self, callback: &Callback<'_>) -> Result<Heard, Refusal> {
        self.check(callback)?;
        let record: Value = serde_json::from_slice(callback.body)
            .ok()
            .filter(Value::is_object)
            .ok_or_else(|| Refusal::Malformed("This is not a record of Postmark.".into()))?;
        Ok(Heard { told: postmark_event::read(&record, callback.now).into_iter().collect(), ..Heard::default() })
    }
}

/// `"Name" <address>` (RFC 5322 §3.4); Postmark encodes what is not ASCII.
fn mailbox(name: &str, address: &str) -> String {
    match name {
        "" => address.to_owned(),
        name => format!("\"{}\" <{address}>", name.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::AUTHORIZATION;

    use super::super::email_answer::tests::answer;
    use super::super::email_event::tests::MESSAGE;
    use super::super::email_form::tests::{context, files, mail, paths, settings};
    use super::*;

    const LOGIN: &[(&str, &str)] = &[("webhookUser", "hook"), ("webhookPassword", "päss:word")];

    fn postmark(further: &[(&str, &str)]) -> Postmark {
        Postmark::new(&settings(&[&[("serverToken", "token")], further].concat())).ok().unwrap()
    }

    fn hear(postmark: &Postmark, authorization: &str, body: &str) -> Result<Heard, Refusal> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, authorization.parse().unwrap());
        let now = context().now;
        postmark.hear(&Callback {
            method: &Method::POST,
            url: "",
            headers: &headers,
            body: body.as_bytes(),
            now,
            certificate: None,
            default_region: "",
        })
    }

    fn basic(login: &str) -> String {
        format!("Basic {}", STANDARD.encode(login))
    }

    #[test]
    fn a_form_without_a_token_or_with_half_a_login_is_told_so() {
        assert_eq!(paths(Postmark::new(&settings(&LOGIN[..1]))), ["serverToken", "webhookPassword"]);
        assert_eq!(paths(Postmark::new(&settings(&LOGIN[1..]))), ["serverToken", "webhookUser"]);
    }

    #[test]
    fn a_mail_is_sent_in_its_parts_through_the_stream_of_the_form() {
        let request = postmark(&[]).request(Outgoing::Email(mail()), context()).unwrap();
        assert_eq!((request.method, request.url.as_str()), (Method::POST, "https://api.postmarkapp.com/email"));
        let headers: Vec<_> = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let json = "application/json";
        assert_eq!(headers, [("x-postmark-server-token", "token"), ("accept", json), ("content-type", json)]);
        let expected = json!({
            "From": "\"Shop, \\\"the\\\" one\" <shop@example.com>",
            "To": "ann@example.com",
            "Subject": "Grüße",
            "TextBody": "Hello",
            "HtmlBody": "<p>Hello</p>",
            "ReplyTo": "help@example.com",
            "Headers": [{ "Name": "List-Unsubscribe", "Value": "<https://example.com/u/1>" }],
            "MessageStream": "outbound",
            "Metadata": { "hermod_message": MESSAGE },
        });
        assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), expected);
        let news = postmark(&[("messageStream", "news")]).request(Outgoing::Email(mail()), context()).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&news.body).unwrap()["MessageStream"], "news");
    }

    #[test]
    fn files_go_with_the_mail() {
        let mail = EmailOut { attachments: &files(), ..mail() };
        let request = postmark(&[]).request(Outgoing::Email(mail), context()).unwrap();
        let expected = json!([{ "Name": "영수증.pdf", "Content": "AP8=", "ContentType": "application/pdf" }]);
        assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap()["Attachments"], expected);
    }

    #[test]
    fn another_address_may_have_a_path() {
        let postmark = postmark(&[("baseUrl", "http://127.0.0.1:4011/pm")]);
        assert_eq!(postmark.verify(context()).unwrap().unwrap().url, "http://127.0.0.1:4011/pm/server");
    }

    #[test]
    fn each_error_code_means_what_the_table_says() {
        let postmark = postmark(&[]);
        let taken = postmark.read(&answer(200, &[], r#"{"ErrorCode":0,"Message":"OK","MessageID":"b7bc"}"#));
        assert_eq!(taken.meaning, Meaning::Accepted { provider_id: Some("b7bc".into()) });
        for (code, meaning) in ERRORS {
            let (number, words) = match *code {
                "300_to" => ("300", "Error parsing 'To': Illegal email address"),
                "300_from" => ("300", "Error parsing 'From': Illegal email address"),
                number => (number, "why"),
            };
            let body = format!(r#"{{"ErrorCode":{number},"Message":"{words}"}}"#);
            for status in [422, 200] {
                let reading = postmark.read(&answer(status, &[], &body));
                assert_eq!((&reading.meaning, reading.words.as_str()), (meaning, words), "{code} {status}");
                assert_eq!(reading.reason, format!("postmark_{code}"));
            }
        }
        assert_eq!(postmark.read(&answer(500, &[], "")).meaning, Meaning::Retry);
    }

    #[test]
    fn a_callback_without_our_login_is_forged_even_when_none_is_set() {
        let body = json!({ "RecordType": "Delivery", "MessageID": "883953f4" }).to_string();
        assert_eq!(hear(&postmark(LOGIN), &basic("hook:päss:word"), &body).unwrap().told.len(), 1);
        for authorization in
            [basic("hook:päss:wor"), basic("hook:"), basic(":"), "Basic".into(), "Basic é".into(), "Bearer x".into()]
        {
            assert_eq!(hear(&postmark(LOGIN), &authorization, &body), Err(Refusal::Forged), "{authorization}");
            assert_eq!(hear(&postmark(&[]), &authorization, &body), Err(Refusal::Forged), "{authorization}");
        }
        assert!(matches!(hear(&postmark(LOGIN), &basic("hook:päss:word"), "[]"), Err(Refusal::Malformed(_))));
    }
}
