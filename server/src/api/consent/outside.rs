//! The contract's calls for a page on which a customer lets people choose: the link of a mail says who it is.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::Timestamp;
use domain::consent::ConsentLevel;
use engine::Engine;
use engine::consent::OutsideChoice;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::Problem;
use crate::api::body::Body;
use crate::api::query::Parameters;
use crate::auth::{Caller, CallerOfAnySandbox};

/// What somebody chose.
#[derive(Deserialize, JsonSchema)]
pub struct OutsideChoices {
    #[schemars(length(min = 1, max = 10))]
    marketing: Vec<Marketing>,
}

#[derive(Deserialize, JsonSchema)]
struct Marketing {
    /// `email`, `sms` or `push`: by which the message of the link came.
    #[serde(rename = "type")]
    kind: String,
    /// `yes` or `no`.
    choice: String,
    /// `channel` for all addresses of the person, `identity` for the one of the link. Whatever the configuration says.
    scope: String,
}

/// Whom a link names, in the contract's words.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonOfLink {
    profile_name_space: String,
    profile_id: String,
    email_address: String,
    email_name_space: &'static str,
    sandbox_id: String,
    /// How far an answer goes by the configuration that sent the message.
    opt_out_level: ConsentLevel,
    channel_type: String,
    timestamp: Timestamp,
}

/// `POST /journey/imp/consent/preferences?params=&pid=`.
pub async fn set(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
    Body(choices): Body<OutsideChoices>,
) -> Result<StatusCode, Problem> {
    // Older links of the contract carry a signature of their own.
    let parameters = parameters.only(&["params", "pid", "sig"])?;
    let choice = |it: Marketing| OutsideChoice { channel: it.kind, choice: it.choice, scope: it.scope };
    let choices: Vec<OutsideChoice> = choices.marketing.into_iter().map(choice).collect();
    let link = (parameters.get("params"), parameters.get("pid"));
    engine.set_consent_of_link(&caller, link, &choices).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /journey/imp/consent/decrypt?params=&pid=`, or `?emailParams=` with both.
pub async fn decrypt(
    State(engine): State<Engine>,
    CallerOfAnySandbox(caller): CallerOfAnySandbox,
    parameters: Parameters,
) -> Result<Json<PersonOfLink>, Problem> {
    let parameters = parameters.only(&["params", "pid", "emailParams"])?;
    let both: Vec<(String, String)> =
        serde_urlencoded::from_str(parameters.get("emailParams").trim_start_matches('?')).unwrap_or_default();
    let value = |name: &str| {
        let of_mail = both.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        parameters.find(name).or(of_mail).unwrap_or_default()
    };
    let (message, opt_out_level) = engine.person_of_link(caller.sandbox(), value("params"), value("pid")).await?;
    Ok(Json(PersonOfLink {
        profile_name_space: message.namespace,
        profile_id: message.user_id,
        email_address: message.address,
        email_name_space: "Email",
        sandbox_id: caller.sandbox().to_string(),
        opt_out_level,
        channel_type: message.channel.to_string(),
        timestamp: engine.now(),
    }))
}
