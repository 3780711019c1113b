//! `GET /ajo/im/executions`, `GET /ajo/im/messages`, one message and its timeline.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{START, World};

/// Two calls a minute apart; the messages of the first are captured.
async fn two_calls() -> World {
    let world = World::new().await;
    world.trigger(&world.order("r-1", &["ann@example.com", "Ben@Example.com"])).await;
    world.engine.drain().await.unwrap();
    world.clock.advance(Duration::from_mins(1));
    world.trigger(&world.order("r-2", &["cleo@example.com"])).await;
    world
}

/// One field of each row.
fn each<'a>(answer: &'a Value, list: &str, field: &str) -> Vec<&'a str> {
    let rows = answer[list].as_array().unwrap_or_else(|| panic!("no {list}: {answer}"));
    rows.iter().map(|row| row[field].as_str().unwrap()).collect()
}

#[tokio::test]
async fn executions_are_listed_newest_first_and_filtered() {
    let world = two_calls().await;
    let campaign = world.campaign.clone();
    for (query, expected) in [
        (String::new(), vec!["r-2", "r-1"]),
        (format!("?campaignId={campaign}&status="), vec!["r-2", "r-1"]),
        ("?requestId=r-1".into(), vec!["r-1"]),
        ("?status=InProgress".into(), vec!["r-2"]),
        ("?status=Succeeded".into(), vec!["r-1"]),
        ("?status=Failed".into(), vec![]),
        ("?from=2026-12-01T09:00:30Z".into(), vec!["r-2"]),
        ("?to=2026-12-01T09:00:30".into(), vec!["r-1"]),
        ("?limit=1".into(), vec!["r-2"]),
    ] {
        let answer = world.get(&format!("/ajo/im/executions{query}")).await;
        assert_eq!((answer.status, each(&answer.json, "executions", "requestId")), (200, expected), "{query}");
    }
    let first = world.get("/ajo/im/executions?limit=1").await.json;
    let next = first["next"].as_str().unwrap();
    let second = world.get(&format!("/ajo/im/executions?limit=1&cursor={next}")).await.json;
    assert_eq!((each(&second, "executions", "requestId"), &second["next"]), (vec!["r-1"], &Value::Null));
}

#[tokio::test]
async fn messages_are_listed_newest_first_and_filtered() {
    let world = two_calls().await;
    let executions = world.get("/ajo/im/executions").await.json;
    let first = each(&executions, "executions", "executionId")[1].to_owned();
    for (query, expected) in [
        (String::new(), vec!["cleo@example.com", "Ben@Example.com", "ann@example.com"]),
        ("?state=queued".into(), vec!["cleo@example.com"]),
        ("?recipient=BEN".into(), vec!["Ben@Example.com"]),
        ("?requestId=r-2".into(), vec!["cleo@example.com"]),
        (format!("?executionId={first}"), vec!["ann@example.com", "Ben@Example.com"]),
        (format!("?campaignId={}&to=2026-12-01T09:00:01Z&limit=1", world.campaign), vec!["Ben@Example.com"]),
    ] {
        let answer = world.get(&format!("/ajo/im/messages{query}")).await;
        assert_eq!((answer.status, each(&answer.json, "messages", "address")), (200, expected), "{query}");
    }
}

#[tokio::test]
async fn a_filter_that_cannot_be_is_refused_at_its_own_name() {
    let world = World::new().await;
    for (path, parameter, code) in [
        ("/ajo/im/executions?campaign=x", "campaign", "bad_query"),
        ("/ajo/im/executions?campaignId=x", "campaignId", "bad_id"),
        ("/ajo/im/executions?status=queued", "status", "unknown_word"),
        ("/ajo/im/executions?from=monday", "from", "bad_time"),
        ("/ajo/im/executions?from=2026-12-02&to=2026-12-01", "to", "end_before_start"),
        ("/ajo/im/executions?cursor=msg_1", "cursor", "bad_id"),
        ("/ajo/im/executions?requestId=%00", "requestId", "control_character"),
        ("/ajo/im/messages?to=x", "to", "bad_time"),
        ("/ajo/im/messages?state=Succeeded", "state", "unknown_word"),
        ("/ajo/im/messages?limit=x", "limit", "out_of_range"),
        ("/ajo/im/messages?state=sent&state=failed", "state", "bad_query"),
    ] {
        let answer = world.get(path).await;
        assert_eq!((answer.refusal(), answer.fault().0), ((400, code), parameter), "{path}");
        assert!(answer.json["title"].as_str().unwrap().starts_with(parameter));
    }
}

#[tokio::test]
async fn a_message_tells_its_story_from_the_call_to_where_it_is_now() {
    let world = two_calls().await;
    let listed = world.get("/ajo/im/messages?recipient=ann").await.json["messages"][0].clone();
    let path = format!("/ajo/im/messages/{}", listed["messageId"].as_str().unwrap());
    assert_eq!(world.get(&path).await.json, listed);
    let story = world.get(&format!("{path}/timeline")).await.json;
    assert_eq!(story["messageId"], listed["messageId"]);
    assert_eq!(each(&story, "events", "event"), ["accepted", "checked", "rendered", "attempted", "state"]);
    let events = &story["events"];
    assert_eq!((&events[0]["at"], &events[0]["createdBy"]), (&json!(START), &json!("Shop backend")));
    assert_eq!(events[0]["executionId"], listed["executionId"]);
    assert_eq!(
        events[1]["checks"][0],
        json!({"code": "campaign_live", "passed": true, "text": events[1]["checks"][0]["text"]})
    );
    assert_eq!((&events[2]["subject"], &events[3]["outcome"]), (&json!("Order 1"), &json!("accepted")));
    assert_eq!((&events[4]["state"], &events[4]["reason"]), (&json!("captured"), &Value::Null));
}

#[tokio::test]
async fn a_message_of_nobody_is_not_found() {
    let world = World::new().await;
    for id in ["msg_01k00000000000000000000000", "x", "%ff", "%00", "UMA-01k00000000000000000000000"] {
        for path in ["", "/timeline", "/explanation"].map(|of| format!("/ajo/im/messages/{id}{of}")) {
            let answer = world.get(&path).await;
            assert_eq!((answer.refusal(), answer.fault().0), ((404, "message_not_found"), "messageId"), "{path}");
        }
        let answer = world.get(&format!("/ajo/im/executions/x{id}")).await;
        assert_eq!(answer.refusal(), (404, "execution_not_found"), "{id}");
    }
}

#[tokio::test]
async fn registered_devices_are_listed_and_found_by_their_person() {
    let world = World::new().await;
    for (user, token) in [("ann@example.com", "a"), ("ben@example.com", "b")] {
        let body =
            json!({"userId": user, "platform": "apns", "token": token, "kind": "activity", "activity": "order-1"});
        assert_eq!(world.post("/ajo/im/push-tokens", body.to_string()).await.status, 204);
    }
    let page = world.get("/ajo/im/push-tokens?limit=1").await.json;
    assert_eq!((page["pushTokens"].as_array().unwrap().len(), page["next"].is_string()), (1, true));
    let anns = world.get("/ajo/im/push-tokens?userId=Ann@example.com").await.json;
    let device = &anns["pushTokens"][0];
    assert_eq!((&device["token"], &device["activity"], &anns["next"]), (&json!("a"), &json!("order-1"), &json!(null)));
    let refused = json!({"userId": "ann@example.com", "platform": "fcm", "token": "a", "kind": "activityStart"});
    assert_eq!(world.post("/ajo/im/push-tokens", refused.to_string()).await.status, 400);
}
