//! A new client: first its name, then its id and secret, once.

use domain::api_client::NewApiClient;
use leptos::prelude::*;

use super::super::alive::alive;
use super::CreateApiClient;
use crate::i18n::texts;
use crate::ui::{Button, Code, Fact, Facts, FormFailure, Notice, TextField, failure_of};

/// The form, or the secret of the client that was just created.
#[component]
pub fn NewClient(#[prop(into)] sandbox: Signal<String>, create: ServerAction<CreateApiClient>) -> impl IntoView {
    // A failure must not draw the form anew: what was typed would be gone.
    let created = Memo::new(move |_| create.value().get().and_then(Result::ok));
    move || match created.get() {
        Some(client) => view! { <Secret client create/> }.into_any(),
        None => view! { <NameForm sandbox create/> }.into_any(),
    }
}

/// Without the page's program the answer with the secret would be lost, so the button waits for it.
#[component]
fn NameForm(sandbox: Signal<String>, create: ServerAction<CreateApiClient>) -> impl IntoView {
    let t = texts();
    let failure = failure_of(create.value());
    let alive = alive();
    let pending = Signal::derive(move || !alive.get() || create.pending().get());
    let command = move || format!("hermod client create --sandbox {} --name NAME", sandbox.get());
    view! {
        <ActionForm action=create attr:class="card form">
            <h2>{t.api_clients.create}</h2>
            <FormFailure failure/>
            <input type="hidden" name="sandbox" value=move || sandbox.get()/>
            <TextField path="name" label=t.api_clients.name hint=t.api_clients.name_hint required=true failure/>
            <noscript><p class="hint">{t.api_clients.no_script}" "<code>{command}</code></p></noscript>
            <Button pending>{t.api_clients.create}</Button>
        </ActionForm>
    }
}

#[component]
fn Secret(client: NewApiClient, create: ServerAction<CreateApiClient>) -> impl IntoView {
    let t = texts();
    view! {
        <section class="card" aria-labelledby="new-client">
            <h2 id="new-client">{t.api_clients.created}</h2>
            <Notice kind="warning">{t.api_clients.secret_once}</Notice>
            <Facts>
                <Fact name=t.api_clients.client_id><Code text=client.client_id.to_string()/></Fact>
                <Fact name=t.api_clients.client_secret><Code text=client.client_secret/></Fact>
            </Facts>
            <p class="hint">{t.api_clients.next_step}</p>
            <button type="button" class="button button-secondary" on:click=move |_| create.clear()>{t.api_clients.secret_kept}</button>
        </section>
    }
}
