//! Checks and rendering. Pure: the same message in the same surroundings gives the same mail.

use std::sync::Arc;

use content::Data;
use domain::address::EmailAddress;
use domain::channel_configuration::{ChannelConfiguration, ChannelConfigurationStatus, Transport};
use domain::content::RenderedEmail;
use domain::execution::Recipient;
use domain::message::{Check, Outcome, RenderedMessage};
use domain::sandbox::SandboxMode;
use domain::{Fault, Timestamp};

use super::attempt::Surroundings;
use crate::packed::pack;
use crate::senders::mime::compose;
use crate::senders::{Answer, Mail};
use crate::store::attempts::Rendering;
use crate::store::messages::Claimed;

/// A message that may go, or why it may not; and what is kept of it.
pub(super) struct Prepared {
    pub(super) rendering: Rendering,
    /// What it would say.
    pub(super) rendered: Option<RenderedMessage>,
    pub(super) mail: Result<Mail, Fault>,
    /// Nothing leaves this machine.
    pub(super) capture: bool,
}

/// Decides, renders, composes.
pub(super) fn prepare(message: &Claimed, around: &Surroundings, now: Timestamp) -> Prepared {
    let mut checks = Vec::new();
    let (rendered, mail) = match check(message, around, &mut checks).and_then(|ready| render(message, around, ready)) {
        Ok((rendered, mail)) => (Some(rendered), Ok(mail)),
        Err(fault) => (None, Err(fault)),
    };
    let to_inbox = |configuration: &ChannelConfiguration| configuration.transport == Transport::Capture;
    let capture = around.mode == SandboxMode::Capture
        || around.sending.as_ref().is_some_and(|sending| to_inbox(&sending.configuration));
    let content = &around.version.definition.content;
    let rendering = Rendering {
        checked_at: now,
        checks,
        rendered_at: rendered.as_ref().map(|_| now),
        subject: rendered.as_ref().map(|rendered| rendered.email.subject.clone()),
        body: rendered.as_ref().filter(|_| around.keeps_body).map(|rendered| pack(rendered, content)),
    };
    Prepared { rendering, rendered, mail, capture }
}

/// What a message is made of, once it may go.
struct Ready<'a> {
    configuration: &'a ChannelConfiguration,
    address: EmailAddress,
    data: Data,
}

/// Every question that decides, up to the first that is answered with no.
fn check<'a>(message: &Claimed, around: &'a Surroundings, checks: &mut Vec<Check>) -> Result<Ready<'a>, Fault> {
    // A stop that came later does not reach what was accepted before.
    pass(checks, "campaign_live", "The campaign was live when the call was accepted.");
    let address = message.address.parse::<EmailAddress>();
    let text = format!("The address is {}.", message.address);
    let address = note(checks, "address_valid", &text, address)?;
    let recipient = serde_json::from_str::<Recipient>(&message.recipient)
        .map_err(|error| Fault::new("", "bad_recipient", format!("The stored recipient cannot be read: {error}")))?;
    let context = match &around.context {
        Some(shared) => Arc::clone(&shared.values),
        None => Arc::new(recipient.context.unwrap_or_default()),
    };
    let data = Data { context, profile: recipient.profile.unwrap_or_default() };
    let missing = around.version.compiled.missing(&data).0.into_iter().next();
    note(checks, "context_complete", "The call has every value that the content needs.", missing.map_or(Ok(()), Err))?;
    let configuration = around.sending.as_ref().map(|sending| &sending.configuration);
    let configuration = note(checks, "configuration_active", "The channel configuration is active.", {
        configuration.filter(|it| it.status == ChannelConfigurationStatus::Active).ok_or_else(|| {
            let what = configuration.map_or("There is no such channel configuration.".to_owned(), |configuration| {
                format!("The channel configuration “{}” is {}.", configuration.name, configuration.status)
            });
            Fault::new("", "configuration_not_active", what)
        })
    })?;
    let text = match around.mode {
        SandboxMode::Capture => "The sandbox is in capture mode: the message stays in the inbox.",
        SandboxMode::Live => "The sandbox is live.",
    };
    pass(checks, "sandbox_mode", text);
    Ok(Ready { configuration, address, data })
}

fn pass(checks: &mut Vec<Check>, code: &str, text: &str) {
    checks.push(Check { code: code.to_owned(), passed: true, text: text.to_owned() });
}

/// Notes an answer: `text` for yes, the fault's for no.
fn note<T>(checks: &mut Vec<Check>, code: &str, text: &str, answer: Result<T, Fault>) -> Result<T, Fault> {
    let (passed, text) = match &answer {
        Ok(_) => (true, text),
        Err(fault) => (false, fault.text.as_str()),
    };
    checks.push(Check { code: code.to_owned(), passed, text: text.to_owned() });
    answer
}

fn render(message: &Claimed, around: &Surroundings, ready: Ready<'_>) -> Result<(RenderedMessage, Mail), Fault> {
    let Ready { configuration, address, data } = ready;
    let failed = |at: &str, text: &str| Fault::new(at, "render_failed", text);
    let email = around.version.compiled.render(&data).map_err(|fault| failed(&fault.path, &fault.text))?;
    let email = without_nul(email);
    let composed = compose(configuration, &message.id, &address, message.created_at, &email)
        .map_err(|error| failed("", &error.to_string()))?;
    let mail = Mail { from: configuration.from_address.clone(), to: address, bytes: composed.bytes };
    Ok((RenderedMessage { email, headers: composed.headers }, mail))
}

/// Neither a mail (RFC 5321 §4.1.1.4) nor PostgreSQL takes U+0000, which a caller's value may hold.
fn without_nul(email: RenderedEmail) -> RenderedEmail {
    let clean = |text: String| if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text };
    RenderedEmail { subject: clean(email.subject), html: clean(email.html), text: clean(email.text) }
}

/// The message cannot become a mail, now or later.
pub(super) fn refused(fault: Fault) -> Answer {
    let at = if fault.path.is_empty() { String::new() } else { format!("{}: ", fault.path) };
    Answer {
        outcome: Outcome::Rejected,
        via: "hermod".to_owned(),
        words: format!("{at}{}", fault.text),
        reason: Some(fault.code),
    }
}
