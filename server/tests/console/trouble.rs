//! What the console says when messages wait: for their server, or because their campaign is paused.

use domain::access::Role;
use domain::campaign::CampaignStatus;
use domain::execution::ExecutionRequest;
use domain::sandbox::SandboxMode;
use serde_json::json;

use crate::support::{World, dev};

const BY: &str = "ann@example.com";

/// A live campaign over a mail server that is not there, and what it is called by.
async fn live_campaign(world: &World) -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let yaml = format!(
        "kind: channel-configuration\nname: Shop\ncategory: transactional\nstatus: active\nfromName: Shop\n\
         fromAddress: shop@example.com\ntransport: {{ kind: smtp, host: 127.0.0.1, port: {port}, security: none }}\n---\n\
         kind: campaign\nname: Order\ncategory: transactional\nconfiguration: Shop\nstatus: live\ncontent:\n\
         \x20 subject: Order\n\x20 html: '<p>Hi</p>'\n"
    );
    world.engine.set_sandbox_mode(&dev(), SandboxMode::Live).await.unwrap();
    world.engine.apply_file(Some(&dev()), &yaml, BY).await.unwrap().pop().unwrap().id
}

/// Messages for so many people.
async fn triggered(world: &World, campaign: &str, people: usize) {
    let engine = &world.engine;
    let client = engine.create_api_client(&dev(), "Shop", BY).await.unwrap();
    let token = engine.issue_token(client.client_id.as_str(), &client.client_secret).await.unwrap();
    let caller = engine.authenticate(&token.token, client.client_id.as_str(), Some("dev")).await.unwrap();
    let person = |n| json!({"type": "external", "userId": format!("p{n}@example.com"), "namespace": "email"});
    let recipients: Vec<_> = (0..people).map(person).collect();
    let call = json!({"requestId": "r-1", "campaignId": campaign, "recipients": recipients});
    let request: ExecutionRequest = serde_json::from_value(call).unwrap();
    engine.trigger_unitary(&caller, request).await.unwrap();
}

#[tokio::test]
async fn a_server_that_takes_nothing_is_told_wherever_somebody_would_look() {
    let world = World::new().await;
    let campaign = live_campaign(&world).await;
    triggered(&world, &campaign, 6).await;
    world.engine.drain().await.unwrap();
    let [configuration] = world.engine.list_channel_configurations(&dev()).await.unwrap().try_into().unwrap();
    let (viewer, administrator) = (world.browser(Role::Viewer).await, world.browser(Role::Administrator).await);

    let overview = viewer.open(&format!("/dev/campaigns/{campaign}")).await.words();
    assert!(overview.contains("Messages of this campaign wait") && overview.contains("refused"), "{overview}");
    let list = administrator.open("/dev/settings/configurations").await.words();
    assert!(list.contains("Server not available"), "{list}");
    let messages = viewer.open("/dev/messages").await.words();
    assert!(messages.contains("all messages of the channel configuration wait"), "{messages}");
    let path = format!("/dev/settings/configurations/{}", configuration.id);
    let page = administrator.submit(&path, "Try now", &[]).await;
    assert!(page.words().contains("all messages of this configuration wait"), "{}", page.words());
    assert!(page.words().contains("The connection to the mail server failed"), "{}", page.words());
}

#[tokio::test]
async fn an_approver_pauses_and_resumes_and_others_see_who_did() {
    let world = World::new().await;
    let campaign = live_campaign(&world).await;
    let (viewer, approver) = (world.browser(Role::Viewer).await, world.browser(Role::Approver).await);
    let overview = format!("/dev/campaigns/{campaign}");
    let page = approver.submit(&overview, "Pause", &[]).await;
    assert!(page.words().contains("Paused by approver@example.com."), "{}", page.words());
    let seen = viewer.open(&overview).await.words();
    assert!(seen.contains("Paused by approver@example.com."), "{seen}");
    let page = approver.submit(&overview, "Resume", &[]).await;
    assert!(!page.words().contains("Paused by"), "{}", page.words());
    let id = campaign.parse().unwrap();
    assert_eq!(world.engine.find_campaign(&dev(), &id).await.unwrap().campaign.status, CampaignStatus::Live);
    approver.submit(&overview, "Pause", &[]).await;
    let page = approver.submit(&overview, "Stop for good", &[]).await;
    assert!(page.words().contains("This campaign was stopped"), "{}", page.words());
}
