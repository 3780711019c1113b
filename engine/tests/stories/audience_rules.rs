//! Audiences by a rule: whoever it holds of gets a message, once, wherever a process dies.

use std::time::Duration;

use crate::support::audience::{import, news, run, trigger};
use crate::support::consents::said;
use crate::support::shop::{ANN, Shop};
use crate::support::{World, dev, prod, texting};
use domain::SandboxName;
use domain::audience::{AudienceChange, AudienceKind};
use domain::audience_rule::Rule;
use domain::consent::Choice;
use domain::device::DeviceRegistration;
use domain::execution::{Execution, ExecutionStatus, RunState};
use domain::id::AudienceId;
use domain::message::MessageState;
use domain::profile_import::ImportFormat;
use domain::push_token::{PushPlatform, PushToken};
use engine::profiles::ImportSource;
use engine::{Engine, Result};
use serde_json::{Value, json};

fn rule(json: Value) -> Rule {
    serde_json::from_value(json).unwrap()
}

fn change(name: &str, json: Value) -> AudienceChange {
    AudienceChange { name: name.into(), rule: Some(rule(json)), revision: None }
}

async fn create(world: &World, name: &str, json: Value) -> AudienceId {
    world.create_audience(&dev(), change(name, json), ANN).await.unwrap().id
}

/// That many people: `q0@example.com` and so on, every third of them in Seoul.
async fn store(world: &World, sandbox: &SandboxName, count: usize) {
    let person = |number: usize| {
        let city = if number.is_multiple_of(3) { "Seoul" } else { "Busan" };
        let identity = json!({"namespace": "email", "userId": format!("q{number}@example.com")});
        json!({"identities": [identity], "attributes": {"city": city, "points": number}}).to_string() + "\n"
    };
    let list: String = (0..count).map(person).collect();
    let source = ImportSource {
        file_name: "people.ndjson".into(),
        format: ImportFormat::Ndjson,
        total_bytes: None,
        by: ANN.into(),
    };
    let imported = world.import_profiles(sandbox, source, list.as_bytes()).await.unwrap();
    assert_eq!(imported.created, i64::try_from(count).unwrap());
    // Some tests look at what is sent.
    let agreed = |number: usize| said(&format!("q{number}@example.com"), Choice::In);
    world.set_consents(sandbox, (0..count.min(50)).map(agreed).collect()).await.unwrap();
}

fn in_seoul() -> Value {
    json!({"type": "attribute", "path": "city", "operator": "equals", "value": "seoul"})
}

/// A campaign for everybody in Seoul, whose messages land in the capture inbox.
async fn seoul_news(world: &World, people: usize) -> Shop {
    let shop = news(world, 1, "").await;
    store(world, &dev(), people).await;
    shop
}

async fn run_by(world: &World, shop: &Shop, audience: &AudienceId) -> Execution {
    run(world, shop, json!({"audience": {"id": audience}})).await
}

/// The execution a few seconds later: counts are remembered for a moment.
async fn later(world: &World, execution: &Execution) -> Execution {
    world.clock.advance(Duration::from_secs(3));
    world.find_execution(&dev(), &execution.id).await.unwrap()
}

async fn users(world: &World, shop: &Shop, execution: &Execution) -> Vec<String> {
    let mut users: Vec<String> =
        shop.messages(world, &execution.id).await.into_iter().map(|message| message.user_id).collect();
    // Those who were stored at once have no order of their own.
    users.sort();
    users
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().into_failure().code().to_owned()
}

on_both!(a_run_by_a_rule_reaches_whoever_it_holds_of, |world| async {
    let shop = seoul_news(world, 10).await;
    store(world, &prod(), 4).await;
    let audience = create(world, "Seoul", in_seoul()).await;
    let execution = run_by(world, &shop, &audience).await;
    let before = execution.run.clone().unwrap();
    assert_eq!((before.targeted, before.targeted_is_final), (0, false));
    assert_eq!(world.expand_runs().await.unwrap(), 4);
    assert_eq!((world.expand_runs().await.unwrap(), world.drain().await.unwrap()), (0, 4));
    let done = later(world, &execution).await;
    let progress = done.run.clone().unwrap();
    assert_eq!((done.status, done.messages.handed_over), (ExecutionStatus::Succeeded, 4));
    assert_eq!((progress.state, progress.targeted, progress.targeted_is_final), (RunState::Complete, 4, true));
    assert_eq!(progress.looked_at, Some(10));
    let reached = users(world, &shop, &done).await;
    assert_eq!(reached, ["q0@example.com", "q3@example.com", "q6@example.com", "q9@example.com"]);
});

on_both!(messages_of_a_rule_hold_no_attributes_and_contents_read_them_from_profiles, |world| async {
    let shop = seoul_news(world, 1).await;
    let audience = create(world, "Seoul", in_seoul()).await;
    let execution = run_by(world, &shop, &audience).await;
    world.expand_runs().await.unwrap();
    let story = shop.story(world, &execution.id).await;
    assert_eq!(story.recipient["profile"], Value::Null, "{}", story.recipient);
    assert_eq!(story.recipient["userId"], "q0@example.com");
});

on_both!(a_rule_is_asked_as_it_was_when_the_call_was_accepted, |world| async {
    let shop = seoul_news(world, 4).await;
    let audience = create(world, "Seoul", in_seoul()).await;
    let execution = run_by(world, &shop, &audience).await;
    let nobody = change("Nobody", json!({"type": "any", "of": []}));
    world.save_audience(&dev(), audience.as_str(), nobody, ANN).await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    // Whoever is stored after the call is not addressed by it.
    let late =
        json!({"identities": [{"namespace": "email", "userId": "late@example.com"}], "attributes": {"city": "Seoul"}});
    world.upsert_profile(&dev(), serde_json::from_value(late).unwrap(), "Web shop").await.unwrap();
    world.expand_runs().await.unwrap();
    assert_eq!(users(world, &shop, &execution).await, ["q0@example.com", "q3@example.com"]);
    let next = run_by(world, &shop, &audience).await;
    world.expand_runs().await.unwrap();
    let done = later(world, &next).await;
    assert_eq!((done.status, done.messages.total), (ExecutionStatus::Succeeded, 0), "it held of nobody");
});

on_both!(people_without_an_address_on_the_channel_are_excluded_and_counted, |world| async {
    let shop = seoul_news(world, 1).await;
    let number =
        json!({"identities": [{"namespace": "phone", "userId": "+821012345678"}], "attributes": {"city": "Seoul"}});
    world.upsert_profile(&dev(), serde_json::from_value(number).unwrap(), "Web shop").await.unwrap();
    let audience = create(world, "Seoul", in_seoul()).await;
    let execution = run_by(world, &shop, &audience).await;
    assert_eq!(world.expand_runs().await.unwrap(), 2);
    let messages = shop.messages(world, &execution.id).await;
    let excluded: Vec<_> = messages.iter().filter(|message| message.state == MessageState::Excluded).collect();
    assert_eq!(excluded.len(), 1);
    assert_eq!((excluded[0].user_id.as_str(), excluded[0].reason.as_deref()), ("+821012345678", Some("no_address")));
});

on_both!(a_process_that_dies_leaves_a_run_by_a_rule_where_the_next_one_goes_on, |world| async {
    let shop = seoul_news(world, 2_100).await;
    let everybody = create(world, "Everybody", json!({"type": "all", "of": []})).await;
    let execution = run_by(world, &shop, &everybody).await;
    let dying = world.other_process().await;
    let engine = dying.clone();
    let expanding = tokio::spawn(async move { engine.expand_runs().await });
    let has_begun = async || !shop.messages(world, &execution.id).await.is_empty();
    while !has_begun().await {
        tokio::task::yield_now().await;
    }
    expanding.abort();
    let _ = expanding.await;
    let left = later(world, &execution).await.messages.total;
    world.clock.advance(world.settings.runs.lease);
    let made = world.expand_runs().await.unwrap();
    assert_eq!(i64::try_from(made).unwrap(), 2_100 - left);
    let done = later(world, &execution).await;
    assert_eq!((done.messages.total, done.run.unwrap().state), (2_100, RunState::Complete));
    dying.close().await;
});

on_both!(several_processes_make_each_message_of_a_rule_once, |world| async {
    let shop = seoul_news(world, 1_500).await;
    let everybody = create(world, "Everybody", json!({"type": "all", "of": []})).await;
    let execution = run_by(world, &shop, &everybody).await;
    let other = world.other_process().await;
    let (one, two) = tokio::join!(world.expand_runs(), other.expand_runs());
    assert_eq!(one.unwrap() + two.unwrap(), 1_500);
    let done = later(world, &execution).await;
    assert_eq!((done.messages.total, done.run.unwrap().looked_at), (1_500, Some(1_500)));
    other.close().await;
});

on_both!(a_rule_asks_for_the_people_of_a_list_and_for_past_messages, |world| async {
    let shop = seoul_news(world, 6).await;
    let list = import(world, &dev(), "Few", "{\"userId\":\"Q1@example.com\"}\n{\"userId\":\"q4@example.com\"}").await;
    let few = create(world, "Few of them", json!({"type": "member", "audienceId": list})).await;
    let first = run_by(world, &shop, &few).await;
    world.expand_runs().await.unwrap();
    assert_eq!(users(world, &shop, &first).await, ["q1@example.com", "q4@example.com"]);
    world.drain().await.unwrap();
    let past = |more: Value| {
        let mut past = json!({"type": "messages", "state": "handed_over", "withinDays": 7});
        past.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        past
    };
    for (name, rule, expected) in [
        ("Written to", past(json!({})), 2),
        ("By mail", past(json!({"channel": "email"})), 2),
        ("By phone", past(json!({"channel": "mobile"})), 0),
        ("Of this campaign", past(json!({"campaignId": shop.campaign})), 2),
        ("Twice", past(json!({"atLeast": 2})), 0),
        ("Not yet", json!({"type": "not", "of": past(json!({}))}), 4),
        ("Failed", past(json!({"state": "failed"})), 0),
        ("Opened", past(json!({"state": "opened"})), 0),
    ] {
        create(world, name, rule.clone()).await;
        let estimate = world.estimate_rule(&dev(), &serde_json::from_value(rule).unwrap()).await.unwrap();
        assert_eq!(estimate.members, expected, "{name}");
    }
    world.clock.advance(Duration::from_hours(8 * 24));
    let old = world.estimate_rule(&dev(), &rule(past(json!({})))).await.unwrap();
    assert_eq!(old.members, 0, "eight days ago is not within the last seven");
});

on_both!(a_rule_asks_for_what_people_said_of_marketing, |world| async {
    store(world, &dev(), 60).await;
    world.set_consents(&dev(), vec![said("Q3@example.com", Choice::Out)]).await.unwrap();
    for (choice, expected) in [("in", 49), ("out", 1), ("empty", 10)] {
        let rule = rule(json!({"type": "consent", "channel": "email", "choice": choice}));
        assert_eq!(world.estimate_rule(&dev(), &rule).await.unwrap().members, expected, "{choice}");
    }
    let mobile = rule(json!({"type": "consent", "channel": "mobile", "choice": "empty"}));
    assert_eq!(world.estimate_rule(&dev(), &mobile).await.unwrap().members, 60);
});

on_both!(an_estimate_is_exact_where_few_are_stored_and_shows_some_of_them_masked, |world| async {
    store(world, &dev(), 30).await;
    let estimate = world.estimate_rule(&dev(), &rule(in_seoul())).await.unwrap();
    assert_eq!((estimate.profiles, estimate.looked_at, estimate.matched, estimate.members), (30, 30, 10, 10));
    assert_eq!(estimate.sample.len(), 10);
    assert!(estimate.sample.iter().all(|member| member.email == "q***@example.com" && member.user_id == member.email));
    let nobody = world.estimate_rule(&prod(), &rule(in_seoul())).await.unwrap();
    assert_eq!((nobody.profiles, nobody.members), (0, 0));
});

on_both!(an_estimate_of_many_looks_at_some_of_all_of_them, |world| async {
    store(world, &dev(), 2_400).await;
    let estimate = world.estimate_rule(&dev(), &rule(in_seoul())).await.unwrap();
    assert_eq!(estimate.profiles, 2_400);
    assert!(estimate.looked_at <= 2_000, "{estimate:?}");
    assert!((700..=900).contains(&estimate.members), "{estimate:?}");
});

on_both!(members_of_a_rule_come_page_by_page, |world| async {
    store(world, &dev(), 9).await;
    let audience = create(world, "Seoul", in_seoul()).await;
    let mut cursor: Option<String> = None;
    let mut found = Vec::new();
    loop {
        let page = world.audience_members(&dev(), audience.as_str(), cursor.as_deref(), 2).await.unwrap();
        found.extend(page.rows.into_iter().map(|member| member.email));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    found.sort();
    assert_eq!(found, ["q0@example.com", "q3@example.com", "q6@example.com"]);
    let list = import(world, &dev(), "Few", &crate::support::audience::people(3)).await;
    let page = world.audience_members(&dev(), list.as_str(), None, 2).await.unwrap();
    let rest = world.audience_members(&dev(), list.as_str(), page.next.as_deref(), 2).await.unwrap();
    assert_eq!((page.rows.len(), rest.rows.len(), rest.next), (2, 1, None));
});

on_both!(a_rule_that_names_what_is_not_there_is_refused_with_its_path, |world| async {
    let unknown = AudienceId::new(1, [1; 10]);
    let wrong = |json: Value| {
        let new = change("Wrong", json);
        async move { world.create_audience(&dev(), new, ANN).await.unwrap_err().into_failure() }
    };
    let domain::Failure::Invalid { faults } =
        wrong(json!({"type": "all", "of": [{"type": "member", "audienceId": unknown}]})).await
    else {
        panic!("refused otherwise")
    };
    assert_eq!((faults.0[0].path.as_str(), faults.0[0].code.as_str()), ("rule.of[0].audienceId", "unknown_audience"));
    let seoul = create(world, "Seoul", in_seoul()).await;
    let by_rule = wrong(json!({"type": "member", "audienceId": seoul})).await;
    assert_eq!(by_rule.code(), "unknown_audience", "only lists are asked");
    assert_eq!(code(world.create_audience(&dev(), change("Seoul", in_seoul()), ANN).await), "name_taken");
});

on_both!(an_audience_is_changed_by_one_person_at_a_time_and_keeps_its_kind, |world| async {
    let audience = create(world, "Seoul", in_seoul()).await;
    let busan = change("Busan", json!({"type": "attribute", "path": "city", "operator": "equals", "value": "Busan"}));
    let busan = AudienceChange { revision: Some(1), ..busan };
    let saved = world.save_audience(&dev(), audience.as_str(), busan.clone(), "ben@example.com").await.unwrap();
    assert_eq!((saved.name.as_str(), saved.revision, saved.kind), ("Busan", 2, AudienceKind::Rule));
    assert_eq!(code(world.save_audience(&dev(), audience.as_str(), busan, ANN).await), "changed_meanwhile");
    let list = AudienceChange { name: "Busan".into(), rule: None, revision: None };
    assert_eq!(code(world.save_audience(&dev(), audience.as_str(), list, ANN).await), "wrong_kind");
});

on_both!(an_audience_is_deleted_when_nothing_needs_it, |world| async {
    let shop = news(world, 3, "").await;
    let readers = world.list_audiences(&dev()).await.unwrap().remove(0).id;
    assert_eq!(code(world.delete_audience(&dev(), readers.as_str()).await), "audience_in_use");
    let few = import(world, &dev(), "Few", &crate::support::audience::people(2)).await;
    let asks = create(world, "Asks", json!({"type": "not", "of": {"type": "member", "audienceId": few}})).await;
    let uses = world.uses_of_audience(&dev(), &few).await.unwrap();
    assert_eq!((uses.campaigns.len(), uses.audiences), (0, vec!["Asks".to_owned()]));
    assert_eq!(code(world.delete_audience(&dev(), few.as_str()).await), "audience_in_use");
    world.delete_audience(&dev(), asks.as_str()).await.unwrap();
    run_by(world, &shop, &few).await;
    assert_eq!(code(world.delete_audience(&dev(), few.as_str()).await), "audience_in_use", "a run still reads it");
    world.expand_runs().await.unwrap();
    world.delete_audience(&dev(), few.as_str()).await.unwrap();
    assert_eq!(code(world.audience(&dev(), few.as_str()).await), "not_found");
    assert_eq!(code(world.delete_audience(&prod(), readers.as_str()).await), "not_found", "each sandbox has its own");
});

/// A world whose campaign lets calls name no other audience.
async fn fixed(world: &World) -> Shop {
    let shop = news(world, 2, "").await;
    let before = world.find_campaign(&dev(), &shop.campaign).await.unwrap();
    let mut draft = before.draft;
    draft.audience.call_may_override = false;
    let saved = world.save_draft(&dev(), &shop.campaign, before.campaign.revision, &draft, ANN).await.unwrap();
    world.publish_campaign(&dev(), &shop.campaign, saved.campaign.revision, ANN).await.unwrap();
    shop
}

on_both!(a_campaign_may_keep_calls_from_naming_another_audience, |world| async {
    let shop = Box::pin(fixed(world)).await;
    let own = world.list_audiences(&dev()).await.unwrap().remove(0).id;
    let few = import(world, &dev(), "Few", &crate::support::audience::people(1)).await;
    let engine: &Engine = world;
    assert_eq!(code(trigger(engine, &shop, json!({"audience": {"id": few}})).await), "audience_fixed");
    assert_eq!(run_by(world, &shop, &own).await.run.unwrap().targeted, 2, "its own may be named");
});

on_both!(a_run_by_a_rule_finds_the_device_of_a_person_under_any_of_their_identities, |world| async {
    let everybody = create(world, "Everybody", json!({"type": "not", "of": {"type": "testProfile"}})).await;
    let yaml = "kind: channel-configuration\nname: News\nchannel: push\ncategory: marketing\nstatus: active\n\
                transport: { kind: capture }\n---\nkind: campaign\nname: News\nchannel: push\ncategory: marketing\n\
                configuration: News\nstatus: live\naudience: { name: Everybody }\ncontent: { title: News, body: Hello }\n";
    let (shop, _) = texting::apply(world, yaml).await;
    let named = |namespace: &str, user_id: &str| json!({"namespace": namespace, "userId": user_id});
    for identities in
        [json!([named("email", "a@example.com"), named("crm", "7")]), json!([named("email", "b@example.com")])]
    {
        let change = serde_json::from_value(json!({"identities": identities})).unwrap();
        world.upsert_profile(&dev(), change, "Web shop").await.unwrap();
    }
    let token = PushToken { platform: PushPlatform::Fcm, token: "d3v1c3".into() };
    world.register_push_token(&dev(), &DeviceRegistration::new("7", "crm", token)).await.unwrap();
    let execution = run_by(world, &shop, &everybody).await;
    world.expand_runs().await.unwrap();
    let messages = shop.messages(world, &execution.id).await;
    let mut reached: Vec<_> = messages.iter().map(|it| (it.user_id.as_str(), it.address.as_str(), it.state)).collect();
    reached.sort_unstable_by_key(|it| it.0);
    let expected = [
        ("a@example.com", "fcm:d3v1c3", MessageState::Queued),
        ("b@example.com", "b@example.com", MessageState::Excluded),
    ];
    assert_eq!(reached, expected);
});
