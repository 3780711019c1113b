//! Table of API clients.

use domain::api_client::ApiClient;
use leptos::prelude::*;

use super::limits::{Limits, LimitsText};
use super::{RevokeApiClient, SetLimits};
use crate::i18n::texts;
use crate::ui::{Button, Code, Confirmation, EmptyState, Signal4, StateBadge, Table, Time, answers};

/// All clients, or what a client is for.
#[component]
pub fn Clients(
    clients: Vec<ApiClient>,
    revoke: ServerAction<RevokeApiClient>,
    set_limits: ServerAction<SetLimits>,
) -> impl IntoView {
    let t = texts();
    if clients.is_empty() {
        return view! { <EmptyState title=t.api_clients.none text=t.api_clients.none_text/> }.into_any();
    }
    let columns = vec![
        t.api_clients.name,
        t.api_clients.client_id,
        t.api_clients.state,
        t.api_clients.last_used,
        t.api_clients.created_at,
        t.api_clients.limits,
        t.settings.actions,
    ];
    view! {
        <Table title=t.api_clients.title columns>{clients.into_iter().map(|client| view! { <Row client revoke set_limits/> }).collect_view()}</Table>
    }
    .into_any()
}

#[component]
fn Row(client: ApiClient, revoke: ServerAction<RevokeApiClient>, set_limits: ServerAction<SetLimits>) -> impl IntoView {
    let t = texts();
    let state = match client.revoked_at {
        Some(at) => {
            view! { <StateBadge signal=Signal4::Quiet text=t.api_clients.revoked/><br/><span class="hint"><Time at/></span> }
                .into_any()
        }
        None => view! { <StateBadge signal=Signal4::Ok text=t.api_clients.active/> }.into_any(),
    };
    let last_used = match client.last_used_at {
        Some(at) => view! { <Time at/> }.into_any(),
        None => t.api_clients.never.into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="wide">{client.name.clone()}</th>
            <td data-label=t.api_clients.client_id><Code text=client.id.to_string()/></td>
            <td data-label=t.api_clients.state>{state}</td>
            <td data-label=t.api_clients.last_used>{last_used}</td>
            <td data-label=t.api_clients.created_at><Time at=client.created_at/><span class="hint">{client.created_by.clone()}</span></td>
            <td class="wide" data-label=t.api_clients.limits><LimitsText client=&client/></td>
            <td>
                {client.revoked_at.is_none().then(|| view! {
                    <div class="row row-actions"><Limits client=client.clone() set_limits/><Revocation client revoke/></div>
                })}
            </td>
        </tr>
    }
}

#[component]
fn Revocation(client: ApiClient, revoke: ServerAction<RevokeApiClient>) -> impl IntoView {
    let t = texts();
    view! {
        <Confirmation
            id=format!("revoke-{}", client.id) label=t.api_clients.revoke name=t.api_clients.revoke_of(&client.name)
            answers=answers(revoke)
        >
            <p>{t.api_clients.revoke_consequence(&client.name)}</p>
            <ActionForm action=revoke>
                <input type="hidden" name="sandbox" value=client.sandbox.to_string()/>
                <input type="hidden" name="client" value=client.id.to_string()/>
                <Button pending=revoke.pending() variant="danger">{t.api_clients.revoke_for_good}</Button>
            </ActionForm>
        </Confirmation>
    }
}
