//! People of whom something is stored. These calls are Hermod's own: the reference keeps profiles in another product.
//!
//! | file | holds |
//! |---|---|
//! | `export` | everything that is kept of a person |
//! | `imports` | many profiles in one call |
//! | `schema` | what is known of attributes |

pub mod export;
pub mod imports;
pub mod schema;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::consent::Consent;
use domain::execution::Erased;
use domain::id::ProfileId;
use domain::profile::{Identity, Profile, ProfileChange};
use domain::{Failure, Page};
use engine::Engine;
use engine::api_clients::ApiCaller;
use engine::profiles::ProfileQuery;
use schemars::JsonSchema;
use serde::Serialize;

use super::Problem;
use super::body::Body;
use super::query::{Id, Parameters};
use crate::auth::Caller;

/// Rows of a page without `limit`.
const PAGE: usize = 50;
/// Largest body of a call for one person: the largest attributes, and room for the rest.
pub const BODY_MAX_BYTES: usize = 512 * 1024;

/// A page of them.
#[derive(Serialize, JsonSchema)]
pub struct Profiles {
    profiles: Vec<Profile>,
    next: Option<String>,
}

/// A profile, and what the person said about marketing.
#[derive(Serialize, JsonSchema)]
pub struct KnownProfile {
    #[serde(flatten)]
    profile: Profile,
    /// What is in force for all addresses of the person; what single addresses said is not in it.
    consents: Vec<Consent>,
}

impl KnownProfile {
    async fn of(engine: &Engine, caller: &ApiCaller, profile: Profile) -> Result<Self, Problem> {
        let consents = engine.consents_of_profile(caller.sandbox(), &profile.id).await?;
        Ok(Self { profile, consents })
    }
}

/// `POST /profiles`: 201 for somebody new, 200 otherwise.
pub async fn upsert(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Body(change): Body<ProfileChange>,
) -> Result<(StatusCode, Json<KnownProfile>), Problem> {
    let (profile, created) = engine.upsert_profile(caller.sandbox(), change, caller.name()).await?;
    let profile = KnownProfile::of(&engine, &caller, profile).await?;
    Ok((if created { StatusCode::CREATED } else { StatusCode::OK }, Json(profile)))
}

/// `GET /profiles`: whoever has an identity, or a page of all.
pub async fn list(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
) -> Result<Json<Profiles>, Problem> {
    let given = parameters.only(&["namespace", "userId", "start", "test", "limit", "cursor"])?;
    if let (Some(namespace), Some(user_id)) = (given.find("namespace"), given.find("userId")) {
        let identity = Identity { namespace: namespace.to_owned(), user_id: user_id.to_owned() };
        // Such texts were never stored, and PostgreSQL does not even take the question.
        let found = match identity.checked() {
            Ok(identity) => engine.find_profile_by(caller.sandbox(), &identity).await,
            Err(_) => Err(Failure::not_found("profile").into()),
        };
        return match found {
            Ok(profile) => Ok(Json(Profiles { profiles: vec![profile], next: None })),
            Err(engine::Error::Failure(Failure::NotFound { .. })) => {
                Ok(Json(Profiles { profiles: Vec::new(), next: None }))
            }
            Err(error) => Err(error.into()),
        };
    }
    if let Some(lonely) = ["namespace", "userId"].into_iter().find(|name| given.find(name).is_some()) {
        let text = "Give namespace and userId together, or start for how a user id begins.";
        return Err(Failure::invalid(lonely, "bad_query", text).into());
    }
    let only_tests = match given.get("test") {
        "true" => true,
        "" | "false" => false,
        _ => return Err(Failure::invalid("test", "bad_query", "Give true or false.").into()),
    };
    let wanted = ProfileQuery { start: given.get("start").to_owned(), only_tests };
    let page = engine.list_profiles(caller.sandbox(), &wanted, given.find("cursor"), given.limit(PAGE)?).await?;
    let Page { rows: profiles, next } = page;
    Ok(Json(Profiles { profiles, next }))
}

/// The id in the address. What cannot be read is the id of nothing.
fn id_of(text: &str) -> Result<ProfileId, Failure> {
    text.parse().map_err(|_| Failure::not_found("profile"))
}

/// `GET /profiles/{profileId}`.
pub async fn find(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<KnownProfile>, Problem> {
    let profile = engine.find_profile(caller.sandbox(), &id_of(&id)?).await?;
    Ok(Json(KnownProfile::of(&engine, &caller, profile).await?))
}

/// `PATCH /profiles/{profileId}`.
pub async fn change(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
    Body(change): Body<ProfileChange>,
) -> Result<Json<KnownProfile>, Problem> {
    let profile = engine.change_profile(caller.sandbox(), &id_of(&id)?, change, caller.name()).await?;
    Ok(Json(KnownProfile::of(&engine, &caller, profile).await?))
}

/// `DELETE /profiles/{profileId}`: with everything that is kept of the person.
pub async fn erase(State(engine): State<Engine>, Caller(caller): Caller, Id(id): Id) -> Result<Json<Erased>, Problem> {
    Ok(Json(engine.erase_profile(caller.sandbox(), &id_of(&id)?, caller.name()).await?))
}
