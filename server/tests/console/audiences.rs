//! Audiences, scheduled runs and erasure, without scripts.

use domain::access::Role;
use domain::api_client::NewApiClient;
use serde_json::json;

use crate::support::{Answer, World, dev, opted_in};

const READERS: &str = "{\"userId\":\"ann@example.com\"}\n{\"userId\":\"ben@example.com\"}\n";

const NEWS: &str = "kind: channel-configuration
name: News
category: marketing
status: active
fromName: Shop
fromAddress: shop@example.com
transport: { kind: capture }
---
kind: campaign
name: News
category: marketing
configuration: News
status: live
audience: { name: Readers }
content: { subject: News, html: '<p>News</p>' }
";

async fn import(world: &World) -> String {
    let done = world.engine.import_audience(&dev(), "Readers", READERS.as_bytes(), opted_in(), "cli").await;
    done.unwrap().audience_id.to_string()
}

/// A scheduled run of the campaign News.
async fn schedule(world: &World) {
    let campaign = world.engine.apply_file(Some(&dev()), NEWS, "test").await.unwrap().pop().unwrap().id;
    let NewApiClient { client_id, client_secret, .. } =
        world.engine.create_api_client(&dev(), "Shop", "test").await.unwrap();
    let token = world.engine.issue_token(client_id.as_str(), &client_secret).await.unwrap().token;
    let caller = world.engine.authenticate(&token, client_id.as_str(), Some("dev")).await.unwrap();
    let request = json!({
        "requestId": "r-1", "campaignId": campaign, "schedule": {"executeAt": "2026-12-01T10:00:00Z"}
    });
    world.engine.trigger_audience(&caller, serde_json::from_value(request).unwrap()).await.unwrap();
}

#[tokio::test]
async fn an_empty_list_says_how_to_import_and_a_full_one_who_did() {
    let world = World::new().await;
    let browser = world.browser(Role::Viewer).await;
    let empty = browser.open("/dev/audiences").await.words();
    assert!(
        empty.contains("hermod audience import --sandbox dev --name NAME --opted-in HOW_THEY_AGREED FILE"),
        "{empty}"
    );
    import(&world).await;
    let list = browser.open("/dev/audiences").await.words();
    assert!(list.contains("ReadersList2") && list.contains("cli"), "{list}");
}

#[tokio::test]
async fn a_marketing_campaign_has_an_audience_and_a_rate() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let filled = [("name", "News"), ("category", "marketing")];
    let page = browser.submit("/dev/campaigns/new", "Create and continue", &filled).await;
    let start = page.path.split('?').next().unwrap().to_owned();
    let none = browser.open(&format!("{start}?step=audience")).await.words();
    assert!(none.contains("There is no audience in this sandbox yet."), "{none}");
    let audience = import(&world).await;
    let step = format!("{start}?step=audience");
    browser.submit(&step, "Save and continue", &[("fields[audience]", audience.as_str())]).await;
    assert!(may_override(&browser.open(&step).await), "what nobody touched stays");
    browser.submit(&step, "Save and continue", &[("fields[callMayOverride][ticked]", "")]).await;
    assert!(!may_override(&browser.open(&step).await));
    let step = format!("{start}?step=schedule");
    let page = browser.submit(&step, "Save and continue", &[("fields[messagesPerSecond]", "100")]).await.words();
    assert!(page.contains("Readers (2 members)") && page.contains("100 per second"), "{page}");
    assert!(!page.contains("Choose an audience."), "{page}");
}

/// Is the box ticked that lets a call name another audience?
fn may_override(page: &Answer) -> bool {
    page.form("Save and continue").values.iter().any(|(name, _)| name == "fields[callMayOverride][ticked]")
}

#[tokio::test]
async fn a_scheduled_run_is_shown_and_cancelled_by_those_who_activate() {
    let world = World::new().await;
    import(&world).await;
    schedule(&world).await;
    let viewer = world.browser(Role::Viewer).await.open("/dev/executions").await.words();
    assert!(viewer.contains("Scheduled runs") && !viewer.contains("Cancel the run"), "{viewer}");
    let approver = world.browser(Role::Approver).await;
    let after = approver.submit("/dev/executions", "Cancel the run", &[]).await.words();
    assert!(after.contains("Cancelled by approver@example.com"), "{after}");
}

#[tokio::test]
async fn an_administrator_erases_a_person() {
    let world = World::new().await;
    import(&world).await;
    let manager = world.browser(Role::Manager).await.open("/dev/settings/sandbox").await.words();
    assert!(!manager.contains("Erase a person"), "{manager}");
    let browser = world.browser(Role::Administrator).await;
    browser.submit("/dev/settings/sandbox", "Erase for good", &[("person", "ann@example.com")]).await;
    assert_eq!(world.engine.list_audiences(&dev()).await.unwrap()[0].members, 1);
}

#[tokio::test]
async fn a_rule_is_told_in_words_and_its_page_masks_people_for_viewers() {
    let world = World::new().await;
    let person = json!({"identities": [{"namespace": "email", "userId": "ann@example.com"}]});
    world.engine.upsert_profile(&dev(), serde_json::from_value(person).unwrap(), "Web shop").await.unwrap();
    let new = json!({"name": "Known", "rule": {"type": "identity", "namespace": "email"}});
    let made = world.engine.create_audience(&dev(), serde_json::from_value(new).unwrap(), "test").await.unwrap();
    let path = format!("/dev/audiences/{}", made.id);
    let viewer = world.browser(Role::Viewer).await.open(&path).await.words();
    assert!(viewer.contains("People who are known by a user ID of the namespace “email”."), "{viewer}");
    assert!(viewer.contains("a***@example.com") && !viewer.contains("ann@example.com"), "{viewer}");
    let manager = world.browser(Role::Manager).await;
    assert!(manager.open(&path).await.words().contains("ann@example.com"));
    let editor = manager.open(&format!("{path}/rule")).await;
    assert!(editor.words().contains("Who belongs to the audience"), "{}", editor.words());
    let filled = [("name", "Not written yet"), ("kind", "rule")];
    let new = manager.submit("/dev/people/audiences/new", "Create and go on", &filled).await;
    assert!(new.text.contains("value=\"all\" selected"), "{}", new.text);
    let stored = world.engine.list_audiences(&dev()).await.unwrap();
    let stored = stored.iter().find(|audience| audience.name == "Not written yet").unwrap();
    assert_eq!(stored.rule, Some(domain::audience_rule::Rule::nobody()), "it takes nobody until it is saved");
}

#[tokio::test]
async fn a_file_for_what_is_no_audience_is_sent_nowhere() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    for to in ["dev/x%0d%0aset-cookie:a=b", "dev/%00", "d%0d%0av/aud_1", "dev/nothing"] {
        let sent = browser.upload(&format!("/files/audiences/{to}"), "people.csv", "text/csv", b"").await;
        assert_eq!(sent.status, 404, "{to}");
    }
}

#[tokio::test]
async fn a_file_is_sent_explained_and_entered_without_scripts() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let new = json!({"name": "Readers"});
    let list = world.engine.create_audience(&dev(), serde_json::from_value(new).unwrap(), "test").await.unwrap();
    let to = format!("/files/audiences/dev/{}", list.id);
    let sent =
        browser.upload(&to, "people.csv", "text/csv", b"email,city\nann@example.com,Seoul\nnobody,Busan\n").await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let file = world.engine.list_audience_files(&dev(), list.id.as_str()).await.unwrap().remove(0);
    let page = format!("/dev/audiences/{}/files/{}", list.id, file.id);
    let shown = browser.open(&page).await.words();
    assert!(shown.contains("Such as: Seoul · Busan"), "{shown}");
    assert!(!shown.contains("How they agreed"), "that is for whoever may enter consent: {shown}");
    let wrong = [("columns[1][holds]", "attribute"), ("columns[1][path]", "")];
    let refused = browser.submit(&page, "Import", &wrong).await.text;
    let (_, fault) = refused.split_once("id=\"field-columns-1--path-fault\"").unwrap();
    assert!(!fault.split("</p>").next().unwrap().split_once('>').unwrap().1.is_empty(), "{refused}");
    assert!(refused.contains("href=\"#field-columns-1--path\""), "{refused}");
    browser.post(&page, "Import", &[]).await;
    assert_eq!(world.engine.enter_audience_files().await.unwrap(), 1);
    let shown = browser.open(&page).await.words();
    assert!(shown.contains("Imported") && shown.contains("Rows that were left out"), "{shown}");
    let report = browser.open(&format!("{to}/{}/left-out.csv", file.id)).await.text;
    assert!(report.starts_with("row,column,text\r\n3,"), "{report}");
    let viewer = world.browser(Role::Viewer).await;
    assert_eq!(viewer.upload(&to, "people.csv", "text/csv", b"email\n").await.status, 403);
}
