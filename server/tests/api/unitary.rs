//! `POST /ajo/im/executions/unitary`.

use std::time::Duration;

use axum::http::Method;
use domain::sandbox::SandboxMode;
use serde_json::{Value, json};

use crate::support::{START, World, dev, recipient};

#[tokio::test]
async fn an_accepted_call_is_answered_as_in_the_contract() {
    let world = World::new().await;
    let answer = world.trigger(&world.order("r-1", &["ann@example.com"])).await;
    let execution = answer.json["executionId"].as_str().unwrap_or_default().to_owned();
    let message = answer.json["recipients"][0]["messageId"].as_str().unwrap_or_default().to_owned();
    assert!(message.starts_with("msg_"), "{answer:?}");
    assert!(execution.starts_with("UMA-"), "{answer:?}");
    assert_eq!(answer.status, 202);
    assert_eq!(
        answer.json,
        json!({
            "executionId": execution,
            "requestId": "r-1",
            "createdAt": START,
            "createdBy": "Shop backend",
            "modifiedAt": START,
            "modifiedBy": "Shop backend",
            "recipients": [{
                "userId": "ann@example.com", "namespace": "email", "messageId": message, "address": "ann@example.com"
            }]
        })
    );
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("idempotency-replayed"), "");
}

#[tokio::test]
async fn both_kinds_of_recipients_and_twenty_of_them_are_taken() {
    let world = World::new().await;
    let mut call = world.order("r-1", &[]);
    let mut people: Vec<Value> = (0..20).map(|n| recipient(&format!("p{n}@example.com"))).collect();
    people[0]["type"] = json!("aep");
    people[0]["mergePolicyName"] = json!("Default Timebased");
    people[1] = json!({
        "type": "aep", "userId": "customer-17", "namespace": "crm", "channelData": { "emailAddress": "c17@example.com" },
        "profile": { "person": { "name": { "firstName": "지민" } } }, "context": { "order": { "id": "A" } }
    });
    call["recipients"] = json!(people);
    assert_eq!(world.trigger(&call).await.status, 202);
}

#[tokio::test]
async fn the_same_call_again_gets_the_first_answer_and_says_so() {
    let world = World::new().await;
    let call = world.order("r-1", &["ann@example.com"]);
    let first = world.trigger(&call).await;
    world.clock.advance(Duration::from_hours(1));
    let again = world.trigger(&call).await;
    assert_eq!((again.status, &again.json), (202, &first.json));
    assert_eq!(again.header("idempotency-replayed"), "true");
    let path = format!("/ajo/im/executions/{}/messages", first.json["executionId"].as_str().unwrap());
    assert_eq!(world.get(&path).await.json["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn another_call_under_the_same_request_id_is_a_conflict() {
    let world = World::new().await;
    world.trigger(&world.order("r-1", &["ann@example.com"])).await;
    let other = world.trigger(&world.order("r-1", &["bob@example.com"])).await;
    assert_eq!(other.refusal(), (409, "request_id_reused"));
}

#[tokio::test]
async fn an_error_has_exactly_this_shape() {
    let world = World::new().await;
    let mut call = world.order("r-1", &["ann@example.com"]);
    call["recipients"][0]["context"] = json!({ "order": {} });
    let text = "The content needs context.order.id.";
    assert_eq!(
        world.trigger(&call).await.json,
        json!({
            "type": "urn:hermod:error:missing_variable",
            "title": format!("recipients[0].context.order.id: {text}"),
            "status": 400,
            "report": { "additionalContext": { "requestId": "r-1", "campaignId": world.campaign } },
            "code": "missing_variable",
            "faults": [{ "path": "recipients[0].context.order.id", "code": "missing_variable", "text": text }]
        })
    );
}

#[tokio::test]
async fn every_fault_of_a_call_has_its_code_and_json_path() {
    let world = World::new().await;
    let with = |change: fn(&mut Value)| {
        let mut call = world.order("r-1", &["ann@example.com"]);
        change(&mut call);
        call
    };
    let crowd: Vec<String> = (0..21).map(|n| format!("p{n}@example.com")).collect();
    let crowd: Vec<&str> = crowd.iter().map(String::as_str).collect();
    for (call, path, code) in [
        (with(|call| drop(call.as_object_mut().unwrap().remove("requestId"))), "requestId", "missing_field"),
        (with(|call| drop(call.as_object_mut().unwrap().remove("campaignId"))), "campaignId", "missing_field"),
        (with(|call| drop(call.as_object_mut().unwrap().remove("recipients"))), "recipients", "missing_field"),
        (with(|call| call["requestId"] = json!("")), "requestId", "required"),
        (with(|call| call["requestId"] = json!(17)), "requestId", "wrong_type"),
        (with(|call| call["recipients"][0]["type"] = json!("fax")), "recipients[0].type", "unknown_word"),
        (world.order("r-1", &[]), "recipients", "recipient_count"),
        (world.order("r-1", &crowd), "recipients", "recipient_count"),
        (world.order("r-1", &["ann@example.com", "ann@example.com"]), "recipients[1].userId", "duplicate_recipient"),
        (world.order("r-1", &["ann@example.com\r\nBcc: x@y.zz"]), "recipients[0].userId", "control_character"),
        (world.order("r-1", &["ann"]), "recipients[0].userId", "bad_email_address"),
        (
            with(|call| call["recipients"][0]["channelData"] = json!({ "emailAddress": "a b@c.de" })),
            "recipients[0].channelData.emailAddress",
            "bad_email_address",
        ),
        (
            with(|call| call["recipients"][0]["context"]["big"] = json!("y".repeat(200 * 1024))),
            "recipients[0].context",
            "context_too_large",
        ),
        (
            with(|call| call["recipients"][0]["profile"] = (0..32).fold(json!({}), |inner, _| json!({ "x": inner }))),
            "recipients[0].profile",
            "too_deep",
        ),
        (
            with(|call| call["recipients"][0]["context"] = json!({})),
            "recipients[0].context.order.id",
            "missing_variable",
        ),
        (
            with(|call| call["recipients"][0]["context"]["order"]["id"] = json!({ "a": 1 })),
            "recipients[0].context.order.id",
            "wrong_type",
        ),
    ] {
        let answer = world.trigger(&call).await;
        assert_eq!(answer.refusal(), (400, code), "{answer:?}");
        assert_eq!(answer.fault(), (path, code));
    }
}

#[tokio::test]
async fn all_faults_of_a_call_are_told_at_once() {
    let world = World::new().await;
    let mut call = world.order("r-1", &["ann", "bob@example.com", "bob@example.com"]);
    call["requestId"] = json!("");
    let faults = world.trigger(&call).await.json["faults"].clone();
    let paths: Vec<&str> = faults.as_array().unwrap().iter().map(|fault| fault["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["requestId", "recipients[0].userId", "recipients[2].userId"]);
}

#[tokio::test]
async fn a_list_in_place_of_an_object_is_no_call() {
    let world = World::new().await;
    let call = world.order("r-1", &["ann@example.com"]);
    let person = json!(["external", "ann@example.com", "email", null, null, { "order": { "id": 1 } }]);
    let mut with_list = call.clone();
    with_list["recipients"][0] = person;
    for (call, path) in
        [(json!([call["requestId"], call["campaignId"], call["recipients"]]), ""), (with_list, "recipients[0]")]
    {
        let answer = world.trigger(&call).await;
        assert_eq!((answer.refusal(), answer.fault()), ((400, "wrong_type"), (path, "wrong_type")));
    }
}

#[tokio::test]
async fn a_title_can_be_understood_alone() {
    let world = World::new().await;
    let mut call = world.order("r-1", &["ann@example.com"]);
    call["recipients"][0]["type"] = json!("fax");
    let title = world.trigger(&call).await.json["title"].clone();
    assert_eq!(title, "recipients[0].type: “fax” is not one of aep, external.");
    let mut call = world.order("", &["ann"]);
    let title = world.trigger(&call).await.json["title"].as_str().unwrap().to_owned();
    assert!(title.starts_with("requestId: ") && title.ends_with(" And one more fault."), "{title}");
    call["campaignId"] = json!("");
    let title = world.trigger(&call).await.json["title"].as_str().unwrap().to_owned();
    assert!(title.ends_with(" And 2 more faults."), "{title}");
}

#[tokio::test]
async fn a_refused_call_is_named_even_when_it_cannot_be_read_as_one() {
    let world = World::new().await;
    let mut call = world.order("r-1", &["ann@example.com"]);
    call["recipients"] = json!("ann@example.com");
    let context = json!({ "requestId": "r-1", "campaignId": world.campaign });
    assert_eq!(world.trigger(&call).await.json["report"]["additionalContext"], context);
    call["campaignId"] = json!(17);
    assert_eq!(world.trigger(&call).await.json["report"]["additionalContext"], json!({ "requestId": "r-1" }));
}

#[tokio::test]
async fn a_refusal_that_concerns_one_part_of_the_call_names_it() {
    let world = World::new().await;
    let first = world.order("r-1", &["ann@example.com"]);
    world.trigger(&first).await;
    let unknown = json!({ "requestId": "r-2", "campaignId": "cmp_0", "recipients": [recipient("ann@example.com")] });
    for (call, path, code) in [
        (world.order("r-1", &["bob@example.com"]), "requestId", "request_id_reused"),
        (unknown, "campaignId", "campaign_not_found"),
    ] {
        assert_eq!(world.trigger(&call).await.fault(), (path, code));
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_told_why() {
    let world = World::new().await;
    let broken = world.trigger_text("{\n  \"requestId\": oops").await;
    assert_eq!(broken.refusal(), (400, "malformed_json"));
    assert!(broken.json["title"].as_str().unwrap().contains("line 2 column 16"), "{broken:?}");
    let call = world.client(Method::POST, "/ajo/im/executions/unitary");
    let form = call.header("content-type", "text/plain").body("{}").send().await;
    assert_eq!((form.refusal(), form.fault().0), ((415, "wrong_content_type"), "content-type"));
    let huge = vec![b' '; 20 * 1024 * 1024];
    assert_eq!(world.trigger_text(huge.clone()).await.refusal(), (413, "body_too_large"));
    let call = world.client(Method::POST, "/ajo/im/executions/unitary").header("content-type", "application/json");
    assert_eq!(call.body(huge).send().await.refusal(), (413, "body_too_large"), "without its length");
}

#[tokio::test]
async fn the_largest_valid_call_is_taken() {
    let world = World::new().await;
    let mut call = world.order("r-1", &[]);
    let full = |n: usize| {
        let mut person = recipient(&format!("p{n}@example.com"));
        person["context"]["big"] = json!("y".repeat(204_700));
        person["profile"] = json!({ "big": "y".repeat(204_700) });
        person
    };
    call["recipients"] = (0..20).map(full).collect();
    assert_eq!(world.trigger(&call).await.status, 202);
}

#[tokio::test]
async fn many_slow_large_calls_are_refused_and_a_small_one_is_taken_beside_them() {
    let world = World::new().await;
    let mut slow = Vec::new();
    // Their bodies never come.
    let refused = loop {
        let (asked, reading) = tokio::sync::oneshot::channel();
        let body = futures::stream::once(async move {
            asked.send(()).unwrap();
            std::future::pending::<Result<Vec<u8>, std::io::Error>>().await
        });
        let call = world.client(Method::POST, "/ajo/im/executions/unitary");
        let call = call.header("content-type", "application/json").header("content-length", "9000000");
        let mut answer = Box::pin(call.body(axum::body::Body::from_stream(body)).send());
        tokio::select! {
            answer = &mut answer => break answer,
            read = reading => read.unwrap(),
        }
        slow.push(answer);
    };
    assert_eq!((slow.len(), refused.refusal(), refused.header("retry-after")), (29, (503, "unavailable"), "1"));
    assert_eq!(world.trigger(&world.order("r-1", &["ann@example.com"])).await.status, 202);
    slow.pop();
    let large = world.client(Method::POST, "/ajo/im/executions/unitary").header("content-length", "9000000");
    let large =
        large.header("content-type", "application/json").body(world.order("r-2", &["bob@example.com"]).to_string());
    assert_eq!(large.send().await.status, 202);
}

#[tokio::test]
async fn a_campaign_that_is_unknown_or_of_another_sandbox_is_not_found() {
    let world = World::new().await;
    let elsewhere = "kind: campaign\nsandbox: prod\nname: Elsewhere\ncategory: transactional\n";
    for id in ["cmp_01k00000000000000000000000".to_owned(), "nonsense".to_owned(), world.apply(elsewhere).await] {
        let mut call = world.order("r-1", &["ann@example.com"]);
        call["campaignId"] = json!(id);
        assert_eq!(world.trigger(&call).await.refusal(), (404, "campaign_not_found"));
    }
}

#[tokio::test]
async fn a_campaign_takes_calls_only_while_it_is_live() {
    let world = World::new().await;
    let campaign = |status: &str, schedule: &str| {
        format!(
            "kind: campaign\nname: Sale\ncategory: transactional\nconfiguration: Shop\nstatus: {status}\n\
             content:\n  subject: Sale\n  html: <p>Sale</p>\n{schedule}"
        )
    };
    let draft = world.apply(&campaign("draft", "")).await;
    let call = json!({ "requestId": "r-1", "campaignId": draft, "recipients": [recipient("ann@example.com")] });
    assert_eq!(world.trigger(&call).await.refusal(), (409, "campaign_not_live"));
    world.apply(&campaign("live", "schedule:\n  start: 2026-12-01T10:00\n  end: 2026-12-01T12:00\n")).await;
    assert_eq!(world.trigger(&call).await.refusal(), (409, "before_start"));
    world.clock.advance(Duration::from_hours(1));
    assert_eq!(world.trigger(&call).await.status, 202);
    world.clock.advance(Duration::from_hours(2));
    let mut late = call.clone();
    late["requestId"] = json!("r-2");
    assert_eq!(world.trigger(&late).await.refusal(), (409, "after_end"));
    // The call that was accepted in time gets its answer whenever it asks.
    assert_eq!(world.trigger(&call).await.status, 202);
}

#[tokio::test]
async fn a_stopped_campaign_takes_no_calls() {
    let world = World::new().await;
    world.engine.stop_campaign(&dev(), &world.campaign.parse().unwrap(), "test").await.unwrap();
    let answer = world.trigger(&world.order("r-1", &["ann@example.com"])).await;
    assert_eq!(answer.refusal(), (409, "campaign_not_live"));
}

#[tokio::test]
async fn what_was_accepted_is_delivered() {
    let world = World::new().await;
    assert_eq!(world.engine.find_sandbox(&dev()).await.unwrap().mode, SandboxMode::Capture);
    world.trigger(&world.order("r-1", &["ann@example.com", "bob@example.com"])).await;
    assert_eq!(world.engine.drain().await.unwrap(), 2);
}
