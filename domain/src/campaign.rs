//! Campaigns: the editable draft, its steps and checks, the status machine, immutable versions.

use serde::{Deserialize, Serialize};

use crate::address::required_line;
use crate::attachment::check_files;
use crate::channel_configuration::{Category, Channel};
use crate::content::{Content, TEMPLATE_MAX_BYTES};
use crate::id::{AudienceId, CampaignId, ChannelConfigurationId, ExecutionKind, RuleSetId, TopicId};
use crate::library::Fragments;
use crate::mail_templates::MailTemplates;
use crate::message::MessageCounts;
use crate::variable::{Variable, VariableRules, check_rules};
use crate::variants::{VariantKey, Variants, path_in};
use crate::word::words;
use crate::{Failure, Fault, Faults, Timestamp};

words! {
    /// State of a campaign. A `live` campaign may have a newer draft beside it.
    CampaignStatus {
        Draft = "draft",
        /// Activated, start date in the future.
        Scheduled = "scheduled",
        /// Callable.
        Live = "live",
        /// Accepts nothing and sends nothing until it is resumed.
        Paused = "paused",
        /// Stopped by hand.
        Stopped = "stopped",
        /// End date passed.
        Finished = "finished",
    }
}

impl CampaignStatus {
    /// Activating a draft, also as a new version of a campaign that is already active.
    pub fn publish(self, now: Timestamp, start: Option<Timestamp>) -> Result<Self, Failure> {
        match self {
            Self::Draft | Self::Scheduled | Self::Live => {
                Ok(if start.is_some_and(|start| start > now) { Self::Scheduled } else { Self::Live })
            }
            // The new version waits for the resumption, too.
            Self::Paused => Ok(Self::Paused),
            Self::Stopped | Self::Finished => Err(Failure::conflict(
                "campaign_ended",
                "A stopped or finished campaign cannot be activated again. Duplicate it.",
            )),
        }
    }

    /// Stopping by hand.
    pub fn stop(self) -> Result<Self, Failure> {
        match self {
            Self::Live | Self::Scheduled | Self::Paused => Ok(Self::Stopped),
            _ => {
                Err(Failure::conflict("campaign_not_live", "Only a live, scheduled or paused campaign can be stopped."))
            }
        }
    }

    /// Pausing by hand.
    pub fn pause(self) -> Result<Self, Failure> {
        match self {
            Self::Live | Self::Scheduled => Ok(Self::Paused),
            _ => Err(Failure::conflict("campaign_not_live", "Only a live or scheduled campaign can be paused.")),
        }
    }

    /// Going on after a pause.
    pub fn resume(self, now: Timestamp, start: Option<Timestamp>) -> Result<Self, Failure> {
        match self {
            Self::Paused => Ok(if start.is_some_and(|start| start > now) { Self::Scheduled } else { Self::Live }),
            _ => Err(Failure::conflict("campaign_not_paused", "Only a paused campaign can be resumed.")),
        }
    }

    /// Stopped or finished: no call is accepted any more, and it is never activated again.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Stopped | Self::Finished)
    }

    /// What the stored status means at this moment: dates act without anybody touching the row.
    pub fn at(self, now: Timestamp, start: Option<Timestamp>, end: Option<Timestamp>) -> Self {
        match self {
            Self::Live | Self::Scheduled if end.is_some_and(|end| end <= now) => Self::Finished,
            Self::Scheduled if start.is_none_or(|start| start <= now) => Self::Live,
            other => other,
        }
    }
}

words! {
    /// The seven steps of the wizard, in the reference's order. The word is the value of `?step=`.
    Step {
        Properties = "properties",
        Action = "action",
        Content = "content",
        Audience = "audience",
        Schedule = "schedule",
        Review = "review",
        Trigger = "trigger",
    }
}

impl Step {
    /// The step on which the field with this path stands.
    pub fn of_path(path: &str) -> Self {
        if path.starts_with("variants.contents") {
            return Self::Content;
        }
        match path.split(['.', '[']).next().unwrap_or_default() {
            "configurationId" | "ruleSetId" | "channel" | "configuration" | "variants" => Self::Action,
            "content" | "variables" => Self::Content,
            "audience" => Self::Audience,
            "schedule" => Self::Schedule,
            _ => Self::Properties,
        }
    }

    /// The step after this one.
    pub fn next(self) -> Option<Self> {
        let position = Self::ALL.iter().position(|step| *step == self)?;
        Self::ALL.get(position + 1).copied()
    }

    /// The step before this one.
    pub fn previous(self) -> Option<Self> {
        let position = Self::ALL.iter().position(|step| *step == self)?;
        position.checked_sub(1).map(|before| Self::ALL[before])
    }
}

/// Who can be addressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AudienceDraft {
    /// Identity namespace of `userId` in calls. Only `email` so far.
    pub namespace: String,
    /// The audience that a run of a marketing campaign goes to. Empty until one is picked, and always when transactional.
    pub id: String,
    /// Of a transactional campaign: a recipient of type `aep` whom nobody has stored becomes a profile; otherwise the call
    /// fails.
    pub create_profiles: bool,
    /// Of a marketing campaign: a call may name another audience instead of this one.
    pub call_may_override: bool,
}

impl Default for AudienceDraft {
    fn default() -> Self {
        Self { namespace: "email".to_owned(), id: String::new(), create_profiles: true, call_may_override: true }
    }
}

/// When calls are accepted. Local times of `time_zone`, as a date-time control gives them: `2026-12-01T09:00`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScheduleDraft {
    /// Empty: at once.
    pub start: String,
    /// Empty: until stopped by hand.
    pub end: String,
    /// IANA name such as `Asia/Seoul`.
    pub time_zone: String,
    /// Messages per second of a run, 1 to [`RATE_MAX`]; empty: as fast as they can be sent. Marketing only.
    pub messages_per_second: String,
}

impl Default for ScheduleDraft {
    fn default() -> Self {
        Self {
            start: String::new(),
            end: String::new(),
            time_zone: "UTC".to_owned(),
            messages_per_second: String::new(),
        }
    }
}

impl ScheduleDraft {
    /// The rate of a run; `None` for none. The fault's path is that of the field.
    pub fn rate(&self) -> Result<Option<i64>, Fault> {
        let text = self.messages_per_second.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let rate = text.parse().ok().filter(|rate| (1..=RATE_MAX).contains(rate));
        let text = format!("Give a whole number from 1 to {RATE_MAX}, or nothing.");
        rate.map(Some).ok_or_else(|| Fault::new("schedule.messagesPerSecond", "out_of_range", text))
    }
}

/// The editable, possibly incomplete definition of a campaign.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CampaignDraft {
    pub name: String,
    pub description: String,
    /// Transactional only: called by a door of its own, served before everything else.
    pub high_throughput: bool,
    /// Empty until one is picked.
    pub configuration_id: String,
    /// Marketing only: whose rules hold beside those of the global set. Empty: of no other.
    pub rule_set_id: String,
    /// What it is about, for whoever wants to hear of some things only: marketing only. Empty: of none in particular.
    pub topic_id: String,
    pub content: Content,
    /// What it says beside that, and to whom.
    #[serde(skip_serializing_if = "Variants::is_empty")]
    pub variants: Variants,
    /// What the author says of the values that the content reads.
    pub variables: VariableRules,
    pub audience: AudienceDraft,
    pub schedule: ScheduleDraft,
}

/// Longest campaign name in characters.
pub const NAME_MAX: usize = 120;
/// Most messages per second of a run with rate control (reference §1.5).
pub const RATE_MAX: i64 = 2_000;

impl CampaignDraft {
    /// The main content, and those of the variants by their key. Variants that no longer exist are left out.
    pub fn contents(&self) -> impl Iterator<Item = (Option<&VariantKey>, &Content)> {
        std::iter::once((None, &self.content)).chain(self.variants.written())
    }

    /// The content that a variant shows: its own, or the one that stands in. Without a key the main one.
    pub fn content_at(&self, at: Option<&VariantKey>) -> &Content {
        at.map_or(&self.content, |key| self.variants.content(&self.content, key))
    }

    /// The same to be changed: a variant that has none of its own gets a copy of the one that stands in. `None`: there is no
    /// such variant.
    pub fn content_at_mut(&mut self, at: Option<&VariantKey>) -> Option<&mut Content> {
        let Some(key) = at else { return Some(&mut self.content) };
        if !self.variants.knows(key) {
            return None;
        }
        let copied = self.variants.content(&self.content, key).clone();
        Some(self.variants.contents.entry(key.clone()).or_insert(copied))
    }

    /// Faults that hold for a draft at any time: what is there must be well-formed. Missing parts are no fault yet.
    pub fn check_present(&self) -> Faults {
        let mut faults = Faults::default();
        faults.take("name", required_line(&self.name, NAME_MAX));
        faults.0.extend(self.variants.check_counts().0.into_iter().map(|fault| fault.under("variants")));
        if self.description.chars().count() > 2_000 {
            faults.add("description", "too_long", "Use at most 2000 characters.");
        }
        for (at, content) in self.contents() {
            for (path, template) in content.templates() {
                if template.len() > TEMPLATE_MAX_BYTES {
                    let text = format!("Use at most {} KB.", TEMPLATE_MAX_BYTES / 1024);
                    faults.add(path_in(at, &path), "too_long", text);
                }
            }
        }
        faults.0.extend(check_rules(&self.variables).0);
        for (at, email) in self.contents().filter_map(|(at, content)| Some((at, content.email()?))) {
            let files = check_files(&email.attachments).0.into_iter();
            faults.0.extend(files.map(|fault| Fault { path: path_in(at, &fault.path), ..fault }));
        }
        for (path, text) in [("schedule.start", &self.schedule.start), ("schedule.end", &self.schedule.end)] {
            if !text.is_empty() && text.parse::<jiff::civil::DateTime>().is_err() {
                faults.add(path, "bad_time", "Give a date and a time such as 2026-12-01T09:00.");
            }
        }
        faults.take("", self.schedule.rate());
        faults
    }

    /// Everything that blocks activation and can be seen without templates, configurations and clock.
    /// `content::review` and the engine add what they know.
    pub fn check_complete(&self, category: Category) -> Faults {
        let mut faults = self.check_present();
        if self.high_throughput && category != Category::Transactional {
            let text = "High throughput is for transactional campaigns only.";
            faults.add("highThroughput", "not_transactional", text);
        }
        if !self.topic_id.trim().is_empty() && category != Category::Marketing {
            faults.add("topicId", "not_marketing", "Only marketing campaigns have a topic.");
        }
        let mut need = |path: &str, value: &str, text: &str| {
            if value.trim().is_empty() {
                faults.add(path, "required", text);
            }
        };
        need("configurationId", &self.configuration_id, "Choose a channel configuration.");
        for (at, content) in self.contents() {
            for (path, value, text) in content.needed() {
                need(&path_in(at, &path), value, text);
            }
        }
        let variants = self.variants.check(&self.content);
        let fast = if self.high_throughput { self.variants.check_fast() } else { Faults::default() };
        faults.0.extend(variants.0.into_iter().chain(fast.0).map(|fault| fault.under("variants")));
        let (namespace, right) = (self.audience.namespace.as_str(), self.content.channel().namespace());
        if namespace != right && namespace != "email" {
            let text = format!("Use the identity namespace {right}.");
            faults.add("audience.namespace", "unknown_word", text);
        }
        let times =
            (self.schedule.start.parse::<jiff::civil::DateTime>(), self.schedule.end.parse::<jiff::civil::DateTime>());
        if let (Ok(start), Ok(end)) = times
            && end <= start
        {
            faults.add("schedule.end", "end_before_start", "The end must be after the start.");
        }
        faults
    }
}

/// A campaign as the lists and the wizard see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Campaign {
    pub id: CampaignId,
    pub name: String,
    pub category: Category,
    pub channel: Channel,
    /// Status at the time of reading.
    pub status: CampaignStatus,
    pub live_version: Option<i64>,
    /// There are edits that are not in the live version.
    pub draft_open: bool,
    /// Counts saves of the draft; a save must name the revision it started from.
    pub revision: i64,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
    pub modified_by: String,
}

/// A campaign with its draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CampaignDetail {
    pub campaign: Campaign,
    pub draft: CampaignDraft,
    /// The version that answers calls, when there is one.
    pub live: Option<CampaignVersion>,
    /// While it is paused.
    pub pause: Option<CampaignPause>,
}

/// Why a campaign is paused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CampaignPause {
    pub at: Timestamp,
    /// The person, or `Hermod`.
    pub by: String,
    /// So many messages in a row failed for good; 0: a person paused it.
    pub failures: i64,
}

/// A published, complete, immutable definition, numbered from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CampaignVersion {
    pub campaign_id: CampaignId,
    pub number: i64,
    pub definition: CampaignDefinition,
    /// What its configuration says in every mail, at this time.
    #[serde(default)]
    pub mail: MailTemplates,
    pub published_at: Timestamp,
    pub published_by: String,
}

/// A version as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionLine {
    pub number: i64,
    pub published_at: Timestamp,
    pub published_by: String,
}

/// What a version says: a draft in which everything is known to be there and right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CampaignDefinition {
    pub name: String,
    pub description: String,
    /// Transactional only. Versions from before there was such a thing have it not.
    #[serde(default)]
    pub high_throughput: bool,
    pub configuration_id: ChannelConfigurationId,
    /// Whose rules hold beside those of the global set. They are read when a message is about to go.
    #[serde(default)]
    pub rule_set_id: Option<RuleSetId>,
    /// What it is about; people who want to hear nothing of it are left out.
    #[serde(default)]
    pub topic_id: Option<TopicId>,
    pub content: Content,
    /// What it says beside that, and to whom.
    #[serde(default, skip_serializing_if = "Variants::is_empty")]
    pub variants: Variants,
    /// What the fragments that the contents name say in this version, those in fragments too.
    #[serde(default, skip_serializing_if = "Fragments::is_empty")]
    pub fragments: Fragments,
    pub namespace: String,
    /// Whom a run goes to, unless the call names another audience; `None` when transactional.
    #[serde(default)]
    pub audience_id: Option<AudienceId>,
    /// Whether calls make profiles of people whom nobody has stored. Versions from before there were profiles do.
    #[serde(default = "yes")]
    pub create_profiles: bool,
    /// Whether a call may name another audience. Versions from before this could be chosen let it.
    #[serde(default = "yes")]
    pub call_may_override: bool,
    pub start: Option<Timestamp>,
    pub end: Option<Timestamp>,
    pub time_zone: String,
    /// Messages per second of a run; `None`: as fast as they can be sent.
    #[serde(default)]
    pub messages_per_second: Option<i64>,
    /// Every `context.*` and `profile.*` path the content reads, in order of appearance, with what the author says of it.
    pub variables: Vec<Variable>,
}

const fn yes() -> bool {
    true
}

impl CampaignDefinition {
    /// The main content, and those of the variants by their key.
    pub fn contents(&self) -> impl Iterator<Item = (Option<&VariantKey>, &Content)> {
        std::iter::once((None, &self.content)).chain(self.variants.written())
    }

    /// What stands for a variant; `None`: the main content.
    pub fn content_of(&self, variant: Option<&VariantKey>) -> &Content {
        variant.map_or(&self.content, |key| self.variants.content(&self.content, key))
    }

    /// By which door calls run this version of a campaign of this category.
    pub fn door(&self, category: Category) -> ExecutionKind {
        match category {
            Category::Marketing => ExecutionKind::Audience,
            Category::Transactional if self.high_throughput => ExecutionKind::HighThroughput,
            Category::Transactional => ExecutionKind::Unitary,
        }
    }
}

/// What became of the messages of a campaign lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CampaignResults {
    /// Of messages since then.
    pub since: Timestamp,
    pub counts: MessageCounts,
    /// There are more messages than are counted: these are the newest.
    pub newest_only: bool,
}

/// How often a link was followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkClicks {
    pub label: String,
    /// May hold Tera tags.
    pub url: String,
    pub clicks: i64,
    /// Messages in which it was followed.
    pub people: i64,
}

/// What Review shows: everything that blocks activation, and what does not but deserves a look.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Review {
    pub errors: Faults,
    pub warnings: Faults,
    pub variables: Vec<Variable>,
}

impl Review {
    /// Does something on this step block activation?
    pub fn blocks(&self, step: Step) -> bool {
        self.errors.0.iter().any(|fault: &Fault| Step::of_path(&fault.path) == step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(1_000_000);
    const LATER: Timestamp = Timestamp::from_millis(2_000_000);

    #[test]
    fn a_stopped_campaign_is_never_activated_again() {
        assert_eq!(CampaignStatus::Stopped.publish(NOON, None).unwrap_err().code(), "campaign_ended");
        assert_eq!(CampaignStatus::Draft.stop().unwrap_err().code(), "campaign_not_live");
    }

    #[test]
    fn a_pause_ends_by_resuming_or_stopping_and_by_nothing_else() {
        use CampaignStatus::{Live, Paused, Scheduled, Stopped};
        assert_eq!((Live.pause(), Scheduled.pause()), (Ok(Paused), Ok(Paused)));
        assert_eq!(Paused.publish(NOON, None), Ok(Paused));
        assert_eq!(Paused.at(LATER, None, Some(NOON)), Paused);
        assert_eq!(Paused.resume(NOON, None), Ok(Live));
        assert_eq!(Paused.resume(NOON, Some(LATER)), Ok(Scheduled));
        assert_eq!(Paused.stop(), Ok(Stopped));
        assert_eq!(Live.resume(NOON, None).unwrap_err().code(), "campaign_not_paused");
        assert_eq!(Paused.pause().unwrap_err().code(), "campaign_not_live");
    }

    #[test]
    fn dates_act_by_themselves() {
        assert_eq!(CampaignStatus::Draft.publish(NOON, Some(LATER)), Ok(CampaignStatus::Scheduled));
        assert_eq!(CampaignStatus::Scheduled.at(LATER, Some(LATER), None), CampaignStatus::Live);
        assert_eq!(CampaignStatus::Live.at(LATER, None, Some(LATER)), CampaignStatus::Finished);
        assert_eq!(CampaignStatus::Stopped.at(LATER, None, Some(LATER)), CampaignStatus::Stopped);
    }

    #[test]
    fn an_empty_draft_can_be_saved_but_not_activated() {
        let draft = CampaignDraft { name: "Welcome".into(), ..Default::default() };
        assert!(draft.check_present().is_empty());
        let paths = |draft: &CampaignDraft, category| -> Vec<String> {
            draft.check_complete(category).0.into_iter().map(|fault| fault.path).collect()
        };
        let needed = ["configurationId", "content.subject", "content.html"];
        assert_eq!(paths(&draft, Category::Transactional), needed);
        let fast = CampaignDraft { high_throughput: true, ..draft };
        assert_eq!(paths(&fast, Category::Transactional), needed);
        assert_eq!(paths(&fast, Category::Marketing)[0], "highThroughput");
    }

    #[test]
    fn an_end_before_the_start_is_told_at_the_end() {
        let schedule =
            ScheduleDraft { start: "2026-12-02T09:00".into(), end: "2026-12-01T09:00".into(), ..Default::default() };
        let draft = CampaignDraft { name: "Welcome".into(), schedule, ..Default::default() };
        assert_eq!(draft.check_complete(Category::Marketing).at("schedule.end").unwrap().code, "end_before_start");
    }

    #[test]
    fn a_rate_is_a_whole_number_of_the_allowed_size() {
        let draft = |rate: &str| {
            let schedule = ScheduleDraft { messages_per_second: rate.into(), ..Default::default() };
            CampaignDraft { name: "News".into(), schedule, ..Default::default() }
        };
        assert_eq!((draft("").schedule.rate(), draft(" 2000 ").schedule.rate()), (Ok(None), Ok(Some(2_000))));
        for bad in ["0", "2001", "-1", "1.5", "fast"] {
            let faults = draft(bad).check_present();
            assert_eq!(faults.at("schedule.messagesPerSecond").unwrap().code, "out_of_range", "{bad}");
        }
    }

    #[test]
    fn every_path_of_a_draft_has_its_step() {
        assert_eq!(Step::of_path("content.subject"), Step::Content);
        assert_eq!(Step::of_path("variables.context.order.id.type"), Step::Content);
        assert_eq!(Step::of_path("name"), Step::Properties);
        assert_eq!(Step::of_path("configurationId"), Step::Action);
        assert_eq!(Step::Trigger.next(), None);
    }
}
