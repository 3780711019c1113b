//! A reviewed draft becomes an immutable version; a live campaign is stopped.

use content::with_known_fragments;
use domain::campaign::{CampaignDefinition, CampaignDetail, CampaignDraft, CampaignStatus, CampaignVersion, Review};
use domain::channel_configuration::{Category, Transport};
use domain::content::{Content, EmailContent};
use domain::id::CampaignId;
use domain::library::Fragments;
use domain::mail_templates::MailTemplates;
use domain::sandbox::SandboxMode;
use domain::variants::path_in;
use domain::{Failure, Fault, Faults, SandboxName, Timestamp};

use super::live_activity;
use super::review::{Reviewed, check_configuration, review};
use super::{changed_meanwhile, found};
use crate::experiments;
use crate::files::put_uses;
use crate::store::campaigns::{Change, Live, StoredDraft};
use crate::store::channel_configurations::StoredConfiguration;
use crate::store::{Alone, Tx, campaign_versions, campaigns, channel_configurations, fragments};
use crate::{Engine, Result};

impl Engine {
    /// Everything that blocks activation, and warnings: also what would break callers of the live version.
    pub async fn review_campaign(&self, sandbox: &SandboxName, id: &CampaignId) -> Result<Review> {
        let stored = found(campaigns::find(self.store(), sandbox, id).await?)?;
        let configuration = self.configuration_of(sandbox, &stored.draft).await?;
        let named = self.named(sandbox, &stored.draft, configuration.as_ref()).await?;
        let now = self.now();
        let campaign = stored.head.at(now);
        let Reviewed { mut review, contents, .. } = review(&stored.draft, campaign.category, &named, now);
        review.errors.0.extend(self.late_scaling(id, &stored.draft, now).await?);
        review.warnings.0.extend(self.leaving_warnings(&stored.draft, &named.fragments, campaign.category).0);
        review.warnings.0.extend(self.failover_warning(configuration.as_ref()).await?);
        if let (Some(contents), Some(number)) = (contents, campaign.live_version)
            && !campaign.status.is_over()
        {
            let live = self.version(id, number).await?;
            review.warnings.0.extend(contents.contract().breaks(live.contents.contract()).0);
        }
        Ok(review)
    }

    /// What stands in must send, too.
    async fn failover_warning(&self, configuration: Option<&StoredConfiguration>) -> Result<Option<Fault>> {
        let Some(StoredConfiguration { configuration, sandbox, .. }) = configuration else { return Ok(None) };
        let Some(id) = configuration.failover.as_ref().filter(|_| configuration.transport != Transport::Capture) else {
            return Ok(None);
        };
        let Some(other) = channel_configurations::find(self.store(), id).await? else { return Ok(None) };
        let other = other.configuration;
        if other.transport != Transport::Capture || self.find_sandbox(sandbox).await?.mode == SandboxMode::Capture {
            return Ok(None);
        }
        let name = other.name;
        let text = format!("The failover configuration “{name}” captures: while it stands in, messages reach nobody.");
        Ok(Some(Fault::new("configurationId", "failover_captures", text)))
    }

    /// Whoever gets marketing must be able to leave, and what is counted needs an address that the world reaches.
    fn leaving_warnings(&self, draft: &CampaignDraft, fragments: &Fragments, category: Category) -> Faults {
        let mut warnings = Faults::default();
        for (at, content) in draft.contents() {
            let found = match &*with_known_fragments(content, fragments).0 {
                Content::Email(email) => self.leaving_warnings_of_mail(email, category),
                Content::Mobile(mobile) if mobile.shorten_links && self.short_url().is_none() => {
                    let text = "This server has no public address (server.public_url): links stay as they are, and nothing is counted.";
                    Faults(vec![Fault::new("content.shortenLinks", "no_short_address", text)])
                }
                Content::Mobile(_) | Content::Push(_) => Faults::default(),
            };
            warnings.0.extend(found.0.into_iter().map(|fault| Fault { path: path_in(at, &fault.path), ..fault }));
        }
        warnings
    }

    fn leaving_warnings_of_mail(&self, email: &EmailContent, category: Category) -> Faults {
        let mut warnings = Faults::default();
        let is_marketing = category == Category::Marketing;
        let ways = ["unsubscribe_url", "preferences_url", "consent_params"];
        let has_way = |text: &str| ways.iter().any(|way| text.contains(way));
        let has_link = has_way(&email.html) || has_way(&email.text);
        if is_marketing && !has_link {
            let text = "The mail has no link to leave the list. Put {{ unsubscribe_url }} into a link.";
            warnings.add("content.html", "no_unsubscribe_link", text);
        }
        if shows_path(&email.html) {
            let text = "An image has only a path, which leads nowhere in a mail. Set server.public_url, and choose the image again.";
            warnings.add("content.html", "image_without_address", text);
        }
        if self.0.settings.public_url.is_empty()
            && (is_marketing || has_link || email.track_opens || email.track_clicks)
        {
            let text = "This server has no public address (server.public_url): nothing is counted, and nobody can unsubscribe.";
            warnings.add("content.tracking", "no_public_address", text);
        }
        warnings
    }

    /// Reviewed draft → immutable version, live or scheduled. Invalid with all faults when the review has errors;
    /// Conflict `changed_meanwhile` when `revision` is not the reviewed one, `campaign_ended` when it was stopped or is
    /// over. A draft that says what the live version says makes no new version.
    pub async fn publish_campaign(
        &self,
        sandbox: &SandboxName,
        id: &CampaignId,
        revision: i64,
        by: &str,
    ) -> Result<CampaignDetail> {
        let stored = found(campaigns::find(self.store(), sandbox, id).await?)?;
        let now = self.now();
        let campaign = stored.head.at(now);
        if campaign.revision != revision {
            return Err(changed_meanwhile(&campaign).into());
        }
        // Reviewed before the transaction: parsing templates holds up no writer.
        let configuration = self.configuration_of(sandbox, &stored.draft).await?;
        let named = self.named(sandbox, &stored.draft, configuration.as_ref()).await?;
        campaign.status.publish(now, None)?;
        let Reviewed { mut review, definition, .. } = review(&stored.draft, campaign.category, &named, now);
        review.errors.0.extend(self.late_scaling(id, &stored.draft, now).await?);
        let Some(definition) = definition.filter(|_| review.errors.is_empty()) else {
            return Err(Failure::Invalid { faults: review.errors }.into());
        };
        let status = campaign.status.publish(now, definition.start)?;
        let detail = self.store_version(sandbox, &stored, status, definition, Change { by, now }).await?;
        self.0.versions.forget_campaign(sandbox, id);
        Ok(detail)
    }

    async fn store_version(
        &self,
        sandbox: &SandboxName,
        stored: &StoredDraft,
        status: CampaignStatus,
        definition: CampaignDefinition,
        change: Change<'_>,
    ) -> Result<CampaignDetail> {
        let id = stored.head.id();
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::ConfigurationUse).await?;
        tx.alone(Alone::Fragments).await?;
        self.check_fragments(&mut tx, sandbox, &definition).await?;
        let category = stored.head.at(change.now).category;
        let configuration = channel_configurations::find_in(&mut tx, &definition.configuration_id).await?;
        check_configuration(category, definition.content.channel(), configuration.as_ref()).into_result()?;
        let named = configuration.as_ref().map(|it| &it.configuration);
        live_activity::check(&stored.draft, named).into_result()?;
        if let Some(live) = live_version(&mut tx, stored).await?
            && live.definition == definition
        {
            return Ok(CampaignDetail {
                campaign: stored.head.at(change.now),
                draft: stored.draft.clone(),
                live: Some(live),
                pause: stored.head.pause(),
            });
        }
        let number = campaign_versions::last_number(&mut tx, id).await? + 1;
        let live = Live {
            status,
            number,
            configuration_id: &definition.configuration_id,
            starts_at: definition.start,
            ends_at: definition.end,
        };
        if !campaigns::publish(&mut tx, &stored.head, &live, change).await? {
            let latest = found(campaigns::find_in(&mut tx, sandbox, id).await?)?;
            return Err(changed_meanwhile(&latest.head.at(change.now)).into());
        }
        let version = CampaignVersion {
            campaign_id: id.clone(),
            number,
            definition,
            mail: MailTemplates::default(),
            published_at: change.now,
            published_by: change.by.to_owned(),
        };
        campaign_versions::insert(&mut tx, &version).await?;
        fragments::insert_uses(&mut tx, &version).await?;
        experiments::begin(&mut tx, id, &version.definition, change.now).await?;
        let CampaignDefinition { content, variants, .. } = &version.definition;
        put_uses(&mut tx, &format!("{id}/{number}"), content, variants).await?;
        let after = found(campaigns::find_in(&mut tx, sandbox, id).await?)?;
        tx.commit().await?;
        Ok(CampaignDetail {
            campaign: after.head.at(change.now),
            pause: after.head.pause(),
            draft: after.draft,
            live: Some(version),
        })
    }

    /// Ends a live, scheduled or paused campaign for good. Conflict `campaign_not_live` for any other. Messages of calls that
    /// were accepted before are still sent, but not those that a pause holds: they end as excluded. A run makes no further
    /// ones, and what is scheduled expires at its time.
    pub async fn stop_campaign(&self, sandbox: &SandboxName, id: &CampaignId, by: &str) -> Result<CampaignDetail> {
        let now = self.now();
        let mut tx = self.store().begin().await?;
        let stored = found(campaigns::find_in(&mut tx, sandbox, id).await?)?;
        let stopped = stored.head.at(now).status.stop()?;
        let written = campaigns::set_status(&mut tx, &stored.head, stopped, Change { by, now }).await?;
        self.end_turn(tx, sandbox, id, now, written).await
    }

    /// Commits what stopped, paused or resumed a campaign, and tells whoever has to know. Not `written`: somebody changed it
    /// meanwhile.
    pub(super) async fn end_turn(
        &self,
        mut tx: Tx,
        sandbox: &SandboxName,
        id: &CampaignId,
        now: Timestamp,
        written: bool,
    ) -> Result<CampaignDetail> {
        if !written {
            let latest = found(campaigns::find_in(&mut tx, sandbox, id).await?)?;
            return Err(changed_meanwhile(&latest.head.at(now)).into());
        }
        let detail = detail_in(&mut tx, sandbox, id, now).await?;
        tx.commit().await?;
        self.campaign_turned(sandbox, id).await;
        Ok(detail)
    }
}

/// The newest version of a campaign, when it was ever live.
pub(super) async fn live_version(tx: &mut Tx, stored: &StoredDraft) -> Result<Option<CampaignVersion>> {
    match stored.head.live_version() {
        Some(number) => campaign_versions::find_in(tx, stored.head.id(), number).await,
        None => Ok(None),
    }
}

/// A campaign as the transaction leaves it.
pub(super) async fn detail_in(
    tx: &mut Tx,
    sandbox: &SandboxName,
    id: &CampaignId,
    now: Timestamp,
) -> Result<CampaignDetail> {
    let stored = found(campaigns::find_in(tx, sandbox, id).await?)?;
    let live = live_version(tx, &stored).await?;
    Ok(CampaignDetail { campaign: stored.head.at(now), pause: stored.head.pause(), draft: stored.draft, live })
}

/// Does a mail show an image of the library by its path alone?
fn shows_path(html: &str) -> bool {
    let mut found = false;
    content::with_image_addresses(html, |address| {
        found |= address.starts_with(domain::asset::ADDRESS);
        None
    });
    found
}
