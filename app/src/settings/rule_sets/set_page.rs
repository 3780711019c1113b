//! One rule set.

use domain::access::Permission;
use domain::rule_set::{Rule, RuleForm, RuleFormKind, RuleStatus};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::super::permitted::permitted;
use super::super::put_back::is_put_back;
use super::calls::{OpenedRuleSet, PutBackRule, RemoveRule, SetRuleSetStatus, SetRuleStatus, open_rule_set};
use super::head::Head;
use super::rule::{RuleCard, Turned};
use super::rule_form::EditRule;
use super::words::set_name;
use super::{above_set, set_path};
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{Button, EmptyState, FormFailure, LinkButton, Notice, PageHeader, failure_of, loaded};

/// Status, rules, and the form of the rule that the address names.
#[component]
pub fn RuleSetPage() -> impl IntoView {
    permitted(Permission::ViewConfigurations, texts().rule_sets.title, || view! { <Content/> })
}

/// What changes a set without leaving its page.
#[derive(Clone, Copy)]
pub struct Actions {
    pub set_status: ServerAction<SetRuleSetStatus>,
    pub rule_status: ServerAction<SetRuleStatus>,
    pub remove: ServerAction<RemoveRule>,
    pub put_back: ServerAction<PutBackRule>,
}

#[component]
fn Content() -> impl IntoView {
    let sandbox = sandbox_name();
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("set").unwrap_or_default()));
    let saved = Memo::new(move |_| query.with(|query| query.get("saved").unwrap_or_default()));
    let actions = Actions {
        set_status: ServerAction::new(),
        rule_status: ServerAction::new(),
        remove: ServerAction::new(),
        put_back: ServerAction::new(),
    };
    let Actions { set_status, rule_status, remove, put_back } = actions;
    let changes = move || {
        (set_status.version().get(), rule_status.version().get(), remove.version().get(), put_back.version().get())
    };
    let set = Resource::new(
        move || (sandbox.get(), id.get(), saved.get(), changes()),
        |(sandbox, id, ..)| open_rule_set(sandbox, id),
    );
    view! {
        {loaded(set, move |opened| {
            let is_draft = query.with_untracked(|query| query.get("draft").is_some());
            let said = if is_draft { texts().rule_sets.saved_draft } else { texts().rule_sets.saved };
            let just_saved = (saved.get_untracked() == opened.set.revision.to_string()).then_some(said);
            view! { <Opened opened actions just_saved/> }
        })}
    }
}

#[component]
fn Opened(opened: OpenedRuleSet, actions: Actions, just_saved: Option<&'static str>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let set = opened.set.clone();
    let may_change = may(Permission::ManageConfigurations);
    let rules = set.rules.iter().map(|rule| {
        let days = opened.next_days_of(&rule.id);
        view! { <RuleCard set=set.id.to_string() rule=rule.clone() days actions may_change/> }
    });
    let rules = rules.collect_view();
    let is_empty = set.rules.is_empty();
    let holds_nothing =
        set.status != RuleStatus::Active && set.rules.iter().any(|rule| rule.status == RuleStatus::Active);
    let (first, second) = (set.id.to_string(), set.id.to_string());
    view! {
        <PageHeader title=set_name(&set.name, set.global) above=above_set(&sandbox)>
            {may_change.then(|| view! { <Add set=first global=set.global/> })}
        </PageHeader>
        <p class="hint">{if set.global { t.rule_sets.global_about } else { t.rule_sets.custom_about }}</p>
        {just_saved.map(|said| view! { <Notice kind="ok">{said}</Notice> })}
        {holds_nothing.then(|| view! { <Notice kind="warning">{t.rule_sets.set_not_active}</Notice> })}
        <FormFailure failure=failure_of(actions.set_status.value())/>
        <FormFailure failure=failure_of(actions.rule_status.value())/>
        <FormFailure failure=failure_of(actions.remove.value())/>
        <FormFailure failure=failure_of(actions.put_back.value())/>
        <div aria-live="polite">
            <Turned set=second.clone() actions/>
            <Removed set=second actions/>
        </div>
        <div class="columns settings-columns">
            <div class="stack">
                {may_change.then(|| view! { <Editor opened=opened.clone()/> })}
                {is_empty.then(|| view! { <EmptyState title=t.rule_sets.none text=t.rule_sets.none_text/> })}
                {rules}
            </div>
            <Head set actions may_change/>
        </div>
    }
}

/// The ways to a new rule.
#[component]
fn Add(set: String, global: bool) -> impl IntoView {
    let t = texts();
    let path = set_path(&sandbox_name().get_untracked(), &set);
    let quiet = format!("{path}?new={}", RuleFormKind::QuietHours);
    view! {
        <LinkButton href=format!("{path}?new={}", RuleFormKind::Cap) variant="secondary">{t.rule_sets.add_cap}</LinkButton>
        {(!global).then(|| view! { <LinkButton href=quiet variant="secondary">{t.rule_sets.add_quiet}</LinkButton> })}
    }
}

/// The form of the rule that the address names, or of a new one.
#[component]
fn Editor(opened: OpenedRuleSet) -> impl IntoView {
    let query = use_query_map();
    move || {
        let (rule, new) =
            query.with(|query| (query.get("rule").unwrap_or_default(), query.get("new").unwrap_or_default()));
        let named = opened.set.rules.iter().find(|known| known.id.as_str() == rule);
        let form = match (named, new.parse::<RuleFormKind>()) {
            (Some(known), _) => RuleForm::of(known),
            (None, Ok(kind)) => RuleForm::empty(kind),
            (None, Err(_)) => return None,
        };
        let rule = named.map(|known| known.id.to_string()).unwrap_or_default();
        let (set, revision) = (opened.set.id.to_string(), opened.set.revision);
        Some(view! { <EditRule set revision rule form/> })
    }
}

/// What was removed, with the way back, until it was put back.
#[component]
fn Removed(set: String, actions: Actions) -> impl IntoView {
    let t = texts();
    let Actions { remove, put_back, .. } = actions;
    let is_back = is_put_back(remove, put_back);
    move || {
        let rule: Rule = remove.value().get().and_then(Result::ok)?;
        if is_back.get() {
            return Some(view! { <Notice kind="ok">{t.rule_sets.is_back(&rule.name)}</Notice> }.into_any());
        }
        let (set, removed) = (set.clone(), serde_json::to_string(&rule).unwrap_or_default());
        let undo = view! {
            <ActionForm action=put_back attr:class="removal">
                <input type="hidden" name="sandbox" value=sandbox_name().get_untracked()/>
                <input type="hidden" name="set" value=set/>
                <input type="hidden" name="removed" value=removed/>
                <Button pending=put_back.pending() variant="secondary">{t.rule_sets.undo}</Button>
            </ActionForm>
        };
        Some(view! { <Notice kind="ok">{t.rule_sets.removed(&rule.name)}" "{undo}</Notice> }.into_any())
    }
}
