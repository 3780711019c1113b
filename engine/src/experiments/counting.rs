//! What became of the messages of an experiment: each thing is counted once for each message, in the transaction that notes
//! it. Counters stay when messages go.

use std::collections::BTreeMap;

use domain::Timestamp;
use domain::experiment::{Experiment, Fact};
use domain::id::{CampaignId, MessageId};
use domain::variants::VariantKey;

use crate::store::Tx;
use crate::store::experiments::{self, Which};
use crate::store::message_events::Known;
use crate::store::messages;
use crate::{Engine, Result};

/// A treatment of an experiment; an empty one: those who get nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Arm {
    pub(crate) which: Which,
    pub(crate) treatment: String,
}

impl Arm {
    fn new(campaign: &CampaignId, experiment: &Experiment, treatment: &str) -> Self {
        let which = Which { campaign_id: campaign.clone(), experiment_id: experiment.id.clone() };
        Self { which, treatment: treatment.to_owned() }
    }
}

/// Notes what became of messages and raises the counters. The last thing that a transaction does: others who count wait for
/// its end.
pub(crate) async fn count(tx: &mut Tx, told: &[(&MessageId, Fact, &Arm)], now: Timestamp) -> Result<()> {
    let with_implied =
        |&(message, fact, arm): &(_, Fact, _)| fact.with_implied().iter().map(move |it| ((message, *it), arm));
    let told: BTreeMap<(&MessageId, Fact), &Arm> = told.iter().flat_map(with_implied).collect();
    if told.is_empty() {
        return Ok(());
    }
    let new = experiments::insert_facts(tx, &mut told.keys().copied().collect::<Vec<_>>()).await?;
    let mut more: BTreeMap<&Arm, BTreeMap<Fact, i64>> = BTreeMap::new();
    for ((message, fact), arm) in told {
        if new.contains(&(message.clone(), fact)) {
            *more.entry(arm).or_default().entry(fact).or_default() += 1;
        }
    }
    experiments::count(tx, &more, now).await
}

impl Engine {
    /// Where a message of this variant counts; `None`: it is of no experiment.
    pub(crate) async fn arm_of(
        &self,
        campaign: &CampaignId,
        version: i64,
        variant: Option<&VariantKey>,
    ) -> Result<Option<Arm>> {
        match variant.map(|variant| variant.treatment.as_str()) {
            None | Some("") => Ok(None),
            Some(treatment) => self.find_arm(campaign, version, treatment).await,
        }
    }

    /// The same of a message that something is told of. Proofs do not count.
    pub(crate) async fn arm_told_of(&self, message: &Known) -> Result<Option<Arm>> {
        let arm = self.arm_of(&message.campaign_id, message.campaign_version, message.variant.as_ref()).await?;
        if arm.is_none() {
            return Ok(None);
        }
        let is_proof = messages::find(self.store(), &message.id).await?.is_none_or(|it| it.is_proof());
        Ok(arm.filter(|_| !is_proof))
    }

    /// Where those count who get nothing.
    pub(crate) async fn holdout_of(&self, campaign: &CampaignId, version: i64) -> Result<Option<Arm>> {
        self.find_arm(campaign, version, "").await
    }

    async fn find_arm(&self, campaign: &CampaignId, version: i64, treatment: &str) -> Result<Option<Arm>> {
        // What a proof of a draft says is of no version.
        if version < 0 {
            return Ok(None);
        }
        let definition = self.definition(campaign, version).await?;
        let experiment = definition.variants.experiment.as_ref();
        Ok(experiment.map(|experiment| Arm::new(campaign, experiment, treatment)))
    }
}
