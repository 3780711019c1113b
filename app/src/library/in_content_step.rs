//! A campaign starts from a template, and what it says becomes one.

use domain::campaign::Campaign;
use domain::channel_configuration::Channel;
use leptos::prelude::*;

use super::template_calls::{SaveAsTemplate, StartFromTemplate, list_templates};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{Button, FormFailure, Notice, SelectField, TextField, failure_of, loaded};

/// Both ways, below the content.
#[component]
pub fn TemplateBox(campaign: Campaign) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let save = ServerAction::<SaveAsTemplate>::new();
    let templates =
        Resource::new(move || (sandbox.get(), save.version().get()), |(sandbox, _)| list_templates(sandbox));
    let channel = match campaign.channel {
        Channel::Email => "email",
        Channel::Mobile => "sms",
        Channel::Push => "push",
    };
    let start_of = campaign.clone();
    view! {
        <section class="card settings-narrow" aria-labelledby="template-box">
            <h2 id="template-box">{t.library.templates}</h2>
            {loaded(templates, move |templates| {
                let fitting = templates.into_iter().filter(|line| line.channel == channel);
                let options: Vec<_> = fitting.map(|line| (line.id, line.about.name)).collect();
                let campaign = start_of.clone();
                (!options.is_empty()).then(|| view! { <Start campaign options/> })
            })}
            <Save campaign save/>
        </section>
    }
}

#[component]
fn Start(campaign: Campaign, options: Vec<(String, String)>) -> impl IntoView {
    let t = texts();
    let start = ServerAction::<StartFromTemplate>::new();
    view! {
        <FormFailure failure=failure_of(start.value())/>
        <ActionForm action=start attr:class="form">
            <input type="hidden" name="sandbox" value=sandbox_name().get_untracked()/>
            <input type="hidden" name="campaign" value=campaign.id.to_string()/>
            <input type="hidden" name="revision" value=campaign.revision/>
            <SelectField path="template" label=t.library.template hint=t.library.start_hint options/>
            <div class="row"><Button pending=start.pending() variant="secondary">{t.library.start}</Button></div>
        </ActionForm>
    }
}

#[component]
fn Save(campaign: Campaign, save: ServerAction<SaveAsTemplate>) -> impl IntoView {
    let t = texts();
    let failure = failure_of(save.value());
    let saved = move || {
        let name = save.value().get().and_then(Result::ok)?;
        Some(view! { <Notice kind="ok">{t.library.saved_as(name)}</Notice> })
    };
    view! {
        <FormFailure failure/>
        <div aria-live="polite">{saved}</div>
        <ActionForm action=save attr:class="form">
            <input type="hidden" name="sandbox" value=sandbox_name().get_untracked()/>
            <input type="hidden" name="campaign" value=campaign.id.to_string()/>
            <TextField path="name" label=t.library.template_name hint=t.library.save_hint value=campaign.name required=true failure/>
            <div class="row"><Button pending=save.pending() variant="secondary">{t.library.save_as}</Button></div>
        </ActionForm>
    }
}
