//! The console. One folder per feature with its pages and server functions; shared pieces in [`ui`]; texts in `locales/`.

#[cfg(feature = "ssr")]
mod address;
pub mod audiences;
pub mod campaigns;
mod channel;
mod circuit;
mod conditions;
pub mod consent;
#[cfg(feature = "ssr")]
pub mod console;
pub mod designer;
mod expressions;
pub mod failure;
mod field_names;
mod handset;
pub mod i18n;
mod languages;
mod layout;
pub mod library;
mod live;
pub mod messages;
mod not_found;
pub mod people;
mod reasons;
pub mod replies;
pub mod session;
pub mod settings;
mod theme;
mod time_zones;
mod ui;

use leptos::config::LeptosOptions;
use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::{SsrMode, path};

#[cfg(target_arch = "wasm32")]
use i18n::Language;
use layout::SandboxFrame;
use theme::Theme;

/// The document around [`App`], written by the server.
pub fn shell(options: &LeptosOptions) -> impl IntoView + use<> {
    let options = options.clone();
    let language = i18n::language();
    let theme = use_context::<Theme>().unwrap_or_default();
    #[cfg(feature = "ssr")]
    protect(leptos::nonce::use_nonce().as_ref());
    view! {
        <!DOCTYPE html>
        <html lang=language.tag() data-theme=theme.as_str()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href="/pkg/hermod.css"/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body><App/></body>
        </html>
    }
}

/// Only scripts of this page run, and nothing is loaded from elsewhere but pictures of a shown mail.
#[cfg(feature = "ssr")]
fn protect(nonce: Option<&leptos::nonce::Nonce>) {
    use axum::http::{HeaderValue, header};
    let Some(response) = use_context::<leptos_axum::ResponseOptions>() else { return };
    let nonce = nonce.map(|nonce| format!(" 'nonce-{nonce}'")).unwrap_or_default();
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{nonce}; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: https:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// The console's pages. Every address is listed here.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    #[cfg(target_arch = "wasm32")]
    take_over_contexts();
    view! {
        <Title formatter=title_of/>
        <Router>
            <Routes fallback=not_found::NotFoundPage>
                <Route path=path!("/sign-in") view=session::SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/set-up") view=session::SetUpPage ssr=SsrMode::Async/>
                <Route path=path!("/") view=|| view! { <Redirect path="/dev/campaigns"/> }/>
                <ParentRoute path=path!("/:sandbox") view=SandboxFrame ssr=SsrMode::Async>
                    <Route path=path!("/campaigns") view=campaigns::ListPage ssr=SsrMode::Async/>
                    <Route path=path!("/campaigns/new") view=campaigns::CreatePage ssr=SsrMode::Async/>
                    <Route path=path!("/campaigns/:campaign") view=campaigns::OverviewPage ssr=SsrMode::Async/>
                    <Route path=path!("/campaigns/:campaign/edit") view=campaigns::WizardPage ssr=SsrMode::Async/>
                    <Route path=path!("/campaigns/:campaign/design") view=designer::DesignerPage ssr=SsrMode::Async/>
                    <Route path=path!("/audiences") view=audiences::AudiencesPage ssr=SsrMode::Async/>
                    <Route path=path!("/audiences/new") view=audiences::CreateAudiencePage ssr=SsrMode::Async/>
                    <Route path=path!("/audiences/:audience") view=audiences::AudiencePage ssr=SsrMode::Async/>
                    <Route path=path!("/audiences/:audience/files/:file") view=audiences::AudienceFilePage ssr=SsrMode::Async/>
                    <Route path=path!("/audiences/:audience/rule") view=audiences::RulePage ssr=SsrMode::Async/>
                    <Route path=path!("/people") view=people::ProfilesPage ssr=SsrMode::Async/>
                    <Route path=path!("/people/profiles") view=people::ProfilesPage ssr=SsrMode::Async/>
                    <Route path=path!("/people/profiles/new") view=people::NewProfilePage ssr=SsrMode::Async/>
                    <Route path=path!("/people/profiles/:profile") view=people::ProfilePage ssr=SsrMode::Async/>
                    <Route path=path!("/people/profiles/:profile/edit") view=people::EditProfilePage ssr=SsrMode::Async/>
                    <Route path=path!("/people/audiences") view=audiences::AudiencesPage ssr=SsrMode::Async/>
                    <Route path=path!("/people/audiences/new") view=audiences::CreateAudiencePage ssr=SsrMode::Async/>
                    <Route path=path!("/people/audiences/:audience") view=audiences::AudiencePage ssr=SsrMode::Async/>
                    <Route path=path!("/people/audiences/:audience/rule") view=audiences::RulePage ssr=SsrMode::Async/>
                    <Route path=path!("/people/attributes") view=people::SchemaPage ssr=SsrMode::Async/>
                    <Route path=path!("/people/imports") view=people::ImportsPage ssr=SsrMode::Async/>
                    <Route path=path!("/people/consent") view=consent::ConsentPage ssr=SsrMode::Async/>
                    <Route path=path!("/people/topics") view=consent::TopicsPage ssr=SsrMode::Async/>
                    <Route path=path!("/library") view=library::TemplatesPage ssr=SsrMode::Async/>
                    <Route path=path!("/library/templates") view=library::TemplatesPage ssr=SsrMode::Async/>
                    <Route path=path!("/library/fragments") view=library::FragmentsPage ssr=SsrMode::Async/>
                    <Route path=path!("/library/images") view=library::ImagesPage ssr=SsrMode::Async/>
                    <Route path=path!("/executions") view=messages::ExecutionsPage ssr=SsrMode::Async/>
                    <Route path=path!("/executions/:execution") view=messages::ExecutionPage ssr=SsrMode::Async/>
                    <Route path=path!("/messages") view=messages::MessagesPage ssr=SsrMode::Async/>
                    <Route path=path!("/messages/replies") view=replies::RepliesPage ssr=SsrMode::Async/>
                    <Route path=path!("/messages/:message") view=messages::MessagePage ssr=SsrMode::Async/>
                    <Route path=path!("/inbox") view=messages::InboxPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view=settings::SettingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/configurations") view=settings::ConfigurationsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/configurations/new") view=settings::NewConfigurationPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/configurations/:configuration") view=settings::ConfigurationPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/configurations/:configuration/deliverability") view=settings::DeliverabilityPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/suppressions") view=settings::SuppressionsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/rule-sets") view=settings::RuleSetsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/rule-sets/:set") view=settings::RuleSetPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/devices") view=settings::DevicesPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/api-clients") view=settings::ApiClientsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/users") view=settings::UsersPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/account") view=settings::AccountPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/sandbox") view=settings::SandboxPage ssr=SsrMode::Async/>
                    <Route path=path!("/*rest") view=not_found::NotFoundPage ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Every title goes through here, and so every name that one is made of.
fn title_of(page: String) -> String {
    if page.is_empty() { "Hermod".to_owned() } else { format!("{} · Hermod", ui::title_text(&page)) }
}

/// What the server knew from cookies stands on `<html>`; a failed form without wasm left its failure in the address. The
/// server showed this very address, and so signed what it says.
#[cfg(target_arch = "wasm32")]
fn take_over_contexts() {
    let page = document().document_element();
    let attribute = |name: &str| page.as_ref().and_then(|page| page.get_attribute(name)).unwrap_or_default();
    provide_context(Language::of_tag(&attribute("lang")).unwrap_or_default());
    provide_context(Theme::of_word(&attribute("data-theme")).unwrap_or_default());
    let query = window().location().search().unwrap_or_default();
    if let Ok(query) = leptos::web_sys::UrlSearchParams::new_with_str(&query)
        && let (Some(path), Some(error)) = (query.get("__path"), query.get("__err"))
    {
        provide_context(leptos::server::ServerActionError::new(&path, &error));
    }
}
