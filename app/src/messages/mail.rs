//! A rendered mail, as its reader sees it and as it was written. What it holds is hostile.

use domain::message::RenderedMessage;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::i18n::texts;
use crate::ui::Tabs;

/// Subject, then one of: HTML, text, headers, the recipient's data. The open tab is in the address.
#[component]
pub fn Mail(
    rendered: Option<RenderedMessage>,
    /// What the call said of the recipient.
    recipient: Option<serde_json::Value>,
) -> impl IntoView {
    let t = texts();
    let query = use_query_map();
    let first = if rendered.is_some() { "html" } else { "recipient" };
    let mut tabs = Vec::new();
    if rendered.is_some() {
        tabs.extend([
            ("html", t.messages.tab_html.to_owned()),
            ("text", t.messages.tab_text.to_owned()),
            ("headers", t.messages.tab_headers.to_owned()),
        ]);
    }
    if recipient.is_some() {
        tabs.push(("recipient", t.messages.tab_recipient.to_owned()));
    }
    let words: Vec<&'static str> = tabs.iter().map(|(word, _)| *word).collect();
    let open = Signal::derive(move || {
        let wanted = query.with(|query| query.get("tab").unwrap_or_default());
        words.iter().copied().find(|word| *word == wanted).unwrap_or(first).to_owned()
    });
    let subject = rendered.as_ref().map(|mail| mail.email.subject.clone());
    view! {
        <div class="rendered">
            {match subject {
                Some(subject) => view! { <p class="rendered-subject">{subject}</p> }.into_any(),
                None => view! { <p class="hint">{t.messages.not_rendered}</p> }.into_any(),
            }}
            <Tabs open tabs label=t.messages.mail/>
            {move || body(&open.get(), rendered.as_ref(), recipient.as_ref())}
        </div>
    }
}

fn body(open: &str, mail: Option<&RenderedMessage>, recipient: Option<&serde_json::Value>) -> AnyView {
    let t = texts();
    match (open, mail, recipient) {
        ("text", Some(mail), _) => source(t.messages.tab_text, mail.email.text.clone()),
        ("headers", Some(mail), _) => view! { <Headers headers=mail.headers.clone()/> }.into_any(),
        (_, _, Some(recipient)) if open == "recipient" => {
            source(t.messages.tab_recipient, serde_json::to_string_pretty(recipient).unwrap_or_default())
        }
        (_, Some(mail), _) if mail.email.html.is_empty() => view! { <p class="hint">{t.messages.no_html}</p> }.into_any(),
        // An empty `sandbox` allows nothing: no scripts, no forms, no links that open, no origin.
        (_, Some(mail), _) => view! {
            <iframe class="rendered-frame" sandbox="" referrerpolicy="no-referrer" title=t.messages.tab_html srcdoc=mail.email.html.clone()></iframe>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

fn source(label: &'static str, text: String) -> AnyView {
    view! { <pre class="rendered-source" tabindex="0" role="region" aria-label=label>{text}</pre> }.into_any()
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
