//! Messages taken back before they are sent: what waits is not sent, and nothing else is touched.

use std::future::pending;
use std::time::Duration;

use crate::support::audience::{news, run};
use crate::support::relay::Relay;
use crate::support::shop::Shop;
use crate::support::{World, dev, prod};
use domain::Failure;
use domain::execution::RunState;
use domain::id::ExecutionId;
use engine::Engine;
use engine::store::{Store, Tx};
use futures::future::join_all;
use serde_json::json;

on_both!(what_waits_is_not_sent_and_tells_who_took_it_back, |world| async {
    let shop = Shop::capturing(world).await;
    let people = ["ann@example.com", "ben@example.com", "cleo@example.com"];
    let accepted = shop.trigger(world, shop.request("r-1", &people)).await.unwrap();
    let one = &accepted.recipients[1].message_id;
    assert_eq!(world.cancel_message(&dev(), one, "Web shop").await.unwrap().cancelled, 1);
    assert_eq!(world.cancel_message(&dev(), one, "Web shop").await.unwrap().cancelled, 0, "harmless when done twice");
    let story = world.find_message(&dev(), one).await.unwrap().message;
    let told = (story.state.as_str(), story.reason.as_deref(), story.detail.as_deref(), story.due_at);
    assert_eq!(told, ("cancelled", Some("cancelled"), Some("By Web shop."), None));
    assert_eq!(world.cancel_execution(&dev(), &accepted.execution_id, "ann@example.com").await.unwrap().cancelled, 2);
    assert_eq!(world.drain().await.unwrap(), 0);
    let execution = world.find_execution(&dev(), &accepted.execution_id).await.unwrap();
    assert_eq!((execution.status.as_str(), execution.messages.cancelled, execution.messages.total), ("Failed", 3, 3));
});

on_both!(what_is_being_sent_is_left_and_what_was_sent_stays, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    relay.hold("250 taken");
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    let (engine, id) = (world.engine.clone(), accepted.execution_id);
    let delivering = tokio::spawn(async move { engine.deliver_until(pending()).await });
    relay.next().await;
    assert_eq!(world.cancel_execution(&dev(), &id, "ann").await.unwrap().cancelled, 0);
    let mut news = world.subscribe();
    relay.release();
    while shop.story(world, &id).await.message.state.as_str() != "sent" {
        news.recv().await.unwrap();
    }
    assert_eq!(world.cancel_execution(&dev(), &id, "ann").await.unwrap().cancelled, 0);
    assert_eq!(shop.story(world, &id).await.message.state.as_str(), "sent");
    delivering.abort();
    assert!(delivering.await.unwrap_err().is_cancelled());
});

/// Makes one execution of all, as large as no single call is.
async fn join_executions(world: &World, id: &ExecutionId) {
    let join = "UPDATE messages SET execution_id = $1";
    let store = Store::open(&world.settings.database_url).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    match &mut tx {
        Tx::Sqlite(tx) => sqlx::query(join).bind(id.as_str()).execute(&mut **tx).await.map(drop),
        Tx::Postgres(tx) => sqlx::query(join).bind(id.as_str()).execute(&mut **tx).await.map(drop),
    }
    .unwrap();
    tx.commit().await.unwrap();
    store.close().await;
}

on_both!(a_large_execution_is_taken_back_to_its_last_message, |world| async {
    let shop = Shop::capturing(world).await;
    let people: Vec<String> = (0..20).map(|n| format!("p{n}@example.com")).collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let calls = (0..63).map(|n| shop.trigger(world, shop.request(&format!("r-{n}"), &people)));
    let accepted = join_all(calls).await;
    let id = &accepted[0].as_ref().unwrap().execution_id;
    join_executions(world, id).await;
    let first = world.cancel_execution(&dev(), id, "ann").await.unwrap();
    assert_eq!((first.cancelled, world.drain().await.unwrap()), (1_260, 0));
});

on_both!(a_run_that_is_cancelled_makes_no_further_messages, |world| async {
    let shop = news(world, 2_000, "").await;
    let mut settings = world.settings.clone();
    settings.runs.queued_ahead = 400;
    let engine = Engine::open(settings, world.clock.clone()).await.unwrap();
    let execution = run(world, &shop, json!({})).await;
    assert_eq!(engine.expand_runs().await.unwrap(), 500);
    assert_eq!(world.cancel_execution(&dev(), &execution.id, "ann").await.unwrap().cancelled, 2_000);
    assert_eq!((engine.expand_runs().await.unwrap(), engine.drain().await.unwrap()), (0, 0));
    world.clock.advance(Duration::from_secs(3));
    let done = world.find_execution(&dev(), &execution.id).await.unwrap();
    let progress = done.run.unwrap();
    assert_eq!((progress.state, progress.reason.as_deref()), (RunState::Stopped, Some("cancelled")));
    assert_eq!((progress.made, progress.left_out(), done.messages.cancelled), (500, 1_500, 500));
    assert_eq!(world.cancel_execution(&dev(), &execution.id, "ann").await.unwrap().cancelled, 0, "harmless twice");
    engine.close().await;
});

on_both!(a_run_that_is_cancelled_before_its_first_message_makes_none, |world| async {
    let shop = news(world, 3, "").await;
    let execution = run(world, &shop, json!({})).await;
    assert_eq!(world.cancel_execution(&dev(), &execution.id, "ann").await.unwrap().cancelled, 3);
    assert_eq!(world.expand_runs().await.unwrap(), 0);
    let done = world.find_execution(&dev(), &execution.id).await.unwrap();
    assert_eq!((done.status.as_str(), done.run.unwrap().left_out()), ("Failed", 3));
});

on_both!(what_is_elsewhere_cannot_be_taken_back, |world| async {
    let shop = Shop::capturing(world).await;
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    let execution = world.cancel_execution(&prod(), &accepted.execution_id, "ann").await.unwrap_err().into_failure();
    assert_eq!(execution, Failure::not_found("execution"));
    let message = &accepted.recipients[0].message_id;
    let message = world.cancel_message(&prod(), message, "ann").await.unwrap_err().into_failure();
    assert_eq!(message, Failure::not_found("message"));
    assert_eq!(world.drain().await.unwrap(), 1);
});
