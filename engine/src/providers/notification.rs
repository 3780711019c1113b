//! What the push services have in common: which messages they take, how large, and the parts that are the same everywhere.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::Fault;
use domain::channel_configuration::RETRY_MINUTES_MAX;
use domain::content::{ClickAction, PushKind, RenderedPush};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::proof::hex;
use super::{Outgoing, PushOut};

/// Largest payload that FCM, APNs and every web push service take, in bytes.
pub const PAYLOAD_MAX_BYTES: usize = 4_096;

/// How long a service keeps a notification for a device that is switched off: as long as we would have gone on trying.
pub const KEPT_FOR: Duration = Duration::from_secs(RETRY_MINUTES_MAX as u64 * 60);

/// The push notification, when it is one and for one of these platforms.
pub fn push_for<'a>(outgoing: Outgoing<'a>, platforms: &[&str]) -> Result<PushOut<'a>, Fault> {
    let Outgoing::Push(push) = outgoing else {
        return Err(Fault::new("", "wrong_channel", "This configuration sends push notifications only."));
    };
    if !platforms.contains(&push.platform) {
        let text = format!("This configuration sends to {} only.", platforms.join(" and "));
        return Err(Fault::new("platform", "wrong_platform", text));
    }
    if push.content.kind == PushKind::LiveActivity && !platforms.contains(&"apns") {
        let text = "Live activities are Apple's: only a configuration of APNs sends them.";
        return Err(Fault::new("content.kind", "no_live_activity", text));
    }
    if push.token.trim().is_empty() {
        return Err(Fault::new("token", "required", "The device has no token."));
    }
    Ok(push)
}

/// Fault `payload_too_large` above `max` bytes.
pub fn check_size(bytes: usize, max: usize) -> Result<(), Fault> {
    if bytes <= max {
        return Ok(());
    }
    let text = format!("The notification has {bytes} bytes; at most {max} can be sent. Shorten its text or its data.");
    Err(Fault::new("content", "payload_too_large", text))
}

/// Silent: data for the app, and nothing that a person would see.
pub fn is_silent(content: &RenderedPush) -> bool {
    content.kind == PushKind::Silent
}

/// These texts as members of an object, without those that are empty.
pub fn filled(texts: &[(&str, &str)]) -> Map<String, Value> {
    let filled = texts.iter().filter(|(_, text)| !text.is_empty());
    filled.map(|(name, text)| ((*name).to_owned(), json!(text))).collect()
}

/// What the app is told: the author's data and, of a notification, what touching it does. The author's own `clickUrl` or
/// `clickAction` stays as it is.
pub fn app_data(content: &RenderedPush) -> BTreeMap<String, String> {
    let mut data = content.data.clone();
    if !is_silent(content) {
        data.entry("clickAction".into()).or_insert_with(|| content.click_action.to_string());
        if content.click_action != ClickAction::OpenApp && !content.click_url.is_empty() {
            data.entry("clickUrl".into()).or_insert_with(|| content.click_url.clone());
        }
    }
    data
}

/// The dictionary `aps` of Apple's payload (User Notifications, "Generating a remote notification"). A picture is fetched by
/// the app's service extension, which is asked to do so by `mutable-content`.
pub fn aps(content: &RenderedPush) -> Value {
    if is_silent(content) {
        return json!({ "content-available": 1 });
    }
    let mut aps = filled(&[("sound", &content.sound), ("thread-id", &content.ios_thread)]);
    aps.insert("alert".into(), filled(&[("title", &content.title), ("body", &content.body)]).into());
    if let Some(badge) = content.badge {
        aps.insert("badge".into(), badge.into());
    }
    if !content.image_url.is_empty() {
        aps.insert("mutable-content".into(), 1.into());
    }
    aps.into()
}

/// Headers of APNs, also behind FCM: what kind it is, how urgent, until when it is kept (seconds since 1970), and what it
/// replaces. A silent push may not be urgent.
pub fn apns_headers(content: &RenderedPush, expires_at: i64) -> Vec<(&'static str, String)> {
    let (push_type, priority) = match content.kind {
        PushKind::Silent => ("background", "5"),
        PushKind::LiveActivity if is_urgent(content) => ("liveactivity", "10"),
        PushKind::LiveActivity => ("liveactivity", "5"),
        PushKind::Message if is_urgent(content) => ("alert", "10"),
        PushKind::Message => ("alert", "5"),
    };
    let mut headers = vec![
        ("apns-push-type", push_type.to_owned()),
        ("apns-priority", priority.to_owned()),
        ("apns-expiration", expires_at.to_string()),
    ];
    if !content.collapse_key.is_empty() && content.kind != PushKind::LiveActivity {
        headers.push(("apns-collapse-id", collapse_id(&content.collapse_key)));
    }
    headers
}

/// Should a device be woken for it?
pub fn is_urgent(content: &RenderedPush) -> bool {
    content.priority == domain::content::PushPriority::High
}

/// The key itself where it fits into the header (64 bytes of visible ASCII), otherwise its SHA-256 in hex.
fn collapse_id(key: &str) -> String {
    if key.len() <= 64 && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return key.to_owned();
    }
    hex(&Sha256::digest(key))
}

/// A stable code from a provider's word such as `UNREGISTERED` or `BadTopic`; `http_…` when there is no sensible word.
pub fn reason(provider: &str, word: &str, status: u16) -> String {
    let is_word = !word.is_empty() && word.len() <= 60 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !is_word {
        return format!("http_{status}");
    }
    let mut code = format!("{provider}_");
    let mut was_lower = false;
    for letter in word.chars() {
        if letter.is_ascii_uppercase() && was_lower {
            code.push('_');
        }
        was_lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        code.push(letter.to_ascii_lowercase());
    }
    code
}

#[cfg(test)]
pub(super) mod tests {
    use domain::Timestamp;
    use domain::content::PushPriority;

    use super::*;
    use crate::providers::{Context, Response, Settings};

    pub const NOW: Timestamp = Timestamp::from_millis(1_796_115_600_007);

    /// A notification that uses every field.
    pub fn sale() -> RenderedPush {
        RenderedPush {
            kind: PushKind::Message,
            title: "세일".into(),
            body: "50 % off".into(),
            click_action: ClickAction::WebUrl,
            click_url: "https://shop.example/sale".into(),
            image_url: "https://shop.example/sale.png".into(),
            badge: Some(3),
            sound: "bell".into(),
            collapse_key: "sale-2026".into(),
            priority: PushPriority::High,
            ios_thread: "offers".into(),
            android_channel: "offers".into(),
            data: [("orderId".to_owned(), "A-1".to_owned())].into(),
            activity: None,
        }
    }

    /// The same as a silent push.
    pub fn silent() -> RenderedPush {
        RenderedPush { kind: PushKind::Silent, ..sale() }
    }

    pub fn to<'a>(platform: &'a str, token: &'a str, content: &'a RenderedPush) -> Outgoing<'a> {
        Outgoing::Push(PushOut { token, platform, content })
    }

    pub const fn context(token: Option<&str>) -> Context<'_> {
        Context { message_id: "msg_01k5abcdefghjkmnpqrstvwxyz", callback_url: None, token, now: NOW }
    }

    pub fn settings(pairs: &[(&str, &str)]) -> Settings {
        Settings(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    pub fn response(status: u16, headers: &[(&'static str, &str)], body: &Value) -> Response {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Response { status, headers: headers.collect(), body: body.to_string().into_bytes() }
    }

    /// The value of a header, as text.
    pub fn header<'a>(request: &'a crate::providers::Request, name: &str) -> Option<&'a str> {
        request.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    #[test]
    fn a_key_that_does_not_fit_into_a_header_is_replaced_by_its_hash() {
        assert_eq!(collapse_id("sale-2026"), "sale-2026");
        for key in ["a b", "세일", "a\r\nx: y", &"a".repeat(65)] {
            let id = collapse_id(key);
            assert!(id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}: {id}");
        }
    }

    #[test]
    fn a_reason_is_a_stable_code_whatever_the_provider_says() {
        assert_eq!(reason("fcm", "SENDER_ID_MISMATCH", 403), "fcm_sender_id_mismatch");
        assert_eq!(reason("apns", "BadDeviceToken", 400), "apns_bad_device_token");
        for word in ["", "<b>", "a b", &"A".repeat(61)] {
            assert_eq!(reason("fcm", word, 500), "http_500", "{word}");
        }
    }

    #[test]
    fn data_of_the_author_is_never_written_over() {
        let mut content = sale();
        content.data.insert("clickUrl".into(), "own".into());
        assert_eq!(app_data(&content)["clickUrl"], "own");
        assert_eq!(app_data(&content)["clickAction"], "web_url");
        assert_eq!(app_data(&silent()), silent().data);
    }
}
