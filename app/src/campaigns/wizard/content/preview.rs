//! The preview: drawn on the server first and in the browser from then on.

use domain::channel_configuration::Channel;
use domain::content::{Rendered, RenderedEmail, RenderedMobile, RenderedPush};
use leptos::prelude::*;

use super::drawing::Drawing;
use super::drawn::Drawn;
use super::mail::{Mail, MissingValues};
use super::sample_form::SampleForm;
use crate::campaigns::testing::MailChecks;
use crate::handset::{Bubble, MessagesCost, Notification, PayloadSize};
use crate::i18n::texts;
use crate::ui::Notice;

/// Preview and sample values beside the editor.
#[component]
pub fn LivePreview(channel: Channel, drawing: Drawing) -> impl IntoView {
    let t = texts();
    let drawn = drawing.drawn();
    view! {
        <aside class="preview-pane" aria-label=t.content_step.preview>
            <PlainPreview channel drawing/>
            <SampleForm drawing/>
            {checks(channel, drawn)}
        </aside>
    }
}

/// The message, and which values it lacks.
#[component]
pub fn PlainPreview(channel: Channel, drawing: Drawing) -> impl IntoView {
    let t = texts();
    let drawn = drawing.drawn();
    let missing = Memo::new(move |_| drawn.with(|drawn| drawn.preview.missing.clone()));
    view! {
        <Shown channel drawn/>
        {move || drawing.is_stuck().then(|| view! { <Notice kind="warning">{t.content_step.stuck}</Notice> })}
        <MissingValues missing/>
    }
}

/// What is said of a mail; other messages have nothing like it.
fn checks(channel: Channel, drawn: RwSignal<Drawn>) -> Option<impl IntoView> {
    let report = Memo::new(move |_| drawn.with(|drawn| drawn.report.clone()));
    (channel == Channel::Email).then(|| view! { <MailChecks report/> })
}

/// A small preview with proposed values, for the review.
#[component]
pub fn StillPreview(
    channel: Channel,
    drawn: Drawn,
    /// What is said of a mail is shown, too.
    #[prop(optional)]
    with_checks: bool,
) -> impl IntoView {
    let t = texts();
    let drawn = RwSignal::new(drawn);
    view! {
        <aside class="preview-pane still" aria-label=t.content_step.preview>
            <Shown channel drawn/>
            <p class="hint">{t.content_step.with_sample_values}</p>
            {with_checks.then(|| checks(channel, drawn))}
        </aside>
    }
}

/// The message as its channel shows it.
#[component]
fn Shown(channel: Channel, drawn: RwSignal<Drawn>) -> impl IntoView {
    match channel {
        Channel::Email => view! { <ShownMail drawn/> }.into_any(),
        Channel::Mobile => {
            let mobile = Memo::new(move |_| drawn.with(|drawn| mobile_of(&drawn.preview.rendered)));
            view! {
                <Faulty drawn/>
                <Bubble mobile/>
                <p class="hint"><MessagesCost mobile/></p>
            }
            .into_any()
        }
        Channel::Push => {
            let push = Memo::new(move |_| drawn.with(|drawn| push_of(&drawn.preview.rendered)));
            view! {
                <Faulty drawn/>
                <Notification push/>
                <PayloadSize push/>
            }
            .into_any()
        }
    }
}

#[component]
fn ShownMail(drawn: RwSignal<Drawn>) -> impl IntoView {
    let email = Memo::new(move |_| drawn.with(|drawn| email_of(&drawn.preview.rendered)));
    let preheader = Memo::new(move |_| drawn.with(|drawn| drawn.preheader.clone()));
    let faults = Memo::new(move |_| drawn.with(|drawn| drawn.preview.faults.clone()));
    view! { <Mail email preheader faults/> }
}

/// That parts are not shown because their templates have faults.
#[component]
fn Faulty(drawn: RwSignal<Drawn>) -> impl IntoView {
    let is_faulty = Memo::new(move |_| drawn.with(|drawn| !drawn.faults().is_empty()));
    move || is_faulty.get().then(|| view! { <p class="hint">{texts().content_step.faulty}</p> })
}

fn email_of(rendered: &Rendered) -> RenderedEmail {
    rendered.email().cloned().unwrap_or_default()
}

fn mobile_of(rendered: &Rendered) -> RenderedMobile {
    if let Rendered::Mobile(mobile) = rendered { mobile.clone() } else { RenderedMobile::default() }
}

fn push_of(rendered: &Rendered) -> RenderedPush {
    if let Rendered::Push(push) = rendered { push.clone() } else { RenderedPush::default() }
}
