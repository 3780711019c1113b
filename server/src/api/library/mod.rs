//! The content API of the contract: templates to start from, and fragments that contents share.
//!
//! | file | holds |
//! |---|---|
//! | [`templates`], [`fragments`], [`assets`] | the calls |
//! | [`template_body`] | what a template says, as callers write it and as contents have it |
//! | [`listing`] | order, filters and pages of lists |
//! | [`patch`] | changes of name, description and folder (RFC 6902) |

pub mod assets;
pub mod fragments;
pub mod listing;
pub mod patch;
pub mod template_body;
pub mod templates;

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::library::{About, Audit};
use domain::{Failure, Timestamp};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Largest body: a template may have a page of HTML and what its editor notes.
pub const BODY_MAX_BYTES: usize = 2 * 1024 * 1024;

pub const TEMPLATE: &str = "application/vnd.adobe.ajo.template.v1+json";
pub const TEMPLATES: &str = "application/vnd.adobe.ajo.template-list.v1+json";
pub const FRAGMENT: &str = "application/vnd.adobe.ajo.fragment.v1.0+json";
pub const FRAGMENTS: &str = "application/vnd.adobe.ajo.fragment-list.v1.0+json";
pub const PUBLICATION: &str = "application/vnd.adobe.ajo.fragment.publication.v1.0+json";
pub const PUBLICATION_REQUEST: &str = "application/vnd.adobe.ajo.fragment.publication.request.v1.0+json";
pub const PATCH: &str = "application/json-patch+json";

/// Where something comes from.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ContentSource {
    origin: ContentOrigin,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metadata: Option<Map<String, Value>>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum ContentOrigin {
    Ajo,
    Aem,
    External,
}

impl ContentSource {
    fn kept(self) -> Option<Value> {
        serde_json::to_value(self).ok()
    }
}

/// The one channel that it is for: as a list of one, or as answers have it, as a text.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Value")]
pub struct OneChannel(pub String);

impl TryFrom<Value> for OneChannel {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match value {
            Value::String(channel) => Ok(Self(channel)),
            Value::Array(list) => match list.as_slice() {
                [Value::String(channel)] => Ok(Self(channel.clone())),
                _ => Err("Give a list of one channel.".to_owned()),
            },
            _ => Err("Give a list of one channel.".to_owned()),
        }
    }
}

fn one_channel(words: &[&str]) -> Schema {
    json_schema!({ "anyOf": [
        { "type": "array", "minItems": 1, "maxItems": 1, "items": { "type": "string", "enum": words } },
        { "type": "string", "enum": words }
    ] })
}

fn object(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object" })
}

fn about(
    name: String,
    description: Option<String>,
    parent_folder_id: Option<String>,
    source: Option<ContentSource>,
) -> About {
    About {
        name,
        description: description.unwrap_or_default(),
        parent_folder_id,
        source: source.and_then(ContentSource::kept),
    }
}

/// Who made and who changed it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Audited {
    created_at: Timestamp,
    created_by: String,
    modified_at: Timestamp,
    modified_by: String,
}

impl From<Audit> for Audited {
    fn from(audit: Audit) -> Self {
        let Audit { created_at, created_by, modified_at, modified_by, .. } = audit;
        Self { created_at, created_by, modified_at, modified_by }
    }
}

/// What is told of everything.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Described {
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "object")]
    source: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_folder_id: Option<String>,
}

impl From<About> for Described {
    fn from(about: About) -> Self {
        let About { name, description, parent_folder_id, source } = about;
        Self { name, description, source, parent_folder_id }
    }
}

/// The etag that the call was made for; `None`: whichever it is (`*`).
fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Failure> {
    let text = "Send the header If-Match with the etag of what you have read.";
    let value = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok()).map(str::trim);
    let value = value.filter(|value| !value.is_empty());
    let value = value.ok_or_else(|| Failure::invalid("If-Match", "required", text))?;
    if value == "*" {
        return Ok(None);
    }
    let tag = value.trim_start_matches("W/").trim_matches('"');
    // What we never gave out is the etag of nothing.
    Ok(Some(tag.parse().unwrap_or(-1)))
}

fn etag(audit: &Audit) -> [(HeaderName, String); 1] {
    [(header::ETAG, format!("\"{}\"", audit.revision))]
}

/// 201, with where it is.
fn created(path: &str, id: &str, audit: &Audit) -> Response {
    let location = format!("/ajo/content/{path}/{id}");
    let headers = [(HeaderName::from_static("x-resource-id"), id.to_owned()), (header::LOCATION, location)];
    (StatusCode::CREATED, headers, etag(audit)).into_response()
}

/// JSON of one of the contract's own types.
fn typed(media_type: &'static str, body: impl Serialize) -> Response {
    let mut response = Json(body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
