//! Lists with nothing in them: what to do next.

use domain::access::Permission;
use domain::message::LogFilter;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::filters::{Listed, wanted};
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{EmptyState, LinkButton};

/// Nothing was found by these filters; or nothing was triggered yet, and how that is done.
#[component]
pub fn Nothing(listed: Listed) -> impl IntoView {
    let t = texts();
    if wanted().with_untracked(|(filter, cursor)| *filter != LogFilter::default() || !cursor.is_empty()) {
        let path = use_location().pathname.get_untracked();
        return view! {
            <EmptyState title=t.messages.no_match text=t.messages.no_match_text>
                <LinkButton href=path variant="secondary">{t.common.clear_filters}</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let title = match listed {
        Listed::Executions => t.executions.none,
        Listed::Messages => t.messages.none,
    };
    view! { <EmptyState title text=t.executions.none_text><HowToTrigger/></EmptyState> }.into_any()
}

/// The two things a first call needs.
#[component]
pub fn HowToTrigger() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let clients = format!("/{sandbox}/settings/api-clients");
    view! {
        <div class="row">
            <LinkButton href=format!("/{sandbox}/campaigns")>{t.executions.to_campaigns}</LinkButton>
            {may(Permission::ManageApiClients)
                .then(|| view! { <LinkButton href=clients variant="secondary">{t.executions.to_clients}</LinkButton> })}
        </div>
    }
}
