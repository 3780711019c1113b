//! `?dryRun=true`: what a call would do.

use serde_json::{Value, json};

use crate::support::{World, recipient};

const DRY: &str = "/ajo/im/executions/unitary?dryRun=true";

async fn try_out(world: &World, call: &Value) -> Value {
    let answer = world.post(DRY, call.to_string()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

#[tokio::test]
async fn a_call_that_is_tried_shows_every_mail_and_leaves_no_trace() {
    let world = World::new().await;
    let call = world.order("r-1", &["ann@example.com", "Ben@Example.com"]);
    let answer = try_out(&world, &call).await;
    assert_eq!((&answer["wouldAccept"], &answer["faults"]), (&json!(true), &json!([])));
    let ben = &answer["recipients"][1];
    assert_eq!((&ben["address"], &ben["wouldSend"]), (&json!("Ben@Example.com"), &json!(true)));
    assert_eq!(ben["rendered"]["subject"], "Order 1");
    assert!(ben["rendered"]["html"].as_str().unwrap().contains("Thank you for order 1."));
    assert!(ben["rendered"]["text"].as_str().unwrap().contains("Thank you for order 1."));
    let checks = ben["checks"].as_array().unwrap();
    assert!(checks.len() >= 5 && checks.iter().all(|check| check["passed"] == true), "{checks:?}");
    assert_eq!(world.get("/ajo/im/executions").await.json["executions"], json!([]));
    assert_eq!(world.engine.drain().await.unwrap(), 0);
    assert_eq!(world.trigger(&call).await.header("idempotency-replayed"), "", "the requestId was still free");
}

#[tokio::test]
async fn who_would_get_nothing_is_told_beside_who_would() {
    let world = World::new().await;
    let mut call = world.order("r-1", &["ann@example.com"]);
    let mut without = recipient("ben@example.com");
    without["context"] = json!({});
    call["recipients"].as_array_mut().unwrap().push(without);
    let answer = try_out(&world, &call).await;
    assert_eq!(answer["wouldAccept"], false);
    assert_eq!(answer["faults"][0]["path"], "recipients[1].context.order.id");
    assert_eq!(answer["recipients"][0]["wouldSend"], true);
    let ben = &answer["recipients"][1];
    assert_eq!((&ben["wouldSend"], &ben["rendered"]), (&json!(false), &Value::Null));
    let last = ben["checks"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["code"], &last["passed"]), (&json!("context_complete"), &json!(false)));
    assert_eq!(ben["reason"], "missing_variable");
    let (ann, ben) = (&answer["recipients"][0]["explanation"], &ben["explanation"]);
    assert_eq!((&ann["verdict"], &ben["verdict"]), (&json!("will_get"), &json!("does_not_get")));
    assert_eq!(ben["checks"].as_array().unwrap().last(), Some(&last));
}

#[tokio::test]
async fn a_campaign_that_has_not_started_can_be_tried() {
    let world = World::new().await;
    let id = world
        .apply(
            "kind: campaign\nname: Advent\ncategory: transactional\nconfiguration: Shop\nstatus: live\n\
             schedule: { start: '2026-12-24T00:00' }\ncontent: { subject: Advent, html: '<p>1</p>' }\n",
        )
        .await;
    let mut call = world.order("r-1", &["ann@example.com"]);
    call["campaignId"] = json!(id);
    let answer = try_out(&world, &call).await;
    assert_eq!((&answer["wouldAccept"], &answer["faults"][0]["code"]), (&json!(false), &json!("before_start")));
    let ann = &answer["recipients"][0];
    assert_eq!((&ann["wouldSend"], &ann["reason"]), (&json!(false), &json!("before_start")));
    assert_eq!((&ann["checks"][0]["passed"], &ann["rendered"]["subject"]), (&json!(false), &json!("Advent")));
}

#[tokio::test]
async fn what_makes_no_call_is_refused_when_it_is_tried_too() {
    let world = World::new().await;
    let twice = world.order("r-1", &["ann@example.com", "ANN@example.com"]);
    assert_eq!(world.post(DRY, twice.to_string()).await.refusal(), (400, "duplicate_recipient"));
    let good = world.order("r-1", &["ann@example.com"]).to_string();
    let door = "/ajo/im/executions/highthroughput?dryRun=true";
    assert_eq!(world.post(door, good.clone()).await.refusal(), (400, "unitary_campaign"));
    for query in ["dryRun", "dryRun=", "dryRun=yes", "dryrun=true", "dryRun=true&dryRun=true"] {
        let answer = world.post(&format!("/ajo/im/executions/unitary?{query}"), good.clone()).await;
        assert_eq!(answer.refusal(), (400, "bad_query"), "{query}: a misspelt dry run must not send");
    }
}
