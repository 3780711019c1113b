//! Firebase Cloud Messaging, HTTP v1 (Google's reference `projects.messages`, discovery revision 20261023), with an access
//! token for a service account (RFC 7523 §2.1 and Google's "Using OAuth 2.0 for server to server applications").

use std::time::Duration;

use domain::content::{ClickAction, RenderedPush};
use domain::{Fault, Faults, Timestamp};
use http::Method;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Map, Value, json};

use super::jwt::Rs256;
use super::notification::{
    KEPT_FOR, PAYLOAD_MAX_BYTES, apns_headers, app_data, aps, check_size, filled, is_silent, is_urgent, push_for,
    reason,
};
use super::{
    Context, Meaning, Outgoing, Provider, Reading, Request, Response, Settings, one_line, read_status, web_address,
};

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Google asks for at least a minute of patience where it names no time.
const QUOTA_PAUSE: Duration = Duration::from_mins(1);

/// A project of Firebase and the service account that sends for it.
pub struct Fcm {
    base_url: String,
    account: ServiceAccount,
}

/// What is needed of the JSON file of a service account.
struct ServiceAccount {
    project_id: String,
    client_email: String,
    key_id: Option<String>,
    key: Rs256,
    token_uri: String,
}

impl Fcm {
    /// Fields: `serviceAccount` (the JSON file, a secret) and `baseUrl`.
    pub fn new(settings: &Settings) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let account = faults.take("serviceAccount", ServiceAccount::read(settings.get("serviceAccount")));
        let base_url = faults.take("", web_address::base_url(settings, "https://fcm.googleapis.com"));
        match (account, base_url) {
            (Some(account), Some(base_url)) => Ok(Self { base_url, account }),
            _ => Err(faults),
        }
    }

    fn post(&self, context: Context<'_>, body: &Value) -> Result<Request, Fault> {
        let token = context.token.ok_or_else(|| Fault::new("", "no_token", "There is no access token."))?;
        Ok(Request {
            method: Method::POST,
            url: format!("{}/v1/projects/{}/messages:send", self.base_url, self.account.project_id),
            headers: vec![(AUTHORIZATION, format!("Bearer {token}")), (CONTENT_TYPE, "application/json".into())],
            body: body.to_string().into_bytes(),
        })
    }
}

impl ServiceAccount {
    fn read(json: &str) -> Result<Self, Fault> {
        if json.is_empty() {
            return Err(Fault::new("", "required", "This is needed."));
        }
        let fault = |text: &str| Fault::new("", "bad_service_account", text);
        let file: Map<String, Value> =
            serde_json::from_str(json).map_err(|_| fault("This is not the JSON file of a service account."))?;
        let text = |name: &str| file.get(name).and_then(Value::as_str).unwrap_or_default().trim();
        let names = ["project_id", "client_email", "private_key", "token_uri"];
        let missing: Vec<&str> = names.into_iter().filter(|name| text(name).is_empty()).collect();
        if !missing.is_empty() {
            return Err(fault(&format!("The file lacks {}.", missing.join(", "))));
        }
        if !text("project_id").bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b)) {
            return Err(fault("The file has a project_id that is none."));
        }
        if web_address::read(text("token_uri")).is_none() {
            return Err(fault("The file has a token_uri that is no address."));
        }
        Ok(Self {
            key: Rs256::from_pem(text("private_key"))?,
            key_id: Some(text("private_key_id")).filter(|id| !id.is_empty()).map(str::to_owned),
            project_id: text("project_id").to_owned(),
            client_email: text("client_email").to_owned(),
            token_uri: text("token_uri").to_owned(),
        })
    }

    fn assertion(&self, now: Timestamp) -> Result<String, Fault> {
        let mut header = json!({ "alg": "RS256", "typ": "JWT" });
        if let Some(key_id) = &self.key_id {
            header["kid"] = json!(key_id);
        }
        let at = now.as_millis() / 1_000;
        let claims = json!({
            "iss": self.client_email, "scope": SCOPE, "aud": self.token_uri, "iat": at, "exp": at + 3_600,
        });
        self.key.sign(&header, &claims)
    }
}

impl Provider for Fcm {
    fn token_request(&self, now: Timestamp) -> Option<Result<Request, Fault>> {
        let request = |assertion: String| Request {
            method: Method::POST,
            url: self.account.token_uri.clone(),
            headers: vec![(CONTENT_TYPE, "application/x-www-form-urlencoded".into())],
            body: serde_urlencoded::to_string([("grant_type", JWT_BEARER), ("assertion", &assertion)])
                .unwrap_or_default()
                .into_bytes(),
        };
        Some(self.account.assertion(now).map(request))
    }

    /// A tenth of its time, at most five minutes, is left over for requests under way.
    fn read_token(&self, response: &Response) -> Result<(String, Duration), Reading> {
        let answer = response.json();
        let token =
            answer["access_token"].as_str().filter(|t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_graphic()));
        if let (200..=299, Some(token)) = (response.status, token) {
            let seconds = answer["expires_in"].as_u64().unwrap_or(3_600);
            return Ok((token.to_owned(), Duration::from_secs(seconds - (seconds / 10).min(300))));
        }
        let status = read_status(response);
        let meaning = match status.meaning {
            Meaning::Accepted { .. } | Meaning::Rejected => Meaning::Misconfigured,
            meaning => meaning,
        };
        let error = answer["error"].as_str().unwrap_or_default();
        let words = answer["error_description"].as_str().map_or(status.words, one_line);
        // An answer of success without a token is not repeated: a token in an odd place is still a token.
        let words = if response.status < 300 { String::new() } else { words };
        Err(Reading { meaning, reason: reason("fcm", error, response.status), words })
    }

    fn request(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Result<Request, Fault> {
        let push = push_for(outgoing, &["fcm"])?;
        let message = message(push.token.trim(), push.content, context.now)?;
        self.post(context, &json!({ "message": message }))
    }

    fn read(&self, response: &Response) -> Reading {
        let answer = response.json();
        if (200..=299).contains(&response.status) {
            let provider_id = answer["name"].as_str().map(one_line);
            return Reading { meaning: Meaning::Accepted { provider_id }, reason: String::new(), words: String::new() };
        }
        let error = &answer["error"];
        let code = error_code(error);
        let word = code.or(error["status"].as_str()).unwrap_or_default();
        let words = error["message"].as_str().map_or_else(|| read_status(response).words, one_line);
        Reading { meaning: meaning(code, response), reason: reason("fcm", word, response.status), words }
    }

    /// A message to a topic that Google checks and does not send.
    fn verify(&self, context: Context<'_>) -> Option<Result<Request, Fault>> {
        let message = json!({ "topic": "hermod-verify", "data": { "verify": "1" } });
        Some(self.post(context, &json!({ "validate_only": true, "message": message })))
    }
}

/// FCM's own code, more exact than the HTTP status: a token that is gone is `UNREGISTERED` under the status `NOT_FOUND`.
fn error_code(error: &Value) -> Option<&str> {
    error["details"].as_array()?.iter().find_map(|detail| detail["errorCode"].as_str())
}

/// Google's "FCM error codes". An invalid argument may be the token's fault as well as ours: no token is given up for it.
fn meaning(code: Option<&str>, response: &Response) -> Meaning {
    let busy = |pause| Meaning::Busy { retry_after: response.retry_after().or(pause) };
    match (code, response.status) {
        (Some("UNREGISTERED"), _) => Meaning::BadAddress,
        (Some("INVALID_ARGUMENT" | "SENDER_ID_MISMATCH"), _) => Meaning::Rejected,
        (Some("QUOTA_EXCEEDED"), _) => busy(Some(QUOTA_PAUSE)),
        (Some("UNAVAILABLE"), _) => busy(None),
        (Some("INTERNAL"), _) => Meaning::Retry,
        (Some("THIRD_PARTY_AUTH_ERROR"), _) => Meaning::Misconfigured,
        (_, 401) => Meaning::TokenExpired,
        // No such project, or no such path below `baseUrl`.
        (_, 404) => Meaning::Misconfigured,
        (_, 429) => busy(Some(QUOTA_PAUSE)),
        _ => read_status(response).meaning,
    }
}

/// The resource `Message`, for a registration token or, after `fid:`, an installation id.
fn message(token: &str, content: &RenderedPush, now: Timestamp) -> Result<Value, Fault> {
    let data = app_data(content);
    if let Some(name) = data.keys().find(|name| is_reserved(name)) {
        let text = format!("“{name}” is a name that Firebase keeps for itself. Give this value another name.");
        return Err(Fault::new(format!("content.data.{name}"), "reserved_name", text));
    }
    let mut message = match token.strip_prefix("fid:") {
        Some(id) => filled(&[("fid", id)]),
        None => filled(&[("token", token)]),
    };
    let mut payload = Map::new();
    if !is_silent(content) {
        let shown = [("title", &content.title), ("body", &content.body), ("image", &content.image_url)];
        payload.insert("notification".into(), filled(&shown.map(|(name, text)| (name, text.as_str()))).into());
    }
    if !data.is_empty() {
        payload.insert("data".into(), json!(data));
    }
    check_size(Value::from(payload.clone()).to_string().len(), PAYLOAD_MAX_BYTES)?;
    message.extend(payload);
    message.insert("android".into(), android(content));
    message.insert("apns".into(), apns(content, now));
    if !is_silent(content) && content.click_action == ClickAction::WebUrl && content.click_url.starts_with("https://") {
        message.insert("webpush".into(), json!({ "fcm_options": { "link": content.click_url } }));
    }
    Ok(message.into())
}

/// Names that the reference forbids in `data`.
fn is_reserved(name: &str) -> bool {
    matches!(name, "from" | "message_type") || name.starts_with("google") || name.starts_with("gcm")
}

/// `AndroidConfig`.
fn android(content: &RenderedPush) -> Value {
    let mut android = filled(&[
        ("priority", if is_urgent(content) { "HIGH" } else { "NORMAL" }),
        ("ttl", &format!("{}s", KEPT_FOR.as_secs())),
        ("collapse_key", &content.collapse_key),
    ]);
    if !is_silent(content) {
        let mut notification = filled(&[
            ("channel_id", &content.android_channel),
            ("image", &content.image_url),
            ("sound", &content.sound),
            ("tag", &content.collapse_key),
        ]);
        if let Some(badge) = content.badge {
            notification.insert("notification_count".into(), badge.into());
        }
        android.insert("notification".into(), notification.into());
    }
    android.into()
}

/// `ApnsConfig`, for apps on iOS that are registered with Firebase.
fn apns(content: &RenderedPush, now: Timestamp) -> Value {
    let headers = apns_headers(content, now.plus(KEPT_FOR).as_millis() / 1_000);
    let headers: Map<String, Value> = headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    let mut apns = json!({ "headers": headers, "payload": { "aps": aps(content) } });
    if !is_silent(content) && !content.image_url.is_empty() {
        apns["fcm_options"] = json!({ "image": content.image_url });
    }
    apns
}

#[cfg(test)]
mod tests;
