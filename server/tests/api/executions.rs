//! `GET /ajo/im/executions/{executionId}` and its messages.

use axum::http::Method;
use serde_json::json;

use crate::support::{START, World};

async fn accepted(world: &World, people: &[&str]) -> String {
    let answer = world.trigger(&world.order("r-1", people)).await;
    format!("/ajo/im/executions/{}", answer.json["executionId"].as_str().unwrap())
}

#[tokio::test]
async fn an_execution_tells_its_state_in_the_contracts_words() {
    let world = World::new().await;
    let path = accepted(&world, &["ann@example.com", "bob@example.com"]).await;
    let answer = world.get(&path).await;
    let expected = |status: &str, waiting: i64, handed_over: i64| {
        json!({
            "executionId": path.rsplit('/').next(),
            "requestId": "r-1",
            "campaignId": world.campaign,
            "campaignName": "Order confirmation",
            "campaignVersion": 1,
            "createdAt": START,
            "createdBy": "Shop backend",
            "status": status,
            "messages": { "total": 2, "waiting": waiting, "handedOver": handed_over, "failed": 0, "excluded": 0, "excludedByReason": {}, "cancelled": 0 }
        })
    };
    assert_eq!((answer.status, answer.json), (200, expected("InProgress", 2, 0)));
    world.engine.drain().await.unwrap();
    assert_eq!(world.get(&path).await.json, expected("Succeeded", 0, 2));
}

#[tokio::test]
async fn the_messages_of_an_execution_tell_the_state_of_every_recipient() {
    let world = World::new().await;
    let path = accepted(&world, &["ann@example.com"]).await;
    world.engine.drain().await.unwrap();
    let answer = world.get(&format!("{path}/messages")).await;
    let id = answer.json["messages"][0]["messageId"].clone();
    assert!(id.as_str().is_some_and(|id| id.starts_with("msg_")));
    assert_eq!(
        answer.json,
        json!({
            "messages": [{
                "messageId": id,
                "executionId": path.rsplit('/').next(),
                "requestId": "r-1",
                "campaignId": world.campaign,
                "campaignName": "Order confirmation",
                "channel": "email", "kind": "campaign",
                "userId": "ann@example.com",
                "namespace": "email",
                "address": "ann@example.com",
                "subject": "Order 1",
                "state": "captured",
                "reason": null,
                "detail": null,
                "attempts": 1,
                "dueAt": null,
                "createdAt": START,
                "updatedAt": START
            }],
            "next": null
        })
    );
}

#[tokio::test]
async fn messages_come_in_pages_in_the_order_of_the_recipients() {
    let world = World::new().await;
    let people = ["a@example.com", "b@example.com", "c@example.com"];
    let path = accepted(&world, &people).await;
    let first = world.get(&format!("{path}/messages?limit=2")).await.json;
    let next = first["next"].as_str().unwrap();
    let second = world.get(&format!("{path}/messages?limit=2&cursor={next}")).await.json;
    let messages = [&first, &second].into_iter().flat_map(|page| page["messages"].as_array().unwrap());
    let addresses: Vec<&str> = messages.map(|message| message["address"].as_str().unwrap()).collect();
    assert_eq!((addresses.as_slice(), &second["next"]), (people.as_slice(), &json!(null)));
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused() {
    let world = World::new().await;
    let path = accepted(&world, &["ann@example.com"]).await;
    for (query, code) in [
        ("limit=0", "out_of_range"),
        ("limit=201", "out_of_range"),
        ("limit=-1", "out_of_range"),
        ("cursor=x", "bad_id"),
        ("limit=1&limit=2", "bad_query"),
    ] {
        assert_eq!(world.get(&format!("{path}/messages?{query}")).await.refusal(), (400, code), "{query}");
    }
}

#[tokio::test]
async fn what_waits_can_be_taken_back() {
    let world = World::new().await;
    let path = accepted(&world, &["ann@example.com", "bob@example.com"]).await;
    let cancel = async |path: String| world.client(Method::POST, &path).send().await;
    let message = world.get(&format!("{path}/messages")).await.json["messages"][0]["messageId"].clone();
    let message = format!("/ajo/im/messages/{}", message.as_str().unwrap());
    let one = cancel(format!("{message}/cancel")).await;
    assert_eq!((one.status, one.json), (200, json!({ "cancelled": 1 })));
    assert_eq!(cancel(format!("{path}/cancel")).await.json, json!({ "cancelled": 1 }));
    assert_eq!(cancel(format!("{path}/cancel")).await.json, json!({ "cancelled": 0 }));
    let shown = world.get(&message).await.json;
    assert_eq!((&shown["state"], &shown["detail"]), (&json!("cancelled"), &json!("By Shop backend.")));
    assert_eq!(world.get(&path).await.json["messages"]["cancelled"], 2);
    let nobody = cancel("/ajo/im/executions/x/cancel".to_owned()).await;
    assert_eq!(nobody.refusal(), (404, "execution_not_found"));
}

#[tokio::test]
async fn an_execution_of_nobody_or_of_another_sandbox_is_not_found() {
    let world = World::new().await;
    let path = accepted(&world, &["ann@example.com"]).await;
    let prod = world.engine.create_api_client(&"prod".parse().unwrap(), "Other", "test").await.unwrap();
    let token = world.engine.issue_token(prod.client_id.as_str(), &prod.client_secret).await.unwrap().token;
    for path in [path.clone(), format!("{path}/messages")] {
        let foreign = world.client(Method::GET, &path).header("authorization", &format!("Bearer {token}"));
        let foreign = foreign.header("x-api-key", prod.client_id.as_str()).header("x-sandbox-name", "prod");
        assert_eq!(foreign.send().await.refusal(), (404, "execution_not_found"));
        assert_eq!(world.anonymous(Method::GET, &path).send().await.refusal(), (401, "missing_token"));
    }
    for id in ["UMA-01k00000000000000000000000", "nonsense", "%00", "msg_01k00000000000000000000000"] {
        let answer = world.get(&format!("/ajo/im/executions/{id}")).await;
        assert_eq!(answer.refusal(), (404, "execution_not_found"), "{id}");
    }
}
