//! The experiment: what is compared, and what is done with what it shows.

use domain::experiment::{Experiment, ExperimentKind, Scaling, SuccessMetric, TREATMENTS_MAX, Treatment};
use domain::variants::Variants;
use leptos::prelude::*;

use super::editing::{Editing, add_treatment, first_experiment, remove_treatment};
use super::section::SwitchedOff;
use super::shares::Shares;
use crate::i18n::texts;
use crate::ui::{Choice, ChoiceField, SelectField, TextField, field_id};

const PATH: &str = "variants.experiment";

/// Changes the experiment, if there is one.
fn put(editing: Editing, change: impl FnOnce(&mut Experiment)) {
    editing.put(|variants| {
        if let Some(experiment) = &mut variants.experiment {
            change(experiment);
        }
    });
}

/// Off, or its fields.
#[component]
pub(super) fn ExperimentPart(editing: Editing) -> impl IntoView {
    let t = &texts().variants;
    let Some(experiment) = editing.with_untracked(|variants| variants.experiment.clone()) else {
        let on = Callback::new(move |()| {
            let first = editing.free_id(letters(), &[]);
            let second = editing.free_id(letters(), std::slice::from_ref(&first));
            let names = [t.treatment_name(capital(&first)), t.treatment_name(capital(&second))];
            let experiment = first_experiment(names, [first, second]);
            editing
                .change(&format!("{PATH}.treatments[0].name"), move |variants| variants.experiment = Some(experiment));
        });
        return view! { <SwitchedOff legend=t.experiment about=t.experiment_about path=PATH label=t.experiment_on on/> }
            .into_any();
    };
    let failure = editing.failure();
    let off = move |_| {
        let before = editing.with_untracked(|variants| variants.experiment.clone());
        let back = move |variants: &mut Variants| variants.experiment.clone_from(&before);
        editing.remove(PATH, t.experiment_removed.to_owned(), |variants| variants.experiment = None, back);
    };
    let kind = Callback::new(move |word: String| put(editing, |it| it.kind = word.parse().unwrap_or_default()));
    let metric = Callback::new(move |word: String| put(editing, |it| it.metric = word.parse().unwrap_or_default()));
    view! {
        <fieldset class="group">
            <legend>{t.experiment}</legend>
            <ChoiceField
                path=format!("{PATH}.kind") name="variants-kind" legend=t.kind value=experiment.kind.as_str() choices=kinds()
                on_input=kind
            />
            <SelectField
                path=format!("{PATH}.metric") name="variants-metric" label=t.metric hint=t.metric_hint
                value=experiment.metric.as_str() options=metrics() on_input=metric
            />
            <Treatments editing experiment=experiment.clone()/>
            <TextField
                path=format!("{PATH}.holdout") name="variants-holdout" kind="number" label=t.holdout_percent hint=t.holdout_hint unit="%"
                value=experiment.holdout.to_string() failure
                on_input=Callback::new(move |text: String| put(editing, |it| it.holdout = percent(&text)))
            />
            <Shares editing/>
            <ScalingFields editing scaling=experiment.scaling/>
            <button type="button" class="button button-small button-secondary" on:click=off>{t.experiment_off}</button>
        </fieldset>
    }
    .into_any()
}

/// Names and shares, and the buttons of the list.
#[component]
fn Treatments(editing: Editing, experiment: Experiment) -> impl IntoView {
    let t = &texts().variants;
    let count = experiment.treatments.len();
    let add = move |_| {
        let used: Vec<String> = editing.with_untracked(|variants| {
            variants.experiment.iter().flat_map(|it| &it.treatments).map(|it| it.id.clone()).collect()
        });
        let id = editing.free_id(letters(), &used);
        let name = t.treatment_name(capital(&id));
        editing.change(&format!("{PATH}.treatments[{count}].name"), move |variants| {
            if let Some(experiment) = &mut variants.experiment {
                add_treatment(experiment, count, Treatment { id, name, percent: 0 });
            }
        });
    };
    let evenly = move |_| {
        editing.change(&format!("{PATH}.evenly"), |variants| {
            if let Some(experiment) = &mut variants.experiment {
                experiment.distribute_evenly();
            }
        });
    };
    let rows = experiment.treatments.into_iter().enumerate();
    let rows = rows.map(|(place, treatment)| view! { <TreatmentRow editing place count treatment/> }).collect_view();
    view! {
        <div class="stack" role="group" aria-label=t.treatments>
            <p class="hint">{t.first_compared}</p>
            {rows}
            <div class="row">
                {(count < TREATMENTS_MAX).then(|| view! { <button type="button" class="button button-small button-secondary" on:click=add>{t.add_treatment}</button> })}
                <button type="button" id=field_id(&format!("{PATH}.evenly")) class="button button-small button-secondary" on:click=evenly>{t.share_evenly}</button>
            </div>
        </div>
    }
}

#[component]
fn TreatmentRow(editing: Editing, place: usize, count: usize, treatment: Treatment) -> impl IntoView {
    let t = &texts().variants;
    let failure = editing.failure();
    let path = format!("{PATH}.treatments[{place}]");
    let change = move |change: &dyn Fn(&mut Treatment)| {
        put(editing, |experiment| {
            if let Some(treatment) = experiment.treatments.get_mut(place) {
                change(treatment);
            }
        });
    };
    let remove = move |_| {
        let Some(removed) = editing.with_untracked(|variants| {
            variants.experiment.as_ref().and_then(|experiment| experiment.treatments.get(place).cloned())
        }) else {
            return;
        };
        editing.keep_id(&removed.id);
        let (said, before) = (t.removed(&removed.name), removed);
        let back = move |variants: &mut Variants| {
            if let Some(experiment) = &mut variants.experiment {
                add_treatment(experiment, place, before.clone());
            }
        };
        let take = move |variants: &mut Variants| {
            if let Some(experiment) = &mut variants.experiment {
                remove_treatment(experiment, place);
            }
        };
        editing.remove(&format!("{PATH}.evenly"), said, take, back);
    };
    let label = if place == 0 { t.control.to_owned() } else { t.treatment(place + 1) };
    let id = |field: &str| field_id(&format!("{path}.{field}"));
    let group = label.clone();
    view! {
        <div class="treatment-row" role="group" aria-label=group>
            <TextField
                path=format!("{path}.name") name=id("name") label=label value=treatment.name.clone() required=true failure
                on_input=Callback::new(move |text: String| change(&|it| it.name.clone_from(&text)))
            />
            <TextField
                path=format!("{path}.percent") name=id("percent") kind="number" label=t.percent unit="%" value=treatment.percent.to_string() failure
                on_input=Callback::new(move |text: String| change(&|it| it.percent = percent(&text)))
            />
            {(count > 2).then(|| view! {
                <button type="button" class="button button-small button-secondary" aria-label=t.remove_item(&treatment.name) on:click=remove>{t.remove}</button>
            })}
        </div>
    }
}

/// Who decides when one of them is for everybody.
#[component]
fn ScalingFields(editing: Editing, scaling: Scaling) -> impl IntoView {
    let t = &texts().variants;
    let failure = editing.failure();
    let (word, hours) = match scaling {
        Scaling::ByHand => ("byHand", None),
        Scaling::WhenFound => ("whenFound", None),
        Scaling::After { hours } => ("after", Some(hours)),
    };
    let options = [("byHand", t.scaling_by_hand), ("whenFound", t.scaling_when_found), ("after", t.scaling_after)];
    let options = options.map(|(word, label)| (word.to_owned(), label.to_owned())).to_vec();
    let choose = Callback::new(move |word: String| {
        let scaling = match word.as_str() {
            "whenFound" => Scaling::WhenFound,
            "after" => Scaling::After { hours: 24 },
            _ => Scaling::ByHand,
        };
        editing.change(&format!("{PATH}.scaling.kind"), move |variants| {
            if let Some(experiment) = &mut variants.experiment {
                experiment.scaling = scaling;
            }
        });
    });
    let wait = Callback::new(move |text: String| {
        put(editing, |it| it.scaling = Scaling::After { hours: text.trim().parse().unwrap_or_default() });
    });
    view! {
        <SelectField
            path=format!("{PATH}.scaling.kind") name="variants-scaling" label=t.scaling hint=t.scaling_hint value=word options
            on_input=choose
        />
        {hours.map(|hours| view! {
            <TextField
                path=format!("{PATH}.scaling") name="variants-hours" kind="number" label=t.hours unit=t.hours_unit value=hours.to_string()
                failure on_input=wait
            />
        })}
    }
}

fn kinds() -> Vec<Choice> {
    let t = &texts().variants;
    let choice = |kind: ExperimentKind, label, meaning| Choice { word: kind.as_str(), label, meaning };
    vec![
        choice(ExperimentKind::AbTest, t.ab_test, t.ab_test_meaning),
        choice(ExperimentKind::Bandit, t.bandit, t.bandit_meaning),
    ]
}

fn metrics() -> Vec<(String, String)> {
    SuccessMetric::ALL.iter().map(|metric| (metric.to_string(), metric_name(*metric).to_owned())).collect()
}

/// What counts as success.
pub(super) fn metric_name(metric: SuccessMetric) -> &'static str {
    let t = &texts().variants;
    match metric {
        SuccessMetric::Opened => t.metric_opened,
        SuccessMetric::Clicked => t.metric_clicked,
        SuccessMetric::Unsubscribed => t.metric_unsubscribed,
    }
}

fn letters() -> impl Iterator<Item = String> {
    ('a'..='z').map(String::from)
}

fn capital(id: &str) -> String {
    id.to_uppercase()
}

/// What is no percent is none.
fn percent(text: &str) -> u8 {
    text.trim().parse().ok().filter(|percent| *percent <= 100).unwrap_or_default()
}
