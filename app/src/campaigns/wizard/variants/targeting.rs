//! Targeting rules, in their order: the first that holds counts.

use domain::design::{Rule, Test};
use domain::variants::{TARGETS_MAX, Target, Targeting, Variants};
use leptos::prelude::*;

use super::editing::{Editing, insert, move_up, take, targets};
use super::section::{ItemButtons, SwitchedOff, VALUES};
use crate::conditions::RuleFields;
use crate::i18n::{fault_text, texts};
use crate::ui::{TextField, field_id};

const PATH: &str = "variants.targeting";

/// Off, or the rules.
#[component]
pub(super) fn TargetingPart(editing: Editing) -> impl IntoView {
    let t = &texts().variants;
    let Some(targeting) = editing.with_untracked(|variants| variants.targeting.clone()) else {
        let on = Callback::new(move |()| {
            let first = new_target(editing, &[]);
            editing.change(&name_path(0), |variants| {
                variants.targeting = Some(Targeting { targets: vec![first], fallback: true });
            });
        });
        return view! { <SwitchedOff legend=t.targeting about=t.targeting_about path=PATH label=t.targeting_on on/> }
            .into_any();
    };
    let failure = editing.failure();
    let fault =
        move || failure.get().and_then(|failure| failure.faults().at("variants.targeting.targets").map(fault_text));
    let off = move |_| {
        let before = editing.with_untracked(|variants| variants.targeting.clone());
        let back = move |variants: &mut Variants| variants.targeting.clone_from(&before);
        editing.remove(PATH, t.targeting_removed.to_owned(), |variants| variants.targeting = None, back);
    };
    let count = targeting.targets.len();
    let add = move |_| {
        let used: Vec<String> = editing.with_untracked(|variants| {
            variants.targeting.iter().flat_map(|it| &it.targets).map(|it| it.id.clone()).collect()
        });
        let target = new_target(editing, &used);
        editing.change(&name_path(count), |variants| insert(targets(variants), count, target));
    };
    let set_fallback = move |event| {
        let ticked = event_target_checked(&event);
        editing.put(|variants| {
            if let Some(targeting) = &mut variants.targeting {
                targeting.fallback = ticked;
            }
        });
    };
    let rules = targeting.targets.into_iter().enumerate();
    let rules =
        rules.map(|(place, target)| view! { <li><TargetFields editing place count target/></li> }).collect_view();
    view! {
        <fieldset class="group" id=field_id("variants.targeting.targets") tabindex="-1">
            <legend>{t.targeting}</legend>
            <p class="hint">{t.targeting_order}</p>
            <ol class="variant-list" role="list">{rules}</ol>
            <p class="field-fault">{fault}</p>
            {(count < TARGETS_MAX).then(|| view! { <button type="button" class="button button-small button-secondary" on:click=add>{t.add_rule}</button> })}
            <label class="checkbox">
                <input type="checkbox" name="variants-fallback" checked=targeting.fallback aria-describedby="variants-fallback-hint" on:change=set_fallback/>
                {t.fallback}
            </label>
            <p class="hint" id="variants-fallback-hint">{t.fallback_hint}</p>
            <button type="button" class="button button-small button-secondary" on:click=off>{t.targeting_off}</button>
        </fieldset>
    }
    .into_any()
}

/// Name and conditions of a rule.
#[component]
fn TargetFields(editing: Editing, place: usize, count: usize, target: Target) -> impl IntoView {
    let t = &texts().variants;
    let failure = editing.failure();
    let name = if target.name.is_empty() { t.rule_name(place + 1) } else { target.name.clone() };
    let set_name = Callback::new(move |text: String| {
        editing.put(|variants| {
            if let Some(target) = targets(variants).and_then(|targets| targets.get_mut(place)) {
                target.name = text;
            }
        });
    });
    let at = format!("{PATH}.targets[{place}].rule");
    let focus = at.clone();
    let set_rule = Callback::new(move |(field, is_choice, rule): (String, bool, Rule)| {
        let put = move |variants: &mut Variants| {
            if let Some(target) = targets(variants).and_then(|targets| targets.get_mut(place)) {
                target.rule = rule;
            }
        };
        if is_choice {
            let last = put_and_count(editing, place, put);
            let test = field.strip_prefix("kind").and_then(|place| place.parse().ok()).unwrap_or(last);
            editing.change(&format!("{focus}.tests[{test}].kind"), |_| {});
        } else {
            editing.put(put);
        }
    });
    let on_up = Callback::new(move |place: usize| {
        editing.change(&name_path(place - 1), move |variants| move_up(targets(variants), place));
    });
    let on_remove = Callback::new(move |place: usize| {
        let removed = editing.with_untracked(|variants| {
            variants.targeting.as_ref().and_then(|targeting| targeting.targets.get(place).cloned())
        });
        let Some(removed) = removed else { return };
        editing.keep_id(&removed.id);
        let said = t.removed(if removed.name.is_empty() { t.rule_name(place + 1) } else { removed.name.clone() });
        let back = move |variants: &mut Variants| insert(targets(variants), place, removed.clone());
        editing.remove(&format!("{PATH}.targets"), said, move |variants| take(targets(variants), place), back);
    });
    view! {
        <fieldset class="group">
            <legend>{t.rule_name(place + 1)}</legend>
            <TextField path=name_path(place) name=field_id(&name_path(place)) label=t.rule_is_called value=target.name required=true failure on_input=set_name/>
            <RuleFields at rule=target.rule list=VALUES set=set_rule failure/>
            <ItemButtons name place count on_up on_remove/>
        </fieldset>
    }
}

/// Changes a rule, and says which of its questions is the last.
fn put_and_count(editing: Editing, place: usize, put: impl FnOnce(&mut Variants)) -> usize {
    editing.put(put);
    let count = editing.with_untracked(|variants| {
        let target = variants.targeting.as_ref().and_then(|targeting| targeting.targets.get(place));
        target.map(|target| target.rule.tests.len()).unwrap_or_default()
    });
    count.saturating_sub(1)
}

fn new_target(editing: Editing, used: &[String]) -> Target {
    let id = editing.free_id((1..1000).map(|number| format!("r{number}")), used);
    let name = texts().variants.rule_name(used.len() + 1);
    Target { id, name, rule: Rule { any: false, tests: vec![Test::default()] } }
}

fn name_path(place: usize) -> String {
    format!("{PATH}.targets[{place}].name")
}
