//! Tokens of devices: whoever has one can write to the device.

use domain::access::Role;
use domain::device::DeviceRegistration;
use domain::execution::ExecutionRequest;
use domain::push_token::{PushPlatform, PushToken};
use serde_json::json;

use crate::support::{World, dev};

const BY: &str = "ann@example.com";
const TOKEN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const SHORT: &str = "012345…abcdef";
const NEWS: &str = "
kind: channel-configuration
name: App
channel: push
category: transactional
status: active
transport: { kind: capture }
---
kind: campaign
name: News
channel: push
category: transactional
configuration: App
status: live
content: { title: Hello, body: News }
";

/// A registered device and the page of a message to it.
async fn notified(world: &World) -> String {
    let engine = &world.engine;
    let token = PushToken { platform: PushPlatform::Fcm, token: TOKEN.into() };
    engine.register_push_token(&dev(), &DeviceRegistration::new("kim@example.com", "email", token)).await.unwrap();
    let campaign = engine.apply_file(Some(&dev()), NEWS, BY).await.unwrap().pop().unwrap().id;
    let client = engine.create_api_client(&dev(), "Shop", BY).await.unwrap();
    let token = engine.issue_token(client.client_id.as_str(), &client.client_secret).await.unwrap();
    let caller = engine.authenticate(&token.token, client.client_id.as_str(), Some("dev")).await.unwrap();
    let kim = json!({"type": "external", "userId": "kim@example.com", "namespace": "email"});
    let call = json!({"requestId": "r-1", "campaignId": campaign, "recipients": [kim]});
    let request: ExecutionRequest = serde_json::from_value(call).unwrap();
    engine.trigger_unitary(&caller, request).await.unwrap();
    engine.drain().await.unwrap();
    let messages = engine.list_messages(&dev(), &domain::message::LogFilter::default(), None, 1).await.unwrap();
    format!("/dev/messages/{}", messages.rows[0].id)
}

#[tokio::test]
async fn only_who_sets_up_channels_gets_whole_tokens() {
    let world = World::new().await;
    let message = notified(&world).await;
    let (viewer, manager) = (world.browser(Role::Viewer).await, world.browser(Role::Manager).await);
    let administrator = world.browser(Role::Administrator).await;
    for (browser, path) in [
        (&viewer, "/dev/messages"),
        (&viewer, "/dev/inbox"),
        (&viewer, &message),
        (&manager, &message),
        (&manager, "/dev/settings/devices"),
    ] {
        let page = browser.open(path).await;
        assert!(page.words().contains(SHORT), "{path}: {}", page.words());
        assert!(!page.text.contains(TOKEN), "{path}");
    }
    for path in ["/dev/messages", &message, "/dev/settings/devices"] {
        let page = administrator.open(path).await;
        assert!(page.text.contains(TOKEN) && page.words().contains(SHORT), "{path}: {}", page.words());
    }
}
