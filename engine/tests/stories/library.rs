//! Templates to start from, and fragments that live campaigns share.

use std::time::Duration;

use domain::campaign::CampaignDraft;
use domain::content::{Content, EmailContent, MobileContent};
use domain::id::{CampaignId, FragmentId};
use domain::library::{
    About, Fragment, FragmentKind, FragmentStatus, HTML_MAX_BYTES, NewFragment, NewTemplate, PublicationStatus,
    TemplateKind,
};
use domain::{Failure, Faults};
use engine::library::{AboutPatch, Field, Filter, LibraryQuery, OrderBy, Sign};
use engine::paging::{Order, Start};
use engine::tracking::Visit;
use engine::{Engine, Error, Result};
use serde_json::json;

use crate::support::shop::{ANN, Shop, caller, recipient};
use crate::support::{World, dev, prod};

const BEN: &str = "ben@example.com";

fn code<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().into_failure().code().to_owned()
}

fn faults<T: std::fmt::Debug>(result: Result<T>) -> Vec<(String, String)> {
    let faults: Faults = match result.unwrap_err() {
        Error::Failure(Failure::Invalid { faults }) => faults,
        other => panic!("{other:?}"),
    };
    faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect()
}

fn about(name: &str) -> About {
    About { name: name.into(), ..About::default() }
}

fn template(name: &str, html: &str) -> NewTemplate {
    let content = EmailContent { subject: "Hello".into(), html: html.into(), ..EmailContent::default() }.into();
    NewTemplate { about: about(name), kind: TemplateKind::Content, content, given: None }
}

fn piece(name: &str, text: &str) -> NewFragment {
    let kind = FragmentKind::Html;
    NewFragment { about: about(name), kind, format: None, text: text.into(), editor_context: None }
}

fn expression(name: &str, text: &str) -> NewFragment {
    NewFragment { kind: FragmentKind::Expression, ..piece(name, text) }
}

/// A new one, published.
async fn published(world: &World, new: NewFragment) -> Fragment {
    let made = world.create_fragment(&dev(), new, ANN).await.unwrap();
    let fragment = world.publish_fragment(&dev(), &made.id, ANN).await.unwrap();
    assert_eq!(fragment.status, FragmentStatus::Published, "{:?}", fragment.publication);
    fragment
}

/// It says this now, and is published.
async fn republished(world: &World, id: &FragmentId, text: &str) -> Fragment {
    let before = world.find_fragment(&dev(), id).await.unwrap();
    let new = NewFragment { text: text.into(), ..before.what };
    world.replace_fragment(&dev(), id, before.audit.revision, new, ANN).await.unwrap();
    world.publish_fragment(&dev(), id, ANN).await.unwrap()
}

/// A live campaign with this HTML.
async fn live(world: &World, name: &str, html: &str) -> Shop {
    let applied = world.apply_file(Some(&dev()), &file(name, html), ANN).await.unwrap();
    let campaign: CampaignId = applied.last().unwrap().id.parse().unwrap();
    Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await }
}

fn file(name: &str, html: &str) -> String {
    let html = serde_json::to_string(html).unwrap();
    format!(
        "kind: channel-configuration\nname: {name}\ncategory: transactional\nstatus: active\nfromName: Shop\n\
         fromAddress: shop@example.com\ntransport: {{ kind: capture }}\n---\nkind: campaign\nname: {name}\n\
         category: transactional\nconfiguration: {name}\nstatus: live\ncontent:\n  subject: Hello\n\
         \x20 trackClicks: true\n  html: {html}\n"
    )
}

/// What the next message of a campaign says.
async fn next_mail(engine: &Engine, shop: &Shop, request_id: &str) -> String {
    let recipients = vec![recipient("ann@example.com", json!({ "name": "Ann" }))];
    let accepted = shop.trigger(engine, shop.request_with(request_id, recipients)).await.unwrap();
    engine.drain().await.unwrap();
    let story = shop.story(engine, &accepted.execution_id).await;
    story.rendered.unwrap_or_else(|| panic!("{:?}", story.message)).content.email().unwrap().html.clone()
}

on_both!(a_template_is_changed_by_whoever_read_it_last_and_what_was_made_from_it_stays, |world| async {
    let made = world.create_template(&dev(), template(" Welcome ", "<p>One</p>"), ANN).await.unwrap();
    assert_eq!((made.what.about.name.as_str(), made.audit.revision), ("Welcome", 1));
    assert_eq!((made.audit.created_by.as_str(), made.audit.modified_by.as_str()), (ANN, ANN));
    let campaign = world
        .create_campaign(&dev(), "From it", domain::channel_configuration::Category::Transactional, ANN)
        .await
        .unwrap();
    let draft = CampaignDraft { content: made.what.content.clone(), ..campaign.draft };
    let campaign = campaign.campaign;
    world.save_draft(&dev(), &campaign.id, campaign.revision, &draft, ANN).await.unwrap();
    world.clock.advance(Duration::from_secs(60));
    let changed = world.replace_template(&dev(), &made.id, 1, template("Welcome", "<p>Two</p>"), BEN).await.unwrap();
    assert_eq!((changed.audit.revision, changed.audit.modified_by.as_str()), (2, BEN));
    assert_eq!(changed.audit.created_at, made.audit.created_at);
    assert!(changed.audit.modified_at > made.audit.modified_at);
    let late = world.replace_template(&dev(), &made.id, 1, template("Welcome", "<p>Late</p>"), ANN).await;
    assert_eq!(code(late), "changed_meanwhile");
    let patch = AboutPatch { description: Some("For new people".into()), ..AboutPatch::default() };
    assert_eq!(code(world.patch_template(&dev(), &made.id, 1, patch.clone(), ANN).await), "changed_meanwhile");
    let patched = world.patch_template(&dev(), &made.id, 2, patch, ANN).await.unwrap();
    assert_eq!(patched.what.about.description, "For new people");
    assert_eq!(patched.what.content.email().unwrap().html, "<p>Two</p>");
    let draft = world.find_campaign(&dev(), &campaign.id).await.unwrap().draft;
    assert_eq!(draft.content.email().unwrap().html, "<p>One</p>");
    assert_eq!(code(world.find_template(&prod(), &made.id).await), "not_found");
    world.delete_template(&dev(), &made.id).await.unwrap();
    assert_eq!(code(world.find_template(&dev(), &made.id).await), "not_found");
    assert_eq!(code(world.delete_template(&dev(), &made.id).await), "not_found");
});

on_both!(templates_without_a_name_or_of_the_wrong_channel_are_refused, |world| async {
    let nameless = world.create_template(&dev(), template(" ", "x"), ANN).await;
    assert_eq!(faults(nameless), [("name".to_owned(), "required".to_owned())]);
    let content = Content::Mobile(MobileContent::default());
    let page = NewTemplate { kind: TemplateKind::Html, content, ..template("Page", "") };
    let refused = faults(world.create_template(&dev(), page, ANN).await);
    assert_eq!(refused, [("channels".to_owned(), "unsupported_channel".to_owned())]);
    let long = template("Long", &"x".repeat(256 * 1024 + 1));
    let refused = faults(world.create_template(&dev(), long, ANN).await);
    assert_eq!(refused, [("content.html".to_owned(), "too_large".to_owned())]);
});

on_both!(a_list_is_filtered_put_in_order_and_leafed_through, |world| async {
    for (number, name) in ["Beta", "alpha", "Gamma", "Beta"].into_iter().enumerate() {
        let by = if number == 2 { BEN } else { ANN };
        world.create_template(&dev(), template(name, "x"), by).await.unwrap();
        world.clock.advance(Duration::from_secs(60));
    }
    let mut query = LibraryQuery::newest(3);
    let names = async |query: &LibraryQuery| {
        let page = world.list_templates(&dev(), query).await.unwrap();
        (page.rows.into_iter().map(|line| line.about.name).collect::<Vec<_>>(), page.next)
    };
    let (first, next) = names(&query).await;
    assert_eq!(first, ["Beta", "Gamma", "alpha"]);
    query.start = next.map(|next| Start::parse(&next));
    assert_eq!(names(&query).await, (vec!["Beta".to_owned()], None));
    let by_name = Order { by: OrderBy::Name, is_descending: false };
    let query = LibraryQuery { order: by_name, ..LibraryQuery::newest(10) };
    assert_eq!(names(&query).await.0, ["Beta", "Beta", "Gamma", "alpha"]);
    let filtered = async |field, sign, value: &str| {
        let filters = vec![Filter::new(field, sign, value).unwrap()];
        names(&LibraryQuery { filters, ..query.clone() }).await.0
    };
    assert_eq!(filtered(Field::Name, Sign::Matches, "^[a-z]").await, ["alpha"]);
    assert_eq!(filtered(Field::CreatedBy, Sign::Equal, BEN).await, ["Gamma"]);
    assert_eq!(filtered(Field::Name, Sign::NotEqual, "Beta").await, ["Gamma", "alpha"]);
    assert_eq!(filtered(Field::CreatedAt, Sign::Greater, "2026-12-01T09:02:00Z").await, ["Beta"]);
    assert_eq!(filtered(Field::Kind, Sign::Equal, "html").await, [""; 0]);
    for (field, sign, value) in [
        (Field::Name, Sign::Less, "a"),
        (Field::Name, Sign::Matches, "("),
        (Field::Name, Sign::Matches, "((a{99}){99}){99}"),
        (Field::CreatedAt, Sign::Equal, "soon"),
        (Field::CreatedAt, Sign::Matches, "2026"),
    ] {
        assert_eq!(Filter::new(field, sign, value).unwrap_err().code, "bad_query", "{value}");
    }
    assert!(world.list_templates(&prod(), &query).await.unwrap().rows.is_empty());
});

on_both!(a_published_edit_reaches_the_next_message_here_at_once_and_elsewhere_within_a_second, |world| async {
    let footer = published(world, piece("Footer", "<i>Old, {{ context.name }}</i>")).await;
    let shop = live(world, "Orders", "<p>Hi</p>{{ fragment('footer') }}").await;
    let elsewhere = world.other_process().await;
    assert_eq!(next_mail(world, &shop, "r-1").await, "<p>Hi</p><i>Old, Ann</i>");
    assert_eq!(next_mail(&elsewhere, &shop, "r-2").await, "<p>Hi</p><i>Old, Ann</i>");
    // What is not published reaches nobody.
    let new = piece("Footer", "<b>New, {{ context.name }}</b>");
    let edited = world.replace_fragment(&dev(), &footer.id, 1, new, BEN).await.unwrap();
    assert_eq!((edited.status, edited.published), (FragmentStatus::Draft, Some(1)));
    assert_eq!(world.live_fragment(&dev(), &footer.id).await.unwrap().text, "<i>Old, {{ context.name }}</i>");
    world.clock.advance(Duration::from_secs(2));
    assert_eq!(next_mail(world, &shop, "r-3").await, "<p>Hi</p><i>Old, Ann</i>");
    assert_eq!(next_mail(&elsewhere, &shop, "r-4").await, "<p>Hi</p><i>Old, Ann</i>");
    let again = world.publish_fragment(&dev(), &footer.id, BEN).await.unwrap();
    assert_eq!((again.status, again.published), (FragmentStatus::Published, Some(2)));
    assert_eq!(again.publication.unwrap().status, PublicationStatus::Complete);
    assert_eq!(next_mail(world, &shop, "r-5").await, "<p>Hi</p><b>New, Ann</b>");
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(next_mail(&elsewhere, &shop, "r-6").await, "<p>Hi</p><b>New, Ann</b>");
    // It is a version as any other, and the draft is as it was.
    let detail = world.find_campaign(&dev(), &shop.campaign).await.unwrap();
    let version = detail.live.unwrap();
    assert_eq!((version.number, version.published_by.as_str()), (2, BEN));
    assert!(!detail.campaign.draft_open);
    // What says the same makes none.
    world.publish_fragment(&dev(), &footer.id, BEN).await.unwrap();
    assert_eq!(world.find_campaign(&dev(), &shop.campaign).await.unwrap().live.unwrap().number, 2);
    elsewhere.close().await;
});

on_both!(a_message_and_its_links_stay_what_they_were_when_it_was_called_for, |world| async {
    let links = piece("Links", "<a href=\"https://shop.example/one\">One</a>");
    let fragment = published(world, links).await;
    let shop = live(world, "Orders", "{{ fragment('Links') }}<a href=\"https://shop.example/end\">End</a>").await;
    let sent = next_mail(world, &shop, "r-1").await;
    let waiting = shop.request_with("r-2", vec![recipient("ben@example.com", json!({}))]);
    let waiting = shop.trigger(world, waiting).await.unwrap();
    republished(world, &fragment.id, "<p>No links any more</p>").await;
    let tokens: Vec<&str> = sent.split("/c/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    world.clock.advance(Duration::from_secs(60));
    let reader = Visit::of("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", false, false);
    for (token, target) in tokens.iter().zip(["https://shop.example/one", "https://shop.example/end"]) {
        assert_eq!(world.follow_link(token, "", &reader).await.unwrap().as_deref(), Some(target));
    }
    world.drain().await.unwrap();
    let story = shop.story(world, &waiting.execution_id).await;
    assert!(story.rendered.unwrap().content.email().unwrap().html.contains(">One</a>"));
    assert!(next_mail(world, &shop, "r-3").await.starts_with("<p>No links any more</p>"));
});

on_both!(a_fragment_in_a_fragment_reaches_campaigns_too_and_deeper_there_is_none, |world| async {
    let inner = published(world, expression("Inner", "in")).await;
    let outer = published(world, piece("Outer", "<p>{{ fragment('inner') }}</p>")).await;
    let by_id = format!("{{{{ fragment('{}') }}}}", outer.id);
    let shop = live(world, "Orders", &by_id).await;
    assert_eq!(next_mail(world, &shop, "r-1").await, "<p>in</p>");
    republished(world, &inner.id, "deep").await;
    assert_eq!(next_mail(world, &shop, "r-2").await, "<p>deep</p>");
    published(world, expression("Third", "x")).await;
    let refused = republished(world, &inner.id, "{{ fragment('third') }}").await.publication.unwrap();
    let error = &refused.errors.0[0];
    assert_eq!((refused.status, error.code.as_str()), (PublicationStatus::Error, "fragment_nested"));
    assert!(error.text.contains("“Orders”"), "{}", error.text);
    assert_eq!(next_mail(world, &shop, "r-3").await, "<p>deep</p>");
});

on_both!(a_fragment_that_would_break_a_live_campaign_is_refused_with_its_name, |world| async {
    let footer = published(world, piece("Footer", "<i>{{ context.name }}</i>")).await;
    let shop = live(world, "Orders", "{% set total = 3 %}{{ fragment('footer') }}").await;
    for (text, path, code) in [
        // Callers do not give it.
        ("<i>{{ context.name }} {{ context.city }}</i>", "variables.context.city", "newly_required"),
        // It is wrong in itself.
        ("{% if context.name %}", "fragment.content", "template_syntax"),
        ("{{ fragment('None') }}", "fragment.content", "unknown_fragment"),
        ("{{ fragment('Footer') }}", "fragment.content", "fragment_nested"),
    ] {
        let refused = republished(world, &footer.id, text).await;
        assert_eq!((refused.status, refused.published), (FragmentStatus::Draft, Some(1)), "{text}");
        let publication = refused.publication.unwrap();
        let error = &publication.errors.0[0];
        assert_eq!((error.path.as_str(), error.code.as_str()), (path, code), "{text}: {}", error.text);
        assert_eq!(error.text.contains("“Orders”"), code == "newly_required", "{}", error.text);
    }
    assert_eq!(next_mail(world, &shop, "r-1").await, "<i>Ann</i>");
    // Callers may give more than is read, and a value with a default is none that they must give.
    let text = "<i>{{ context.city | default(value='Seoul') }}</i>";
    assert_eq!(republished(world, &footer.id, text).await.status, FragmentStatus::Published);
    assert_eq!(next_mail(world, &shop, "r-2").await, "<i>Seoul</i>");
    // Of a campaign that is over nobody asks.
    world.stop_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    let text = "<i>{{ context.town }}</i>";
    assert_eq!(republished(world, &footer.id, text).await.status, FragmentStatus::Published);
});

on_both!(a_content_names_published_fragments_only_and_not_too_many, |world| async {
    let refused = async |html: &str| {
        let result = world.apply_file(Some(&dev()), &file("Orders", html), ANN).await;
        format!("{:?}", result.unwrap_err())
    };
    assert!(refused("{{ fragment('Footer') }}").await.contains("no published fragment “Footer”"));
    let draft = world.create_fragment(&dev(), expression("Footer", "F"), ANN).await.unwrap();
    assert_eq!((draft.status, draft.published), (FragmentStatus::Draft, None));
    assert_eq!(code(world.live_fragment(&dev(), &draft.id).await), "not_found");
    assert!(refused("{{ fragment('Footer') }}").await.contains("no published fragment “Footer”"));
    world.publish_fragment(&dev(), &draft.id, ANN).await.unwrap();
    assert!(refused(&"{{ fragment('Footer') }}".repeat(31)).await.contains("30 fragments at most"));
    let shop = live(world, "Orders", &"{{ fragment('Footer') }}".repeat(30)).await;
    assert_eq!(next_mail(world, &shop, "r-1").await, "F".repeat(30));
    // Elsewhere there is none of this name.
    assert_eq!(code(world.find_fragment(&prod(), &draft.id).await), "not_found");
});

on_both!(a_fragment_has_a_name_of_its_own_and_keeps_it_while_campaigns_use_it, |world| async {
    let footer = published(world, piece("Footer", "<i>F</i>")).await;
    let taken = faults(world.create_fragment(&dev(), piece("FOOTER", "x"), ANN).await);
    assert_eq!(taken, [("name".to_owned(), "name_taken".to_owned())]);
    let quoted = faults(world.create_fragment(&dev(), piece("It's", "x"), ANN).await);
    assert_eq!(quoted, [("name".to_owned(), "bad_name".to_owned())]);
    let large = faults(world.create_fragment(&dev(), piece("Large", &"x".repeat(HTML_MAX_BYTES + 1)), ANN).await);
    assert_eq!(large, [("fragment.content".to_owned(), "too_large".to_owned())]);
    let other = faults(world.replace_fragment(&dev(), &footer.id, 1, expression("Footer", "x"), ANN).await);
    assert_eq!(other, [("type".to_owned(), "type_frozen".to_owned())]);
    let named = |name: &str| AboutPatch { name: Some(name.into()), ..AboutPatch::default() };
    let renamed = world.patch_fragment(&dev(), &footer.id, 1, named("End"), ANN).await.unwrap();
    assert_eq!((renamed.status, renamed.audit.revision), (FragmentStatus::Published, 2));
    let shop = live(world, "Orders", "{{ fragment('End') }}").await;
    assert_eq!(code(world.patch_fragment(&dev(), &footer.id, 2, named("Bottom"), ANN).await), "fragment_in_use");
    // The same name in other letters is no other name.
    world.patch_fragment(&dev(), &footer.id, 2, named("END"), ANN).await.unwrap();
    world.stop_campaign(&dev(), &shop.campaign, ANN).await.unwrap();
    world.patch_fragment(&dev(), &footer.id, 3, named("Bottom"), ANN).await.unwrap();
});

on_both!(a_campaign_and_a_fragment_that_are_published_at_the_same_time_agree, |world| async {
    let footer = published(world, piece("Footer", "<i>0</i>")).await;
    let shop = live(world, "Orders", "{{ fragment('Footer') }}").await;
    let elsewhere = world.other_process().await;
    for number in 1..=8 {
        let before = world.find_campaign(&dev(), &shop.campaign).await.unwrap();
        let mut draft = before.draft;
        draft.content.email_mut().unwrap().html = format!("<p>{number}</p>{{{{ fragment('Footer') }}}}");
        let revision = before.campaign.revision;
        let saved = world.save_draft(&dev(), &shop.campaign, revision, &draft, ANN).await.unwrap();
        let (text, sandbox) = (format!("<i>{number}</i>"), dev());
        let (activated, fragment) = tokio::join!(
            elsewhere.publish_campaign(&sandbox, &shop.campaign, saved.campaign.revision, BEN),
            republished(world, &footer.id, &text)
        );
        assert_eq!(fragment.status, FragmentStatus::Published);
        if let Err(error) = activated {
            assert_eq!(error.into_failure().code(), "changed_meanwhile");
        }
        let live = world.find_campaign(&dev(), &shop.campaign).await.unwrap().live.unwrap();
        assert_eq!(live.definition.fragments.get("footer").unwrap().text, text, "whoever came first");
    }
    elsewhere.close().await;
});
