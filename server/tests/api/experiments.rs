//! Figures and winners of experiments, as callers see them.

use axum::http::Method;
use domain::experiment::{Experiment, Treatment};
use serde_json::json;

use crate::support::{World, dev};

/// The address of the experiment of the world's campaign, which has one from now on.
async fn comparing(world: &World) -> String {
    let campaign = world.campaign.parse().unwrap();
    let before = world.engine.find_campaign(&dev(), &campaign).await.unwrap();
    let mut draft = before.draft;
    let treatment = |id: &str, percent| Treatment { id: id.into(), name: format!("Treatment {id}"), percent };
    let treatments = vec![treatment("a", 60), treatment("b", 40)];
    draft.variants.experiment = Some(Experiment { id: "exp1".into(), treatments, ..Experiment::default() });
    let saved = world.engine.save_draft(&dev(), &campaign, before.campaign.revision, &draft, "test").await.unwrap();
    world.engine.publish_campaign(&dev(), &campaign, saved.campaign.revision, "test").await.unwrap();
    format!("/ajo/im/campaigns/{campaign}/experiment")
}

#[tokio::test]
async fn a_winner_is_chosen_and_undone_and_the_figures_say_so() {
    let world = World::new().await;
    let path = comparing(&world).await;
    let winner = format!("{path}/winner");
    let shown = world.get(&path).await;
    assert_eq!((shown.status, &shown.json["metric"], &shown.json["winner"]), (200, &json!("opened"), &json!(null)));
    assert_eq!(shown.json["treatments"][1]["percent"], 40);
    let choose = async |treatment: &str| world.post(&winner, json!({ "treatment": treatment }).to_string()).await;
    assert_eq!(choose("c").await.refusal(), (400, "unknown_treatment"));
    let chosen = choose("b").await;
    assert_eq!((chosen.status, &chosen.json["winner"]["treatment"]), (200, &json!("b")));
    assert_eq!(chosen.json["treatments"][1]["percent"], 100);
    assert_eq!(choose("a").await.refusal(), (409, "winner_chosen"));
    let undone = world.client(Method::DELETE, &winner).send().await;
    assert_eq!((undone.status, &undone.json["winner"], &undone.json["isByHand"]), (200, &json!(null), &json!(true)));
    assert_eq!(world.client(Method::DELETE, &winner).send().await.refusal(), (409, "no_winner"));
}

#[tokio::test]
async fn without_an_experiment_there_are_no_figures() {
    let world = World::new().await;
    let path = format!("/ajo/im/campaigns/{}/experiment", world.campaign);
    assert_eq!(world.get(&path).await.refusal(), (404, "experiment_not_found"));
    assert_eq!(world.get("/ajo/im/campaigns/cmp_x/experiment").await.refusal(), (404, "campaign_not_found"));
    let chosen = world.post(&format!("{path}/winner"), json!({ "treatment": "a" }).to_string()).await;
    assert_eq!(chosen.refusal(), (404, "experiment_not_found"));
}
