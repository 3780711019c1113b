//! A rule as a form has it: texts, and check boxes by their words.

use std::collections::BTreeMap;

use jiff::civil::{DateTime, Time};
use serde::{Deserialize, Serialize};

use super::{Cap, CapPeriod, QuietHours, QuietPeriod, Rule, RuleKind, Slot, Weekday};
use crate::channel_configuration::Channel;
use crate::word::{required_word, words};
use crate::{Fault, Faults};

/// What is ticked: each word with whatever a browser sends for it.
pub type Ticks = BTreeMap<String, String>;

words! {
    /// What kind of rule a form is for.
    RuleFormKind {
        Cap = "cap",
        QuietHours = "quiet_hours",
    }
}

words! {
    /// What a row of quiet hours says.
    PeriodFormKind {
        /// On some days of the week, from one time to another.
        Weekly = "weekly",
        /// On some days of the week, all day.
        AllDay = "all_day",
        /// From one date to another.
        Dates = "dates",
        /// Nothing.
        Unused = "unused",
    }
}

/// The form of a rule. What does not belong to its kind is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RuleForm {
    pub name: String,
    /// A [`RuleFormKind`] word.
    pub kind: String,
    pub count: String,
    pub every: String,
    /// A [`CapPeriod`] word.
    pub period: String,
    /// [`Channel`] words.
    pub channels: Ticks,
    /// Of both kinds. Empty: UTC for a cap, the recipient's own for quiet hours.
    pub time_zone: String,
    /// A [`Weekday`] word.
    pub week_start: String,
    /// A [`QuietHandling`](super::QuietHandling) word.
    pub handling: String,
    pub periods: Vec<PeriodForm>,
}

/// A row of quiet hours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PeriodForm {
    /// A [`PeriodFormKind`] word; empty is unused, too.
    pub kind: String,
    /// [`Weekday`] words.
    pub days: Ticks,
    /// As a time control gives it: `22:00`.
    pub from: String,
    pub to: String,
    /// As a date-time control gives it: `2026-12-24T12:00`.
    pub starts: String,
    pub ends: String,
}

impl RuleForm {
    /// An empty form, as people mostly fill it in.
    pub fn empty(kind: RuleFormKind) -> Self {
        let all = |words: &mut dyn Iterator<Item = &'static str>| {
            words.map(|word| (word.to_owned(), "on".to_owned())).collect()
        };
        Self {
            kind: kind.to_string(),
            every: "1".into(),
            period: CapPeriod::Week.to_string(),
            channels: all(&mut Channel::ALL.iter().map(|channel| channel.as_str())),
            week_start: Weekday::Sunday.to_string(),
            handling: super::QuietHandling::Queue.to_string(),
            periods: vec![PeriodForm {
                kind: PeriodFormKind::Weekly.to_string(),
                days: all(&mut Weekday::ALL.iter().map(|day| day.as_str())),
                from: "22:00".into(),
                to: "08:00".into(),
                ..PeriodForm::default()
            }],
            ..Self::default()
        }
    }

    /// The form of a rule that there is.
    pub fn of(rule: &Rule) -> Self {
        let name = rule.name.clone();
        match &rule.what {
            RuleKind::Cap(cap) => Self {
                name,
                count: cap.count.to_string(),
                every: cap.every.to_string(),
                period: cap.period.to_string(),
                channels: cap.channels.iter().map(|channel| tick(channel.as_str())).collect(),
                time_zone: cap.time_zone.clone(),
                week_start: cap.week_start.to_string(),
                ..Self::empty(RuleFormKind::Cap)
            },
            RuleKind::QuietHours(quiet) => Self {
                name,
                time_zone: quiet.time_zone.clone(),
                handling: quiet.handling.to_string(),
                periods: quiet.periods.iter().map(PeriodForm::of).collect(),
                ..Self::empty(RuleFormKind::QuietHours)
            },
        }
    }

    /// What the rule says; all that is wrong with it, by the fields of the form.
    pub fn read(&self) -> Result<RuleKind, Faults> {
        let mut faults = Faults::default();
        let rule = match faults.take("kind", required_word::<RuleFormKind>(&self.kind)) {
            Some(RuleFormKind::Cap) => self.cap(&mut faults).map(RuleKind::Cap),
            Some(RuleFormKind::QuietHours) => self.quiet_hours(&mut faults).map(RuleKind::QuietHours),
            None => None,
        };
        match rule {
            Some(rule) if faults.is_empty() => Ok(rule),
            _ => Err(faults),
        }
    }

    fn cap(&self, faults: &mut Faults) -> Option<Cap> {
        let count = faults.take("count", number(&self.count));
        let every = faults.take("every", number(&self.every));
        let period = faults.take("period", required_word(&self.period));
        let week_start = faults.take("weekStart", required_word(&self.week_start));
        let zone = self.time_zone.trim();
        Some(Cap {
            count: count?,
            period: period?,
            every: every?,
            channels: ticked(&self.channels),
            time_zone: if zone.is_empty() { "UTC" } else { zone }.to_owned(),
            week_start: week_start?,
        })
    }

    fn quiet_hours(&self, faults: &mut Faults) -> Option<QuietHours> {
        let handling = faults.take("handling", required_word(&self.handling));
        let mut periods = Vec::new();
        for (position, row) in self.periods.iter().enumerate() {
            match row.read() {
                Ok(period) => periods.extend(period),
                Err(fault) => faults.0.push(fault.under(&format!("periods[{position}]"))),
            }
        }
        Some(QuietHours { time_zone: self.time_zone.trim().to_owned(), periods, handling: handling? })
    }
}

impl PeriodForm {
    fn of(period: &QuietPeriod) -> Self {
        let of_days = |days: &[Weekday], kind: PeriodFormKind| Self {
            kind: kind.to_string(),
            days: days.iter().map(|day| tick(day.as_str())).collect(),
            ..Self::default()
        };
        match period {
            QuietPeriod::Weekly { days, slot: None } => of_days(days, PeriodFormKind::AllDay),
            QuietPeriod::Weekly { days, slot: Some(Slot { from, to }) } => {
                Self { from: minutes(*from), to: minutes(*to), ..of_days(days, PeriodFormKind::Weekly) }
            }
            QuietPeriod::Dates { from, to } => Self {
                kind: PeriodFormKind::Dates.to_string(),
                starts: from.strftime("%Y-%m-%dT%H:%M").to_string(),
                ends: to.strftime("%Y-%m-%dT%H:%M").to_string(),
                ..Self::default()
            },
        }
    }

    /// `None`: the row says nothing.
    fn read(&self) -> Result<Option<QuietPeriod>, Fault> {
        let kind = if self.kind.trim().is_empty() {
            PeriodFormKind::Unused
        } else {
            self.kind.parse().map_err(|fault: Fault| fault.under("kind"))?
        };
        let days = ticked(&self.days);
        let period = match kind {
            PeriodFormKind::Unused => return Ok(None),
            PeriodFormKind::AllDay => QuietPeriod::Weekly { days, slot: None },
            PeriodFormKind::Weekly => {
                let slot = Slot { from: time(&self.from, "from")?, to: time(&self.to, "to")? };
                QuietPeriod::Weekly { days, slot: Some(slot) }
            }
            PeriodFormKind::Dates => {
                QuietPeriod::Dates { from: date(&self.starts, "starts")?, to: date(&self.ends, "ends")? }
            }
        };
        // The end of a date has a field of its own.
        let field = |fault: Fault| match (kind, fault.path.as_str()) {
            (PeriodFormKind::Dates, "to") => Fault { path: "ends".to_owned(), ..fault },
            _ => fault,
        };
        period.check().map_err(field)?;
        Ok(Some(period))
    }
}

fn tick(word: &str) -> (String, String) {
    (word.to_owned(), "on".to_owned())
}

/// In the order in which people list them.
fn ticked<T: Copy + Word>(ticks: &Ticks) -> Vec<T> {
    T::all().iter().copied().filter(|word| ticks.contains_key(word.word())).collect()
}

/// What can be ticked.
trait Word: Sized + 'static {
    fn all() -> &'static [Self];
    fn word(self) -> &'static str;
}

impl Word for Channel {
    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for Weekday {
    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn word(self) -> &'static str {
        self.as_str()
    }
}

fn number(text: &str) -> Result<u32, Fault> {
    text.trim().parse().map_err(|_| Fault::new("", "out_of_range", "Give a whole number from 1."))
}

fn time(text: &str, path: &str) -> Result<Time, Fault> {
    text.trim().parse().map_err(|_| Fault::new(path, "bad_time", "Give a time of the day such as 22:00."))
}

fn date(text: &str, path: &str) -> Result<DateTime, Fault> {
    text.trim().parse().map_err(|_| Fault::new(path, "bad_time", "Give a date and a time such as 2026-12-24T12:00."))
}

fn minutes(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::RuleId;
    use crate::rule_set::RuleStatus;

    fn named(what: RuleKind) -> Rule {
        Rule { id: RuleId::new(1, [1; 10]), name: "Rule".into(), status: RuleStatus::Draft, what }
    }

    #[test]
    fn a_form_says_again_what_it_was_made_of() {
        let cap = RuleForm { count: "2".into(), ..RuleForm::empty(RuleFormKind::Cap) }.read().unwrap();
        assert_eq!(RuleForm::of(&named(cap.clone())).read(), Ok(cap));
        let rows = vec![
            PeriodForm {
                kind: "weekly".into(),
                days: [tick("friday")].into(),
                from: "22:00".into(),
                to: "08:30".into(),
                ..Default::default()
            },
            PeriodForm {
                kind: "all_day".into(),
                days: [tick("sunday"), tick("saturday")].into(),
                ..Default::default()
            },
            PeriodForm {
                kind: "dates".into(),
                starts: "2026-12-24T12:00".into(),
                ends: "2026-12-27T00:00".into(),
                ..Default::default()
            },
        ];
        let form = RuleForm { periods: rows, ..RuleForm::empty(RuleFormKind::QuietHours) };
        let quiet = form.read().unwrap();
        assert_eq!(RuleForm::of(&named(quiet.clone())).read(), Ok(quiet));
    }

    #[test]
    fn a_fault_is_told_at_the_field_of_its_row_and_unused_rows_say_nothing() {
        let row = |kind: &str| PeriodForm { kind: kind.into(), ..PeriodForm::default() };
        let faults = |periods: Vec<PeriodForm>| {
            let form = RuleForm { periods, ..RuleForm::empty(RuleFormKind::QuietHours) };
            form.read().err().map(|faults| faults.0.into_iter().map(|fault| fault.path).collect::<Vec<_>>())
        };
        assert_eq!(
            faults(vec![row("unused"), row(""), RuleForm::empty(RuleFormKind::QuietHours).periods.remove(0)]),
            None
        );
        let wrong = vec![row(""), row("weekly"), row("dates"), row("all_day"), row("sometimes")];
        let told = faults(wrong).unwrap();
        assert_eq!(told, ["periods[1].from", "periods[2].starts", "periods[3].days", "periods[4].kind"]);
        let backwards =
            PeriodForm { starts: "2026-12-24T12:00".into(), ends: "2026-12-24T11:00".into(), ..row("dates") };
        assert_eq!(faults(vec![backwards]).unwrap(), ["periods[0].ends"]);
        let cap = RuleForm { count: "many".into(), period: "year".into(), ..RuleForm::empty(RuleFormKind::Cap) };
        let told: Vec<String> = cap.read().unwrap_err().0.into_iter().map(|fault| fault.path).collect();
        assert_eq!(told, ["count", "period"]);
    }
}
