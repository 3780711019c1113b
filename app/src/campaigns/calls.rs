//! Server functions of campaigns.

use domain::Page;
use domain::audience::Audience;
#[cfg(feature = "ssr")]
use domain::campaign::CampaignDraft;
use domain::campaign::{Campaign, CampaignDetail, Review, Step, VersionLine};
use domain::channel_configuration::{Category, ChannelConfigurationStatus};
use domain::circuit::Circuit;
use domain::message::Message;
#[cfg(feature = "ssr")]
use domain::variable::VariableRule;
use leptos::prelude::*;
use serde::{Deserialize, Deserializer, Serialize};

#[cfg(feature = "ssr")]
use super::typed::{text_of, value_of};
use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// A campaign and everything its pages show around it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenedCampaign {
    pub detail: CampaignDetail,
    pub review: Review,
    /// Every configuration of the sandbox.
    pub configurations: Vec<ConfigurationChoice>,
    /// Every audience of the sandbox; none for a transactional campaign.
    pub audiences: Vec<Audience>,
    /// What happened to calls; `None` for a campaign that was never live.
    pub activity: Option<CallActivity>,
    /// The messages of the live version wait for their server.
    pub circuit: Option<Circuit>,
    /// Newest first.
    pub versions: Vec<VersionLine>,
    /// Where callers reach Hermod: scheme, host and port.
    pub origin: String,
}

/// As much of a channel configuration as a campaign shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationChoice {
    pub id: String,
    pub name: String,
    /// `Shop <shop@example.com>`.
    pub from: String,
    pub category: Category,
    pub status: ChannelConfigurationStatus,
    /// Its messages land in the capture inbox.
    pub captures: bool,
}

/// Calls of the last 24 hours and the last message that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallActivity {
    /// Oldest hour first; the last one is the present hour.
    pub calls_per_hour: Vec<i64>,
    pub last_failure: Option<Message>,
}

/// The fields of one step. What a form does not have stays as it is stored; what it has empty is emptied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StepFields {
    #[serde(deserialize_with = "given")]
    pub name: Option<String>,
    #[serde(deserialize_with = "given")]
    pub description: Option<String>,
    /// `true` or `false`.
    #[serde(deserialize_with = "given")]
    pub high_throughput: Option<String>,
    #[serde(deserialize_with = "given")]
    pub configuration_id: Option<String>,
    #[serde(deserialize_with = "given")]
    pub subject: Option<String>,
    #[serde(deserialize_with = "given")]
    pub preheader: Option<String>,
    #[serde(deserialize_with = "given")]
    pub html: Option<String>,
    #[serde(deserialize_with = "given")]
    pub text: Option<String>,
    #[serde(deserialize_with = "given")]
    pub namespace: Option<String>,
    #[serde(deserialize_with = "given")]
    pub audience: Option<String>,
    #[serde(deserialize_with = "given")]
    pub start: Option<String>,
    #[serde(deserialize_with = "given")]
    pub end: Option<String>,
    #[serde(deserialize_with = "given")]
    pub time_zone: Option<String>,
    #[serde(deserialize_with = "given")]
    pub messages_per_second: Option<String>,
    pub variables: Vec<VariableFields>,
}

/// What a form says of one variable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VariableFields {
    pub path: String,
    /// A word of `ValueType`; empty: any type that the content can read.
    #[serde(rename = "type")]
    pub kind: String,
    /// `true` or `false`; empty: as the content has it.
    pub required: String,
    /// As a person types it; empty: none.
    pub example: String,
}

/// A field that a form has. In forms, "empty" would otherwise be read as "not there".
fn given<'de, D: Deserializer<'de>>(field: D) -> Result<Option<String>, D::Error> {
    String::deserialize(field).map(Some)
}

#[cfg(feature = "ssr")]
impl StepFields {
    /// The draft with these fields in their places.
    pub fn put_into(self, mut draft: CampaignDraft) -> CampaignDraft {
        let places = [
            (&mut draft.name, self.name),
            (&mut draft.description, self.description),
            (&mut draft.configuration_id, self.configuration_id),
            (&mut draft.content.subject, self.subject),
            (&mut draft.content.preheader, self.preheader),
            (&mut draft.content.html, self.html),
            (&mut draft.content.text, self.text),
            (&mut draft.audience.namespace, self.namespace),
            (&mut draft.audience.id, self.audience),
            (&mut draft.schedule.start, self.start),
            (&mut draft.schedule.end, self.end),
            (&mut draft.schedule.time_zone, self.time_zone),
            (&mut draft.schedule.messages_per_second, self.messages_per_second),
        ];
        if let Some(given) = self.high_throughput {
            draft.high_throughput = given == "true";
        }
        for (place, given) in places {
            if let Some(given) = given {
                *place = with_plain_breaks(&given);
            }
        }
        for fields in self.variables {
            let rule = fields.rule(draft.variables.get(&fields.path));
            draft.variables.insert(fields.path, rule);
        }
        draft
    }
}

/// Forms send line breaks as CR LF; they are stored as LF.
#[cfg(feature = "ssr")]
fn with_plain_breaks(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[cfg(feature = "ssr")]
impl VariableFields {
    /// An example that was not touched stays the value that it was: its text alone may stand for another one.
    fn rule(&self, before: Option<&VariableRule>) -> VariableRule {
        let kind = self.kind.parse().ok();
        let text = with_plain_breaks(&self.example);
        let stored = before.filter(|before| before.kind == kind).and_then(|before| before.example.as_ref());
        let example = match stored {
            _ if text.is_empty() => None,
            Some(stored) if text_of(stored, kind) == text => Some(stored.clone()),
            _ => Some(value_of(&text, kind)),
        };
        VariableRule { kind, required: self.required.parse().ok(), example }
    }
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

/// A campaign for its pages.
#[server]
pub async fn open_campaign(sandbox: String, campaign: String) -> Answer<OpenedCampaign> {
    answer(server::open(sandbox, campaign).await)
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
    use domain::access::Permission;
    use domain::campaign::{Campaign, Step};
    use domain::channel_configuration::{Category, ChannelConfiguration, ChannelConfigurationStatus, Transport};
    use domain::id::CampaignId;
    use domain::{Failure, SandboxName};
    use engine::Result;
    use engine::campaigns::CampaignFilter;
    use leptos_axum::redirect;

    use super::super::{campaign_path, list_path, step_path};
    use super::{CallActivity, CampaignList, ConfigurationChoice, OpenedCampaign, StepFields, Way};
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

    pub async fn open(sandbox: String, campaign: String) -> Result<OpenedCampaign> {
        let (caller, sandbox, id) = asked(Permission::ViewCampaigns, &sandbox, &campaign).await?;
        let detail = caller.engine.find_campaign(&sandbox, &id).await?;
        let activity = match detail.live {
            Some(_) => {
                let activity = caller.engine.campaign_activity(&sandbox, &id).await?;
                Some(CallActivity { calls_per_hour: activity.calls_per_hour, last_failure: activity.last_failure })
            }
            None => None,
        };
        let configurations = caller.engine.list_channel_configurations(&sandbox).await?;
        let circuit = match &detail.live {
            Some(live) => caller.engine.find_circuit(&sandbox, &live.definition.configuration_id).await?,
            None => None,
        };
        let audiences = match detail.campaign.category {
            Category::Marketing => caller.engine.list_audiences(&sandbox).await?,
            Category::Transactional => Vec::new(),
        };
        Ok(OpenedCampaign {
            audiences,
            review: caller.engine.review_campaign(&sandbox, &id).await?,
            configurations: configurations.iter().map(choice).collect(),
            versions: caller.engine.list_versions(&sandbox, &id).await?,
            origin: caller.console.settings.public_url.clone(),
            detail,
            activity,
            circuit,
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
        let draft = fields.put_into(stored.draft);
        let saved = caller.engine.save_draft(&sandbox, &id, revision, &draft, caller.name()).await?;
        redirect(&match way.next() {
            next if next == way.step => address_of(&sandbox, &saved.campaign, next),
            next => format!("{}&left={}", address_of(&sandbox, &saved.campaign, next), way.step.as_str()),
        });
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

    async fn asked(permission: Permission, sandbox: &str, campaign: &str) -> Result<(Caller, SandboxName, CampaignId)> {
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

    fn choice(configuration: &ChannelConfiguration) -> ConfigurationChoice {
        ConfigurationChoice {
            id: configuration.id.to_string(),
            name: configuration.name.clone(),
            from: format!("{} <{}>", configuration.from_name, configuration.from_address),
            category: configuration.category,
            status: configuration.status,
            captures: configuration.transport == Transport::Capture,
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::variable::ValueType;

    use super::*;

    #[test]
    fn a_step_changes_its_own_fields_only() {
        let stored = CampaignDraft { name: "Welcome".into(), description: "First mail".into(), ..Default::default() };
        let fields =
            StepFields { subject: Some("Hello".into()), html: Some("<p>\r\n</p>".into()), ..Default::default() };
        let draft = fields.put_into(stored);
        assert_eq!((draft.name.as_str(), draft.description.as_str()), ("Welcome", "First mail"));
        assert_eq!((draft.content.subject.as_str(), draft.content.html.as_str()), ("Hello", "<p>\n</p>"));
    }

    #[test]
    fn a_save_leads_to_the_next_step_unless_another_was_asked_for() {
        let way = Way { step: Step::Content, leave: String::new(), stay: false };
        assert_eq!(way.next(), Step::Audience);
        assert_eq!(Way { stay: true, ..way.clone() }.next(), Step::Content);
        assert_eq!(Way { leave: "review".into(), ..way }.next(), Step::Review);
    }

    #[test]
    fn what_is_said_of_a_value_is_saved_and_an_untouched_example_stays_what_it_was() {
        let rule = |example: serde_json::Value| VariableRule { example: Some(example), ..VariableRule::default() };
        let (id, old) = ("context.id".to_owned(), "context.old".to_owned());
        let stored = [(id.clone(), rule("1001".into())), (old.clone(), rule(true.into()))];
        let stored = CampaignDraft { variables: stored.into(), ..Default::default() };
        let said = |kind: &str, example: &str| {
            let fields = VariableFields {
                path: id.clone(),
                kind: kind.into(),
                required: "true".into(),
                example: example.into(),
            };
            StepFields { variables: vec![fields], ..Default::default() }.put_into(stored.clone()).variables
        };
        assert_eq!(said("", "1001")[&id], VariableRule { required: Some(true), ..rule("1001".into()) });
        let typed = VariableRule { kind: Some(ValueType::Integer), required: Some(true), ..rule(1001.into()) };
        assert_eq!(said("integer", "1001")[&id], typed);
        assert_eq!((said("", "")[&id].example.clone(), said("", "")[&old].clone()), (None, rule(true.into())));
    }

    #[test]
    fn an_emptied_field_is_saved_as_empty() {
        let stored = CampaignDraft { description: "First mail".into(), ..Default::default() };
        let draft = StepFields { description: Some(String::new()), ..Default::default() }.put_into(stored);
        assert_eq!(draft.description, "");
    }
}
