//! The experiment on the page of its campaign.

use domain::access::Role;
use domain::execution::ExecutionRequest;
use domain::experiment::{Experiment, Treatment};
use serde_json::{Value, json};

use crate::support::{World, dev};

const BY: &str = "ben@example.com";
const ORDER: &str = "kind: channel-configuration\nname: Shop\ncategory: transactional\nstatus: active\nfromName: Shop\n\
    fromAddress: shop@example.com\ntransport:\n  kind: capture\n---\nkind: campaign\nname: Order\n\
    category: transactional\nconfiguration: Shop\nstatus: live\ncontent:\n  subject: Order\n  html: '<p>Hi</p>'\n";

/// The page of a live campaign that compares two contents.
async fn comparing(world: &World) -> (String, String) {
    let id = world.engine.apply_file(Some(&dev()), ORDER, BY).await.unwrap().pop().unwrap().id;
    let campaign = id.parse().unwrap();
    let before = world.engine.find_campaign(&dev(), &campaign).await.unwrap();
    let mut draft = before.draft;
    let treatment = |id: &str, name: &str| Treatment { id: id.into(), name: name.into(), percent: 50 };
    let treatments = vec![treatment("a", "Plain"), treatment("b", "Bold")];
    draft.variants.experiment = Some(Experiment { id: "exp1".into(), treatments, ..Experiment::default() });
    let saved = world.engine.save_draft(&dev(), &campaign, before.campaign.revision, &draft, BY).await.unwrap();
    world.engine.publish_campaign(&dev(), &campaign, saved.campaign.revision, BY).await.unwrap();
    (format!("/dev/campaigns/{id}"), id)
}

async fn send(world: &World, campaign: &str) {
    let engine = &world.engine;
    let client = engine.create_api_client(&dev(), "Shop", BY).await.unwrap();
    let token = engine.issue_token(client.client_id.as_str(), &client.client_secret).await.unwrap();
    let caller = engine.authenticate(&token.token, client.client_id.as_str(), Some("dev")).await.unwrap();
    let people: Vec<Value> = (0..20)
        .map(|n| json!({"type": "external", "userId": format!("p{n}@example.com"), "namespace": "email"}))
        .collect();
    let call = json!({"requestId": "r-1", "campaignId": campaign, "recipients": people});
    let request: ExecutionRequest = serde_json::from_value(call).unwrap();
    engine.trigger_unitary(&caller, request).await.unwrap();
    while engine.drain().await.unwrap() > 0 {}
}

#[tokio::test]
async fn figures_stand_on_the_page_of_the_campaign_from_the_first_message_on() {
    let world = World::new().await;
    let (page, id) = Box::pin(comparing(&world)).await;
    let viewer = world.browser(Role::Viewer).await;
    let empty = viewer.open(&page).await.words();
    assert!(empty.contains("No message has gone yet") && empty.contains("Bold"), "{empty}");
    assert!(!empty.contains("Give everybody"), "a viewer decides nothing: {empty}");
    send(&world, &id).await;
    let shown = viewer.open(&page).await;
    let words = shown.words();
    assert!(!words.contains("No message has gone yet") && words.contains("Not sure yet"), "{words}");
    assert!(words.contains("The others are compared with this one") && words.contains("0.0%"), "{words}");
    assert!(shown.text.contains("role=\"img\"") && shown.text.contains("on a scale from 0 to"), "{}", shown.text);
}

#[tokio::test]
async fn everybody_gets_one_treatment_until_that_is_undone() {
    let world = World::new().await;
    let (page, _) = Box::pin(comparing(&world)).await;
    let browser = world.browser(Role::Approver).await;
    let decided = browser.submit(&page, "Give everybody “Bold”", &[]).await.words();
    assert!(decided.contains("Everybody gets “Bold”.") && decided.contains("decided so"), "{decided}");
    assert!(decided.contains("100%") && decided.contains("Winner"), "{decided}");
    let undone = browser.submit(&page, "Undo and let it run on", &[]).await.words();
    assert!(undone.contains("Give everybody “Bold”") && !undone.contains("100%"), "{undone}");
    assert!(undone.contains("Somebody has decided by hand"), "{undone}");
}

#[tokio::test]
async fn a_campaign_that_compares_nothing_shows_no_experiment() {
    let world = World::new().await;
    let id = world.engine.apply_file(Some(&dev()), ORDER, BY).await.unwrap().pop().unwrap().id;
    let words = world.browser(Role::Manager).await.open(&format!("/dev/campaigns/{id}")).await.words();
    assert!(!words.contains("Share now"), "{words}");
}
