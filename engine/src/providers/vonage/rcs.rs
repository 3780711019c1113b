//! RCS over the Messages API (<https://developer.vonage.com/en/messages/guides/rcs>): plain text and media in Vonage's own
//! form; everything with cards or suggestions as `custom`, which Vonage hands on to Google as it is.

use domain::content::RenderedMobile;
use domain::rcs::{RcsContent, RcsKind};
use serde_json::{Value, json};

use crate::providers::{mobile, rcs};

/// `message_type`, which is also the name of the field, and its value.
pub(super) fn body(content: &RenderedMobile, rcs: &RcsContent) -> (&'static str, Value) {
    let is_plain = rcs.suggestions.is_empty();
    match rcs.kind {
        RcsKind::Text if is_plain => ("text", content.text.as_str().into()),
        RcsKind::Media if is_plain => (media_kind(&content.media_url), json!({ "url": content.media_url })),
        _ => ("custom", json!({ "contentMessage": rcs::content_message(content, rcs) })),
    }
}

/// Sounds and documents are files.
fn media_kind(url: &str) -> &'static str {
    match mobile::media_type(url) {
        "application/pdf" => "file",
        other if other.starts_with("video/") => "video",
        other if other.starts_with("image/") => "image",
        _ => "file",
    }
}
