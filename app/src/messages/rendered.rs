//! What a message said, as its channel shows it. What it holds is hostile.

use domain::content::Rendered;
use domain::message::RenderedMessage;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::mail::mail_part;
use crate::handset::{Bubble, MessagesCost, Notification, PayloadSize};
use crate::i18n::texts;
use crate::ui::Tabs;

/// The line that stands for it, then one of its parts or the recipient's data. The open tab is in the address.
#[component]
pub fn Said(
    rendered: Option<RenderedMessage>,
    /// What the call said of the recipient.
    recipient: Option<serde_json::Value>,
) -> impl IntoView {
    let t = texts();
    let query = use_query_map();
    let mut tabs = rendered.as_ref().map(|rendered| parts_of(&rendered.content)).unwrap_or_default();
    if recipient.is_some() {
        tabs.push(("recipient", t.messages.tab_recipient.to_owned()));
    }
    let words: Vec<&'static str> = tabs.iter().map(|(word, _)| *word).collect();
    let first = words.first().copied().unwrap_or_default();
    let open = Signal::derive(move || {
        let wanted = query.with(|query| query.get("tab").unwrap_or_default());
        words.iter().copied().find(|word| *word == wanted).unwrap_or(first).to_owned()
    });
    let has_choice = tabs.len() > 1;
    let subject = rendered.as_ref().map(|rendered| rendered.content.email().map(|mail| mail.subject.clone()));
    view! {
        <div class="rendered">
            {match subject {
                Some(Some(subject)) => view! { <p class="rendered-subject">{subject}</p> }.into_any(),
                Some(None) => ().into_any(),
                None => view! { <p class="hint">{t.messages.not_rendered}</p> }.into_any(),
            }}
            {has_choice.then(|| view! { <Tabs open tabs label=t.messages.mail/> })}
            {move || part(&open.get(), rendered.as_ref(), recipient.as_ref())}
        </div>
    }
}

/// Word and label of each tab.
fn parts_of(content: &Rendered) -> Vec<(&'static str, String)> {
    let t = texts();
    match content {
        Rendered::Email(_) => vec![
            ("html", t.messages.tab_html.to_owned()),
            ("text", t.messages.tab_text.to_owned()),
            ("headers", t.messages.tab_headers.to_owned()),
        ],
        Rendered::Mobile(_) | Rendered::Push(_) => vec![("message", t.messages.tab_message.to_owned())],
    }
}

fn part(open: &str, rendered: Option<&RenderedMessage>, recipient: Option<&serde_json::Value>) -> AnyView {
    match (open, rendered, recipient) {
        ("recipient", _, Some(recipient)) => {
            source(texts().messages.tab_recipient, serde_json::to_string_pretty(recipient).unwrap_or_default())
        }
        (_, Some(rendered), _) => match &rendered.content {
            Rendered::Email(mail) => mail_part(open, mail, &rendered.headers),
            Rendered::Mobile(mobile) => {
                let mobile = Signal::stored(mobile.clone());
                view! { <Bubble mobile/><p class="hint"><MessagesCost mobile/></p> }.into_any()
            }
            Rendered::Push(push) => {
                let push = Signal::stored(push.clone());
                view! { <Notification push/><PayloadSize push/> }.into_any()
            }
        },
        _ => ().into_any(),
    }
}

/// Text as it was written.
pub fn source(label: &'static str, text: String) -> AnyView {
    view! { <pre class="rendered-source" tabindex="0" role="region" aria-label=label>{text}</pre> }.into_any()
}
