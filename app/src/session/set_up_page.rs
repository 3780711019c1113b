//! The first visit: creates the administrator.

use domain::access::PASSWORD_MIN_LENGTH;
use leptos::prelude::*;
use leptos_meta::Title;

use super::CreateFirstAdministrator;
use crate::i18n::texts;
use crate::ui::{Button, FormFailure, Preferences, TextField, failure_of};

/// Shown as long as there is no console user.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let t = texts();
    let action = ServerAction::<CreateFirstAdministrator>::new();
    let failure = failure_of(action.value());
    view! {
        <Title text=t.session.set_up/>
        <main class="gate">
            <h1 class="gate-title">"Hermod"</h1>
            <ActionForm action=action attr:class="card form" attr:novalidate="novalidate">
                <h2>{t.session.set_up}</h2>
                <p class="hint">{t.session.set_up_hint}</p>
                <FormFailure failure/>
                <TextField path="name" label=t.session.name autocomplete="name" failure/>
                <TextField path="email" label=t.session.email kind="email" autocomplete="username" required=true failure/>
                <TextField
                    path="password" label=t.session.password kind="password" autocomplete="new-password" required=true failure
                    hint=t.session.password_hint(PASSWORD_MIN_LENGTH)
                />
                <Button pending=action.pending()>{t.session.create_administrator}</Button>
            </ActionForm>
            <Preferences/>
        </main>
    }
}
