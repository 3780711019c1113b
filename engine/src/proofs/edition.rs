//! Which content of a campaign is looked at.

use std::sync::Arc;

use content::Sources;
use domain::campaign::{Campaign, CampaignDefinition, CampaignDraft};
use domain::content::Content;
use domain::id::CampaignId;
use domain::library::Fragments;
use domain::mail_templates::MailTemplates;
use domain::preview::Edition;
use domain::variable::{VariableRules, rules_of};
use domain::variants::Variants;
use domain::{Failure, SandboxName};

use crate::campaigns::definition_to_try;
use crate::store::campaigns::{self, StoredDraft};
use crate::{Engine, Error, Result};

/// The contents of a campaign, and what is around them.
pub(super) struct Looked {
    pub(super) campaign: Campaign,
    pub(super) edition: Edition,
    pub(super) content: Content,
    pub(super) variants: Variants,
    pub(super) fragments: Fragments,
    pub(super) rules: VariableRules,
    /// Of its configuration, as far as there is one.
    pub(super) templates: Arc<MailTemplates>,
}

impl Looked {
    pub(super) fn sources(&self) -> Sources<'_> {
        let Self { content: main, variants, fragments, rules, templates, .. } = self;
        Sources { main, variants, fragments, rules, templates }
    }

    /// Of the version; 0 for a draft.
    pub(super) fn number(&self) -> i64 {
        match self.edition {
            Edition::Draft(_) => 0,
            Edition::Version(number) => number,
        }
    }
}

impl Engine {
    /// The draft while it differs from what is live, and otherwise what is live. `NotFound` `campaign`.
    pub(super) async fn looked_at(&self, sandbox: &SandboxName, id: &CampaignId) -> Result<Looked> {
        let (stored, campaign, edition) = self.edition_of(sandbox, id).await?;
        let (content, variants, fragments, rules, configuration) = match edition {
            Edition::Draft(_) => {
                let configuration = self.configuration_of(sandbox, &stored.draft).await?;
                let configuration = configuration.map(|found| found.configuration.id);
                let CampaignDraft { content, variants, .. } = &stored.draft;
                let fragments = self.fragments_for(sandbox, content, variants).await?;
                let CampaignDraft { content, variants, variables, .. } = stored.draft;
                (content, variants, fragments, variables, configuration)
            }
            Edition::Version(number) => {
                let definition = self.definition(id, number).await?;
                let CampaignDefinition { content, variants, fragments, configuration_id, .. } =
                    CampaignDefinition::clone(&definition);
                (content, variants, fragments, rules_of(&definition.variables), Some(configuration_id))
            }
        };
        let sending = match configuration {
            Some(id) => self.configuration_if_any(&id).await?,
            None => None,
        };
        let templates = sending.map(|sending| Arc::clone(&sending.templates)).unwrap_or_default();
        Ok(Looked { campaign, edition, content, variants, fragments, rules, templates })
    }

    /// What proofs of this campaign say. Invalid, with the paths of the form, when the draft lacks something that a message
    /// needs, or has it wrong.
    pub(super) async fn definition_of_proof(
        &self,
        sandbox: &SandboxName,
        id: &CampaignId,
    ) -> Result<(Edition, Arc<CampaignDefinition>)> {
        let (stored, campaign, edition) = self.edition_of(sandbox, id).await?;
        let definition = match edition {
            Edition::Version(number) => self.definition(id, number).await?,
            Edition::Draft(_) => {
                let configuration = self.configuration_of(sandbox, &stored.draft).await?;
                let CampaignDraft { content, variants, .. } = &stored.draft;
                let fragments = self.fragments_for(sandbox, content, variants).await?;
                let made = definition_to_try(&stored.draft, campaign.category, configuration.as_ref(), fragments);
                Arc::new(made.map_err(|faults| Failure::Invalid { faults })?)
            }
        };
        Ok((edition, definition))
    }

    async fn edition_of(&self, sandbox: &SandboxName, id: &CampaignId) -> Result<(StoredDraft, Campaign, Edition)> {
        let stored = campaigns::find(self.store(), sandbox, id).await?;
        let stored = stored.ok_or_else(|| Error::from(Failure::not_found("campaign")))?;
        let campaign = stored.head.at(self.now());
        let edition = match campaign.live_version {
            Some(number) if !campaign.draft_open => Edition::Version(number),
            _ => Edition::Draft(campaign.revision),
        };
        Ok((stored, campaign, edition))
    }
}
