//! The context contract: what an author says of the values that a content reads, and what callers get of it.

use crate::support::audience::{import, trigger};
use crate::support::shop::{ANN, Shop, recipient};
use crate::support::{World, dev};
use domain::campaign::{CampaignDetail, CampaignDraft};
use domain::id::{CampaignId, ExecutionKind};
use domain::variable::VariableRules;
use domain::{Failure, Faults};
use serde_json::{Value, json};

const ORDER: &str = "context.order.id";

fn rules(rules: Value) -> VariableRules {
    serde_json::from_value(rules).unwrap()
}

fn faults<T: std::fmt::Debug>(result: engine::Result<T>) -> Faults {
    match result.unwrap_err().into_failure() {
        Failure::Invalid { faults } => faults,
        other => panic!("{other:?}"),
    }
}

fn told(faults: &Faults) -> Vec<(&str, &str)> {
    faults.0.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect()
}

/// Stores a changed draft.
async fn save(world: &World, id: &CampaignId, change: impl FnOnce(&mut CampaignDraft)) -> CampaignDetail {
    let before = world.find_campaign(&dev(), id).await.unwrap();
    let mut draft = before.draft;
    change(&mut draft);
    world.save_draft(&dev(), id, before.campaign.revision, &draft, ANN).await.unwrap()
}

async fn publish(world: &World, saved: &CampaignDetail) -> CampaignDetail {
    world.publish_campaign(&dev(), &saved.campaign.id, saved.campaign.revision, ANN).await.unwrap()
}

/// Makes these rules live.
async fn rule(world: &World, id: &CampaignId, said: Value) -> CampaignDetail {
    let saved = save(world, id, |draft| draft.variables = rules(said)).await;
    publish(world, &saved).await
}

on_both!(a_call_with_a_value_of_another_type_is_refused_with_its_path_and_name, |world| async {
    let shop = Shop::capturing(world).await;
    rule(world, &shop.campaign, json!({ ORDER: { "type": "string" } })).await;
    let call = |request_id: &str, id: Value| {
        shop.request_with(request_id, vec![recipient("ann@example.com", json!({ "order": { "id": id } }))])
    };
    let refused = faults(shop.trigger(world, call("r-1", json!(7))).await);
    assert_eq!(told(&refused), [("recipients[0].context.order.id", "wrong_type")]);
    assert_eq!(refused.0[0].text, "The campaign takes context.order.id as a text, and it is a number.");
    let missing = faults(shop.trigger(world, call("r-1", Value::Null)).await);
    assert_eq!(told(&missing), [("recipients[0].context.order.id", "missing_variable")]);

    let tried = world.dry_run(&shop.caller, ExecutionKind::Unitary, call("r-1", json!(7))).await.unwrap();
    assert_eq!((tried.would_accept, &tried.faults), (false, &refused));
    assert_eq!(tried.recipients[0].reason.as_deref(), Some("wrong_type"));
    assert!(!shop.trigger(world, call("r-1", json!("7"))).await.unwrap().replayed, "the requestId was still free");
});

on_both!(what_is_said_of_a_value_holds_from_the_next_version_on, |world| async {
    let shop = Shop::capturing(world).await;
    let said = json!({ ORDER: { "type": "string", "example": "1001" }, "context.unread": { "required": true } });
    let saved = save(world, &shop.campaign, |draft| draft.variables = rules(said)).await;
    assert!(saved.campaign.draft_open);
    shop.order(world, "r-1", "ann@example.com").await;
    let live = publish(world, &saved).await;
    assert_eq!((live.campaign.live_version, live.campaign.draft_open), (Some(2), false));
    let variables = live.live.unwrap().definition.variables;
    assert_eq!(variables.len(), 1, "what nobody reads is no part of a version");
    assert_eq!(variables[0].rule, saved.draft.variables[ORDER]);
    assert_eq!(live.draft.variables.len(), 2, "and stays in the draft, should the content read it again");
    let refused = faults(shop.trigger(world, shop.request("r-2", &["ann@example.com"])).await);
    assert_eq!(refused.0[0].code, "wrong_type");
    assert_eq!(world.drain().await.unwrap(), 1, "what was accepted before is sent");

    let open = save(world, &shop.campaign, |draft| draft.variables = rules(json!({ ORDER: {} }))).await;
    assert!(open.campaign.draft_open && open.draft.variables.is_empty());
    let back = save(world, &shop.campaign, |draft| draft.variables = live.draft.variables).await;
    assert!(!back.campaign.draft_open, "the draft says again what is live");
});

on_both!(what_contradicts_the_content_blocks_the_activation, |world| async {
    let shop = Shop::capturing(world).await;
    let said = json!({ ORDER: { "type": "list", "required": false } });
    let saved = save(world, &shop.campaign, |draft| draft.variables = rules(said)).await;
    let expected =
        [("variables.context.order.id.required", "variable_needed"), ("variables.context.order.id.type", "type_unfit")];
    assert_eq!(told(&world.review_campaign(&dev(), &shop.campaign).await.unwrap().errors), expected);
    let refused = world.publish_campaign(&dev(), &shop.campaign, saved.campaign.revision, ANN).await;
    assert_eq!(told(&faults(refused)), expected);
});

on_both!(an_example_of_another_type_is_not_stored, |world| async {
    let shop = Shop::capturing(world).await;
    let before = world.find_campaign(&dev(), &shop.campaign).await.unwrap();
    let variables = rules(json!({ ORDER: { "type": "integer", "example": "x" } }));
    let draft = CampaignDraft { variables, ..before.draft };
    let refused = world.save_draft(&dev(), &shop.campaign, before.campaign.revision, &draft, ANN).await;
    assert_eq!(told(&faults(refused)), [("variables.context.order.id.example", "wrong_type")]);
});

on_both!(the_review_warns_of_what_would_break_callers_and_does_not_block, |world| async {
    let shop = Shop::capturing(world).await;
    let saved = save(world, &shop.campaign, |draft| {
        draft.content.email_mut().unwrap().html = "<p>{{ context.order.id }} for {{ profile.name }}</p>".into();
        draft.variables = rules(json!({ ORDER: { "type": "string" } }));
    })
    .await;
    let review = world.review_campaign(&dev(), &shop.campaign).await.unwrap();
    let expected = [("variables.context.order.id", "type_changed"), ("variables.profile.name", "newly_required")];
    assert_eq!((told(&review.warnings), review.errors.is_empty()), (expected.to_vec(), true));
    publish(world, &saved).await;
    assert_eq!(world.review_campaign(&dev(), &shop.campaign).await.unwrap().warnings.0, []);
});

on_both!(a_run_keeps_the_contract_in_its_context_and_in_each_profile, |world| async {
    let list = "{\"userId\": \"ann@example.com\", \"profile\": {\"age\": 40}}\n\
        {\"userId\": \"ben@example.com\", \"profile\": {\"age\": \"old\"}}";
    import(world, &dev(), "Readers", list).await;
    let shop = Shop::with(world, &dev(), "News", "marketing", "{ kind: capture }", "").await;
    let saved = save(world, &shop.campaign, |draft| {
        draft.content.email_mut().unwrap().html = "<p>{{ context.order.id }}, {{ profile.age }}</p>".into();
        draft.variables = rules(json!({ ORDER: { "type": "integer" }, "profile.age": { "type": "integer" } }));
    })
    .await;
    publish(world, &saved).await;
    let refused = trigger(world, &shop, json!({ "context": { "order": { "id": "7" } } })).await;
    assert_eq!(told(&faults(refused)), [("context.order.id", "wrong_type")]);
    trigger(world, &shop, json!({})).await.unwrap();
    world.expand_runs().await.unwrap();
    world.drain().await.unwrap();
    let messages = world.list_messages(&dev(), &Default::default(), None, 10).await.unwrap().rows;
    let ends: Vec<_> =
        messages.iter().map(|it| (it.user_id.as_str(), it.state.as_str(), it.reason.as_deref())).collect();
    assert!(ends.contains(&("ann@example.com", "captured", None)), "{ends:?}");
    assert!(ends.contains(&("ben@example.com", "failed", Some("wrong_type"))), "{ends:?}");
});

on_both!(callers_read_the_contract_of_the_live_version, |world| async {
    let shop = Shop::capturing(world).await;
    rule(world, &shop.campaign, json!({ ORDER: { "type": "integer", "example": 7 } })).await;
    save(world, &shop.campaign, |draft| draft.variables.clear()).await;
    let schema = world.context_schema(&dev(), shop.campaign.as_str()).await.unwrap();
    assert_eq!(
        (&schema["title"], &schema["description"]),
        (&json!("Orders"), &json!("What version 2 reads of a recipient."))
    );
    let id = &schema["properties"]["context"]["properties"]["order"]["properties"]["id"];
    assert_eq!(*id, json!({ "type": "integer", "examples": [7] }));
    let code = async |id: &str| world.context_schema(&dev(), id).await.unwrap_err().into_failure().full_code();
    assert_eq!(code("cmp_x").await, "campaign_not_found");
    let draft = world.create_campaign(&dev(), "New", domain::channel_configuration::Category::Transactional, ANN).await;
    assert_eq!(code(draft.unwrap().campaign.id.as_str()).await, "campaign_not_live");
});
