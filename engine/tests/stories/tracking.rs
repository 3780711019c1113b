//! What people do with a mail, and what it says in the log and of their address.

use std::time::Duration;

use crate::support::audience;
use crate::support::shop::{ANN, Shop, caller};
use crate::support::{World, dev};
use domain::consent::ConsentSource;
use domain::execution::AudienceRequest;
use domain::id::CampaignId;
use domain::message::{LogFilter, MessageDetail};
use engine::tracking::Visit;
use serde_json::json;

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

on_both!(whoever_looks_at_a_mail_in_the_console_is_not_its_reader, |world| async {
    let (_, story) = newsletter(world).await;
    let looked = html(&world.look_at_message(&dev(), &story.message.id, true).await.unwrap());
    assert!(!looked.contains("/o/") && !looked.contains("/c/"), "{looked}");
    assert!(looked.contains(r#"<a href="https://shop.example/a?x=1&amp;y=2">"#), "{looked}");
    assert!(looked.contains(r#"<a href="https://x.example/한?a=1&amp;b=2">"#), "{looked}");
    assert!(looked.contains("https://hermod.example.com/u/"), "leaving is asked for on a page of its own");
    // Who may not speak for people does not leave in their name either.
    let headers = &story.rendered.as_ref().unwrap().headers;
    let leave = &headers.iter().find(|(name, _)| name == "List-Unsubscribe").unwrap().1;
    let token: String = leave.split("/u/").nth(1).unwrap().chars().take(40).collect();
    for (speaks_for_readers, is_there) in [(true, true), (false, false)] {
        let looked = world.look_at_message(&dev(), &story.message.id, speaks_for_readers).await.unwrap();
        assert_eq!(serde_json::to_string(&looked).unwrap().contains(&token), is_there);
    }
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
        assert!(world.unsubscribe(token, ConsentSource::OneClick).await.unwrap());
    }
    assert!(world.find_leaver(token).await.unwrap().unwrap().has_left);
    let second = run(world, &shop, "r-2").await;
    assert_eq!((second.message.state.as_str(), second.message.reason.as_deref()), ("excluded", Some("opted_out")));
    assert!(world.resubscribe(token).await.unwrap());
    assert_eq!(run(world, &shop, "r-3").await.message.state.as_str(), "captured");
    for no_token in ["", "AAAA", &"A".repeat(40)] {
        assert!(!world.unsubscribe(no_token, ConsentSource::OneClick).await.unwrap());
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

/// A text message with a fixed link, one with data in it, and one out of the data; it was sent to one person.
async fn text_message(world: &World) -> (Shop, MessageDetail) {
    let yaml = "kind: channel-configuration\nname: Codes\nchannel: mobile\ncategory: transactional\nstatus: active\n\
                fromNumber: '+15005550006'\ntransport: { kind: capture }\n---\nkind: campaign\nname: Codes\n\
                channel: mobile\ncategory: transactional\nconfiguration: Codes\nstatus: live\ncontent:\n\
                \x20 shortenLinks: true\n\
                \x20 text: 'Shop https://shop.example/a?x=1&y=2, order https://shop.example/{{ context.id }}. {{ context.url }}'\n";
    let applied = world.apply_file(Some(&dev()), yaml, ANN).await.unwrap();
    let campaign: CampaignId = applied.last().unwrap().id.parse().unwrap();
    let shop = Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await };
    let kim = json!({"type": "external", "userId": "+821012345678", "namespace": "phone",
        "context": {"id": "한 1", "url": "https://elsewhere.example/"}});
    let accepted = shop.trigger(world, shop.request_with("r-1", vec![kim])).await.unwrap();
    world.drain().await.unwrap();
    let message = shop.messages(world, &accepted.execution_id).await.remove(0);
    let story = world.find_message(&dev(), &message.id).await.unwrap();
    (shop, story)
}

fn text_of(story: &MessageDetail) -> String {
    match &story.rendered.as_ref().unwrap().content {
        domain::content::Rendered::Mobile(mobile) => mobile.text.clone(),
        other => panic!("{other:?}"),
    }
}

/// The codes of a text in their order.
fn codes(text: &str) -> Vec<String> {
    let after = text.split("https://hermod.example.com/s/").skip(1);
    after.map(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).collect()).collect()
}

on_both!(a_short_link_leads_on_is_counted_and_ends_after_thirty_days, |world| async {
    let (shop, story) = text_message(world).await;
    let text = text_of(&story);
    let codes = codes(&text);
    assert!(codes.len() == 2 && codes.iter().all(|code| code.len() == 10), "{text}");
    let (shop_url, order_url) = ("https://shop.example/a?x=1&y=2", "https://shop.example/한");
    assert!(text.ends_with(" 1. https://elsewhere.example/"), "what comes out of the data stays: {text}");
    world.clock.advance(Duration::from_secs(60));
    let follow = async |code: &str, visit: &Visit| world.follow_short_link(code, visit).await.unwrap();
    assert_eq!(follow(&codes[0], &reader()).await.as_deref(), Some(shop_url));
    assert_eq!(follow(&codes[1], &reader()).await.as_deref(), Some(order_url));
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(follow(&codes[0], &Visit::of("curl/8.0", false, false)).await.as_deref(), Some(shop_url));
    for unknown in ["", "AAAAAAAAAA", "../../../x", &codes[0][..9]] {
        assert_eq!(follow(unknown, &reader()).await, None, "{unknown}");
    }
    let clicks = world.list_link_clicks(&dev(), &shop.campaign).await.unwrap();
    let counted: Vec<_> = clicks.iter().map(|link| (link.url.as_str(), link.clicks, link.people)).collect();
    assert_eq!(counted, [(shop_url, 1, 1), ("https://shop.example/{{ context.id }}", 1, 1)]);
    let told = world.find_message(&dev(), &story.message.id).await.unwrap().feedback;
    let kinds: Vec<_> = told.iter().map(|it| (it.kind.as_str(), it.raw["machine"] == true)).collect();
    assert_eq!(kinds, [("clicked", false), ("clicked", false), ("clicked", true)]);
    world.clock.advance(Duration::from_secs(30 * 24 * 3_600));
    assert_eq!(follow(&codes[0], &reader()).await, None);
    world.sweep().await.unwrap();
});

on_both!(a_message_that_is_tried_again_has_the_links_it_had, |world| async {
    let provider = crate::support::provider::Provider::start(&[(503, "{}"), (201, r#"{"sid": "SM1"}"#)]).await;
    let yaml = format!(
        "kind: channel-configuration\nname: Codes\nchannel: mobile\ncategory: transactional\nstatus: active\n\
         fromNumber: '+15005550006'\n\
         transport: {{ kind: twilio, accountSid: AC1, authToken: hunter2, baseUrl: '{}' }}\n---\nkind: campaign\n\
         name: Codes\nchannel: mobile\ncategory: transactional\nconfiguration: Codes\nstatus: live\n\
         content: {{ shortenLinks: true, text: 'See https://shop.example/a' }}\n",
        provider.url
    );
    world.set_sandbox_mode(&dev(), domain::sandbox::SandboxMode::Live).await.unwrap();
    let applied = world.apply_file(Some(&dev()), &yaml, ANN).await.unwrap();
    let campaign: CampaignId = applied.last().unwrap().id.parse().unwrap();
    let shop = Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await };
    let kim = json!({"type": "external", "userId": "+821012345678", "namespace": "phone"});
    shop.trigger(world, shop.request_with("r-1", vec![kim])).await.unwrap();
    world.drain().await.unwrap();
    world.clock.advance(Duration::from_secs(600));
    world.drain().await.unwrap();
    let sent: Vec<_> = provider.asked().into_iter().map(|asked| asked.body).collect();
    assert_eq!((sent.len(), &sent[0]), (2, &sent[1]));
    let code = between(&sent[0], "hermod.example.com%2Fs%2F", "&");
    world.clock.advance(Duration::from_secs(60));
    assert_eq!(world.follow_short_link(code, &reader()).await.unwrap().as_deref(), Some("https://shop.example/a"));
});

on_both!(a_person_who_is_forgotten_leaves_no_link, |world| async {
    let (_, story) = text_message(world).await;
    let code = codes(&text_of(&story)).remove(0);
    world.erase_person(&dev(), "+821012345678", ANN).await.unwrap();
    assert_eq!(world.follow_short_link(&code, &reader()).await.unwrap(), None);
});
