//! What people said about marketing: yes, no, or not yet confirmed. Of a channel, or of one topic in it; with one address, or with
//! all that a person has (reference §4.1).

mod level;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::channel_configuration::Channel;
use crate::eligibility::Exclusion;
use crate::id::{MessageId, ProfileId, TopicId};
use crate::word::words;
use crate::{Fault, Timestamp};
pub use level::{ConsentLevel, counting, in_force};

words! {
    /// What somebody wants.
    Choice {
        In = "in",
        Out = "out",
        /// Asked for, and not yet confirmed by whoever has the address.
        Pending = "pending",
    }
}

words! {
    /// How we know.
    ConsentSource {
        /// The button of a mail program (RFC 8058).
        OneClick = "one_click",
        /// The page behind the unsubscribe link.
        UnsubscribePage = "unsubscribe_page",
        PreferencePage = "preference_page",
        /// A system of ours told it.
        Api = "api",
        /// A list, or a file.
        Import = "import",
        /// The person wrote STOP or START.
        SmsKeyword = "sms_keyword",
        /// The person confirmed what was asked for.
        DoubleOptIn = "double_opt_in",
        /// Somebody entered it in the console.
        Console = "console",
        /// The person called a message spam.
        Complaint = "complaint",
        /// The provider of the channel told it.
        Provider = "provider",
        /// It was known before there was a history.
        Migrated = "migrated",
    }
}

words! {
    /// What it means that a person said nothing.
    EmptyConsent {
        /// No marketing: whoever wants it says so.
        OptInRequired = "opt_in_required",
        /// Marketing, until the person wants none: the reference's reading.
        OptOut = "opt_out",
    }
}

/// One entry of the history; the last one that counted is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsentEntry {
    pub channel: Channel,
    /// The person who said it of all their addresses; null when it is of one address.
    pub profile_id: Option<ProfileId>,
    /// Empty when it is of all addresses of a person.
    pub address: String,
    /// `None`: the whole channel.
    pub topic_id: Option<TopicId>,
    pub choice: Choice,
    pub source: ConsentSource,
    /// When it was said.
    pub at: Timestamp,
    /// When it was entered here.
    pub recorded_at: Timestamp,
    /// Text of the form, file and line, what the person wrote; may be empty.
    pub proof: String,
    /// The message that was answered.
    pub message_id: Option<MessageId>,
    /// Who entered it; empty: the person.
    pub entered_by: String,
}

impl ConsentEntry {
    /// Of the whole channel, said and entered now by the person.
    pub fn of(
        channel: Channel,
        address: impl Into<String>,
        choice: Choice,
        source: ConsentSource,
        now: Timestamp,
    ) -> Self {
        Self {
            channel,
            profile_id: None,
            address: address.into(),
            topic_id: None,
            choice,
            source,
            at: now,
            recorded_at: now,
            proof: String::new(),
            message_id: None,
            entered_by: String::new(),
        }
    }

    /// The same of all addresses of a person.
    #[must_use]
    pub fn of_person(&self, person: ProfileId) -> Self {
        Self { profile_id: Some(person), address: String::new(), ..self.clone() }
    }

    /// Whose it is, in one text: the address, or the id of the person, which no address looks like.
    pub fn subject(&self) -> &str {
        self.profile_id.as_ref().map_or(self.address.as_str(), ProfileId::as_str)
    }
}

/// What is in force of a channel, or of one topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Consent {
    pub channel: Channel,
    /// The person who said it of all their addresses; null when it is of one address.
    pub profile_id: Option<ProfileId>,
    /// Empty when it is of all addresses of a person.
    pub address: String,
    /// `None`: the whole channel.
    pub topic_id: Option<TopicId>,
    pub choice: Choice,
    pub source: ConsentSource,
    pub at: Timestamp,
}

impl Consent {
    /// As [`ConsentEntry::subject`].
    pub fn subject(&self) -> &str {
        self.profile_id.as_ref().map_or(self.address.as_str(), ProfileId::as_str)
    }
}

/// What is in force for an address and for the person who has it, and how it came to be so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsentRecord {
    /// Who has the address, as far as there is a profile.
    pub profile_id: Option<ProfileId>,
    /// The channel before its topics, and of each the address before the person.
    pub consents: Vec<Consent>,
    /// Oldest first, the newest 1,000.
    pub history: Vec<ConsentEntry>,
}

/// Nobody ever said anything.
pub const NO_CONSENT: &str = Exclusion::NoConsent.as_str();
/// The person said no.
pub const OPTED_OUT: &str = Exclusion::OptedOut.as_str();
/// The person has not confirmed yet.
pub const CONSENT_PENDING: &str = Exclusion::ConsentPending.as_str();

/// May marketing of a channel go to somebody, about a topic if the campaign names one? `held`: what counts ([`in_force`]), of the
/// channel and of that topic. Says why, either way. No to the channel beats everything; a registered device is consent to
/// notifications.
pub fn decide(
    channel: Channel,
    topic: Option<&TopicId>,
    held: &[Consent],
    empty: EmptyConsent,
) -> Result<String, Fault> {
    let of = |wanted: Option<&TopicId>| held.iter().find(|consent| consent.topic_id.as_ref() == wanted);
    let of_topic = topic.and_then(|topic| of(Some(topic)));
    let said = [of(None), of_topic];
    let first = |choice: Choice| said.iter().flatten().find(|consent| consent.choice == choice).copied();
    let what = what(channel);
    if let Some(out) = first(Choice::Out) {
        let from =
            if out.topic_id.is_some() { format!("the topic of this campaign in {what}") } else { what.to_owned() };
        let text = format!("The person opted out of {from}{} on {} ({}).", for_all(out), day(out.at), how(out.source));
        return Err(Fault::new("", OPTED_OUT, text));
    }
    if let Some(agreed) = first(Choice::In) {
        let all = for_all(agreed);
        return Ok(format!("The person agreed to {what}{all} on {} ({}).", day(agreed.at), how(agreed.source)));
    }
    // Where silence is a yes, nobody takes it back by asking for somebody else's confirmation.
    if let Some(pending) = first(Choice::Pending).filter(|_| empty == EmptyConsent::OptInRequired) {
        let text = format!("The person was asked on {} to confirm {what}, and has not confirmed yet.", day(pending.at));
        return Err(Fault::new("", CONSENT_PENDING, text));
    }
    if channel == Channel::Push {
        return Ok("The device is registered, and its owner has not opted out.".to_owned());
    }
    match empty {
        EmptyConsent::OptOut => Ok("The person has not opted out, which counts as consent in this sandbox.".to_owned()),
        EmptyConsent::OptInRequired => Err(Fault::new("", NO_CONSENT, format!("The person never agreed to {what}."))),
    }
}

/// How far a choice goes, when it goes further than the address.
fn for_all(consent: &Consent) -> &'static str {
    match (&consent.profile_id, consent.channel) {
        (None, _) => "",
        (Some(_), Channel::Email) => " for all their addresses",
        (Some(_), Channel::Mobile) => " for all their numbers",
        (Some(_), Channel::Push) => " for all their devices",
    }
}

const fn what(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "marketing email",
        Channel::Mobile => "marketing messages",
        Channel::Push => "marketing notifications",
    }
}

const fn how(source: ConsentSource) -> &'static str {
    match source {
        ConsentSource::OneClick => "by one-click",
        ConsentSource::UnsubscribePage => "on the unsubscribe page",
        ConsentSource::PreferencePage => "on the preference page",
        ConsentSource::Api => "told over the API",
        ConsentSource::Import => "by an import",
        ConsentSource::SmsKeyword => "by a text message",
        ConsentSource::DoubleOptIn => "confirmed by a mail",
        ConsentSource::Console => "entered in the console",
        ConsentSource::Complaint => "by a spam complaint",
        ConsentSource::Provider => "told by the provider",
        ConsentSource::Migrated => "known from before",
    }
}

/// `3 May 2026`, in UTC.
fn day(at: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
    time.strftime("%-d %B %Y").to_string()
}

/// An address as far as its owner knows it: `a•••@example.com`, `•••5678`.
pub fn masked(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}•••@{domain}")
        }
        None => {
            let letters: Vec<char> = address.chars().collect();
            format!("•••{}", letters[letters.len().saturating_sub(4)..].iter().collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic() -> TopicId {
        TopicId::new(1, [1; 10])
    }

    fn held(topic_id: Option<TopicId>, choice: Choice) -> Consent {
        let at = "2026-05-03T23:00:00Z".parse().unwrap();
        let source = ConsentSource::OneClick;
        let address = "a@example.com".to_owned();
        Consent { channel: Channel::Email, profile_id: None, address, topic_id, choice, source, at }
    }

    fn code(held: &[Consent], topic: Option<&TopicId>, empty: EmptyConsent) -> Option<String> {
        decide(Channel::Email, topic, held, empty).err().map(|fault| fault.code)
    }

    #[test]
    fn who_said_nothing_gets_marketing_only_where_that_counts_as_consent_and_on_a_registered_device() {
        assert_eq!(code(&[], None, EmptyConsent::OptInRequired).as_deref(), Some(NO_CONSENT));
        assert_eq!(code(&[], None, EmptyConsent::OptOut), None);
        assert!(decide(Channel::Push, None, &[], EmptyConsent::OptInRequired).is_ok());
        let out = [held(None, Choice::Out)];
        assert!(decide(Channel::Push, None, &out, EmptyConsent::OptOut).is_err());
    }

    #[test]
    fn no_to_the_channel_beats_everything_and_no_to_a_topic_its_campaigns() {
        for empty in EmptyConsent::ALL.iter().copied() {
            let out = [held(None, Choice::Out), held(Some(topic()), Choice::In)];
            assert_eq!(code(&out, Some(&topic()), empty).as_deref(), Some(OPTED_OUT));
            let of_topic = [held(None, Choice::In), held(Some(topic()), Choice::Out)];
            assert_eq!(code(&of_topic, Some(&topic()), empty).as_deref(), Some(OPTED_OUT));
            assert_eq!(code(&of_topic, None, empty), None);
        }
        let pending = [held(None, Choice::Pending)];
        assert_eq!(code(&pending, None, EmptyConsent::OptInRequired).as_deref(), Some(CONSENT_PENDING));
        assert_eq!(code(&pending, None, EmptyConsent::OptOut), None);
        let for_topic = [held(Some(topic()), Choice::In)];
        assert_eq!(code(&for_topic, Some(&topic()), EmptyConsent::OptInRequired), None);
        assert_eq!(code(&for_topic, None, EmptyConsent::OptInRequired).as_deref(), Some(NO_CONSENT));
    }

    #[test]
    fn the_words_say_when_and_how_somebody_left() {
        let refused = decide(Channel::Email, None, &[held(None, Choice::Out)], EmptyConsent::OptOut).unwrap_err();
        assert_eq!(refused.text, "The person opted out of marketing email on 3 May 2026 (by one-click).");
        let of_person = |choice| Consent { profile_id: Some(ProfileId::new(1, [1; 10])), ..held(None, choice) };
        let refused = decide(Channel::Email, None, &[of_person(Choice::Out)], EmptyConsent::OptOut).unwrap_err();
        let words = "The person opted out of marketing email for all their addresses on 3 May 2026 (by one-click).";
        assert_eq!(refused.text, words);
        let agreed = decide(Channel::Email, None, &[of_person(Choice::In)], EmptyConsent::OptOut).unwrap();
        assert_eq!(
            agreed,
            "The person agreed to marketing email for all their addresses on 3 May 2026 (by one-click)."
        );
    }

    #[test]
    fn a_masked_address_is_known_to_its_owner_and_to_nobody_else() {
        assert_eq!(masked("ann@example.com"), "a•••@example.com");
        assert_eq!(masked("+821012345678"), "•••5678");
        assert_eq!(
            (masked(""), masked("@x"), masked("한글@예시.한국")),
            ("•••".into(), "•••@x".into(), "한•••@예시.한국".into())
        );
    }
}
