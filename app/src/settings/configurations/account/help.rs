//! What is said of the fields of accounts: where the provider shows the value, what happens when it is left empty.

use domain::provider::{Field, ProviderKind};

use crate::i18n::{ProviderHelpTexts, ProviderLabelsTexts, texts};

/// The help for a field; `None` where its label says everything.
pub fn help(provider: ProviderKind, field: &Field) -> Option<&'static str> {
    help_in(&texts().provider_help, provider, field)
}

/// What a field is called: as the provider calls it, or in the page's language where the words are ours.
pub fn field_label(provider: ProviderKind, field: &Field) -> &'static str {
    label_in(&texts().provider_labels, provider, field).unwrap_or(field.label)
}

/// Where the callback address is entered at the provider; `None` for one that tells nothing by callbacks.
pub fn callback_place(provider: ProviderKind) -> Option<&'static str> {
    texts().provider_help.of(&format!("callback_{provider}"))
}

/// A word of a choice as people read it.
pub fn choice_name(word: &'static str) -> &'static str {
    texts().provider_help.of(&format!("choice_{}", word.to_ascii_lowercase())).unwrap_or(word)
}

fn label_in(texts: &'static ProviderLabelsTexts, provider: ProviderKind, field: &Field) -> Option<&'static str> {
    texts.of(&format!("{provider}_{}", snake(field.name)))
}

fn help_in(texts: &'static ProviderHelpTexts, provider: ProviderKind, field: &Field) -> Option<&'static str> {
    let name = snake(field.name);
    texts.of(&format!("{provider}_{name}")).or_else(|| texts.of(&format!("any_{name}")))
}

/// `accountSid` → `account_sid`.
fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn every_field_of_every_provider_has_a_help_in_every_language() {
        for language in Language::ALL {
            for provider in ProviderKind::ALL {
                for field in provider.fields() {
                    let help = help_in(&language.texts().provider_help, *provider, field);
                    assert!(help.is_some(), "{language:?} {provider} {}", field.name);
                }
            }
        }
    }

    #[test]
    fn the_fields_of_a_provider_of_ones_own_are_named_in_every_language() {
        for field in ProviderKind::Custom.fields() {
            let label = |language: Language| label_in(&language.texts().provider_labels, ProviderKind::Custom, field);
            assert_eq!(label(Language::English), Some(field.label), "{}", field.name);
            assert!(label(Language::Korean).is_some(), "{}", field.name);
        }
    }

    #[test]
    fn providers_that_call_back_say_where_the_address_is_entered() {
        use ProviderKind::{Apns, Fcm, Smpp, WebPush};
        for provider in ProviderKind::ALL {
            let silent = [Smpp, Fcm, Apns, WebPush].contains(provider);
            assert_eq!(callback_place(*provider).is_none(), silent, "{provider}");
        }
    }

    #[test]
    fn words_of_choices_that_are_names_stay_as_they_are() {
        assert_eq!(choice_name("HS256"), "HS256");
        assert_ne!(choice_name("api_key"), "api_key");
    }

    #[test]
    fn names_become_keys() {
        assert_eq!(snake("accountSid"), "account_sid");
        assert_eq!(snake("tls"), "tls");
    }
}
