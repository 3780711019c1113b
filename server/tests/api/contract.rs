//! The context contract: what a call has to carry, and what is said of one that does not.

use serde_json::{Value, json};

use crate::support::World;

/// A live campaign whose author says what its values are.
async fn reminder(world: &World) -> String {
    let yaml = "kind: campaign\nname: Reminder\ncategory: transactional\nconfiguration: Shop\nstatus: live\n\
        content:\n  subject: 'Bill {{ context.bill.number }}'\n  html: '<p>{{ context.bill.total }} {{ profile.name | default(value=\"\") }}</p>'\n\
        variables:\n  context.bill.number: { type: string, example: 'B-7' }\n  context.bill.total: { type: number }\n\
        \u{20} profile.name: { required: true }\n";
    world.apply(yaml).await
}

fn call(campaign: &str, context: &Value, profile: &Value) -> Value {
    json!({ "requestId": "r-1", "campaignId": campaign, "recipients": [{
        "type": "external", "userId": "ann@example.com", "namespace": "email", "context": context, "profile": profile
    }] })
}

#[tokio::test]
async fn a_call_that_breaks_the_contract_is_told_every_value_by_path_and_name() {
    let world = World::new().await;
    let campaign = reminder(&world).await;
    let wrong = call(&campaign, &json!({ "bill": { "number": 7, "total": "9" } }), &json!({}));
    let answer = world.trigger(&wrong).await;
    assert_eq!(answer.refusal(), (400, "wrong_type"));
    let told: Vec<(&str, &str)> = answer.json["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["path"].as_str().unwrap(), fault["code"].as_str().unwrap()))
        .collect();
    let expected = [
        ("recipients[0].context.bill.number", "wrong_type"),
        ("recipients[0].context.bill.total", "wrong_type"),
        ("recipients[0].profile.name", "missing_variable"),
    ];
    assert_eq!(told, expected);
    let title = "recipients[0].context.bill.number: The campaign takes context.bill.number as a text, and it is a \
        number. And 2 more faults.";
    assert_eq!(answer.json["title"], title);
    let right = call(&campaign, &json!({ "bill": { "number": "B-7", "total": 9 } }), &json!({ "name": "Ann" }));
    assert_eq!(world.trigger(&right).await.status, 202);
}

#[tokio::test]
async fn the_contract_is_served_as_json_schema() {
    let world = World::new().await;
    let campaign = reminder(&world).await;
    let path = format!("/ajo/im/campaigns/{campaign}/context-schema");
    let answer = world.get(&path).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let expected = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Reminder",
        "description": "What version 1 reads of a recipient.",
        "type": "object",
        "required": ["context", "profile"],
        "properties": {
            "context": { "type": "object", "required": ["bill"], "properties": { "bill": {
                "type": "object",
                "required": ["number", "total"],
                "properties": {
                    "number": { "type": "string", "examples": ["B-7"] },
                    "total": { "type": "number" }
                }
            } } },
            "profile": { "type": "object", "required": ["name"], "properties": {
                "name": { "type": ["string", "number", "boolean"] }
            } }
        }
    });
    assert_eq!(answer.json, expected);
}

#[tokio::test]
async fn a_campaign_that_is_not_there_or_was_never_live_has_no_contract() {
    let world = World::new().await;
    let of = |campaign: &str| format!("/ajo/im/campaigns/{campaign}/context-schema");
    assert_eq!(world.get(&of("cmp_x")).await.refusal(), (404, "campaign_not_found"));
    let draft = world.apply("kind: campaign\nname: Draft\ncategory: transactional\n").await;
    assert_eq!(world.get(&of(&draft)).await.refusal(), (409, "campaign_not_live"));
}
