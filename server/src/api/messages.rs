//! Messages: what has become of each recipient.

use axum::Json;
use axum::extract::State;
use domain::explanation::Explanation;
use domain::id::MessageId;
use domain::message::{Cancelled, LogFilter, Message};
use domain::timeline::Event;
use domain::{Failure, Page};
use engine::Engine;
use schemars::JsonSchema;
use serde::Serialize;

use super::Problem;
use super::query::{Id, Parameters};
use crate::auth::Caller;

/// Messages of a page without `limit`.
const PAGE: usize = 50;

/// A page of messages.
#[derive(Serialize, JsonSchema)]
pub struct Messages {
    messages: Vec<Message>,
    next: Option<String>,
}

impl From<Page<Message>> for Messages {
    fn from(page: Page<Message>) -> Self {
        Self { messages: page.rows, next: page.next }
    }
}

/// What the list is asked by.
const FILTERS: &[&str] = &[
    "state",
    "reason",
    "channel",
    "kind",
    "campaignId",
    "executionId",
    "requestId",
    "recipient",
    "from",
    "to",
    "limit",
    "cursor",
];

/// `GET /im/messages`: newest first; of one execution in the order of its recipients.
pub async fn list(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
) -> Result<Json<Messages>, Problem> {
    let given = parameters.only(FILTERS)?;
    let value = |name: &str| given.get(name).to_owned();
    let filter = LogFilter {
        campaign_id: value("campaignId"),
        execution_id: value("executionId"),
        state: value("state"),
        reason: value("reason"),
        channel: value("channel"),
        kind: value("kind"),
        recipient: value("recipient"),
        request_id: value("requestId"),
        from: value("from"),
        until: value("to"),
        zone: String::new(),
    };
    let page = engine.list_messages(caller.sandbox(), &filter, given.find("cursor"), given.limit(PAGE)?).await;
    Ok(Json(page.map_err(|error| Problem::from(error).renamed(&[("until", "to")]))?.into()))
}

/// `GET /im/messages/{messageId}`.
pub async fn find(State(engine): State<Engine>, Caller(caller): Caller, Id(id): Id) -> Result<Json<Message>, Problem> {
    Ok(Json(engine.find_message(caller.sandbox(), &parse(&id)?).await?.message))
}

/// The story of a message, oldest first.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Timeline {
    message_id: MessageId,
    events: Vec<Event>,
}

/// `GET /im/messages/{messageId}/timeline`.
pub async fn timeline(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<Timeline>, Problem> {
    let detail = engine.find_message(caller.sandbox(), &parse(&id)?).await?;
    Ok(Json(Timeline { events: detail.timeline(), message_id: detail.message.id }))
}

/// `GET /im/messages/{messageId}/explanation`: why its person got it, or did not.
pub async fn explanation(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<Explanation>, Problem> {
    Ok(Json(engine.find_message(caller.sandbox(), &parse(&id)?).await?.explanation()))
}

/// `POST /im/messages/{messageId}/cancel`: if it waits, it is not sent.
pub async fn cancel(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<Cancelled>, Problem> {
    Ok(Json(engine.cancel_message(caller.sandbox(), &parse(&id)?, caller.name()).await?))
}

fn parse(id: &str) -> Result<MessageId, Failure> {
    id.parse().map_err(|_| Failure::not_found("message"))
}
