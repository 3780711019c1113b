//! Who is let in to the execution API.

use std::time::Duration;

use axum::http::Method;
use serde_json::json;
use server::state::Settings;

use crate::support::{Call, World, dev};

const HEALTH: &str = "/ajo/im/health";
const UNITARY: &str = "/ajo/im/executions/unitary";

#[tokio::test]
async fn health_answers_a_caller_and_needs_no_sandbox() {
    let world = World::new().await;
    let answer = world.client(Method::GET, HEALTH).without("x-sandbox-name").send().await;
    assert_eq!((answer.status, answer.json), (200, json!({ "status": "ok" })));
    let wrong = world.client(Method::GET, HEALTH).header("x-sandbox-name", "prod").send().await;
    assert_eq!(wrong.refusal(), (401, "wrong_sandbox"));
}

#[tokio::test]
async fn each_header_of_the_contract_is_needed_exactly_once() {
    let world = World::new().await;
    for name in ["x-api-key", "x-gw-ims-org-id", "x-sandbox-name"] {
        let spoiled: [for<'a> fn(Call<'a>, &'static str) -> Call<'a>; 3] = [
            |call, name| call.without(name),
            |call, name| call.header(name, " "),
            |call, name| call.another(name, "second"),
        ];
        for spoil in spoiled {
            let answer = spoil(world.client(Method::POST, UNITARY), name).send().await;
            assert_eq!(answer.refusal(), (401, "missing_header"));
            assert_eq!(answer.fault(), (name, "missing_header"));
        }
    }
    let answer = world.client(Method::POST, UNITARY).another("authorization", "Bearer second").send().await;
    assert_eq!(answer.refusal(), (401, "missing_token"));
}

#[tokio::test]
async fn every_way_of_not_being_a_caller_has_its_code() {
    let world = World::new().await;
    let call = || world.client(Method::POST, UNITARY);
    let basic = format!("Basic {}", world.token);
    for (call, header, code) in [
        (call().without("authorization"), "authorization", "missing_token"),
        (call().header("authorization", &basic), "authorization", "missing_token"),
        (call().header("authorization", "Bearer x.y.z"), "authorization", "bad_token"),
        (call().header("x-api-key", "cli_0"), "x-api-key", "wrong_api_key"),
        (call().header("x-sandbox-name", "prod"), "x-sandbox-name", "wrong_sandbox"),
    ] {
        let answer = call.send().await;
        assert_eq!((answer.refusal(), answer.fault()), ((401, code), (header, code)));
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    world.clock.advance(Duration::from_secs(86_399));
    assert_eq!(call().send().await.refusal(), (401, "expired_token"));
}

#[tokio::test]
async fn a_revoked_client_is_out_at_once() {
    let world = World::new().await;
    assert_eq!(world.get(HEALTH).await.status, 200);
    world.engine.revoke_api_client(&dev(), &world.client.client_id).await.unwrap();
    assert_eq!(world.get(HEALTH).await.refusal(), (401, "revoked_client"));
}

#[tokio::test]
async fn an_organization_that_is_set_must_be_sent() {
    let world = World::with(Settings { organization: "shop@org".into(), ..Settings::default() }).await;
    assert_eq!(world.get(HEALTH).await.refusal(), (401, "wrong_organization"));
    let right = world.client(Method::GET, HEALTH).header("x-gw-ims-org-id", "shop@org");
    assert_eq!(right.send().await.status, 200);
}

#[tokio::test]
async fn who_is_not_let_in_is_told_so_before_the_body_is_read() {
    let world = World::new().await;
    let answer = world.client(Method::POST, UNITARY).without("authorization").body("{ not json").send().await;
    assert_eq!(answer.refusal(), (401, "missing_token"));
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_told_in_the_contracts_shape() {
    let world = World::new().await;
    for path in ["/ajo", "/ajo/im", "/ajo/im/executions/UMA-1/x", "/ims/token"] {
        let answer = world.get(path).await;
        assert_eq!(answer.refusal(), (404, "unknown_address"));
        assert_eq!(answer.json["title"], format!("There is nothing at {path}."));
    }
    for (method, path, allowed) in
        [(Method::GET, UNITARY, "POST"), (Method::DELETE, HEALTH, "GET,HEAD"), (Method::GET, "/ims/token/v3", "POST")]
    {
        let answer = world.client(method, path).send().await;
        assert_eq!(answer.refusal(), (405, "wrong_method"));
        assert_eq!(answer.header("allow"), allowed);
    }
}

#[tokio::test]
async fn the_request_id_of_a_gateway_is_kept_and_otherwise_made() {
    let world = World::new().await;
    let kept = world.client(Method::GET, HEALTH).header("x-request-id", "gw-17").send().await;
    assert_eq!(kept.header("x-request-id"), "gw-17");
    let made = world.get(HEALTH).await.header("x-request-id").to_owned();
    assert!(made.len() > 8);
    assert_ne!(world.get(HEALTH).await.header("x-request-id"), made);
    let hostile = world.client(Method::GET, HEALTH).header("x-request-id", &"x".repeat(129)).send().await;
    assert_ne!(hostile.header("x-request-id"), "x".repeat(129));
}
