//! Server functions of campaigns.

use content::{Given, Imported};
use domain::Page;
use domain::audience::Audience;
use domain::campaign::{Campaign, CampaignDetail, CampaignResults, LinkClicks, Review, Step, VersionLine};
use domain::channel_configuration::{Category, Channel, ChannelConfigurationStatus};
use domain::circuit::Circuit;
use domain::content::Content;
use domain::library::Fragments;
use domain::mail_templates::MailTemplates;
use domain::message::Message;
use domain::push_token::PushPlatform;
use domain::topic::Topic;
use domain::variants::VariantKey;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::step_fields::StepFields;
use super::variants::ContentPlace;
use super::wizard::{Around, Drawn};
use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;
#[cfg(feature = "ssr")]
pub(super) use server::asked;

/// A campaign and everything its pages show around it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenedCampaign {
    pub detail: CampaignDetail,
    pub review: Review,
    /// Every configuration of the sandbox.
    pub configurations: Vec<ConfigurationChoice>,
    /// Every audience of the sandbox; none for a transactional campaign.
    pub audiences: Vec<Audience>,
    /// The custom rule sets of the sandbox; none for a transactional campaign.
    pub rule_sets: Vec<RuleSetChoice>,
    /// Topics that are offered; none for a transactional campaign.
    pub topics: Vec<Topic>,
    /// What happened to calls; `None` for a campaign that was never live.
    pub activity: Option<CallActivity>,
    /// The messages of the live version wait for their server.
    pub circuit: Option<Circuit>,
    /// The counted links of the live version.
    pub links: Vec<LinkClicks>,
    /// What short links begin with; empty: there are none.
    pub short_url: String,
    /// What contents get of the fragments of the sandbox: those that the draft names, and others.
    pub fragments: Fragments,
    /// Newest first.
    pub versions: Vec<VersionLine>,
    /// Where callers reach Hermod: scheme, host and port.
    pub origin: String,
    /// Whose content is opened; `None`: the main one.
    pub variant: Option<VariantKey>,
    /// That content.
    pub drawn: Drawn,
    /// The MJML that its design makes; empty: it has none.
    pub mjml: String,
    /// Another content beside it, when one is asked for.
    pub beside: Option<Beside>,
    /// What the live version shows and asks for.
    pub contract: Option<Contract>,
}

/// A content that is looked at beside the one that is opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Beside {
    /// `None`: the main one.
    pub variant: Option<VariantKey>,
    pub drawn: Drawn,
}

/// What a version shows, and what calls of it carry. Made by the server: the pages that show it need no templates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    pub drawn: Drawn,
    /// JSON Schema of the values of a call.
    pub schema: Value,
    /// Values for `context.*`: the author's examples, otherwise what the content could be given.
    pub context: Map<String, Value>,
    /// The same for `profile.*`.
    pub profile: Map<String, Value>,
}

impl OpenedCampaign {
    /// The content that is opened: the variant's own, or the one that stands in for it.
    pub fn content(&self) -> &Content {
        self.detail.draft.content_at(self.variant.as_ref())
    }

    /// It is the variant's own, or the main one.
    pub fn is_written(&self) -> bool {
        self.variant.as_ref().is_none_or(|key| self.detail.draft.variants.contents.contains_key(key))
    }

    /// Where it stands.
    pub fn place(&self, sandbox: String) -> ContentPlace {
        ContentPlace { sandbox, campaign: self.detail.campaign.id.to_string(), variant: self.variant.clone() }
    }

    /// What is around the content of the draft where it is sent.
    pub fn around(&self) -> Around {
        let named = self.configurations.iter().find(|it| it.id == self.detail.draft.configuration_id);
        let campaign = &self.detail.campaign;
        Around {
            short_url: self.short_url.clone(),
            mail: named.map(|it| it.mail.clone()).unwrap_or_default(),
            category: Some(campaign.category),
            given: Some(given(campaign, campaign.live_version.unwrap_or(0) + 1)),
            fragments: self.fragments.clone(),
        }
    }
}

/// What messages of a version are, made up where only a message can say it.
fn given(campaign: &Campaign, version: i64) -> Given {
    let (campaign_id, campaign_name) = (campaign.id.to_string(), campaign.name.clone());
    Given { campaign_id, campaign_name, campaign_version: version, ..Given::sample() }
}

/// As much of a channel configuration as a campaign shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationChoice {
    pub id: String,
    pub name: String,
    /// `Shop <shop@example.com>`, a number, or the name of the provider.
    pub from: String,
    pub channel: Channel,
    pub category: Category,
    pub status: ChannelConfigurationStatus,
    /// Its messages land in the capture inbox.
    pub captures: bool,
    /// What it says in every mail.
    pub mail: MailTemplates,
    /// Of one for notifications, whose devices it sends to; `None`: to all.
    pub platform: Option<PushPlatform>,
}

/// As much of a rule set as a campaign shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSetChoice {
    pub id: String,
    pub name: String,
    pub active: bool,
}

/// Calls of the last 24 hours and the last message that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallActivity {
    /// Oldest hour first; the last one is the present hour.
    pub calls_per_hour: Vec<i64>,
    pub last_failure: Option<Message>,
}

/// Where a save leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// The step that was saved.
    pub step: Step,
    /// The step that the person asked for; empty or missing: the next one.
    #[serde(default)]
    pub leave: String,
    /// Only save.
    #[serde(default)]
    pub stay: bool,
    /// Whose content the fields are of, such as `a/-/ko`; empty or missing: the main one.
    #[serde(default)]
    pub variant: String,
    /// Whose content is shown next, where the step has several.
    #[serde(default)]
    pub show: String,
}

#[cfg(feature = "ssr")]
impl Way {
    /// The step to show after the save.
    pub fn next(&self) -> Step {
        match self.leave.parse() {
            Ok(wanted) => wanted,
            Err(_) if self.stay => self.step,
            Err(_) => self.step.next().unwrap_or(self.step),
        }
    }

    /// Whose content the next step shows.
    fn shown(&self) -> Option<VariantKey> {
        let shown = if self.show.is_empty() { &self.variant } else { &self.show };
        shown.parse().ok().filter(|key| *key != VariantKey::default())
    }
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CampaignList {
    pub page: Page<Campaign>,
    /// Nothing is listed, and there is no active channel configuration that a first campaign could be sent over.
    pub needs_configuration: bool,
}

/// A page of the list. Empty texts do not filter.
#[server]
pub async fn list_campaigns(sandbox: String, name: String, status: String, cursor: String) -> Answer<CampaignList> {
    answer(server::list(sandbox, name, status, cursor).await)
}

/// What became of its messages in the last seven days.
#[server]
pub async fn find_campaign_results(sandbox: String, campaign: String) -> Answer<CampaignResults> {
    answer(server::results(sandbox, campaign).await)
}

/// A campaign for its pages, with its main content.
#[server]
pub async fn open_campaign(sandbox: String, campaign: String) -> Answer<OpenedCampaign> {
    answer(server::open(sandbox, campaign, "", "").await)
}

/// The same with the content of a variant, and with another one `beside` it. A key that the campaign does not have, or an
/// empty one, stands for the main content; without `beside` there is none.
#[server]
pub async fn open_variant(
    sandbox: String,
    campaign: String,
    #[server(default)] variant: String,
    #[server(default)] beside: String,
) -> Answer<OpenedCampaign> {
    answer(server::open(sandbox, campaign, &variant, &beside).await)
}

/// The campaign's row alone: who changed it last, and its revision.
#[server]
pub async fn find_campaign(sandbox: String, campaign: String) -> Answer<Campaign> {
    answer(server::find(sandbox, campaign).await)
}

/// A new draft; goes to its wizard.
#[server]
pub async fn create_campaign(sandbox: String, name: String, category: Category) -> Answer<()> {
    answer(server::create(sandbox, name, category).await)
}

/// Saves the fields of one step and goes on. `over` is the newer revision that the person decided to save over.
#[server]
pub async fn save_step(
    sandbox: String,
    campaign: String,
    revision: i64,
    over: Option<i64>,
    way: Way,
    #[server(default)] fields: StepFields,
) -> Answer<()> {
    answer(server::save(sandbox, campaign, over.unwrap_or(revision), fields, &way).await)
}

/// A template of another product as one of ours, with what was not converted. Nothing is kept.
#[server]
pub async fn import_template(sandbox: String, source: String) -> Answer<Imported> {
    answer(server::import(&sandbox, &source).await)
}

/// Activates the reviewed draft and goes to the trigger call.
#[server]
pub async fn publish_campaign(sandbox: String, campaign: String, revision: i64) -> Answer<()> {
    answer(server::publish(sandbox, campaign, revision).await)
}

/// Ends a live or scheduled campaign for good.
#[server]
pub async fn stop_campaign(sandbox: String, campaign: String) -> Answer<()> {
    answer(server::stop(sandbox, campaign).await)
}

/// Holds everything back until the campaign is resumed.
#[server]
pub async fn pause_campaign(sandbox: String, campaign: String) -> Answer<()> {
    answer(server::pause(sandbox, campaign).await)
}

/// Goes on after a pause.
#[server]
pub async fn resume_campaign(sandbox: String, campaign: String) -> Answer<()> {
    answer(server::resume(sandbox, campaign).await)
}

/// A new draft with the same content under another name; goes to its wizard.
#[server]
pub async fn duplicate_campaign(sandbox: String, campaign: String, name: String) -> Answer<()> {
    answer(server::duplicate(sandbox, campaign, name).await)
}

/// Deletes a draft that was never live and goes to the list.
#[server]
pub async fn delete_campaign(sandbox: String, campaign: String) -> Answer<()> {
    answer(server::delete(sandbox, campaign).await)
}

#[cfg(feature = "ssr")]
mod server {
    use std::fmt::Write as _;
    use std::sync::Arc;

    use domain::access::Permission;
    use domain::campaign::{
        Campaign, CampaignDefinition, CampaignDetail, CampaignDraft, CampaignResults, CampaignVersion, Step,
    };
    use domain::channel_configuration::{
        Category, ChannelConfiguration, ChannelConfigurationStatus, Transport, TransportKind,
    };
    use domain::id::CampaignId;
    use domain::rule_set::RuleStatus;
    use domain::variable::rules_of;
    use domain::variants::{VariantKey, path_in};
    use domain::{Failure, Fault, Faults, SandboxName};
    use engine::Result;
    use engine::campaigns::CampaignFilter;
    use leptos_axum::redirect;

    use super::super::wizard::{Around, Drawn, SampleTexts};
    use super::super::{campaign_path, list_path, step_path};
    use super::{
        Beside, CallActivity, CampaignList, ConfigurationChoice, Contract, OpenedCampaign, RuleSetChoice, StepFields,
        Way,
    };
    use crate::session::{Caller, caller};

    pub async fn list(sandbox: String, name: String, status: String, cursor: String) -> Result<CampaignList> {
        let caller = caller(Permission::ViewCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let cursor = (!cursor.is_empty()).then_some(cursor.as_str());
        let page = caller.engine.list_campaigns(&sandbox, &CampaignFilter { name, status }, cursor).await?;
        let needs_configuration = page.rows.is_empty() && {
            let all = caller.engine.list_channel_configurations(&sandbox).await?;
            all.iter().all(|found| found.status != ChannelConfigurationStatus::Active)
        };
        Ok(CampaignList { page, needs_configuration })
    }

    pub async fn import(sandbox: &str, source: &str) -> Result<content::Imported> {
        caller(Permission::ManageCampaigns).await?.sandbox(sandbox).await?;
        Ok(content::import(source))
    }

    pub async fn results(sandbox: String, campaign: String) -> Result<CampaignResults> {
        let (caller, sandbox, id) = asked(Permission::ViewCampaigns, &sandbox, &campaign).await?;
        caller.engine.campaign_results(&sandbox, &id).await
    }

    pub async fn open(sandbox: String, campaign: String, variant: &str, beside: &str) -> Result<OpenedCampaign> {
        let (caller, sandbox, id) = asked(Permission::ViewCampaigns, &sandbox, &campaign).await?;
        let detail = caller.engine.find_campaign(&sandbox, &id).await?;
        let activity = match detail.live {
            Some(_) => {
                let mut activity = caller.engine.campaign_activity(&sandbox, &id).await?;
                if let Some(message) = &mut activity.last_failure {
                    caller.hide_token(message);
                }
                Some(CallActivity { calls_per_hour: activity.calls_per_hour, last_failure: activity.last_failure })
            }
            None => None,
        };
        let configurations = caller.engine.list_channel_configurations(&sandbox).await?;
        let circuit = match &detail.live {
            Some(live) => caller.engine.find_circuit(&sandbox, &live.definition.configuration_id).await?,
            None => None,
        };
        let (audiences, topics) = match detail.campaign.category {
            Category::Marketing => {
                (caller.engine.list_audiences(&sandbox).await?, caller.engine.list_topics(&sandbox).await?)
            }
            Category::Transactional => (Vec::new(), Vec::new()),
        };
        let rule_sets = match detail.campaign.category {
            Category::Marketing => caller.engine.list_rule_sets(&sandbox).await?,
            Category::Transactional => Vec::new(),
        };
        let rule_sets = rule_sets.into_iter().filter(|set| !set.global).map(|set| RuleSetChoice {
            id: set.id.to_string(),
            active: set.status == RuleStatus::Active,
            name: set.name,
        });
        let short_url = caller.engine.short_url().unwrap_or_default();
        let contract = contract(&detail, &short_url);
        let variant = known_variant(&detail.draft, variant);
        let mut opened = OpenedCampaign {
            rule_sets: rule_sets.collect(),
            audiences,
            topics,
            review: caller.engine.review_campaign(&sandbox, &id).await?,
            configurations: configurations.iter().map(choice).collect(),
            links: caller.engine.list_link_clicks(&sandbox, &id).await?,
            short_url,
            fragments: caller.engine.fragments_at_hand(&sandbox, detail.draft.content_at(variant.as_ref())).await?,
            versions: caller.engine.list_versions(&sandbox, &id).await?,
            origin: caller.console.settings.public_url.clone(),
            detail,
            activity,
            circuit,
            variant,
            drawn: Drawn::default(),
            mjml: String::new(),
            beside: None,
            contract,
        };
        let design = opened.content().email().and_then(|email| email.design.as_deref());
        opened.mjml = design.map(content::design_mjml).unwrap_or_default();
        let around = opened.around();
        let draft = &opened.detail.draft;
        let draw = |content| Drawn::of(content, &draft.variables, &SampleTexts::new(), &around);
        let drawn = draw(opened.content());
        let beside = (!beside.is_empty()).then(|| known_variant(draft, beside)).map(|variant| {
            let drawn = draw(draft.content_at(variant.as_ref()));
            Beside { variant, drawn }
        });
        (opened.drawn, opened.beside) = (drawn, beside);
        Ok(opened)
    }

    fn known_variant(draft: &CampaignDraft, variant: &str) -> Option<VariantKey> {
        variant.parse().ok().filter(|key| draft.variants.knows(key))
    }

    fn contract(detail: &CampaignDetail, short_url: &str) -> Option<Contract> {
        let live = detail.live.as_ref()?;
        let CampaignVersion { definition, .. } = live;
        let rules = rules_of(&definition.variables);
        let given = super::given(&detail.campaign, live.number);
        let around = Around {
            short_url: short_url.to_owned(),
            mail: live.mail.clone(),
            category: None,
            given: Some(given),
            fragments: definition.fragments.clone(),
        };
        let CampaignDefinition { content: main, variants, fragments, .. } = definition;
        let sources = content::Sources { main, variants, fragments, templates: &around.mail, rules: &rules };
        let contents = content::Contents::compile(sources);
        let (schema, sample) = contents.map(|it| (it.contract().schema(), it.contract().sample())).unwrap_or_default();
        Some(Contract {
            drawn: Drawn::of(&definition.content, &rules, &SampleTexts::new(), &around),
            schema,
            context: Arc::unwrap_or_clone(sample.context),
            profile: sample.profile,
        })
    }

    pub async fn find(sandbox: String, campaign: String) -> Result<Campaign> {
        let (caller, sandbox, id) = asked(Permission::ViewCampaigns, &sandbox, &campaign).await?;
        Ok(caller.engine.find_campaign(&sandbox, &id).await?.campaign)
    }

    pub async fn create(sandbox: String, name: String, category: Category) -> Result<()> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let created = caller.engine.create_campaign(&sandbox, &name, category, caller.name()).await?;
        lead_to_step(&sandbox, &created.campaign, Step::Properties);
        Ok(())
    }

    pub async fn save(sandbox: String, campaign: String, revision: i64, fields: StepFields, way: &Way) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::ManageCampaigns, &sandbox, &campaign).await?;
        let stored = caller.engine.find_campaign(&sandbox, &id).await?;
        let before = stored.draft.content.channel();
        let at = way.variant.parse().ok().filter(|key| *key != VariantKey::default());
        let found = fields.check().0.into_iter();
        Faults(found.map(|fault| Fault { path: path_in(at.as_ref(), &fault.path), ..fault }).collect())
            .into_result()?;
        let mut draft = match &at {
            Some(key) => fields.put_into_variant(stored.draft, key)?,
            None => fields.put_into(stored.draft),
        };
        if draft.content.channel() != before {
            let all = caller.engine.list_channel_configurations(&sandbox).await?;
            drop_foreign_configuration(&mut draft, &all);
        }
        let saved = caller.engine.save_draft(&sandbox, &id, revision, &draft, caller.name()).await?;
        let next = way.next();
        let mut address = address_of(&sandbox, &saved.campaign, next);
        if next != way.step {
            let _ = write!(address, "&left={}", way.step.as_str());
        } else if let Some(key) = way.shown() {
            let _ = write!(address, "&variant={key}");
        }
        redirect(&address);
        Ok(())
    }

    pub async fn publish(sandbox: String, campaign: String, revision: i64) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::PublishCampaigns, &sandbox, &campaign).await?;
        let published = caller.engine.publish_campaign(&sandbox, &id, revision, caller.name()).await?;
        lead_to_step(&sandbox, &published.campaign, Step::Trigger);
        Ok(())
    }

    pub async fn stop(sandbox: String, campaign: String) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::PublishCampaigns, &sandbox, &campaign).await?;
        caller.engine.stop_campaign(&sandbox, &id, caller.name()).await?;
        redirect(&campaign_path(sandbox.as_str(), id.as_str()));
        Ok(())
    }

    pub async fn pause(sandbox: String, campaign: String) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::PublishCampaigns, &sandbox, &campaign).await?;
        caller.engine.pause_campaign(&sandbox, &id, caller.name()).await?;
        redirect(&campaign_path(sandbox.as_str(), id.as_str()));
        Ok(())
    }

    pub async fn resume(sandbox: String, campaign: String) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::PublishCampaigns, &sandbox, &campaign).await?;
        caller.engine.resume_campaign(&sandbox, &id, caller.name()).await?;
        redirect(&campaign_path(sandbox.as_str(), id.as_str()));
        Ok(())
    }

    pub async fn duplicate(sandbox: String, campaign: String, name: String) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::ManageCampaigns, &sandbox, &campaign).await?;
        let copy = caller.engine.duplicate_campaign(&sandbox, &id, &name, caller.name()).await?;
        lead_to_step(&sandbox, &copy.campaign, Step::Properties);
        Ok(())
    }

    pub async fn delete(sandbox: String, campaign: String) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::ManageCampaigns, &sandbox, &campaign).await?;
        caller.engine.delete_campaign(&sandbox, &id).await?;
        redirect(&list_path(sandbox.as_str()));
        Ok(())
    }

    /// Whoever asks for this campaign, and may.
    pub async fn asked(
        permission: Permission,
        sandbox: &str,
        campaign: &str,
    ) -> Result<(Caller, SandboxName, CampaignId)> {
        let caller = caller(permission).await?;
        let sandbox = caller.sandbox(sandbox).await?;
        let id = campaign.parse().map_err(|_| Failure::not_found("campaign"))?;
        Ok((caller, sandbox, id))
    }

    fn lead_to_step(sandbox: &SandboxName, campaign: &Campaign, step: Step) {
        redirect(&address_of(sandbox, campaign, step));
    }

    /// The revision in the address makes the page load anew when the step stays the same.
    fn address_of(sandbox: &SandboxName, campaign: &Campaign, step: Step) -> String {
        format!("{}&saved={}", step_path(sandbox.as_str(), campaign.id.as_str(), step), campaign.revision)
    }

    /// The form may still name a configuration of the channel that the campaign had before.
    fn drop_foreign_configuration(draft: &mut CampaignDraft, all: &[ChannelConfiguration]) {
        let chosen = all.iter().find(|found| found.id.as_str() == draft.configuration_id);
        if chosen.is_some_and(|found| found.channel != draft.content.channel()) {
            draft.configuration_id.clear();
        }
    }

    fn choice(configuration: &ChannelConfiguration) -> ConfigurationChoice {
        let sender = configuration.sender.label();
        let from = match configuration.transport.kind() {
            TransportKind::Provider(provider) if sender.is_empty() => provider.label().to_owned(),
            _ => sender,
        };
        ConfigurationChoice {
            id: configuration.id.to_string(),
            name: configuration.name.clone(),
            from,
            channel: configuration.channel,
            category: configuration.category,
            status: configuration.status,
            captures: configuration.transport == Transport::Capture,
            mail: configuration.sender.email().map(|sender| sender.templates.clone()).unwrap_or_default(),
            platform: match configuration.transport.kind() {
                TransportKind::Provider(provider) => provider.push_platform(),
                _ => None,
            },
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn way() -> Way {
        let (leave, variant, show) = (String::new(), String::new(), String::new());
        Way { step: Step::Content, leave, stay: false, variant, show }
    }

    #[test]
    fn a_save_leads_to_the_next_step_unless_another_was_asked_for() {
        let way = way();
        assert_eq!(way.next(), Step::Audience);
        assert_eq!(Way { stay: true, ..way.clone() }.next(), Step::Content);
        assert_eq!(Way { leave: "review".into(), ..way }.next(), Step::Review);
    }

    #[test]
    fn a_save_of_a_variant_stays_with_it_unless_another_was_asked_for() {
        let way = Way { variant: "a/-/ko".into(), ..way() };
        assert_eq!(way.shown().unwrap().to_string(), "a/-/ko");
        assert_eq!(Way { show: "b/-/ko".into(), ..way.clone() }.shown().unwrap().to_string(), "b/-/ko");
        assert_eq!(Way { show: "-/-/-".into(), ..way }.shown(), None);
    }
}
