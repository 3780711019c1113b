//! Calls per hour as small bars, with the numbers behind them.

use leptos::prelude::*;

use crate::i18n::texts;

const BAR: usize = 6;
const GAP: usize = 2;
const HEIGHT: i64 = 40;

/// `calls`, oldest hour first.
#[component]
pub fn Sparkline(calls: Vec<i64>) -> impl IntoView {
    let t = texts();
    let width = calls.len() * (BAR + GAP);
    let bars = heights(&calls).into_iter().enumerate().map(|(position, height)| {
        view! { <rect x=position * (BAR + GAP) y=HEIGHT - height width=BAR height=height rx="1"/> }
    });
    let newest_first: Vec<i64> = calls.iter().rev().copied().collect();
    let rows = newest_first.into_iter().enumerate().map(|(hours, calls)| {
        let hour = if hours == 0 { t.trigger.this_hour.to_owned() } else { t.trigger.hours_ago(hours) };
        view! { <tr><th scope="row">{hour}</th><td class="number">{calls}</td></tr> }
    });
    view! {
        <svg class="sparkline" viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">{bars.collect_view()}</svg>
        <details>
            <summary>{t.trigger.show_data}</summary>
            <table class="table">
                <caption class="visually-hidden">{t.trigger.last_day}</caption>
                <thead><tr><th scope="col">{t.trigger.hour}</th><th scope="col" class="number">{t.trigger.calls_column}</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </details>
    }
}

/// The busiest hour is as high as the picture; an hour without calls is a line, one with a single call can be seen.
fn heights(calls: &[i64]) -> Vec<i64> {
    let most = calls.iter().copied().max().unwrap_or(0).max(1);
    calls.iter().map(|calls| if *calls == 0 { 1 } else { (calls * HEIGHT / most).max(4) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_call_is_seen_beside_a_thousand() {
        assert_eq!(heights(&[0, 1, 1_000]), [1, 4, 40]);
        assert_eq!(heights(&[0, 0]), [1, 1]);
    }
}
