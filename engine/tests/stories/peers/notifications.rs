//! Notifications to the push services of `PyPI`'s mockpost, over TLS and HTTP/2: FCM with its access tokens, APNs with its provider
//! tokens, and a push service of browsers, which checks who sends (RFC 8292) and reads what is encrypted (RFC 8291).

use std::ffi::OsStr;

use domain::push_token::PushPlatform;
use engine::providers::web_push::generate_keys;
use http::Method;
use serde_json::{Value, json};

use super::process::{Peer, named};
use super::pushes::{ACCOUNT_KEY, account, apple_key, notification, quoted, to_ann, with_device};
use crate::support::World;
use crate::support::shop::Shop;
use crate::support::texting::state;

struct Mockpost {
    peer: Peer,
    certificate: String,
    apple_key: String,
    _folder: tempfile::TempDir,
}

impl Mockpost {
    async fn start() -> Option<Self> {
        let python = named("HERMOD_TEST_PROVIDERS")?;
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let (certificate, apple_key) = (made.cert.pem(), apple_key());
        let folder = tempfile::tempdir().unwrap();
        for (file, content) in [
            ("certificate.pem", &certificate),
            ("certificate_key.pem", &made.signing_key.serialize_pem()),
            ("apple_key.pem", &apple_key),
            ("account_key.pem", &ACCOUNT_KEY.to_owned()),
        ] {
            std::fs::write(folder.path().join(file), content).unwrap();
        }
        let peer = Peer::start::<&OsStr>(&python, "push_services.py", &[], folder.path()).await;
        Some(Self { peer, certificate, apple_key, _folder: folder })
    }

    async fn world(&self) -> World {
        World::in_present_time(&self.certificate).await
    }

    async fn tell(&self, path: &str, body: Value) -> Value {
        self.peer.ask(&self.certificate, Method::POST, path, body).await
    }

    /// The one notification that it took: to whom, its body, and what mockpost says of it beside that.
    async fn took(&self) -> (String, Value, Value) {
        let took = self.peer.ask(&self.certificate, Method::GET, "/api/messages", Value::Null).await;
        let [message] = &took.as_array().unwrap()[..] else { panic!("{took}") };
        let text = |name: &str| message[name].as_str().unwrap();
        let json = |name: &str| serde_json::from_str(text(name)).unwrap();
        (text("recipient").to_owned(), json("raw_payload"), json("meta"))
    }
}

/// The device is gone: the next notification fails for this reason, and there is none after it.
async fn assert_forgotten(world: &World, shop: &Shop, reason: &str) {
    assert_eq!(state(&to_ann(world, shop, "r-2").await), ("failed", Some(reason)));
    assert_eq!(state(&to_ann(world, shop, "r-3").await), ("excluded", Some("no_push_token")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notification_arrives_over_firebase_until_the_app_is_gone() {
    let Some(mockpost) = Mockpost::start().await else { return };
    let (world, url) = (mockpost.world().await, &mockpost.peer.url);
    let transport = format!("{{ kind: fcm, baseUrl: '{url}/fcm', serviceAccount: {} }}", account(url));
    let shop = with_device(&world, &transport, &notification("message"), PushPlatform::Fcm, "d-1:APA91b").await;
    assert_eq!(state(&to_ann(&world, &shop, "r-1").await), ("sent", None));
    let (device, request, of) = mockpost.took().await;
    assert_eq!((device.as_str(), &of["target"], &of["title"]), ("d-1:APA91b", &json!("token"), &json!("세일 7")));
    assert_eq!(request["message"]["data"]["order"], "7");
    // Google's own answer has the status NOT_FOUND here; the code in its details, which is what counts, is the same.
    mockpost.tell("/fcm/simulate/unregister", json!({"token": "d-1:APA91b"})).await;
    assert_forgotten(&world, &shop, "fcm_unregistered").await;
    world.end().await;
}

const IPHONE: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

fn apns(mockpost: &Mockpost) -> String {
    format!(
        "{{ kind: apns, teamId: DEF123GHIJ, keyId: ABC123DEFG, topic: com.example.shop, baseUrl: '{}/apns', privateKey: {} }}",
        mockpost.peer.url,
        quoted(&mockpost.apple_key)
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notification_arrives_over_apns_until_the_app_is_gone() {
    let Some(mockpost) = Mockpost::start().await else { return };
    let world = mockpost.world().await;
    let shop = with_device(&world, &apns(&mockpost), &notification("message"), PushPlatform::Apns, IPHONE).await;
    assert_eq!(state(&to_ann(&world, &shop, "r-1").await), ("sent", None));
    let (device, payload, of) = mockpost.took().await;
    assert_eq!(
        (device.as_str(), &payload["aps"]["alert"]),
        (IPHONE, &json!({"title": "세일 7", "body": "50 % <off>"}))
    );
    for (name, value) in
        [("topic", "com.example.shop"), ("push_type", "alert"), ("priority", "10"), ("collapse_id", "sale-2026")]
    {
        assert_eq!(of[name], value, "{name}");
    }
    mockpost.tell("/apns/simulate/unregister", json!({"device_token": IPHONE})).await;
    assert_forgotten(&world, &shop, "apns_unregistered").await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_notification_arrives_over_apns_in_the_background() {
    let Some(mockpost) = Mockpost::start().await else { return };
    let world = mockpost.world().await;
    let shop = with_device(&world, &apns(&mockpost), &notification("silent"), PushPlatform::Apns, IPHONE).await;
    assert_eq!(state(&to_ann(&world, &shop, "r-1").await), ("sent", None));
    let (_, payload, of) = mockpost.took().await;
    assert_eq!(payload, json!({"aps": {"content-available": 1}, "order": "7"}));
    assert_eq!((&of["push_type"], &of["priority"]), (&json!("background"), &json!("5")));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_reads_its_notification_until_it_unsubscribes() {
    let Some(mockpost) = Mockpost::start().await else { return };
    let world = mockpost.world().await;
    let subscription = mockpost.tell("/webpush/subscribe", Value::Null).await;
    let (public, private) = generate_keys();
    let transport = format!(
        "{{ kind: web_push, subject: 'mailto:ops@example.com', publicKey: '{public}', privateKey: '{private}' }}"
    );
    let token = json!({"endpoint": subscription["endpoint"], "keys": subscription["keys"]}).to_string();
    let shop = with_device(&world, &transport, &notification("message"), PushPlatform::Web, &token).await;
    assert_eq!(state(&to_ann(&world, &shop, "r-1").await), ("sent", None));
    let (endpoint, payload, of) = mockpost.took().await;
    assert_eq!(
        (endpoint.as_str(), &of["decryption"]),
        (subscription["endpoint"].as_str().unwrap(), &json!("decrypted"))
    );
    let expected = json!({
        "title": "세일 7", "body": "50 % <off>", "image": "https://shop.example.com/sale.png", "clickAction": "web_url",
        "url": "https://shop.example.com/sale", "sound": "bell", "tag": "sale-2026", "badge": 3, "data": {"order": "7"},
    });
    assert_eq!(payload, expected);
    assert_eq!((&of["ttl"], &of["urgency"], &of["topic"]), (&json!("302400"), &json!("high"), &json!("sale-2026")));
    let expire = format!("/webpush/subscriptions/{}/expire", subscription["id"].as_str().unwrap());
    mockpost.tell(&expire, Value::Null).await;
    assert_forgotten(&world, &shop, "web_push_410").await;
    world.end().await;
}
