//! Everything a person may be told when something cannot be done. What went wrong inside stays in the log.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing that is wrong with an input, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, JsonSchema)]
#[error("{text}")]
pub struct Fault {
    /// Dotted path of the value, equal to the form field's name and the JSON path: `content.subject`, `recipients[0].userId`.
    pub path: String,
    /// Stable code for translations and for callers: `required`, `too_long`, …
    pub code: String,
    /// English sentence: what is wrong and what to do.
    pub text: String,
}

impl Fault {
    /// A fault at `path`.
    pub fn new(path: impl Into<String>, code: &str, text: impl Into<String>) -> Self {
        Self { path: path.into(), code: code.to_owned(), text: text.into() }
    }

    /// The same fault, seen from one level further out.
    #[must_use]
    pub fn under(mut self, parent: &str) -> Self {
        self.path = match (parent.is_empty(), self.path.is_empty()) {
            (true, _) => self.path,
            (_, true) => parent.to_owned(),
            _ if self.path.starts_with('[') => format!("{parent}{}", self.path),
            _ => format!("{parent}.{}", self.path),
        };
        self
    }
}

/// Longest path or text of a fault that is kept, in characters.
const KEPT_MAX: usize = 500;

/// A path or a text of a fault as it is kept: what was sent may stand in it, with any sign and of any length.
pub fn kept(words: &str) -> String {
    words.chars().filter(|letter| !letter.is_control()).take(KEPT_MAX).collect()
}

/// All faults of one input, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Adds a fault.
    pub fn add(&mut self, path: impl Into<String>, code: &str, text: impl Into<String>) {
        self.0.push(Fault::new(path, code, text));
    }

    /// Takes the value, or notes the fault under `path`.
    pub fn take<T>(&mut self, path: &str, result: Result<T, Fault>) -> Option<T> {
        result.map_err(|fault| self.0.push(fault.under(path))).ok()
    }

    /// The first fault at exactly this path.
    pub fn at(&self, path: &str) -> Option<&Fault> {
        self.0.iter().find(|fault| fault.path == path)
    }

    /// Are there faults, and of this kind only?
    fn are_all(&self, code: &str) -> bool {
        !self.is_empty() && self.0.iter().all(|fault| fault.code == code)
    }

    /// No faults?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok` when empty, otherwise a [`Failure::Invalid`].
    pub fn into_result(self) -> Result<(), Failure> {
        if self.is_empty() { Ok(()) } else { Err(Failure::Invalid { faults: self }) }
    }
}

/// Why a request was refused, as a person may be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Failure {
    /// The input has faults; nothing was changed.
    #[error("{}", faults.0.first().map_or("The input is not valid.", |fault| fault.text.as_str()))]
    Invalid { faults: Faults },
    /// There is no such thing, or not in this sandbox.
    #[error("There is no such {what}.")]
    NotFound { what: String },
    /// The thing exists, but its present state does not allow this. `reason` is a stable code, `text` a sentence.
    #[error("{text}")]
    Conflict { reason: String, text: String },
    /// Signed in, but the role does not include this.
    #[error("Your role does not allow this.")]
    NotPermitted,
    /// Not signed in, or the session or token is no longer valid. `reason` is a stable code.
    #[error("{text}")]
    Unauthenticated { reason: String, text: String },
    /// Too many tries; come back later.
    #[error("Too many attempts. Try again in {retry_after_seconds} seconds.")]
    TooMany { retry_after_seconds: u64 },
    /// A limit of the caller, or of the queue, is reached. `reason` is a stable code, `text` a sentence.
    #[error("{text}")]
    Limited { reason: String, text: String, retry_after_seconds: u64 },
    /// The system cannot take work right now.
    #[error("Hermod cannot take this right now. Try again in {retry_after_seconds} seconds.")]
    Unavailable { retry_after_seconds: u64 },
    /// Something is broken on our side; `reference` finds it in the log.
    #[error("Something went wrong on our side. Reference: {reference}")]
    Internal { reference: String },
}

/// Reason of [`Failure::Limited`] when it is not the caller who did too much.
pub const BACKLOG_FULL: &str = "backlog_full";

/// Code of a recipient whom nobody has stored, where calls make no profiles.
pub const UNKNOWN_PROFILE: &str = "unknown_profile";

impl Failure {
    /// A single fault.
    pub fn invalid(path: impl Into<String>, code: &str, text: impl Into<String>) -> Self {
        Self::Invalid { faults: Faults(vec![Fault::new(path, code, text)]) }
    }

    /// No such thing.
    pub fn not_found(what: &str) -> Self {
        Self::NotFound { what: what.to_owned() }
    }

    /// A state that does not allow the request.
    pub fn conflict(reason: &str, text: impl Into<String>) -> Self {
        Self::Conflict { reason: reason.to_owned(), text: text.into() }
    }

    /// Not signed in.
    pub fn unauthenticated(reason: &str, text: impl Into<String>) -> Self {
        Self::Unauthenticated { reason: reason.to_owned(), text: text.into() }
    }

    /// HTTP status of this failure (`400` for invalid input, as the execution API's contract has it; `404` when all that is
    /// wrong is that nobody has stored the people whom it names).
    pub fn status(&self) -> u16 {
        match self {
            Self::Invalid { faults } if faults.are_all(UNKNOWN_PROFILE) => 404,
            Self::Invalid { .. } => 400,
            Self::NotFound { .. } => 404,
            Self::Conflict { .. } => 409,
            Self::NotPermitted => 403,
            Self::Unauthenticated { .. } => 401,
            Self::Limited { reason, .. } if reason == BACKLOG_FULL => 503,
            Self::TooMany { .. } | Self::Limited { .. } => 429,
            Self::Unavailable { .. } => 503,
            Self::Internal { .. } => 500,
        }
    }

    /// Stable code: the most specific one that is known.
    pub fn code(&self) -> &str {
        match self {
            Self::Invalid { faults } => faults.0.first().map_or("invalid", |fault| fault.code.as_str()),
            Self::NotFound { .. } => "not_found",
            Self::Conflict { reason, .. } | Self::Unauthenticated { reason, .. } | Self::Limited { reason, .. } => {
                reason
            }
            Self::NotPermitted => "not_permitted",
            Self::TooMany { .. } => "too_many",
            Self::Unavailable { .. } => "unavailable",
            Self::Internal { .. } => "internal",
        }
    }

    /// The same, naming what was not found: `campaign_not_found`.
    pub fn full_code(&self) -> String {
        match self {
            Self::NotFound { what } => format!("{}_not_found", what.replace(' ', "_")),
            other => other.code().to_owned(),
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Invalid { faults: Faults(vec![fault]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_seen_from_further_out_has_the_longer_path() {
        let fault = Fault::new("userId", "required", "…").under("[3]").under("recipients");
        assert_eq!(fault.path, "recipients[3].userId");
        assert_eq!(Fault::new("", "required", "…").under("name").path, "name");
    }

    #[test]
    fn what_is_kept_of_a_fault_is_short_and_without_control_characters() {
        assert_eq!(kept("of\0 the\r\n 사람"), "of the 사람");
        assert_eq!(kept(&"가".repeat(10_000)).chars().count(), KEPT_MAX);
    }
}
