use super::*;
use crate::providers::mobile::samples::{
    CALLBACK_URL, MESSAGE, NOW, RCS_REFERENCE, answer, carousel, context, headers, location, mms, post, rcs_card,
    rcs_context, rcs_media, rcs_text, settings, sms, to_minsu,
};
use crate::providers::{About, Meaning};

fn infobip(more: &[(&str, &str)]) -> Infobip {
    let fields = [
        ("baseUrl", "abc12.api.infobip.com"),
        ("apiKey", "key-1"),
        ("callbackUser", "hermod"),
        ("callbackPassword", "geheim"),
    ];
    Infobip::new(&settings(&[fields.as_slice(), more].concat())).ok().unwrap()
}

/// Basic authentication of `hermod:geheim`, from `printf hermod:geheim | base64`.
const PROOF: &str = "Basic aGVybW9kOmdlaGVpbQ==";

fn hear_with(infobip: &Infobip, proof: &str, body: &Value) -> Result<Heard, Refusal> {
    infobip.hear(&post(CALLBACK_URL, &headers(&[("authorization", proof)]), &body.to_string()))
}

fn hear(body: &Value) -> Result<Heard, Refusal> {
    hear_with(&infobip(&[]), PROOF, body)
}

fn receipt(group: &str, name: &str, error: &Value) -> Value {
    json!({ "results": [{
        "bulkId": "b", "messageId": MESSAGE, "to": "821012345678", "callbackData": MESSAGE,
        "sentAt": "2026-12-01T08:59:00.000+0000", "doneAt": "2026-12-01T10:59:30.000+0200", "smsCount": 1, "brandNew": [],
        "status": { "groupId": 2, "groupName": group, "id": 4, "name": name, "description": "Status words" },
        "error": error,
    }] })
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).unwrap()
}

#[test]
fn a_text_message_carries_our_id_and_no_plus() {
    let content = sms();
    let request = infobip(&[("validityHours", "48")]).request(to_minsu("+15005550006", &content), context()).unwrap();
    assert_eq!(request.method, Method::POST);
    assert_eq!(request.url, "https://abc12.api.infobip.com/sms/3/messages");
    let mut wanted_headers = json_headers("App key-1".into());
    wanted_headers.push((ACCEPT, "application/json".into()));
    assert_eq!(request.headers, wanted_headers);
    let wanted = json!({ "messages": [{
        "sender": "15005550006",
        "destinations": [{ "to": "821012345678", "messageId": MESSAGE }],
        "content": { "text": "안녕 & hi" },
        "options": { "validityPeriod": { "amount": 48, "timeUnit": "HOURS" } },
        "webhooks": { "delivery": { "url": CALLBACK_URL }, "contentType": "application/json", "callbackData": MESSAGE },
    }] });
    assert_eq!(body(&request), wanted);
}

#[test]
fn a_picture_is_a_link_with_a_title_and_a_text() {
    let content = mms();
    let context = Context { callback_url: None, ..context() };
    let request = infobip(&[("baseUrl", "http://127.0.0.1:1/p/")]).request(to_minsu("", &content), context).unwrap();
    assert_eq!(request.url, "http://127.0.0.1:1/p/mms/2/messages");
    let wanted = json!({ "messages": [{
        "destinations": [{ "to": "821012345678", "messageId": MESSAGE }],
        "content": { "title": "News", "messageSegments": [
            { "type": "LINK", "contentType": "image/png", "contentUrl": "https://cdn.example/a.PNG?v=1" },
            { "type": "TEXT", "text": "Look" },
        ] },
        "webhooks": { "contentType": "application/json", "callbackData": MESSAGE },
    }] });
    assert_eq!(body(&request), wanted);
}

#[test]
fn all_faults_of_the_settings_are_told_at_once() {
    let faults = Infobip::new(&settings(&[("validityHours", "49")])).err().unwrap();
    let paths: Vec<_> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["baseUrl", "apiKey", "validityHours"]);
}

#[test]
fn the_balance_is_asked_for_to_verify_the_settings() {
    let request = infobip(&[]).verify(context()).unwrap().unwrap();
    assert_eq!(request.url, "https://abc12.api.infobip.com/account/1/balance");
    let reading = infobip(&[]).read(&answer(200, r#"{"balance":1.5,"currency":"EUR"}"#));
    assert_eq!(reading.meaning, Meaning::Accepted { provider_id: None });
}

#[test]
fn a_good_status_may_bring_a_refused_message() {
    let wanted = [
        ("PENDING", "PENDING_ACCEPTED", Meaning::Accepted { provider_id: Some(MESSAGE.into()) }),
        ("REJECTED", DUPLICATE, Meaning::Accepted { provider_id: Some(MESSAGE.into()) }),
        ("REJECTED", "REJECTED_DESTINATION", Meaning::BadAddress),
        ("REJECTED", "REJECTED_PREFIX_MISSING", Meaning::BadAddress),
        ("REJECTED", "REJECTED_NOT_ENOUGH_CREDITS", Meaning::Misconfigured),
        ("REJECTED", "REJECTED_SYSTEM_ERROR", Meaning::Retry),
        ("REJECTED", "REJECTED_NEWER", Meaning::Rejected),
    ];
    for (group, name, meaning) in wanted {
        let status = json!({ "groupName": group, "name": name, "description": "Why" });
        let json = json!({ "bulkId": "b", "messages": [{ "messageId": MESSAGE, "status": status }] });
        let reading = infobip(&[]).read(&answer(200, &json.to_string()));
        let reason = match meaning {
            Meaning::Accepted { .. } => String::new(),
            _ => format!("infobip_{}", name.to_lowercase()),
        };
        assert_eq!((reading.meaning, reading.reason), (meaning, reason), "{name}");
    }
}

#[test]
fn both_shapes_of_errors_are_read() {
    let old = r#"{"requestError":{"serviceException":{"messageId":"UNAUTHORIZED","text":"Invalid login"}}}"#;
    let reading = infobip(&[]).read(&answer(401, old));
    assert_eq!((reading.meaning, reading.reason.as_str()), (Meaning::Misconfigured, "infobip_unauthorized"));
    assert_eq!(reading.words, "Invalid login");
    let reading = infobip(&[]).read(&answer(429, r#"{"errorCode":"E429","description":"Slow down"}"#));
    assert_eq!((reading.meaning, reading.reason.as_str()), (Meaning::Busy { retry_after: None }, "infobip_e429"));
    assert_eq!(infobip(&[]).read(&answer(502, "bad gateway")).reason, "http_502");
}

#[test]
fn a_receipt_says_what_happened_and_when() {
    let error = json!({ "groupName": "HANDSET_ERRORS", "name": "EC_UNKNOWN_SUBSCRIBER", "description": "Unknown", "permanent": true });
    let heard = hear(&receipt("UNDELIVERABLE", "UNDELIVERABLE_NOT_DELIVERED", &error)).unwrap();
    let told = &heard.told[0];
    assert_eq!((&told.about, told.kind), (&About::Message(MESSAGE.into()), ToldKind::Bounced { is_permanent: true }));
    assert_eq!((told.reason.as_str(), told.words.as_str()), ("infobip_ec_unknown_subscriber", "Unknown"));
    assert_eq!(told.at, "2026-12-01T08:59:30Z".parse().unwrap());
    assert_eq!(told.key, format!("infobip:{MESSAGE}:UNDELIVERABLE_NOT_DELIVERED:EC_UNKNOWN_SUBSCRIBER"));
    assert_eq!(told.raw["brandNew"], json!([]));
}

#[test]
fn states_and_errors_say_what_happened() {
    let bounced = |is_permanent| Some(ToldKind::Bounced { is_permanent });
    let wanted = [
        ("PENDING", "PENDING_ENROUTE", "NO_ERROR", Some(ToldKind::Accepted)),
        ("DELIVERED", "DELIVERED_TO_OPERATOR", "NO_ERROR", Some(ToldKind::Accepted)),
        ("DELIVERED", "DELIVERED_TO_HANDSET", "NO_ERROR", Some(ToldKind::Delivered)),
        ("UNDELIVERABLE", "UNDELIVERABLE_NOT_DELIVERED", "EC_ABSENT_SUBSCRIBER", bounced(false)),
        ("UNDELIVERABLE", "UNDELIVERABLE_NOT_DELIVERED", "EC_NEWER", bounced(true)),
        ("REJECTED", "REJECTED_DND", "NO_ERROR", bounced(true)),
        ("REJECTED", "REJECTED_SOURCE", "NO_ERROR", Some(ToldKind::Failed)),
        ("NEWER", "NEWER", "NO_ERROR", None),
    ];
    for (group, name, error, wanted) in wanted {
        let status = json!({ "groupName": group, "name": name });
        let error = json!({ "name": error, "groupName": "HANDSET_ERRORS", "permanent": true });
        assert_eq!(kind(&status, &error), wanted, "{name}");
    }
    let expired = json!({ "groupName": "EXPIRED", "name": "EXPIRED_EXPIRED" });
    assert_eq!(kind(&expired, &json!({ "groupName": "OPERATOR_ERRORS" })), Some(ToldKind::Failed));
}

#[test]
fn a_hundred_receipts_come_in_one_call_and_a_repetition_has_the_same_keys() {
    let one = receipt("DELIVERED", "DELIVERED_TO_HANDSET", &Value::Null)["results"][0].clone();
    let many: Vec<_> = (0..100)
        .map(|index| {
            let mut one = one.clone();
            one["messageId"] = format!("m{index}").into();
            one
        })
        .collect();
    let call = json!({ "results": many });
    let keys = |heard: Heard| heard.told.into_iter().map(|told| told.key).collect::<std::collections::BTreeSet<_>>();
    let (first, again) = (keys(hear(&call).unwrap()), keys(hear(&call).unwrap()));
    assert_eq!((first.len(), &first), (100, &again));
}

#[test]
fn without_our_data_the_message_id_is_the_reference() {
    let mut call = receipt("DELIVERED", "DELIVERED_TO_HANDSET", &Value::Null);
    call["results"][0]["callbackData"] = Value::Null;
    assert_eq!(hear(&call).unwrap().told[0].about, About::Message(MESSAGE.into()));
    call["results"][0]["messageId"] = "theirs".into();
    assert_eq!(hear(&call).unwrap().told[0].about, About::ProviderId("theirs".into()));
}

#[test]
fn a_callback_without_the_agreed_password_is_refused() {
    let call = receipt("DELIVERED", "DELIVERED_TO_HANDSET", &Value::Null);
    for proof in ["", "Basic", "Basic aGVybW9kOmZhbHNjaA==", "Bearer aGVybW9kOmdlaGVpbQ=="] {
        assert_eq!(hear_with(&infobip(&[]), proof, &call), Err(Refusal::Forged));
    }
    assert!(hear_with(&infobip(&[]), "basic aGVybW9kOmdlaGVpbQ==", &call).is_ok());
    let open = infobip(&[("callbackUser", ""), ("callbackPassword", "")]);
    assert_eq!(hear_with(&open, "Basic Og==", &call), Err(Refusal::Forged));
}

#[test]
fn a_person_answers() {
    let call = json!({ "messageCount": 1, "pendingMessageCount": 0, "results": [{
        "smsCount": 1, "receivedAt": "2026-12-01T08:59:00.000+0000", "keyword": "STOP", "cleanText": "", "text": "STOP",
        "to": "15005550006", "from": "821012345678", "messageId": "in-1", "callbackData": null,
    }] });
    let heard = &hear(&call).unwrap().inbound[0];
    assert_eq!(
        (heard.from.as_str(), heard.to.as_str(), heard.text.as_str()),
        ("+821012345678", "+15005550006", "STOP")
    );
    assert_eq!((heard.key.as_str(), heard.at.millis_since(NOW)), ("infobip:in-1", -60_007));
}

#[test]
fn what_cannot_be_read_is_malformed() {
    for body in
        [json!([]), json!({}), json!({ "results": [{}] }), json!({ "results": [{ "status": {}, "messageId": "m" }] })]
    {
        assert!(matches!(hear(&body), Err(Refusal::Malformed(_))), "{body}");
    }
}

#[test]
fn an_rcs_message_goes_to_its_own_path_under_its_own_sender_reference_and_validity() {
    let provider = infobip(&[("rcsSender", "Shop"), ("validityHours", "48")]);
    let request = provider.request(to_minsu("+15005550006", &rcs_text()), rcs_context()).unwrap();
    assert_eq!(request.url, "https://abc12.api.infobip.com/rcs/2/messages");
    let webhooks = json!({
        "delivery": { "url": CALLBACK_URL }, "contentType": "application/json", "callbackData": RCS_REFERENCE,
    });
    let wanted = json!({ "messages": [{
        "sender": "Shop",
        "destinations": [{ "to": "821012345678", "messageId": RCS_REFERENCE }],
        "content": { "type": "TEXT", "text": "안녕 & hi" },
        "options": { "validityPeriod": { "amount": 10, "timeUnit": "MINUTES" } },
        "webhooks": webhooks,
    }] });
    assert_eq!(body(&request), wanted);
    let fault = infobip(&[]).request(to_minsu("", &rcs_text()), rcs_context()).unwrap_err();
    assert_eq!(fault.code, "rcs_no_sender");
}

#[test]
fn every_kind_of_rcs_message_has_its_shape() {
    let provider = infobip(&[("rcsSender", "Shop")]);
    let content = |mobile: domain::content::RenderedMobile| {
        body(&provider.request(to_minsu("", &mobile), rcs_context()).unwrap())["messages"][0]["content"].clone()
    };
    let tea = json!({
        "title": "Tea", "description": "Green",
        "media": { "file": { "url": "https://cdn.example/tea.png" }, "height": "MEDIUM" },
        "suggestions": [{
            "type": "OPEN_URL", "text": "Buy", "postbackData": "Buy", "url": "https://shop.example/tea",
            "application": "WEBVIEW", "webviewViewMode": "TALL",
        }],
    });
    let cup = json!({ "title": "Cup", "suggestions": [
        { "type": "DIAL_PHONE", "text": "Call", "postbackData": "Call", "phoneNumber": "+82212345678" },
    ] });
    let no = json!([{ "type": "REPLY", "text": "No", "postbackData": "No" }]);
    assert_eq!(content(rcs_media()), json!({ "type": "FILE", "file": { "url": "https://cdn.example/a.png" } }));
    let card = json!({ "type": "CARD", "orientation": "VERTICAL", "alignment": "LEFT", "content": tea });
    assert_eq!(content(rcs_card()), card);
    let wanted = json!({ "type": "CAROUSEL", "cardWidth": "MEDIUM", "contents": [tea, cup], "suggestions": no });
    assert_eq!(content(carousel()), wanted);
    let wanted = json!({ "type": "TEXT", "text": "Come by", "suggestions": [{
        "type": "SHOW_LOCATION", "text": "Our shop", "postbackData": "Our shop",
        "latitude": 37.5, "longitude": 127.0, "label": "Our shop",
    }] });
    assert_eq!(content(location()), wanted);
}

#[test]
fn a_receipt_of_an_rcs_message_names_it_and_an_answer_over_rcs_is_heard() {
    let result = json!({ "results": [{
        "messageId": RCS_REFERENCE, "to": "821012345678", "callbackData": RCS_REFERENCE,
        "status": { "groupName": "UNDELIVERABLE", "name": "UNDELIVERABLE_NOT_DELIVERED" },
        "error": { "name": "EC_ABSENT_SUBSCRIBER", "groupName": "HANDSET_ERRORS", "permanent": false },
    }] });
    let told = hear(&result).unwrap().told.remove(0);
    assert_eq!(
        (told.about, told.kind),
        (About::Message(RCS_REFERENCE.into()), ToldKind::Bounced { is_permanent: false })
    );
    let answer = json!({ "results": [{
        "sender": "821012345678", "to": "Shop", "messageId": "m-1", "receivedAt": "2026-12-01T08:59:00.000+0000",
        "message": { "type": "TEXT", "text": "STOP" },
    }] });
    let inbound = hear(&answer).unwrap().inbound.remove(0);
    assert_eq!((inbound.from.as_str(), inbound.text.as_str()), ("+821012345678", "STOP"));
}
