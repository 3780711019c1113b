//! A list with nothing in it: what has to be set up for people to be heard.

use domain::access::Permission;
use domain::inbound::InboundFilter;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::filters::wanted;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{EmptyState, LinkButton};

/// Nothing was found by these filters; or nobody wrote yet, and how the provider is pointed here.
#[component]
pub fn Nothing() -> impl IntoView {
    let t = texts();
    if wanted().with_untracked(|(filter, cursor)| *filter != InboundFilter::default() || !cursor.is_empty()) {
        let path = use_location().pathname.get_untracked();
        return view! {
            <EmptyState title=t.messages.no_match text=t.messages.no_match_text>
                <LinkButton href=path variant="secondary">{t.common.clear_filters}</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let configurations = format!("/{}/settings/configurations", sandbox_name().get_untracked());
    view! {
        <EmptyState title=t.replies.none text=t.replies.none_text>
            {may(Permission::ViewConfigurations)
                .then(|| view! { <LinkButton href=configurations>{t.replies.to_configurations}</LinkButton> })}
        </EmptyState>
    }
    .into_any()
}
