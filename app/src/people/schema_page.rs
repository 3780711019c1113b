//! What is known of the attributes of profiles.

use domain::access::Permission;
use domain::profile_schema::{Attribute, AttributeType};
use leptos::prelude::*;

use super::schema_calls::{AddProfileAttribute, RemoveProfileAttribute, list_profile_attributes};
use super::tabs::PeopleTabs;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{
    Button, EmptyState, FormFailure, Notice, PageHeader, RowButton, SelectField, Table, TextField, failure_of, filled,
    loaded,
};

/// The list, and the form of one more.
#[component]
pub fn SchemaPage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let add = ServerAction::<AddProfileAttribute>::new();
    let remove = ServerAction::<RemoveProfileAttribute>::new();
    let attributes = Resource::new(
        move || (sandbox.get(), add.version().get(), remove.version().get()),
        |(sandbox, _, _)| list_profile_attributes(sandbox),
    );
    let removed = move || {
        let path = remove.value().get().and_then(Result::ok)?;
        Some(view! { <Notice kind="ok">{t.people.attribute_removed(path)}</Notice> })
    };
    view! {
        <PageHeader title=t.people.attributes/>
        <PeopleTabs/>
        <p class="hint">{t.people.schema_about}</p>
        {may(Permission::ManageProfiles).then(|| view! { <Add add/> })}
        <FormFailure failure=failure_of(remove.value())/>
        <div aria-live="polite">{removed}</div>
        {loaded(attributes, move |attributes| view! { <Attributes attributes remove/> })}
    }
}

#[component]
fn Add(add: ServerAction<AddProfileAttribute>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let failure = failure_of(add.value());
    let added = move || {
        let path = add.value().get().and_then(Result::ok)?;
        Some(view! { <Notice kind="ok">{t.people.attribute_added(path)}</Notice> })
    };
    let kinds =
        AttributeType::ALL.iter().map(|kind| (kind.to_string(), type_name(*kind).to_owned())).collect::<Vec<_>>();
    view! {
        <section class="card settings-narrow" aria-labelledby="add-title">
            <h2 id="add-title">{t.people.add_attribute}</h2>
            <FormFailure failure/>
            <div aria-live="polite">{added}</div>
            <ActionForm action=add attr:class="form">
                <input type="hidden" name="sandbox" value=sandbox/>
                <TextField path="path" label=t.people.path hint=t.people.path_hint placeholder="person.firstName" required=true failure/>
                <SelectField path="kind" label=t.people.kind options=kinds failure/>
                <TextField path="label" label=t.people.label hint=t.people.label_hint failure/>
                <TextField path="example" label=t.people.example failure/>
                <div class="row"><Button pending=add.pending()>{t.people.add}</Button></div>
            </ActionForm>
        </section>
    }
}

#[component]
fn Attributes(attributes: Vec<Attribute>, remove: ServerAction<RemoveProfileAttribute>) -> impl IntoView {
    let t = texts();
    if attributes.is_empty() {
        return view! { <EmptyState title=t.people.no_schema text=t.people.no_schema_text/> }.into_any();
    }
    let may_change = may(Permission::ManageProfiles);
    let mut columns = vec![t.people.path, t.people.kind, t.people.label, t.people.example];
    if may_change {
        columns.push(t.settings.actions);
    }
    let row = move |attribute: Attribute| {
        let removal = may_change.then(|| view! { <td><Removal path=attribute.path.clone() remove/></td> });
        view! {
            <tr>
                <th scope="row" class="wide"><code>{attribute.path}</code></th>
                <td data-label=t.people.kind>{type_name(attribute.kind)}</td>
                <td class="wide" data-label=t.people.label>{filled(attribute.label)}</td>
                <td class="wide" data-label=t.people.example>{filled(attribute.example)}</td>
                {removal}
            </tr>
        }
    };
    view! { <Table title=t.people.attributes columns>{attributes.into_iter().map(row).collect_view()}</Table> }
        .into_any()
}

/// No question is asked: what is stored stays, and the attribute can be added again.
#[component]
fn Removal(path: String, remove: ServerAction<RemoveProfileAttribute>) -> impl IntoView {
    let t = texts();
    let name = t.suppressions.remove_of(&path);
    view! {
        <ActionForm action=remove attr:class="removal">
            <input type="hidden" name="sandbox" value=sandbox_name().get_untracked()/>
            <input type="hidden" name="path" value=path/>
            <RowButton pending=remove.pending() label=t.suppressions.remove name/>
        </ActionForm>
    }
}

fn type_name(kind: AttributeType) -> &'static str {
    let t = texts();
    match kind {
        AttributeType::Text => t.people.type_text,
        AttributeType::Number => t.people.type_number,
        AttributeType::Boolean => t.people.type_boolean,
        AttributeType::Date => t.people.type_date,
        AttributeType::List => t.people.type_list,
        AttributeType::Object => t.people.type_object,
    }
}
