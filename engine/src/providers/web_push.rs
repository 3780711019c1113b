//! Web Push to browsers (RFC 8030 with RFC 8188, 8291 and 8292): each subscription names the push service of its browser,
//! so that one configuration sends to many servers.

pub mod encryption;
pub mod vapid;

use domain::content::{ClickAction, RenderedPush};
use domain::{Fault, Faults};
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderName, Method, Uri};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use self::encryption::{AUTH_BYTES, OVERHEAD_BYTES, PUBLIC_KEY_BYTES, Subscriber, encrypt};
use self::vapid::Vapid;
pub use self::vapid::generate_keys;
use super::jwt::{base64url, read_base64url};
use super::notification::{KEPT_FOR, PAYLOAD_MAX_BYTES, check_size, filled, is_silent, is_urgent, push_for};
use super::{
    Context, Meaning, Outgoing, Provider, Reading, Request, Response, Settings, one_line, read_status, web_address,
};

/// A sender to browsers.
pub struct WebPush {
    vapid: Vapid,
}

impl WebPush {
    /// Fields: `publicKey`, `privateKey` (a secret) and `subject`; see [`Vapid::new`].
    pub fn new(settings: &Settings) -> Result<Self, Faults> {
        Vapid::new(settings).map(|vapid| Self { vapid })
    }
}

/// What `PushSubscription.toJSON()` gives in a browser (W3C Push API §8).
#[derive(Debug, PartialEq, Eq)]
struct Subscription {
    endpoint: Uri,
    subscriber: Subscriber,
}

impl Subscription {
    /// Plain `http` leads no further than this machine, where tests have their push service.
    fn read(json: &str) -> Result<Self, Fault> {
        let fault = |text: &str| Fault::new("token", "bad_subscription", text);
        let value: Value = serde_json::from_str(json).map_err(|_| fault("The subscription is not JSON."))?;
        let endpoint = value["endpoint"].as_str().and_then(web_address::read);
        let endpoint = endpoint
            .filter(|uri| uri.scheme_str() == Some("https") || web_address::is_loopback(uri))
            .ok_or_else(|| fault("The subscription has no endpoint that is an https address."))?;
        let key = |name: &str| value["keys"][name].as_str().and_then(read_base64url);
        let public: Option<[u8; PUBLIC_KEY_BYTES]> = key("p256dh").and_then(|bytes| bytes.try_into().ok());
        let auth: Option<[u8; AUTH_BYTES]> = key("auth").and_then(|bytes| bytes.try_into().ok());
        match (public, auth) {
            (Some(public), Some(auth)) => Ok(Self { endpoint, subscriber: Subscriber { public, auth } }),
            _ => Err(fault("The subscription lacks its keys p256dh and auth, or they are none.")),
        }
    }
}

/// Could anything be sent to this subscription? What a browser never gave is told at `token`.
pub(crate) fn check_subscription(json: &str) -> Result<(), Fault> {
    encrypt(&Subscription::read(json)?.subscriber, b"").map(drop)
}

impl Provider for WebPush {
    fn request(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Result<Request, Fault> {
        let push = push_for(outgoing, &["web"])?;
        let Subscription { endpoint, subscriber } = Subscription::read(push.token)?;
        let payload = payload(push.content).to_string().into_bytes();
        check_size(payload.len(), PAYLOAD_MAX_BYTES - OVERHEAD_BYTES)?;
        let body = encrypt(&subscriber, &payload)?;
        let authorization = self.vapid.authorization(&web_address::origin(&endpoint), context.now)?;
        let urgency = if is_urgent(push.content) { "high" } else { "normal" };
        let mut headers = vec![
            (AUTHORIZATION, authorization),
            (CONTENT_TYPE, "application/octet-stream".into()),
            (CONTENT_ENCODING, "aes128gcm".into()),
            (HeaderName::from_static("ttl"), KEPT_FOR.as_secs().to_string()),
            (HeaderName::from_static("urgency"), urgency.into()),
        ];
        if !push.content.collapse_key.is_empty() {
            headers.push((HeaderName::from_static("topic"), topic(&push.content.collapse_key)));
        }
        Ok(Request { method: Method::POST, url: endpoint.to_string(), headers, body })
    }

    /// RFC 8030 §5 and §7.3. What one push service says holds for its own subscriptions alone, and anyone may name a server
    /// of theirs in a subscription: no answer stops the whole configuration. 403 is a subscription made with another key.
    fn read(&self, response: &Response) -> Reading {
        let Reading { meaning, words, .. } = read_status(response);
        let meaning = match (response.status, meaning) {
            (200..=299, _) => Meaning::Accepted { provider_id: response.header("location").map(one_line) },
            (404 | 410, _) => Meaning::BadAddress,
            (403, _) => Meaning::Rejected,
            (_, Meaning::Busy { .. } | Meaning::Misconfigured) => Meaning::Retry,
            (_, meaning) => meaning,
        };
        match meaning {
            Meaning::Accepted { .. } => Reading { meaning, reason: String::new(), words: String::new() },
            meaning => Reading { meaning, reason: format!("web_push_{}", response.status), words },
        }
    }
}

/// What the service worker of the site gets. A silent push has nothing but `data`.
fn payload(content: &RenderedPush) -> Value {
    let mut payload = if is_silent(content) {
        filled(&[])
    } else {
        let goes_somewhere = content.click_action != ClickAction::OpenApp;
        filled(&[
            ("title", &content.title),
            ("body", &content.body),
            ("image", &content.image_url),
            ("clickAction", content.click_action.as_str()),
            ("url", if goes_somewhere { &content.click_url } else { "" }),
            ("sound", &content.sound),
            ("tag", &content.collapse_key),
        ])
    };
    if let (false, Some(badge)) = (is_silent(content), content.badge) {
        payload.insert("badge".into(), badge.into());
    }
    if is_silent(content) || !content.data.is_empty() {
        payload.insert("data".into(), json!(content.data));
    }
    payload.into()
}

/// At most 32 characters of base64url (RFC 8030 §5.4): the key itself, or the start of its hash.
fn topic(key: &str) -> String {
    let is_topic = key.len() <= 32 && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_topic { key.to_owned() } else { base64url(&Sha256::digest(key)[..24]) }
}

#[cfg(test)]
mod tests;
