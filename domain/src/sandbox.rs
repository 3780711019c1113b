//! Sandboxes separate all data and all API clients.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Fault;
use crate::consent::EmptyConsent;
use crate::word::words;

/// Name of a sandbox, as in the header `x-sandbox-name` and the console's URLs: `dev`, `prod`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SandboxName(String);

impl SandboxName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SandboxName {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let first_is_letter = text.bytes().next().is_some_and(|letter| letter.is_ascii_lowercase());
        let plain = text.bytes().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-');
        if first_is_letter && plain && text.len() <= 32 {
            Ok(Self(text.to_owned()))
        } else {
            Err(Fault::new("", "bad_sandbox_name", "A sandbox name has lower-case letters, digits and hyphens."))
        }
    }
}

impl TryFrom<String> for SandboxName {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        text.parse()
    }
}

impl From<SandboxName> for String {
    fn from(name: SandboxName) -> String {
        name.0
    }
}

impl fmt::Display for SandboxName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

words! {
    /// What happens to messages of a sandbox.
    SandboxMode {
        /// Nothing leaves: messages land in the capture inbox of the console.
        Capture = "capture",
        /// Messages go to their transport.
        Live = "live",
    }
}

/// A sandbox, its mode, and what it means there that somebody said nothing about marketing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sandbox {
    pub name: SandboxName,
    pub mode: SandboxMode,
    pub empty_consent: EmptyConsent,
}
