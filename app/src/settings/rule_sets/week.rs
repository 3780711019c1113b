//! When it will be quiet on the next days: a bar for each day, and the same in words.

use domain::rule_set::QuietDay;
use leptos::prelude::*;

use super::words::weekday;
use crate::i18n::texts;

/// Minutes of a day.
const DAY: u16 = 24 * 60;

#[component]
pub fn Week(days: Vec<QuietDay>) -> impl IntoView {
    let t = texts();
    view! {
        <h4>{t.rule_sets.next_days}</h4>
        <ol class="quiet-week">{days.into_iter().map(|day| view! { <Day day/> }).collect_view()}</ol>
    }
}

#[component]
fn Day(day: QuietDay) -> impl IntoView {
    let t = texts();
    let bar = day.quiet.iter().map(|(from, to)| {
        let share = |minutes: u16| f64::from(minutes) * 100.0 / f64::from(DAY);
        let style =
            format!("inset-inline-start:{:.3}%;inline-size:{:.3}%", share(*from), share(to.saturating_sub(*from)));
        view! { <span style=style></span> }
    });
    let bar = bar.collect_view();
    view! {
        <li>
            <span class="quiet-day">{weekday(day.weekday, t)}" "<span class="hint">{day.date.clone()}</span></span>
            <span class="quiet-bar" aria-hidden="true">{bar}</span>
            <span class="hint">{in_words(&day)}</span>
        </li>
    }
}

fn in_words(day: &QuietDay) -> String {
    let t = texts();
    if day.quiet.is_empty() {
        return t.rule_sets.not_quiet.to_owned();
    }
    if day.quiet == [(0, DAY)] {
        return t.rule_sets.all_quiet.to_owned();
    }
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let parts: Vec<String> =
        day.quiet.iter().map(|(from, to)| t.rule_sets.quiet_from(clock(*from), clock(*to))).collect();
    parts.join(", ")
}
