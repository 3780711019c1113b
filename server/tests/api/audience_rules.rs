//! Audiences themselves over the API: rules, members, estimates; and runs that are paused.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, World, dev};

const AUDIENCES: &str = "/ajo/audiences";

/// A world with three people, two of them in Seoul.
async fn world() -> World {
    let world = World::new().await;
    for (user, city) in [("ann", "Seoul"), ("ben", "Seoul"), ("cho", "Busan")] {
        let person = json!({
            "identities": [{"namespace": "email", "userId": format!("{user}@example.com")}], "attributes": {"city": city},
        });
        world.engine.upsert_profile(&dev(), serde_json::from_value(person).unwrap(), "Web shop").await.unwrap();
    }
    world
}

fn in_seoul() -> Value {
    json!({"type": "attribute", "path": "city", "operator": "equals", "value": "seoul"})
}

async fn put(world: &World, path: &str, body: &Value) -> Answer {
    let call = world.client(Method::PUT, path).header("content-type", "application/json");
    call.body(body.to_string()).send().await
}

async fn create(world: &World, body: &Value) -> Answer {
    world.post(AUDIENCES, body.to_string()).await
}

#[tokio::test]
async fn an_audience_is_created_found_changed_and_deleted() {
    let world = world().await;
    let created = create(&world, &json!({"name": "Seoul", "rule": in_seoul()})).await;
    assert_eq!(created.status, 201, "{created:?}");
    let path = format!("{AUDIENCES}/{}", created.json["id"].as_str().unwrap());
    assert_eq!((&created.json["kind"], &created.json["rule"]), (&json!("rule"), &in_seoul()));
    assert_eq!(world.get(&path).await.json, created.json);
    assert_eq!(world.get(AUDIENCES).await.json["audiences"], json!([created.json]));
    let changed = put(&world, &path, &json!({"name": "All", "rule": {"type": "all", "of": []}, "revision": 1})).await;
    assert_eq!((changed.status, &changed.json["revision"]), (200, &json!(2)), "{changed:?}");
    let late = put(&world, &path, &json!({"name": "Late", "rule": in_seoul(), "revision": 1})).await;
    assert_eq!(late.refusal(), (409, "changed_meanwhile"));
    let list = put(&world, &path, &json!({"name": "List"})).await;
    assert_eq!(list.refusal(), (400, "wrong_kind"));
    assert_eq!(world.client(Method::DELETE, &path).send().await.status, 204);
    assert_eq!(world.get(&path).await.refusal(), (404, "audience_not_found"));
}

#[tokio::test]
async fn what_is_wrong_with_a_rule_is_told_with_its_path() {
    let world = world().await;
    for (rule, code, path) in [
        (json!({"type": "not", "of": {"type": "identity", "namespace": ""}}), "required", "rule.of.namespace"),
        (
            json!({"type": "any", "of": [{"type": "member", "audienceId": "aud_0"}]}),
            "unknown_audience",
            "rule.of[0].audienceId",
        ),
        (json!({"type": "consent", "channel": "push", "choice": "in"}), "wrong_channel", "rule.channel"),
    ] {
        let refused = create(&world, &json!({"name": "Wrong", "rule": rule})).await;
        assert_eq!((refused.status, &refused.json["faults"][0]["path"]), (400, &json!(path)), "{refused:?}");
        assert_eq!(refused.json["faults"][0]["code"], code);
        let tried = world.post(&format!("{AUDIENCES}/estimate"), json!({"rule": rule}).to_string()).await;
        assert_eq!(tried.json["faults"][0]["path"], path, "an estimate says the same: {tried:?}");
    }
    let twice = json!({"name": "Seoul", "rule": in_seoul()});
    create(&world, &twice).await;
    assert_eq!(create(&world, &twice).await.refusal(), (400, "name_taken"));
    let unknown = create(&world, &json!({"name": "Slip", "rule": {"type": "everybody"}})).await;
    assert_eq!(unknown.status, 400, "{unknown:?}");
}

#[tokio::test]
async fn an_estimate_counts_and_masks_and_members_come_page_by_page() {
    let world = world().await;
    let estimate = world.post(&format!("{AUDIENCES}/estimate"), json!({"rule": in_seoul()}).to_string()).await;
    assert_eq!((estimate.status, &estimate.json["members"], &estimate.json["profiles"]), (200, &json!(2), &json!(3)));
    assert!(!estimate.text.contains("ann@example.com"), "{}", estimate.text);
    let created = create(&world, &json!({"name": "Seoul", "rule": in_seoul()})).await;
    let path = format!("{AUDIENCES}/{}/members?limit=1", created.json["id"].as_str().unwrap());
    let first = world.get(&path).await;
    let next = first.json["next"].as_str().unwrap().to_owned();
    let second = world.get(&format!("{path}&cursor={next}")).await;
    let email = |page: &Answer| page.json["members"][0]["email"].as_str().unwrap().to_owned();
    let mut both = [email(&first), email(&second)];
    both.sort();
    assert_eq!(both, ["ann@example.com", "ben@example.com"]);
}

#[tokio::test]
async fn a_run_by_a_rule_counts_as_it_goes_and_can_be_paused() {
    let world = world().await;
    let created = create(&world, &json!({"name": "Readers", "rule": in_seoul()})).await;
    let campaign = world
        .apply(
            "kind: channel-configuration\nname: News\ncategory: marketing\nstatus: active\nfromName: Shop\n\
             fromAddress: shop@example.com\ntransport:\n  kind: capture\n---\nkind: campaign\nname: News\n\
             category: marketing\nconfiguration: News\nstatus: live\naudience:\n  name: Readers\n  callMayOverride: false\n\
             content:\n  subject: Offer\n  html: '<p>Hello</p>'\n",
        )
        .await;
    let call = |body: Value| {
        let call = world.client(Method::POST, "/ajo/im/executions/audience");
        call.header("content-type", "application/json").body(body.to_string()).send()
    };
    let other = call(json!({"campaignId": campaign, "audience": {"id": "aud_00000000000000000000000000"}})).await;
    assert_eq!(other.refusal(), (400, "audience_fixed"));
    let accepted = call(json!({"campaignId": campaign, "audience": {"id": created.json["id"]}})).await;
    let id = accepted.json["executionId"].as_str().unwrap();
    let run = format!("/ajo/im/executions/audience/{id}");
    let before = world.get(&run).await;
    let counts =
        |answer: &Answer| (answer.json["targetedProfileCount"].clone(), answer.json["targetedIsFinal"].clone());
    assert_eq!(counts(&before), (json!(0), json!(false)), "{before:?}");
    let paused = world.post(&format!("/ajo/im/executions/{id}/pause"), String::new()).await;
    assert_eq!((paused.status, &paused.json["run"]["state"]), (200, &json!("paused")), "{paused:?}");
    assert_eq!(world.engine.expand_runs().await.unwrap(), 0);
    let resumed = world.post(&format!("/ajo/im/executions/{id}/resume"), String::new()).await;
    assert_eq!((resumed.status, &resumed.json["run"]["state"]), (200, &json!("running")), "{resumed:?}");
    let again = world.post(&format!("/ajo/im/executions/{id}/resume"), String::new()).await;
    assert_eq!(again.refusal(), (409, "execution_not_paused"));
    world.engine.expand_runs().await.unwrap();
    assert_eq!(counts(&world.get(&run).await), (json!(2), json!(true)));
}
