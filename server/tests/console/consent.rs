//! Consent and topics, at a browser without scripts.

use axum::http::{Method, header};
use domain::access::Role;
use domain::campaign::CampaignDraft;
use domain::channel_configuration::{Category, Channel};
use domain::consent::{Choice, ConsentSource, EmptyConsent};
use serde_json::json;

use crate::support::{Browser, World, dev, path_of};

const PAGE: &str = "/dev/people/consent";
const ANN: &str = "/dev/people/consent?channel=email&address=ann%40example.com";
const TOPICS: &str = "/dev/people/topics";

async fn create_topic(browser: &Browser<'_>, name_en: &str, name_ko: &str) -> String {
    let filled = [("words[nameEn]", name_en), ("words[nameKo]", name_ko), ("words[descriptionEn]", "All of them")];
    browser.submit(TOPICS, "Create topic", &filled).await.words()
}

#[tokio::test]
async fn a_choice_is_entered_with_its_reason_and_taken_back_by_another_entry() {
    let world = World::new().await;
    let browser = world.browser(Role::Approver).await;
    let words = browser.open(ANN).await.words();
    assert!(words.contains("This person never said anything") && words.contains("needs an opt-in"), "{words}");
    let page = browser.submit(ANN, "Enter the choice", &[("choice", "out")]).await;
    assert_ne!(page.fault_at("Reason"), "", "{}", page.words());
    let told = [("choice", "out"), ("reason", "Told us on the phone")];
    let words = browser.submit(ANN, "Enter the choice", &told).await.words();
    for part in ["Wants none", "All marketing by", "Told us on the phone", "Entered here", "approver@example.com"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    browser.submit(ANN, "Enter the choice", &[("choice", "in"), ("reason", "It was a mistake")]).await;
    let record = world.engine.find_consent(&dev(), Channel::Email, "ann@example.com").await.unwrap();
    assert_eq!(record.consents[0].choice, Choice::In);
    let told: Vec<_> = record.history.iter().map(|it| (it.choice, it.source, it.proof.as_str())).collect();
    let console = ConsentSource::Console;
    assert_eq!(told, [(Choice::Out, console, "Told us on the phone"), (Choice::In, console, "It was a mistake")]);
    // The history has no form: nobody changes it.
    let page = browser.open(ANN).await;
    let (_, history) = page.text.split_once("id=\"consent-history\"").unwrap();
    assert!(!history.split("</section>").next().unwrap().contains("<form"));
}

#[tokio::test]
async fn a_choice_is_entered_for_all_addresses_of_a_person_on_either_page() {
    let world = World::new().await;
    let browser = world.browser(Role::Approver).await;
    assert!(!browser.open(ANN).await.text.contains("All addresses of the person"), "nobody is known");
    let identity = |user_id: &str| json!({ "namespace": "email", "userId": user_id });
    let said = json!({ "identities": [identity("ann@example.com"), identity("ann@work.example")] });
    let change = serde_json::from_value(said).unwrap();
    let person = world.engine.upsert_profile(&dev(), change, "Web shop").await.unwrap().0.id;
    let told = [("choice", "in"), ("reason", "In the shop")];
    browser.submit(ANN, "Enter the choice", &told).await;
    let told = [("profile", person.as_str()), ("choice", "out"), ("reason", "On the phone")];
    let page = browser.submit(ANN, "Enter the choice", &told).await;
    let words = page.words();
    for part in ["This address", "All addresses of the person", "Another choice goes before it", "On the phone"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let of_person = format!("/dev/people/profiles/{person}");
    assert!(page.text.contains(&of_person), "{}", page.text);
    assert!(browser.open(&of_person).await.words().contains("Wants none"));
    let told = [("channel", "mobile"), ("choice", "in"), ("reason", "By letter")];
    let words = browser.submit(&of_person, "Enter the choice", &told).await.words();
    assert!(words.contains("Wants it"), "{words}");
    let all = world.engine.consents_of_profile(&dev(), &person).await.unwrap();
    let told: Vec<_> = all.iter().map(|it| (it.channel, it.choice, it.source)).collect();
    let console = ConsentSource::Console;
    assert_eq!(told, [(Channel::Email, Choice::Out, console), (Channel::Mobile, Choice::In, console)]);
    let viewer = world.browser(Role::Viewer).await;
    let words = viewer.open(&of_person).await.words();
    assert!(words.contains("Wants none") && !words.contains("Enter the choice"), "{words}");
}

#[tokio::test]
async fn only_administrators_and_approvers_look_into_consent() {
    let world = World::new().await;
    for (role, may) in
        [(Role::Administrator, true), (Role::Approver, true), (Role::Manager, false), (Role::Viewer, false)]
    {
        let browser = world.browser(role).await;
        for page in [PAGE, TOPICS] {
            let words = browser.open(page).await.words();
            assert_eq!(!words.contains("Your role does not include this"), may, "{role} {page}: {words}");
        }
        assert_eq!(browser.open("/dev/people/profiles").await.text.contains(PAGE), may, "{role}");
        assert_eq!(browser.open("/files/consents/dev").await.status, if may { 200 } else { 403 }, "{role}");
    }
    assert_ne!(world.stranger().open("/files/consents/dev").await.status, 200);
}

#[tokio::test]
async fn a_file_is_imported_and_everything_exported() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let csv = b"address,choice\nann@example.com,in\nnobody,in\nben@example.com,out\n";
    let answer = browser.upload("/files/consents/dev", "C:\\lists\\may.csv", "text/csv", csv).await;
    let to = answer.headers[header::LOCATION].to_str().unwrap().to_owned();
    let words = browser.open(&to).await.words();
    for part in
        ["Choices that were entered: 2.", "holds already: 0.", "1 records say nothing usable", "these lines: 3."]
    {
        assert!(words.contains(part), "{part}: {words}");
    }
    let record = world.engine.find_consent(&dev(), Channel::Email, "ann@example.com").await.unwrap();
    assert_eq!(record.history[0].proof, "file “may.csv”, line 2");
    let export = browser.open("/files/consents/dev").await;
    assert_eq!(export.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"consent.csv\"");
    assert_eq!(export.text.lines().count(), 3, "{}", export.text);
    let refused = browser.upload("/files/consents/dev", "a.pdf", "text/csv", b"%PDF-1.7").await;
    let to = refused.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert!(browser.open(&to).await.words().contains("The file was not taken"), "{to}");
    // Whatever stands in an address, only numbers of it are shown.
    let words = browser.open(&format!("{PAGE}?changed=call-us&kept=1&faulty=1&lines=call-us")).await.words();
    assert!(!words.contains("call-us") && !words.contains("that were entered"), "{words}");
}

#[tokio::test]
async fn topics_are_created_renamed_and_put_back() {
    let world = World::new().await;
    let browser = world.browser(Role::Approver).await;
    let page = browser.submit(TOPICS, "Create topic", &[("words[nameEn]", "Books")]).await;
    assert_ne!(page.fault_at("Name in Korean"), "", "{}", page.words());
    let words = create_topic(&browser, "Books", "책").await;
    assert!(words.contains("Books") && words.contains("책") && words.contains("All of them"), "{words}");
    let topic = world.engine.list_topics(&dev()).await.unwrap().remove(0);
    let edit = format!("{TOPICS}?topic={}", topic.id);
    let words = browser.submit(&edit, "Save topic", &[("words[nameEn]", "New books")]).await.words();
    assert!(words.contains("New books"), "{words}");
    assert!(browser.submit(TOPICS, "Remove New books", &[]).await.words().contains("No topics yet"));
    let arguments = [("sandbox", "dev"), ("topic", topic.id.as_str())];
    assert_eq!(browser.call(Method::POST, path_of("put_back_topic"), &arguments).await.status, 200);
    assert!(browser.open(TOPICS).await.words().contains("New books"));
}

#[tokio::test]
async fn a_marketing_campaign_chooses_its_topic_in_the_wizard() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    create_topic(&browser, "Books", "책").await;
    let topic = world.engine.list_topics(&dev()).await.unwrap().remove(0).id.to_string();
    let created = world.engine.create_campaign(&dev(), "News", Category::Marketing, "ann").await.unwrap();
    let path = format!("/dev/campaigns/{}/edit?step=properties", created.campaign.id);
    browser.submit(&path, "Save and continue", &[("fields[topic]", &topic)]).await;
    let draft = world.engine.find_campaign(&dev(), &created.campaign.id).await.unwrap().draft;
    assert_eq!(draft, CampaignDraft { topic_id: topic, ..draft.clone() });
    let review = format!("/dev/campaigns/{}/edit?step=review", created.campaign.id);
    assert!(browser.open(&review).await.words().contains("Books"));
    let orders = world.engine.create_campaign(&dev(), "Orders", Category::Transactional, "ann").await.unwrap();
    let path = format!("/dev/campaigns/{}/edit?step=properties", orders.campaign.id);
    assert!(!browser.open(&path).await.text.contains("fields[topic]"));
}

#[tokio::test]
async fn an_administrator_decides_what_silence_means() {
    let world = World::new().await;
    let page = "/dev/settings/sandbox";
    let viewer = world.browser(Role::Viewer).await;
    let words = viewer.open(page).await.words();
    assert!(words.contains("Marketing goes only to people who agreed to it."), "{words}");
    let browser = world.browser(Role::Administrator).await;
    browser.submit(page, "Save", &[("empty", "opt_out")]).await;
    assert_eq!(world.engine.find_sandbox(&dev()).await.unwrap().empty_consent, EmptyConsent::OptOut);
    let words = viewer.open(page).await.words();
    assert!(words.contains("Marketing goes to everybody who has not said no."), "{words}");
}
