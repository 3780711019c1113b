//! One field of an account.

use domain::provider::{Field, FieldKind, ProviderAccount, ProviderKind};
use leptos::prelude::*;

use super::help::{choice_name, field_label, help};
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{SelectField, TextArea, TextField};

/// The control that fits its kind, under the provider's own label where it has one. Secrets come without their value.
#[component]
pub fn AccountField<'a>(
    provider: ProviderKind,
    field: &'static Field,
    stored: Option<&'a ProviderAccount>,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView + use<> {
    let path = path_of(field);
    let name = format!("draft[settings][{}]", field.name);
    let label = field_label(provider, field);
    let value = stored.and_then(|account| account.settings.get(field.name)).cloned().unwrap_or_default();
    let is_set = stored.is_some_and(|account| account.secrets_set.contains(field.name));
    let hint = hint(provider, field, is_set);
    let required = field.is_required && !is_set;
    match field.kind {
        FieldKind::Text => {
            let rows = if field.is_secret { 4 } else { 8 };
            view! { <TextArea path name label hint value rows source=true required failure/> }.into_any()
        }
        FieldKind::Choice(words) => {
            let options = words.iter().map(|word| ((*word).to_owned(), choice_name(word).to_owned())).collect();
            view! { <SelectField path name label hint value options failure/> }.into_any()
        }
        FieldKind::Line if field.is_secret => {
            let autocomplete = "new-password";
            view! { <TextField path name label hint kind="password" autocomplete required failure/> }.into_any()
        }
        FieldKind::Line => view! { <TextField path name label hint value required failure/> }.into_any(),
    }
}

/// Where faults of the field stand.
pub fn path_of(field: &Field) -> String {
    format!("settings.{}", field.name)
}

/// Where to find the value; of a secret also whether it is stored.
fn hint(provider: ProviderKind, field: &Field, is_set: bool) -> String {
    let t = texts();
    let note = match (field.is_secret, is_set) {
        (false, _) => None,
        (true, false) => Some(t.configurations.password_hint),
        (true, true) => Some(t.providers.secret_set),
    };
    [help(provider, field), note].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(provider: ProviderKind, name: &str) -> &'static Field {
        provider.fields().iter().find(|field| field.name == name).unwrap()
    }

    #[test]
    fn a_stored_secret_says_so_and_any_other_how_it_is_kept() {
        let token = field(ProviderKind::Twilio, "authToken");
        let t = texts();
        assert!(hint(ProviderKind::Twilio, token, true).ends_with(t.providers.secret_set));
        assert!(hint(ProviderKind::Twilio, token, false).ends_with(t.configurations.password_hint));
        let sid = hint(ProviderKind::Twilio, field(ProviderKind::Twilio, "accountSid"), false);
        assert!(!sid.is_empty() && !sid.contains(t.configurations.password_hint), "{sid}");
    }

    #[test]
    fn faults_find_the_field_at_its_path() {
        assert_eq!(path_of(field(ProviderKind::Twilio, "accountSid")), "settings.accountSid");
    }
}
