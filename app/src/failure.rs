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
                Failure::Conflict { reason: code, text } | Failure::Unauthenticated { reason: code, text } => {
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
    use axum::http::{header, request::Parts};
    use leptos::prelude::use_context;

    result.map_err(|error| {
        let failure = error.into().into_failure();
        let from_form = use_context::<Parts>().is_some_and(|parts| {
            let accept = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
            accept.is_some_and(|accept| accept.contains("text/html"))
        });
        if !from_form {
            set_status(&failure);
        }
        ServerFailure::Failure(failure)
    })
}

/// The answer to this request gets the failure's status.
#[cfg(feature = "ssr")]
pub fn set_status(failure: &Failure) {
    use axum::http::StatusCode;
    use leptos::prelude::use_context;

    if let Some(response) = use_context::<leptos_axum::ResponseOptions>()
        && let Ok(status) = StatusCode::from_u16(failure.status())
    {
        response.set_status(status);
    }
}
