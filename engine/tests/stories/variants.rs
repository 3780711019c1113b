//! Several contents of one campaign: who gets which, and what becomes of it.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::campaign::CampaignDraft;
use domain::content::Content;
use domain::design::{Rule, Test, TestKind};
use domain::dry_run::DryRunRecipient;
use domain::id::{CampaignId, ExecutionKind};
use domain::message::{Message, MessageDetail};
use domain::preview::PersonPreview;
use domain::profile::ProfileChange;
use domain::proof::ProofStatus;
use domain::sandbox::SandboxMode;
use domain::variants::{Target, Targeting, Variants};
use domain::{Failure, Faults};
use engine::Engine;
use engine::files::Upload;
use engine::proofs::ProofSender;
use engine::tracking::Visit;
use serde_json::{Value, json};

use crate::support::relay::Relay;
use crate::support::shop::{ANN, Shop, caller, smtp};
use crate::support::{World, audience, dev};

/// Korean and English; whoever reads something else gets English.
const LANGUAGES: &str = "  languages: { offered: [{ tag: en }, { tag: ko }], fallback: en }\n  contents:\n    -/-/ko: { subject: '주문 {{ context.order.id }}', html: '<p>안녕하세요</p>' }\n";
/// Two treatments, whose mails have a link each.
const TREATMENTS: &str = "  experiment: { id: letters, treatments: [{ id: a, name: Short, percent: 50 }, { id: b, name: Long, percent: 50 }] }\n  contents:\n    b/-/-: { subject: 'Long {{ context.order.id }}', html: '<a href=\"https://b.example/\">Bee</a>', trackClicks: true }\n";

/// A live campaign with these variants, over a configuration of this transport.
async fn campaign(world: &World, category: &str, transport: &str, variants: &str) -> Shop {
    let audience = if category == "marketing" { "audience: { name: Readers }\n" } else { "" };
    let yaml = format!(
        "kind: channel-configuration\nname: Shop\ncategory: {category}\nstatus: active\nfromName: Shop\n\
         fromAddress: shop@example.com\ntransport: {transport}\n---\nkind: campaign\nname: Orders\ncategory: {category}\n\
         configuration: Shop\nstatus: live\n{audience}content:\n\x20 subject: 'Order {{{{ context.order.id }}}}'\n\
         \x20 html: '<a href=\"https://a.example/\">Ay</a>'\n\x20 trackClicks: true\nvariants:\n{variants}"
    );
    let applied = world.apply_file(Some(&dev()), &yaml, ANN).await.unwrap_or_else(|error| panic!("{error:?}\n{yaml}"));
    let campaign = applied.last().unwrap().id.parse().unwrap();
    Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await }
}

async fn capturing(world: &World, variants: &str) -> Shop {
    campaign(world, "transactional", "{ kind: capture }", variants).await
}

/// Known to the caller only, who says this of the person.
fn told(person: &str, profile: Value) -> Value {
    json!({"type": "external", "userId": person, "namespace": "email", "profile": profile,
           "context": {"order": {"id": 7, "total": 120}}})
}

/// Somebody of whom something is stored.
fn stored(person: &str) -> Value {
    json!({"type": "aep", "userId": person, "namespace": "email", "context": {"order": {"id": 7}}})
}

async fn upsert(world: &World, person: &str, more: Value) {
    let mut change = json!({"identities": [{"namespace": "email", "userId": person}]});
    change.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let change: ProfileChange = serde_json::from_value(change).unwrap();
    world.upsert_profile(&dev(), change, "Web shop").await.unwrap();
}

async fn send(world: &World, shop: &Shop, request_id: &str, recipient: Value) -> MessageDetail {
    let accepted = shop.trigger(world, shop.request_with(request_id, vec![recipient])).await.unwrap();
    world.drain().await.unwrap();
    shop.story(world, &accepted.execution_id).await
}

fn key(message: &Message) -> Option<String> {
    message.variant.as_ref().map(|variant| variant.key.to_string())
}

fn reason(story: &MessageDetail) -> (&str, Option<&str>) {
    (story.message.state.as_str(), story.message.reason.as_deref())
}

async fn save(world: &World, campaign: &CampaignId, change: impl FnOnce(&mut CampaignDraft)) -> engine::Result<i64> {
    let before = world.find_campaign(&dev(), campaign).await.unwrap();
    let mut draft = before.draft;
    change(&mut draft);
    let saved = world.save_draft(&dev(), campaign, before.campaign.revision, &draft, ANN).await?;
    Ok(saved.campaign.revision)
}

async fn publish(world: &World, campaign: &CampaignId, change: impl FnOnce(&mut CampaignDraft)) {
    let revision = save(world, campaign, change).await.unwrap();
    world.publish_campaign(&dev(), campaign, revision, ANN).await.unwrap();
}

fn codes(faults: &Faults) -> Vec<(&str, &str)> {
    faults.0.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect()
}

on_both!(people_are_written_to_in_their_language, |world| async {
    let shop = capturing(world, LANGUAGES).await;
    upsert(world, "kim@example.com", json!({"language": "ko-KR"})).await;
    upsert(world, "lee@example.com", json!({"attributes": {"language": "ko"}})).await;
    for (request, recipient, variant, subject) in [
        ("r-1", stored("kim@example.com"), "-/-/ko", "주문 7"),
        ("r-2", stored("lee@example.com"), "-/-/ko", "주문 7"),
        ("r-3", told("cho@example.com", json!({"language": "KO"})), "-/-/ko", "주문 7"),
        ("r-4", told("ann@example.com", json!({"language": "fr"})), "-/-/en", "Order 7"),
        ("r-5", told("ben@example.com", json!({})), "-/-/en", "Order 7"),
    ] {
        let story = send(world, &shop, request, recipient).await;
        assert_eq!((key(&story.message).as_deref(), story.message.subject.as_deref()), (Some(variant), Some(subject)));
        let check = story.checks.iter().find(|check| check.code == "variant_chosen").unwrap();
        assert!(check.passed && check.text.ends_with(&format!("{}.", &variant[4..])), "{}", check.text);
    }
});

on_both!(whoever_reads_another_language_gets_nothing_without_a_fallback, |world| async {
    let shop = capturing(world, &LANGUAGES.replace(", fallback: en", "")).await;
    let story = send(world, &shop, "r-1", told("ann@example.com", json!({"language": "fr"}))).await;
    assert_eq!(reason(&story), ("excluded", Some("no_language")));
    assert_eq!((story.attempts.len(), key(&story.message)), (0, None));
    let check = story.checks.last().unwrap();
    assert_eq!((check.code.as_str(), check.reference_code.as_deref()), ("variant_chosen", Some("050026")));
});

on_both!(targeting_rules_look_at_the_call_and_at_the_person, |world| async {
    let rule = |path: &str, kind: &str, value: &str| {
        format!("rule: {{ tests: [{{ path: {path}, kind: {kind}, value: '{value}' }}] }}")
    };
    let (large, gold) = (rule("context.order.total", "above", "100"), rule("profile.tier", "is", "gold"));
    let variants = format!(
        "  targeting:\n    fallback: true\n    targets: [{{ id: gold, name: Gold, {gold} }}, {{ id: large, name: Large, {large} }}]\n  \
         contents:\n    -/gold/-: {{ subject: 'Gold', html: x }}\n    -/large/-: {{ subject: 'Large', html: x }}\n"
    );
    let shop = capturing(world, &variants).await;
    upsert(world, "kim@example.com", json!({"attributes": {"tier": "gold"}})).await;
    for (request, recipient, subject) in [
        ("r-1", stored("kim@example.com"), "Gold"),
        ("r-2", told("ann@example.com", json!({"tier": "tin"})), "Large"),
        ("r-3", stored("ben@example.com"), "Order 7"),
    ] {
        let story = send(world, &shop, request, recipient).await;
        assert_eq!(story.message.subject.as_deref(), Some(subject), "{request}");
    }
    publish(world, &shop.campaign, |draft| draft.variants.targeting.as_mut().unwrap().fallback = false).await;
    let story = send(world, &shop, "r-4", stored("ben@example.com")).await;
    assert_eq!(reason(&story), ("excluded", Some("no_target")));
});

on_both!(a_person_gets_the_same_treatment_in_every_call_and_in_runs, |world| async {
    audience::import(world, &dev(), "Readers", &audience::people(24)).await;
    let shop = campaign(world, "marketing", "{ kind: capture }", TREATMENTS).await;
    let mut runs = Vec::new();
    for _ in 0..2 {
        let execution = audience::run(world, &shop, json!({})).await;
        world.expand_runs().await.unwrap();
        world.drain().await.unwrap();
        let messages = shop.messages(world, &execution.id).await;
        runs.push(messages.iter().map(|it| (it.user_id.clone(), key(it).unwrap())).collect::<BTreeSet<_>>());
    }
    assert_eq!(runs[0], runs[1]);
    let given: BTreeSet<&str> = runs[0].iter().map(|(_, key)| key.as_str()).collect();
    assert_eq!(given, BTreeSet::from(["a/-/-", "b/-/-"]), "both are given");
});

on_both!(a_call_gives_a_person_what_the_call_before_gave, |world| async {
    let shop = capturing(world, TREATMENTS).await;
    for person in 0..6 {
        let address = format!("p{person}@example.com");
        let first = send(world, &shop, &format!("r-{person}"), told(&address, json!({}))).await;
        let second = send(world, &shop, &format!("s-{person}"), told(&address.to_uppercase(), json!({}))).await;
        assert_eq!(key(&first.message), key(&second.message));
        let named = first.message.variant.unwrap();
        assert_eq!(named.treatment.as_deref(), Some(if named.key.treatment == "a" { "Short" } else { "Long" }));
    }
});

on_both!(whoever_the_experiment_leaves_out_gets_nothing, |world| async {
    let held_out =
        TREATMENTS.replace("percent: 50", "percent: 25").replace("experiment: {", "experiment: { holdout: 50,");
    let shop = capturing(world, &held_out).await;
    let mut left_out = 0;
    for person in 0..12 {
        let recipient = told(&format!("p{person}@example.com"), json!({}));
        let story = send(world, &shop, &format!("r-{person}"), recipient).await;
        if story.message.reason.as_deref() == Some("experiment_holdout") {
            left_out += 1;
            assert_eq!(story.message.state.as_str(), "excluded");
            assert_eq!(story.checks.last().unwrap().reference_code.as_deref(), Some("050018"));
        }
    }
    assert!((1..12).contains(&left_out), "{left_out}");
});

on_both!(a_message_that_is_tried_again_keeps_its_variant, |world| async {
    let mut relay = Relay::start().await;
    world.set_sandbox_mode(&dev(), SandboxMode::Live).await.unwrap();
    let shop = campaign(world, "transactional", &smtp(relay.port), LANGUAGES).await;
    upsert(world, "kim@example.com", json!({"language": "ko"})).await;
    relay.answer_recipients(&["451 later"]);
    let story = send(world, &shop, "r-1", stored("kim@example.com")).await;
    assert_eq!((story.message.state.as_str(), key(&story.message).as_deref()), ("queued", Some("-/-/ko")));
    // Whatever happens meanwhile.
    upsert(world, "kim@example.com", json!({"language": "en"})).await;
    publish(world, &shop.campaign, |draft| draft.variants.contents.clear()).await;
    world.clock.advance(Duration::from_secs(600));
    world.drain().await.unwrap();
    relay.next().await;
    let after = world.find_message(&dev(), &story.message.id).await.unwrap();
    assert_eq!((after.message.state.as_str(), key(&after.message).as_deref()), ("sent", Some("-/-/ko")));
    assert_eq!(after.message.subject.as_deref(), Some("주문 7"));
});

on_both!(a_click_leads_to_the_link_of_the_readers_variant, |world| async {
    let shop = capturing(world, TREATMENTS).await;
    let mut followed = BTreeSet::new();
    for person in 0..8 {
        let recipient = told(&format!("p{person}@example.com"), json!({}));
        let story = send(world, &shop, &format!("r-{person}"), recipient).await;
        let html = story.rendered.as_ref().unwrap().content.email().unwrap().html.clone();
        let token = html.split("/c/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        world.clock.advance(Duration::from_secs(60));
        let visit = Visit::of("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", false, false);
        let target = world.follow_link(&token, "", &visit).await.unwrap().unwrap();
        let treatment = &story.message.variant.unwrap().key.treatment;
        assert_eq!(target, format!("https://{treatment}.example/"));
        let looked = world.look_at_message(&dev(), &story.message.id, true).await.unwrap();
        assert!(looked.rendered.unwrap().content.email().unwrap().html.contains(&target));
        followed.insert(target);
    }
    assert_eq!(followed.len(), 2);
    let clicks = world.list_link_clicks(&dev(), &shop.campaign).await.unwrap();
    let labels: Vec<_> = clicks.iter().map(|link| link.label.as_str()).collect();
    assert_eq!((labels, clicks.iter().map(|link| link.people).sum::<i64>()), (vec!["Ay", "Bee"], 8));
});

on_both!(the_review_tells_faults_where_the_variant_stands, |world| async {
    let shop = capturing(world, LANGUAGES).await;
    save(world, &shop.campaign, |draft| {
        let korean = draft.variants.contents.values_mut().next().unwrap().email_mut().unwrap();
        korean.subject = "{{ context.order.id | nonsense }}".into();
        korean.html.clear();
    })
    .await
    .unwrap();
    let review = world.review_campaign(&dev(), &shop.campaign).await.unwrap();
    let at = |field: &str| format!("variants.contents.-/-/ko.{field}");
    let paths: BTreeSet<_> = review.errors.0.iter().map(|fault| fault.path.clone()).collect();
    assert_eq!(paths, BTreeSet::from([at("subject"), at("html")]));
    save(world, &shop.campaign, |draft| draft.variants.contents.clear()).await.unwrap();
    let review = world.review_campaign(&dev(), &shop.campaign).await.unwrap();
    assert!(codes(&review.warnings).contains(&("variants.languages", "missing_translation")), "{:?}", review.warnings);
});

on_both!(calls_carry_what_any_variant_needs, |world| async {
    let shop = capturing(world, LANGUAGES).await;
    publish(world, &shop.campaign, |draft| {
        let korean = draft.variants.contents.values_mut().next().unwrap().email_mut().unwrap();
        korean.subject = "{{ context.title }}".into();
    })
    .await;
    let schema = world.context_schema(&dev(), shop.campaign.as_str()).await.unwrap();
    assert_eq!(schema["properties"]["context"]["required"], json!(["order", "title"]));
    assert!(schema["properties"]["profile"]["properties"]["language"].is_object());
    let request = shop.request_with("r-1", vec![told("ann@example.com", json!({}))]);
    let Failure::Invalid { faults } = shop.trigger(world, request).await.unwrap_err().into_failure() else {
        panic!("a call without what the Korean mail needs was taken")
    };
    assert_eq!(codes(&faults), [("recipients[0].context.title", "missing_variable")]);
});

on_both!(high_throughput_reads_no_profile_to_choose, |world| async {
    let shop = capturing(world, LANGUAGES).await;
    save(world, &shop.campaign, |draft| draft.high_throughput = true).await.unwrap();
    let errors = world.review_campaign(&dev(), &shop.campaign).await.unwrap().errors;
    assert_eq!(codes(&errors), [("variants.languages", "no_languages_fast")]);
    save(world, &shop.campaign, |draft| {
        let of = |path: &str| Test { path: path.into(), kind: TestKind::IsThere, value: String::new() };
        let rule = Rule { any: true, tests: vec![of("context.order.total"), of("profile.tier")] };
        let target = Target { id: "vip".into(), name: "VIP".into(), rule };
        draft.variants =
            Variants { targeting: Some(Targeting { targets: vec![target], fallback: true }), ..Variants::default() };
    })
    .await
    .unwrap();
    let errors = world.review_campaign(&dev(), &shop.campaign).await.unwrap().errors;
    let path = "variants.targeting.targets[0].rule.tests[1].path";
    assert_eq!(codes(&errors), [(path, "no_profile_fast")]);
});

on_both!(a_dry_run_says_what_delivery_does, |world| async {
    let shop =
        capturing(world, &format!("{TREATMENTS}{}", "  languages: { offered: [{ tag: en }], fallback: en }\n")).await;
    for person in 0..4 {
        let request =
            || shop.request_with(&format!("r-{person}"), vec![told(&format!("p{person}@example.com"), json!({}))]);
        let tried = world.dry_run(&shop.caller, ExecutionKind::Unitary, request()).await.unwrap().recipients.remove(0);
        let accepted = shop.trigger(world, request()).await.unwrap();
        world.drain().await.unwrap();
        let story = shop.story(world, &accepted.execution_id).await;
        let DryRunRecipient { variant, checks, rendered, .. } = tried;
        assert_eq!((&variant, variant.is_some()), (&story.message.variant, true));
        let said = |checks: &[domain::message::Check]| checks.iter().map(|it| it.code.clone()).collect::<Vec<_>>();
        assert_eq!(said(&checks), said(&story.checks));
        assert_eq!(rendered.unwrap().headline(), story.message.subject.unwrap());
    }
});

async fn look(engine: &Engine, campaign: &CampaignId, more: Value) -> engine::Result<Vec<PersonPreview>> {
    let people = json!([{"userId": "a", "namespace": "crm", "contextAttributes": {"order": {"id": 7}}},
                        {"userId": "b", "namespace": "crm", "contextAttributes": {"order": {"id": 8}}}]);
    let mut call = json!({"previewRequestItems": people});
    call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    engine.preview_campaign(&dev(), campaign, serde_json::from_value(call).unwrap()).await
}

on_both!(previews_show_each_variant_to_each_person_or_one_that_is_named, |world| async {
    let shop = capturing(world, TREATMENTS).await;
    let seen = |previews: Vec<PersonPreview>| {
        let line =
            |it: &PersonPreview| format!("{} {} {}", it.user_id, it.variant.as_ref().unwrap(), it.rendered.headline());
        previews.iter().map(line).collect::<Vec<_>>()
    };
    let all = seen(look(world, &shop.campaign, json!({})).await.unwrap());
    assert_eq!(all, ["a a/-/- Order 7", "a b/-/- Long 7", "b a/-/- Order 8", "b b/-/- Long 8"]);
    let one = seen(look(world, &shop.campaign, json!({"variantId": "b/-/-"})).await.unwrap());
    assert_eq!(one, ["a b/-/- Long 7", "b b/-/- Long 8"]);
    let unknown = look(world, &shop.campaign, json!({"variantId": "c/-/-"})).await.unwrap_err().into_failure();
    let Failure::Invalid { faults } = unknown else { panic!("{unknown:?}") };
    assert_eq!(codes(&faults), [("variantId", "unknown_variant")]);
});

on_both!(proofs_show_each_variant_and_tell_how_far_each_is, |world| async {
    let shop = capturing(world, TREATMENTS).await;
    let by = ProofSender { name: ANN, client_id: "" };
    let call = |more: Value| {
        let mut call = json!({"recipients": [{"userId": "a", "namespace": "crm", "context": {"order": {"id": 7}},
            "channelsData": [{"channel": "email", "emailAddresses": ["qa@example.org", "boss@example.org"]}]}]});
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(call).unwrap()
    };
    let made = world.send_proofs(&dev(), &shop.campaign, &call(json!({})), by).await.unwrap();
    assert_eq!(made.parts.iter().map(|part| part.targeted).collect::<Vec<_>>(), [2, 2]);
    world.drain().await.unwrap();
    let done = world.find_proof(&dev(), &shop.campaign, &made.id).await.unwrap();
    assert!(done.parts.iter().all(|part| (part.status, part.submitted) == (ProofStatus::Submitted, 2)));
    let subjects: BTreeSet<_> =
        shop.messages(world, &made.id).await.into_iter().map(|it| (key(&it).unwrap(), it.subject.unwrap())).collect();
    let expected = [("a/-/-", "Order 7"), ("b/-/-", "Long 7")].map(|(key, subject)| (key.into(), subject.into()));
    assert_eq!(subjects, BTreeSet::from(expected));
    let one = world.send_proofs(&dev(), &shop.campaign, &call(json!({"variantId": "a/-/-"})), by).await.unwrap();
    assert_eq!((one.targeted, one.parts.len()), (2, 1));
});

on_both!(an_experiment_keeps_its_id_and_a_copy_gets_another, |world| async {
    let unnamed = TREATMENTS.replace("id: letters, ", "");
    let shop = capturing(world, &unnamed).await;
    let id = async |campaign: &CampaignId| {
        world.find_campaign(&dev(), campaign).await.unwrap().draft.variants.experiment.unwrap().id
    };
    let first = id(&shop.campaign).await;
    assert!(first.starts_with("exp_"), "{first}");
    // The file says no id.
    let again = capturing(world, &unnamed).await;
    assert_eq!((again.campaign.clone(), id(&again.campaign).await), (shop.campaign.clone(), first.clone()));
    assert_eq!(world.find_campaign(&dev(), &shop.campaign).await.unwrap().campaign.live_version, Some(1));
    let copy = world.duplicate_campaign(&dev(), &shop.campaign, "Copy", ANN).await.unwrap();
    assert_ne!(id(&copy.campaign.id).await, first);
});

on_both!(what_a_file_says_of_variants_is_checked_at_its_line, |world| async {
    let start = "kind: campaign\nname: Orders\ncategory: transactional\ncontent: { subject: A, html: x }\nvariants:\n";
    let faults = async |variants: &str| {
        let failed = world.apply_file(Some(&dev()), &format!("{start}{variants}"), ANN).await.unwrap_err();
        let engine::campaign_files::ApplyError::Faults(faults) = failed else { panic!("{failed:?}") };
        faults.into_iter().map(|fault| (fault.line, fault.path)).collect::<Vec<_>>()
    };
    let unknown = "  languages: { offered: [{ tag: ko }] }\n  contents:\n    -/-/ja: { subject: B, html: x }\n";
    assert_eq!(faults(unknown).await, [(8, "variants.contents.-/-/ja".to_owned())]);
    let misspelt = "  languages:\n    offered:\n      - tag: ko\n        enbled: true\n";
    assert_eq!(faults(misspelt).await, [(9, "variants.languages.offered[0].enbled".to_owned())]);
    let deep = "  languages: { offered: [{ tag: ko }] }\n  contents:\n    -/-/ko:\n      subject: B\n      htlm: x\n";
    assert_eq!(faults(deep).await, [(10, "variants.contents.-/-/ko.htlm".to_owned())]);
});

on_both!(a_live_activity_has_no_variants, |world| async {
    let shop = capturing(world, LANGUAGES).await;
    save(world, &shop.campaign, |draft| draft.variants.contents.clear()).await.unwrap();
    let activity = domain::content::PushContent { kind: domain::content::PushKind::LiveActivity, ..Default::default() };
    let copy = world.duplicate_campaign(&dev(), &shop.campaign, "Copy", ANN).await.unwrap().campaign.id;
    save(world, &copy, |draft| draft.content = Content::Push(activity)).await.unwrap();
    let errors = world.review_campaign(&dev(), &copy).await.unwrap().errors;
    assert!(codes(&errors).contains(&("variants", "no_live_activity_variants")), "{errors:?}");
});

on_both!(a_file_goes_with_the_variant_that_has_it, |world| async {
    let shop = capturing(world, LANGUAGES).await;
    let file = Upload { name: "terms.txt".into(), content_type: "text/plain".into(), bytes: b"Terms".to_vec() };
    world.attach_file(&dev(), &shop.campaign, None, file, ANN).await.unwrap();
    publish(world, &shop.campaign, |draft| {
        let files = std::mem::take(&mut draft.content.email_mut().unwrap().attachments);
        draft.variants.contents.values_mut().next().unwrap().email_mut().unwrap().attachments = files;
    })
    .await;
    // What no content refers to is removed.
    world.clock.advance(Duration::from_secs(61));
    world.sweep().await.unwrap();
    for (request, language, files) in [("r-1", "ko", 1), ("r-2", "en", 0)] {
        let story = send(world, &shop, request, told("ann@example.com", json!({"language": language}))).await;
        assert_eq!((story.message.state.as_str(), story.attachments.len()), ("captured", files), "{language}");
        let file = world.message_file(&dev(), &story.message.id, 0).await;
        assert_eq!(file.is_ok_and(|(_, bytes)| bytes == b"Terms"), files == 1);
    }
    let refused = save(world, &shop.campaign, |draft| {
        let korean = draft.variants.contents.values_mut().next().unwrap().email_mut().unwrap();
        korean.attachments[0].hash = "0".repeat(64);
    });
    let Failure::Invalid { faults } = refused.await.unwrap_err().into_failure() else { panic!("it was taken") };
    assert_eq!(codes(&faults), [("variants.contents.-/-/ko.attachments", "unknown_file")]);
});

on_both!(the_documented_example_is_applied_as_it_stands, |world| async {
    let page = include_str!("../../../docs/variants.md");
    let example = page.split_once("```yaml\n").unwrap().1.split_once("```").unwrap().0;
    let applied = world.apply_file(Some(&dev()), example, ANN).await.unwrap_or_else(|error| panic!("{error:?}"));
    let campaign = applied.last().unwrap().id.parse().unwrap();
    let shop = Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await };
    let mut named = None;
    // Some of them belong to those who are left out.
    for person in 0..40 {
        let who = told(&format!("kim{person}@example.com"), json!({"language": "ko", "tier": "gold"}));
        named = named.or(send(world, &shop, &format!("r-{person}"), who).await.message.variant);
    }
    let named = named.unwrap();
    assert_eq!((named.target.as_deref(), named.language.as_deref()), (Some("Gold members"), Some("ko")));
});
