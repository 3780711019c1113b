//! Limits of trigger calls: how much a client may call, how much may wait, and a storage that is away.

use std::time::{Duration, Instant};

use axum::http::Method;
use domain::api_client::ClientLimitsDraft;
use serde_json::json;
use server::state::Settings;

use crate::support::{Answer, World, dev};

async fn limited(per_second: &str, per_day: &str) -> World {
    let world = World::new().await;
    let limits = ClientLimitsDraft { requests_per_second: per_second.into(), requests_per_day: per_day.into() };
    world.engine.set_api_client_limits(&dev(), &world.client.client_id, &limits).await.unwrap();
    world
}

/// Limit, what remains, and the seconds until all is there again.
fn left(answer: &Answer) -> [&str; 3] {
    ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"].map(|name| answer.header(name))
}

#[tokio::test]
async fn every_answer_to_a_known_client_tells_what_it_has_left() {
    let world = limited("3", "").await;
    let accepted = world.trigger(&world.order("r-1", &["ann@example.com"])).await;
    assert_eq!((accepted.status, left(&accepted)), (202, ["3", "2", "1"]));
    let malformed = world.trigger_text("{").await;
    assert_eq!((malformed.refusal(), left(&malformed)), ((400, "malformed_json"), ["3", "1", "1"]));
    let fast = world.trigger_high_throughput(&world.order("r-2", &["ann@example.com"])).await;
    assert_eq!((fast.refusal(), left(&fast)), ((400, "unitary_campaign"), ["3", "0", "1"]));
    let stranger = world.anonymous(Method::POST, "/ajo/im/executions/unitary").send().await;
    assert_eq!((stranger.refusal(), left(&stranger)), ((401, "missing_token"), [""; 3]));
    assert_eq!(left(&world.get("/ajo/im/executions").await), [""; 3], "only trigger calls are counted");
}

#[tokio::test]
async fn a_call_too_many_is_not_read_and_may_be_sent_again() {
    let world = limited("1", "").await;
    world.trigger(&world.order("r-1", &["ann@example.com"])).await;
    let second = world.order("r-2", &["ann@example.com"]);
    let refused = world.trigger(&second).await;
    assert_eq!((refused.refusal(), left(&refused)), ((429, "rate_limited"), ["1", "0", "1"]));
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(world.trigger_text("{").await.refusal(), (429, "rate_limited"));
    world.clock.advance(Duration::from_secs(1));
    let accepted = world.trigger(&second).await;
    assert_eq!((accepted.status, accepted.header("idempotency-replayed")), (202, ""));
}

#[tokio::test]
async fn when_the_calls_of_a_day_are_used_up_the_answer_says_when_the_next_day_begins() {
    let world = limited("", "2").await;
    let first = world.trigger(&world.order("r-1", &["ann@example.com"])).await;
    assert_eq!(left(&first), ["2", "1", "54000"], "the limit that is reached first");
    world.trigger(&world.order("r-2", &["ann@example.com"])).await;
    let refused = world.trigger(&world.order("r-3", &["ann@example.com"])).await;
    assert_eq!((refused.refusal(), refused.header("retry-after")), ((429, "quota_used_up"), "54000"));
}

#[tokio::test]
async fn the_size_of_a_context_is_a_setting() {
    let world = World::with_engine(Settings::default(), |engine| engine.context_max_bytes = 1_024).await;
    let mut call = world.order("r-1", &["ann@example.com"]);
    call["recipients"][0]["context"] = json!({ "order": { "id": 1, "note": "x".repeat(900) } });
    assert_eq!(world.trigger(&call).await.status, 202);
    call["recipients"][0]["context"]["order"]["note"] = json!("x".repeat(1_100));
    assert_eq!(world.trigger(&call).await.refusal(), (400, "context_too_large"));
}

#[tokio::test]
async fn when_too_much_waits_the_answer_is_503_with_a_time() {
    let world = World::with_engine(Settings::default(), |engine| engine.limits.waiting_messages = 1).await;
    assert_eq!(world.trigger(&world.order("r-1", &["ann@example.com"])).await.status, 202);
    let full = world.trigger(&world.order("r-2", &["ann@example.com"])).await;
    assert_eq!((full.refusal(), full.header("retry-after")), ((503, "backlog_full"), "5"));
}

#[tokio::test]
async fn while_the_storage_is_away_every_call_is_answered_at_once() {
    let world = World::new().await;
    world.get("/ajo/im/health").await;
    world.engine.close().await;
    let call = world.order("r-1", &["ann@example.com"]);
    assert_eq!(world.trigger(&call).await.refusal(), (503, "unavailable"));
    let started = Instant::now();
    let again = world.trigger(&call).await;
    assert_eq!((again.refusal(), again.header("retry-after")), ((503, "unavailable"), "2"));
    assert_eq!(world.get("/ajo/im/messages").await.refusal(), (503, "unavailable"));
    assert_eq!(world.anonymous(Method::GET, "/healthz").send().await.status, 503);
    assert!(started.elapsed() < Duration::from_millis(100), "{:?}", started.elapsed());
}
