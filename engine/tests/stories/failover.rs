//! A server that is down or refuses: another configuration sends the message, and never both.

use std::time::Duration;

use crate::support::relay::Relay;
use crate::support::shop::{ANN, Shop, outcomes, smtp};
use crate::support::{World, dev};
use domain::channel_configuration::{ChannelConfiguration, ChannelConfigurationDraft};
use domain::message::{MessageDetail, MessageState};
use engine::campaign_files::{ApplyError, Change};
use engine::intake::Accepted;

const SECOND: Duration = Duration::from_secs(1);

/// A port where nothing listens.
async fn nobody() -> u16 {
    Relay::start().await.port
}

/// The shop sends over one relay; another one stands in.
async fn shop(world: &World, own: u16, other: u16) -> Shop {
    let yaml = format!(
        "kind: channel-configuration\nname: Backup\ncategory: transactional\nstatus: active\nfromName: Shop\n\
         fromAddress: shop@example.com\ntransport: {}\n",
        smtp(other)
    );
    world.apply_file(Some(&dev()), &yaml, ANN).await.unwrap();
    let shop = Shop::mailing(world, own).await;
    change(world, "Orders", |draft| ChannelConfigurationDraft { failover: "Backup".into(), ..draft }).await;
    shop
}

async fn configuration(world: &World, name: &str) -> ChannelConfiguration {
    let all = world.list_channel_configurations(&dev()).await.unwrap();
    all.into_iter().find(|it| it.name == name).unwrap()
}

async fn change(
    world: &World,
    name: &str,
    how: impl FnOnce(ChannelConfigurationDraft) -> ChannelConfigurationDraft,
) -> ChannelConfiguration {
    let stored = configuration(world, name).await;
    let draft = how((&stored).into());
    world.save_channel_configuration(&dev(), &stored.id, stored.revision, &draft, ANN).await.unwrap()
}

async fn orders(world: &World, shop: &Shop, numbers: std::ops::Range<usize>) -> Vec<Accepted> {
    let mut accepted = Vec::new();
    for n in numbers {
        accepted.push(shop.order(world, &format!("r-{n}"), &format!("p{n}@example.com")).await);
    }
    accepted
}

async fn stories(world: &World, shop: &Shop, accepted: &[Accepted]) -> Vec<MessageDetail> {
    let mut stories = Vec::new();
    for accepted in accepted {
        stories.push(shop.story(world, &accepted.execution_id).await);
    }
    stories
}

async fn is_down(world: &World, name: &str) -> bool {
    world.find_circuit(&dev(), &configuration(world, name).await.id).await.unwrap().is_some()
}

on_both!(a_message_whose_server_is_down_goes_over_the_other_at_once, |world| async {
    let mut backup = Relay::start().await;
    let shop = shop(world, nobody().await, backup.port).await;
    let accepted = orders(world, &shop, 0..1).await;
    world.drain().await.unwrap();
    assert_eq!(backup.arrived().len(), 1);
    let story = stories(world, &shop, &accepted).await.remove(0);
    assert_eq!((story.message.state, outcomes(&story)), (MessageState::Sent, vec!["unavailable", "accepted"]));
    let over: Vec<_> = story.attempts.iter().map(|attempt| attempt.failover.as_deref()).collect();
    assert_eq!(over, [None, Some("Backup")]);
});

on_both!(while_it_is_down_nothing_waits_and_one_message_at_a_time_probes, |world| async {
    let (own, mut backup) = (nobody().await, Relay::start().await);
    let shop = shop(world, own, backup.port).await;
    orders(world, &shop, 0..5).await;
    world.drain().await.unwrap();
    assert_eq!((backup.arrived().len(), is_down(world, "Orders").await), (5, true));
    let circuit = world.find_circuit(&dev(), &configuration(world, "Orders").await.id).await.unwrap().unwrap();
    assert_eq!(circuit.failover.as_deref(), Some("Backup"));

    let straight = orders(world, &shop, 5..25).await;
    world.drain().await.unwrap();
    assert_eq!(backup.arrived().len(), 20);
    for story in stories(world, &shop, &straight).await {
        assert_eq!(outcomes(&story), ["accepted"]);
    }

    world.clock.advance(SECOND * 10);
    let probing = orders(world, &shop, 25..28).await;
    world.drain().await.unwrap();
    assert_eq!(backup.arrived().len(), 3);
    let mut attempts: Vec<_> = stories(world, &shop, &probing).await.iter().map(|story| story.attempts.len()).collect();
    attempts.sort_unstable();
    assert_eq!(attempts, [1, 1, 2]);

    let mut again = Relay::start_at(own).await;
    world.clock.advance(SECOND * 20);
    orders(world, &shop, 28..30).await;
    world.drain().await.unwrap();
    orders(world, &shop, 30..32).await;
    world.drain().await.unwrap();
    assert!(!is_down(world, "Orders").await);
    assert_eq!(again.arrived().len() + backup.arrived().len(), 4);
    orders(world, &shop, 32..35).await;
    world.drain().await.unwrap();
    assert_eq!((again.arrived().len(), backup.arrived().len()), (3, 0), "the first one sends again");
});

on_both!(what_the_first_server_refuses_is_offered_to_the_other_once, |world| async {
    let (own, mut backup) = (Relay::start().await, Relay::start().await);
    let shop = shop(world, own.port, backup.port).await;
    own.answer_recipients(&["550 5.7.1 not from you", "550 5.7.1 not from you"]);
    backup.answer_recipients(&["250 ok", "550 5.7.1 neither here"]);
    let accepted = orders(world, &shop, 0..2).await;
    world.drain().await.unwrap();
    let mut ends: Vec<_> = stories(world, &shop, &accepted)
        .await
        .iter()
        .map(|story| (story.message.state.as_str(), outcomes(story).join(" ")))
        .collect();
    ends.sort_unstable();
    assert_eq!(
        ends,
        [("failed", "rejected rejected".to_owned()), ("sent", "rejected accepted".to_owned())],
        "the second refusal is the last"
    );
    assert_eq!(backup.arrived().len(), 1);
});

on_both!(from_a_stand_in_that_is_down_messages_go_home, |world| async {
    let own = nobody().await;
    let shop = shop(world, own, nobody().await).await;
    let accepted = orders(world, &shop, 0..12).await;
    world.drain().await.unwrap();
    assert!(is_down(world, "Orders").await && is_down(world, "Backup").await);
    let mut home = Relay::start_at(own).await;
    for _ in 0..12 {
        world.clock.advance(SECOND * 60);
        world.drain().await.unwrap();
    }
    assert_eq!(home.arrived().len(), 12, "each once");
    for story in stories(world, &shop, &accepted).await {
        assert_eq!(story.message.state, MessageState::Sent);
    }
});

on_both!(a_guest_has_the_time_that_its_own_configuration_gives_it, |world| async {
    let own = nobody().await;
    let shop = shop(world, own, nobody().await).await;
    change(world, "Backup", |draft| ChannelConfigurationDraft { retry_minutes: "10".into(), ..draft }).await;
    let accepted = orders(world, &shop, 0..12).await;
    for _ in 0..15 {
        world.drain().await.unwrap();
        world.clock.advance(SECOND * 60);
    }
    for story in stories(world, &shop, &accepted).await {
        assert_eq!(story.message.state, MessageState::Queued);
    }
    let mut home = Relay::start_at(own).await;
    for _ in 0..15 {
        world.clock.advance(SECOND * 60);
        world.drain().await.unwrap();
    }
    assert_eq!(home.arrived().len(), 12);
});

on_both!(a_stand_in_that_is_not_active_sends_nothing, |world| async {
    let mut backup = Relay::start().await;
    let shop = shop(world, nobody().await, backup.port).await;
    let id = configuration(world, "Backup").await.id;
    let deactivated = domain::channel_configuration::ChannelConfigurationStatus::Deactivated;
    world.set_channel_configuration_status(&dev(), &id, deactivated, ANN).await.unwrap();
    let accepted = orders(world, &shop, 0..1).await;
    world.drain().await.unwrap();
    let story = stories(world, &shop, &accepted).await.remove(0);
    assert_eq!((story.message.state, backup.arrived().len()), (MessageState::Queued, 0));
});

on_both!(what_may_have_arrived_is_never_sent_over_the_other, |world| async {
    let (mut own, mut backup) = (Relay::start().await, Relay::start().await);
    let shop = shop(world, own.port, backup.port).await;
    let accepted = orders(world, &shop, 0..1).await;
    // It takes the whole mail, and ends without a word.
    own.hold("");
    let other = world.other_process().await;
    let ends = tokio::spawn({
        let other = other.clone();
        async move { other.drain().await }
    });
    own.next().await;
    ends.abort();
    let port = own.port;
    drop(own);
    other.close().await;
    world.clock.advance(SECOND * 61);
    // Found again in doubt, tried again, and nobody is there.
    world.drain().await.unwrap();
    world.clock.advance(SECOND * 3_600);
    world.drain().await.unwrap();
    let story = stories(world, &shop, &accepted).await.remove(0);
    assert_eq!(outcomes(&story)[..2], ["in_doubt", "unavailable"]);
    assert_eq!(backup.arrived().len(), 0);
    let mut again = Relay::start_at(port).await;
    world.clock.advance(SECOND * 3_600);
    world.drain().await.unwrap();
    assert_eq!((again.arrived().len(), backup.arrived().len()), (1, 0));
});

on_both!(two_configurations_of_a_file_may_stand_in_for_each_other, |world| async {
    let one = |name: &str, other: &str, category: &str| {
        format!(
            "kind: channel-configuration\nname: {name}\ncategory: {category}\nstatus: active\nfromName: Shop\n\
             fromAddress: shop@example.com\nfailover: {other}\ntransport: {{ kind: capture }}\n"
        )
    };
    let file = format!("{}---\n{}", one("A", "B", "marketing"), one("B", "A", "marketing"));
    let apply = async |yaml: String| world.apply_file(Some(&dev()), &yaml, ANN).await;
    let changes = |applied: Vec<engine::campaign_files::Applied>| -> Vec<Change> {
        applied.into_iter().map(|applied| applied.change).collect()
    };
    assert_eq!(changes(apply(file.clone()).await.unwrap()), [Change::Created, Change::Created]);
    let (a, b) = (configuration(world, "A").await, configuration(world, "B").await);
    assert_eq!((a.failover, b.failover), (Some(b.id), Some(a.id)));
    assert_eq!(changes(apply(file).await.unwrap()), [Change::Unchanged, Change::Unchanged]);
    for (yaml, text) in [
        (one("A", "A", "marketing"), "itself"),
        (one("A", "Nobody", "marketing"), "no such"),
        (one("C", "A", "transactional"), "marketing"),
    ] {
        let Err(ApplyError::Faults(faults)) = apply(yaml).await else { panic!("{text}") };
        assert_eq!(faults.len(), 1);
        assert!(faults[0].path == "failover" && faults[0].text.contains(text), "{faults:?}");
    }
});
