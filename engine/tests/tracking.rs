//! What people do with a mail, and what it says in the log and of their address.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::large_enum_variant,
    clippy::used_underscore_binding,
    clippy::default_trait_access,
    clippy::duration_suboptimal_units,
    reason = "a test stops where it finds a fault"
)]

mod support;

use std::time::Duration;

use domain::execution::AudienceRequest;
use domain::id::CampaignId;
use domain::message::{LogFilter, MessageDetail};
use engine::tracking::Visit;
use serde_json::json;
use support::audience;
use support::shop::{ANN, Shop, caller};
use support::{World, dev};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

fn reader() -> Visit {
    Visit::of(FIREFOX, false, false)
}

/// A marketing campaign whose mail has a fixed link, one out of the data, and its places; it was sent to one person.
async fn newsletter(world: &World) -> (Shop, MessageDetail) {
    audience::import(world, &dev(), "Readers", "{\"userId\": \"ann@example.com\"}\n").await;
    let yaml = "kind: channel-configuration\nname: News\ncategory: marketing\nstatus: active\nfromName: Shop\n\
                fromAddress: shop@example.com\ntransport: { kind: capture }\n---\nkind: campaign\nname: News\n\
                category: marketing\nconfiguration: News\nstatus: live\naudience: { name: Readers }\ncontent:\n\
                \x20 subject: News\n  trackOpens: true\n  trackClicks: true\n\
                \x20 html: '<body><a href=\"https://shop.example/a?x=1&amp;y=2\">Shop</a><a href=\"{{ context.url }}\">Yours</a>\
                <a href=\"{{ unsubscribe_url }}\">Leave</a><a href=\"{{ mirror_url }}\">Page</a></body>'\n";
    let applied = world.apply_file(Some(&dev()), yaml, ANN).await.unwrap();
    let campaign: CampaignId = applied.last().unwrap().id.parse().unwrap();
    let shop = Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await };
    let story = run(world, &shop, "r-1").await;
    (shop, story)
}

async fn run(world: &World, shop: &Shop, request_id: &str) -> MessageDetail {
    let request = json!({"requestId": request_id, "campaignId": shop.campaign, "context": {"url": "https://x.example/한?a=1&b=2"}});
    let request: AudienceRequest = serde_json::from_value(request).unwrap();
    world.trigger_audience(&shop.caller, request).await.unwrap();
    world.expand_runs().await.unwrap();
    world.drain().await.unwrap();
    let filter = LogFilter { request_id: request_id.into(), ..LogFilter::default() };
    let message = world.list_messages(&dev(), &filter, None, 1).await.unwrap().rows.remove(0);
    world.find_message(&dev(), &message.id).await.unwrap()
}

fn html(story: &MessageDetail) -> String {
    story.rendered.as_ref().unwrap().content.email().unwrap().html.clone()
}

/// What stands between these.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split(start).nth(1).unwrap().split(end).next().unwrap()
}

on_both!(a_reader_is_counted_and_led_on_and_a_program_is_not_counted, |world| async {
    let (shop, story) = newsletter(world).await;
    let html = html(&story);
    let fixed = between(&html, "https://hermod.example.com/c/", "\"").to_owned();
    let dynamic = html.split("/c/").nth(2).unwrap().split('"').next().unwrap().to_owned();
    let (token, target) = dynamic.split_once("?u=").unwrap();
    let target = target.replace("&amp;", "&");
    assert_eq!(target, "https%3A%2F%2Fx.example%2F%ED%95%9C%3Fa%3D1%26b%3D2");
    world.clock.advance(Duration::from_secs(60));
    let follow =
        async |token: &str, target: &str, visit: &Visit| world.follow_link(token, target, visit).await.unwrap();
    assert_eq!(follow(&fixed, "", &reader()).await.as_deref(), Some("https://shop.example/a?x=1&y=2"));
    assert_eq!(
        follow(token, "https://x.example/한?a=1&b=2", &reader()).await.as_deref(),
        Some("https://x.example/한?a=1&b=2")
    );
    // Nobody can make a link of ours lead elsewhere.
    assert_eq!(follow(token, "https://evil.example", &reader()).await, None);
    assert_eq!(follow(&fixed, "https://evil.example", &reader()).await, None);
    world.clock.advance(Duration::from_secs(1));
    follow(&fixed, "", &Visit::of("curl/8.0", false, false)).await;
    let pixel = between(&html, "https://hermod.example.com/o/", ".gif").to_owned();
    world.note_opening(&pixel, &reader()).await.unwrap();
    world.note_opening(&fixed, &reader()).await.unwrap();
    let clicks = world.list_link_clicks(&dev(), &shop.campaign).await.unwrap();
    let counted: Vec<_> = clicks.iter().map(|link| (link.label.as_str(), link.clicks, link.people)).collect();
    assert_eq!(counted, [("Shop", 1, 1), ("Yours", 1, 1)]);
    let told = world.find_message(&dev(), &story.message.id).await.unwrap().feedback;
    let mut kinds: Vec<_> = told.iter().map(|it| (it.kind.as_str(), it.raw["machine"] == true)).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [("clicked", false), ("clicked", false), ("clicked", true), ("opened", false)]);
});

on_both!(whoever_leaves_gets_no_more_marketing_at_once_and_may_come_back, |world| async {
    let (shop, story) = newsletter(world).await;
    let headers = &story.rendered.as_ref().unwrap().headers;
    let header = |name: &str| headers.iter().find(|(known, _)| known == name).unwrap().1.clone();
    assert_eq!(header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert!(header("Feedback-ID").ends_with(":hermod"));
    let listed = header("List-Unsubscribe");
    let token = between(&listed, "<https://hermod.example.com/u/", ">");
    assert!(
        html(&story).contains(&format!("https://hermod.example.com/u/{token}")),
        "the link of the mail is the same"
    );
    let text = &story.rendered.as_ref().unwrap().content.email().unwrap().text;
    assert!(text.contains(&format!("https://hermod.example.com/u/{token}")), "{text}");
    assert!(!world.find_leaver(token).await.unwrap().unwrap().has_left);
    for _ in 0..2 {
        assert!(world.unsubscribe(token).await.unwrap());
    }
    assert!(world.find_leaver(token).await.unwrap().unwrap().has_left);
    let second = run(world, &shop, "r-2").await;
    assert_eq!((second.message.state.as_str(), second.message.reason.as_deref()), ("excluded", Some("suppressed")));
    assert!(world.resubscribe(token).await.unwrap());
    assert_eq!(run(world, &shop, "r-3").await.message.state.as_str(), "captured");
    for no_token in ["", "AAAA", &"A".repeat(40)] {
        assert!(!world.unsubscribe(no_token).await.unwrap());
    }
});

on_both!(the_review_warns_of_marketing_that_nobody_can_leave, |world| async {
    let (shop, _) = newsletter(world).await;
    let codes = async |campaign: &CampaignId| {
        let review = world.review_campaign(&dev(), campaign).await.unwrap();
        review.warnings.0.into_iter().map(|warning| warning.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&shop.campaign).await, Vec::<String>::new());
    let yaml = "kind: campaign\nname: Trap\ncategory: marketing\nconfiguration: News\naudience: { name: Readers }\n\
                content: { subject: News, html: '<p>No way out</p>' }\n";
    let applied = world.apply_file(Some(&dev()), yaml, ANN).await.unwrap();
    assert_eq!(codes(&applied[0].id.parse().unwrap()).await, ["no_unsubscribe_link"]);
});

on_both!(a_mail_is_a_page_for_ninety_days, |world| async {
    let (_, story) = newsletter(world).await;
    let html = html(&story);
    let token = between(&html, "https://hermod.example.com/m/", "\"").to_owned();
    assert_eq!(world.mail_as_page(&token).await.unwrap(), Some(html));
    world.clock.advance(Duration::from_hours(24 * 91));
    assert_eq!(world.mail_as_page(&token).await.unwrap(), None);
});

on_both!(a_transactional_mail_counts_only_what_it_was_told_to, |world| async {
    let shop = Shop::capturing(world).await;
    let accepted = shop.order(world, "r-1", "ann@example.com").await;
    world.drain().await.unwrap();
    let story = shop.story(world, &accepted.execution_id).await;
    let rendered = story.rendered.as_ref().unwrap();
    assert!(!rendered.content.email().unwrap().html.contains("hermod.example.com"));
    assert!(rendered.headers.iter().all(|(name, _)| !name.starts_with("List-")));
});
