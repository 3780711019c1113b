//! Live campaigns as intake and delivery need them: the row for a moment, compiled versions for as long as they fit.

use std::sync::Arc;
use std::time::Duration;

use content::{Compiled, Contents, Given, Sources};
use domain::campaign::{CampaignDefinition, CampaignStatus};
use domain::channel_configuration::Category;
use domain::execution::Recipient;
use domain::id::CampaignId;
use domain::mail_templates::MailTemplates;
use domain::variable::{VariableRules, rules_of};
use domain::variants::VariantKey;
use domain::{Failure, SandboxName, Timestamp};

use super::pace::Pace;
use crate::recent::Recent;
use crate::store::campaigns::StoredCampaign;
use crate::store::{campaign_versions, campaigns, proofs};
use crate::{Engine, Error, Result};

/// Campaign rows of the last second, and versions, which never change; compiled with what a configuration adds to them.
pub(crate) struct VersionCache {
    rows: Recent<(SandboxName, CampaignId), StoredCampaign>,
    definitions: Recent<(CampaignId, i64), Arc<CampaignDefinition>>,
    versions: Recent<(CampaignId, i64, Arc<MailTemplates>), Arc<CompiledVersion>>,
}

impl Default for VersionCache {
    fn default() -> Self {
        // A second decides how long another process still accepts calls of a campaign that was stopped here.
        Self {
            rows: Recent::new(10_000, Some(Duration::from_secs(1))),
            definitions: Recent::new(500, None),
            versions: Recent::new(500, None),
        }
    }
}

impl VersionCache {
    /// The row of this campaign has changed.
    pub(crate) fn forget_campaign(&self, sandbox: &SandboxName, id: &CampaignId) {
        self.rows.forget(&(sandbox.clone(), id.clone()));
    }
}

/// A version with its compiled contents.
pub(crate) struct CompiledVersion {
    pub(crate) number: i64,
    pub(crate) definition: Arc<CampaignDefinition>,
    pub(crate) contents: Contents,
    pub(crate) pace: Pace,
}

impl CompiledVersion {
    /// What stands for a variant; `None`: the main content.
    pub(crate) fn compiled(&self, variant: Option<&VariantKey>) -> &Compiled {
        self.contents.of_variant(&self.definition.variants, variant)
    }

    /// What a message of this campaign is, for its templates; nothing, when they do not ask.
    pub(crate) fn given(&self, campaign: &CampaignId, recipient: &Recipient, address: &str, now: Timestamp) -> Given {
        if !self.contents.contract().reads_given() {
            return Given::default();
        }
        Given {
            campaign_id: campaign.to_string(),
            campaign_name: self.definition.name.clone(),
            // A draft has no version.
            campaign_version: self.number.max(0),
            user_id: recipient.user_id.clone(),
            namespace: recipient.namespace.clone(),
            address: address.to_owned(),
            now: now.to_string(),
        }
    }
}

/// A campaign that is or was live, at this moment.
#[derive(Clone)]
pub(crate) struct LiveCampaign {
    pub(crate) id: CampaignId,
    /// At this moment: calls are accepted when it is `Live`.
    pub(crate) status: CampaignStatus,
    pub(crate) category: Category,
    pub(crate) starts_at: Option<Timestamp>,
    pub(crate) ends_at: Option<Timestamp>,
    pub(crate) version: Arc<CompiledVersion>,
}

impl Engine {
    /// The campaign that a call names, with the version that answers. `NotFound` `campaign`; Conflict
    /// `campaign_not_live` when it was never activated.
    pub(crate) async fn live_campaign(&self, sandbox: &SandboxName, campaign_id: &str) -> Result<LiveCampaign> {
        let unknown = || Failure::not_found("campaign");
        let id: CampaignId = campaign_id.parse().map_err(|_| unknown())?;
        let now = self.now();
        let key = (sandbox.clone(), id);
        let load = campaigns::find_head(self.store(), sandbox, &key.1);
        let row = self.0.versions.rows.find_or(&key, now, load).await?.ok_or_else(unknown)?;
        let Some(number) = row.live_version() else {
            return Err(Failure::conflict("campaign_not_live", "This campaign is not activated.").into());
        };
        let campaign = row.at(now);
        Ok(LiveCampaign {
            version: self.version(&campaign.id, number).await?,
            id: campaign.id,
            status: campaign.status,
            category: campaign.category,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
        })
    }

    /// A version with its compiled contents; below zero, what a proof of a draft says. There is one for every message.
    pub(crate) async fn version(&self, campaign: &CampaignId, number: i64) -> Result<Arc<CompiledVersion>> {
        let definition = self.definition(campaign, number).await?;
        let sending = self.configuration_if_any(&definition.configuration_id).await?;
        let templates = sending.map(|sending| Arc::clone(&sending.templates)).unwrap_or_default();
        let key = (campaign.clone(), number, templates);
        let compile = async {
            let rules = rules_of(&definition.variables);
            let contents = Contents::compile(sources(&definition, &rules, &key.2)).map_err(|faults| {
                let why = faults.0.first().map_or("", |fault| fault.text.as_str());
                Error::unexpected(format!("version {number} of {campaign} does not compile: {why}"))
            })?;
            let definition = Arc::clone(&definition);
            Ok::<_, Error>(Some(Arc::new(CompiledVersion { number, definition, contents, pace: Pace::default() })))
        };
        let compiled = self.0.versions.versions.find_or(&key, self.now(), compile).await?;
        compiled.ok_or_else(|| missing_version(campaign, number))
    }

    /// What a version says; numbers as [`Engine::version`] has them.
    pub(crate) async fn definition(&self, campaign: &CampaignId, number: i64) -> Result<Arc<CampaignDefinition>> {
        let load = async {
            let found = if number < 0 {
                proofs::find_version(self.store(), campaign, number).await?
            } else {
                campaign_versions::find(self.store(), campaign, number).await?.map(|version| version.definition)
            };
            Ok::<_, Error>(found.map(Arc::new))
        };
        let found = self.0.versions.definitions.find_or(&(campaign.clone(), number), self.now(), load).await?;
        found.ok_or_else(|| missing_version(campaign, number))
    }
}

fn missing_version(campaign: &CampaignId, number: i64) -> Error {
    Error::unexpected(format!("there is no version {number} of {campaign}"))
}

/// What a version is compiled of, sent by a configuration with these templates.
pub(crate) fn sources<'a>(
    definition: &'a CampaignDefinition,
    rules: &'a VariableRules,
    templates: &'a MailTemplates,
) -> Sources<'a> {
    let CampaignDefinition { content, variants, fragments, .. } = definition;
    Sources { main: content, variants, fragments, templates, rules }
}

#[cfg(test)]
mod tests {
    use domain::campaign::{Campaign, CampaignDetail, CampaignDraft};
    use domain::channel_configuration::{ChannelConfigurationDraft, ChannelConfigurationStatus};
    use domain::content::EmailContent;

    use super::*;
    use crate::keys::SecretKey;
    use crate::{ManualClock, Settings};

    const ANN: &str = "ann@example.com";

    struct World {
        engine: Engine,
        clock: Arc<ManualClock>,
        settings: Settings,
        sandbox: SandboxName,
        _folder: tempfile::TempDir,
    }

    impl World {
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let clock = Arc::new(ManualClock::at("2026-12-01T09:00:00Z".parse().unwrap()));
            let settings = Settings::sqlite_in(folder.path(), SecretKey::random());
            let engine = Engine::open(settings.clone(), clock.clone()).await.unwrap();
            Self { engine, clock, settings, sandbox: "dev".parse().unwrap(), _folder: folder }
        }

        async fn publish(&self, before: &CampaignDetail, draft: &CampaignDraft) -> CampaignDetail {
            let Campaign { id, revision, .. } = &before.campaign;
            let saved = self.engine.save_draft(&self.sandbox, id, *revision, draft, ANN).await.unwrap();
            // So that the row is remembered when the version is published.
            let _ = self.engine.live_campaign(&self.sandbox, id.as_str()).await;
            self.engine.publish_campaign(&self.sandbox, id, saved.campaign.revision, ANN).await.unwrap()
        }

        async fn complete_draft(&self) -> CampaignDraft {
            let configuration = ChannelConfigurationDraft {
                name: "Shop".into(),
                category: "transactional".into(),
                from_name: "Shop".into(),
                from_address: "shop@example.com".into(),
                transport: "capture".into(),
                ..Default::default()
            };
            let engine = &self.engine;
            let made = engine.create_channel_configuration(&self.sandbox, &configuration, ANN).await.unwrap();
            let active = ChannelConfigurationStatus::Active;
            engine.set_channel_configuration_status(&self.sandbox, &made.id, active, ANN).await.unwrap();
            let content =
                EmailContent { subject: "One".into(), html: "<p>Hello</p>".into(), ..Default::default() }.into();
            CampaignDraft {
                name: "Welcome".into(),
                configuration_id: made.id.to_string(),
                content,
                ..Default::default()
            }
        }

        async fn status(&self, engine: &Engine, id: &CampaignId) -> (CampaignStatus, i64) {
            let live = engine.live_campaign(&self.sandbox, id.as_str()).await.unwrap();
            (live.status, live.version.number)
        }
    }

    #[tokio::test]
    async fn publishing_and_stopping_hold_at_once_here_and_within_a_second_elsewhere() {
        let world = World::new().await;
        let engine = &world.engine;
        let elsewhere = Engine::open(world.settings.clone(), world.clock.clone()).await.unwrap();
        let created = engine.create_campaign(&world.sandbox, "Welcome", Category::Transactional, ANN).await.unwrap();
        let id = &created.campaign.id;
        let unpublished = engine.live_campaign(&world.sandbox, id.as_str()).await.err().unwrap().into_failure();
        assert_eq!(unpublished.code(), "campaign_not_live");

        let mut draft = world.complete_draft().await;
        let first = world.publish(&created, &draft).await;
        assert_eq!(world.status(engine, id).await, (CampaignStatus::Live, 1));
        assert_eq!(world.status(&elsewhere, id).await, (CampaignStatus::Live, 1));
        draft.content.email_mut().unwrap().subject = "Two".into();
        world.publish(&first, &draft).await;
        assert_eq!(world.status(engine, id).await, (CampaignStatus::Live, 2));
        engine.stop_campaign(&world.sandbox, id, ANN).await.unwrap();
        assert_eq!(world.status(engine, id).await, (CampaignStatus::Stopped, 2));
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(world.status(&elsewhere, id).await, (CampaignStatus::Stopped, 2));
    }

    #[tokio::test]
    async fn a_version_stays_what_it_was() {
        let world = World::new().await;
        let created =
            world.engine.create_campaign(&world.sandbox, "Welcome", Category::Transactional, ANN).await.unwrap();
        let mut draft = world.complete_draft().await;
        let first = world.publish(&created, &draft).await;
        draft.content.email_mut().unwrap().subject = "Two".into();
        world.publish(&first, &draft).await;
        let version = world.engine.version(&created.campaign.id, 1).await.unwrap();
        assert_eq!(version.definition.content.email().unwrap().subject, "One");
        assert!(world.engine.version(&created.campaign.id, 3).await.is_err());
    }

    #[tokio::test]
    async fn a_campaign_that_cannot_exist_or_is_elsewhere_is_unknown() {
        let world = World::new().await;
        let created =
            world.engine.create_campaign(&world.sandbox, "Welcome", Category::Transactional, ANN).await.unwrap();
        let prod = "prod".parse().unwrap();
        for (sandbox, id) in [(&world.sandbox, "\0"), (&world.sandbox, ""), (&prod, created.campaign.id.as_str())] {
            let failure = world.engine.live_campaign(sandbox, id).await.err().unwrap().into_failure();
            assert_eq!(failure, Failure::not_found("campaign"));
        }
    }
}
