//! Does the key that receivers find belong to the one that signs (RFC 6376 §3.6.1)?

use domain::deliverability::{Check, DkimFinding, Finding, Record, RecordKind, Subject};
use domain::dkim::DnsRecord;

use super::facts::{Facts, cut};
use super::setup::{Key, Setup, Way};
use super::tags::Tags;
use super::{LINE_MAX, empty_check};

/// The record of our key.
pub(super) fn check(setup: &Setup, facts: &mut Facts) -> Check {
    let mut check = empty_check(Subject::Dkim, &setup.from);
    match &setup.key {
        Key::Unreadable => check.findings.push(Finding::Dkim(DkimFinding::Unreadable)),
        Key::None => check.findings.push(Finding::Dkim(match &setup.way {
            Way::Account(service) | Way::Service(service) => {
                DkimFinding::ByService { service: service.label.to_owned() }
            }
            Way::Nothing | Way::Relay(_) => DkimFinding::Off,
        })),
        Key::Signs { record, .. } => look_up(record, facts, &mut check),
    }
    check
}

fn look_up(ours: &DnsRecord, facts: &mut Facts, check: &mut Check) {
    check.about.clone_from(&ours.name);
    let texts = match facts.txt(&ours.name) {
        Ok(texts) => texts,
        Err(why) => return check.findings.push(Finding::NotLookedUp { name: ours.name.clone(), why }),
    };
    check.found = texts.iter().take(3).map(|text| cut(text, LINE_MAX)).collect();
    let findings = match texts.as_slice() {
        [] => vec![DkimFinding::Missing],
        [text] => compare(ours, text),
        several => vec![DkimFinding::Several { count: several.len() }],
    };
    let is_ours = |finding: &DkimFinding| matches!(finding, DkimFinding::Matches);
    if !(findings.len() == 1 && findings.iter().all(is_ours)) {
        let (name, value) = (ours.name.clone(), ours.value.clone());
        check.publish.push(Record { kind: RecordKind::Txt, name, value });
    }
    check.findings.extend(findings.into_iter().map(Finding::Dkim));
}

fn compare(ours: &DnsRecord, text: &str) -> Vec<DkimFinding> {
    let (ours, theirs) = (Tags::read(&ours.value), Tags::read(text));
    let key = |tags: &Tags| tags.get("p").map(|key| key.split_ascii_whitespace().collect::<String>());
    let kind = |tags: &Tags| tags.get("k").unwrap_or("rsa").to_ascii_lowercase();
    let mut findings = Vec::new();
    let has = |list: &str, words: &[&str]| {
        list.split(':').any(|word| words.iter().any(|known| word.trim().eq_ignore_ascii_case(known)))
    };
    for (tag, is_good) in [
        ("v", theirs.get("v").is_none_or(|version| version == "DKIM1")),
        ("k", kind(&theirs) == kind(&ours)),
        ("h", theirs.get("h").is_none_or(|hashes| has(hashes, &["sha256"]))),
        ("s", theirs.get("s").is_none_or(|services| has(services, &["*", "email"]))),
    ] {
        if !is_good {
            let text = format!("{tag}={}", theirs.get(tag).unwrap_or_default());
            findings.push(DkimFinding::Forbids { tag: cut(&text, 100) });
        }
    }
    match key(&theirs) {
        Some(theirs) if theirs.is_empty() => findings.push(DkimFinding::Revoked),
        theirs if theirs == key(&ours) => {}
        _ => findings.push(DkimFinding::OtherKey),
    }
    if findings.is_empty() {
        findings.push(DkimFinding::Matches);
    }
    if theirs.get("t").is_some_and(|flags| has(flags, &["y"])) {
        findings.push(DkimFinding::Testing);
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::facts::tests::judged;
    use super::super::service::of_host;
    use super::super::setup::tests::{relay, setup};
    use super::*;

    fn signed() -> Setup {
        let name = "h1._domainkey.example.com".to_owned();
        let record = DnsRecord { name, value: "v=DKIM1; k=rsa; p=MIIBIjAN".into() };
        Setup { key: Key::Signs { domain: "example.com".into(), record }, ..relay("192.0.2.1") }
    }

    fn found(records: &[&str]) -> Check {
        let zone: String = records.iter().map(|record| format!("h1._domainkey.example.com TXT {record}\n")).collect();
        judged(&zone, |facts| check(&signed(), facts))
    }

    #[test]
    fn the_key_in_the_dns_is_compared_with_ours() {
        use DkimFinding::{Forbids, Matches, Missing, OtherKey, Revoked, Several, Testing};
        let forbids = |tag: &str| Forbids { tag: tag.into() };
        for (records, findings) in [
            (&["v=DKIM1; k=rsa; p=MIIBIjAN"][..], vec![Matches]),
            (&["p=MIIB IjAN;"], vec![Matches]),
            (&["v=DKIM1; h=sha1:sha256; s=*; p=MIIBIjAN"], vec![Matches]),
            (&[], vec![Missing]),
            (&["v=DKIM1; p=MIIBIjAN", "v=DKIM1; p="], vec![Several { count: 2 }]),
            (&["v=DKIM1; p=OTHER"], vec![OtherKey]),
            (&["v=DKIM1; k=rsa"], vec![OtherKey]),
            (&["v=DKIM1; p="], vec![Revoked]),
            (&["v=DKIM1; t=s:y; p=MIIBIjAN"], vec![Matches, Testing]),
            (&["v=DKIM1; h=sha1; p=MIIBIjAN"], vec![forbids("h=sha1")]),
            (&["v=DKIM1; s=tlsrpt; p=MIIBIjAN"], vec![forbids("s=tlsrpt")]),
            (&["v=DKIM1; k=ed25519; p=MIIBIjAN"], vec![forbids("k=ed25519")]),
            (&["v=DKIM2; p=MIIBIjAN"], vec![forbids("v=DKIM2")]),
        ] {
            let check = found(records);
            let all: Vec<Finding> = findings.into_iter().map(Finding::Dkim).collect();
            assert_eq!(check.findings, all, "{records:?}");
            let is_fine = all == [Finding::Dkim(Matches)];
            assert_eq!(check.publish.is_empty(), is_fine, "{records:?}");
        }
    }

    #[test]
    fn where_nothing_is_signed_here_it_is_said_who_may() {
        let found = |setup: &Setup| judged("", |facts| check(setup, facts)).findings;
        assert_eq!(found(&relay("192.0.2.1")), [Finding::Dkim(DkimFinding::Off)]);
        let service = of_host("smtp.sendgrid.net").unwrap();
        let by_service = Finding::Dkim(DkimFinding::ByService { service: "SendGrid".into() });
        assert_eq!(found(&setup(Way::Service(service))), [by_service]);
    }
}
