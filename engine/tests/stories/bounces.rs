//! Mails that are signed, and what comes back of them.

use std::time::Duration;

use crate::support::relay::{Arrived, Relay};
use crate::support::returned::{Listener, dsn};
use crate::support::shop::{ANN, Shop, outcomes, smtp};
use crate::support::{World, dev};
use domain::channel_configuration::{ChannelConfiguration, ChannelConfigurationDraft, ChannelConfigurationStatus};
use domain::dkim::DnsRecord;
use domain::id::ChannelConfigurationId;
use domain::message::MessageDetail;
use domain::sandbox::SandboxMode;
use domain::suppression::SuppressionReason;
use domain::{Failure, Faults};
use engine::Engine;
use engine::campaign_files::{ApplyError, Change};
use engine::keys::SecretKey;

const BEN: &str = "ben@example.org";

/// A shop whose mails go to the relay, as a file says it; `more` lines for its configuration.
async fn shop(world: &World, port: u16, more: &str) -> Shop {
    world.set_sandbox_mode(&dev(), SandboxMode::Live).await.unwrap();
    Shop::with(world, &dev(), "Orders", "transactional", &format!("{}\n{more}", smtp(port)), "").await
}

async fn configuration(world: &Engine) -> ChannelConfiguration {
    world.list_channel_configurations(&dev()).await.unwrap().remove(0)
}

async fn generate(world: &Engine, domain: &str, selector: &str) -> engine::Result<DnsRecord> {
    let id = configuration(world).await.id;
    world.generate_dkim_key(&dev(), &id, domain, selector, ANN).await
}

fn faults(error: engine::Error) -> Vec<(String, String)> {
    let engine::Error::Failure(Failure::Invalid { faults: Faults(faults) }) = error else { panic!("{error:?}") };
    faults.into_iter().map(|fault| (fault.path, fault.code)).collect()
}

/// Sends one mail, and waits until it is recorded.
async fn send(world: &World, shop: &Shop, relay: &mut Relay, request_id: &str) -> (Arrived, MessageDetail) {
    let accepted = shop.order(world, request_id, BEN).await;
    world.drain().await.unwrap();
    (relay.next().await, shop.story(world, &accepted.execution_id).await)
}

async fn look(world: &Engine, before: &MessageDetail) -> MessageDetail {
    world.find_message(&dev(), &before.message.id).await.unwrap()
}

fn state(story: &MessageDetail) -> (&str, Option<&str>) {
    (story.message.state.as_str(), story.message.reason.as_deref())
}

on_both!(a_signed_mail_is_verified_with_the_record_that_is_published, |world| async {
    let mut relay = Relay::start().await;
    let shop = shop(world, relay.port, "").await;
    let record = generate(world, "Example.com", "h1").await.unwrap();
    assert_eq!(record.name, "h1._domainkey.example.com");
    let (arrived, told) = send(world, &shop, &mut relay, "r-1").await;
    assert!(arrived.text.starts_with("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com;\n"));
    crate::support::dkim::verify(&arrived.text, &record).unwrap();
    assert!(crate::support::dkim::verify(&arrived.text.replace("Order 7", "Order 8"), &record).is_err());
    assert!(crate::support::dkim::verify(&arrived.text.replace("From: \"Shop\"", "From: \"Shoq\""), &record).is_err());
    crate::support::dkim::verify_with_dkimpy(&arrived.text, &record);
    let headers = told.rendered.unwrap().headers;
    assert_eq!(headers[0].0, "DKIM-Signature");
    assert!(headers[0].1.starts_with("v=1; a=rsa-sha256; ") && !headers[0].1.contains('\n'), "{headers:?}");
});

on_both!(a_key_is_never_shown_and_its_record_always, |world| async {
    shop(world, 2525, "").await;
    assert_eq!(world.dkim_record(&dev(), &configuration(world).await.id).await.unwrap(), None);
    let record = generate(world, "example.com", "h1").await.unwrap();
    let stored = configuration(world).await;
    assert_eq!(world.dkim_record(&dev(), &stored.id).await.unwrap(), Some(record.clone()));
    assert_eq!((stored.revision, stored.status), (3, ChannelConfigurationStatus::Active));
    let shown = serde_json::to_string(&stored).unwrap();
    assert!(shown.contains(r#""dkim":{"domain":"example.com","selector":"h1"}"#), "{shown}");
    assert!(!shown.contains("PRIVATE"), "{shown}");
    // Another key for the same name is another record.
    let other = generate(world, "example.com", "h1").await.unwrap();
    assert_ne!(other, record);
    world.remove_dkim_key(&dev(), &stored.id, ANN).await.unwrap();
    assert_eq!(world.dkim_record(&dev(), &stored.id).await.unwrap(), None);
});

on_both!(only_the_domain_of_the_from_address_or_one_above_it_signs, |world| async {
    shop(world, 2525, "").await;
    for (domain, selector, path, code) in [
        ("example.org", "h1", "dkimDomain", "dkim_domain"),
        ("mail.example.com", "h1", "dkimDomain", "dkim_domain"),
        ("x;y.com", "h1", "dkimDomain", "bad_domain"),
        ("example.com", "a b", "dkimSelector", "bad_selector"),
    ] {
        let refused = faults(generate(world, domain, selector).await.unwrap_err());
        assert_eq!(refused, [(path.to_owned(), code.to_owned())], "{domain}");
    }
});

on_both!(a_save_keeps_the_key_and_an_address_of_another_domain_is_refused, |world| async {
    let mut relay = Relay::start().await;
    let shop = shop(world, relay.port, "").await;
    let record = generate(world, "example.com", "h1").await.unwrap();
    let stored = configuration(world).await;
    let mut draft = ChannelConfigurationDraft::from(&stored);
    draft.from_name = "Book shop".into();
    draft.from_address = "shop@mail.example.com".into();
    let saved = world.save_channel_configuration(&dev(), &stored.id, stored.revision, &draft, ANN).await.unwrap();
    let (arrived, _) = send(world, &shop, &mut relay, "r-1").await;
    crate::support::dkim::verify(&arrived.text, &record).unwrap();
    draft.from_address = "shop@example.org".into();
    let refused = world.save_channel_configuration(&dev(), &stored.id, saved.revision, &draft, ANN).await.unwrap_err();
    assert_eq!(faults(refused), [("fromAddress".to_owned(), "dkim_domain".to_owned())]);
});

on_both!(a_password_and_a_key_are_kept_beside_each_other, |world| async {
    let port = Relay::start().await.port;
    let transport =
        format!("{{ kind: smtp, host: 127.0.0.1, port: {port}, security: none, username: u, password: p }}");
    Shop::with(world, &dev(), "Orders", "transactional", &transport, "").await;
    let record = generate(world, "example.com", "h1").await.unwrap();
    let stored = configuration(world).await;
    let mut draft = ChannelConfigurationDraft::from(&stored);
    // Another place: the password does not come along, the key does.
    draft.host = "mail.example.com".into();
    draft.password = "q".into();
    world.save_channel_configuration(&dev(), &stored.id, stored.revision, &draft, ANN).await.unwrap();
    assert_eq!(world.dkim_record(&dev(), &stored.id).await.unwrap(), Some(record));
    assert_eq!(world.list_unreadable_secrets().await.unwrap(), []);
});

on_both!(a_file_has_its_mails_signed_and_applied_again_keeps_the_key, |world| async {
    let yaml = "kind: channel-configuration\nname: Signed\ncategory: transactional\nstatus: active\nfromName: Shop\n\
                fromAddress: shop@example.com\nreturnDomain: bounces.example.com\nsoftBounceThreshold: 3\n\
                dkim: { domain: example.com, selector: h1 }\ntransport: { kind: capture }\n";
    let id: ChannelConfigurationId = world.apply_file(Some(&dev()), yaml, ANN).await.unwrap()[0].id.parse().unwrap();
    let record = world.dkim_record(&dev(), &id).await.unwrap().unwrap();
    for same in [yaml, &yaml.replace("dkim: { domain: example.com, selector: h1 }\n", "")] {
        let again = world.apply_file(Some(&dev()), same, ANN).await.unwrap();
        assert_eq!(again[0].change, Change::Unchanged);
    }
    assert_eq!(world.dkim_record(&dev(), &id).await.unwrap(), Some(record));
    let moved = yaml.replace("@example.com", "@example.org");
    let Err(ApplyError::Faults(faults)) = world.apply_file(Some(&dev()), &moved, ANN).await else { panic!() };
    assert_eq!((faults[0].line, faults[0].path.as_str()), (9, "dkim.domain"));
    let moved = moved.replace("domain: example.com", "domain: example.org");
    assert_eq!(world.apply_file(Some(&dev()), &moved, ANN).await.unwrap()[0].change, Change::Updated);
    let record = world.dkim_record(&dev(), &id).await.unwrap().unwrap();
    assert_eq!(record.name, "h1._domainkey.example.org");
    let unsaid = yaml.replace("dkim: { domain: example.com, selector: h1 }\n", "");
    let Err(ApplyError::Faults(faults)) = world.apply_file(Some(&dev()), &unsaid, ANN).await else { panic!() };
    assert_eq!(faults[0].path, "fromAddress");
});

on_both!(a_key_that_cannot_be_read_holds_the_mails_back, |world| async {
    let mut relay = Relay::start().await;
    let shop = shop(world, relay.port, "").await;
    generate(world, "example.com", "h1").await.unwrap();
    let id = configuration(world).await.id;
    let mut settings = world.settings.clone();
    settings.secret_key = SecretKey::random();
    let other = Engine::open(settings, world.clock.clone()).await.unwrap();
    let accepted = shop.order(&other, "r-1", BEN).await;
    other.drain().await.unwrap();
    let held = shop.story(&other, &accepted.execution_id).await;
    assert_eq!((state(&held), outcomes(&held)), (("queued", Some("dkim_key_unreadable")), vec!["unavailable"]));
    assert!(relay.arrived().is_empty());
    let refused = other.dkim_record(&dev(), &id).await.unwrap_err();
    let engine::Error::Failure(refused) = refused else { panic!("{refused:?}") };
    assert_eq!(refused.code(), "dkim_key_unreadable");
    let verified = other.verify_channel_configuration(&dev(), &id).await.unwrap();
    assert_eq!(verified.reason.as_deref(), Some("dkim_key_unreadable"));
    assert_eq!(other.list_unreadable_secrets().await.unwrap(), [(dev(), "Orders".to_owned())]);
    other.close().await;
    // With the former key it goes.
    world.clock.advance(Duration::from_secs(600));
    world.drain().await.unwrap();
    assert_eq!(state(&shop.story(world, &accepted.execution_id).await), ("sent", None));
    assert!(relay.next().await.text.starts_with("DKIM-Signature:"));
});

on_both!(a_report_of_an_unknown_user_bounces_the_message_and_suppresses_the_address, |world| async {
    let (mut relay, listener) = (Relay::start().await, Listener::start(&world.engine).await);
    let shop = shop(world, relay.port, "returnDomain: bounces.example.com").await;
    let (arrived, sent) = send(world, &shop, &mut relay, "r-1").await;
    assert_eq!(arrived.from, arrived.from.to_lowercase());
    assert!(arrived.from.starts_with(&format!("b+{}.", sent.message.id)), "{}", arrived.from);
    assert!(arrived.from.ends_with("@bounces.example.com"), "{}", arrived.from);
    // It may come twice.
    for _ in 0..2 {
        assert_eq!(listener.hand_in(&arrived.from, &dsn("failed", "5.1.1", "550 5.1.1 unknown user")).await, "250");
    }
    let bounced = look(world, &sent).await;
    assert_eq!((state(&bounced), bounced.feedback.len()), (("bounced", Some("dsn_5.1.1")), 1));
    let suppressed = world.list_suppressions(&dev(), None, "").await.unwrap();
    assert_eq!((suppressed[0].address.as_str(), suppressed[0].reason), (BEN, SuppressionReason::Bounced));
    let accepted = shop.order(world, "r-2", BEN).await;
    world.drain().await.unwrap();
    let excluded = shop.story(world, &accepted.execution_id).await;
    assert_eq!(state(&excluded), ("excluded", Some("suppressed")));
    assert_eq!((excluded.message.attempts, bounced.message.attempts), (0, 1), "it was not tried");
});

on_both!(without_a_return_domain_mails_come_back_to_the_from_address, |world| async {
    let mut relay = Relay::start().await;
    let shop = shop(world, relay.port, "").await;
    assert_eq!(send(world, &shop, &mut relay, "r-1").await.0.from, "shop@example.com");
});

on_both!(a_forged_report_does_nothing, |world| async {
    let (mut relay, listener) = (Relay::start().await, Listener::start(&world.engine).await);
    let shop = shop(world, relay.port, "returnDomain: bounces.example.com").await;
    let (arrived, sent) = send(world, &shop, &mut relay, "r-1").await;
    let (_, other) = send(world, &shop, &mut relay, "r-2").await;
    let report = dsn("failed", "5.1.1", "550 unknown user");
    let (path, id) = (&arrived.from, sent.message.id.as_str());
    for forged in [path.replace("b+", "b+x"), path.replace(id, other.message.id.as_str()), "shop@example.com".into()] {
        assert_eq!(listener.hand_in(&forged, &report).await, "550", "{forged}");
    }
    // What a report says of another message than the one whose return path it came to is not believed either.
    let of_other =
        report.replace("Reporting-MTA:", &format!("Original-Envelope-Id: {}\nReporting-MTA:", other.message.id));
    assert_eq!(listener.hand_in(path, &of_other.replace("5.1.1", "5.2.2")).await, "250");
    assert_eq!(state(&look(world, &other).await), ("sent", None));
    assert_eq!(state(&look(world, &sent).await).0, "bounced");
    assert_eq!(world.list_suppressions(&dev(), None, "").await.unwrap(), []);
});

on_both!(what_is_no_bounce_changes_nothing_for_the_address, |world| async {
    let (mut relay, listener) = (Relay::start().await, Listener::start(&world.engine).await);
    let shop = shop(world, relay.port, "returnDomain: bounces.example.com").await;
    let (arrived, sent) = send(world, &shop, &mut relay, "r-1").await;
    for (mail, codes) in [
        (dsn("delayed", "4.4.1", "no answer"), vec!["deferred"]),
        ("Subject: Away\nAuto-Submitted: auto-replied\n\nI am away.\n".to_owned(), vec!["deferred"]),
        (dsn("delivered", "2.0.0", "250 fine"), vec!["deferred", "delivered"]),
    ] {
        assert_eq!(listener.hand_in(&arrived.from, &mail).await, "250");
        let told = look(world, &sent).await;
        let kinds: Vec<&str> = told.feedback.iter().map(|feedback| feedback.kind.as_str()).collect();
        assert_eq!(kinds, codes);
    }
    assert_eq!(state(&look(world, &sent).await), ("delivered", None));
    assert_eq!(world.list_suppressions(&dev(), None, "").await.unwrap(), []);
});

on_both!(a_complaint_suppresses_its_address, |world| async {
    let (mut relay, listener) = (Relay::start().await, Listener::start(&world.engine).await);
    let shop = shop(world, relay.port, "returnDomain: bounces.example.com").await;
    let (arrived, sent) = send(world, &shop, &mut relay, "r-1").await;
    let complaint = crate::support::returned::report(
        "feedback-report",
        "message/feedback-report",
        "Feedback-Type: abuse\nVersion: 1\n",
    );
    assert_eq!(listener.hand_in(&arrived.from, &complaint).await, "250");
    let told = look(world, &sent).await;
    assert_eq!((state(&told).0, told.feedback[0].kind.as_str()), ("sent", "complained"));
    let suppressed = world.list_suppressions(&dev(), None, "").await.unwrap();
    assert_eq!((suppressed[0].address.as_str(), suppressed[0].reason), (BEN, SuppressionReason::Complained));
});

on_both!(soft_bounces_on_as_many_days_as_the_threshold_says_suppress, |world| async {
    let (mut relay, listener) = (Relay::start().await, Listener::start(&world.engine).await);
    let shop = shop(world, relay.port, "returnDomain: bounces.example.com\nsoftBounceThreshold: 2").await;
    let full = dsn("failed", "5.2.2", "552 5.2.2 mailbox full");
    for (request_id, hours, suppressed) in [("r-1", 0, 0), ("r-2", 1, 0), ("r-3", 30, 1)] {
        world.clock.advance(Duration::from_secs(hours * 3_600));
        let (arrived, _) = send(world, &shop, &mut relay, request_id).await;
        assert_eq!(listener.hand_in(&arrived.from, &full).await, "250");
        assert_eq!(world.list_suppressions(&dev(), None, "").await.unwrap().len(), suppressed, "{request_id}");
    }
    let detail = world.list_suppressions(&dev(), None, "").await.unwrap().remove(0).detail;
    assert_eq!(detail, "2 soft bounces in a row, at last: 552 5.2.2 mailbox full");
});

on_both!(a_message_that_arrives_ends_the_row_of_soft_bounces, |world| async {
    let (mut relay, listener) = (Relay::start().await, Listener::start(&world.engine).await);
    let shop = shop(world, relay.port, "returnDomain: bounces.example.com\nsoftBounceThreshold: 2").await;
    let full = dsn("failed", "5.2.2", "552 mailbox full");
    let fine = dsn("delivered", "2.0.0", "250 fine");
    for (request_id, mail, suppressed) in [("r-1", &full, 0), ("r-2", &fine, 0), ("r-3", &full, 0), ("r-4", &full, 1)] {
        world.clock.advance(Duration::from_secs(30 * 3_600));
        let (arrived, _) = send(world, &shop, &mut relay, request_id).await;
        assert_eq!(listener.hand_in(&arrived.from, mail).await, "250");
        assert_eq!(world.list_suppressions(&dev(), None, "").await.unwrap().len(), suppressed, "{request_id}");
    }
});
