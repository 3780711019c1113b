//! `/docs`: the document, the page and the table of codes say what the router does.

use axum::http::Method;
use serde_json::Value;
use server::api::docs::{errors, openapi};

use crate::support::World;

const SNAPSHOT: &str = include_str!("../../../docs/openapi.json");
const MANUAL: &str = include_str!("../../../docs/api.md");
const ROUTER: &str = include_str!("../../src/router.rs");

#[test]
fn no_change_of_the_api_is_by_accident() {
    #[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
    if std::env::var("HERMOD_UPDATE_SNAPSHOTS").is_ok() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
        std::fs::write(file, openapi::TEXT.as_str()).unwrap();
        return;
    }
    let told =
        "docs/openapi.json is not what the code says. If that is meant, run this test with HERMOD_UPDATE_SNAPSHOTS=1.";
    assert!(SNAPSHOT == openapi::TEXT.as_str(), "{told}");
}

#[test]
fn the_manual_has_the_table_of_codes_that_the_page_has() {
    let table = errors::markdown();
    assert!(MANUAL.contains(&table), "put this table into docs/api.md:\n{table}");
}

#[test]
fn every_route_of_the_api_is_described() {
    let described: Vec<&String> = openapi::DOCUMENT["paths"].as_object().unwrap().keys().collect();
    let routes: Vec<&str> = ROUTER.split("route(\"/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(routes.len() > 10, "{routes:?}");
    // Paths are compared by their shape: the names of the ids differ.
    let shape = |path: &str| -> String {
        path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
    };
    let of_clients = |route: &str| {
        ["im/", "config/", "content/", "simulations/", "profiles", "consent"]
            .iter()
            .any(|start| route.starts_with(start))
    };
    let of_journeys = |route: &str| route.starts_with("imp/");
    for route in routes {
        let nest = match route {
            "token/v3" => "ims",
            route if of_clients(route) => "ajo",
            route if of_journeys(route) => "journey",
            _ => continue,
        };
        let path = shape(&format!("/{nest}/{route}"));
        assert!(described.iter().any(|known| shape(known) == path), "{path} is not described");
    }
}

#[tokio::test]
async fn every_described_call_is_there() {
    let world = World::new().await;
    for (path, methods) in openapi::DOCUMENT["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let parts = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
            let concrete = parts.collect::<Vec<_>>().join("/");
            let answer = world.client(method.clone(), &concrete).send().await;
            let code = answer.json["code"].as_str().unwrap_or_default();
            assert!(!["unknown_address", "wrong_method"].contains(&code), "{method} {path}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn document_and_page_need_no_token_and_load_nothing_from_elsewhere() {
    let world = World::new().await;
    let document = world.anonymous(Method::GET, "/docs/openapi.json").send().await;
    assert_eq!((document.status, document.header("content-type")), (200, "application/json"));
    assert_eq!(document.json["openapi"], "3.1.0");
    let page = world.anonymous(Method::GET, "/docs").send().await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    for elsewhere in ["src=", "<script", "<link", "url("] {
        assert!(!page.text.contains(elsewhere), "{elsewhere}");
    }
    for operation in openapi::DOCUMENT["paths"].as_object().unwrap().values().filter_map(Value::as_object).flatten() {
        let id = operation.1["operationId"].as_str().unwrap();
        assert!(page.text.contains(&format!("id=\"{id}\"")), "{id}");
    }
    for row in errors::ERRORS {
        assert!(row.codes.iter().all(|code| page.text.contains(&format!("<code>{code}</code>"))), "{row:?}");
    }
}

#[tokio::test]
async fn the_page_begins_with_a_whole_call_and_names_the_token_of_each() {
    let world = World::new().await;
    let page = world.anonymous(Method::GET, "/docs").send().await.text;
    let example = page.split_once("<pre>").unwrap().1.split_once("</pre>").unwrap().0;
    for part in ["/ims/token/v3", "Authorization: Bearer $TOKEN", "x-sandbox-name: dev", "&quot;campaignId&quot;"] {
        assert!(example.contains(part), "{part}");
    }
    let with_token = openapi::DOCUMENT["paths"].as_object().unwrap().values().filter_map(Value::as_object).flatten();
    let with_token = with_token.filter(|(_, operation)| operation["security"] != serde_json::json!([])).count();
    assert_eq!(page.matches("<code>Authorization</code>").count(), with_token);
}

#[tokio::test]
async fn the_page_has_the_theme_that_was_chosen_in_the_console() {
    let world = World::new().await;
    let page = world.anonymous(Method::GET, "/docs").header("cookie", "hermod_theme=dark").send().await;
    assert!(page.text.contains("<html lang=\"en\" data-theme=\"dark\">"));
    let hostile = world.anonymous(Method::GET, "/docs").header("cookie", "hermod_theme=\"><b>").send().await;
    assert!(hostile.text.contains("<html lang=\"en\" data-theme=\"system\">"));
}

#[test]
fn every_reference_points_to_something() {
    fn check(value: &Value) {
        match value {
            Value::Object(fields) => {
                if let Some(path) = fields.get("$ref").and_then(Value::as_str) {
                    let found = path.strip_prefix('#').and_then(|path| openapi::DOCUMENT.pointer(path));
                    assert!(found.is_some(), "{path}");
                }
                fields.values().for_each(check);
            }
            Value::Array(all) => all.iter().for_each(check),
            _ => {}
        }
    }
    check(&openapi::DOCUMENT);
}
