//! The way to every settings page.

use domain::access::Permission;
use leptos::prelude::*;
use leptos_router::components::A;

use super::settings_path;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::PageHeader;

/// One card for each settings page; a card says so when its page is not for the person's role.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let card = move |section: &'static str, title: &'static str, text: &'static str, open: bool| {
        let shown_title = if open {
            view! { <A href=move || settings_path(&sandbox.get(), section)>{title}</A> }.into_any()
        } else {
            title.into_any()
        };
        view! {
            <li class="card">
                <h2>{shown_title}</h2>
                <p class="hint">{text}</p>
                {(!open).then(|| view! { <p class="hint">{t.settings.not_for_your_role}</p> })}
            </li>
        }
    };
    view! {
        <PageHeader title=t.settings.title/>
        <ul class="settings-cards">
            {card("configurations", t.settings.configurations, t.settings.configurations_text, may(Permission::ViewConfigurations))}
            {card("suppressions", t.suppressions.title, t.suppressions.card, may(Permission::ViewConfigurations))}
            {card("rule-sets", t.rule_sets.title, t.rule_sets.card, may(Permission::ViewConfigurations))}
            {card("devices", t.devices.title, t.devices.card, may(Permission::ViewConfigurations))}
            {card("api-clients", t.settings.api_clients, t.settings.api_clients_text, may(Permission::ManageApiClients))}
            {card("users", t.settings.users, t.settings.users_text, may(Permission::ManageConsoleUsers))}
            {card("sandbox", t.settings.sandbox, t.settings.sandbox_text, true)}
            {card("account", t.settings.account, t.settings.account_text, true)}
        </ul>
    }
}
