use domain::deliverability::Trouble;

use super::super::facts::tests::judged;
use super::super::service::of_host;
use super::super::setup::tests::{relay, setup};
use super::*;

/// Findings and the record that is proposed, for mails over a relay at 192.0.2.1.
fn over_relay(zone: &str) -> (Vec<Finding>, Option<String>) {
    let check = judged(zone, |facts| check(&relay("192.0.2.1"), facts));
    (check.findings, check.publish.into_iter().next().map(|record| record.value))
}

fn spf(findings: &[SpfFinding]) -> Vec<Finding> {
    findings.iter().cloned().map(Finding::Spf).collect()
}

const ADDRESS: &str = "192.0.2.1";

#[test]
fn a_record_that_lets_the_relay_through_is_good() {
    let (findings, proposed) = over_relay("mail.example.com TXT v=spf1 ip4:192.0.2.0/28 ~all");
    let through = SpfFinding::LetsThrough { address: ADDRESS.into(), by: "ip4:192.0.2.0/28".into() };
    assert_eq!(findings, spf(&[SpfFinding::Reads { lookups: 0 }, through]));
    assert_eq!(proposed, None);
}

#[test]
fn what_is_wrong_is_told_with_the_record_that_would_be_right() {
    let reads = |lookups| SpfFinding::Reads { lookups };
    let refuses = || SpfFinding::Refuses { address: ADDRESS.into() };
    let through = |by: &str| SpfFinding::LetsThrough { address: ADDRESS.into(), by: by.into() };
    let open = |by: &str| SpfFinding::EndsOpen { by: by.into() };
    let name = "mail.example.com";
    for (records, findings, proposed) in [
        (&[][..], vec![SpfFinding::Missing], "v=spf1 ip4:192.0.2.1 ~all"),
        (&["google-site-verification=x"], vec![SpfFinding::Missing], "v=spf1 ip4:192.0.2.1 ~all"),
        (&["v=spf1 mx -all"], vec![reads(1), refuses()], "v=spf1 mx ip4:192.0.2.1 -all"),
        (
            &["v=spf1 a ~all", "v=spf1 mx -all"],
            vec![SpfFinding::Several { count: 2 }],
            "v=spf1 a mx ip4:192.0.2.1 -all",
        ),
        (
            &["v=spf1 ipv4:192.0.2.1 -all"],
            vec![SpfFinding::Syntax { term: "ipv4:192.0.2.1".into() }],
            "v=spf1 ip4:192.0.2.1 -all",
        ),
        (&["v=spf1 +all"], vec![reads(0), SpfFinding::LetsAll, through("+all")], ""),
        (
            &["v=spf1 a ip4:192.0.2.1 ?all"],
            vec![reads(1), open("?all"), through("ip4:192.0.2.1")],
            "v=spf1 a ip4:192.0.2.1 ~all",
        ),
        (&["v=spf1 ip4:192.0.2.1"], vec![reads(0), open(""), through("ip4:192.0.2.1")], "v=spf1 ip4:192.0.2.1 ~all"),
        (
            &["v=spf1 ptr ip4:192.0.2.1 -all"],
            vec![reads(1), SpfFinding::Ptr, through("ip4:192.0.2.1")],
            "v=spf1 ip4:192.0.2.1 -all",
        ),
    ] {
        let zone: String = records.iter().map(|text| format!("{name} TXT {text}\n")).collect();
        let zone = format!("{zone}{name} A 198.51.100.1\n{name} MX 10 {name}\n");
        let (found, publish) = over_relay(&zone);
        assert_eq!(found, spf(&findings), "{records:?}");
        assert_eq!(publish.unwrap_or_default(), proposed, "{records:?}");
    }
}

#[test]
fn a_record_too_long_to_follow_is_bad_and_not_made_longer() {
    let many: String = (0..11).map(|number| format!("include:{number}.net ")).collect();
    let records: String = (0..11).map(|number| format!("{number}.net TXT v=spf1 -all\n")).collect();
    let (found, _) = over_relay(&format!("mail.example.com TXT v=spf1 ip4:192.0.2.1 {many}-all\n{records}"));
    assert!(found.contains(&Finding::Spf(SpfFinding::TooManyLookups { lookups: 11 })), "{found:?}");
    assert!(!found.iter().any(|finding| matches!(finding, Finding::Spf(SpfFinding::Reads { .. }))), "{found:?}");
}

#[test]
fn a_service_is_let_through_by_its_include_wherever_it_stands() {
    let service = setup(Way::Service(of_host("smtp.sendgrid.net").unwrap()));
    let found = |zone: &str| judged(zone, |facts| check(&service, facts));
    let zone = "
        mail.example.com TXT v=spf1 include:_spf.example.com -all
        _spf.example.com TXT v=spf1 include:u1.wl.sendgrid.net -all
        u1.wl.sendgrid.net TXT v=spf1 ip4:203.0.113.0/24 -all
    ";
    let (label, include) = ("SendGrid".to_owned(), "u1.wl.sendgrid.net".to_owned());
    let includes = SpfFinding::Includes { service: label.clone(), include };
    assert_eq!(found(zone).findings, spf(&[SpfFinding::Reads { lookups: 2 }, includes]));

    let check = found("mail.example.com TXT v=spf1 mx -all\nmail.example.com MX 10 mx.example.com");
    let lacks = SpfFinding::Lacks { service: label, include: "sendgrid.net".into() };
    assert_eq!(check.findings, spf(&[SpfFinding::Reads { lookups: 1 }, lacks]));
    assert_eq!(check.publish[0].value, "v=spf1 mx include:sendgrid.net -all");
}

#[test]
fn an_address_that_receivers_do_not_see_is_not_judged() {
    let found = judged("mail.example.com TXT v=spf1 -all", |facts| check(&relay("10.0.0.1"), facts));
    let private = Finding::Relay(RelayFinding::Private { address: "10.0.0.1".into() });
    assert_eq!(found.findings.last(), Some(&private));
    assert_eq!((found.state(), found.publish.len()), (State::Unknown, 0));
}

#[test]
fn what_could_not_be_looked_up_is_said_and_nothing_is_proposed() {
    let unknown = |name: &str| Finding::NotLookedUp { name: name.into(), why: Trouble::Refused };
    let (found, proposed) = over_relay("mail.example.com TXT !refused");
    assert_eq!((found, proposed), (vec![unknown("mail.example.com")], None));
    let (found, proposed) = over_relay("mail.example.com TXT v=spf1 include:x.net -all\nx.net TXT !refused");
    assert!(found.contains(&unknown("x.net")) && proposed.is_none(), "{found:?} {proposed:?}");
}
