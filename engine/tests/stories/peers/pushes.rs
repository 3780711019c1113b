//! The notifications with which push services are tried, and the keys that sign them.

use base64::Engine as _;
use domain::device::DeviceRegistration;
use domain::message::MessageDetail;
use domain::push_token::{PushPlatform, PushToken};
use serde_json::json;

use crate::support::shop::Shop;
use crate::support::texting::{send, shop};
use crate::support::{World, dev};

/// The key of a service account.
pub const ACCOUNT_KEY: &str = include_str!("../../../src/providers/testdata/rsa_key.pem");

/// A service account whose tokens are at `/token` of this address, as a value in a campaign file.
pub fn account(url: &str) -> String {
    let account = json!({
        "type": "service_account", "project_id": "shop-1", "private_key_id": "k-1", "private_key": ACCOUNT_KEY,
        "client_email": "hermod@shop-1.iam.example.com", "token_uri": format!("{url}/token"),
    });
    quoted(&account.to_string())
}

/// A text in a campaign file.
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// A key as Apple gives it out, made for this test.
pub fn apple_key() -> String {
    let random = ring::rand::SystemRandom::new();
    let der = ring::signature::EcdsaKeyPair::generate_pkcs8(&ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING, &random);
    let text = base64::engine::general_purpose::STANDARD.encode(der.unwrap().as_ref());
    format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
}

/// All that a notification of this kind (`message` or `silent`) may have.
pub fn notification(kind: &str) -> String {
    format!(
        "{{ kind: {kind}, title: '세일 {{{{ context.code }}}}', body: '50 % <off>', clickAction: web_url, \
         clickUrl: 'https://shop.example.com/sale', imageUrl: 'https://shop.example.com/sale.png', badge: 3, sound: bell, \
         collapseKey: sale-2026, priority: high, iosThread: offers, androidChannel: offers, data: {{ order: '7' }} }}"
    )
}

/// A live campaign over this transport, and Ann's device.
pub async fn with_device(world: &World, transport: &str, content: &str, platform: PushPlatform, token: &str) -> Shop {
    let shop = shop(world, "push", transport, content).await.0;
    let token = PushToken { platform, token: token.to_owned() };
    world.register_push_token(&dev(), &DeviceRegistration::new("ann@example.com", "email", token)).await.unwrap();
    shop
}

/// Sends to Ann, and tells what became of it.
pub async fn to_ann(world: &World, shop: &Shop, request_id: &str) -> MessageDetail {
    let ann = json!({"type": "external", "userId": "ann@example.com", "namespace": "email", "context": {"code": 7}});
    send(world, shop, request_id, ann).await
}
