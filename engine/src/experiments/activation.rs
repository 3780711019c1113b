//! A campaign is activated with an experiment.

use domain::campaign::{CampaignDefinition, CampaignDraft};
use domain::id::CampaignId;
use domain::{Fault, Timestamp};

use crate::campaigns::resolve_schedule;
use crate::store::Tx;
use crate::store::experiments::{self, Which};
use crate::{Engine, Result};

/// From now on its figures are looked at, when they decide anything. What was decided of it before stays, but for a winner that
/// is no treatment any more.
pub(crate) async fn begin(
    tx: &mut Tx,
    campaign: &CampaignId,
    definition: &CampaignDefinition,
    now: Timestamp,
) -> Result<()> {
    let Some(experiment) = &definition.variants.experiment else { return Ok(()) };
    let which = Which { campaign_id: campaign.clone(), experiment_id: experiment.id.clone() };
    let winner = experiments::find_in(tx, &which).await?.winner;
    if let Some(gone) = winner.filter(|winner| !experiment.has(&winner.treatment)) {
        experiments::forget_winner(tx, &which, &gone.treatment).await?;
    }
    experiments::put(tx, &which, experiment.decides_by_itself().then_some(now)).await
}

impl Engine {
    /// A winner that would be chosen only after the end of the campaign: nobody would get it. Reference §1.2.1.
    pub(crate) async fn late_scaling(
        &self,
        campaign: &CampaignId,
        draft: &CampaignDraft,
        now: Timestamp,
    ) -> Result<Option<Fault>> {
        let (Some(experiment), Ok(schedule)) = (&draft.variants.experiment, resolve_schedule(&draft.schedule)) else {
            return Ok(None);
        };
        let Some(end) = schedule.end.filter(|end| experiment.scaling.ends_at(now).is_some_and(|_| *end > now)) else {
            return Ok(None);
        };
        let which = Which { campaign_id: campaign.clone(), experiment_id: experiment.id.clone() };
        let state = experiments::find(self.store(), &which).await?;
        if state.is_by_hand || state.winner_of(experiment).is_some() {
            return Ok(None);
        }
        let since = experiments::counted(self.store(), &which).await?.since;
        let start = since.unwrap_or_else(|| schedule.start.map_or(now, |start| start.max(now)));
        let is_late = experiment.scaling.ends_at(start).is_some_and(|chosen| chosen >= end);
        let text = "The winner would be chosen after the end of the campaign. Choose it earlier, or end later.";
        Ok(is_late.then(|| Fault::new("variants.experiment.scaling", "scaled_after_end", text)))
    }
}
