//! Tokens were made with `PyPI` `PyJWT` 2.15.1 (`jwt.encode`) over the claims, bodies and keys below; the private key was made for
//! this test with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`.

use super::*;
use crate::providers::mobile::samples::{
    CALLBACK_URL, MESSAGE, NOW, RCS_REFERENCE, answer, carousel, context, headers, location, mms, post, rcs_card,
    rcs_context, rcs_media, rcs_text, settings, sms, to_minsu,
};
use crate::providers::{About, Meaning};
use domain::Timestamp;

const KEY: &str = include_str!("../fixtures/vonage_private_key.pem");
const SECRET: &str = "signature-secret-of-the-account-000";
/// Claims `application_id`, `iat`, `exp`, `jti` as [`token`] makes them for `app-1` and the message of the samples.
const REQUEST_TOKEN: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJhcHBsaWNhdGlvbl9pZCI6ImFwcC0xIiwiaWF0IjoxNzk2MTE1NjAwLCJleHAiOjE3OTYxMTY1MDAsImp0aSI6Im1zZ18wMWswYTFiMmMzZDRlNWY2ZzdoOGo5a21ucC0xNzk2MTE1NjAwMDA3In0.mA1SresxZv6Gb-H8ry7WK6skSmLLMGbBzbPsTKuWuO33HzP6oOP8bGz3U9nqfVv3WdqVEifZ9WXHQFuQctAWxKFcfASSzonZ3hVJ9kqzxInH69dReTI4mxgLuik1vjY79cWpOCh9BJi5W4ErlCincGVIJmY3rM6O8Phs6rNUZLLwg1jvgLPpcsBlKnEVAO41gVuV6zhunDjRSpsZ7jgetSgnUrAJ0VLGb9Aso-n4OBBv2-q4AL2FTuAxj-7-uotcwmxwleCbtcM9bmlTLFiTrCOj7BhIoONo1Vbo5i6ORR__jN4Ssxwn7Zi4ihlwgnszI43CDCKJHQlmMHdgSEiYtQ";
const STATUS: &str = r#"{"message_uuid":"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab","to":"821012345678","from":"15005550006","timestamp":"2026-12-01T08:59:58.000Z","status":"rejected","error":{"type":"https://developer.vonage.com/api-errors/messages#1240","title":"1240","detail":"Illegal Number"},"client_ref":"msg_01k0a1b2c3d4e5f6g7h8j9kmnp","channel":"sms","brand_new":[1]}"#;
/// Claims `iat` 1796115590, `jti`, `iss` and the `payload_hash` of [`STATUS`].
const STATUS_TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3OTYxMTU1OTAsImp0aSI6ImoiLCJpc3MiOiJWb25hZ2UiLCJwYXlsb2FkX2hhc2giOiIzNWIxZDU3Zjc4NzcyM2Y5Y2MxMDdjZGNlMTUxMGQ2NjhhMzMzYmMwN2IzYjYwNTJiOGMxYzMzYjExOTg2MGQzIn0.-Rp5kkza4bSTLXKhrMi8QbXwGq3xtu2dEIaakabIBQQ";
/// The same without a `payload_hash`.
const HASHLESS_TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3OTYxMTU1OTAsImlzcyI6IlZvbmFnZSJ9.8J_HMaKjdaIf0kRg3Yf7xxtC8GvUuADDtLfXdHV9YUQ";

fn account() -> Vonage {
    let fields = [("apiKey", "key-1"), ("apiSecret", "secret-1"), ("signatureSecret", SECRET)];
    Vonage::new(&settings(&fields)).ok().unwrap()
}

fn application(more: &[(&str, &str)]) -> Vonage {
    let fields = [("applicationId", "app-1"), ("privateKey", KEY)];
    Vonage::new(&settings(&[fields.as_slice(), more].concat())).ok().unwrap()
}

fn hear_with(token: &str, body: &str) -> Result<Heard, Refusal> {
    account().hear(&post(CALLBACK_URL, &headers(&[("authorization", &format!("Bearer {token}"))]), body))
}

/// Signed by ourselves: the scheme itself is proven by the foreign tokens above.
fn signed(header: &str, claims: &Value, secret: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let signed = format!("{}.{}", part(header), part(&claims.to_string()));
    let tag = mobile::hmac(ring::hmac::HMAC_SHA256, secret, signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
}

fn hear(body: &str) -> Result<Heard, Refusal> {
    let hash = hex(&mobile::sha256(body.as_bytes()));
    hear_with(&signed(r#"{"alg":"HS256"}"#, &json!({ "iat": 1_796_115_590, "payload_hash": hash }), SECRET), body)
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).unwrap()
}

#[test]
fn a_text_message_of_an_application_carries_a_token_of_its_key() {
    let content = sms();
    let request = application(&[]).request(to_minsu("+15005550006", &content), context()).unwrap();
    assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", "https://api.nexmo.com/v1/messages"));
    assert_eq!(request.headers, json_headers(format!("Bearer {REQUEST_TOKEN}")));
    let wanted = json!({
        "channel": "sms", "message_type": "text", "to": "821012345678", "from": "15005550006", "text": "안녕 & hi",
        "client_ref": MESSAGE, "webhook_url": CALLBACK_URL, "webhook_version": "v1",
    });
    assert_eq!(body(&request), wanted);
}

#[test]
fn a_picture_of_an_account_carries_key_and_secret_and_has_title_and_text_beside_it() {
    let vonage =
        Vonage::new(&settings(&[("apiKey", "key-1"), ("apiSecret", "secret-1"), ("baseUrl", "http://127.0.0.1:1/p/")]));
    let vonage = vonage.ok().unwrap();
    let content = mms();
    let context = Context { callback_url: None, ..context() };
    let request = vonage.request(to_minsu("ACME", &content), context).unwrap();
    assert_eq!(request.url, "http://127.0.0.1:1/p/v1/messages");
    assert_eq!(request.headers, json_headers("Basic a2V5LTE6c2VjcmV0LTE=".into()));
    let wanted = json!({
        "channel": "mms", "message_type": "image", "to": "821012345678", "from": "ACME", "client_ref": MESSAGE,
        "image": { "url": "https://cdn.example/a.PNG?v=1", "caption": "News\nLook" },
    });
    assert_eq!(body(&request), wanted);
    assert_eq!(vonage.verify(context).unwrap().unwrap().url, "http://127.0.0.1:1/p/account/get-balance");
}

#[test]
fn only_an_account_can_be_verified() {
    let request = account().verify(context()).unwrap().unwrap();
    assert_eq!(request.url, "https://rest.nexmo.com/account/get-balance");
    assert!(application(&[]).verify(context()).is_none());
}

#[test]
fn a_message_without_a_sender_is_a_fault() {
    let content = sms();
    assert_eq!(account().request(to_minsu("", &content), context()).unwrap_err().path, "from");
}

#[test]
fn all_faults_of_the_settings_are_told_at_once() {
    let paths = |fields: &[(&str, &str)]| {
        let faults = Vonage::new(&settings(fields)).err().unwrap();
        faults.0.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
    };
    assert_eq!(paths(&[]), ["applicationId", "privateKey"]);
    assert_eq!(paths(&[("apiKey", "k")]), ["apiSecret"]);
    assert_eq!(
        paths(&[("privateKey", "-----BEGIN PRIVATE KEY-----"), ("baseUrl", "?")]),
        ["baseUrl", "applicationId", "privateKey"]
    );
}

#[test]
fn a_key_may_come_in_one_line() {
    let one_line = KEY.trim().replace('\n', "\\n");
    assert!(application(&[("privateKey", &one_line)]).verify(context()).is_none());
}

#[test]
fn answers_say_what_to_do() {
    let reading = account().read(&answer(202, r#"{"message_uuid":"u-1"}"#));
    assert_eq!(reading.meaning, Meaning::Accepted { provider_id: Some("u-1".into()) });
    let wanted = [
        (401, "https://developer.vonage.com/api-errors#unauthorized", Meaning::Misconfigured),
        (402, "https://developer.vonage.com/api-errors/#low-balance", Meaning::Misconfigured),
        (422, "https://developer.vonage.com/api-errors/messages#1120", Meaning::Rejected),
        (422, "https://developer.vonage.com/api-errors/messages#1170", Meaning::BadAddress),
        (422, "https://developer.vonage.com/api-errors/messages#1240", Meaning::BadAddress),
        (429, "https://developer.vonage.com/api-errors#1000", Meaning::Busy { retry_after: None }),
        (500, "https://developer.vonage.com/api-errors#newer", Meaning::Retry),
    ];
    for (status, kind, meaning) in wanted {
        let problem = json!({ "type": kind, "title": "Title", "detail": "Detail", "instance": "i" });
        let reading = account().read(&answer(status, &problem.to_string()));
        let reason = format!("vonage_{}", kind.split('#').nth(1).unwrap().replace('-', "_"));
        assert_eq!((reading.meaning, reading.reason), (meaning, reason));
        assert_eq!(reading.words, "Title: Detail");
    }
    assert_eq!(account().read(&answer(503, "")).meaning, Meaning::Busy { retry_after: None });
}

#[test]
fn a_receipt_of_a_person_who_opted_out_is_a_bounce_for_good() {
    let heard = hear_with(STATUS_TOKEN, STATUS).unwrap();
    let told = &heard.told[0];
    assert_eq!((&told.about, told.kind), (&About::Message(MESSAGE.into()), ToldKind::Bounced { is_permanent: true }));
    assert_eq!((told.reason.as_str(), told.words.as_str()), ("vonage_1240", "Illegal Number"));
    assert_eq!(told.key, "vonage:aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab:rejected");
    assert_eq!((told.at, &told.raw["brand_new"]), ("2026-12-01T08:59:58Z".parse().unwrap(), &json!([1])));
}

#[test]
fn a_forged_callback_is_refused() {
    let hash = hex(&mobile::sha256(STATUS.as_bytes()));
    let none = signed(r#"{"alg":"none"}"#, &json!({ "iat": 1_796_115_590, "payload_hash": hash }), SECRET);
    let cut = STATUS_TOKEN.rsplit_once('.').unwrap().0;
    for token in [HASHLESS_TOKEN, none.as_str(), cut, REQUEST_TOKEN, ""] {
        assert_eq!(hear_with(token, STATUS), Err(Refusal::Forged));
    }
    assert_eq!(hear_with(STATUS_TOKEN, &STATUS.replace("rejected", "delivered")), Err(Refusal::Forged));
    assert_eq!(account().hear(&post(CALLBACK_URL, &headers(&[]), STATUS)), Err(Refusal::Forged));
}

#[test]
fn without_a_secret_no_callback_is_taken_not_even_one_signed_with_nothing() {
    let hash = hex(&mobile::sha256(STATUS.as_bytes()));
    let token = signed(r#"{"alg":"HS256"}"#, &json!({ "iat": 1_796_115_590, "payload_hash": hash }), "");
    let headers = headers(&[("authorization", &format!("Bearer {token}"))]);
    assert_eq!(application(&[]).hear(&post(CALLBACK_URL, &headers, STATUS)), Err(Refusal::Forged));
}

#[test]
fn a_callback_is_believed_for_five_minutes() {
    let headers = headers(&[("authorization", &format!("Bearer {STATUS_TOKEN}"))]);
    let at = |seconds: i64| {
        let now = Timestamp::from_millis((1_796_115_590 + seconds) * 1_000);
        account().hear(&Callback { now, ..post(CALLBACK_URL, &headers, STATUS) }).map(|heard| heard.told.len())
    };
    assert_eq!([-301, -300, 300, 301].map(at), [Err(Refusal::Stale), Ok(1), Ok(1), Err(Refusal::Stale)]);
}

#[test]
fn states_say_what_happened_whatever_the_order_of_fields() {
    let wanted = [
        ("submitted", "", Some(ToldKind::Accepted)),
        ("delivered", "", Some(ToldKind::Delivered)),
        ("read", "", Some(ToldKind::Opened)),
        ("undeliverable", "1180", Some(ToldKind::Bounced { is_permanent: false })),
        ("rejected", "1210", Some(ToldKind::Failed)),
        ("rejected", "9999", Some(ToldKind::Failed)),
        ("newer", "", None),
    ];
    for (status, code, wanted) in wanted {
        assert_eq!(kind(status, code), wanted, "{status}");
    }
    let told = &hear(r#"{"status":"delivered","usage":{},"message_uuid":"u-1"}"#).unwrap().told[0];
    assert_eq!((told.kind, told.at, told.reason.as_str()), (ToldKind::Delivered, NOW, ""));
    assert_eq!(told.about, About::ProviderId("u-1".into()));
}

#[test]
fn a_person_answers_with_text_or_a_picture() {
    let text = r#"{"channel":"sms","message_uuid":"u-2","to":"15005550006","from":"821012345678","timestamp":"2026-12-01T08:59:00Z","message_type":"text","text":"STOP","sms":{"num_messages":"1","keyword":"STOP"}}"#;
    let heard = &hear(text).unwrap().inbound[0];
    assert_eq!(
        (heard.from.as_str(), heard.to.as_str(), heard.text.as_str()),
        ("+821012345678", "+15005550006", "STOP")
    );
    assert_eq!(heard.key, "vonage:u-2");
    let picture = r#"{"message_uuid":"u-3","to":"1","from":"2","message_type":"image","image":{"url":"https://x","caption":"Hi"}}"#;
    assert_eq!(hear(picture).unwrap().inbound[0].text, "Hi");
}

#[test]
fn what_cannot_be_read_is_malformed() {
    for body in ["[]", "{}", r#"{"message_uuid":"u"}"#, r#"{"status":"delivered"}"#] {
        assert!(matches!(hear(body), Err(Refusal::Malformed(_))), "{body}");
    }
}

fn with_rcs() -> Vonage {
    let fields = [("apiKey", "key-1"), ("apiSecret", "secret-1"), ("rcsSender", "Shop")];
    Vonage::new(&settings(&fields)).ok().unwrap()
}

#[test]
fn an_rcs_message_goes_under_its_own_sender_and_reference_and_for_so_long() {
    let content = rcs_text();
    let request = with_rcs().request(to_minsu("+15005550006", &content), rcs_context()).unwrap();
    let wanted = json!({
        "channel": "rcs", "message_type": "text", "to": "821012345678", "from": "Shop", "text": "안녕 & hi", "ttl": 600,
        "client_ref": RCS_REFERENCE, "webhook_url": CALLBACK_URL, "webhook_version": "v1",
    });
    assert_eq!(body(&request), wanted);
    let request = with_rcs().request(to_minsu("", &rcs_media()), rcs_context()).unwrap();
    assert_eq!(body(&request)["image"], json!({ "url": "https://cdn.example/a.png" }));
    assert_eq!(account().request(to_minsu("+1", &content), rcs_context()).unwrap_err().path, "from");
}

#[test]
fn cards_and_suggestions_go_through_to_google() {
    for content in [carousel(), rcs_card(), location()] {
        let request = with_rcs().request(to_minsu("", &content), rcs_context()).unwrap();
        let custom = json!({ "contentMessage": crate::providers::rcs::content_message(&content, content.rcs.as_ref().unwrap()) });
        assert_eq!((&body(&request)["message_type"], &body(&request)["custom"]), (&"custom".into(), &custom));
    }
}

#[test]
fn a_suggestion_that_was_touched_is_heard_as_its_label() {
    let event = |kind: &str, touched: Value| {
        let event = json!({
            "message_uuid": "u-1", "from": "821012345678", "to": "Shop", "channel": "rcs", "message_type": kind,
            kind: touched, "timestamp": "2026-12-01T08:59:58.000Z",
        });
        hear(&event.to_string()).unwrap().inbound.remove(0).text
    };
    assert_eq!(event("reply", json!({ "id": "No", "title": "No" })), "No");
    assert_eq!(event("button", json!({ "payload": "Buy", "text": "Buy" })), "Buy");
}
