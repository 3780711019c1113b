//! What of a configuration decides how receivers see its mails.

use std::net::IpAddr;

use domain::channel_configuration::{ChannelConfiguration, EmailSender, Transport};
use domain::dkim::DnsRecord;
use domain::provider::{ProviderAccount, ProviderKind};

use super::facts::{Answer, Facts};
use super::names::ascii;
use super::service::{Service, of_host, of_provider};

/// Most addresses of a relay that are looked at.
const ADDRESSES_MAX: usize = 8;

/// Names of domains are as the DNS has them.
#[derive(Debug, Clone)]
pub(super) struct Setup {
    /// The domain that people see.
    pub(super) from: String,
    /// Where replies go, when it is another one.
    pub(super) reply: Option<String>,
    /// The domain of the envelope's sender, as far as it is ours to say: its SPF record is asked.
    pub(super) bounces: String,
    /// Where mails come back to; `None`: to the from-address.
    pub(super) return_domain: Option<String>,
    pub(super) way: Way,
    pub(super) key: Key,
    pub(super) here: Here,
}

/// How mails leave.
#[derive(Debug, Clone)]
pub(super) enum Way {
    /// They stay in the capture inbox.
    Nothing,
    /// By an account at a provider, which takes bounces in itself.
    Account(Service),
    /// By the relay of a service.
    Service(Service),
    /// By a relay of whoever runs this server. An address, or a name.
    Relay(String),
}

/// What signs.
#[derive(Debug, Clone)]
pub(super) enum Key {
    None,
    /// It was stored with another secret key.
    Unreadable,
    Signs {
        domain: String,
        record: DnsRecord,
    },
}

/// This server, as the world knows it.
#[derive(Debug, Clone, Default)]
pub(super) struct Here {
    /// It takes in mail that comes back.
    pub(super) listens: bool,
    /// Its names; may be empty.
    pub(super) names: Vec<String>,
}

impl Setup {
    pub(super) fn of(configuration: &ChannelConfiguration, sender: &EmailSender, key: Key, here: Here) -> Self {
        let from = ascii(&sender.from_address.domain());
        let reply = sender.reply_to.as_ref().map(|reply| ascii(&reply.domain())).filter(|reply| *reply != from);
        let return_domain = sender.return_domain.as_deref().map(ascii);
        let way = way(&configuration.transport);
        let bounces = match &configuration.transport {
            Transport::Provider(account) => account_domain(account).unwrap_or_else(|| from.clone()),
            Transport::Smtp(_) | Transport::Capture => return_domain.clone().unwrap_or_else(|| from.clone()),
        };
        Self { from, reply, bounces, return_domain, way, key, here }
    }

    /// The addresses of the relay; none for other ways.
    pub(super) fn relay_addresses(&self, facts: &mut Facts) -> Answer<IpAddr> {
        let Way::Relay(host) = &self.way else { return Ok(Vec::new()) };
        if let Ok(address) = host.parse() {
            return Ok(vec![address]);
        }
        let mut addresses = facts.addresses(host)?;
        addresses.truncate(ADDRESSES_MAX);
        Ok(addresses)
    }
}

fn way(transport: &Transport) -> Way {
    match transport {
        Transport::Capture => Way::Nothing,
        Transport::Provider(account) => of_provider(account.provider).map_or(Way::Nothing, Way::Account),
        Transport::Smtp(relay) => {
            let host = relay.host.trim_start_matches('[').trim_end_matches(']');
            let host = if host.parse::<IpAddr>().is_ok() { host.to_owned() } else { ascii(host) };
            of_host(&host).map_or(Way::Relay(host), Way::Service)
        }
    }
}

/// The domain under which an account sends, where it says so.
fn account_domain(account: &ProviderAccount) -> Option<String> {
    let domain = (account.provider == ProviderKind::Mailgun).then(|| account.settings.get("domain")).flatten()?;
    Some(ascii(domain)).filter(|domain| !domain.is_empty())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Mails from `shop@mail.example.com` over a relay, signed by nobody.
    pub(in crate::deliverability) fn setup(way: Way) -> Setup {
        let from = "mail.example.com".to_owned();
        let here = Here::default();
        Setup { bounces: from.clone(), from, reply: None, return_domain: None, way, key: Key::None, here }
    }

    pub(in crate::deliverability) fn relay(host: &str) -> Setup {
        setup(Way::Relay(host.to_owned()))
    }
}
