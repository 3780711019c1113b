//! Mode of the sandbox, and what is done with what it keeps.

use domain::access::Permission;
use domain::sandbox::SandboxMode;
use leptos::prelude::*;

use super::super::above;

use super::SetSandboxMode;
use super::empty_consent::EmptyConsentCard;
use super::erase::Erase;
use crate::i18n::texts;
use crate::layout::{captures, may, sandbox_name};
use crate::ui::{Button, Confirmation, FormFailure, Notice, PageHeader, Signal4, StateBadge, answers, failure_of};

/// Says what the mode means, and switches it.
#[component]
pub fn SandboxPage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let (erased_from, silent_in) = (sandbox.clone(), sandbox.clone());
    let is_prod = sandbox == "prod";
    let captures = captures();
    let switch = ServerAction::<SetSandboxMode>::new();
    load_anew_after(switch);
    let meaning = if captures { t.settings_sandbox.capture_meaning } else { t.settings_sandbox.live_meaning };
    let (signal, mode) =
        if captures { (Signal4::Waiting, t.settings_sandbox.capture) } else { (Signal4::Ok, t.settings_sandbox.live) };
    view! {
        <PageHeader title=t.settings_sandbox.title(&sandbox) above=above(&sandbox)/>
        <FormFailure failure=failure_of(switch.value())/>
        {is_prod.then(|| view! { <Notice kind="warning">{t.settings_sandbox.this_is_prod}</Notice> })}
        <section class="card settings-narrow" aria-labelledby="mode">
            <h2 id="mode">{t.settings_sandbox.mode}</h2>
            <p><StateBadge signal text=mode/></p>
            <p>{meaning}</p>
            {if may(Permission::ManageSandboxes) {
                view! { <SwitchMode sandbox captures switch/> }.into_any()
            } else {
                view! { <p class="hint">{t.settings_sandbox.administrators_switch}</p> }.into_any()
            }}
        </section>
        <EmptyConsentCard sandbox=silent_in/>
        {may(Permission::ErasePeople).then(|| view! { <Erase sandbox=erased_from/> })}
    }
}

/// The frame around the page shows the mode too, so the whole page is loaded anew.
fn load_anew_after(switch: ServerAction<SetSandboxMode>) {
    Effect::new(move || {
        if switch.value().with(|answer| matches!(answer, Some(Ok(_)))) {
            // A browser that refuses leaves the old mode on the screen; the next page has the new one.
            let _ = window().location().reload();
        }
    });
}

#[component]
fn SwitchMode(sandbox: String, captures: bool, switch: ServerAction<SetSandboxMode>) -> impl IntoView {
    let t = texts();
    let (next, label, consequence) = if captures {
        (SandboxMode::Live, t.settings_sandbox.to_live, t.settings_sandbox.to_live_consequence(&sandbox))
    } else {
        (SandboxMode::Capture, t.settings_sandbox.to_capture, t.settings_sandbox.to_capture_consequence(&sandbox))
    };
    view! {
        <Confirmation id="switch-mode" label class="button button-secondary" answers=answers(switch)>
            <p>{consequence}</p>
            <ActionForm action=switch>
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="mode" value=next.as_str()/>
                <Button pending=switch.pending() variant=if captures { "danger" } else { "" }>{label}</Button>
            </ActionForm>
        </Confirmation>
    }
}
