//! Calls for an audience, and schedules, in the contract's words.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, START, World, dev, opted_in};

const NEWS: &str = "kind: channel-configuration
name: News
category: marketing
status: active
fromName: Shop
fromAddress: shop@example.com
transport:
  kind: capture
---
kind: campaign
name: News
category: marketing
configuration: News
status: live
audience:
  name: Readers
content:
  subject: 'Offer {{ context.offer }}'
  html: '<p>Hello {{ profile.name | default(value=\"you\") }}</p>'
";

/// A world with a live marketing campaign for two readers, and its id.
async fn world() -> (World, String, String) {
    let world = World::new().await;
    let list = "{\"userId\":\"ann@example.com\",\"profile\":{\"name\":\"Ann\"}}\n{\"userId\":\"ben@example.com\"}\n";
    let audience = world.engine.import_audience(&dev(), "Readers", list.as_bytes(), opted_in(), "test").await.unwrap();
    let campaign = world.apply(NEWS).await;
    (world, campaign, audience.audience_id.to_string())
}

async fn call(world: &World, body: &Value) -> Answer {
    let call = world.client(Method::POST, "/ajo/im/executions/audience");
    call.header("content-type", "application/json").body(body.to_string()).send().await
}

fn tea(campaign: &str) -> Value {
    json!({"requestId": "r-1", "campaignId": campaign, "context": {"offer": "tea"}})
}

#[tokio::test]
async fn a_run_is_accepted_and_tells_how_far_it_is() {
    let (world, campaign, audience) = world().await;
    let accepted = call(&world, &tea(&campaign)).await;
    assert_eq!(accepted.status, 202, "{}", accepted.text);
    assert!(!accepted.header("ratelimit-remaining").is_empty(), "it is counted like every trigger call");
    let id = accepted.json["executionId"].as_str().unwrap();
    assert!(id.starts_with("CMA-"));
    assert_eq!((&accepted.json["requestId"], &accepted.json["createdAt"]), (&json!("r-1"), &json!(START)));
    let path = format!("/ajo/im/executions/audience/{id}");
    let status = |status: &str, sent: i64, waiting: i64| {
        json!({
            "executionId": id, "campaignId": campaign, "audienceId": audience, "status": status,
            "targetedProfileCount": 2, "targetedIsFinal": true, "createdAt": START, "requestId": "r-1", "campaignVersion": 1,
            "targeted": 2, "sent": sent, "failed": 0, "excluded": 0, "excludedByReason": {}, "cancelled": 0, "waiting": waiting
        })
    };
    assert_eq!(world.get(&path).await.json, status("InProgress", 0, 2));
    world.engine.expand_runs().await.unwrap();
    world.engine.drain().await.unwrap();
    world.clock.advance(Duration::from_secs(3));
    assert_eq!(world.get(&path).await.json, status("Succeeded", 2, 0));
    let again = call(&world, &tea(&campaign)).await;
    assert_eq!((again.status, again.header("idempotency-replayed"), &again.json), (202, "true", &accepted.json));
    let unitary = world.trigger(&world.order("r-1", &["ann@example.com"])).await;
    let other = format!("/ajo/im/executions/audience/{}", unitary.json["executionId"].as_str().unwrap());
    assert_eq!(world.get(&other).await.refusal(), (404, "execution_not_found"));
}

#[tokio::test]
async fn a_run_of_later_is_a_schedule_that_can_be_deleted_before_its_time() {
    let (world, campaign, audience) = world().await;
    let mut body = tea(&campaign);
    body["schedule"] = json!({"executeAt": "2026-12-01T10:00:00+00:00"});
    body["audience"] = json!({"id": audience});
    let accepted = call(&world, &body).await;
    let id = accepted.json["scheduleId"].as_str().unwrap().to_owned();
    let expected = json!({
        "scheduleId": id, "audience": {"id": audience}, "campaignId": campaign, "executeAt": "2026-12-01T10:00:00.000Z",
        "scheduleStatus": "Scheduled", "requestId": "r-1", "state": "scheduled", "createdAt": START,
        "createdBy": "Shop backend"
    });
    assert_eq!((accepted.status, &accepted.json), (202, &expected));
    let path = format!("/ajo/im/executions/schedules/{id}");
    assert_eq!(world.get(&path).await.json, expected);
    let deleted = world.client(Method::DELETE, &path).send().await;
    assert_eq!((deleted.status, deleted.json), (200, json!({})));
    for answer in [world.get(&path).await, world.client(Method::DELETE, &path).send().await] {
        assert_eq!(answer.refusal(), (404, "schedule_not_found"));
        assert_eq!(answer.fault().0, "scheduleId");
    }
}

#[tokio::test]
async fn a_schedule_whose_time_has_come_tells_of_its_execution() {
    let (world, campaign, _) = world().await;
    let mut body = tea(&campaign);
    body["schedule"] = json!({"executeAt": "2026-12-01T10:00:00Z"});
    let id = call(&world, &body).await.json["scheduleId"].as_str().unwrap().to_owned();
    world.clock.advance(Duration::from_hours(1));
    assert_eq!(world.engine.fire_schedules().await.unwrap(), 1);
    let path = format!("/ajo/im/executions/schedules/{id}");
    let answer = world.get(&path).await.json;
    assert_eq!((&answer["scheduleStatus"], &answer["state"]), (&json!("Triggered"), &json!("triggered")));
    let details = &answer["executionDetails"];
    assert_eq!((&details["status"], &details["targetedProfileCount"]), (&json!("InProgress"), &json!(2)));
    let late = world.client(Method::DELETE, &path).send().await;
    assert_eq!(late.refusal(), (409, "schedule_over"));
}

#[tokio::test]
async fn a_call_that_is_tried_shows_what_the_first_members_would_get_and_runs_nothing() {
    let (world, campaign, _) = world().await;
    let try_out = async |body: &Value| {
        let call = world.client(Method::POST, "/ajo/im/executions/audience?dryRun=true");
        let answer = call.header("content-type", "application/json").body(body.to_string()).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json
    };
    let answer = try_out(&tea(&campaign)).await;
    assert_eq!((&answer["wouldAccept"], &answer["faults"]), (&json!(true), &json!([])));
    let told: Vec<_> = answer["recipients"].as_array().unwrap().iter().map(|it| &it["rendered"]["html"]).collect();
    assert_eq!(told, ["<p>Hello Ann</p>", "<p>Hello you</p>"]);
    assert_eq!(answer["recipients"][0]["rendered"]["subject"], "Offer tea");
    let mut wrong = tea(&campaign);
    wrong["context"] = json!({});
    let answer = try_out(&wrong).await;
    assert_eq!(answer["faults"][0]["path"], "context.offer");
    assert_eq!(answer["recipients"][0]["reason"], "missing_variable");
    wrong = tea(&campaign);
    wrong["audience"] = json!({"id": "aud_x"});
    let answer = try_out(&wrong).await;
    assert_eq!((&answer["wouldAccept"], &answer["recipients"]), (&json!(false), &json!([])));
    assert_eq!(answer["faults"][0]["code"], "audience_not_found");
    assert_eq!(world.get("/ajo/im/executions").await.json["executions"], json!([]));
    assert_eq!(world.engine.expand_runs().await.unwrap(), 0);
    let misspelt = world.client(Method::POST, "/ajo/im/executions/audience?dryrun=true");
    let answer = misspelt.header("content-type", "application/json").body(tea(&campaign).to_string()).send().await;
    assert_eq!(answer.refusal(), (400, "bad_query"));
}

#[tokio::test]
async fn every_refusal_names_its_place() {
    let (world, campaign, _) = world().await;
    let with = |more: Value| {
        let mut body = tea(&campaign);
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let deep: Value =
        serde_json::from_str(&format!("{}{}{}", r#"{"offer":"#, "[".repeat(40), "]".repeat(40) + "}")).unwrap();
    for (body, status, path, code) in [
        (with(json!({"campaignId": world.campaign})), 400, "campaignId", "unitary_campaign"),
        (with(json!({"campaignId": "cmp_x"})), 404, "campaignId", "campaign_not_found"),
        (with(json!({"audience": {"id": "aud_x"}})), 404, "audience.id", "audience_not_found"),
        (with(json!({"audience": {}})), 400, "audience.id", "missing_field"),
        (with(json!({"audience": ["aud_x"]})), 400, "audience", "wrong_type"),
        (with(json!({"context": {}})), 400, "context.offer", "missing_variable"),
        (with(json!({"context": {"offer": "x".repeat(300_000)}})), 400, "context", "context_too_large"),
        (with(json!({"context": deep})), 400, "context", "too_deep"),
        (with(json!({"schedule": {"executeAt": "noon"}})), 400, "schedule.executeAt", "bad_time"),
        (with(json!({"schedule": {}})), 400, "schedule.executeAt", "missing_field"),
        (with(json!({"schedule": {"executeat": "2030-01-01T00:00:00Z"}})), 400, "schedule.executeAt", "missing_field"),
        (with(json!({"recipients": [{"userId": "ann@example.com"}]})), 400, "recipients", "not_recipients"),
        (with(json!({"requestId": ""})), 400, "requestId", "required"),
    ] {
        let answer = call(&world, &body).await;
        assert_eq!(answer.refusal(), (status, code), "{}", answer.text);
        assert_eq!(answer.fault().0, path);
    }
}
