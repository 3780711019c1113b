//! How much an API client may call, how much may wait, and what callers are told while the storage is away.

use std::time::{Duration, Instant};

use crate::support::audience;
use crate::support::gate::Gate;
use crate::support::shop::{ANN, Shop};
use crate::support::{World, dev};
use domain::Failure;
use domain::api_client::ClientLimitsDraft;
use engine::api_clients::ApiCaller;
use engine::{Engine, Settings};
use serde_json::json;

/// A caller with limits of its own.
async fn caller(world: &World, per_second: &str, per_day: &str) -> ApiCaller {
    let client = world.create_api_client(&dev(), "Web shop", ANN).await.unwrap();
    let limits = ClientLimitsDraft { requests_per_second: per_second.into(), requests_per_day: per_day.into() };
    world.set_api_client_limits(&dev(), &client.client_id, &limits).await.unwrap();
    let token = world.issue_token(client.client_id.as_str(), &client.client_secret).await.unwrap();
    world.authenticate(&token.token, client.client_id.as_str(), Some("dev")).await.unwrap()
}

/// Code and waiting time of a refused call; `None` when it may come in.
async fn refused(engine: &Engine, caller: &ApiCaller) -> Option<(String, u64)> {
    match engine.admit(caller).await.refused {
        Some(Failure::Limited { reason, retry_after_seconds, .. }) => Some((reason, retry_after_seconds)),
        Some(other) => panic!("{other:?}"),
        None => None,
    }
}

on_both!(the_quota_of_a_day_holds_over_all_processes_and_is_new_the_next_day, |world| async {
    let caller = caller(world, "0", "5").await;
    let other = world.other_process().await;
    for engine in [&world.engine, &other, &world.engine, &other, &world.engine] {
        assert_eq!(refused(engine, &caller).await, None);
    }
    let until_midnight = Some(("quota_used_up".to_owned(), 15 * 3_600));
    assert_eq!(
        (refused(&other, &caller).await, refused(world, &caller).await),
        (until_midnight.clone(), until_midnight)
    );
    let restarted = world.other_process().await;
    assert!(refused(&restarted, &caller).await.is_some(), "also after a restart");
    world.clock.advance(Duration::from_hours(15));
    assert_eq!((refused(world, &caller).await, refused(&other, &caller).await), (None, None));
    other.close().await;
    restarted.close().await;
});

on_both!(a_large_quota_is_taken_in_blocks_that_count_as_used, |world| async {
    let caller = caller(world, "", "3000").await;
    let left = async |engine: &Engine| engine.admit(&caller).await.allowance.unwrap().remaining;
    assert_eq!((left(world).await, left(world).await), (2_999, 2_998));
    let other = world.other_process().await;
    // The first process holds one more call that the second must not give away.
    assert_eq!(left(&other).await, 3_000 - 3 - 1);
    other.close().await;
});

on_both!(a_client_without_limits_of_its_own_has_those_of_the_settings, |world| async {
    let caller = caller(world, "", "").await;
    let allowance = world.admit(&caller).await.allowance.unwrap();
    assert_eq!((allowance.limit, allowance.remaining), (10_000, 9_999));
    let free = self::caller(world, "0", "0").await;
    assert_eq!(world.admit(&free).await.allowance, None);
});

on_both!(when_too_much_waits_calls_are_told_to_come_back_until_some_of_it_is_sent, |world| async {
    let shop = Shop::capturing(world).await;
    let mut settings = world.settings.clone();
    settings.limits.waiting_messages = 3;
    let engine = Engine::open(settings, world.clock.clone()).await.unwrap();
    let letters = audience::news(world, 1, "").await;
    let people = ["ann@example.com", "ben@example.com", "cleo@example.com"];
    shop.trigger(&engine, shop.request("r-1", &people)).await.unwrap();
    let full = shop.trigger(&engine, shop.request("r-2", &["ann@example.com"])).await.unwrap_err().into_failure();
    assert_eq!((full.code(), full.status()), ("backlog_full", 503));
    assert!(audience::trigger(&engine, &letters, json!({})).await.is_ok(), "a run makes its messages as they are sent");
    engine.drain().await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    assert!(!shop.trigger(&engine, shop.request("r-2", &["ann@example.com"])).await.unwrap().replayed);
    engine.close().await;
});

#[tokio::test]
async fn once_the_storage_is_known_to_be_away_nobody_waits_for_it() {
    let Some(world) = World::postgres().await else { return };
    let gate = Gate::before(&world.settings.database_url).await;
    let settings = Settings { database_url: gate.url(), ..world.settings.clone() };
    let engine = Engine::open(settings, world.clock.clone()).await.unwrap();
    let shop = Shop::capturing(&world).await;
    let letters = audience::news(&world, 1, "").await;
    shop.order(&engine, "r-1", "ann@example.com").await;
    gate.close();
    let call = shop.trigger(&engine, shop.request("r-2", &["ann@example.com"])).await;
    assert_eq!(call.unwrap_err().into_failure().code(), "unavailable");
    let started = Instant::now();
    let run = audience::trigger(&engine, &letters, json!({})).await;
    assert_eq!(run.unwrap_err().into_failure().code(), "unavailable");
    for n in 0..20 {
        let call = shop.trigger(&engine, shop.request(&format!("r-{n}"), &["ann@example.com"])).await;
        assert_eq!(call.unwrap_err().into_failure().code(), "unavailable");
    }
    assert!(started.elapsed() < Duration::from_millis(100), "{:?} for twenty calls", started.elapsed());
    engine.storage_away().await;
    gate.open().await;
    let accepted = loop {
        match shop.trigger(&engine, shop.request("r-3", &["ann@example.com"])).await {
            Ok(accepted) => break accepted,
            Err(error) => assert_eq!(error.into_failure().code(), "unavailable"),
        }
        tokio::task::yield_now().await;
    };
    assert!(!accepted.replayed);
    engine.close().await;
    world.end().await;
}
