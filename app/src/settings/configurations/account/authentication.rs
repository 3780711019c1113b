//! How a request shows who asks: the choice, and the fields of the chosen kind.

use domain::provider::{Field, FieldKind, ProviderAccount, ProviderKind};
use leptos::prelude::*;

use super::field::AccountField;
use super::help::choice_name;
use crate::failure::ServerFailure;
use crate::i18n::texts;

type Fields = Vec<&'static Field>;

/// The field by which the kind is chosen.
const CHOICE: &str = "authentication";

/// The kind whose field this is; `None` for those that go with every kind.
pub fn kind_of(name: &str) -> Option<&'static str> {
    match name {
        "username" | "password" => Some("basic"),
        "bearerToken" => Some("bearer"),
        "apiKeyHeader" | "apiKey" => Some("api_key"),
        "tokenUrl" | "clientId" | "clientSecret" | "scope" => Some("oauth"),
        _ if name.starts_with("jwt") => Some("jwt"),
        _ => None,
    }
}

/// Of the kinds only the fields of the chosen one are seen, with or without a program: the style sheet looks at the choice.
/// What is not seen is sent all the same and kept.
#[component]
pub fn AuthenticationFields<'a>(
    fields: Fields,
    stored: Option<&'a ProviderAccount>,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView + use<> {
    let field = |field: &&'static Field| {
        view! { <AccountField provider=ProviderKind::Custom field=*field stored failure/> }
    };
    let (choice, others): (Fields, Fields) = fields.into_iter().partition(|field| field.name == CHOICE);
    let (certificate, of_kinds): (Fields, Fields) = others.into_iter().partition(|field| kind_of(field.name).is_none());
    let group = |kind: &&'static str| {
        let own: Vec<_> = of_kinds.iter().filter(|field| kind_of(field.name) == Some(*kind)).map(field).collect();
        (!own.is_empty()).then(|| {
            view! { <fieldset class="form kind-fields" data-kind=*kind><legend>{choice_name(kind)}</legend>{own}</fieldset> }
        })
    };
    view! {
        {choice.iter().map(field).collect_view()}
        {choice.iter().flat_map(|field| kinds(field)).filter_map(group).collect_view()}
        <fieldset class="form kind-fields">
            <legend>{texts().providers.client_certificate}</legend>
            {certificate.iter().map(field).collect_view()}
        </fieldset>
    }
}

fn kinds(field: &'static Field) -> &'static [&'static str] {
    match field.kind {
        FieldKind::Choice(words) => words,
        FieldKind::Line | FieldKind::Text => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_shows_the_fields_of_every_kind() {
        let style = include_str!("../../../../../style/main.css");
        let choice = ProviderKind::Custom.fields().iter().find(|field| field.name == CHOICE).unwrap();
        for kind in kinds(choice).iter().filter(|kind| **kind != "none") {
            let rule = format!("option[value=\"{kind}\"]:checked) .kind-fields[data-kind=\"{kind}\"]");
            assert!(style.contains(&rule), "{kind}");
        }
    }

    #[test]
    fn every_kind_but_none_has_fields_and_every_field_of_a_kind_is_of_one_that_can_be_chosen() {
        let fields = ProviderKind::Custom.fields();
        let choice = fields.iter().find(|field| field.name == CHOICE).unwrap();
        let words = kinds(choice);
        for word in words.iter().filter(|word| **word != "none") {
            assert!(fields.iter().any(|field| kind_of(field.name) == Some(word)), "{word}");
        }
        assert!(fields.iter().filter_map(|field| kind_of(field.name)).all(|kind| words.contains(&kind)));
    }
}
