//! Suppression and allow list, at a browser without scripts.

use axum::http::{Method, header};
use domain::access::Role;
use domain::channel_configuration::Channel;
use domain::suppression::{Suppression, SuppressionReason};
use serde_json::Value;

use crate::support::{Browser, World, dev, path_of};

const PAGE: &str = "/dev/settings/suppressions";
const ALLOWED: &str = "/dev/settings/suppressions?list=allowed";

async fn upload(browser: &Browser<'_>, text: &str) -> String {
    let answer = browser.upload("/files/suppressions/dev", "C:\\lists\\mine.csv", "text/csv", text.as_bytes()).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.headers[header::LOCATION].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_domain_is_suppressed_by_hand_and_taken_off_again() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let page = browser.submit(PAGE, "Suppress", &[("entry", "examplegmail"), ("comment", "")]).await;
    assert!(page.fault_at("Address or domain").contains("domain"), "{}", page.words());
    let words = browser.submit(PAGE, "Suppress", &[("entry", "@Example.net"), ("comment", "Competitor")]).await.words();
    for part in ["example.net", "Domain", "Competitor", "Entered by hand", "administrator@example.com"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let page = browser.submit(PAGE, "Remove example.net", &[]).await;
    assert!(page.words().contains("No suppressed addresses"), "{}", page.words());
}

#[tokio::test]
async fn what_was_removed_can_be_put_back_as_it_was() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let bounced = Suppression {
        detail: "550 5.1.1".into(),
        ..Suppression::of(Channel::Email, "ben@example.net", SuppressionReason::Bounced, world.engine.now())
    };
    world.engine.put_back_suppression(&dev(), bounced.clone()).await.unwrap();
    let arguments = [("sandbox", "dev"), ("channel", "email"), ("address", "ben@example.net")];
    let removed = browser.call(Method::POST, path_of("remove_suppression"), &arguments).await;
    assert_eq!(removed.status, 200, "{}", removed.text);
    let arguments = [("sandbox", "dev"), ("suppression", removed.text.as_str())];
    let back = browser.call(Method::POST, path_of("put_back_suppression"), &arguments).await;
    assert_eq!(back.status, 200, "{}", back.text);
    assert_eq!(world.engine.list_suppressions(&dev(), None, "").await.unwrap(), [bounced]);
    let nonsense =
        browser.call(Method::POST, path_of("put_back_suppression"), &[("sandbox", "dev"), ("suppression", "{}")]);
    assert_eq!(nonsense.await.status, 404);
}

#[tokio::test]
async fn the_list_is_filtered_by_kind_and_by_how_an_address_begins() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    for (address, reason) in [
        ("ann@example.com", SuppressionReason::Bounced),
        ("ben@example.com", SuppressionReason::SoftBounced),
        ("kim@example.com", SuppressionReason::OptedOut),
    ] {
        let entry = Suppression::of(Channel::Email, address, reason, world.engine.now());
        world.engine.put_back_suppression(&dev(), entry).await.unwrap();
    }
    for (query, shown) in [
        ("", vec!["ann@", "ben@", "kim@"]),
        ("?kind=hard", vec!["ann@"]),
        ("?kind=soft&start=", vec!["ben@"]),
        ("?kind=wish", vec!["kim@"]),
        ("?start=BEN", vec!["ben@"]),
        ("?kind=hard&start=ben", vec![]),
    ] {
        let words = browser.open(&format!("{PAGE}{query}")).await.words();
        let found: Vec<&str> = ["ann@", "ben@", "kim@"]
            .into_iter()
            .filter(|start| words.contains(&format!("{start}example.com")))
            .collect();
        assert_eq!(found, shown, "{query}: {words}");
        assert_eq!(words.contains("Nothing begins like this"), shown.is_empty(), "{query}");
    }
    // A manager looks; nothing here is for them to change.
    let words = browser.open(PAGE).await.words();
    assert!(!words.contains("Suppress an address") && !words.contains("Remove ann@"), "{words}");
}

#[tokio::test]
async fn an_empty_allow_list_warns_before_and_after_it_is_switched() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let words = browser.open(ALLOWED).await.words();
    assert!(words.contains("Not active") && words.contains("once it is active, no mail leaves"), "{words}");
    let words = browser.submit(ALLOWED, "Activate the allow list", &[]).await.words();
    assert!(words.contains("The list is active and empty: no mail leaves this sandbox."), "{words}");
    assert!(world.engine.find_allow_list(&dev(), "").await.unwrap().active);
    let words = browser.submit(ALLOWED, "Allow", &[("entry", "ann@example.com"), ("comment", "QA")]).await.words();
    assert!(words.contains("ann@example.com") && words.contains("QA") && !words.contains("no mail leaves"), "{words}");
    let words = browser.submit(ALLOWED, "Deactivate the allow list", &[]).await.words();
    assert!(words.contains("Not active") && !words.contains("no mail leaves"), "{words}");
    let words = browser.submit(ALLOWED, "Remove ann@example.com", &[]).await.words();
    assert!(words.contains("Nobody is allowed yet"), "{words}");
    let page = browser.submit(ALLOWED, "Allow", &[("entry", ""), ("comment", "")]).await;
    assert_ne!(page.fault_at("Address or domain"), "");
}

#[tokio::test]
async fn a_file_shows_how_far_it_is_and_what_of_it_cannot_be_entered() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let page = upload(&browser, "TYPE,VALUE,COMMENT\nEMAIL,ben@example.net,fake\nEMAIL,examplegmail@com,oh\n").await;
    let words = browser.open(&page).await.words();
    assert!(words.contains("mine.csv") && words.contains("Waits"), "{words}");
    world.engine.enter_uploads().await.unwrap();
    let words = browser.open(&page).await.words();
    for part in ["Complete", "What cannot be entered of mine.csv", "Invalid format for the entry: examplegmail@com"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert!(browser.open(PAGE).await.words().contains("ben@example.net"));
    let words = browser.submit(&page, "Remove mine.csv", &[]).await.words();
    assert!(words.contains("No files"), "{words}");
    let page = upload(&browser, "%PDF-1.7").await;
    assert!(browser.open(&page).await.words().contains("TYPE,VALUE,COMMENT"), "{page}");
    let manager = world.browser(Role::Manager).await;
    for (browser, status) in [(manager, 403), (world.stranger(), 401)] {
        let answer = browser.upload("/files/suppressions/dev", "a.csv", "text/csv", b"TYPE,VALUE\n").await;
        assert_eq!(answer.status, status);
    }
    assert_eq!(world.engine.list_uploads(&dev()).await.unwrap().len(), 0);
}

#[tokio::test]
async fn mails_to_people_who_complained_are_chosen_in_a_transactional_configuration_only() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let filled = [
        ("draft[name]", "Shop"),
        ("draft[fromName]", "Shop"),
        ("draft[fromAddress]", "shop@example.com"),
        ("draft[transport]", "capture"),
        ("draft[category]", "marketing"),
        ("draft[sendToComplained]", "true"),
    ];
    let new = "/dev/settings/configurations/new";
    let page = browser.submit(new, "Create configuration", &filled).await;
    assert!(page.fault_at("Send to suppressed email addresses").contains("spam"), "{}", page.words());
    let filled = filled.map(|(name, value)| (name, if value == "marketing" { "transactional" } else { value }));
    browser.submit(new, "Create configuration", &filled).await;
    let [stored] = world.engine.list_channel_configurations(&dev()).await.unwrap().try_into().unwrap();
    assert!(stored.sender.email().unwrap().send_to_complained);
    let told: Value = serde_json::to_value(&stored.sender).unwrap();
    assert!(told.to_string().contains("sendToComplained"), "{told}");
}
