//! Caps: so many messages to a person, counted when they go.

use std::time::Duration;

use domain::message::Message;
use domain::rule_set::{CapPeriod, RuleSet, RuleStatus};
use engine::Engine;
use engine::store::{Store, Tx};
use futures::future::join_all;
use serde_json::json;

use crate::support::audience::{self, mailing_news, news};
use crate::support::relay::Relay;
use crate::support::rules::{cap, choose, custom, global, later, run, run_one, state};
use crate::support::shop::{ANN, Shop};
use crate::support::{World, dev, prod};

const DAY: Duration = Duration::from_hours(24);
const CAPPED: (&str, Option<&str>) = ("excluded", Some("frequency_cap"));
const KEPT: (&str, Option<&str>) = ("captured", None);

on_both!(so_many_messages_reach_a_person_in_a_window_and_no_more, |world| async {
    let shop = news(world, 2, "").await;
    global(world, "Twice a day", cap(2, CapPeriod::Day)).await;
    for _ in 0..2 {
        assert!(run(world, &shop).await.iter().all(|message| state(message) == KEPT));
    }
    let third = run(world, &shop).await;
    assert!(third.iter().all(|message| state(message) == CAPPED));
    let words = "“Twice a day”: 2 of 2 in this day; next possible from 2026-12-02T00:00:00.000Z.";
    assert_eq!((third[0].detail.as_deref(), third[0].attempts), (Some(words), 0));
    let story = world.find_message(&dev(), &third[0].id).await.unwrap();
    let check = story.checks.last().unwrap();
    assert_eq!(
        (check.code.as_str(), check.passed, check.reference_code.as_deref()),
        ("within_caps", false, Some("050002"))
    );
    assert!(story.rendered.is_none(), "nothing is kept of what it would have said");
    // The window ends at midnight.
    world.clock.advance(Duration::from_hours(15));
    assert!(run(world, &shop).await.iter().all(|message| state(message) == KEPT));
});

on_both!(a_passed_check_says_how_much_is_used, |world| async {
    let shop = news(world, 1, "").await;
    global(world, "Weekly", cap(3, CapPeriod::Week)).await;
    run(world, &shop).await;
    let second = run_one(world, &shop).await;
    let story = world.find_message(&dev(), &second.id).await.unwrap();
    let words = "“Weekly”: with this one 2 of 3 in this week, which ends at 2026-12-06T00:00:00.000Z.";
    assert_eq!(story.checks.last().unwrap().text, words);
});

on_both!(what_is_about_service_is_neither_counted_nor_capped, |world| async {
    let letters = news(world, 1, "").await;
    let shop = Shop::capturing(world).await;
    global(world, "Daily", cap(1, CapPeriod::Day)).await;
    for request in ["r-1", "r-2"] {
        let accepted = shop.order(world, request, "p0@example.com").await;
        world.drain().await.unwrap();
        assert_eq!(state(&shop.story(world, &accepted.execution_id).await.message), KEPT);
    }
    assert_eq!(state(&run_one(world, &letters).await), KEPT);
    assert_eq!(state(&run_one(world, &letters).await), CAPPED);
    let accepted = shop.order(world, "r-3", "p0@example.com").await;
    world.drain().await.unwrap();
    assert_eq!(state(&shop.story(world, &accepted.execution_id).await.message), KEPT);
});

on_both!(
    rules_of_the_global_set_and_of_the_campaigns_own_hold_together_and_the_first_reached_is_named,
    |world| async {
        let shop = news(world, 1, "").await;
        let other = world.duplicate_campaign(&dev(), &shop.campaign, "Other", ANN).await.unwrap().campaign;
        world.publish_campaign(&dev(), &other.id, other.revision, ANN).await.unwrap();
        let other = Shop { campaign: other.id, sandbox: dev(), caller: shop.caller.clone() };
        global(world, "Weekly", cap(3, CapPeriod::Week)).await;
        let set = custom(world, "Daily", cap(1, CapPeriod::Day)).await;
        choose(world, &shop, &set).await;
        assert_eq!(state(&run_one(world, &shop).await), KEPT);
        let second = run_one(world, &shop).await;
        assert!(second.detail.unwrap().starts_with("“Daily”: 1 of 1"));
        // One that was kept away took no place in the week either; the other campaign has nothing to do with the day.
        for _ in 0..2 {
            assert_eq!(state(&run_one(world, &other).await), KEPT);
        }
        assert!(run_one(world, &other).await.detail.unwrap().starts_with("“Weekly”: 3 of 3"));
        world.clock.advance(DAY);
        assert!(run_one(world, &shop).await.detail.unwrap().starts_with("“Weekly”: 3 of 3"), "the first of both");
    }
);

on_both!(a_rule_acts_at_once_without_publishing_and_its_counter_outlives_it, |world| async {
    let shop = news(world, 1, "").await;
    let rule = global(world, "Daily", cap(1, CapPeriod::Day)).await;
    let set = |status| {
        let rule = rule.clone();
        async move { world.set_rule_status(&dev(), (&RuleSet::global_id(), &rule), status, ANN).await.unwrap() }
    };
    assert_eq!(state(&run_one(world, &shop).await), KEPT);
    assert_eq!(state(&run_one(world, &shop).await), CAPPED);
    set(RuleStatus::Inactive).await;
    assert_eq!(state(&run_one(world, &shop).await), KEPT);
    set(RuleStatus::Active).await;
    assert_eq!(state(&run_one(world, &shop).await), CAPPED);
});

on_both!(what_another_process_changed_holds_within_a_second, |world| async {
    let shop = news(world, 1, "").await;
    assert_eq!(state(&run_one(world, &shop).await), KEPT);
    let other = world.other_process().await;
    global(&other, "None", cap(1, CapPeriod::Month)).await;
    assert_eq!(state(&run_one(world, &shop).await), KEPT);
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(state(&run_one(world, &shop).await), KEPT, "the first that counts");
    assert_eq!(state(&run_one(world, &shop).await), CAPPED);
    other.close().await;
});

on_both!(a_message_that_is_tried_again_counts_once, |world| async {
    let mut relay = Relay::start().await;
    let shop = mailing_news(world, relay.port, 1).await;
    global(world, "Twice a day", cap(2, CapPeriod::Day)).await;
    relay.answer_recipients(&["451 later", "451 later"]);
    let first = run_one(world, &shop).await;
    assert_eq!(state(&first), ("queued", Some("smtp_451")));
    for _ in 0..2 {
        world.clock.advance(Duration::from_mins(10));
        world.drain().await.unwrap();
    }
    assert_eq!((state(&later(world, &first).await), relay.arrived().len()), (("sent", None), 1));
    assert_eq!(state(&run_one(world, &shop).await), ("sent", None));
    assert_eq!(state(&run_one(world, &shop).await), CAPPED);
});

on_both!(what_was_not_sent_after_all_gives_its_place_back, |world| async {
    let mut relay = Relay::start().await;
    let shop = mailing_news(world, relay.port, 1).await;
    global(world, "Daily", cap(1, CapPeriod::Day)).await;
    relay.answer_recipients(&["554 5.6.0 no"]);
    assert_eq!(state(&run_one(world, &shop).await), ("failed", Some("smtp_554")));
    relay.answer_recipients(&["451 later"]);
    let cancelled = run_one(world, &shop).await;
    assert_eq!(state(&cancelled).0, "queued");
    assert_eq!(state(&run_one(world, &shop).await), CAPPED, "the one that waits has the place");
    world.cancel_execution(&dev(), &cancelled.execution_id, ANN).await.unwrap();
    world.cancel_execution(&dev(), &cancelled.execution_id, ANN).await.unwrap();
    relay.answer_recipients(&["451 later"]);
    let alone = run_one(world, &shop).await;
    world.cancel_message(&dev(), &alone.id, ANN).await.unwrap();
    relay.answer_recipients(&["451 later"]);
    let held = run_one(world, &shop).await;
    world.pause_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    world.clock.advance(Duration::from_mins(10));
    world.drain().await.unwrap();
    world.stop_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    world.drain().await.unwrap();
    assert_eq!(state(&later(world, &held).await), ("excluded", Some("campaign_stopped")));
    let other = Shop::with(world, &dev(), "More news", "marketing", &crate::support::shop::smtp(relay.port), "").await;
    assert_eq!(state(&run_one(world, &other).await), ("sent", None));
    assert_eq!(state(&run_one(world, &other).await), CAPPED);
    assert_eq!(relay.arrived().len(), 1);
});

on_both!(one_that_is_kept_away_by_something_else_takes_no_place, |world| async {
    let shop = news(world, 1, "").await;
    global(world, "Daily", cap(1, CapPeriod::Day)).await;
    let entry = engine::suppressions::NewEntry {
        listed: "p0@example.com".parse().unwrap(),
        comment: String::new(),
        by: ANN.into(),
    };
    world.add_suppressions(&dev(), vec![entry]).await.unwrap();
    assert_eq!(state(&run_one(world, &shop).await), ("excluded", Some("suppressed")));
    world.remove_listed(&dev(), &"p0@example.com".parse().unwrap()).await.unwrap();
    assert_eq!(state(&run_one(world, &shop).await), KEPT);
});

/// Calls for one reader, all at the same moment, whose messages these engines send together.
async fn at_once(world: &World, engines: &[&Engine], calls: usize) -> (usize, usize) {
    let shop = news(world, 1, "").await;
    global(world, "Daily", cap(1, CapPeriod::Day)).await;
    let triggers = (0..calls).map(|call| {
        let engine = engines[call % engines.len()];
        audience::trigger(engine, &shop, json!({}))
    });
    for triggered in join_all(triggers).await {
        triggered.unwrap();
    }
    join_all(engines.iter().map(|engine| async {
        engine.expand_runs().await.unwrap();
        engine.drain().await.unwrap();
    }))
    .await;
    let all = world.list_messages(&dev(), &Default::default(), None, 200).await.unwrap().rows;
    let count = |wanted: (&str, Option<&str>)| all.iter().filter(|message| state(message) == wanted).count();
    (count(KEPT), count(CAPPED))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_calls_at_the_same_moment_on_two_processes_one_reaches_the_person() {
    let Some(world) = World::postgres().await else { return };
    let other = world.other_process().await;
    assert_eq!(at_once(&world, &[&world, &other], 100).await, (1, 99));
    other.close().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_calls_at_the_same_moment_on_one_process_one_reaches_the_person() {
    let world = World::sqlite().await;
    assert_eq!(at_once(&world, &[&world], 100).await, (1, 99));
    world.end().await;
}

on_both!(many_people_at_once_share_transactions_and_each_has_windows_of_their_own, |world| async {
    let shop = news(world, 150, "").await;
    global(world, "Daily", cap(1, CapPeriod::Day)).await;
    global(world, "Weekly", cap(1, CapPeriod::Week)).await;
    let first: Vec<Message> = run(world, &shop).await;
    assert_eq!(first.iter().filter(|message| state(message) == KEPT).count(), 150);
    let second = run(world, &shop).await;
    assert!(second.iter().all(|message| message.detail.as_ref().unwrap().starts_with("“Daily”")));
});

/// Rows of a table.
pub(super) async fn rows(world: &World, table: &str) -> i64 {
    let count = format!("SELECT COUNT(*) FROM {table}");
    let count = sqlx::AssertSqlSafe(count);
    let store = Store::open(&world.settings.database_url).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let found = match &mut tx {
        Tx::Sqlite(tx) => sqlx::query_scalar(count).fetch_one(&mut **tx).await,
        Tx::Postgres(tx) => sqlx::query_scalar(count).fetch_one(&mut **tx).await,
    };
    drop(tx);
    store.close().await;
    found.unwrap()
}

on_both!(counters_go_when_their_window_is_over_and_not_before, |world| async {
    let shop = news(world, 30, "").await;
    global(world, "Hourly", cap(1, CapPeriod::Hour)).await;
    global(world, "Monthly", cap(5, CapPeriod::Month)).await;
    run(world, &shop).await;
    assert_eq!(rows(world, "cap_counters").await, 60);
    world.sweep().await.unwrap();
    assert_eq!(rows(world, "cap_counters").await, 60);
    world.clock.advance(Duration::from_hours(1));
    world.sweep().await.unwrap();
    assert_eq!(rows(world, "cap_counters").await, 30);
});

on_both!(a_person_who_is_forgotten_has_no_counter_and_others_keep_theirs, |world| async {
    let shop = news(world, 2, "").await;
    global(world, "Daily", cap(1, CapPeriod::Day)).await;
    run(world, &shop).await;
    world.erase_person(&dev(), "p0@example.com", ANN).await.unwrap();
    assert_eq!((rows(world, "cap_counters").await, rows(world, "cap_places").await), (1, 1));
});

on_both!(without_an_active_cap_nothing_is_counted, |world| async {
    let shop = news(world, 3, "").await;
    world.create_rule_set(&dev(), "Draft", "", ANN).await.unwrap();
    run(world, &shop).await;
    assert_eq!((rows(world, "cap_counters").await, rows(world, "cap_places").await), (0, 0));
});

on_both!(a_try_says_what_caps_would_and_takes_no_place, |world| async {
    let shop = news(world, 1, "").await;
    global(world, "Daily", cap(1, CapPeriod::Day)).await;
    let try_it = async || {
        let tried = world.dry_run_audience(&shop.caller, audience::request(&shop, json!({}))).await.unwrap();
        let recipient = tried.recipients.into_iter().next().unwrap();
        (recipient.would_send, recipient.reason, recipient.checks.last().unwrap().text.clone())
    };
    for _ in 0..2 {
        let (would_send, _, words) = try_it().await;
        assert!(would_send && words.starts_with("“Daily”: with this one 1 of 1"), "{words}");
    }
    assert_eq!(state(&run_one(world, &shop).await), KEPT);
    let (would_send, reason, _) = try_it().await;
    assert_eq!((would_send, reason.as_deref()), (false, Some("frequency_cap")));
});

on_both!(sandboxes_do_not_count_for_each_other, |world| async {
    let shop = news(world, 1, "").await;
    audience::import(world, &prod(), "Readers", &audience::people(1)).await;
    global(world, "Daily", cap(1, CapPeriod::Day)).await;
    assert_eq!(state(&run_one(world, &shop).await), KEPT);
    assert_eq!(world.list_rule_sets(&prod()).await.unwrap(), [RuleSet::global()]);
    assert_eq!(state(&run_one(world, &shop).await), CAPPED);
});
