//! The review: everything that blocks activation, and the definition that a draft without faults becomes.

use content::Contents;
use domain::campaign::{CampaignDefinition, CampaignDraft, Review};
use domain::channel_configuration::{Category, Channel, ChannelConfigurationStatus, Transport};
use domain::content::{Content, MobileKind};
use domain::id::{AudienceId, ChannelConfigurationId, RuleSetId};
use domain::library::Fragments;
use domain::rcs::Obstacle;
use domain::variable::{Variable, with_rules};
use domain::variants::{VariantKey, path_in};
use domain::{Fault, Faults, SandboxName, Timestamp};

use super::{live_activity, schedule, templates};
use crate::channel_configurations::check_templates;
use crate::store::channel_configurations::{self, StoredConfiguration};
use crate::store::{audiences, rule_sets};
use crate::{Engine, Result};

/// A review, and the definition when there are no errors.
pub(crate) struct Reviewed {
    pub(crate) review: Review,
    pub(crate) definition: Option<CampaignDefinition>,
    /// The contents, when their templates have no faults.
    pub(crate) contents: Option<Contents>,
}

/// What a draft names, as far as there is such a thing in the sandbox.
pub(crate) struct Named<'a> {
    pub(crate) configuration: Option<&'a StoredConfiguration>,
    /// There is the audience.
    pub(crate) audience: bool,
    /// There is the rule set; nothing else than a custom one can be named.
    pub(crate) rule_set: bool,
    /// There is the topic, or none is named.
    pub(crate) topic: bool,
    /// The fragments that its content names, as far as they are published.
    pub(crate) fragments: Fragments,
}

/// Reviews a draft.
pub(crate) fn review(draft: &CampaignDraft, category: Category, named: &Named<'_>, now: Timestamp) -> Reviewed {
    let configuration = named.configuration;
    let mut errors = draft.check_complete(category);
    if !draft.configuration_id.trim().is_empty() {
        errors.0.extend(check_configuration(category, draft.content.channel(), configuration).0);
    }
    let named_configuration = configuration.map(|it| &it.configuration);
    errors.0.extend(live_activity::check(draft, named_configuration).0);
    errors.0.extend(check_category(draft, category, named).0);
    if !named.topic {
        errors.add("topicId", "topic_missing", "This topic is not offered any more.");
    }
    let schedule = match schedule::resolve(&draft.schedule) {
        Ok(schedule) => schedule,
        Err(fault) => {
            errors.0.push(fault);
            schedule::Schedule::default()
        }
    };
    errors.0.extend(schedule::check(&schedule, now).0);
    let sender = configuration.and_then(|stored| stored.configuration.sender.email());
    let (content, contents) =
        templates::review(draft, &named.fragments, &sender.map(|sender| sender.templates.clone()).unwrap_or_default());
    add_unseen(&mut errors, content.errors);
    // One that was saved before these were refused.
    let headers = configuration.map(|stored| check_templates(&stored.configuration.sender)).unwrap_or_default();
    add_unseen(&mut errors, Faults(headers.0.into_iter().map(|fault| fault.under("configuration")).collect()));
    let mut warnings = content.warnings;
    warnings.0.extend(rcs_obstacles(draft, configuration));
    warnings.0.extend(missing_translation(draft));
    let configuration = configuration.filter(|_| errors.is_empty());
    let definition = configuration.map(|it| CampaignDefinition {
        fragments: named.fragments.clone(),
        ..definition(draft, category, &it.configuration.id, schedule, &content.variables)
    });
    let review = Review { errors, warnings, variables: content.variables };
    Reviewed { review, definition, contents }
}

/// What a draft says, with all that a message of it needs; or what is missing of that, or wrong. When it is sent, and to whom,
/// may be open.
pub(crate) fn definition_to_try(
    draft: &CampaignDraft,
    category: Category,
    configuration: Option<&StoredConfiguration>,
    fragments: Fragments,
) -> Result<CampaignDefinition, Faults> {
    let mut faults = draft.check_present();
    if draft.configuration_id.trim().is_empty() {
        faults.add("configurationId", "required", "Choose a channel configuration.");
    } else {
        faults.0.extend(check_configuration(category, draft.content.channel(), configuration).0);
    }
    for (at, content) in draft.contents() {
        for (path, _, text) in content.needed().into_iter().filter(|(_, value, _)| value.trim().is_empty()) {
            faults.add(path_in(at, &path), "required", text);
        }
    }
    faults.0.extend(draft.variants.check(&draft.content).0.into_iter().map(|fault| fault.under("variants")));
    let sender = configuration.and_then(|stored| stored.configuration.sender.email());
    let templates = sender.map(|sender| sender.templates.clone()).unwrap_or_default();
    let (content, _) = templates::review(draft, &fragments, &templates);
    add_unseen(&mut faults, content.errors);
    match configuration.filter(|_| faults.is_empty()) {
        Some(StoredConfiguration { configuration, .. }) => {
            let schedule = schedule::resolve(&draft.schedule).unwrap_or_default();
            let definition = definition(draft, category, &configuration.id, schedule, &content.variables);
            Ok(CampaignDefinition { fragments, ..definition })
        }
        None => Err(faults),
    }
}

/// What only one of the categories has: a marketing campaign goes to an audience, at a rate, by rules.
fn check_category(draft: &CampaignDraft, category: Category, named: &Named<'_>) -> Faults {
    let mut faults = Faults::default();
    if category == Category::Transactional {
        if draft.schedule.rate().is_ok_and(|rate| rate.is_some()) {
            let text = "Only runs of marketing campaigns have a rate. Leave this empty.";
            faults.add("schedule.messagesPerSecond", "only_marketing", text);
        }
        return faults;
    }
    if !draft.rule_set_id.trim().is_empty() && !named.rule_set {
        faults.add("ruleSetId", "rule_set_missing", "This rule set does not exist.");
    }
    if draft.audience.id.trim().is_empty() {
        faults.add("audience.id", "required", "Choose an audience.");
    } else if !named.audience {
        faults.add("audience.id", "audience_missing", "This audience does not exist.");
    }
    faults
}

/// What speaks against this configuration for a campaign of this category.
pub(crate) fn check_configuration(
    category: Category,
    channel: Channel,
    configuration: Option<&StoredConfiguration>,
) -> Faults {
    let mut faults = Faults::default();
    let Some(StoredConfiguration { configuration, .. }) = configuration else {
        faults.add("configurationId", "configuration_missing", "This channel configuration does not exist any more.");
        return faults;
    };
    if configuration.status != ChannelConfigurationStatus::Active {
        let text = format!("The channel configuration “{}” is not active.", configuration.name);
        faults.add("configurationId", "configuration_not_active", text);
    }
    if configuration.channel != channel {
        let text = format!(
            "The channel configuration “{}” is for {}; this campaign is for {channel}.",
            configuration.name, configuration.channel
        );
        faults.add("configurationId", "wrong_channel", text);
    }
    if configuration.category != category {
        let text = format!(
            "The channel configuration “{}” is for {} messages; this campaign is {category}.",
            configuration.name, configuration.category
        );
        faults.add("configurationId", "wrong_category", text);
    }
    faults
}

/// Rich messages that this configuration can send as SMS alone.
fn rcs_obstacles(draft: &CampaignDraft, configuration: Option<&StoredConfiguration>) -> Vec<Fault> {
    let Some(Transport::Provider(account)) = configuration.map(|it| &it.configuration.transport) else {
        return Vec::new();
    };
    let obstacle = |(at, content): (Option<&VariantKey>, &Content)| {
        let Content::Mobile(mobile) = content else { return None };
        let obstacle = Obstacle::of(account, &mobile.rcs.shown()).filter(|_| mobile.kind == MobileKind::Rcs)?;
        let text = format!("{} The message goes as SMS.", obstacle.text());
        Some(Fault::new(path_in(at, "content.rcs.kind"), obstacle.as_str(), text))
    };
    draft.contents().filter_map(obstacle).collect()
}

/// Languages in which people are written to by the main content.
fn missing_translation(draft: &CampaignDraft) -> Option<Fault> {
    let untranslated = draft.variants.untranslated();
    let text = format!("Nothing is written in {}: another content stands in.", untranslated.join(", "));
    (!untranslated.is_empty()).then(|| Fault::new("variants.languages", "missing_translation", text))
}

/// Does the draft say something else than the live version?
pub(crate) fn differs(draft: &CampaignDraft, category: Category, live: &CampaignDefinition) -> bool {
    let (Ok(schedule), Ok(id)) = (schedule::resolve(&draft.schedule), draft.configuration_id.parse()) else {
        return true;
    };
    // The same content reads the same values; what is said of them may be new.
    let variables = with_rules(&live.variables, &draft.variables);
    // Of fragments it is known what the version got.
    let fragments = live.fragments.clone();
    let wanted = CampaignDefinition { fragments, ..definition(draft, category, &id, schedule, &variables) };
    !draft.check_present().is_empty() || wanted != *live
}

fn definition(
    draft: &CampaignDraft,
    category: Category,
    configuration: &ChannelConfigurationId,
    schedule: schedule::Schedule,
    variables: &[Variable],
) -> CampaignDefinition {
    let is_marketing = category == Category::Marketing;
    CampaignDefinition {
        name: draft.name.trim().to_owned(),
        description: draft.description.clone(),
        high_throughput: draft.high_throughput,
        configuration_id: configuration.clone(),
        rule_set_id: draft.rule_set_id.trim().parse().ok().filter(|_| is_marketing),
        topic_id: draft.topic_id.trim().parse().ok().filter(|_| is_marketing),
        content: draft.content.clone(),
        variants: draft.variants.tidied(),
        fragments: Fragments::default(),
        namespace: draft.audience.namespace.clone(),
        audience_id: draft.audience.id.trim().parse().ok().filter(|_| is_marketing),
        create_profiles: draft.audience.create_profiles,
        call_may_override: draft.audience.call_may_override,
        start: schedule.start,
        end: schedule.end,
        time_zone: draft.schedule.time_zone.trim().to_owned(),
        messages_per_second: draft.schedule.rate().ok().flatten().filter(|_| is_marketing),
        variables: variables.to_vec(),
    }
}

/// Adds faults, one at most for each path: an empty subject is told once.
fn add_unseen(faults: &mut Faults, more: Faults) {
    for fault in more.0 {
        if faults.0.iter().all(|known| known.path != fault.path || known.code != fault.code) {
            faults.0.push(fault);
        }
    }
}

impl Engine {
    pub(crate) async fn configuration_of(
        &self,
        sandbox: &SandboxName,
        draft: &CampaignDraft,
    ) -> Result<Option<StoredConfiguration>> {
        let Ok(id) = draft.configuration_id.parse::<ChannelConfigurationId>() else { return Ok(None) };
        let found = channel_configurations::find(self.store(), &id).await?;
        Ok(found.filter(|found| found.sandbox == *sandbox))
    }

    /// Is there the custom rule set that the draft names?
    pub(super) async fn has_rule_set(&self, sandbox: &SandboxName, draft: &CampaignDraft) -> Result<bool> {
        match draft.rule_set_id.trim().parse::<RuleSetId>() {
            Ok(id) => Ok(rule_sets::find(self.store(), sandbox, &id).await?.is_some_and(|set| !set.global)),
            Err(_) => Ok(false),
        }
    }

    /// What the draft names, as far as it is there.
    pub(super) async fn named<'a>(
        &self,
        sandbox: &SandboxName,
        draft: &CampaignDraft,
        configuration: Option<&'a StoredConfiguration>,
    ) -> Result<Named<'a>> {
        let audience = self.has_audience(sandbox, draft).await?;
        let topic = draft.topic_id.trim().is_empty() || self.topic_named(sandbox, &draft.topic_id).await?.is_some();
        let rule_set = self.has_rule_set(sandbox, draft).await?;
        let fragments = self.fragments_for(sandbox, &draft.content, &draft.variants).await?;
        Ok(Named { configuration, audience, rule_set, topic, fragments })
    }

    /// Is there the audience that the draft names?
    async fn has_audience(&self, sandbox: &SandboxName, draft: &CampaignDraft) -> Result<bool> {
        match draft.audience.id.trim().parse::<AudienceId>() {
            Ok(id) => Ok(audiences::find(self.store(), sandbox, &id).await?.is_some()),
            Err(_) => Ok(false),
        }
    }
}
