//! Signatures were made with `twilio.request_validator.RequestValidator` of `PyPI` `twilio` 9.13.0 (`compute_signature`) over the
//! very addresses and fields below, with the token and shared key of [`twilio`].

use super::*;
use crate::providers::mobile::samples::{
    CALLBACK_URL, MESSAGE, NOW, RCS_REFERENCE, answer, carousel, context, headers, location, mms, post, rcs_card,
    rcs_context, rcs_media, rcs_text, settings, sms, suggestion, to_minsu,
};
use crate::providers::{About, Meaning};

const FIELDS: [(&str, &str); 4] = [
    ("accountSid", "AC0123456789abcdef0123456789abcdef"),
    ("authToken", "token-of-the-account"),
    ("sharedKeyId", "key-1"),
    ("sharedKey", "secret-of-the-shared-key"),
];
const STATUS: &str = "MessageSid=SM0123456789abcdef0123456789abcdef&MessageStatus=undelivered&ErrorCode=30005&To=%2B821012345678\
    &From=%2B15005550006&AccountSid=AC0123456789abcdef0123456789abcdef&NewField=%C3%A9+%26%3D%2B";
const STATUS_URL: &str = "https://hermod.example/callbacks/tw?message=msg_01k0a1b2c3d4e5f6g7h8j9kmnp";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=UTF-8");

fn twilio(more: &[(&str, &str)]) -> Twilio {
    Twilio::new(&settings(&[FIELDS.as_slice(), more].concat())).ok().unwrap()
}

/// Hears a form with a signature, and further headers.
fn hear(url: &str, body: &str, signature: &str, more: &[(&str, &str)]) -> Result<Heard, Refusal> {
    let headers = headers(&[&[FORM, ("x-twilio-signature", signature)], more].concat());
    twilio(&[]).hear(&post(url, &headers, body))
}

#[test]
fn a_text_message_is_posted_as_a_form_with_our_reference_in_the_callback_address() {
    let content = sms();
    let request = twilio(&[]).request(to_minsu("+15005550006", &content), context()).unwrap();
    assert_eq!(request.method, Method::POST);
    assert_eq!(
        request.url,
        "https://api.twilio.com/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json"
    );
    let authorization = "Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjp0b2tlbi1vZi10aGUtYWNjb3VudA==".to_owned();
    let form = "application/x-www-form-urlencoded".to_owned();
    assert_eq!(request.headers, [(AUTHORIZATION, authorization), (CONTENT_TYPE, form)]);
    assert_eq!(
        String::from_utf8(request.body).unwrap(),
        "To=%2B821012345678&From=%2B15005550006&Body=%EC%95%88%EB%85%95+%26+hi&StatusCallback=https%3A%2F%2Fhermod.example\
         %2Fcallbacks%2Fc1%3Fmessage%3Dmsg_01k0a1b2c3d4e5f6g7h8j9kmnp"
    );
}

#[test]
fn a_picture_goes_through_the_messaging_service_of_a_server_with_a_path() {
    let service = twilio(&[("messagingServiceSid", "MG1"), ("baseUrl", "http://127.0.0.1:8190/twilio/")]);
    let content = mms();
    let context = Context { callback_url: None, ..context() };
    let request = service.request(to_minsu("", &content), context).unwrap();
    assert!(request.url.starts_with("http://127.0.0.1:8190/twilio/2010-04-01/Accounts/AC"));
    assert_eq!(
        String::from_utf8(request.body).unwrap(),
        "To=%2B821012345678&MessagingServiceSid=MG1&Body=News%0ALook&MediaUrl=https%3A%2F%2Fcdn.example%2Fa.PNG%3Fv%3D1"
    );
}

#[test]
fn a_message_without_any_sender_is_a_fault() {
    let content = sms();
    assert_eq!(twilio(&[]).request(to_minsu("", &content), context()).unwrap_err().path, "from");
}

#[test]
fn all_faults_of_the_settings_are_told_at_once() {
    let given = settings(&[("accountSid", "AC/../1"), ("sharedKeyId", "k"), ("baseUrl", "ftp://x")]);
    let faults = Twilio::new(&given).err().unwrap();
    let paths: Vec<_> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["baseUrl", "accountSid", "authToken", "sharedKey"]);
}

#[test]
fn the_account_is_asked_for_to_verify_the_settings() {
    let request = twilio(&[]).verify(context()).unwrap().unwrap();
    assert_eq!(request.method, Method::GET);
    assert!(request.url.ends_with("/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef.json"));
}

#[test]
fn an_accepted_message_has_twilios_id() {
    let reading = twilio(&[]).read(&answer(201, r#"{"sid":"SM1","status":"queued","num_segments":"1"}"#));
    assert_eq!(reading.meaning, Meaning::Accepted { provider_id: Some("SM1".into()) });
}

#[test]
fn error_codes_say_what_to_do() {
    let wanted = [
        (401, "20003", Meaning::Misconfigured),
        (400, "21211", Meaning::BadAddress),
        (400, "21610", Meaning::BadAddress),
        (400, "21408", Meaning::Rejected),
        (400, "21606", Meaning::Misconfigured),
        (429, "20429", Meaning::Busy { retry_after: None }),
        (400, "30008", Meaning::Retry),
        (400, "99999", Meaning::Rejected),
        (503, "99999", Meaning::Busy { retry_after: None }),
    ];
    for (status, code, meaning) in wanted {
        let reading = twilio(&[]).read(&answer(status, &format!(r#"{{"code":{code},"message":"Why\nso"}}"#)));
        assert_eq!((reading.meaning, reading.reason), (meaning, format!("twilio_{code}")));
        assert_eq!(reading.words, "Why so");
    }
    let reading = twilio(&[]).read(&answer(500, "<html>"));
    assert_eq!((reading.meaning, reading.reason.as_str()), (Meaning::Retry, "http_500"));
}

#[test]
fn a_receipt_of_an_unknown_number_is_a_bounce_for_good() {
    let heard = hear(STATUS_URL, STATUS, "r3UJMvO/+QdpKyDpCbEu0bmiIHQ=", &[]).unwrap();
    let told = &heard.told[0];
    assert_eq!(told.about, About::Message(MESSAGE.into()));
    assert_eq!(told.kind, ToldKind::Bounced { is_permanent: true });
    assert_eq!((told.at, told.reason.as_str()), (NOW, "twilio_30005"));
    assert_eq!(told.key, "twilio:SM0123456789abcdef0123456789abcdef:undelivered");
    assert_eq!(told.raw["NewField"], "é &=+");
    assert_eq!((heard.told.len(), heard.inbound.len()), (1, 0));
}

#[test]
fn the_signature_is_good_with_and_without_the_default_port_and_in_any_order_of_fields() {
    let with_port = STATUS_URL.replace(".example/", ".example:443/");
    let mut reordered: Vec<_> = STATUS.split('&').collect();
    reordered.reverse();
    let reordered = reordered.join("&");
    for signature in ["r3UJMvO/+QdpKyDpCbEu0bmiIHQ=", "XrTInHK8+FCOndMM4iOXxxcmaFk="] {
        assert!(hear(STATUS_URL, &reordered, signature, &[]).is_ok());
        assert!(hear(&with_port, STATUS, signature, &[]).is_ok());
    }
}

#[test]
fn a_callback_signed_with_the_shared_key_is_taken_and_with_another_key_it_is_not() {
    let signature = "vLsSejAjq+m5Qs/EvZgW2sLng50VH+F+uZ/noeELwgw=";
    let signed_with = |scheme: &str| {
        hear(STATUS_URL, STATUS, signature, &[("x-twilio-webhooks-signature-settings", scheme)])
            .map(|heard| heard.told.len())
    };
    assert_eq!(signed_with("key=key-1,algorithm=HMAC_SHA256"), Ok(1));
    for scheme in ["key=key-2,algorithm=HMAC_SHA256", "key=key-1", "key=key-1,algorithm=NONE", ""] {
        assert_eq!(signed_with(scheme), Err(Refusal::Forged));
    }
}

#[test]
fn a_forged_callback_is_refused() {
    let good = "r3UJMvO/+QdpKyDpCbEu0bmiIHQ=";
    let other_message = STATUS_URL.replace("msg_0", "msg_1");
    assert_eq!(hear(&other_message, STATUS, good, &[]), Err(Refusal::Forged));
    assert_eq!(hear(STATUS_URL, &STATUS.replace("30005", "30006"), good, &[]), Err(Refusal::Forged));
    assert_eq!(hear(STATUS_URL, STATUS, "", &[]), Err(Refusal::Forged));
    assert_eq!(hear(STATUS_URL, STATUS, "not base64", &[]), Err(Refusal::Forged));
}

#[test]
fn the_same_receipt_told_again_has_the_same_key() {
    let tell = || hear(STATUS_URL, STATUS, "r3UJMvO/+QdpKyDpCbEu0bmiIHQ=", &[]).unwrap().told[0].key.clone();
    assert_eq!(tell(), tell());
}

#[test]
fn a_json_callback_is_proven_by_the_digest_in_its_address() {
    let url = "https://hermod.example/callbacks/tw?bodySHA256=a2f31e3b64c29cfdf3d8e972ffc93b8252d8100c7d36fca0ba32df06fe1180a3";
    let body = r#"{"MessageSid":"SM12","MessageStatus":"delivered"}"#;
    let headers =
        headers(&[("content-type", "application/json"), ("x-twilio-signature", "DJUSxjEUBNNU4noPjJDssYAxOe8=")]);
    let told = twilio(&[]).hear(&post(url, &headers, body)).unwrap().told;
    assert_eq!((told[0].kind, &told[0].about), (ToldKind::Delivered, &About::ProviderId("SM12".into())));
    let changed = body.replace("delivered", "failed");
    assert_eq!(twilio(&[]).hear(&post(url, &headers, &changed)), Err(Refusal::Forged));
    assert_eq!(twilio(&[]).hear(&post(CALLBACK_URL, &headers, body)), Err(Refusal::Forged));
}

#[test]
fn a_person_answers_stop() {
    let url = "https://hermod.example/callbacks/tw";
    let body = "MessageSid=SM11&Body=STOP&From=%2B821012345678&To=%2B15005550006&NumMedia=0&SmsStatus=received";
    let heard = hear(url, body, "mrdJjefvE7vkd62/l+Wptv/5EXw=", &[]).unwrap();
    let inbound = &heard.inbound[0];
    assert_eq!((inbound.from.as_str(), inbound.to.as_str()), ("+821012345678", "+15005550006"));
    assert_eq!((inbound.text.as_str(), inbound.key.as_str()), ("STOP", "twilio:SM11"));
    assert!(heard.told.is_empty());
}

#[test]
fn states_inside_twilio_tell_nothing_and_reading_is_an_opening() {
    assert_eq!(["queued", "sending", "newer"].map(|status| kind(status, "")), [None; 3]);
    assert_eq!(kind("read", ""), Some(ToldKind::Opened));
    assert_eq!(kind("failed", "30007"), Some(ToldKind::Failed));
    assert_eq!(kind("undelivered", "30003"), Some(ToldKind::Bounced { is_permanent: false }));
}

#[test]
fn an_address_is_tried_with_and_without_its_port_whatever_else_it_holds() {
    let other = |url: &str| urls(url)[1].clone();
    assert_eq!(other("https://h.example/a:b?c=d:1"), "https://h.example:443/a:b?c=d:1");
    assert_eq!(other("http://h.example?c"), "http://h.example:80?c");
    assert_eq!(other("https://user:word@[::1]:8443/a"), "https://user:word@[::1]/a");
    assert_eq!(other("https://user:word@h.example/a"), "https://user:word@h.example:443/a");
}

#[test]
fn an_rcs_message_goes_past_the_messaging_service_and_its_own_fallback() {
    let provider = twilio(&[("messagingServiceSid", "MG1"), ("rcsSender", "rcs:shop_agent")]);
    let form = |content: &domain::content::RenderedMobile| {
        let request = provider.request(to_minsu("+15005550006", content), rcs_context()).unwrap();
        serde_urlencoded::from_bytes::<Vec<(String, String)>>(&request.body).unwrap()
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let callback = format!("{CALLBACK_URL}?message={RCS_REFERENCE}");
    let sent = [
        pair("To", "rcs:+821012345678"),
        pair("From", "rcs:shop_agent"),
        pair("Body", "안녕 & hi"),
        pair("ValidityPeriod", "600"),
        pair("StatusCallback", &callback),
    ];
    assert_eq!(form(&rcs_text()), sent);
    assert!(form(&rcs_media()).contains(&pair("MediaUrl", "https://cdn.example/a.png")));
}

#[test]
fn what_needs_a_registered_template_or_a_sender_is_refused_before_anybody_is_asked() {
    let code = |more: &[(&str, &str)], content: &domain::content::RenderedMobile| {
        twilio(more).request(to_minsu("+15005550006", content), rcs_context()).unwrap_err().code
    };
    let mut with_reply = rcs_text();
    let reply = suggestion(domain::rcs::SuggestionKind::Reply, "No", "");
    with_reply.rcs.as_mut().unwrap().suggestions.push(reply);
    for content in [carousel(), rcs_card(), location(), with_reply] {
        assert_eq!(code(&[("rcsSender", "shop")], &content), "rcs_not_this_kind");
    }
    assert_eq!(code(&[], &rcs_text()), "rcs_no_sender");
}
