//! Campaigns from the first draft to the end: revisions, review, versions, dates.

use std::time::Duration;

use crate::support::{World, dev, prod};
use domain::campaign::{CampaignDetail, CampaignDraft, CampaignStatus, ScheduleDraft};
use domain::channel_configuration::{Category, ChannelConfiguration, ChannelConfigurationDraft};
use domain::channel_configuration::{ChannelConfigurationStatus, Transport};
use domain::content::EmailContent;
use domain::{Failure, Faults};
use engine::campaigns::CampaignFilter;

const ANN: &str = "ann@example.com";
const BOB: &str = "bob@example.com";

fn smtp(name: &str) -> ChannelConfigurationDraft {
    ChannelConfigurationDraft {
        name: name.into(),
        category: "transactional".into(),
        from_name: "Shop".into(),
        from_address: "shop@example.com".into(),
        transport: "smtp".into(),
        host: "mail.example.com".into(),
        port: "587".into(),
        security: "starttls".into(),
        username: "shop".into(),
        password: "hunter2".into(),
        ..Default::default()
    }
}

async fn active_configuration(world: &World) -> ChannelConfiguration {
    let made = world.create_channel_configuration(&dev(), &smtp("Shop"), ANN).await.unwrap();
    let active = ChannelConfigurationStatus::Active;
    world.set_channel_configuration_status(&dev(), &made.id, active, ANN).await.unwrap()
}

fn complete(name: &str, configuration: &ChannelConfiguration) -> CampaignDraft {
    CampaignDraft {
        name: name.into(),
        configuration_id: configuration.id.to_string(),
        content: EmailContent {
            subject: "Order {{ context.order.id }}".into(),
            html: "<p>Thank you, {{ profile.person.name.firstName }}.</p>".into(),
            ..Default::default()
        }
        .into(),
        ..Default::default()
    }
}

async fn draft(world: &World, name: &str) -> CampaignDetail {
    world.create_campaign(&dev(), name, Category::Transactional, ANN).await.unwrap()
}

async fn saved(world: &World, before: &CampaignDetail, draft: &CampaignDraft) -> CampaignDetail {
    world.save_draft(&dev(), &before.campaign.id, before.campaign.revision, draft, ANN).await.unwrap()
}

async fn published(world: &World, detail: &CampaignDetail) -> CampaignDetail {
    world.publish_campaign(&dev(), &detail.campaign.id, detail.campaign.revision, ANN).await.unwrap()
}

/// A live campaign and its configuration.
async fn live(world: &World, name: &str) -> (CampaignDetail, ChannelConfiguration) {
    let configuration = active_configuration(world).await;
    let detail = saved(world, &draft(world, name).await, &complete(name, &configuration)).await;
    (published(world, &detail).await, configuration)
}

/// Three more live campaigns with the same configuration.
async fn three_more(world: &World, configuration: &ChannelConfiguration) -> Vec<CampaignDetail> {
    let mut live = Vec::new();
    for name in ["A", "B", "C"] {
        let made = draft(world, name).await;
        live.push(published(world, &saved(world, &made, &complete(name, configuration)).await).await);
    }
    live
}

fn failure<T: std::fmt::Debug>(result: engine::Result<T>) -> Failure {
    result.unwrap_err().into_failure()
}

fn told(faults: &Faults) -> Vec<(&str, &str)> {
    faults.0.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect()
}

on_both!(a_draft_is_saved_step_by_step_and_published_as_version_1, |world| async {
    let configuration = active_configuration(world).await;
    let created = draft(world, " Welcome ").await;
    assert_eq!((created.campaign.name.as_str(), created.campaign.revision), ("Welcome", 1));
    assert_eq!(world.find_campaign(&dev(), &created.campaign.id).await.unwrap(), created);
    world.clock.advance(Duration::from_secs(1));
    let wanted = complete("Welcome", &configuration);
    let saved = saved(world, &created, &wanted).await;
    assert_eq!((saved.campaign.revision, &saved.draft, saved.campaign.draft_open), (2, &wanted, false));
    let live = published(world, &saved).await;
    assert_eq!((live.campaign.status, live.campaign.live_version), (CampaignStatus::Live, Some(1)));
    let version = live.live.clone().unwrap();
    assert_eq!((version.number, version.published_by.as_str()), (1, ANN));
    assert_eq!((&version.definition.content, &version.definition.namespace), (&wanted.content, &"email".to_owned()));
    assert_eq!(world.find_campaign(&dev(), &created.campaign.id).await.unwrap(), live);
});

on_both!(the_second_of_two_tabs_is_told_who_saved_and_nothing_is_lost, |world| async {
    let both = draft(world, "Welcome").await;
    let id = &both.campaign.id;
    let first = CampaignDraft { description: "by Bob".into(), ..both.draft.clone() };
    world.save_draft(&dev(), id, 1, &first, BOB).await.unwrap();
    let second = CampaignDraft { description: "by Ann".into(), ..both.draft.clone() };
    let refused = failure(world.save_draft(&dev(), id, 1, &second, ANN).await);
    assert_eq!(refused.code(), "changed_meanwhile");
    assert!(refused.to_string().contains(BOB), "{refused}");
    assert_eq!(world.find_campaign(&dev(), id).await.unwrap().draft.description, "by Bob");
    assert_eq!(failure(world.publish_campaign(&dev(), id, 1, ANN).await).code(), "changed_meanwhile");
});

on_both!(of_many_saves_of_one_revision_exactly_one_is_stored, |world| async {
    let before = draft(world, "Welcome").await;
    let dev = dev();
    let drafts: Vec<_> = (0..8).map(|n| CampaignDraft { description: n.to_string(), ..before.draft.clone() }).collect();
    let saves = drafts.iter().map(|draft| world.save_draft(&dev, &before.campaign.id, 1, draft, ANN));
    let answers = futures::future::join_all(saves).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refused in answers.into_iter().filter(Result::is_err) {
        assert_eq!(failure(refused).code(), "changed_meanwhile");
    }
    assert_eq!(world.find_campaign(&dev, &before.campaign.id).await.unwrap().campaign.revision, 2);
});

on_both!(a_save_without_changes_keeps_the_revision, |world| async {
    let before = draft(world, "Welcome").await;
    assert_eq!(saved(world, &before, &before.draft).await, before);
});

on_both!(a_draft_that_is_not_well_formed_is_not_stored, |world| async {
    let before = draft(world, "Welcome").await;
    let schedule = ScheduleDraft { start: "tomorrow".into(), ..Default::default() };
    let bad = CampaignDraft { name: " ".into(), schedule, ..before.draft.clone() };
    let Failure::Invalid { faults } = failure(world.save_draft(&dev(), &before.campaign.id, 1, &bad, ANN).await) else {
        panic!("invalid")
    };
    assert_eq!(told(&faults), [("name", "required"), ("schedule.start", "bad_time")]);
    assert_eq!(world.find_campaign(&dev(), &before.campaign.id).await.unwrap(), before);
});

on_both!(a_name_is_used_once_in_a_sandbox, |world| async {
    let taken =
        |failure: Failure| matches!(&failure, Failure::Invalid { faults } if told(faults) == [("name", "name_taken")]);
    draft(world, "Welcome").await;
    assert!(taken(failure(world.create_campaign(&dev(), "Welcome", Category::Marketing, ANN).await)));
    world.create_campaign(&prod(), "Welcome", Category::Marketing, ANN).await.unwrap();
    let other = draft(world, "Other").await;
    let renamed = CampaignDraft { name: "Welcome".into(), ..other.draft.clone() };
    assert!(taken(failure(world.save_draft(&dev(), &other.campaign.id, 1, &renamed, ANN).await)));
    assert!(taken(failure(world.duplicate_campaign(&dev(), &other.campaign.id, "Welcome", ANN).await)));
});

on_both!(the_review_names_everything_that_blocks_activation, |world| async {
    let configuration = world.create_channel_configuration(&dev(), &smtp("Shop"), ANN).await.unwrap();
    let created = world.create_campaign(&dev(), "Welcome", Category::Marketing, ANN).await.unwrap();
    let id = &created.campaign.id;
    let empty = world.review_campaign(&dev(), id).await.unwrap();
    assert_eq!(
        told(&empty.errors)[..3],
        [("configurationId", "required"), ("content.subject", "required"), ("content.html", "required")]
    );
    let mut wanted = complete("Welcome", &configuration);
    wanted.schedule.end = "2026-11-30T00:00".into();
    let detail = saved(world, &created, &wanted).await;
    let review = world.review_campaign(&dev(), id).await.unwrap();
    let expected = [
        ("configurationId", "configuration_not_active"),
        ("configurationId", "wrong_category"),
        ("audience.id", "required"),
        ("schedule.end", "in_past"),
    ];
    assert_eq!(told(&review.errors), expected);
    let refused = failure(world.publish_campaign(&dev(), id, detail.campaign.revision, ANN).await);
    assert!(matches!(&refused, Failure::Invalid { faults } if told(faults) == expected), "{refused:?}");

    wanted.configuration_id = "chc_00000000000000000000000000".into();
    wanted.audience.id = "aud_00000000000000000000000000".into();
    wanted.schedule = ScheduleDraft { time_zone: "Mars/Olympus".into(), ..Default::default() };
    saved(world, &detail, &wanted).await;
    let review = world.review_campaign(&dev(), id).await.unwrap();
    let expected = [
        ("configurationId", "configuration_missing"),
        ("audience.id", "audience_missing"),
        ("schedule.timeZone", "unknown_time_zone"),
    ];
    assert_eq!(told(&review.errors), expected);
});

on_both!(a_template_with_a_fault_is_refused_at_review_and_the_version_knows_its_variables, |world| async {
    let configuration = active_configuration(world).await;
    let created = draft(world, "Welcome").await;
    let id = created.campaign.id.clone();
    let right = complete("Welcome", &configuration);
    let mut wrong = right.clone();
    wrong.content.email_mut().unwrap().html = "<p>Thank you, {{ name }}.</p>".into();
    let broken = saved(world, &created, &wrong).await;
    let review = world.review_campaign(&dev(), &id).await.unwrap();
    assert_eq!(told(&review.errors), [("content.html", "unknown_variable")]);
    let refused = failure(world.publish_campaign(&dev(), &id, broken.campaign.revision, ANN).await);
    let Failure::Invalid { faults } = refused else { panic!("{refused:?}") };
    assert_eq!(told(&faults), [("content.html", "unknown_variable")]);

    let live = published(world, &saved(world, &broken, &right).await).await.live.unwrap();
    let variables: Vec<(&str, bool, bool)> =
        live.definition.variables.iter().map(|known| (known.path.as_str(), known.needed, known.list)).collect();
    assert_eq!(variables, [("context.order.id", true, false), ("profile.person.name.firstName", true, false)]);
});

on_both!(a_configuration_of_another_sandbox_does_not_exist_here, |world| async {
    let elsewhere = world.create_channel_configuration(&prod(), &smtp("Shop"), ANN).await.unwrap();
    let found = world.find_channel_configuration(&dev(), &elsewhere.id).await;
    assert_eq!(failure(found), Failure::not_found("channel configuration"));
    let detail = saved(world, &draft(world, "Welcome").await, &complete("Welcome", &elsewhere)).await;
    let review = world.review_campaign(&dev(), &detail.campaign.id).await.unwrap();
    assert_eq!(told(&review.errors), [("configurationId", "configuration_missing")]);
    let other = world.find_campaign(&prod(), &detail.campaign.id).await;
    assert_eq!(failure(other), Failure::not_found("campaign"));
});

on_both!(edits_of_a_live_campaign_wait_until_they_are_published_as_the_next_version, |world| async {
    let (first, configuration) = live(world, "Welcome").await;
    let mut edited = complete("Welcome", &configuration);
    edited.content.email_mut().unwrap().subject = "News of {{ context.order.id }}".into();
    let open = saved(world, &first, &edited).await;
    assert!(open.campaign.draft_open);
    assert_eq!(open.live, first.live);
    let back = saved(world, &open, &first.draft).await;
    assert!(!back.campaign.draft_open, "the draft says again what is live");
    assert_eq!(published(world, &back).await.campaign.live_version, Some(1), "nothing new, no new version");
    let second = published(world, &saved(world, &back, &edited).await).await;
    assert_eq!((second.campaign.live_version, second.campaign.draft_open), (Some(2), false));
    assert_eq!(second.live.unwrap().definition.content, edited.content);
});

on_both!(versions_are_listed_newest_first_and_in_their_own_sandbox_only, |world| async {
    let (first, _) = live(world, "Welcome").await;
    let id = &first.campaign.id;
    let changed = CampaignDraft { description: "Second".into(), ..first.draft.clone() };
    let second = published(world, &saved(world, &first, &changed).await).await;
    let versions = world.list_versions(&dev(), id).await.unwrap();
    let numbers: Vec<(i64, &str)> =
        versions.iter().map(|version| (version.number, version.published_by.as_str())).collect();
    assert_eq!(numbers, [(2, ANN), (1, ANN)]);
    assert_eq!(versions[0].published_at, second.live.unwrap().published_at);
    let never_live = draft(world, "Draft").await;
    assert_eq!(world.list_versions(&dev(), &never_live.campaign.id).await.unwrap(), []);
    assert_eq!(failure(world.list_versions(&"prod".parse().unwrap(), id).await).code(), "not_found");
});

on_both!(start_and_end_act_by_themselves_in_lists_too, |world| async {
    let configuration = active_configuration(world).await;
    let mut wanted = complete("Welcome", &configuration);
    wanted.schedule = ScheduleDraft {
        start: "2026-12-01T19:00".into(),
        end: "2026-12-01T20:00".into(),
        time_zone: "Asia/Seoul".into(),
        ..Default::default()
    };
    let detail = saved(world, &draft(world, "Welcome").await, &wanted).await;
    assert_eq!(published(world, &detail).await.campaign.status, CampaignStatus::Scheduled);
    draft(world, "Another").await;
    for (status, seconds) in
        [(CampaignStatus::Scheduled, 3_600), (CampaignStatus::Live, 3_600), (CampaignStatus::Finished, 0)]
    {
        for asked in CampaignStatus::ALL {
            let filter = CampaignFilter { status: asked.to_string(), ..Default::default() };
            let rows = world.list_campaigns(&dev(), &filter, None).await.unwrap().rows;
            let found = rows.iter().filter(|row| row.name == "Welcome").map(|row| row.status).collect::<Vec<_>>();
            assert_eq!(found, if *asked == status { vec![status] } else { vec![] }, "{asked} at {status}");
        }
        world.clock.advance(Duration::from_secs(seconds));
    }
    let ended = failure(world.stop_campaign(&dev(), &detail.campaign.id, ANN).await);
    assert_eq!(ended.code(), "campaign_not_live");
});

on_both!(a_stopped_campaign_is_never_live_again_and_can_be_duplicated, |world| async {
    let (detail, _) = live(world, "Welcome").await;
    let id = &detail.campaign.id;
    let stopped = world.stop_campaign(&dev(), id, BOB).await.unwrap();
    assert_eq!((stopped.campaign.status, stopped.campaign.modified_by.as_str()), (CampaignStatus::Stopped, BOB));
    assert_eq!(failure(world.stop_campaign(&dev(), id, BOB).await).code(), "campaign_not_live");
    assert_eq!(failure(world.publish_campaign(&dev(), id, 2, BOB).await).code(), "campaign_ended");
    let copy = world.duplicate_campaign(&dev(), id, "Welcome again", BOB).await.unwrap();
    assert_eq!((copy.campaign.status, copy.live.is_none()), (CampaignStatus::Draft, true));
    assert_eq!(copy.draft.content, detail.draft.content);
});

on_both!(only_a_draft_that_was_never_live_can_be_deleted, |world| async {
    let (detail, _) = live(world, "Welcome").await;
    assert_eq!(failure(world.delete_campaign(&dev(), &detail.campaign.id).await).code(), "was_live");
    let other = draft(world, "Other").await;
    assert_eq!(failure(world.delete_campaign(&prod(), &other.campaign.id).await).code(), "not_found");
    world.delete_campaign(&dev(), &other.campaign.id).await.unwrap();
    assert_eq!(failure(world.find_campaign(&dev(), &other.campaign.id).await).code(), "not_found");
});

on_both!(the_list_is_newest_first_in_pages_and_finds_names_in_any_case, |world| async {
    for n in 0..60 {
        world.clock.advance(Duration::from_millis(1));
        draft(world, &format!("Größe {n}%")).await;
    }
    let first = world.list_campaigns(&dev(), &CampaignFilter::default(), None).await.unwrap();
    assert_eq!((first.rows.len(), first.rows[0].name.as_str()), (50, "Größe 59%"));
    let second = world.list_campaigns(&dev(), &CampaignFilter::default(), first.next.as_deref()).await.unwrap();
    assert_eq!((second.rows.len(), second.rows[9].name.as_str(), second.next), (10, "Größe 0%", None));
    let named = async |name: &str| {
        let filter = CampaignFilter { name: name.into(), ..Default::default() };
        world.list_campaigns(&dev(), &filter, None).await.unwrap().rows.len()
    };
    assert_eq!(named("GRÖSSE 7").await, 0, "ß is not ss");
    assert_eq!(named("größe 7").await, 1);
    assert_eq!(named("RÖ").await, 50);
    assert_eq!(named("7%").await, 6);
    assert_eq!(named("_").await, 0);
    assert_eq!(named("7\0").await, 6);
    let nowhere = world.list_campaigns(&dev(), &CampaignFilter::default(), Some("\0")).await;
    assert_eq!(failure(nowhere).code(), "bad_id");
    let unknown = CampaignFilter { status: "busy".into(), ..Default::default() };
    assert_eq!(failure(world.list_campaigns(&dev(), &unknown, None).await).code(), "unknown_word");
});

on_both!(a_configuration_in_use_cannot_be_deactivated, |world| async {
    let (detail, configuration) = live(world, "Welcome").await;
    let off = ChannelConfigurationStatus::Deactivated;
    let refused = world.set_channel_configuration_status(&dev(), &configuration.id, off, ANN).await;
    let refused = failure(refused);
    assert_eq!(refused.code(), "in_use");
    let text = "Live campaigns use this configuration: “Welcome”. Choose another configuration in them or stop them.";
    assert_eq!(refused.to_string(), text);
    let more = three_more(world, &configuration).await;
    let refused = failure(world.set_channel_configuration_status(&dev(), &configuration.id, off, ANN).await);
    assert!(refused.to_string().contains(": “A”, “B”, “C” and 1 more. "), "{refused}");
    for campaign in more {
        world.stop_campaign(&dev(), &campaign.campaign.id, ANN).await.unwrap();
    }
    world.stop_campaign(&dev(), &detail.campaign.id, ANN).await.unwrap();
    let deactivated = world.set_channel_configuration_status(&dev(), &configuration.id, off, ANN).await.unwrap();
    assert_eq!(deactivated.status, off);
    let draft = ChannelConfigurationStatus::Draft;
    let back = world.set_channel_configuration_status(&dev(), &configuration.id, draft, ANN).await;
    assert_eq!(failure(back).code(), "bad_transition");
});

on_both!(a_configuration_is_saved_with_its_revision_and_its_category_is_frozen_once_active, |world| async {
    let made = world.create_channel_configuration(&dev(), &smtp("Shop"), ANN).await.unwrap();
    let marketing = ChannelConfigurationDraft { category: "marketing".into(), ..smtp("Shop") };
    let saved = world.save_channel_configuration(&dev(), &made.id, 1, &marketing, BOB).await.unwrap();
    assert_eq!((saved.revision, saved.category, saved.modified_by.as_str()), (2, Category::Marketing, BOB));
    let late = failure(world.save_channel_configuration(&dev(), &made.id, 1, &marketing, ANN).await);
    assert_eq!(late.code(), "changed_meanwhile");
    assert!(late.to_string().contains(BOB), "{late}");
    let active = ChannelConfigurationStatus::Active;
    let active = world.set_channel_configuration_status(&dev(), &made.id, active, ANN).await.unwrap();
    let frozen = world.save_channel_configuration(&dev(), &made.id, active.revision, &smtp("Shop"), ANN).await;
    assert_eq!(failure(frozen).code(), "category_frozen");
    let taken = world.create_channel_configuration(&dev(), &smtp("Shop"), ANN).await;
    assert_eq!(failure(taken).code(), "name_taken");
    assert_eq!(world.list_channel_configurations(&dev()).await.unwrap(), [active]);
});

on_both!(a_password_stays_with_its_host_and_is_never_shown, |world| async {
    let password_set = |configuration: &ChannelConfiguration| match &configuration.transport {
        Transport::Smtp(relay) => relay.password_set,
        Transport::Capture | Transport::Provider(_) => false,
    };
    let made = world.create_channel_configuration(&dev(), &smtp("Shop"), ANN).await.unwrap();
    assert!(password_set(&made));
    assert!(!serde_json::to_string(&made).unwrap().contains("hunter2"));
    let without = ChannelConfigurationDraft::from(&made);
    assert_eq!(without.password, "");
    let mut revision = 1;
    let more_connections = ChannelConfigurationDraft { max_connections: "9".into(), ..without.clone() };
    for (draft, kept) in [
        (without.clone(), true),
        (more_connections, true),
        (ChannelConfigurationDraft { username: String::new(), ..without.clone() }, false),
        (smtp("Shop"), true),
        (ChannelConfigurationDraft { transport: "capture".into(), ..without.clone() }, false),
        (without.clone(), false),
    ] {
        let saved = world.save_channel_configuration(&dev(), &made.id, revision, &draft, ANN).await.unwrap();
        revision = saved.revision;
        assert_eq!(password_set(&saved), kept, "{draft:?}");
    }
});

on_both!(a_password_does_not_go_to_another_place_or_over_a_weaker_connection_and_is_asked_for_again, |world| async {
    let made = active_configuration(world).await;
    let without = ChannelConfigurationDraft::from(&made);
    for changed in [
        ChannelConfigurationDraft { host: "evil.example.com".into(), ..without.clone() },
        ChannelConfigurationDraft { username: "other".into(), ..without.clone() },
        ChannelConfigurationDraft { port: "2526".into(), ..without.clone() },
        ChannelConfigurationDraft { security: "none".into(), ..without.clone() },
    ] {
        let refused = world.save_channel_configuration(&dev(), &made.id, made.revision, &changed, ANN).await;
        let Failure::Invalid { faults } = failure(refused) else { panic!("not invalid") };
        assert_eq!(told(&faults), [("password", "password_needed")]);
    }
    assert_eq!(world.list_channel_configurations(&dev()).await.unwrap(), [made]);
});

on_both!(secrets_of_an_oauth_client_stay_with_its_token_server_and_are_never_shown, |world| async {
    let draft = ChannelConfigurationDraft {
        auth: "xoauth2".into(),
        token_url: "https://id.example.com/token".into(),
        client_id: "client".into(),
        client_secret: "s3cret".into(),
        refresh_token: "r3fresh".into(),
        ..smtp("Shop")
    };
    let made = world.create_channel_configuration(&dev(), &draft, ANN).await.unwrap();
    let shown = serde_json::to_string(&made).unwrap();
    assert!(!["hunter2", "s3cret", "r3fresh"].iter().any(|secret| shown.contains(secret)), "{shown}");
    let without = ChannelConfigurationDraft::from(&made);
    assert_eq!((&*without.auth, &*without.client_id, &*without.client_secret), ("xoauth2", "client", ""));
    let renewed =
        ChannelConfigurationDraft { refresh_token: "another".into(), scope: "mail".into(), ..without.clone() };
    let saved = world.save_channel_configuration(&dev(), &made.id, 1, &renewed, ANN).await.unwrap();
    for changed in [
        ChannelConfigurationDraft { token_url: "https://evil.example.com".into(), ..without.clone() },
        ChannelConfigurationDraft { host: "evil.example.com".into(), ..without.clone() },
        ChannelConfigurationDraft { client_id: "other".into(), refresh_token: "another".into(), ..without.clone() },
    ] {
        let refused = world.save_channel_configuration(&dev(), &made.id, saved.revision, &changed, ANN).await;
        let Failure::Invalid { faults } = failure(refused) else { panic!("not invalid") };
        assert_eq!(told(&faults), [("clientSecret", "password_needed")]);
    }
    let with_password = ChannelConfigurationDraft { auth: "password".into(), ..without };
    let refused = world.save_channel_configuration(&dev(), &made.id, saved.revision, &with_password, ANN).await;
    let Failure::Invalid { faults } = failure(refused) else { panic!("not invalid") };
    assert_eq!(told(&faults), [("password", "password_needed")]);
});

on_both!(a_configuration_that_signs_in_is_active_only_with_a_password, |world| async {
    let draft = ChannelConfigurationDraft { password: String::new(), ..smtp("Shop") };
    let made = world.create_channel_configuration(&dev(), &draft, ANN).await.unwrap();
    let active = ChannelConfigurationStatus::Active;
    let refused = world.set_channel_configuration_status(&dev(), &made.id, active, ANN).await;
    assert_eq!(failure(refused).code(), "password_missing");
    let anonymous = ChannelConfigurationDraft { username: String::new(), ..draft.clone() };
    let saved = world.save_channel_configuration(&dev(), &made.id, 1, &anonymous, ANN).await.unwrap();
    let activated = world.set_channel_configuration_status(&dev(), &saved.id, active, ANN).await.unwrap();
    let refused = world.save_channel_configuration(&dev(), &made.id, activated.revision, &draft, ANN).await;
    assert_eq!(failure(refused).code(), "password_missing");
});

on_both!(a_password_of_another_secret_key_is_told_and_replaced_by_a_new_one, |world| async {
    let made = active_configuration(world).await;
    assert_eq!(world.list_unreadable_secrets().await.unwrap(), []);
    let settings = engine::Settings { secret_key: engine::keys::SecretKey::random(), ..world.settings.clone() };
    let other_key = engine::Engine::open(settings, world.clock.clone()).await.unwrap();
    assert_eq!(other_key.list_unreadable_secrets().await.unwrap(), [(dev(), "Shop".to_owned())]);
    let draft = ChannelConfigurationDraft { host: "127.0.0.1".into(), ..smtp("Shop") };
    other_key.save_channel_configuration(&dev(), &made.id, made.revision, &draft, ANN).await.unwrap();
    assert_eq!(other_key.list_unreadable_secrets().await.unwrap(), []);
    other_key.close().await;
});

on_both!(a_sandbox_switches_at_once, |world| async {
    use domain::sandbox::SandboxMode;
    let elsewhere = world.other_process().await;
    assert_eq!(world.find_sandbox(&dev()).await.unwrap().mode, SandboxMode::Capture);
    assert_eq!(elsewhere.find_sandbox(&dev()).await.unwrap().mode, SandboxMode::Capture);
    world.set_sandbox_mode(&dev(), SandboxMode::Live).await.unwrap();
    assert_eq!(world.find_sandbox(&dev()).await.unwrap().mode, SandboxMode::Live);
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(elsewhere.find_sandbox(&dev()).await.unwrap().mode, SandboxMode::Live);
    let names: Vec<_> = world.list_sandboxes().await.unwrap().into_iter().map(|it| it.name).collect();
    assert_eq!(names, [dev(), prod()]);
    let nowhere = "nowhere".parse().unwrap();
    assert_eq!(failure(world.set_sandbox_mode(&nowhere, SandboxMode::Live).await).code(), "not_found");
    elsewhere.close().await;
});
