//! All rule sets of a sandbox.

use domain::access::Permission;
use domain::rule_set::RuleSet;
use leptos::prelude::*;
use leptos_router::components::A;

use super::super::{above, permitted::permitted};
use super::calls::{CreateRuleSet, list_rule_sets};
use super::set_path;
use super::words::{RuleStatusBadge, set_name};
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{Address, Button, FormFailure, PageHeader, Table, TextField, Time, failure_of, filled, loaded};

/// The global set and the custom ones, and the form of a new one.
#[component]
pub fn RuleSetsPage() -> impl IntoView {
    permitted(Permission::ViewConfigurations, texts().rule_sets.title, || view! { <Content/> })
}

#[component]
fn Content() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let sets = Resource::new(move || sandbox.get(), list_rule_sets);
    view! {
        <PageHeader title=t.rule_sets.title above=above(&sandbox.get_untracked())/>
        <p class="hint">{t.rule_sets.about}</p>
        {loaded(sets, |sets| view! { <Sets sets/> })}
        {may(Permission::ManageConfigurations).then(|| view! { <Create/> })}
    }
}

#[component]
fn Sets(sets: Vec<RuleSet>) -> impl IntoView {
    let t = texts();
    let columns =
        vec![t.rule_sets.name, t.rule_sets.status, t.rule_sets.rules, t.rule_sets.description, t.rule_sets.modified];
    view! {
        <Table title=t.rule_sets.title columns>{sets.into_iter().map(|set| view! { <Row set/> }).collect_view()}</Table>
    }
}

#[component]
fn Row(set: RuleSet) -> impl IntoView {
    let t = texts();
    let href = set_path(&sandbox_name().get_untracked(), set.id.as_str());
    let rules = match set.rules.len() {
        0 => t.rule_sets.no_rules_yet.to_owned(),
        all => t.rule_sets.rules_of(set.active().count(), all),
    };
    let modified = match set.modified_at {
        Some(at) => view! { <Time at/><span class="hint"><Address text=set.modified_by/></span> }.into_any(),
        None => t.rule_sets.never.into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="wide"><A href=href>{set_name(&set.name, set.global)}</A></th>
            <td data-label=t.rule_sets.status><RuleStatusBadge status=set.status/></td>
            <td data-label=t.rule_sets.rules>{rules}</td>
            <td class="wide" data-label=t.rule_sets.description>{filled(set.description)}</td>
            <td class="modified" data-label=t.rule_sets.modified>{modified}</td>
        </tr>
    }
}

#[component]
fn Create() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let create = ServerAction::<CreateRuleSet>::new();
    let failure = failure_of(create.value());
    view! {
        <section class="card settings-narrow" aria-labelledby="create-title">
            <h2 id="create-title">{t.rule_sets.create}</h2>
            <p class="hint">{t.rule_sets.create_about}</p>
            <FormFailure failure/>
            <ActionForm action=create attr:class="form">
                <input type="hidden" name="sandbox" value=move || sandbox.get()/>
                <TextField path="name" label=t.rule_sets.set_name required=true failure/>
                <TextField path="description" label=t.rule_sets.description hint=t.rule_sets.description_hint failure/>
                <div class="row"><Button pending=create.pending()>{t.rule_sets.create}</Button></div>
            </ActionForm>
        </section>
    }
}
