//! Requests to providers that publish no document, read with the models of the clients that they publish: `PyPI`'s
//! `infobip-api-python-client`, which has SMS alone, and `sinch`, which has SMS, MMS and RCS.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::process::named;
use crate::support::World;
use crate::support::provider::Provider;
use crate::support::texting::{KIM, send, shop, state, to_number};

/// Sends a message of each content, and has what the provider was asked each time last read by `reader` of `models.py`.
async fn assert_known(python: &Path, reader: &str, provider: &Provider, transport: &str, contents: &[&str]) {
    let mut bodies: Vec<Value> = Vec::new();
    for content in contents {
        let world = World::sqlite().await;
        let shop = shop(&world, "mobile", transport, content).await.0;
        assert_eq!(state(&send(&world, &shop, "r-1", to_number(KIM)).await), ("sent", None), "{content}");
        bodies.push(serde_json::from_str(&provider.asked().pop().unwrap().body).unwrap());
        world.end().await;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories/peers/models.py");
    let mut command = Command::new(python);
    command.arg(script).arg(reader).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut reading = command.spawn().unwrap();
    let mut input = reading.stdin.take().unwrap();
    input.write_all(Value::from(bodies.clone()).to_string().as_bytes()).await.unwrap();
    drop(input);
    let read = reading.wait_with_output().await.unwrap();
    assert_eq!((read.status.success(), String::from_utf8_lossy(&read.stdout).trim()), (true, "[]"), "{bodies:?}");
}

const TEXT: &str = "{ text: 'Your code is {{ context.code }}.' }";
const PICTURE: &str = "{ kind: mms, title: Sale, text: Today, mediaUrl: 'https://shop.example.com/sale.png' }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_message_goes_to_infobip_as_its_own_client_would_send_it() {
    let Some(python) = named("HERMOD_TEST_PROVIDERS") else { return };
    let taken =
        r#"{"messages": [{"messageId": "p-1", "status": {"groupName": "PENDING", "name": "PENDING_ENROUTE"}}]}"#;
    let infobip = Provider::start(&[(200, taken)]).await;
    let transport = format!("{{ kind: infobip, baseUrl: '{}', apiKey: k, validityHours: '24' }}", infobip.url);
    assert_known(&python, "infobip_sms", &infobip, &transport, &[TEXT]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_and_pictures_go_to_sinch_as_its_own_client_would_send_them() {
    let Some(python) = named("HERMOD_TEST_PROVIDERS") else { return };
    let sinch = Provider::start(&[(201, r#"{"id": "p-1"}"#); 2]).await;
    let transport = format!("{{ kind: sinch, baseUrl: '{}', servicePlanId: plan, apiToken: token }}", sinch.url);
    assert_known(&python, "sinch_sms", &sinch, &transport, &[TEXT, PICTURE]).await;
}

/// A card with every suggestion, and beside each other two of them.
const RICH: [&str; 3] = [
    "
  kind: rcs
  text: Your order is on its way.
  rcs: { kind: text, suggestions: [{ label: Thanks }], fallbackText: On its way. }
",
    "
  kind: rcs
  mediaUrl: https://shop.example.com/tea.png
  rcs: { kind: media, fallbackText: On its way. }
",
    "
  kind: rcs
  rcs:
    kind: carousel
    cards:
      - title: 'Order {{ context.code }}'
        description: Tea
        mediaUrl: https://shop.example.com/tea.png
        suggestions:
          - { kind: open_url, label: Track, target: 'https://shop.example.com/{{ context.code }}' }
          - { kind: dial, label: Call, target: '+15005550006' }
      - title: Questions?
        suggestions:
          - { kind: show_location, label: Shop, target: '37.5,127.0' }
    suggestions: [{ label: Thanks }]
    fallbackText: On its way.
",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rich_messages_go_to_sinch_as_its_own_client_would_send_them() {
    let Some(python) = named("HERMOD_TEST_PROVIDERS") else { return };
    let token = (200, r#"{"access_token": "t", "expires_in": 3600}"#);
    let taken = (200, r#"{"message_id": "p-1"}"#);
    let sinch = Provider::start(&[token, taken, token, taken, token, taken]).await;
    let transport = format!(
        "{{ kind: sinch, baseUrl: '{}', servicePlanId: plan, apiToken: token, rcsProjectId: p, rcsAppId: a, rcsKeyId: k, \
         rcsKeySecret: s }}",
        sinch.url
    );
    assert_known(&python, "sinch_conversation", &sinch, &transport, &RICH).await;
}
