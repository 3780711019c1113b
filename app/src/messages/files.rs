//! Files that go with a message.

use domain::attachment::FileLine;
use leptos::prelude::*;

use crate::i18n::texts;
use crate::ui::file_size;

/// Name, kind and size of each, to be kept; nothing when there are none.
#[component]
pub fn Files(files: Vec<FileLine>, sandbox: String, message: String) -> impl IntoView {
    let t = texts();
    if files.is_empty() {
        return ().into_any();
    }
    let line = move |(position, file): (usize, FileLine)| {
        let (name, size) = match (file.size, file.url) {
            (Some(size), _) => {
                let href = format!("/files/messages/{sandbox}/{message}/{position}");
                (view! { <a href=href rel="external" download="">{file.name}</a> }.into_any(), file_size(size))
            }
            (None, url) => {
                (view! { <span>{file.name}</span> }.into_any(), t.messages.file_fetched(url.unwrap_or_default()))
            }
        };
        view! { <li>{name}" "<span class="hint">{file.content_type}" · "{size}</span></li> }
    };
    view! {
        <div class="stack">
            <h3>{t.messages.files}</h3>
            <ul>{files.into_iter().enumerate().map(line).collect_view()}</ul>
        </div>
    }
    .into_any()
}
