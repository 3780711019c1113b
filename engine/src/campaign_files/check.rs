//! Checks a file against the domain's rules and against what is stored, before anything is applied.

use std::collections::HashSet;

use content::{Contents, Sources};
use domain::campaign::{CampaignDraft, CampaignStatus};
use domain::channel_configuration::{
    Category, ChannelConfiguration, ChannelConfigurationStatus, CheckedChannelConfiguration,
};
use domain::id::ChannelConfigurationId;
use domain::library::Fragments;
use domain::{Failure, Fault, SandboxName};

use super::document::{CampaignDocument, ConfigurationDocument, Document, Placed};
use super::section::Notes;
use crate::campaigns::{Named, differs, review};
use crate::channel_configurations::{check_templates, failover, secret};
use crate::ids::new_id;
use crate::store::campaigns::StoredDraft;
use crate::store::channel_configurations::{self, StoredConfiguration};
use crate::store::{campaign_versions, campaigns};
use crate::{Engine, Error, Result};

impl Engine {
    /// Notes every fault of every document.
    pub(super) async fn check_file(&self, documents: &[Placed]) -> Result<()> {
        let mut seen = HashSet::new();
        for placed in documents {
            let notes = &placed.notes;
            let key = match &placed.document {
                Document::Sandbox { name, .. } => {
                    self.check_sandbox(notes, "name", name).await?;
                    ("sandbox", None, name)
                }
                Document::ChannelConfiguration(wanted) => {
                    self.check_configuration(notes, wanted, documents).await?;
                    ("channel configuration", wanted.sandbox.as_ref(), &wanted.draft.name)
                }
                Document::Campaign(wanted) => {
                    self.check_campaign(notes, wanted, documents).await?;
                    ("campaign", wanted.sandbox.as_ref(), &wanted.draft.name)
                }
                Document::Unknown => continue,
            };
            if !seen.insert(key) {
                notes.add("name", format!("The file has another {} with this name.", key.0));
            }
        }
        Ok(())
    }

    async fn check_sandbox(&self, notes: &Notes, path: &str, name: &str) -> Result<()> {
        let Some(name) = notes.take(path, name.parse()) else { return Ok(()) };
        match self.find_sandbox(&name).await {
            Err(Error::Failure(Failure::NotFound { .. })) => {
                notes.add(path, format!("There is no sandbox “{name}”."));
                Ok(())
            }
            other => other.map(drop),
        }
    }

    async fn check_configuration(
        &self,
        notes: &Notes,
        wanted: &ConfigurationDocument,
        documents: &[Placed],
    ) -> Result<()> {
        let checked = wanted.draft.check();
        for fault in checked.as_ref().err().into_iter().flat_map(|faults| &faults.0) {
            notes.add(&configuration_path(&fault.path), &fault.text);
        }
        let dkim = checked.as_ref().ok().and_then(|checked| wanted.dkim(&checked.sender));
        for fault in dkim.and_then(Result::err).into_iter().flat_map(|faults| faults.0) {
            notes.add(&configuration_path(&fault.path), fault.text);
        }
        for fault in checked.as_ref().map(|checked| check_templates(&checked.sender)).unwrap_or_default().0 {
            notes.add(&configuration_path(&fault.path), fault.text);
        }
        let Some(sandbox) = &wanted.sandbox else { return Ok(()) };
        self.check_sandbox(notes, "sandbox", sandbox.as_str()).await?;
        let stored = channel_configurations::find_by_name(self.store(), sandbox, &wanted.draft.name).await?;
        let Ok(checked) = checked else { return Ok(()) };
        notes.take("failover", self.check_failover(sandbox, &checked, documents).await?);
        if let (None, Some(stored)) = (&wanted.dkim, &stored) {
            notes.take("", checked.sender.clone().keep_dkim(&stored.configuration.sender));
        }
        let stays_active =
            stored.as_ref().is_some_and(|stored| stored.configuration.status == ChannelConfigurationStatus::Active);
        let password = stored.as_ref().map(|stored| self.password(stored));
        let before = stored.as_ref().zip(password.as_ref());
        let before = before.map(|(stored, password)| (&stored.configuration.transport, password));
        if let Err(failure) = secret::check(before, &checked, wanted.active || stays_active) {
            let faults = match failure {
                Failure::Invalid { faults } => faults.0,
                other => vec![Fault::new("transport", other.code(), other.to_string())],
            };
            for fault in faults {
                notes.add(&configuration_path(&fault.path), fault.text);
            }
        }
        if let Some(StoredConfiguration { configuration, .. }) = stored
            && configuration.status != ChannelConfigurationStatus::Draft
            && configuration.category != checked.category
        {
            let text = format!("The stored configuration is active as {}. Use another name.", configuration.category);
            notes.add("category", text);
        }
        Ok(())
    }

    /// What stands in for a configuration may come with the same file.
    async fn check_failover(
        &self,
        sandbox: &SandboxName,
        checked: &CheckedChannelConfiguration,
        documents: &[Placed],
    ) -> Result<Result<(), Fault>> {
        if checked.failover == checked.name {
            return Ok(Err(failover::itself()));
        }
        if let Some(coming) = in_file(Some(sandbox), &checked.failover, documents) {
            // Faults of its own are told where it stands.
            return Ok(coming.draft.check().map_or(Ok(()), |it| failover::fits(checked, (it.channel, it.category))));
        }
        match self.named_failover(sandbox, checked, None).await {
            Ok(_) => Ok(Ok(())),
            Err(Error::Failure(Failure::Invalid { faults })) => {
                let fault = faults.0.into_iter().next().map(|fault| Fault { path: String::new(), ..fault });
                Ok(fault.map_or(Ok(()), Err))
            }
            Err(error) => Err(error),
        }
    }

    async fn check_campaign(&self, notes: &Notes, wanted: &CampaignDocument, documents: &[Placed]) -> Result<()> {
        for fault in wanted.draft.check_present().0 {
            notes.add(&campaign_path(&fault.path), fault.text);
        }
        let configuration = self.coming_configuration(wanted, documents).await?;
        let fragments = match &wanted.sandbox {
            Some(sandbox) => self.fragments_for(sandbox, &wanted.draft.content, &wanted.draft.variants).await?,
            None => Fragments::default(),
        };
        check_variables(notes, &wanted.draft, &fragments, configuration.as_ref());
        let Some(sandbox) = &wanted.sandbox else { return Ok(()) };
        self.check_sandbox(notes, "sandbox", sandbox.as_str()).await?;
        let is_told = configuration.is_none() && !wanted.configuration.is_empty();
        // A configuration with faults of its own is not a fault of the campaign, too.
        if is_told && in_file(wanted.sandbox.as_ref(), &wanted.configuration, documents).is_none() {
            notes.add("configuration", "There is no channel configuration with this name, in this file or stored.");
        }
        let audience = self.audience_id(sandbox, &wanted.audience).await?;
        if audience.is_none() && !wanted.audience.is_empty() {
            notes.add("audience.name", "There is no audience with this name. Import it first.");
        }
        let rule_set = self.rule_set_id(sandbox, &wanted.rule_set).await?;
        if rule_set.is_none() && !wanted.rule_set.is_empty() {
            notes.add("ruleSet", "There is no rule set with this name. Make it in the console first.");
        }
        let topic = self.topic_named(sandbox, &wanted.topic).await?;
        if topic.is_none() && !wanted.topic.is_empty() {
            notes.add("topic", "There is no topic with this name. Create it in the console first.");
        }
        let stored = campaigns::find_by_name(self.store(), sandbox, &wanted.draft.name).await?;
        let Some(category) = wanted.category else { return Ok(()) };
        if let Some(stored) = &stored
            && stored.head.at(self.now()).category != category
        {
            notes.add("category", "The category of a campaign cannot change. Use another name.");
        }
        if !wanted.live {
            return Ok(());
        }
        let mut draft = wanted.draft.clone();
        draft.configuration_id = configuration.as_ref().map(|it| it.configuration.id.to_string()).unwrap_or_default();
        draft.audience.id = audience.clone().unwrap_or_default();
        draft.rule_set_id = rule_set.clone().unwrap_or_default();
        draft.topic_id = topic.as_ref().map(ToString::to_string).unwrap_or_default();
        if let Some(stored) = &stored {
            draft.variants.keep_experiment_id(&stored.draft.variants);
        }
        match self.status_and_difference(stored.as_ref(), category, &draft).await? {
            // Nothing will be published, so nothing has to be ready for it.
            Some((
                CampaignStatus::Live | CampaignStatus::Scheduled | CampaignStatus::Paused | CampaignStatus::Finished,
                false,
            )) => {}
            Some((CampaignStatus::Stopped | CampaignStatus::Finished, _)) => {
                notes.add("status", "This campaign was stopped or is over. Use another name to activate it again.");
            }
            _ => {
                let named = Named {
                    configuration: configuration.as_ref(),
                    audience: audience.is_some(),
                    rule_set: rule_set.is_some(),
                    topic: true,
                    fragments,
                };
                let errors = review(&draft, category, &named, self.now()).review.errors;
                // What is missing of these is told already, in the words of the file.
                let told = [("configurationId", is_told), ("audience.id", !wanted.audience.is_empty())];
                let comes_too = in_file(wanted.sandbox.as_ref(), &wanted.configuration, documents).is_some();
                for fault in errors.0 {
                    // Told where the configuration stands.
                    if comes_too && fault.path.starts_with("configuration.") {
                        continue;
                    }
                    if !told.contains(&(fault.path.as_str(), true)) {
                        notes.add(&campaign_path(&fault.path), fault.text);
                    }
                }
            }
        }
        Ok(())
    }

    /// Status of a stored campaign that was live, and whether the draft says something else than its live version.
    async fn status_and_difference(
        &self,
        stored: Option<&StoredDraft>,
        category: Category,
        draft: &CampaignDraft,
    ) -> Result<Option<(CampaignStatus, bool)>> {
        let Some(stored) = stored else { return Ok(None) };
        let Some(number) = stored.head.live_version() else { return Ok(None) };
        let live = campaign_versions::find(self.store(), stored.head.id(), number).await?;
        let status = stored.head.at(self.now()).status;
        Ok(live.map(|live| (status, differs(draft, category, &live.definition))))
    }

    /// The configuration that a campaign names, as it will be when the file is applied.
    async fn coming_configuration(
        &self,
        campaign: &CampaignDocument,
        documents: &[Placed],
    ) -> Result<Option<StoredConfiguration>> {
        let Some(sandbox) = &campaign.sandbox else { return Ok(None) };
        let stored = channel_configurations::find_by_name(self.store(), sandbox, &campaign.configuration).await?;
        let Some(wanted) = in_file(Some(sandbox), &campaign.configuration, documents) else { return Ok(stored) };
        let Ok(checked) = wanted.draft.check() else { return Ok(stored) };
        let status = match stored.as_ref().map(|stored| stored.configuration.status) {
            _ if wanted.active => ChannelConfigurationStatus::Active,
            Some(status) => status,
            None => ChannelConfigurationStatus::Draft,
        };
        let id = stored.map_or_else(|| new_id(self.now(), ChannelConfigurationId::new), |it| it.configuration.id);
        let configuration = ChannelConfiguration {
            id,
            channel: checked.channel,
            category: checked.category,
            status,
            name: checked.name,
            sender: checked.sender,
            transport: checked.transport,
            retry_minutes: checked.retry_minutes,
            rates: checked.rates,
            failover: None,
            consent_level: checked.consent_level,
            revision: 0,
            modified_at: self.now(),
            modified_by: String::new(),
        };
        Ok(Some(StoredConfiguration { configuration, sandbox: sandbox.clone(), secret: None, dkim_key: None }))
    }
}

/// In a file, what is said of a value that the content does not read is a slip. Faults of the templates come with the
/// review.
fn check_variables(
    notes: &Notes,
    draft: &CampaignDraft,
    fragments: &Fragments,
    configuration: Option<&StoredConfiguration>,
) {
    let sender = configuration.and_then(|stored| stored.configuration.sender.email());
    let templates = sender.map(|sender| sender.templates.clone()).unwrap_or_default();
    let CampaignDraft { content, variants, variables: rules, .. } = draft;
    let sources = Sources { main: content, variants, fragments, templates: &templates, rules };
    let Ok(contents) = Contents::compile(sources) else { return };
    let known = contents.contract().variables();
    for path in draft.variables.keys().filter(|path| known.iter().all(|known| known.path != **path)) {
        notes.add(&format!("variables.{path}"), "The content does not read this value.");
    }
    for fault in contents.contradictions().0 {
        notes.add(&fault.path, fault.text);
    }
}

/// The configuration of this name, when it is in the file.
fn in_file<'a>(
    sandbox: Option<&SandboxName>,
    name: &str,
    documents: &'a [Placed],
) -> Option<&'a ConfigurationDocument> {
    documents.iter().find_map(|placed| match &placed.document {
        Document::ChannelConfiguration(wanted) if wanted.sandbox.as_ref() == sandbox && wanted.draft.name == name => {
            Some(&**wanted)
        }
        _ => None,
    })
}

/// Path in the file of a field of the form.
fn configuration_path(field: &str) -> String {
    match field {
        "transport" => "transport.kind".to_owned(),
        "host"
        | "port"
        | "security"
        | "username"
        | "password"
        | "auth"
        | "tokenUrl"
        | "clientId"
        | "scope"
        | "clientSecret"
        | "refreshToken"
        | "maxConnections"
        | "maxMessagesPerConnection" => format!("transport.{field}"),
        "senderName" => "sender.name".to_owned(),
        "senderAddress" => "sender.address".to_owned(),
        "dkimDomain" => "dkim.domain".to_owned(),
        "dkimSelector" => "dkim.selector".to_owned(),
        other => match other.strip_prefix("settings.") {
            Some(setting) => format!("transport.{setting}"),
            None => other.to_owned(),
        },
    }
}

/// Path in the file of a field of the draft.
fn campaign_path(field: &str) -> String {
    match field {
        "configurationId" => "configuration".to_owned(),
        "audience.id" => "audience.name".to_owned(),
        "ruleSetId" => "ruleSet".to_owned(),
        "topicId" => "topic".to_owned(),
        other if other.starts_with("configuration.") => "configuration".to_owned(),
        other => other.to_owned(),
    }
}
