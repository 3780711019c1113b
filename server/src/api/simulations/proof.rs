//! What is answered of a proof job.

use std::collections::BTreeMap;

use domain::Timestamp;
use domain::id::ExecutionId;
use domain::proof::{ProofFailure, ProofJob, ProofPart, ProofStatus};
use schemars::JsonSchema;
use serde::Serialize;

/// The contract's `CampaignProofResponse`.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProofJobAnswer {
    proof_job_id: ExecutionId,
    status: ProofStatus,
    /// One for each variant of the campaign.
    proofs: Vec<ProofItem>,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ProofItem {
    /// The id of the campaign.
    message_id: String,
    /// `a/-/ko`: treatment, targeting rule and language. Without variants, `draft-7`: the draft as it was when it was saved for the seventh time. `version-2`: what is live.
    variant_id: String,
    start_date: Timestamp,
    targeted: i64,
    submitted: i64,
    status: ItemStatus,
    proof_failure_reasons: Vec<Reasons>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum ItemStatus {
    Created,
    Processing,
    /// At least one of its messages.
    Submitted,
    Failed,
}

/// Why one message did not go.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Reasons {
    #[schemars(length(min = 1))]
    profile_ids: Vec<String>,
    #[schemars(length(min = 1))]
    failure_reasons: Vec<Reason>,
}

#[derive(Serialize, JsonSchema)]
struct Reason {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: &'static str,
    report: Report,
    #[serde(rename = "error-chain")]
    error_chain: Vec<Error>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Report {
    /// `address`: where it was to go.
    additional_context: BTreeMap<&'static str, String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Error {
    service_id: &'static str,
    /// As in the log: `smtp_550`, `suppressed`, `missing_variable`, …
    error_code: String,
}

#[derive(Serialize, JsonSchema)]
struct Links {
    #[serde(rename = "self")]
    own: Link,
}

#[derive(Serialize, JsonSchema)]
struct Link {
    href: String,
}

impl From<ProofJob> for ProofJobAnswer {
    fn from(job: ProofJob) -> Self {
        let ProofJob { id, campaign_id, edition, status, created_at, failures, parts, .. } = job;
        let href = format!("/campaigns/{campaign_id}/proofs/{id}");
        let item = |ProofPart { variant, status, targeted, submitted }: ProofPart| ProofItem {
            message_id: campaign_id.to_string(),
            variant_id: variant.as_ref().map_or_else(|| edition.to_string(), ToString::to_string),
            start_date: created_at,
            targeted,
            submitted,
            status: match status {
                ProofStatus::Created => ItemStatus::Created,
                ProofStatus::Processing => ItemStatus::Processing,
                ProofStatus::Submitted | ProofStatus::PartiallyFailed => ItemStatus::Submitted,
                ProofStatus::Failed => ItemStatus::Failed,
            },
            proof_failure_reasons: failures.iter().filter(|it| it.variant == variant).map(Reasons::of).collect(),
        };
        let proofs = parts.into_iter().map(item).collect();
        Self { proof_job_id: id, status, proofs, links: Links { own: Link { href } } }
    }
}

impl Reasons {
    fn of(failure: &ProofFailure) -> Self {
        let ProofFailure { user_id, address, code, text, .. } = failure.clone();
        let reason = Reason {
            kind: format!("urn:hermod:error:{code}"),
            title: text,
            status: "400",
            report: Report { additional_context: BTreeMap::from([("address", address)]) },
            error_chain: vec![Error { service_id: "hermod", error_code: code }],
        };
        Self { profile_ids: vec![user_id], failure_reasons: vec![reason] }
    }
}
