//! The simulation API of the contract: previews and proofs of a campaign, of its draft while that differs from what is live.
//!
//! | file | holds |
//! |---|---|
//! | [`preview`] | what is answered of previews |
//! | [`proof`] | what is answered of a proof job |

pub mod preview;
pub mod proof;

use axum::Json;
use axum::extract::{Path, State};
use domain::Failure;
use domain::id::{CampaignId, ExecutionId};
use domain::preview::PreviewRequest;
use domain::proof::ProofRequest;
use engine::Engine;
use engine::proofs::ProofSender;

use self::preview::Previews;
use self::proof::ProofJobAnswer;
use super::Problem;
use super::body::Body;
use super::query::{Id, Parameters};
use crate::auth::Caller;

/// Largest body of a call.
pub const BODY_MAX_BYTES: usize = 2 * 1024 * 1024;

/// `POST /simulations/campaigns/{campaignId}/previews`: nothing is stored or sent.
pub async fn previews(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(campaign): Id,
    parameters: Parameters,
    Body(request): Body<PreviewRequest>,
) -> Result<Json<Previews>, Problem> {
    parameters.only(&[])?;
    let id = campaign_named(&campaign)?;
    let previews = engine.preview_campaign(caller.sandbox(), &id, request).await;
    Ok(Json(Previews::of(&id, previews.map_err(|error| about(error.into(), &campaign))?)))
}

/// `POST /simulations/campaigns/{campaignId}/proofs`: all messages are on disk when it is answered.
pub async fn send(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(campaign): Id,
    parameters: Parameters,
    Body(request): Body<ProofRequest>,
) -> Result<Json<ProofJobAnswer>, Problem> {
    parameters.only(&[])?;
    let id = campaign_named(&campaign)?;
    let client_id = caller.client_id().to_string();
    let by = ProofSender { name: caller.name(), client_id: &client_id };
    let job = engine.send_proofs(caller.sandbox(), &id, &request, by).await;
    Ok(Json(job.map_err(|error| about(error.into(), &campaign))?.into()))
}

/// `GET /simulations/campaigns/{campaignId}/proofs/{proofJobId}`.
pub async fn find(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Path((campaign, job)): Path<(String, String)>,
    parameters: Parameters,
) -> Result<Json<ProofJobAnswer>, Problem> {
    parameters.only(&[])?;
    let id = campaign_named(&campaign)?;
    let job: ExecutionId = job.parse().map_err(|_| Failure::not_found("proof job"))?;
    let job = engine.find_proof(caller.sandbox(), &id, &job).await;
    Ok(Json(job.map_err(|error| about(error.into(), &campaign))?.into()))
}

/// What cannot be read is the id of no campaign.
fn campaign_named(text: &str) -> Result<CampaignId, Problem> {
    text.parse().map_err(|_| about(Failure::not_found("campaign").into(), text))
}

fn about(problem: Problem, campaign: &str) -> Problem {
    problem.about("campaignId", campaign)
}
