//! Does mail to a domain arrive (RFC 5321 §5.1)?

use domain::deliverability::{Check, Finding, MxFinding, Record, RecordKind, ReturnFinding, Subject};

use super::empty_check;
use super::facts::{Exchange, Facts};
use super::setup::Setup;

/// Most hosts of a domain that are looked at.
const EXCHANGES_MAX: usize = 10;

/// Of a domain to which people write.
pub(super) fn check(domain: &str, facts: &mut Facts) -> Check {
    let mut check = empty_check(Subject::Mx, domain);
    look_up(domain, facts, &mut check);
    check
}

/// Of the domain that mails come back to.
pub(super) fn check_returns(setup: &Setup, facts: &mut Facts) -> Check {
    let Some(domain) = setup.return_domain.as_deref() else {
        let mut check = empty_check(Subject::ReturnPath, &setup.from);
        check.findings.push(Finding::Return(ReturnFinding::NotSet));
        return check;
    };
    let mut check = empty_check(Subject::ReturnPath, domain);
    let hosts = look_up(domain, facts, &mut check);
    if !setup.here.listens {
        check.findings.push(Finding::Return(ReturnFinding::NotListening));
    }
    let Some(here) = setup.here.names.first() else { return check };
    if let Some(host) = hosts.iter().find(|host| leads_here(setup, host, facts)) {
        check.findings.push(Finding::Return(ReturnFinding::LeadsHere { host: host.clone() }));
        return check;
    }
    if !hosts.is_empty() {
        check.findings.push(Finding::Return(ReturnFinding::LeadsElsewhere { here: here.clone() }));
    }
    let value = format!("10 {here}");
    check.publish.push(Record { kind: RecordKind::Mx, name: domain.to_owned(), value });
    check
}

/// The hosts that take mail of the domain.
fn look_up(domain: &str, facts: &mut Facts, check: &mut Check) -> Vec<String> {
    let exchanges = match facts.mx(domain) {
        Ok(exchanges) => exchanges,
        Err(why) => {
            check.findings.push(Finding::NotLookedUp { name: domain.to_owned(), why });
            return Vec::new();
        }
    };
    let line = |it: &Exchange| format!("{} {}", it.preference, if it.host.is_empty() { "." } else { &it.host });
    check.found = exchanges.iter().take(EXCHANGES_MAX).map(line).collect();
    if exchanges.is_empty() {
        return without_mx(domain, facts, check);
    }
    if exchanges.iter().all(|exchange| exchange.host.is_empty()) {
        check.findings.push(Finding::Mx(MxFinding::TakesNone));
        return Vec::new();
    }
    let mut hosts = Vec::new();
    for Exchange { host, .. } in exchanges.into_iter().filter(|it| !it.host.is_empty()).take(EXCHANGES_MAX) {
        check.findings.push(match facts.addresses(&host) {
            Err(why) => Finding::NotLookedUp { name: host, why },
            Ok(addresses) if addresses.is_empty() => Finding::Mx(MxFinding::NoAddress { host }),
            Ok(_) => {
                hosts.push(host.clone());
                Finding::Mx(MxFinding::Leads { host })
            }
        });
    }
    hosts
}

fn without_mx(domain: &str, facts: &mut Facts, check: &mut Check) -> Vec<String> {
    let (finding, hosts) = match facts.addresses(domain) {
        Err(why) => (Finding::NotLookedUp { name: domain.to_owned(), why }, Vec::new()),
        Ok(addresses) if addresses.is_empty() => (Finding::Mx(MxFinding::Missing), Vec::new()),
        Ok(_) => (Finding::Mx(MxFinding::AddressOnly), vec![domain.to_owned()]),
    };
    check.findings.push(finding);
    hosts
}

/// Is the host this server, by its name or by its addresses?
fn leads_here(setup: &Setup, host: &str, facts: &mut Facts) -> bool {
    let theirs = facts.addresses(host).unwrap_or_default();
    let names = &setup.here.names;
    names.iter().any(|here| {
        let ours = facts.addresses(here).unwrap_or_default();
        here == host || ours.iter().any(|address| theirs.contains(address))
    })
}

#[cfg(test)]
mod tests {
    use super::super::facts::tests::judged;
    use super::super::setup::Here;
    use super::super::setup::tests::relay;
    use super::*;

    #[test]
    fn where_mail_goes_and_where_it_gets_lost() {
        let leads = |host: &str| MxFinding::Leads { host: host.into() };
        let nowhere = MxFinding::NoAddress { host: "gone.example.com".into() };
        for (zone, found) in [
            ("a.com MX 10 mx.a.com\nmx.a.com A 192.0.2.1", vec![leads("mx.a.com")]),
            (
                "a.com MX 10 mx.a.com\na.com MX 20 gone.example.com\nmx.a.com A 192.0.2.1",
                vec![leads("mx.a.com"), nowhere.clone()],
            ),
            ("a.com MX 10 gone.example.com", vec![nowhere]),
            ("a.com MX 0 .", vec![MxFinding::TakesNone]),
            ("a.com AAAA 2001:db8::1", vec![MxFinding::AddressOnly]),
            ("", vec![MxFinding::Missing]),
        ] {
            let findings: Vec<Finding> = found.into_iter().map(Finding::Mx).collect();
            assert_eq!(judged(zone, |facts| check("a.com", facts)).findings, findings, "{zone}");
        }
    }

    #[test]
    fn bounces_have_to_come_here() {
        let zone = "
            bounces.example.com MX 10 mx.example.com
            other.example.com MX 10 hermod.example.com
            away.example.com MX 10 elsewhere.net
            mx.example.com A 192.0.2.1
            hermod.example.com A 192.0.2.1
            elsewhere.net A 192.0.2.2
        ";
        let found = |domain: &str, listens: bool| {
            let here = Here { listens, names: vec!["hermod.example.com".into()] };
            let setup = Setup { return_domain: Some(domain.into()), here, ..relay("192.0.2.1") };
            let check = judged(zone, |facts| check_returns(&setup, facts));
            (check.findings.last().cloned().unwrap(), check.publish)
        };
        let here = |host: &str| Finding::Return(ReturnFinding::LeadsHere { host: host.into() });
        assert_eq!(found("bounces.example.com", true), (here("mx.example.com"), Vec::new()));
        assert_eq!(found("other.example.com", true).0, here("hermod.example.com"));
        let away = Finding::Return(ReturnFinding::LeadsElsewhere { here: "hermod.example.com".into() });
        let (last, publish) = found("away.example.com", true);
        assert_eq!((last, publish[0].value.as_str()), (away, "10 hermod.example.com"));
        let (last, publish) = found("nothing.example.com", true);
        assert_eq!((last, publish.len()), (Finding::Mx(MxFinding::Missing), 1));

        let here = Here { listens: false, names: Vec::new() };
        let setup = Setup { return_domain: Some("away.example.com".into()), here, ..relay("192.0.2.1") };
        let check = judged(zone, |facts| check_returns(&setup, facts));
        assert_eq!(check.findings.last(), Some(&Finding::Return(ReturnFinding::NotListening)));
        let check = judged(zone, |facts| check_returns(&relay("192.0.2.1"), facts));
        assert_eq!(check.findings, [Finding::Return(ReturnFinding::NotSet)]);
    }
}
