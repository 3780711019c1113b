//! Checks and rendering. Pure, but that the time which rendering takes is noted: the same message in the same surroundings
//! gives the same mail.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Instant;

use content::{Addresses, Data, Naming};
use domain::address::EmailAddress;
use domain::channel_configuration::{Category, EmailSender, Sender};
use domain::content::{Rendered, RenderedEmail};
use domain::execution::Recipient;
use domain::mail_copy::CopyKind;
use domain::message::{Check, Outcome, RenderedMessage};
use domain::profile::overlaid;
use domain::{Fault, Timestamp};

use super::attempt::Surroundings;
use super::copies::CopyTo;
use crate::campaigns::CompiledVersion;
use crate::channel_configurations::dkim::{UNREADABLE, UNREADABLE_WORDS};
use crate::channel_configurations::{SendingConfiguration, Signing};
use crate::eligibility::{Case, decide};
use crate::files::Missing;
use crate::keys::fingerprint;
use crate::packed::pack;
use crate::profiles::ProfileFacts;
use crate::proofs::subject_prefix;
use crate::rule_sets::quiet_at;
use crate::runs::SharedContext;
use crate::senders::mime::{Envelope, compose};
use crate::senders::{Answer, Author, Mail, WrittenMail};
use crate::store::attempts::Rendering;
use crate::store::messages::{Claimed, QuietWait};
use crate::tracking::{MessageLinks, MessagePlaces, ShortLink, feedback_id, list_headers};

/// A message that may go, or why it may not; and what is kept of it.
pub(super) struct Prepared {
    pub(super) rendering: Rendering,
    /// What it would say.
    pub(super) rendered: Option<RenderedMessage>,
    /// What is handed over beside that.
    pub(super) ready: Result<Option<WrittenMail>, Obstacle>,
    /// Nothing leaves this machine.
    pub(super) capture: bool,
    /// Where its short links lead: to be kept before it goes.
    pub(super) short_links: Vec<ShortLink>,
}

/// Why nothing is handed over.
pub(super) enum Obstacle {
    /// This message will never go.
    OfMessage(Fault),
    /// It goes later.
    NotNow(QuietWait, Fault),
    /// No mail of the configuration goes until a person mends it.
    OfConfiguration(Fault),
    /// It has no file that it needs, or not now.
    MissingFile(Missing),
}

impl From<Fault> for Obstacle {
    fn from(fault: Fault) -> Self {
        Self::OfMessage(fault)
    }
}

/// Decides, renders, composes.
pub(super) fn prepare(message: &Claimed, around: &Surroundings, now: Timestamp) -> Prepared {
    let mut checks = Vec::new();
    let (short_url, tokens) = (around.short_url.as_str(), &around.tokens);
    let links = MessageLinks { short_url, tokens, message: &message.id, made: RefCell::default() };
    let (rendered, ready) =
        match check(message, around, now, &mut checks).and_then(|ready| render(message, around, ready, &links)) {
            Ok((rendered, mail)) => (Some(rendered), Ok(mail)),
            Err(obstacle) => (None, Err(obstacle)),
        };
    let short_links = if ready.is_ok() { links.made.into_inner() } else { Vec::new() };
    let capture = around.is_captured();
    let content = around.version.definition.content_of(around.facts.variant());
    let rendering = Rendering {
        checked_at: now,
        checks,
        rendered_at: rendered.as_ref().map(|_| now),
        subject: rendered.as_ref().map(|rendered| rendered.content.headline()),
        body: rendered.as_ref().filter(|_| around.keeps_body).map(|rendered| pack(rendered, content)),
    };
    Prepared { rendering, rendered, ready, capture, short_links }
}

/// What a message is made of, once it may go.
struct Ready<'a> {
    sending: &'a SendingConfiguration,
    data: Data,
}

/// Whether it may go, and what it is made of.
fn check<'a>(
    message: &Claimed,
    around: &'a Surroundings,
    now: Timestamp,
    checks: &mut Vec<Check>,
) -> Result<Ready<'a>, Obstacle> {
    let Surroundings { version, facts, context, .. } = around;
    let data = data_of(message, version, facts.profile.as_deref(), context.as_ref(), now)?;
    let missing = || version.compiled(facts.variant()).missing(&data).0.into_iter().next();
    let quiet = || quiet_at(&around.facts.rules, &message.id, message.quiet, &data.profile, now);
    let sending = around.sending.as_deref();
    let decision = decide(&Case {
        channel: around.version.definition.content.channel(),
        address: &message.address,
        facts: &around.facts,
        missing: &missing,
        quiet: &quiet,
        configuration: sending.map(|sending| &sending.configuration),
        mode: around.mode,
        is_proof: message.is_proof(),
    });
    *checks = decision.checks;
    match (decision.refusal, sending) {
        (None, Some(sending)) => Ok(Ready { sending, data }),
        (Some(fault), _) => Err(match decision.wait {
            Some(wait) => Obstacle::NotNow(wait, fault),
            None => fault.into(),
        }),
        (None, None) => Err(Fault::new("", "internal", "A message may go without a configuration.").into()),
    }
}

/// What its content is filled in with.
pub(super) fn data_of(
    message: &Claimed,
    version: &CompiledVersion,
    profile: Option<&ProfileFacts>,
    context: Option<&SharedContext>,
    now: Timestamp,
) -> Result<Data, Fault> {
    let recipient = serde_json::from_str::<Recipient>(&message.recipient)
        .map_err(|error| Fault::new("", "bad_recipient", format!("The stored recipient cannot be read: {error}")))?;
    let given = version.given(&message.campaign_id, &recipient, &message.address, now);
    let context = match context {
        Some(shared) => Arc::clone(&shared.values),
        None => Arc::new(recipient.context.unwrap_or_default()),
    };
    let told = recipient.profile.unwrap_or_default();
    let profile = match profile {
        Some(stored) => overlaid(&stored.attributes, told),
        None => told,
    };
    Ok(Data { context, profile, given })
}

fn render(
    message: &Claimed,
    around: &Surroundings,
    ready: Ready<'_>,
    links: &MessageLinks<'_>,
) -> Result<(RenderedMessage, Option<WrittenMail>), Obstacle> {
    let Ready { sending, data } = ready;
    let failed = |fault: Fault| Fault::new(fault.path, "render_failed", fault.text);
    let places = MessagePlaces { public_url: &around.public_url, tokens: &around.tokens, message: &message.id };
    // Nothing in it counts or acts for a person.
    let is_nobodys = around.copy.is_some() || message.is_proof();
    let places = (!around.public_url.is_empty() && !is_nobodys).then_some(&places);
    let compiled = around.version.compiled(around.facts.variant());
    let around_it = Addresses {
        places: places.map(|places| places as &dyn content::Places),
        short: (!around.short_url.is_empty() && !message.is_proof()).then_some(links as &dyn content::ShortLinks),
    };
    let naming = naming(message, around);
    let clock = Instant::now();
    let rendered = compiled.render_at(&data, around_it, naming);
    around.version.pace.note(clock.elapsed());
    let content = without_nul(rendered.map_err(failed)?);
    let content = if message.is_proof() { with_prefix(content, &subject_prefix(&message.recipient)) } else { content };
    let configuration = &sending.configuration;
    match (&content, &configuration.sender) {
        (Rendered::Email(email), Sender::Email(sender)) => {
            let list = places.filter(|_| configuration.category == Category::Marketing).and_then(list_headers_of);
            let mut list = list.map(Vec::from).unwrap_or_default();
            // The id of the configuration is the address of its callbacks, and nobody else's to know.
            let configured = fingerprint(configuration.id.as_str().as_bytes());
            let about = [message.campaign_id.as_str(), configuration.category.as_str(), &configured[..8]];
            let feedback = feedback_id(about, "hermod").filter(|_| !is_nobodys);
            list.extend(feedback.map(|value| ("Feedback-ID", value)));
            let unfit = |fault: Fault| Fault { code: "header_unfit".to_owned(), ..fault };
            let head = compiled.mail_head(&data, naming).map_err(unfit)?;
            let author = Author::of(sender, head, message.home.is_some())?;
            let (mail, headers) = write_mail(message, around, (sending, sender), author, email, list)?;
            Ok((RenderedMessage { content, headers }, Some(mail)))
        }
        (Rendered::Mobile(_), Sender::Mobile(_)) | (Rendered::Push(_), Sender::Push {}) => {
            Ok((RenderedMessage { content, headers: Vec::new() }, None))
        }
        _ => Err(Fault::new("", "wrong_channel", "The channel configuration is for another channel.").into()),
    }
}

fn write_mail(
    message: &Claimed,
    around: &Surroundings,
    (sending, sender): (&SendingConfiguration, &EmailSender),
    author: Author,
    email: &RenderedEmail,
    list_headers: Vec<(&'static str, String)>,
) -> Result<(WrittenMail, Vec<(String, String)>), Obstacle> {
    let to: EmailAddress = match &around.copy {
        Some(CopyTo { kind: CopyKind::Seed, address, .. }) => address.clone(),
        _ => message.address.parse()?,
    };
    let at = message.created_at;
    let category = sending.configuration.category;
    let attached = around.attached.as_ref().map_err(|missing| Obstacle::MissingFile(missing.clone()))?;
    let attachments = Arc::clone(&attached.files);
    let envelope = Envelope { author: &author, category, message_id: &message.id, to: &to, attachments: &attachments };
    let composed = compose(envelope, at, email, &list_headers)
        .map_err(|error| Fault::new("", "render_failed", error.to_string()))?;
    let composed = match &sending.signing {
        Signing::Off => composed,
        Signing::By(signer) => {
            composed.signed(signer, at).map_err(|error| Fault::new("", "not_signed", error.to_string()))?
        }
        Signing::Impossible => return Err(Obstacle::OfConfiguration(Fault::new("", UNREADABLE, UNREADABLE_WORDS))),
    };
    let mut list_headers: Vec<_> = list_headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    list_headers.extend(author.sender.as_ref().map(|(_, address)| ("Sender".to_owned(), address.to_string())));
    // Whoever a mail says it is from, it comes back to the configuration.
    let from = around.return_path.as_ref().unwrap_or(&sender.from_address).clone();
    let (to, envelope_id) = match &around.copy {
        Some(CopyTo { id, address, .. }) => (address.clone(), id.to_string()),
        None => (to, message.id.to_string()),
    };
    let mail = Mail { from, to, envelope_id, bytes: composed.bytes, list_headers };
    Ok((WrittenMail { mail, author, attachments }, composed.headers))
}

/// What templates of the configuration may say of the message.
fn naming<'a>(message: &'a Claimed, around: &'a Surroundings) -> Naming<'a> {
    Naming {
        campaign_id: message.campaign_id.as_str(),
        campaign_name: &around.version.definition.name,
        // A draft has no version.
        campaign_version: message.campaign_version.max(0),
        execution_id: message.execution_id.as_str(),
        message_id: message.id.as_str(),
    }
}

/// By which a mail program lets its reader leave the list (RFC 8058).
fn list_headers_of(places: &MessagePlaces<'_>) -> Option<[(&'static str, String); 2]> {
    list_headers(&places.unsubscribe_base(), &places.unsubscribe_token(), None)
}

/// A proof may say that it is one.
fn with_prefix(rendered: Rendered, prefix: &str) -> Rendered {
    match rendered {
        Rendered::Email(email) if !prefix.is_empty() => {
            let subject = format!("{prefix} {}", email.subject);
            Rendered::Email(RenderedEmail { subject, ..email })
        }
        other => other,
    }
}

/// Neither a mail (RFC 5321 §4.1.1.4) nor PostgreSQL takes U+0000, which a caller's value may hold. Lines and texts of other
/// channels hold no control characters, but for the data of a notification.
fn without_nul(rendered: Rendered) -> Rendered {
    let clean = |text: String| if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text };
    match rendered {
        Rendered::Email(RenderedEmail { subject, html, text }) => {
            Rendered::Email(RenderedEmail { subject: clean(subject), html: clean(html), text: clean(text) })
        }
        Rendered::Push(mut push) => {
            push.body = clean(push.body);
            push.data.values_mut().for_each(|value| *value = clean(std::mem::take(value)));
            push.activity = push.activity.map(|activity| Box::new(activity.without_nul()));
            Rendered::Push(push)
        }
        mobile @ Rendered::Mobile(_) => mobile,
    }
}

impl Obstacle {
    pub(super) fn fault(self) -> Fault {
        match self {
            Self::OfMessage(fault)
            | Self::NotNow(_, fault)
            | Self::OfConfiguration(fault)
            | Self::MissingFile(Missing { fault, .. }) => fault,
        }
    }

    /// Until when it waits.
    pub(super) fn wait(&self) -> Option<QuietWait> {
        match self {
            Self::NotNow(wait, _) => Some(*wait),
            _ => None,
        }
    }

    pub(super) fn answer(self) -> Answer {
        if let Self::NotNow(_, fault) = self {
            return Answer { words: fault.text, ..Answer::given_back() };
        }
        // What is of the configuration opens its circuit, as a server does that is not there.
        let (outcome, via) = match &self {
            Self::OfMessage(_) | Self::NotNow(..) => (Outcome::Rejected, "hermod"),
            Self::OfConfiguration(_) => (Outcome::Unavailable, "dkim"),
            Self::MissingFile(Missing { later: true, .. }) => (Outcome::Retry, "attachments"),
            Self::MissingFile(_) => (Outcome::Rejected, "attachments"),
        };
        let Fault { path, code, text } = self.fault();
        let at = if path.is_empty() { String::new() } else { format!("{path}: ") };
        Answer { outcome, via: via.to_owned(), words: format!("{at}{text}"), reason: Some(code), ..Answer::default() }
    }
}
