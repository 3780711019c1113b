//! Apple Push Notification service with a provider token (Apple's "Sending notification requests to APNs", "Establishing a
//! token-based connection to APNs" and "Handling notification responses from APNs"). APNs speaks HTTP/2 only.

mod activity;

use std::time::Duration;

use domain::content::RenderedPush;
use domain::{Fault, Faults};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, Method};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::jwt::{Es256, Signed};
use super::notification::{
    KEPT_FOR, PAYLOAD_MAX_BYTES, apns_headers, app_data, aps, check_size, filled, is_silent, push_for, reason,
};
use super::proof::hex;
use super::{Context, Meaning, Outgoing, Provider, Reading, Request, Response, Settings, read_status, web_address};

/// Apple refuses tokens older than an hour, and whoever makes more than one in twenty minutes.
const TOKEN_GOOD_FOR: Duration = Duration::from_mins(40);

/// Longest device token, in hex digits. Apple's have 64 today and may grow.
const DEVICE_TOKEN_MAX: usize = 200;

/// An app and the key of the team that may push to it.
pub struct Apns {
    team_id: String,
    key_id: String,
    key: Es256,
    topic: String,
    /// `None`: Apple's, by platform.
    base_url: Option<String>,
    tokens: Signed,
}

impl Apns {
    /// Fields: `teamId`, `keyId`, `privateKey` (the .p8 file, a secret), `topic` (the bundle id) and `baseUrl`.
    pub fn new(settings: &Settings) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let team_id = faults.take("", identifier(settings, "teamId"));
        let key_id = faults.take("", identifier(settings, "keyId"));
        let key = match settings.required("privateKey") {
            Ok(pem) => faults.take("privateKey", Es256::from_pem(pem)),
            Err(fault) => faults.take("", Err(fault)),
        };
        let topic = faults.take("", topic(settings));
        let base_url = match settings.get("baseUrl") {
            "" => Some(None),
            _ => faults.take("", web_address::base_url(settings, "").map(Some)),
        };
        match (team_id, key_id, key, topic, base_url) {
            (Some(team_id), Some(key_id), Some(key), Some(topic), Some(base_url)) => {
                Ok(Self { team_id, key_id, key, topic, base_url, tokens: Signed::new(TOKEN_GOOD_FOR) })
            }
            _ => Err(faults),
        }
    }

    fn address(&self, platform: &str, path: &str) -> String {
        let base = match (&self.base_url, platform) {
            (Some(given), _) => given,
            (None, "apnsSandbox") => "https://api.sandbox.push.apple.com",
            (None, _) => "https://api.push.apple.com",
        };
        format!("{base}/{path}")
    }

    fn topic_of(&self, content: &RenderedPush) -> String {
        let topic = &self.topic;
        if content.activity.is_some() { format!("{topic}.push-type.liveactivity") } else { topic.clone() }
    }
}

fn is_device_token(token: &str) -> bool {
    token.len() <= DEVICE_TOKEN_MAX && token.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Ids of Apple are ten capital letters and digits.
fn identifier(settings: &Settings, name: &str) -> Result<String, Fault> {
    let id = settings.required(name)?;
    if id.len() == 10 && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
        return Ok(id.to_owned());
    }
    Err(Fault::new(name, "bad_identifier", "Give the ten capital letters and digits that Apple shows."))
}

fn topic(settings: &Settings) -> Result<String, Fault> {
    let topic = settings.required("topic")?;
    if topic.len() <= 255 && topic.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte)) {
        return Ok(topic.to_owned());
    }
    Err(Fault::new("topic", "bad_topic", "Give the bundle id of the app, such as com.example.shop."))
}

impl Provider for Apns {
    fn request(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Result<Request, Fault> {
        let push = push_for(outgoing, &["apns", "apnsSandbox"])?;
        let device = push.token.trim();
        let channel = activity::broadcast_channel(device, push.content.activity.as_deref())?;
        if channel.is_none() && !is_device_token(device) {
            return Err(Fault::new("token", "bad_token", "A device token of Apple is made of hexadecimal digits."));
        }
        let body = payload(push.content, context)?;
        let jwt = self.tokens.token("", context.now, || {
            let claims = json!({ "iss": self.team_id, "iat": context.now.as_millis() / 1_000 });
            self.key.sign(&json!({ "alg": "ES256", "kid": self.key_id }), &claims)
        })?;
        let mut headers = vec![(AUTHORIZATION, format!("bearer {jwt}")), (CONTENT_TYPE, "application/json".into())];
        let id = notification_id(context.message_id);
        let (path, more) = match channel {
            // What a channel does not keep may not expire later: Apple refuses that.
            Some(channel) => (
                format!("4/broadcasts/apps/{}", self.topic),
                [vec![("apns-request-id", id), ("apns-channel-id", channel.to_owned())], apns_headers(push.content, 0)],
            ),
            None => (
                format!("3/device/{device}"),
                [
                    vec![("apns-topic", self.topic_of(push.content)), ("apns-id", id)],
                    apns_headers(push.content, context.now.plus(KEPT_FOR).as_millis() / 1_000),
                ],
            ),
        };
        headers.extend(more.into_iter().flatten().map(|(name, value)| (HeaderName::from_static(name), value)));
        Ok(Request { method: Method::POST, url: self.address(push.platform, &path), headers, body })
    }

    fn read(&self, response: &Response) -> Reading {
        if response.status == 200 {
            let provider_id = response.header("apns-id").map(super::one_line);
            return Reading { meaning: Meaning::Accepted { provider_id }, reason: String::new(), words: String::new() };
        }
        let answer = response.json();
        let word = answer["reason"].as_str().unwrap_or_default();
        let words = match unregistered_at(response) {
            Some(millis) => format!("{} timestamp={millis}", super::one_line(word)),
            None if word.is_empty() => read_status(response).words,
            None => super::one_line(word),
        };
        Reading { meaning: meaning(word, response), reason: reason("apns", word, response.status), words }
    }
}

/// When Apple last knew the device token to be dead, in milliseconds since 1970. Whoever registered again after that has a
/// token that is good.
pub fn unregistered_at(response: &Response) -> Option<i64> {
    if response.status == 410 { response.json()["timestamp"].as_i64() } else { None }
}

/// Apple's table of reasons. A token of another app is not given up: the mistake may as well be in the topic.
fn meaning(word: &str, response: &Response) -> Meaning {
    match (response.status, word) {
        (410, _) | (400, "BadDeviceToken") => Meaning::BadAddress,
        (400, "BadTopic" | "MissingTopic" | "TopicDisallowed") => Meaning::Misconfigured,
        // An expired token is here too: ours are young, so it is a clock that is wrong.
        (401 | 403, _) => Meaning::Misconfigured,
        // Nothing of Apple's is at this address.
        (404 | 405, _) => Meaning::Misconfigured,
        // Only this device gets too much.
        (429, "TooManyRequests") => Meaning::Retry,
        // The server closes this connection; the next one takes the message.
        (503, "Shutdown") => Meaning::Retry,
        _ => read_status(response).meaning,
    }
}

/// `aps`, and beside it what the app is told.
fn payload(content: &RenderedPush, context: Context<'_>) -> Result<Vec<u8>, Fault> {
    if let Some(activity) = &content.activity {
        let body = activity::payload(content, activity, context).to_string().into_bytes();
        return check_size(body.len(), PAYLOAD_MAX_BYTES).map(|()| body);
    }
    let data = app_data(content);
    if data.contains_key("aps") {
        let text = "“aps” is a name that Apple keeps for itself. Give this value another name.";
        return Err(Fault::new("content.data.aps", "reserved_name", text));
    }
    let mut payload: Map<String, Value> = Map::new();
    if !is_silent(content) {
        payload.extend(filled(&[("imageUrl", &content.image_url)]));
    }
    payload.extend(data.into_iter().map(|(name, value)| (name, value.into())));
    payload.insert("aps".into(), aps(content));
    let body = Value::from(payload).to_string().into_bytes();
    check_size(body.len(), PAYLOAD_MAX_BYTES)?;
    Ok(body)
}

/// A UUID (RFC 9562 §5.8, version 8) that is the same each time the message is tried.
fn notification_id(message_id: &str) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(message_id)[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = hex(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests;
