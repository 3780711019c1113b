//! The suppression API: both lists, files, and the end of it all.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, World};

const ADDRESSES: &str = "/ajo/config/suppression/addresses";
const DOMAINS: &str = "/ajo/config/suppression/domains";
const UPLOADS: &str = "/ajo/config/suppression/uploads";
/// Milliseconds of the clock of every test.
const NOW: i64 = 1_796_115_600_000;

fn address(value: &str) -> Value {
    json!({ "entity": { "type": "email", "entityValue": value }, "comment": "Known bad", "user": "ann@corp.example" })
}

async fn add(world: &World, path: &str, entries: &[Value]) -> Answer {
    world.post(path, json!(entries).to_string()).await
}

async fn delete(world: &World, path: &str) -> Answer {
    world.client(Method::DELETE, path).send().await
}

async fn send_file(world: &World, name: &str, text: &str) -> Answer {
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n\
         {text}\r\n--b--\r\n"
    );
    let call = world.client(Method::POST, UPLOADS).header("content-type", "multipart/form-data; boundary=b");
    call.body(body).send().await
}

/// The values of the items of a page.
fn values(answer: &Answer) -> Vec<&str> {
    let items = answer.json["items"].as_array().unwrap_or_else(|| panic!("{answer:?}"));
    items.iter().map(|item| item["entity"]["entityValue"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_address_is_entered_found_and_taken_off_again() {
    let world = World::new().await;
    let added = add(&world, ADDRESSES, &[address("Bad@Domain.com")]).await;
    assert_eq!(added.status, 201, "{added:?}");
    let entry = &added.json[0];
    let expected = json!({
        "id": entry["id"],
        "entity": { "type": "email", "entityValue": "Bad@Domain.com" },
        "suppressed": { "type": "MANUAL", "user": "ann@corp.example", "comment": "Known bad", "date": NOW },
        "creationDate": NOW,
        "lastModifiedDate": NOW,
        "status": "active",
        "listType": "client",
        "client": { "imsOrgId": "shop", "sandboxId": "dev" }
    });
    assert_eq!(entry, &expected);
    assert_eq!(entry["id"].as_str().unwrap().len(), 36);
    let path = format!("{ADDRESSES}/bad%40domain.COM");
    let found = world.get(&path).await;
    assert_eq!((found.status, &found.json["id"]), (200, &entry["id"]));
    assert_eq!(found.json["bounceState"], json!({ "softCount": 0, "bounceEvents": [] }));
    // Of the other list it is not.
    assert_eq!(world.get(&format!("{path}?type=allowed")).await.refusal(), (404, "allowed_address_not_found"));
    let removed = delete(&world, &path).await;
    assert_eq!((removed.status, removed.text.as_str()), (204, ""));
    assert_eq!(delete(&world, &path).await.refusal(), (404, "suppression_not_found"));
    assert_eq!(world.get(&format!("{ADDRESSES}/nonsense")).await.refusal(), (404, "suppression_not_found"));
}

#[tokio::test]
async fn a_message_to_a_suppressed_domain_is_excluded_with_its_reason() {
    let world = World::new().await;
    let entry = json!({ "entity": { "entityValue": "Example.com" } });
    let added = add(&world, DOMAINS, &[entry]).await;
    assert_eq!((added.status, added.json[0]["entity"]["type"].as_str()), (201, Some("domain")), "{added:?}");
    // Nobody was named: the client did it.
    assert_eq!(added.json[0]["suppressed"]["user"], "Shop backend");
    world.trigger(&world.order("r-1", &["ann@example.com"])).await;
    world.engine.drain().await.unwrap();
    let messages = world.get("/ajo/im/messages").await;
    let message = &messages.json["messages"][0];
    assert_eq!((&message["state"], &message["reason"]), (&json!("excluded"), &json!("domain_suppressed")));
    let found = world.get(&format!("{DOMAINS}/EXAMPLE.com")).await;
    assert_eq!((found.status, found.json.get("bounceState")), (200, None));
    assert_eq!(values(&world.get(DOMAINS).await), ["example.com"]);
    assert_eq!(values(&world.get(ADDRESSES).await), [""; 0]);
    assert_eq!(delete(&world, &format!("{DOMAINS}/example.com")).await.status, 204);
}

#[tokio::test]
async fn the_allow_list_is_entered_by_the_same_calls() {
    let world = World::new().await;
    let allowed = format!("{ADDRESSES}?type=allowed");
    let added = add(&world, &allowed, &[address("ann@example.com")]).await;
    assert_eq!((added.status, added.json[0]["listType"].as_str()), (201, Some("allowed")), "{added:?}");
    add(&world, &format!("{DOMAINS}?type=ALLOWED"), &[json!({ "entity": { "entityValue": "example.net" } })]).await;
    assert_eq!(values(&world.get(&allowed).await), ["ann@example.com"]);
    assert_eq!(values(&world.get(&format!("{DOMAINS}?type=allowed")).await), ["example.net"]);
    assert_eq!(values(&world.get(ADDRESSES).await), [""; 0]);
    assert_eq!(delete(&world, &format!("{DOMAINS}/example.net?type=allowed")).await.status, 204);
    for nothing in ["type=blocked", "type=", "orderby=", "orderby=-"] {
        assert_eq!(world.get(&format!("{ADDRESSES}?{nothing}")).await.refusal(), (400, "unknown_word"), "{nothing}");
    }
}

#[tokio::test]
async fn all_faults_of_a_call_are_told_and_nothing_of_it_is_entered() {
    let world = World::new().await;
    let bad = [
        address("ann@example.com"),
        address("examplegmail@com"),
        json!({ "entity": { "type": "domain", "entityValue": "ben@example.com" } }),
    ];
    let answer = add(&world, ADDRESSES, &bad).await;
    let told: Vec<(&str, &str)> = answer.json["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["path"].as_str().unwrap(), fault["code"].as_str().unwrap()))
        .collect();
    let expected = [("[1].entity.entityValue", "bad_email_address"), ("[2].entity.type", "unknown_word")];
    assert_eq!((answer.status, told), (400, expected.to_vec()));
    assert_eq!(values(&world.get(ADDRESSES).await), [""; 0]);
    for (body, path, code) in [
        ("{}", "", "wrong_type"),
        ("[[\"email\"]]", "[0]", "wrong_type"),
        ("[{\"comment\":\"x\"}]", "[0].entity", "missing_field"),
        ("[{\"entity\":[\"email\",\"a@b.de\"]}]", "[0].entity", "wrong_type"),
        ("[]", "", "entry_count"),
    ] {
        let answer = world.post(ADDRESSES, body).await;
        assert_eq!((answer.refusal(), answer.fault()), ((400, code), (path, code)), "{body}");
    }
    let long = json!([{ "entity": { "entityValue": "a@example.com" }, "comment": "x".repeat(501) }]);
    assert_eq!(world.post(ADDRESSES, long.to_string()).await.fault(), ("[0].comment", "too_long"));
    assert_eq!(add(&world, DOMAINS, &[address("a@example.com")]).await.fault(), ("[0].entity.type", "unknown_word"));
    let domain = json!({ "entity": { "entityValue": "nothing" } });
    assert_eq!(add(&world, DOMAINS, &[domain]).await.fault(), ("[0].entity.entityValue", "bad_domain"));
}

#[tokio::test]
async fn a_list_comes_in_pages_that_lead_to_each_other() {
    let world = World::new().await;
    let entries: Vec<Value> = ["b@example.com", "a@example.com", "c@example.com"].map(address).to_vec();
    add(&world, ADDRESSES, &entries).await;
    let first = world.get(&format!("{ADDRESSES}?orderby=entityvalue&limit=2")).await;
    assert_eq!(values(&first), ["a@example.com", "b@example.com"]);
    let expected = json!({ "orderby": "entityvalue", "next": "b@example.com", "count": 2 });
    assert_eq!(first.json["_page"], expected);
    let links = json!({
        "self": { "href": "/config/suppression/addresses?type=client&limit=2&orderby=entityvalue" },
        "next": {
            "href": "/config/suppression/addresses?type=client&limit=2&orderby=entityvalue&start=b%40example.com"
        }
    });
    assert_eq!(first.json["_links"], links);
    let next = first.json["_links"]["next"]["href"].as_str().unwrap();
    let second = world.get(&format!("/ajo{next}")).await;
    assert_eq!((values(&second), second.json["_page"].get("next")), (vec!["c@example.com"], None));
    assert_eq!(values(&world.get(&format!("{ADDRESSES}?orderby=-entityvalue&limit=1")).await), ["c@example.com"]);
    // Newest first, unless it is said otherwise; of one moment, every entry comes once.
    let first = world.get(&format!("{ADDRESSES}?limit=2")).await;
    assert_eq!(first.json["_page"]["orderby"], "-creationdate");
    let next = first.json["_links"]["next"]["href"].as_str().unwrap();
    let second = world.get(&format!("/ajo{next}")).await;
    let mut all = [values(&first), values(&second)].concat();
    all.sort_unstable();
    assert_eq!(all, ["a@example.com", "b@example.com", "c@example.com"]);
}

#[tokio::test]
async fn a_list_is_filtered_by_time_and_channel_and_refuses_other_filters() {
    let world = World::new().await;
    add(&world, ADDRESSES, &[address("old@example.com")]).await;
    world.clock.advance(std::time::Duration::from_secs(1));
    add(&world, ADDRESSES, &[address("new@example.com")]).await;
    for (filters, expected) in [
        (vec![format!("creationdate<{}", NOW + 1)], vec!["old@example.com"]),
        (vec![format!("creationdate>{NOW}")], vec!["new@example.com"]),
        (vec![format!("creationdate=={NOW}"), "channel=email".to_owned()], vec!["old@example.com"]),
        (vec![format!("creationdate>={NOW}"), format!("creationdate<={NOW}")], vec!["old@example.com"]),
        (vec!["channel==sms".to_owned()], vec![]),
    ] {
        let query: Vec<_> = filters.iter().map(|filter| ("property", filter)).collect();
        let path = format!("{ADDRESSES}?{}", serde_urlencoded::to_string(query).unwrap());
        assert_eq!(values(&world.get(&path).await), expected, "{filters:?}");
    }
    for (query, path) in [
        ("property=user%3Dann", "property"),
        ("property=creationdate%3Cyesterday", "property"),
        ("start=yesterday", "start"),
        ("orderby=colour", "orderby"),
        ("limit=201", "limit"),
        ("colour=red", "colour"),
    ] {
        let answer = world.get(&format!("{ADDRESSES}?{query}")).await;
        assert_eq!((answer.status, answer.fault().0), (400, path), "{query}");
    }
}

#[tokio::test]
async fn what_bounced_is_hard_or_soft_and_says_how() {
    use domain::channel_configuration::Channel;
    use domain::suppression::{Suppression, SuppressionReason};
    let world = World::new().await;
    for (place, (reason, detail)) in [
        (SuppressionReason::Bounced, "550 5.1.1 no such user"),
        (SuppressionReason::SoftBounced, "5 soft bounces in a row, at last: 552 full"),
        (SuppressionReason::Complained, "abuse"),
        (SuppressionReason::OptedOut, "STOP"),
    ]
    .into_iter()
    .enumerate()
    {
        let entry = Suppression::of(Channel::Email, format!("p{place}@example.com"), reason, world.engine.now());
        let entry = Suppression { detail: detail.to_owned(), ..entry };
        world.engine.put_back_suppression(&crate::support::dev(), entry).await.unwrap();
    }
    let list = world.get(&format!("{ADDRESSES}?orderby=entityvalue")).await;
    let told: Vec<_> = list.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["suppressed"]["type"].as_str().unwrap(), item["bounceState"]["softCount"].as_u64().unwrap()))
        .collect();
    // Who wrote STOP is not on the list: that is what the person wants.
    assert_eq!(told, [("HARD", 0), ("SOFT", 5), ("HARD", 0)]);
    let event = &list.json["items"][0]["bounceState"]["bounceEvents"][0];
    let expected = json!({
        "date": "2026-12-01T09:00:00.000Z", "message": "550 5.1.1 no such user", "bounceType": "HARD"
    });
    assert_eq!(event, &expected);
}

#[tokio::test]
async fn a_file_becomes_a_job_whose_failed_records_say_why() {
    let world = World::new().await;
    let csv = "TYPE,VALUE,COMMENT\nEMAIL,bad@example.com,fake\nDOMAIN,example.net,\nEmail,examplegmail@com,oh\n";
    let accepted = send_file(&world, "C:\\lists\\mine.csv", csv).await;
    assert_eq!(accepted.status, 201, "{accepted:?}");
    let job = accepted.json["success"]["jobId"].as_str().unwrap().to_owned();
    let path = format!("{UPLOADS}/{job}");
    assert_eq!(world.get(&path).await.json["status"], "ACCEPTED");
    world.engine.enter_uploads().await.unwrap();
    let seconds = NOW / 1_000;
    let expected = json!({
        "jobId": job, "user": "Shop backend", "filename": "mine.csv", "createTime": seconds, "endTime": seconds,
        "status": "COMPLETE", "responseCode": 201, "responseText": null,
        "recordCount": 3, "handledCount": 2, "failedCount": 1,
        "imsOrgId": "shop", "sandboxId": "dev",
        "failedRecords": [{
            "type": "Email", "value": "examplegmail@com", "comments": "oh",
            "failureReason": "Invalid format for the entry: examplegmail@com"
        }]
    });
    assert_eq!(world.get(&path).await.json, expected);
    assert_eq!(values(&world.get(ADDRESSES).await), ["bad@example.com"]);
    let list = world.get(&format!("{UPLOADS}?orderby=-recordcount&property=creationdate%3E0")).await;
    assert_eq!((list.status, &list.json["items"][0]["jobId"]), (200, &json!(job)), "{list:?}");
    assert_eq!(list.json["_page"], json!({ "orderby": "-recordcount", "count": 1 }));
    // Without the job, what it entered stays.
    assert_eq!(delete(&world, &path).await.status, 204);
    assert_eq!(world.get(&path).await.refusal(), (404, "upload_not_found"));
    assert_eq!(values(&world.get(DOMAINS).await), ["example.net"]);
}

#[tokio::test]
async fn a_file_that_cannot_be_one_is_refused_at_the_door() {
    let world = World::new().await;
    assert_eq!(send_file(&world, "a.csv", "EMAIL,bad@example.com").await.fault(), ("file", "bad_csv"));
    let large = format!("TYPE,VALUE\n{}", "EMAIL,a@example.com\n".repeat(53_000));
    assert_eq!(send_file(&world, "a.csv", &large).await.refusal(), (413, "file_too_large"));
    assert_eq!(world.post(UPLOADS, "{}").await.refusal(), (415, "wrong_content_type"));
    let other = "--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--b--\r\n";
    let call = world.client(Method::POST, UPLOADS).header("content-type", "multipart/form-data; boundary=b");
    assert_eq!(call.body(other).send().await.fault(), ("file", "required"));
    let call = world.client(Method::POST, UPLOADS).header("content-type", "multipart/form-data; boundary=b");
    assert_eq!(call.body("--b\r\nContent-Disp").send().await.refusal(), (400, "incomplete_body"));
    assert_eq!(world.get(UPLOADS).await.json["items"], json!([]));
}

#[tokio::test]
async fn the_whole_list_is_emptied_only_under_the_name_of_its_sandbox() {
    let world = World::new().await;
    add(&world, ADDRESSES, &[address("bad@example.com")]).await;
    add(&world, &format!("{ADDRESSES}?type=allowed"), &[address("ann@example.com")]).await;
    let wipe = |path: &str| format!("/ajo/config/suppression/admin/{path}");
    for other in ["shop/prod", "elsewhere/dev"] {
        assert_eq!(delete(&world, &wipe(other)).await.refusal(), (404, "sandbox_not_found"));
    }
    let emptied = delete(&world, &wipe("shop/dev")).await;
    assert_eq!((emptied.status, emptied.text.as_str()), (202, ""));
    assert_eq!(values(&world.get(ADDRESSES).await), [""; 0]);
    assert_eq!(values(&world.get(&format!("{ADDRESSES}?type=allowed")).await), ["ann@example.com"]);
}

#[tokio::test]
async fn nobody_is_answered_without_token_and_headers() {
    let world = World::new().await;
    for path in [ADDRESSES, DOMAINS, UPLOADS, "/ajo/config/suppression/addresses/a%40example.com"] {
        assert_eq!(world.anonymous(Method::GET, path).send().await.refusal(), (401, "missing_token"), "{path}");
        let call = world.client(Method::GET, path).without("x-sandbox-name");
        assert_eq!(call.send().await.refusal(), (401, "missing_header"), "{path}");
        assert_eq!(world.client(Method::PUT, path).send().await.refusal(), (405, "wrong_method"), "{path}");
    }
}
