//! What is known of the attributes of a sandbox's profiles.

use axum::Json;
use axum::extract::State;
use domain::profile_schema::Attribute;
use engine::Engine;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::Problem;
use crate::api::body::Body;
use crate::auth::Caller;

/// The whole of it.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileSchema {
    attributes: Vec<Attribute>,
}

/// `GET /profiles/schema`.
pub async fn find(State(engine): State<Engine>, Caller(caller): Caller) -> Result<Json<ProfileSchema>, Problem> {
    Ok(Json(ProfileSchema { attributes: engine.profile_schema(caller.sandbox()).await? }))
}

/// `PUT /profiles/schema`.
pub async fn set(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Body(schema): Body<ProfileSchema>,
) -> Result<Json<ProfileSchema>, Problem> {
    engine.set_profile_schema(caller.sandbox(), &schema.attributes, caller.name()).await?;
    Ok(Json(schema))
}
