//! The form of a rule.

use domain::channel_configuration::Channel;
use domain::rule_set::{CapPeriod, QuietHandling, RuleForm, RuleFormKind, Weekday};
use leptos::prelude::*;
use leptos_router::components::A;

use super::calls::PutRule;
use super::periods::Periods;
use super::set_path;
use super::words::weekday;
use crate::channel::channel_short;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::time_zones;
use crate::ui::{Button, Choice, ChoiceField, FormFailure, SelectField, TextField, TickField, failure_of};

/// `rule`: the id of the one that is changed; empty: a new one.
#[component]
pub fn EditRule(set: String, revision: i64, rule: String, form: RuleForm) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let put = ServerAction::<PutRule>::new();
    let failure = failure_of(put.value());
    let back = set_path(&sandbox, &set);
    let is_cap = form.kind == RuleFormKind::Cap.as_str();
    let title = if is_cap { t.rule_sets.cap } else { t.rule_sets.quiet_hours };
    let (name, kind) = (form.name.clone(), form.kind.clone());
    let fields = if is_cap {
        view! { <CapFields form failure/> }.into_any()
    } else {
        view! { <QuietFields form failure/> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="edit-rule">
            <h2 id="edit-rule">{title}</h2>
            <FormFailure failure/>
            <ActionForm action=put attr:class="form" attr:novalidate="novalidate">
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="set" value=set/>
                <input type="hidden" name="revision" value=revision/>
                <input type="hidden" name="rule" value=rule/>
                <input type="hidden" name="form[kind]" value=kind/>
                <TextField
                    path="name" name="form[name]" label=t.rule_sets.rule_name hint=t.rule_sets.rule_name_hint value=name
                    required=true failure
                />
                {fields}
                <div class="row">
                    <Button pending=put.pending()>{t.rule_sets.save}</Button>
                    <A href=back attr:class="button button-secondary">{t.rule_sets.cancel}</A>
                </div>
            </ActionForm>
        </section>
    }
}

#[component]
fn CapFields(form: RuleForm, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let period = |period: CapPeriod, label: &str| (period.to_string(), label.to_owned());
    let periods = vec![
        period(CapPeriod::Hour, t.rule_sets.hours),
        period(CapPeriod::Day, t.rule_sets.days),
        period(CapPeriod::Week, t.rule_sets.weeks),
        period(CapPeriod::Month, t.rule_sets.months),
    ];
    let days = Weekday::ALL.iter().map(|day| (day.to_string(), weekday(*day, t).to_owned())).collect();
    let channels = Channel::ALL.iter().map(|channel| (channel.as_str(), channel_short(*channel))).collect();
    view! {
        <TextField
            path="count" name="form[count]" kind="number" label=t.rule_sets.count unit=t.rule_sets.count_unit value=form.count
            required=true failure
        />
        <div class="row fields-beside">
            <TextField
                path="every" name="form[every]" kind="number" label=t.rule_sets.every hint=t.rule_sets.every_hint value=form.every
                failure
            />
            <SelectField
                path="period" name="form[period]" label=t.rule_sets.period value=form.period options=periods failure
            />
        </div>
        <TickField
            path="channels" name="form[channels]" legend=t.rule_sets.channels ticked=form.channels.into_keys().collect()
            options=channels failure
        />
        <ZoneField hint=t.rule_sets.cap_zone_hint value=form.time_zone placeholder="UTC" failure/>
        <SelectField
            path="weekStart" name="form[weekStart]" label=t.rule_sets.week_start value=form.week_start options=days failure
        />
    }
}

#[component]
fn QuietFields(form: RuleForm, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let choice = |handling: QuietHandling, label, meaning| Choice { word: handling.as_str(), label, meaning };
    let choices = vec![
        choice(QuietHandling::Queue, t.rule_sets.queue, t.rule_sets.queue_meaning),
        choice(QuietHandling::Discard, t.rule_sets.discard, t.rule_sets.discard_meaning),
    ];
    view! {
        <ZoneField hint=t.rule_sets.quiet_zone_hint value=form.time_zone placeholder="" failure/>
        <Periods periods=form.periods failure/>
        <ChoiceField
            path="handling" name="form[handling]" legend=t.rule_sets.handling value=form.handling choices failure
        />
    }
}

#[component]
fn ZoneField(
    hint: &'static str,
    value: String,
    placeholder: &'static str,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    view! {
        <TextField
            path="timeZone" name="form[timeZone]" label=texts().rule_sets.time_zone hint value placeholder list="time-zones" failure
        />
        <datalist id="time-zones">
            {time_zones::OFFERED.iter().map(|zone| view! { <option value=*zone></option> }).collect_view()}
        </datalist>
    }
}
