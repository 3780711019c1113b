//! The `OpenAPI` 3.1 document, made from the table of calls and the types that the handlers read and write.

use std::sync::LazyLock;

use schemars::SchemaGenerator;
use schemars::generate::{Contract, SchemaSettings};
use serde_json::{Map, Value, json};

use super::calls::{Answer, Body, Call, Door, Parameter, calls};
use super::library_calls;
use crate::api::problem::ProblemBody;

/// The document.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

/// The same, as it is served.
pub static TEXT: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", *DOCUMENT));

const ABOUT: &str = "Runs campaigns for an outside system. Addresses, headers and bodies are those of Adobe Journey \
    Optimizer's interactive messaging API; what Hermod adds is optional for callers. The manual is docs/api.md.";

fn document() -> Value {
    let mut sent = generator(Contract::Deserialize);
    let mut answered = generator(Contract::Serialize);
    let mut paths = Map::new();
    for call in calls() {
        let operation = operation(call, &mut sent, &mut answered);
        let path = paths.entry(call.path).or_insert_with(|| json!({}));
        path[call.method] = operation;
    }
    let problem = answered.subschema_for::<ProblemBody>();
    let mut schemas = answered.take_definitions(true);
    schemas.extend(sent.take_definitions(true));
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Hermod execution API", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT },
        "servers": [{ "url": "/" }],
        "tags": [{ "name": "token" }, { "name": "execution" }, { "name": "campaign" }, { "name": "message" }, { "name": "simulation" }, { "name": "audience" }, { "name": "profile" }, { "name": "suppression" }, { "name": "consent" }, { "name": "content" }, { "name": "health" }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": headers(),
            "responses": { "Refused": {
                "description": "Why not: see the table of codes.",
                "content": { "application/json": { "schema": problem } }
            }, "Unauthorized": {
                "description": "A header is missing, or says something wrong.",
                "headers": { "WWW-Authenticate": { "schema": { "type": "string" } } },
                "content": { "application/json": { "schema": problem } }
            }, "Later": {
                "description": "Send the same call again after `Retry-After` seconds.",
                "headers": { "Retry-After": { "schema": { "type": "integer" } } },
                "content": { "application/json": { "schema": problem } }
            }, "TokenRefused": {
                "description": "OAuth's shape of an error.",
                "content": { "application/json": { "schema": {
                    "type": "object",
                    "required": ["error", "error_description"],
                    "properties": { "error": { "type": "string" }, "error_description": { "type": "string" } }
                } } }
            } },
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } }
        }
    })
}

fn generator(contract: Contract) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
        settings.contract = contract;
    });
    settings.into_generator()
}

fn operation(call: &Call, sent: &mut SchemaGenerator, answered: &mut SchemaGenerator) -> Value {
    let mut parameters: Vec<Value> = call.parameters.iter().map(|it| parameter(it, sent)).collect();
    parameters.extend(headers_of(call.door).iter().map(|name| reference("parameters", name)));
    let mut responses: Map<String, Value> =
        call.answers.iter().map(|it| (it.status.to_string(), answer(it, call, answered))).collect();
    for (status, response) in refusals(call) {
        responses.insert(status.to_string(), reference("responses", response));
    }
    if call.path.ends_with("/errors")
        || call.path.ends_with("/export") && call.answers.iter().any(|it| it.schema.is_none())
    {
        responses["200"]["content"] = json!({ "text/csv": { "schema": { "type": "string" } } });
    }
    if call.path == "/healthz" {
        responses.insert("503".to_owned(), json!({ "description": "The database does not answer." }));
    }
    let mut operation = json!({
        "operationId": call.operation,
        "tags": [call.tag],
        "summary": call.summary,
        "description": call.about,
        "parameters": parameters,
        "responses": responses,
        "security": if call.door == Door::Open { json!([]) } else { json!([{ "token": [] }]) }
    });
    if let Some(Body { media_type, schema }) = &call.body {
        operation["requestBody"] = json!({ "required": true, "content": { *media_type: { "schema": schema(sent) } } });
    }
    operation
}

fn parameter(parameter: &Parameter, sent: &mut SchemaGenerator) -> Value {
    json!({
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place != "query",
        "description": parameter.about,
        "schema": (parameter.schema)(sent)
    })
}

fn answer(answer: &Answer, call: &Call, answered: &mut SchemaGenerator) -> Value {
    let door = call.door;
    let content = match answer.schema {
        Some(schema) => json!({ library_calls::media_type(call): { "schema": schema(answered) } }),
        // No content: it has no type.
        None if [201, 202, 204].contains(&answer.status) => json!({}),
        None => json!({ "text/plain": { "schema": { "type": "string" } } }),
    };
    let mut response = json!({ "description": answer.about, "content": content });
    if door == Door::Counted {
        let number = |about: &str| json!({ "description": about, "schema": { "type": "integer" } });
        response["headers"] = json!({
            "RateLimit-Limit": number("Calls of the limit that is reached first."),
            "RateLimit-Remaining": number("What is left of it."),
            "RateLimit-Reset": number("Seconds until all of it is there again.")
        });
    }
    for name in library_calls::headers(call, answer.status) {
        response["headers"][*name] = json!({ "schema": { "type": "string" } });
    }
    response
}

/// Status and the name of its response.
fn refusals(call: &Call) -> Vec<(u16, &'static str)> {
    let mut all: Vec<(u16, &str)> = call.refusals.iter().map(|status| (*status, "Refused")).collect();
    match call.door {
        Door::Open if call.tag == "token" => {
            all.extend([400, 401, 429, 500, 503].map(|status| (status, "TokenRefused")));
        }
        Door::Open => {}
        Door::Counted => all.extend([(401, "Unauthorized"), (429, "Later"), (500, "Refused"), (503, "Later")]),
        Door::Client | Door::ClientOfAnySandbox => {
            all.extend([(401, "Unauthorized"), (500, "Refused"), (503, "Later")]);
        }
    }
    all
}

fn headers_of(door: Door) -> &'static [&'static str] {
    match door {
        Door::Open => &[],
        Door::ClientOfAnySandbox => &["x-api-key", "x-gw-ims-org-id", "x-request-id"],
        Door::Counted | Door::Client => &["x-api-key", "x-gw-ims-org-id", "x-sandbox-name", "x-request-id"],
    }
}

fn headers() -> Value {
    let header = |name: &str, required: bool, about: &str| {
        json!({
            "name": name, "in": "header", "required": required, "description": about, "schema": { "type": "string" }
        })
    };
    json!({
        "x-api-key": header("x-api-key", true, "The client id."),
        "x-gw-ims-org-id":
            header("x-gw-ims-org-id", true, "Any value, unless `security.organization` is set."),
        "x-sandbox-name": header("x-sandbox-name", true, "The sandbox of the client."),
        "x-request-id": header("x-request-id", false, "Kept, and in every answer; made when it is missing.")
    })
}

fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}
