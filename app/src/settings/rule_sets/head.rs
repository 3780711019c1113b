//! Status, name and description of a set.

use domain::rule_set::{RuleSet, RuleStatus};
use leptos::prelude::*;

use super::calls::{DeleteRuleSet, DescribeRuleSet};
use super::rule::next;
use super::set_page::Actions;
use super::words::RuleStatusBadge;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{Button, Confirmation, FormFailure, TextField, Time, answers, failure_of};

#[component]
pub fn Head(set: RuleSet, actions: Actions, may_change: bool) -> impl IntoView {
    let t = texts();
    let changed = set.modified_at.map(|at| {
        let by = t.rule_sets.modified_by(&set.modified_by);
        view! { <p class="hint">{by}" "<Time at/></p> }
    });
    let description = (!set.description.is_empty()).then(|| view! { <p>{set.description.clone()}</p> });
    let custom = (may_change && !set.global).then_some(set.clone());
    view! {
        <div class="stack">
            <section class="card" aria-labelledby="status">
                <h2 id="status">{t.rule_sets.status}</h2>
                <p><RuleStatusBadge status=set.status/></p>
                {description}
                {custom.clone().map(|set| view! { <Turn set actions/> })}
                {changed}
            </section>
            {custom.map(|set| view! { <Describe set/> })}
        </div>
    }
}

/// Into force, or out of it: the same button is the way back.
#[component]
fn Turn(set: RuleSet, actions: Actions) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let next = next(set.status);
    let label = if next == RuleStatus::Active { t.rule_sets.activate } else { t.rule_sets.deactivate };
    let delete = set.check_removable().is_ok().then(|| view! { <Delete set=set.id.to_string()/> });
    view! {
        <ActionForm action=actions.set_status>
            <input type="hidden" name="sandbox" value=sandbox/>
            <input type="hidden" name="set" value=set.id.to_string()/>
            <input type="hidden" name="status" value=next.as_str()/>
            <Button pending=actions.set_status.pending() variant="secondary">{label}</Button>
        </ActionForm>
        {delete}
    }
}

#[component]
fn Delete(set: String) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let delete = ServerAction::<DeleteRuleSet>::new();
    view! {
        <FormFailure failure=failure_of(delete.value())/>
        <Confirmation id="delete-set" label=t.rule_sets.delete answers=answers(delete)>
            <p>{t.rule_sets.delete_about}</p>
            <ActionForm action=delete>
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="set" value=set/>
                <Button pending=delete.pending() variant="danger">{t.rule_sets.delete}</Button>
            </ActionForm>
        </Confirmation>
    }
}

#[component]
fn Describe(set: RuleSet) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let describe = ServerAction::<DescribeRuleSet>::new();
    let answered = failure_of(describe.value());
    let failure = Signal::derive(move || answered.get().map(|failure| failure.under("set")));
    view! {
        <section class="card" aria-labelledby="describe">
            <h2 id="describe">{t.rule_sets.rename}</h2>
            <FormFailure failure/>
            <ActionForm action=describe attr:class="form">
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="set" value=set.id.to_string()/>
                <input type="hidden" name="revision" value=set.revision/>
                <TextField path="set.name" name="name" label=t.rule_sets.set_name value=set.name required=true failure/>
                <TextField
                    path="set.description" name="description" label=t.rule_sets.description hint=t.rule_sets.description_hint value=set.description failure
                />
                <Button pending=describe.pending() variant="secondary">{t.rule_sets.save}</Button>
            </ActionForm>
        </section>
    }
}
