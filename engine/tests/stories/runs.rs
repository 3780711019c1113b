//! Runs: a call for an audience reaches each of its members once, at the rate that was asked for.

use std::time::Duration;

use crate::support::audience::{import, news, people, request, run, trigger};
use crate::support::shop::{ANN, Shop};
use crate::support::{World, dev};
use domain::execution::{Execution, ExecutionStatus, RunState};
use domain::message::LogFilter;
use engine::runs::AudienceAccepted;
use engine::{Engine, Result};
use serde_json::json;

fn code(result: Result<AudienceAccepted>) -> String {
    result.unwrap_err().into_failure().code().to_owned()
}

/// The execution a few seconds later: counts are remembered for a moment.
async fn later(world: &World, execution: &Execution) -> Execution {
    world.clock.advance(Duration::from_secs(3));
    world.find_execution(&dev(), &execution.id).await.unwrap()
}

on_both!(a_call_reaches_each_member_once_with_the_context_of_the_call, |world| async {
    let shop = news(world, 1_203, "").await;
    let execution = run(world, &shop, json!({})).await;
    assert!(execution.id.to_string().starts_with("CMA-"));
    assert_eq!((execution.status, execution.messages.total), (ExecutionStatus::InProgress, 0));
    assert_eq!(world.expand_runs().await.unwrap(), 1_203);
    assert_eq!((world.expand_runs().await.unwrap(), world.drain().await.unwrap()), (0, 1_203));
    let done = later(world, &execution).await;
    let progress = done.run.unwrap();
    assert_eq!((done.status, done.messages.handed_over), (ExecutionStatus::Succeeded, 1_203));
    assert_eq!((progress.state, progress.targeted, progress.made), (RunState::Complete, 1_203, 1_203));
    let filter = LogFilter { recipient: "p1202@".into(), ..Default::default() };
    let last = world.list_messages(&dev(), &filter, None, 10).await.unwrap().rows.remove(0);
    assert_eq!(last.subject.as_deref(), Some("Order 7"));
    let story = world.find_message(&dev(), &last.id).await.unwrap();
    assert_eq!(story.recipient["context"], json!({"order": {"id": 7}}));
});

on_both!(messages_come_in_the_order_of_the_list, |world| async {
    let shop = news(world, 700, "").await;
    let execution = run(world, &shop, json!({})).await;
    world.expand_runs().await.unwrap();
    let people: Vec<String> = shop.messages(world, &execution.id).await.into_iter().map(|it| it.user_id).collect();
    assert_eq!((people[0].as_str(), people[199].as_str()), ("p0@example.com", "p199@example.com"));
});

on_both!(what_is_known_of_a_member_feeds_the_content, |world| async {
    let list = r#"{"userId": "17", "namespace": "crm", "channelData": {"emailAddress": "ann@example.com"}, "profile": {"name": "Ann"}}"#;
    import(world, &dev(), "Readers", list).await;
    let shop = Shop::with(world, &dev(), "News", "marketing", "{ kind: capture }", "").await;
    let execution = run(world, &shop, json!({})).await;
    world.expand_runs().await.unwrap();
    world.drain().await.unwrap();
    let story = shop.story(world, &execution.id).await;
    assert_eq!((story.message.user_id.as_str(), story.message.address.as_str()), ("17", "ann@example.com"));
    assert_eq!(story.recipient["profile"], json!({"name": "Ann"}));
});

on_both!(a_member_is_reached_at_an_address_that_is_their_user_id_elsewhere, |world| async {
    let shop = news(world, 1, "").await;
    let list = r#"{"userId":"ua@example.com","namespace":"shop","channelData":{"emailAddress":"ua@example.com"}}"#;
    let audience = import(world, &dev(), "Shop", list).await;
    let execution = run(world, &shop, json!({"audience": {"id": audience}})).await;
    world.expand_runs().await.unwrap();
    world.drain().await.unwrap();
    let all = shop.messages(world, &execution.id).await;
    assert_eq!((all[0].state.as_str(), all[0].address.as_str()), ("captured", "ua@example.com"));
});

on_both!(a_member_without_an_address_is_reached_at_the_one_that_is_stored_of_them, |world| async {
    let shop = news(world, 1, "").await;
    let line = |user: usize| {
        format!(
            "{{\"userId\":\"{user}\",\"namespace\":\"crm\",\"channelData\":{{\"mobilePhoneNumber\":\"+821012345678\"}}}}\n"
        )
    };
    let list: String = (0..70).map(line).collect();
    let audience = import(world, &dev(), "Customers", &list).await;
    for user in 0..69 {
        let identities = json!([
            {"namespace": "crm", "userId": user.to_string()},
            {"namespace": "email", "userId": format!("b{user}@example.com")},
            {"namespace": "email", "userId": format!("a{user}@example.com")}
        ]);
        let said = serde_json::from_value(json!({"identities": identities})).unwrap();
        world.upsert_profile(&dev(), said, ANN).await.unwrap();
    }
    let call = json!({"audience": {"id": audience}});
    let tried = world.dry_run_audience(&shop.caller, request(&shop, call.clone())).await.unwrap();
    assert_eq!(tried.recipients[0].address, "a0@example.com");
    let execution = run(world, &shop, call).await;
    world.expand_runs().await.unwrap();
    let all = shop.messages(world, &execution.id).await;
    let reached = all.iter().filter(|message| message.address == format!("a{}@example.com", message.user_id));
    let left_out = all.iter().filter(|message| message.reason.as_deref() == Some("no_address"));
    assert_eq!((reached.count(), left_out.count()), (69, 1));
});

on_both!(a_call_may_name_another_audience, |world| async {
    let shop = news(world, 5, "").await;
    let few = import(world, &dev(), "Few", &people(2)).await;
    let execution = run(world, &shop, json!({"audience": {"id": few}})).await;
    assert_eq!(execution.run.unwrap().targeted, 2);
    assert_eq!(world.expand_runs().await.unwrap(), 2);
});

on_both!(a_run_goes_on_with_the_list_it_began_with, |world| async {
    let shop = news(world, 5, "").await;
    run(world, &shop, json!({})).await;
    import(world, &dev(), "Readers", &people(1)).await;
    assert_eq!(world.expand_runs().await.unwrap(), 5);
});

on_both!(a_call_that_cannot_run_says_why, |world| async {
    let shop = news(world, 1, "").await;
    let orders = Shop::capturing(world).await;
    let codes = Shop::with(world, &dev(), "Codes", "transactional", "{ kind: capture }", "").await;
    codes.switch_to_high_throughput(world).await;
    assert_eq!(code(trigger(world, &codes, json!({})).await), "high_throughput_campaign");
    assert_eq!(code(trigger(world, &orders, json!({})).await), "unitary_campaign");
    assert_eq!(code(trigger(world, &shop, json!({"context": {}})).await), "missing_variable");
    for unknown in ["aud_0", "aud_00000000000000000000000000"] {
        let failure = trigger(world, &shop, json!({"audience": {"id": unknown}})).await.unwrap_err().into_failure();
        assert_eq!(failure, domain::Failure::not_found("audience"));
    }
    world.stop_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    assert_eq!(code(trigger(world, &shop, json!({})).await), "campaign_not_live");
});

on_both!(the_same_call_again_gets_the_first_answer_and_runs_nothing_again, |world| async {
    let shop = news(world, 3, "").await;
    let first = run(world, &shop, json!({"requestId": "r-1"})).await;
    let again = trigger(world, &shop, json!({"requestId": "r-1"})).await.unwrap();
    assert!(matches!(again, AudienceAccepted::Execution(it) if it.replayed && it.execution_id == first.id));
    let other = json!({"requestId": "r-1", "context": {"order": {"id": 8}}});
    assert_eq!(code(trigger(world, &shop, other).await), "request_id_reused");
    assert_eq!(world.expand_runs().await.unwrap(), 3);
    // Without a requestId each call is a call of its own.
    let (one, two) = (run(world, &shop, json!({})).await, run(world, &shop, json!({})).await);
    assert_ne!(one.id, two.id);
});

on_both!(several_processes_expand_a_run_and_make_each_message_once, |world| async {
    let shop = news(world, 2_500, "").await;
    let execution = run(world, &shop, json!({})).await;
    let other = world.other_process().await;
    let (one, two) = tokio::join!(world.expand_runs(), other.expand_runs());
    assert_eq!(one.unwrap() + two.unwrap(), 2_500);
    let done = later(world, &execution).await;
    assert_eq!((done.messages.total, done.run.unwrap().made), (2_500, 2_500));
    other.close().await;
});

on_both!(a_process_that_dies_leaves_the_run_where_the_next_one_goes_on, |world| async {
    let shop = news(world, 3_000, "").await;
    let execution = run(world, &shop, json!({})).await;
    let dying = world.other_process().await;
    let engine = dying.clone();
    let expanding = tokio::spawn(async move { engine.expand_runs().await });
    let has_begun = async || !shop.messages(world, &execution.id).await.is_empty();
    while !has_begun().await {
        tokio::task::yield_now().await;
    }
    expanding.abort();
    let _ = expanding.await;
    // What it had handed to the database is written or not, but no longer on its way.
    dying.close().await;
    let left = later(world, &execution).await.messages.total;
    // Its lease runs out; on an embedded database nobody else can be at it.
    world.clock.advance(world.settings.runs.lease);
    let made = world.expand_runs().await.unwrap();
    assert_eq!(i64::try_from(made).unwrap(), 3_000 - left);
    let done = later(world, &execution).await;
    assert_eq!((done.messages.total, done.run.unwrap().state), (3_000, RunState::Complete));
});

/// A world whose runs may be this many messages ahead.
async fn with_lead(world: &World, queued_ahead: u32) -> Engine {
    let mut settings = world.settings.clone();
    settings.runs.queued_ahead = queued_ahead;
    Engine::open(settings, world.clock.clone()).await.unwrap()
}

on_both!(a_run_stays_only_so_far_ahead_of_delivery, |world| async {
    let shop = news(world, 2_000, "").await;
    let engine = with_lead(world, 600).await;
    run(world, &shop, json!({})).await;
    assert_eq!(engine.expand_runs().await.unwrap(), 1_000, "whole steps until more than 600 wait");
    assert_eq!(engine.expand_runs().await.unwrap(), 0);
    assert_eq!(engine.drain().await.unwrap(), 1_000);
    assert_eq!(engine.expand_runs().await.unwrap(), 1_000);
    engine.close().await;
});

on_both!(a_stop_reaches_a_run_that_is_still_being_expanded, |world| async {
    let shop = news(world, 2_000, "").await;
    let engine = with_lead(world, 400).await;
    let execution = run(world, &shop, json!({})).await;
    assert_eq!(engine.expand_runs().await.unwrap(), 500);
    world.stop_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    engine.drain().await.unwrap();
    assert_eq!(engine.expand_runs().await.unwrap(), 0);
    let done = later(world, &execution).await;
    let progress = done.run.unwrap();
    assert_eq!((progress.state, progress.reason.as_deref()), (RunState::Stopped, Some("campaign_stopped")));
    assert_eq!((progress.made, progress.left_out()), (500, 1_500));
    assert_eq!((done.status, done.messages.handed_over), (ExecutionStatus::Succeeded, 500));
    engine.close().await;
});

const RATE: &str = "schedule: { messagesPerSecond: 10 }\n";

on_both!(a_rate_holds_back_what_is_not_due_yet, |world| async {
    let shop = news(world, 100, RATE).await;
    run(world, &shop, json!({})).await;
    assert_eq!(world.expand_runs().await.unwrap(), 51, "what is due within five seconds");
    assert_eq!(world.drain().await.unwrap(), 1);
    for _ in 0..4 {
        world.clock.advance(Duration::from_secs(1));
        world.expand_runs().await.unwrap();
        assert_eq!(world.drain().await.unwrap(), 10);
    }
});

on_both!(time_that_was_lost_is_not_caught_up, |world| async {
    let shop = news(world, 200, RATE).await;
    run(world, &shop, json!({})).await;
    world.clock.advance(Duration::from_secs(3_600));
    let other = world.other_process().await;
    assert_eq!(other.expand_runs().await.unwrap(), 51);
    assert_eq!(other.drain().await.unwrap(), 1);
    other.close().await;
});

on_both!(what_the_rate_leaves_no_room_for_is_excluded_and_found_in_the_log, |world| async {
    let shop = news(world, 60, "schedule: { messagesPerSecond: 1 }\n").await;
    let execution = run(world, &shop, json!({})).await;
    world.clock.advance(Duration::from_secs(12 * 3_600 - 4));
    assert_eq!(world.expand_runs().await.unwrap(), 60);
    world.drain().await.unwrap();
    world.clock.advance(Duration::from_secs(4));
    world.drain().await.unwrap();
    let done = later(world, &execution).await;
    assert_eq!((done.messages.handed_over, done.messages.excluded), (4, 56));
    assert_eq!(done.messages.excluded_by_reason, [("rate_window_over".to_owned(), 56)].into());
    let results = world.campaign_results(&dev(), &done.campaign_id).await.unwrap();
    assert_eq!((results.counts, results.newest_only), (done.messages, false));
    let filter = LogFilter { state: "excluded".into(), recipient: "p59@".into(), ..Default::default() };
    let excluded = world.list_messages(&dev(), &filter, None, 10).await.unwrap().rows;
    assert_eq!(excluded[0].reason.as_deref(), Some("rate_window_over"));
});
