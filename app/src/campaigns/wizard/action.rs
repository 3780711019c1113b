//! Step 2: over which channel configuration the messages go.

use domain::access::Permission;
use domain::campaign::Step;
use domain::channel_configuration::{Category, ChannelConfigurationStatus};
use leptos::prelude::*;

use super::super::calls::{ConfigurationChoice, OpenedCampaign, SaveStep};
use super::super::words::category_name;
use super::step_form::StepForm;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::layout::{captures, may, sandbox_name};
use crate::ui::{Fact, Facts, Notice, SelectField, failure_of};

/// Channel and configuration.
#[component]
pub fn ActionStep(opened: OpenedCampaign, save: ServerAction<SaveStep>) -> impl IntoView {
    let t = texts();
    let category = opened.detail.campaign.category;
    let chosen = opened.detail.draft.configuration_id.clone();
    let answered = failure_of(save.value());
    let stored = stored_fault(&opened, &chosen);
    let failure = Signal::derive(move || answered.get().or_else(|| stored.clone()));
    let usable = opened.configurations.iter().any(|found| is_usable(found, category));
    let options = options(&opened.configurations, category, &chosen);
    let facts: Vec<ConfigurationChoice> = opened
        .configurations
        .iter()
        .filter(|found| is_usable(found, category) || found.id == chosen)
        .cloned()
        .collect();
    view! {
        <div class="step-columns">
            <StepForm step=Step::Action campaign=opened.detail.campaign.clone() save failure=answered>
                <Facts><Fact name=t.wizard.channel>{t.wizard.email}</Fact></Facts>
                {(!usable).then(|| view! { <NoConfiguration category/> })}
                <SelectField
                    path="configurationId" name="fields[configurationId]" label=t.wizard.configuration
                    hint=t.wizard.configuration_hint(category_name(category)) value=chosen options required=true failure
                />
            </StepForm>
            <aside class="card step-help" aria-label=t.wizard.help>
                <h3>{t.wizard.senders}</h3>
                {facts.into_iter().map(|found| view! { <Sender found/> }).collect_view()}
                {captures().then(|| view! { <p class="hint">{t.wizard.sandbox_captures}</p> })}
            </aside>
        </div>
    }
}

fn is_usable(configuration: &ConfigurationChoice, category: Category) -> bool {
    configuration.category == category && configuration.status == ChannelConfigurationStatus::Active
}

/// What can be chosen, and what is chosen already even if it cannot be used any more.
fn options(all: &[ConfigurationChoice], category: Category, chosen: &str) -> Vec<(String, String)> {
    let t = texts();
    let mut options = vec![(String::new(), t.wizard.choose.to_owned())];
    let offered = all.iter().filter(|found| is_usable(found, category) || found.id == chosen);
    options.extend(offered.map(|found| {
        let usable = is_usable(found, category);
        let label = if usable { found.name.clone() } else { t.wizard.not_usable(&found.name) };
        (found.id.clone(), label)
    }));
    if !chosen.is_empty() && options.iter().all(|(id, _)| id != chosen) {
        options.push((chosen.to_owned(), t.wizard.not_usable(chosen)));
    }
    options
}

/// What the review says of the configuration that is stored; an empty choice is no news here.
fn stored_fault(opened: &OpenedCampaign, chosen: &str) -> Option<ServerFailure> {
    if chosen.is_empty() {
        return None;
    }
    let fault = opened.review.errors.at("configurationId")?.clone();
    Some(ServerFailure::Failure(fault.into()))
}

#[component]
fn NoConfiguration(category: Category) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let creates = may(Permission::ManageConfigurations);
    view! {
        <Notice kind="warning">
            <p>{t.wizard.no_configuration(category_name(category))}</p>
            {if creates {
                let href = format!("/{sandbox}/settings/configurations/new");
                view! { <p><a href=href>{t.wizard.create_configuration}</a></p> }.into_any()
            } else {
                view! { <p>{t.wizard.ask_administrator}</p> }.into_any()
            }}
        </Notice>
    }
}

#[component]
fn Sender(found: ConfigurationChoice) -> impl IntoView {
    let t = texts();
    view! {
        <div class="sender">
            <strong>{found.name}</strong>
            <p>{found.from}</p>
            {found.captures.then(|| view! { <p class="hint">{t.wizard.configuration_captures}</p> })}
        </div>
    }
}
