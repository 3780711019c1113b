//! Short links of text messages, and what people see who follow one that leads nowhere.

use axum::http::Method;
use engine::tracking::Visit;
use serde_json::json;
use server::state::Settings;

use crate::support::{World, dev};

const CAMPAIGN: &str = "kind: channel-configuration
name: Texts
channel: mobile
category: transactional
status: active
fromNumber: '+15005550006'
transport: { kind: capture }
---
kind: campaign
name: Text
channel: mobile
category: transactional
configuration: Texts
status: live
content: { shortenLinks: true, text: 'See https://shop.example/한?a=1' }
";

/// A server whose short links have a name of their own, or none, and the code of one that was sent.
async fn sent(short_url: &str) -> (World, String) {
    let settings =
        Settings { public_url: "https://hermod.test".into(), short_url: short_url.into(), ..Settings::default() };
    let world = World::with_engine(settings, |engine| {
        engine.public_url = "https://hermod.test".into();
        engine.short_url = short_url.into();
    })
    .await;
    let campaign = world.apply(CAMPAIGN).await;
    let kim = json!({"type": "external", "userId": "+821012345678", "namespace": "phone"});
    let call = json!({"requestId": "r-1", "campaignId": campaign, "recipients": [kim]});
    assert_eq!(world.trigger(&call).await.status, 202);
    world.engine.drain().await.unwrap();
    let messages = world.engine.list_messages(&dev(), &domain::message::LogFilter::default(), None, 1).await.unwrap();
    let text = messages.rows[0].subject.clone().unwrap();
    let code = text.rsplit('/').next().unwrap().to_owned();
    (world, code)
}

#[tokio::test]
async fn a_short_link_leads_on_and_is_kept_by_nobody() {
    let (world, code) = sent("").await;
    let answer = world.anonymous(Method::GET, &format!("/s/{code}")).header("host", "hermod.test").send().await;
    assert_eq!(answer.status, 302);
    assert_eq!(answer.header("location"), "https://shop.example/%ED%95%9C?a=1");
    assert_eq!((answer.header("cache-control"), answer.header("referrer-policy")), ("no-store", "no-referrer"));
    let visit = Visit::of("Firefox", false, false);
    assert!(world.engine.follow_short_link(&code, &visit).await.unwrap().is_some());
}

#[tokio::test]
async fn under_their_own_name_there_is_nothing_but_short_links() {
    let (world, code) = sent("https://go.example").await;
    let get = async |path: &str, host: &str| world.anonymous(Method::GET, path).header("host", host).send().await;
    assert_eq!(get(&format!("/{code}"), "GO.example:443").await.status, 302);
    for path in ["/", "/AAAAAAAAAA", "/healthz", "/sign-in", "/s/x", "/ajo/im/health"] {
        let answer = get(path, "go.example").await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.header("content-type").starts_with("text/html"), "{path}");
    }
    assert_eq!(get("/healthz", "hermod.test").await.status, 200);
}

#[tokio::test]
async fn a_link_that_leads_nowhere_says_so_in_the_readers_language() {
    let (world, _) = sent("").await;
    let get =
        |path: &str| world.anonymous(Method::GET, path).header("host", "hermod.test").header("accept-language", "ko");
    for path in [
        "/s/AAAAAAAAAA",
        "/s/x",
        "/u/abc/x",
        "/c/abc/d/e",
        "/m/abc/x",
        "/o/abc/x",
        "/s/abc/x",
        "/u/",
        "/u/abc",
        "/c/",
        "/p/",
        "/confirm/",
        "/m/",
        "/o/",
        "/s/",
    ] {
        let answer = get(path).send().await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text.contains("잘못된 링크입니다"), "{path}");
    }
}
