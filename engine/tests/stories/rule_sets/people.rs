//! Whose messages are counted together, and where they live: what profiles say.

use domain::message::Message;
use domain::rule_set::{CapPeriod, QuietHandling, RuleKind};
use serde_json::{Value, json};

use super::caps::rows;
use crate::support::audience::{import, mailing_news, news, run};
use crate::support::relay::Relay;
use crate::support::rules::{cap, choose, custom, global, quiet, run_one, state};
use crate::support::shop::{ANN, Shop};
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

/// The message of one call for a list of one person.
async fn reached(world: &World, shop: &Shop, name: &str, member: &str) -> Message {
    let list = import(world, &dev(), name, member).await;
    let execution = run(world, shop, json!({"audience": {"id": list}})).await;
    world.expand_runs().await.unwrap();
    world.drain().await.unwrap();
    shop.messages(world, &execution.id).await.remove(0)
}

const GOES: (&str, Option<&str>) = ("captured", None);
const CAPPED: (&str, Option<&str>) = ("excluded", Some("frequency_cap"));

on_both!(a_number_is_counted_as_one_person_however_it_is_written, |world| async {
    let letters = news(world, 1, "").await;
    global(world, "Daily", cap(1, CapPeriod::Day)).await;
    let member = |number: &str| {
        json!({"userId": number, "namespace": "phone", "channelData": {"emailAddress": "ann@example.com"}}).to_string()
    };
    for (number, expected) in [("+82 10-1234-5678", GOES), ("+821012345678", CAPPED), ("+82 (0)1012345678", CAPPED)] {
        let message = reached(world, &letters, "Numbers", &member(number)).await;
        assert_eq!(state(&message), expected, "{number}");
    }
});

on_both!(what_two_profiles_had_counts_for_the_one_that_they_become, |world| async {
    let letters = news(world, 1, "").await;
    global(world, "Twice a day", cap(2, CapPeriod::Day)).await;
    global(world, "Weekly", cap(3, CapPeriod::Week)).await;
    let id = |user: &str| json!({"namespace": "crm", "userId": user});
    let member = |user: &str| {
        json!({"userId": user, "namespace": "crm", "channelData": {"emailAddress": "ann@example.com"}}).to_string()
    };
    for user in ["old", "new"] {
        upsert(world, json!({"identities": [id(user)]})).await;
        assert_eq!(state(&reached(world, &letters, user, &member(user)).await), GOES);
    }
    upsert(world, json!({"identities": [id("old"), id("new"), id("third")]})).await;
    let third = reached(world, &letters, "third", &member("third")).await;
    assert_eq!(state(&third), CAPPED);
    assert!(third.detail.unwrap().starts_with("“Twice a day”: 2 of 2"));
    // What is sent after that is counted with it.
    world.clock.advance(std::time::Duration::from_hours(24));
    assert_eq!(state(&reached(world, &letters, "third", &member("third")).await), GOES);
    let fourth = reached(world, &letters, "third", &member("third")).await;
    assert!(fourth.detail.unwrap().starts_with("“Weekly”: 3 of 3"));
});

on_both!(nobody_begins_anew_who_gets_a_profile_or_whose_identity_is_taken_off_one, |world| async {
    let letters = news(world, 1, "").await;
    global(world, "Daily", cap(1, CapPeriod::Day)).await;
    let id = |user: &str| json!({"namespace": "crm", "userId": user});
    let member = |user: &str| {
        json!({"userId": user, "namespace": "crm", "channelData": {"emailAddress": "ann@example.com"}}).to_string()
    };
    assert_eq!(state(&reached(world, &letters, "One", &member("1")).await), GOES);
    upsert(world, json!({"identities": [id("1"), id("2")]})).await;
    assert_eq!(state(&reached(world, &letters, "One", &member("1")).await), CAPPED, "got a profile");
    world.clock.advance(std::time::Duration::from_hours(24));
    assert_eq!(state(&reached(world, &letters, "One", &member("1")).await), GOES);
    assert_eq!(state(&reached(world, &letters, "Two", &member("2")).await), CAPPED, "one person");
    let one = serde_json::from_value(id("1")).unwrap();
    let profile = world.find_profile_by(&dev(), &one).await.unwrap();
    let change = serde_json::from_value(json!({"identities": [id("2")]})).unwrap();
    world.change_profile(&dev(), &profile.id, change, ANN).await.unwrap();
    assert_eq!(state(&reached(world, &letters, "One", &member("1")).await), CAPPED, "taken off the profile");
});

on_both!(what_was_not_sent_gives_its_place_back_under_both_names, |world| async {
    let relay = Relay::start().await;
    let letters = mailing_news(world, relay.port, 1).await;
    global(world, "Daily", cap(1, CapPeriod::Day)).await;
    upsert(world, json!({"identities": [{"namespace": "email", "userId": "p0@example.com"}]})).await;
    relay.answer_recipients(&["554 5.6.0 no"]);
    assert_eq!(state(&run_one(world, &letters).await), ("failed", Some("smtp_554")));
    assert_eq!(state(&run_one(world, &letters).await), ("sent", None));
    assert_eq!(state(&run_one(world, &letters).await), CAPPED);
    world.erase_person(&dev(), "p0@example.com", ANN).await.unwrap();
    assert_eq!(rows(world, "cap_counters").await + rows(world, "cap_places").await, 0);
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
