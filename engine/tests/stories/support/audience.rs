//! Audiences of tests, and calls for them.

use domain::SandboxName;
use domain::execution::{AudienceRequest, Execution};
use domain::id::AudienceId;
use domain::sandbox::SandboxMode;
use engine::audiences::ImportRules;
use engine::runs::AudienceAccepted;
use engine::{Engine, Result};
use serde_json::{Value, json};

use super::shop::{ANN, Shop, smtp};
use super::{World, dev};

/// A list of that many people: `p0@example.com` and so on.
pub fn people(count: usize) -> String {
    (0..count).map(|n| format!("{{\"userId\": \"p{n}@example.com\"}}\n")).collect()
}

/// Everybody on the list has agreed.
pub fn opted_in() -> ImportRules<'static> {
    ImportRules { opted_in: Some("Newsletter form"), ..ImportRules::default() }
}

/// Imports a list of people who agreed to marketing, and returns the audience.
pub async fn import(world: &World, sandbox: &SandboxName, name: &str, list: &str) -> AudienceId {
    world.import_audience(sandbox, name, list.as_bytes(), opted_in(), ANN).await.unwrap().audience_id
}

/// A marketing campaign for that many readers, whose messages land in the capture inbox. `schedule` as in a campaign file.
pub async fn news(world: &World, readers: usize, schedule: &str) -> Shop {
    import(world, &dev(), "Readers", &people(readers)).await;
    Shop::with(world, &dev(), "News", "marketing", "{ kind: capture }", schedule).await
}

/// The same in the sandbox `dev`, which is live from now on; the relay listens at this port.
pub async fn mailing_news(world: &World, port: u16, readers: usize) -> Shop {
    world.set_sandbox_mode(&dev(), SandboxMode::Live).await.unwrap();
    import(world, &dev(), "Readers", &people(readers)).await;
    Shop::with(world, &dev(), "News", "marketing", &smtp(port), "").await
}

/// A call for the campaign's audience, with these fields over the usual ones.
pub fn request(shop: &Shop, more: Value) -> AudienceRequest {
    let mut body = json!({"campaignId": shop.campaign, "context": {"order": {"id": 7}}});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(body).unwrap()
}

pub async fn trigger(engine: &Engine, shop: &Shop, more: Value) -> Result<AudienceAccepted> {
    engine.trigger_audience(&shop.caller, request(shop, more)).await
}

/// Triggers and returns the execution as it is.
pub async fn run(world: &World, shop: &Shop, more: Value) -> Execution {
    match trigger(world, shop, more).await.unwrap() {
        AudienceAccepted::Execution(accepted) => world.find_execution(&dev(), &accepted.execution_id).await.unwrap(),
        AudienceAccepted::Schedule { schedule, .. } => panic!("scheduled: {schedule:?}"),
    }
}
