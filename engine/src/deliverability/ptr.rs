//! Do the relay's addresses have names, and do those lead back (RFC 1912 §2.1)? Large receivers refuse mails otherwise.

use std::net::IpAddr;

use domain::deliverability::{Check, Finding, Record, RecordKind, RelayFinding, Subject};

use super::facts::Facts;
use super::setup::{Setup, Way};
use super::{empty_check, is_private};

/// Most names of an address that are looked up.
const NAMES_MAX: usize = 3;

pub(super) fn check(setup: &Setup, facts: &mut Facts) -> Check {
    let mut check = empty_check(Subject::Ptr, "");
    let host = match &setup.way {
        Way::Nothing => return with(check, RelayFinding::NothingLeaves),
        Way::Account(service) | Way::Service(service) => {
            let service = service.label.to_owned();
            return with(check, RelayFinding::OfService { service });
        }
        Way::Relay(host) => host,
    };
    check.about.clone_from(host);
    let addresses = match setup.relay_addresses(facts) {
        Ok(addresses) if addresses.is_empty() => return with(check, RelayFinding::NoAddress { host: host.clone() }),
        Ok(addresses) => addresses,
        Err(why) => {
            check.findings.push(Finding::NotLookedUp { name: host.clone(), why });
            return check;
        }
    };
    for address in addresses {
        look_up(address, host, facts, &mut check);
    }
    check
}

fn look_up(address: IpAddr, host: &str, facts: &mut Facts, check: &mut Check) {
    let shown = address.to_string();
    if is_private(address) {
        return check.findings.push(Finding::Relay(RelayFinding::Private { address: shown }));
    }
    let names = match facts.names(address) {
        Ok(names) => names,
        Err(why) => return check.findings.push(Finding::NotLookedUp { name: shown, why }),
    };
    check.found.extend(names.iter().take(NAMES_MAX).map(|name| format!("{shown} {name}")));
    let Some(first) = names.first().cloned() else {
        check.findings.push(Finding::Relay(RelayFinding::NoName { address: shown }));
        if host.parse::<IpAddr>().is_err() {
            let (name, value) = (reverse(address), host.to_owned());
            check.publish.push(Record { kind: RecordKind::Ptr, name, value });
        }
        return;
    };
    let mut trouble = None;
    for name in names.into_iter().take(NAMES_MAX) {
        match facts.addresses(&name) {
            Ok(addresses) if addresses.contains(&address) => {
                return check.findings.push(Finding::Relay(RelayFinding::Confirmed { address: shown, name }));
            }
            Ok(_) => {}
            Err(why) => trouble = Some(Finding::NotLookedUp { name, why }),
        }
    }
    if let Some(trouble) = trouble {
        return check.findings.push(trouble);
    }
    let kind = if address.is_ipv4() { RecordKind::A } else { RecordKind::Aaaa };
    check.publish.push(Record { kind, name: first.clone(), value: shown.clone() });
    check.findings.push(Finding::Relay(RelayFinding::NotConfirmed { address: shown, name: first }));
}

fn with(mut check: Check, finding: RelayFinding) -> Check {
    check.findings.push(Finding::Relay(finding));
    check
}

/// Where the name of an address stands (RFC 1035 §3.5, RFC 3596 §2.5).
fn reverse(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let digits = format!("{:032x}", address.to_bits());
            let reversed: String = digits.chars().rev().flat_map(|digit| [digit, '.']).collect();
            format!("{reversed}ip6.arpa")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::facts::tests::judged;
    use super::super::setup::tests::{relay, setup};
    use super::*;

    #[test]
    fn an_address_needs_a_name_that_leads_back() {
        let zone = "
            mail.example.com A 192.0.2.1
            mail.example.com AAAA 2001:db8::1
            192.0.2.1 PTR other.example.com
            192.0.2.1 PTR mail.example.com
            out.example.com A 192.0.2.2
            lost.example.com A 192.0.2.3
            192.0.2.3 PTR static-3.isp.net
            near.example.com A 10.0.0.1
        ";
        let found = |host: &str| judged(zone, |facts| check(&relay(host), facts));
        let (address, name) = ("192.0.2.1".to_owned(), "mail.example.com".to_owned());
        let six = Finding::Relay(RelayFinding::NoName { address: "2001:db8::1".into() });
        let confirmed = Finding::Relay(RelayFinding::Confirmed { address, name });
        assert_eq!(found("mail.example.com").findings, [confirmed, six]);
        let published = &found("mail.example.com").publish[0];
        assert!(published.name.starts_with("1.0.0.0.") && published.name.ends_with(".8.b.d.0.1.0.0.2.ip6.arpa"));

        let check = found("out.example.com");
        assert_eq!(check.publish[0].name, "2.2.0.192.in-addr.arpa");
        assert_eq!(check.publish[0].value, "out.example.com");

        let check = found("lost.example.com");
        let (address, name) = ("192.0.2.3".to_owned(), "static-3.isp.net".to_owned());
        assert_eq!(check.findings, [Finding::Relay(RelayFinding::NotConfirmed { address, name })]);

        let private = Finding::Relay(RelayFinding::Private { address: "10.0.0.1".into() });
        assert_eq!(found("near.example.com").findings, [private]);
        let none = Finding::Relay(RelayFinding::NoAddress { host: "none.example.com".into() });
        assert_eq!(found("none.example.com").findings, [none]);
    }

    #[test]
    fn addresses_of_providers_are_not_ours_to_judge() {
        let check = judged("", |facts| check(&setup(Way::Nothing), facts));
        assert_eq!(check.findings, [Finding::Relay(RelayFinding::NothingLeaves)]);
    }
}
