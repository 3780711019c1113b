//! Files that go with mails: attached by a form, and looked at on the page of a message.

use axum::http::{Method, header};
use domain::access::Role;
use domain::attachment::ATTACHMENTS_MAX_BYTES;
use domain::campaign::CampaignDetail;
use domain::channel_configuration::Category;
use domain::execution::ExecutionRequest;
use serde_json::json;

use crate::support::{World, dev};

const BY: &str = "ben@example.com";

async fn draft(world: &World) -> CampaignDetail {
    world.engine.create_campaign(&dev(), "Welcome", Category::Transactional, BY).await.unwrap()
}

#[tokio::test]
async fn a_file_is_attached_and_taken_away_by_plain_forms() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let campaign = draft(&world).await.campaign.id;
    let (page, to) =
        (format!("/dev/campaigns/{campaign}/edit?step=content"), format!("/files/campaigns/dev/{campaign}"));
    assert!(browser.open(&page).await.text.contains("multipart/form-data"));
    let answer = browser.upload(&to, "C:\\docs\\terms.txt", "text/plain", b"Terms").await;
    let next = answer.headers[header::LOCATION].to_str().unwrap();
    assert_eq!((answer.status, next.starts_with(&page)), (303, true), "{next}");
    let words = browser.open(&page).await.words();
    assert!(words.contains("terms.txt") && words.contains("5 B"), "{words}");
    let answer = browser.call(Method::POST, &format!("{to}/detach"), &[("name", "terms.txt")]).await;
    assert_eq!(answer.status, 303);
    assert!(!browser.open(&page).await.words().contains("terms.txt"));
}

#[tokio::test]
async fn what_is_not_taken_is_told_on_the_page_and_nobody_attaches_who_may_not() {
    let world = World::new().await;
    let campaign = draft(&world).await.campaign.id;
    let to = format!("/files/campaigns/dev/{campaign}");
    let manager = world.browser(Role::Manager).await;
    let large = vec![0; ATTACHMENTS_MAX_BYTES + 1];
    for (name, bytes, told) in [("run.exe", &b"MZ"[..], "are run"), ("large.bin", &large, "too large")] {
        let answer = manager.upload(&to, name, "application/octet-stream", bytes).await;
        let next = answer.headers[header::LOCATION].to_str().unwrap().split('#').next().unwrap().to_owned();
        assert!(manager.open(&next).await.words().contains(told), "{next}");
    }
    for (browser, status) in [(world.browser(Role::Viewer).await, 403), (world.stranger(), 401)] {
        assert_eq!(browser.upload(&to, "a.txt", "text/plain", b"a").await.status, status);
        let detach = format!("{to}/detach");
        assert_eq!(browser.call(Method::POST, &detach, &[("name", "a.txt")]).await.status, status);
    }
    let detail = world.engine.find_campaign(&dev(), &campaign).await.unwrap();
    assert!(detail.draft.content.email().unwrap().attachments.is_empty());
}

#[tokio::test]
async fn a_file_of_a_message_is_kept_and_never_shown() {
    let world = World::new().await;
    let yaml = "kind: channel-configuration\nname: Shop\ncategory: transactional\nstatus: active\nfromName: Shop\n\
                fromAddress: shop@example.com\ntransport: { kind: capture }\n---\nkind: campaign\nname: Order\n\
                category: transactional\nconfiguration: Shop\nstatus: live\ncontent: { subject: S, html: <p>b</p> }\n";
    let campaign = world.engine.apply_file(Some(&dev()), yaml, BY).await.unwrap().pop().unwrap().id;
    let client = world.engine.create_api_client(&dev(), "Shop", BY).await.unwrap();
    let token = world.engine.issue_token(client.client_id.as_str(), &client.client_secret).await.unwrap();
    let caller = world.engine.authenticate(&token.token, client.client_id.as_str(), Some("dev")).await.unwrap();
    let request: ExecutionRequest =
        serde_json::from_value(json!({"requestId": "r", "campaignId": campaign, "recipients": [{
        "type": "external", "userId": "ann@example.com", "namespace": "email",
        "attachments": [{"name": "영수증.html", "contentType": "text/html", "content": "PHNjcmlwdD4="}]}]}))
        .unwrap();
    let message = world.engine.trigger_unitary(&caller, request).await.unwrap().recipients[0].message_id.clone();
    world.engine.drain().await.unwrap();
    let viewer = world.browser(Role::Viewer).await;
    let file = format!("/files/messages/dev/{message}/0");
    for page in [format!("/dev/messages/{message}"), format!("/dev/inbox?message={message}")] {
        assert!(viewer.open(&page).await.text.contains(&file), "{page}");
    }
    let answer = viewer.open(&file).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "<script>"));
    let header = |name| answer.headers[name].to_str().unwrap();
    assert_eq!(header("content-type"), "application/octet-stream");
    assert_eq!(header("content-disposition"), "attachment; filename*=UTF-8''%EC%98%81%EC%88%98%EC%A6%9D.html");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").contains("sandbox"));
    for (path, status) in [(file.replace("/0", "/1"), 404), (file.replace("dev", "prod"), 404)] {
        assert_eq!(viewer.open(&path).await.status, status, "{path}");
    }
    let stranger = world.stranger().open(&file).await;
    assert!(stranger.status != 200, "{}", stranger.status);
}
