//! What rules say, in sentences.

use domain::rule_set::{Cap, CapPeriod, QuietHandling, QuietHours, QuietPeriod, RuleKind, RuleStatus, Weekday};
use leptos::prelude::*;

use crate::channel::channel_short;
use crate::i18n::{Texts, texts};
use crate::ui::{Signal4, StateBadge};

/// Dot and word.
#[component]
pub fn RuleStatusBadge(status: RuleStatus) -> impl IntoView {
    let t = texts();
    let (signal, text) = match status {
        RuleStatus::Draft => (Signal4::Quiet, t.rule_sets.draft),
        RuleStatus::Active => (Signal4::Ok, t.rule_sets.active),
        RuleStatus::Inactive => (Signal4::Waiting, t.rule_sets.inactive),
    };
    view! { <StateBadge signal text/> }
}

pub fn weekday(day: Weekday, t: &'static Texts) -> &'static str {
    t.rule_sets.of(day.as_str()).unwrap_or(day.as_str())
}

/// The name of a set in the page's language: that of the global one is ours.
pub fn set_name(name: &str, global: bool) -> String {
    if global { texts().rule_sets.global.to_owned() } else { name.to_owned() }
}

/// A rule in plain language.
pub fn sentence(what: &RuleKind) -> String {
    let t = texts();
    match what {
        RuleKind::Cap(cap) => cap_sentence(cap, t),
        RuleKind::QuietHours(quiet) => quiet_sentence(quiet, t),
    }
}

fn cap_sentence(cap: &Cap, t: &'static Texts) -> String {
    let r = &t.rule_sets;
    let window = match (cap.period, cap.every) {
        (CapPeriod::Hour, 1) => r.each_hour.to_owned(),
        (CapPeriod::Day, 1) => r.each_day.to_owned(),
        (CapPeriod::Week, 1) => r.each_week.to_owned(),
        (CapPeriod::Month, 1) => r.each_month.to_owned(),
        (CapPeriod::Hour, every) => r.each_hours(every),
        (CapPeriod::Day, every) => r.each_days(every),
        (CapPeriod::Week, every) => r.each_weeks(every),
        (CapPeriod::Month, every) => r.each_months(every),
    };
    let channels: Vec<&str> = cap.channels.iter().map(|channel| channel_short(*channel)).collect();
    let mut parts = vec![r.cap_sentence(cap.count, window, channels.join(", "))];
    if cap.period != CapPeriod::Hour {
        parts.push(r.by_zone(&cap.time_zone));
    }
    if cap.period == CapPeriod::Week {
        parts.push(r.begins_on(weekday(cap.week_start, t)));
    }
    parts.join(" ")
}

fn quiet_sentence(quiet: &QuietHours, t: &'static Texts) -> String {
    let r = &t.rule_sets;
    let periods: Vec<String> = quiet.periods.iter().map(|period| period_words(period, t)).collect();
    let zone = if quiet.time_zone.is_empty() { r.of_recipient.to_owned() } else { r.of_zone(&quiet.time_zone) };
    let then = match quiet.handling {
        QuietHandling::Queue => r.then_waits,
        QuietHandling::Discard => r.then_not_sent,
    };
    format!("{} {then}", r.quiet_sentence(periods.join("; "), zone))
}

fn period_words(period: &QuietPeriod, t: &'static Texts) -> String {
    let r = &t.rule_sets;
    match period {
        QuietPeriod::Dates { from, to } => {
            let shown = |time: &dyn std::fmt::Display| time.to_string().replace('T', " ")[..16].to_owned();
            r.once(shown(from), shown(to))
        }
        QuietPeriod::Weekly { days, slot } => {
            let all = days.len() == Weekday::ALL.len();
            let names: Vec<&str> = days.iter().map(|day| weekday(*day, t)).collect();
            let days = if all { r.every_day.to_owned() } else { names.join(", ") };
            let shown = |time: &dyn std::fmt::Display| time.to_string()[..5].to_owned();
            match slot {
                None => r.on_whole_days(days),
                Some(slot) if slot.to <= slot.from => r.on_days_next(days, shown(&slot.from), shown(&slot.to)),
                Some(slot) => r.on_days(days, shown(&slot.from), shown(&slot.to)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::rule_set::{RuleForm, RuleFormKind};

    use super::*;
    use crate::i18n::Language;

    fn words(form: &RuleForm, language: Language) -> String {
        match form.read().unwrap() {
            RuleKind::Cap(cap) => cap_sentence(&cap, language.texts()),
            RuleKind::QuietHours(quiet) => quiet_sentence(&quiet, language.texts()),
        }
    }

    #[test]
    fn a_rule_is_told_in_a_sentence_of_each_language() {
        let cap = RuleForm { count: "2".into(), ..RuleForm::empty(RuleFormKind::Cap) };
        assert_eq!(
            words(&cap, Language::English),
            "A person gets at most 2 marketing messages each week, counted over Email, SMS/MMS/RCS, Push. The days are those of UTC. \
             A week begins on Sunday."
        );
        let quiet = RuleForm::empty(RuleFormKind::QuietHours);
        assert_eq!(
            words(&quiet, Language::English),
            "No marketing goes every day from 22:00 to 08:00 of the next day, by the clock of the recipient. What comes then \
             waits for the end, for seven days at most."
        );
        assert!(words(&quiet, Language::Korean).contains("22:00부터 다음 날 08:00까지"));
    }

    #[test]
    fn every_day_has_its_name_in_every_language() {
        for language in Language::ALL {
            for day in Weekday::ALL {
                assert_ne!(weekday(*day, language.texts()), day.as_str(), "{language:?}");
            }
        }
    }
}
