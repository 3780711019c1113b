//! A campaign is paused, by a person or because all its messages fail: nothing is lost, nothing goes.

use std::time::Duration;

use crate::support::relay::Relay;
use crate::support::shop::{ANN, Shop};
use crate::support::{World, dev};
use domain::campaign::{CampaignDetail, CampaignStatus};
use domain::message::Message;
use engine::intake::Accepted;
use engine::{Engine, Settings};

const NO_SUCH_USER: &str = "550 5.1.1 no such user";

/// A process that pauses campaigns after so many failures.
async fn impatient(world: &World, failures: u32) -> Engine {
    let mut settings: Settings = world.settings.clone();
    settings.delivery.pause_campaign_after_failures = failures;
    Engine::open(settings, world.clock.clone()).await.unwrap()
}

async fn orders(engine: &Engine, shop: &Shop, from: usize, to: usize) -> Vec<Accepted> {
    let mut accepted = Vec::new();
    for n in from..to {
        accepted.push(shop.order(engine, &format!("r-{n}"), &format!("p{n}@example.com")).await);
    }
    accepted
}

async fn campaign(engine: &Engine, shop: &Shop) -> CampaignDetail {
    engine.find_campaign(&dev(), &shop.campaign).await.unwrap()
}

async fn message(engine: &Engine, shop: &Shop, accepted: &Accepted) -> Message {
    shop.messages(engine, &accepted.execution_id).await.remove(0)
}

async fn refused(engine: &Engine, shop: &Shop, request_id: &str) -> String {
    let failure = shop.trigger(engine, shop.request(request_id, &["ann@example.com"])).await.unwrap_err();
    failure.into_failure().code().to_owned()
}

on_both!(a_paused_campaign_refuses_calls_and_holds_what_waits_until_it_is_resumed, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    let waiting = orders(world, &shop, 0, 3).await;
    let paused = world.pause_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    let pause = paused.pause.unwrap();
    assert_eq!((paused.campaign.status, pause.by.as_str(), pause.failures), (CampaignStatus::Paused, ANN, 0));
    assert_eq!(refused(world, &shop, "r-9").await, "campaign_paused");
    // An accepted call is answered again all the same.
    assert!(shop.order(world, "r-0", "p0@example.com").await.replayed);
    assert_eq!((world.drain().await.unwrap(), relay.arrived().len()), (0, 0));
    world.clock.advance(Duration::from_secs(86_400 * 10));
    assert_eq!(world.drain().await.unwrap(), 0);
    let held = message(world, &shop, &waiting[0]).await;
    assert_eq!((held.state.as_str(), held.attempts, held.due_at), ("queued", 0, None));
    assert_eq!(held.reason.as_deref(), Some("campaign_paused"));

    let resumed = world.resume_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    assert_eq!((resumed.campaign.status, resumed.pause), (CampaignStatus::Live, None));
    orders(world, &shop, 3, 4).await;
    assert_eq!((world.drain().await.unwrap(), relay.arrived().len()), (4, 4));
});

on_both!(other_campaigns_of_the_same_configuration_go_on, |world| async {
    let relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    let copy = world.duplicate_campaign(&dev(), &shop.campaign, "Copy", ANN).await.unwrap();
    world.publish_campaign(&dev(), &copy.campaign.id, copy.campaign.revision, ANN).await.unwrap();
    let other = Shop { campaign: copy.campaign.id, sandbox: dev(), caller: shop.caller.clone() };
    orders(world, &shop, 0, 300).await;
    world.pause_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    orders(world, &other, 0, 3).await;
    assert_eq!(world.drain().await.unwrap(), 3, "although three hundred held ones stand before them");
});

on_both!(what_a_pause_holds_is_never_sent_once_the_campaign_is_stopped, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    let waiting = orders(world, &shop, 0, 2).await;
    world.pause_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    world.drain().await.unwrap();
    let stopped = world.stop_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    assert_eq!((stopped.campaign.status, stopped.pause), (CampaignStatus::Stopped, None));
    world.drain().await.unwrap();
    let dropped = message(world, &shop, &waiting[1]).await;
    assert_eq!((dropped.state.as_str(), dropped.reason.as_deref()), ("excluded", Some("campaign_stopped")));
    assert!(relay.arrived().is_empty());
});

on_both!(a_campaign_whose_last_messages_all_failed_is_paused, |world| async {
    let engine = impatient(world, 3).await;
    let relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    relay.answer_recipients(&[NO_SUCH_USER, NO_SUCH_USER, "250 ok", NO_SUCH_USER, NO_SUCH_USER]);
    for n in 0..5 {
        orders(&engine, &shop, n, n + 1).await;
        engine.drain().await.unwrap();
    }
    assert_eq!(campaign(&engine, &shop).await.campaign.status, CampaignStatus::Live, "one of the last three went");
    relay.answer_recipients(&[NO_SUCH_USER]);
    orders(&engine, &shop, 5, 6).await;
    engine.drain().await.unwrap();
    let paused = campaign(&engine, &shop).await;
    let pause = paused.pause.unwrap();
    assert_eq!((paused.campaign.status, pause.by.as_str(), pause.failures), (CampaignStatus::Paused, "Hermod", 3));
    assert_eq!(refused(&engine, &shop, "r-9").await, "campaign_paused");
    // From here on counting begins anew.
    engine.resume_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    relay.answer_recipients(&[NO_SUCH_USER, NO_SUCH_USER]);
    orders(&engine, &shop, 6, 8).await;
    engine.drain().await.unwrap();
    assert_eq!(campaign(&engine, &shop).await.campaign.status, CampaignStatus::Live);
    engine.close().await;
});

on_both!(failures_of_several_processes_count_together_and_zero_means_never, |world| async {
    let (one, two, never) = (impatient(world, 4).await, impatient(world, 4).await, impatient(world, 0).await);
    let relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    relay.answer_recipients(&[NO_SUCH_USER; 20]);
    for (n, engine) in [&never, &never, &never, &never, &one, &two, &one].into_iter().enumerate() {
        orders(engine, &shop, n, n + 1).await;
        engine.drain().await.unwrap();
    }
    assert_eq!(campaign(world, &shop).await.campaign.status, CampaignStatus::Live);
    orders(&two, &shop, 7, 8).await;
    two.drain().await.unwrap();
    assert_eq!(campaign(world, &shop).await.campaign.status, CampaignStatus::Paused);
    for engine in [one, two, never] {
        engine.close().await;
    }
});

on_both!(a_message_that_only_waits_for_a_retry_is_no_failure, |world| async {
    let engine = impatient(world, 2).await;
    let relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    relay.answer_recipients(&["451 4.3.0 disk"; 9]);
    orders(&engine, &shop, 0, 9).await;
    engine.drain().await.unwrap();
    assert_eq!(campaign(&engine, &shop).await.campaign.status, CampaignStatus::Live);
    engine.close().await;
});
