//! Step 2: over which channel and configuration the messages go.

use domain::access::Permission;
use domain::campaign::Step;
use domain::channel_configuration::{Category, Channel, ChannelConfigurationStatus};
use leptos::prelude::*;

use super::super::calls::{ConfigurationChoice, OpenedCampaign, SaveStep};
use super::super::words::category_name;
use super::channel::ChannelChoice;
use super::step_form::StepForm;
use super::variants::VariantsSection;
use crate::channel::channel_name;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::layout::{captures, may, sandbox_name};
use crate::ui::{Notice, SelectField, failure_of};

/// Channel and configuration. Without a program the offered configurations are those of the channel that is stored; the
/// others come with the page that follows the save.
#[component]
pub fn ActionStep(opened: OpenedCampaign, save: ServerAction<SaveStep>) -> impl IntoView {
    let t = texts();
    let is_marketing = opened.detail.campaign.category == Category::Marketing;
    let stored_channel = opened.detail.draft.content.channel();
    let channel = RwSignal::new(stored_channel);
    let answered = failure_of(save.value());
    let stored = stored_fault(&opened, &opened.detail.draft.configuration_id);
    let failure = Signal::derive(move || {
        let stored = stored.clone().filter(|_| channel.get() == stored_channel);
        answered.get().or(stored)
    });
    let offer = StoredValue::new(Offer::of(&opened));
    let choose = move || view! { <ConfigurationField offer=offer.get_value().for_channel(channel.get()) failure/> };
    let senders = move || {
        let offer = offer.get_value().for_channel(channel.get());
        offer.all.into_iter().map(|found| view! { <Sender found/> }).collect_view()
    };
    view! {
        <div class="step-columns">
            <StepForm step=Step::Action campaign=opened.detail.campaign.clone() save failure=answered>
                <ChannelChoice opened=opened.clone() channel failure/>
                {choose}
                {is_marketing.then(|| view! { <RuleSetField opened=opened.clone() failure/> })}
                <VariantsSection opened=opened.clone()/>
            </StepForm>
            <aside class="card step-help" aria-label=t.wizard.help>
                <h3>{t.wizard.senders}</h3>
                {senders}
                {captures().then(|| view! { <p class="hint">{t.wizard.sandbox_captures}</p> })}
            </aside>
        </div>
    }
}

/// The configurations that a campaign can be sent over.
#[derive(Debug, Clone, PartialEq)]
struct Offer {
    all: Vec<ConfigurationChoice>,
    category: Category,
    channel: Channel,
    /// The stored one, which stays an offer even if it cannot be used any more.
    chosen: String,
}

impl Offer {
    fn of(opened: &OpenedCampaign) -> Self {
        let draft = &opened.detail.draft;
        Self {
            all: opened.configurations.clone(),
            category: opened.detail.campaign.category,
            channel: draft.content.channel(),
            chosen: draft.configuration_id.clone(),
        }
    }

    /// Another channel has other configurations, and none of them is chosen yet.
    fn for_channel(mut self, channel: Channel) -> Self {
        if channel != self.channel {
            self.chosen.clear();
            self.channel = channel;
        }
        let (mut all, chosen) = (std::mem::take(&mut self.all), self.chosen.clone());
        all.retain(|found| self.is_usable(found) || found.id == chosen);
        Self { all, ..self }
    }

    fn is_usable(&self, found: &ConfigurationChoice) -> bool {
        found.channel == self.channel
            && found.category == self.category
            && found.status == ChannelConfigurationStatus::Active
    }

    fn options(&self) -> Vec<(String, String)> {
        let t = texts();
        let mut options = vec![(String::new(), t.wizard.choose.to_owned())];
        options.extend(self.all.iter().map(|found| {
            let label = if self.is_usable(found) { found.name.clone() } else { t.wizard.not_usable(&found.name) };
            (found.id.clone(), label)
        }));
        if !self.chosen.is_empty() && options.iter().all(|(id, _)| *id != self.chosen) {
            options.push((self.chosen.clone(), t.wizard.not_usable(&self.chosen)));
        }
        options
    }
}

#[component]
fn ConfigurationField(offer: Offer, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let category = category_name(offer.category);
    let hint = match offer.channel {
        Channel::Email => t.wizard.configuration_hint(category),
        Channel::Mobile | Channel::Push => t.channels.configuration_hint(category),
    };
    let usable = offer.all.iter().any(|found| offer.is_usable(found));
    let options = offer.options();
    view! {
        {(!usable).then(|| view! { <NoConfiguration category=offer.category channel=offer.channel/> })}
        <SelectField
            path="configurationId" name="fields[configurationId]" label=t.wizard.configuration hint value=offer.chosen options
            required=true failure
        />
    }
}

/// Whose rules the messages go by, beside those of the global set.
#[component]
fn RuleSetField(opened: OpenedCampaign, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let chosen = opened.detail.draft.rule_set_id.clone();
    let mut options = vec![(String::new(), t.rule_sets.choice_none.to_owned())];
    options.extend(opened.rule_sets.iter().filter(|set| set.active || set.id == chosen).map(|set| {
        let label = if set.active { set.name.clone() } else { t.rule_sets.choice_inactive(&set.name) };
        (set.id.clone(), label)
    }));
    if options.iter().all(|(id, _)| *id != chosen) {
        options.push((chosen.clone(), t.wizard.not_usable(&chosen)));
    }
    view! {
        <SelectField
            path="ruleSetId" name="fields[ruleSetId]" label=t.rule_sets.choice hint=t.rule_sets.choice_hint value=chosen options
            failure
        />
    }
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
fn NoConfiguration(category: Category, channel: Channel) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let creates = may(Permission::ManageConfigurations);
    let none = match channel {
        Channel::Email => t.wizard.no_configuration(category_name(category)),
        Channel::Mobile | Channel::Push => t.channels.no_configuration(channel_name(channel), category_name(category)),
    };
    view! {
        <Notice kind="warning">
            <p>{none}</p>
            {if creates {
                let href = format!("/{sandbox}/settings/configurations/new?channel={channel}");
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

#[cfg(test)]
mod tests {
    use super::*;

    fn configuration(id: &str, channel: Channel, status: ChannelConfigurationStatus) -> ConfigurationChoice {
        ConfigurationChoice {
            id: id.into(),
            name: id.into(),
            from: String::new(),
            channel,
            category: Category::Transactional,
            status,
            captures: true,
            mail: domain::mail_templates::MailTemplates::default(),
            platform: None,
        }
    }

    fn offer() -> Offer {
        use ChannelConfigurationStatus::{Active, Deactivated};
        let all = vec![
            configuration("mails", Channel::Email, Active),
            configuration("old mails", Channel::Email, Deactivated),
            configuration("texts", Channel::Mobile, Active),
        ];
        let (category, channel, chosen) = (Category::Transactional, Channel::Email, "old mails".to_owned());
        Offer { all, category, channel, chosen }
    }

    fn words(offer: &Offer) -> Vec<String> {
        offer.options().into_iter().map(|(word, _)| word).collect()
    }

    #[test]
    fn what_is_chosen_stays_an_offer_even_if_it_cannot_be_used_any_more() {
        assert_eq!(words(&offer().for_channel(Channel::Email)), ["", "mails", "old mails"]);
    }

    #[test]
    fn another_channel_has_configurations_of_its_own_and_none_is_chosen() {
        let mobile = offer().for_channel(Channel::Mobile);
        assert_eq!((words(&mobile), mobile.chosen.as_str()), (vec![String::new(), "texts".into()], ""));
        assert_eq!(words(&offer().for_channel(Channel::Push)), [""]);
    }
}
