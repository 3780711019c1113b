//! A state as a dot and a word: never colour alone.

use leptos::prelude::*;

/// The four signals, and none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal4 {
    Ok,
    Waiting,
    Warning,
    Failed,
    Quiet,
}

impl Signal4 {
    /// The modifier of the class.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Waiting => "waiting",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Quiet => "quiet",
        }
    }
}

/// Dot and word.
#[component]
pub fn StateBadge(signal: Signal4, #[prop(into)] text: String) -> impl IntoView {
    view! { <span class=format!("state state-{}", signal.as_str())>{text}</span> }
}
