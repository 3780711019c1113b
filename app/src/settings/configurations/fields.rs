//! The fields of a configuration, for a new one and for a stored one.

use content::MAIL_HEAD_NAMES;
use domain::channel_configuration::{Category, Channel, ChannelConfigurationDraft};
use domain::consent::ConsentLevel;
use domain::provider::ProviderAccount;
use leptos::prelude::*;

use super::failover::FailoverField;
use super::keywords::KeywordFields;
use super::mails::MailFields;
use super::sender::SenderFields;
use super::templates::Templates;
use super::transport::TransportFields;
use super::words::{category_name, consent_level_name};
use crate::expressions::{Vocabulary, values_of_mail};
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{Fact, Facts, SelectField, TextField};

/// General, sender, what people write back, transport, delivery.
#[component]
pub fn Fields(
    channel: Channel,
    draft: ChannelConfigurationDraft,
    /// The stored account at a provider.
    #[prop(default = None)]
    account: Option<ProviderAccount>,
    /// A password of a relay is stored.
    #[prop(optional)]
    password_set: bool,
    /// The category of a configuration that was active does not change.
    #[prop(default = None)]
    fixed_category: Option<Category>,
    /// Id of a stored configuration.
    #[prop(optional)]
    own: String,
    /// Set when something is filled in without typing.
    dirty: RwSignal<bool>,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    Vocabulary::provide(Signal::derive(move || values_of_mail(&MAIL_HEAD_NAMES, t)));
    let templates = Templates::of(&draft);
    let category = RwSignal::new(draft.category.parse().unwrap_or(Category::ALL[0]));
    view! {
        <input type="hidden" name="draft[channel]" value=channel.as_str()/>
        <fieldset class="form">
            <legend>{t.configurations.general}</legend>
            <TextField
                path="name" name="draft[name]" label=t.configurations.name hint=t.configurations.name_hint
                value=draft.name.clone() required=true failure
            />
            <CategoryField value=draft.category.clone() chosen=category fixed_category failure/>
            <ConsentLevelField value=draft.consent_level.clone() failure/>
        </fieldset>
        <SenderFields channel draft=draft.clone() templates failure/>
        {(channel == Channel::Mobile).then(|| view! { <KeywordFields draft=draft.clone() failure/> })}
        <MailFields channel draft=draft.clone() templates failure/>
        <TransportFields channel draft=draft.clone() account password_set dirty failure/>
        <DeliveryFields channel category draft own failure/>
    }
}

#[component]
fn DeliveryFields(
    channel: Channel,
    category: RwSignal<Category>,
    draft: ChannelConfigurationDraft,
    own: String,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let per_domain = (channel == Channel::Email).then(|| {
        view! {
            <TextField
                path="maxPerSecondPerDomain" name="draft[maxPerSecondPerDomain]"
                label=t.configurations.max_per_second_per_domain hint=t.configurations.max_per_second_per_domain_hint
                unit=t.configurations.per_second value=draft.max_per_second_per_domain failure
            />
        }
    });
    view! {
        <fieldset class="form">
            <legend>{t.configurations.delivery}</legend>
            <TextField
                path="retryMinutes" name="draft[retryMinutes]" label=t.configurations.retry_minutes
                hint=t.configurations.retry_minutes_hint unit=t.configurations.minutes value=draft.retry_minutes failure
            />
            <TextField
                path="maxPerSecond" name="draft[maxPerSecond]" label=t.configurations.max_per_second
                hint=t.configurations.max_per_second_hint unit=t.configurations.per_second value=draft.max_per_second failure
            />
            {per_domain}
            <FailoverField channel category value=draft.failover own failure/>
        </fieldset>
    }
}

/// What leaving by one of its messages means.
#[component]
fn ConsentLevelField(value: String, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let value = value.parse::<ConsentLevel>().unwrap_or_default().to_string();
    let options = ConsentLevel::ALL.iter().map(|it| (it.to_string(), consent_level_name(*it).to_owned())).collect();
    view! {
        <SelectField
            path="consentLevel" name="draft[consentLevel]" label=t.configurations.consent_level
            hint=t.configurations.consent_level_hint value options failure
        />
    }
}

#[component]
fn CategoryField(
    value: String,
    chosen: RwSignal<Category>,
    fixed_category: Option<Category>,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    if let Some(category) = fixed_category {
        return view! {
            <input type="hidden" name="draft[category]" value=category.as_str()/>
            <Facts>
                <Fact name=t.configurations.category>{category_name(category)}<p class="hint">{t.configurations.category_fixed}</p></Fact>
            </Facts>
        }
        .into_any();
    }
    let options = Category::ALL.iter().map(|it| (it.to_string(), category_name(*it).to_owned())).collect();
    let on_input = Callback::new(move |word: String| {
        if let Ok(category) = word.parse() {
            chosen.set(category);
        }
    });
    view! {
        <SelectField
            path="category" name="draft[category]" label=t.configurations.category hint=t.configurations.category_hint
            value options failure on_input
        />
    }
    .into_any()
}
