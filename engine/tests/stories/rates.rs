//! How fast messages go: over all processes, after a restart, and to each domain.

use std::future::pending;
use std::time::Duration;

use crate::support::relay::Relay;
use crate::support::shop::{ANN, Shop};
use crate::support::{World, dev};
use domain::channel_configuration::ChannelConfigurationDraft;
use domain::message::{LogFilter, Message};
use engine::{Clock as _, Engine};

const STEP: Duration = Duration::from_millis(100);

/// A shop whose configuration has these rates, each empty for none.
async fn limited(world: &World, port: u16, all: &str, per_domain: &str) -> Shop {
    let shop = Shop::mailing(world, port).await;
    let stored = world.list_channel_configurations(&dev()).await.unwrap().remove(0);
    let draft = ChannelConfigurationDraft {
        max_per_second: all.into(),
        max_per_second_per_domain: per_domain.into(),
        ..(&stored).into()
    };
    world.save_channel_configuration(&dev(), &stored.id, stored.revision, &draft, ANN).await.unwrap();
    shop
}

async fn orders(engine: &Engine, shop: &Shop, count: usize, domain: &str) {
    for n in 0..count {
        shop.order(engine, &format!("{domain}-{n}"), &format!("p{n}@{domain}")).await;
    }
}

async fn messages(world: &World, state: &str) -> Vec<Message> {
    let filter = LogFilter { state: state.into(), ..Default::default() };
    world.list_messages(&dev(), &filter, None, 200).await.unwrap().rows
}

on_both!(two_processes_together_keep_to_the_rate_of_a_configuration, |world| async {
    let mut relay = Relay::start().await;
    let shop = limited(world, relay.port, "10", "").await;
    let other = world.other_process().await;
    orders(world, &shop, 60, "example.com").await;
    let mut gone = 0;
    for step in 0..=40 {
        let (one, two) = tokio::join!(world.drain(), other.drain());
        let now = one.unwrap() + two.unwrap();
        gone += now;
        assert!(now <= 1, "{now} at once in step {step}");
        assert_eq!(gone, step + 1, "ten a second, in step {step}");
        world.clock.advance(STEP);
    }
    assert_eq!(relay.arrived().len(), 41);
    let waiting = messages(world, "queued").await;
    assert!(waiting.iter().all(|message| message.attempts == 0), "no attempt is counted while they wait");
    other.close().await;
});

on_both!(after_a_while_without_messages_no_more_than_a_tenth_of_a_second_goes_at_once, |world| async {
    let mut relay = Relay::start().await;
    let shop = limited(world, relay.port, "50", "").await;
    world.clock.advance(STEP * 600);
    orders(world, &shop, 20, "example.com").await;
    world.drain().await.unwrap();
    assert_eq!(relay.arrived().len(), 5);
});

on_both!(the_next_process_goes_on_where_the_last_one_stood, |world| async {
    let mut relay = Relay::start().await;
    let shop = limited(world, relay.port, "1", "").await;
    orders(world, &shop, 3, "example.com").await;
    world.drain().await.unwrap();
    let next = world.other_process().await;
    world.clock.advance(STEP * 9);
    assert_eq!(next.drain().await.unwrap(), 0);
    world.clock.advance(STEP);
    assert_eq!((next.drain().await.unwrap(), relay.arrived().len()), (1, 2));
    next.close().await;
});

on_both!(each_domain_has_a_line_of_its_own_in_which_a_message_waits_once, |world| async {
    let mut relay = Relay::start().await;
    let shop = limited(world, relay.port, "", "2").await;
    orders(world, &shop, 6, "Slow.example").await;
    orders(world, &shop, 1, "other.example").await;
    assert_eq!((world.drain().await.unwrap(), relay.arrived().len()), (2, 2), "one to each domain");
    let waiting = messages(world, "queued").await;
    let mut places: Vec<i64> =
        waiting.iter().map(|message| message.due_at.unwrap().millis_since(world.clock.now())).collect();
    places.sort_unstable();
    assert_eq!(places, [500, 1_000, 1_500, 2_000, 2_500]);
    assert!(waiting.iter().all(|it| (it.attempts, it.reason.as_deref()) == (0, Some("rate_limited"))), "{waiting:?}");
    for _ in 0..5 {
        world.clock.advance(STEP * 4);
        assert_eq!(world.drain().await.unwrap(), 0);
        world.clock.advance(STEP);
        assert_eq!(world.drain().await.unwrap(), 1);
    }
    assert!(messages(world, "sent").await.iter().all(|message| (message.attempts, &message.reason) == (1, &None)));
});

on_both!(two_processes_together_keep_to_the_rate_of_a_domain, |world| async {
    let mut relay = Relay::start().await;
    let shop = limited(world, relay.port, "", "5").await;
    let other = world.other_process().await;
    orders(world, &shop, 40, "example.com").await;
    let mut gone = 0;
    for step in 0..=20 {
        let (one, two) = tokio::join!(world.drain(), other.drain());
        gone += one.unwrap() + two.unwrap();
        assert_eq!(gone, step + 1, "five a second, in step {step}");
        world.clock.advance(STEP * 2);
    }
    assert_eq!(relay.arrived().len(), 21);
    other.close().await;
});

on_both!(both_rates_hold_together, |world| async {
    let relay = Relay::start().await;
    let shop = limited(world, relay.port, "10", "5").await;
    for domain in ["a.example", "b.example", "c.example"] {
        orders(world, &shop, 20, domain).await;
    }
    let mut gone = 0;
    for _ in 0..=20 {
        gone += world.drain().await.unwrap();
        world.clock.advance(STEP);
    }
    assert!((18..=21).contains(&gone), "ten a second for two seconds: {gone}");
});

on_both!(messages_that_come_late_to_their_places_do_not_go_all_at_once, |world| async {
    let relay = Relay::start().await;
    let shop = limited(world, relay.port, "", "1").await;
    orders(world, &shop, 30, "example.com").await;
    world.drain().await.unwrap();
    // Nobody delivered for a minute: all places have passed.
    world.clock.advance(STEP * 600);
    let at_once = world.drain().await.unwrap();
    assert!(at_once <= 4, "at most those whose place has just passed: {at_once}");
    let mut gone = at_once;
    for _ in 0..30 {
        world.clock.advance(STEP * 10);
        gone += world.drain().await.unwrap();
    }
    assert_eq!(gone, 29);
});

on_both!(with_a_rate_nothing_goes_from_intake_straight_to_the_sender, |world| async {
    let mut relay = Relay::start().await;
    let shop = limited(world, relay.port, "1", "").await;
    let engine = world.engine.clone();
    let delivering = tokio::spawn(async move { engine.deliver_until(pending()).await });
    let mut news = world.subscribe();
    orders(world, &shop, 5, "example.com").await;
    relay.next().await;
    while messages(world, "sent").await.is_empty() {
        let _ = tokio::time::timeout(Duration::from_secs(30), news.recv()).await.expect("news");
    }
    assert_eq!((messages(world, "queued").await.len(), relay.arrived().len()), (4, 0));
    delivering.abort();
});
