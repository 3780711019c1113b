//! The content API: templates and fragments as the contract has them.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, World};

const TEMPLATES: &str = "/ajo/content/templates";
const FRAGMENTS: &str = "/ajo/content/fragments";
const TEMPLATE: &str = "application/vnd.adobe.ajo.template.v1+json";
const FRAGMENT: &str = "application/vnd.adobe.ajo.fragment.v1.0+json";
const PUBLICATION: &str = "application/vnd.adobe.ajo.fragment.publication.v1.0+json";
const PATCH: &str = "application/json-patch+json";

async fn send(world: &World, method: Method, path: &str, media_type: &str, etag: &str, body: &Value) -> Answer {
    let call = world.client(method, path).header("content-type", media_type);
    let call = if etag.is_empty() { call } else { call.header("if-match", etag) };
    call.body(body.to_string()).send().await
}

async fn post(world: &World, path: &str, media_type: &str, body: &Value) -> Answer {
    send(world, Method::POST, path, media_type, "", body).await
}

fn page(name: &str) -> Value {
    json!({
        "name": name,
        "templateType": "html",
        "channels": ["email"],
        "source": { "origin": "external", "metadata": { "n": 1 } },
        "template": { "html": "<p>{{ context.name }}</p>", "editorContext": { "notes": [1] } }
    })
}

fn footer(text: &str) -> Value {
    json!({ "name": "Footer", "type": "html", "channels": ["email"], "fragment": { "content": text } })
}

/// The path of a new one.
async fn made(world: &World, path: &str, media_type: &str, body: &Value) -> String {
    let answer = post(world, path, media_type, body).await;
    assert_eq!((answer.status, answer.text.as_str()), (201, ""), "{answer:?}");
    let location = answer.header("location").to_owned();
    assert_eq!(location, format!("{path}/{}", answer.header("x-resource-id")));
    assert_eq!(answer.header("etag"), "\"1\"");
    location
}

async fn publish(world: &World, path: &str) -> Value {
    let id = path.rsplit('/').next().unwrap();
    let asked = json!({ "fragmentId": id });
    let kind = "application/vnd.adobe.ajo.fragment.publication.request.v1.0+json";
    let answer = post(world, &format!("{FRAGMENTS}/publications"), kind, &asked).await;
    assert_eq!((answer.status, answer.header("location")), (202, format!("{path}/lastPublicationStatus").as_str()));
    let status = world.get(answer.header("location")).await;
    assert_eq!((status.status, status.header("content-type")), (200, PUBLICATION));
    status.json
}

#[tokio::test]
async fn a_template_is_made_read_changed_and_deleted() {
    let world = World::new().await;
    let path = made(&world, TEMPLATES, TEMPLATE, &page("Welcome")).await;
    let read = world.get(&path).await;
    assert_eq!((read.status, read.header("content-type"), read.header("etag")), (200, TEMPLATE, "\"1\""));
    let expected = json!({
        "id": path.rsplit('/').next(),
        "name": "Welcome",
        "templateType": "html",
        "channels": "email",
        "source": { "origin": "external", "metadata": { "n": 1 } },
        "template": { "html": "<p>{{ context.name }}</p>", "editorContext": { "notes": [1] } },
        "createdAt": "2026-12-01T09:00:00.000Z",
        "createdBy": "Shop backend",
        "modifiedAt": "2026-12-01T09:00:00.000Z",
        "modifiedBy": "Shop backend"
    });
    assert_eq!(read.json, expected);
    // What was answered can be sent back.
    let back = Value::Object(read.json.as_object().unwrap().clone());
    let changed = send(&world, Method::PUT, &path, TEMPLATE, "\"1\"", &back).await;
    assert_eq!((changed.status, changed.header("etag"), changed.text.as_str()), (204, "\"2\"", ""));
    let late = send(&world, Method::PUT, &path, TEMPLATE, "\"1\"", &back).await;
    assert_eq!(late.refusal(), (409, "changed_meanwhile"));
    let without = send(&world, Method::PUT, &path, TEMPLATE, "", &back).await;
    assert_eq!((without.refusal(), without.fault()), ((400, "required"), ("If-Match", "required")));
    let patch = json!([
        { "op": "replace", "path": "/name", "value": "Hello" },
        { "op": "add", "path": "/description", "value": "For new people" },
        { "op": "add", "path": "/parentFolderId", "value": "f-1" }
    ]);
    let patched = send(&world, Method::PATCH, &path, PATCH, "\"2\"", &patch).await;
    assert_eq!((patched.status, patched.header("etag")), (200, "\"3\""), "{patched:?}");
    assert_eq!(patched.json["name"], "Hello");
    assert_eq!(
        (&patched.json["description"], &patched.json["parentFolderId"]),
        (&json!("For new people"), &json!("f-1"))
    );
    let patch = json!([{ "op": "remove", "path": "/parentFolderId" }, { "op": "remove", "path": "/description" }]);
    let patched = send(&world, Method::PATCH, &path, PATCH, "*", &patch).await;
    assert_eq!((patched.json.get("description"), patched.json.get("parentFolderId")), (None, None), "{patched:?}");
    assert_eq!(patched.json["template"], expected["template"]);
    assert_eq!(world.client(Method::DELETE, &path).send().await.status, 204);
    assert_eq!(world.get(&path).await.refusal(), (404, "template_not_found"));
    assert_eq!(world.client(Method::DELETE, &path).send().await.refusal(), (404, "template_not_found"));
    assert_eq!(world.get(&format!("{TEMPLATES}/x")).await.refusal(), (404, "template_not_found"));
}

#[tokio::test]
async fn a_patch_changes_name_description_and_folder_and_nothing_else() {
    let world = World::new().await;
    let path = made(&world, TEMPLATES, TEMPLATE, &page("Welcome")).await;
    for (patch, place, code) in [
        (json!([{ "op": "replace", "path": "/template", "value": "x" }]), "[0].path", "unknown_word"),
        (json!([{ "op": "move", "path": "/name", "from": "/description" }]), "[0].op", "unknown_word"),
        (json!([{ "op": "remove", "path": "/name" }]), "[0].path", "required"),
        (json!([{ "op": "replace", "path": "/name", "value": 7 }]), "[0].value", "wrong_type"),
        (json!([{ "op": "replace", "path": "/name", "value": " " }]), "name", "required"),
        (json!({ "op": "remove", "path": "/description" }), "", "wrong_type"),
    ] {
        let answer = send(&world, Method::PATCH, &path, PATCH, "\"1\"", &patch).await;
        assert_eq!(answer.refusal().0, 400, "{patch}");
        assert_eq!(answer.fault(), (place, code), "{patch}: {answer:?}");
    }
    assert_eq!(world.get(&path).await.header("etag"), "\"1\"");
}

#[tokio::test]
async fn templates_of_all_our_channels_are_taken_and_others_are_refused() {
    let world = World::new().await;
    let of = |channel: &str, template: Value| json!({ "name": channel, "templateType": "content", "channels": [channel], "template": template });
    let push = json!({
        "pushType": "message", "title": "T", "message": "M",
        "ios": { "interaction": { "type": "WEBURL", "uri": "https://x.example" }, "mutableContent": true },
        "android": { "channelId": "news", "actions": { "buttons": [{ "label": "L", "type": "OPENAPP" }] } }
    });
    let mail = json!({
        "subject": "S", "html": { "body": "<p>" }, "text": { "body": "T", "syncFromHtml": false },
        "headers": { "x": "y" }, "x-amp-html": { "body": "<html amp4email>" }
    });
    for (channel, template) in [
        ("sms", json!({ "text": "Hi", "messageType": "mms", "title": null, "mediaUri": "https://x.example/a.png" })),
        ("push", push),
        ("email", mail),
    ] {
        let path = made(&world, TEMPLATES, TEMPLATE, &of(channel, template.clone())).await;
        let read = world.get(&path).await;
        assert_eq!((&read.json["channels"], &read.json["template"]), (&json!(channel), &template));
    }
    for (body, place, code) in [
        (of("inapp", json!({ "body": { "html": "x" } })), "channels", "unsupported_channel"),
        (of("shared", json!({})), "channels", "unsupported_channel"),
        (of("sms", json!({ "message": "x" })), "template.message", "unknown_word"),
        (of("sms", json!({})), "template.text", "missing_field"),
        (of("email", json!({ "subject": "S", "html": "<p>" })), "template.html", "wrong_type"),
        (json!({ "templateType": "html", "channels": ["email"], "template": { "html": "" } }), "name", "missing_field"),
        (
            json!({ "name": "x", "templateType": "zip", "channels": ["email"], "template": {} }),
            "templateType",
            "unknown_word",
        ),
        (json!({ "name": "x", "templateType": "html", "channels": [], "template": {} }), "channels", "unknown_word"),
        (
            json!({ "name": "x", "templateType": "html", "channels": ["sms"], "template": { "html": "" } }),
            "channels",
            "unsupported_channel",
        ),
        (
            json!({ "name": "x", "templateType": "html", "subType": "HTML", "channels": ["email"], "template": { "html": "" } }),
            "subType",
            "unsupported_channel",
        ),
    ] {
        let answer = post(&world, TEMPLATES, TEMPLATE, &body).await;
        assert_eq!(answer.refusal().0, 400, "{body}");
        assert_eq!(answer.fault(), (place, code), "{body}: {answer:?}");
    }
    let plain = world.client(Method::POST, TEMPLATES).header("content-type", "text/plain").body("{}").send().await;
    assert_eq!(plain.refusal(), (415, "wrong_content_type"));
}

#[tokio::test]
async fn lists_are_put_in_order_filtered_and_leafed_through_by_their_links() {
    let world = World::new().await;
    for name in ["b", "a", "c"] {
        made(&world, TEMPLATES, TEMPLATE, &page(name)).await;
        world.clock.advance(std::time::Duration::from_secs(1));
    }
    let names = |answer: &Answer| -> Vec<String> {
        let items = answer.json["items"].as_array().unwrap_or_else(|| panic!("{answer:?}"));
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };
    let first = world.get(&format!("{TEMPLATES}?limit=2")).await;
    assert_eq!(first.header("content-type"), "application/vnd.adobe.ajo.template-list.v1+json");
    assert_eq!(names(&first), ["c", "a"]);
    assert_eq!((&first.json["_page"]["orderBy"], &first.json["_page"]["count"]), (&json!("-modifiedAt"), &json!(2)));
    let item = &first.json["items"][0];
    assert_eq!(item["self"]["href"], format!("/templates/{}", item["id"].as_str().unwrap()));
    assert_eq!(item.get("template"), None);
    let next = first.json["_links"]["next"]["href"].as_str().unwrap();
    let second = world.get(&format!("/ajo/content{next}")).await;
    assert_eq!((names(&second), second.json["_links"].get("next")), (vec!["b".to_owned()], None));
    for (query, expected) in [
        ("orderBy=%2Bname", vec!["a", "b", "c"]),
        ("orderBy=+name", vec!["a", "b", "c"]),
        ("orderBy=name", vec!["c", "b", "a"]),
        ("orderBy=-createdAt", vec!["c", "a", "b"]),
        ("property=name~%5E%5Bab%5D&property=createdAt%3E2026-12-01T09:00:00Z", vec!["a"]),
        ("property=name%3D%3Db", vec!["b"]),
        ("property=templateType!%3Dhtml", vec![]),
        ("property=origin%3D%3Dexternal&property=channels%3D%3Demail&limit=1", vec!["c"]),
    ] {
        assert_eq!(names(&world.get(&format!("{TEMPLATES}?{query}")).await), expected, "{query}");
    }
    for (query, code) in [
        ("orderBy=size", "unknown_word"),
        ("limit=0", "out_of_range"),
        ("limit=1001", "out_of_range"),
        ("start=%21", "bad_query"),
        ("start=YWJj", "bad_query"),
        ("property=name", "bad_query"),
        ("property=colour%3D%3Dred", "bad_query"),
        ("property=name~(", "bad_query"),
        ("property=createdAt%3Esoon", "bad_query"),
        ("sort=name", "bad_query"),
    ] {
        assert_eq!(world.get(&format!("{TEMPLATES}?{query}")).await.refusal(), (400, code), "{query}");
    }
}

#[tokio::test]
async fn a_fragment_is_published_and_the_next_message_says_it() {
    let world = World::new().await;
    let path = made(&world, FRAGMENTS, FRAGMENT, &footer("<i>One</i>")).await;
    let read = world.get(&path).await;
    assert_eq!((read.header("content-type"), read.header("etag")), (FRAGMENT, "\"1\""));
    assert_eq!(
        (&read.json["status"], &read.json["channels"], &read.json["fragment"]),
        (&json!("DRAFT"), &json!("email"), &json!({ "content": "<i>One</i>" }))
    );
    assert_eq!(world.get(&format!("{path}/liveFragment")).await.refusal(), (404, "published_fragment_not_found"));
    assert_eq!(world.get(&format!("{path}/lastPublicationStatus")).await.refusal(), (404, "publication_not_found"));
    assert_eq!(publish(&world, &path).await, json!({ "status": "complete" }));
    let yaml = "kind: campaign\nname: With footer\ncategory: transactional\nconfiguration: Shop\nstatus: live\n\
        content:\n  subject: 'Hi'\n  html: '<p>Hi</p>{{ fragment(\"Footer\") }}'\n";
    let campaign = world.apply(yaml).await;
    let changed = send(&world, Method::PUT, &path, FRAGMENT, "\"1\"", &footer("<i>Two</i>")).await;
    assert_eq!((changed.status, changed.header("etag")), (204, "\"2\""), "{changed:?}");
    let live = world.get(&format!("{path}/liveFragment")).await;
    assert_eq!(live.json, json!({ "type": "html", "fragment": { "content": "<i>One</i>" } }));
    assert_eq!(publish(&world, &path).await, json!({ "status": "complete" }));
    assert_eq!(world.get(&path).await.json["status"], "PUBLISHED");
    let mut call = world.order("r-1", &["ann@example.com"]);
    call["campaignId"] = json!(campaign);
    assert_eq!(world.trigger(&call).await.status, 202);
    world.engine.drain().await.unwrap();
    let messages = world.get("/ajo/im/messages").await;
    let id = messages.json["messages"][0]["messageId"].as_str().unwrap().to_owned();
    let message = world.engine.find_message(&crate::support::dev(), &id.parse().unwrap()).await.unwrap();
    assert_eq!(message.rendered.unwrap().content.email().unwrap().html, "<p>Hi</p><i>Two</i>");
    // What callers do not give stops it, and is told.
    let changed = send(&world, Method::PUT, &path, FRAGMENT, "\"2\"", &footer("{{ context.city }}")).await;
    assert_eq!(changed.status, 204);
    let status = publish(&world, &path).await;
    assert_eq!(status["status"], "error");
    let title = status["errors"][0]["title"].as_str().unwrap();
    assert!(title.contains("“With footer”") && title.contains("context.city"), "{status}");
    let live = world.get(&format!("{path}/liveFragment")).await;
    assert_eq!(live.json["fragment"]["content"], "<i>Two</i>");
    let listed = world.get(&format!("{FRAGMENTS}?property=status%3D%3DDRAFT")).await;
    assert_eq!(listed.header("content-type"), "application/vnd.adobe.ajo.fragment-list.v1.0+json");
    assert_eq!(listed.json["items"][0]["name"], "Footer");
    let renamed = json!([{ "op": "replace", "path": "/name", "value": "End" }]);
    let renamed = send(&world, Method::PATCH, &path, PATCH, "\"3\"", &renamed).await;
    assert_eq!(renamed.refusal(), (409, "fragment_in_use"));
    let described = json!([{ "op": "add", "path": "/description", "value": "Below" }]);
    let described = send(&world, Method::PATCH, &path, PATCH, "\"3\"", &described).await;
    assert_eq!((described.status, described.header("etag"), described.text.as_str()), (204, "\"4\"", ""));
}

#[tokio::test]
async fn an_expression_says_what_it_makes_and_an_unknown_fragment_is_not_published() {
    let world = World::new().await;
    let expression = json!({
        "name": "Greeting", "type": "expression", "subType": "TEXT", "channels": ["shared"],
        "fragment": { "expression": "Hi {{ context.name }}" }
    });
    let path = made(&world, FRAGMENTS, FRAGMENT, &expression).await;
    let read = world.get(&path).await.json;
    assert_eq!((&read["subType"], &read["channels"]), (&json!("TEXT"), &json!("shared")));
    assert_eq!(read["fragment"], expression["fragment"]);
    let with = |field: &str, value: Value| {
        let mut body = expression.clone();
        body["name"] = json!("Other");
        body[field] = value;
        body
    };
    for (body, place, code) in [
        (with("channels", json!(["email"])), "channels", "unsupported_channel"),
        (with("subType", Value::Null), "subType", "missing_field"),
        (with("fragment", json!({ "content": "x" })), "fragment.expression", "missing_field"),
        (with("name", json!("greeting")), "name", "name_taken"),
        (with("name", json!("It's")), "name", "bad_name"),
        (with("fragment", json!({ "expression": "x".repeat(200 * 1024 + 1) })), "fragment.expression", "too_large"),
    ] {
        let answer = post(&world, FRAGMENTS, FRAGMENT, &body).await;
        assert_eq!(answer.refusal().0, 400, "{place}");
        assert_eq!(answer.fault(), (place, code));
    }
    let unknown = json!({ "fragmentId": "frg_00000000000000000000000000" });
    let answer = post(&world, &format!("{FRAGMENTS}/publications"), "application/json", &unknown).await;
    assert_eq!((answer.refusal(), answer.fault().0), ((400, "unknown_fragment"), "fragmentId"));
    assert_eq!(world.get(&format!("{FRAGMENTS}/x/liveFragment")).await.refusal(), (404, "fragment_not_found"));
}
