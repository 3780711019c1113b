//! The checks of what receivers look up, against a real DNS server on this machine.

use crate::support::dns::Dns;
use crate::support::shop::ANN;
use crate::support::{World, dev};
use domain::Failure;
use domain::channel_configuration::ChannelConfigurationDraft;
use domain::deliverability::{Check, Report, State, Subject};
use domain::dkim::DnsRecord;
use domain::id::ChannelConfigurationId;
use engine::{Engine, Error};

/// The settings of a world whose DNS is this one.
async fn engine_with(world: &World, dns: &Dns) -> Engine {
    let mut settings = world.settings.clone();
    settings.deliverability.servers = vec![dns.address];
    settings.deliverability.listens = true;
    Engine::open(settings, world.clock.clone()).await.unwrap()
}

fn draft() -> ChannelConfigurationDraft {
    ChannelConfigurationDraft {
        name: "Shop".into(),
        category: "transactional".into(),
        from_name: "Shop".into(),
        from_address: "shop@mail.shop.example".into(),
        return_domain: "bounces.shop.example".into(),
        transport: "smtp".into(),
        host: "out.shop.example".into(),
        port: "25".into(),
        security: "starttls".into(),
        ..ChannelConfigurationDraft::default()
    }
}

async fn configuration(engine: &Engine, draft: &ChannelConfigurationDraft) -> ChannelConfigurationId {
    engine.create_channel_configuration(&dev(), draft, ANN).await.unwrap().id
}

fn states(report: &Report) -> Vec<(Subject, State)> {
    report.checks.iter().map(|check| (check.subject, check.state())).collect()
}

fn of(report: &Report, subject: Subject) -> &Check {
    report.checks.iter().find(|check| check.subject == subject).unwrap()
}

/// All that a good set-up of [`draft`] has in the DNS.
fn good_zone(key: &DnsRecord) -> String {
    format!(
        "{}. IN TXT {}
        bounces.shop.example. IN TXT \"v=spf1 include:\" \"_spf.shop.example -all\"
        bounces.shop.example. IN TXT \"verification=1\"
        _spf.shop.example. IN TXT \"v=spf1 ip4:192.0.2.0/28 ip6:2001:db8::/64 -all\"
        _dmarc.shop.example. IN TXT \"v=DMARC1; p=quarantine; rua=mailto:dmarc@shop.example\"
        mail.shop.example. IN MX 10 mx.shop.example.
        bounces.shop.example. IN MX 10 hermod.shop.example.
        mx.shop.example. IN A 192.0.2.9
        hermod.shop.example. IN CNAME out.shop.example.
        out.shop.example. IN A 192.0.2.1
        out.shop.example. IN AAAA 2001:db8::1",
        key.name,
        key.in_zone_file()
    )
}

const NAMES: &[(&str, &str)] = &[
    ("192.in-addr.arpa.", "1.2.0.192.in-addr.arpa. IN PTR out.shop.example."),
    (
        "2.ip6.arpa.",
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. IN PTR out.shop.example.",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_set_up_that_receivers_believe_is_good_throughout() {
    let mut world = World::sqlite().await;
    "hermod.shop.example".clone_into(&mut world.settings.delivery.helo_name);
    let id = configuration(&world, &draft()).await;
    let key = world.generate_dkim_key(&dev(), &id, "shop.example", "h1", ANN).await.unwrap();
    let zone = good_zone(&key);
    let zones: Vec<(&str, &str)> = [("shop.example.", zone.as_str())].iter().chain(NAMES).copied().collect();
    let dns = Dns::start(&zones).await;
    let engine = engine_with(&world, &dns).await;
    let report = engine.check_deliverability(&dev(), &id).await.unwrap();
    let all = [Subject::Spf, Subject::Dkim, Subject::Dmarc, Subject::Mx, Subject::ReturnPath, Subject::Ptr];
    assert_eq!(states(&report), all.map(|subject| (subject, State::Good)), "{report:#?}");
    assert!(report.checks.iter().all(|check| check.publish.is_empty()), "{report:#?}");
    assert_eq!(of(&report, Subject::Spf).found, ["v=spf1 include:_spf.shop.example -all"]);
    engine.close().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_as_proposed_is_good_the_next_time() {
    let world = World::sqlite().await;
    let id = configuration(&world, &ChannelConfigurationDraft { return_domain: String::new(), ..draft() }).await;
    world.generate_dkim_key(&dev(), &id, "shop.example", "h1", ANN).await.unwrap();
    let bare = "out.shop.example. IN A 192.0.2.1\nmail.shop.example. IN MX 10 out.shop.example.";
    let zones = [("shop.example.", bare), ("192.in-addr.arpa.", "")];
    let dns = Dns::start(&zones).await;
    let engine = engine_with(&world, &dns).await;
    let report = engine.check_deliverability(&dev(), &id).await.unwrap();
    for subject in [Subject::Spf, Subject::Dkim, Subject::Dmarc, Subject::Ptr] {
        assert_eq!(of(&report, subject).state(), State::Bad, "{report:#?}");
    }
    let line = |record: &domain::deliverability::Record| {
        let DnsRecord { name, value } = DnsRecord { name: record.name.clone(), value: record.value.clone() };
        match record.kind.as_str() {
            "TXT" => format!("{name}. IN TXT {}", DnsRecord { name: String::new(), value }.in_zone_file()),
            kind => format!("{name}. IN {kind} {value}."),
        }
    };
    let published: Vec<(bool, String)> = report
        .checks
        .iter()
        .flat_map(|check| check.publish.iter().map(|record| (check.subject == Subject::Ptr, line(record))))
        .collect();
    let of_zone = |is_reverse: bool| {
        let lines = published.iter().filter(|(reverse, _)| *reverse == is_reverse).map(|(_, line)| line.clone());
        lines.collect::<Vec<_>>().join("\n")
    };
    let (forward, reverse) = (format!("{bare}\n{}", of_zone(false)), of_zone(true));
    engine.close().await;
    let dns = Dns::start(&[("shop.example.", &forward), ("192.in-addr.arpa.", &reverse)]).await;
    let engine = engine_with(&world, &dns).await;
    let report = engine.check_deliverability(&dev(), &id).await.unwrap();
    for subject in [Subject::Spf, Subject::Dkim, Subject::Dmarc, Subject::Mx, Subject::Ptr] {
        assert_eq!(of(&report, subject).state(), State::Good, "{report:#?}");
    }
    engine.close().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_domain_writes_into_the_dns_is_shown_harmless_and_cut() {
    let world = World::sqlite().await;
    let id = configuration(&world, &draft()).await;
    let long = "x".repeat(250);
    let zone = format!(
        "bounces.shop.example. IN TXT \"v=spf1 <script>\u{202e}\u{7}\" \"{long}\" \"{long}\" \"{long}\"
        mail.shop.example. IN MX 10 mx.shop.example."
    );
    let dns = Dns::start(&[("shop.example.", &zone)]).await;
    let engine = engine_with(&world, &dns).await;
    let report = engine.check_deliverability(&dev(), &id).await.unwrap();
    let json = serde_json::to_string(&report).unwrap();
    assert!(json.replace('…', "").is_ascii(), "{json}");
    let found = &of(&report, Subject::Spf).found[0];
    assert!(found.starts_with("v=spf1 <script>\\226\\128\\174\\007xxx") && found.ends_with('…'), "{found}");
    assert_eq!(of(&report, Subject::Spf).state(), State::Bad);
    engine.close().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dns_that_refuses_leaves_everything_open() {
    let world = World::sqlite().await;
    let id = configuration(&world, &draft()).await;
    let dns = Dns::start(&[]).await;
    let engine = engine_with(&world, &dns).await;
    let report = engine.check_deliverability(&dev(), &id).await.unwrap();
    for subject in [Subject::Spf, Subject::Mx, Subject::Ptr] {
        assert_eq!(of(&report, subject).state(), State::Unknown, "{report:#?}");
    }
    engine.close().await;
    world.end().await;
}

#[tokio::test]
async fn only_mails_of_the_own_sandbox_are_checked() {
    let world = World::sqlite().await;
    let mobile = ChannelConfigurationDraft {
        name: "Codes".into(),
        channel: "mobile".into(),
        category: "transactional".into(),
        transport: "capture".into(),
        ..ChannelConfigurationDraft::default()
    };
    let mobile = configuration(&world, &mobile).await;
    let refused = world.check_deliverability(&dev(), &mobile).await.unwrap_err();
    assert!(matches!(&refused, Error::Failure(Failure::Invalid { .. })), "{refused:?}");
    let mails = configuration(&world, &draft()).await;
    let elsewhere = world.check_deliverability(&crate::support::prod(), &mails).await.unwrap_err();
    assert!(matches!(&elsewhere, Error::Failure(Failure::NotFound { .. })), "{elsewhere:?}");
    world.end().await;
}
