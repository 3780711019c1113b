//! Previews and proofs: what a campaign says, looked at before people get it.

use std::time::Duration;

use crate::support::relay::Relay;
use crate::support::shop::{ANN, Shop, smtp};
use crate::support::{World, dev};
use domain::Failure;
use domain::campaign::{CampaignDetail, CampaignDraft};
use domain::content::Rendered;
use domain::id::{CampaignId, ExecutionKind};
use domain::message::{LogFilter, MessageDetail, MessageKind, MessageState};
use domain::preview::{Edition, PersonPreview};
use domain::proof::{ProofJob, ProofStatus};
use domain::sandbox::SandboxMode;
use domain::suppression::{Suppression, SuppressionReason};
use engine::proofs::ProofSender;
use engine::{Engine, Result};
use serde_json::{Value, json};

const BY_ANN: ProofSender<'_> = ProofSender { name: ANN, client_id: "" };

/// A call for proofs of order 7 at these addresses.
fn call(addresses: &[&str]) -> Value {
    json!({ "recipients": [{
        "userId": "tester-1", "namespace": "crm", "context": { "order": { "id": 7 } },
        "channelsData": [{ "channel": "email", "subjectPrefix": "[Test]", "emailAddresses": addresses }]
    }] })
}

async fn send(engine: &Engine, campaign: &CampaignId, call: Value) -> Result<ProofJob> {
    engine.send_proofs(&dev(), campaign, &serde_json::from_value(call).unwrap(), BY_ANN).await
}

async fn job(engine: &Engine, job: &ProofJob) -> ProofJob {
    engine.find_proof(&dev(), &job.campaign_id, &job.id).await.unwrap()
}

async fn look(engine: &Engine, campaign: &CampaignId, items: Value) -> Result<Vec<PersonPreview>> {
    let request = serde_json::from_value(json!({ "previewRequestItems": items })).unwrap();
    engine.preview_campaign(&dev(), campaign, request).await
}

async fn save(world: &World, campaign: &CampaignId, change: impl FnOnce(&mut CampaignDraft)) -> CampaignDetail {
    let CampaignDetail { campaign: before, mut draft, .. } = world.find_campaign(&dev(), campaign).await.unwrap();
    change(&mut draft);
    world.save_draft(&dev(), campaign, before.revision, &draft, ANN).await.unwrap()
}

async fn proofs_in_the_log(engine: &Engine) -> Vec<MessageDetail> {
    let filter = LogFilter { kind: "proof".into(), ..LogFilter::default() };
    let listed = engine.list_messages(&dev(), &filter, None, 200).await.unwrap().rows;
    let mut details = Vec::new();
    for message in listed {
        assert_eq!(message.kind, MessageKind::Proof);
        details.push(engine.find_message(&dev(), &message.id).await.unwrap());
    }
    details
}

fn subject(preview: &PersonPreview) -> &str {
    &preview.rendered.email().unwrap().subject
}

on_both!(
    a_proof_of_a_draft_that_was_never_live_goes_out_with_its_prefix_and_is_told_from_other_messages,
    |world| async {
        let mut relay = Relay::start().await;
        world.set_sandbox_mode(&dev(), SandboxMode::Live).await.unwrap();
        let shop = Shop::mailing(world, relay.port).await;
        let yaml = "kind: campaign\nname: Draft\ncategory: transactional\nconfiguration: Orders\ncontent:\n  subject: 'Order {{ context.order.id }}'\n  html: '<p>{{ context.order.id }}</p>'\n";
        let draft: CampaignId = world.apply_file(Some(&dev()), yaml, ANN).await.unwrap()[0].id.parse().unwrap();
        let made = send(world, &draft, call(&["qa@example.org", "boss@example.org"])).await.unwrap();
        assert_eq!((made.status, made.targeted, made.submitted), (ProofStatus::Created, 2, 0));
        assert!(matches!(made.edition, Edition::Draft(_)), "{:?}", made.edition);
        // Whatever is saved afterwards: the testers get what was asked for.
        save(world, &draft, |draft| draft.content.email_mut().unwrap().subject = "Something else".into()).await;
        world.drain().await.unwrap();
        let arrived = [relay.next().await, relay.next().await];
        let mut to: Vec<_> = arrived.iter().map(|mail| mail.to.as_str()).collect();
        to.sort_unstable();
        assert_eq!(to, ["boss@example.org", "qa@example.org"]);
        assert!(arrived.iter().all(|mail| mail.text.contains("Subject: [Test] Order 7")), "{}", arrived[0].text);
        let done = job(world, &made).await;
        assert_eq!((done.status, done.submitted, done.failures.len()), (ProofStatus::Submitted, 2, 0));
        let logged = proofs_in_the_log(world).await;
        assert_eq!(logged.len(), 2);
        let MessageDetail { message, rendered, checks, .. } = &logged[0];
        assert_eq!(message.subject.as_deref(), Some("[Test] Order 7"));
        assert!(rendered.is_some() && checks[0].text.contains("proof"), "{checks:?}");
        // The calls of the campaign are listed without it.
        shop.order(world, "r-1", "ann@example.org").await;
        world.drain().await.unwrap();
        let executions = world.list_executions(&dev(), &LogFilter::default(), None, 50).await.unwrap().rows;
        assert_eq!(executions.iter().map(|it| it.id.kind()).collect::<Vec<_>>(), [ExecutionKind::Unitary]);
        let others = LogFilter { kind: "campaign".into(), ..LogFilter::default() };
        let others = world.list_messages(&dev(), &others, None, 50).await.unwrap().rows;
        assert_eq!(others.iter().map(|it| it.kind).collect::<Vec<_>>(), [MessageKind::Campaign]);
    }
);

on_both!(a_proof_shows_the_draft_while_it_is_open_and_otherwise_what_is_live, |world| async {
    let shop = Shop::capturing(world).await;
    let live = send(world, &shop.campaign, call(&["qa@example.org"])).await.unwrap();
    assert_eq!(live.edition, Edition::Version(1));
    // Ids of one moment are in no order.
    world.clock.advance(Duration::from_millis(1));
    let saved = save(world, &shop.campaign, |draft| {
        draft.content.email_mut().unwrap().subject = "Your order {{ context.order.id }}".into();
    })
    .await;
    let draft = send(world, &shop.campaign, call(&["qa@example.org"])).await.unwrap();
    assert_eq!(draft.edition, Edition::Draft(saved.campaign.revision));
    world.drain().await.unwrap();
    let subjects: Vec<_> = proofs_in_the_log(world).await.into_iter().filter_map(|it| it.message.subject).collect();
    assert_eq!(subjects, ["[Test] Your order 7", "[Test] Order 7"]);
    let listed = world.list_proofs(&dev(), &shop.campaign).await.unwrap();
    assert_eq!(listed.iter().map(|it| &it.id).collect::<Vec<_>>(), [&draft.id, &live.id]);
    assert!(listed.iter().all(|it| it.status == ProofStatus::Submitted && it.created_by == ANN), "{listed:?}");
});

on_both!(reports_pauses_and_copies_leave_proofs_out, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    relay.answer_recipients(&["550 no such user"; 200]);
    for _ in 0..10 {
        let many: Vec<_> = (0..10).map(|n| format!("nobody{n}@example.org")).collect();
        send(world, &shop.campaign, call(&many.iter().map(String::as_str).collect::<Vec<_>>())).await.unwrap();
    }
    world.drain().await.unwrap();
    let jobs = world.list_proofs(&dev(), &shop.campaign).await.unwrap();
    assert!(jobs.iter().all(|it| it.status == ProofStatus::Failed && it.failures.len() == 10), "{jobs:?}");
    let failure = &jobs[0].failures[0];
    assert_eq!((failure.user_id.as_str(), failure.code.as_str()), ("tester-1", "smtp_550"));
    assert!(failure.text.contains("no such user"), "{}", failure.text);
    // A hundred messages that people were to get would have paused it.
    let detail = world.find_campaign(&dev(), &shop.campaign).await.unwrap();
    assert_eq!((detail.campaign.status.as_str(), detail.pause), ("live", None));
    assert_eq!(world.campaign_results(&dev(), &shop.campaign).await.unwrap().counts.total, 0);
    let activity = world.campaign_activity(&dev(), &shop.campaign).await.unwrap();
    assert_eq!((activity.calls_per_hour.iter().sum::<i64>(), activity.last_failure), (0, None));
    relay.arrived();
});

on_both!(suppression_and_the_allow_list_hold_for_proofs_and_a_pause_does_not, |world| async {
    let mut relay = Relay::start().await;
    let shop = Shop::mailing(world, relay.port).await;
    let channel = domain::channel_configuration::Channel::Email;
    let at = world.now();
    let entry = Suppression::of(channel, "left@example.org", SuppressionReason::Manual, at);
    world.put_back_suppression(&dev(), entry).await.unwrap();
    world.pause_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    let made = send(world, &shop.campaign, call(&["left@example.org", "qa@example.org"])).await.unwrap();
    world.drain().await.unwrap();
    assert_eq!(relay.next().await.to, "qa@example.org");
    let done = job(world, &made).await;
    assert_eq!((done.status, done.targeted, done.submitted), (ProofStatus::PartiallyFailed, 2, 1));
    assert_eq!((done.failures[0].address.as_str(), done.failures[0].code.as_str()), ("left@example.org", "suppressed"));
    world.set_allow_list_active(&dev(), true).await.unwrap();
    let made = send(world, &shop.campaign, call(&["qa@example.org"])).await.unwrap();
    world.drain().await.unwrap();
    let done = job(world, &made).await;
    assert_eq!((done.status, done.failures[0].code.as_str()), (ProofStatus::Failed, "not_allowed"));
    assert!(relay.arrived().is_empty());
});

on_both!(a_job_goes_on_in_the_next_process, |world| async {
    let shop = Shop::capturing(world).await;
    let made = send(world, &shop.campaign, call(&["qa@example.org"])).await.unwrap();
    let next = world.other_process().await;
    assert_eq!(job(&next, &made).await.status, ProofStatus::Created);
    next.drain().await.unwrap();
    assert_eq!(job(world, &made).await.status, ProofStatus::Submitted);
    next.close().await;
});

on_both!(nothing_in_a_proof_counts_or_acts_for_a_person, |world| async {
    let mut relay = Relay::start().await;
    world.set_sandbox_mode(&dev(), SandboxMode::Live).await.unwrap();
    let shop = Shop::with(world, &dev(), "News", "marketing", &smtp(relay.port), "").await;
    save(world, &shop.campaign, |draft| {
        let email = draft.content.email_mut().unwrap();
        (email.track_opens, email.track_clicks) = (true, true);
        email.html = "<p><a href=\"https://shop.example/a\">A</a> <a href=\"{{ unsubscribe_url }}\">Leave</a>\
                      <a href=\"{{ mirror_url }}\">Read here</a></p>"
            .into();
    })
    .await;
    let made = send(world, &shop.campaign, call(&["qa@example.org"])).await.unwrap();
    world.drain().await.unwrap();
    // Marketing asks for consent, caps and quiet hours; this is none.
    assert_eq!(job(world, &made).await.status, ProofStatus::Submitted);
    let mail = relay.next().await.text;
    assert!(!mail.contains("hermod.example.com") && !mail.contains("List-Unsubscribe"), "{mail}");
    assert!(mail.contains("https://shop.example/a"), "{mail}");
});

on_both!(what_is_stored_of_a_person_is_read_only_when_the_call_says_nothing_of_them, |world| async {
    let shop = Shop::capturing(world).await;
    save(world, &shop.campaign, |draft| {
        draft.content.email_mut().unwrap().subject = "{{ profile.name }}, {{ context.order.id }}".into();
    })
    .await;
    let stored = json!({ "identities": [{ "namespace": "crm", "userId": "c-1" }], "attributes": { "name": "Kim" } });
    world.upsert_profile(&dev(), serde_json::from_value(stored).unwrap(), "Web shop").await.unwrap();
    let context = json!({ "order": { "id": 7 } });
    let items = json!([
        { "userId": "c-1", "namespace": "crm", "contextAttributes": context },
        { "userId": "c-1", "namespace": "crm", "contextAttributes": context, "profileAttributes": { "name": "Ann" } },
    ]);
    let shown = look(world, &shop.campaign, items).await.unwrap();
    assert_eq!(shown.iter().map(subject).collect::<Vec<_>>(), ["Kim, 7", "Ann, 7"]);
    let lacking = json!([{ "userId": "c-1", "namespace": "crm", "profileAttributes": {} }]);
    let refused = look(world, &shop.campaign, lacking).await.unwrap_err().into_failure();
    let Failure::Invalid { faults } = refused else { panic!("{refused:?}") };
    let paths: Vec<_> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
    let at = "previewRequestItems[0]";
    assert_eq!(paths, [format!("{at}.contextAttributes.order.id"), format!("{at}.profileAttributes.name")]);
    // The same for proofs.
    let channels = json!([{ "channel": "email", "emailAddresses": ["qa@example.org"] }]);
    let person = |profile: Value| {
        json!({ "recipients": [{
            "userId": "c-1", "namespace": "crm", "context": context, "channelsData": channels, "profile": profile
        }] })
    };
    send(world, &shop.campaign, person(json!({ "name": "Ann" }))).await.unwrap();
    // Ids of one moment are in no order.
    world.clock.advance(Duration::from_millis(1));
    send(world, &shop.campaign, person(Value::Null)).await.unwrap();
    world.clock.advance(Duration::from_millis(1));
    let unsaid = send(world, &shop.campaign, person(json!({}))).await.unwrap();
    world.drain().await.unwrap();
    let subjects: Vec<_> = proofs_in_the_log(world).await.into_iter().filter_map(|it| it.message.subject).collect();
    assert_eq!(subjects, ["Kim, 7", "Ann, 7"]);
    let done = job(world, &unsaid).await;
    assert_eq!((done.status, done.failures[0].code.as_str()), (ProofStatus::Failed, "missing_variable"));
});

on_both!(a_preview_stores_and_sends_nothing, |world| async {
    let shop = Shop::capturing(world).await;
    let items = json!([{ "userId": "a", "namespace": "email", "contextAttributes": { "order": { "id": "<b>" } } }]);
    let shown = look(world, &shop.campaign, items).await.unwrap();
    let Rendered::Email(email) = &shown[0].rendered else { panic!("{shown:?}") };
    assert_eq!((shown[0].edition, email.html.as_str()), (Edition::Version(1), "<p>Order &lt;b&gt;</p>"));
    world.drain().await.unwrap();
    assert!(world.list_messages(&dev(), &LogFilter::default(), None, 10).await.unwrap().rows.is_empty());
    let elsewhere = CampaignId::new(1, [1; 10]);
    let unknown = look(world, &elsewhere, json!([{ "userId": "a", "namespace": "email" }])).await.unwrap_err();
    assert_eq!(unknown.into_failure(), Failure::not_found("campaign"));
});

on_both!(a_draft_that_lacks_something_has_no_proof_and_is_told_all_of_it, |world| async {
    Shop::capturing(world).await;
    let made = world
        .create_campaign(&dev(), "Empty", domain::channel_configuration::Category::Transactional, ANN)
        .await
        .unwrap();
    let refused = send(world, &made.campaign.id, call(&["qa@example.org"])).await.unwrap_err().into_failure();
    let Failure::Invalid { faults } = refused else { panic!("{refused:?}") };
    let paths: Vec<_> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["configurationId", "content.subject", "content.html"]);
    assert!(world.list_proofs(&dev(), &made.campaign.id).await.unwrap().is_empty());
});

on_both!(the_eleventh_job_of_a_minute_has_to_wait_and_others_do_not, |world| async {
    let shop = Shop::capturing(world).await;
    for _ in 0..10 {
        send(world, &shop.campaign, call(&["qa@example.org"])).await.unwrap();
    }
    let refused = send(world, &shop.campaign, call(&["qa@example.org"])).await.unwrap_err().into_failure();
    assert!(matches!(refused, Failure::TooMany { retry_after_seconds: 60 }), "{refused:?}");
    let other = ProofSender { name: ANN, client_id: "client-1" };
    let request = serde_json::from_value(call(&["qa@example.org"])).unwrap();
    world.send_proofs(&dev(), &shop.campaign, &request, other).await.unwrap();
    world.clock.advance(Duration::from_mins(1));
    send(world, &shop.campaign, call(&["qa@example.org"])).await.unwrap();
});

on_both!(proofs_of_the_draft_go_with_what_retention_removes, |world| async {
    let mut settings = world.settings.clone();
    settings.retention.messages = Some(Duration::from_hours(24));
    let engine = Engine::open(settings, world.clock.clone()).await.unwrap();
    let shop = Shop::capturing(world).await;
    save(world, &shop.campaign, |draft| draft.content.email_mut().unwrap().subject = "New".into()).await;
    let made = send(&engine, &shop.campaign, call(&["qa@example.org"])).await.unwrap();
    engine.drain().await.unwrap();
    world.clock.advance(Duration::from_hours(25));
    engine.sweep().await.unwrap();
    let gone = engine.find_proof(&dev(), &shop.campaign, &made.id).await.unwrap_err().into_failure();
    assert_eq!(gone, Failure::not_found("proof job"));
    assert!(engine.list_proofs(&dev(), &shop.campaign).await.unwrap().is_empty());
    // The next one of the same draft is made anew.
    let made = send(&engine, &shop.campaign, call(&["qa@example.org"])).await.unwrap();
    engine.drain().await.unwrap();
    assert_eq!(job(&engine, &made).await.status, ProofStatus::Submitted);
    engine.close().await;
});

on_both!(a_job_of_another_campaign_or_kind_is_unknown, |world| async {
    let shop = Shop::capturing(world).await;
    let accepted = shop.order(world, "r-1", "ann@example.org").await;
    let made = send(world, &shop.campaign, call(&["qa@example.org"])).await.unwrap();
    let unknown = Failure::not_found("proof job");
    let of = async |campaign: &CampaignId, id| {
        world.find_proof(&dev(), campaign, id).await.map_err(engine::Error::into_failure)
    };
    assert_eq!(of(&shop.campaign, &accepted.execution_id).await, Err(unknown.clone()));
    assert_eq!(of(&CampaignId::new(1, [1; 10]), &made.id).await, Err(unknown));
    world.drain().await.unwrap();
    let proof = proofs_in_the_log(world).await.remove(0).message;
    assert_eq!((proof.state, proof.execution_id), (MessageState::Captured, made.id));
});
