//! The signature was made with `calculate_sinch_event_signature` of `PyPI` `sinch` 2.3.0 over the very body below.

use super::*;
use crate::providers::mobile::samples::{
    CALLBACK_URL, MESSAGE, NOW, RCS_REFERENCE, answer, carousel, context, headers, location, mms, post, rcs_card,
    rcs_context, rcs_media, rcs_text, settings, sms, to_minsu,
};
use crate::providers::{About, Meaning};
use domain::Timestamp;

const SECRET: &str = "secret-of-the-webhook";
const REPORT: &str = r#"{"type":"recipient_delivery_report_sms","batch_id":"01KBATCH","recipient":"821012345678","code":402,"status":"REJECTED","at":"2026-12-01T08:59:58.100Z","client_reference":"msg_01k0a1b2c3d4e5f6g7h8j9kmnp","brand_new":{"a":1}}"#;
const SIGNATURE: &str = "3F0ZTz0YutipIeuvuTHCeObJQsgEraGueey5HBLNDVo=";
const SENT: &str = "1796115590";

fn sinch(more: &[(&str, &str)]) -> Sinch {
    let fields = [("servicePlanId", "plan-1"), ("apiToken", "token-1"), ("callbackSecret", SECRET)];
    Sinch::new(&settings(&[fields.as_slice(), more].concat())).ok().unwrap()
}

fn hear_signed(body: &str, signature: &str, sent: &str) -> Result<Heard, Refusal> {
    let headers = headers(&[
        ("x-sinch-webhook-signature", signature),
        ("x-sinch-webhook-signature-nonce", "nonce-1"),
        ("x-sinch-webhook-signature-timestamp", sent),
        ("x-sinch-webhook-signature-algorithm", "HmacSHA256"),
    ]);
    sinch(&[]).hear(&post(CALLBACK_URL, &headers, body))
}

/// Signed by ourselves: the scheme itself is proven by the foreign signature above.
fn hear(body: &str) -> Result<Heard, Refusal> {
    let tag = mobile::hmac(ring::hmac::HMAC_SHA256, SECRET, format!("{body}.nonce-1.{SENT}").as_bytes());
    hear_signed(body, &STANDARD.encode(tag), SENT)
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).unwrap()
}

#[test]
fn a_text_message_is_a_batch_of_one_with_our_reference() {
    let content = sms();
    let request = sinch(&[]).request(to_minsu("+15005550006", &content), context()).unwrap();
    assert_eq!(request.method, Method::POST);
    assert_eq!(request.url, "https://us.sms.api.sinch.com/xms/v1/plan-1/batches");
    assert_eq!(request.headers, json_headers("Bearer token-1".into()));
    let wanted = json!({
        "type": "mt_text", "from": "+15005550006", "to": ["+821012345678"], "body": "안녕 & hi",
        "delivery_report": "per_recipient_final", "callback_url": CALLBACK_URL, "client_reference": MESSAGE,
    });
    assert_eq!(body(&request), wanted);
}

#[test]
fn a_picture_is_sent_with_title_and_text_through_the_server_of_a_region() {
    let content = mms();
    let context = Context { callback_url: None, ..context() };
    let request = sinch(&[("region", "eu")]).request(to_minsu("", &content), context).unwrap();
    assert_eq!(request.url, "https://eu.sms.api.sinch.com/xms/v1/plan-1/batches");
    let wanted = json!({
        "type": "mt_media", "to": ["+821012345678"], "delivery_report": "none", "client_reference": MESSAGE,
        "body": { "url": "https://cdn.example/a.PNG?v=1", "subject": "News", "message": "Look" },
    });
    assert_eq!(body(&request), wanted);
}

#[test]
fn one_batch_is_listed_to_verify_the_settings_at_an_address_of_our_own() {
    let request = sinch(&[("baseUrl", "http://127.0.0.1:1/p/")]).verify(context()).unwrap().unwrap();
    assert_eq!(request.url, "http://127.0.0.1:1/p/xms/v1/plan-1/batches?page_size=1");
    assert_eq!(request.headers, [(AUTHORIZATION, "Bearer token-1".to_owned())]);
}

#[test]
fn all_faults_of_the_settings_are_told_at_once() {
    let faults = Sinch::new(&settings(&[("region", "us.evil.example/"), ("apiToken", "a b")])).err().unwrap();
    let paths: Vec<_> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["servicePlanId", "region", "apiToken"]);
}

#[test]
fn answers_say_what_to_do() {
    let accepted = sinch(&[]).read(&answer(201, r#"{"id":"01KBATCH","to":["1"]}"#));
    assert_eq!(accepted.meaning, Meaning::Accepted { provider_id: Some("01KBATCH".into()) });
    let wanted = [
        (400, "syntax_invalid_parameter_format", Meaning::Rejected),
        (404, "resource_not_found", Meaning::Misconfigured),
        (401, "unauthorized", Meaning::Misconfigured),
        (403, "anything_new", Meaning::Misconfigured),
        (429, "too_many", Meaning::Busy { retry_after: None }),
        (500, "internal", Meaning::Retry),
    ];
    for (status, code, meaning) in wanted {
        let reading = sinch(&[]).read(&answer(status, &format!(r#"{{"code":"{code}","text":"Why"}}"#)));
        assert_eq!((reading.meaning, reading.reason), (meaning, format!("sinch_{code}")));
        assert_eq!(reading.words, "Why");
    }
}

#[test]
fn states_and_codes_of_a_report_say_what_happened() {
    let bounced = |is_permanent| Some(ToldKind::Bounced { is_permanent });
    let wanted = [
        ("QUEUED", "400", None),
        ("Dispatched", "401", Some(ToldKind::Accepted)),
        ("DELIVERED", "0", Some(ToldKind::Delivered)),
        ("FAILED", "404", bounced(false)),
        ("FAILED", "416", bounced(true)),
        ("ABORTED", "413", Some(ToldKind::Failed)),
        ("EXPIRED", "406", Some(ToldKind::Failed)),
        ("REJECTED", "777", Some(ToldKind::Failed)),
        ("NEWER", "0", None),
    ];
    for (status, code, wanted) in wanted {
        assert_eq!(kind(status, code), wanted, "{status} {code}");
    }
}

#[test]
fn a_report_of_sinch_tells_of_our_message() {
    let heard = hear_signed(REPORT, SIGNATURE, SENT).unwrap();
    let told = &heard.told[0];
    assert_eq!((&told.about, told.kind), (&About::Message(MESSAGE.into()), ToldKind::Failed));
    assert_eq!((told.key.as_str(), told.reason.as_str()), ("sinch:01KBATCH:REJECTED:402", "sinch_402"));
    assert_eq!(told.at, "2026-12-01T08:59:58.100Z".parse().unwrap());
    assert_eq!(told.raw["brand_new"]["a"], 1);
}

#[test]
fn a_forged_or_old_report_is_refused() {
    assert_eq!(hear_signed(&REPORT.replace("402", "0"), SIGNATURE, SENT), Err(Refusal::Forged));
    assert_eq!(hear_signed(REPORT, SIGNATURE, "1796115591"), Err(Refusal::Forged));
    assert_eq!(hear_signed(REPORT, "", SENT), Err(Refusal::Forged));
    assert_eq!(sinch(&[]).hear(&post(CALLBACK_URL, &headers(&[]), REPORT)), Err(Refusal::Forged));

    let headers = headers(&[
        ("x-sinch-webhook-signature", SIGNATURE),
        ("x-sinch-webhook-signature-nonce", "nonce-1"),
        ("x-sinch-webhook-signature-timestamp", SENT),
    ]);
    let at = |seconds: i64| Callback {
        now: Timestamp::from_millis((1_796_115_590 + seconds) * 1_000),
        ..post(CALLBACK_URL, &headers, REPORT)
    };
    assert!(sinch(&[]).hear(&at(300)).is_ok());
    assert_eq!(sinch(&[]).hear(&at(301)), Err(Refusal::Stale));
    assert_eq!(sinch(&[]).hear(&at(-301)), Err(Refusal::Stale));
}

#[test]
fn without_a_secret_no_callback_is_taken_not_even_one_signed_with_nothing() {
    let tag = mobile::hmac(ring::hmac::HMAC_SHA256, "", format!("{REPORT}.nonce-1.{SENT}").as_bytes());
    let headers = headers(&[
        ("x-sinch-webhook-signature", &STANDARD.encode(tag)),
        ("x-sinch-webhook-signature-nonce", "nonce-1"),
        ("x-sinch-webhook-signature-timestamp", SENT),
    ]);
    let open = sinch(&[("callbackSecret", " ")]);
    assert_eq!(open.hear(&post(CALLBACK_URL, &headers, REPORT)), Err(Refusal::Forged));
}

#[test]
fn fields_in_another_order_make_the_same_event_and_a_summary_is_read_too() {
    let reordered = r#"{"client_reference":"","status":"REJECTED","code":402,"batch_id":"01KBATCH","type":"recipient_delivery_report_sms"}"#;
    let told = &hear(reordered).unwrap().told[0];
    assert_eq!((told.key.as_str(), told.at), ("sinch:01KBATCH:REJECTED:402", NOW));
    assert_eq!(told.about, About::ProviderId("01KBATCH".into()));
    let summary = r#"{"type":"delivery_report_sms","batch_id":"01KBATCH","total_message_count":1,
        "statuses":[{"code":0,"status":"Delivered","count":1,"recipients":["821012345678"]}]}"#;
    let told = &hear(summary).unwrap().told[0];
    assert_eq!((told.kind, told.reason.as_str()), (ToldKind::Delivered, ""));
}

#[test]
fn a_person_answers_with_text_or_a_picture() {
    let text = r#"{"type":"mo_text","id":"01KMO","from":"821012345678","to":"12345","body":"STOP","received_at":"2026-12-01T08:59:00Z","operator_id":"45005"}"#;
    let heard = &hear(text).unwrap().inbound[0];
    assert_eq!((heard.from.as_str(), heard.to.as_str(), heard.text.as_str()), ("+821012345678", "12345", "STOP"));
    assert_eq!((heard.key.as_str(), heard.at), ("sinch:01KMO", "2026-12-01T08:59:00Z".parse().unwrap()));
    let picture =
        r#"{"type":"mo_media","id":"01KMM","from":"821012345678","to":"12345","body":{"message":"Hi","media":[]}}"#;
    assert_eq!(hear(picture).unwrap().inbound[0].text, "Hi");
}

#[test]
fn what_cannot_be_read_is_malformed_and_new_kinds_of_events_are_passed_over() {
    assert_eq!(hear(r#"{"type":"newer"}"#), Ok(Heard::default()));
    for body in
        ["[]", "{}", r#"{"type":"mo_text","id":"1","to":"2"}"#, r#"{"type":"delivery_report_sms","batch_id":"b"}"#]
    {
        assert!(matches!(hear(body), Err(Refusal::Malformed(_))), "{body}");
    }
}

const RCS: [(&str, &str); 4] =
    [("rcsProjectId", "project-1"), ("rcsAppId", "app-1"), ("rcsKeyId", "key-1"), ("rcsKeySecret", "secret-1")];

#[test]
fn an_rcs_message_goes_to_the_conversation_api_and_to_no_other_channel() {
    let provider = sinch(&[RCS.as_slice(), &[("region", "eu")]].concat());
    let context = Context { token: Some("t0ken"), ..rcs_context() };
    let request = provider.request(to_minsu("+15005550006", &rcs_text()), context).unwrap();
    assert_eq!(request.url, "https://eu.conversation.api.sinch.com/v1/projects/project-1/messages:send");
    assert_eq!(request.headers, json_headers("Bearer t0ken".into()));
    let recipient = json!({ "identified_by": { "channel_identities": [
        { "channel": "RCS", "identity": "+821012345678" },
    ] } });
    let wanted = json!({
        "app_id": "app-1", "recipient": recipient, "message": { "text_message": { "text": "안녕 & hi" } },
        "channel_priority_order": ["RCS"], "ttl": "600s", "correlation_id": RCS_REFERENCE,
        "processing_strategy": "DISPATCH_ONLY", "callback_url": CALLBACK_URL,
    });
    assert_eq!(body(&request), wanted);
}

#[test]
fn only_an_rcs_message_needs_a_fetched_token() {
    let provider = sinch(&RCS);
    let asked = provider.token_request(NOW).unwrap().unwrap();
    assert_eq!(asked.url, "https://auth.sinch.com/oauth2/token");
    assert!(provider.needs_token(to_minsu("", &rcs_text())) && !provider.needs_token(to_minsu("", &sms())));
    assert!(sinch(&[]).token_request(NOW).is_none());
    let fault = sinch(&[]).request(to_minsu("", &rcs_text()), rcs_context()).unwrap_err();
    assert_eq!(fault.code, "rcs_no_sender");
}

#[test]
fn rcs_is_set_up_wholly_or_not_at_all() {
    let fields = [("servicePlanId", "plan-1"), ("apiToken", "token-1"), ("rcsProjectId", "project-1")];
    let faults = Sinch::new(&settings(&fields)).err().unwrap();
    let paths: Vec<_> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["rcsAppId", "rcsKeyId", "rcsKeySecret"]);
}

#[test]
fn every_kind_of_rcs_message_has_its_shape() {
    let provider = sinch(&RCS);
    let message = |content: domain::content::RenderedMobile| {
        body(&provider.request(to_minsu("", &content), rcs_context()).unwrap())["message"].clone()
    };
    let buy = json!({ "url_message": { "title": "Buy", "url": "https://shop.example/tea" }, "postback_data": "Buy" });
    let tea = json!({
        "title": "Tea", "description": "Green", "media_message": { "url": "https://cdn.example/tea.png" },
        "height": "MEDIUM", "choices": [buy],
    });
    let call = json!({ "call_message": { "title": "Call", "phone_number": "+82212345678" }, "postback_data": "Call" });
    let cup = json!({ "title": "Cup", "choices": [call] });
    let no = json!({ "text_message": { "text": "No" }, "postback_data": "No" });
    assert_eq!(message(rcs_media()), json!({ "media_message": { "url": "https://cdn.example/a.png" } }));
    assert_eq!(message(rcs_card()), json!({ "card_message": tea }));
    assert_eq!(message(carousel()), json!({ "carousel_message": { "cards": [tea, cup], "choices": [no] } }));
    let place = json!({
        "location_message": {
            "title": "Our shop", "label": "Our shop", "coordinates": { "latitude": 37.5, "longitude": 127.0 },
        },
        "postback_data": "Our shop",
    });
    let wanted = json!({ "choice_message": { "text_message": { "text": "Come by" }, "choices": [place] } });
    assert_eq!(message(location()), wanted);
}

#[test]
fn answers_and_receipts_of_the_conversation_api_are_read() {
    let read = |status: u16, body: &str| sinch(&RCS).read(&answer(status, body));
    let taken = Meaning::Accepted { provider_id: Some("01R".into()) };
    assert_eq!(read(200, r#"{"message_id":"01R","accepted_time":"2026-12-01T09:00:00Z"}"#).meaning, taken);
    let error =
        |code: u16, status: &str| json!({ "error": { "code": code, "message": "m", "status": status } }).to_string();
    assert_eq!(read(401, &error(401, "UNAUTHENTICATED")).meaning, Meaning::TokenExpired);
    assert_eq!(read(400, &error(400, "INVALID_ARGUMENT")).meaning, Meaning::Rejected);
    assert_eq!(read(429, &error(429, "RESOURCE_EXHAUSTED")).meaning, Meaning::Busy { retry_after: None });
    assert_eq!(read(404, &error(404, "NOT_FOUND")).reason, "sinch_not_found");
    let report = |status: &str, code: &str| {
        let report = json!({ "message_id": "01R", "status": status, "reason": { "code": code, "description": "d" } });
        let event = json!({
            "app_id": "app-1", "event_time": "2026-12-01T08:59:58.100Z", "correlation_id": RCS_REFERENCE,
            "message_delivery_report": report,
        });
        hear(&event.to_string()).unwrap().told
    };
    let failed = report("FAILED", "RECIPIENT_NOT_REACHABLE").remove(0);
    assert_eq!(
        (&failed.about, failed.reason.as_str()),
        (&About::Message(RCS_REFERENCE.into()), "sinch_recipient_not_reachable")
    );
    assert_eq!(failed.kind, ToldKind::Bounced { is_permanent: false });
    assert_eq!(report("DELIVERED", "")[0].kind, ToldKind::Delivered);
    assert_eq!(report("READ", "")[0].kind, ToldKind::Opened);
    assert_eq!(report("SWITCHING_CHANNEL", ""), []);
}
