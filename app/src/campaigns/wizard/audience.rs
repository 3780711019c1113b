//! Step 4: whom a call may address; of a marketing campaign, whom a run goes to.

use domain::audience::Audience;
use domain::campaign::Step;
use domain::channel_configuration::{Category, Channel};
use leptos::prelude::*;

use super::super::calls::{OpenedCampaign, SaveStep};
use super::super::words::audience_words;
use super::step_form::StepForm;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{Notice, SelectField, TickBox, failure_of};

/// The identity namespace of `userId`, and the audience of a marketing campaign.
#[component]
pub fn AudienceStep(opened: OpenedCampaign, save: ServerAction<SaveStep>) -> impl IntoView {
    let t = texts();
    let answered = failure_of(save.value());
    let is_marketing = opened.detail.campaign.category == Category::Marketing;
    let chosen = opened.detail.draft.audience.id.clone();
    let stored = stored_fault(&opened, &chosen);
    let failure = Signal::derive(move || answered.get().or_else(|| stored.clone()));
    let channel = opened.detail.draft.content.channel();
    // A call of high throughput names nobody who is stored.
    let makes_profiles = !is_marketing && !opened.detail.draft.high_throughput;
    let create_profiles = opened.detail.draft.audience.create_profiles.to_string();
    let may_override = opened.detail.draft.audience.call_may_override;
    let about = if is_marketing { t.wizard.audience_marketing_about } else { t.wizard.audience_about };
    view! {
        <div class="step-columns">
            <StepForm step=Step::Audience campaign=opened.detail.campaign.clone() save failure=answered>
                <p>{about}</p>
                {is_marketing.then(|| view! {
                    <AudienceChoice audiences=opened.audiences chosen failure/>
                    <TickBox
                        path="audience.callMayOverride" name="fields[callMayOverride]" label=t.wizard.override_label
                        hint=t.wizard.override_hint ticked=may_override
                    />
                })}
                <SelectField
                    path="audience.namespace" name="fields[namespace]" label=t.wizard.namespace hint=namespace_hint(channel)
                    value=opened.detail.draft.audience.namespace options=namespaces(channel) failure
                />
                {makes_profiles.then(|| view! {
                    <SelectField
                        path="audience.createProfiles" name="fields[createProfiles]" label=t.wizard.create_profiles
                        hint=t.wizard.create_profiles_hint value=create_profiles options=answers_to_unknown() failure
                    />
                })}
            </StepForm>
            <aside class="card step-help" aria-label=t.wizard.help>
                {if is_marketing { view! { <AboutAudiences/> }.into_any() } else { view! { <AboutRecipients channel/> }.into_any() }}
            </aside>
        </div>
    }
}

/// What becomes of a recipient whom nobody has stored.
fn answers_to_unknown() -> Vec<(String, String)> {
    let t = texts();
    vec![
        ("true".to_owned(), t.wizard.unknown_created.to_owned()),
        ("false".to_owned(), t.wizard.unknown_refused.to_owned()),
    ]
}

#[component]
fn AudienceChoice(audiences: Vec<Audience>, chosen: String, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let none = audiences.is_empty();
    let mut options = vec![(String::new(), t.wizard.choose.to_owned())];
    options.extend(audiences.iter().map(|it| (it.id.to_string(), audience_words(it))));
    if options.iter().all(|(id, _)| *id != chosen) {
        options.push((chosen.clone(), t.wizard.not_usable(&chosen)));
    }
    view! {
        {none.then(|| view! { <Notice kind="warning"><p>{t.wizard.no_audience}</p><p><ToAudiences/></p></Notice> })}
        <SelectField
            path="audience.id" name="fields[audience]" label=t.wizard.audience_choice hint=t.wizard.audience_choice_hint
            value=chosen options required=true failure
        />
    }
}

#[component]
fn ToAudiences() -> impl IntoView {
    let href = format!("/{}/people/audiences", sandbox_name().get_untracked());
    view! { <a href=href>{texts().wizard.how_to_import}</a> }
}

/// What the review says of the audience that is stored; an empty choice is no news here.
fn stored_fault(opened: &OpenedCampaign, chosen: &str) -> Option<ServerFailure> {
    if chosen.is_empty() {
        return None;
    }
    let fault = opened.review.errors.at("audience.id")?.clone();
    Some(ServerFailure::Failure(fault.into()))
}

#[component]
fn AboutAudiences() -> impl IntoView {
    let t = texts();
    view! {
        <h3>{t.wizard.audience_of_run}</h3>
        <p>{t.audiences.import_about}</p>
        <p><ToAudiences/></p>
    }
}

/// Namespaces whose ids the channel can do something with.
fn namespaces(channel: Channel) -> Vec<(String, String)> {
    let t = texts();
    let email = ("email".to_owned(), t.wizard.namespace_email.to_owned());
    match channel {
        Channel::Mobile => vec![("phone".to_owned(), t.wizard.namespace_phone.to_owned()), email],
        Channel::Email | Channel::Push => vec![email],
    }
}

fn namespace_hint(channel: Channel) -> &'static str {
    let t = texts();
    match channel {
        Channel::Email => t.wizard.namespace_hint,
        Channel::Mobile => t.wizard.namespace_hint_mobile,
        Channel::Push => t.wizard.namespace_hint_push,
    }
}

#[component]
fn AboutRecipients(channel: Channel) -> impl IntoView {
    let t = texts();
    let (sample, hint) = match channel {
        Channel::Email => (RECIPIENT, t.wizard.recipient_hint),
        Channel::Mobile => (RECIPIENT_MOBILE, t.wizard.recipient_hint_mobile),
        Channel::Push => (RECIPIENT, t.wizard.recipient_hint_push),
    };
    view! {
        <h3>{t.wizard.in_the_call}</h3>
        <pre class="sample" tabindex="0" aria-label=t.wizard.in_the_call>{sample}</pre>
        <p class="hint">{hint}</p>
    }
}

const RECIPIENT: &str = "{
  \"type\": \"external\",
  \"userId\": \"ann@example.com\",
  \"namespace\": \"email\",
  \"context\": { … },
  \"profile\": { … }
}";

const RECIPIENT_MOBILE: &str = "{
  \"type\": \"external\",
  \"userId\": \"+12025550123\",
  \"namespace\": \"phone\",
  \"context\": { … },
  \"profile\": { … }
}";
