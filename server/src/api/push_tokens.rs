//! Devices on which people take notifications.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::device::{Device, DeviceRegistration};
use domain::live_activity::PushTokenKind;
use domain::push_token::{PushPlatform, PushToken};
use domain::{Fault, Page};
use engine::Engine;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Problem;
use super::body::Body;
use super::query::Parameters;
use crate::auth::Caller;

/// Devices of a page without `limit`.
const PAGE: usize = 50;

/// A device takes notifications for a person.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    pub user_id: String,
    #[serde(default = "email")]
    pub namespace: String,
    pub platform: PushPlatform,
    /// Of the device; for `web` the subscription as the browser gives it: as an object, or as its JSON text.
    pub token: Token,
    /// Of which app or web site.
    #[serde(default)]
    pub app: String,
    /// What the token is good for.
    #[serde(default)]
    pub kind: PushTokenKind,
    /// For `activity`: what the app calls the live activity. For `activityStart`: the type of its attributes; empty: any.
    #[serde(default)]
    pub activity: String,
}

/// A device that takes no more.
#[derive(Deserialize, JsonSchema)]
pub struct Removal {
    pub platform: PushPlatform,
    pub token: Token,
}

/// A token as apps have it, or a subscription as browsers have it.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Token {
    Text(String),
    Subscription(serde_json::Map<String, serde_json::Value>),
}

impl Token {
    fn into_push_token(self, platform: PushPlatform) -> Result<PushToken, Fault> {
        let token = match self {
            Self::Text(text) => text,
            Self::Subscription(object) => serde_json::Value::Object(object).to_string(),
        };
        let token = PushToken { platform, token: token.trim().to_owned() };
        token.check().map(|()| token)
    }
}

fn email() -> String {
    "email".to_owned()
}

/// `POST /im/push-tokens`: the same device again only moves its time, or to another person.
pub async fn register(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Body(registration): Body<Registration>,
) -> Result<StatusCode, Problem> {
    let Registration { user_id, namespace, platform, token, app, kind, activity } = registration;
    let token = token.into_push_token(platform).map_err(domain::Failure::from)?;
    let device = DeviceRegistration { user_id, namespace, token, app, kind, activity };
    engine.register_push_token(caller.sandbox(), &device).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A page of devices.
#[derive(serde::Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Devices {
    push_tokens: Vec<Device>,
    next: Option<String>,
}

/// `GET /im/push-tokens`: newest first.
pub async fn list(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
) -> Result<Json<Devices>, Problem> {
    let given = parameters.only(&["userId", "limit", "cursor"])?;
    let page = engine.list_devices(caller.sandbox(), given.get("userId"), given.find("cursor"), given.limit(PAGE)?);
    let Page { rows: push_tokens, next } = page.await?;
    Ok(Json(Devices { push_tokens, next }))
}

/// `DELETE /im/push-tokens`: harmless when it is not there.
pub async fn remove(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Body(removal): Body<Removal>,
) -> Result<Json<Removed>, Problem> {
    let token = removal.token.into_push_token(removal.platform).map_err(domain::Failure::from)?;
    let removed = engine.remove_push_token(caller.sandbox(), &token).await?;
    Ok(Json(Removed { removed }))
}

/// Was the device there?
#[derive(serde::Serialize, JsonSchema)]
pub struct Removed {
    removed: bool,
}
