//! What is old goes, what a person asks for is forgotten, and nothing else.

use std::time::Duration;

use domain::device::DeviceRegistration;
use domain::execution::Erased;
use domain::message::LogFilter;
use domain::push_token::{PushPlatform, PushToken};
use engine::Engine;
use engine::retention::{Settings, Swept};
use serde_json::json;

use crate::support::audience::{import, news, people, run};
use crate::support::shop::{ANN, Shop, recipient};
use crate::support::{World, dev, prod};

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// A process that keeps what is no older than this.
async fn keeping(world: &World, retention: Settings) -> Engine {
    let settings = engine::Settings { retention, ..world.settings.clone() };
    Engine::open(settings, world.clock.clone()).await.unwrap()
}

async fn messages(world: &World) -> Vec<String> {
    let page = world.list_messages(&dev(), &LogFilter::default(), None, 200).await.unwrap();
    page.rows.into_iter().map(|message| message.address).collect()
}

on_both!(what_is_older_than_the_setting_goes_in_steps_and_the_rest_stays, |world| async {
    let shop = Shop::capturing(world).await;
    let readers = news(world, 1_100, "").await;
    run(world, &readers, json!({})).await;
    world.expand_runs().await.unwrap();
    let old = shop.order(world, "old", "ann@example.com").await;
    world.drain().await.unwrap();
    world.clock.advance(DAY * 30);
    shop.order(world, "new", "ben@example.com").await;
    world.drain().await.unwrap();
    let engine = keeping(world, Settings { messages: Some(DAY * 30), bodies: None }).await;
    assert_eq!(engine.sweep().await.unwrap().messages, 0, "not older yet");
    world.clock.advance(DAY);
    let swept = engine.sweep().await.unwrap();
    assert_eq!((swept.messages, swept.executions), (1_101, 2));
    assert_eq!(messages(world).await, ["ben@example.com"]);
    assert!(world.find_execution(&dev(), &old.execution_id).await.is_err());
    assert_eq!(engine.sweep().await.unwrap(), Swept::default());
    engine.close().await;
});

on_both!(what_is_still_to_be_sent_stays_however_old_it_is, |world| async {
    let shop = Shop::capturing(world).await;
    shop.order(world, "old", "ann@example.com").await;
    world.clock.advance(DAY * 400);
    let engine = keeping(world, Settings { messages: Some(DAY), bodies: Some(DAY) }).await;
    assert_eq!(engine.sweep().await.unwrap(), Swept::default());
    assert_eq!(world.drain().await.unwrap(), 1);
    engine.close().await;
});

on_both!(what_a_message_says_that_was_sent_late_is_not_kept_at_all, |world| async {
    let shop = Shop::capturing(world).await;
    let late = shop.order(world, "old", "ann@example.com").await.recipients[0].message_id.clone();
    world.clock.advance(DAY * 2);
    let engine = keeping(world, Settings { messages: None, bodies: Some(DAY) }).await;
    shop.order(world, "new", "ben@example.com").await;
    assert_eq!(engine.drain().await.unwrap(), 2);
    let detail = engine.find_message(&dev(), &late).await.unwrap();
    assert!(detail.rendered_at.is_some() && detail.message.subject.is_some());
    assert_eq!(detail.rendered, None, "no sweep comes by it again");
    let page = engine.list_messages(&dev(), &LogFilter::default(), None, 1).await.unwrap();
    assert!(engine.find_message(&dev(), &page.rows[0].id).await.unwrap().rendered.is_some());
    engine.close().await;
});

on_both!(what_was_rendered_goes_before_the_message, |world| async {
    let shop = Shop::capturing(world).await;
    let old = shop.order(world, "old", "ann@example.com").await;
    world.drain().await.unwrap();
    world.clock.advance(DAY * 2);
    let new = shop.order(world, "new", "ann@example.com").await;
    world.drain().await.unwrap();
    let engine = keeping(world, Settings { messages: None, bodies: Some(DAY) }).await;
    assert_eq!((engine.sweep().await.unwrap().bodies, engine.sweep().await.unwrap().bodies), (1, 0));
    let story = shop.story(world, &old.execution_id).await;
    assert!(story.rendered.is_none() && !story.checks.is_empty());
    assert_eq!(story.message.subject.as_deref(), Some("Order 7"));
    assert!(shop.story(world, &new.execution_id).await.rendered.is_some());
    engine.close().await;
});

on_both!(a_list_goes_once_another_took_its_place_and_no_run_reads_it, |world| async {
    let shop = news(world, 700, "").await;
    run(world, &shop, json!({})).await;
    import(world, &dev(), "Readers", &people(2)).await;
    world.clock.advance(DAY);
    assert_eq!(world.sweep().await.unwrap().members, 0, "the run reads it");
    assert_eq!(world.expand_runs().await.unwrap(), 700);
    assert_eq!(world.sweep().await.unwrap().members, 700);
    assert_eq!(world.list_audiences(&dev()).await.unwrap()[0].members, 2);
});

on_both!(a_person_is_forgotten_and_nobody_else, |world| async {
    let shop = Shop::capturing(world).await;
    let list = "{\"userId\":\"ann@example.com\"}\n{\"userId\":\"ben@example.com\"}\n";
    import(world, &dev(), "Readers", list).await;
    import(world, &prod(), "Readers", list).await;
    shop.order(world, "r-1", "Ann@Example.com").await;
    let context = json!({"order": {"id": 7}});
    let mut known = recipient("17", context);
    known["namespace"] = json!("crm");
    known["channelData"] = json!({"emailAddress": "ann@example.com"});
    shop.trigger(world, shop.request_with("r-2", vec![known])).await.unwrap();
    shop.order(world, "r-3", "ben@example.com").await;
    world.drain().await.unwrap();
    shop.order(world, "r-4", "ann@example.com").await;
    let erased = world.erase_person(&dev(), " ann@example.com ", ANN).await.unwrap();
    let expected = Erased { messages: 3, attempts: 2, renderings: 2, memberships: 1, consents: 1, ..Erased::default() };
    assert_eq!(erased, expected);
    assert_eq!(messages(world).await, ["ben@example.com"]);
    assert_eq!(world.list_audiences(&dev()).await.unwrap()[0].members, 1);
    assert_eq!(world.list_audiences(&prod()).await.unwrap()[0].members, 2);
    assert_eq!(world.drain().await.unwrap(), 0, "what waited is not sent any more");
    let nobody = world.erase_person(&dev(), " ", ANN).await.unwrap_err().into_failure();
    assert_eq!(nobody.code(), "required");
});

on_both!(a_person_is_forgotten_by_the_user_id_of_any_namespace_with_their_devices, |world| async {
    let shop = Shop::capturing(world).await;
    let list = "{\"userId\":\"u-17\",\"namespace\":\"crm\",\"channelData\":{\"emailAddress\":\"ann@example.com\"}}\n{\"userId\":\"ben@example.com\"}\n";
    import(world, &dev(), "Readers", list).await;
    for (user, token) in [("u-17", "one"), ("u-18", "two")] {
        let token = PushToken { platform: PushPlatform::Fcm, token: token.into() };
        world.register_push_token(&dev(), &DeviceRegistration::new(user, "crm", token)).await.unwrap();
    }
    let mut known = recipient("u-17", json!({"order": {"id": 7}}));
    known["namespace"] = json!("crm");
    known["channelData"] = json!({"emailAddress": "ann@example.com"});
    shop.trigger(world, shop.request_with("r-1", vec![known])).await.unwrap();
    world.drain().await.unwrap();
    let erased = world.erase_person(&dev(), "u-17", ANN).await.unwrap();
    let expected = Erased { messages: 1, attempts: 1, renderings: 1, memberships: 1, devices: 1, ..Erased::default() };
    assert_eq!(erased, expected);
    assert_eq!(world.list_audiences(&dev()).await.unwrap()[0].members, 1);
});

on_both!(a_person_is_forgotten_whatever_letters_the_user_id_and_its_namespace_are_written_with, |world| async {
    let shop = Shop::capturing(world).await;
    let identities = json!([{"namespace": "Käufer", "userId": "Ömer"}]);
    let (profile, _) = world
        .upsert_profile(&dev(), serde_json::from_value(json!({"identities": identities})).unwrap(), ANN)
        .await
        .unwrap();
    let token = PushToken { platform: PushPlatform::Fcm, token: "one".into() };
    world.register_push_token(&dev(), &DeviceRegistration::new("ÖMER", "käufer", token)).await.unwrap();
    for (request, user, namespace) in [("r-1", "ÖMER", "KÄUFER"), ("r-2", "ömer", "käufer"), ("r-3", "ömer", "other")]
    {
        let mut known = recipient(user, json!({"order": {"id": 7}}));
        known["namespace"] = json!(namespace);
        known["channelData"] = json!({"emailAddress": "ann@example.com"});
        shop.trigger(world, shop.request_with(request, vec![known])).await.unwrap();
    }
    world.drain().await.unwrap();
    assert_eq!(world.messages_of_profile(&dev(), &profile, None, 10).await.unwrap().rows.len(), 2);
    let erased = world.erase_profile(&dev(), &profile.id, ANN).await.unwrap();
    let expected = Erased { messages: 2, attempts: 2, renderings: 2, devices: 1, profiles: 1, ..Erased::default() };
    assert_eq!(erased, expected);
});

on_both!(a_user_id_is_forgotten_in_any_case_and_also_when_it_looks_like_an_address, |world| async {
    let member = |user: &str| {
        format!(
            "{{\"userId\":\"{user}\",\"namespace\":\"crm\",\"channelData\":{{\"emailAddress\":\"ann@example.com\"}}}}\n"
        )
    };
    let users = ["Ünal-17", "00491512345678", "ann@example.org", "x-ünal-17"];
    import(world, &dev(), "Readers", &users.map(member).concat()).await;
    for (written, left) in [("ÜNAL-17", 3), ("00491512345678", 2), ("Ann@example.org", 1), ("no-such", 1)] {
        world.erase_person(&dev(), written, ANN).await.unwrap();
        assert_eq!(world.list_audiences(&dev()).await.unwrap()[0].members, left, "{written}");
    }
    let identities = json!([{"namespace": "crm", "userId": "00821012345678"}]);
    world
        .upsert_profile(&dev(), serde_json::from_value(json!({"identities": identities})).unwrap(), ANN)
        .await
        .unwrap();
    assert_eq!(world.erase_person(&dev(), "00821012345678", ANN).await.unwrap().profiles, 1);
});

#[tokio::test]
async fn what_was_erased_stands_in_no_file_of_the_embedded_database() {
    let world = World::sqlite().await;
    let shop = Shop::capturing(&world).await;
    let secret = "zeldas-secret-order";
    for n in 0..3 {
        let mut call = shop.request(&format!("r-{n}"), &["ann@example.com"]);
        let order = json!({"order": {"id": format!("{secret}-{n}")}});
        call.recipients[0].context = order.as_object().cloned();
        shop.trigger(&world, call).await.unwrap();
    }
    world.drain().await.unwrap();
    assert!(found_in_files(&world, secret), "it is there before");
    world.erase_person(&dev(), "ann@example.com", ANN).await.unwrap();
    assert!(!found_in_files(&world, secret));
    world.end().await;
}

/// Does the text stand anywhere in the database's files?
fn found_in_files(world: &World, text: &str) -> bool {
    let file = world.settings.database_url.strip_prefix("sqlite:").unwrap();
    let holds = |bytes: Vec<u8>| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    [file.to_owned(), format!("{file}-wal")].into_iter().any(|file| std::fs::read(file).is_ok_and(holds))
}
