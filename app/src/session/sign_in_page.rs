//! Sign-in.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::SignIn;
use crate::i18n::texts;
use crate::ui::{Button, FormFailure, Preferences, TextField, failure_of};

/// The page for people who are not signed in. `?next=` is where they wanted to go.
#[component]
pub fn SignInPage() -> impl IntoView {
    let t = texts();
    let action = ServerAction::<SignIn>::new();
    let failure = failure_of(action.value());
    let next = use_query_map().with_untracked(|query| query.get("next").unwrap_or_default());
    view! {
        <Title text=t.session.sign_in/>
        <main class="gate">
            <h1 class="gate-title">"Hermod"</h1>
            <ActionForm action=action attr:class="card form" attr:novalidate="novalidate">
                <h2>{t.session.sign_in}</h2>
                <FormFailure failure/>
                <input type="hidden" name="next" value=next/>
                <TextField path="email" label=t.session.email kind="email" autocomplete="username" required=true failure/>
                <TextField
                    path="password" label=t.session.password kind="password" autocomplete="current-password" required=true failure
                />
                <Button pending=action.pending()>{t.session.sign_in}</Button>
            </ActionForm>
            <Preferences/>
        </main>
    }
}
