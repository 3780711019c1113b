//! The draft: created, saved step by step, duplicated, deleted.

use domain::campaign::{Campaign, CampaignDetail, CampaignDraft, CampaignStatus};
use domain::channel_configuration::Category;
use domain::content::Content;
use domain::id::{CampaignId, time_ordered};
use domain::variants::path_in;
use domain::{Failure, Fault, Faults, SandboxName, Timestamp};

use super::publish::{detail_in, live_version};
use super::review::differs;
use super::{changed_meanwhile, found};
use crate::files::{check_known, put_uses};
use crate::ids::new_id;
use crate::store::campaigns::{self, Change};
use crate::store::files::{self, NewFile};
use crate::{Engine, Result};

impl Engine {
    /// A new draft, otherwise empty. Invalid `name_taken` at `name`. The category is chosen for good.
    pub async fn create_campaign(
        &self,
        sandbox: &SandboxName,
        name: &str,
        category: Category,
        by: &str,
    ) -> Result<CampaignDetail> {
        let draft = CampaignDraft { name: name.to_owned(), ..Default::default() };
        self.insert_campaign(sandbox, draft, category, by).await
    }

    /// Stores what is well-formed; returns the detail with the new revision. Conflict `changed_meanwhile` (the text
    /// names who and when) when `revision` is old; nothing is stored then. A draft without changes keeps its revision.
    pub async fn save_draft(
        &self,
        sandbox: &SandboxName,
        id: &CampaignId,
        revision: i64,
        draft: &CampaignDraft,
        by: &str,
    ) -> Result<CampaignDetail> {
        self.save_draft_with(sandbox, id, revision, draft, &[], by).await
    }

    /// The same with files that the draft has not had before. Invalid `unknown_file` at `content.attachments` for any other.
    pub(crate) async fn save_draft_with(
        &self,
        sandbox: &SandboxName,
        id: &CampaignId,
        revision: i64,
        draft: &CampaignDraft,
        new: &[NewFile],
        by: &str,
    ) -> Result<CampaignDetail> {
        let draft = tidy(draft.clone())?;
        let now = self.now();
        let mut tx = self.store().begin().await?;
        let before = found(campaigns::find_in(&mut tx, sandbox, id).await?)?;
        if before.head.revision() != revision {
            return Err(changed_meanwhile(&before.head.at(now)).into());
        }
        let draft = with_experiment_id(draft, Some(&before.draft), now);
        let live = live_version(&mut tx, &before).await?;
        if draft == before.draft {
            return Ok(CampaignDetail { campaign: before.head.at(now), draft, live, pause: before.head.pause() });
        }
        check_known(&draft, &before.draft, new)?;
        let category = before.head.at(now).category;
        if live.is_some() && draft.content.channel() != before.draft.content.channel() {
            let text = "The channel is fixed since the campaign was activated. Create another campaign.";
            return Err(Failure::invalid("channel", "channel_frozen", text).into());
        }
        let open = live.is_some_and(|live| differs(&draft, category, &live.definition));
        if !campaigns::save_draft(&mut tx, id, revision, &draft, open, Change { by, now }).await? {
            // On PostgreSQL another transaction may have saved since the row was read.
            let latest = found(campaigns::find_in(&mut tx, sandbox, id).await?)?;
            return Err(changed_meanwhile(&latest.head.at(now)).into());
        }
        for file in new {
            files::insert(&mut tx, file, now).await?;
        }
        put_uses(&mut tx, id.as_str(), &draft.content, &draft.variants).await?;
        let detail = detail_in(&mut tx, sandbox, id, now).await?;
        tx.commit().await?;
        self.0.versions.forget_campaign(sandbox, id);
        Ok(detail)
    }

    /// A new draft under another name, of the same category and with the same draft.
    pub async fn duplicate_campaign(
        &self,
        sandbox: &SandboxName,
        id: &CampaignId,
        name: &str,
        by: &str,
    ) -> Result<CampaignDetail> {
        let original = self.find_campaign(sandbox, id).await?;
        let mut draft = CampaignDraft { name: name.to_owned(), ..original.draft };
        // People are shared out anew.
        draft.variants.experiment.iter_mut().for_each(|experiment| experiment.id.clear());
        self.insert_campaign(sandbox, draft, original.campaign.category, by).await
    }

    /// Drafts that were never live only; Conflict `was_live` for any other.
    pub async fn delete_campaign(&self, sandbox: &SandboxName, id: &CampaignId) -> Result<()> {
        let mut tx = self.store().begin().await?;
        if !campaigns::delete(&mut tx, sandbox, id).await? {
            found(campaigns::find_in(&mut tx, sandbox, id).await?)?;
            let text = "This campaign was live, and its log needs it. Only drafts can be deleted.";
            return Err(Failure::conflict("was_live", text).into());
        }
        files::remove_uses(&mut tx, id.as_str()).await?;
        tx.commit().await?;
        self.0.versions.forget_campaign(sandbox, id);
        Ok(())
    }

    async fn insert_campaign(
        &self,
        sandbox: &SandboxName,
        draft: CampaignDraft,
        category: Category,
        by: &str,
    ) -> Result<CampaignDetail> {
        let now = self.now();
        let draft = with_experiment_id(tidy(draft)?, None, now);
        let sandbox = self.find_sandbox(sandbox).await?.name;
        let campaign = Campaign {
            id: new_id(now, CampaignId::new),
            name: draft.name.clone(),
            category,
            channel: draft.content.channel(),
            status: CampaignStatus::Draft,
            live_version: None,
            draft_open: false,
            revision: 1,
            created_at: now,
            modified_at: now,
            modified_by: by.to_owned(),
        };
        let mut tx = self.store().begin().await?;
        campaigns::insert(&mut tx, &sandbox, &campaign, &draft).await?;
        put_uses(&mut tx, campaign.id.as_str(), &draft.content, &draft.variants).await?;
        tx.commit().await?;
        Ok(CampaignDetail { campaign, draft, live: None, pause: None })
    }
}

/// The draft as it is stored, the HTML of mails in blocks or in MJML made; or all faults of what is there.
fn tidy(mut draft: CampaignDraft) -> Result<CampaignDraft, Failure> {
    let main = std::iter::once((None, &mut draft.content));
    let mut faults = Faults::default();
    for (at, content) in main.chain(draft.variants.contents.iter_mut().map(|(key, content)| (Some(key), content))) {
        let Content::Email(email) = content else { continue };
        let found = content::put_html(email).err().unwrap_or_default();
        faults.0.extend(found.0.into_iter().map(|fault| Fault { path: path_in(at, &fault.path), ..fault }));
    }
    faults.into_result()?;
    draft.check_present().into_result()?;
    draft.name = draft.name.trim().to_owned();
    draft.variables.retain(|_, rule| !rule.is_empty());
    Ok(draft)
}

/// An experiment without an id keeps the one that it has, and gets one of its own when it is first saved.
fn with_experiment_id(mut draft: CampaignDraft, before: Option<&CampaignDraft>, now: Timestamp) -> CampaignDraft {
    if let Some(before) = before {
        draft.variants.keep_experiment_id(&before.variants);
    }
    if let Some(experiment) = draft.variants.experiment.as_mut().filter(|it| it.id.is_empty()) {
        experiment.id = new_id(now, |milliseconds, random| format!("exp_{}", time_ordered(milliseconds, random)));
    }
    draft
}
