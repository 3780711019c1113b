//! The protocols of providers that are reached over HTTP. Pure: what to ask, what an answer means, what a callback tells.
//! `crate::senders::http` does the asking.

pub mod apns;
mod bulk;
mod certificate;
pub mod custom;
mod email_answer;
mod email_event;
mod email_form;
pub mod fcm;
mod infobip;
mod jwt;
mod mailgun;
mod mailgun_event;
mod mobile;
mod notification;
mod postmark;
mod postmark_event;
mod proof;
pub(crate) mod rcs;
mod sendgrid;
mod sendgrid_event;
mod ses;
mod ses_bulk;
mod ses_event;
mod sigv4;
mod sinch;
mod sns;
mod twilio;
mod vonage;
mod web_address;
pub mod web_push;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::content::{RenderedEmail, RenderedMobile, RenderedPush};
use domain::provider::ProviderKind;
use domain::{Fault, Faults, Timestamp};
use http::{HeaderMap, HeaderName, Method};

pub use bulk::{Bulk, Entry};
pub(crate) use sigv4::Signer;

use crate::outbound::Identity;
use crate::senders::Attachment;

/// What the form of a configuration holds for a provider: its fields and secrets by name (`accountSid`, `authToken`, …).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings(pub BTreeMap<String, String>);

impl Settings {
    /// The value of a field, without white space around it; empty when there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |value| value.trim())
    }

    /// A field that is needed: fault `required` at its name.
    pub fn required(&self, name: &str) -> Result<&str, Fault> {
        match self.get(name) {
            "" => Err(Fault::new(name, "required", "This is needed.")),
            value => Ok(value),
        }
    }

    /// The address of the provider without a slash at its end: the field `baseUrl`, or the provider's own.
    pub fn base_url(&self, own: &str) -> String {
        let given = self.get("baseUrl");
        (if given.is_empty() { own } else { given }).trim_end_matches('/').to_owned()
    }
}

/// A request to a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    /// Absolute.
    pub url: String,
    /// Values hold no control characters.
    pub headers: Vec<(HeaderName, String)>,
    pub body: Vec<u8>,
}

/// What came back. The body is cut off after 64 KB.
#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Response {
    /// A header's value, when it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// `Retry-After` in seconds (RFC 9110 §10.2.3); a date is not read.
    pub fn retry_after(&self) -> Option<Duration> {
        self.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// What an answer means for the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// The provider took it, and calls it so.
    Accepted { provider_id: Option<String> },
    /// It did not work; it may later.
    Retry,
    /// The provider takes nothing now: too many requests, an outage. Says nothing of the message.
    Busy { retry_after: Option<Duration> },
    /// This message will never work.
    Rejected,
    /// The address will never work, or wants nothing: the message is given up and the address suppressed.
    BadAddress,
    /// Nothing works until a person mends the configuration: wrong key, unknown sender, account closed.
    Misconfigured,
    /// The access token is no longer good: ask for a new one and try once more.
    TokenExpired,
}

/// An answer, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub meaning: Meaning,
    /// Stable code such as `twilio_21610`, `fcm_unregistered`, `http_503`; empty when accepted.
    pub reason: String,
    /// The provider's own words, in one line; its raw answer when it has none.
    pub words: String,
}

/// What a message is sent with beside itself.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Our message id (`msg_` and 26 lower-case letters and digits; `rcs_` and the same where it goes as RCS, see
    /// [`rcs::reference`]): the reference by which callbacks name the message, and the idempotency key where the provider
    /// knows one.
    pub message_id: &'a str,
    /// Where the provider is to tell what becomes of it; `None`: this server has no public address.
    pub callback_url: Option<&'a str>,
    /// From [`Provider::read_token`].
    pub token: Option<&'a str>,
    pub now: Timestamp,
}

/// What is to be sent.
#[derive(Debug, Clone, Copy)]
pub enum Outgoing<'a> {
    Email(EmailOut<'a>),
    Mobile(MobileOut<'a>),
    Push(PushOut<'a>),
}

#[derive(Debug, Clone, Copy)]
pub struct EmailOut<'a> {
    pub from_name: &'a str,
    pub from: &'a str,
    pub to: &'a str,
    pub reply_to: Option<&'a str>,
    pub content: &'a RenderedEmail,
    /// Further headers of the mail, such as `List-Unsubscribe`; none of those that the fields above make.
    pub headers: &'a [(String, String)],
    /// The whole mail, RFC 5322 with CRLF, headers and attachments included.
    pub mime: &'a [u8],
    pub attachments: &'a [Attachment],
}

#[derive(Debug, Clone, Copy)]
pub struct MobileOut<'a> {
    /// A number in E.164, a short code, or an alphanumeric sender; empty: the provider picks one of its service.
    pub from: &'a str,
    /// E.164 with `+`.
    pub to: &'a str,
    pub content: &'a RenderedMobile,
}

#[derive(Debug, Clone, Copy)]
pub struct PushOut<'a> {
    /// The device token; for web push the subscription as JSON (`endpoint`, `keys.p256dh`, `keys.auth`).
    pub token: &'a str,
    /// `fcm`, `apns`, `apnsSandbox` or `web`.
    pub platform: &'a str,
    pub content: &'a RenderedPush,
}

/// A callback as it arrived.
#[derive(Debug, Clone, Copy)]
pub struct Callback<'a> {
    pub method: &'a Method,
    /// As the provider called it: the server's public address, path and query.
    pub url: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
    pub now: Timestamp,
    /// What [`Provider::certificate_url`] led to (PEM).
    pub certificate: Option<&'a str>,
    /// Of numbers that come without their country; empty: the configuration names none.
    pub default_region: &'a str,
}

impl Callback<'_> {
    /// A header's value, when it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Why a callback is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It does not come from the provider: 403.
    Forged,
    /// It is too old to be believed: 403.
    Stale,
    /// What it takes to check it cannot be had now: 503, the provider is to come again.
    Later,
    /// It cannot be read: 400, with a sentence.
    Malformed(String),
}

/// By what a callback names a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum About {
    /// [`Context::message_id`].
    Message(String),
    /// What the provider called it in its answer.
    ProviderId(String),
}

/// What is told of a message after it was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub about: About,
    pub kind: ToldKind,
    pub at: Timestamp,
    /// The same for the same event told again, at most 200 characters.
    pub key: String,
    /// Stable code such as `twilio_30005`, `ses_permanent_general`; empty when all is well.
    pub reason: String,
    /// The provider's words.
    pub words: String,
    /// This event as it came.
    pub raw: serde_json::Value,
}

/// What happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToldKind {
    /// The provider passed it on; not yet at the recipient.
    Accepted,
    Delivered,
    /// Still being tried.
    Deferred,
    /// It did not arrive, because of the address: `is_permanent` suppresses it.
    Bounced {
        is_permanent: bool,
    },
    /// It did not arrive, and not because of the address: blocked, expired, content refused.
    Failed,
    /// The recipient called it spam.
    Complained,
    /// The recipient wants no more.
    Unsubscribed,
    Opened,
    Clicked,
}

/// A message from a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbound {
    /// E.164 with `+`.
    pub from: String,
    pub to: String,
    pub text: String,
    pub at: Timestamp,
    pub key: String,
    pub raw: serde_json::Value,
}

/// What a callback says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    pub told: Vec<Told>,
    pub inbound: Vec<Inbound>,
    /// An address of the provider that must be asked once for callbacks to go on (SNS subscriptions).
    pub confirm_url: Option<String>,
}

/// A provider with the settings of a configuration.
pub trait Provider: Send + Sync {
    /// Asks for an access token, where the provider needs one beside its settings.
    fn token_request(&self, _now: Timestamp) -> Option<Result<Request, Fault>> {
        None
    }

    /// Does this message go with an access token? An account may have one for a part of what it sends.
    fn needs_token(&self, _outgoing: Outgoing<'_>) -> bool {
        true
    }

    /// The token and how long it is good.
    fn read_token(&self, _response: &Response) -> Result<(String, Duration), Reading> {
        Err(Reading { meaning: Meaning::Misconfigured, reason: "no_token".into(), words: String::new() })
    }

    /// Sends one message. A fault: this provider cannot send such a message.
    fn request(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Result<Request, Fault>;

    /// What the answer to [`Provider::request`] means.
    fn read(&self, response: &Response) -> Reading;

    /// How several messages go in one request; `None`: each has its own.
    fn bulk(&self) -> Option<&dyn Bulk> {
        None
    }

    /// A harmless request that shows whether key and account are good; `None`: there is no such call.
    fn verify(&self, _context: Context<'_>) -> Option<Result<Request, Fault>> {
        None
    }

    /// A certificate of our own by which the provider knows us (mutual TLS).
    fn client_identity(&self) -> Option<Identity> {
        None
    }

    /// Where the certificate is with which this callback was signed; `None`: none is needed.
    fn certificate_url(&self, _callback: &Callback<'_>) -> Option<Result<String, Refusal>> {
        None
    }

    /// Checks and reads a callback.
    fn hear(&self, _callback: &Callback<'_>) -> Result<Heard, Refusal> {
        Err(Refusal::Malformed("This provider calls nobody back.".into()))
    }
}

/// One line, without control characters, of at most 1,000 characters: what a provider says may be anything.
pub fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(1_000).collect()
}

/// What an HTTP status means where the provider says nothing better: 401 and 403 are for a person to mend, 408, 429 and 5xx
/// pass, other 4xx are for good.
pub fn read_status(response: &Response) -> Reading {
    let meaning = match response.status {
        200..=299 => Meaning::Accepted { provider_id: None },
        401 | 403 => Meaning::Misconfigured,
        429 | 503 => Meaning::Busy { retry_after: response.retry_after() },
        408 | 500..=599 => Meaning::Retry,
        _ => Meaning::Rejected,
    };
    let reason = match meaning {
        Meaning::Accepted { .. } => String::new(),
        _ => format!("http_{}", response.status),
    };
    Reading { meaning, reason, words: one_line(&String::from_utf8_lossy(&response.body)) }
}

/// The protocol of a provider with the settings of an account. Faults stand at the names of its fields.
pub(crate) fn of(kind: ProviderKind, settings: &Settings) -> Result<Box<dyn Provider>, Faults> {
    Ok(match kind {
        ProviderKind::Custom => Box::new(custom::Custom::new(settings)?),
        ProviderKind::Fcm => Box::new(fcm::Fcm::new(settings)?),
        ProviderKind::Apns => Box::new(apns::Apns::new(settings)?),
        ProviderKind::WebPush => Box::new(web_push::WebPush::new(settings)?),
        ProviderKind::Twilio => Box::new(twilio::Twilio::new(settings)?),
        ProviderKind::Sinch => Box::new(sinch::Sinch::new(settings)?),
        ProviderKind::Infobip => Box::new(infobip::Infobip::new(settings)?),
        ProviderKind::Vonage => Box::new(vonage::Vonage::new(settings)?),
        ProviderKind::Ses => Box::new(ses::Ses::new(settings)?),
        ProviderKind::SendGrid => Box::new(sendgrid::SendGrid::new(settings)?),
        ProviderKind::Postmark => Box::new(postmark::Postmark::new(settings)?),
        ProviderKind::Mailgun => Box::new(mailgun::Mailgun::new(settings)?),
        ProviderKind::Smpp => return Err(Faults(vec![Fault::new("provider", "unknown_word", "SMPP is not HTTP.")])),
    })
}

/// Are these settings such as the protocol needs them?
pub(crate) fn check(kind: ProviderKind, settings: &Settings) -> Result<(), Faults> {
    if kind == ProviderKind::Smpp { crate::senders::check_smpp(settings) } else { of(kind, settings).map(drop) }
}
