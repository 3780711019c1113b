//! The list of profiles: who is stored, by which identities.

use std::sync::Arc;

use domain::Page;
use domain::access::Permission;
use domain::profile::Profile;
use leptos::prelude::*;
use leptos_router::components::{A, Form};
use leptos_router::hooks::{use_location, use_query_map};

use super::calls::list_profiles;
use super::people_path;
use super::tabs::PeopleTabs;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{
    Address, EmptyState, LinkButton, NextPage, PageHeader, SelectField, Signal4, StateBadge, Table, TextField, Time,
    drop_empty, filled, loaded,
};

/// Newest first; with a start in the order of user ids.
#[component]
pub fn ProfilesPage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let query = use_query_map();
    let value = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let page = Resource::new(
        move || (sandbox.get(), value("start"), value("tests"), value("cursor")),
        |(sandbox, start, tests, cursor)| list_profiles(sandbox, start, tests, cursor),
    );
    let is_filtered = move || !value("start").is_empty() || !value("tests").is_empty();
    let new = move || people_path(&sandbox.get(), "profiles/new");
    view! {
        <PageHeader title=t.people.profiles>
            {may(Permission::ManageProfiles).then(|| view! { <LinkButton href=new()>{t.people.new}</LinkButton> })}
        </PageHeader>
        <PeopleTabs/>
        <Filter/>
        {loaded(page, move |Page { rows, next }| {
            let shown = if rows.is_empty() {
                let (title, text) = if is_filtered() {
                    (t.people.none_found, t.people.none_found_text)
                } else {
                    (t.people.none, t.people.none_text)
                };
                view! { <EmptyState title text/> }.into_any()
            } else {
                view! { <Profiles profiles=rows/> }.into_any()
            };
            view! { {shown}<NextPage next/> }
        })}
    }
}

/// A plain form that asks for this page with other filters.
#[component]
fn Filter() -> impl IntoView {
    let t = texts();
    let path = use_location().pathname.get_untracked();
    let query = use_query_map();
    let value = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let is_filtered = move || !value("start").is_empty() || !value("tests").is_empty();
    let kinds = move || {
        vec![(String::new(), t.people.everybody.to_owned()), ("true".to_owned(), t.people.only_tests.to_owned())]
    };
    view! {
        <Form method="GET" action="" on_form_data=Arc::new(drop_empty) attr:class="filters" attr:role="search" attr:aria-label=t.people.search>
            {move || view! { <TextField path="start" label=t.people.starts_with value=value("start")/> }}
            {move || view! { <SelectField path="tests" label=t.people.who value=value("tests") options=kinds()/> }}
            <div class="row filter-actions">
                <button type="submit" class="button button-secondary">{t.common.filter}</button>
                {move || is_filtered().then(|| view! { <A href=path.clone() attr:class="quiet-link">{t.common.clear_filters}</A> })}
            </div>
        </Form>
    }
}

#[component]
fn Profiles(profiles: Vec<Profile>) -> impl IntoView {
    let t = texts();
    let columns = vec![t.people.person, t.people.others, t.people.language, t.people.time_zone, t.people.changed];
    view! { <Table title=t.people.profiles columns>{profiles.into_iter().map(|profile| view! { <Row profile/> }).collect_view()}</Table> }
}

#[component]
fn Row(profile: Profile) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let href = people_path(&sandbox, &format!("profiles/{}", profile.id));
    let (name, others) = names_of(&profile);
    view! {
        <tr>
            <th scope="row" class="wide">
                <A href=href><Address text=name/></A>
                {profile.is_test.then(|| view! { <div><StateBadge signal=Signal4::Quiet text=t.people.test/></div> })}
            </th>
            <td class="wide" data-label=t.people.others>{filled(others)}</td>
            <td data-label=t.people.language>{profile.language}</td>
            <td data-label=t.people.time_zone>{profile.time_zone}</td>
            <td data-label=t.people.changed><Time at=profile.updated_at/></td>
        </tr>
    }
}

/// By what a person is called, an email address first; and the other identities.
pub fn names_of(profile: &Profile) -> (String, String) {
    let all = &profile.identities;
    let first = all.iter().position(|identity| identity.is_of("email")).unwrap_or(0);
    let name = all.get(first).map_or_else(|| profile.id.to_string(), |identity| identity.user_id.clone());
    let others = all.iter().enumerate().filter(|(position, _)| *position != first);
    let others: Vec<String> = others.map(|(_, it)| format!("{} {}", it.namespace, it.user_id)).collect();
    (name, others.join(", "))
}
