//! Verifying: a real connection, and what was said.

use domain::channel_configuration::{ChannelConfiguration, Transport, Verification};
use leptos::prelude::*;

use super::super::alive::alive;
use super::VerifyConfiguration;
use crate::i18n::texts;
use crate::reasons::{reason_text, remedy};
use crate::ui::{Button, FormFailure, Signal4, StateBadge, failure_of};

/// The button and what it found. The finding is in the answer only, so the button waits for the page's program.
#[component]
pub fn VerifyCard(
    sandbox: String,
    configuration: ChannelConfiguration,
    verify: ServerAction<VerifyConfiguration>,
    dirty: RwSignal<bool>,
) -> impl IntoView {
    let t = texts();
    let alive = alive();
    let pending = Signal::derive(move || !alive.get() || verify.pending().get());
    if configuration.transport == Transport::Capture {
        return view! {
            <section class="card" aria-labelledby="verify">
                <h2 id="verify">{t.configurations.verify_title}</h2>
                <p class="hint">{t.configurations.no_server}</p>
            </section>
        }
        .into_any();
    }
    let found = move || verify.value().get().and_then(Result::ok).map(|found| view! { <Found found/> });
    view! {
        <section class="card" aria-labelledby="verify">
            <h2 id="verify">{t.configurations.verify_title}</h2>
            <p class="hint">{t.configurations.verify_hint}</p>
            <p class="unsaved" aria-live="polite">{move || dirty.get().then_some(t.configurations.unsaved_verify)}</p>
            <noscript><p class="hint">{t.configurations.verify_no_script}</p></noscript>
            <FormFailure failure=failure_of(verify.value())/>
            <ActionForm action=verify>
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="configuration" value=configuration.id.to_string()/>
                <Button pending variant="secondary">{t.configurations.verify}</Button>
            </ActionForm>
            <div class="stack" aria-live="polite">
                {move || verify.pending().get().then_some(t.configurations.verifying)}
                {found}
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Found(found: Verification) -> impl IntoView {
    let t = texts();
    let (signal, text) = match found.reason {
        None if found.nothing_asked => (Signal4::Quiet, t.configurations.nothing_asked),
        None => (Signal4::Ok, t.configurations.verified),
        Some(_) => (Signal4::Failed, t.configurations.not_verified),
    };
    let why = found.reason.as_deref().map(|reason| {
        view! {
            <p>{reason_text(reason)}</p>
            <blockquote class="own-words">{found.words}</blockquote>
            {remedy(reason).map(|remedy| view! { <p>{remedy}</p> })}
        }
    });
    view! {
        <p>
            <StateBadge signal text/>
            {(signal == Signal4::Ok).then(|| view! { " "<span class="hint">{format!("{} ms", found.duration_ms)}</span> })}
        </p>
        {found.nothing_asked.then(|| view! { <p>{t.configurations.nothing_asked_text}</p> })}
        {why}
        {(!found.transcript.is_empty()).then(|| view! {
            <details open=signal == Signal4::Failed>
                <summary>{t.configurations.transcript}</summary>
                <div class="code-block" role="region" tabindex="0" aria-label=t.configurations.transcript>
                    <pre>{found.transcript.join("\n")}</pre>
                </div>
            </details>
        })}
    }
}
