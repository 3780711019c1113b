//! The simulation API: previews and proofs, in the contract's shapes.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, World};

fn path(campaign: &str, what: &str) -> String {
    format!("/ajo/simulations/campaigns/{campaign}/{what}")
}

async fn previews(world: &World, campaign: &str, items: Value) -> Answer {
    world.post(&path(campaign, "previews"), json!({ "previewRequestItems": items }).to_string()).await
}

async fn proofs(world: &World, campaign: &str, recipients: Value) -> Answer {
    world.post(&path(campaign, "proofs"), json!({ "recipients": recipients }).to_string()).await
}

/// A campaign that nobody has activated.
async fn draft(world: &World) -> String {
    let yaml = "kind: campaign\nname: Score\ncategory: transactional\nconfiguration: Shop\ncontent:\n\
        \u{20} subject: '{{ profile.name }}: {{ context.score }}'\n  html: '<p>Hello {{ profile.name }}</p>'\n";
    world.apply(yaml).await
}

fn person(addresses: &[&str]) -> Value {
    json!({
        "userId": "test@gmail.com", "namespace": "Email",
        "channelsData": [{ "channel": "email", "subjectPrefix": "[Proof]", "emailAddresses": addresses }],
        "profile": { "name": "John" }, "context": { "score": 90 }
    })
}

#[tokio::test]
async fn previews_of_a_draft_have_the_contracts_shape() {
    let world = World::new().await;
    let campaign = draft(&world).await;
    let item = json!({
        "userId": "test@gmail.com", "namespace": "Email",
        "profileAttributes": { "name": "John" }, "contextAttributes": { "score": 90 }
    });
    let answer = previews(&world, &campaign, json!([item])).await;
    let expected = json!({ "previews": [{
        "profileId": "test@gmail.com",
        "variantId": answer.json["previews"][0]["variantId"],
        "messageId": campaign,
        "channel": "email",
        "subject": "John: 90",
        "html": { "body": "<p>Hello John</p>" }
    }] });
    assert_eq!((answer.status, &answer.json), (200, &expected));
    assert!(answer.json["previews"][0]["variantId"].as_str().unwrap().starts_with("draft-"));
    let lacking = previews(&world, &campaign, json!([{ "userId": "a", "namespace": "Email" }])).await;
    assert_eq!(lacking.refusal(), (400, "missing_variable"));
    assert_eq!(lacking.json["report"]["additionalContext"]["campaignId"], campaign);
    let paths: Vec<&str> =
        lacking.json["faults"].as_array().unwrap().iter().map(|it| it["path"].as_str().unwrap()).collect();
    let expected = ["previewRequestItems[0].contextAttributes.score", "previewRequestItems[0].profileAttributes.name"];
    assert_eq!(paths, expected);
}

#[tokio::test]
async fn text_messages_and_notifications_have_the_contracts_shapes_too() {
    let world = World::new().await;
    let texting = world
        .apply(
            "kind: channel-configuration\nname: Codes\nchannel: mobile\ncategory: transactional\nstatus: active\n\
             fromNumber: '+15005550006'\ntransport: { kind: capture }\n---\nkind: campaign\nname: Code\nchannel: mobile\n\
             category: transactional\nconfiguration: Codes\ncontent:\n  text: 'Code {{ context.code }}'\n",
        )
        .await;
    let item = json!({ "userId": "a", "namespace": "crm", "contextAttributes": { "code": "7" } });
    let answer = previews(&world, &texting, json!([item])).await;
    let preview = &answer.json["previews"][0];
    assert_eq!((preview["channel"].as_str(), preview["text"].as_str()), (Some("sms"), Some("Code 7")), "{answer:?}");
    assert_eq!(preview["messageType"], "sms");
    let notifying = world
        .apply(
            "kind: channel-configuration\nname: App\nchannel: push\ncategory: transactional\nstatus: active\n\
             transport: { kind: capture }\n---\nkind: campaign\nname: News\nchannel: push\ncategory: transactional\n\
             configuration: App\ncontent:\n  title: Hello\n  body: World\n  imageUrl: https://shop.kr/a.png\n",
        )
        .await;
    let answer = previews(&world, &notifying, json!([{ "userId": "a", "namespace": "crm" }])).await;
    let preview = &answer.json["previews"][0];
    let media = json!({ "media": { "uri": "https://shop.kr/a.png" } });
    let expected = json!({
        "profileId": "a", "variantId": preview["variantId"], "messageId": notifying, "channel": "push", "appNames": [],
        "pushType": "MESSAGE", "title": "Hello", "message": "World", "ios": media, "android": media
    });
    assert_eq!(preview, &expected, "{answer:?}");
}

#[tokio::test]
async fn a_proof_job_is_asked_for_and_asked_about_in_the_contracts_shape() {
    let world = World::new().await;
    let campaign = draft(&world).await;
    let made = proofs(&world, &campaign, json!([person(&["qa@example.com", "boss@example.com"])])).await;
    assert_eq!((made.status, made.json["status"].as_str()), (200, Some("CREATED")), "{made:?}");
    let job = made.json["proofJobId"].as_str().unwrap();
    assert!(job.starts_with("PRF-"), "{job}");
    world.engine.drain().await.unwrap();
    let found = world.get(&path(&campaign, &format!("proofs/{job}"))).await;
    let expected = json!({
        "proofJobId": job,
        "status": "SUBMITTED",
        "proofs": [{
            "messageId": campaign, "variantId": made.json["proofs"][0]["variantId"], "startDate": "2026-12-01T09:00:00.000Z",
            "targeted": 2, "submitted": 2, "status": "SUBMITTED", "proofFailureReasons": []
        }],
        "_links": { "self": { "href": format!("/campaigns/{campaign}/proofs/{job}") } }
    });
    assert_eq!((found.status, &found.json), (200, &expected));
    let logged = world.get("/ajo/im/messages?kind=proof").await;
    let messages = logged.json["messages"].as_array().unwrap();
    assert_eq!((messages.len(), messages[0]["kind"].as_str()), (2, Some("proof")));
    assert_eq!(messages[0]["subject"], "[Proof] John: 90");
    assert_eq!(world.get("/ajo/im/executions").await.json["executions"], json!([]));
    assert_eq!(world.get("/ajo/im/messages?kind=letter").await.refusal(), (400, "unknown_word"));
}

#[tokio::test]
async fn why_a_proof_did_not_go_is_told_for_each() {
    let world = World::new().await;
    let campaign = draft(&world).await;
    let entry = json!([{ "entity": { "type": "email", "entityValue": "left@example.com" } }]);
    world.post("/ajo/config/suppression/addresses", entry.to_string()).await;
    let made = proofs(&world, &campaign, json!([person(&["left@example.com", "qa@example.com"])])).await;
    world.engine.drain().await.unwrap();
    let job = made.json["proofJobId"].as_str().unwrap();
    let found = world.get(&path(&campaign, &format!("proofs/{job}"))).await.json;
    assert_eq!((&found["status"], &found["proofs"][0]["status"]), (&json!("PARTIALLY_FAILED"), &json!("SUBMITTED")));
    let reasons = &found["proofs"][0]["proofFailureReasons"];
    let title = &reasons[0]["failureReasons"][0]["title"];
    let expected = json!([{
        "profileIds": ["test@gmail.com"],
        "failureReasons": [{
            "type": "urn:hermod:error:suppressed", "title": title, "status": "400",
            "report": { "additionalContext": { "address": "left@example.com" } },
            "error-chain": [{ "serviceId": "hermod", "errorCode": "suppressed" }]
        }]
    }]);
    assert_eq!(reasons, &expected);
    assert!(title.as_str().is_some_and(|title| title.len() > 10), "{title}");
}

#[tokio::test]
async fn what_no_proof_can_be_made_of_is_refused_with_its_path() {
    let world = World::new().await;
    let campaign = draft(&world).await;
    let refused = async |recipients: Value| {
        let answer = proofs(&world, &campaign, recipients).await;
        let fault = answer.json["faults"][0].clone();
        (
            answer.status,
            fault["path"].as_str().unwrap_or_default().to_owned(),
            fault["code"].as_str().unwrap().to_owned(),
        )
    };
    let with = |name: &str, value: Value| {
        let mut person = person(&["qa@example.com"]);
        person["channelsData"][0][name] = value;
        json!([person])
    };
    let at = "recipients[0].channelsData[0]";
    for (recipients, path, code) in [
        (json!([]), "recipients".to_owned(), "recipient_count"),
        (with("emailAddresses", json!([])), format!("{at}.emailAddresses"), "address_count"),
        (with("emailAddresses", json!(["x"])), format!("{at}.emailAddresses[0]"), "bad_email_address"),
        (with("subjectPrefix", json!("a\r\nBcc: x")), format!("{at}.subjectPrefix"), "bad_subject_prefix"),
        (with("channel", json!("fax")), format!("{at}.channel"), "unknown_word"),
        (with("emailAddresses", json!("x")), format!("{at}.emailAddresses"), "wrong_type"),
        (json!([{ "userId": "a", "namespace": "Email" }]), "recipients[0].channelsData".to_owned(), "missing_field"),
    ] {
        assert_eq!(refused(recipients.clone()).await, (400, path, code.to_owned()), "{recipients}");
    }
    let elsewhere = proofs(&world, "cmp_x", json!([person(&["qa@example.com"])])).await;
    assert_eq!(elsewhere.refusal(), (404, "campaign_not_found"));
    assert_eq!(world.get(&path(&campaign, "proofs/PRF-x")).await.refusal(), (404, "proof_job_not_found"));
    let empty = world.apply("kind: campaign\nname: Empty\ncategory: transactional\n").await;
    let lacking = proofs(&world, &empty, json!([person(&["qa@example.com"])])).await;
    assert_eq!(
        (lacking.refusal(), lacking.json["faults"][0]["path"].as_str()),
        ((400, "required"), Some("configurationId"))
    );
    let anonymous = world.anonymous(Method::POST, &path(&campaign, "proofs")).send().await;
    assert_eq!(anonymous.status, 401);
}

#[tokio::test]
async fn jobs_of_one_client_are_limited() {
    let world = World::new().await;
    let campaign = draft(&world).await;
    for _ in 0..10 {
        assert_eq!(proofs(&world, &campaign, json!([person(&["qa@example.com"])])).await.status, 200);
    }
    let refused = proofs(&world, &campaign, json!([person(&["qa@example.com"])])).await;
    assert_eq!((refused.refusal(), refused.header("retry-after")), ((429, "too_many"), "60"));
}
