//! The email designer: what it stores, and what it shows without scripts.

use axum::http::Method;
use domain::access::Role;
use domain::campaign::CampaignDetail;
use domain::channel_configuration::Category;
use domain::content::{EmailContent, MobileContent};
use domain::design::{Block, BlockKind, ButtonBlock, Column, Design, Row};

use crate::support::{Answer, Browser, World, dev, path_of};

const BY: &str = "ben@example.com";

fn design(label: &str, href: &str) -> Design {
    let button = ButtonBlock { label: label.into(), href: href.into(), ..ButtonBlock::default() };
    let blocks = vec![Block::of(2, BlockKind::Button(button))];
    let columns = vec![Column { blocks, ..Column::default() }];
    Design { rows: vec![Row { id: 1, columns, ..Row::default() }], ..Design::default() }
}

async fn draft(world: &World) -> CampaignDetail {
    world.engine.create_campaign(&dev(), "Welcome", Category::Transactional, BY).await.unwrap()
}

async fn stored(world: &World, campaign: &CampaignDetail) -> EmailContent {
    let found = world.engine.find_campaign(&dev(), &campaign.campaign.id).await.unwrap();
    found.draft.content.email().unwrap().clone()
}

async fn save(browser: &Browser<'_>, campaign: &CampaignDetail, revision: &str, design: &str) -> Answer {
    let id = campaign.campaign.id.to_string();
    let words = ("words[subject]", "Hello");
    let arguments = [("sandbox", "dev"), ("campaign", &id), ("revision", revision), ("design", design), words];
    browser.call(Method::POST, path_of("save_design"), &arguments).await
}

fn json(design: &Design) -> String {
    serde_json::to_string(design).unwrap()
}

#[tokio::test]
async fn a_saved_design_is_the_mail_and_is_there_when_the_designer_is_opened_again() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let campaign = draft(&world).await;
    let design = design("Pay now", "https://shop.example/pay");
    let answer = save(&browser, &campaign, "1", &json(&design)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let email = stored(&world, &campaign).await;
    assert_eq!((email.design.as_deref(), email.subject.as_str()), (Some(&design), "Hello"));
    assert!(email.html.contains("https://shop.example/pay"), "{}", email.html);
    let page = browser.open(&format!("/dev/campaigns/{}/design", campaign.campaign.id)).await;
    let words = page.words();
    assert_eq!(page.status, 200);
    assert!(words.contains("Email designer") && words.contains("The designer needs the page's program"), "{words}");
    assert!(page.text.contains("srcdoc=") && page.text.contains("https://shop.example/pay"), "the preview is there");
    let step = browser.open(&format!("/dev/campaigns/{}/edit?step=content", campaign.campaign.id)).await.words();
    assert!(step.contains("Open the designer") && step.contains("This mail is made of blocks."), "{step}");
}

#[tokio::test]
async fn what_somebody_else_saved_meanwhile_is_not_written_over() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let campaign = draft(&world).await;
    assert_eq!(save(&browser, &campaign, "1", &json(&design("Theirs", "https://a.example"))).await.status, 200);
    let answer = save(&browser, &campaign, "1", &json(&design("Mine", "https://a.example"))).await;
    assert_eq!(answer.status, 409, "{}", answer.text);
    assert!(answer.text.contains("changed_meanwhile"), "{}", answer.text);
    assert_eq!(stored(&world, &campaign).await.design.as_deref(), Some(&design("Theirs", "https://a.example")));
    assert_eq!(save(&browser, &campaign, "2", &json(&design("Mine", "https://a.example"))).await.status, 200);
}

#[tokio::test]
async fn what_is_no_design_is_refused_and_nothing_is_stored() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let campaign = draft(&world).await;
    let hostile = json(&design("Pay", "javascript:alert(1)"));
    for (sent, code) in [("", "bad_json"), ("[1]", "bad_json"), (hostile.as_str(), "bad_address")] {
        let answer = save(&browser, &campaign, "1", sent).await;
        assert_eq!(answer.status, 400, "{sent}: {}", answer.text);
        assert!(answer.text.contains(code) && answer.text.contains("content.design"), "{sent}: {}", answer.text);
    }
    let answer = save(&browser, &campaign, "1", &" ".repeat(1_100_000)).await;
    assert!(answer.status >= 400, "{}", answer.status);
    assert_eq!(stored(&world, &campaign).await, EmailContent::default());
}

#[tokio::test]
async fn a_text_message_has_no_design() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let campaign = draft(&world).await;
    let mut draft = campaign.draft.clone();
    draft.content = domain::content::Content::Mobile(MobileContent::default());
    world.engine.save_draft(&dev(), &campaign.campaign.id, 1, &draft, BY).await.unwrap();
    let answer = save(&browser, &campaign, "2", &json(&design("Pay", "https://a.example"))).await;
    assert!(answer.status == 400 && answer.text.contains("not_a_mail"), "{} {}", answer.status, answer.text);
    let page = browser.open(&format!("/dev/campaigns/{}/design", campaign.campaign.id)).await.words();
    assert!(page.contains("Only mails are designed here."), "{page}");
}

#[tokio::test]
async fn a_design_shown_as_code_stays_one_until_the_code_is_changed() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let campaign = draft(&world).await;
    let design = design("Pay", "https://a.example");
    save(&browser, &campaign, "1", &json(&design)).await;
    let step = format!("/dev/campaigns/{}/edit?step=content", campaign.campaign.id);
    for code in ["html", "mjml"] {
        let page = format!("{step}&code={code}");
        assert!(browser.open(&page).await.words().contains("It stays a design until you change the code"));
        browser.submit(&page, "Save and continue", &[("fields[subject]", code)]).await;
        let email = stored(&world, &campaign).await;
        assert_eq!((email.design.as_deref(), email.subject.as_str()), (Some(&design), code), "{code}");
    }
    browser.submit(&format!("{step}&code=html"), "Save and continue", &[("fields[html]", "<p>Mine</p>")]).await;
    let email = stored(&world, &campaign).await;
    assert_eq!((email.design, email.html.as_str()), (None, "<p>Mine</p>"));
}

#[tokio::test]
async fn mails_to_begin_with_are_offered_in_both_languages_as_they_will_look() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    for language in ["en", "ko"] {
        let arguments = [("language", language)];
        let answer = browser.call(Method::POST, path_of("list_starting_templates"), &arguments).await;
        let all: Vec<serde_json::Value> = serde_json::from_str(&answer.text).unwrap();
        assert!(all.len() >= 8, "{language}: {}", all.len());
        for template in all {
            let html = template["html"].as_str().unwrap();
            assert!(html.contains("</html>") && !html.contains('⟦'), "{language}: {}", template["name"]);
        }
    }
}
