//! Rule sets, at a browser without scripts.

use axum::http::Method;
use domain::access::Role;
use domain::channel_configuration::Category;
use domain::message::LogFilter;
use domain::rule_set::{QuietHandling, QuietHours, QuietPeriod, RuleKind, RuleSet, RuleStatus, Slot, Weekday};
use engine::rule_sets::RuleChange;
use serde_json::json;

use crate::support::{Answer, Browser, World, dev, opted_in, path_of};

const LIST: &str = "/dev/settings/rule-sets";

/// A new custom set; the address of its page.
async fn create(browser: &Browser<'_>, name: &str) -> String {
    let page = browser.submit(LIST, "Create a rule set", &[("name", name), ("description", "For letters")]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    page.path
}

/// Fills in the form of a new rule.
async fn add(browser: &Browser<'_>, set: &str, kind: &str, filled: &[(&str, &str)]) -> Answer {
    browser.submit(&format!("{set}?new={kind}"), "Save", filled).await
}

#[tokio::test]
async fn a_set_with_a_cap_is_made_activated_and_told_in_a_sentence() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let words = browser.open(LIST).await.words();
    assert!(words.contains("Global default") && words.contains("none"), "{words}");
    let set = create(&browser, "Letters").await;
    let wrong = add(&browser, &set, "cap", &[("form[name]", ""), ("form[count]", "0")]).await;
    assert_eq!(wrong.fault_at("Name of the rule"), "This is needed.");
    assert!(wrong.fault_at("At most").contains("from 1"), "{}", wrong.words());
    let page = add(&browser, &set, "cap", &[("form[name]", "Twice a week"), ("form[count]", "2")]).await;
    let words = page.words();
    for part in [
        "Saved as a draft: activate it",
        "Twice a week",
        "at most 2 marketing messages each week",
        "Draft",
        "begins on Sunday",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let set = set.split('?').next().unwrap();
    let page = browser.submit(set, "Activate Twice a week", &[]).await;
    assert!(page.words().contains("Deactivate"), "{}", page.words());
    assert!(page.words().contains("This set is not active: none of its rules holds"), "{}", page.words());
    let id = set.rsplit('/').next().unwrap().parse().unwrap();
    let stored = world.engine.find_rule_set(&dev(), &id).await.unwrap();
    assert_eq!((stored.status, stored.rules[0].status), (RuleStatus::Draft, RuleStatus::Active));
    let words = browser.submit(set, "Activate", &[]).await.words();
    assert!(!words.contains("This set is not active"), "{words}");
    let rule = format!("{set}?rule={}", stored.rules[0].id);
    let words = browser.submit(&rule, "Save", &[("form[count]", "3")]).await.words();
    assert!(words.contains("Saved.") && !words.contains("Saved as a draft"), "{words}");
    assert!(browser.open(LIST).await.words().contains("1 of 1 active"));
}

#[tokio::test]
async fn quiet_hours_are_typed_in_rows_and_shown_for_the_next_seven_days() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let set = create(&browser, "Nights").await;
    let backwards = [
        ("form[name]", "Nights"),
        ("form[handling]", "discard"),
        ("form[periods][1][kind]", "dates"),
        ("form[periods][1][starts]", "2026-12-24T12:00"),
        ("form[periods][1][ends]", "2026-12-24T11:00"),
    ];
    let page = add(&browser, &set, "quiet_hours", &backwards).await;
    assert!(page.fault_at("Ends").is_empty(), "the first row is right");
    assert!(page.text.contains("The end must be after the start."), "{}", page.words());
    let right = [&backwards[..4], &[("form[periods][1][ends]", "2026-12-26T12:00")]].concat();
    let words = add(&browser, &set, "quiet_hours", &right).await.words();
    for part in [
        "No marketing goes every day from 22:00 to 08:00 of the next day; from 2026-12-24 12:00 to 2026-12-26 12:00",
        "by the clock of the recipient",
        "What comes then is not sent.",
        "The next seven days",
        "Tuesday 2026-12-01",
        "quiet 00:00 to 08:00, quiet 22:00 to 24:00",
        "Monday 2026-12-07",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let global = format!("{LIST}/{}?new=quiet_hours", RuleSet::global_id());
    let refused = browser.submit(&global, "Save", &right).await.words();
    assert!(refused.contains("The global set has no quiet hours") || refused.contains("were not saved"), "{refused}");
}

#[tokio::test]
async fn what_was_removed_can_be_put_back() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let set = create(&browser, "Letters").await;
    add(&browser, &set, "cap", &[("form[name]", "Weekly"), ("form[count]", "1")]).await;
    let id = set.split('?').next().unwrap().rsplit('/').next().unwrap().parse().unwrap();
    let stored = world.engine.find_rule_set(&dev(), &id).await.unwrap();
    let (set, rule) = (stored.id.as_str(), stored.rules[0].id.as_str());
    let arguments = [("sandbox", "dev"), ("set", set), ("rule", rule)];
    let removed = browser.call(Method::POST, path_of("remove_rule"), &arguments).await;
    assert_eq!(removed.status, 200, "{}", removed.text);
    assert!(world.engine.find_rule_set(&dev(), &id).await.unwrap().rules.is_empty());
    let arguments = [("sandbox", "dev"), ("set", set), ("removed", removed.text.as_str())];
    assert_eq!(browser.call(Method::POST, path_of("put_back_rule"), &arguments).await.status, 200);
    assert_eq!(world.engine.find_rule_set(&dev(), &id).await.unwrap().rules, stored.rules);
    let nonsense = [("sandbox", "dev"), ("set", set), ("removed", "{}")];
    assert_eq!(browser.call(Method::POST, path_of("put_back_rule"), &nonsense).await.status, 404);
}

#[tokio::test]
async fn somebody_who_may_only_look_sees_rules_and_no_way_to_change_them() {
    let world = World::new().await;
    let administrator = world.browser(Role::Administrator).await;
    let set = create(&administrator, "Letters").await;
    add(&administrator, &set, "cap", &[("form[name]", "Weekly"), ("form[count]", "1")]).await;
    let manager = world.browser(Role::Manager).await;
    let page = manager.open(&format!("{set}?new=cap")).await;
    assert!(page.words().contains("Weekly") && !page.text.contains("form[count]"), "{}", page.words());
    assert!(!page.words().contains("Activate"), "{}", page.words());
    let viewer = world.browser(Role::Viewer).await.open(&set).await.words();
    assert!(!viewer.contains("Weekly"), "{viewer}");
}

/// An active set that is quiet until 11:00 in UTC.
async fn quiet_set(world: &World) -> RuleSet {
    let set = world.engine.create_rule_set(&dev(), "Nights", "", "ann").await.unwrap();
    let slot = Some(Slot { from: "06:00".parse().unwrap(), to: "11:00".parse().unwrap() });
    let periods = vec![QuietPeriod::Weekly { days: Weekday::ALL.to_vec(), slot }];
    let what = RuleKind::QuietHours(QuietHours { time_zone: "UTC".into(), periods, handling: QuietHandling::Queue });
    let change = RuleChange { name: "Nights".into(), what };
    let (set, rule) = world.engine.put_rule(&dev(), (&set.id, set.revision), None, change, "ann").await.unwrap();
    world.engine.set_rule_status(&dev(), (&set.id, &rule), RuleStatus::Active, "ann").await.unwrap();
    world.engine.set_rule_set_status(&dev(), &set.id, RuleStatus::Active, "ann").await.unwrap()
}

#[tokio::test]
async fn a_marketing_campaign_chooses_its_set_beside_the_configuration() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let set = quiet_set(&world).await;
    let news = world.engine.create_campaign(&dev(), "News", Category::Marketing, "ann").await.unwrap().campaign;
    let orders = world.engine.create_campaign(&dev(), "Orders", Category::Transactional, "ann").await.unwrap().campaign;
    let action = |campaign: &domain::campaign::Campaign| format!("/dev/campaigns/{}/edit?step=action", campaign.id);
    let page = browser.open(&action(&news)).await.words();
    assert!(page.contains("Rule set") && page.contains("Nights"), "{page}");
    assert!(!browser.open(&action(&orders)).await.words().contains("Only the global set"));
    browser
        .post(
            &action(&news),
            "Save and continue",
            &[("fields[channel]", "email"), ("fields[ruleSetId]", set.id.as_str())],
        )
        .await;
    let draft = world.engine.find_campaign(&dev(), &news.id).await.unwrap().draft;
    assert_eq!(draft.rule_set_id, set.id.to_string());
    let review = |campaign: &domain::campaign::Campaign| format!("/dev/campaigns/{}/edit?step=review", campaign.id);
    let words = browser.open(&review(&news)).await.words();
    assert!(words.contains("Rule setNights"), "{words}");
    assert!(!browser.open(&review(&orders)).await.words().contains("Rule set"));
}

#[tokio::test]
async fn the_page_of_a_message_says_until_when_it_waits() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    quiet_set(&world).await;
    let engine = &world.engine;
    let readers = "{\"userId\": \"ann@example.com\"}\n".as_bytes();
    engine.import_audience(&dev(), "Readers", readers, opted_in(), "ann").await.unwrap();
    let file = "kind: channel-configuration\nname: News\ncategory: marketing\nstatus: active\nfromName: Shop\n\
                fromAddress: shop@example.com\ntransport: { kind: capture }\n---\nkind: campaign\nname: News\n\
                category: marketing\nconfiguration: News\nruleSet: Nights\nstatus: live\naudience: { name: Readers }\n\
                content: { subject: Hello, html: <p>Hello</p> }\n";
    let campaign = engine.apply_file(Some(&dev()), file, "ann").await.unwrap().pop().unwrap().id;
    let client = engine.create_api_client(&dev(), "Shop", "ann").await.unwrap();
    let token = engine.issue_token(client.client_id.as_str(), &client.client_secret).await.unwrap();
    let caller = engine.authenticate(&token.token, client.client_id.as_str(), Some("dev")).await.unwrap();
    let request = serde_json::from_value(json!({"campaignId": campaign})).unwrap();
    engine.trigger_audience(&caller, request).await.unwrap();
    engine.expand_runs().await.unwrap();
    engine.drain().await.unwrap();
    let message = engine.list_messages(&dev(), &LogFilter::default(), None, 1).await.unwrap().rows.remove(0);
    let words = browser.open(&format!("/dev/messages/{}", message.id)).await.words();
    assert!(words.contains("Waiting until 2026-12-01 11:0") && words.contains("(quiet hours)"), "{words}");
    assert!(words.contains("“Nights” until 2026-12-01 11:00 (UTC)"), "{words}");
    let list = browser.open("/dev/messages").await.words();
    assert!(list.contains("Waiting (quiet hours)"), "{list}");
}
