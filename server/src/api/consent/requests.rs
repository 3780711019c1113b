//! Opt-ins that are confirmed by a mail.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::TopicId;
use engine::Engine;
use engine::consent::NewConsentRequest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::Problem;
use crate::api::body::Body;
use crate::api::query::Parameters;
use crate::auth::Caller;

/// What a form asks for.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Asked {
    /// Only `email` so far.
    #[serde(default)]
    channel: AskedChannel,
    #[schemars(length(min = 1, max = 254))]
    address: String,
    /// None: the whole channel.
    #[serde(default)]
    #[schemars(length(max = 50))]
    topics: Vec<TopicId>,
    /// What the form said: kept as proof.
    #[schemars(length(min = 1, max = 2000))]
    source: String,
    /// Tag of the language in which the person was asked; the mail reads it as `context.language`.
    #[serde(default)]
    language: String,
    /// A live transactional campaign whose content reads `context.confirmUrl`.
    campaign_id: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum AskedChannel {
    #[default]
    Email,
}

/// The same, whatever was known of the address.
#[derive(Serialize, JsonSchema)]
pub struct AskedAnswer {
    status: &'static str,
}

/// `POST /consent/requests`: pending until the person confirms by the link of the mail.
pub async fn ask(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
    Body(asked): Body<Asked>,
) -> Result<(StatusCode, Json<AskedAnswer>), Problem> {
    parameters.only(&[])?;
    let Asked { channel: AskedChannel::Email, address, topics, source, language, campaign_id } = asked;
    engine.ask_consent(&caller, NewConsentRequest { address, topics, source, language, campaign_id }).await?;
    Ok((StatusCode::ACCEPTED, Json(AskedAnswer { status: "accepted" })))
}
