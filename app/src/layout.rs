//! What surrounds every page of a sandbox: sandbox switch, navigation, language, theme, account.

use domain::access::Permission;
use domain::consent::EmptyConsent;
use domain::sandbox::{Sandbox, SandboxMode};
use leptos::prelude::*;
use leptos_router::components::{A, Outlet};
use leptos_router::hooks::{use_location, use_params_map};

use crate::i18n::texts;
use crate::session::{Frame, SignOut, find_frame};
use crate::ui::{Icon, Preferences, Shape, loaded};

/// The sandbox of the address: `/dev/…`. Changes when the person goes to another one.
pub fn sandbox_name() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get("sandbox").unwrap_or_default()))
}

/// May the signed-in person do this? Decides what is shown; the server decides what is done.
pub fn may(permission: Permission) -> bool {
    use_context::<Frame>().is_some_and(|frame| frame.user.role.allows(permission))
}

/// Is the sandbox of this page in capture mode?
pub fn captures() -> bool {
    use_context::<Frame>().is_some_and(|frame| frame.sandbox.mode == SandboxMode::Capture)
}

/// What it means in the sandbox of this page that somebody said nothing about marketing.
pub fn empty_consent() -> EmptyConsent {
    use_context::<Frame>().map_or(EmptyConsent::OptInRequired, |frame| frame.sandbox.empty_consent)
}

/// Frame of all pages under `/:sandbox`. Provides [`Frame`] to the page inside.
#[component]
pub fn SandboxFrame() -> impl IntoView {
    let sandbox = sandbox_name();
    let frame = Resource::new(move || sandbox.get(), find_frame);
    loaded(frame, |frame| {
        provide_context(frame.clone());
        let t = texts();
        view! {
            <a class="skip-link" href="#content" rel="external">{t.common.skip}</a>
            <div class="frame">
                <TopBar frame=frame.clone()/>
                <Navigation sandbox=frame.sandbox.clone()/>
                <main class="content" id="content"><Outlet/></main>
            </div>
        }
    })
}

#[component]
fn TopBar(frame: Frame) -> impl IntoView {
    let t = texts();
    let sign_out = ServerAction::<SignOut>::new();
    let name = frame.sandbox.name.to_string();
    let captures = frame.sandbox.mode == SandboxMode::Capture;
    let mode = if captures { t.layout.capture } else { t.layout.live };
    view! {
        <header class="top" data-sandbox=name.clone()>
            <A href=format!("/{name}/campaigns") attr:class="brand">"Hermod"</A>
            <nav class="sandboxes" aria-label=t.layout.sandbox>
                {frame
                    .sandboxes
                    .into_iter()
                    .map(|sandbox| {
                        let current = sandbox.name.as_str() == name;
                        let href = format!("/{}/campaigns", sandbox.name);
                        view! { <a href=href aria-current=current.then_some("true") class="sandbox">{sandbox.name.to_string()}</a> }
                    })
                    .collect_view()}
                <span class="mode" data-mode=frame.sandbox.mode.as_str()>{mode}</span>
            </nav>
            <div class="top-end">
                <Preferences/>
                <A href=format!("/{name}/settings/account") attr:class="account" attr:title=frame.user.email.clone()>{frame.user.name.clone()}</A>
                <ActionForm action=sign_out>
                    <button type="submit" class="icon-button"><Icon shape=Shape::SignOut/><span class="icon-label">{t.session.sign_out}</span></button>
                </ActionForm>
            </div>
        </header>
    }
}

#[component]
fn Navigation(sandbox: Sandbox) -> impl IntoView {
    let t = texts();
    let path = use_location().pathname;
    let name = sandbox.name.to_string();
    let link = move |section: &'static str, shape: Shape, label: &'static str| {
        let href = format!("/{name}/{section}");
        let start = href.clone();
        let current = move || {
            let path = path.get();
            (path == start || path.starts_with(&format!("{start}/"))).then_some("page")
        };
        view! { <a href=href class="nav-link" aria-current=current><Icon shape/><span>{label}</span></a> }
    };
    view! {
        <nav class="nav" aria-label=t.layout.navigation>
            {link("campaigns", Shape::Campaign, t.layout.campaigns)}
            {link("library", Shape::Library, t.library.title)}
            {link("people", Shape::Audience, t.layout.people)}
            {link("executions", Shape::Execution, t.layout.executions)}
            {link("messages", Shape::Message, t.layout.messages)}
            {link("inbox", Shape::Inbox, t.layout.inbox)}
            {link("settings", Shape::Settings, t.layout.settings)}
        </nav>
    }
}
