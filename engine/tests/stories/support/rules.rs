//! Rule sets of tests, and campaigns that choose them.

use domain::campaign::CampaignDraft;
use domain::channel_configuration::Channel;
use domain::id::{RuleId, RuleSetId};
use domain::message::Message;
use domain::rule_set::{
    Cap, CapPeriod, QuietHandling, QuietHours, QuietPeriod, RuleKind, RuleSet, RuleStatus, Slot, Weekday,
};
use engine::Engine;
use engine::rule_sets::RuleChange;
use serde_json::json;

use super::shop::{ANN, Shop};
use super::{World, audience, dev};

/// So many in each period of UTC, over all channels.
pub fn cap(count: u32, period: CapPeriod) -> RuleKind {
    RuleKind::Cap(Cap {
        count,
        period,
        every: 1,
        channels: Channel::ALL.to_vec(),
        time_zone: "UTC".into(),
        week_start: Weekday::Sunday,
    })
}

/// Each day from one time to another of a zone; empty: of the recipient's.
pub fn quiet(from: &str, to: &str, zone: &str, handling: QuietHandling) -> RuleKind {
    let slot = Some(Slot { from: from.parse().unwrap(), to: to.parse().unwrap() });
    let periods = vec![QuietPeriod::Weekly { days: Weekday::ALL.to_vec(), slot }];
    RuleKind::QuietHours(QuietHours { time_zone: zone.to_owned(), periods, handling })
}

/// Adds an active rule to a set.
pub async fn add(engine: &Engine, set: &RuleSetId, name: &str, what: RuleKind) -> RuleId {
    let before = engine.find_rule_set(&dev(), set).await.unwrap();
    let change = RuleChange { name: name.to_owned(), what };
    let (_, rule) = engine.put_rule(&dev(), (set, before.revision), None, change, ANN).await.unwrap();
    engine.set_rule_status(&dev(), (set, &rule), RuleStatus::Active, ANN).await.unwrap();
    rule
}

/// An active rule of the global set.
pub async fn global(engine: &Engine, name: &str, what: RuleKind) -> RuleId {
    add(engine, &RuleSet::global_id(), name, what).await
}

/// An active custom set with one active rule.
pub async fn custom(engine: &Engine, name: &str, what: RuleKind) -> RuleSetId {
    let set = engine.create_rule_set(&dev(), name, "", ANN).await.unwrap().id;
    add(engine, &set, name, what).await;
    engine.set_rule_set_status(&dev(), &set, RuleStatus::Active, ANN).await.unwrap();
    set
}

/// The campaign goes by this set from now on.
pub async fn choose(world: &World, shop: &Shop, set: &RuleSetId) {
    let before = world.find_campaign(&dev(), &shop.campaign).await.unwrap();
    let draft = CampaignDraft { rule_set_id: set.to_string(), ..before.draft };
    let saved = world.save_draft(&dev(), &shop.campaign, before.campaign.revision, &draft, ANN).await.unwrap();
    world.publish_campaign(&dev(), &shop.campaign, saved.campaign.revision, ANN).await.unwrap();
}

/// Runs the campaign and returns its messages, by address.
pub async fn run(world: &World, shop: &Shop) -> Vec<Message> {
    let execution = audience::run(world, shop, json!({})).await;
    world.expand_runs().await.unwrap();
    world.drain().await.unwrap();
    let mut messages = shop.messages(world, &execution.id).await;
    messages.sort_by(|one, other| one.address.cmp(&other.address));
    messages
}

/// The only message of a run.
pub async fn run_one(world: &World, shop: &Shop) -> Message {
    let mut messages = run(world, shop).await;
    assert_eq!(messages.len(), 1);
    messages.remove(0)
}

/// State and reason.
pub fn state(message: &Message) -> (&str, Option<&str>) {
    (message.state.as_str(), message.reason.as_deref())
}

/// A message as it is now.
pub async fn later(engine: &Engine, message: &Message) -> Message {
    engine.find_message(&dev(), &message.id).await.unwrap().message
}
