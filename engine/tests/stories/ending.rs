//! The end of a process: what is being sent is finished, what is not begun goes back, and no server can hold it up.

use std::future::pending;
use std::time::{Duration, Instant};

use crate::support::World;
use crate::support::audience::{mailing_news, run};
use crate::support::relay::Relay;
use crate::support::shop::{Shop, outcomes};
use domain::message::MessageDetail;
use engine::Engine;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

struct Running {
    engine: Engine,
    stop: oneshot::Sender<()>,
    delivering: JoinHandle<engine::Result<()>>,
}

async fn running(world: &World) -> Running {
    let engine = world.other_process().await;
    let (stop, stopped) = oneshot::channel::<()>();
    let delivers = engine.clone();
    let delivering = tokio::spawn(async move { delivers.deliver_until(async { drop(stopped.await) }).await });
    Running { engine, stop, delivering }
}

impl Running {
    /// Tells it to end; how long did that take?
    async fn end(self) -> Duration {
        let began = Instant::now();
        self.stop.send(()).unwrap();
        self.delivering.await.unwrap().unwrap();
        self.engine.close().await;
        began.elapsed()
    }
}

fn told(story: &MessageDetail) -> (&str, i64, Vec<&'static str>) {
    (story.message.state.as_str(), story.message.attempts, outcomes(story))
}

/// Waits until the only message of the execution is being sent.
async fn sending(world: &World, shop: &Shop, id: &domain::id::ExecutionId) {
    while shop.story(world, id).await.message.state.as_str() != "sending" {
        tokio::task::yield_now().await;
    }
}

on_both!(a_message_that_waits_for_a_connection_goes_back_at_once_and_no_attempt_is_counted, |world| async {
    // Takes the connection and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let shop = Shop::mailing(world, silent.local_addr().unwrap().port()).await;
    let process = running(world).await;
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    sending(world, &shop, &accepted.execution_id).await;
    let took = process.end().await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(told(&shop.story(world, &accepted.execution_id).await), ("queued", 0, vec![]));
});

on_both!(a_server_that_never_answers_holds_nobody_up, |world| async {
    let (mut at_recipient, mut at_dot, mut of_news) =
        (Relay::start().await, Relay::start().await, Relay::start().await);
    at_recipient.answer_recipients(&[""]);
    at_dot.hold("never said");
    of_news.hold("never said");
    let one = Shop::mailing_as(world, at_recipient.port, "One").await;
    let two = Shop::mailing_as(world, at_dot.port, "Two").await;
    let news = mailing_news(world, of_news.port, 1).await;
    let process = running(world).await;
    let first = one.order(world, "r-1", "ann@example.com").await;
    let second = two.order(world, "r-2", "ann@example.com").await;
    let third = run(world, &news, json!({})).await;
    world.expand_runs().await.unwrap();
    at_dot.next().await;
    of_news.next().await;
    sending(world, &one, &first.execution_id).await;
    let took = process.end().await;
    assert!(took < Duration::from_secs(9), "{took:?}");
    // Nothing of the mail was written: it goes back. The others may have arrived, and that is noted.
    assert_eq!(told(&one.story(world, &first.execution_id).await), ("queued", 0, vec![]));
    assert_eq!(told(&two.story(world, &second.execution_id).await), ("queued", 1, vec!["in_doubt"]));
    assert_eq!(told(&news.story(world, &third.id).await), ("in_doubt", 1, vec!["in_doubt"]));
    assert!(at_recipient.arrived().is_empty());
});

on_both!(a_process_that_only_takes_calls_leaves_delivery_to_the_others, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    let waiting = shop.order(world, "r-1", "ann@example.com").await;
    assert_eq!(told(&shop.story(world, &waiting.execution_id).await), ("queued", 0, vec![]));
    let process = running(world).await;
    assert_eq!(relay.next().await.to, "ann@example.com");
    shop.order(world, "r-2", "ben@example.com").await;
    assert_eq!(relay.next().await.to, "ben@example.com");
    process.end().await;
});

on_both!(whoever_delivers_again_after_its_end_sends, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    world.deliver_until(async {}).await.unwrap();
    shop.order(world, "r-1", "ann@example.com").await;
    let engine = world.engine.clone();
    let delivering = tokio::spawn(async move { engine.deliver_until(pending()).await });
    assert_eq!(relay.next().await.to, "ann@example.com");
    delivering.abort();
});
