//! "Send a test message", and what "Verify" says where nobody can be asked.

use std::time::Duration;

use crate::support::provider::Provider;
use crate::support::relay::Relay;
use crate::support::shop::ANN;
use crate::support::{World, dev};
use domain::channel_configuration::ChannelConfigurationDraft;
use domain::device::DeviceRegistration;
use domain::id::ChannelConfigurationId;
use domain::message::{LogFilter, Outcome};
use domain::push_token::{PushPlatform, PushToken};
use domain::sandbox::SandboxMode;
use domain::{Failure, Faults};
use engine::Error;

const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz";
const KIM: &str = "+821012345678";

async fn configuration(world: &World, draft: ChannelConfigurationDraft) -> ChannelConfigurationId {
    world.set_sandbox_mode(&dev(), SandboxMode::Live).await.unwrap();
    world.create_channel_configuration(&dev(), &draft, ANN).await.unwrap().id
}

fn over(relay: &Relay) -> ChannelConfigurationDraft {
    ChannelConfigurationDraft {
        name: "Shop <1>".into(),
        category: "transactional".into(),
        from_name: "Shop".into(),
        from_address: "shop@example.com".into(),
        return_domain: "bounces.example.com".into(),
        transport: "smtp".into(),
        host: "127.0.0.1".into(),
        port: relay.port.to_string(),
        security: "none".into(),
        ..ChannelConfigurationDraft::default()
    }
}

fn texting(provider: &Provider) -> ChannelConfigurationDraft {
    let settings = [("accountSid", "AC1"), ("authToken", "hunter2"), ("baseUrl", provider.url.as_str())];
    ChannelConfigurationDraft {
        name: "Codes".into(),
        channel: "mobile".into(),
        category: "marketing".into(),
        from_number: "+15005550006".into(),
        default_region: "KR".into(),
        transport: "twilio".into(),
        settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        ..ChannelConfigurationDraft::default()
    }
}

fn fault(error: Error) -> (String, String) {
    let Error::Failure(Failure::Invalid { faults: Faults(mut faults) }) = error else { panic!("{error:?}") };
    let first = faults.remove(0);
    (first.path, first.code)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_mail_goes_over_the_relay_of_a_draft_signed_and_is_no_message_of_the_log() {
    let world = World::sqlite().await;
    let mut relay = Relay::start().await;
    let id = configuration(&world, over(&relay)).await;
    world.generate_dkim_key(&dev(), &id, "example.com", "h1", ANN).await.unwrap();
    let sent = world.send_test_message(&dev(), &id, " ben@example.org ", ANN).await.unwrap();
    assert_eq!((sent.outcome, sent.captured, sent.reason), (Outcome::Accepted, false, None));
    assert_eq!((sent.to.as_str(), sent.via.starts_with("smtp 127.0.0.1")), ("ben@example.org", true), "{}", sent.via);
    assert_eq!(sent.text, format!("Test of Shop <1> at {}", world.now()));
    assert!(!sent.words.is_empty());
    let mail = relay.next().await;
    assert!(mail.from.ends_with("@bounces.example.com") && mail.to == "ben@example.org", "{mail:?}");
    assert!(mail.text.starts_with("DKIM-Signature:") && mail.text.contains("Test of Shop &lt;1&gt; at"), "{mail:?}");
    let log = world.list_messages(&dev(), &LogFilter::default(), None, 10).await.unwrap();
    assert_eq!(log.rows.len(), 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_told_as_it_came() {
    let world = World::sqlite().await;
    let relay = Relay::start().await;
    relay.answer_recipients(&["550 5.1.1 no such user here"]);
    let id = configuration(&world, over(&relay)).await;
    let sent = world.send_test_message(&dev(), &id, "ben@example.org", ANN).await.unwrap();
    assert_eq!((sent.outcome, sent.reason.as_deref()), (Outcome::Rejected, Some("smtp_550")));
    assert!(sent.words.contains("no such user here"), "{}", sent.words);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_sandbox_that_captures_nothing_leaves() {
    let world = World::sqlite().await;
    let mut relay = Relay::start().await;
    let id = configuration(&world, over(&relay)).await;
    world.set_sandbox_mode(&dev(), SandboxMode::Capture).await.unwrap();
    let sent = world.send_test_message(&dev(), &id, "ben@example.org", ANN).await.unwrap();
    assert_eq!((sent.outcome, sent.captured), (Outcome::Accepted, true));
    assert_eq!(relay.arrived().len(), 0);
    let bad = world.send_test_message(&dev(), &id, "ben", ANN).await.unwrap_err();
    assert_eq!(fault(bad), ("to".into(), "bad_email_address".into()));
    world.end().await;
}

on_both!(a_test_notification_goes_to_registered_devices_alone, |world| async {
    let draft = ChannelConfigurationDraft {
        name: "App".into(),
        channel: "push".into(),
        category: "transactional".into(),
        transport: "capture".into(),
        ..ChannelConfigurationDraft::default()
    };
    let id = configuration(world, draft).await;
    let stranger = world.send_test_message(&dev(), &id, "ann@example.com", ANN).await.unwrap_err();
    assert_eq!(fault(stranger), ("to".into(), "no_device".into()));
    let token = PushToken { platform: PushPlatform::Fcm, token: TOKEN.into() };
    let device = DeviceRegistration::new("ann@example.com", "email", token);
    world.register_push_token(&dev(), &device).await.unwrap();
    for to in ["ann@example.com", TOKEN] {
        let sent = world.send_test_message(&dev(), &id, to, ANN).await.unwrap();
        assert_eq!((sent.to.as_str(), sent.captured), ("fcm abcdef…uvwxyz", true));
    }
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_sends_many_of_them() {
    let world = World::sqlite().await;
    let mut relay = Relay::start().await;
    let id = configuration(&world, over(&relay)).await;
    for _ in 0..5 {
        world.send_test_message(&dev(), &id, "ben@example.org", ANN).await.unwrap();
    }
    let sixth = world.send_test_message(&dev(), &id, "ben@example.org", ANN).await.unwrap_err();
    assert!(matches!(sixth, Error::Failure(Failure::TooMany { retry_after_seconds: 60 })), "{sixth:?}");
    assert_eq!(relay.arrived().len(), 5);
    world.clock.advance(Duration::from_secs(60));
    world.send_test_message(&dev(), &id, "ben@example.org", ANN).await.unwrap();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_without_a_harmless_call_is_not_said_to_work() {
    let world = World::sqlite().await;
    let provider = Provider::start(&[]).await;
    let payload = r#"{"from": "{{fromNumber}}", "to": "{{toNumber}}", "text": "{{message}}"}"#;
    let settings = [("url", provider.url.as_str()), ("payload", payload), ("authentication", "none")];
    let draft = ChannelConfigurationDraft {
        transport: "custom".into(),
        settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        ..texting(&provider)
    };
    let id = configuration(&world, draft).await;
    let found = world.verify_channel_configuration(&dev(), &id).await.unwrap();
    assert_eq!((found.reason, found.nothing_asked, provider.asked().len()), (None, true, 0));
    let sent = world.send_test_message(&dev(), &id, KIM, ANN).await.unwrap();
    assert_eq!((sent.outcome == Outcome::Accepted, provider.asked().len()), (false, 1));
    world.end().await;
}
