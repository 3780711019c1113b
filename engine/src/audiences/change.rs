//! Audiences as people and callers change them.

use domain::audience::{Audience, AudienceChange, AudienceKind};
use domain::audience_rule::Rule;
use domain::id::{AudienceId, CampaignId};
use domain::{Failure, Faults, SandboxName};
use serde::Deserialize;

use super::look::unknown;
use crate::ids::new_id;
use crate::store::audience_changes::{self, CampaignTexts};
use crate::store::campaigns::Change;
use crate::store::{audience_files, audiences, campaigns};
use crate::{Engine, Error, Result};

/// What needs an audience.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses {
    /// Id and name of campaigns that go to it, by their draft or their live version.
    pub campaigns: Vec<(CampaignId, String)>,
    /// Names of audiences whose rules ask for its people.
    pub audiences: Vec<String>,
}

impl Engine {
    /// An audience that is there, with its rule. `NotFound` `audience`.
    pub async fn audience(&self, sandbox: &SandboxName, id: &str) -> Result<Audience> {
        Ok(self.find_audience(sandbox, id).await?.audience)
    }

    /// Creates an audience by a rule, or a list of nobody yet. Invalid at `name` (`name_taken` too) and at paths such as
    /// `rule.of[2].value`.
    pub async fn create_audience(&self, sandbox: &SandboxName, new: AudienceChange, by: &str) -> Result<Audience> {
        let new = self.check_change(sandbox, new).await?;
        let sandbox = self.find_sandbox(sandbox).await?.name;
        let now = self.now();
        let id = new_id(now, AudienceId::new);
        let mut tx = self.store().begin().await?;
        audience_changes::insert(&mut tx, &sandbox, &id, &new, Change { by, now }).await?;
        tx.commit().await?;
        self.0.news.tell(&sandbox);
        self.audience(&sandbox, id.as_str()).await
    }

    /// Changes name and rule. Runs that have begun go on with the rule they began with. `NotFound` `audience`, Invalid as
    /// [`Engine::create_audience`], Conflict `changed_meanwhile` when its revision is old.
    pub async fn save_audience(
        &self,
        sandbox: &SandboxName,
        id: &str,
        new: AudienceChange,
        by: &str,
    ) -> Result<Audience> {
        let before = self.audience(sandbox, id).await?;
        let kind = if new.rule.is_some() { AudienceKind::Rule } else { AudienceKind::List };
        if kind != before.kind {
            let text = "A list does not become a rule, nor a rule a list: create another audience.";
            return Err(Failure::invalid("rule", "wrong_kind", text).into());
        }
        let new = self.check_change(sandbox, new).await?;
        let (now, revision) = (self.now(), new.revision.unwrap_or(before.revision));
        let mut tx = self.store().begin().await?;
        if !audience_changes::save(&mut tx, &before.id, revision, &new, Change { by, now }).await? {
            drop(tx);
            let found = self.audience(sandbox, id).await?;
            let text = format!("{} changed this audience meanwhile, at {}.", found.modified_by, found.modified_at);
            return Err(Failure::conflict("changed_meanwhile", text).into());
        }
        tx.commit().await?;
        self.0.news.tell(sandbox);
        self.audience(sandbox, id).await
    }

    async fn check_change(&self, sandbox: &SandboxName, new: AudienceChange) -> Result<AudienceChange> {
        let new = new.checked().map_err(|faults| Failure::Invalid { faults })?;
        if let Some(rule) = &new.rule {
            self.check_rule(sandbox, rule, "rule").await?.into_result()?;
        }
        Ok(new)
    }

    /// Everything that is wrong with a rule; that it names audiences and campaigns that are there, too. `under`: where the rule
    /// stands.
    pub(crate) async fn check_rule(&self, sandbox: &SandboxName, rule: &Rule, under: &str) -> Result<Faults> {
        let mut faults = rule.check();
        if !faults.is_empty() {
            return Ok(Faults(faults.0.into_iter().map(|fault| fault.under(under)).collect()));
        }
        for (path, condition) in rule.conditions() {
            match condition {
                Rule::Member { audience_id } => {
                    let id: AudienceId = audience_id.parse()?;
                    let found = audiences::find(self.store(), sandbox, &id).await?;
                    if found.is_none_or(|found| found.audience.kind != AudienceKind::List) {
                        faults.0.push(unknown(&path, "audienceId", "audience").under(under));
                    }
                }
                Rule::Messages(past) => {
                    let Some(id) = &past.campaign_id else { continue };
                    if campaigns::find_head(self.store(), sandbox, &id.parse()?).await?.is_none() {
                        faults.0.push(unknown(&path, "campaignId", "campaign").under(under));
                    }
                }
                _ => {}
            }
        }
        Ok(faults)
    }

    /// What needs an audience. All drafts are read for it.
    pub async fn uses_of_audience(&self, sandbox: &SandboxName, id: &AudienceId) -> Result<Uses> {
        let mut uses = Uses::default();
        let mut after = String::new();
        loop {
            let page = audience_changes::campaigns_after(self.store(), sandbox, &after).await?;
            let Some(last) = page.last() else { break };
            after = last.id.to_string();
            let those = page.into_iter().filter(|texts| names(texts, id));
            uses.campaigns.extend(those.map(|texts| (texts.id, texts.name)));
        }
        for other in self.list_audiences(sandbox).await? {
            let asks = |rule: &Rule| rule.needs().lists.contains(&id.as_str());
            if other.rule.as_ref().is_some_and(asks) {
                uses.audiences.push(other.name);
            }
        }
        Ok(uses)
    }

    /// Deletes an audience that nothing needs, with its lists. `NotFound` `audience`, Conflict `audience_in_use` with what
    /// needs it.
    pub async fn delete_audience(&self, sandbox: &SandboxName, id: &str) -> Result<()> {
        let id = self.audience(sandbox, id).await?.id;
        let uses = self.uses_of_audience(sandbox, &id).await?;
        let names: Vec<&str> =
            uses.campaigns.iter().map(|(_, name)| name).chain(&uses.audiences).map(String::as_str).collect();
        if !names.is_empty() {
            let text = format!("This audience is in use: {}.", names.join(", "));
            return Err(Failure::conflict("audience_in_use", text).into());
        }
        let in_use = || {
            let text = "A run or a schedule of this audience is not over, or a list is being imported.";
            Error::from(Failure::conflict("audience_in_use", text))
        };
        let mut tx = self.store().begin().await?;
        if audience_changes::is_at_work(&mut tx, sandbox, &id).await? {
            return Err(in_use());
        }
        drop(tx);
        while let Some(file) = audience_files::of_audience(self.store(), &id).await? {
            self.remove_audience_file(&file).await?;
        }
        for import in audience_changes::imports(self.store(), &id).await? {
            self.remove_import(&import).await?;
        }
        let mut tx = self.store().begin().await?;
        if audience_changes::is_at_work(&mut tx, sandbox, &id).await? {
            return Err(in_use());
        }
        audience_changes::delete(&mut tx, sandbox, &id).await?;
        tx.commit().await?;
        self.0.news.tell(sandbox);
        Ok(())
    }
}

/// Does the draft of a campaign, or its live version, go to this audience?
fn names(campaign: &CampaignTexts, id: &AudienceId) -> bool {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Named {
        id: String,
    }
    #[derive(Default, Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    struct Texts {
        /// Of a draft.
        audience: Named,
        /// Of a version.
        audience_id: Option<String>,
    }
    let read = |text: &str| serde_json::from_str::<Texts>(text).unwrap_or_default();
    let (draft, live) = (read(&campaign.draft), campaign.live.as_deref().map(read).unwrap_or_default());
    draft.audience.id == id.as_str() || live.audience_id.as_deref() == Some(id.as_str())
}
