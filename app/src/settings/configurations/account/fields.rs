//! The fields of an account.

use domain::provider::{ProviderAccount, ProviderKind};
use leptos::prelude::*;

use super::custom::CustomSections;
use super::field::AccountField;
use super::web_push::GenerateKeys;
use crate::failure::ServerFailure;

/// What an account at this provider consists of.
#[component]
pub fn AccountFields(
    provider: ProviderKind,
    /// What is stored, perhaps of another provider.
    stored: Option<ProviderAccount>,
    /// Set when something is filled in without typing.
    dirty: RwSignal<bool>,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    // A field of the same name at another provider is another field.
    let stored = stored.filter(|account| account.provider == provider);
    let fields = if provider == ProviderKind::Custom {
        view! { <CustomSections stored failure/> }.into_any()
    } else {
        let field = |field| view! { <AccountField provider field stored=stored.as_ref() failure/> };
        provider.fields().iter().map(field).collect_view().into_any()
    };
    view! {
        <div class="form account-fields" data-transport=provider.as_str()>
            {(provider == ProviderKind::WebPush).then(|| view! { <GenerateKeys dirty/> })}
            {fields}
        </div>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn html(provider: ProviderKind, stored: &ProviderAccount) -> String {
        Owner::new().with(|| {
            let (stored, dirty) = (Some(stored.clone()), RwSignal::new(false));
            view! { <AccountFields provider stored dirty failure=Signal::stored(None)/> }.to_html()
        })
    }

    fn infobip() -> ProviderAccount {
        let settings = [("baseUrl".to_owned(), "https://abc.example.com".to_owned())].into();
        ProviderAccount { provider: ProviderKind::Infobip, settings, secrets_set: ["apiKey".to_owned()].into() }
    }

    #[test]
    fn what_is_stored_of_another_provider_is_not_filled_in() {
        assert!(html(ProviderKind::Infobip, &infobip()).contains("https://abc.example.com"));
        let twilio = html(ProviderKind::Twilio, &infobip());
        assert!(twilio.contains("draft[settings][baseUrl]") && !twilio.contains("https://abc.example.com"), "{twilio}");
    }

    #[test]
    fn only_fields_of_the_chosen_provider_are_sent_and_each_once() {
        for provider in [ProviderKind::Twilio, ProviderKind::Infobip, ProviderKind::Custom, ProviderKind::Apns] {
            let html = html(provider, &infobip());
            for field in provider.fields() {
                assert_eq!(
                    html.matches(&format!("name=\"draft[settings][{}]\"", field.name)).count(),
                    1,
                    "{}",
                    field.name
                );
            }
            assert_eq!(html.matches("name=\"draft[settings]").count(), provider.fields().len(), "{provider}");
        }
    }
}
