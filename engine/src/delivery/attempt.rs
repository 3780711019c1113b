//! One message: checked, rendered, handed over.

use std::time::{Duration, Instant};

use domain::address::EmailAddress;
use domain::channel_configuration::{ChannelConfigurationStatus, Transport};
use domain::execution::Recipient;
use domain::id::AttemptId;
use domain::message::{Attempt, Check, Outcome, RenderedMessage};
use domain::sandbox::SandboxMode;
use domain::{Fault, Timestamp};

use super::record::Done;
use crate::campaigns::CompiledVersion;
use crate::channel_configurations::SendingConfiguration;
use crate::ids::new_id;
use crate::intake::data_of;
use crate::senders::mime::compose;
use crate::senders::{Answer, Mail};
use crate::store::attempts::Rendering;
use crate::store::messages::Claimed;
use crate::{Engine, Error, Result};

/// What a message needs beside itself.
struct Surroundings {
    mode: SandboxMode,
    version: std::sync::Arc<CompiledVersion>,
    sending: SendingConfiguration,
}

/// A message that may go, or why it may not.
struct Prepared {
    rendering: Rendering,
    mail: Result<Mail, Answer>,
    capture: bool,
}

impl Engine {
    /// Makes the attempt and says how it ended. Never fails: what goes wrong on our side is tried again later.
    pub(super) async fn attempt(&self, message: Claimed) -> Done {
        let started_at = self.now();
        let clock = Instant::now();
        let (rendering, answer, capture) = match self.surroundings(&message).await {
            Ok(around) => {
                let Prepared { rendering, mail, capture } = prepare(&message, &around, started_at);
                let answer = match mail {
                    Ok(mail) => self.send(&around.sending, capture, mail).await,
                    Err(refused) => refused,
                };
                (Some(rendering), answer, capture)
            }
            Err(error) => (None, our_fault(error), false),
        };
        let attempt = Attempt {
            id: new_id(started_at, AttemptId::new),
            number: message.attempt,
            outcome: answer.outcome,
            via: answer.via,
            answer: answer.words,
            reason: answer.reason,
            started_at,
            duration_ms: i64::try_from(clock.elapsed().as_millis()).unwrap_or(i64::MAX),
        };
        Done { message, attempt, rendering, capture }
    }

    async fn surroundings(&self, message: &Claimed) -> Result<Surroundings> {
        let version = self.version(&message.campaign_id, message.campaign_version).await?;
        let sending = self.sending_configuration(&version.definition.configuration_id).await?;
        let mode = self.find_sandbox(&message.sandbox).await?.mode;
        Ok(Surroundings { mode, version, sending })
    }

    /// Within three quarters of the lease, so that nobody takes the message over meanwhile.
    async fn send(&self, sending: &SendingConfiguration, capture: bool, mail: Mail) -> Answer {
        let limit: Duration = self.0.settings.delivery.lease * 3 / 4;
        let sent = tokio::time::timeout(limit, self.0.delivery.senders.send(sending, capture, mail)).await;
        sent.unwrap_or_else(|_| Answer {
            outcome: Outcome::Retry,
            via: via(&sending.configuration.transport),
            words: "There was no answer in time.".to_owned(),
            reason: Some("timeout".to_owned()),
        })
    }
}

fn via(transport: &Transport) -> String {
    match transport {
        Transport::Capture => "capture".to_owned(),
        Transport::Smtp(relay) => format!("smtp {}:{}", relay.host, relay.port),
    }
}

/// Checks and renders. Pure: the same message in the same surroundings gives the same mail.
fn prepare(message: &Claimed, around: &Surroundings, now: Timestamp) -> Prepared {
    let capture = around.mode == SandboxMode::Capture || around.sending.configuration.transport == Transport::Capture;
    let mut checks = Vec::new();
    let mail = check_and_render(message, around, &mut checks);
    let (rendered, mail) = match mail {
        Ok((rendered, mail)) => (Some(rendered), Ok(mail)),
        Err(fault) => (None, Err(refused(fault))),
    };
    Prepared { rendering: Rendering { checked_at: now, checks, rendered }, mail, capture }
}

fn check_and_render(
    message: &Claimed,
    around: &Surroundings,
    checks: &mut Vec<Check>,
) -> Result<(RenderedMessage, Mail), Fault> {
    let mut check = |code: &str, passed: bool, text: String| {
        checks.push(Check { code: code.to_owned(), passed, text });
        passed
    };
    check("campaign_live", true, "The campaign was live when the call was accepted.".to_owned());
    let configuration = &around.sending.configuration;
    let name = &configuration.name;
    if !check(
        "configuration_active",
        configuration.status == ChannelConfigurationStatus::Active,
        format!("The channel configuration “{name}” is {}.", configuration.status),
    ) {
        return Err(Fault::new(
            "",
            "configuration_not_active",
            format!("The channel configuration “{name}” is not active."),
        ));
    }
    let address = message.address.parse::<EmailAddress>();
    check("address_valid", address.is_ok(), format!("The address is {}.", message.address));
    let address = address?;
    let recipient: Recipient = serde_json::from_str(&message.recipient)
        .map_err(|error| Fault::new("", "bad_recipient", format!("The stored recipient cannot be read: {error}")))?;
    let data = data_of(&recipient);
    let missing = around.version.compiled.missing(&data).0.into_iter().next();
    let text = missing.as_ref().map_or("The call gave every value that the content needs.", |fault| &fault.text);
    if !check("context_complete", missing.is_none(), text.to_owned())
        && let Some(missing) = missing
    {
        return Err(missing);
    }
    let text = match around.mode {
        SandboxMode::Capture => "The sandbox is in capture mode: the message stays in the inbox.",
        SandboxMode::Live => "The sandbox is live.",
    };
    check("sandbox_mode", true, text.to_owned());
    let email = around.version.compiled.render(&data)?;
    let composed = compose(configuration, &message.id, &address, message.created_at, &email)
        .map_err(|error| Fault::new("", "render_failed", error.to_string()))?;
    let mail = Mail { from: configuration.from_address.clone(), to: address, bytes: composed.bytes };
    Ok((RenderedMessage { email, headers: composed.headers }, mail))
}

/// The message cannot become a mail, now or later.
fn refused(fault: Fault) -> Answer {
    let at = if fault.path.is_empty() { String::new() } else { format!("{}: ", fault.path) };
    Answer {
        outcome: Outcome::Rejected,
        via: "hermod".to_owned(),
        words: format!("{at}{}", fault.text),
        reason: Some(fault.code),
    }
}

/// Something is broken here: logged under a reference, and tried again.
fn our_fault(error: Error) -> Answer {
    let failure = error.into_failure();
    Answer {
        outcome: Outcome::Retry,
        via: "hermod".to_owned(),
        words: failure.to_string(),
        reason: Some(failure.code().to_owned()),
    }
}
