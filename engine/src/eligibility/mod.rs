//! May a message go? Every question in the order of [`CheckCode`], over facts that were gathered before: pure, so that the same
//! facts give the same decision in delivery and in a dry run. Explained in `docs/eligibility.md`.
//!
//! A new rule is a fact in [`Facts`], a word in [`CheckCode`], and a line in [`ORDER`].

use std::borrow::Cow;
use std::sync::Arc;

use domain::Fault;
use domain::address::{EmailAddress, PhoneNumber};
use domain::channel_configuration::{Channel, ChannelConfiguration, ChannelConfigurationStatus};
use domain::eligibility::{CheckCode, Exclusion};
use domain::message::Check;
use domain::push_token::PushToken;
use domain::sandbox::SandboxMode;
use domain::variants::{NamedVariant, VariantKey};

use crate::consent::Agreement;
use crate::profiles::ProfileFacts;
use crate::rule_sets::{Quiet, Rules};
use crate::store::messages::QuietWait;
use crate::suppressions::Standing;

/// The variant that a person gets, or why there is none. `None`: the campaign has no variants.
pub(crate) type Choice = Option<Result<NamedVariant, Fault>>;

/// What is known of the person, each fact found by one question to the store at most.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// How the address stands on the lists of its sandbox.
    pub(crate) standing: Standing,
    /// Whether the person agreed to it.
    pub(crate) agreement: Agreement,
    /// Which variant of the campaign is for the person.
    pub(crate) choice: Choice,
    /// Of marketing: how often the person may be reached, and when not.
    pub(crate) rules: Rules,
    /// What is stored of the person; `None`: nothing, or the message may not read it.
    pub(crate) profile: Option<Arc<ProfileFacts>>,
}

impl Facts {
    /// Is it known already that the message does not go?
    pub(crate) fn is_refused(&self) -> bool {
        self.standing.refusal().is_some()
            || matches!(self.agreement, Some(Err(_)))
            || matches!(self.choice, Some(Err(_)))
    }

    /// `None`: none is chosen, or the campaign has none.
    pub(crate) fn variant(&self) -> Option<&VariantKey> {
        self.choice.as_ref().and_then(|choice| choice.as_ref().ok()).map(|named| &named.key)
    }
}

/// Everything that decides about one message.
pub(crate) struct Case<'a> {
    pub(crate) channel: Channel,
    pub(crate) address: &'a str,
    pub(crate) facts: &'a Facts,
    /// What the content needs and nobody gave. Found only if it is asked for: it is work.
    pub(crate) missing: &'a dyn Fn() -> Option<Fault>,
    /// What the quiet hours of [`Facts::rules`] say now. Found only if it is asked for.
    pub(crate) quiet: &'a dyn Fn() -> Quiet,
    /// `None`: there is no such configuration.
    pub(crate) configuration: Option<&'a ChannelConfiguration>,
    pub(crate) mode: SandboxMode,
    /// It goes whatever the campaign is.
    pub(crate) is_proof: bool,
}

/// What was asked and answered.
pub(crate) struct Decision {
    /// Up to the first no.
    pub(crate) checks: Vec<Check>,
    /// The first no; `None`: the message may go.
    pub(crate) refusal: Option<Fault>,
    /// The no becomes a yes by waiting.
    pub(crate) wait: Option<QuietWait>,
}

/// To one question.
enum Answer {
    /// Why, in words.
    Yes(Cow<'static, str>),
    No(Fault),
    /// Not now, and why.
    Later(QuietWait, Fault),
    /// It does not concern this message.
    NotAsked,
}

type Question = fn(&Case<'_>) -> Answer;

/// Every question, in the order of asking.
const ORDER: [(CheckCode, Question); 10] = [
    (CheckCode::CampaignLive, campaign_live),
    (CheckCode::AddressValid, address_valid),
    (CheckCode::NotSuppressed, not_suppressed),
    (CheckCode::Allowed, allowed),
    (CheckCode::Consented, consented),
    (CheckCode::VariantChosen, variant_chosen),
    (CheckCode::ContextComplete, context_complete),
    (CheckCode::ConfigurationActive, configuration_active),
    (CheckCode::OutsideQuietHours, outside_quiet_hours),
    (CheckCode::SandboxMode, sandbox_mode),
];

/// Asks until somebody says no.
pub(crate) fn decide(case: &Case<'_>) -> Decision {
    let mut checks = Vec::with_capacity(ORDER.len());
    for (code, question) in ORDER {
        match question(case) {
            Answer::Yes(text) => checks.push(passed(code, text)),
            Answer::No(fault) => {
                checks.push(failed(code, case.channel, &fault));
                return Decision { checks, refusal: Some(fault), wait: None };
            }
            Answer::Later(wait, fault) => {
                checks.push(failed(code, case.channel, &fault));
                return Decision { checks, refusal: Some(fault), wait: Some(wait) };
            }
            Answer::NotAsked => {}
        }
    }
    Decision { checks, refusal: None, wait: None }
}

/// Of a question that was answered with yes.
pub(crate) fn passed(code: CheckCode, text: impl Into<String>) -> Check {
    Check { code: code.to_string(), passed: true, text: text.into(), reference_code: None }
}

/// Of one that was answered with no.
pub(crate) fn failed(code: CheckCode, channel: Channel, fault: &Fault) -> Check {
    let reference = Exclusion::of(&fault.code).and_then(|exclusion| exclusion.reference_code(channel));
    Check {
        code: code.to_string(),
        passed: false,
        text: fault.text.clone(),
        reference_code: reference.map(str::to_owned),
    }
}

fn campaign_live(case: &Case<'_>) -> Answer {
    Answer::Yes(if case.is_proof {
        "This is a proof: it goes whether the campaign is live or not.".into()
    } else {
        "The campaign was live when the call was accepted.".into()
    })
}

fn address_valid(case: &Case<'_>) -> Answer {
    match check_address(case.channel, case.address) {
        Ok(()) => Answer::Yes(format!("The address is {}.", shown_address(case.channel, case.address)).into()),
        Err(fault) => Answer::No(fault),
    }
}

fn not_suppressed(case: &Case<'_>) -> Answer {
    match &case.facts.standing.suppression {
        None => Answer::Yes("The address is not suppressed.".into()),
        Some(found) => Answer::No(Fault::new("", found.code(), found.words())),
    }
}

/// Asked only while the list is active.
fn allowed(case: &Case<'_>) -> Answer {
    let standing = &case.facts.standing;
    match (&standing.allowed, standing.not_allowed()) {
        (None, _) => Answer::NotAsked,
        (Some(_), None) => Answer::Yes("The address, or its domain, is on the allow list of the sandbox.".into()),
        (Some(_), Some(fault)) => Answer::No(fault),
    }
}

/// Asked of marketing alone.
fn consented(case: &Case<'_>) -> Answer {
    match &case.facts.agreement {
        None => Answer::NotAsked,
        Some(Ok(words)) => Answer::Yes(words.clone().into()),
        Some(Err(fault)) => Answer::No(fault.clone()),
    }
}

/// Asked where there are any.
fn variant_chosen(case: &Case<'_>) -> Answer {
    match &case.facts.choice {
        None => Answer::NotAsked,
        Some(Ok(variant)) => Answer::Yes(format!("The person gets this variant: {variant}.").into()),
        Some(Err(fault)) => Answer::No(fault.clone()),
    }
}

fn context_complete(case: &Case<'_>) -> Answer {
    match (case.missing)() {
        None => Answer::Yes("The call has every value that the content needs.".into()),
        Some(fault) => Answer::No(fault),
    }
}

fn configuration_active(case: &Case<'_>) -> Answer {
    let words = match case.configuration {
        Some(found) if found.status == ChannelConfigurationStatus::Active => {
            return Answer::Yes("The channel configuration is active.".into());
        }
        Some(found) => format!("The channel configuration “{}” is {}.", found.name, found.status),
        None => "There is no such channel configuration.".to_owned(),
    };
    Answer::No(Fault::new("", "configuration_not_active", words))
}

/// Asked where rules say something of it.
fn outside_quiet_hours(case: &Case<'_>) -> Answer {
    let fault = |exclusion: Exclusion, words| Fault::new("", exclusion.as_str(), words);
    match (case.quiet)() {
        Quiet::No(None) => Answer::NotAsked,
        Quiet::No(Some(words)) => Answer::Yes(words.into()),
        Quiet::Discard(words) => Answer::No(fault(Exclusion::QuietHours, words)),
        Quiet::Expired(words) => Answer::No(fault(Exclusion::QuietHoursExpired, words)),
        Quiet::Wait(wait, words) => Answer::Later(wait, fault(Exclusion::QuietHours, words)),
    }
}

fn sandbox_mode(case: &Case<'_>) -> Answer {
    Answer::Yes(match case.mode {
        SandboxMode::Capture => "The sandbox is in capture mode: the message stays in the inbox.".into(),
        SandboxMode::Live => "The sandbox is live.".into(),
    })
}

/// Can the channel carry something there?
fn check_address(channel: Channel, address: &str) -> Result<(), Fault> {
    match channel {
        Channel::Email => address.parse::<EmailAddress>().map(drop),
        Channel::Mobile => address.parse::<PhoneNumber>().map(drop),
        Channel::Push => {
            let text = "This is no token of a device.";
            PushToken::from_address(address).map(drop).ok_or_else(|| Fault::new("", "bad_push_token", text))
        }
    }
}

fn shown_address(channel: Channel, address: &str) -> Cow<'_, str> {
    match (channel, PushToken::from_address(address)) {
        (Channel::Push, Some(token)) => token.shortened().to_address().into(),
        _ => address.into(),
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use domain::suppression::{Suppression, SuppressionReason};

    use super::*;

    /// A message to which everything says yes, but for what the facts say.
    fn decide_about(address: &str, facts: &Facts, missing: Option<Fault>) -> Decision {
        decide(&Case {
            channel: Channel::Email,
            address,
            facts,
            missing: &|| missing.clone(),
            quiet: &|| Quiet::No(None),
            configuration: None,
            mode: SandboxMode::Live,
            is_proof: false,
        })
    }

    fn suppressed() -> Facts {
        let at = Timestamp::from_millis(0);
        let suppression = Suppression::of(Channel::Email, "a@example.com", SuppressionReason::Bounced, at);
        let not_allowed = Some(Err("It is not on the list.".to_owned()));
        let standing = Standing { suppression: Some(suppression), allowed: not_allowed };
        let agreement = Some(Err(Fault::new("", "opted_out", "The person said no.")));
        Facts { standing, agreement, ..Facts::default() }
    }

    fn refusal(decision: &Decision) -> &str {
        &decision.refusal.as_ref().unwrap().code
    }

    #[test]
    fn questions_are_asked_in_the_order_that_is_documented() {
        let documented = CheckCode::ALL.iter().filter(|code| ORDER.iter().any(|(asked, _)| asked == *code));
        assert!(documented.eq(ORDER.iter().map(|(code, _)| code)));
    }

    #[test]
    fn the_first_no_decides_and_nothing_more_is_asked() {
        let missing = Fault::new("context.name", "missing_variable", "There is no context.name.");
        let nowhere = decide_about("nowhere", &suppressed(), Some(missing.clone()));
        assert_eq!((refusal(&nowhere), nowhere.checks.len()), ("bad_email_address", 2));
        let both = decide_about("a@example.com", &suppressed(), Some(missing.clone()));
        assert_eq!((refusal(&both), both.checks.len()), ("suppressed", 3), "suppression beats the allow list");
        let mut facts = suppressed();
        facts.standing.suppression = None;
        assert_eq!(refusal(&decide_about("a@example.com", &facts, Some(missing.clone()))), "not_allowed");
        facts.standing.allowed = None;
        assert_eq!(refusal(&decide_about("a@example.com", &facts, Some(missing.clone()))), "opted_out");
        // Nobody asks, because it is about service.
        facts.agreement = None;
        assert_eq!(refusal(&decide_about("a@example.com", &facts, Some(missing))), "missing_variable");
        assert_eq!(refusal(&decide_about("a@example.com", &facts, None)), "configuration_not_active");
    }

    #[test]
    fn a_no_carries_the_code_of_the_reference_where_there_is_one() {
        let of = |decision: Decision| decision.checks.last().unwrap().reference_code.clone();
        assert_eq!(of(decide_about("a@example.com", &suppressed(), None)).as_deref(), Some("050102"));
        assert_eq!(of(decide_about("nowhere", &suppressed(), None)), None);
    }
}
