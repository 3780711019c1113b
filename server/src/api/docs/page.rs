//! The page: the document and the table of codes in HTML that needs nothing else.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::calls;
use super::errors::{ERRORS, statuses};
use super::openapi::DOCUMENT;
use crate::html::escaped;

/// The whole page; `theme` is the word of the console's theme.
pub fn html(theme: &str) -> String {
    format!("<!DOCTYPE html>\n<html lang=\"en\" data-theme=\"{theme}\">{}</html>\n", *INSIDE)
}

/// What the page says, the same in every theme.
static INSIDE: LazyLock<String> = LazyLock::new(inside);

fn inside() -> String {
    format!(
        "<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Hermod execution API</title><style>{css}</style></head><body><header><a href=\"/\">← Console</a></header>\
         <main><h1>Hermod execution API</h1><p>{about}</p><p><a href=\"/docs/openapi.json\">OpenAPI 3.1 document</a></p>\
         {contents}{first_call}{calls}{errors}{schemas}</main></body>",
        css = include_str!("page.css"),
        about = escaped(DOCUMENT["info"]["description"].as_str().unwrap_or_default()),
        contents = contents(),
        first_call = first_call(),
        calls = calls(),
        errors = errors(),
        schemas = schemas(),
    )
}

/// Method, path and operation of every call.
fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    calls::calls().map(|call| (call.method, call.path, &DOCUMENT["paths"][call.path][call.method]))
}

fn contents() -> String {
    let line = |(method, path, operation): (&str, &str, &Value)| {
        format!(
            "<li><a href=\"#{id}\">{summary}</a> <span class=\"hint\"><code>{method} {path}</code></span></li>",
            id = text(operation, "operationId"),
            summary = escaped(text(operation, "summary")),
            method = method.to_uppercase(),
            path = escaped(path),
        )
    };
    let calls: String = operations().map(line).collect();
    format!(
        "<nav aria-label=\"Contents\"><ul><li><a href=\"#first-call\">The first call</a></li>{calls}<li><a href=\"#errors\">Status codes: what to do</a></li>\
         <li><a href=\"#schemas\">Schemas</a></li></ul></nav>"
    )
}

/// The example that the manual begins with, so that both say the same.
fn first_call() -> String {
    let manual = include_str!("../../../../docs/api.md");
    let example = manual.split("```").nth(1).and_then(|block| block.strip_prefix("sh\n")).unwrap_or_default();
    format!(
        "<h2 id=\"first-call\">The first call</h2><p>An API client of the sandbox gives a token, the token opens every call. \
         The last step of a campaign's wizard shows this call with every value that its content reads.</p><pre>{}</pre>",
        escaped(example)
    )
}

fn calls() -> String {
    let calls: String = operations().map(|(method, path, operation)| call(method, path, operation)).collect();
    format!("<h2 id=\"calls\">Calls</h2>{calls}")
}

fn call(method: &str, path: &str, operation: &Value) -> String {
    let body = operation.pointer("/requestBody/content").map(|content| {
        let kinds = object(content).iter().map(|(kind, it)| format!("<code>{kind}</code> {}", type_of(&it["schema"])));
        format!("<p>Body: {}</p>", kinds.collect::<Vec<_>>().join(", "))
    });
    format!(
        "<section><h3 id=\"{id}\"><code><span class=\"method\">{method}</span> {path}</code></h3>\
         <p>{summary}.</p>{about}{parameters}{body}{answers}</section>",
        id = text(operation, "operationId"),
        path = escaped(path),
        summary = escaped(text(operation, "summary")),
        about = paragraph(text(operation, "description")),
        parameters = parameters(operation),
        body = body.unwrap_or_default(),
        answers = answers(operation),
    )
}

fn parameters(operation: &Value) -> String {
    let all = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows: String = all
        .iter()
        .map(|parameter| {
            let parameter = resolved(parameter);
            format!(
                "<tr><th scope=\"row\"><code>{}</code></th><td>{}{}</td><td>{}</td><td>{}</td></tr>",
                text(parameter, "name"),
                text(parameter, "in"),
                if parameter["required"] == true { ", required" } else { "" },
                type_of(&parameter["schema"]),
                marked(text(parameter, "description")),
            )
        })
        .collect();
    table(&["parameter", "place", "type", ""], &(authorization(operation) + &rows))
}

/// The row of the token. The document tells it as `security`, not as a parameter.
fn authorization(operation: &Value) -> String {
    if operation["security"].as_array().is_none_or(Vec::is_empty) {
        return String::new();
    }
    "<tr><th scope=\"row\"><code>Authorization</code></th><td>header, required</td><td>string</td>\
     <td><code>Bearer</code> and the token of <a href=\"#issueToken\">POST /ims/token/v3</a></td></tr>"
        .to_owned()
}

fn answers(operation: &Value) -> String {
    let row = |(status, answer): (&String, &Value)| {
        let answer = resolved(answer);
        let kind = answer.pointer("/content/application~1json/schema").map(type_of).unwrap_or_default();
        format!(
            "<tr><th scope=\"row\">{status}</th><td>{kind}</td><td>{}</td></tr>",
            marked(text(answer, "description"))
        )
    };
    table(&["status", "answer", ""], &object(&operation["responses"]).iter().map(row).collect::<String>())
}

fn errors() -> String {
    let rows: String = ERRORS
        .iter()
        .map(|row| {
            let codes: Vec<String> = row.codes.iter().map(|code| format!("<code>{code}</code>")).collect();
            format!(
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                statuses(row),
                codes.join(", "),
                marked(row.what_to_do),
                row.reuse.words()
            )
        })
        .collect();
    let table = table(&["status", "code", "what to do", "may I reuse the requestId?"], &rows);
    format!(
        "<h2 id=\"errors\">Status codes: what to do</h2><p>The code of a refusal is stable; its texts are for people. No \
         answer at all: send the very same call again, it is never done twice.</p>{table}"
    )
}

fn schemas() -> String {
    let all: String = object(&DOCUMENT["components"]["schemas"])
        .iter()
        .map(|(name, schema)| {
            format!(
                "<section><h3 id=\"schema-{name}\">{name}</h3>{about}{fields}<details><summary>JSON Schema</summary>\
                 <pre>{json}</pre></details></section>",
                about = paragraph(text(schema, "description")),
                fields = fields(schema),
                json = escaped(&format!("{schema:#}")),
            )
        })
        .collect();
    format!("<h2 id=\"schemas\">Schemas</h2>{all}")
}

fn fields(schema: &Value) -> String {
    let Some(fields) = schema["properties"].as_object() else { return String::new() };
    let is_required = |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|it| it == name));
    let rows: String = fields
        .iter()
        .map(|(name, field)| {
            format!(
                "<tr><th scope=\"row\"><code>{name}</code></th><td>{}</td><td>{}</td><td>{}</td></tr>",
                type_of(field),
                if is_required(name) { "always" } else { "may be left out" },
                marked(text(field, "description"))
            )
        })
        .collect();
    table(&["field", "type", "", ""], &rows)
}

/// A type in words, with a link to its schema.
fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    if let Some(words) = schema["enum"].as_array() {
        return words
            .iter()
            .map(|word| format!("<code>{}</code>", escaped(&word.to_string())))
            .collect::<Vec<_>>()
            .join(" ");
    }
    if let Some(any) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
        return any.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    }
    match &schema["type"] {
        Value::String(kind) if kind == "array" => format!("list of {}", type_of(&schema["items"])),
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => schema["const"].as_str().map_or_else(|| "any".to_owned(), |word| format!("<code>\"{word}\"</code>")),
    }
}

/// What a reference points to.
fn resolved(value: &Value) -> &Value {
    let path = value["$ref"].as_str().and_then(|path| path.strip_prefix('#'));
    path.and_then(|path| DOCUMENT.pointer(path)).unwrap_or(value)
}

fn table(columns: &[&str], rows: &str) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let head: String = columns.iter().map(|name| format!("<th scope=\"col\">{name}</th>")).collect();
    format!("<div class=\"wide\"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")
}

fn paragraph(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<p class=\"hint\">{}</p>", marked(text)) }
}

/// Escaped, with what stands in backquotes as code.
fn marked(text: &str) -> String {
    let part = |(position, part): (usize, &str)| {
        if position % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() }
    };
    escaped(text).split('`').enumerate().map(part).collect()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn object(value: &Value) -> &Map<String, Value> {
    static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    value.as_object().unwrap_or(&NONE)
}
