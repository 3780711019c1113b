//! People of whom something is stored: found by identities, joined, made by calls, read by contents, imported, erased.

use std::time::Duration;

use domain::Failure;
use domain::execution::Erased;
use domain::profile::{Identity, Profile, ProfileChange, ProfileDraft};
use domain::profile_import::{ImportFormat, ImportStatus};
use domain::profile_schema::{Attribute, AttributeType};
use engine::profiles::{ImportError, ImportSource, ProfileQuery};
use engine::{Engine, Result};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::audience::{import, trigger};
use crate::support::shop::{ANN, Shop, caller};
use crate::support::{World, dev, prod};

fn identity(namespace: &str, user_id: &str) -> Identity {
    Identity { namespace: namespace.into(), user_id: user_id.into() }
}

fn change(json: Value) -> ProfileChange {
    serde_json::from_value(json).unwrap()
}

/// What is said of whoever has this email address.
fn of(email: &str, attributes: Value) -> ProfileChange {
    change(json!({"identities": [{"namespace": "email", "userId": email}], "attributes": attributes}))
}

async fn upsert(engine: &Engine, json: Value) -> (Profile, bool) {
    engine.upsert_profile(&dev(), change(json), "Web shop").await.unwrap()
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().into_failure().code().to_owned()
}

fn faults<T: std::fmt::Debug>(result: Result<T>) -> Vec<(String, String)> {
    let Failure::Invalid { faults } = result.unwrap_err().into_failure() else { panic!("invalid") };
    faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect()
}

async fn everybody(engine: &Engine) -> Vec<Profile> {
    engine.list_profiles(&dev(), &ProfileQuery::default(), None, 200).await.unwrap().rows
}

on_both!(what_is_said_of_a_person_is_merged_into_what_is_known, |world| async {
    let ann = json!([{"namespace": "Email", "userId": "Ann@Example.com"}]);
    let said = json!({"identities": ann, "attributes": {"name": {"first": "Ann", "last": "Lee"}, "points": 1},
                      "timeZone": "Asia/Seoul", "language": "ko-KR", "test": true});
    let (first, created) = upsert(world, said).await;
    assert!(created && first.is_test);
    assert_eq!(first.identities, [identity("email", "Ann@Example.com")]);
    world.clock.advance(Duration::from_secs(1));
    let more = json!({"identities": [{"namespace": "email", "userId": "ann@example.com"}, {"namespace": "crm", "userId": "17"}],
                      "attributes": {"name": {"last": null}, "points": 2}, "language": null});
    let (second, created) = upsert(world, more).await;
    assert!(!created);
    assert_eq!((&second.id, second.revision, second.created_at), (&first.id, 2, first.created_at));
    assert_eq!(Value::Object(second.attributes.clone()), json!({"name": {"first": "Ann"}, "points": 2}));
    assert_eq!((second.time_zone.as_deref(), second.language.as_deref()), (Some("Asia/Seoul"), None));
    assert_eq!(world.find_profile_by(&dev(), &identity("CRM", "17")).await.unwrap(), second);
    // The same once more is nothing new.
    let (third, _) = upsert(world, json!({"identities": ann, "attributes": {"points": 2}})).await;
    assert_eq!(third, second);
});

on_both!(identities_of_several_profiles_make_these_one, |world| async {
    let (oldest, _) = upsert(
        world,
        json!({"identities": [{"namespace": "crm", "userId": "17"}],
        "attributes": {"name": "Ann", "points": 1, "old": true}, "timeZone": "UTC"}),
    )
    .await;
    world.clock.advance(Duration::from_secs(1));
    let (newer, _) = upsert(
        world,
        json!({"identities": [{"namespace": "email", "userId": "ann@example.com"}],
        "attributes": {"name": "Anna", "points": 2}, "language": "ko"}),
    )
    .await;
    world.clock.advance(Duration::from_secs(1));
    let (newest, _) = upsert(
        world,
        json!({"identities": [{"namespace": "phone", "userId": "+82 10-1234-5678"}],
        "attributes": {"name": "Annie"}}),
    )
    .await;
    let all = json!([{"namespace": "email", "userId": "ann@example.com"}, {"namespace": "crm", "userId": "17"},
                     {"namespace": "phone", "userId": "+821012345678"}, {"namespace": "ecid", "userId": "e-1"}]);
    let (one, created) = upsert(world, json!({"identities": all, "attributes": {"points": 3}})).await;
    assert!(!created);
    assert_eq!(one.id, oldest.id, "the oldest stays");
    let expected = json!({"name": "Annie", "points": 3, "old": true});
    assert_eq!(Value::Object(one.attributes.clone()), expected, "the newer values win");
    assert_eq!((one.time_zone.as_deref(), one.language.as_deref()), (Some("UTC"), Some("ko")));
    assert_eq!(one.identities.len(), 4);
    for gone in [&newer.id, &newest.id] {
        assert_eq!(code(world.find_profile(&dev(), gone).await), "not_found");
    }
    assert_eq!(everybody(world).await, [one]);
});

on_both!(upserts_of_one_person_at_the_same_time_make_one_profile, |world| async {
    let other = world.other_process().await;
    let engines = [&world.engine, &other];
    let upserts = (0..40).map(|n| {
        let said = json!({"identities": [{"namespace": "email", "userId": "ann@example.com"},
                                         {"namespace": "crm", "userId": format!("c-{}", n % 4)}],
                          "attributes": {format!("n{n}"): n}});
        let engine = engines[n % 2];
        async move { engine.upsert_profile(&dev(), change(said), "Web shop").await }
    });
    let done = join_all(upserts).await;
    let created = done.into_iter().filter(|done| done.as_ref().unwrap().1).count();
    assert_eq!(created, 1);
    let all = everybody(world).await;
    assert_eq!((all.len(), all[0].identities.len(), all[0].attributes.len()), (1, 5, 40));
    other.close().await;
});

on_both!(calls_and_upserts_of_one_person_at_the_same_time_make_one_profile, |world| async {
    let shop = Shop::capturing(world).await;
    let shop = &shop;
    let calls = (0..10).map(|n| async move { call(world, shop, &format!("r-{n}"), "17", json!({})).await.map(drop) });
    let said = || change(json!({"identities": [{"namespace": "crm", "userId": "17"}], "attributes": {"said": true}}));
    let upserts = (0..10).map(|_| async move { world.upsert_profile(&dev(), said(), "Web shop").await.map(drop) });
    for done in join_all(calls).await.into_iter().chain(join_all(upserts).await) {
        done.unwrap();
    }
    let all = everybody(world).await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].attributes["said"], true);
});

on_both!(what_cannot_be_is_refused_with_its_place, |world| async {
    let schema = [attribute("name.first", AttributeType::Text), attribute("points", AttributeType::Number)];
    world.set_profile_schema(&dev(), &schema, ANN).await.unwrap();
    let said = json!({"identities": [{"namespace": "email", "userId": "ann@example.com"}],
                      "attributes": {"name": {"first": 7}, "points": "many", "other": [null]}, "timeZone": "Asia/Seol"});
    let told = faults(world.upsert_profile(&dev(), change(said), "Web shop").await);
    let expected = [
        ("attributes.name.first", "wrong_type"),
        ("attributes.points", "wrong_type"),
        ("timeZone", "unknown_time_zone"),
    ];
    assert_eq!(told, expected.map(|(path, code)| (path.to_owned(), code.to_owned())));
    let half = "x".repeat(40_000);
    world.upsert_profile(&dev(), of("ann@example.com", json!({"one": half})), "Web shop").await.unwrap();
    let told = faults(world.upsert_profile(&dev(), of("ann@example.com", json!({"two": half})), "Web shop").await);
    assert_eq!(told, [("attributes".to_owned(), "attributes_too_large".to_owned())], "together they are too large");
    assert_eq!(everybody(world).await[0].attributes.len(), 1, "nothing of it is written");
    let bad = [attribute("a b", AttributeType::Text)];
    assert_eq!(faults(world.set_profile_schema(&dev(), &bad, ANN).await)[0].0, "attributes[0].path");
});

on_both!(nobody_becomes_a_hundred_and_one_identities, |world| async {
    let said = |from: usize, to: usize| {
        let all: Vec<_> = (from..to).map(|n| json!({"namespace": "crm", "userId": n.to_string()})).collect();
        change(json!({"identities": all}))
    };
    for step in 0..6 {
        let (from, to) = (step * 19, (step + 1) * 19 + 1);
        let upserted = world.upsert_profile(&dev(), said(from, to.min(100)), "Web shop").await;
        assert_eq!(upserted.unwrap().1, step == 0);
        if to >= 100 {
            break;
        }
    }
    assert_eq!(everybody(world).await[0].identities.len(), 100);
    let told = faults(world.upsert_profile(&dev(), said(99, 101), "Web shop").await);
    assert_eq!(told, [("identities".to_owned(), "too_many_identities".to_owned())]);
    world.upsert_profile(&dev(), said(100, 101), "Web shop").await.unwrap();
    let told = faults(world.upsert_profile(&dev(), said(99, 101), "Web shop").await);
    assert_eq!(told[0].1, "too_many_identities", "nor by joining");
    assert_eq!(everybody(world).await.len(), 2, "nothing of it is written");
});

on_both!(a_profile_is_changed_by_hand_and_no_two_people_share_an_identity, |world| async {
    let draft = |identities: &[(&str, &str)], attributes: Value| ProfileDraft {
        identities: identities.iter().map(|(namespace, user_id)| identity(namespace, user_id)).collect(),
        attributes: attributes.as_object().unwrap().clone(),
        ..ProfileDraft::default()
    };
    let ann =
        world.create_profile(&dev(), draft(&[("email", "ann@example.com")], json!({"a": 1, "b": null}))).await.unwrap();
    assert_eq!(Value::Object(world.find_profile(&dev(), &ann).await.unwrap().attributes), json!({"a": 1}));
    let taken = draft(&[("crm", "1"), ("email", "ANN@example.com")], json!({}));
    assert_eq!(code(world.create_profile(&dev(), taken.clone()).await), "identity_taken");
    assert_eq!(everybody(world).await.len(), 1, "nothing of it is written");
    let edited = draft(&[("crm", "1")], json!({"c": 3}));
    world.save_profile(&dev(), &ann, 1, edited.clone()).await.unwrap();
    let saved = world.find_profile(&dev(), &ann).await.unwrap();
    assert_eq!((Value::Object(saved.attributes), saved.revision), (json!({"c": 3}), 2));
    assert_eq!(saved.identities, [identity("crm", "1")]);
    assert_eq!(code(world.save_profile(&dev(), &ann, 1, edited).await), "profile_changed");
    let patch = change(json!({"attributes": {"c": null, "d": 4}, "language": "ko"}));
    let patched = world.change_profile(&dev(), &ann, patch, "Web shop").await.unwrap();
    assert_eq!((Value::Object(patched.attributes), patched.language.as_deref()), (json!({"d": 4}), Some("ko")));
    assert_eq!(patched.identities, [identity("crm", "1")], "not named, not changed");
});

on_both!(profiles_are_listed_newest_first_and_found_by_how_an_identity_begins, |world| async {
    for n in 0..5 {
        world.clock.advance(Duration::from_secs(1));
        let test = n % 2 == 0;
        upsert(
            world,
            json!({"identities": [{"namespace": "email", "userId": format!("P{n}@example.com")},
            {"namespace": "crm", "userId": format!("c{n}")}], "test": test}),
        )
        .await;
    }
    let page = |start: &str, only_tests: bool, cursor: Option<String>| {
        let wanted = ProfileQuery { start: start.into(), only_tests };
        async move {
            let page = world.list_profiles(&dev(), &wanted, cursor.as_deref(), 2).await.unwrap();
            let ids = |profile: &Profile| profile.identities[1].user_id.clone();
            (page.rows.iter().map(ids).collect::<Vec<_>>(), page.next)
        }
    };
    let (first, next) = page("", false, None).await;
    let (second, next) = {
        assert_eq!(first, ["P4@example.com", "P3@example.com"]);
        page("", false, next).await
    };
    assert_eq!(second, ["P2@example.com", "P1@example.com"]);
    assert_eq!(page("", false, next).await, (vec!["P0@example.com".to_owned()], None));
    let (tests, next) = page("", true, None).await;
    assert_eq!(tests, ["P4@example.com", "P2@example.com"]);
    assert_eq!(page("", true, next).await.0, ["P0@example.com"]);
    let (found, next) = page("p", false, None).await;
    assert_eq!(found, ["P0@example.com", "P1@example.com"]);
    let (found, next) = {
        assert!(next.is_some());
        page("p", false, next).await
    };
    assert_eq!(found, ["P2@example.com", "P3@example.com"]);
    assert_eq!(page("p", false, next).await, (vec!["P4@example.com".to_owned()], None));
    assert_eq!(page("C3", false, None).await.0, ["P3@example.com"]);
    assert!(page("%", false, None).await.0.is_empty());
    let wanted = ProfileQuery::default();
    assert_eq!(code(world.list_profiles(&dev(), &wanted, Some("x"), 2).await), "bad_id");
});

on_both!(sandboxes_share_no_person, |world| async {
    let (ann, _) = upsert(world, json!({"identities": [{"namespace": "email", "userId": "ann@example.com"}]})).await;
    let elsewhere = world.upsert_profile(&prod(), of("ann@example.com", json!({"x": 1})), "Web shop").await.unwrap();
    assert!(elsewhere.1);
    assert_ne!(elsewhere.0.id, ann.id);
    assert_eq!(code(world.find_profile(&prod(), &ann.id).await), "not_found");
    assert_eq!(code(world.change_profile(&prod(), &ann.id, ProfileChange::default(), "Web shop").await), "not_found");
    assert_eq!(code(world.erase_profile(&prod(), &ann.id, ANN).await), "not_found");
    let facts = world.profile_of(&dev(), "email", "ann@example.com").await.unwrap().unwrap();
    assert_eq!((&facts.profile_id, facts.attributes.len()), (&ann.id, 0));
    world.set_profile_schema(&prod(), &[attribute("x", AttributeType::Text)], ANN).await.unwrap();
    assert!(world.profile_schema(&dev()).await.unwrap().is_empty());
});

fn attribute(path: &str, kind: AttributeType) -> Attribute {
    Attribute { path: path.into(), kind, label: String::new(), example: String::new() }
}

/// A live transactional campaign whose mail says who the person is, and its caller. `audience`: as in a campaign file.
async fn greeting(world: &World, audience: &str) -> Shop {
    let yaml = format!(
        "kind: channel-configuration\nname: Shop\ncategory: transactional\nstatus: active\nfromName: Shop\n\
         fromAddress: shop@example.com\ntransport: {{ kind: capture }}\n---\nkind: campaign\nname: Greeting\n\
         category: transactional\nconfiguration: Shop\nstatus: live\n{audience}content:\n\
         \x20 subject: 'Hello {{{{ profile.name.first }}}} {{{{ profile.name.last }}}}'\n\x20 html: '<p>Hello</p>'\n"
    );
    let applied = world.apply_file(Some(&dev()), &yaml, ANN).await.unwrap();
    let campaign = applied.last().unwrap().id.parse().unwrap();
    Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await }
}

/// A call for a person whom the shop knows by a number of its own.
async fn call(
    world: &World,
    shop: &Shop,
    request_id: &str,
    user_id: &str,
    more: Value,
) -> Result<engine::intake::Accepted> {
    let mut person = json!({"type": "aep", "userId": user_id, "namespace": "crm", "context": {"order": {"id": 7}},
                            "channelData": {"emailAddress": format!("{user_id}@example.com")}});
    person.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    person.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    shop.trigger(world, shop.request_with(request_id, vec![person])).await
}

on_both!(a_call_makes_a_profile_of_whom_nobody_has_stored, |world| async {
    let shop = Shop::capturing(world).await;
    let secret = json!({"profile": {"secret": "for this mail only"}});
    call(world, &shop, "r-1", "17", secret).await.unwrap();
    let all = everybody(world).await;
    assert_eq!(all[0].identities, [identity("crm", "17"), identity("email", "17@example.com")]);
    assert!(all[0].attributes.is_empty(), "what a call says is for its message");
    call(world, &shop, "r-2", "17", json!({})).await.unwrap();
    call(world, &shop, "r-2", "17", json!({})).await.unwrap();
    assert_eq!(everybody(world).await.len(), 1);
    // Somebody else at the same address is somebody else.
    call(world, &shop, "r-3", "18", json!({"channelData": {"emailAddress": "17@example.com"}})).await.unwrap();
    let all = everybody(world).await;
    assert_eq!(all.len(), 2);
    assert!(all.iter().any(|other| other.identities == [identity("crm", "18")]), "{all:?}");
    // Who is known to the caller only is not stored.
    shop.order(world, "r-4", "ben@example.com").await;
    assert_eq!(everybody(world).await.len(), 2);
    assert_eq!(world.drain().await.unwrap(), 4);
});

on_both!(a_call_that_is_refused_makes_no_profile, |world| async {
    let shop = Shop::capturing(world).await;
    let refused = call(world, &shop, "r-1", "17", json!({"context": null})).await;
    assert_eq!(code(refused), "missing_variable");
    let nowhere = call(world, &shop, "r-1", "17", json!({"channelData": null})).await;
    assert_eq!(code(nowhere), "required");
    assert!(everybody(world).await.is_empty());
});

on_both!(where_calls_make_no_profiles_a_call_for_somebody_unknown_fails_as_a_whole, |world| async {
    let shop = greeting(world, "audience: { createProfiles: false }\n").await;
    upsert(
        world,
        json!({"identities": [{"namespace": "crm", "userId": "17"}],
                         "attributes": {"name": {"first": "Ann", "last": "Lee"}}}),
    )
    .await;
    let person = |user_id: &str| {
        json!({"type": "aep", "userId": user_id, "namespace": "crm", "profile": {"name": {"first": "A", "last": "B"}},
                                        "channelData": {"emailAddress": "a@example.com"}})
    };
    let request = || shop.request_with("r-1", vec![person("16"), person("17"), person("18")]);
    let failure = shop.trigger(world, request()).await.unwrap_err().into_failure();
    assert_eq!(failure.status(), 404);
    let Failure::Invalid { faults: told } = failure else { panic!("invalid") };
    let told: Vec<_> = told.0.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect();
    assert_eq!(told, [("recipients[0].userId", "unknown_profile"), ("recipients[2].userId", "unknown_profile")]);
    let tried = world.dry_run(&shop.caller, domain::id::ExecutionKind::Unitary, request()).await.unwrap();
    assert!(!tried.would_accept);
    assert_eq!((world.drain().await.unwrap(), everybody(world).await.len()), (0, 1), "nothing of it is done");
    shop.trigger(world, shop.request_with("r-1", vec![person("17")])).await.unwrap();
    // Who is known to the caller only needs no profile.
    let mut outsider = person("19");
    outsider["type"] = json!("external");
    shop.trigger(world, shop.request_with("r-2", vec![outsider])).await.unwrap();
    assert_eq!(world.drain().await.unwrap(), 2);
});

on_both!(a_mail_says_what_is_stored_under_what_the_call_says, |world| async {
    let shop = greeting(world, "").await;
    upsert(world, json!({"identities": [{"namespace": "crm", "userId": "17"}, {"namespace": "email", "userId": "ann@example.com"}],
                         "attributes": {"name": {"first": "Ann", "last": "Lee"}}})).await;
    let subject = async |request: &str, more: Value| {
        let accepted = call(world, &shop, request, "17", more).await.unwrap();
        world.drain().await.unwrap();
        let story = shop.story(world, &accepted.execution_id).await;
        (story.message.address.clone(), story.message.subject.clone().unwrap_or_default())
    };
    let stored = subject("r-1", json!({"channelData": null})).await;
    assert_eq!(stored, ("ann@example.com".to_owned(), "Hello Ann Lee".to_owned()), "the address is the profile's too");
    let over = subject("r-2", json!({"profile": {"name": {"first": "Annie"}}})).await;
    assert_eq!(over, ("17@example.com".to_owned(), "Hello Annie Lee".to_owned()));
    let unknown = call(world, &shop, "r-3", "18", json!({})).await;
    assert_eq!(code(unknown), "missing_variable", "nothing is stored of somebody else");
    let mut request = shop.request_with("r-4", vec![json!({"type": "aep", "userId": "17", "namespace": "crm"})]);
    let tried = world.dry_run(&shop.caller, domain::id::ExecutionKind::Unitary, request.clone()).await.unwrap();
    assert!(tried.would_accept && tried.recipients[0].would_send);
    assert_eq!(tried.recipients[0].rendered.as_ref().unwrap().headline(), "Hello Ann Lee");
    request.recipients[0].kind = domain::execution::RecipientKind::External;
    let outsider = shop.trigger(world, request).await;
    assert_eq!(code(outsider), "missing_variable", "an external recipient reads no profile");
});

on_both!(what_is_stored_between_the_call_and_the_mail_is_in_the_mail, |world| async {
    let shop = greeting(world, "").await;
    let (ann, _) = upsert(
        world,
        json!({"identities": [{"namespace": "crm", "userId": "17"}],
                                        "attributes": {"name": {"first": "Ann", "last": "Lee"}}}),
    )
    .await;
    let accepted = call(world, &shop, "r-1", "17", json!({})).await.unwrap();
    world
        .change_profile(&dev(), &ann.id, change(json!({"attributes": {"name": {"last": "Kim"}}})), "Web shop")
        .await
        .unwrap();
    world.drain().await.unwrap();
    let story = shop.story(world, &accepted.execution_id).await;
    assert_eq!(story.message.subject.as_deref(), Some("Hello Ann Kim"));
});

on_both!(members_of_a_list_get_what_is_stored_of_them_too, |world| async {
    upsert(
        world,
        json!({"identities": [{"namespace": "email", "userId": "ann@example.com"}],
                         "attributes": {"name": "Ann", "city": "Seoul"}}),
    )
    .await;
    let list = "{\"userId\":\"ANN@example.com\",\"profile\":{\"city\":\"Busan\"}}\n{\"userId\":\"ben@example.com\",\"profile\":{\"name\":\"Ben\",\"city\":\"Jeju\"}}\n";
    import(world, &dev(), "Readers", list).await;
    let yaml = "kind: channel-configuration\nname: News\ncategory: marketing\nstatus: active\nfromName: Shop\n\
                fromAddress: shop@example.com\ntransport: { kind: capture }\n---\nkind: campaign\nname: News\n\
                category: marketing\nconfiguration: News\nstatus: live\naudience: { name: Readers }\ncontent:\n\
                \x20 subject: '{{ profile.name }} in {{ profile.city }}'\n\x20 html: '<p>Hello</p>'\n";
    let campaign = world.apply_file(Some(&dev()), yaml, ANN).await.unwrap().last().unwrap().id.parse().unwrap();
    let shop = Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await };
    trigger(world, &shop, json!({})).await.unwrap();
    world.expand_runs().await.unwrap();
    world.drain().await.unwrap();
    let log = world.list_messages(&dev(), &domain::message::LogFilter::default(), None, 10).await.unwrap().rows;
    let mut subjects: Vec<_> = log.iter().map(|message| message.subject.clone().unwrap_or_default()).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, ["Ann in Busan", "Ben in Jeju"]);
    assert_eq!(everybody(world).await.len(), 1, "a run makes no profiles");
});

on_both!(who_is_erased_loses_what_is_kept_under_each_of_their_identities, |world| async {
    let shop = Shop::capturing(world).await;
    let (ann, _) = upsert(
        world,
        json!({"identities": [{"namespace": "crm", "userId": "17"},
        {"namespace": "email", "userId": "ann@example.com"}], "attributes": {"name": "Ann"}}),
    )
    .await;
    call(world, &shop, "r-1", "17", json!({})).await.unwrap();
    shop.order(world, "r-2", "ann@example.com").await;
    // The same user id of another namespace is somebody else.
    call(world, &shop, "r-3", "17", json!({"namespace": "shop", "channelData": {"emailAddress": "ben@example.com"}}))
        .await
        .unwrap();
    world.drain().await.unwrap();
    let erased = world.erase_profile(&dev(), &ann.id, ANN).await.unwrap();
    let expected = Erased { messages: 2, attempts: 2, renderings: 2, profiles: 1, ..Erased::default() };
    assert_eq!(erased, expected);
    assert_eq!(code(world.find_profile(&dev(), &ann.id).await), "not_found");
    assert_eq!(code(world.find_profile_by(&dev(), &identity("email", "ann@example.com")).await), "not_found");
    let rest = world.list_messages(&dev(), &domain::message::LogFilter::default(), None, 10).await.unwrap().rows;
    assert_eq!(rest.iter().map(|message| message.address.as_str()).collect::<Vec<_>>(), ["ben@example.com"]);
    // By the address, too.
    let erased = world.erase_person(&dev(), "BEN@example.com", ANN).await.unwrap();
    assert_eq!((erased.messages, erased.profiles), (1, 1));
    assert!(everybody(world).await.is_empty());
});

fn source(format: ImportFormat) -> ImportSource {
    ImportSource { file_name: "people".into(), format, total_bytes: None, by: "test".into() }
}

on_both!(a_table_is_imported_and_its_faulty_rows_are_told, |world| async {
    world.set_profile_schema(&dev(), &[attribute("points", AttributeType::Number)], ANN).await.unwrap();
    upsert(
        world,
        json!({"identities": [{"namespace": "email", "userId": "p1@example.com"}], "attributes": {"kept": 1}}),
    )
    .await;
    let mut csv = "email,userId:crm,name.first,points,timeZone\n".to_owned();
    for n in 0..2_500 {
        csv.push_str(&format!("p{n}@example.com,c{n},\"P, {n}\",{n},UTC\n"));
    }
    csv.push_str("nobody,x,X,1,\nq@example.com,,Q,many,\nr@example.com,,R,1,Nowhere\n,,,1,\np7@example.com,c8,One,,\n");
    let done = world.import_profiles(&dev(), source(ImportFormat::Csv), csv.as_bytes()).await.unwrap();
    assert_eq!(done.status, ImportStatus::Complete);
    assert_eq!((done.rows, done.created, done.updated, done.failed), (2_505, 2_499, 2, 4));
    assert_eq!(done.bytes, i64::try_from(csv.len()).unwrap());
    let faults = world.profile_import_faults(&dev(), &done.id, 0, 100).await.unwrap();
    let told: Vec<_> = faults.iter().map(|fault| (fault.line, fault.path.as_str())).collect();
    assert_eq!(told, [(2_502, "email"), (2_503, "points"), (2_504, "timeZone"), (2_505, "")]);
    assert_eq!(world.profile_import_faults(&dev(), &done.id, 2, 1).await.unwrap()[0].line, 2_504);
    let known = world.find_profile_by(&dev(), &identity("crm", "c1")).await.unwrap();
    assert_eq!(Value::Object(known.attributes), json!({"kept": 1, "name": {"first": "P, 1"}, "points": 1}));
    assert_eq!(known.time_zone.as_deref(), Some("UTC"));
    let one = world.find_profile_by(&dev(), &identity("crm", "c7")).await.unwrap();
    assert_eq!(one.identities.len(), 4, "a row can join two people of the same file");
    assert_eq!(world.find_profile_by(&dev(), &identity("email", "p8@example.com")).await.unwrap().id, one.id);
    assert_eq!(world.list_profile_imports(&prod()).await.unwrap(), []);
    assert_eq!(code(world.find_profile_import(&prod(), &done.id).await), "not_found");
    assert_eq!(code(world.profile_import_faults(&prod(), &done.id, 0, 1).await), "not_found");
});

on_both!(the_same_person_twice_in_a_file_is_one_profile, |world| async {
    let line = |n: usize| {
        format!(
            "{{\"identities\":[{{\"namespace\":\"crm\",\"userId\":\"{}\"}}],\"attributes\":{{\"n{n}\":{n}}}}}\n",
            n % 3
        )
    };
    let list: String = (0..30).map(line).collect();
    let done = world.import_profiles(&dev(), source(ImportFormat::Ndjson), list.as_bytes()).await.unwrap();
    assert_eq!((done.created, done.updated, done.failed), (3, 27, 0));
    let all = everybody(world).await;
    assert!(all.len() == 3 && all.iter().all(|profile| profile.attributes.len() == 10));
    let again = world.import_profiles(&dev(), source(ImportFormat::Ndjson), list.as_bytes()).await.unwrap();
    assert_eq!((again.created, again.updated), (0, 30), "an import may be repeated");
    assert_eq!(everybody(world).await, all, "and changes nothing then");
});

on_both!(an_import_that_breaks_off_keeps_what_it_wrote_and_says_so, |world| async {
    let list: String =
        (0..1_500).map(|n| format!("{{\"identities\":[{{\"namespace\":\"crm\",\"userId\":\"{n}\"}}]}}\n")).collect();
    let broken = tokio_broken(list.as_bytes());
    let failed = world.import_profiles(&dev(), source(ImportFormat::Ndjson), broken).await.unwrap_err();
    assert!(matches!(failed, ImportError::Read(_)));
    let import = world.list_profile_imports(&dev()).await.unwrap().remove(0);
    assert_eq!(import.status, ImportStatus::Interrupted);
    assert_eq!((import.rows, import.created), (1_000, 1_000), "whole steps are counted, and others are not written");
    assert_eq!(everybody(world).await.len(), 200);
    // Invalid as a whole: there is nothing to tell of it.
    let refused = world.import_profiles(&dev(), source(ImportFormat::Csv), "name\nAnn\n".as_bytes()).await.unwrap_err();
    assert!(matches!(refused, ImportError::Engine(_)));
    assert_eq!(world.list_profile_imports(&dev()).await.unwrap().len(), 1);
});

on_both!(an_import_whose_process_has_died_is_interrupted, |world| async {
    let (mut sender, receiver) = tokio::io::duplex(64 * 1024);
    tokio::io::AsyncWriteExt::write_all(&mut sender, b"{").await.unwrap();
    let engine = world.engine.clone();
    let import = tokio::spawn(async move {
        let list = tokio::io::BufReader::new(receiver);
        engine.import_profiles(&dev(), source(ImportFormat::Ndjson), list).await.map(drop)
    });
    while world.list_profile_imports(&dev()).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    let status = async || world.list_profile_imports(&dev()).await.unwrap()[0].status;
    assert_eq!(status().await, ImportStatus::Running);
    import.abort();
    drop(sender);
    assert!(import.await.unwrap_err().is_cancelled());
    assert_eq!(status().await, ImportStatus::Running, "it may still be going on elsewhere");
    world.clock.advance(Duration::from_secs(180));
    assert_eq!(status().await, ImportStatus::Interrupted);
});

on_both!(an_import_whose_rows_come_slowly_goes_on, |world| async {
    // So narrow that what is sent is soon read.
    let (mut sender, receiver) = tokio::io::duplex(8);
    let engine = world.engine.clone();
    let import = tokio::spawn(async move {
        let list = tokio::io::BufReader::new(receiver);
        engine.import_profiles(&dev(), source(ImportFormat::Ndjson), list).await.unwrap()
    });
    for n in 0..4 {
        // What follows a row is sent only after the row was taken.
        let empty = "\n".repeat(24);
        let line = format!("{{\"identities\":[{{\"namespace\":\"crm\",\"userId\":\"{n}\"}}]}}\n{empty}");
        tokio::io::AsyncWriteExt::write_all(&mut sender, line.as_bytes()).await.unwrap();
        // The second one ends the step of the first, which began a minute before.
        while n > 0 && world.list_profile_imports(&dev()).await.unwrap()[0].rows <= n {
            tokio::task::yield_now().await;
        }
        world.clock.advance(Duration::from_secs(60));
    }
    let status = world.list_profile_imports(&dev()).await.unwrap()[0].status;
    assert_eq!(status, ImportStatus::Running);
    drop(sender);
    assert_eq!(import.await.unwrap().rows, 4);
});

on_both!(imports_that_have_lost_their_process_are_forgotten_with_the_others, |world| async {
    let lose_one = async || {
        let engine = world.engine.clone();
        let (mut sender, receiver) = tokio::io::duplex(64);
        tokio::io::AsyncWriteExt::write_all(&mut sender, b"{").await.unwrap();
        let before = world.list_profile_imports(&dev()).await.unwrap().first().map(|import| import.id.clone());
        let import = tokio::spawn(async move {
            let list = tokio::io::BufReader::new(receiver);
            engine.import_profiles(&dev(), source(ImportFormat::Ndjson), list).await.map(drop)
        });
        while world.list_profile_imports(&dev()).await.unwrap().first().map(|import| import.id.clone()) == before {
            tokio::task::yield_now().await;
        }
        import.abort();
        assert!(import.await.unwrap_err().is_cancelled());
        drop(sender);
    };
    lose_one().await;
    let lost = world.list_profile_imports(&dev()).await.unwrap().remove(0).id;
    world.clock.advance(Duration::from_mins(3));
    for _ in 0..101 {
        world.import_profiles(&dev(), source(ImportFormat::Ndjson), "".as_bytes()).await.unwrap();
    }
    assert_eq!(code(world.find_profile_import(&dev(), &lost).await), "not_found");
});

on_both!(a_row_with_a_sign_that_no_database_keeps_stops_no_other, |world| async {
    let mut list = String::new();
    for row in [
        "{\"identities\":[{\"namespace\":\"crm\",\"userId\":\"1\"}]}",
        "{\"k\\u0000\":1}",
        "{\"identities\":[{\"namespace\":\"crm\",\"userId\":\"2\"}],\"attributes\":{\"k\\u0000\":1}}",
        "{\"identities\":[{\"namespace\":\"crm\",\"userId\":\"3\"}],\"ann@example.com\":1}",
    ] {
        list.push_str(row);
        list.push('\n');
    }
    let done = world.import_profiles(&dev(), source(ImportFormat::Ndjson), list.as_bytes()).await.unwrap();
    assert_eq!((done.status, done.created, done.failed), (ImportStatus::Complete, 1, 3));
    let report = world.profile_import_report(&dev(), &done.id).await.unwrap();
    assert!(!report.contains("ann@"), "what may be an address is not repeated: {report}");
    let csv = "email,city\nann@example.com,Se\0oul\nben@example.com,Busan\n";
    let done = world.import_profiles(&dev(), source(ImportFormat::Csv), csv.as_bytes()).await.unwrap();
    assert_eq!((done.created, done.failed), (1, 1));
});

on_both!(a_sign_that_no_database_keeps_is_no_fault_of_ours, |world| async {
    let found = world.find_profile_by(&dev(), &identity("crm", "1\0")).await;
    assert!(found.unwrap_err().into_failure().status() < 500);
});

/// A list that breaks off with an error at its end.
fn tokio_broken(list: &[u8]) -> impl tokio::io::AsyncBufRead + Unpin + Send + '_ {
    use tokio::io::AsyncReadExt as _;
    tokio::io::BufReader::new(list.chain(Broken))
}

struct Broken;

impl tokio::io::AsyncRead for Broken {
    fn poll_read(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        _: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Err(std::io::ErrorKind::ConnectionReset.into()))
    }
}
