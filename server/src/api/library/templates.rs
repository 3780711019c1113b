//! Templates: `/content/templates`.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::id::TemplateId;
use domain::library::{Line, NewTemplate, Template, TemplateKind};
use domain::{Failure, Page};
use engine::Engine;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::listing::{Href, LibraryLinks, LibraryPage, Listing};
use super::patch::{self, PatchOperation};
use super::template_body::{self, content_of, given_of};
use super::{
    Audited, ContentSource, Described, OneChannel, TEMPLATE, TEMPLATES, about, created, etag, if_match, one_channel,
    typed,
};
use crate::api::Problem;
use crate::api::body::{Body, ListBody};
use crate::api::query::{Id, Parameters};
use crate::auth::Caller;

/// A template as callers write it. What else stands there is left out, so that an answer can be sent back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateWritten {
    name: String,
    #[serde(default)]
    description: Option<String>,
    template_type: TemplateKind,
    #[schemars(schema_with = "channels")]
    channels: OneChannel,
    #[serde(default)]
    source: Option<ContentSource>,
    /// Of the channel `code` alone, which we do not have.
    #[serde(default)]
    #[schemars(schema_with = "nothing")]
    sub_type: Option<Value>,
    #[serde(default)]
    parent_folder_id: Option<String>,
    /// Of `html`, `html_primary_page` and `html_sub_page`: `html`. Of `content`: the fields of the channel.
    #[schemars(schema_with = "template_body::schema")]
    template: Value,
}

fn channels(_: &mut SchemaGenerator) -> Schema {
    one_channel(&["email", "push", "sms"])
}

fn nothing(_: &mut SchemaGenerator) -> Schema {
    schemars::json_schema!({ "type": "null" })
}

/// A template as it is answered.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateAnswer {
    id: TemplateId,
    #[serde(flatten)]
    about: Described,
    template_type: TemplateKind,
    channels: &'static str,
    #[schemars(schema_with = "super::object")]
    template: Value,
    #[serde(flatten)]
    audit: Audited,
}

/// A page of templates.
#[derive(Serialize, JsonSchema)]
pub struct Templates {
    #[serde(rename = "_page")]
    page: LibraryPage,
    items: Vec<TemplateLine>,
    #[serde(rename = "_links")]
    links: LibraryLinks,
}

/// A template in a list.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateLine {
    id: String,
    #[serde(flatten)]
    about: Described,
    template_type: String,
    channels: String,
    #[serde(flatten)]
    audit: Audited,
    #[serde(rename = "self")]
    this: Href,
}

impl From<Line> for TemplateLine {
    fn from(line: Line) -> Self {
        let this = Href { href: format!("/templates/{}", line.id) };
        let Line { id, about, kind, channel, audit, .. } = line;
        Self { id, about: about.into(), template_type: kind, channels: channel, audit: audit.into(), this }
    }
}

impl From<Template> for TemplateAnswer {
    fn from(Template { id, what, audit }: Template) -> Self {
        let channels = what.channel();
        let template = given_of(&what);
        Self { id, about: what.about.into(), template_type: what.kind, channels, template, audit: audit.into() }
    }
}

impl TemplateWritten {
    fn read(self) -> Result<NewTemplate, Failure> {
        if self.sub_type.is_some_and(|it| !it.is_null()) {
            let text = "Only templates of the channel code have it, and there are none here.";
            return Err(Failure::invalid("subType", "unsupported_channel", text));
        }
        let content = content_of(self.template_type, &self.channels.0, &self.template)?;
        let about = about(self.name, self.description, self.parent_folder_id, self.source);
        Ok(NewTemplate { about, kind: self.template_type, content, given: Some(self.template) })
    }
}

/// `POST /content/templates`: 201.
pub async fn create(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Body(written): Body<TemplateWritten>,
) -> Result<Response, Problem> {
    let made = engine.create_template(caller.sandbox(), written.read()?, caller.name()).await?;
    Ok(created("templates", made.id.as_str(), &made.audit))
}

/// `GET /content/templates`.
pub async fn list(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let listing = Listing::read(parameters)?;
    let Page { rows, next } = engine.list_templates(caller.sandbox(), &listing.query).await?;
    let items: Vec<TemplateLine> = rows.into_iter().map(Into::into).collect();
    let (page, links) = listing.told("/templates", next, items.len());
    Ok(typed(TEMPLATES, Templates { page, items, links }))
}

/// `GET /content/templates/{templateId}`.
pub async fn find(State(engine): State<Engine>, Caller(caller): Caller, Id(id): Id) -> Result<Response, Problem> {
    let found = engine.find_template(caller.sandbox(), &id_of(&id)?).await?;
    let tag = etag(&found.audit);
    Ok((tag, typed(TEMPLATE, TemplateAnswer::from(found))).into_response())
}

/// `PUT /content/templates/{templateId}`: 204.
pub async fn replace(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    headers: HeaderMap,
    Id(id): Id,
    Body(written): Body<TemplateWritten>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let revision = revision(&engine, &caller, &headers, &id).await?;
    let after = engine.replace_template(caller.sandbox(), &id, revision, written.read()?, caller.name()).await?;
    Ok((StatusCode::NO_CONTENT, etag(&after.audit)).into_response())
}

/// `PATCH /content/templates/{templateId}`.
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
    let after = engine.patch_template(caller.sandbox(), &id, revision, patch, caller.name()).await?;
    let tag = etag(&after.audit);
    Ok((tag, axum::Json(TemplateAnswer::from(after))).into_response())
}

/// `DELETE /content/templates/{templateId}`: 204.
pub async fn delete(State(engine): State<Engine>, Caller(caller): Caller, Id(id): Id) -> Result<StatusCode, Problem> {
    engine.delete_template(caller.sandbox(), &id_of(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn id_of(text: &str) -> Result<TemplateId, Failure> {
    text.parse().map_err(|_| Failure::not_found("template"))
}

/// The revision that the caller has read.
async fn revision(
    engine: &Engine,
    caller: &engine::api_clients::ApiCaller,
    headers: &HeaderMap,
    id: &TemplateId,
) -> Result<i64, Problem> {
    match if_match(headers)? {
        Some(revision) => Ok(revision),
        None => Ok(engine.find_template(caller.sandbox(), id).await?.audit.revision),
    }
}
