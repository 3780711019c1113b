use super::super::notification::tests::{context, header, response, sale, settings, silent, to};
use super::*;

fn web_push() -> WebPush {
    let (public, private) = generate_keys();
    let subject = "mailto:ops@shop.example";
    WebPush::new(&settings(&[("publicKey", &public), ("privateKey", &private), ("subject", subject)])).ok().unwrap()
}

fn subscription(endpoint: &str) -> Value {
    json!({
        "endpoint": endpoint,
        "expirationTime": null,
        "keys": { "p256dh": generate_keys().0, "auth": "BTBZMqHH6r4Tts7J_aSIgg" },
    })
}

fn send(token: &Value, content: &RenderedPush) -> Result<Request, Fault> {
    web_push().request(to("web", &token.to_string(), content), context(None))
}

#[test]
fn a_notification_goes_to_the_address_that_the_browser_gave() {
    let request = send(&subscription("https://push.example/wpush/v2/gAAA?a=b"), &sale()).unwrap();
    assert_eq!(request.url, "https://push.example/wpush/v2/gAAA?a=b");
    for (name, value) in
        [("content-encoding", "aes128gcm"), ("ttl", "302400"), ("urgency", "high"), ("topic", "sale-2026")]
    {
        assert_eq!(header(&request, name), Some(value), "{name}");
    }
    assert!(header(&request, "authorization").unwrap().starts_with("vapid t="));
    assert_eq!(request.body.len(), payload(&sale()).to_string().len() + OVERHEAD_BYTES);
}

#[test]
fn the_site_is_told_everything_that_it_can_show() {
    let expected = json!({
        "title": "세일", "body": "50 % off", "image": "https://shop.example/sale.png", "clickAction": "web_url",
        "url": "https://shop.example/sale", "sound": "bell", "tag": "sale-2026", "badge": 3, "data": { "orderId": "A-1" },
    });
    assert_eq!(payload(&sale()), expected);
}

#[test]
fn a_silent_push_is_data_alone() {
    assert_eq!(payload(&silent()), json!({ "data": { "orderId": "A-1" } }));
}

#[test]
fn a_collapse_key_that_is_no_topic_is_replaced_by_its_hash() {
    assert_eq!(topic("sale-2026"), "sale-2026");
    for key in ["sale 2026", "세일", "a\r\nb: c", &"a".repeat(33)] {
        let topic = topic(key);
        assert!(topic.len() == 32 && read_base64url(&topic).is_some(), "{key}: {topic}");
    }
}

#[test]
fn an_answer_of_one_push_service_never_stops_the_others() {
    for (status, meaning) in [
        (400, Meaning::Rejected),
        (401, Meaning::Retry),
        (403, Meaning::Rejected),
        (404, Meaning::BadAddress),
        (410, Meaning::BadAddress),
        (413, Meaning::Rejected),
        (429, Meaning::Retry),
        (500, Meaning::Retry),
        (503, Meaning::Retry),
    ] {
        let reading = web_push().read(&response(status, &[("retry-after", "99999999")], &json!("no")));
        assert_eq!(reading.meaning, meaning, "{status}");
        assert_eq!(reading.reason, format!("web_push_{status}"));
    }
}

#[test]
fn an_accepted_notification_is_known_by_its_location() {
    let reading = web_push().read(&response(201, &[("location", "https://push.example/m/1")], &json!("")));
    assert_eq!(reading.meaning, Meaning::Accepted { provider_id: Some("https://push.example/m/1".into()) });
    assert_eq!((reading.reason.as_str(), reading.words.as_str()), ("", ""));
}

#[test]
fn the_body_has_at_most_4096_bytes() {
    let with = |letters: usize| RenderedPush { data: [("a".to_owned(), "x".repeat(letters))].into(), ..silent() };
    let token = subscription("https://push.example/1");
    let frame = send(&token, &with(0)).unwrap().body.len();
    assert_eq!(send(&token, &with(4_096 - frame)).unwrap().body.len(), 4_096);
    assert_eq!(send(&token, &with(4_097 - frame)).unwrap_err().code, "payload_too_large");
}

#[test]
fn a_subscription_leads_to_an_https_address_or_to_this_machine() {
    for good in ["https://push.example:8443/1", "http://127.0.0.1:8190/1", "http://localhost:1/1"] {
        assert!(send(&subscription(good), &sale()).is_ok(), "{good}");
    }
    for bad in [
        "",
        "push.example/1",
        "http://push.example/1",
        "http://169.254.169.254/latest",
        "http://127.0.0.1@evil.example/1",
        "https://user@push.example/1",
        "https://push.example/1\r\nHost: x",
        "file:///etc/passwd",
    ] {
        let fault = send(&subscription(bad), &sale()).unwrap_err();
        assert_eq!((fault.path.as_str(), fault.code.as_str()), ("token", "bad_subscription"), "{bad}");
    }
}

#[test]
fn a_subscription_without_good_keys_is_a_fault() {
    let good = subscription("https://push.example/1");
    let keys = |keys: Value| json!({ "endpoint": good["endpoint"], "keys": keys });
    for token in [
        json!(null),
        json!([]),
        json!({ "endpoint": good["endpoint"] }),
        keys(json!({ "p256dh": "", "auth": "" })),
        keys(json!({ "p256dh": good["keys"]["p256dh"], "auth": "AAAA" })),
        keys(json!({ "p256dh": base64url(&[4; 65]), "auth": good["keys"]["auth"] })),
        keys(json!({ "p256dh": "*", "auth": 1 })),
    ] {
        assert_eq!(send(&token, &sale()).unwrap_err().code, "bad_subscription", "{token}");
    }
    let fault = web_push().request(to("web", "not json", &sale()), context(None)).unwrap_err();
    assert_eq!(fault.code, "bad_subscription");
}

#[test]
fn a_subscription_with_padded_keys_in_plain_base64_is_taken() {
    let mut token = subscription("https://push.example/1");
    token["keys"]["auth"] = json!("BTBZMqHH6r4Tts7J/aSIgg==");
    assert!(send(&token, &sale()).is_ok());
}
