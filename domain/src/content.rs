//! What a campaign says, and what one message said after rendering.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Content of an email campaign: four templates. `{{ context.… }}` is data of the call, `{{ profile.… }}` of the person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EmailContent {
    pub subject: String,
    /// Shown by mail programs after the subject; optional.
    pub preheader: String,
    pub html: String,
    /// Plain-text version. Empty: made from the HTML.
    pub text: String,
}

/// Largest template source of one field, in bytes.
pub const TEMPLATE_MAX_BYTES: usize = 256 * 1024;

/// An email after rendering: what the recipient gets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RenderedEmail {
    /// One line, no control characters.
    pub subject: String,
    /// With the preheader already placed at the start of the body.
    pub html: String,
    pub text: String,
}
