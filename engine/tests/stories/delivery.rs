//! What happens to a message: captured, sent, tried again, given up, in doubt; and what a crash leaves behind.

use std::future::pending;
use std::time::Duration;

use crate::support::audience::{mailing_news, run};
use crate::support::relay::Relay;
use crate::support::shop::{ANN, Shop, outcomes};
use crate::support::{World, dev};
use domain::channel_configuration::{ChannelConfigurationDraft, ChannelConfigurationStatus};
use domain::message::{LogFilter, MessageDetail};
use domain::sandbox::SandboxMode;
use engine::store::Store;
use engine::{Clock as _, Engine};
use serde_json::json;
use tokio::sync::oneshot;

const MINUTE: Duration = Duration::from_secs(60);
/// Longer than the lease of a claim.
const LEASE_OVER: Duration = Duration::from_secs(61);

fn state(story: &MessageDetail) -> (&str, Option<&str>) {
    (story.message.state.as_str(), story.message.reason.as_deref())
}

fn header<'a>(text: &'a str, name: &str) -> &'a str {
    text.lines().find_map(|line| line.strip_prefix(name)).unwrap()
}

/// Waits until the only message of the execution is in this state, as an open page would.
async fn until(engine: &Engine, shop: &Shop, id: &domain::id::ExecutionId, wanted: &str) -> MessageDetail {
    let mut news = engine.subscribe();
    loop {
        let story = shop.story(engine, id).await;
        if story.message.state.as_str() == wanted {
            return story;
        }
        let _ = tokio::time::timeout(Duration::from_secs(30), news.recv()).await.expect("news");
    }
}

on_both!(in_capture_mode_a_message_is_rendered_and_kept_and_nothing_leaves, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    world.set_sandbox_mode(&dev(), SandboxMode::Capture).await.unwrap();
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    assert_eq!(world.drain().await.unwrap(), 1);
    let story = shop.story(world, &accepted.execution_id).await;
    assert_eq!(state(&story), ("captured", None));
    let codes: Vec<&str> = story.checks.iter().map(|check| check.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "campaign_live",
            "address_valid",
            "not_suppressed",
            "context_complete",
            "configuration_active",
            "sandbox_mode"
        ]
    );
    assert!(story.checks.iter().all(|check| check.passed));
    let rendered = story.rendered.as_ref().unwrap();
    assert_eq!(
        (rendered.content.email().unwrap().subject.as_str(), rendered.content.email().unwrap().html.as_str()),
        ("Order 7", "<p>Order 7</p>")
    );
    assert!(rendered.headers.contains(&("To".to_owned(), "ann@example.com".to_owned())), "{:?}", rendered.headers);
    assert_eq!((outcomes(&story), story.attempts[0].via.as_str()), (vec!["accepted"], "capture"));
    assert!(relay.arrived().is_empty());
});

on_both!(a_mail_reaches_the_server_as_it_was_rendered, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    assert_eq!(world.drain().await.unwrap(), 1);
    let story = shop.story(world, &accepted.execution_id).await;
    assert_eq!((state(&story), outcomes(&story)), (("sent", None), vec!["accepted"]));
    assert_eq!(story.attempts[0].answer, "250 taken");
    let mail = relay.next().await;
    assert_eq!((mail.to.as_str(), header(&mail.text, "Subject: ")), ("ann@example.com", "Order 7"));
    assert!(mail.text.contains(story.message.id.as_str()), "the Message-ID is the message's own");
    assert_eq!(world.drain().await.unwrap(), 0, "nothing is sent twice");
    assert!(relay.arrived().is_empty());
});

on_both!(a_running_process_sends_at_once_and_finishes_before_it_ends, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let engine = world.engine.clone();
    let delivering = tokio::spawn(async move { engine.deliver_until(async { drop(stopped.await) }).await });
    let first = shop.order(world, "r-1", "ann@example.com").await;
    until(world, &shop, &first.execution_id, "sent").await;
    relay.next().await;
    relay.hold("250 taken late");
    let second = shop.order(world, "r-2", "ben@example.com").await;
    relay.next().await;
    stop.send(()).unwrap();
    relay.release();
    delivering.await.unwrap().unwrap();
    let story = shop.story(world, &second.execution_id).await;
    assert_eq!((state(&story).0, story.attempts[0].answer.as_str()), ("sent", "250 taken late"));
});

on_both!(a_refusal_for_now_is_tried_again_when_its_time_has_come, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    relay.answer_recipients(&["451 4.7.1 greylisted", "451 4.7.1 still"]);
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    world.drain().await.unwrap();
    let waiting = shop.story(world, &accepted.execution_id).await;
    assert_eq!(state(&waiting), ("queued", Some("greylisted")));
    assert_eq!(waiting.message.detail.as_deref(), Some("451 4.7.1 greylisted"));
    let wait = waiting.message.due_at.unwrap().millis_since(accepted.created_at);
    assert!((48_000..=72_000).contains(&wait), "a minute ± a fifth: {wait}");

    world.clock.advance(Duration::from_millis(u64::try_from(wait).unwrap() - 1));
    assert_eq!(world.drain().await.unwrap(), 0, "not yet");
    world.clock.advance(Duration::from_millis(1));
    assert_eq!(world.drain().await.unwrap(), 1);
    world.clock.advance(MINUTE * 6);
    assert_eq!(world.drain().await.unwrap(), 1);
    let story = shop.story(world, &accepted.execution_id).await;
    assert_eq!((state(&story), outcomes(&story)), (("sent", None), vec!["retry", "retry", "accepted"]));
    assert_eq!((story.checked_at, story.rendered_at), (waiting.checked_at, waiting.rendered_at));
    assert_eq!(relay.arrived().len(), 1);
});

on_both!(after_its_retry_window_a_message_has_failed_with_the_last_reason, |world| async {
    let relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    relay.answer_recipients(&["452 4.2.2 full"; 99]);
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    // The last attempt may fall into the last hour of the window: looked for at its very end, too.
    for _ in 0..=84 {
        world.drain().await.unwrap();
        world.clock.advance(MINUTE * 60);
    }
    let story = shop.story(world, &accepted.execution_id).await;
    assert_eq!(state(&story), ("failed", Some("smtp_452")));
    let window = story.retried_until.millis_since(accepted.created_at);
    let last = story.attempts.last().unwrap().started_at.millis_since(accepted.created_at);
    assert_eq!(window, 84 * 3_600_000);
    // Pauses of eight hours, ± a fifth, up to the end of the window.
    assert!((window - 10 * 3_600_000..=window).contains(&last), "{last}");
    assert!((13..=20).contains(&story.attempts.len()), "{}", story.attempts.len());
    assert_eq!(story.message.detail.as_deref(), Some("452 4.2.2 full"));
    assert_eq!(world.find_execution(&dev(), &accepted.execution_id).await.unwrap().status.as_str(), "Failed");
});

on_both!(a_refusal_for_ever_fails_at_once_in_the_servers_words, |world| async {
    let relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    let long = format!("550 5.1.1 no\u{0}body \u{1b}[31m{}", "x".repeat(3_000));
    relay.answer_recipients(&[&long]);
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    assert_eq!(world.drain().await.unwrap(), 1);
    let story = shop.story(world, &accepted.execution_id).await;
    assert_eq!((state(&story), outcomes(&story)), (("failed", Some("smtp_550")), vec!["rejected"]));
    let detail = story.message.detail.unwrap();
    assert!(detail.starts_with("550 5.1.1 no") && detail.chars().count() <= 2_000, "{detail}");
    assert!(!detail.chars().any(char::is_control));
});

on_both!(a_server_that_is_not_there_is_tried_again_and_that_uses_up_no_try, |world| async {
    let port = Relay::start().await.port;
    let shop = Shop::mailing(world, port).await;
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    for attempt in 1..4 {
        world.drain().await.unwrap();
        let story = shop.story(world, &accepted.execution_id).await;
        assert_eq!((state(&story), story.attempts.len()), (("queued", Some("connection_failed")), attempt));
        assert_eq!(outcomes(&story).pop(), Some("unavailable"));
        let wait = story.message.due_at.unwrap().millis_since(world.clock.now());
        assert!((48_000..=72_000).contains(&wait), "the first pause again: {wait}");
        world.clock.advance(MINUTE * 2);
    }
});

on_both!(a_server_that_says_come_back_later_uses_up_no_try_either, |world| async {
    let relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    relay.answer_recipients(&["421 4.3.2 maintenance", "451 4.3.0 disk"]);
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    for _ in 0..3 {
        world.drain().await.unwrap();
        world.clock.advance(MINUTE * 2);
    }
    let story = shop.story(world, &accepted.execution_id).await;
    assert_eq!((state(&story), outcomes(&story)), (("sent", None), vec!["unavailable", "retry", "accepted"]));
});

on_both!(a_short_retry_window_ends_early, |world| async {
    let relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    let configuration = world.list_channel_configurations(&dev()).await.unwrap().remove(0);
    let draft = ChannelConfigurationDraft { retry_minutes: "10".into(), ..(&configuration).into() };
    world.save_channel_configuration(&dev(), &configuration.id, configuration.revision, &draft, ANN).await.unwrap();
    relay.answer_recipients(&["451 4.3.0 disk"; 9]);
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    for _ in 0..20 {
        world.drain().await.unwrap();
        world.clock.advance(MINUTE);
    }
    let story = shop.story(world, &accepted.execution_id).await;
    // After a minute and five more, the next pause would be fifteen.
    assert_eq!((state(&story), outcomes(&story)), (("failed", Some("smtp_451")), vec!["retry"; 3]));
    assert_eq!(story.retried_until.millis_since(accepted.created_at), 600_000);
});

on_both!(a_configuration_that_is_not_active_any_more_is_the_reason_of_the_failure, |world| async {
    let shop = Shop::capturing(world).await;
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    world.stop_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    let configuration = world.list_channel_configurations(&dev()).await.unwrap().remove(0);
    let off = ChannelConfigurationStatus::Deactivated;
    world.set_channel_configuration_status(&dev(), &configuration.id, off, ANN).await.unwrap();
    world.drain().await.unwrap();
    let story = shop.story(world, &accepted.execution_id).await;
    assert_eq!(state(&story), ("failed", Some("configuration_not_active")));
    let last = story.checks.last().unwrap();
    assert_eq!((last.code.as_str(), last.passed), ("configuration_active", false));
    assert!(story.rendered.is_none() && story.rendered_at.is_none() && story.checked_at.is_some());
});

on_both!(transactional_messages_go_before_marketing, |world| async {
    let mut relay = Relay::start().await;
    let news = mailing_news(world, relay.port, 80).await;
    let shop = Shop::mailing(world, relay.port).await;
    run(world, &news, json!({})).await;
    assert_eq!(world.expand_runs().await.unwrap(), 80);
    world.clock.advance(MINUTE);
    for n in 0..140 {
        shop.order(world, &format!("r-{n}"), "order@example.com").await;
    }
    assert_eq!(world.drain().await.unwrap(), 220);
    let arrived = relay.arrived();
    let first_news = arrived.iter().position(|mail| mail.to != "order@example.com").unwrap();
    assert!(first_news >= 128, "a whole claim of orders comes first: {first_news}");
    assert_eq!(arrived.len(), 220);
});

on_both!(high_throughput_messages_go_before_all_others, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    for n in 0..140 {
        shop.order(world, &format!("r-{n}"), "order@example.com").await;
    }
    world.clock.advance(MINUTE);
    let codes = Shop::mailing_as(world, relay.port, "Codes").await;
    codes.switch_to_high_throughput(world).await;
    let request = codes.request("c-1", &["code@example.com"]);
    let accepted = world.trigger_high_throughput(&codes.caller, request).await.unwrap();
    assert!(accepted.execution_id.to_string().starts_with("HUMA-"));
    assert_eq!(world.drain().await.unwrap(), 141);
    let place = relay.arrived().iter().position(|mail| mail.to == "code@example.com").unwrap();
    assert!(place < 128, "in the first claim, at {place}");
});

on_both!(several_processes_share_the_work_and_send_each_message_once, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    for n in 0..200 {
        shop.order(world, &format!("r-{n}"), &format!("p{n}@example.com")).await;
    }
    let other = world.other_process().await;
    let (one, two) = tokio::join!(world.drain(), other.drain());
    assert_eq!(one.unwrap() + two.unwrap(), 200);
    let people: std::collections::HashSet<String> = relay.arrived().into_iter().map(|mail| mail.to).collect();
    assert_eq!(people.len(), 200);
    other.close().await;
});

/// A process that takes a message, hands it over, and is killed before the answer comes.
async fn killed_while_sending(world: &World, relay: &mut Relay) -> Engine {
    relay.hold("250 taken");
    let dying = world.other_process().await;
    let engine = dying.clone();
    let delivering = tokio::spawn(async move { engine.deliver_until(pending()).await });
    relay.next().await;
    delivering.abort();
    assert!(delivering.await.unwrap_err().is_cancelled());
    dying
}

on_both!(after_a_crash_a_transactional_message_is_sent_again_under_its_message_id, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    let dead = killed_while_sending(world, &mut relay).await;
    assert_eq!(world.drain().await.unwrap(), 0, "the claim still holds");
    assert_eq!(state(&shop.story(world, &accepted.execution_id).await).0, "sending");
    world.clock.advance(LEASE_OVER);
    assert_eq!(world.drain().await.unwrap(), 1);
    let story = shop.story(world, &accepted.execution_id).await;
    assert_eq!((state(&story), outcomes(&story)), (("sent", None), vec!["in_doubt", "accepted"]));
    let numbers: Vec<i64> = story.attempts.iter().map(|attempt| attempt.number).collect();
    assert_eq!((numbers, story.message.attempts), (vec![1, 2], 2));
    assert!(relay.next().await.text.contains(story.message.id.as_str()));
    dead.close().await;
});

on_both!(after_a_crash_a_marketing_message_stays_visibly_in_doubt, |world| async {
    let mut relay = Relay::start().await;
    let news = mailing_news(world, relay.port, 1).await;
    let execution = run(world, &news, json!({})).await;
    world.expand_runs().await.unwrap();
    let dead = killed_while_sending(world, &mut relay).await;
    world.clock.advance(LEASE_OVER);
    assert_eq!(world.drain().await.unwrap(), 0);
    let story = news.story(world, &execution.id).await;
    assert_eq!((state(&story), outcomes(&story)), (("in_doubt", Some("in_doubt")), vec!["in_doubt"]));
    assert!(relay.arrived().is_empty(), "not sent again");
    dead.close().await;
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_process_on_a_data_folder_takes_over_at_its_start() {
    let world = World::sqlite().await;
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(&world, relay.port).await;
    let accepted = shop.order(&world, "r-1", "ann@example.com").await;
    killed_while_sending(&world, &mut relay).await.close().await;
    let engine = world.engine.clone();
    let delivering = tokio::spawn(async move { engine.deliver_until(pending()).await });
    let story = until(&world, &shop, &accepted.execution_id, "sent").await;
    assert_eq!(outcomes(&story), ["in_doubt", "accepted"]);
    delivering.abort();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_delivering_process_on_a_data_folder_is_refused() {
    let world = World::sqlite().await;
    let shop = Shop::capturing(&world).await;
    let engine = world.engine.clone();
    let delivering = tokio::spawn(async move { engine.deliver_until(pending()).await });
    let accepted = shop.order(&world, "r-1", "ann@example.com").await;
    until(&world, &shop, &accepted.execution_id, "captured").await;
    let other = world.other_process().await;
    let refused = other.deliver_until(pending()).await.unwrap_err().into_failure();
    assert_eq!(refused.code(), "already_running");
    // Everything else works beside it.
    other.create_api_client(&dev(), "Shop", ANN).await.unwrap();
    delivering.abort();
    assert!(delivering.await.unwrap_err().is_cancelled());
    other.deliver_until(async {}).await.unwrap();
    world.end().await;
}

on_both!(a_process_that_lost_its_claim_cannot_overwrite_what_came_after, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    relay.hold("550 5.1.1 too late to matter");
    let slow = world.other_process().await;
    let engine = slow.clone();
    let draining = tokio::spawn(async move { engine.drain().await });
    relay.next().await;
    world.clock.advance(LEASE_OVER);
    assert_eq!(world.drain().await.unwrap(), 1);
    relay.release();
    assert_eq!(draining.await.unwrap().unwrap(), 0, "its answer changes nothing");
    let story = shop.story(world, &accepted.execution_id).await;
    assert_eq!((state(&story), outcomes(&story)), (("sent", None), vec!["in_doubt", "accepted"]));
    slow.close().await;
});

/// When the claims that there are run out.
async fn claimed_until(store: &Store) -> i64 {
    let text = "SELECT MAX(leased_until) FROM messages WHERE state = 'sending'";
    match store {
        Store::Sqlite { read, .. } => sqlx::query_scalar(text).fetch_one(read).await.unwrap(),
        Store::Postgres(pool) => sqlx::query_scalar(text).fetch_one(pool).await.unwrap(),
    }
}

on_both!(a_process_that_waits_long_for_a_server_keeps_its_claim, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    relay.hold("250 taken late");
    let slow = world.other_process().await;
    let engine = slow.clone();
    let delivering = tokio::spawn(async move { engine.deliver_until(pending()).await });
    relay.next().await;
    let store = Store::open(&world.settings.database_url).await.unwrap();
    for _ in 0..3 {
        let before = claimed_until(&store).await;
        world.clock.advance(LEASE_OVER / 2);
        while claimed_until(&store).await == before {
            tokio::task::yield_now().await;
        }
        assert_eq!(world.drain().await.unwrap(), 0);
    }
    relay.release();
    let story = until(&slow, &shop, &accepted.execution_id, "sent").await;
    assert_eq!((outcomes(&story), relay.arrived().len()), (vec!["accepted"], 0));
    delivering.abort();
    store.close().await;
    slow.close().await;
});

on_both!(open_pages_hear_of_what_is_accepted_and_of_what_is_sent, |world| async {
    let shop = Shop::capturing(world).await;
    let mut news = world.subscribe();
    shop.order(world, "r-1", "ann@example.com").await;
    assert_eq!(news.try_recv().unwrap(), dev());
    world.drain().await.unwrap();
    assert_eq!(news.try_recv().unwrap(), dev());
    let filter = LogFilter { state: "captured".into(), ..Default::default() };
    assert_eq!(world.list_messages(&dev(), &filter, None, 50).await.unwrap().rows.len(), 1);
});
