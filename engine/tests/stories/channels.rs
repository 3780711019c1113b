//! Mobile messages and notifications: out to the provider, and what it says afterwards back into the log.

use std::time::Duration;

use crate::support::provider::Provider;
use crate::support::shop::{ANN, Shop, outcomes};
use crate::support::texting::{KIM, SENT, apply, call_back, hear, send, shop, state, texting, to_number};
use crate::support::{World, dev};
use base64::Engine as _;
use domain::Failure;
use domain::channel_configuration::{Channel, ChannelConfigurationStatus};
use domain::device::DeviceRegistration;
use domain::live_activity::PushTokenKind;
use domain::message::MessageDetail;
use domain::push_token::{PushPlatform, PushToken};
use domain::sandbox::SandboxMode;
use domain::suppression::SuppressionReason;
use engine::providers::Refusal;
use http::HeaderMap;
use serde_json::{Value, json};

async fn notifying(world: &World, transport: &str) -> Shop {
    shop(world, "push", transport, "{ title: 'Order {{ context.code }}', body: It is on its way. }").await.0
}

on_both!(a_text_message_goes_to_the_provider_and_its_receipt_comes_into_the_log, |world| async {
    let provider = Provider::start(&[SENT]).await;
    let (shop, configuration) = texting(world, &provider).await;
    let story = send(world, &shop, "r-1", to_number("010-1234-5678")).await;
    assert_eq!((state(&story), story.message.address.as_str()), (("sent", None), KIM));
    let asked = provider.asked().remove(0);
    assert_eq!(asked.path, "/2010-04-01/Accounts/AC1/Messages.json");
    assert!(asked.body.contains("Body=Your+code+is+7.") && asked.body.contains("To=%2B821012345678"), "{asked:?}");
    let query = format!("?message={}", story.message.id);
    let told = [("MessageSid", "SM1"), ("MessageStatus", "delivered"), ("To", KIM), ("From", "+15005550006")];
    assert_eq!(hear(world, &configuration, &query, &told, false).await, Err(Refusal::Forged));
    // A provider may tell it twice.
    for _ in 0..2 {
        assert_eq!(hear(world, &configuration, &query, &told, true).await, Ok(()));
    }
    let story = world.find_message(&dev(), &story.message.id).await.unwrap();
    assert_eq!((state(&story), story.feedback.len()), (("delivered", None), 1));
    assert_eq!(story.feedback[0].raw["MessageSid"], "SM1");
});

on_both!(what_arrived_of_an_attempt_in_doubt_is_not_sent_again, |world| async {
    let provider = Provider::start(&[(0, ""), SENT]).await;
    let (shop, configuration) = texting(world, &provider).await;
    let tell = async |story: &MessageDetail, status: &'static str| {
        let told = [("MessageSid", "SM1"), ("MessageStatus", status), ("ErrorCode", "30003")];
        assert_eq!(hear(world, &configuration, &format!("?message={}", story.message.id), &told, true).await, Ok(()));
        world.find_message(&dev(), &story.message.id).await.unwrap()
    };
    let story = send(world, &shop, "r-1", to_number(KIM)).await;
    assert_eq!((story.message.state.as_str(), outcomes(&story)), ("queued", vec!["in_doubt"]));
    // What was lost is tried again; what arrived is not.
    assert_eq!(tell(&story, "undelivered").await.message.state.as_str(), "queued");
    assert_eq!(state(&tell(&story, "delivered").await), ("delivered", None));
    world.clock.advance(Duration::from_secs(60 * 60));
    world.drain().await.unwrap();
    assert_eq!(provider.asked().len(), 1);
});

on_both!(the_provider_of_the_manual_is_called_and_heard, |world| async {
    let provider = Provider::start(&[(200, r#"{"id": "p-1"}"#)]).await;
    let manual = include_str!("../../../docs/custom-provider.md");
    let documented = manual.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let documented = documented.replace("https://sms.example.com", &provider.url);
    let campaign = "---\nkind: campaign\nname: Codes\nchannel: mobile\ncategory: transactional\nconfiguration: Codes\n\
                    status: live\ncontent: { text: 'Code {{ context.code }}' }\n";
    let (shop, configuration) = apply(world, &(documented + campaign)).await;
    let story = send(world, &shop, "r-1", to_number(KIM)).await;
    let asked = provider.asked().remove(0);
    let body: Value = serde_json::from_str(&asked.body).unwrap();
    let expected = json!({"from": "+15005550006", "to": KIM, "text": "Code 7", "reference": story.message.id.as_str()});
    assert_eq!((asked.path.as_str(), body), ("/v1/messages", expected));
    let tell = async |token: &str, body: Value| {
        let url = world.callback_url(&configuration).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-hermod-callback-token", token.parse().unwrap());
        call_back(world, &configuration, &url, headers, &body.to_string()).await
    };
    let receipt = json!({"reference": story.message.id.as_str(), "status": "DELIVERED"});
    assert_eq!(tell("guessed", receipt.clone()).await, Err(Refusal::Forged));
    assert_eq!(tell("shared", receipt).await, Ok(()));
    assert_eq!(state(&world.find_message(&dev(), &story.message.id).await.unwrap()), ("delivered", None));
    assert_eq!(tell("shared", json!({"id": "in-1", "from": KIM, "text": "STOP"})).await, Ok(()));
    assert_eq!(state(&send(world, &shop, "r-2", to_number(KIM)).await), ("excluded", Some("suppressed")));
});

on_both!(what_one_configuration_hears_says_nothing_of_messages_of_another, |world| async {
    let provider = Provider::start(&[SENT]).await;
    let (shop, configuration) = texting(world, &provider).await;
    let story = send(world, &shop, "r-1", to_number(KIM)).await;
    let stored = world.find_channel_configuration(&dev(), &configuration).await.unwrap();
    let mut other = domain::channel_configuration::ChannelConfigurationDraft::from(&stored);
    other.name = "Other".into();
    other.settings.insert("authToken".into(), "hunter2".into());
    let other = world.create_channel_configuration(&dev(), &other, ANN).await.unwrap();
    let query = format!("?message={}", story.message.id);
    let told = [("MessageSid", "SM1"), ("MessageStatus", "undelivered"), ("ErrorCode", "30005")];
    assert_eq!(hear(world, &other.id, &query, &told, true).await, Ok(()));
    assert_eq!(state(&world.find_message(&dev(), &story.message.id).await.unwrap()), ("sent", None));
    assert_eq!(world.list_suppressions(&dev(), None, "").await.unwrap(), []);
});

on_both!(a_number_that_a_provider_calls_bad_is_not_written_to_again, |world| async {
    let refused = (400, r#"{"code": 21610, "message": "Attempt to send to unsubscribed recipient"}"#);
    let provider = Provider::start(&[refused]).await;
    let (shop, _) = texting(world, &provider).await;
    let story = send(world, &shop, "r-1", to_number(KIM)).await;
    assert_eq!(state(&story), ("failed", Some("twilio_21610")));
    let again = send(world, &shop, "r-2", to_number(KIM)).await;
    assert_eq!(state(&again), ("excluded", Some("suppressed")));
    assert_eq!(provider.asked().len(), 1);
    let suppressions = world.list_suppressions(&dev(), None, "").await.unwrap();
    assert_eq!((suppressions[0].address.as_str(), suppressions[0].reason), (KIM, SuppressionReason::Bounced));
    world.remove_suppression(&dev(), Channel::Mobile, KIM, None, false).await.unwrap();
    world.clock.advance(std::time::Duration::from_secs(2));
    assert_eq!(state(&send(world, &shop, "r-3", to_number(KIM)).await).0, "queued");
});

on_both!(a_test_message_goes_to_a_number_until_its_person_says_stop, |world| async {
    let provider = Provider::start(&[SENT]).await;
    let (_, configuration) = texting(world, &provider).await;
    let sent = world.send_test_message(&dev(), &configuration, "010-1234-5678", ANN).await.unwrap();
    assert_eq!((sent.to.as_str(), sent.provider_ids), (KIM, vec!["SM1".to_owned()]));
    assert!(provider.asked()[0].body.contains("Test+of+Codes"), "{:?}", provider.asked());
    let stop = [("MessageSid", "SMa"), ("From", KIM), ("To", "+15005550006"), ("Body", "STOP")];
    assert_eq!(hear(world, &configuration, "", &stop, true).await, Ok(()));
    let refused = world.send_test_message(&dev(), &configuration, "010-1234-5678", ANN).await.unwrap_err();
    assert!(refused.to_string().contains("suppressed"), "{refused:?}");
    assert_eq!(provider.asked().len(), 1);
});

on_both!(a_provider_that_is_busy_uses_up_no_try, |world| async {
    let provider = Provider::start(&[(429, r#"{"code": 20429, "message": "Too Many Requests"}"#), SENT]).await;
    let (shop, _) = texting(world, &provider).await;
    let story = send(world, &shop, "r-1", to_number(KIM)).await;
    assert_eq!((state(&story).0, outcomes(&story)), ("queued", vec!["unavailable"]));
    world.clock.advance(std::time::Duration::from_secs(120));
    world.drain().await.unwrap();
    let story = world.find_message(&dev(), &story.message.id).await.unwrap();
    assert_eq!(outcomes(&story), ["unavailable", "accepted"]);
});

on_both!(a_call_without_a_usable_number_is_refused_at_its_path, |world| async {
    let provider = Provider::start(&[]).await;
    let (shop, _) = texting(world, &provider).await;
    for (recipient, path) in [
        (to_number("12"), "recipients[0].userId"),
        (
            json!({"type": "external", "userId": "a@example.com", "namespace": "email", "context": {"code": 1}}),
            "recipients[0].channelData.mobilePhoneNumber",
        ),
        (
            json!({"type": "external", "userId": "a", "namespace": "crm", "context": {"code": 1},
                "channelData": {"mobilePhoneNumber": "+82 1"}}),
            "recipients[0].channelData.mobilePhoneNumber",
        ),
    ] {
        let refused = shop.trigger(world, shop.request_with("r-1", vec![recipient])).await.unwrap_err();
        let engine::Error::Failure(domain::Failure::Invalid { faults }) = refused else { panic!("{refused:?}") };
        assert_eq!(faults.0[0].path, path);
    }
});

on_both!(in_capture_mode_every_channel_lands_in_the_inbox, |world| async {
    let provider = Provider::start(&[]).await;
    let (shop, _) = texting(world, &provider).await;
    world.set_sandbox_mode(&dev(), SandboxMode::Capture).await.unwrap();
    let story = send(world, &shop, "r-1", to_number(KIM)).await;
    assert_eq!((state(&story).0, story.message.channel), ("captured", Channel::Mobile));
    assert_eq!(story.message.subject.as_deref(), Some("Your code is 7."));
    assert!(provider.asked().is_empty());
});

on_both!(a_notification_goes_to_each_device_of_a_person, |world| async {
    let shop = notifying(world, "{ kind: capture }").await;
    for token in ["one", "two"] {
        let token = PushToken { platform: PushPlatform::Fcm, token: token.into() };
        world.register_push_token(&dev(), &DeviceRegistration::new("ann@example.com", "email", token)).await.unwrap();
    }
    let ann = json!({"type": "external", "userId": "Ann@example.com", "namespace": "email", "context": {"code": 7}});
    let accepted = shop.trigger(world, shop.request_with("r-1", vec![ann])).await.unwrap();
    world.drain().await.unwrap();
    let mut addresses: Vec<_> =
        shop.messages(world, &accepted.execution_id).await.into_iter().map(|message| message.address).collect();
    addresses.sort_unstable();
    assert_eq!(addresses, ["fcm:one", "fcm:two"]);
});

on_both!(a_browser_registers_only_what_it_can_be_reached_by, |world| async {
    let register = async |token: &str| {
        let token = PushToken { platform: PushPlatform::Web, token: token.into() };
        world.register_push_token(&dev(), &DeviceRegistration::new("ann@example.com", "email", token)).await
    };
    let subscription = |key: &str| {
        let keys = json!({"p256dh": key, "auth": "BTBZMqHH6r4Tts7J_aSIgg"});
        json!({"endpoint": "https://push.example/1", "keys": keys}).to_string()
    };
    // 65 bytes, and no point of the curve.
    let no_key = &format!("{}BAQ", "BAQE".repeat(21));
    for bad in ["not json", &subscription("AAAA"), &subscription(no_key)] {
        let refused = register(bad).await.unwrap_err().into_failure();
        let Failure::Invalid { faults } = refused else { panic!("{refused:?}") };
        assert_eq!((faults.0[0].path.as_str(), faults.0[0].code.as_str()), ("token", "bad_push_token"), "{bad}");
    }
    let good = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    register(&subscription(good)).await.unwrap();
});

on_both!(a_person_without_a_device_gets_an_excluded_message_that_says_so, |world| async {
    let shop = notifying(world, "{ kind: capture }").await;
    let ben = json!({"type": "external", "userId": "ben@example.com", "namespace": "email", "context": {"code": 7}});
    let story = send(world, &shop, "r-1", ben.clone()).await;
    assert_eq!(state(&story), ("excluded", Some("no_push_token")));
    let tried = world.dry_run(&shop.caller, domain::id::ExecutionKind::Unitary, shop.request_with("r-2", vec![ben]));
    let tried = tried.await.unwrap();
    assert_eq!((tried.recipients[0].would_send, tried.recipients[0].reason.as_deref()), (false, Some("no_push_token")));
});

on_both!(a_device_that_is_gone_leaves_the_registry, |world| async {
    let gone = (410, r#"{"reason": "Unregistered", "timestamp": 1900000000000}"#);
    let provider = Provider::start(&[gone]).await;
    let key = apns_key();
    let transport = format!(
        "{{ kind: apns, teamId: TEAM123456, keyId: KEY1234567, topic: com.example.shop, baseUrl: '{}', privateKey: {} }}",
        provider.url,
        serde_json::to_string(&key).unwrap()
    );
    let shop = notifying(world, &transport).await;
    let token = PushToken { platform: PushPlatform::Apns, token: "ab".repeat(32) };
    world.register_push_token(&dev(), &DeviceRegistration::new("ann@example.com", "email", token)).await.unwrap();
    let ann = json!({"type": "external", "userId": "ann@example.com", "namespace": "email", "context": {"code": 7}});
    let story = send(world, &shop, "r-1", ann.clone()).await;
    assert_eq!(state(&story), ("failed", Some("apns_unregistered")));
    assert_eq!(state(&send(world, &shop, "r-2", ann).await), ("excluded", Some("no_push_token")));
});

on_both!(devices_are_listed_page_by_page_and_one_that_was_removed_comes_back_as_it_was, |world| async {
    let register = async |user: &str, token: &str| {
        let token = PushToken { platform: PushPlatform::Fcm, token: token.into() };
        world.register_push_token(&dev(), &DeviceRegistration::new(user, "email", token)).await.unwrap();
    };
    for token in ["a", "b", "c"] {
        register("Ann@example.com", token).await;
    }
    world.clock.advance(std::time::Duration::from_secs(60));
    register("ben@example.com", "d").await;
    register("Ann@example.com", "a").await;
    let list = async |user: &str, cursor: Option<&str>| {
        let page = world.list_devices(&dev(), user, cursor, 2).await.unwrap();
        (page.rows.iter().map(|device| device.token.clone()).collect::<Vec<_>>(), page.next)
    };
    let (first, next) = list("", None).await;
    let (second, end) = list("", next.as_deref()).await;
    assert_eq!((first, second, end), (vec!["d".to_owned(), "a".into()], vec!["c".into(), "b".into()], None));
    let (anns, next) = list("ann@EXAMPLE.com", None).await;
    assert_eq!(
        (anns, list("ann@example.com", next.as_deref()).await.0),
        (vec!["a".into(), "c".into()], vec!["b".into()])
    );
    let token = PushToken { platform: PushPlatform::Fcm, token: "a".into() };
    let removed = world.remove_device(&dev(), &token).await.unwrap();
    assert!(removed.first_at < removed.registered_at);
    assert!(world.remove_device(&dev(), &token).await.is_err());
    world.put_back_device(&dev(), removed.clone()).await.unwrap();
    assert_eq!(world.list_devices(&dev(), "", None, 50).await.unwrap().rows[1], removed);
    assert!(world.list_devices(&dev(), "", Some("x"), 50).await.is_err());
});

/// A live activity that is started, updated and ended by what the call says.
const DELIVERY: &str = "
  kind: live_activity
  title: '{{ context.title | default(value=\"\") }}'
  priority: normal
  activity:
    event: '{{ context.event }}'
    id: 'order-{{ context.code }}'
    state: '{\"minutes\": {{ context.minutes | default(value=0) }}}'
    attributesType: DeliveryAttributes
    attributes: '{\"order\": {{ context.code }}}'
    dismissalDate: '{% if context.event == \"end\" %}+15m{% endif %}'
";

fn apns(provider: &Provider) -> String {
    format!(
        "{{ kind: apns, teamId: TEAM123456, keyId: KEY1234567, topic: com.example.shop, baseUrl: '{}', privateKey: {} }}",
        provider.url,
        serde_json::to_string(&apns_key()).unwrap()
    )
}

/// What ann's order does.
fn delivery(event: &str, more: Value) -> Value {
    let mut context = json!({"code": 7, "event": event});
    context.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"type": "external", "userId": "ann@example.com", "namespace": "email", "context": context})
}

async fn register(world: &World, token: &str, kind: PushTokenKind, activity: &str) {
    let token = PushToken { platform: PushPlatform::Apns, token: token.into() };
    let device = DeviceRegistration::new("ann@example.com", "email", token);
    let device = DeviceRegistration { kind, activity: activity.into(), ..device };
    world.register_push_token(&dev(), &device).await.unwrap();
}

on_both!(a_live_activity_is_started_updated_and_ended_by_its_own_tokens, |world| async {
    let provider = Provider::start(&[(200, ""), (200, ""), (200, "")]).await;
    let (shop, _) = shop(world, "push", &apns(&provider), DELIVERY).await;
    register(world, "aa", PushTokenKind::Device, "").await;
    register(world, "bb", PushTokenKind::ActivityStart, "").await;
    let started = send(world, &shop, "r-1", delivery("start", json!({"title": "On its way", "minutes": 20}))).await;
    assert_eq!((state(&started), started.message.address.as_str()), (("sent", None), "apns:bb"));
    // The app has not told the token of the new activity yet.
    let early = send(world, &shop, "r-2", delivery("update", json!({"minutes": 10}))).await;
    assert_eq!(state(&early), ("excluded", Some("no_push_token")));
    register(world, "cc", PushTokenKind::Activity, "order-7").await;
    register(world, "dd", PushTokenKind::Activity, "order-8").await;
    let updated = send(world, &shop, "r-3", delivery("update", json!({"minutes": 10}))).await;
    let ended = send(world, &shop, "r-4", delivery("end", json!({}))).await;
    assert_eq!([&updated, &ended].map(|story| story.message.address.as_str()), ["apns:cc", "apns:cc"]);
    let asked = provider.asked();
    let paths: Vec<_> = asked.iter().map(|asked| asked.path.as_str()).collect();
    assert_eq!(paths, ["/3/device/bb", "/3/device/cc", "/3/device/cc"]);
    let now = world.now().as_millis() / 1_000;
    let sent: Vec<Value> = asked.iter().map(|asked| serde_json::from_str(&asked.body).unwrap()).collect();
    let start = json!({"aps": {
        "timestamp": now, "event": "start", "content-state": {"minutes": 20}, "attributes-type": "DeliveryAttributes",
        "attributes": {"order": 7}, "input-push-token": 1, "alert": {"title": "On its way"},
    }});
    let update = json!({"aps": {"timestamp": now, "event": "update", "content-state": {"minutes": 10}}});
    let end = json!({"aps": {"timestamp": now, "event": "end", "content-state": {"minutes": 0}, "dismissal-date": now + 900}});
    assert_eq!(sent, [start, update, end]);
});

on_both!(a_live_activity_is_tried_and_captured_like_every_message, |world| async {
    let (shop, _) = shop(world, "push", "{ kind: capture }", DELIVERY).await;
    let token = json!({"pushToken": {"platform": "apns", "token": "channel:AA=="}});
    let mut recipient = delivery("update", json!({"minutes": 10}));
    recipient["channelData"] = token;
    let story = send(world, &shop, "r-1", recipient.clone()).await;
    assert_eq!((state(&story).0, story.message.address.as_str()), ("captured", "apns:channel:AA=="));
    assert_eq!(story.message.subject.as_deref(), Some("update order-7"));
    let rendered = serde_json::to_value(story.rendered.unwrap().content).unwrap();
    assert_eq!((&rendered["kind"], &rendered["activity"]["state"]), (&json!("live_activity"), &json!({"minutes": 10})));
    recipient["context"]["minutes"] = json!("soon");
    let tried =
        world.dry_run(&shop.caller, domain::id::ExecutionKind::Unitary, shop.request_with("r-2", vec![recipient]));
    let tried = tried.await.unwrap();
    assert_eq!((tried.recipients[0].would_send, tried.recipients[0].reason.as_deref()), (false, Some("render_failed")));
});

on_both!(a_live_activity_over_anything_but_apns_is_refused_at_the_review, |world| async {
    let (public, private) = engine::providers::web_push::generate_keys();
    let transport = format!(
        "{{ kind: web_push, subject: 'mailto:a@example.com', publicKey: '{public}', privateKey: '{private}' }}"
    );
    let yaml = format!(
        "kind: channel-configuration\nname: Web\nchannel: push\ncategory: transactional\nstatus: active\n\
         transport: {transport}\n---\nkind: campaign\nname: Delivery\nchannel: push\ncategory: transactional\n\
         highThroughput: true\nconfiguration: Web\nstatus: live\ncontent: {DELIVERY}\n"
    );
    let refused = format!("{:?}", world.apply_file(Some(&dev()), &yaml, ANN).await.unwrap_err());
    assert!(refused.contains("does not send over APNs") && refused.contains("high throughput"), "{refused}");
});

on_both!(the_secrets_of_an_account_stay_with_their_place, |world| async {
    let provider = Provider::start(&[]).await;
    let (_, id) = texting(world, &provider).await;
    let stored = world.find_channel_configuration(&dev(), &id).await.unwrap();
    assert!(!serde_json::to_string(&stored).unwrap().contains("hunter2"));
    let mut draft = domain::channel_configuration::ChannelConfigurationDraft::from(&stored);
    draft.settings.insert("accountSid".into(), "AC2".into());
    let saved = world.save_channel_configuration(&dev(), &id, stored.revision, &draft, ANN).await.unwrap();
    draft.settings.insert("baseUrl".into(), "https://elsewhere.example.com".into());
    let refused = world.save_channel_configuration(&dev(), &id, saved.revision, &draft, ANN).await.unwrap_err();
    let engine::Error::Failure(domain::Failure::Invalid { faults }) = refused else { panic!("{refused:?}") };
    assert_eq!((faults.0[0].path.as_str(), faults.0[0].code.as_str()), ("settings.authToken", "password_needed"));
    assert_eq!(saved.status, ChannelConfigurationStatus::Active);
});

/// A key as Apple gives it out, made for this test.
fn apns_key() -> String {
    let random = ring::rand::SystemRandom::new();
    let der = ring::signature::EcdsaKeyPair::generate_pkcs8(&ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING, &random);
    let text = base64::engine::general_purpose::STANDARD.encode(der.unwrap().as_ref());
    format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
}
