//! What it means that somebody said nothing about marketing.

use domain::access::Permission;
use domain::consent::EmptyConsent;
use leptos::prelude::*;

use super::SetEmptyConsent;
use crate::i18n::texts;
use crate::layout::{empty_consent, may};
use crate::ui::{Button, Choice, ChoiceField, FormFailure, Notice, failure_of};

/// Two ways to read silence; who may not choose sees which one holds.
#[component]
pub fn EmptyConsentCard(sandbox: String) -> impl IntoView {
    let t = texts();
    let set = ServerAction::<SetEmptyConsent>::new();
    let failure = failure_of(set.value());
    let holds = empty_consent();
    let choices = || {
        let opt_in = Choice {
            word: EmptyConsent::OptInRequired.as_str(),
            label: t.settings_sandbox.empty_opt_in,
            meaning: t.settings_sandbox.empty_opt_in_meaning,
        };
        let opt_out = Choice {
            word: EmptyConsent::OptOut.as_str(),
            label: t.settings_sandbox.empty_opt_out,
            meaning: t.settings_sandbox.empty_opt_out_meaning,
        };
        vec![opt_in, opt_out]
    };
    let saved = move || {
        set.value().get().and_then(Result::ok)?;
        Some(view! { <Notice kind="ok">{t.settings_sandbox.empty_saved}</Notice> })
    };
    let form = if may(Permission::ManageSandboxes) {
        view! {
            <ActionForm action=set attr:class="form">
                <input type="hidden" name="sandbox" value=sandbox/>
                <ChoiceField
                    path="empty" name="empty" legend=t.settings_sandbox.empty_consent value=holds.to_string() choices=choices()
                    failure
                />
                <div class="row"><Button pending=set.pending()>{t.settings_sandbox.empty_save}</Button></div>
            </ActionForm>
        }
        .into_any()
    } else {
        let held = choices().into_iter().find(|choice| choice.word == holds.as_str());
        view! { <p>{held.map(|choice| choice.meaning)}</p> }.into_any()
    };
    view! {
        <section class="card settings-narrow" aria-labelledby="empty-consent">
            <h2 id="empty-consent">{t.settings_sandbox.empty_consent}</h2>
            <FormFailure failure/>
            <div aria-live="polite">{saved}</div>
            <p class="hint">{t.settings_sandbox.empty_text}</p>
            {form}
        </section>
    }
}
