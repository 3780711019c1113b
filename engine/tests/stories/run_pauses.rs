//! One execution is paused and goes on: nobody gets a message meanwhile, and nothing is lost.

use std::time::Duration;

use crate::support::audience::{import, news, people, run};
use crate::support::shop::{ANN, Shop};
use crate::support::stopping::Stopping;
use crate::support::{World, dev, prod};
use domain::execution::{Execution, ExecutionStatus, RunState};
use engine::Result;
use serde_json::json;

fn code<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().into_failure().code().to_owned()
}

/// The execution a few seconds later: counts are remembered for a moment.
async fn later(world: &World, execution: &Execution) -> Execution {
    world.clock.advance(Duration::from_secs(3));
    world.find_execution(&dev(), &execution.id).await.unwrap()
}

on_both!(a_paused_run_makes_and_sends_nothing_until_it_is_resumed, |world| async {
    let shop = news(world, 700, "").await;
    let mut settings = world.settings.clone();
    settings.runs.queued_ahead = 400;
    let engine = engine::Engine::open(settings, world.clock.clone()).await.unwrap();
    let execution = run(world, &shop, json!({})).await;
    assert_eq!(engine.expand_runs().await.unwrap(), 500);
    let paused = world.pause_execution(&dev(), &execution.id, ANN).await.unwrap();
    let progress = paused.run.unwrap();
    assert_eq!((progress.state, progress.paused_by.as_deref()), (RunState::Paused, Some(ANN)));
    world.clock.advance(Duration::from_hours(30));
    assert_eq!((world.expand_runs().await.unwrap(), world.drain().await.unwrap()), (0, 0));
    let waiting = later(world, &execution).await;
    assert_eq!((waiting.status, waiting.messages.waiting), (ExecutionStatus::InProgress, 500));
    let messages = shop.messages(world, &execution.id).await;
    assert!(messages.iter().all(|message| message.due_at.is_none()), "nobody knows when they go");
    world.pause_execution(&dev(), &execution.id, "ben@example.com").await.unwrap();
    let resumed = world.resume_execution(&dev(), &execution.id).await.unwrap();
    let progress = resumed.run.unwrap();
    assert_eq!((progress.state, progress.paused_by), (RunState::Running, None));
    assert_eq!((world.expand_runs().await.unwrap(), world.drain().await.unwrap()), (200, 700));
    let done = later(world, &execution).await;
    assert_eq!((done.status, done.messages.handed_over), (ExecutionStatus::Succeeded, 700));
    engine.close().await;
});

on_both!(other_executions_of_the_campaign_go_on, |world| async {
    let shop = news(world, 3, "").await;
    let (paused, other) = (run(world, &shop, json!({})).await, run(world, &shop, json!({})).await);
    world.expand_runs().await.unwrap();
    world.pause_execution(&dev(), &paused.id, ANN).await.unwrap();
    assert_eq!(world.drain().await.unwrap(), 3);
    assert_eq!(later(world, &other).await.messages.handed_over, 3);
    assert_eq!(later(world, &paused).await.messages.waiting, 3);
});

on_both!(messages_keep_their_distances_over_a_pause, |world| async {
    let shop = news(world, 10, "schedule: { messagesPerSecond: 2 }\n").await;
    let execution = run(world, &shop, json!({})).await;
    world.expand_runs().await.unwrap();
    world.clock.advance(Duration::from_millis(900));
    assert_eq!(world.drain().await.unwrap(), 2, "those of 0 s and of 0.5 s");
    world.pause_execution(&dev(), &execution.id, ANN).await.unwrap();
    world.clock.advance(Duration::from_secs(60 * 60));
    world.resume_execution(&dev(), &execution.id).await.unwrap();
    assert_eq!(world.drain().await.unwrap(), 0, "the next one is due a tenth of a second later");
    world.clock.advance(Duration::from_millis(100));
    assert_eq!(world.drain().await.unwrap(), 1);
    world.clock.advance(Duration::from_millis(500));
    assert_eq!(world.drain().await.unwrap(), 1);
});

on_both!(a_pause_of_the_campaign_and_one_of_a_run_must_both_end, |world| async {
    let shop = news(world, 2, "").await;
    let execution = run(world, &shop, json!({})).await;
    world.expand_runs().await.unwrap();
    world.pause_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    assert_eq!(world.drain().await.unwrap(), 0);
    world.pause_execution(&dev(), &execution.id, ANN).await.unwrap();
    world.resume_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    assert_eq!(world.drain().await.unwrap(), 0);
    world.resume_execution(&dev(), &execution.id).await.unwrap();
    assert_eq!(world.drain().await.unwrap(), 2);
});

on_both!(a_paused_run_can_be_taken_back, |world| async {
    let shop = news(world, 4, "").await;
    let execution = run(world, &shop, json!({})).await;
    world.pause_execution(&dev(), &execution.id, ANN).await.unwrap();
    let cancelled = world.cancel_execution(&dev(), &execution.id, ANN).await.unwrap();
    assert_eq!(cancelled.cancelled, 4);
    assert_eq!(code(world.resume_execution(&dev(), &execution.id).await), "execution_not_paused");
    assert_eq!(code(world.pause_execution(&dev(), &execution.id, ANN).await), "execution_over");
});

on_both!(only_what_runs_is_paused, |world| async {
    let shop = news(world, 1, "").await;
    let execution = run(world, &shop, json!({})).await;
    assert_eq!(code(world.resume_execution(&dev(), &execution.id).await), "execution_not_paused");
    assert_eq!(code(world.pause_execution(&prod(), &execution.id, ANN).await), "not_found");
    world.expand_runs().await.unwrap();
    world.drain().await.unwrap();
    later(world, &execution).await;
    assert_eq!(code(world.pause_execution(&dev(), &execution.id, ANN).await), "execution_over");
    let orders = Shop::capturing(world).await;
    let order = orders.order(world, "r-1", "ann@example.com").await;
    assert_eq!(code(world.pause_execution(&dev(), &order.execution_id, ANN).await), "no_run");
});

on_both!(a_list_that_a_paused_run_reads_is_kept, |world| async {
    let shop = news(world, 5, "").await;
    let execution = run(world, &shop, json!({})).await;
    world.pause_execution(&dev(), &execution.id, ANN).await.unwrap();
    import(world, &dev(), "Readers", &people(1)).await;
    world.clock.advance(Duration::from_hours(24 * 3));
    world.sweep().await.unwrap();
    world.resume_execution(&dev(), &execution.id).await.unwrap();
    assert_eq!(world.expand_runs().await.unwrap(), 5);
});

/// Another call to pause this run, which stands where the run is paused and nothing is held yet.
async fn slow_pause(world: &World, execution: &Execution) -> Stopping {
    let id = execution.id.clone();
    let slow = Stopping::doing(world, |engine| async move {
        engine.pause_execution(&dev(), &id, ANN).await.unwrap();
    });
    slow.wait();
    let is_paused = async || later(world, execution).await.run.unwrap().state == RunState::Paused;
    while !is_paused().await {
        slow.go_on();
    }
    slow
}

on_both!(whoever_resumes_comes_before_a_pause_that_is_still_at_work, |world| async {
    let shop = news(world, 700, "").await;
    let execution = run(world, &shop, json!({})).await;
    while world.expand_runs().await.unwrap() > 0 {}
    let slow = slow_pause(world, &execution).await;
    world.resume_execution(&dev(), &execution.id).await.unwrap();
    slow.end();
    let waiting = shop.messages(world, &execution.id).await;
    assert!(waiting.iter().all(|message| message.due_at.is_some()), "nothing is held of a run that goes on");
    assert_eq!((world.expand_runs().await.unwrap(), world.drain().await.unwrap()), (0, 700));
    let done = later(world, &execution).await;
    assert_eq!((done.status, done.messages.handed_over), (ExecutionStatus::Succeeded, 700));
});

on_both!(what_a_second_pause_holds_while_a_run_is_resumed_is_let_go, |world| async {
    let shop = news(world, 3, "").await;
    let execution = run(world, &shop, json!({})).await;
    world.expand_runs().await.unwrap();
    world.pause_execution(&dev(), &execution.id, ANN).await.unwrap();
    let is_held = async || shop.messages(world, &execution.id).await.iter().all(|message| message.due_at.is_none());
    let slow = slow_pause(world, &execution).await;
    let id = execution.id.clone();
    let resuming = Stopping::doing(world, |engine| async move {
        engine.resume_execution(&dev(), &id).await.unwrap();
    });
    resuming.wait();
    while is_held().await {
        resuming.go_on();
    }
    slow.end();
    assert!(is_held().await, "the run is still paused");
    resuming.end();
    assert!(!is_held().await);
    assert_eq!(world.drain().await.unwrap(), 3);
});
