//! Campaigns: the wizard without scripts.

use domain::access::Role;
use domain::campaign::{CampaignDetail, CampaignDraft, CampaignStatus};
use domain::channel_configuration::Category;
use domain::content::EmailContent;

use crate::support::{World, dev};

const BY: &str = "ben@example.com";

/// Reads `context.id`; a draft.
const ORDER: &str = "kind: channel-configuration\nname: Shop\ncategory: transactional\nstatus: active\nfromName: Shop\n\
    fromAddress: shop@example.com\ntransport:\n  kind: capture\n---\nkind: campaign\nname: Order\n\
    category: transactional\nconfiguration: Shop\ncontent:\n  subject: 'Order {{ context.id }}'\n  html: '<p>Hi</p>'\n";

/// The id of the same campaign, live.
async fn live(world: &World) -> String {
    let yaml = format!("{ORDER}status: live\n");
    world.engine.apply_file(Some(&dev()), &yaml, BY).await.unwrap().pop().unwrap().id
}

async fn draft(world: &World) -> CampaignDetail {
    world.engine.create_campaign(&dev(), "Welcome", Category::Transactional, BY).await.unwrap()
}

fn step(campaign: &CampaignDetail, step: &str) -> String {
    format!("/dev/campaigns/{}/edit?step={step}", campaign.campaign.id)
}

async fn stored(world: &World, campaign: &CampaignDetail) -> CampaignDetail {
    world.engine.find_campaign(&dev(), &campaign.campaign.id).await.unwrap()
}

#[tokio::test]
async fn an_empty_list_leads_to_the_first_campaign() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let empty = browser.open("/dev/campaigns").await.words();
    assert!(empty.contains("No campaign yet") && empty.contains("Ask an administrator to create it."), "{empty}");
    let filled = [("name", "Welcome"), ("category", "marketing")];
    let page = browser.submit("/dev/campaigns/new", "Create and continue", &filled).await;
    assert!(page.path.contains("/edit?step=properties"), "{}", page.path);
    let list = browser.open("/dev/campaigns?name=welc").await.words();
    assert!(list.contains("Welcome") && list.contains("Marketing"), "{list}");
    assert!(browser.open("/dev/campaigns?status=live").await.words().contains("No campaign matches"));
}

#[tokio::test]
async fn a_step_saves_its_own_fields_and_leads_to_the_next_one() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let campaign = draft(&world).await;
    let filled = [("fields[subject]", "Hello {{ profile.name }}"), ("fields[html]", "<p>Hello</p>")];
    let page = browser.submit(&step(&campaign, "content"), "Save and continue", &filled).await;
    assert!(page.path.contains("step=audience"), "{}", page.path);
    let after = stored(&world, &campaign).await;
    assert_eq!(
        (after.draft.name.as_str(), after.draft.content.email().unwrap().subject.as_str()),
        ("Welcome", filled[0].1)
    );
    assert_eq!(after.campaign.revision, 2);
}

#[tokio::test]
async fn an_emptied_field_is_empty_after_the_save() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let campaign = draft(&world).await;
    let described = CampaignDraft { description: "First mail".into(), ..campaign.draft.clone() };
    world.engine.save_draft(&dev(), &campaign.campaign.id, 1, &described, BY).await.unwrap();
    browser.submit(&step(&campaign, "properties"), "Save and continue", &[("fields[description]", "")]).await;
    assert_eq!(stored(&world, &campaign).await.draft.description, "");
}

#[tokio::test]
async fn a_fault_stands_beside_its_field_and_nothing_is_stored() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let campaign = draft(&world).await;
    let page = browser.submit(&step(&campaign, "properties"), "Save and continue", &[("fields[name]", " ")]).await;
    assert!(!page.fault_at("Name").is_empty(), "{}", page.words());
    assert!(page.words().contains(&format!("Name: {}", page.fault_at("Name"))), "{}", page.words());
    assert_eq!(stored(&world, &campaign).await.campaign.revision, 1);
}

#[tokio::test]
async fn the_second_of_two_people_is_told_who_saved_and_overwrites_nothing() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let campaign = draft(&world).await;
    let theirs = CampaignDraft { description: "Theirs".into(), ..campaign.draft.clone() };
    world.engine.save_draft(&dev(), &campaign.campaign.id, 1, &theirs, BY).await.unwrap();
    let filled = [("fields[description]", "Mine"), ("revision", "1")];
    let page = browser.submit(&step(&campaign, "properties"), "Save and continue", &filled).await;
    assert!(page.words().contains("ben@example.com saved this campaign after you opened it"), "{}", page.words());
    assert_eq!(stored(&world, &campaign).await.draft.description, "Theirs");
    let over = [("fields[description]", "Mine"), ("revision", "1"), ("over", "2")];
    browser.submit(&step(&campaign, "properties"), "Save and continue", &over).await;
    assert_eq!(stored(&world, &campaign).await.draft.description, "Mine");
}

#[tokio::test]
async fn the_review_links_each_fault_to_its_field() {
    let world = World::new().await;
    let browser = world.browser(Role::Approver).await;
    let campaign = draft(&world).await;
    let page = browser.open(&step(&campaign, "review")).await;
    let subject = format!("{}#field-content-subject", step(&campaign, "content"));
    assert!(page.text.contains(&format!("href=\"{subject}\"")), "{}", page.text);
    assert!(browser.open(&step(&campaign, "content")).await.text.contains("id=\"field-content-subject\""));
    assert!(page.words().contains("It can be activated when the list above is empty."));
}

#[tokio::test]
async fn the_preview_is_on_the_page_before_any_script() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let campaign = draft(&world).await;
    let html = "<p>Code {{ context.code }}</p>".to_owned();
    let content = EmailContent { subject: "Your code".into(), html, ..EmailContent::default() }.into();
    let draft = CampaignDraft { content, ..campaign.draft.clone() };
    world.engine.save_draft(&dev(), &campaign.campaign.id, 1, &draft, BY).await.unwrap();
    let page = browser.open(&step(&campaign, "content")).await;
    let frame = page.text.split("<iframe").nth(1).unwrap().split("</iframe>").next().unwrap();
    assert!(frame.contains("sandbox=\"\"") && frame.contains("&lt;p&gt;Code "), "{frame}");
    assert!(!frame.contains("context.code") && !frame.contains('⟦'), "{frame}");
}

#[tokio::test]
async fn a_step_that_is_left_with_faults_says_so_on_the_next_one() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let campaign = draft(&world).await;
    let filled = [("fields[subject]", "Hello"), ("fields[html]", "{% if context.gift %}<p>Wrapped</p>")];
    let page = browser.submit(&step(&campaign, "content"), "Save and continue", &filled).await;
    let words = page.words();
    assert!(page.path.contains("step=audience") && words.contains("Saved. Content still needs something"), "{words}");
    assert!(words.contains("HTML: Line 1, column 1: {% if %} is not closed: {% endif %} is missing."), "{words}");
    let page = browser.submit(&step(&campaign, "properties"), "Save and continue", &[]).await;
    assert!(!page.words().contains("still needs something"), "{}", page.words());
}

#[tokio::test]
async fn the_preview_of_a_broken_template_says_why_there_is_nothing_to_see() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let campaign = draft(&world).await;
    let broken =
        EmailContent { subject: "{{ context.a".into(), html: "{{ context.b".into(), ..EmailContent::default() }.into();
    let draft = CampaignDraft { content: broken, ..campaign.draft.clone() };
    world.engine.save_draft(&dev(), &campaign.campaign.id, 1, &draft, BY).await.unwrap();
    for shown in ["content", "review"] {
        let words = browser.open(&step(&campaign, shown)).await.words();
        assert_eq!(words.matches("This cannot be shown yet").count(), 2, "{words}");
        assert!(!words.contains("No subject yet") && !words.contains("read no values yet"), "{words}");
    }
}

#[tokio::test]
async fn whoever_activates_in_a_live_sandbox_is_told_that_calls_reach_people() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let id = world.engine.apply_file(Some(&dev()), ORDER, BY).await.unwrap().pop().unwrap().id;
    let review = format!("/dev/campaigns/{id}/edit?step=review");
    let told = "its calls send to real people";
    assert!(!browser.open(&review).await.words().contains(told));
    browser.submit("/dev/settings/sandbox", "Switch to live", &[]).await;
    assert!(browser.open(&review).await.words().contains(told));
}

#[tokio::test]
async fn what_is_said_of_a_value_is_saved_with_the_step_and_stands_in_preview_and_call() {
    let world = World::new().await;
    let browser = world.browser(Role::Approver).await;
    let id = live(&world).await;
    let content = format!("/dev/campaigns/{id}/edit?step=content");
    let page = browser.open(&content).await;
    assert!(page.text.contains("id=\"field-variables-context-id\""), "{}", page.text);
    assert!(
        page.words().contains("Read in: Subject") && page.words().contains("the content needs it"),
        "{}",
        page.words()
    );
    let filled = [("fields[variables][0][type]", "string"), ("fields[variables][0][example]", "007")];
    browser.submit(&content, "Save and continue", &filled).await;
    let page = browser.open(&content).await;
    assert!(page.words().contains("Order 007"), "the example stands in the preview: {}", page.words());
    let unchanged = browser.submit(&content, "Save and continue", &[]).await;
    assert!(unchanged.path.contains("step=audience"), "{}", unchanged.path);
    let campaign = world.engine.find_campaign(&dev(), &id.parse().unwrap()).await.unwrap();
    let said = serde_json::json!({ "context.id": { "type": "string", "example": "007" } });
    assert_eq!(serde_json::to_value(&campaign.draft.variables).unwrap(), said);
    assert_eq!(campaign.campaign.revision, 3, "the second save changed nothing");

    let review = format!("/dev/campaigns/{id}/edit?step=review");
    let words = browser.open(&review).await.words();
    assert!(
        words.contains("Would break callers of live version 1") && words.contains("context.id: The new"),
        "{words}"
    );
    let trigger = browser.submit(&review, "Activate", &[]).await.words();
    assert!(trigger.contains("\"007\"") && trigger.contains("JSON Schema"), "{trigger}");
    assert!(trigger.contains(&format!("GET /ajo/im/campaigns/{id}/context-schema")), "{trigger}");
}

#[tokio::test]
async fn an_example_of_another_type_is_told_beside_its_field() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let id = live(&world).await;
    let content = format!("/dev/campaigns/{id}/edit?step=content");
    let filled = [("fields[variables][0][type]", "integer"), ("fields[variables][0][example]", "seven")];
    let page = browser.submit(&content, "Save and continue", &filled).await;
    assert_eq!(page.fault_at("Example"), "The example of context.id is not a whole number.");
}

#[tokio::test]
async fn a_manager_is_told_who_activates_and_an_approver_does_it() {
    let world = World::new().await;
    let (manager, approver) = (world.browser(Role::Manager).await, world.browser(Role::Approver).await);
    let id = world.engine.apply_file(Some(&dev()), ORDER, BY).await.unwrap().pop().unwrap().id;
    let review = format!("/dev/campaigns/{id}/edit?step=review");
    assert!(manager.open(&review).await.words().contains("An approver activates it."));
    let page = approver.submit(&review, "Activate", &[]).await;
    assert!(page.path.contains("step=trigger") && page.words().contains("x-api-key"), "{}", page.words());
    let overview = format!("/dev/campaigns/{id}");
    let python = manager.open(&format!("{overview}?tab=python")).await.words();
    assert!(python.contains("urlopen") && python.contains(&id), "{python}");
    let page = approver.submit(&overview, "Stop for good", &[]).await;
    assert!(page.words().contains("This campaign was stopped: its calls are refused."), "{}", page.words());
    assert!(page.words().contains("Makes a new draft") && !page.words().contains("x-api-key"), "{}", page.words());
    let review = approver.open(&review).await.words();
    assert!(review.contains("This campaign was stopped") && !review.contains("Everything needed is there"), "{review}");
    let stopped = world.engine.find_campaign(&dev(), &id.parse().unwrap()).await.unwrap();
    assert_eq!(stopped.campaign.status, CampaignStatus::Stopped);
}

#[tokio::test]
async fn a_viewer_sees_a_campaign_and_no_way_to_change_it() {
    let world = World::new().await;
    let viewer = world.browser(Role::Viewer).await;
    let campaign = draft(&world).await;
    let overview = viewer.open(&format!("/dev/campaigns/{}", campaign.campaign.id)).await.words();
    assert!(overview.contains("Welcome") && !overview.contains("Delete draft"), "{overview}");
    assert!(viewer.open(&step(&campaign, "content")).await.words().contains("does not change them"));
}

#[tokio::test]
async fn what_is_not_there_is_told_inside_the_sandbox_with_a_way_back() {
    let world = World::new().await;
    let viewer = world.browser(Role::Viewer).await;
    for (path, back) in [("/dev/messages/msg_x", "/dev/messages"), ("/dev/campaigns/cmp_x/edit", "/dev/campaigns")] {
        let page = viewer.open(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.text.contains("<h1>") && page.text.contains("class=\"nav\""), "{}", page.text);
        assert!(page.text.contains(&format!("href=\"{back}\" class=\"button\"")), "{}", page.text);
        assert!(!page.words().contains("Try again"), "{}", page.words());
    }
    let page = viewer.open("/dev/nothing-here").await;
    assert!(page.status == 404 && page.text.contains("class=\"nav\""), "{}", page.text);
    let page = viewer.open("/nowhere/campaigns").await;
    assert!(page.status == 404 && page.words().contains("To the start"), "{}", page.words());
}

#[tokio::test]
async fn a_log_cannot_end_before_it_starts() {
    let world = World::new().await;
    let viewer = world.browser(Role::Viewer).await;
    let page = viewer.open("/dev/messages?from=2026-12-02T09:00&until=2026-12-01T09:00&zone=Asia/Seoul").await;
    assert!(page.words().contains("Until: This must be later than “From”."), "{}", page.words());
    assert!(page.words().contains("From (Asia/Seoul)"), "{}", page.words());
}
