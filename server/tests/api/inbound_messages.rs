//! What people write back: `POST /callbacks/{configuration}`, `GET /ajo/im/inbound-messages`.

use axum::body::Body;
use axum::http::Method;
use futures::stream;
use serde_json::{Value, json};

use crate::support::{Answer, World};

/// A provider that is described in the file and shows a shared secret.
const CODES: &str = "
kind: channel-configuration
name: Codes
channel: mobile
category: transactional
status: active
replyToHelp: Call us.
transport:
  kind: custom
  authentication: none
  url: https://sms.example.com/v1/messages
  payload: '{\"from\": \"{{fromNumber}}\", \"to\": \"{{toNumber}}\", \"text\": \"{{message}}\"}'
  callbackSecret: shared
  inboundFromPath: from
  inboundTextPath: text
  inboundIdPath: id
";

async fn tell(world: &World, configuration: &str, token: &str, body: Value) -> Answer {
    let call = world.anonymous(Method::POST, &format!("/callbacks/{configuration}"));
    let answer = call.header("x-hermod-callback-token", token).body(body.to_string()).send().await;
    world.engine.finish_replies().await;
    answer
}

#[tokio::test]
async fn nothing_is_read_of_whoever_knows_no_callback_address() {
    let world = World::new().await;
    let call = world.anonymous(Method::POST, "/callbacks/chc_00000000000000000000000000");
    let never = stream::pending::<Result<&str, std::io::Error>>();
    let answer = call.body(Body::from_stream(never)).send().await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn a_stop_from_a_number_of_the_default_country_is_heard() {
    let world = World::new().await;
    let stop = json!({"id": "1", "from": "010-9999-8888", "text": "STOP"});
    let configuration = world.apply(CODES).await;
    assert_eq!(tell(&world, &configuration, "shared", stop.clone()).await.status, 400);
    let configuration = world.apply(&CODES.replace("status: active", "status: active\ndefaultRegion: KR")).await;
    assert_eq!(tell(&world, &configuration, "shared", stop).await.status, 200);
    let all = world.get("/ajo/im/inbound-messages").await.json;
    let heard = &all["inboundMessages"][0];
    assert_eq!((&heard["from"], &heard["effect"]), (&json!("+821099998888"), &json!("opted_out")));
}

#[tokio::test]
async fn what_people_write_back_is_listed_newest_first_and_filtered() {
    let world = World::new().await;
    let configuration = world.apply(CODES).await;
    for (id, from, text) in [("1", "+821012345678", "Help"), ("2", "+821087654321", "Stop!")] {
        world.clock.advance(std::time::Duration::from_secs(1));
        let told = tell(&world, &configuration, "shared", json!({"id": id, "from": from, "text": text})).await;
        assert_eq!(told.status, 200);
    }
    let all = world.get("/ajo/im/inbound-messages").await.json;
    let [stop, help] = all["inboundMessages"].as_array().unwrap().as_slice() else { panic!("{all}") };
    assert!(stop["inboundMessageId"].as_str().unwrap().starts_with("inb_"), "{stop}");
    let facts =
        ["meaning", "keyword", "effect", "from", "text", "configurationName", "reply"].map(|name| stop[name].clone());
    assert_eq!(
        facts,
        [
            json!("stop"),
            json!("STOP"),
            json!("opted_out"),
            json!("+821087654321"),
            json!("Stop!"),
            json!("Codes"),
            Value::Null
        ]
    );
    // The sandbox captures.
    assert_eq!(help["reply"], json!({"text": "Call us.", "outcome": "captured", "detail": null}));
    for (query, count) in [
        ("?meaning=stop", 1),
        ("?meaning=", 2),
        ("?meaning=custom", 0),
        ("?number=%2B82%2010-1234-5678", 1),
        (&format!("?configurationId={configuration}&limit=1"), 1),
        ("?configurationId=chc_00000000000000000000000000", 0),
    ] {
        let answer = world.get(&format!("/ajo/im/inbound-messages{query}")).await;
        let rows = answer.json["inboundMessages"].as_array().map(Vec::len);
        assert_eq!((answer.status, rows), (200, Some(count)), "{query}");
    }
    let first = world.get("/ajo/im/inbound-messages?limit=1").await.json;
    let next = first["next"].as_str().unwrap();
    let second = world.get(&format!("/ajo/im/inbound-messages?limit=1&cursor={next}")).await.json;
    assert_eq!((&second["inboundMessages"][0]["text"], &second["next"]), (&json!("Help"), &Value::Null));
    for (query, parameter, code) in [
        ("?meaning=maybe", "meaning", "unknown_word"),
        ("?configurationId=x", "configurationId", "bad_id"),
        ("?number=%00", "number", "control_character"),
        ("?from=x", "from", "bad_query"),
        ("?cursor=msg_1", "cursor", "bad_id"),
    ] {
        let answer = world.get(&format!("/ajo/im/inbound-messages{query}")).await;
        assert_eq!((answer.refusal(), answer.fault().0), ((400, code), parameter), "{query}");
    }
}

#[tokio::test]
async fn a_callback_that_nobody_can_have_signed_is_refused_and_counted() {
    let world = World::new().await;
    let configuration = world.apply(CODES).await;
    for _ in 0..2 {
        let told = tell(&world, &configuration, "guessed", json!({"from": "+821012345678", "text": "stop"})).await;
        assert_eq!(told.refusal(), (403, "callback_forged"));
    }
    let nowhere = tell(&world, "chc_00000000000000000000000000", "guessed", json!({})).await;
    assert_eq!(nowhere.status, 404);
    let id = configuration.parse().unwrap();
    let refused = world.engine.find_refused_callbacks(&crate::support::dev(), &id).await.unwrap().unwrap();
    assert_eq!(refused.lately, 2);
    assert_eq!(world.get("/ajo/im/inbound-messages").await.json["inboundMessages"], json!([]));
}
