//! People change rule sets.

use domain::channel_configuration::Category;
use domain::rule_set::{CapPeriod, QuietHandling, Rule, RuleKind, RuleSet, RuleStatus};
use domain::{Failure, Faults};
use engine::rule_sets::RuleChange;
use engine::{Error, Result};

use crate::support::audience::news;
use crate::support::rules::{add, cap, choose, custom, global, quiet};
use crate::support::shop::ANN;
use crate::support::{dev, prod};

fn code<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().into_failure().code().to_owned()
}

fn faults<T: std::fmt::Debug>(result: Result<T>) -> Faults {
    match result.unwrap_err() {
        Error::Failure(Failure::Invalid { faults }) => faults,
        other => panic!("{other:?}"),
    }
}

on_both!(the_global_set_is_there_from_the_start_and_stays, |world| async {
    let sets = world.list_rule_sets(&dev()).await.unwrap();
    assert_eq!(sets, [RuleSet::global()]);
    let id = RuleSet::global_id();
    assert_eq!(code(world.delete_rule_set(&dev(), &id).await), "rule_set_used");
    let inactive = world.set_rule_set_status(&dev(), &id, RuleStatus::Inactive, ANN).await;
    assert_eq!(code(inactive), "rule_set_global");
    assert_eq!(code(world.describe_rule_set(&dev(), (&id, 0), "Mine", "", ANN).await), "rule_set_global");
    let nights = RuleChange { name: "Nights".into(), what: quiet("22:00", "08:00", "UTC", QuietHandling::Queue) };
    let refused = faults(world.put_rule(&dev(), (&id, 0), None, nights, ANN).await);
    assert_eq!(refused.0[0].code, "only_custom");
    global(world, "Daily", cap(1, CapPeriod::Day)).await;
    assert_eq!(world.find_rule_set(&dev(), &id).await.unwrap().rules.len(), 1);
    assert!(world.find_rule_set(&prod(), &id).await.unwrap().rules.is_empty(), "each sandbox has its own");
});

on_both!(a_set_becomes_active_with_its_rules_and_is_deleted_only_before_that, |world| async {
    let draft = world.create_rule_set(&dev(), " Weekly letters ", "For letters", ANN).await.unwrap();
    assert_eq!((draft.name.as_str(), draft.status, draft.global), ("Weekly letters", RuleStatus::Draft, false));
    assert_eq!(code(world.create_rule_set(&dev(), "weekly LETTERS", "", ANN).await), "name_taken");
    assert_eq!(faults(world.create_rule_set(&dev(), " ", "", ANN).await).0[0].path, "name");
    let rule = add(world, &draft.id, "Weekly", cap(2, CapPeriod::Week)).await;
    let set = world.set_rule_set_status(&dev(), &draft.id, RuleStatus::Active, ANN).await.unwrap();
    assert_eq!((set.status, set.active().count(), set.modified_by.as_str()), (RuleStatus::Active, 1, ANN));
    assert_eq!(code(world.delete_rule_set(&dev(), &draft.id).await), "rule_set_used");
    assert_eq!(code(world.remove_rule(&dev(), (&draft.id, &rule), ANN).await), "rule_active");
    world.set_rule_status(&dev(), (&draft.id, &rule), RuleStatus::Inactive, ANN).await.unwrap();
    let removed = world.remove_rule(&dev(), (&draft.id, &rule), ANN).await.unwrap();
    assert!(world.find_rule_set(&dev(), &draft.id).await.unwrap().rules.is_empty());
    for _ in 0..2 {
        let forged = Rule { status: RuleStatus::Active, ..removed.clone() };
        let set = world.put_back_rule(&dev(), &draft.id, forged, ANN).await.unwrap();
        assert_eq!(set.rules, std::slice::from_ref(&removed), "nothing comes into force by it");
    }
    let unused = world.create_rule_set(&dev(), "Unused", "", ANN).await.unwrap();
    world.delete_rule_set(&dev(), &unused.id).await.unwrap();
    assert_eq!(code(world.find_rule_set(&dev(), &unused.id).await), "not_found");
});

on_both!(at_most_ten_custom_sets_are_active, |world| async {
    for number in 0..10 {
        custom(world, &format!("Set {number}"), cap(1, CapPeriod::Day)).await;
    }
    let more = world.create_rule_set(&dev(), "One more", "", ANN).await.unwrap();
    let refused = world.set_rule_set_status(&dev(), &more.id, RuleStatus::Active, ANN).await;
    assert_eq!(code(refused), "too_many_rule_sets");
    assert_eq!(world.find_rule_set(&dev(), &more.id).await.unwrap().status, RuleStatus::Draft);
    let sets = world.list_rule_sets(&dev()).await.unwrap();
    let first = sets.iter().find(|set| set.name == "Set 0").unwrap();
    world.set_rule_set_status(&dev(), &first.id, RuleStatus::Inactive, ANN).await.unwrap();
    world.set_rule_set_status(&dev(), &more.id, RuleStatus::Active, ANN).await.unwrap();
});

on_both!(a_rule_is_changed_from_the_revision_that_was_seen_and_told_where_it_is_wrong, |world| async {
    let set = custom(world, "Letters", cap(2, CapPeriod::Week)).await;
    let seen = world.find_rule_set(&dev(), &set).await.unwrap();
    let rule = seen.rules[0].id.clone();
    let change = |count| RuleChange { name: "Letters".into(), what: cap(count, CapPeriod::Week) };
    let put = async |revision, change| world.put_rule(&dev(), (&set, revision), Some(&rule), change, ANN).await;
    let (changed, same) = put(seen.revision, change(3)).await.unwrap();
    assert_eq!((same, changed.rules[0].status), (rule.clone(), RuleStatus::Active));
    assert!(matches!(&changed.rules[0].what, RuleKind::Cap(cap) if cap.count == 3));
    assert_eq!(code(put(seen.revision, change(4)).await), "changed_meanwhile");
    let wrong = faults(put(changed.revision, change(0)).await);
    assert_eq!((wrong.0[0].path.as_str(), wrong.0[0].code.as_str()), ("count", "out_of_range"));
    let taken = RuleChange { name: "letters".into(), ..change(1) };
    let taken = faults(world.put_rule(&dev(), (&set, changed.revision), None, taken, ANN).await);
    assert_eq!((taken.0[0].path.as_str(), taken.0[0].code.as_str()), ("name", "taken"));
});

on_both!(a_campaign_names_its_set_in_a_file_and_only_one_that_there_is, |world| async {
    let shop = news(world, 1, "").await;
    let set = custom(world, "Letters", cap(2, CapPeriod::Week)).await;
    choose(world, &shop, &set).await;
    let live = world.find_campaign(&dev(), &shop.campaign).await.unwrap().live.unwrap();
    assert_eq!(live.definition.rule_set_id, Some(set.clone()));
    let file = |name: &str, rules: &str| {
        format!(
            "kind: campaign\nname: {name}\ncategory: marketing\nconfiguration: News\n{rules}status: live\n\
             audience: {{ name: Readers }}\ncontent: {{ subject: Hello, html: <p>Hello</p> }}\n"
        )
    };
    let applied = world.apply_file(Some(&dev()), &file("Letter", "ruleSet: letters\n"), ANN).await.unwrap();
    let id = applied[0].id.parse().unwrap();
    let live = world.find_campaign(&dev(), &id).await.unwrap();
    assert_eq!(live.live.unwrap().definition.rule_set_id, Some(set));
    let refused = world.apply_file(Some(&dev()), &file("Other", "ruleSet: Global default\n"), ANN).await.unwrap_err();
    let engine::campaign_files::ApplyError::Faults(faults) = refused else { panic!("{refused:?}") };
    assert_eq!((faults[0].path.as_str(), faults[0].line), ("ruleSet", 5));

    let draft = world.create_campaign(&dev(), "Lost", Category::Marketing, ANN).await.unwrap();
    let mut lost = live.draft;
    lost.name = "Lost".into();
    lost.rule_set_id = RuleSet::global_id().to_string();
    let saved = world.save_draft(&dev(), &draft.campaign.id, draft.campaign.revision, &lost, ANN).await.unwrap();
    let review = world.review_campaign(&dev(), &saved.campaign.id).await.unwrap();
    assert_eq!(review.errors.at("ruleSetId").unwrap().code, "rule_set_missing");
});
