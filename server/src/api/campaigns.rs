//! Campaigns, as far as callers need to know them.

use axum::Json;
use axum::extract::State;
use engine::Engine;
use serde_json::Value;

use super::Problem;
use super::query::Id;
use crate::auth::Caller;

/// `GET /im/campaigns/{campaignId}/context-schema`: what a call of the live version carries for each recipient.
pub async fn context_schema(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<Value>, Problem> {
    Ok(Json(engine.context_schema(caller.sandbox(), &id).await?))
}
