use domain::content::{MobileKind, RenderedMobile};
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::*;
use crate::providers::{EmailOut, Meaning};

const PAYLOAD: &str = r#"{"from":"{{fromNumber}}","to":"{{toNumber}}","text":"{{message}}","ref":"{{messageId}}",
    "hook":"{{callbackUrl}}","title":"{{title}}","media":["{{mediaUrl}}"]}"#;

fn settings(more: &[(&str, &str)]) -> Settings {
    let fields = [("url", "https://sms.example.com/v1"), ("authentication", "none"), ("payload", PAYLOAD)];
    let fields = fields.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Settings(fields.collect())
}

fn provider(more: &[(&str, &str)]) -> Custom {
    Custom::new(&settings(more)).ok().unwrap()
}

fn context() -> Context<'static> {
    let callback_url = Some("https://hermod.example/c/1?a=b");
    Context { message_id: "msg_1", callback_url, token: None, now: Timestamp::from_millis(0) }
}

fn mms(text: &str) -> RenderedMobile {
    let media_url = "https://cdn.example/a.png".into();
    RenderedMobile { kind: MobileKind::Mms, text: text.into(), title: "\"Sale\"".into(), media_url, rcs: None }
}

fn request(provider: &Custom, content: &RenderedMobile, context: Context<'_>) -> Result<Request, Fault> {
    let mobile = MobileOut { from: "12345", to: "+491512345678", content };
    provider.request(Outgoing::Mobile(mobile), context)
}

#[test]
fn a_message_is_posted_as_the_form_describes_it() {
    let text = "Hi \"you\"\n{{toNumber}} \\ 😀";
    let fields = [("headers", "X-Tenant: shop"), ("authentication", "bearer"), ("bearerToken", "t")];
    let request = request(&provider(&fields), &mms(text), context()).unwrap();
    assert_eq!((request.method, request.url.as_str()), (Method::POST, "https://sms.example.com/v1"));
    let headers: Vec<_> = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let json_type = "application/json";
    let expected =
        [("content-type", json_type), ("accept", json_type), ("authorization", "Bearer t"), ("x-tenant", "shop")];
    assert_eq!(headers, expected);
    let expected = json!({
        "from": "12345", "to": "+491512345678", "text": text, "ref": "msg_1", "title": "\"Sale\"",
        "hook": "https://hermod.example/c/1?a=b", "media": ["https://cdn.example/a.png"],
    });
    assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), expected);
}

#[test]
fn where_this_server_cannot_be_called_the_address_is_empty() {
    let request = request(&provider(&[]), &mms("a"), Context { callback_url: None, ..context() }).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap()["hook"], "");
}

#[test]
fn an_accept_header_of_the_form_takes_the_place_of_ours() {
    let request = request(&provider(&[("headers", "accept: text/plain")]), &mms("a"), context()).unwrap();
    let accept: Vec<_> = request.headers.iter().filter(|(name, _)| name == ACCEPT).collect();
    assert_eq!(accept, [&(ACCEPT, "text/plain".to_owned())]);
}

#[test]
fn a_picture_is_not_lost_on_a_payload_without_a_place_for_it() {
    let payload = r#"["{{fromNumber}}","{{toNumber}}","{{message}}"]"#;
    let provider = provider(&[("payload", payload)]);
    assert_eq!(request(&provider, &mms("a"), context()).unwrap_err().code, "not_supported");
    let sms = RenderedMobile { kind: MobileKind::Sms, media_url: String::new(), title: String::new(), ..mms("a") };
    assert_eq!(request(&provider, &sms, context()).unwrap().body, br#"["12345","+491512345678","a"]"#);
}

#[test]
fn a_rich_message_is_put_in_as_google_takes_it_with_its_sms_as_the_text() {
    let payload = r#"["{{fromNumber}}","{{toNumber}}","{{message}}","{{rcs}}"]"#;
    let content = crate::providers::mobile::samples::rcs_media();
    let sent = request(&provider(&[("payload", payload)]), &content, context()).unwrap();
    let rcs = json!({ "contentInfo": { "fileUrl": "https://cdn.example/a.png" } });
    let wanted = json!(["12345", "+491512345678", "As SMS", rcs]);
    assert_eq!(serde_json::from_slice::<Value>(&sent.body).unwrap(), wanted);
    assert_eq!(request(&provider(&[]), &content, context()).unwrap_err().code, "rcs_not_offered");
}

#[test]
fn mail_is_not_sent_over_a_mobile_provider() {
    let content: domain::content::RenderedEmail =
        serde_json::from_value(json!({ "subject": "a", "preheader": "", "html": "", "text": "" })).unwrap();
    let (from_name, from, to) = ("", "a@example.com", "b@example.com");
    let email =
        EmailOut { from_name, from, to, reply_to: None, content: &content, headers: &[], mime: b"", attachments: &[] };
    assert_eq!(provider(&[]).request(Outgoing::Email(email), context()).unwrap_err().code, "not_supported");
}

#[test]
fn with_oauth_a_token_is_fetched_first_and_renewed_when_it_is_refused() {
    let provider = provider(&[
        ("authentication", "oauth"),
        ("tokenUrl", "https://id.example.com/token"),
        ("clientId", "shop"),
        ("clientSecret", "s"),
    ]);
    let ask = provider.token_request(context().now).unwrap().unwrap();
    assert_eq!(ask.url, "https://id.example.com/token");
    let answer = |status: u16, body: &[u8]| Response { status, headers: HeaderMap::new(), body: body.to_vec() };
    let (token, _) = provider.read_token(&answer(200, br#"{"access_token":"abc","expires_in":60}"#)).unwrap();
    let sent = request(&provider, &mms("a"), Context { token: Some(&token), ..context() }).unwrap();
    assert!(sent.headers.contains(&(http::header::AUTHORIZATION, "Bearer abc".to_owned())));
    assert_eq!(request(&provider, &mms("a"), context()).unwrap_err().code, "no_token");
    assert_eq!(provider.read(&answer(401, b"")).meaning, Meaning::TokenExpired);
    assert_eq!(self::provider(&[]).read(&answer(401, b"")).meaning, Meaning::Misconfigured);
    assert!(self::provider(&[]).token_request(context().now).is_none());
}

#[test]
fn with_jwt_each_attempt_has_a_token_of_its_own() {
    let provider = provider(&[("authentication", "jwt"), ("jwtAlgorithm", "HS256"), ("jwtKey", "k")]);
    let token = |millis: i64| {
        let now = Timestamp::from_millis(millis);
        let request = request(&provider, &mms("a"), Context { now, ..context() }).unwrap();
        request.headers[2].1.strip_prefix("Bearer ").unwrap().to_owned()
    };
    assert_eq!(token(1).split('.').count(), 3);
    assert_ne!(token(1), token(2));
}

#[test]
fn certificate_and_key_are_carried_together() {
    let certificate = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----";
    let key = "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----";
    let both = provider(&[("clientCertificate", certificate), ("clientKey", key)]);
    let identity = both.client_identity().unwrap();
    assert_eq!((identity.certificates.as_str(), identity.key.as_str()), (certificate, key));
    assert!(provider(&[]).client_identity().is_none());
    let faults = Custom::new(&settings(&[("clientCertificate", "x")])).err().unwrap();
    assert_eq!(faults.at("clientKey").unwrap().code, "required");
    assert_eq!(faults.at("clientCertificate").unwrap().code, "bad_certificate");
}

#[test]
fn all_faults_are_told_at_once_each_at_its_field() {
    let fields = [
        ("url", "ftp://x"),
        ("authentication", "bearer"),
        ("headers", "Host: x"),
        ("payload", "{}"),
        ("successStatus", "ok"),
        ("messageIdPath", "a["),
        ("feedbackStatusPath", "status"),
        ("inboundTextPath", "text"),
    ];
    let faults = Custom::new(&settings(&fields)).err().unwrap();
    let mut paths: Vec<_> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
    paths.dedup();
    let expected = ["url", "bearerToken", "headers", "payload", "successStatus", "messageIdPath"].into_iter();
    let callbacks = ["feedbackReferencePath", "deliveredStatuses", "inboundFromPath", "callbackSecret"];
    assert_eq!(paths, expected.chain(callbacks).collect::<Vec<_>>());
    assert!(Custom::new(&Settings::default()).err().unwrap().at("payload").is_some());
}

#[test]
fn a_callback_reaches_the_mapping() {
    let provider = provider(&[
        ("callbackSecret", "s3cret"),
        ("feedbackProviderIdPath", "id"),
        ("feedbackStatusPath", "status"),
        ("failedStatuses", "failed"),
    ]);
    let hear = |token: &'static str| {
        let headers = HeaderMap::from_iter([(
            HeaderName::from_static("x-hermod-callback-token"),
            HeaderValue::from_static(token),
        )]);
        let (body, now) = (br#"{"id":"a","status":"FAILED"}"#, context().now);
        provider.hear(&Callback {
            method: &Method::POST,
            url: "",
            headers: &headers,
            body,
            now,
            certificate: None,
            default_region: "",
        })
    };
    assert_eq!(hear("s3cret").unwrap().told[0].reason, "custom_failed");
    assert_eq!(hear("guess"), Err(Refusal::Forged));
}
