//! `POST /ajo/im/executions/highthroughput`, and campaigns at the wrong door.

use serde_json::{Value, json};

use crate::support::{World, dev, opted_in};

fn campaign(name: &str, category: &str, more: &str) -> String {
    format!(
        "kind: channel-configuration\nname: {name}\ncategory: {category}\nstatus: active\nfromName: Shop\n\
         fromAddress: shop@example.com\ntransport: {{ kind: capture }}\n---\nkind: campaign\nname: {name}\n\
         category: {category}\nconfiguration: {name}\nstatus: live\n{more}content: {{ subject: Code, html: '<p>1</p>' }}\n"
    )
}

async fn codes(world: &World) -> String {
    world.apply(&campaign("Codes", "transactional", "highThroughput: true\n")).await
}

fn call(campaign: &str, request_id: &str) -> Value {
    json!({
        "requestId": request_id, "campaignId": campaign,
        "recipients": [{ "type": "external", "userId": "ann@example.com", "namespace": "email" }]
    })
}

#[tokio::test]
async fn a_high_throughput_execution_carries_its_prefix_wherever_it_is_shown() {
    let world = World::new().await;
    let answer = world.trigger_high_throughput(&call(&codes(&world).await, "c-1")).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    let id = answer.json["executionId"].as_str().unwrap();
    assert!(id.starts_with("HUMA-"));
    let path = format!("/ajo/im/executions/{id}");
    assert_eq!(world.get(&path).await.json["executionId"], id);
    let messages = world.get(&format!("{path}/messages")).await.json;
    assert_eq!(messages["messages"][0]["executionId"], id);
}

#[tokio::test]
async fn a_profile_that_is_stored_elsewhere_is_no_high_throughput_recipient() {
    let world = World::new().await;
    let mut call = call(&codes(&world).await, "c-1");
    call["recipients"][0]["type"] = json!("aep");
    let answer = world.trigger_high_throughput(&call).await;
    assert_eq!((answer.refusal(), answer.fault()), ((400, "external_only"), ("recipients[0].type", "external_only")));
}

#[tokio::test]
async fn a_call_at_the_wrong_door_is_told_the_right_one() {
    let world = World::new().await;
    let list = "{\"userId\":\"ann@example.com\"}\n";
    world.engine.import_audience(&dev(), "Readers", list.as_bytes(), opted_in(), "test").await.unwrap();
    let news = world.apply(&campaign("News", "marketing", "audience: { name: Readers }\n")).await;
    let codes = codes(&world).await;
    let title = |answer: &crate::support::Answer| answer.json["title"].as_str().unwrap().to_owned();
    let fast_at_unitary = world.trigger(&call(&codes, "c-1")).await;
    assert_eq!(fast_at_unitary.refusal(), (400, "high_throughput_campaign"));
    assert!(title(&fast_at_unitary).contains("POST /ajo/im/executions/highthroughput"));
    let slow_at_fast = world.trigger_high_throughput(&world.order("r-1", &["ann@example.com"])).await;
    assert_eq!(slow_at_fast.refusal(), (400, "unitary_campaign"));
    assert!(title(&slow_at_fast).contains("POST /ajo/im/executions/unitary"));
    for answer in [world.trigger(&call(&news, "n-1")).await, world.trigger_high_throughput(&call(&news, "n-1")).await] {
        assert_eq!((answer.refusal(), answer.fault().0), ((400, "marketing_campaign"), "campaignId"));
        assert!(title(&answer).contains("POST /ajo/im/executions/audience"));
    }
}
