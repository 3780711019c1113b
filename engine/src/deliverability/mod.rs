//! Whether receivers can believe the mails of a configuration: what the DNS says of its domains, keys and addresses, and what
//! to change. Changes nothing, and sends nothing.
//!
//! A check is pure: it reads what is known, and notes what it misses. That is asked, all at once, and the checks are made anew,
//! until nothing is missing or the time is over.
//!
//! | file | does |
//! |---|---|
//! | `setup` | what of a configuration decides |
//! | `spf`, `dkim`, `dmarc`, `mx`, `ptr` | the checks |
//! | `facts` | questions and answers |
//! | `lookup` | asks the DNS |

mod dkim;
mod dmarc;
mod facts;
mod lookup;
mod mx;
mod names;
mod ptr;
mod service;
mod setup;
mod spf;
mod tags;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use domain::channel_configuration::ChannelConfiguration;
use domain::deliverability::{Check, Report, Subject, Trouble};
use domain::id::ChannelConfigurationId;
use domain::{Failure, SandboxName};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use crate::channel_configurations::Signing;
use crate::outbound::guard::{Zone, zone};
use crate::{Engine, Result};
use facts::Facts;
use lookup::Dns;
use names::ascii;
use setup::{Here, Key, Setup, Way};

/// How the DNS is asked.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Servers that are asked; none: those of the machine.
    pub servers: Vec<SocketAddr>,
    /// This server listens for mail that comes back.
    pub listens: bool,
}

/// How long a report may take.
const LIMIT: Duration = Duration::from_secs(8);
/// Most reports at once in a process.
const AT_ONCE: usize = 4;
/// Most characters of a record that are shown.
const LINE_MAX: usize = 600;

/// So that nobody can make this server ask without end.
pub(crate) struct Turns(Semaphore);

impl Default for Turns {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

impl Engine {
    /// Looks everything up anew; takes eight seconds at most. `NotFound`; Invalid `wrong_channel` for other channels than
    /// email.
    pub async fn check_deliverability(&self, sandbox: &SandboxName, id: &ChannelConfigurationId) -> Result<Report> {
        self.find_channel_configuration(sandbox, id).await?;
        let sending = self.sending_configuration(id).await?;
        let setup = self.setup(&sending.configuration, &sending.signing)?;
        let started = Instant::now();
        let checked_at = self.now();
        let by = started + LIMIT;
        let turn = timeout_at(by, self.0.lookups.0.acquire()).await;
        let checks = match turn {
            Ok(_turn) => look_up(&setup, &self.0.settings.deliverability.servers, by).await,
            Err(_) => not_looked_up(&setup, Trouble::TimedOut),
        };
        let duration_ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
        Ok(Report { checked_at, duration_ms, checks })
    }

    fn setup(&self, configuration: &ChannelConfiguration, signing: &Signing) -> Result<Setup, Failure> {
        let sender = configuration
            .sender
            .email()
            .ok_or_else(|| Failure::invalid("", "wrong_channel", "Only mails have a domain that receivers look up."))?;
        let key = match (signing, &sender.dkim) {
            (Signing::By(signer), Some(dkim)) => Key::Signs { domain: dkim.domain.clone(), record: signer.record() },
            (Signing::Impossible, _) => Key::Unreadable,
            (Signing::Off | Signing::By(_), _) => Key::None,
        };
        let settings = &self.0.settings;
        let public = url::Url::parse(&settings.public_url).ok();
        let public = public.as_ref().and_then(url::Url::domain).map(str::to_owned);
        let names = [Some(settings.delivery.helo_name.clone()), public].into_iter().flatten();
        let mut names: Vec<String> = names.map(|name| ascii(&name)).filter(|name| is_of_the_world(name)).collect();
        names.dedup();
        Ok(Setup::of(configuration, sender, key, Here { listens: settings.deliverability.listens, names }))
    }
}

/// Rounds: what the checks miss is asked, and they are made anew.
async fn look_up(setup: &Setup, servers: &[SocketAddr], by: Instant) -> Vec<Check> {
    let dns = match Dns::new(servers) {
        Ok(dns) => dns,
        Err(trouble) => return not_looked_up(setup, trouble),
    };
    let mut facts = Facts::default();
    loop {
        let checks = judge(setup, &mut facts);
        let wanted = facts.take_wanted();
        if wanted.is_empty() || Instant::now() >= by {
            return checks;
        }
        for (question, answer) in dns.ask_all(wanted, by).await {
            facts.add(question, answer);
        }
    }
}

/// Everything there is to ask has this trouble.
fn not_looked_up(setup: &Setup, trouble: Trouble) -> Vec<Check> {
    let mut facts = Facts::default();
    loop {
        let checks = judge(setup, &mut facts);
        let wanted = facts.take_wanted();
        if wanted.is_empty() {
            return checks;
        }
        for question in wanted {
            facts.add(question, Err(trouble));
        }
    }
}

/// All checks, as far as the facts go.
fn judge(setup: &Setup, facts: &mut Facts) -> Vec<Check> {
    let spf = spf::check(setup, facts);
    let dkim = dkim::check(setup, facts);
    let dmarc = dmarc::check(setup, facts, &spf, &dkim);
    let mut checks = vec![spf, dkim, dmarc, mx::check(&setup.from, facts)];
    checks.extend(setup.reply.as_ref().map(|domain| mx::check(domain, facts)));
    if matches!(setup.way, Way::Relay(_) | Way::Service(_)) {
        checks.push(mx::check_returns(setup, facts));
    }
    checks.push(ptr::check(setup, facts));
    checks
}

fn empty_check(subject: Subject, about: &str) -> Check {
    Check { subject, about: about.to_owned(), findings: Vec::new(), found: Vec::new(), publish: Vec::new() }
}

/// Does nobody outside see this address? Those of examples count as if somebody did.
fn is_private(address: IpAddr) -> bool {
    let is_near = match address {
        IpAddr::V4(address) => address.is_link_local() || address.is_unspecified(),
        IpAddr::V6(address) => address.is_unicast_link_local() || address.is_unspecified(),
    };
    is_near || zone(address) == Zone::Private
}

/// A name that others can look up.
fn is_of_the_world(name: &str) -> bool {
    name.contains('.') && name.parse::<IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use domain::deliverability::{Finding, State};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_dns_that_never_answers_costs_no_more_than_the_limit() {
        let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
        let setup = setup::tests::relay("relay.example.com");
        let started = Instant::now();
        let checks = look_up(&setup, &[silent.local_addr().unwrap()], started + LIMIT).await;
        assert!(started.elapsed() <= LIMIT + Duration::from_secs(1), "{:?}", started.elapsed());
        let timed_out = |finding: &Finding| matches!(finding, Finding::NotLookedUp { why: Trouble::TimedOut, .. });
        for check in checks.iter().filter(|check| !matches!(check.subject, Subject::Dkim | Subject::ReturnPath)) {
            assert!(check.findings.iter().any(timed_out), "{check:?}");
            assert_ne!(check.state(), State::Good, "{check:?}");
        }
    }

    #[test]
    fn only_what_others_can_look_up_is_a_name_of_this_server() {
        for (name, is) in [("hermod.example.com", true), ("localhost", false), ("192.0.2.1", false)] {
            assert_eq!(is_of_the_world(name), is, "{name}");
        }
        for (address, is) in [("127.0.0.1", true), ("169.254.1.1", true), ("fe80::1", true), ("fd00::1", true)] {
            assert_eq!(is_private(address.parse().unwrap()), is, "{address}");
        }
        for address in ["192.0.2.1", "9.9.9.9", "2001:db8::1", "2620:fe::fe"] {
            assert!(!is_private(address.parse().unwrap()), "{address}");
        }
    }
}
