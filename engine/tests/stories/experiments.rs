//! What an experiment shows, and what is decided by it.

use std::time::Duration;

use domain::campaign::{CampaignDraft, ScheduleDraft};
use domain::consent::ConsentSource;
use domain::content::Content;
use domain::experiment::{Experiment, ExperimentKind, ExperimentReport, Scaling, SuccessMetric, Treatment};
use domain::message::{MessageDetail, MessageState};
use engine::Engine;
use engine::tracking::Visit;

use crate::support::shop::{ANN, Shop};
use crate::support::{World, dev};

const DAY: Duration = Duration::from_secs(24 * 3_600);
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

fn halves(scaling: Scaling) -> Experiment {
    let treatment = |id: &str, name: &str| Treatment { id: id.into(), name: name.into(), percent: 50 };
    let treatments = vec![treatment("a", "Plain"), treatment("b", "Bold")];
    Experiment { id: "exp1".into(), treatments, scaling, ..Experiment::default() }
}

/// A live campaign with this experiment, whose mails count openings and clicks.
async fn comparing(world: &World, experiment: Experiment) -> Shop {
    let shop = Shop::capturing(world).await;
    activate(world, &shop, |draft| draft.variants.experiment = Some(experiment)).await;
    shop
}

async fn activate(world: &World, shop: &Shop, change: impl FnOnce(&mut CampaignDraft)) {
    let before = world.find_campaign(&dev(), &shop.campaign).await.unwrap();
    let mut draft = before.draft;
    if let Content::Email(email) = &mut draft.content {
        "<body><a href=\"https://shop.example/a\">Shop</a><a href=\"{{ unsubscribe_url }}\">Leave</a></body>"
            .clone_into(&mut email.html);
        (email.track_opens, email.track_clicks) = (true, true);
    }
    change(&mut draft);
    let saved = world.save_draft(&dev(), &shop.campaign, before.campaign.revision, &draft, ANN).await.unwrap();
    world.publish_campaign(&dev(), &shop.campaign, saved.campaign.revision, ANN).await.unwrap();
}

/// Sends to so many people, and returns their messages.
async fn send(engine: &Engine, shop: &Shop, call: &str, people: usize) -> Vec<MessageDetail> {
    let names: Vec<String> = (0..people).map(|n| format!("{call}-{n}@example.com")).collect();
    let mut all = Vec::new();
    for (part, names) in names.chunks(20).enumerate() {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let request = shop.request(&format!("{call}-{part}"), &names);
        let accepted = shop.trigger(engine, request).await.unwrap();
        while engine.drain().await.unwrap() > 0 {}
        for message in shop.messages(engine, &accepted.execution_id).await {
            all.push(engine.find_message(&dev(), &message.id).await.unwrap());
        }
    }
    all
}

/// The same while all people get this treatment; afterwards they are shared out as before.
async fn send_all(world: &World, shop: &Shop, treatment: &str, people: usize) -> Vec<MessageDetail> {
    let mut before = None;
    activate(world, shop, |draft| {
        before.clone_from(&draft.variants.experiment);
        for it in draft.variants.experiment.iter_mut().flat_map(|it| &mut it.treatments) {
            it.percent = if it.id == treatment { 100 } else { 0 };
        }
    })
    .await;
    let messages = send(world, shop, treatment, people).await;
    activate(world, shop, |draft| draft.variants.experiment = before).await;
    messages
}

async fn report(engine: &Engine, shop: &Shop) -> ExperimentReport {
    engine.experiment_report(&dev(), &shop.campaign).await.unwrap().unwrap()
}

fn percents(report: &ExperimentReport) -> Vec<u8> {
    report.treatments.iter().map(|it| it.percent).collect()
}

fn sent(report: &ExperimentReport) -> Vec<i64> {
    report.treatments.iter().map(|it| it.sent).collect()
}

fn sum(report: &ExperimentReport, of: impl Fn(&domain::experiment::TreatmentReport) -> i64) -> i64 {
    report.treatments.iter().map(of).sum()
}

/// The tokens of its picture, its link and its way out.
fn tokens(message: &MessageDetail) -> [String; 3] {
    let rendered = message.rendered.as_ref().unwrap();
    let html = &rendered.content.email().unwrap().html;
    ["/o/", "/c/", "/u/"].map(|kind| html.split(kind).nth(1).unwrap().chars().take(40).collect())
}

fn reader() -> Visit {
    Visit::of(FIREFOX, false, false)
}

on_both!(what_happens_to_a_message_is_counted_once_for_its_treatment, |world| async {
    let shop = comparing(world, Experiment { holdout: 0, ..halves(Scaling::ByHand) }).await;
    let empty = report(world, &shop).await;
    assert_eq!((sent(&empty), empty.since, empty.held_out), (vec![0, 0], None, 0));
    let began = world.now();
    let messages = send(world, &shop, "r", 40).await;
    world.clock.advance(Duration::from_secs(60));
    let [opened, clicked, left] = [&messages[0], &messages[1], &messages[2]].map(tokens);
    for _ in 0..2 {
        world.note_opening(&opened[0], &reader()).await.unwrap();
        world.clock.advance(Duration::from_secs(1));
    }
    world.note_opening(&tokens(&messages[3])[0], &Visit::of("Mozilla/5.0", false, false)).await.unwrap();
    world.follow_link(&clicked[1], "", &reader()).await.unwrap().unwrap();
    for _ in 0..2 {
        assert!(world.unsubscribe(&left[2], ConsentSource::OneClick).await.unwrap());
    }
    let shown = report(world, &shop).await;
    assert_eq!((sum(&shown, |it| it.sent), shown.since), (40, Some(began)));
    assert!(sent(&shown).iter().all(|sent| *sent > 5), "{shown:?}");
    assert_eq!(sum(&shown, |it| it.opened), 2, "twice by the same counts once, a click is an opening, a program none");
    assert_eq!((sum(&shown, |it| it.clicked), sum(&shown, |it| it.unsubscribed)), (1, 1));
});

on_both!(who_is_left_out_is_counted_and_gets_nothing, |world| async {
    let mut some = Experiment { holdout: 40, ..halves(Scaling::ByHand) };
    some.distribute_evenly();
    let shop = comparing(world, some).await;
    let messages = send(world, &shop, "r", 40).await;
    let excluded = messages.iter().filter(|it| it.message.state == MessageState::Excluded).count();
    let shown = report(world, &shop).await;
    assert!(excluded > 5, "{excluded}");
    let excluded = i64::try_from(excluded).unwrap();
    assert_eq!((shown.held_out, sum(&shown, |it| it.sent)), (excluded, 40 - excluded));
    assert_eq!(shown.holdout, 40);
});

on_both!(processes_that_count_at_once_lose_nothing, |world| async {
    let shop = comparing(world, halves(Scaling::ByHand)).await;
    let other = world.other_process().await;
    let (one, two) = tokio::join!(send(world, &shop, "one", 60), send(&other, &shop, "two", 60));
    // Each may have sent what the other one was called for.
    while world.drain().await.unwrap() + other.drain().await.unwrap() > 0 {}
    world.clock.advance(Duration::from_secs(60));
    let reader = reader();
    // Each opening is told to both processes, in opposite orders.
    let open = async |engine: &Engine, messages: Vec<&MessageDetail>| {
        for message in messages {
            let message = engine.find_message(&dev(), &message.message.id).await.unwrap();
            engine.note_opening(&tokens(&message)[0], &reader).await.unwrap();
        }
    };
    let all: Vec<_> = one.iter().chain(&two).collect();
    tokio::join!(open(world, all.clone()), open(&other, all.iter().rev().copied().collect()));
    let shown = report(world, &shop).await;
    assert_eq!((sum(&shown, |it| it.sent), sum(&shown, |it| it.opened)), (120, 120));
    other.close().await;
});

on_both!(a_winner_chosen_by_hand_is_for_everybody_until_it_is_undone, |world| async {
    let shop = comparing(world, halves(Scaling::WhenFound)).await;
    send(world, &shop, "before", 20).await;
    let code = |result: engine::Result<ExperimentReport>| result.unwrap_err().into_failure().code().to_owned();
    assert_eq!(code(world.scale_experiment(&dev(), &shop.campaign, "c", ANN).await), "unknown_treatment");
    assert_eq!(code(world.let_experiment_run_on(&dev(), &shop.campaign).await), "no_winner");
    let scaled = world.scale_experiment(&dev(), &shop.campaign, "b", ANN).await.unwrap();
    let winner = scaled.winner.clone().unwrap();
    assert_eq!((winner.treatment.as_str(), winner.by.as_str(), percents(&scaled)), ("b", ANN, vec![0, 100]));
    assert_eq!(code(world.scale_experiment(&dev(), &shop.campaign, "a", ANN).await), "winner_chosen");
    let before = sent(&report(world, &shop).await);
    send(world, &shop, "after", 20).await;
    assert_eq!(sent(&report(world, &shop).await), [before[0], before[1] + 20], "from the next message on");
    let undone = world.let_experiment_run_on(&dev(), &shop.campaign).await.unwrap();
    assert_eq!((undone.winner.clone(), percents(&undone)), (None, vec![50, 50]));
    assert!(undone.is_by_hand, "figures choose no winner any more");
    assert_eq!(world.look_at_experiments().await.unwrap(), 0);
    world.stop_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    assert_eq!(code(world.scale_experiment(&dev(), &shop.campaign, "a", ANN).await), "campaign_over");
});

on_both!(a_winner_that_is_found_is_for_everybody_from_the_next_message_on, |world| async {
    let shop = comparing(world, Experiment { metric: SuccessMetric::Opened, ..halves(Scaling::WhenFound) }).await;
    send_all(world, &shop, "a", 80).await;
    let messages = send_all(world, &shop, "b", 80).await;
    world.clock.advance(Duration::from_secs(60));
    assert_eq!(world.look_at_experiments().await.unwrap(), 0, "nothing is found yet");
    for message in &messages {
        world.note_opening(&tokens(message)[0], &reader()).await.unwrap();
    }
    assert_eq!(report(world, &shop).await.found().map(|it| it.id.as_str()), Some("b"));
    assert_eq!(world.look_at_experiments().await.unwrap(), 0, "it was looked at a moment ago");
    world.clock.advance(Duration::from_secs(60));
    assert_eq!(world.look_at_experiments().await.unwrap(), 1);
    let found = report(world, &shop).await;
    assert_eq!(found.winner.as_ref().map(|it| (it.treatment.as_str(), it.by.as_str())), Some(("b", "Hermod")));
    let before = sent(&found);
    send(world, &shop, "after", 20).await;
    assert_eq!(sent(&report(world, &shop).await), [before[0], before[1] + 20]);
    // Another version of the same campaign goes on with it.
    activate(world, &shop, |draft| draft.description = "Another".into()).await;
    send(world, &shop, "later", 20).await;
    assert_eq!(sent(&report(world, &shop).await), [before[0], before[1] + 40]);
});

on_both!(the_best_one_wins_when_its_time_has_come, |world| async {
    let shop = comparing(world, halves(Scaling::After { hours: 2 })).await;
    send(world, &shop, "r", 20).await;
    world.clock.advance(Duration::from_secs(7_199));
    assert_eq!(world.look_at_experiments().await.unwrap(), 0);
    world.clock.advance(Duration::from_secs(61));
    assert_eq!(world.look_at_experiments().await.unwrap(), 1);
    assert!(report(world, &shop).await.winner.is_some());
});

on_both!(a_bandit_shares_people_out_anew_every_week_and_once_whoever_looks, |world| async {
    let bandit = Experiment { kind: ExperimentKind::Bandit, ..halves(Scaling::ByHand) };
    let shop = comparing(world, bandit).await;
    let other = world.other_process().await;
    let messages = send_all(world, &shop, "a", 30).await;
    send_all(world, &shop, "b", 30).await;
    world.clock.advance(Duration::from_secs(60));
    for message in &messages {
        world.note_opening(&tokens(message)[0], &reader()).await.unwrap();
    }
    let look = async || {
        let (one, two) = tokio::join!(world.look_at_experiments(), other.look_at_experiments());
        one.unwrap() + two.unwrap()
    };
    assert_eq!(look().await, 0);
    world.clock.advance(DAY * 7);
    assert_eq!(look().await, 1, "one of both");
    let shown = report(world, &shop).await;
    assert_eq!((percents(&shown), shown.shared_out_at), (vec![95, 5], Some(world.now())));
    world.clock.advance(DAY);
    assert_eq!(look().await, 0);
    world.clock.advance(DAY * 6);
    assert_eq!(look().await, 1);
    other.close().await;
});

on_both!(figures_stay_when_messages_go, |world| async {
    let shop = comparing(world, halves(Scaling::ByHand)).await;
    let messages = send(world, &shop, "r", 20).await;
    world.clock.advance(Duration::from_secs(60));
    world.note_opening(&tokens(&messages[0])[0], &reader()).await.unwrap();
    let before = report(world, &shop).await;
    world.erase_person(&dev(), &messages[0].message.address, ANN).await.unwrap();
    assert_eq!(report(world, &shop).await, before, "a person is forgotten, and stays counted");
    let retention = engine::retention::Settings { messages: Some(DAY), bodies: None };
    let settings = engine::Settings { retention, ..world.settings.clone() };
    let sweeping = Engine::open(settings, world.clock.clone()).await.unwrap();
    world.clock.advance(DAY * 2);
    assert_eq!(sweeping.sweep().await.unwrap().messages, 19);
    assert_eq!(report(&sweeping, &shop).await, before);
    sweeping.close().await;
});

on_both!(a_winner_that_would_come_after_the_end_blocks_activation, |world| async {
    let shop = comparing(world, halves(Scaling::ByHand)).await;
    let before = world.find_campaign(&dev(), &shop.campaign).await.unwrap();
    let mut draft = before.draft;
    draft.variants.experiment = Some(halves(Scaling::After { hours: 48 }));
    draft.schedule = ScheduleDraft { end: "2026-12-03T09:00".into(), ..ScheduleDraft::default() };
    let saved = world.save_draft(&dev(), &shop.campaign, before.campaign.revision, &draft, ANN).await.unwrap();
    let review = world.review_campaign(&dev(), &shop.campaign).await.unwrap();
    let fault = review.errors.at("variants.experiment.scaling").unwrap();
    assert_eq!(fault.code, "scaled_after_end");
    assert!(world.publish_campaign(&dev(), &shop.campaign, saved.campaign.revision, ANN).await.is_err());
    draft.schedule.end = "2026-12-03T09:01".into();
    let saved = world.save_draft(&dev(), &shop.campaign, saved.campaign.revision, &draft, ANN).await.unwrap();
    world.publish_campaign(&dev(), &shop.campaign, saved.campaign.revision, ANN).await.unwrap();
});

on_both!(a_campaign_without_an_experiment_has_no_figures, |world| async {
    let shop = Shop::capturing(world).await;
    shop.order(world, "r", "ann@example.com").await;
    world.drain().await.unwrap();
    assert_eq!(world.experiment_report(&dev(), &shop.campaign).await.unwrap(), None);
    let failure = world.scale_experiment(&dev(), &shop.campaign, "a", ANN).await.unwrap_err().into_failure();
    assert_eq!(failure, domain::Failure::not_found("experiment"));
});
