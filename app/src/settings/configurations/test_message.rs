//! Sending a test message, and what the provider said.

use domain::channel_configuration::{Channel, ChannelConfiguration, Transport};
use domain::message::Outcome;
use domain::test_message::TestMessage;
use leptos::prelude::*;

use super::super::alive::alive;
use super::SendTestMessage;
use crate::i18n::texts;
use crate::layout::captures;
use crate::reasons::{reason_text, remedy};
use crate::ui::{Button, Code, Fact, Facts, FormFailure, Signal4, StateBadge, TextField, failure_of};

/// The form and what came back. The answer is in the page only, so the button waits for the page's program.
#[component]
pub fn TestMessageCard(sandbox: String, configuration: ChannelConfiguration, dirty: RwSignal<bool>) -> impl IntoView {
    let t = &texts().configurations;
    let send = ServerAction::<SendTestMessage>::new();
    let failure = failure_of(send.value());
    let alive = alive();
    let pending = Signal::derive(move || !alive.get() || send.pending().get());
    let (label, hint) = match configuration.channel {
        Channel::Email => (t.test_to_email, t.test_to_email_hint),
        Channel::Mobile => (t.test_to_mobile, t.test_to_mobile_hint),
        Channel::Push => (t.test_to_push, t.test_to_push_hint),
    };
    let stays_here = captures() || configuration.transport == Transport::Capture;
    let sent = move || send.value().get().and_then(Result::ok).map(|sent| view! { <Sent sent/> });
    view! {
        <section class="card" aria-labelledby="test-message">
            <h2 id="test-message">{t.test_title}</h2>
            <p class="hint">{if stays_here { t.test_captures } else { t.test_hint }}</p>
            <p class="unsaved" aria-live="polite">{move || dirty.get().then_some(t.unsaved_stays)}</p>
            <noscript><p class="hint">{t.verify_no_script}</p></noscript>
            <ActionForm action=send attr:class="form" attr:novalidate="novalidate">
                <FormFailure failure lead=t.test_not_sent/>
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="configuration" value=configuration.id.to_string()/>
                <TextField path="to" label hint required=true failure/>
                <Button pending variant="secondary">{t.test_send}</Button>
            </ActionForm>
            <div class="stack" aria-live="polite">
                {move || send.pending().get().then_some(t.test_sending)}
                {sent}
            </div>
        </section>
    }
}

#[component]
fn Sent(sent: TestMessage) -> impl IntoView {
    let t = &texts().configurations;
    let (signal, state) = match sent.outcome {
        Outcome::Accepted if sent.captured => (Signal4::Quiet, t.test_captured),
        Outcome::Accepted => (Signal4::Ok, t.test_accepted),
        Outcome::Retry => (Signal4::Warning, t.test_retry),
        Outcome::Unavailable => (Signal4::Failed, t.test_unavailable),
        Outcome::Rejected => (Signal4::Failed, t.test_rejected),
        Outcome::InDoubt => (Signal4::Warning, t.test_in_doubt),
    };
    let accepted = (sent.outcome == Outcome::Accepted).then(|| {
        if sent.captured {
            t.test_captured_text(&sent.text, &sent.to)
        } else {
            t.test_accepted_text(&sent.text, &sent.to)
        }
    });
    let why = sent.reason.as_deref().map(|reason| {
        let remedy = remedy(reason).map(|remedy| view! { <p>{remedy}</p> });
        view! { <p>{reason_text(reason)}</p>{remedy} }
    });
    view! {
        <p>
            <StateBadge signal text=state/>
            {(!sent.captured).then(|| view! { " "<span class="hint">{format!("{} ms", sent.duration_ms)}</span> })}
        </p>
        {accepted.map(|text| view! { <p>{text}</p> })}
        {why}
        {(!sent.captured).then(|| view! {
            <Facts>
                <Fact name=t.test_via>{sent.via}</Fact>
                {(!sent.words.is_empty()).then(|| view! {
                    <Fact name=t.test_answer><blockquote class="own-words">{sent.words}</blockquote></Fact>
                })}
                {sent.provider_ids.into_iter().map(|id| view! { <Fact name=t.test_provider_id><Code text=id/></Fact> }).collect_view()}
            </Facts>
        })}
    }
}
