//! A server that takes nothing: its messages wait, one at a time probes, and nobody else is kept waiting.

use std::time::Duration;

use crate::support::relay::Relay;
use crate::support::shop::{ANN, Shop};
use crate::support::{World, dev};
use domain::channel_configuration::{ChannelConfiguration, ChannelConfigurationDraft};
use domain::circuit::Circuit;
use domain::message::Message;
use engine::Clock as _;
use engine::intake::Accepted;

const SECOND: Duration = Duration::from_secs(1);

/// A port where nothing listens.
async fn nobody() -> u16 {
    Relay::start().await.port
}

async fn orders(world: &World, shop: &Shop, from: usize, to: usize) -> Vec<Accepted> {
    let mut accepted = Vec::new();
    for n in from..to {
        accepted.push(shop.order(world, &format!("r-{n}"), &format!("p{n}@example.com")).await);
    }
    accepted
}

async fn configuration(world: &World) -> ChannelConfiguration {
    world.list_channel_configurations(&dev()).await.unwrap().remove(0)
}

async fn circuit(world: &World) -> Option<Circuit> {
    world.find_circuit(&dev(), &configuration(world).await.id).await.unwrap()
}

/// Five messages found no server.
async fn broken(world: &World, port: u16) -> Shop {
    let shop = Shop::mailing(world, port).await;
    orders(world, &shop, 0, 5).await;
    assert_eq!(world.drain().await.unwrap(), 5);
    shop
}

async fn message(world: &World, shop: &Shop, accepted: &Accepted) -> Message {
    shop.messages(world, &accepted.execution_id).await.remove(0)
}

on_both!(after_five_attempts_without_a_server_messages_wait_and_say_why, |world| async {
    let shop = broken(world, nobody().await).await;
    let open = circuit(world).await.unwrap();
    assert_eq!((open.reason.as_str(), open.since), ("connection_failed", world.clock.now()));
    assert!(open.words.contains("refused"), "{}", open.words);
    assert_eq!(open.next_try_at.millis_since(open.since), 10_000);
    assert_eq!(world.list_circuits(&dev()).await.unwrap(), std::slice::from_ref(&open));
    let accepted = orders(world, &shop, 5, 6).await.remove(0);
    world.clock.advance(SECOND * 9);
    assert_eq!(world.drain().await.unwrap(), 0, "nothing is tried");
    let waiting = message(world, &shop, &accepted).await;
    assert_eq!((waiting.state.as_str(), waiting.attempts), ("queued", 0));
    assert_eq!(waiting.reason.as_deref(), Some("circuit_open"));
    assert_eq!((waiting.detail, waiting.due_at), (Some(open.words), Some(open.next_try_at)));
});

on_both!(one_message_probes_after_a_pause_that_doubles_up_to_five_minutes, |world| async {
    broken(world, nobody().await).await;
    for pause in [10, 20, 40, 80, 160, 300, 300] {
        world.clock.advance(SECOND * (pause - 1));
        assert_eq!(world.drain().await.unwrap(), 0, "before {pause}");
        world.clock.advance(SECOND);
        assert_eq!(world.drain().await.unwrap(), 1, "one message at {pause}");
    }
});

on_both!(the_first_answer_closes_the_circuit_and_everything_goes, |world| async {
    let port = nobody().await;
    let shop = broken(world, port).await;
    orders(world, &shop, 5, 30).await;
    let mut relay = Relay::start_at(port).await;
    world.clock.advance(SECOND * 60);
    // Refusing one recipient is an answer, too.
    relay.answer_recipients(&["550 5.1.1 no such user"]);
    assert_eq!(world.drain().await.unwrap(), 30);
    assert_eq!((circuit(world).await, relay.arrived().len()), (None, 29));
});

on_both!(refused_recipients_never_open_a_circuit, |world| async {
    let relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    relay.answer_recipients(&["550 5.1.1 no"; 20]);
    orders(world, &shop, 0, 20).await;
    assert_eq!(world.drain().await.unwrap(), 20);
    assert_eq!(circuit(world).await, None);
});

on_both!(other_processes_and_the_next_one_know_it, |world| async {
    broken(world, nobody().await).await;
    let (one, two) = (world.other_process().await, world.other_process().await);
    assert_eq!(one.drain().await.unwrap(), 0);
    world.clock.advance(SECOND * 10);
    let (first, second) = tokio::join!(one.drain(), two.drain());
    assert_eq!(first.unwrap() + second.unwrap(), 1, "only one of them probes");
    one.close().await;
    two.close().await;
});

on_both!(a_server_that_is_away_keeps_no_other_configuration_waiting, |world| async {
    broken(world, nobody().await).await;
    let mut relay = Relay::start().await;
    let other = Shop::mailing_as(world, relay.port, "Other").await;
    orders(world, &other, 0, 3).await;
    assert_eq!((world.drain().await.unwrap(), relay.arrived().len()), (3, 3));
});

on_both!(try_now_looks_at_the_server_and_closes_the_circuit_when_it_is_there, |world| async {
    let port = nobody().await;
    broken(world, port).await;
    let id = configuration(world).await.id;
    let found = world.try_circuit(&dev(), &id).await.unwrap();
    assert_eq!(found.reason.as_deref(), Some("connection_failed"));
    assert!(circuit(world).await.is_some());
    let mut relay = Relay::start_at(port).await;
    let found = world.try_circuit(&dev(), &id).await.unwrap();
    assert_eq!((found.reason, circuit(world).await), (None, None));
    assert_eq!((world.drain().await.unwrap(), relay.arrived().len()), (5, 5), "at once");
});

on_both!(whoever_mends_the_configuration_need_not_wait, |world| async {
    broken(world, nobody().await).await;
    let relay = Relay::start().await;
    let stored = configuration(world).await;
    let mended = ChannelConfigurationDraft { port: relay.port.to_string(), ..(&stored).into() };
    world.save_channel_configuration(&dev(), &stored.id, stored.revision, &mended, ANN).await.unwrap();
    assert_eq!(circuit(world).await, None);
    world.clock.advance(SECOND * 72);
    assert_eq!(world.drain().await.unwrap(), 5);
});

on_both!(what_waits_longer_than_its_retry_window_fails_with_the_servers_words, |world| async {
    let shop = broken(world, nobody().await).await;
    let late = orders(world, &shop, 5, 6).await.remove(0);
    world.clock.advance(SECOND * 84 * 3_600);
    let young = orders(world, &shop, 6, 7).await.remove(0);
    world.clock.advance(SECOND * 300);
    world.drain().await.unwrap();
    let failed = message(world, &shop, &late).await;
    assert_eq!((failed.state.as_str(), failed.reason.as_deref()), ("failed", Some("connection_failed")));
    assert!(failed.detail.unwrap().contains("refused"));
    assert_eq!(message(world, &shop, &young).await.state.as_str(), "queued");
});
