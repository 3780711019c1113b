//! Table of suppressed addresses and domains.

use domain::access::Permission;
use domain::suppression::{Suppression, SuppressionKind, SuppressionReason};
use leptos::prelude::*;
use leptos_router::components::A;

use super::super::settings_path;
use super::calls::RemoveSuppression;
use super::suppressed::kind_name;
use crate::channel::channel_short;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{Address, EmptyState, RowButton, Signal4, StateBadge, Table, Time};

/// As many as the server tells of.
const LIST_MAX: usize = 1_000;

/// All of them, or how addresses come here.
#[component]
pub fn Suppressions(
    suppressions: Vec<Suppression>,
    is_filtered: bool,
    remove: ServerAction<RemoveSuppression>,
) -> impl IntoView {
    let t = texts();
    if suppressions.is_empty() && is_filtered {
        return view! { <EmptyState title=t.suppressions.none_found text=t.suppressions.none_found_text/> }.into_any();
    }
    if suppressions.is_empty() {
        return view! { <EmptyState title=t.suppressions.none text=t.suppressions.none_text/> }.into_any();
    }
    let may_remove = may(Permission::ManageConfigurations);
    let mut columns = vec![
        t.suppressions.address,
        t.channels.channel,
        t.suppressions.reason,
        t.suppressions.detail,
        t.suppressions.entered_by,
        t.suppressions.since,
        t.suppressions.message,
    ];
    if may_remove {
        columns.push(t.settings.actions);
    }
    let cut = (suppressions.len() >= LIST_MAX).then(|| view! { <p class="hint">{t.suppressions.newest}</p> });
    let row = move |suppression| view! { <Row suppression remove may_remove/> };
    view! {
        {cut}
        <Table title=t.suppressions.title columns>{suppressions.into_iter().map(row).collect_view()}</Table>
    }
    .into_any()
}

#[component]
fn Row(suppression: Suppression, remove: ServerAction<RemoveSuppression>, may_remove: bool) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let configuration = suppression.configuration_id.as_ref().map(|id| {
        let href = settings_path(&sandbox, &format!("configurations/{id}"));
        view! { <br/><A href=href>{t.suppressions.one_configuration}</A> }
    });
    let domain = suppression.is_domain.then(|| view! { <span class="hint">{t.suppressions.domain}</span> });
    // By hand, and what the person wants, says the reason already.
    let kind = suppression.reason.kind();
    let kind = matches!(kind, SuppressionKind::Hard | SuppressionKind::Soft)
        .then(|| view! { <span class="hint">{kind_name(kind)}</span> });
    let message = suppression.message_id.as_ref().map(|id| {
        view! { <A href=format!("/{sandbox}/messages/{id}")>{t.suppressions.open_message}</A> }
    });
    let removal = may_remove.then(|| {
        let (sandbox, suppression) = (sandbox.clone(), suppression.clone());
        view! { <td><Removal sandbox suppression remove/></td> }
    });
    view! {
        <tr>
            <th scope="row" class="wide"><Address text=suppression.address/>{domain}</th>
            <td data-label=t.channels.channel>{channel_short(suppression.channel)}{configuration}</td>
            <td data-label=t.suppressions.reason><StateBadge signal=Signal4::Warning text=reason_name(suppression.reason)/>{kind}</td>
            <td class="wide" data-label=t.suppressions.detail>{suppression.detail}</td>
            <td data-label=t.suppressions.entered_by>{suppression.entered_by}</td>
            <td data-label=t.suppressions.since><Time at=suppression.created_at/></td>
            <td data-label=t.suppressions.message>{message}</td>
            {removal}
        </tr>
    }
}

/// No question is asked: it can be put back, and the next bounce or STOP enters the address again.
#[component]
fn Removal(sandbox: String, suppression: Suppression, remove: ServerAction<RemoveSuppression>) -> impl IntoView {
    let t = texts();
    let configuration = suppression.configuration_id.map(|id| id.to_string()).unwrap_or_default();
    let own_wish = suppression.reason.is_own_wish().to_string();
    let name = t.suppressions.remove_of(&suppression.address);
    view! {
        <ActionForm action=remove attr:class="removal">
            <input type="hidden" name="sandbox" value=sandbox/>
            <input type="hidden" name="channel" value=suppression.channel.as_str()/>
            <input type="hidden" name="address" value=suppression.address/>
            <input type="hidden" name="configuration" value=configuration/>
            <input type="hidden" name="own_wish" value=own_wish/>
            <RowButton pending=remove.pending() label=t.suppressions.remove name/>
        </ActionForm>
    }
}

/// Why, in the page's language.
fn reason_name(reason: SuppressionReason) -> &'static str {
    let t = texts();
    match reason {
        SuppressionReason::Bounced => t.suppressions.bounced,
        SuppressionReason::SoftBounced => t.suppressions.soft_bounced,
        SuppressionReason::Complained => t.suppressions.complained,
        SuppressionReason::OptedOut => t.suppressions.opted_out,
        SuppressionReason::Manual => t.suppressions.manual,
    }
}
