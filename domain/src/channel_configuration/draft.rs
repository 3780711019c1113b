//! A channel configuration as people give it, and its check.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Category, Channel, ChannelConfiguration, RATE_MAX, RETRY_MINUTES_MAX, Rates, Sender, Transport, TransportKind,
};
use crate::address::{EmailAddress, required_line};
use crate::consent::ConsentLevel;
use crate::email_sender::EmailSender;
use crate::keywords::KeywordsDraft;
use crate::mail_templates::url_parameters_text;
use crate::mobile_sender::MobileSender;
use crate::provider::{CheckedAccount, ProviderAccount};
use crate::word::required_word;
use crate::{Fault, Faults};

/// A channel configuration as a form or a file gives it: plain texts, checked by [`ChannelConfigurationDraft::check`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ChannelConfigurationDraft {
    pub name: String,
    /// `email`, `mobile` or `push`; empty: email. Chosen for good.
    pub channel: String,
    /// `marketing` or `transactional`.
    pub category: String,
    pub from_name: String,
    pub from_address: String,
    /// A template of the from-address, of the same domain; empty: the from-address.
    pub from_template: String,
    /// An address or a template of one; empty: replies go to the from-address.
    pub reply_to: String,
    /// Templates of the header `Sender`; empty: there is none.
    pub sender_name: String,
    pub sender_address: String,
    /// What links carry: one `name=value` a line, the value a template.
    pub url_parameters: String,
    /// Of a mailbox that gets a copy of every mail; empty: none.
    pub archive: String,
    /// Addresses that get a copy of first mails, one a line.
    pub seeds: String,
    /// Mails of this configuration go to people who called a message spam, too.
    pub send_to_complained: bool,
    /// Empty: mails come back to the from-address.
    pub return_domain: String,
    /// Empty: [`super::SOFT_BOUNCE_THRESHOLD`].
    pub soft_bounce_threshold: String,
    /// Of mobile messages; empty: the provider picks one.
    pub from_number: String,
    /// Two letters; empty: numbers need their country.
    pub default_region: String,
    /// Of mobile messages: answers to what people write. Empty: none.
    pub reply_to_stop: String,
    pub reply_to_start: String,
    pub reply_to_help: String,
    pub reply_to_other: String,
    /// This and the field below are needed where the keywords ask somebody something.
    pub ask_to_confirm: String,
    pub reply_to_fuzzy: String,
    /// Of mobile messages: how what people write is taken.
    pub keywords: KeywordsDraft,
    /// Minutes; empty: [`RETRY_MINUTES_MAX`].
    pub retry_minutes: String,
    /// Messages a second; empty: no limit.
    pub max_per_second: String,
    /// The same to one domain.
    pub max_per_second_per_domain: String,
    /// Id or name of the configuration that sends what this one's server does not take; empty: none.
    pub failover: String,
    /// `channel` or `identity`; empty: channel.
    pub consent_level: String,
    /// `capture`, `smtp` or the word of a provider.
    pub transport: String,
    /// Of a provider: the values of its fields by their names, secrets among them. An empty secret keeps the stored one.
    pub settings: BTreeMap<String, String>,
    /// This and the fields below count only for `smtp`.
    pub host: String,
    pub port: String,
    /// `none`, `starttls` or `tls`.
    pub security: String,
    pub username: String,
    /// `password` or `xoauth2`; empty: password.
    pub auth: String,
    /// Empty: keep the stored password.
    pub password: String,
    /// This and the fields below count only for `xoauth2`.
    pub token_url: String,
    pub client_id: String,
    pub scope: String,
    /// Empty: keep the stored one.
    pub client_secret: String,
    /// Empty: keep the stored one, or sign in as the client itself.
    pub refresh_token: String,
    /// This and the field below count for `smtp`.
    pub max_connections: String,
    /// Empty: [`super::MESSAGES_PER_CONNECTION`].
    pub max_messages_per_connection: String,
}

/// A checked [`ChannelConfigurationDraft`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedChannelConfiguration {
    pub name: String,
    pub channel: Channel,
    pub category: Category,
    pub sender: Sender,
    pub transport: Transport,
    pub retry_minutes: u32,
    pub rates: Rates,
    /// Id or name, not looked up yet; empty: none.
    pub failover: String,
    pub consent_level: ConsentLevel,
    /// A new password of a relay, when one was given.
    pub password: Option<String>,
    /// New secrets of an account or of a relay's OAuth client, as far as they were given.
    pub secrets: BTreeMap<String, String>,
}

impl ChannelConfigurationDraft {
    /// All faults at once, with the form field's name as path.
    pub fn check(&self) -> Result<CheckedChannelConfiguration, Faults> {
        let mut faults = Faults::default();
        let name = faults.take("name", required_line(&self.name, 100));
        let channel = faults.take("channel", self.channel());
        let category = faults.take("category", required_word(&self.category));
        let sender = self.check_sender(channel.unwrap_or(Channel::Email), &mut faults);
        let mut secrets = BTreeMap::new();
        let transport = self.check_transport(channel.unwrap_or(Channel::Email), &mut secrets, &mut faults);
        let retry_minutes = check_retry_minutes(&self.retry_minutes, category, &mut faults);
        let rates = Rates {
            max_per_second: check_rate("maxPerSecond", &self.max_per_second, &mut faults),
            max_per_second_per_domain: check_rate(
                "maxPerSecondPerDomain",
                &self.max_per_second_per_domain,
                &mut faults,
            ),
        };
        let consent_level = match self.consent_level.trim() {
            "" => Some(ConsentLevel::default()),
            word => faults.take("consentLevel", word.parse()),
        };
        let has_password = !matches!(&transport, Some(Transport::Smtp(relay)) if relay.oauth.is_some());
        let password = (has_password && !self.password.is_empty()).then(|| self.password.clone());
        let words = category.zip(consent_level);
        match (name, channel, words, sender, transport, retry_minutes) {
            (
                Some(name),
                Some(channel),
                Some((category, consent_level)),
                Some(sender),
                Some(transport),
                Some(retry_minutes),
            ) if faults.is_empty() => Ok(CheckedChannelConfiguration {
                name,
                channel,
                category,
                sender,
                transport,
                retry_minutes,
                rates,
                failover: self.failover.trim().to_owned(),
                consent_level,
                password,
                secrets,
            }),
            _ => Err(faults),
        }
    }

    /// The channel that was picked.
    pub fn channel(&self) -> Result<Channel, Fault> {
        if self.channel.trim().is_empty() { Ok(Channel::Email) } else { self.channel.trim().parse() }
    }

    fn check_sender(&self, channel: Channel, faults: &mut Faults) -> Option<Sender> {
        match channel {
            Channel::Email => EmailSender::check(self, faults).map(Sender::Email),
            Channel::Mobile => MobileSender::check(self, faults).map(Sender::Mobile),
            Channel::Push => Some(Sender::Push {}),
        }
    }

    fn check_transport(
        &self,
        channel: Channel,
        secrets: &mut BTreeMap<String, String>,
        faults: &mut Faults,
    ) -> Option<Transport> {
        match faults.take("transport", TransportKind::parse(&self.transport, channel))? {
            TransportKind::Capture => Some(Transport::Capture),
            TransportKind::Smtp => {
                let relay = self.check_relay(faults)?;
                if relay.oauth.is_some() {
                    *secrets = self.oauth_secrets();
                }
                Some(Transport::Smtp(relay))
            }
            TransportKind::Provider(provider) => {
                let CheckedAccount { account, secrets: given } =
                    ProviderAccount::check(provider, &self.settings, faults);
                *secrets = given;
                Some(Transport::Provider(account))
            }
        }
    }
}

/// Depends on the category; with another fault there, the widest limits hold.
fn check_retry_minutes(text: &str, category: Option<Category>, faults: &mut Faults) -> Option<u32> {
    let least = category.unwrap_or(Category::Transactional).retry_minutes_min();
    let minutes = match text.trim() {
        "" => Some(RETRY_MINUTES_MAX),
        text => text.parse().ok().filter(|minutes| (least..=RETRY_MINUTES_MAX).contains(minutes)),
    };
    if minutes.is_none() {
        let text = format!("Give a number of minutes from {least} to {RETRY_MINUTES_MAX}.");
        faults.add("retryMinutes", "out_of_range", text);
    }
    minutes
}

fn check_rate(path: &str, text: &str, faults: &mut Faults) -> Option<u32> {
    if text.trim().is_empty() {
        return None;
    }
    let rate = text.trim().parse().ok().filter(|rate| (1..=RATE_MAX).contains(rate));
    if rate.is_none() {
        faults.add(path, "out_of_range", format!("Give a number from 1 to {RATE_MAX}, or nothing for no limit."));
    }
    rate
}

impl From<&ChannelConfiguration> for ChannelConfigurationDraft {
    fn from(stored: &ChannelConfiguration) -> Self {
        let mut draft = Self {
            name: stored.name.clone(),
            channel: stored.channel.to_string(),
            category: stored.category.to_string(),
            retry_minutes: stored.retry_minutes.to_string(),
            failover: stored.failover.as_ref().map(ToString::to_string).unwrap_or_default(),
            consent_level: stored.consent_level.to_string(),
            max_per_second: shown(stored.rates.max_per_second),
            max_per_second_per_domain: shown(stored.rates.max_per_second_per_domain),
            transport: stored.transport.kind().as_str().to_owned(),
            ..Self::default()
        };
        match &stored.sender {
            Sender::Email(sender) => {
                draft.from_name.clone_from(&sender.from_name);
                draft.from_address = sender.from_address.to_string();
                let templates = &sender.templates;
                draft.from_template.clone_from(&templates.from_address);
                let reply_to = sender.reply_to.as_ref().map(ToString::to_string);
                draft.reply_to = reply_to.unwrap_or_else(|| templates.reply_to.clone());
                draft.sender_name.clone_from(&templates.sender_name);
                draft.sender_address.clone_from(&templates.sender_address);
                draft.url_parameters = url_parameters_text(&templates.url_parameters);
                draft.archive = sender.archive.as_ref().map(ToString::to_string).unwrap_or_default();
                draft.seeds = sender.seeds.iter().map(EmailAddress::as_str).collect::<Vec<_>>().join("\n");
                draft.send_to_complained = sender.send_to_complained;
                draft.return_domain = sender.return_domain.clone().unwrap_or_default();
                draft.soft_bounce_threshold = sender.soft_bounce_threshold.to_string();
            }
            Sender::Mobile(sender) => sender.put_into(&mut draft),
            Sender::Push {} => {}
        }
        if let Transport::Provider(account) = &stored.transport {
            draft.settings.clone_from(&account.settings);
        }
        if let Transport::Smtp(relay) = &stored.transport {
            draft.put_relay(relay);
        }
        draft
    }
}

fn shown(rate: Option<u32>) -> String {
    rate.map(|rate| rate.to_string()).unwrap_or_default()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::channel_configuration) fn smtp() -> ChannelConfigurationDraft {
        ChannelConfigurationDraft {
            name: "Shop".into(),
            category: "transactional".into(),
            from_name: "Shop".into(),
            from_address: "shop@example.com".into(),
            transport: "smtp".into(),
            host: "127.0.0.1".into(),
            port: "2525".into(),
            security: "none".into(),
            ..Default::default()
        }
    }

    #[test]
    fn a_complete_form_is_accepted_and_four_connections_are_the_default() {
        let Transport::Smtp(relay) = smtp().check().unwrap().transport else { panic!("smtp") };
        assert_eq!((relay.port, relay.max_connections, relay.max_messages_per_connection), (2525, 4, 1_000));
    }

    #[test]
    fn the_retry_window_depends_on_the_category_and_is_the_longest_unless_said_otherwise() {
        let window = |category: &str, minutes: &str| {
            let draft =
                ChannelConfigurationDraft { category: category.into(), retry_minutes: minutes.into(), ..smtp() };
            draft.check().map(|checked| checked.retry_minutes).map_err(|faults| faults.0[0].path.clone())
        };
        assert_eq!(window("transactional", ""), Ok(84 * 60));
        assert_eq!(window("transactional", "10"), Ok(10));
        assert_eq!(window("marketing", "360"), Ok(360));
        for (category, minutes) in
            [("transactional", "9"), ("marketing", "359"), ("marketing", "5041"), ("transactional", "an hour")]
        {
            assert_eq!(window(category, minutes), Err("retryMinutes".to_owned()), "{category} {minutes}");
        }
    }

    #[test]
    fn an_answer_is_of_the_person_unless_the_configuration_says_otherwise() {
        let level = |text: &str| ChannelConfigurationDraft { consent_level: text.into(), ..smtp() }.check();
        assert_eq!(level("").unwrap().consent_level, ConsentLevel::Channel);
        assert_eq!(level("identity").unwrap().consent_level, ConsentLevel::Identity);
        assert_eq!(level("everybody").unwrap_err().at("consentLevel").unwrap().code, "unknown_word");
    }

    #[test]
    fn rates_are_numbers_or_nothing() {
        let checked = smtp().check().unwrap();
        assert!(!checked.rates.are_limited());
        let draft = ChannelConfigurationDraft { max_per_second_per_domain: " 5 ".into(), ..smtp() };
        assert_eq!(draft.check().unwrap().rates.max_per_second_per_domain, Some(5));
        for bad in ["0", "10001", "-1", "many"] {
            let draft = ChannelConfigurationDraft { max_per_second: bad.into(), ..smtp() };
            assert_eq!(draft.check().unwrap_err().0[0].path, "maxPerSecond", "{bad}");
        }
    }

    #[test]
    fn all_faults_are_told_at_once_each_at_its_field() {
        let draft =
            ChannelConfigurationDraft { port: "0".into(), from_address: "x".into(), name: " ".into(), ..smtp() };
        let paths: Vec<String> = draft.check().unwrap_err().0.into_iter().map(|fault| fault.path).collect();
        assert_eq!(paths, ["name", "fromAddress", "port"]);
    }

    #[test]
    fn a_word_that_is_missing_is_needed_and_not_unknown() {
        let draft = ChannelConfigurationDraft { category: String::new(), security: String::new(), ..smtp() };
        let faults = draft.check().unwrap_err();
        for path in ["category", "security"] {
            assert_eq!(faults.at(path).unwrap().code, "required", "{path}");
        }
    }

    #[test]
    fn a_name_with_a_line_break_cannot_reach_a_header() {
        let draft = ChannelConfigurationDraft { from_name: "Shop\r\nBcc: all@example.com".into(), ..smtp() };
        assert_eq!(draft.check().unwrap_err().at("fromName").unwrap().code, "control_character");
    }
}
