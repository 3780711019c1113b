//! Schedules run at their time: once, also after a stop of the machine, and not when the campaign is over.

use std::time::Duration;

use crate::support::audience::{import, news, people, trigger};
use crate::support::shop::{ANN, Shop};
use crate::support::{World, dev, prod};
use domain::Failure;
use domain::execution::{Schedule, ScheduleState};
use domain::message::LogFilter;
use engine::Engine;
use engine::runs::AudienceAccepted;
use serde_json::{Value, json};

/// An hour after [`crate::support::START`].
const TEN: &str = "2026-12-01T10:00:00Z";
const HOUR: Duration = Duration::from_secs(3_600);

fn at(time: &str) -> Value {
    json!({"requestId": "r-1", "schedule": {"executeAt": time}})
}

async fn schedule(engine: &Engine, shop: &Shop, more: Value) -> Schedule {
    match trigger(engine, shop, more).await.unwrap() {
        AudienceAccepted::Schedule { schedule, .. } => *schedule,
        AudienceAccepted::Execution(accepted) => panic!("runs at once: {accepted:?}"),
    }
}

async fn now(world: &World, schedule: &Schedule) -> Schedule {
    world.find_schedule(&dev(), &schedule.id).await.unwrap()
}

async fn executions(world: &World) -> usize {
    world.list_executions(&dev(), &LogFilter::default(), None, 200).await.unwrap().rows.len()
}

on_both!(a_call_for_later_runs_at_its_time_and_once, |world| async {
    let shop = news(world, 3, "").await;
    let waits = schedule(world, &shop, at(TEN)).await;
    assert_eq!(
        (waits.state, waits.execute_at.to_string().as_str()),
        (ScheduleState::Scheduled, "2026-12-01T10:00:00.000Z")
    );
    world.clock.advance(Duration::from_millis(3_599_999));
    assert_eq!(world.fire_schedules().await.unwrap(), 0);
    world.clock.advance(Duration::from_millis(1));
    assert_eq!(world.fire_schedules().await.unwrap(), 1);
    assert_eq!(world.fire_schedules().await.unwrap(), 0);
    let ran = now(world, &waits).await;
    assert_eq!(ran.state, ScheduleState::Triggered);
    let execution = world.find_execution(&dev(), &ran.execution_id.unwrap()).await.unwrap();
    assert_eq!((execution.request_id.as_str(), execution.created_by.as_str()), ("r-1", "Web shop"));
    assert_eq!((world.expand_runs().await.unwrap(), world.drain().await.unwrap()), (3, 3));
});

on_both!(of_several_processes_one_runs_it, |world| async {
    let shop = news(world, 1, "").await;
    for n in 0..20 {
        schedule(world, &shop, json!({"requestId": format!("r-{n}"), "schedule": {"executeAt": TEN}})).await;
    }
    world.clock.advance(HOUR);
    let other = world.other_process().await;
    let (one, two) = tokio::join!(world.fire_schedules(), other.fire_schedules());
    assert_eq!(one.unwrap() + two.unwrap(), 20);
    assert_eq!(executions(world).await, 20);
    other.close().await;
});

on_both!(what_became_due_while_nobody_was_there_runs_at_the_next_look, |world| async {
    let shop = news(world, 1, "").await;
    let waits = schedule(world, &shop, at(TEN)).await;
    world.clock.advance(HOUR * 50);
    let other = world.other_process().await;
    assert_eq!(other.fire_schedules().await.unwrap(), 1);
    assert_eq!(now(world, &waits).await.state, ScheduleState::Triggered);
    other.close().await;
});

on_both!(what_became_due_after_the_end_of_the_campaign_expires_with_the_reason, |world| async {
    let shop = news(world, 1, "schedule: { end: '2026-12-01T11:00' }\n").await;
    let waits = schedule(world, &shop, at(TEN)).await;
    world.clock.advance(HOUR * 3);
    assert_eq!(world.fire_schedules().await.unwrap(), 0);
    let expired = now(world, &waits).await;
    assert_eq!((expired.state, expired.reason.as_deref()), (ScheduleState::Expired, Some("after_end")));
    assert!(expired.execution_id.is_none() && expired.detail.is_some());
    assert_eq!(world.list_schedules(&dev()).await.unwrap(), [expired]);
    assert_eq!(executions(world).await, 0);
});

on_both!(a_campaign_that_was_stopped_or_lost_its_members_runs_nothing_later, |world| async {
    let shop = news(world, 1, "").await;
    let waits = schedule(world, &shop, at(TEN)).await;
    world.stop_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    world.clock.advance(HOUR);
    world.fire_schedules().await.unwrap();
    assert_eq!(now(world, &waits).await.reason.as_deref(), Some("campaign_not_live"));
});

on_both!(a_schedule_is_cancelled_before_its_time_and_not_after, |world| async {
    let shop = news(world, 1, "").await;
    let waits = schedule(world, &shop, at(TEN)).await;
    let second = json!({"requestId": "r-2", "schedule": {"executeAt": TEN}});
    let runs = schedule(world, &shop, second).await;
    let elsewhere = world.cancel_schedule(&prod(), &waits.id, ANN).await.unwrap_err().into_failure();
    assert_eq!(elsewhere, Failure::not_found("schedule"));
    world.cancel_schedule(&dev(), &waits.id, ANN).await.unwrap();
    let twice = world.cancel_schedule(&dev(), &waits.id, ANN).await.unwrap_err().into_failure();
    assert_eq!(twice, Failure::not_found("schedule"));
    let again = trigger(world, &shop, at(TEN)).await.unwrap_err().into_failure();
    assert_eq!(again.code(), "schedule_cancelled");
    world.clock.advance(HOUR);
    assert_eq!(world.fire_schedules().await.unwrap(), 1);
    let cancelled = now(world, &waits).await;
    assert_eq!((cancelled.state, cancelled.changed_by.as_str()), (ScheduleState::Cancelled, ANN));
    let late = world.cancel_schedule(&dev(), &runs.id, ANN).await.unwrap_err().into_failure();
    assert_eq!(late.code(), "schedule_over");
});

on_both!(the_same_call_for_later_again_gets_the_same_schedule, |world| async {
    let shop = news(world, 1, "").await;
    let waits = schedule(world, &shop, at(TEN)).await;
    let again = trigger(world, &shop, at(TEN)).await.unwrap();
    assert!(matches!(again, AudienceAccepted::Schedule { schedule, replayed: true } if schedule.id == waits.id));
    let other_time = trigger(world, &shop, at("2026-12-01T11:00:00Z")).await.unwrap_err().into_failure();
    assert_eq!(other_time.code(), "request_id_reused");
    let at_once = trigger(world, &shop, json!({"requestId": "r-1"})).await.unwrap_err().into_failure();
    assert_eq!(at_once.code(), "request_id_reused");
    world.clock.advance(HOUR);
    world.fire_schedules().await.unwrap();
    let after = schedule(world, &shop, at(TEN)).await;
    assert_eq!((after.id, after.state), (waits.id, ScheduleState::Triggered));
});

on_both!(a_time_that_has_passed_means_now_and_one_after_the_end_is_refused, |world| async {
    let shop = news(world, 1, "schedule: { end: '2026-12-01T11:00' }\n").await;
    let late = trigger(world, &shop, at("2026-12-01T11:00:00Z")).await.unwrap_err().into_failure();
    let Failure::Invalid { faults } = late else { panic!("{late}") };
    assert_eq!((faults.0[0].path.as_str(), faults.0[0].code.as_str()), ("schedule.executeAt", "after_end"));
    let past = trigger(world, &shop, at("2026-12-01T08:59:59+00:00")).await.unwrap();
    assert!(matches!(past, AudienceAccepted::Execution(_)));
});

on_both!(a_schedule_goes_to_the_list_that_is_in_force_at_its_time, |world| async {
    let shop = news(world, 1, "").await;
    schedule(world, &shop, at(TEN)).await;
    import(world, &dev(), "Readers", &people(4)).await;
    world.clock.advance(HOUR);
    world.fire_schedules().await.unwrap();
    assert_eq!(world.expand_runs().await.unwrap(), 4);
});
