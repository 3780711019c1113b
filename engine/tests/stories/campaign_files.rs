//! Campaigns as files: what is applied, what is not applied twice, and where faults are told.

use std::time::Duration;

use crate::support::{World, dev, prod};
use domain::campaign::CampaignStatus;
use domain::channel_configuration::ChannelConfigurationStatus;
use domain::sandbox::SandboxMode;
use engine::campaign_files::{ApplyError, Change};

const SHOP: &str = "\
kind: channel-configuration
name: Shop
category: transactional
status: active
fromName: 서점 Shop
fromAddress: shop@example.com
replyTo: help@example.com
transport:
  kind: smtp
  host: 127.0.0.1
  port: 2525
  security: none
  username: shop
  password: 'hunter2'
---
kind: campaign
name: Order confirmation
category: transactional
configuration: Shop
status: live
description: Sent after each order.
content:
  subject: 'Order {{ context.order.id }}'
  html: |
    <p>Thank you for order {{ context.order.id }}.</p>
schedule:
  end: 2026-12-31T00:00
  timeZone: Asia/Seoul
";

async fn apply(world: &World, yaml: &str) -> Vec<Change> {
    let applied = world.apply_file(Some(&dev()), yaml, "ann@example.com").await.unwrap();
    applied.into_iter().map(|applied| applied.change).collect()
}

/// Line and path of each fault.
async fn faults(world: &World, yaml: &str) -> Vec<(usize, String)> {
    match world.apply_file(Some(&dev()), yaml, "ann@example.com").await {
        Err(ApplyError::Faults(faults)) => faults.into_iter().map(|fault| (fault.line, fault.path)).collect(),
        other => panic!("{other:?}"),
    }
}

fn at(line: usize, path: &str) -> (usize, String) {
    (line, path.to_owned())
}

on_both!(a_file_makes_a_live_campaign_and_a_second_time_changes_nothing, |world| async {
    assert_eq!(apply(world, SHOP).await, [Change::Created, Change::Activated { version: 1 }]);
    let configurations = world.list_channel_configurations(&dev()).await.unwrap();
    assert_eq!(configurations[0].status, ChannelConfigurationStatus::Active);
    let campaigns = world.list_campaigns(&dev(), &Default::default(), None).await.unwrap().rows;
    assert_eq!((campaigns.len(), campaigns[0].status), (1, CampaignStatus::Live));
    let live = world.find_campaign(&dev(), &campaigns[0].id).await.unwrap().live.unwrap();
    assert_eq!(live.definition.end.unwrap().to_string(), "2026-12-30T15:00:00.000Z");
    assert_eq!(live.published_by, "ann@example.com");

    world.clock.advance(Duration::from_secs(3_600));
    assert_eq!(apply(world, SHOP).await, [Change::Unchanged, Change::Unchanged]);
    assert_eq!(world.list_channel_configurations(&dev()).await.unwrap(), configurations);
    assert_eq!(world.list_campaigns(&dev(), &Default::default(), None).await.unwrap().rows, campaigns);
});

on_both!(only_what_changed_is_updated, |world| async {
    apply(world, SHOP).await;
    let other_text = SHOP.replace("Thank you", "Many thanks");
    assert_eq!(apply(world, &other_text).await, [Change::Unchanged, Change::Activated { version: 2 }]);
    let other_password = other_text.replace("hunter2", "hunter3");
    assert_eq!(apply(world, &other_password).await, [Change::Updated, Change::Unchanged]);
    assert_eq!(apply(world, &other_password).await, [Change::Unchanged, Change::Unchanged]);
    let kept_password = other_password.replace("  password: 'hunter3'\n", "");
    assert_eq!(apply(world, &kept_password).await, [Change::Unchanged, Change::Unchanged]);
    let only_draft = other_text.replace("status: live", "status: draft").replace("Many thanks", "Thanks");
    assert_eq!(apply(world, &only_draft).await, [Change::Updated, Change::Updated]);
    let campaign = &world.list_campaigns(&dev(), &Default::default(), None).await.unwrap().rows[0];
    assert_eq!((campaign.status, campaign.live_version, campaign.draft_open), (CampaignStatus::Live, Some(2), true));
});

on_both!(a_file_gives_the_password_that_another_host_or_a_new_user_needs, |world| async {
    let without = SHOP.replace("  password: 'hunter2'\n", "");
    assert_eq!(faults(world, &without).await, [at(8, "transport.password")]);
    let inactive = without.replace("status: active", "status: draft").replace("status: live", "status: draft");
    assert_eq!(apply(world, &inactive).await, [Change::Created, Change::Created]);
    apply(world, SHOP).await;
    let moved = without.replace("127.0.0.1", "mail.example.com");
    assert_eq!(faults(world, &moved).await, [at(8, "transport.password")]);
    let renamed = without.replace("username: shop", "username: other");
    assert_eq!(faults(world, &renamed).await, [at(8, "transport.password")]);
    let given = SHOP.replace("127.0.0.1", "mail.example.com");
    assert_eq!(apply(world, &given).await, [Change::Updated, Change::Unchanged]);
});

on_both!(a_file_says_where_access_tokens_come_from_and_their_secrets_may_be_left_out_afterwards, |world| async {
    let client = "  auth: xoauth2\n  tokenUrl: https://id.example.com/token\n  clientId: client\n";
    let secrets = "  clientSecret: 's3cret'\n  refreshToken: 'r3fresh'\n";
    let limit = "  maxMessagesPerConnection: 100\n";
    let file = |secrets: &str| SHOP.replace("  password: 'hunter2'\n", &format!("{client}{secrets}{limit}"));
    assert_eq!(faults(world, &file("")).await, [at(8, "transport.clientSecret")]);
    assert_eq!(apply(world, &file(secrets)).await, [Change::Created, Change::Activated { version: 1 }]);
    assert_eq!(apply(world, &file(secrets)).await, [Change::Unchanged, Change::Unchanged]);
    assert_eq!(apply(world, &file("")).await, [Change::Unchanged, Change::Unchanged]);
    assert_eq!(apply(world, &file("  refreshToken: 'another'\n")).await, [Change::Updated, Change::Unchanged]);
    let elsewhere = file("").replace("id.example.com", "evil.example.com");
    assert_eq!(faults(world, &elsewhere).await, [at(8, "transport.clientSecret")]);
});

on_both!(a_file_replaces_a_password_of_another_secret_key, |world| async {
    apply(world, SHOP).await;
    let settings = engine::Settings { secret_key: engine::keys::SecretKey::random(), ..world.settings.clone() };
    let other_key = engine::Engine::open(settings, world.clock.clone()).await.unwrap();
    let applied = other_key.apply_file(Some(&dev()), SHOP, "ann@example.com").await.unwrap();
    assert_eq!(applied[0].change, Change::Updated);
    assert_eq!(other_key.list_unreadable_secrets().await.unwrap(), []);
    other_key.close().await;
});

on_both!(a_document_names_its_sandbox_and_may_come_before_what_it_needs, |world| async {
    let (configuration, campaign) = SHOP.split_once("---\n").unwrap();
    let yaml = format!(
        "kind: campaign\nsandbox: prod\n{}---\nkind: channel-configuration\nsandbox: prod\n{}---\nkind: sandbox\nname: prod\nmode: live\n",
        campaign.replace("kind: campaign\n", ""),
        configuration.replace("kind: channel-configuration\n", ""),
    );
    let applied = world.apply_file(None, &yaml, "ann@example.com").await.unwrap();
    let kinds: Vec<&str> = applied.iter().map(|applied| applied.kind).collect();
    assert_eq!(kinds, ["campaign", "channel-configuration", "sandbox"]);
    assert!(applied[0].id.starts_with("cmp_") && applied[1].id.starts_with("chc_"));
    assert_eq!(world.find_sandbox(&prod()).await.unwrap().mode, SandboxMode::Live);
    assert_eq!(world.list_campaigns(&prod(), &Default::default(), None).await.unwrap().rows.len(), 1);
    assert_eq!(world.list_campaigns(&dev(), &Default::default(), None).await.unwrap().rows.len(), 0);
});

on_both!(a_campaign_that_was_stopped_is_not_activated_by_its_file, |world| async {
    apply(world, SHOP).await;
    let id = world.list_campaigns(&dev(), &Default::default(), None).await.unwrap().rows[0].id.clone();
    world.stop_campaign(&dev(), &id, "bob@example.com").await.unwrap();
    assert_eq!(faults(world, SHOP).await, [at(20, "status")]);
});

#[tokio::test]
async fn a_campaign_whose_end_has_passed_stays_as_it_is() {
    let world = World::sqlite().await;
    apply(&world, SHOP).await;
    world.clock.advance(Duration::from_secs(60 * 24 * 3_600));
    assert_eq!(apply(&world, SHOP).await, [Change::Unchanged, Change::Unchanged]);
    let fresh = SHOP.replace("Order confirmation", "Another");
    assert_eq!(faults(&world, &fresh).await, [at(27, "schedule.end")]);
}

#[tokio::test]
async fn every_fault_is_told_with_its_line_and_path_and_nothing_is_applied() {
    let world = World::sqlite().await;
    let yaml = "\
kind: channel-configuration
name: Shop
category: promotional
fromName: 17
fromAddress: shop
transport:
  kind: smtp
  host: mail.example.com
  port: '587'
  securty: tls
colour: red
---
kind: campaign
name: Good
category: transactional
---
kind: campaign
name: Bad
category: transactional
configuration: Nowhere
status: live
content:
  subject:
    - a list
schedule:
  start: tomorrow
  timeZone: Mars/Olympus
---
kind: poem
";
    let told = faults(&world, yaml).await;
    let expected = [
        at(3, "category"),
        at(4, "fromName"),
        at(5, "fromAddress"),
        at(6, "transport.security"),
        at(9, "transport.port"),
        at(10, "transport.securty"),
        at(11, "colour"),
        at(20, "configuration"),
        at(22, "content.html"),
        at(23, "content.subject"),
        at(26, "schedule.start"),
        at(27, "schedule.timeZone"),
        at(29, "kind"),
    ];
    for fault in &expected {
        assert!(told.contains(fault), "{fault:?} is not in {told:?}");
    }
    assert!(told.is_sorted_by_key(|(line, _)| *line), "{told:?}");
    assert!(world.list_campaigns(&dev(), &Default::default(), None).await.unwrap().rows.is_empty());
    assert!(world.list_channel_configurations(&dev()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_value_is_told_once_and_one_that_is_missing_is_needed() {
    let world = World::sqlite().await;
    let yaml = SHOP.replace("fromName: 서점 Shop", "fromName: 5").replace("category: transactional\n", "");
    let Err(ApplyError::Faults(faults)) = world.apply_file(Some(&dev()), &yaml, "ann@example.com").await else {
        panic!("applied")
    };
    let told: Vec<(&str, &str)> = faults.iter().map(|fault| (fault.path.as_str(), fault.text.as_str())).collect();
    let needed = ("category", "This is needed.");
    assert_eq!(told, [needed, ("fromName", "Put this in quotes: it is a text."), needed]);
}

#[tokio::test]
async fn a_file_whose_content_nobody_could_get_is_not_applied() {
    let world = World::sqlite().await;
    let header = SHOP.replace("replyTo:", "fromTemplate: shop@example.org\nreplyTo:");
    assert_eq!(faults(&world, &header).await, [at(7, "fromTemplate")]);
    let push = "\
kind: channel-configuration
name: Push
channel: push
category: transactional
status: active
transport:
  kind: capture
---
kind: campaign
name: Order
channel: push
category: transactional
configuration: Push
status: live
content:
  title: Your order
  body: It is on its way.
  clickAction: web_url
  clickUrl: shop.example
  badge: many
";
    assert_eq!(faults(&world, push).await, [at(19, "content.clickUrl"), at(20, "content.badge")]);
    assert!(world.list_campaigns(&dev(), &Default::default(), None).await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn a_text_that_is_no_yaml_is_told_with_its_line() {
    let world = World::sqlite().await;
    assert_eq!(faults(&world, "kind: campaign\nname: [a\n").await[0].1, "");
    assert_eq!(faults(&world, "kind: campaign\nname: A\nname: B\n").await, [at(3, "")]);
    assert_eq!(faults(&world, "# nothing\n").await, [at(1, "")]);
    assert_eq!(faults(&world, "just text").await, [at(1, "")]);
}

#[tokio::test]
async fn hostile_yaml_ends_with_a_fault() {
    let world = World::sqlite().await;
    for yaml in [
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        format!("kind: campaign\nname: {}", "- ".repeat(100_000)),
        "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: [*c, *c]\n".to_owned(),
        "kind: campaign\nname: \"a\\0b\"\ncategory: marketing\nconfiguration: \"\\0\"\n".to_owned(),
        "kind: !!binary campaign\n".to_owned(),
        "? [a, b]\n: c\n".to_owned(),
    ] {
        assert!(!faults(&world, &yaml).await.is_empty(), "{yaml:.40}");
    }
}

#[tokio::test]
async fn faults_between_documents_are_found_before_anything_is_applied() {
    let world = World::sqlite().await;
    let marketing = SHOP.replacen("category: transactional", "category: marketing", 1);
    assert_eq!(faults(&world, &marketing).await, [at(19, "configuration")]);
    let inactive = SHOP.replace("status: active", "status: draft");
    assert_eq!(faults(&world, &inactive).await, [at(19, "configuration")]);
    let twice = format!("{SHOP}---\n{}", SHOP.split_once("---\n").unwrap().0);
    assert_eq!(faults(&world, &twice).await, [at(31, "name")]);
    let nowhere = SHOP.replace("name: Order", "sandbox: nowhere\nname: Order");
    assert!(faults(&world, &nowhere).await.contains(&at(17, "sandbox")));
    let unnamed = world.apply_file(None, "kind: campaign\nname: A\ncategory: marketing\n", "x").await;
    assert!(matches!(unnamed, Err(ApplyError::Faults(faults))
        if faults[0].path == "sandbox" && faults[0].text.contains("--sandbox")));
}

on_both!(a_marketing_campaign_names_an_audience_that_was_imported, |world| async {
    let marketing = SHOP.replace("category: transactional", "category: marketing");
    assert_eq!(faults(world, &marketing).await, [at(16, "audience.name")]);
    let mut named = format!("{marketing}  messagesPerSecond: 100\naudience:\n  name: Readers\n");
    assert_eq!(faults(world, &named).await, [at(31, "audience.name")]);
    let readers =
        crate::support::audience::import(world, &dev(), "Readers", &crate::support::audience::people(1)).await;
    assert_eq!(apply(world, &named).await, [Change::Created, Change::Activated { version: 1 }]);
    assert_eq!(apply(world, &named).await, [Change::Unchanged; 2]);
    let campaign = world.list_campaigns(&dev(), &Default::default(), None).await.unwrap().rows.remove(0).id;
    let live = world.find_campaign(&dev(), &campaign).await.unwrap().live.unwrap().definition;
    assert_eq!((live.audience_id, live.messages_per_second), (Some(readers), Some(100)));
    named = named.replace("messagesPerSecond: 100", "messagesPerSecond: 2001");
    assert_eq!(faults(world, &named).await, [at(29, "schedule.messagesPerSecond")]);
});

#[tokio::test]
async fn the_category_of_what_is_stored_does_not_change() {
    let world = World::sqlite().await;
    apply(&world, SHOP).await;
    let marketing = SHOP.replace("category: transactional", "category: marketing");
    assert_eq!(faults(&world, &marketing).await, [at(3, "category"), at(18, "category")]);
}

on_both!(the_documented_example_is_applied_as_it_stands, |world| async {
    let page = include_str!("../../../docs/campaign-files.md");
    let example = page.split_once("```yaml\n").unwrap().1.split_once("```").unwrap().0;
    let applied = world.apply_file(None, example, "ann@example.com").await.unwrap();
    let changes: Vec<Change> = applied.into_iter().map(|applied| applied.change).collect();
    assert_eq!(changes, [Change::Unchanged, Change::Created, Change::Created, Change::Activated { version: 1 }]);
});

#[tokio::test]
async fn high_throughput_is_true_or_false_and_transactional() {
    let world = World::sqlite().await;
    let switched = |to: &str| SHOP.replace("status: live", &format!("status: live\nhighThroughput: {to}"));
    let paths =
        async |yaml: &str| -> Vec<String> { faults(&world, yaml).await.into_iter().map(|(_, path)| path).collect() };
    assert_eq!(paths(&switched("soon")).await, ["highThroughput"]);
    crate::support::audience::import(&world, &dev(), "Readers", &crate::support::audience::people(1)).await;
    let marketing = switched("true").replace("category: transactional", "category: marketing");
    assert_eq!(paths(&format!("{marketing}audience: {{ name: Readers }}\n")).await, ["highThroughput"]);
    apply(&world, &switched("true")).await;
}

on_both!(what_a_file_says_of_values_is_applied_once, |world| async {
    let said =
        format!("{SHOP}variables:\n  context.order.id:\n    type: integer\n    required: true\n    example: 4711\n");
    assert_eq!(apply(world, &said).await, [Change::Created, Change::Activated { version: 1 }]);
    assert_eq!(apply(world, &said).await, [Change::Unchanged, Change::Unchanged]);
    let other = said.replace("4711", "4712");
    assert_eq!(apply(world, &other).await, [Change::Unchanged, Change::Activated { version: 2 }]);
    assert_eq!(
        apply(world, SHOP).await,
        [Change::Unchanged, Change::Activated { version: 3 }],
        "what is left out is gone"
    );
});

on_both!(faults_of_what_is_said_of_values_name_line_and_path, |world| async {
    let with = |said: &str| format!("{SHOP}variables:\n  context.order.id:\n{said}");
    let id = "variables.context.order.id";
    let of = |key: &str| format!("{id}.{key}");
    assert_eq!(faults(world, &with("    type: text\n")).await, [at(31, &of("type"))]);
    assert_eq!(faults(world, &with("    required: no way\n")).await, [at(31, &of("required"))]);
    assert_eq!(faults(world, &with("    required: false\n")).await, [at(31, &of("required"))]);
    assert_eq!(faults(world, &with("    type: list\n")).await, [at(31, &of("type"))]);
    assert_eq!(faults(world, &with("    type: integer\n    example: '7'\n")).await, [at(32, &of("example"))]);
    assert_eq!(faults(world, &with("    example: .nan\n")).await, [at(31, &of("example"))]);
    assert_eq!(faults(world, &with("    kind: integer\n")).await, [at(31, &of("kind"))]);
    assert_eq!(faults(world, &format!("{} integer\n", with("").trim_end())).await, [at(30, id)]);
    let unread = with("    type: string\n  context.ordr.id:\n    type: string\n");
    assert_eq!(faults(world, &unread).await, [at(32, "variables.context.ordr.id")]);
    let draft = unread.replace("status: live", "status: draft");
    assert_eq!(faults(world, &draft).await, [at(32, "variables.context.ordr.id")], "also of a draft");
});

#[tokio::test]
async fn a_fault_of_a_keyword_stands_at_the_line_of_its_list() {
    let world = World::sqlite().await;
    let file = "kind: channel-configuration\nname: Codes\nchannel: mobile\ncategory: transactional\nkeywords:\n  help: stop\n  \
                fuzzyStop: maybe\n  doubleOptIn: true\n  custom:\n    hours: 9 to 18\n    'yes, no': Thank you.\n\
                transport: { kind: capture }\n";
    let expected =
        [at(1, "askToConfirm"), at(6, "keywords.help"), at(7, "keywords.fuzzyStop"), at(9, "keywords.custom[1].words")];
    assert_eq!(faults(&world, file).await, expected);
    let unknown = file.replace("fuzzyStop: maybe", "fuzzy: ask").replace("help: stop", "help: ayuda");
    assert!(faults(&world, &unknown).await.contains(&at(7, "keywords.fuzzy")));
}
