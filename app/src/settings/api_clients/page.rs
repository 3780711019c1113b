//! API clients of a sandbox.

use domain::access::Permission;
use leptos::prelude::*;

use super::super::{above, permitted::permitted};
use super::list::Clients;
use super::new_client::NewClient;
use super::{CreateApiClient, RevokeApiClient, SetLimits, list_api_clients};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{FormFailure, PageHeader, failure_of, loaded};

/// List of clients, and the form for another one.
#[component]
pub fn ApiClientsPage() -> impl IntoView {
    permitted(Permission::ManageApiClients, texts().api_clients.title, || view! { <Content/> })
}

#[component]
fn Content() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let create = ServerAction::<CreateApiClient>::new();
    let revoke = ServerAction::<RevokeApiClient>::new();
    let set_limits = ServerAction::<SetLimits>::new();
    let clients = Resource::new(
        move || (sandbox.get(), create.version().get(), revoke.version().get(), set_limits.version().get()),
        |(sandbox, ..)| list_api_clients(sandbox),
    );
    view! {
        <PageHeader title=t.api_clients.title above=above(&sandbox.get_untracked())/>
        <p class="hint">{move || t.api_clients.about(sandbox.get())}" "<a href="/docs" rel="external">{t.api_clients.docs}</a></p>
        <NewClient sandbox create/>
        <FormFailure failure=failure_of(revoke.value())/>
        <FormFailure failure=failure_of(set_limits.value())/>
        {loaded(clients, move |clients| view! { <Clients clients revoke set_limits/> })}
    }
}
