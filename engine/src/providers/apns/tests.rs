use domain::content::{PushKind, PushPriority, RenderedPush};
use domain::live_activity::{ActivityEvent, RenderedActivity};

use super::super::jwt::tests::{apple_key, verified_es256};
use super::super::notification::tests::{NOW, context, header, response, sale, settings, silent, to};
use super::*;

const DEVICE: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

fn fields(pem: &str) -> Settings {
    let bundle = "com.example.shop";
    settings(&[("teamId", "DEF123GHIJ"), ("keyId", "ABC123DEFG"), ("privateKey", pem), ("topic", bundle)])
}

fn apns() -> Apns {
    Apns::new(&fields(&apple_key().0)).ok().unwrap()
}

fn send(content: &RenderedPush) -> Result<Request, Fault> {
    apns().request(to("apns", DEVICE, content), context(None))
}

fn sent(content: &RenderedPush) -> Value {
    serde_json::from_slice(&send(content).unwrap().body).unwrap()
}

#[test]
fn a_notification_is_sent_with_every_header_that_apple_wants() {
    let request = send(&sale()).unwrap();
    assert_eq!(request.url, format!("https://api.push.apple.com/3/device/{DEVICE}"));
    for (name, value) in [
        ("apns-topic", "com.example.shop"),
        ("apns-push-type", "alert"),
        ("apns-priority", "10"),
        ("apns-expiration", "1796418000"),
        ("apns-collapse-id", "sale-2026"),
    ] {
        assert_eq!(header(&request, name), Some(value), "{name}");
    }
    let expected = json!({
        "aps": {
            "alert": { "title": "세일", "body": "50 % off" }, "badge": 3, "sound": "bell", "thread-id": "offers",
            "mutable-content": 1,
        },
        "imageUrl": "https://shop.example/sale.png",
        "clickAction": "web_url", "clickUrl": "https://shop.example/sale", "orderId": "A-1",
    });
    assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), expected);
}

#[test]
fn a_notification_that_can_wait_has_the_lower_priority() {
    let request = send(&RenderedPush { priority: PushPriority::Normal, ..sale() }).unwrap();
    assert_eq!((header(&request, "apns-push-type"), header(&request, "apns-priority")), (Some("alert"), Some("5")));
}

#[test]
fn a_silent_push_is_in_the_background_and_never_urgent() {
    let request = send(&silent()).unwrap();
    assert_eq!(
        (header(&request, "apns-push-type"), header(&request, "apns-priority")),
        (Some("background"), Some("5"))
    );
    assert_eq!(sent(&silent()), json!({ "aps": { "content-available": 1 }, "orderId": "A-1" }));
}

#[test]
fn each_platform_has_its_own_server_unless_one_is_given() {
    let url = |apns: &Apns| apns.request(to("apnsSandbox", DEVICE, &sale()), context(None)).unwrap().url;
    assert!(url(&apns()).starts_with("https://api.sandbox.push.apple.com/3/device/"));
    let mut given = fields(&apple_key().0);
    given.0.insert("baseUrl".into(), "http://127.0.0.1:8190/apns/".into());
    assert_eq!(url(&Apns::new(&given).ok().unwrap()), format!("http://127.0.0.1:8190/apns/3/device/{DEVICE}"));
}

#[test]
fn the_provider_token_is_signed_once_in_forty_minutes() {
    let (pem, public) = apple_key();
    let apns = Apns::new(&fields(&pem)).ok().unwrap();
    let bearer = |minutes: u64| {
        let at = Context { now: NOW.plus(Duration::from_mins(minutes)), ..context(None) };
        let request = apns.request(to("apns", DEVICE, &sale()), at).unwrap();
        header(&request, "authorization").unwrap().strip_prefix("bearer ").unwrap().to_owned()
    };
    let first = bearer(0);
    let (jwt_header, claims) = verified_es256(&first, &public);
    assert_eq!(jwt_header, json!({ "alg": "ES256", "kid": "ABC123DEFG" }));
    assert_eq!(claims, json!({ "iss": "DEF123GHIJ", "iat": 1_796_115_600 }));
    assert_eq!(bearer(39), first);
    let second = bearer(40);
    assert_ne!(second, first);
    assert_eq!(verified_es256(&second, &public).1["iat"], 1_796_118_000);
}

#[test]
fn a_message_that_is_tried_again_keeps_its_id() {
    let id = notification_id("msg_01k5abcdefghjkmnpqrstvwxyz");
    assert_eq!(header(&send(&sale()).unwrap(), "apns-id"), Some(id.as_str()));
    assert_ne!(id, notification_id("msg_01k5abcdefghjkmnpqrstvwxyy"));
    let lengths: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12]);
    assert_eq!(&id[14..15], "8");
}

#[test]
fn apples_reasons_say_what_is_to_be_done() {
    let read = |status, word: &str| apns().read(&response(status, &[], &json!({ "reason": word })));
    for (status, word, meaning) in [
        (400, "BadDeviceToken", Meaning::BadAddress),
        (400, "DeviceTokenNotForTopic", Meaning::Rejected),
        (400, "BadTopic", Meaning::Misconfigured),
        (400, "MissingTopic", Meaning::Misconfigured),
        (400, "TopicDisallowed", Meaning::Misconfigured),
        (400, "PayloadEmpty", Meaning::Rejected),
        (400, "BadCollapseId", Meaning::Rejected),
        (403, "InvalidProviderToken", Meaning::Misconfigured),
        (403, "ExpiredProviderToken", Meaning::Misconfigured),
        (404, "BadPath", Meaning::Misconfigured),
        (410, "Unregistered", Meaning::BadAddress),
        (410, "ExpiredToken", Meaning::BadAddress),
        (413, "PayloadTooLarge", Meaning::Rejected),
        (429, "TooManyRequests", Meaning::Retry),
        (429, "TooManyProviderTokenUpdates", Meaning::Busy { retry_after: None }),
        (500, "InternalServerError", Meaning::Retry),
        (503, "ServiceUnavailable", Meaning::Busy { retry_after: None }),
        (503, "Shutdown", Meaning::Retry),
    ] {
        assert_eq!(read(status, word).meaning, meaning, "{word}");
    }
    assert_eq!(read(400, "BadDeviceToken").reason, "apns_bad_device_token");
    assert_eq!(read(400, "<script>").reason, "http_400");
}

#[test]
fn an_accepted_notification_is_known_by_apples_id() {
    let reading = apns().read(&response(200, &[("apns-id", "EABEAE54")], &json!("")));
    assert_eq!(reading.meaning, Meaning::Accepted { provider_id: Some("EABEAE54".into()) });
}

#[test]
fn a_dead_token_says_since_when() {
    let gone = response(410, &[], &json!({ "reason": "Unregistered", "timestamp": 1_796_000_000_000_i64 }));
    assert_eq!(unregistered_at(&gone), Some(1_796_000_000_000));
    assert_eq!(apns().read(&gone).words, "Unregistered timestamp=1796000000000");
    assert_eq!(unregistered_at(&response(400, &[], &json!({ "timestamp": 1 }))), None);
    assert_eq!(unregistered_at(&response(410, &[], &json!({ "timestamp": "x" }))), None);
}

#[test]
fn a_payload_of_4096_bytes_is_sent_and_one_byte_more_is_not() {
    let with = |letters: usize| RenderedPush { data: [("a".to_owned(), "x".repeat(letters))].into(), ..silent() };
    let frame = send(&with(0)).unwrap().body.len();
    assert_eq!(send(&with(4_096 - frame)).unwrap().body.len(), 4_096);
    assert_eq!(send(&with(4_097 - frame)).unwrap_err().code, "payload_too_large");
}

#[test]
fn what_is_no_device_token_never_reaches_the_address() {
    let fault = |token: &str| apns().request(to("apns", token, &sale()), context(None)).unwrap_err().code;
    for token in ["../../x", "ab\r\ncd", "ab?x=", "가", &"a".repeat(201)] {
        assert_eq!(fault(token), "bad_token", "{token}");
    }
    assert_eq!(fault(""), "required");
}

#[test]
fn data_cannot_take_the_place_of_apples_own() {
    let content = RenderedPush { data: [("aps".to_owned(), "{}".to_owned())].into(), ..sale() };
    assert_eq!(send(&content).unwrap_err().path, "content.data.aps");
}

#[test]
fn all_faults_of_the_settings_are_told_at_once() {
    let given = [("keyId", "abc"), ("topic", "com.example\r\nx"), ("baseUrl", "apple"), ("privateKey", "x")];
    let faults = Apns::new(&settings(&given)).err().unwrap();
    let told: Vec<(&str, &str)> = faults.0.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect();
    let expected = [
        ("teamId", "required"),
        ("keyId", "bad_identifier"),
        ("privateKey", "bad_private_key"),
        ("topic", "bad_topic"),
        ("baseUrl", "bad_url"),
    ];
    assert_eq!(told, expected);
}

fn activity(event: ActivityEvent) -> RenderedPush {
    let state = json!({ "minutes": 12, "driver": "Ann" });
    let activity = RenderedActivity {
        event,
        id: "order-7".into(),
        state: state.as_object().cloned(),
        stale_date: Some("+15m".parse().unwrap()),
        relevance_score: Some(75.into()),
        ..RenderedActivity::default()
    };
    RenderedPush { kind: PushKind::LiveActivity, activity: Some(Box::new(activity)), ..sale() }
}

/// When the message of [`context`] was made, in seconds.
fn called_at() -> i64 {
    context(None).message_id.parse::<domain::id::MessageId>().unwrap().made_at().as_millis() / 1_000
}

#[test]
fn an_update_of_a_live_activity_is_sent_with_its_own_type_and_topic() {
    let request = send(&activity(ActivityEvent::Update)).unwrap();
    assert_eq!(request.url, format!("https://api.push.apple.com/3/device/{DEVICE}"));
    for (name, value) in [
        ("apns-topic", Some("com.example.shop.push-type.liveactivity")),
        ("apns-push-type", Some("liveactivity")),
        ("apns-priority", Some("10")),
        ("apns-expiration", Some("1796418000")),
        ("apns-collapse-id", None),
    ] {
        assert_eq!(header(&request, name), value, "{name}");
    }
    let expected = json!({ "aps": {
        "timestamp": called_at(), "event": "update", "content-state": { "minutes": 12, "driver": "Ann" },
        "alert": { "title": "세일", "body": "50 % off", "sound": "bell" },
        "stale-date": 1_796_115_600 + 900, "relevance-score": 75,
    } });
    assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), expected);
}

#[test]
fn a_start_brings_attributes_and_says_where_updates_come_from() {
    let mut content = activity(ActivityEvent::Start);
    let started = content.activity.as_mut().unwrap();
    started.attributes_type = "DeliveryAttributes".into();
    started.attributes = json!({ "order": "7" }).as_object().cloned().unwrap();
    let aps = sent(&content)["aps"].clone();
    assert_eq!((&aps["attributes-type"], &aps["attributes"]), (&json!("DeliveryAttributes"), &json!({ "order": "7" })));
    assert_eq!((&aps["input-push-token"], aps.get("input-push-channel")), (&json!(1), None));
    content.activity.as_mut().unwrap().input_channel = "dHN0LXNyY2gtY2hubA==".into();
    let aps = sent(&content)["aps"].clone();
    assert_eq!((aps.get("input-push-token"), &aps["input-push-channel"]), (None, &json!("dHN0LXNyY2gtY2hubA==")));
}

#[test]
fn an_end_without_alert_and_state_holds_neither() {
    let mut content = RenderedPush { title: String::new(), body: String::new(), ..activity(ActivityEvent::End) };
    let ended = content.activity.as_mut().unwrap();
    (ended.state, ended.stale_date, ended.relevance_score) = (None, None, None);
    ended.dismissal_date = Some("2026-12-01T10:00:00Z".parse().unwrap());
    let expected = json!({ "timestamp": called_at(), "event": "end", "dismissal-date": 1_796_119_200 });
    assert_eq!(sent(&content), json!({ "aps": expected }));
}

#[test]
fn an_update_of_a_broadcast_goes_to_its_channel() {
    let content = activity(ActivityEvent::Update);
    let request = apns().request(to("apnsSandbox", "channel:dHN0LXNyY2gtY2hubA==", &content), context(None)).unwrap();
    assert_eq!(request.url, "https://api.sandbox.push.apple.com/4/broadcasts/apps/com.example.shop");
    for (name, value) in [
        ("apns-channel-id", Some("dHN0LXNyY2gtY2hubA==")),
        ("apns-push-type", Some("liveactivity")),
        ("apns-expiration", Some("0")),
        ("apns-topic", None),
    ] {
        assert_eq!(header(&request, name), value, "{name}");
    }
}

#[test]
fn a_broadcast_channel_takes_nothing_but_updates_and_ends() {
    let fault =
        |token: &str, content: &RenderedPush| apns().request(to("apns", token, content), context(None)).unwrap_err();
    assert_eq!(fault("channel:AA==", &activity(ActivityEvent::Start)).code, "no_broadcast");
    assert_eq!(fault("channel:AA==", &sale()).code, "no_broadcast");
    for token in ["channel:", "channel:../x", "channel:a b", &format!("channel:{}", "a".repeat(65))] {
        assert_eq!(fault(token, &activity(ActivityEvent::Update)).code, "bad_token", "{token}");
    }
}

#[test]
fn a_live_activity_of_4096_bytes_is_sent_and_one_byte_more_is_not() {
    let with = |letters: usize| {
        let mut content = activity(ActivityEvent::Update);
        content.activity.as_mut().unwrap().state = json!({ "a": "x".repeat(letters) }).as_object().cloned();
        content
    };
    let frame = send(&with(0)).unwrap().body.len();
    assert_eq!(send(&with(4_096 - frame)).unwrap().body.len(), 4_096);
    assert_eq!(send(&with(4_097 - frame)).unwrap_err().code, "payload_too_large");
}

#[test]
fn nobody_but_apple_is_asked_to_carry_a_live_activity() {
    let content = activity(ActivityEvent::Update);
    for (platform, platforms) in [("fcm", ["fcm"]), ("web", ["web"])] {
        let fault = push_for(to(platform, DEVICE, &content), &platforms).err().unwrap();
        assert_eq!((fault.path.as_str(), fault.code.as_str()), ("content.kind", "no_live_activity"));
    }
}
