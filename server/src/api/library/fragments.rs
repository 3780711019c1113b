//! Fragments: `/content/fragments`.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::id::FragmentId;
use domain::library::{
    Fragment, FragmentFormat, FragmentKind, FragmentStatus, FragmentText, Line, NewFragment, PublicationStatus,
};
use domain::{Failure, Fault, Page};
use engine::Engine;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::listing::{Href, LibraryLinks, LibraryPage, Listing};
use super::patch::{self, PatchOperation};
use super::{
    Audited, ContentSource, Described, FRAGMENT, FRAGMENTS, OneChannel, PUBLICATION, about, created, etag, if_match,
    one_channel, typed,
};
use crate::api::Problem;
use crate::api::body::{Body, ListBody};
use crate::api::query::{Id, Parameters};
use crate::auth::Caller;

/// A fragment as callers write it. What else stands there is left out, so that an answer can be sent back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FragmentWritten {
    name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(rename = "type")]
    kind: FragmentKind,
    /// `email` of HTML, `shared` of an expression.
    #[schemars(schema_with = "channels")]
    channels: OneChannel,
    #[serde(default)]
    source: Option<ContentSource>,
    /// What an expression makes.
    #[serde(default)]
    sub_type: Option<FragmentFormat>,
    #[serde(default)]
    parent_folder_id: Option<String>,
    fragment: TextWritten,
}

/// `content` of HTML, `expression` of an expression.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TextWritten {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    expression: Option<String>,
    /// Kept as it comes.
    #[serde(default)]
    editor_context: Option<Map<String, Value>>,
}

fn channels(_: &mut SchemaGenerator) -> Schema {
    one_channel(&["email", "shared"])
}

impl FragmentWritten {
    fn read(self) -> Result<NewFragment, Failure> {
        let TextWritten { content, expression, editor_context } = self.fragment;
        let (channel, text, place) = match self.kind {
            FragmentKind::Html => ("email", content, "fragment.content"),
            FragmentKind::Expression => ("shared", expression, "fragment.expression"),
        };
        if self.channels.0 != channel {
            let text = format!("A fragment of this type is for the channel {channel}.");
            return Err(Failure::invalid("channels", "unsupported_channel", text));
        }
        if self.kind == FragmentKind::Expression && self.sub_type.is_none() {
            return Err(Fault::new("subType", "missing_field", "subType is missing.").into());
        }
        let text = text.ok_or_else(|| Fault::new(place, "missing_field", format!("{place} is missing.")))?;
        Ok(NewFragment {
            about: about(self.name, self.description, self.parent_folder_id, self.source),
            kind: self.kind,
            format: self.sub_type,
            text,
            editor_context: editor_context.map(Value::Object),
        })
    }
}

/// A fragment as it is answered.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FragmentAnswer {
    id: FragmentId,
    #[serde(flatten)]
    about: Described,
    #[serde(rename = "type")]
    kind: FragmentKind,
    channels: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_type: Option<FragmentFormat>,
    status: FragmentStatus,
    #[schemars(schema_with = "super::object")]
    fragment: Value,
    #[serde(flatten)]
    audit: Audited,
}

impl From<Fragment> for FragmentAnswer {
    fn from(fragment: Fragment) -> Self {
        let Fragment { id, what, status, audit, .. } = fragment;
        let mut fragment = told(what.kind, &what.text);
        if let Some(context) = what.editor_context {
            fragment["editorContext"] = context;
        }
        let channels = channel(what.kind);
        Self {
            id,
            about: what.about.into(),
            kind: what.kind,
            channels,
            sub_type: what.format,
            status,
            fragment,
            audit: audit.into(),
        }
    }
}

fn channel(kind: FragmentKind) -> &'static str {
    if kind == FragmentKind::Html { "email" } else { "shared" }
}

fn told(kind: FragmentKind, text: &str) -> Value {
    if kind == FragmentKind::Html { json!({ "content": text }) } else { json!({ "expression": text }) }
}

/// A page of fragments.
#[derive(Serialize, JsonSchema)]
pub struct Fragments {
    #[serde(rename = "_page")]
    page: LibraryPage,
    items: Vec<FragmentLine>,
    #[serde(rename = "_links")]
    links: LibraryLinks,
}

/// A fragment in a list.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FragmentLine {
    id: String,
    #[serde(flatten)]
    about: Described,
    #[serde(rename = "type")]
    kind: String,
    channels: String,
    status: String,
    #[serde(flatten)]
    audit: Audited,
    #[serde(rename = "self")]
    this: Href,
}

impl From<Line> for FragmentLine {
    fn from(line: Line) -> Self {
        let this = Href { href: format!("/fragments/{}", line.id) };
        let Line { id, about, kind, channel, status, audit } = line;
        Self { id, about: about.into(), kind, channels: channel, status, audit: audit.into(), this }
    }
}

/// `POST /content/fragments`: 201.
pub async fn create(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Body(written): Body<FragmentWritten>,
) -> Result<Response, Problem> {
    let made = engine.create_fragment(caller.sandbox(), written.read()?, caller.name()).await?;
    Ok(created("fragments", made.id.as_str(), &made.audit))
}

/// `GET /content/fragments`.
pub async fn list(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let listing = Listing::read(parameters)?;
    let Page { rows, next } = engine.list_fragments(caller.sandbox(), &listing.query).await?;
    let items: Vec<FragmentLine> = rows.into_iter().map(Into::into).collect();
    let (page, links) = listing.told("/fragments", next, items.len());
    Ok(typed(FRAGMENTS, Fragments { page, items, links }))
}

/// `GET /content/fragments/{fragmentId}`.
pub async fn find(State(engine): State<Engine>, Caller(caller): Caller, Id(id): Id) -> Result<Response, Problem> {
    let found = engine.find_fragment(caller.sandbox(), &id_of(&id)?).await?;
    let tag = etag(&found.audit);
    Ok((tag, typed(FRAGMENT, FragmentAnswer::from(found))).into_response())
}

/// `PUT /content/fragments/{fragmentId}`: 204.
pub async fn replace(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    headers: HeaderMap,
    Id(id): Id,
    Body(written): Body<FragmentWritten>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let revision = revision(&engine, &caller, &headers, &id).await?;
    let after = engine.replace_fragment(caller.sandbox(), &id, revision, written.read()?, caller.name()).await?;
    Ok((StatusCode::NO_CONTENT, etag(&after.audit)).into_response())
}

/// `PATCH /content/fragments/{fragmentId}`: 204.
pub async fn patch(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    headers: HeaderMap,
    Id(id): Id,
    ListBody(operations): ListBody<PatchOperation>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let revision = revision(&engine, &caller, &headers, &id).await?;
    let patch = patch::read(operations)?;
    let after = engine.patch_fragment(caller.sandbox(), &id, revision, patch, caller.name()).await?;
    Ok((StatusCode::NO_CONTENT, etag(&after.audit)).into_response())
}

/// Which fragment is to be published.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicationAsked {
    fragment_id: String,
}

/// `POST /content/fragments/publications`: 202. What came of it is there at once.
pub async fn publish(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Body(asked): Body<PublicationAsked>,
) -> Result<Response, Problem> {
    let unknown = || Failure::invalid("fragmentId", "unknown_fragment", "There is no such fragment.");
    let id: FragmentId = asked.fragment_id.parse().map_err(|_| unknown())?;
    match engine.publish_fragment(caller.sandbox(), &id, caller.name()).await.map_err(engine::Error::into_failure) {
        Ok(_) => {}
        Err(Failure::NotFound { .. }) => return Err(unknown().into()),
        Err(failure) => return Err(failure.into()),
    }
    let location = format!("/ajo/content/fragments/{id}/lastPublicationStatus");
    let headers = [(header::LOCATION, location), (header::RETRY_AFTER, "1".to_owned())];
    Ok((StatusCode::ACCEPTED, headers).into_response())
}

/// What contents get.
#[derive(Serialize, JsonSchema)]
pub struct LiveFragment {
    #[serde(rename = "type")]
    kind: FragmentKind,
    #[schemars(schema_with = "live_text")]
    fragment: Value,
}

fn live_text(_: &mut SchemaGenerator) -> Schema {
    let of = |name: &str| json!({ "type": "object", "required": [name], "properties": { name: { "type": "string" } } });
    json_schema!({ "anyOf": [of("content"), of("expression")] })
}

/// `GET /content/fragments/{fragmentId}/liveFragment`.
pub async fn live(State(engine): State<Engine>, Caller(caller): Caller, Id(id): Id) -> Result<Response, Problem> {
    let FragmentText { kind, text } = engine.live_fragment(caller.sandbox(), &id_of(&id)?).await?;
    Ok(typed(PUBLICATION, LiveFragment { kind, fragment: told(kind, &text) }))
}

/// What came of the last publication.
#[derive(Serialize, JsonSchema)]
pub struct LastPublication {
    status: PublicationStatus,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "problems")]
    errors: Vec<Value>,
}

fn problems(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": { "type": "object" } })
}

/// `GET /content/fragments/{fragmentId}/lastPublicationStatus`.
pub async fn status(State(engine): State<Engine>, Caller(caller): Caller, Id(id): Id) -> Result<Response, Problem> {
    let found = engine.find_fragment(caller.sandbox(), &id_of(&id)?).await?;
    let publication = found.publication.ok_or_else(|| Failure::not_found("publication"))?;
    let errors = publication.errors.0.iter().map(|Fault { path, code, text }| {
        json!({
            "type": format!("urn:hermod:error:{code}"),
            "title": text,
            "status": 400,
            "report": { "additionalContext": { "errorLevel": "ERROR", "path": path } }
        })
    });
    Ok(typed(PUBLICATION, LastPublication { status: publication.status, errors: errors.collect() }))
}

fn id_of(text: &str) -> Result<FragmentId, Failure> {
    text.parse().map_err(|_| Failure::not_found("fragment"))
}

/// The revision that the caller has read.
async fn revision(
    engine: &Engine,
    caller: &engine::api_clients::ApiCaller,
    headers: &HeaderMap,
    id: &FragmentId,
) -> Result<i64, Problem> {
    match if_match(headers)? {
        Some(revision) => Ok(revision),
        None => Ok(engine.find_fragment(caller.sandbox(), id).await?.audit.revision),
    }
}
