//! The calls of the simulation API.

use schemars::SchemaGenerator;

use domain::preview::PreviewRequest;
use domain::proof::ProofRequest;

use super::calls::{Answer, Body, Call, Door, Parameter, path, text};
use crate::api::simulations::preview::Previews;
use crate::api::simulations::proof::ProofJobAnswer;

const CAMPAIGN: Parameter = path("campaignId", "The campaign; it need not be live.", text);
const JOB: Parameter = path("proofJobId", "The job.", text);
const PREVIEWS: Body =
    Body { media_type: "application/json", schema: SchemaGenerator::subschema_for::<PreviewRequest> };
const PROOFS: Body = Body { media_type: "application/json", schema: SchemaGenerator::subschema_for::<ProofRequest> };
const PROOF_JOB: Answer =
    Answer { status: 200, about: "The job.", schema: Some(SchemaGenerator::subschema_for::<ProofJobAnswer>) };

/// In the order of the page.
pub const CALLS: &[Call] = &[
    Call {
        method: "post",
        path: "/ajo/simulations/campaigns/{campaignId}/previews",
        operation: "createCampaignPreview",
        tag: "simulation",
        summary: "What people would read",
        about: "Nothing is stored or sent. The draft while it differs from what is live; otherwise what is live. What is \
            stored of a person is read only without `profileAttributes`.",
        door: Door::Counted,
        parameters: &[CAMPAIGN],
        body: Some(PREVIEWS),
        answers: &[Answer {
            status: 200,
            about: "One for each person of the call.",
            schema: Some(SchemaGenerator::subschema_for::<Previews>),
        }],
        refusals: &[400, 404, 413, 415],
    },
    Call {
        method: "post",
        path: "/ajo/simulations/campaigns/{campaignId}/proofs",
        operation: "triggerCampaignProof",
        tag: "simulation",
        summary: "Send proofs",
        about: "To testers, over the configuration of the campaign: the draft while it differs from what is live; otherwise \
            what is live. Reports, caps and quiet hours leave proofs out; suppression and the allow list hold. What is for \
            another channel is passed over. Ten jobs a minute.",
        door: Door::Counted,
        parameters: &[CAMPAIGN],
        body: Some(PROOFS),
        answers: &[PROOF_JOB],
        refusals: &[400, 404, 413, 415],
    },
    Call {
        method: "get",
        path: "/ajo/simulations/campaigns/{campaignId}/proofs/{proofJobId}",
        operation: "getCampaignProofStatus",
        tag: "simulation",
        summary: "How far a proof job is",
        about: "`SUBMITTED`, `PARTIALLY_FAILED` and `FAILED` are where it ends.",
        door: Door::Client,
        parameters: &[CAMPAIGN, JOB],
        body: None,
        answers: &[PROOF_JOB],
        refusals: &[400, 404],
    },
];
