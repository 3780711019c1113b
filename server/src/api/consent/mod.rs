//! What people said about marketing, as callers read and set it.
//!
//! | file | holds |
//! |---|---|
//! | [`files`] | many choices as CSV, in and out |
//! | [`requests`] | opt-ins that are confirmed by a mail |
//! | [`outside`] | the contract's calls for a page that a customer runs |

pub mod files;
pub mod outside;
pub mod requests;

use axum::Json;
use axum::extract::State;
use domain::channel_configuration::Channel;
use domain::consent::{Choice, ConsentRecord, ConsentSource};
use domain::id::{ProfileId, TopicId};
use domain::topic::Topic;
use domain::{Failure, Fault, Timestamp};
use engine::Engine;
use engine::consent::{NewConsent, SET_MAX};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Problem;
use super::body::ListBody;
use super::query::Parameters;
use crate::auth::Caller;

/// Largest body of a call that sets choices.
pub const BODY_MAX_BYTES: usize = 4 * 1024 * 1024;

/// A choice that a caller enters, of an address or of a person.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Setting {
    /// Email when left out.
    #[serde(default = "email")]
    channel: Channel,
    /// Of email an address, of mobile a number in E.164, of push `platform:token`. Either this or `profileId`.
    #[serde(default)]
    #[schemars(length(min = 1, max = 2100))]
    address: String,
    /// The person, for all addresses on the channel.
    #[serde(default)]
    profile_id: Option<ProfileId>,
    /// One topic; when left out, the whole channel.
    #[serde(default)]
    topic_id: Option<TopicId>,
    choice: Choice,
    /// When the person said so; it does not take the place of what was said later. When left out, now, over whatever is in
    /// force.
    #[serde(default)]
    at: Option<Timestamp>,
    /// Text of the form, or whatever else shows it.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    proof: String,
    /// Who entered it: the API client's name when left out.
    #[serde(default)]
    #[schemars(length(max = 255))]
    user: String,
}

fn email() -> Channel {
    Channel::Email
}

/// What came of it.
#[derive(Serialize, JsonSchema)]
pub struct Set {
    /// Choices that are new. The others say what holds already, or what was said before something later.
    changed: usize,
}

/// A topic, in each language.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfferedTopic {
    topic_id: TopicId,
    name_en: String,
    name_ko: String,
    description_en: String,
    description_ko: String,
}

impl From<Topic> for OfferedTopic {
    fn from(topic: Topic) -> Self {
        let words = topic.words;
        Self {
            topic_id: topic.id,
            name_en: words.name_en,
            name_ko: words.name_ko,
            description_en: words.description_en,
            description_ko: words.description_ko,
        }
    }
}

/// `GET /consent?channel=&address=` or `?channel=&profileId=`: what is in force, and how it came to be so.
pub async fn find(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
) -> Result<Json<ConsentRecord>, Problem> {
    let parameters = parameters.only(&["channel", "address", "profileId"])?;
    let channel = match parameters.get("channel") {
        "" => Channel::Email,
        word => word.parse().map_err(|fault: Fault| Failure::from(fault.under("channel")))?,
    };
    let record = match (parameters.get("address"), parameters.get("profileId")) {
        (address, "") => engine.find_consent(caller.sandbox(), channel, address).await?,
        ("", profile) => {
            let profile = profile.parse().map_err(|_| Failure::not_found("profile"))?;
            engine.find_consent_of_profile(caller.sandbox(), channel, &profile).await?
        }
        _ => {
            let text = "Ask for an address or for a person: give one of address and profileId.";
            return Err(Failure::invalid("profileId", "one_of_both", text).into());
        }
    };
    Ok(Json(record))
}

/// `POST /consent`: 1 to 1,000 choices, all or none.
pub async fn set(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
    ListBody(settings): ListBody<Setting>,
) -> Result<Json<Set>, Problem> {
    parameters.only(&[])?;
    if settings.is_empty() || settings.len() > SET_MAX {
        let text = format!("Send 1 to {SET_MAX} entries in one call.");
        return Err(Failure::invalid("", "entry_count", text).into());
    }
    let new = |setting: Setting| {
        let Setting { channel, address, profile_id, topic_id, choice, at, proof, user } = setting;
        let entered_by = if user.is_empty() { caller.name().to_owned() } else { user };
        let source = ConsentSource::Api;
        NewConsent { channel, address, profile_id, topic_id, choice, source, at, proof, entered_by }
    };
    let changed = engine.set_consents(caller.sandbox(), settings.into_iter().map(new).collect()).await?;
    Ok(Json(Set { changed }))
}

/// `GET /consent/topics`: what people may choose from.
pub async fn topics(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
) -> Result<Json<Vec<OfferedTopic>>, Problem> {
    parameters.only(&[])?;
    let topics = engine.list_topics(caller.sandbox()).await?;
    Ok(Json(topics.into_iter().map(OfferedTopic::from).collect()))
}
