//! Whose messages are counted together, and where they live: what profiles say.

use domain::rule_set::{CapPeriod, QuietHandling, RuleKind};
use serde_json::{Value, json};

use crate::support::audience::{import, news, run};
use crate::support::rules::{cap, choose, custom, global, quiet, run_one, state};
use crate::support::{World, dev};

async fn upsert(world: &World, said: Value) {
    world.upsert_profile(&dev(), serde_json::from_value(said).unwrap(), "Web shop").await.unwrap();
}

on_both!(one_person_is_counted_once_under_all_their_identities, |world| async {
    let letters = news(world, 1, "").await;
    let crm = r#"{"userId": "17", "namespace": "crm", "channelData": {"emailAddress": "p0@example.com"}}"#;
    let customers = import(world, &dev(), "Customers", crm).await;
    global(world, "Daily", cap(1, CapPeriod::Day)).await;
    let identities = json!([{"namespace": "email", "userId": "p0@example.com"}, {"namespace": "crm", "userId": "17"}]);
    upsert(world, json!({"identities": identities})).await;
    assert_eq!(state(&run_one(world, &letters).await), ("captured", None));
    let execution = run(world, &letters, json!({"audience": {"id": customers}})).await;
    world.expand_runs().await.unwrap();
    world.drain().await.unwrap();
    assert_eq!(state(&letters.messages(world, &execution.id).await[0]), ("excluded", Some("frequency_cap")));
});

on_both!(the_time_zone_that_is_stored_of_a_person_is_theirs, |world| async {
    let shop = news(world, 1, "").await;
    let set = custom(world, "Evenings", quiet_evenings()).await;
    choose(world, &shop, &set).await;
    assert_eq!(state(&run_one(world, &shop).await), ("captured", None), "nobody knows where they live");
    let identities = json!([{"namespace": "email", "userId": "p0@example.com"}]);
    upsert(world, json!({"identities": identities, "timeZone": "Asia/Seoul"})).await;
    let waiting = run_one(world, &shop).await;
    assert_eq!(state(&waiting), ("queued", Some("quiet_hours")));
    assert!(waiting.detail.unwrap().ends_with("until 2026-12-02 08:00 (Asia/Seoul)."));
});

/// Nine in the morning in UTC is six in the evening in Seoul.
fn quiet_evenings() -> RuleKind {
    quiet("18:00", "08:00", "", QuietHandling::Queue)
}
