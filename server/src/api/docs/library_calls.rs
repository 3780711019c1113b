//! The calls of the content API.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::calls::{Answer, Body, Call, Door, Parameter, path, query, text};
use crate::api::library::fragments::{
    FragmentAnswer, FragmentWritten, Fragments, LastPublication, LiveFragment, PublicationAsked,
};
use crate::api::library::listing::LIMIT_MAX;
use crate::api::library::patch::PatchOperation;
use crate::api::library::templates::{TemplateAnswer, TemplateWritten, Templates};
use crate::api::library::{FRAGMENT, FRAGMENTS, PATCH, PUBLICATION, PUBLICATION_REQUEST, TEMPLATE, TEMPLATES};

const TEMPLATE_ID: Parameter = path("templateId", "The template.", text);
const FRAGMENT_ID: Parameter = path("fragmentId", "The fragment.", text);
const IF_MATCH: Parameter = Parameter {
    name: "If-Match",
    place: "header",
    about: "The `etag` of what was read; `*`: whatever it is.",
    schema: text,
};
const ORDER: Parameter = query("orderBy", "`-` or nothing before it: the greatest first; `+`: the least.", |_| {
    let names = ["modifiedAt", "createdAt", "name"];
    let words: Vec<String> = names.iter().flat_map(|name| ["", "-", "+"].map(|sign| format!("{sign}{name}"))).collect();
    json_schema!({ "type": "string", "enum": words, "default": "-modifiedAt" })
});
const LIMIT: Parameter = query(
    "limit",
    "Rows of the page.",
    |_| json_schema!({ "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": 20 }),
);
const START: Parameter = query("start", "`next` of the page before.", text);
const FILTERS: Parameter = query(
    "property",
    "Filters that hold together: `name~^test`, `id==tpl_…`, `createdAt>=2026-12-01T09:00:00Z`.",
    |_| json_schema!({ "type": "array", "items": { "type": "string" } }),
);
const CREATED: Answer =
    Answer { status: 201, about: "Where it is: `Location`; its id: `x-resource-id`; its `etag`.", schema: None };
const CHANGED: Answer = Answer { status: 204, about: "The new `etag`.", schema: None };

const fn body<T: JsonSchema>(media_type: &'static str) -> Body {
    Body { media_type, schema: SchemaGenerator::subschema_for::<T> }
}

const fn answer<T: JsonSchema>(about: &'static str) -> Answer {
    Answer { status: 200, about, schema: Some(SchemaGenerator::subschema_for::<T>) }
}

fn operations(sent: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": sent.subschema_for::<PatchOperation>() })
}

const fn call(
    method: &'static str,
    path: &'static str,
    operation: &'static str,
    summary: &'static str,
    parameters: &'static [Parameter],
    answers: &'static [Answer],
) -> Call {
    let refusals = &[400, 404];
    Call {
        method,
        path,
        operation,
        tag: "content",
        summary,
        about: "",
        door: Door::Client,
        parameters,
        body: None,
        answers,
        refusals,
    }
}

/// Refusals of a call with a body.
const NEW: &[u16] = &[400, 413, 415];
const CHANGE: &[u16] = &[400, 404, 409, 413, 415];

/// In the order of the page.
pub const CALLS: &[Call] = &[
    Call {
        about: "For email, push and sms. What our contents do not have is kept and answered as it came.",
        body: Some(body::<TemplateWritten>(TEMPLATE)),
        refusals: NEW,
        ..call("post", "/ajo/content/templates", "createTemplate", "Make a template", &[], &[CREATED])
    },
    Call {
        refusals: &[400],
        ..call(
            "get",
            "/ajo/content/templates",
            "getTemplates",
            "Templates",
            &[ORDER, LIMIT, START, FILTERS],
            &[answer::<Templates>("A page of templates.")],
        )
    },
    call(
        "get",
        "/ajo/content/templates/{templateId}",
        "getTemplate",
        "One template",
        &[TEMPLATE_ID],
        &[answer::<TemplateAnswer>("The template.")],
    ),
    Call {
        about: "Campaigns that were made from it stay as they are.",
        body: Some(body::<TemplateWritten>(TEMPLATE)),
        refusals: CHANGE,
        ..call(
            "put",
            "/ajo/content/templates/{templateId}",
            "putTemplate",
            "Change a template",
            &[TEMPLATE_ID, IF_MATCH],
            &[CHANGED],
        )
    },
    Call {
        about: "Name, description and folder (RFC 6902).",
        body: Some(Body { media_type: PATCH, schema: operations }),
        refusals: CHANGE,
        ..call(
            "patch",
            "/ajo/content/templates/{templateId}",
            "patchTemplate",
            "Rename, describe or move a template",
            &[TEMPLATE_ID, IF_MATCH],
            &[answer::<TemplateAnswer>("The template.")],
        )
    },
    call(
        "delete",
        "/ajo/content/templates/{templateId}",
        "deleteTemplate",
        "Delete a template",
        &[TEMPLATE_ID],
        &[Answer { status: 204, about: "It is not there any more.", schema: None }],
    ),
    Call {
        about: "As a draft: contents may name it once it is published.",
        body: Some(body::<FragmentWritten>(FRAGMENT)),
        refusals: NEW,
        ..call("post", "/ajo/content/fragments", "createFragment", "Make a fragment", &[], &[CREATED])
    },
    Call {
        refusals: &[400],
        ..call(
            "get",
            "/ajo/content/fragments",
            "getFragments",
            "Fragments",
            &[ORDER, LIMIT, START, FILTERS],
            &[answer::<Fragments>("A page of fragments.")],
        )
    },
    call(
        "get",
        "/ajo/content/fragments/{fragmentId}",
        "getFragment",
        "One fragment",
        &[FRAGMENT_ID],
        &[answer::<FragmentAnswer>("The fragment.")],
    ),
    Call {
        about: "Contents get it once it is published.",
        body: Some(body::<FragmentWritten>(FRAGMENT)),
        refusals: CHANGE,
        ..call(
            "put",
            "/ajo/content/fragments/{fragmentId}",
            "putFragment",
            "Change a fragment",
            &[FRAGMENT_ID, IF_MATCH],
            &[CHANGED],
        )
    },
    Call {
        about: "Name, description and folder (RFC 6902). A name by which a live campaign names it stays.",
        body: Some(Body { media_type: PATCH, schema: operations }),
        refusals: CHANGE,
        ..call(
            "patch",
            "/ajo/content/fragments/{fragmentId}",
            "patchFragment",
            "Rename, describe or move a fragment",
            &[FRAGMENT_ID, IF_MATCH],
            &[CHANGED],
        )
    },
    Call {
        about: "Live campaigns that name it say so from the next call on, other processes within a second. What came of it is \
            told at `Location`: a fragment that would break a live campaign is not published.",
        body: Some(body::<PublicationAsked>(PUBLICATION_REQUEST)),
        refusals: NEW,
        ..call(
            "post",
            "/ajo/content/fragments/publications",
            "publishFragment",
            "Publish a fragment",
            &[],
            &[Answer { status: 202, about: "It was looked at.", schema: None }],
        )
    },
    call(
        "get",
        "/ajo/content/fragments/{fragmentId}/liveFragment",
        "getLiveFragment",
        "What contents get of a fragment",
        &[FRAGMENT_ID],
        &[answer::<LiveFragment>("What was published last.")],
    ),
    call(
        "get",
        "/ajo/content/fragments/{fragmentId}/lastPublicationStatus",
        "getLastPublicationStatus",
        "What came of the last publication of a fragment",
        &[FRAGMENT_ID],
        &[answer::<LastPublication>("What came of it.")],
    ),
];

/// The type of an answer of these calls, as the contract names it.
pub fn media_type(call: &Call) -> &'static str {
    match (call.tag, call.operation) {
        ("content", "getTemplates") => TEMPLATES,
        ("content", "getTemplate") => TEMPLATE,
        ("content", "getFragments") => FRAGMENTS,
        ("content", "getFragment") => FRAGMENT,
        ("content", "getLiveFragment" | "getLastPublicationStatus") => PUBLICATION,
        _ => "application/json",
    }
}

/// What an answer of these calls has in its head.
pub fn headers(call: &Call, status: u16) -> &'static [&'static str] {
    match (call.tag, status, call.method) {
        ("content", 201, _) if call.operation == "addAsset" => &["x-resource-id", "Location"],
        ("content", 201, _) => &["x-resource-id", "Location", "etag"],
        ("content", 202, _) => &["Location", "Retry-After"],
        ("content", 204, "put" | "patch") | ("content", 200, "patch") => &["etag"],
        ("content", 200, _) if matches!(call.operation, "getTemplate" | "getFragment") => &["etag"],
        _ => &[],
    }
}
