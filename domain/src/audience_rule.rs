//! Rules of audiences: who belongs to one, said as conditions on people. Explained in `docs/audiences.md`.
//!
//! A rule is stored, and given over the API, as JSON in which `type` says what each part is:
//! `{"type": "all", "of": [{"type": "language", "isOneOf": ["ko"]}, {"type": "not", "of": {"type": "testProfile"}}]}`.

mod matching;
mod needs;

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::address::required_line;
use crate::channel_configuration::Channel;
use crate::id::{AudienceId, CampaignId};
use crate::profile_schema::check_path;
use crate::word::words;
use crate::{Fault, Faults};
pub use matching::{PersonFacts, day_or_time};
pub use needs::Needs;

/// Most groups inside each other, the outermost counted.
pub const DEPTH_MAX: usize = 5;
/// Most conditions of a rule.
pub const CONDITIONS_MAX: usize = 100;
/// Most groups of a rule. `not` is one, too, and may stand before each condition.
pub const GROUPS_MAX: usize = 2 * CONDITIONS_MAX;
/// Longest rule, as JSON, in bytes: it is stored, listed and copied into runs as a whole.
pub const BYTES_MAX: usize = 256 * 1024;
/// Most conditions on past messages: each is a question to the log for every step of a run.
pub const PAST_MAX: usize = 10;
/// Longest text that is compared with, in characters.
pub const TEXT_MAX: usize = 1_000;
/// Most texts of one condition.
pub const LIST_MAX: usize = 100;
/// Most days that a condition looks back.
pub const DAYS_MAX: i64 = 3_650;
/// Most messages that a condition counts to.
pub const TIMES_MAX: i64 = 1_000;

/// Who belongs to an audience. A condition on something that is not known of a person does not hold, so that `not` of it does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Rule {
    /// Each of these holds; of none: everybody.
    All {
        of: Vec<Rule>,
    },
    /// One of these holds, or more; of none: nobody.
    Any {
        of: Vec<Rule>,
    },
    /// This does not hold.
    Not {
        of: Box<Rule>,
    },
    Attribute(AttributeTest),
    /// The person is known by an identity of this namespace.
    Identity {
        namespace: String,
    },
    /// The person's language is one of these: `en` takes `en-GB` as well, `en-GB` no other.
    Language {
        is_one_of: Vec<String>,
    },
    /// The person lives in one of these time zones (IANA names).
    TimeZone {
        is_one_of: Vec<String>,
    },
    /// The person is made up, for trying out contents.
    TestProfile {},
    /// What the person said of marketing on a whole channel.
    Consent {
        channel: Channel,
        choice: ConsentChoice,
    },
    /// The person stands in the list of this audience.
    Member {
        audience_id: String,
    },
    Messages(PastMessages),
}

/// Reads a rule whose every `type` is a word: serde alone takes the number of a kind as well.
pub fn with_words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Rule, D::Error> {
    fn names_kinds(part: &Value) -> bool {
        let named = part.get("type").is_none_or(Value::is_string);
        named
            && match part.get("of") {
                Some(Value::Array(parts)) => parts.iter().all(names_kinds),
                Some(part) => names_kinds(part),
                None => true,
            }
    }

    let rule = Value::deserialize(deserializer)?;
    if !names_kinds(&rule) {
        return Err(D::Error::custom("`type` is a word, such as `all`"));
    }
    Rule::deserialize(rule).map_err(D::Error::custom)
}

/// The same of one that may be left out.
pub fn optional_with_words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Rule>, D::Error> {
    #[derive(Deserialize)]
    struct Named(#[serde(deserialize_with = "with_words")] Rule);

    Ok(Option::<Named>::deserialize(deserializer)?.map(|Named(rule)| rule))
}

/// A condition on an attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttributeTest {
    /// Names with dots between them: `person.address.city`.
    pub path: String,
    pub operator: Operator,
    /// What it is compared with; nothing for `exists`.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub value: Value,
    /// Texts are the same whatever their case, unless this is set.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub match_case: bool,
}

words! {
    /// How an attribute is compared.
    Operator {
        /// With a text, a number or `true` and `false`.
        Equals = "equals",
        NotEquals = "notEquals",
        Contains = "contains",
        StartsWith = "startsWith",
        EndsWith = "endsWith",
        /// With a number.
        GreaterThan = "greaterThan",
        LessThan = "lessThan",
        /// With a day such as `2026-12-01`, or a time as of RFC 3339. A day is its first moment in UTC.
        Before = "before",
        After = "after",
        /// Not longer ago than so many days, and not in the future.
        WithinLastDays = "withinLastDays",
        /// It is there, and not null.
        Exists = "exists",
        /// With a list of texts and numbers.
        IsOneOf = "isOneOf",
        /// The attribute is a list, and this stands in it.
        ListContains = "listContains",
    }
}

/// What an operator compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    Nothing,
    /// A text, a number, or `true` and `false`.
    Anything,
    Text,
    Number,
    Date,
    Days,
    List,
}

impl Operator {
    /// What it compares with.
    pub const fn operand(self) -> Operand {
        match self {
            Self::Exists => Operand::Nothing,
            Self::Equals | Self::NotEquals | Self::ListContains => Operand::Anything,
            Self::Contains | Self::StartsWith | Self::EndsWith => Operand::Text,
            Self::GreaterThan | Self::LessThan => Operand::Number,
            Self::Before | Self::After => Operand::Date,
            Self::WithinLastDays => Operand::Days,
            Self::IsOneOf => Operand::List,
        }
    }
}

words! {
    /// What somebody said of marketing on a channel.
    ConsentChoice {
        In = "in",
        Out = "out",
        /// Nobody knows yet: never asked, or not confirmed.
        Empty = "empty",
    }
}

words! {
    /// What became of messages.
    PastState {
        /// They were handed over.
        HandedOver = "handed_over",
        /// It was decided not to send them.
        Excluded = "excluded",
        /// They failed, or came back.
        Failed = "failed",
        /// The person opened them.
        Opened = "opened",
        /// The person followed a link in them.
        Clicked = "clicked",
    }
}

/// A condition on the messages that were made for a person, as far as the log still has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PastMessages {
    pub state: PastState,
    /// Of one campaign only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<String>,
    /// On one channel only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Made, opened or clicked not longer ago than so many days.
    pub within_days: i64,
    /// So many messages or more.
    #[serde(default = "one")]
    pub at_least: i64,
}

fn one() -> i64 {
    1
}

impl Rule {
    /// Everybody: where a new rule begins.
    pub const fn everybody() -> Self {
        Self::All { of: Vec::new() }
    }

    /// Nobody: a rule that is not written yet.
    pub const fn nobody() -> Self {
        Self::Any { of: Vec::new() }
    }

    /// Everything that is wrong with the rule itself, with paths such as `of[2].value`. Whether there are the audiences and
    /// campaigns that it names is asked elsewhere.
    pub fn check(&self) -> Faults {
        let mut faults = Faults::default();
        // Before anything is made of it that is larger than the rule.
        if self.groups() > GROUPS_MAX {
            let text = format!("A rule has at most {GROUPS_MAX} groups, those within groups counted.");
            faults.add("", "too_many_conditions", text);
            return faults;
        }
        let conditions = self.conditions();
        if conditions.len() > CONDITIONS_MAX {
            let text = format!("A rule has at most {CONDITIONS_MAX} conditions; this one has {}.", conditions.len());
            faults.add("", "too_many_conditions", text);
            return faults;
        }
        if serde_json::to_vec(self).is_ok_and(|json| json.len() > BYTES_MAX) {
            faults.add("", "too_long", format!("A rule has at most {} KB.", BYTES_MAX / 1024));
            return faults;
        }
        if conditions.iter().filter(|(_, rule)| matches!(rule, Self::Messages(_))).count() > PAST_MAX {
            let text = format!("A rule has at most {PAST_MAX} conditions on past messages.");
            faults.add("", "too_many_past_messages", text);
        }
        self.check_at("", 1, &mut faults);
        faults
    }

    fn check_at(&self, at: &str, depth: usize, faults: &mut Faults) {
        let here = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
        if matches!(self, Self::All { .. } | Self::Any { .. } | Self::Not { .. }) && depth > DEPTH_MAX {
            faults.add(at, "too_deep", format!("Groups stand in each other {DEPTH_MAX} levels deep at most."));
            return;
        }
        match self {
            Self::All { of } | Self::Any { of } => {
                for (position, inner) in of.iter().enumerate() {
                    inner.check_at(&here(&format!("of[{position}]")), depth + 1, faults);
                }
            }
            Self::Not { of } => of.check_at(&here("of"), depth + 1, faults),
            Self::Attribute(test) => {
                faults.take(&here("path"), check_path(&test.path));
                faults.take(&here("value"), test.check_value());
            }
            Self::Identity { namespace } => drop(faults.take(&here("namespace"), required_line(namespace, 100))),
            Self::Language { is_one_of } | Self::TimeZone { is_one_of } => {
                faults.take(&here("isOneOf"), check_length(is_one_of.len()));
                for (position, word) in is_one_of.iter().enumerate() {
                    faults.take(&here(&format!("isOneOf[{position}]")), required_line(word, 64));
                }
            }
            Self::TestProfile {} => {}
            Self::Consent { channel, .. } => {
                if *channel == Channel::Push {
                    let text = "Consent to notifications is of devices, not of people: choose email or mobile.";
                    faults.add(here("channel"), "wrong_channel", text);
                }
            }
            Self::Member { audience_id } => {
                let text = "Choose an audience that is a list.";
                let id = audience_id.parse::<AudienceId>().map_err(|_| Fault::new("", "unknown_audience", text));
                faults.take(&here("audienceId"), id);
            }
            Self::Messages(past) => past.check(&here, faults),
        }
    }

    /// How many groups are there, `not` and the outermost counted?
    fn groups(&self) -> usize {
        match self {
            Self::All { of } | Self::Any { of } => 1 + of.iter().map(Self::groups).sum::<usize>(),
            Self::Not { of } => 1 + of.groups(),
            _ => 0,
        }
    }

    /// Every condition with its path, in the order of writing.
    pub fn conditions(&self) -> Vec<(String, &Self)> {
        let mut all = Vec::new();
        self.collect(String::new(), &mut all);
        all
    }

    fn collect<'a>(&'a self, at: String, all: &mut Vec<(String, &'a Self)>) {
        let dot = if at.is_empty() { "" } else { "." };
        match self {
            Self::All { of } | Self::Any { of } => {
                for (position, inner) in of.iter().enumerate() {
                    inner.collect(format!("{at}{dot}of[{position}]"), all);
                }
            }
            Self::Not { of } => of.collect(format!("{at}{dot}of"), all),
            condition => all.push((at, condition)),
        }
    }
}

fn check_length(length: usize) -> Result<(), Fault> {
    match length {
        0 => Err(Fault::new("", "required", "Give one at least.")),
        1..=LIST_MAX => Ok(()),
        _ => Err(Fault::new("", "too_many", format!("Give {LIST_MAX} at most."))),
    }
}

impl AttributeTest {
    fn check_value(&self) -> Result<(), Fault> {
        let wrong = |text: &str| Err(Fault::new("", "wrong_value", text));
        match (self.operator.operand(), &self.value) {
            (Operand::Nothing, Value::Null) => Ok(()),
            (Operand::Nothing, _) => wrong("Whether something exists is compared with nothing."),
            (_, Value::Null) => Err(Fault::new("", "required", "Say what it is compared with.")),
            (Operand::Anything | Operand::Text, Value::String(text)) => check_text(text),
            (Operand::Anything, Value::Number(_) | Value::Bool(_)) => Ok(()),
            (Operand::Number, value) if matching::number(value).is_some() => Ok(()),
            (Operand::Number, _) => wrong("Give a number."),
            (Operand::Date, Value::String(text)) if day_or_time(text).is_some() => Ok(()),
            (Operand::Date, _) => wrong("Give a day such as 2026-12-01, or a time such as 2026-12-01T09:00:00Z."),
            (Operand::Days, value) if value.as_i64().is_some_and(|days| (1..=DAYS_MAX).contains(&days)) => Ok(()),
            (Operand::Days, _) => wrong("Give whole days from 1 to 3650."),
            (Operand::List, Value::Array(list)) => {
                check_length(list.len())?;
                for (position, value) in list.iter().enumerate() {
                    let checked = match value {
                        Value::String(text) => check_text(text),
                        Value::Number(_) => Ok(()),
                        _ => wrong("Give texts or numbers."),
                    };
                    checked.map_err(|fault| fault.under(&format!("[{position}]")))?;
                }
                Ok(())
            }
            (Operand::List, _) => wrong("Give a list of texts or numbers."),
            (Operand::Text, _) => wrong("Give a text."),
            (Operand::Anything, _) => wrong("Give a text, a number, true or false."),
        }
    }
}

fn check_text(text: &str) -> Result<(), Fault> {
    if text.is_empty() {
        return Err(Fault::new("", "required", "Say what it is compared with."));
    }
    if text.chars().count() > TEXT_MAX {
        return Err(Fault::new("", "too_long", format!("Use at most {TEXT_MAX} characters.")));
    }
    Ok(())
}

impl PastMessages {
    fn check(&self, here: &impl Fn(&str) -> String, faults: &mut Faults) {
        if let Some(id) = &self.campaign_id {
            let text = "There is no such campaign.";
            let id = id.parse::<CampaignId>().map_err(|_| Fault::new("", "unknown_campaign", text));
            faults.take(&here("campaignId"), id);
        }
        if !(1..=DAYS_MAX).contains(&self.within_days) {
            faults.add(here("withinDays"), "out_of_range", format!("Give 1 to {DAYS_MAX} days."));
        }
        if !(1..=TIMES_MAX).contains(&self.at_least) {
            faults.add(here("atLeast"), "out_of_range", format!("Give 1 to {TIMES_MAX} messages."));
        }
    }
}

#[cfg(test)]
mod tests;
