use super::super::jwt::tests::{RSA_PEM, opened};
use super::super::notification::tests::{NOW, context, header, response, sale, settings, silent, to};
use super::*;

fn account() -> Value {
    json!({
        "type": "service_account", "project_id": "shop-1", "private_key_id": "k1", "private_key": RSA_PEM,
        "client_email": "push@shop-1.iam.gserviceaccount.com", "token_uri": "https://oauth2.googleapis.com/token",
    })
}

fn fcm() -> Fcm {
    Fcm::new(&settings(&[("serviceAccount", &account().to_string())])).ok().unwrap()
}

fn sent(token: &str, content: &RenderedPush) -> Value {
    let request = fcm().request(to("fcm", token, content), context(Some("ya29.a"))).unwrap();
    serde_json::from_slice::<Value>(&request.body).unwrap()["message"].take()
}

#[test]
fn a_token_is_asked_for_with_an_assertion_signed_for_an_hour() {
    let request = fcm().token_request(NOW).unwrap().unwrap();
    assert_eq!(request.url, "https://oauth2.googleapis.com/token");
    assert_eq!(header(&request, "content-type"), Some("application/x-www-form-urlencoded"));
    let form: Vec<(String, String)> = serde_urlencoded::from_bytes(&request.body).unwrap();
    assert_eq!(form[0], ("grant_type".into(), "urn:ietf:params:oauth:grant-type:jwt-bearer".into()));
    let (jwt_header, claims) = opened(form[1].1.rsplit_once('.').unwrap().0);
    assert_eq!(jwt_header, json!({ "alg": "RS256", "typ": "JWT", "kid": "k1" }));
    assert_eq!(claims["aud"], "https://oauth2.googleapis.com/token");
    assert_eq!(claims["scope"], "https://www.googleapis.com/auth/firebase.messaging");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3_600);
}

#[test]
fn a_token_is_given_up_a_little_before_its_end() {
    let answer = |body: Value| fcm().read_token(&response(200, &[], &body));
    let (token, good_for) = answer(json!({ "access_token": "ya29.a", "expires_in": 3600 })).unwrap();
    assert_eq!((token.as_str(), good_for), ("ya29.a", Duration::from_mins(55)));
    assert_eq!(answer(json!({ "access_token": "a", "expires_in": 10 })).unwrap().1, Duration::from_secs(9));
    for body in [json!({ "access_token": "a\r\nHost: b" }), json!({}), json!("a")] {
        assert_eq!(answer(body.clone()).unwrap_err().meaning, Meaning::Misconfigured, "{body}");
    }
}

#[test]
fn a_refused_service_account_is_for_a_person_to_mend_and_an_outage_is_not() {
    let refused = json!({ "error": "invalid_grant", "error_description": "Invalid JWT\nSignature." });
    let reading = fcm().read_token(&response(400, &[], &refused)).unwrap_err();
    assert_eq!(reading.meaning, Meaning::Misconfigured);
    assert_eq!((reading.reason.as_str(), reading.words.as_str()), ("fcm_invalid_grant", "Invalid JWT Signature."));
    assert_eq!(fcm().read_token(&response(500, &[], &json!({}))).unwrap_err().meaning, Meaning::Retry);
    let busy = fcm().read_token(&response(503, &[("retry-after", "7")], &json!({}))).unwrap_err();
    assert_eq!(busy.meaning, Meaning::Busy { retry_after: Some(Duration::from_secs(7)) });
}

#[test]
fn a_notification_reaches_android_ios_and_browsers_with_one_message() {
    let request = fcm().request(to("fcm", "tok", &sale()), context(Some("ya29.a"))).unwrap();
    assert_eq!(request.url, "https://fcm.googleapis.com/v1/projects/shop-1/messages:send");
    assert_eq!(header(&request, "authorization"), Some("Bearer ya29.a"));
    let expected = json!({
        "token": "tok",
        "notification": { "title": "세일", "body": "50 % off", "image": "https://shop.example/sale.png" },
        "data": { "orderId": "A-1", "clickAction": "web_url", "clickUrl": "https://shop.example/sale" },
        "android": {
            "priority": "HIGH", "ttl": "302400s", "collapse_key": "sale-2026",
            "notification": {
                "channel_id": "offers", "image": "https://shop.example/sale.png", "sound": "bell", "tag": "sale-2026",
                "notification_count": 3,
            },
        },
        "apns": {
            "headers": {
                "apns-push-type": "alert", "apns-priority": "10", "apns-expiration": "1796418000",
                "apns-collapse-id": "sale-2026",
            },
            "payload": { "aps": {
                "alert": { "title": "세일", "body": "50 % off" }, "sound": "bell", "badge": 3, "thread-id": "offers",
                "mutable-content": 1,
            } },
            "fcm_options": { "image": "https://shop.example/sale.png" },
        },
        "webpush": { "fcm_options": { "link": "https://shop.example/sale" } },
    });
    assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), json!({ "message": expected }));
}

#[test]
fn a_silent_push_is_data_alone() {
    let message = sent("tok", &silent());
    assert_eq!(message["data"], json!({ "orderId": "A-1" }));
    assert!(message.get("notification").is_none() && message["android"].get("notification").is_none());
    assert_eq!(message["apns"]["payload"], json!({ "aps": { "content-available": 1 } }));
    assert_eq!(message["apns"]["headers"]["apns-priority"], "5");
}

#[test]
fn an_installation_id_is_not_a_token() {
    let message = sent("fid:abc", &sale());
    assert_eq!((message.get("token"), &message["fid"]), (None, &json!("abc")));
}

#[test]
fn only_pages_are_linked_in_browsers() {
    let deep = RenderedPush { click_action: ClickAction::DeepLink, click_url: "shop://sale".into(), ..sale() };
    assert!(sent("tok", &deep).get("webpush").is_none());
    assert_eq!(sent("tok", &deep)["data"]["clickUrl"], "shop://sale");
}

/// What an error with this status and `errorCode` means, and the reason that is kept.
fn read(status: u16, headers: &[(&'static str, &str)], code: &str) -> (Meaning, String) {
    let kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
    let details = json!([{ "@type": "type.googleapis.com/google.rpc.Help" }, { "@type": kind, "errorCode": code }]);
    let error = json!({ "code": status, "message": "no", "status": "STATUS", "details": details });
    let reading = fcm().read(&response(status, headers, &json!({ "error": error })));
    (reading.meaning, reading.reason)
}

#[test]
fn googles_errors_are_told_apart_by_their_code_and_not_by_their_status() {
    let busy = |seconds| Meaning::Busy { retry_after: Some(Duration::from_secs(seconds)) };
    let wait = &[("retry-after", "90")];
    assert_eq!(read(404, &[], "UNREGISTERED"), (Meaning::BadAddress, "fcm_unregistered".into()));
    assert_eq!(read(400, &[], "INVALID_ARGUMENT"), (Meaning::Rejected, "fcm_invalid_argument".into()));
    assert_eq!(read(403, &[], "SENDER_ID_MISMATCH"), (Meaning::Rejected, "fcm_sender_id_mismatch".into()));
    assert_eq!(read(429, &[], "QUOTA_EXCEEDED"), (busy(60), "fcm_quota_exceeded".into()));
    assert_eq!(read(429, wait, "QUOTA_EXCEEDED").0, busy(90));
    assert_eq!(read(503, wait, "UNAVAILABLE"), (busy(90), "fcm_unavailable".into()));
    assert_eq!(read(500, &[], "INTERNAL"), (Meaning::Retry, "fcm_internal".into()));
    assert_eq!(read(401, &[], "THIRD_PARTY_AUTH_ERROR"), (Meaning::Misconfigured, "fcm_third_party_auth_error".into()));
    assert_eq!(read(502, &[], "UNSPECIFIED_ERROR"), (Meaning::Retry, "fcm_unspecified_error".into()));
}

#[test]
fn an_answer_without_a_code_is_read_by_its_status_and_costs_no_token() {
    let read = |status, body: Value| fcm().read(&response(status, &[], &body));
    let expired = read(401, json!({ "error": { "status": "UNAUTHENTICATED", "message": "expired\r\n" } }));
    assert_eq!(expired.meaning, Meaning::TokenExpired);
    assert_eq!((expired.reason.as_str(), expired.words.as_str()), ("fcm_unauthenticated", "expired  "));
    assert_eq!(read(404, json!("<html>")).meaning, Meaning::Misconfigured);
    assert_eq!(read(403, json!({ "error": { "status": "PERMISSION_DENIED" } })).meaning, Meaning::Misconfigured);
    assert_eq!(read(400, json!({ "error": "<b>" })).reason, "http_400");
    let accepted = read(200, json!({ "name": "projects/shop-1/messages/0:1" }));
    assert_eq!(accepted.meaning, Meaning::Accepted { provider_id: Some("projects/shop-1/messages/0:1".into()) });
}

#[test]
fn a_payload_of_4096_bytes_is_sent_and_one_byte_more_is_not() {
    let send = |letters: usize| {
        let content = RenderedPush { data: [("a".to_owned(), "x".repeat(letters))].into(), ..silent() };
        fcm().request(to("fcm", "tok", &content), context(Some("t"))).map(|_| ())
    };
    let frame = r#"{"data":{"a":""}}"#.len();
    assert_eq!(send(4_096 - frame), Ok(()));
    assert_eq!(send(4_097 - frame).unwrap_err().code, "payload_too_large");
}

#[test]
fn names_that_google_keeps_for_itself_are_a_fault_at_the_name() {
    for name in ["from", "google.x", "gcm.notification.e"] {
        let content = RenderedPush { data: [(name.to_owned(), String::new())].into(), ..sale() };
        let fault = fcm().request(to("fcm", "tok", &content), context(Some("t"))).unwrap_err();
        assert_eq!((fault.path, fault.code.as_str()), (format!("content.data.{name}"), "reserved_name"));
    }
}

#[test]
fn a_token_of_another_platform_or_none_is_not_sent() {
    let fault = |platform, token| fcm().request(to(platform, token, &sale()), context(Some("t"))).unwrap_err().code;
    assert_eq!(fault("apns", "ab"), "wrong_platform");
    assert_eq!(fault("fcm", " "), "required");
}

#[test]
fn all_faults_of_the_settings_are_told_at_once() {
    let faults = Fcm::new(&settings(&[("serviceAccount", "{}"), ("baseUrl", "fcm")])).err().unwrap();
    let paths: Vec<&str> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["serviceAccount", "baseUrl"]);
    assert!(faults.0[0].text.contains("project_id, client_email, private_key, token_uri"));
    assert_eq!(Fcm::new(&settings(&[])).err().unwrap().0[0].code, "required");
}

#[test]
fn a_service_account_that_leads_elsewhere_is_not_taken() {
    for (name, value) in [
        ("project_id", "../../x?y="),
        ("token_uri", "file:///etc/passwd"),
        ("token_uri", "a\r\nb"),
        ("private_key", "x"),
    ] {
        let mut file = account();
        file[name] = json!(value);
        let faults = Fcm::new(&settings(&[("serviceAccount", &file.to_string())])).err().unwrap();
        assert_eq!(faults.0[0].path, "serviceAccount", "{name}");
        assert!(!faults.0[0].text.contains("PRIVATE KEY-----\nMII"), "{name}");
    }
}

#[test]
fn settings_are_verified_with_a_message_that_is_checked_and_not_sent() {
    let request = fcm().verify(context(Some("t"))).unwrap().unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap()["validate_only"], json!(true));
}
