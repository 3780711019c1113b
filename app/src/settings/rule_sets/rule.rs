//! One rule in words, and what can be done with it.

use domain::rule_set::{QuietDay, Rule, RuleStatus};
use leptos::prelude::*;
use leptos_router::components::A;

use super::set_page::Actions;
use super::set_path;
use super::week::Week;
use super::words::{RuleStatusBadge, sentence};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{Button, Notice, RowButton};

#[component]
pub fn RuleCard(set: String, rule: Rule, days: Vec<QuietDay>, actions: Actions, may_change: bool) -> impl IntoView {
    let title = format!("rule-{}", rule.id);
    let labelled_by = title.clone();
    let said = sentence(&rule.what);
    view! {
        <section class="card" aria-labelledby=labelled_by>
            <h3 id=title>{rule.name.clone()}</h3>
            <p><RuleStatusBadge status=rule.status/></p>
            <p>{said}</p>
            {(!days.is_empty()).then(|| view! { <Week days/> })}
            {may_change.then(|| view! { <Doings set rule actions/> })}
        </section>
    }
}

#[component]
fn Doings(set: String, rule: Rule, actions: Actions) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let (name, id) = (rule.name.clone(), rule.id.to_string());
    let edit = format!("{}?rule={id}", set_path(&sandbox, &set));
    let next = next(rule.status);
    let (label, said) = match next {
        RuleStatus::Active => (t.rule_sets.activate, t.rule_sets.activate_of(&name)),
        _ => (t.rule_sets.deactivate, t.rule_sets.deactivate_of(&name)),
    };
    let edit_name = t.rule_sets.edit_of(&name);
    let remove = (rule.status != RuleStatus::Active).then(|| {
        let (sandbox, set, id) = (sandbox.clone(), set.clone(), id.clone());
        let name = t.rule_sets.remove_of(&name);
        view! {
            <ActionForm action=actions.remove>
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="set" value=set/>
                <input type="hidden" name="rule" value=id/>
                <RowButton pending=actions.remove.pending() label=t.rule_sets.remove name/>
            </ActionForm>
        }
    });
    view! {
        <div class="row">
            <ActionForm action=actions.rule_status>
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="set" value=set/>
                <input type="hidden" name="rule" value=id/>
                <input type="hidden" name="status" value=next.as_str()/>
                <RowButton pending=actions.rule_status.pending() label name=said/>
            </ActionForm>
            <A href=edit attr:class="button button-secondary" attr:aria-label=edit_name>{t.rule_sets.edit}</A>
            {remove}
        </div>
    }
}

/// What a button turns it into.
pub fn next(status: RuleStatus) -> RuleStatus {
    if status == RuleStatus::Active { RuleStatus::Inactive } else { RuleStatus::Active }
}

/// What was just turned on or off, with the way back.
#[component]
pub fn Turned(set: String, actions: Actions) -> impl IntoView {
    let t = texts();
    let Actions { rule_status, .. } = actions;
    move || {
        let rule: Rule = rule_status.value().get().and_then(Result::ok)?;
        let said = match rule.status {
            RuleStatus::Active => t.rule_sets.is_active(&rule.name),
            _ => t.rule_sets.is_inactive(&rule.name),
        };
        let set = set.clone();
        let undo = view! {
            <ActionForm action=rule_status attr:class="removal">
                <input type="hidden" name="sandbox" value=sandbox_name().get_untracked()/>
                <input type="hidden" name="set" value=set/>
                <input type="hidden" name="rule" value=rule.id.to_string()/>
                <input type="hidden" name="status" value=next(rule.status).as_str()/>
                <Button pending=rule_status.pending() variant="secondary">{t.rule_sets.undo}</Button>
            </ActionForm>
        };
        Some(view! { <Notice kind="ok">{said}" "{undo}</Notice> })
    }
}
