//! A person is forgotten.

use leptos::prelude::*;

use super::ErasePerson;
use crate::i18n::texts;
use crate::ui::{Button, Confirmation, FormFailure, Notice, TextField, answers, failure_of};

/// Asks who it is, says what goes, and what went.
#[component]
pub fn Erase(sandbox: String) -> impl IntoView {
    let t = texts();
    let erase = ServerAction::<ErasePerson>::new();
    let failure = failure_of(erase.value());
    let erased = move || {
        let erased = erase.value().get().and_then(Result::ok)?;
        let text = t.settings_sandbox.erased(
            erased.messages,
            erased.memberships,
            erased.replies,
            erased.devices,
            erased.consents,
            erased.files,
        );
        Some(view! { <Notice>{text}</Notice> })
    };
    view! {
        <section class="card settings-narrow" aria-labelledby="erase-person">
            <h2 id="erase-person">{t.settings_sandbox.erase}</h2>
            <p>{t.settings_sandbox.erase_about}</p>
            <FormFailure failure/>
            <div aria-live="polite">{erased}</div>
            <Confirmation id="erase" label=t.settings_sandbox.erase class="button button-secondary" answers=answers(erase)>
                <p>{t.settings_sandbox.erase_consequence}</p>
                <ActionForm action=erase>
                    <input type="hidden" name="sandbox" value=sandbox/>
                    <TextField path="person" label=t.settings_sandbox.erase_person required=true failure/>
                    <Button pending=erase.pending() variant="danger">{t.settings_sandbox.erase_for_good}</Button>
                </ActionForm>
            </Confirmation>
        </section>
    }
}
