//! The send log: lists that show each row once, filters, what belongs to whom.

use std::collections::HashSet;
use std::time::Duration;

use crate::support::relay::Relay;
use crate::support::shop::{Shop, recipient};
use crate::support::{World, dev, prod};
use domain::Failure;
use domain::execution::ExecutionStatus;
use domain::message::LogFilter;
use engine::intake::Accepted;
use serde_json::json;

const MINUTE: Duration = Duration::from_secs(60);
const NOBODY: &str = "UMA-00000000000000000000000000";

/// Two campaigns; calls a minute apart: Ann and Ben, `%_@x.io`, then a newsletter to Ann. All but the last captured.
struct Day {
    orders: Shop,
    news: Shop,
    accepted: Vec<Accepted>,
}

async fn day(world: &World) -> Day {
    let orders = Shop::capturing(world).await;
    let news = Shop::with(world, &dev(), "News", "transactional", "{ kind: capture }", "").await;
    let both = orders.request("order-1", &["ann@example.com", "Ben@Example.com"]);
    let odd = orders.request("order-2", &["%_@x.io"]);
    let mut person = recipient("CUSTOMER-17", json!({"order": {"id": 1}}));
    person["namespace"] = "crm".into();
    person["channelData"] = json!({"emailAddress": "anna@example.com"});
    let letter = news.request_with("news-1", vec![person]);
    let mut accepted = Vec::new();
    for (shop, request) in [(&orders, both), (&orders, odd)] {
        accepted.push(shop.trigger(world, request).await.unwrap());
        world.clock.advance(MINUTE);
    }
    world.drain().await.unwrap();
    accepted.push(news.trigger(world, letter).await.unwrap());
    Day { orders, news, accepted }
}

async fn addresses(world: &World, filter: LogFilter) -> Vec<String> {
    let page = world.list_messages(&dev(), &filter, None, 50).await.unwrap();
    page.rows.into_iter().map(|message| message.address).collect()
}

async fn requests(world: &World, filter: LogFilter) -> Vec<String> {
    let page = world.list_executions(&dev(), &filter, None, 50).await.unwrap();
    page.rows.into_iter().map(|execution| execution.request_id).collect()
}

fn filter(change: impl FnOnce(&mut LogFilter)) -> LogFilter {
    let mut filter = LogFilter::default();
    change(&mut filter);
    filter
}

const ANN: &str = "ann@example.com";
const ANNA: &str = "anna@example.com";
const BEN: &str = "Ben@Example.com";
const ODD: &str = "%_@x.io";

on_both!(messages_are_newest_first_and_those_of_a_call_in_its_order, |world| async {
    let day = day(world).await;
    assert_eq!(addresses(world, LogFilter::default()).await, [ANNA, ODD, BEN, ANN]);
    let of = |n: usize| filter(|it| it.execution_id = day.accepted[n].execution_id.to_string());
    assert_eq!(addresses(world, of(0)).await, [ANN, BEN]);
    assert_eq!(addresses(world, of(2)).await, [ANNA]);
    assert_eq!(addresses(world, filter(|it| it.execution_id = NOBODY.into())).await, Vec::<String>::new());
});

on_both!(messages_are_found_by_campaign_state_request_and_time, |world| async {
    let day = day(world).await;
    let campaign = |shop: &Shop| filter(|it| it.campaign_id = shop.campaign.to_string());
    assert_eq!(addresses(world, campaign(&day.orders)).await, [ODD, BEN, ANN]);
    assert_eq!(addresses(world, campaign(&day.news)).await, [ANNA]);
    assert_eq!(addresses(world, filter(|it| it.state = "queued".into())).await, [ANNA]);
    assert_eq!(addresses(world, filter(|it| it.state = "captured".into())).await, [ODD, BEN, ANN]);
    assert_eq!(addresses(world, filter(|it| it.request_id = " order-1 ".into())).await, [BEN, ANN]);
    assert_eq!(addresses(world, filter(|it| it.request_id = "order".into())).await, Vec::<String>::new());
    for from in ["2026-12-01T09:01:00Z", "2026-12-01T09:01", "2026-12-01T18:01:00+09:00"] {
        assert_eq!(addresses(world, filter(|it| it.from = from.into())).await, [ANNA, ODD], "{from}");
        assert_eq!(addresses(world, filter(|it| it.until = from.into())).await, [BEN, ANN], "{from}");
    }
    let narrow = filter(|it| {
        it.campaign_id = day.orders.campaign.to_string();
        it.state = "captured".into();
        it.recipient = "ben".into();
        it.request_id = "order-1".into();
        it.from = "2026-12-01".into();
    });
    assert_eq!(addresses(world, narrow).await, [BEN]);
});

on_both!(excluded_messages_are_found_by_their_reason, |world| async {
    let day = day(world).await;
    let by = "ann@example.org".to_owned();
    let entry = engine::suppressions::NewEntry { listed: ANN.parse().unwrap(), comment: String::new(), by };
    world.add_suppressions(&dev(), vec![entry]).await.unwrap();
    day.orders.trigger(world, day.orders.request("order-3", &[ANN, "cleo@example.com"])).await.unwrap();
    world.drain().await.unwrap();
    let because = |reason: &str| filter(|it| it.reason = reason.into());
    assert_eq!(addresses(world, because("suppressed")).await, [ANN]);
    assert_eq!(addresses(world, because("opted_out")).await, Vec::<String>::new());
    let other_state = filter(|it| {
        it.reason = "suppressed".into();
        it.state = "captured".into();
    });
    assert_eq!(addresses(world, other_state).await, Vec::<String>::new());
    let unknown = world.list_messages(&dev(), &because("bad_mood"), None, 50).await.unwrap_err();
    let engine::Error::Failure(Failure::Invalid { faults }) = unknown else { panic!("{unknown:?}") };
    assert_eq!(faults.0[0].path, "reason");
});

on_both!(a_person_is_found_by_the_start_of_address_or_user_id_in_any_case, |world| async {
    day(world).await;
    let by = async |text: &str| {
        let wanted = || filter(|it| it.recipient = text.into());
        (addresses(world, wanted()).await, requests(world, wanted()).await)
    };
    let found = |addresses: &[&str], requests: &[&str]| {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        (owned(addresses), owned(requests))
    };
    assert_eq!(by("ann").await, found(&[ANNA, ANN], &["news-1", "order-1"]));
    assert_eq!(by("ann@example.com").await, found(&[ANN], &["order-1"]));
    assert_eq!(by("ann@example.co").await, found(&[ANN], &["order-1"]));
    assert_eq!(by("BEN@").await, found(&[BEN], &["order-1"]));
    assert_eq!(by("customer-1").await, found(&[ANNA], &["news-1"]));
    assert_eq!(by("example.com").await, found(&[], &[]), "the start, not a part");
    assert_eq!(by("%").await, found(&[ODD], &["order-2"]), "signs stand for themselves");
    assert_eq!(by("_").await, found(&[], &[]));
});

on_both!(executions_tell_how_far_they_are, |world| async {
    let relay = Relay::start().await;
    let day = day(world).await;
    assert_eq!(requests(world, LogFilter::default()).await, ["news-1", "order-2", "order-1"]);
    let failing = Shop::mailing_as(world, relay.port, "Failing").await;
    relay.answer_recipients(&["550 no", "550 no", "550 no"]);
    let half = failing.request("half", &["a@example.com", "b@example.com", "c@example.com"]);
    let none = failing.request("none", &["a@example.com", "b@example.com"]);
    world.clock.advance(Duration::from_millis(1));
    failing.trigger(world, none).await.unwrap();
    world.clock.advance(Duration::from_millis(1));
    failing.trigger(world, half).await.unwrap();
    assert_eq!(requests(world, filter(|it| it.state = "InProgress".into())).await, ["half", "none", "news-1"]);
    while world.drain().await.unwrap() > 0 {}
    assert_eq!(requests(world, filter(|it| it.state = "InProgress".into())).await, Vec::<String>::new());
    let all = world.list_executions(&dev(), &LogFilter::default(), None, 50).await.unwrap().rows;
    for status in ExecutionStatus::ALL {
        let expected: Vec<&str> =
            all.iter().filter(|it| it.status == *status).map(|it| it.request_id.as_str()).collect();
        assert_eq!(requests(world, filter(|it| it.state = status.to_string())).await, expected, "{status}");
    }
    let first = world.find_execution(&dev(), &day.accepted[0].execution_id).await.unwrap();
    assert_eq!((first.status, first.messages.total, first.messages.handed_over), (ExecutionStatus::Succeeded, 2, 2));
    assert_eq!(
        (first.campaign_name.as_str(), first.created_by.as_str(), first.campaign_version),
        ("Orders", "Web shop", 1)
    );
    let failed: i64 = all.iter().map(|it| it.messages.failed).sum();
    assert_eq!(failed, 3);
});

on_both!(pages_show_each_row_once_also_while_rows_are_added, |world| async {
    let shop = Shop::capturing(world).await;
    for n in 0..7 {
        shop.trigger(world, shop.request(&format!("r-{n}"), &["a@example.com", "b@example.com"])).await.unwrap();
    }
    let (mut messages, mut executions) = (Vec::new(), Vec::new());
    let (mut message_cursor, mut execution_cursor) = (None, None);
    for n in 0..5 {
        let all = LogFilter::default();
        let page = world.list_messages(&dev(), &all, message_cursor.as_deref(), 3).await.unwrap();
        messages.extend(page.rows.into_iter().map(|row| row.id));
        message_cursor = page.next;
        if n < 4 {
            let page = world.list_executions(&dev(), &all, execution_cursor.as_deref(), 2).await.unwrap();
            executions.extend(page.rows.into_iter().map(|row| row.id));
            execution_cursor = page.next;
        }
        world.clock.advance(MINUTE);
        shop.order(world, &format!("later-{n}"), "c@example.com").await;
    }
    assert_eq!((message_cursor, execution_cursor), (None, None));
    assert_eq!((messages.len(), messages.iter().collect::<HashSet<_>>().len()), (14, 14));
    assert_eq!((executions.len(), executions.iter().collect::<HashSet<_>>().len()), (7, 7));
    assert!(messages.windows(2).all(|pair| pair[0] > pair[1]), "newest first");
});

on_both!(a_call_with_twenty_recipients_is_paged_in_its_order, |world| async {
    let shop = Shop::capturing(world).await;
    let people: Vec<String> = (0..20).map(|n| format!("p{n}@example.com")).collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let accepted = shop.trigger(world, shop.request("r-1", &people)).await.unwrap();
    let wanted = filter(|it| it.execution_id = accepted.execution_id.to_string());
    let first = world.list_messages(&dev(), &wanted, None, 12).await.unwrap();
    let second = world.list_messages(&dev(), &wanted, first.next.as_deref(), 12).await.unwrap();
    let seen: Vec<String> = first.rows.into_iter().chain(second.rows).map(|message| message.address).collect();
    assert_eq!((seen, second.next), (people.iter().map(|&person| person.to_owned()).collect(), None));
});

on_both!(another_sandbox_sees_nothing_of_it, |world| async {
    let day = day(world).await;
    let accepted = &day.accepted[0];
    let message = &day.orders.messages(world, &accepted.execution_id).await[0];
    let of = filter(|it| it.execution_id = accepted.execution_id.to_string());
    for wanted in [LogFilter::default(), of, filter(|it| it.recipient = "ann".into())] {
        assert!(world.list_messages(&prod(), &wanted, None, 50).await.unwrap().rows.is_empty());
        assert!(world.list_executions(&prod(), &wanted, None, 50).await.unwrap().rows.is_empty());
    }
    let execution = world.find_execution(&prod(), &accepted.execution_id).await.unwrap_err().into_failure();
    assert_eq!(execution, Failure::not_found("execution"));
    let found = world.find_message(&prod(), &message.id).await.unwrap_err().into_failure();
    assert_eq!(found, Failure::not_found("message"));
    assert!(world.campaign_activity(&prod(), &day.orders.campaign).await.is_err());
});

on_both!(a_filter_or_cursor_that_is_none_is_told_at_its_name, |world| async {
    day(world).await;
    let bad = |change: fn(&mut LogFilter)| filter(change);
    let filters = [
        ("campaignId", bad(|it| it.campaign_id = "cmp_' OR '1'='1".into())),
        ("executionId", bad(|it| it.execution_id = "\0".into())),
        ("state", bad(|it| it.state = "lost".into())),
        ("recipient", bad(|it| it.recipient = "ann\0".into())),
        ("requestId", bad(|it| it.request_id = "a\nb".into())),
        ("from", bad(|it| it.from = "yesterday".into())),
        ("until", bad(|it| it.until = "2026-13-01T00:00Z".into())),
    ];
    for (name, wanted) in filters {
        let messages = world.list_messages(&dev(), &wanted, None, 50).await.unwrap_err().into_failure();
        let executions = world.list_executions(&dev(), &wanted, None, 50).await.unwrap_err().into_failure();
        for failure in [messages, executions] {
            let Failure::Invalid { faults } = failure else { panic!("{name}: {failure:?}") };
            assert_eq!(faults.0[0].path, name);
        }
    }
    for cursor in ["", "\0", "msg_' --", "zzz", "999999"] {
        let all = LogFilter::default();
        let messages = world.list_messages(&dev(), &all, Some(cursor), 50).await.unwrap_err().into_failure();
        let executions = world.list_executions(&dev(), &all, Some(cursor), 50).await.unwrap_err().into_failure();
        assert_eq!((messages.status(), executions.status()), (400, 400), "{cursor}");
    }
    let quoted = filter(|it| it.recipient = "'; DELETE FROM messages; --".into());
    assert!(addresses(world, quoted).await.is_empty());
    assert_eq!(addresses(world, filter(|it| it.from = "0001-01-01".into())).await.len(), 4);
    assert_eq!(addresses(world, filter(|it| it.until = "9999-12-30T00:00Z".into())).await.len(), 4);
});

on_both!(the_trigger_page_shows_calls_by_hour_and_the_last_failure, |world| async {
    let relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    let campaign = shop.campaign.clone();
    let none = world.campaign_activity(&dev(), &campaign).await.unwrap();
    assert_eq!((none.calls_per_hour, none.last_failure), (vec![0; 24], None));
    for (n, minutes) in [0, 5, 60, 60 * 22].into_iter().enumerate() {
        world.clock.advance(MINUTE * minutes);
        relay.answer_recipients(&["550 no"]);
        shop.order(world, &format!("r-{n}"), &format!("p{n}@example.com")).await;
        world.drain().await.unwrap();
    }
    let activity = world.campaign_activity(&dev(), &campaign).await.unwrap();
    assert_eq!((activity.calls_per_hour[0], activity.calls_per_hour[1], activity.calls_per_hour[23]), (2, 1, 1));
    assert_eq!(activity.calls_per_hour.iter().sum::<i64>(), 4);
    assert_eq!(activity.last_failure.unwrap().address, "p3@example.com");
});
