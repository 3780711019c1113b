//! Who is not written to, and who may be written to alone: entered by hand, from a file, by callers; checked before anything
//! is sent.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::support::relay::Relay;
use crate::support::shop::{ANN, Shop, recipient, smtp};
use crate::support::texting::{KIM, apply, send, state, to_number};
use crate::support::{World, dev, prod};
use domain::channel_configuration::{Channel, ChannelConfigurationDraft};
use domain::explanation::Verdict;
use domain::id::ExecutionKind;
use domain::message::MessageDetail;
use domain::sandbox::SandboxMode;
use domain::suppression::{Suppression, SuppressionKind, SuppressionReason};
use domain::suppression_upload::UploadStatus;
use domain::{Failure, Timestamp};
use engine::Error;
use engine::paging::{Order, Start};
use engine::suppressions::{By, ListQuery, NewEntry};
use serde_json::json;

const BEN: &str = "ben@example.org";

fn entry(text: &str) -> NewEntry {
    NewEntry { listed: text.parse().unwrap(), comment: "Competitor".into(), by: ANN.into() }
}

async fn suppress(world: &World, text: &str) -> Suppression {
    world.add_suppressions(&dev(), vec![entry(text)]).await.unwrap().remove(0)
}

async fn allow(world: &World, text: &str) {
    world.add_allowed(&dev(), vec![entry(text)]).await.unwrap();
}

/// An entry as feedback or the person makes it.
async fn enter(world: &World, address: &str, reason: SuppressionReason) {
    let entry = Suppression::of(Channel::Email, address, reason, world.now());
    world.put_back_suppression(&dev(), entry).await.unwrap();
}

/// What becomes of an order of this person.
async fn order(world: &World, shop: &Shop, request_id: &str, person: &str) -> MessageDetail {
    let accepted = shop.order(world, request_id, person).await;
    world.drain().await.unwrap();
    shop.story(world, &accepted.execution_id).await
}

/// State and reason.
async fn ends(world: &World, shop: &Shop, request_id: &str, person: &str) -> (&'static str, Option<String>) {
    let story = order(world, shop, request_id, person).await;
    (story.message.state.as_str(), story.message.reason)
}

fn excluded(reason: &str) -> (&'static str, Option<String>) {
    ("excluded", Some(reason.to_owned()))
}

const CAPTURED: (&str, Option<String>) = ("captured", None);

on_both!(nobody_at_a_suppressed_domain_gets_mail_and_the_check_says_who_entered_it, |world| async {
    let shop = Shop::capturing(world).await;
    assert_eq!(ends(world, &shop, "r-1", BEN).await, CAPTURED);
    let entered = suppress(world, "@Example.ORG").await;
    assert_eq!((entered.address.as_str(), entered.is_domain), ("example.org", true));
    let story = order(world, &shop, "r-2", "Ben@EXAMPLE.org").await;
    assert_eq!(state(&story), ("excluded", Some("domain_suppressed")));
    assert!(story.attempts.is_empty());
    let check = story.checks.last().unwrap();
    assert_eq!((check.code.as_str(), check.passed), ("not_suppressed", false));
    let words = "The domain example.org is suppressed since 2026-12-01T09:00:00.000Z: ann@example.com entered it (“Competitor”).";
    assert_eq!((check.text.as_str(), check.reference_code.as_deref()), (words, Some("050105")));
    let why = story.explanation();
    assert_eq!((why.verdict, why.reason.as_deref()), (Verdict::DoesNotGet, Some("domain_suppressed")));
    assert_eq!(why.text, format!("It was decided not to send it: {words}"));
    assert!(why.what_would_change_it.unwrap().contains("suppression list"));
    // The dry run asks the same code; domains below, and other sandboxes, are not meant.
    let tried = world.dry_run(&shop.caller, ExecutionKind::Unitary, shop.request("r-3", &[BEN])).await.unwrap();
    let tried = &tried.recipients[0];
    assert_eq!((tried.would_send, tried.reason.as_deref()), (false, Some("domain_suppressed")));
    assert_eq!(ends(world, &shop, "r-4", "ben@mail.example.org").await, CAPTURED);
    world.remove_listed(&dev(), &"example.org".parse().unwrap()).await.unwrap();
    assert_eq!(ends(world, &shop, "r-5", BEN).await, CAPTURED);
});

on_both!(a_domain_is_the_same_as_people_and_as_the_dns_write_it, |world| async {
    let shop = Shop::capturing(world).await;
    suppress(world, "bücher.example").await;
    suppress(world, "ann@xn--vv4b11d.xn--3e0b707e").await;
    assert_eq!(ends(world, &shop, "r-1", "ben@xn--bcher-kva.example").await, excluded("domain_suppressed"));
    assert_eq!(ends(world, &shop, "r-2", "Ben@BÜCHER.example").await, excluded("domain_suppressed"));
    assert_eq!(ends(world, &shop, "r-3", "ann@예시.한국").await, excluded("suppressed"));
    allow(world, "xn--fiqs8s.example").await;
    world.set_allow_list_active(&dev(), true).await.unwrap();
    assert_eq!(ends(world, &shop, "r-4", "kim@中国.example").await, CAPTURED);
    world.remove_listed(&dev(), &"xn--bcher-kva.example".parse().unwrap()).await.unwrap();
    assert_eq!(ends(world, &shop, "r-5", "ben@bücher.example").await, excluded("not_allowed"));
});

on_both!(while_the_allow_list_is_active_mails_go_to_its_addresses_and_domains_alone, |world| async {
    let shop = Shop::capturing(world).await;
    allow(world, "Ann@Example.com").await;
    allow(world, "example.net").await;
    // Nothing holds before it is switched, and then everything at once.
    assert_eq!(ends(world, &shop, "r-1", BEN).await, CAPTURED);
    world.set_allow_list_active(&dev(), true).await.unwrap();
    let refused = order(world, &shop, "r-2", BEN).await;
    assert_eq!(state(&refused), ("excluded", Some("not_allowed")));
    let check = refused.checks.last().unwrap();
    assert_eq!((check.code.as_str(), check.passed), ("allowed", false));
    let words = "The allow list of the sandbox is active, and neither ben@example.org nor example.org is on it.";
    assert_eq!(check.text, words);
    let taken = order(world, &shop, "r-3", "kim@example.NET").await;
    assert!(state(&taken) == ("captured", None) && taken.checks.iter().any(|it| it.code == "allowed" && it.passed));
    assert_eq!(ends(world, &shop, "r-4", ANN).await, CAPTURED);
    // Suppression beats it.
    suppress(world, ANN).await;
    assert_eq!(ends(world, &shop, "r-5", ANN).await, excluded("suppressed"));
    world.remove_allowed(&dev(), &"example.net".parse().unwrap()).await.unwrap();
    assert_eq!(ends(world, &shop, "r-6", "kim@example.net").await, excluded("not_allowed"));
    assert!(!world.find_allow_list(&prod(), "").await.unwrap().active);
    world.set_allow_list_active(&dev(), false).await.unwrap();
    assert_eq!(ends(world, &shop, "r-7", BEN).await, CAPTURED);
});

on_both!(an_allow_list_that_is_active_and_empty_lets_no_mail_leave_and_says_nothing_of_other_channels, |world| async {
    let mut relay = Relay::start().await;
    let yaml = format!(
        "kind: channel-configuration\nname: Shop\ncategory: transactional\nstatus: active\nfromName: Shop\n\
         fromAddress: shop@example.com\narchive: archive@example.net\ntransport: {}\n---\nkind: campaign\nname: Orders\n\
         category: transactional\nconfiguration: Shop\nstatus: live\ncontent: {{ subject: S, html: <p>b</p> }}\n",
        smtp(relay.port)
    );
    let (shop, configuration) = apply(world, &yaml).await;
    world.set_allow_list_active(&dev(), true).await.unwrap();
    let story = send(world, &shop, "r-1", recipient(ANN, json!({}))).await;
    assert_eq!(state(&story), ("excluded", Some("not_allowed")));
    assert!(story.message.detail.unwrap().contains("empty: no mail leaves"));
    let refused = world.send_test_message(&dev(), &configuration, ANN, ANN).await.unwrap_err();
    let Error::Failure(Failure::Invalid { faults }) = refused else { panic!("{refused:?}") };
    assert_eq!((faults.0[0].path.as_str(), faults.0[0].code.as_str()), ("to", "not_allowed"));
    // A copy goes elsewhere than its mail, and is asked for itself.
    allow(world, ANN).await;
    let story = send(world, &shop, "r-2", recipient(ANN, json!({}))).await;
    assert_eq!((state(&story), story.copies[0].state.as_str()), (("sent", None), "failed"));
    assert_eq!(story.copies[0].reason.as_deref(), Some("not_allowed"));
    assert_eq!(relay.arrived().iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [ANN]);
    let codes = "kind: channel-configuration\nname: Codes\nchannel: mobile\ncategory: transactional\nstatus: active\n\
                 transport: { kind: capture }\n---\nkind: campaign\nname: Codes\nchannel: mobile\ncategory: transactional\n\
                 configuration: Codes\nstatus: live\ncontent: { text: 'Code {{ context.code }}' }\n";
    let (codes, _) = apply(world, codes).await;
    assert_eq!(state(&send(world, &codes, "r-3", to_number(KIM)).await).0, "captured");
});

on_both!(another_process_knows_both_lists_within_a_second, |world| async {
    let shop = Shop::capturing(world).await;
    let other = world.other_process().await;
    let accepted = shop.order(&other, "r-1", ANN).await;
    other.drain().await.unwrap();
    assert_eq!(shop.story(&other, &accepted.execution_id).await.message.state.as_str(), "captured");
    world.set_allow_list_active(&dev(), true).await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    let accepted = shop.order(&other, "r-2", ANN).await;
    other.drain().await.unwrap();
    let story = shop.story(&other, &accepted.execution_id).await;
    assert_eq!(state(&story), ("excluded", Some("not_allowed")));
    other.close().await;
});

on_both!(who_called_a_message_spam_gets_mails_about_service_only_where_a_configuration_says_so, |world| async {
    let shop = Shop::capturing(world).await;
    enter(world, ANN, SuppressionReason::Complained).await;
    enter(world, BEN, SuppressionReason::Complained).await;
    enter(world, "kim@example.com", SuppressionReason::Bounced).await;
    assert_eq!(ends(world, &shop, "r-1", ANN).await, excluded("suppressed"));
    let [stored] = world.list_channel_configurations(&dev()).await.unwrap().try_into().unwrap();
    let draft = ChannelConfigurationDraft { send_to_complained: true, ..ChannelConfigurationDraft::from(&stored) };
    world.save_channel_configuration(&dev(), &stored.id, stored.revision, &draft, ANN).await.unwrap();
    assert_eq!(ends(world, &shop, "r-2", ANN).await, CAPTURED);
    assert_eq!(ends(world, &shop, "r-3", "kim@example.com").await, excluded("suppressed"));
    // By hand stops more than a complaint that was there before, and so does the domain.
    assert_eq!(suppress(world, ANN).await.reason, SuppressionReason::Manual);
    assert_eq!(ends(world, &shop, "r-4", ANN).await, excluded("suppressed"));
    suppress(world, "example.org").await;
    assert_eq!(ends(world, &shop, "r-5", BEN).await, excluded("domain_suppressed"));
});

on_both!(what_a_person_wants_stays_beside_what_is_found_out_and_when_the_list_is_emptied, |world| async {
    let shop = Shop::capturing(world).await;
    enter(world, ANN, SuppressionReason::OptedOut).await;
    suppress(world, ANN).await;
    suppress(world, "example.net").await;
    enter(world, BEN, SuppressionReason::SoftBounced).await;
    assert_eq!(ends(world, &shop, "r-2", ANN).await, excluded("suppressed"));
    let of = async |kind| world.list_suppressions(&dev(), Some(kind), "").await.unwrap().len();
    assert_eq!((of(SuppressionKind::Manual).await, of(SuppressionKind::Soft).await), (2, 1));
    assert_eq!((of(SuppressionKind::Wish).await, of(SuppressionKind::Hard).await), (1, 0));
    assert_eq!(world.list_suppressions(&dev(), None, "ANN@").await.unwrap().len(), 2);
    world.wipe_suppressions(&dev()).await.unwrap();
    let left = world.list_suppressions(&dev(), None, "").await.unwrap();
    assert_eq!((left.len(), left[0].reason), (1, SuppressionReason::OptedOut));
    assert_eq!(ends(world, &shop, "r-3", ANN).await, excluded("suppressed"));
});

on_both!(what_was_removed_by_mistake_is_put_back_as_it_was, |world| async {
    let entered = suppress(world, "example.net").await;
    allow(world, BEN).await;
    world.clock.advance(Duration::from_secs(60));
    let removed = world.remove_suppression(&dev(), Channel::Email, "example.net", None, false).await.unwrap();
    assert_eq!(removed, entered);
    world.put_back_suppression(&dev(), removed).await.unwrap();
    assert_eq!(world.list_suppressions(&dev(), None, "").await.unwrap(), std::slice::from_ref(&entered));
    let allowed = world.remove_allowed(&dev(), &BEN.parse().unwrap()).await.unwrap();
    world.put_back_allowed(&dev(), allowed.clone()).await.unwrap();
    assert_eq!(world.find_allow_list(&dev(), "ben").await.unwrap().entries, [allowed]);
    let nonsense = Suppression { address: "no such".into(), ..entered };
    assert!(world.put_back_suppression(&dev(), nonsense).await.is_err());
    let unknown = world.remove_listed(&dev(), &"example.com".parse().unwrap()).await.unwrap_err();
    assert!(matches!(unknown, Error::Failure(Failure::NotFound { .. })), "{unknown:?}");
});

on_both!(an_allow_list_takes_a_thousand_entries_and_not_one_more, |world| async {
    let many: Vec<NewEntry> = (0..1_000).map(|number| entry(&format!("p{number}@example.com"))).collect();
    assert_eq!(world.add_allowed(&dev(), many).await.unwrap().len(), 1_000);
    let full = world.add_allowed(&dev(), vec![entry(BEN), entry("example.net")]).await.unwrap_err();
    let Error::Failure(Failure::Conflict { reason, .. }) = full else { panic!("{full:?}") };
    assert_eq!(reason, "allow_list_full");
    // One that is there already takes no place.
    assert_eq!(world.add_allowed(&dev(), vec![entry("P1@example.com")]).await.unwrap()[0].address, "p1@example.com");
    assert_eq!(world.find_allow_list(&dev(), "").await.unwrap().count, 1_000);
});

on_both!(every_order_of_the_list_shows_every_entry_once, |world| async {
    for number in 0..5 {
        suppress(world, &format!("p{number}@example.com")).await;
        allow(world, &format!("p{number}@example.com")).await;
        // Some were entered in one moment.
        world.clock.advance(Duration::from_millis(number / 2));
    }
    suppress(world, "example.net").await;
    for by in [By::Creation, By::Change, By::User, By::Comment, By::Value] {
        for is_descending in [false, true] {
            for of_allowed in [false, true] {
                let seen = pages(world, Order { by, is_descending }, of_allowed).await;
                let distinct: BTreeSet<&String> = seen.iter().collect();
                assert_eq!((seen.len(), distinct.len()), (5, 5), "{by:?} {is_descending} {of_allowed}: {seen:?}");
                if by == By::Value {
                    let mut sorted = seen.clone();
                    sorted.sort_unstable_by(|one, two| if is_descending { two.cmp(one) } else { one.cmp(two) });
                    assert_eq!(seen, sorted);
                }
            }
        }
    }
});

async fn pages(world: &World, order: Order<By>, of_allowed: bool) -> Vec<String> {
    let (from, to) = (Timestamp::from_millis(i64::MIN), Timestamp::from_millis(i64::MAX));
    let mut query = ListQuery { domains: false, from, to, order, start: None, limit: 2 };
    let mut seen = Vec::new();
    loop {
        let (addresses, next): (Vec<String>, _) = if of_allowed {
            let page = world.list_allowed_page(&dev(), &query).await.unwrap();
            (page.rows.into_iter().map(|row| row.address).collect(), page.next)
        } else {
            let page = world.list_suppression_page(&dev(), &query).await.unwrap();
            (page.rows.into_iter().map(|row| row.address).collect(), page.next)
        };
        assert!(addresses.len() <= 2);
        seen.extend(addresses);
        let Some(next) = next else { return seen };
        query.start = Some(Start::parse(&next));
    }
}

on_both!(a_file_is_taken_in_at_once_and_entered_afterwards, |world| async {
    let csv =
        "TYPE,VALUE,COMMENT\nEMAIL,ben@example.org,\"fake, too\"\nDOMAIN,example.net,\nEMAIL,examplegmail@com,bad\n";
    let id = world.upload_suppressions(&dev(), "list.csv", csv.into(), ANN).await.unwrap();
    let (upload, _) = world.find_upload(&dev(), &id).await.unwrap();
    assert_eq!((upload.status, upload.records, upload.handled), (UploadStatus::Accepted, 3, 0));
    world.enter_uploads().await.unwrap();
    let (upload, failed) = world.find_upload(&dev(), &id).await.unwrap();
    assert_eq!((upload.status, upload.records, upload.handled, upload.failed), (UploadStatus::Complete, 3, 2, 1));
    assert_eq!(failed[0].failure_reason, "Invalid format for the entry: examplegmail@com");
    let entered = world.find_suppression(&dev(), &BEN.parse().unwrap()).await.unwrap();
    assert_eq!((entered.detail.as_str(), entered.entered_by.as_str()), ("fake, too", ANN));
    // Without its job, what it entered stays.
    world.remove_upload(&dev(), &id).await.unwrap();
    assert_eq!(world.list_suppressions(&dev(), None, "").await.unwrap().len(), 2);
    assert!(world.find_upload(&dev(), &id).await.is_err() && world.list_uploads(&prod()).await.unwrap().is_empty());
    let refused = world.upload_suppressions(&dev(), "a.pdf", vec![0xff; 10], ANN).await.unwrap_err();
    assert!(refused.to_string().contains("only CSV files"), "{refused}");
});

on_both!(a_file_that_waits_is_cancelled_when_the_list_is_emptied, |world| async {
    let csv = "TYPE,VALUE\nEMAIL,ben@example.org\n";
    let id = world.upload_suppressions(&dev(), "list.csv", csv.into(), ANN).await.unwrap();
    world.wipe_suppressions(&dev()).await.unwrap();
    world.enter_uploads().await.unwrap();
    assert_eq!(world.find_upload(&dev(), &id).await.unwrap().0.status, UploadStatus::Canceled);
    assert_eq!(world.list_suppressions(&dev(), None, "").await.unwrap(), []);
    // Of a process that is gone, the next one does the work anew.
    let other = world.upload_suppressions(&dev(), "list.csv", csv.into(), ANN).await.unwrap();
    world.other_process().await.enter_uploads().await.unwrap();
    assert_eq!(world.find_upload(&dev(), &other).await.unwrap().0.status, UploadStatus::Complete);
    assert_eq!(world.find_sandbox(&dev()).await.unwrap().mode, SandboxMode::Capture);
});
