//! People of whom something is stored, over the API.

use axum::body::Body;
use axum::http::Method;
use futures::stream;
use serde_json::{Value, json};

use crate::support::{Answer, World, dev, opted_in};

const PROFILES: &str = "/ajo/profiles";

fn ann(attributes: &Value) -> Value {
    json!({"identities": [{"namespace": "email", "userId": "ann@example.com"}, {"namespace": "crm", "userId": "17"}],
           "attributes": attributes})
}

async fn upsert(world: &World, body: &Value) -> Answer {
    world.post(PROFILES, body.to_string()).await
}

async fn send(world: &World, method: Method, path: &str, body: &Value) -> Answer {
    let call = world.client(method, path).header("content-type", "application/json");
    call.body(body.to_string()).send().await
}

async fn import(world: &World, content_type: &str, body: impl Into<Body>) -> Answer {
    let call = world.client(Method::POST, "/ajo/profiles/imports").header("content-type", content_type);
    call.body(body).send().await
}

#[tokio::test]
async fn a_person_is_stored_found_changed_and_erased() {
    let world = World::new().await;
    let stored = upsert(&world, &ann(&json!({"name": "Ann", "points": 1}))).await;
    assert_eq!(stored.status, 201, "{}", stored.text);
    let id = stored.json["profileId"].as_str().unwrap().to_owned();
    let again = upsert(&world, &ann(&json!({"points": null}))).await;
    assert_eq!((again.status, &again.json["attributes"]), (200, &json!({"name": "Ann"})));
    // A list does not say what people said about marketing.
    let mut row = again.json.clone();
    assert_eq!(row.as_object_mut().unwrap().remove("consents"), Some(json!([])));
    let found = world.get("/ajo/profiles?namespace=CRM&userId=17").await;
    assert_eq!(found.json["profiles"], json!([row]));
    assert_eq!(world.get("/ajo/profiles?namespace=crm&userId=18").await.json["profiles"], json!([]));
    assert_eq!(world.get("/ajo/profiles?namespace=email&userId=nobody").await.json["profiles"], json!([]));
    assert_eq!(world.get("/ajo/profiles?start=ANN&test=false&limit=1").await.json["profiles"], json!([row]));
    assert_eq!(world.get("/ajo/profiles?test=true").await.json["profiles"], json!([]));
    let one = format!("{PROFILES}/{id}");
    assert_eq!(world.get(&one).await.json, again.json);
    let change = json!({"test": true, "timeZone": "Asia/Seoul", "identities": [{"namespace": "crm", "userId": "17"}]});
    let changed = send(&world, Method::PATCH, &one, &change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.json["identities"], change["identities"]);
    assert_eq!((&changed.json["test"], &changed.json["timeZone"]), (&json!(true), &json!("Asia/Seoul")));
    let erased = world.client(Method::DELETE, &one).send().await;
    assert_eq!((erased.status, &erased.json["profiles"]), (200, &json!(1)));
    assert_eq!(world.get(&one).await.refusal(), (404, "profile_not_found"));
    assert_eq!(world.client(Method::DELETE, &one).send().await.refusal(), (404, "profile_not_found"));
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_place() {
    let world = World::new().await;
    let schema = json!({"attributes": [{"path": "points", "type": "number", "label": "Points"}]});
    assert_eq!(send(&world, Method::PUT, "/ajo/profiles/schema", &schema).await.status, 200);
    assert_eq!(world.get("/ajo/profiles/schema").await.json["attributes"][0]["path"], "points");
    let identities = |list: Value| json!({"identities": list});
    for (body, status, path, code) in [
        (json!({}), 400, "identities", "identity_count"),
        (
            identities(json!([{"namespace": "email", "userId": "ann"}])),
            400,
            "identities[0].userId",
            "bad_email_address",
        ),
        (identities(json!([{"namespace": "phone", "userId": "010"}])), 400, "identities[0].userId", "bad_phone_number"),
        (identities(json!([["crm", "17"]])), 400, "identities[0]", "wrong_type"),
        (ann(&json!({"points": "many"})), 400, "attributes.points", "wrong_type"),
        (json!({"identity": []}), 400, "identity", "unknown_word"),
        (
            json!({"identities": [{"namespace": "crm", "userId": "1"}], "timeZone": "Mars/Base"}),
            400,
            "timeZone",
            "unknown_time_zone",
        ),
        (
            json!({"identities": [{"namespace": "crm", "userId": "1"}], "language": "?"}),
            400,
            "language",
            "bad_language",
        ),
        (ann(&json!({"x": "y".repeat(70_000)})), 400, "attributes", "attributes_too_large"),
    ] {
        let answer = upsert(&world, &body).await;
        assert_eq!(answer.refusal(), (status, code), "{}", answer.text);
        assert_eq!(answer.fault().0, path, "{}", answer.text);
    }
    let bad = json!({"attributes": [{"path": "a b", "type": "text"}]});
    let refused = send(&world, Method::PUT, "/ajo/profiles/schema", &bad).await;
    assert_eq!((refused.refusal(), refused.fault().0), ((400, "bad_attribute_path"), "attributes[0].path"));
    assert_eq!(world.get("/ajo/profiles?namespace=crm").await.refusal(), (400, "bad_query"));
    assert_eq!(world.get("/ajo/profiles?user=1").await.refusal(), (400, "bad_query"));
    assert_eq!(world.get("/ajo/profiles?cursor=x").await.refusal(), (400, "bad_id"));
    assert_eq!(world.get("/ajo/profiles/nobody").await.refusal(), (404, "profile_not_found"));
    let one = upsert(&world, &ann(&json!({}))).await.json["profileId"].as_str().unwrap().to_owned();
    upsert(&world, &json!({"identities": [{"namespace": "crm", "userId": "18"}]})).await;
    let taken = json!({"identities": [{"namespace": "crm", "userId": "18"}]});
    let refused = send(&world, Method::PATCH, &format!("{PROFILES}/{one}"), &taken).await;
    assert_eq!(refused.refusal(), (409, "identity_taken"));
}

#[tokio::test]
async fn lines_and_tables_are_imported_and_say_what_became_of_them() {
    let world = World::new().await;
    let line = |n: usize| {
        format!("{{\"identities\":[{{\"namespace\":\"crm\",\"userId\":\"{n}\"}}],\"attributes\":{{\"n\":{n}}}}}\n")
    };
    // In pieces that end anywhere, and of a length that is not told before.
    let text: String = (0..1_200).map(line).collect();
    let pieces: Vec<Result<Vec<u8>, std::io::Error>> =
        text.as_bytes().chunks(777).map(|piece| Ok(piece.to_vec())).collect();
    let done = import(&world, "application/x-ndjson", Body::from_stream(stream::iter(pieces))).await;
    assert_eq!(done.status, 200, "{}", done.text);
    for (field, value) in [("rows", 1_200), ("created", 1_200), ("updated", 0), ("failed", 0)] {
        assert_eq!(done.json[field], value, "{field}");
    }
    assert_eq!((&done.json["status"], &done.json["totalBytes"]), (&json!("complete"), &Value::Null));
    let table = "email,name\nann@example.com,Ann\n=1+1,x\nben@example.com,\"\"\"B\"\n";
    let done = import(&world, "text/csv; charset=utf-8", table).await;
    assert_eq!((&done.json["created"], &done.json["failed"]), (&json!(2), &json!(1)));
    let one = format!("/ajo/profiles/imports/{}", done.json["importId"].as_str().unwrap());
    assert_eq!(world.get(&one).await.json, done.json);
    let report = world.get(&format!("{one}/errors")).await;
    assert_eq!(report.header("content-type"), "text/csv; charset=utf-8");
    assert!(report.text.starts_with("line,path,text\r\n3,\"email\",\"This is not an email address"), "{}", report.text);
    assert_eq!(world.get("/ajo/profiles/imports").await.json["imports"].as_array().unwrap().len(), 2);
    assert_eq!(world.get("/ajo/profiles/imports/x").await.refusal(), (404, "import_not_found"));
}

#[tokio::test]
async fn an_import_that_cannot_be_taken_says_why() {
    let world = World::with_engine(server::state::Settings::default(), |engine| engine.import_max_bytes = 100).await;
    assert_eq!(import(&world, "application/json", "{}").await.refusal(), (415, "wrong_content_type"));
    assert_eq!(import(&world, "text/csv", "name\nAnn\n").await.refusal(), (400, "bad_csv"));
    let large = "x".repeat(101);
    let told = world.client(Method::POST, "/ajo/profiles/imports").header("content-type", "text/csv");
    let told = told.header("content-length", "101").body(large.clone()).send().await;
    assert_eq!(told.refusal(), (413, "import_too_large"));
    let untold = import(&world, "text/csv", Body::from_stream(stream::iter([Ok::<_, std::io::Error>(large)]))).await;
    assert_eq!(untold.refusal(), (413, "import_too_large"));
    let broken: [Result<&str, std::io::Error>; 2] =
        [Ok("email\nann@example.com\n"), Err(std::io::ErrorKind::ConnectionReset.into())];
    let broken = import(&world, "text/csv", Body::from_stream(stream::iter(broken))).await;
    assert_eq!(broken.refusal(), (400, "incomplete_body"));
    let newest = world.get("/ajo/profiles/imports").await.json["imports"][0].clone();
    assert_eq!(newest["status"], "interrupted");
    let anonymous =
        world.anonymous(Method::POST, "/ajo/profiles/imports").header("content-type", "text/csv").send().await;
    assert_eq!(anonymous.refusal().0, 401);
}

#[tokio::test]
async fn the_export_holds_everything_that_is_kept_of_a_person() {
    let world = World::new().await;
    let stored = upsert(&world, &ann(&json!({"name": "Ann"}))).await.json;
    let mut call = world.order("r-1", &["ann@example.com"]);
    world.trigger(&call).await;
    // Messages of one moment are in no order.
    world.clock.advance(std::time::Duration::from_secs(1));
    call = world.order("r-2", &["17"]);
    call["recipients"][0]["type"] = json!("aep");
    call["recipients"][0]["namespace"] = json!("crm");
    assert_eq!(world.trigger(&call).await.status, 202);
    world.trigger(&world.order("r-3", &["ben@example.com"])).await;
    world.engine.drain().await.unwrap();
    let list = "{\"userId\":\"ann@example.com\",\"profile\":{\"vip\":true}}\n{\"userId\":\"ben@example.com\"}\n";
    world.engine.import_audience(&dev(), "Readers", list.as_bytes(), opted_in(), "test").await.unwrap();
    let device = json!({"userId": "17", "namespace": "crm", "platform": "fcm", "token": "abcdefghijklmnop"});
    assert_eq!(world.post("/ajo/im/push-tokens", device.to_string()).await.status, 204);
    let entry = json!([{"entity": {"type": "email", "entityValue": "ann@example.com"}, "comment": "asked for it", "user": "ann"}]);
    let listed = world.post("/ajo/config/suppression/addresses", entry.to_string()).await;
    assert_eq!(listed.status, 201, "{}", listed.text);
    let path = format!("{PROFILES}/{}/export", stored["profileId"].as_str().unwrap());
    let export = world.get(&path).await;
    assert_eq!((export.status, export.header("content-type")), (200, "application/json"));
    assert!(export.header("content-disposition").starts_with("attachment"));
    let kept = &export.json;
    // Choices stand by themselves, with their history.
    let mut alone = stored.clone();
    assert_eq!(alone.as_object_mut().unwrap().remove("consents"), Some(json!([])));
    assert_eq!(kept["profile"], alone);
    let requests: Vec<_> =
        kept["messages"].as_array().unwrap().iter().map(|it| it["message"]["requestId"].clone()).collect();
    assert_eq!(requests, ["r-2", "r-1"]);
    assert!(kept["messages"][0]["rendered"].is_object() && kept["messages"][0]["attempts"][0].is_object());
    assert_eq!(
        (&kept["memberships"][0]["audience"], kept["memberships"].as_array().unwrap().len()),
        (&json!("Readers"), 1)
    );
    assert_eq!(kept["devices"][0]["token"], "abcdefghijklmnop");
    assert_eq!(kept["suppressions"][0]["address"], "ann@example.com");
    assert_eq!(kept["replies"], json!([]));
    // After all of it is erased there is nothing to export, and the suppression stays.
    let one = path.strip_suffix("/export").unwrap();
    let erased = world.client(Method::DELETE, one).send().await.json;
    for (what, count) in [("messages", 2), ("memberships", 1), ("devices", 1), ("profiles", 1)] {
        assert_eq!(erased[what], count, "{what}");
    }
    assert_eq!(world.get(&path).await.refusal(), (404, "profile_not_found"));
    assert_eq!(world.get("/ajo/config/suppression/addresses/ann@example.com").await.status, 200);
}

#[tokio::test]
async fn a_call_for_somebody_unknown_fails_where_the_campaign_says_so() {
    let world = World::new().await;
    let yaml = "kind: campaign\nname: Known only\ncategory: transactional\nconfiguration: Shop\nstatus: live\n\
                audience: { createProfiles: false }\ncontent:\n\x20 subject: 'Hello'\n\x20 html: '<p>Hello</p>'\n";
    let campaign = world.apply(yaml).await;
    let mut call = world.order("r-1", &["ann@example.com", "ben@example.com"]);
    call["campaignId"] = json!(campaign);
    for person in call["recipients"].as_array_mut().unwrap() {
        person["type"] = json!("aep");
    }
    upsert(&world, &ann(&json!({}))).await;
    let refused = world.trigger(&call).await;
    assert_eq!(refused.refusal(), (404, "unknown_profile"));
    assert_eq!(refused.fault().0, "recipients[1].userId");
    call["recipients"].as_array_mut().unwrap().pop();
    assert_eq!(world.trigger(&call).await.status, 202);
}

#[tokio::test]
async fn a_client_sees_no_person_of_another_sandbox() {
    let world = World::new().await;
    let prod = "prod".parse().unwrap();
    let change = serde_json::from_value(ann(&json!({}))).unwrap();
    let (elsewhere, _) = world.engine.upsert_profile(&prod, change, "Web shop").await.unwrap();
    let one = format!("{PROFILES}/{}", elsewhere.id);
    assert_eq!(world.get(&one).await.refusal(), (404, "profile_not_found"));
    assert_eq!(world.get(&format!("{one}/export")).await.refusal(), (404, "profile_not_found"));
    assert_eq!(send(&world, Method::PATCH, &one, &json!({})).await.refusal(), (404, "profile_not_found"));
    assert_eq!(world.client(Method::DELETE, &one).send().await.refusal(), (404, "profile_not_found"));
    assert_eq!(world.get(PROFILES).await.json["profiles"], json!([]));
}
