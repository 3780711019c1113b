//! How far the proofs of a call are: read from their messages, so that it is known after a restart too.

use domain::id::{CampaignId, ExecutionId, ExecutionKind};
use domain::message::{MessageCounts, MessageState};
use domain::preview::Edition;
use domain::proof::{ProofFailure, ProofJob, ProofPart, ProofStatus, is_failure};
use domain::push_token::PushToken;
use domain::variants::VariantKey;
use domain::{Failure, SandboxName, Timestamp};

use crate::store::proofs::{self, JobRow, ProofRow};
use crate::store::stored;
use crate::{Engine, Result};

/// Jobs of a list.
const LISTED: i64 = 10;

impl Engine {
    /// `NotFound` `proof job` when the campaign of this sandbox has none such.
    pub async fn find_proof(&self, sandbox: &SandboxName, campaign: &CampaignId, id: &ExecutionId) -> Result<ProofJob> {
        let is_proof = id.kind() == ExecutionKind::Proof;
        let found = if is_proof { proofs::find_job(self.store(), sandbox, campaign, id).await? } else { None };
        let row = found.ok_or_else(|| Failure::not_found("proof job"))?;
        job(id.clone(), campaign.clone(), row, proofs::messages(self.store(), id).await?)
    }

    /// The last ten jobs of a campaign, newest first. `NotFound` `campaign`.
    pub async fn list_proofs(&self, sandbox: &SandboxName, campaign: &CampaignId) -> Result<Vec<ProofJob>> {
        self.find_campaign(sandbox, campaign).await?;
        let mut jobs = Vec::new();
        for id in proofs::jobs(self.store(), campaign, LISTED).await? {
            // Removed in this very moment.
            let Some(row) = proofs::find_job(self.store(), sandbox, campaign, &id).await? else { continue };
            let messages = proofs::messages(self.store(), &id).await?;
            jobs.push(job(id, campaign.clone(), row, messages)?);
        }
        Ok(jobs)
    }
}

fn job(id: ExecutionId, campaign_id: CampaignId, row: JobRow, messages: Vec<ProofRow>) -> Result<ProofJob> {
    let mut parts: Vec<(Option<VariantKey>, Tally)> = Vec::new();
    let (mut whole, mut failures) = (Tally::default(), Vec::new());
    for message in messages {
        let state: MessageState = stored(&message.state)?;
        let variant: Option<VariantKey> = message.variant.as_deref().map(stored).transpose()?;
        whole.add(&message, state);
        match parts.iter_mut().find(|(of, _)| *of == variant) {
            Some((_, tally)) => tally.add(&message, state),
            None => {
                let mut tally = Tally::default();
                tally.add(&message, state);
                parts.push((variant.clone(), tally));
            }
        }
        if is_failure(state) {
            failures.push(failure(message, state, variant));
        }
    }
    if parts.is_empty() {
        // Of messages that were erased.
        parts.push((None, Tally::default()));
    }
    Ok(ProofJob {
        id,
        campaign_id,
        edition: Edition::of_number(row.campaign_version),
        status: whole.status(),
        created_at: Timestamp::from_millis(row.created_at),
        created_by: row.created_by,
        targeted: whole.counts.total,
        submitted: whole.counts.handed_over,
        failures,
        parts: parts.into_iter().map(|(variant, tally)| tally.part(variant)).collect(),
    })
}

/// Messages of a job, or of one variant of it.
#[derive(Default)]
struct Tally {
    counts: MessageCounts,
    is_tried: bool,
}

impl Tally {
    fn add(&mut self, message: &ProofRow, state: MessageState) {
        self.counts.add(state, message.reason.as_deref(), 1);
        self.is_tried |= message.attempts > 0;
    }

    fn status(&self) -> ProofStatus {
        ProofStatus::of(&self.counts, self.is_tried)
    }

    fn part(&self, variant: Option<VariantKey>) -> ProofPart {
        let MessageCounts { total, handed_over, .. } = self.counts;
        ProofPart { variant, status: self.status(), targeted: total, submitted: handed_over }
    }
}

fn failure(message: ProofRow, state: MessageState, variant: Option<VariantKey>) -> ProofFailure {
    let ProofRow { user_id, address, reason, detail, .. } = message;
    let code = reason.unwrap_or_else(|| state.to_string());
    let address = match PushToken::from_address(&address) {
        Some(token) if !address.contains('@') => token.shortened().to_address(),
        _ => address,
    };
    ProofFailure { user_id, address, text: detail.unwrap_or_else(|| code.clone()), code, variant }
}
