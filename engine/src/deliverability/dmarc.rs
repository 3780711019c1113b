//! What receivers are to do with mails that nothing proves to be ours (RFC 7489).

use domain::deliverability::{
    Alignment, Check, DmarcFinding, Finding, Record, RecordKind, RelayFinding, State, Subject, Trouble,
};

use super::facts::{Facts, cut};
use super::names::{are_aligned, is_name, organisational};
use super::setup::{Key, Setup, Way};
use super::tags::Tags;
use super::{LINE_MAX, empty_check};

const POLICIES: [&str; 3] = ["none", "quarantine", "reject"];
/// Most addresses of reports that are asked about.
const REPORTS_MAX: usize = 3;

/// The policy of the domain that people see; `spf` and `dkim` are the checks before.
pub(super) fn check(setup: &Setup, facts: &mut Facts, spf: &Check, dkim: &Check) -> Check {
    let domain = setup.from.as_str();
    let mut check = empty_check(Subject::Dmarc, domain);
    let (at, records) = match records(domain, facts) {
        Ok(found) => found,
        Err((name, why)) => {
            check.findings.push(Finding::NotLookedUp { name, why });
            return check;
        }
    };
    check.found = records.iter().take(3).map(|text| cut(text, LINE_MAX)).collect();
    match records.as_slice() {
        [] => {
            check.findings.push(Finding::Dmarc(DmarcFinding::Missing));
            let value = format!("v=DMARC1; p=none; rua={}", reports_address(domain));
            check.publish.push(record(organisational(domain), value));
        }
        [text] => of_record(text, &at, domain, facts, &mut check),
        several => check.findings.push(Finding::Dmarc(DmarcFinding::Several { count: several.len() })),
    }
    let strict = Strict::of(records.first().map_or("", String::as_str));
    let alignment = alignment(setup, strict, spf, dkim);
    check.findings.push(Finding::Dmarc(alignment));
    check
}

/// Where records stand and which: at the domain, else at that of the organisation (RFC 7489 §6.6.3).
fn records(domain: &str, facts: &mut Facts) -> Result<(String, Vec<String>), (String, Trouble)> {
    let organisation = organisational(domain);
    for at in [domain, organisation] {
        let name = format!("_dmarc.{at}");
        let texts = facts.txt(&name).map_err(|why| (name, why))?;
        let records: Vec<String> = texts.into_iter().filter(|text| is_dmarc(text)).collect();
        if !records.is_empty() || at == organisation {
            return Ok((at.to_owned(), records));
        }
    }
    Ok((domain.to_owned(), Vec::new()))
}

fn is_dmarc(text: &str) -> bool {
    let (first, _) = text.split_once(';').unwrap_or((text, ""));
    first.split_once('=').is_some_and(|(name, value)| name.trim() == "v" && value.trim() == "DMARC1")
}

fn of_record(text: &str, at: &str, domain: &str, facts: &mut Facts, check: &mut Check) {
    let tags = Tags::read(text);
    let own = tags.get("p").map(str::to_ascii_lowercase);
    let below = tags.get("sp").filter(|_| at != domain).map(str::to_ascii_lowercase);
    let mut findings = Vec::new();
    if at != domain {
        findings.push(DmarcFinding::Inherited { from: at.to_owned() });
    }
    match below.or(own) {
        Some(policy) if POLICIES.contains(&policy.as_str()) => findings.push(DmarcFinding::Policy { policy }),
        Some(policy) => findings.push(DmarcFinding::Syntax { tag: cut(&format!("p={policy}"), 100) }),
        None => findings.push(DmarcFinding::Syntax { tag: "p".into() }),
    }
    for tag in ["adkim", "aspf"] {
        let value = tags.get(tag).unwrap_or("r");
        if !["r", "s"].contains(&value.to_ascii_lowercase().as_str()) {
            findings.push(DmarcFinding::Syntax { tag: cut(&format!("{tag}={value}"), 100) });
        }
    }
    check.findings.extend(findings.into_iter().map(Finding::Dmarc));
    of_reports(tags.get("rua").unwrap_or_default(), text, at, facts, check);
}

fn of_reports(rua: &str, text: &str, at: &str, facts: &mut Facts, check: &mut Check) {
    let addresses: Vec<&str> = rua.split(',').map(str::trim).filter(|uri| !uri.is_empty()).collect();
    if addresses.is_empty() {
        check.findings.push(Finding::Dmarc(DmarcFinding::NoReports));
        let value = format!("{}; rua={}", text.trim_end_matches([';', ' ']), reports_address(at));
        check.publish.push(record(at, value));
    }
    for uri in addresses.into_iter().take(REPORTS_MAX) {
        let Some((to, host)) = mailbox(uri) else {
            check.findings.push(Finding::Dmarc(DmarcFinding::Syntax { tag: cut(&format!("rua={uri}"), 100) }));
            continue;
        };
        // Strangers must say that they take them (RFC 7489 §7.1).
        let permission = format!("{at}._report._dmarc.{host}");
        let is_taken = if are_aligned(at, &host, false) {
            Ok(true)
        } else {
            facts.txt(&permission).map(|texts| texts.iter().any(|text| is_dmarc(text)))
        };
        check.findings.push(match is_taken {
            Ok(true) => Finding::Dmarc(DmarcFinding::Reports { to }),
            Ok(false) => Finding::Dmarc(DmarcFinding::ReportsRefused { to, record: permission }),
            Err(why) => Finding::NotLookedUp { name: permission, why },
        });
    }
}

/// Address and its domain, of `mailto:ann@example.com!10m`.
fn mailbox(uri: &str) -> Option<(String, String)> {
    let scheme = uri.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"))?;
    let address = uri[scheme.len()..].split('!').next()?;
    let (_, host) = address.rsplit_once('@')?;
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    (is_name(&host) && host.len() <= 200).then(|| (cut(address, 100), host))
}

fn reports_address(domain: &str) -> String {
    format!("mailto:dmarc-reports@{}", organisational(domain))
}

fn record(at: &str, value: String) -> Record {
    Record { kind: RecordKind::Txt, name: format!("_dmarc.{at}"), value }
}

#[derive(Debug, Clone, Copy)]
struct Strict {
    spf: bool,
    dkim: bool,
}

impl Strict {
    fn of(text: &str) -> Self {
        let tags = Tags::read(text);
        let is_strict = |tag: &str| tags.get(tag).is_some_and(|value| value.eq_ignore_ascii_case("s"));
        Self { spf: is_strict("aspf"), dkim: is_strict("adkim") }
    }
}

/// Proof of another domain is none of ours, and a proof that fails is none at all.
fn alignment(setup: &Setup, strict: Strict, spf: &Check, dkim: &Check) -> DmarcFinding {
    let of = |domain: &str, strict: bool| {
        if are_aligned(domain, &setup.from, strict) { Alignment::Aligned } else { Alignment::Strangers }
    };
    let is_private = |finding: &Finding| matches!(finding, Finding::Relay(RelayFinding::Private { .. }));
    let spf = match &setup.way {
        // It may well put a return address of its own into the envelope.
        Way::Account(_) | Way::Service(_) => Alignment::Unknown,
        Way::Nothing | Way::Relay(_) if spf.state() == State::Bad => Alignment::Absent,
        Way::Relay(_) if spf.state() == State::Unknown && !spf.findings.iter().any(is_private) => Alignment::Unknown,
        Way::Nothing | Way::Relay(_) => of(&setup.bounces, strict.spf),
    };
    let dkim = match (&setup.key, &setup.way) {
        (Key::Signs { .. }, _) if dkim.state() == State::Bad => Alignment::Absent,
        (Key::Signs { domain, .. }, _) => of(domain, strict.dkim),
        (Key::None, Way::Account(_) | Way::Service(_)) => Alignment::Unknown,
        (Key::None | Key::Unreadable, _) => Alignment::Absent,
    };
    DmarcFinding::Aligned { spf, dkim }
}

#[cfg(test)]
mod tests {
    use domain::dkim::DnsRecord;

    use super::super::facts::tests::judged;
    use super::super::service::of_host;
    use super::super::setup::tests::{relay, setup};
    use super::super::{dkim, spf};
    use super::*;

    const SENDS: &str = "
        mail.example.com TXT v=spf1 ip4:192.0.2.1 -all
        bounces.example.net TXT v=spf1 ip4:192.0.2.1 -all
        h1._domainkey.example.com TXT p=KEY
    ";

    fn checked(setup: &Setup, zone: &str) -> Check {
        let zone = format!("{SENDS}{zone}");
        judged(&zone, |facts| {
            let (spf, dkim) = (spf::check(setup, facts), dkim::check(setup, facts));
            check(setup, facts, &spf, &dkim)
        })
    }

    fn of_dmarc(check: &Check) -> Vec<DmarcFinding> {
        let of = |finding: &Finding| match finding {
            Finding::Dmarc(finding) => Some(finding.clone()),
            _ => None,
        };
        check.findings.iter().filter_map(of).collect()
    }

    fn signed_by(domain: &str) -> Key {
        let record = DnsRecord { name: format!("h1._domainkey.{domain}"), value: "p=KEY".into() };
        Key::Signs { domain: domain.into(), record }
    }

    #[test]
    fn the_policy_is_that_of_the_domain_or_of_its_organisation() {
        let relay = relay("192.0.2.1");
        let policy = |policy: &str| DmarcFinding::Policy { policy: policy.into() };
        let reports = DmarcFinding::Reports { to: "d@example.com".into() };
        let first = |zone: &str| {
            let mut found = of_dmarc(&checked(&relay, zone));
            found.pop();
            found
        };
        let own = "_dmarc.mail.example.com TXT v=DMARC1; p=Reject; rua=mailto:d@example.com!10m";
        assert_eq!(first(own), [policy("reject"), reports.clone()]);
        let inherited = DmarcFinding::Inherited { from: "example.com".into() };
        let above = "_dmarc.example.com TXT v=DMARC1; p=reject; sp=quarantine; rua=mailto:d@example.com";
        assert_eq!(first(above), [inherited.clone(), policy("quarantine"), reports.clone()]);
        let above = "_dmarc.example.com TXT v=DMARC1; p=none; rua=mailto:d@example.com";
        assert_eq!(first(above), [inherited, policy("none"), reports]);
        assert_eq!(first("_dmarc.mail.example.com TXT verification=1"), [DmarcFinding::Missing]);
        let two = "_dmarc.mail.example.com TXT v=DMARC1; p=none\n_dmarc.mail.example.com TXT v=DMARC1; p=reject";
        assert_eq!(first(two), [DmarcFinding::Several { count: 2 }]);
    }

    #[test]
    fn what_is_missing_or_wrong_in_a_record_is_named() {
        let relay = relay("192.0.2.1");
        for (record, tag) in [("v=DMARC1; rua=mailto:d@example.com", "p"), ("v=DMARC1; p=rejct", "p=rejct")] {
            let check = checked(&relay, &format!("_dmarc.mail.example.com TXT {record}"));
            assert!(of_dmarc(&check).contains(&DmarcFinding::Syntax { tag: tag.into() }), "{record}");
        }
        let check = checked(&relay, "_dmarc.mail.example.com TXT v=DMARC1; p=none;");
        assert!(of_dmarc(&check).contains(&DmarcFinding::NoReports));
        assert_eq!(check.publish[0].value, "v=DMARC1; p=none; rua=mailto:dmarc-reports@example.com");
        let check = checked(&relay, "");
        assert_eq!(check.publish[0].name, "_dmarc.example.com");
    }

    #[test]
    fn strangers_have_to_say_that_they_take_reports() {
        let relay = relay("192.0.2.1");
        let record = "_dmarc.mail.example.com TXT v=DMARC1; p=none; rua=mailto:d@reports.net\n";
        let permission = "mail.example.com._report._dmarc.reports.net";
        let refused = DmarcFinding::ReportsRefused { to: "d@reports.net".into(), record: permission.into() };
        assert!(of_dmarc(&checked(&relay, record)).contains(&refused));
        let zone = format!("{record}{permission} TXT v=DMARC1;");
        assert!(of_dmarc(&checked(&relay, &zone)).contains(&DmarcFinding::Reports { to: "d@reports.net".into() }));
    }

    #[test]
    fn what_proves_another_domain_is_not_aligned() {
        use Alignment::{Absent, Aligned, Strangers, Unknown};
        let ours = relay("192.0.2.1");
        let stranger = Setup { bounces: "bounces.example.net".into(), ..ours.clone() };
        let refused = relay("203.0.113.1");
        let service = setup(Way::Service(of_host("smtp.sendgrid.net").unwrap()));
        let (relaxed, strict) = ("", "; aspf=s; adkim=s");
        let (none, above, own) = (Key::None, signed_by("example.com"), signed_by("mail.example.com"));
        for (setup, key, mode, spf, dkim, state) in [
            (&ours, &none, relaxed, Aligned, Absent, State::Good),
            (&ours, &above, relaxed, Aligned, Aligned, State::Good),
            (&ours, &above, strict, Aligned, Strangers, State::Good),
            (&stranger, &none, relaxed, Strangers, Absent, State::Bad),
            (&stranger, &above, relaxed, Strangers, Aligned, State::Good),
            (&refused, &none, relaxed, Absent, Absent, State::Bad),
            // whose record is missing
            (&ours, &own, strict, Aligned, Absent, State::Good),
            (&service, &none, relaxed, Unknown, Unknown, State::Unknown),
            (&service, &above, relaxed, Unknown, Aligned, State::Good),
        ] {
            let setup = Setup { key: key.clone(), ..setup.clone() };
            let record = format!("_dmarc.mail.example.com TXT v=DMARC1; p=none; rua=mailto:d@example.com{mode}");
            let found = of_dmarc(&checked(&setup, &record));
            let finding = DmarcFinding::Aligned { spf, dkim };
            assert_eq!(found.last(), Some(&finding), "{setup:?} {mode}");
            assert_eq!(Finding::Dmarc(finding).state(), state, "{setup:?} {mode}");
        }
    }
}
