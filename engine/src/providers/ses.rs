//! Amazon SES, version 2 of its API (botocore 1.44 `sesv2`): the finished mail goes as it is, events come through SNS.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Fault, Faults, Timestamp};
use http::Method;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::email_answer::{ErrorTable, accepted, read_error};
use super::email_event::{TAG, text};
use super::email_form::{Form, mail_of};
use super::ses_event;
use super::sigv4::Signer;
use super::sns::Envelope;
use super::{
    Bulk, Callback, Context, Heard, Meaning, Outgoing, Provider, Reading, Refusal, Request, Response, Settings,
};

pub use super::sns::certificate_url;

/// Error codes of `SendEmail` and of all services, without `Exception` at their ends.
static ERRORS: &ErrorTable = &[
    ("TooManyRequests", Meaning::Busy { retry_after: None }),
    ("LimitExceeded", Meaning::Busy { retry_after: None }),
    ("Throttling", Meaning::Busy { retry_after: None }),
    ("ServiceUnavailable", Meaning::Busy { retry_after: None }),
    ("InternalFailure", Meaning::Retry),
    ("InternalServiceError", Meaning::Retry),
    ("RequestTimeout", Meaning::Retry),
    ("MessageRejected", Meaning::Rejected),
    ("BadRequest", Meaning::Rejected),
    // Ours: a `MessageRejected` that says so of the sender, or of the recipient while the account is in Amazon's sandbox.
    ("IdentityNotVerified", Meaning::Misconfigured),
    ("SendingPaused", Meaning::Misconfigured),
    ("AccountSuspended", Meaning::Misconfigured),
    ("MailFromDomainNotVerified", Meaning::Misconfigured),
    // The configuration set.
    ("NotFound", Meaning::Misconfigured),
    ("AccessDenied", Meaning::Misconfigured),
    ("ExpiredToken", Meaning::Misconfigured),
    ("IncompleteSignature", Meaning::Misconfigured),
    ("InvalidSignature", Meaning::Misconfigured),
    ("SignatureDoesNotMatch", Meaning::Misconfigured),
    ("InvalidClientTokenId", Meaning::Misconfigured),
    ("UnrecognizedClient", Meaning::Misconfigured),
    ("MissingAuthenticationToken", Meaning::Misconfigured),
    ("OptInRequired", Meaning::Misconfigured),
    ("RequestExpired", Meaning::Misconfigured),
];

/// A configuration that sends through Amazon SES.
pub struct Ses {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    region: String,
    configuration_set: Option<String>,
    /// Topics whose messages are believed; none: no callback is.
    topics: Vec<String>,
    base_url: String,
    /// Several mails go in one request, those that lose nothing by it.
    is_bulk: bool,
}

impl Ses {
    pub fn new(settings: &Settings) -> Result<Self, Faults> {
        let mut form = Form::new(settings);
        let access_key_id = form.required("accessKeyId");
        let secret_access_key = form.required("secretAccessKey");
        let session_token = form.optional_key("sessionToken");
        let region = form.label("region");
        let configuration_set = form.optional("configurationSet");
        let topics = form.optional("topicArn").unwrap_or_default();
        let topics: Vec<String> = topics.split(',').map(|topic| topic.trim().to_owned()).collect();
        let topics: Vec<String> = topics.into_iter().filter(|topic| !topic.is_empty()).collect();
        if topics.iter().any(|topic| !topic.starts_with("arn:aws")) {
            form.add("topicArn", "bad_arn", "Use ARNs such as arn:aws:sns:eu-west-1:123456789012:ses-events.");
        }
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        let base_url = form.base_url(&format!("https://email.{region}.{domain}"));
        form.finish(Self {
            access_key_id,
            secret_access_key,
            session_token,
            region,
            configuration_set,
            topics,
            base_url,
            is_bulk: settings.get("sending") == "bulk",
        })
    }

    pub(super) fn configuration_set(&self) -> Option<&str> {
        self.configuration_set.as_deref()
    }

    /// Like [`Provider::hear`], with the certificate that was fetched from [`certificate_url`].
    fn hear_with(&self, callback: &Callback<'_>, certificate_pem: &str) -> Result<Heard, Refusal> {
        let envelope = Envelope::parse(callback.body)?;
        envelope.check(&self.topics, certificate_pem, callback.now)?;
        match envelope.kind.as_str() {
            "SubscriptionConfirmation" => Ok(Heard { confirm_url: Some(envelope.confirm_url()?), ..Heard::default() }),
            "Notification" => {
                // A new event destination is greeted with a sentence, which tells nothing.
                let event: Value = serde_json::from_str(&envelope.message).unwrap_or_default();
                Ok(Heard { told: ses_event::read(&event, callback.now), ..Heard::default() })
            }
            _ => Ok(Heard::default()),
        }
    }

    pub(super) fn signed(&self, method: Method, path: &str, body: Option<&Value>, now: Timestamp) -> Request {
        let headers = body.iter().map(|_| (CONTENT_TYPE, "application/json".to_owned())).collect();
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let mut request = Request { method, url: format!("{}{path}", self.base_url), headers, body };
        let signer = Signer {
            access_key_id: &self.access_key_id,
            secret_access_key: &self.secret_access_key,
            session_token: self.session_token.as_deref(),
            region: &self.region,
            service: "ses",
        };
        signer.sign(&mut request, now);
        request
    }
}

impl Provider for Ses {
    fn request(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Result<Request, Fault> {
        let mail = mail_of(outgoing)?;
        let mut body = json!({
            "FromEmailAddress": mail.from,
            "Destination": { "ToAddresses": [mail.to] },
            "Content": { "Raw": { "Data": STANDARD.encode(mail.mime) } },
            "EmailTags": [{ "Name": TAG, "Value": context.message_id }],
        });
        if let Some(set) = &self.configuration_set {
            body["ConfigurationSetName"] = json!(set);
        }
        Ok(self.signed(Method::POST, "/v2/email/outbound-emails", Some(&body), context.now))
    }

    fn read(&self, response: &Response) -> Reading {
        let body = response.json();
        if (200..300).contains(&response.status) {
            return accepted(&text(&body, "/MessageId"));
        }
        let words = text(&body, "/message") + &text(&body, "/Message");
        let code = match error_code(response, &body) {
            code if code == "MessageRejected" && words.contains("not verified") => "IdentityNotVerified".to_owned(),
            code => code,
        };
        read_error("ses", ERRORS, &code, &words, response)
    }

    fn bulk(&self) -> Option<&dyn Bulk> {
        self.is_bulk.then_some(self as &dyn Bulk)
    }

    fn verify(&self, context: Context<'_>) -> Option<Result<Request, Fault>> {
        Some(Ok(self.signed(Method::GET, "/v2/email/account", None, context.now)))
    }

    /// Believes nobody: a callback of SNS needs its certificate, see [`Ses::hear_with`].
    fn certificate_url(&self, callback: &Callback<'_>) -> Option<Result<String, Refusal>> {
        // Nobody makes us fetch anything for a topic that is not ours.
        Some(certificate_url(callback, &self.topics))
    }

    fn hear(&self, callback: &Callback<'_>) -> Result<Heard, Refusal> {
        self.hear_with(callback, callback.certificate.ok_or(Refusal::Forged)?)
    }
}

/// The code in `x-amzn-errortype` or `__type`, which may have a namespace before it (`…#`) and an address behind it (`:…`).
fn error_code(response: &Response, body: &Value) -> String {
    let given = match response.header("x-amzn-errortype") {
        Some(given) => given.to_owned(),
        None => text(body, "/__type") + &text(body, "/code"),
    };
    let code = given.split(':').next().unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default().trim();
    code.strip_suffix("Exception").unwrap_or(code).to_owned()
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::super::email_answer::tests::answer;
    use super::super::email_event::tests::MESSAGE;
    use super::super::email_form::tests::{context, mail, paths, settings};
    use super::super::sns::tests::{CERTIFICATE, NOTIFICATION_V2, NOW, SUBSCRIPTION, TOPIC};
    use super::super::{About, ToldKind};
    use super::*;

    fn ses(further: &[(&str, &str)]) -> Ses {
        let keys = [("accessKeyId", "AKIDEXAMPLE"), ("secretAccessKey", "secret"), ("region", "eu-west-1")];
        Ses::new(&settings(&[&keys, further].concat())).ok().unwrap()
    }

    fn hear(ses: &Ses, body: &str) -> Result<Heard, Refusal> {
        let (method, headers) = (Method::POST, HeaderMap::new());
        let callback = Callback {
            method: &method,
            url: "",
            headers: &headers,
            body: body.as_bytes(),
            now: NOW,
            certificate: None,
            default_region: "",
        };
        assert_eq!(ses.hear(&callback), Err(Refusal::Forged));
        ses.hear_with(&callback, CERTIFICATE)
    }

    #[test]
    fn a_form_without_keys_is_told_of_all_it_lacks_at_once() {
        let settings = settings(&[("topicArn", "ses-events"), ("baseUrl", "x")]);
        assert_eq!(paths(Ses::new(&settings)), ["accessKeyId", "secretAccessKey", "region", "topicArn", "baseUrl"]);
    }

    #[test]
    fn the_finished_mail_is_sent_as_it_is_with_our_message_id_as_its_tag() {
        let ses = ses(&[("configurationSet", "hermod"), ("sessionToken", "t")]);
        let request = ses.request(Outgoing::Email(mail()), context()).unwrap();
        assert_eq!(request.method, Method::POST);
        assert_eq!(request.url, "https://email.eu-west-1.amazonaws.com/v2/email/outbound-emails");
        let names: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["content-type", "x-amz-date", "x-amz-security-token", "authorization"]);
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let expected = json!({
            "FromEmailAddress": "shop@example.com",
            "Destination": { "ToAddresses": ["ann@example.com"] },
            "Content": { "Raw": { "Data": STANDARD.encode(mail().mime) } },
            "EmailTags": [{ "Name": "hermod_message", "Value": MESSAGE }],
            "ConfigurationSetName": "hermod",
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn the_address_can_be_another_with_a_path_and_is_chinas_own_in_china() {
        let url = |further: &[(&str, &str)]| ses(further).verify(context()).unwrap().unwrap().url;
        assert_eq!(url(&[("baseUrl", "http://127.0.0.1:8005/ses/")]), "http://127.0.0.1:8005/ses/v2/email/account");
        assert_eq!(url(&[("region", "cn-north-1")]), "https://email.cn-north-1.amazonaws.com.cn/v2/email/account");
    }

    #[test]
    fn a_taken_mail_has_the_id_of_amazon() {
        let reading = ses(&[]).read(&answer(200, &[], r#"{"MessageId":"0100-mail"}"#));
        assert_eq!(reading.meaning, Meaning::Accepted { provider_id: Some("0100-mail".into()) });
    }

    #[test]
    fn each_error_code_means_what_the_table_says_wherever_amazon_puts_it() {
        let ses = ses(&[]);
        for (code, meaning) in ERRORS {
            let typed = format!("{code}Exception:http://internal.amazon.com/coral/");
            let header = ses.read(&answer(400, &[("x-amzn-errortype", &typed)], r#"{"message":"why"}"#));
            assert_eq!((&header.meaning, header.words.as_str()), (meaning, "why"), "{code}");
            let body = ses.read(&answer(400, &[], &format!(r#"{{"__type":"com.amazonaws.ses#{code}"}}"#)));
            assert_eq!((&body.meaning, &body.reason), (meaning, &header.reason), "{code}");
        }
        assert_eq!(ses.read(&answer(502, &[], "<html>")).meaning, Meaning::Retry);
    }

    #[test]
    fn a_sender_that_amazon_does_not_know_is_a_matter_for_the_configuration() {
        let body = r#"{"message":"Email address is not verified. The following identities failed the check: a@b.c"}"#;
        let reading = ses(&[]).read(&answer(400, &[("x-amzn-errortype", "MessageRejected")], body));
        assert_eq!(reading.meaning, Meaning::Misconfigured);
        assert_eq!(reading.reason, "ses_identity_not_verified");
    }

    #[test]
    fn a_bounce_of_two_recipients_is_heard_as_two_and_the_same_when_told_again() {
        let ses = ses(&[("topicArn", &format!("arn:aws:sns:x:1:other, {TOPIC}"))]);
        let heard = hear(&ses, NOTIFICATION_V2).unwrap();
        assert_eq!(heard.told.len(), 2);
        for told in &heard.told {
            assert_eq!(told.about, About::Message(MESSAGE.into()));
            assert_eq!(told.kind, ToldKind::Bounced { is_permanent: true });
            assert_eq!(told.at.to_string(), "2026-12-01T08:59:58.000Z");
            assert_eq!(told.raw["newField"]["of"], "tomorrow");
        }
        assert_eq!(heard.told[0].words, "smtp; 550 5.1.1 user unknown");
        assert_eq!(hear(&ses, NOTIFICATION_V2), Ok(heard));
    }

    #[test]
    fn a_subscription_of_our_topic_is_to_be_confirmed_and_of_another_is_not() {
        let heard = hear(&ses(&[("topicArn", TOPIC)]), SUBSCRIPTION).unwrap();
        assert!(heard.confirm_url.unwrap().contains("Action=ConfirmSubscription"));
        assert_eq!(hear(&ses(&[("topicArn", "arn:aws:sns:x:1:other")]), SUBSCRIPTION), Err(Refusal::Forged));
        assert_eq!(hear(&ses(&[]), SUBSCRIPTION), Err(Refusal::Forged));
    }
}
