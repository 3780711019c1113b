//! Does a rule hold of a person? Pure: what it asks was found before.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{AttributeTest, ConsentChoice, Operator, PastMessages, Rule};
use crate::Timestamp;
use crate::channel_configuration::Channel;
use crate::profile::Identity;

/// What is known of one person, as far as a rule needs it.
#[derive(Debug, Clone, Default)]
pub struct PersonFacts<'a> {
    /// `None`: nobody asked.
    pub attributes: Option<&'a Map<String, Value>>,
    pub identities: &'a [Identity],
    /// Empty: not known.
    pub language: &'a str,
    /// Empty: not known.
    pub time_zone: &'a str,
    pub is_test: bool,
    /// What was said of whole channels; of one that is not there: nothing.
    pub consents: Vec<(Channel, ConsentChoice)>,
    /// Those of the lists that were asked in which the person stands.
    pub lists: Vec<&'a str>,
    /// How many messages there were for each question to the log; of one that is not there: none.
    pub past: Vec<(&'a PastMessages, i64)>,
}

impl Rule {
    /// Does it hold?
    pub fn matches(&self, facts: &PersonFacts<'_>, now: Timestamp) -> bool {
        match self {
            Self::All { of } => of.iter().all(|inner| inner.matches(facts, now)),
            Self::Any { of } => of.iter().any(|inner| inner.matches(facts, now)),
            Self::Not { of } => !of.matches(facts, now),
            Self::Attribute(test) => facts.attributes.is_some_and(|all| test.matches(all, now)),
            Self::Identity { namespace } => facts.identities.iter().any(|identity| identity.is_of(namespace.trim())),
            Self::Language { is_one_of } => is_one_of.iter().any(|wanted| is_language(facts.language, wanted.trim())),
            Self::TimeZone { is_one_of } => {
                let zone = facts.time_zone;
                !zone.is_empty() && is_one_of.iter().any(|wanted| wanted.trim().eq_ignore_ascii_case(zone))
            }
            Self::TestProfile {} => facts.is_test,
            Self::Consent { channel, choice } => {
                let said = facts.consents.iter().find(|(of, _)| of == channel);
                said.map_or(ConsentChoice::Empty, |(_, choice)| *choice) == *choice
            }
            Self::Member { audience_id } => facts.lists.contains(&audience_id.as_str()),
            Self::Messages(past) => {
                let counted = facts.past.iter().find(|(asked, _)| *asked == past);
                counted.map_or(0, |(_, count)| *count) >= past.at_least
            }
        }
    }
}

/// `en` takes `en-GB`.
fn is_language(known: &str, wanted: &str) -> bool {
    let start = known.get(..wanted.len());
    start.is_some_and(|start| !start.is_empty() && start.eq_ignore_ascii_case(wanted))
        && matches!(known.as_bytes().get(wanted.len()), None | Some(b'-'))
}

impl AttributeTest {
    fn matches(&self, attributes: &Map<String, Value>, now: Timestamp) -> bool {
        let Some(found) = at(attributes, &self.path) else { return false };
        match self.operator {
            Operator::Exists => true,
            Operator::Equals => self.is_same(found, &self.value),
            Operator::NotEquals => !self.is_same(found, &self.value),
            Operator::Contains => self.compare(found, |text, wanted| text.contains(wanted)),
            Operator::StartsWith => self.compare(found, |text, wanted| text.starts_with(wanted)),
            Operator::EndsWith => self.compare(found, |text, wanted| text.ends_with(wanted)),
            Operator::GreaterThan => both(number(found), number(&self.value), |it, than| it > than),
            Operator::LessThan => both(number(found), number(&self.value), |it, than| it < than),
            Operator::Before => both(time(found), time(&self.value), |it, than| it < than),
            Operator::After => both(time(found), time(&self.value), |it, than| it > than),
            Operator::WithinLastDays => both(time(found), self.value.as_u64(), |it, days| {
                it <= now && it >= now.minus(Duration::from_secs(days.saturating_mul(24 * 60 * 60)))
            }),
            Operator::IsOneOf => self.value.as_array().is_some_and(|all| all.iter().any(|it| self.is_same(found, it))),
            Operator::ListContains => {
                found.as_array().is_some_and(|all| all.iter().any(|it| self.is_same(it, &self.value)))
            }
        }
    }

    /// What is stored decides what is compared: numbers as numbers, texts as texts.
    fn is_same(&self, found: &Value, wanted: &Value) -> bool {
        match (found, wanted) {
            (Value::Number(_), _) => both(number(found), number(wanted), |it, other| (it - other).abs() < f64::EPSILON),
            (Value::Bool(_), Value::Bool(_)) => found == wanted,
            (Value::Bool(it), Value::String(text)) => text.eq_ignore_ascii_case(if *it { "true" } else { "false" }),
            (Value::String(it), Value::String(text)) => self.is_same_text(it, text),
            (Value::String(it), Value::Number(_) | Value::Bool(_)) => self.is_same_text(it, &wanted.to_string()),
            _ => false,
        }
    }

    fn is_same_text(&self, one: &str, other: &str) -> bool {
        let letters = |text: &'_ str| text.chars().flat_map(char::to_lowercase).collect::<Vec<_>>();
        match (self.match_case, one.is_ascii() && other.is_ascii()) {
            (true, _) => one == other,
            (false, true) => one.eq_ignore_ascii_case(other),
            (false, false) => letters(one) == letters(other),
        }
    }

    /// Two texts, in lower case unless case matters.
    fn compare(&self, found: &Value, holds: impl Fn(&str, &str) -> bool) -> bool {
        let (Value::String(text), Value::String(wanted)) = (found, &self.value) else { return false };
        if self.match_case { holds(text, wanted) } else { holds(&text.to_lowercase(), &wanted.to_lowercase()) }
    }
}

fn both<A, B>(one: Option<A>, other: Option<B>, holds: impl Fn(A, B) -> bool) -> bool {
    one.zip(other).is_some_and(|(one, other)| holds(one, other))
}

/// The value at a path; null is none.
fn at<'a>(attributes: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let mut names = path.split('.');
    let first = attributes.get(names.next()?)?;
    names.try_fold(first, |value, name| value.get(name)).filter(|value| !value.is_null())
}

/// A number, or a text that is one: tables without a schema hold only texts.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str().and_then(day_or_time)
}

/// A day such as `2026-12-01`, which is its first moment in UTC, or a time as of RFC 3339.
pub fn day_or_time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() == "2026-12-01".len() { format!("{text}T00:00:00Z").parse().ok() } else { text.parse().ok() }
}
