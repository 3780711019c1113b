//! Testing of a campaign: proofs from the review, and what is said of a mail.

use axum::http::Method;
use domain::access::Role;
use domain::message::LogFilter;
use domain::proof::ProofStatus;

use crate::support::{World, dev, path_of};

const BY: &str = "ben@example.com";
const LETTER: &str = "kind: channel-configuration\nname: Shop\ncategory: transactional\nstatus: active\nfromName: Shop\n\
    fromAddress: shop@example.com\ntransport:\n  kind: capture\n---\nkind: campaign\nname: Order\n\
    category: transactional\nconfiguration: Shop\ncontent:\n  subject: 'Order {{ context.id }}'\n\
    \u{20} html: '<p>Hi {{ profile.name }} <a href=\"#\">click here</a></p>'\n";

/// The id of a draft.
async fn letter(world: &World) -> String {
    world.engine.apply_file(Some(&dev()), LETTER, BY).await.unwrap().pop().unwrap().id
}

fn review(campaign: &str) -> String {
    format!("/dev/campaigns/{campaign}/edit?step=review")
}

#[tokio::test]
async fn a_proof_is_sent_from_the_review_without_a_program_and_stands_in_the_list() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let campaign = letter(&world).await;
    let before = browser.open(&review(&campaign)).await.words();
    assert!(before.contains("No proof was sent yet."), "{before}");
    let values = "{\"context\":{\"id\":7},\"profile\":{\"name\":\"Ann\"}}";
    let filled = [("proof[addresses]", "qa@example.com\r\nboss@example.com"), ("proof[values]", values)];
    let page = browser.submit(&review(&campaign), "Send proof", &filled).await;
    assert!(page.words().contains("Draft, save") && page.words().contains("0/2"), "{}", page.words());
    world.engine.drain().await.unwrap();
    let page = browser.open(&review(&campaign)).await;
    assert!(page.words().contains("2/2"), "{}", page.words());
    let jobs = world.engine.list_proofs(&dev(), &campaign.parse().unwrap()).await.unwrap();
    assert_eq!((jobs[0].status, jobs[0].created_by.as_str()), (ProofStatus::Submitted, "administrator@example.com"));
    let listed = world.engine.list_messages(&dev(), &LogFilter::default(), None, 10).await.unwrap().rows;
    assert_eq!(listed[0].subject.as_deref(), Some("[TEST] Order 7"));
    let log = browser.open("/dev/messages?kind=proof").await.words();
    assert!(log.contains("qa@example.com") && log.contains("Proof"), "{log}");
    let message = browser.open(&format!("/dev/messages/{}", listed[0].id)).await.words();
    assert!(message.contains("Draft"), "{message}");
    let job = browser.open(&format!("/dev/executions/{}", jobs[0].id)).await;
    assert_eq!(job.status, 200);
}

#[tokio::test]
async fn what_is_wrong_with_a_proof_stands_beside_its_field() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let campaign = letter(&world).await;
    let send = async |filled: &[(&str, &str)]| browser.submit(&review(&campaign), "Send proof", filled).await;
    let page = send(&[("proof[addresses]", "nobody"), ("proof[subjectPrefix]", "a b")]).await;
    assert!(
        !page.fault_at("Addresses").is_empty() && !page.fault_at("Before the subject").is_empty(),
        "{}",
        page.words()
    );
    let page = send(&[("proof[addresses]", "qa@example.com"), ("proof[values]", "{")]).await;
    assert!(page.fault_at("Values").contains("JSON"), "{}", page.words());
    assert!(world.engine.list_proofs(&dev(), &campaign.parse().unwrap()).await.unwrap().is_empty());
}

#[tokio::test]
async fn whoever_may_not_send_test_messages_sends_no_proofs_and_sees_what_became_of_them() {
    let world = World::new().await;
    let manager = world.browser(Role::Manager).await;
    let campaign = letter(&world).await;
    let page = manager.open(&review(&campaign)).await.words();
    assert!(page.contains("An administrator sends proofs.") && page.contains("No proof was sent yet."), "{page}");
    let arguments = [("sandbox", "dev"), ("campaign", campaign.as_str()), ("proof[addresses]", "qa@example.com")];
    let refused = manager.call(Method::POST, path_of("send_proofs"), &arguments).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
}

#[tokio::test]
async fn content_step_and_review_say_what_is_wrong_with_a_mail() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let campaign = letter(&world).await;
    for step in ["content", "review"] {
        let page = browser.open(&format!("/dev/campaigns/{campaign}/edit?step={step}")).await.words();
        for words in ["Mail checks", "A link leads nowhere yet.", "Say where the link leads", "Say the language"] {
            assert!(page.contains(words), "{step}: {words}: {page}");
        }
    }
}

#[tokio::test]
async fn a_test_profile_is_shown_to_whoever_may_see_it() {
    let world = World::new().await;
    let manager = world.browser(Role::Manager).await;
    let stored =
        serde_json::json!({ "identities": [{ "namespace": "crm", "userId": "c-1" }], "attributes": { "name": "Kim" } });
    world.engine.upsert_profile(&dev(), serde_json::from_value(stored).unwrap(), BY).await.unwrap();
    let find = async |namespace: &str, user: &str| {
        let arguments = [("sandbox", "dev"), ("namespace", namespace), ("user_id", user)];
        manager.call(Method::POST, path_of("find_test_profile"), &arguments).await
    };
    let found = find("CRM", "c-1").await;
    assert_eq!((found.status, found.text.as_str()), (200, "{\"name\":\"Kim\"}"));
    assert!(find("crm", "c-2").await.text.contains("unknown_profile"));
    assert!(find("crm", " ").await.text.contains("userId"));
}
