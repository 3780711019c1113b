//! The many fields of a provider that is described in the form, in sections that open and close.

use domain::provider::{Field, ProviderAccount, ProviderKind};
use leptos::prelude::*;

use super::super::section::FormSection;
use super::authentication::{AuthenticationFields, kind_of};
use super::field::{AccountField, path_of};
use crate::failure::ServerFailure;
use crate::i18n::texts;

/// What a field is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Request,
    Authentication,
    Answer,
    Receipts,
    Inbound,
}

impl Section {
    const ALL: [Self; 5] = [Self::Request, Self::Authentication, Self::Answer, Self::Receipts, Self::Inbound];

    /// The section of the field with this name.
    fn of(name: &str) -> Self {
        match name {
            "authentication" | "clientCertificate" | "clientKey" => Self::Authentication,
            "messageIdPath" | "retryStatus" | "suppressCodes" | "rejectCodes" | "stopCodes" => Self::Answer,
            "callbackSecret" | "deliveredStatuses" | "failedStatuses" | "bouncedStatuses" => Self::Receipts,
            _ if kind_of(name).is_some() => Self::Authentication,
            _ if name.starts_with("success") || name.starts_with("error") => Self::Answer,
            _ if name.starts_with("feedback") => Self::Receipts,
            _ if name.starts_with("inbound") => Self::Inbound,
            _ => Self::Request,
        }
    }

    /// Title, and what it is for.
    fn words(self) -> (&'static str, &'static str) {
        let t = &texts().providers;
        match self {
            Self::Request => (t.section_request, t.section_request_about),
            Self::Authentication => (t.section_authentication, t.section_authentication_about),
            Self::Answer => (t.section_answer, t.section_answer_about),
            Self::Receipts => (t.section_receipts, t.section_receipts_about),
            Self::Inbound => (t.section_inbound, t.section_inbound_about),
        }
    }

    fn fields(self) -> Vec<&'static Field> {
        ProviderKind::Custom.fields().iter().filter(|field| Self::of(field.name) == self).collect()
    }

    /// The request cannot do without what is in these.
    const fn opens_at_first(self) -> bool {
        matches!(self, Self::Request | Self::Authentication)
    }
}

/// All sections. One with a fault opens.
#[component]
pub fn CustomSections(stored: Option<ProviderAccount>, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    Section::ALL.map(|section| view! { <SectionFields section stored=stored.as_ref() failure/> }).collect_view()
}

#[component]
fn SectionFields<'a>(
    section: Section,
    stored: Option<&'a ProviderAccount>,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView + use<> {
    let (title, about) = section.words();
    let fields = section.fields();
    let paths = fields.iter().map(|field| path_of(field)).collect();
    let field = |field| view! { <AccountField provider=ProviderKind::Custom field stored failure/> };
    let fields = if section == Section::Authentication {
        view! { <AuthenticationFields fields stored failure/> }.into_any()
    } else {
        fields.into_iter().map(field).collect_view().into_any()
    };
    view! { <FormSection title about paths open=section.opens_at_first() failure>{fields}</FormSection> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_stands_in_one_section_and_each_section_has_some() {
        let counts = Section::ALL.map(|section| section.fields().len());
        assert_eq!(counts.iter().sum::<usize>(), ProviderKind::Custom.fields().len());
        assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    }

    #[test]
    fn only_what_makes_up_the_request_itself_is_in_its_section() {
        let names: Vec<_> = Section::Request.fields().iter().map(|field| field.name).collect();
        assert_eq!(names, ["url", "headers", "payload"]);
    }

    #[test]
    fn what_is_required_can_be_seen_without_opening_anything() {
        for field in ProviderKind::Custom.fields().iter().filter(|field| field.is_required) {
            assert!(Section::of(field.name).opens_at_first(), "{}", field.name);
        }
    }
}
