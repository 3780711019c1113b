//! Who may send with the domain that mails come back to (RFC 7208).

mod proposal;
mod record;
mod verdict;
mod walk;

use std::net::IpAddr;

use domain::deliverability::{Check, Finding, Record, RecordKind, RelayFinding, SpfFinding, State, Subject};

use super::facts::{Facts, cut};
use super::service::Service;
use super::setup::{Setup, Way};
use super::{LINE_MAX, empty_check, is_private};
use proposal::proposal;
use record::{Mechanism, Qualifier, is_spf, parse};
use verdict::{Judge, Verdict};
use walk::Walk;

/// The record of the domain, and whether it lets our mails through.
pub(super) fn check(setup: &Setup, facts: &mut Facts) -> Check {
    let domain = setup.bounces.as_str();
    let mut check = empty_check(Subject::Spf, domain);
    let texts = match facts.txt(domain) {
        Ok(texts) => texts,
        Err(why) => {
            check.findings.push(Finding::NotLookedUp { name: domain.to_owned(), why });
            return check;
        }
    };
    let records: Vec<String> = texts.into_iter().filter(|text| is_spf(text)).collect();
    check.found = records.iter().map(|text| cut(text, LINE_MAX)).collect();
    let walk = match records.as_slice() {
        [] => Err(SpfFinding::Missing),
        [text] => match parse(text) {
            Ok(record) => Ok(of_record(facts, domain, &record, &mut check)),
            Err(term) => Err(SpfFinding::Syntax { term: cut(&term, 100) }),
        },
        several => Err(SpfFinding::Several { count: several.len() }),
    };
    let is_usable = walk.is_ok();
    let mut needed = Vec::new();
    match (&setup.way, walk) {
        (_, Err(finding)) => {
            check.findings.push(Finding::Spf(finding));
            needed = whatever_is_needed(setup, facts);
        }
        (Way::Nothing, Ok(_)) => {}
        (Way::Service(service) | Way::Account(service), Ok(walk)) => {
            of_service(*service, &walk, &mut check, &mut needed);
        }
        (Way::Relay(host), Ok(_)) => of_relay(setup, host, facts, &mut check, &mut needed),
    }
    let mut told = Vec::new();
    check.findings.retain(|finding| {
        let is_new = !told.contains(finding);
        told.push(finding.clone());
        is_new
    });
    let is_fine = is_usable && needed.is_empty() && check.state() != State::Bad && !ends_open(&check);
    if let Some(value) = proposal(&records, &needed).filter(|value| !is_fine && !records.contains(value)) {
        check.publish.push(Record { kind: RecordKind::Txt, name: domain.to_owned(), value });
    }
    check
}

/// What the record is like, whoever sends.
fn of_record(facts: &mut Facts, domain: &str, record: &record::Record, check: &mut Check) -> Walk {
    let mut walk = Walk::of(facts, domain, record);
    if !walk.findings.iter().any(|finding| finding.state() == State::Bad) {
        check.findings.push(Finding::Spf(SpfFinding::Reads { lookups: walk.lookups }));
    }
    check.findings.append(&mut walk.findings);
    if record.directives.iter().any(|directive| directive.mechanism == Mechanism::Ptr) {
        check.findings.push(Finding::Spf(SpfFinding::Ptr));
    }
    let end = record.directives.iter().find(|directive| directive.mechanism == Mechanism::All);
    let open = match end {
        Some(end) if end.qualifier == Qualifier::Pass => Some(SpfFinding::LetsAll),
        Some(end) if end.qualifier == Qualifier::Neutral => Some(SpfFinding::EndsOpen { by: end.text.clone() }),
        Some(_) => None,
        // What is led on to has an end of its own.
        None => record.redirect.is_none().then(|| SpfFinding::EndsOpen { by: String::new() }),
    };
    check.findings.extend(open.map(Finding::Spf));
    walk
}

fn ends_open(check: &Check) -> bool {
    let is_open = |finding: &Finding| {
        matches!(finding, Finding::Spf(SpfFinding::LetsAll | SpfFinding::EndsOpen { .. } | SpfFinding::Ptr))
    };
    check.findings.iter().any(is_open)
}

fn of_service(service: Service, walk: &Walk, check: &mut Check, needed: &mut Vec<String>) {
    let below = format!(".{}", service.include);
    let included = walk.included.iter().find(|name| *name == service.include || name.ends_with(&below));
    let label = service.label.to_owned();
    check.findings.push(Finding::Spf(match included {
        Some(include) => SpfFinding::Includes { service: label, include: include.clone() },
        None => {
            needed.push(format!("include:{}", service.include));
            SpfFinding::Lacks { service: label, include: service.include.to_owned() }
        }
    }));
}

fn of_relay(setup: &Setup, host: &str, facts: &mut Facts, check: &mut Check, needed: &mut Vec<String>) {
    let addresses = match setup.relay_addresses(facts) {
        Ok(addresses) => addresses,
        Err(why) => return check.findings.push(Finding::NotLookedUp { name: host.to_owned(), why }),
    };
    if addresses.is_empty() {
        check.findings.push(Finding::Relay(RelayFinding::NoAddress { host: host.to_owned() }));
    }
    for address in addresses {
        let shown = address.to_string();
        if is_private(address) {
            check.findings.push(Finding::Relay(RelayFinding::Private { address: shown }));
            continue;
        }
        check.findings.push(match Judge::new(facts, address).judge(&setup.bounces) {
            Verdict::Pass(by) => Finding::Spf(SpfFinding::LetsThrough { address: shown, by: cut(&by, 100) }),
            Verdict::Unknown { name, why } => Finding::NotLookedUp { name, why },
            Verdict::Macro => Finding::Spf(SpfFinding::Macro { address: shown }),
            Verdict::Fail | Verdict::SoftFail | Verdict::Neutral | Verdict::Absent | Verdict::Broken => {
                needed.push(term_of(address));
                Finding::Spf(SpfFinding::Refuses { address: shown })
            }
        });
    }
}

/// Where there is no record to judge by, all that it will have to say.
fn whatever_is_needed(setup: &Setup, facts: &mut Facts) -> Vec<String> {
    match &setup.way {
        Way::Nothing => Vec::new(),
        Way::Service(service) | Way::Account(service) => vec![format!("include:{}", service.include)],
        Way::Relay(_) => {
            let addresses = setup.relay_addresses(facts).unwrap_or_default();
            addresses.into_iter().filter(|address| !is_private(*address)).map(term_of).collect()
        }
    }
}

fn term_of(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => format!("ip4:{address}"),
        IpAddr::V6(address) => format!("ip6:{address}"),
    }
}

#[cfg(test)]
mod tests;
