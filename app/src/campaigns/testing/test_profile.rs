//! A stored person as the source of the preview's values.

use domain::access::Permission;
use leptos::prelude::*;
use serde_json::{Map, Value};

use super::FindTestProfile;
use crate::failure::Answer;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::settings::alive;
use crate::ui::{Button, FormFailure, TextField, failure_of};

/// Asks for a person, and gives what is stored of them to `take`. For whoever may see that, where the page's program runs.
#[component]
pub fn TestProfile(take: Callback<Map<String, Value>>) -> impl IntoView {
    let t = &texts().testing;
    let sandbox = sandbox_name();
    let find = ServerAction::<FindTestProfile>::new();
    let failure = failure_of(find.value());
    let alive = alive();
    let pending = Signal::derive(move || !alive.get() || find.pending().get());
    let found = move || find.value().get().and_then(Answer::ok);
    Effect::new(move || {
        if let Some(attributes) = found() {
            take.run(attributes);
        }
    });
    may(Permission::ManageProfiles).then(|| {
        view! {
            <details class="stack">
                <summary>{t.test_profile}</summary>
                <p class="hint">{t.test_profile_about}</p>
                <ActionForm action=find attr:class="form" attr:novalidate="novalidate">
                    <FormFailure failure lead=t.no_profile/>
                    <input type="hidden" name="sandbox" value=move || sandbox.get()/>
                    <TextField path="namespace" name="namespace" label=t.namespace value="email" failure/>
                    <TextField path="userId" name="user_id" label=t.user_id required=true failure/>
                    <Button pending variant="secondary">{t.use_profile}</Button>
                </ActionForm>
                <p aria-live="polite">{move || found().map(|_| t.profile_taken)}</p>
            </details>
        }
    })
}
