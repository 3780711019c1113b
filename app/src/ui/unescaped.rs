//! Texts at the places where Leptos writes them into the page as they are: in `<title>` and `<textarea>`. On the server they
//! are written so that they end no element; in the browser they are set as texts.

/// For a `<title>`.
pub fn title_text(text: &str) -> String {
    if cfg!(feature = "ssr") { escaped(text) } else { text.to_owned() }
}

/// For a `<textarea>`. The parser drops one line break after the tag; a text that begins with one needs another.
pub fn textarea_text(text: &str) -> String {
    match (cfg!(feature = "ssr"), text.starts_with('\n')) {
        (true, true) => format!("\n{}", escaped(text)),
        (true, false) => escaped(text),
        (false, _) => text.to_owned(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
