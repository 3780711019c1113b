//! Quiet hours: marketing waits, or is not sent. The clock starts on Tuesday, 2026-12-01, at 09:00 in UTC.

use std::time::Duration;

use domain::message::{Message, MessageState};
use domain::rule_set::{CapPeriod, QuietHandling, QuietPeriod, RuleKind, RuleStatus, Weekday};
use engine::rule_sets::RuleChange;
use serde_json::json;

use crate::support::audience::{self, import, mailing_news, news};
use crate::support::relay::Relay;
use crate::support::rules::{cap, choose, custom, global, later, quiet, run, run_one, state};
use crate::support::shop::{ANN, Shop, smtp};
use crate::support::{World, dev};

/// What waits goes within so much of the end.
const RELEASED_WITHIN: Duration = Duration::from_mins(3);
const WAITING: (&str, Option<&str>) = ("queued", Some("quiet_hours"));

/// A campaign that goes by quiet hours until this time of the day in UTC.
async fn quiet_until(world: &World, shop: &Shop, to: &str, handling: QuietHandling) {
    let set = custom(world, "Nights", quiet("06:00", to, "UTC", handling)).await;
    choose(world, shop, &set).await;
}

/// The end of the quiet hours is reached, and what waits is let go.
async fn release(world: &World, after: Duration) {
    world.clock.advance(after);
    world.drain().await.unwrap();
    world.clock.advance(RELEASED_WITHIN);
    world.drain().await.unwrap();
}

on_both!(what_comes_in_quiet_hours_waits_for_their_end_and_then_goes, |world| async {
    let shop = news(world, 40, "").await;
    quiet_until(world, &shop, "11:00", QuietHandling::Queue).await;
    let waiting = run(world, &shop).await;
    assert!(waiting.iter().all(|message| state(message) == WAITING && message.attempts == 0));
    let words = "Waits for the end of quiet hours: “Nights” until 2026-12-01 11:00 (UTC).";
    assert_eq!(waiting[0].detail.as_deref(), Some(words));
    let due: Vec<String> = waiting.iter().map(|message| message.due_at.unwrap().to_string()).collect();
    assert!(due.iter().all(|due| due.as_str() >= "2026-12-01T11:00" && due.as_str() < "2026-12-01T11:03"), "{due:?}");
    assert!(due.iter().any(|other| *other != due[0]), "not all at once");
    world.clock.advance(Duration::from_mins(119));
    assert_eq!(world.drain().await.unwrap(), 0);
    release(world, Duration::from_mins(1)).await;
    for message in &waiting {
        assert_eq!(later(world, message).await.state, MessageState::Captured);
    }
    let story = world.find_message(&dev(), &waiting[0].id).await.unwrap();
    let check = story.checks.iter().find(|check| check.code == "outside_quiet_hours").unwrap();
    assert!(check.passed && check.text == "It is not quiet by “Nights” (UTC).", "{check:?}");
    assert_eq!(story.attempts.len(), 1);
});

on_both!(what_is_discarded_in_quiet_hours_never_goes, |world| async {
    let shop = news(world, 1, "").await;
    quiet_until(world, &shop, "11:00", QuietHandling::Discard).await;
    let discarded = run_one(world, &shop).await;
    assert_eq!(state(&discarded), ("excluded", Some("quiet_hours")));
    assert_eq!(discarded.detail.as_deref(), Some("Quiet hours “Nights” until 2026-12-01 11:00 (UTC)."));
    let check = world.find_message(&dev(), &discarded.id).await.unwrap().checks.pop().unwrap();
    assert_eq!((check.code.as_str(), check.reference_code.as_deref()), ("outside_quiet_hours", Some("050002")));
    world.clock.advance(Duration::from_hours(3));
    assert_eq!(state(&run_one(world, &shop).await), ("captured", None));
});

on_both!(the_zone_is_that_of_the_recipient_and_of_whom_none_is_known_nothing_is_held, |world| async {
    let list = "{\"userId\": \"berlin@example.com\", \"profile\": {\"timeZone\": \"Europe/Berlin\"}}\n\
                {\"userId\": \"nowhere@example.com\"}\n\
                {\"userId\": \"seoul@example.com\", \"profile\": {\"timeZone\": \"Asia/Seoul\"}}\n";
    import(world, &dev(), "Readers", list).await;
    let shop = Shop::with(world, &dev(), "News", "marketing", "{ kind: capture }", "").await;
    // Nine in the morning in UTC is six in the evening in Seoul and ten in Berlin.
    let set = custom(world, "Evenings", quiet("18:00", "08:00", "", QuietHandling::Queue)).await;
    choose(world, &shop, &set).await;
    let messages = run(world, &shop).await;
    assert_eq!(messages.iter().map(state).collect::<Vec<_>>(), [("captured", None), ("captured", None), WAITING]);
    assert!(messages[2].detail.as_ref().unwrap().ends_with("until 2026-12-02 08:00 (Asia/Seoul)."));
    let nowhere = world.find_message(&dev(), &messages[1].id).await.unwrap();
    let words = "“Evenings” does not hold: the time zone of the recipient is not known.";
    assert!(nowhere.checks.iter().any(|check| check.passed && check.text == words), "{:?}", nowhere.checks);
});

on_both!(what_is_quiet_for_ever_ends_after_seven_days, |world| async {
    let shop = news(world, 1, "").await;
    let periods = vec![QuietPeriod::Weekly { days: Weekday::ALL.to_vec(), slot: None }];
    let RuleKind::QuietHours(hours) = quiet("00:00", "12:00", "UTC", QuietHandling::Queue) else { unreachable!() };
    let always = RuleKind::QuietHours(domain::rule_set::QuietHours { periods, ..hours });
    let set = custom(world, "Always", always).await;
    choose(world, &shop, &set).await;
    let waiting = run_one(world, &shop).await;
    assert_eq!(waiting.due_at.unwrap().to_string(), "2026-12-08T09:00:00.000Z");
    world.clock.advance(Duration::from_hours(7 * 24) - Duration::from_millis(1));
    world.drain().await.unwrap();
    assert_eq!(state(&later(world, &waiting).await), WAITING);
    world.clock.advance(Duration::from_millis(1));
    world.drain().await.unwrap();
    let ended = later(world, &waiting).await;
    assert_eq!(state(&ended), ("excluded", Some("quiet_hours_expired")));
    assert_eq!(ended.detail.as_deref(), Some("Quiet hours “Always” did not end within seven days."));
});

on_both!(the_retry_window_begins_when_quiet_hours_end, |world| async {
    let mut relay = Relay::start().await;
    import(world, &dev(), "Readers", &audience::people(1)).await;
    world.set_sandbox_mode(&dev(), domain::sandbox::SandboxMode::Live).await.unwrap();
    let shop = Shop::with(world, &dev(), "News", "marketing", &smtp(relay.port), "").await;
    let configuration = world.list_channel_configurations(&dev()).await.unwrap().remove(0);
    let window = Duration::from_mins(u64::from(configuration.retry_minutes));
    quiet_until(world, &shop, "05:00", QuietHandling::Queue).await;
    let waiting = run_one(world, &shop).await;
    let released = waiting.due_at.unwrap();
    assert_eq!(world.find_message(&dev(), &waiting.id).await.unwrap().retried_until, released.plus(window));
    relay.answer_recipients(&["451 later"]);
    world.clock.advance(Duration::from_hours(20) + RELEASED_WITHIN);
    world.drain().await.unwrap();
    let tried = later(world, &waiting).await;
    assert_eq!((state(&tried), tried.attempts), (("queued", Some("smtp_451")), 1));
    assert_eq!(world.find_message(&dev(), &waiting.id).await.unwrap().retried_until, released.plus(window));
    assert_eq!(relay.arrived().len(), 0);
});

on_both!(a_message_that_waits_takes_no_place_and_uses_up_no_attempt, |world| async {
    let mut relay = Relay::start().await;
    let shop = mailing_news(world, relay.port, 1).await;
    global(world, "Daily", cap(1, CapPeriod::Day)).await;
    quiet_until(world, &shop, "11:00", QuietHandling::Queue).await;
    let waiting = run_one(world, &shop).await;
    let other = Shop::with(world, &dev(), "Other", "marketing", &smtp(relay.port), "").await;
    assert_eq!(state(&run_one(world, &other).await), ("sent", None), "the place is still free");
    release(world, Duration::from_hours(2)).await;
    let ended = later(world, &waiting).await;
    assert_eq!((state(&ended), ended.attempts), (("excluded", Some("frequency_cap")), 0));
    assert_eq!(relay.arrived().len(), 1);
});

on_both!(whoever_waits_can_be_taken_back, |world| async {
    let shop = news(world, 2, "").await;
    quiet_until(world, &shop, "11:00", QuietHandling::Queue).await;
    let waiting = run(world, &shop).await;
    let cancelled = world.cancel_execution(&dev(), &waiting[0].execution_id, ANN).await.unwrap();
    assert_eq!(cancelled.cancelled, 2);
    release(world, Duration::from_hours(2)).await;
    assert_eq!(state(&later(world, &waiting[0]).await), ("cancelled", Some("cancelled")));
});

on_both!(rules_that_changed_meanwhile_are_asked_when_it_is_time, |world| async {
    let shop = news(world, 1, "").await;
    let set = custom(world, "Nights", quiet("06:00", "11:00", "UTC", QuietHandling::Queue)).await;
    choose(world, &shop, &set).await;
    let waiting = run_one(world, &shop).await;
    let before = world.find_rule_set(&dev(), &set).await.unwrap();
    let what = quiet("06:00", "12:00", "UTC", QuietHandling::Queue);
    let change = RuleChange { name: "Nights".into(), what };
    world.put_rule(&dev(), (&set, before.revision), Some(&before.rules[0].id), change, ANN).await.unwrap();
    release(world, Duration::from_hours(2)).await;
    let longer: Message = later(world, &waiting).await;
    assert_eq!(state(&longer), WAITING);
    assert!(longer.detail.unwrap().contains("until 2026-12-01 12:00"));
    world.set_rule_set_status(&dev(), &set, RuleStatus::Inactive, ANN).await.unwrap();
    assert_eq!(state(&run_one(world, &shop).await), ("captured", None), "a set that is not active holds nobody");
});

on_both!(what_is_about_service_knows_no_quiet_hours, |world| async {
    let shop = Shop::capturing(world).await;
    custom(world, "Nights", quiet("06:00", "11:00", "UTC", QuietHandling::Discard)).await;
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    world.drain().await.unwrap();
    assert_eq!(state(&shop.story(world, &accepted.execution_id).await.message), ("captured", None));
});

on_both!(a_try_says_that_it_is_quiet, |world| async {
    let shop = news(world, 1, "").await;
    quiet_until(world, &shop, "11:00", QuietHandling::Queue).await;
    let tried = world.dry_run_audience(&shop.caller, audience::request(&shop, json!({}))).await.unwrap();
    let recipient = &tried.recipients[0];
    assert_eq!((recipient.would_send, recipient.reason.as_deref()), (true, Some("quiet_hours")));
    assert!(recipient.detail.as_ref().unwrap().contains("until 2026-12-01 11:00 (UTC)"));
});
