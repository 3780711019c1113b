//! How a server function says no, and the one place where an engine's error becomes that.

use domain::{Failure, Faults};
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use crate::i18n::texts;

/// What the page is told when a call fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ServerFailure {
    /// Refused, with a reason for the person.
    Failure(Failure),
    /// The call did not get through.
    Transport(String),
}

/// Result of a server function.
pub type Answer<T> = Result<T, ServerFailure>;

impl FromServerFnError for ServerFailure {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        #[cfg(feature = "ssr")]
        if is_fault_of_caller(&error) && !is_from_form() {
            set_status_code(axum::http::StatusCode::BAD_REQUEST);
        }
        Self::Transport(error.to_string())
    }
}

impl From<Failure> for ServerFailure {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl std::fmt::Display for ServerFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Failure(failure) => failure.fmt(f),
            Self::Transport(text) => f.write_str(text),
        }
    }
}

impl ServerFailure {
    /// The faults to show beside fields; empty for any other failure.
    pub fn faults(&self) -> Faults {
        match self {
            Self::Failure(Failure::Invalid { faults }) => faults.clone(),
            _ => Faults::default(),
        }
    }

    /// The same with the paths of its faults under another one, for one of several forms of a page.
    pub fn under(self, path: &str) -> Self {
        match self {
            Self::Failure(Failure::Invalid { faults }) => {
                let faults = Faults(faults.0.into_iter().map(|fault| fault.under(path)).collect());
                Self::Failure(Failure::Invalid { faults })
            }
            other => other,
        }
    }

    /// A conflict of this kind?
    pub fn is_conflict(&self, reason: &str) -> bool {
        matches!(self, Self::Failure(Failure::Conflict { reason: found, .. }) if found == reason)
    }

    /// The sentence above the form, in the page's language.
    pub fn text(&self) -> String {
        let t = texts();
        match self {
            Self::Transport(_) => t.faults.transport.to_owned(),
            Self::Failure(failure) => match failure {
                Failure::Invalid { .. } => t.faults.look_below.to_owned(),
                Failure::NotFound { .. } => t.faults.not_found.to_owned(),
                Failure::NotPermitted => t.faults.not_permitted.to_owned(),
                Failure::TooMany { retry_after_seconds } => t.faults.too_many(retry_after_seconds),
                Failure::Unavailable { retry_after_seconds } => t.faults.unavailable(retry_after_seconds),
                Failure::Internal { reference } => t.faults.internal(reference),
                Failure::Conflict { reason: code, text }
                | Failure::Unauthenticated { reason: code, text }
                | Failure::Limited { reason: code, text, .. } => {
                    let english = crate::i18n::language() == crate::i18n::Language::English;
                    let translated = if english { None } else { t.faults.of(code) };
                    translated.map_or_else(|| text.clone(), ToOwned::to_owned)
                }
            },
        }
    }
}

/// Turns an engine's result into a server function's. Sets the HTTP status only when the caller is not a plain form: a
/// browser without wasm is redirected back to its page, and would not follow a redirect with status 422.
#[cfg(feature = "ssr")]
pub fn answer<T>(result: Result<T, impl Into<engine::Error>>) -> Answer<T> {
    result.map_err(|error| {
        let failure = error.into().into_failure();
        if !is_from_form() {
            set_status(&failure);
        }
        ServerFailure::Failure(failure)
    })
}

/// Is this request a plain form, sent without wasm?
#[cfg(feature = "ssr")]
fn is_from_form() -> bool {
    use axum::http::{header, request::Parts};

    leptos::prelude::use_context::<Parts>().is_some_and(|parts| {
        let accept = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        accept.is_some_and(|accept| accept.contains("text/html"))
    })
}

/// Arguments that cannot be read.
#[cfg(feature = "ssr")]
const fn is_fault_of_caller(error: &ServerFnErrorErr) -> bool {
    matches!(error, ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_))
}

/// The answer to this request gets the failure's status.
#[cfg(feature = "ssr")]
pub fn set_status(failure: &Failure) {
    if let Ok(status) = axum::http::StatusCode::from_u16(failure.status()) {
        set_status_code(status);
    }
}

#[cfg(feature = "ssr")]
fn set_status_code(status: axum::http::StatusCode) {
    if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(status);
    }
}
