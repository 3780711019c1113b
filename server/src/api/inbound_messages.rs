//! What people wrote to our numbers.

use axum::Json;
use axum::extract::State;
use domain::Page;
use domain::inbound::{InboundFilter, InboundMessage};
use engine::Engine;
use schemars::JsonSchema;
use serde::Serialize;

use super::Problem;
use super::query::Parameters;
use crate::auth::Caller;

/// Rows of a page without `limit`.
const PAGE: usize = 50;

/// A page of them.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InboundMessages {
    inbound_messages: Vec<InboundMessage>,
    next: Option<String>,
}

impl From<Page<InboundMessage>> for InboundMessages {
    fn from(page: Page<InboundMessage>) -> Self {
        Self { inbound_messages: page.rows, next: page.next }
    }
}

/// `GET /im/inbound-messages`: newest first.
pub async fn list(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
) -> Result<Json<InboundMessages>, Problem> {
    let given = parameters.only(&["configurationId", "meaning", "number", "limit", "cursor"])?;
    let value = |name: &str| given.get(name).to_owned();
    let filter = InboundFilter {
        configuration_id: value("configurationId"),
        meaning: value("meaning"),
        number: value("number"),
    };
    let page = engine.list_inbound(caller.sandbox(), &filter, given.find("cursor"), given.limit(PAGE)?).await?;
    Ok(Json(page.into()))
}
