//! The rows of quiet hours in a form. What a row is for decides which of its fields are seen; without a program, too.

use domain::rule_set::{PERIODS_MAX, PeriodForm, PeriodFormKind, Weekday};
use leptos::prelude::*;

use super::words::weekday;
use crate::failure::ServerFailure;
use crate::i18n::{fault_text, texts};
use crate::ui::{SelectField, TextField, TickField};

/// As many rows as there may be; those that are not used show their kind alone.
#[component]
pub fn Periods(periods: Vec<PeriodForm>, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let fault = move || failure.get().and_then(|failure| failure.faults().at("periods").map(fault_text));
    let rows = (0..PERIODS_MAX).map(|position| {
        let row = periods.get(position).cloned().unwrap_or_default();
        view! { <Row position row failure/> }
    });
    let rows = rows.collect_view();
    view! {
        {rows}
        <p class="field-fault" id="field-periods" tabindex="-1">{fault}</p>
    }
}

#[component]
fn Row(position: usize, row: PeriodForm, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let name = |field: &str| format!("form[periods][{position}][{field}]");
    let path = |field: &str| format!("periods[{position}].{field}");
    let kind = |kind: PeriodFormKind, label: &str| (kind.to_string(), label.to_owned());
    let kinds = vec![
        kind(PeriodFormKind::Unused, t.rule_sets.unused),
        kind(PeriodFormKind::Weekly, t.rule_sets.weekly),
        kind(PeriodFormKind::AllDay, t.rule_sets.all_day),
        kind(PeriodFormKind::Dates, t.rule_sets.dates),
    ];
    let chosen = if row.kind.is_empty() { PeriodFormKind::Unused.to_string() } else { row.kind };
    let days = Weekday::ALL.iter().map(|day| (day.as_str(), weekday(*day, t))).collect();
    view! {
        <fieldset class="form quiet-period">
            <legend>{t.rule_sets.period_title(position + 1)}</legend>
            <SelectField
                path=path("kind") name=name("kind") label=t.rule_sets.period_kind value=chosen options=kinds failure
            />
            <div class="if-days">
                <TickField
                    path=path("days") name=name("days") legend=t.rule_sets.week_days ticked=row.days.into_keys().collect()
                    options=days failure
                />
            </div>
            <div class="row fields-beside if-times">
                <TextField path=path("from") name=name("from") kind="time" label=t.rule_sets.from value=row.from failure/>
                <TextField
                    path=path("to") name=name("to") kind="time" label=t.rule_sets.to hint=t.rule_sets.to_hint value=row.to failure
                />
            </div>
            <div class="row fields-beside if-dates">
                <TextField
                    path=path("starts") name=name("starts") kind="datetime-local" label=t.rule_sets.starts value=row.starts failure
                />
                <TextField
                    path=path("ends") name=name("ends") kind="datetime-local" label=t.rule_sets.ends value=row.ends failure
                />
            </div>
        </fieldset>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::rule_set::{RuleForm, RuleFormKind};

    use super::*;

    #[test]
    fn every_row_has_its_fields_once_with_what_is_stored() {
        let periods = RuleForm::empty(RuleFormKind::QuietHours).periods;
        let html = Owner::new().with(|| view! { <Periods periods failure=Signal::stored(None)/> }.to_html());
        for position in 0..PERIODS_MAX {
            for field in ["kind", "from", "to", "starts", "ends", "days][monday"] {
                let name = format!("name=\"form[periods][{position}][{field}]\"");
                assert_eq!(html.matches(&name).count(), 1, "{name}");
            }
        }
        assert_eq!(html.matches("value=\"22:00\"").count(), 1, "{html}");
    }
}
