//! What a caller is promised: 202 is on disk, a repeated call is harmless, a refusal says why.

use std::time::Duration;

use crate::support::shop::{ANN, Shop, recipient};
use crate::support::{World, dev, prod};
use domain::Failure;
use domain::message::LogFilter;
use futures::future::join_all;
use serde_json::json;

fn failure<T: std::fmt::Debug>(result: engine::Result<T>) -> Failure {
    result.unwrap_err().into_failure()
}

/// Executions of the sandbox `dev`.
async fn executions(engine: &engine::Engine) -> usize {
    engine.list_executions(&dev(), &LogFilter::default(), None, 200).await.unwrap().rows.len()
}

on_both!(what_was_accepted_is_on_disk_for_another_process, |world| async {
    let shop = Shop::capturing(world).await;
    let request = shop.request("r-1", &["ann@example.com", "Ben@Example.com"]);
    let accepted = shop.trigger(world, request).await.unwrap();
    assert_eq!((accepted.request_id.as_str(), accepted.created_by.as_str()), ("r-1", "Web shop"));
    assert!(!accepted.replayed);
    let other = world.other_process().await;
    let execution = other.find_execution(&dev(), &accepted.execution_id).await.unwrap();
    assert_eq!(
        (execution.created_at, execution.messages.total, execution.messages.waiting),
        (accepted.created_at, 2, 2)
    );
    let messages = shop.messages(&other, &accepted.execution_id).await;
    let people: Vec<&str> = messages.iter().map(|message| message.address.as_str()).collect();
    assert_eq!(people, ["ann@example.com", "Ben@Example.com"]);
    let told: Vec<_> = accepted.recipients.iter().map(|it| (&it.message_id, it.address.as_str())).collect();
    let stored: Vec<_> = messages.iter().map(|it| (&it.id, it.address.as_str())).collect();
    assert_eq!(told, stored, "the answer names the message of each recipient");
    other.close().await;
});

on_both!(a_repeated_call_gets_the_first_answer_again_and_sends_nothing_again, |world| async {
    let shop = Shop::capturing(world).await;
    let person = |context: &str| recipient("ann@example.com", serde_json::from_str(context).unwrap());
    let first = shop.request_with("r-1", vec![person(r#"{"order": {"id": 7, "note": "x"}, "shop": 1}"#)]);
    let accepted = shop.trigger(world, first).await.unwrap();
    world.clock.advance(Duration::from_secs(3_600));
    // The same meaning, written in another order.
    let again = shop.request_with("r-1", vec![person(r#"{"shop": 1, "order": {"note": "x", "id": 7}}"#)]);
    let replayed = shop.trigger(world, again).await.unwrap();
    assert_eq!(replayed, engine::intake::Accepted { replayed: true, ..accepted });
    assert_eq!((executions(world).await, world.drain().await.unwrap()), (1, 1));
});

on_both!(a_repeated_call_is_answered_also_when_the_campaign_was_stopped, |world| async {
    let shop = Shop::capturing(world).await;
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    world.stop_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    let again = shop.order(world, "r-1", "ann@example.com").await;
    assert_eq!((again.replayed, &again.execution_id), (true, &accepted.execution_id));
    let new = failure(shop.trigger(world, shop.request("r-2", &["ann@example.com"])).await);
    assert_eq!(new.code(), "campaign_not_live");
    world.drain().await.unwrap();
    assert_eq!(
        shop.messages(world, &accepted.execution_id).await[0].state.as_str(),
        "captured",
        "accepted before the stop"
    );
});

on_both!(a_request_id_stands_for_one_call_of_one_campaign, |world| async {
    let shop = Shop::capturing(world).await;
    shop.order(world, "r-1", "ann@example.com").await;
    let other = failure(shop.trigger(world, shop.request("r-1", &["ben@example.com"])).await);
    assert_eq!((other.code(), other.status()), ("request_id_reused", 409));
    let elsewhere = Shop::with(world, &dev(), "Invoices", "transactional", "{ kind: capture }", "").await;
    assert!(!elsewhere.order(world, "r-1", "ann@example.com").await.replayed);
    let in_prod = Shop::with(world, &prod(), "Orders", "transactional", "{ kind: capture }", "").await;
    assert!(!in_prod.order(world, "r-1", "ann@example.com").await.replayed);
});

on_both!(each_campaign_has_one_door_and_the_others_name_it, |world| async {
    let shop = Shop::capturing(world).await;
    let letters = Shop::with(world, &dev(), "Letters", "marketing", "{ kind: capture }", "").await;
    let told = |refused: Failure| {
        let Failure::Invalid { faults } = refused else { panic!("invalid") };
        assert_eq!(faults.0[0].path, "campaignId");
        (faults.0[0].code.clone(), faults.0[0].text.rsplit_once('/').unwrap().1.to_owned())
    };
    let wrong = |code: &str, door: &str| (code.to_owned(), format!("{door}."));
    let request = |shop: &Shop| shop.request("r-1", &["ann@example.com"]);
    let fast = async |shop: &Shop| failure(world.trigger_high_throughput(&shop.caller, request(shop)).await);
    let slow = async |shop: &Shop| failure(shop.trigger(world, request(shop)).await);
    assert_eq!(told(fast(&shop).await), wrong("unitary_campaign", "unitary"));
    assert_eq!(told(slow(&letters).await), wrong("marketing_campaign", "audience"));
    assert_eq!(told(fast(&letters).await), wrong("marketing_campaign", "audience"));
    let before = shop.trigger(world, shop.request("r-0", &["ann@example.com"])).await.unwrap();
    world.clock.advance(Duration::from_millis(1));
    shop.switch_to_high_throughput(world).await;
    assert_eq!(told(slow(&shop).await), wrong("high_throughput_campaign", "highthroughput"));
    let accepted = world.trigger_high_throughput(&shop.caller, request(&shop)).await.unwrap();
    assert!(accepted.execution_id > before.execution_id, "ids of all kinds sort by time");
    let again = shop.trigger(world, shop.request("r-0", &["ann@example.com"])).await.unwrap();
    assert_eq!((again.replayed, again.execution_id), (true, before.execution_id), "what was accepted stays accepted");
});

on_both!(of_equal_calls_at_once_one_is_new_and_all_get_its_answer, |world| async {
    let shop = Shop::capturing(world).await;
    let other = world.other_process().await;
    let engines = [&world.engine, &other];
    let calls = (0..12).map(|n| shop.trigger(engines[n % 2], shop.request("r-1", &["ann@example.com"])));
    let answers: Vec<_> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|answer| !answer.replayed).count(), 1);
    assert!(answers.iter().all(|answer| answer.execution_id == answers[0].execution_id));
    assert_eq!(executions(world).await, 1);
    other.close().await;
});

on_both!(a_missing_variable_is_told_with_its_place_in_the_call, |world| async {
    let shop = Shop::capturing(world).await;
    let good = recipient("ann@example.com", json!({"order": {"id": 7}}));
    let bad = recipient("ben@example.com", json!({"order": {}}));
    let Failure::Invalid { faults } = failure(shop.trigger(world, shop.request_with("r-1", vec![good, bad])).await)
    else {
        panic!("invalid")
    };
    let told: Vec<_> = faults.0.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect();
    assert_eq!(told, [("recipients[1].context.order.id", "missing_variable")]);
    assert_eq!(executions(world).await, 0, "all or nothing");
});

on_both!(calls_are_accepted_between_start_and_end, |world| async {
    let schedule = "schedule:\n  start: 2026-12-01T10:00\n  end: 2026-12-01T11:00\n";
    let shop = Shop::with(world, &dev(), "Advent", "transactional", "{ kind: capture }", schedule).await;
    let told = async || shop.trigger(world, shop.request("r-1", &["ann@example.com"])).await;
    assert_eq!(failure(told().await).code(), "before_start");
    world.clock.advance(Duration::from_secs(3_600));
    assert!(!told().await.unwrap().replayed);
    world.clock.advance(Duration::from_secs(3_600));
    let late = failure(shop.trigger(world, shop.request("r-2", &["ann@example.com"])).await);
    assert_eq!((late.code(), late.status()), ("after_end", 409));
});

on_both!(a_campaign_of_another_sandbox_or_of_nowhere_is_unknown, |world| async {
    let shop = Shop::capturing(world).await;
    let in_prod = Shop::with(world, &prod(), "Orders", "transactional", "{ kind: capture }", "").await;
    let mut request = shop.request("r-1", &["ann@example.com"]);
    assert_eq!(failure(in_prod.trigger(world, request.clone()).await), Failure::not_found("campaign"));
    for id in ["cmp_00000000000000000000000000", "x", "'; DROP TABLE executions; --"] {
        request.campaign_id = id.into();
        assert_eq!(failure(shop.trigger(world, request.clone()).await), Failure::not_found("campaign"), "{id}");
    }
    request.campaign_id = "\0".into();
    assert_eq!(failure(shop.trigger(world, request).await).status(), 400);
});

on_both!(many_calls_at_once_are_all_accepted, |world| async {
    let shop = Shop::capturing(world).await;
    let calls = (0..50).map(|n| shop.trigger(world, shop.request(&format!("r-{n}"), &["ann@example.com"])));
    let ids: std::collections::HashSet<_> =
        join_all(calls).await.into_iter().map(|answer| answer.unwrap().execution_id).collect();
    assert_eq!((ids.len(), executions(world).await), (50, 50));
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_at_once_share_transactions() {
    let Some(world) = World::postgres().await else { return };
    let shop = Shop::capturing(&world).await;
    // So that what every call reads is remembered, and all fifty wait for the same commit.
    shop.order(&world, "first", "ann@example.com").await;
    let calls = (0..50).map(|n| shop.trigger(&world, shop.request(&format!("r-{n}"), &["ann@example.com"])));
    assert!(join_all(calls).await.into_iter().all(|answer| answer.is_ok()));
    let pool = sqlx::PgPool::connect(&world.settings.database_url).await.unwrap();
    let count = "SELECT COUNT(DISTINCT xmin::text) FROM executions";
    let transactions: i64 = sqlx::query_scalar(count).fetch_one(&pool).await.unwrap();
    pool.close().await;
    assert!(transactions <= 10, "51 calls took {transactions} transactions");
    world.end().await;
}

on_both!(a_caller_that_goes_away_loses_nothing_and_stops_nobody, |world| async {
    let shop = Shop::capturing(world).await;
    shop.order(world, "first", "ann@example.com").await;
    let (gone, stays) = (shop.request("gone", &["ann@example.com"]), shop.request("stays", &["ann@example.com"]));
    let mut leaving = Box::pin(shop.trigger(world, gone.clone()));
    assert!(futures::poll!(&mut leaving).is_pending());
    drop(leaving);
    shop.trigger(world, stays).await.unwrap();
    assert!(shop.trigger(world, gone).await.unwrap().replayed, "it was written although nobody waited");
});

on_both!(a_database_that_is_away_is_told_at_once, |world| async {
    let shop = Shop::capturing(world).await;
    shop.order(world, "r-1", "ann@example.com").await;
    world.engine.close().await;
    let told = failure(shop.trigger(world, shop.request("r-2", &["ann@example.com"])).await);
    assert_eq!((told.code(), told.status()), ("unavailable", 503));
});

on_both!(signs_that_databases_and_mails_do_not_take_are_no_trouble, |world| async {
    let shop = Shop::capturing(world).await;
    let hostile = json!({"order": {"id": "\u{0}\r\nBcc: all@example.com"}, "\u{0}": ["\u{feff}", "\u{202e}"]});
    let accepted =
        shop.trigger(world, shop.request_with("r-'1", vec![recipient("ann@example.com", hostile)])).await.unwrap();
    world.drain().await.unwrap();
    let story = shop.story(world, &accepted.execution_id).await;
    assert_eq!(story.message.state.as_str(), "captured");
    let rendered = story.rendered.unwrap();
    assert_eq!(rendered.content.email().unwrap().subject, "Order Bcc: all@example.com");
    assert!(
        !rendered.content.email().unwrap().html.contains('\0')
            && rendered.content.email().unwrap().html.contains("Bcc")
    );
    let body = shop.request_with("r-2", vec![recipient("a\u{0}nn@example.com", json!({"order": {"id": 1}}))]);
    assert_eq!(failure(shop.trigger(world, body).await).status(), 400);
});
