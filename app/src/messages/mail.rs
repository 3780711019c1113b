//! A rendered mail, as its reader sees it and as it was written.

use domain::content::RenderedEmail;
use leptos::prelude::*;

use super::rendered::source;
use crate::i18n::texts;

/// HTML, text or headers.
pub fn mail_part(open: &str, mail: &RenderedEmail, headers: &[(String, String)]) -> AnyView {
    let t = texts();
    match open {
        "text" => source(t.messages.tab_text, mail.text.clone()),
        "headers" => view! { <Headers headers=headers.to_vec()/> }.into_any(),
        _ if mail.html.is_empty() => view! { <p class="hint">{t.messages.no_html}</p> }.into_any(),
        // Nothing but links that open in a window of their own: no scripts, no forms, no origin, no way to this page.
        _ => view! {
            <iframe
                class="rendered-frame" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"
                title=t.messages.tab_html srcdoc=with_links_outside(&mail.html)
            ></iframe>
        }
        .into_any(),
    }
}

/// Links of the mail lead to a new window, which does not know this one (HTML §4.6.7: `_blank` implies `noopener`). A frame
/// with its source inside is in no-quirks mode, whatever stands before its doctype.
fn with_links_outside(html: &str) -> String {
    format!("<base target=\"_blank\">{html}")
}

#[component]
fn Headers(headers: Vec<(String, String)>) -> impl IntoView {
    let t = texts();
    view! {
        <div class="table-frame" role="region" tabindex="0" aria-label=t.messages.tab_headers>
            <table class="table headers">
                <caption class="visually-hidden">{t.messages.tab_headers}</caption>
                <thead class="visually-hidden">
                    <tr><th scope="col">{t.messages.header}</th><th scope="col">{t.messages.value}</th></tr>
                </thead>
                <tbody>
                    {headers
                        .into_iter()
                        .map(|(name, value)| view! { <tr><th scope="row">{name}</th><td>{value}</td></tr> })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
}
