//! Consent over the API, and the pages on which people choose, as a browser without scripts sees them.

use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use domain::topic::TopicWords;
use futures::StreamExt as _;
use serde_json::{Value, json};
use server::state::Settings;

use crate::support::{Answer, World, dev, opted_in};

const ANN: &str = "ann@example.com";
const PAGES: &str = "kind: channel-configuration
name: News
category: marketing
status: active
fromName: Shop
fromAddress: shop@example.com
transport: { kind: capture }
---
kind: campaign
name: News
category: marketing
configuration: News
status: live
audience: { name: Readers }
content:
  subject: News
  html: '<a href=\"{{ unsubscribe_url }}\">L</a><a href=\"{{ preferences_url }}\">P</a><a href=\"https://shop.example/?params={{ consent_params }}&amp;pid={{ consent_pid }}\">O</a>'
";
const CONFIRM: &str = "kind: campaign
name: Confirm
category: transactional
configuration: Shop
status: live
content: { subject: Confirm, html: '<a href=\"{{ context.confirmUrl }}\">Yes</a>' }
";

/// With a public address, as links need one.
async fn world() -> World {
    let public = "https://hermod.test";
    let settings = Settings { public_url: public.into(), ..Settings::default() };
    World::with_engine(settings, |engine| public.clone_into(&mut engine.public_url)).await
}

/// What stands behind each of these in the newest mail.
async fn links<const N: usize>(world: &World, starts: [&str; N]) -> [String; N] {
    world.engine.expand_runs().await.unwrap();
    world.engine.drain().await.unwrap();
    let messages = world.get("/ajo/im/messages?limit=1").await.json;
    let id = messages["messages"][0]["messageId"].as_str().unwrap_or_else(|| panic!("{messages}")).to_owned();
    let message = world.engine.find_message(&dev(), &id.parse().unwrap()).await.unwrap();
    let html = message.rendered.unwrap().content.email().unwrap().html.clone();
    starts.map(|start| {
        let rest = html.split(start).nth(1).unwrap_or_else(|| panic!("{start}: {html}"));
        rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter)).collect()
    })
}

/// A mail to Ann, who agreed, and the tokens of its links.
async fn letter<const N: usize>(world: &World, starts: [&str; N]) -> [String; N] {
    let list = format!("{{\"userId\": \"{ANN}\"}}\n");
    world.engine.import_audience(&dev(), "Readers", list.as_bytes(), opted_in(), "test").await.unwrap();
    let campaign = world.apply(PAGES).await;
    let call = json!({ "requestId": "r-1", "campaignId": campaign });
    assert_eq!(world.post("/ajo/im/executions/audience", call.to_string()).await.status, 202);
    links(world, starts).await
}

async fn open(world: &World, path: &str, language: &str) -> Answer {
    world.anonymous(Method::GET, path).header("accept-language", language).send().await
}

async fn press(world: &World, path: &str, body: &str) -> Answer {
    // What is entered at one moment has no order.
    world.clock.advance(std::time::Duration::from_secs(1));
    let call = world.anonymous(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
    call.body(body.to_owned()).send().await
}

async fn choices(world: &World) -> Vec<(String, String)> {
    let found = world.get(&format!("/ajo/consent?address={ANN}")).await.json;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let history = found["history"].as_array().unwrap();
    history.iter().map(|entry| (text(&entry["choice"]), text(&entry["source"]))).collect()
}

async fn topic(world: &World, name_en: &str, name_ko: &str) -> String {
    let words = TopicWords { name_en: name_en.into(), name_ko: name_ko.into(), ..TopicWords::default() };
    world.engine.create_topic(&dev(), words, "test").await.unwrap().id.to_string()
}

#[tokio::test]
async fn choices_are_set_all_or_none_and_read_with_their_history() {
    let world = world().await;
    let topic = topic(&world, "Books", "책").await;
    let all = json!([
        { "address": ANN, "choice": "in", "proof": "Newsletter form" },
        { "channel": "email", "address": ANN, "topicId": topic, "choice": "out", "at": "2026-11-01T00:00:00Z", "user": "Kim" },
        { "channel": "mobile", "address": "+82 10-1234-5678", "choice": "out" },
    ]);
    let set = world.post("/ajo/consent", all.to_string()).await;
    assert_eq!((set.status, &set.json), (200, &json!({ "changed": 3 })), "{set:?}");
    let found = world.get(&format!("/ajo/consent?channel=email&address={}", ANN.to_uppercase())).await.json;
    assert_eq!(found["consents"][0]["choice"], "in");
    assert_eq!(
        found["consents"][1],
        json!({
            "channel": "email", "profileId": null, "address": ANN, "topicId": topic, "choice": "out", "source": "api",
            "at": "2026-11-01T00:00:00.000Z"
        })
    );
    assert_eq!(
        (found["history"][0]["proof"].as_str(), found["history"][0]["enteredBy"].as_str()),
        (Some("Newsletter form"), Some("Shop backend"))
    );
    assert_eq!(found["history"][1]["enteredBy"], "Kim");
    let wrong = json!([{ "address": "ben@example.com", "choice": "in" }, { "address": "ben", "choice": "pending" }]);
    let refused = world.post("/ajo/consent", wrong.to_string()).await;
    assert_eq!((refused.status, refused.fault()), (400, ("[1].address", "bad_email_address")));
    let nobody = world.get("/ajo/consent?address=ben@example.com").await.json;
    assert_eq!(nobody, json!({ "profileId": null, "consents": [], "history": [] }));
    assert_eq!(world.post("/ajo/consent", "[]").await.refusal(), (400, "entry_count"));
    assert_eq!(world.get("/ajo/consent?channel=fax&address=x").await.refusal(), (400, "unknown_word"));
    assert_eq!(world.get("/ajo/consent/topics").await.json[0]["nameKo"], "책");
}

#[tokio::test]
async fn a_choice_of_a_person_is_set_and_read_with_any_of_their_addresses() {
    let world = world().await;
    let other = "ann@work.example";
    let identities = json!([{ "namespace": "email", "userId": ANN }, { "namespace": "email", "userId": other }]);
    let said = json!({ "identities": identities, "consents": { "email": "in" } });
    let stored = world.post("/ajo/profiles", said.to_string()).await;
    assert_eq!((stored.status, &stored.json["consents"][0]["choice"]), (201, &json!("in")), "{stored:?}");
    let id = stored.json["profileId"].as_str().unwrap().to_owned();
    world.clock.advance(std::time::Duration::from_secs(1));
    let all = json!([{ "profileId": id, "choice": "out" }, { "address": other, "choice": "in" }]);
    assert_eq!(world.post("/ajo/consent", all.to_string()).await.json, json!({ "changed": 2 }));
    let found = world.get(&format!("/ajo/consent?address={other}")).await.json;
    assert_eq!(found["profileId"], json!(id));
    let told: Vec<_> =
        found["consents"].as_array().unwrap().iter().map(|it| (&it["profileId"], &it["address"])).collect();
    assert_eq!(told, [(&Value::Null, &json!(other)), (&json!(id), &json!(""))]);
    let of_person = world.get(&format!("/ajo/consent?channel=email&profileId={id}")).await.json;
    assert_eq!(
        (of_person["consents"].as_array().unwrap().len(), &of_person["consents"][0]["choice"]),
        (1, &json!("out"))
    );
    assert_eq!(of_person["history"].as_array().unwrap().len(), 2);
    let profile = world.get(&format!("/ajo/profiles/{id}")).await.json;
    assert_eq!(
        (&profile["consents"][0]["channel"], &profile["consents"][0]["choice"]),
        (&json!("email"), &json!("out"))
    );
    let both = json!([{ "address": ANN, "profileId": id, "choice": "in" }]);
    assert_eq!(world.post("/ajo/consent", both.to_string()).await.fault(), ("[0].profileId", "one_of_both"));
    let neither = json!([{ "choice": "in" }]);
    assert_eq!(world.post("/ajo/consent", neither.to_string()).await.fault(), ("[0].address", "required"));
    let nobody = json!([{ "profileId": "pro_01k00000000000000000000001", "choice": "in" }]);
    assert_eq!(world.post("/ajo/consent", nobody.to_string()).await.fault(), ("[0].profileId", "unknown_profile"));
    let path = format!("/ajo/consent?address={ANN}&profileId={id}");
    assert_eq!(world.get(&path).await.refusal(), (400, "one_of_both"));
    for unknown in ["pro_01k00000000000000000000001", "x"] {
        let path = format!("/ajo/consent?profileId={unknown}");
        assert_eq!(world.get(&path).await.refusal(), (404, "profile_not_found"));
    }
    let wrong = json!({ "identities": identities, "consents": { "email": "maybe" } });
    assert_eq!(world.post("/ajo/profiles", wrong.to_string()).await.fault().0, "consents.email");
}

#[tokio::test]
async fn the_pages_say_that_leaving_is_for_all_addresses() {
    let world = world().await;
    let identities =
        json!([{ "namespace": "email", "userId": ANN }, { "namespace": "email", "userId": "ann@work.example" }]);
    world.post("/ajo/profiles", json!({ "identities": identities }).to_string()).await;
    let [leave, choose] = letter(&world, ["/u/", "/p/"]).await;
    let leave = format!("/u/{leave}");
    let page = open(&world, &leave, "en").await.text;
    assert!(page.contains("at any of your addresses") && !page.contains("ann@work"), "{page}");
    assert!(open(&world, &leave, "ko").await.text.contains("모든 주소로"));
    let page = open(&world, &format!("/p/{choose}"), "en").await.text;
    assert!(page.contains("for all your addresses"), "{page}");
    assert!(open(&world, &format!("/p/{choose}"), "ko").await.text.contains("모든 주소에"));
    assert!(press(&world, &leave, "leave=1").await.text.contains("at any of your addresses"));
    assert!(press(&world, &leave, "back=1").await.text.contains("You are on the list"));
}

#[tokio::test]
async fn one_click_and_the_button_of_the_page_are_told_apart_and_a_look_changes_nothing() {
    let world = world().await;
    let [token] = letter(&world, ["/u/"]).await;
    let page = open(&world, &format!("/u/{token}"), "en").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("a•••@example.com") && !page.text.contains(ANN), "{}", page.text);
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert!(!page.text.contains("<script") && page.text.contains("href=\"/p/"));
    assert_eq!(choices(&world).await.len(), 1);
    let left = press(&world, &format!("/u/{token}"), "leave=1").await;
    assert!(left.text.contains("You are unsubscribed"), "{}", left.text);
    let back = press(&world, &format!("/u/{token}"), "back=1").await;
    assert!(back.text.contains("You are on the list"), "{}", back.text);
    press(&world, &format!("/u/{token}"), "List-Unsubscribe=One-Click").await;
    let expected = [("in", "import"), ("out", "unsubscribe_page"), ("in", "unsubscribe_page"), ("out", "one_click")];
    assert_eq!(choices(&world).await, expected.map(|(choice, source)| (choice.to_owned(), source.to_owned())));
    assert_eq!(press(&world, &format!("/u/{token}"), "back=2").await.status, 400);
    assert_eq!(press(&world, "/u/nonsense", "leave=1").await.status, 404);
}

#[tokio::test]
async fn a_person_chooses_topics_without_scripts_in_english_and_korean() {
    let world = world().await;
    let books = topic(&world, "Books <b>", "책").await;
    let [token] = letter(&world, ["/p/"]).await;
    let path = format!("/p/{token}");
    let page = open(&world, &path, "en-GB").await;
    let korean = open(&world, &path, "ko").await;
    assert!(page.text.contains("<html lang=\"en\">") && page.text.contains("Books &lt;b&gt;"), "{}", page.text);
    assert!(
        korean.text.contains("<html lang=\"ko\">") && korean.text.contains("수신 설정") && korean.text.contains("책")
    );
    for text in [&page.text, &korean.text] {
        assert!(text.contains("a•••@example.com") && !text.contains(ANN) && !text.contains("<script"), "{text}");
        assert_eq!((text.matches("type=\"checkbox\"").count(), text.matches(" checked>").count()), (2, 2), "{text}");
        // Each box is inside its label, the group has a legend, and nothing hides the focus.
        assert_eq!(text.matches("<label class=\"choice\"><input type=\"checkbox\"").count(), 2);
        assert!(text.contains("<legend>") && !text.contains("outline"));
    }
    assert!(page.header("content-security-policy").contains("form-action 'self'; frame-ancestors 'none'"));
    assert_eq!((page.header("referrer-policy"), page.header("cache-control")), ("no-referrer", "no-store"));
    let saved = press(&world, &path, &format!("save=1&channel=1&shown={books}")).await;
    assert!(saved.text.contains("role=\"status\"") && saved.text.matches(" checked>").count() == 1, "{}", saved.text);
    let left = press(&world, &path, "leave=everything").await;
    assert_eq!(left.text.matches(" checked>").count(), 0, "{}", left.text);
    let back = press(&world, &path, "save=1&channel=1").await;
    assert_eq!(back.text.matches(" checked>").count(), 1);
    let told: Vec<String> =
        choices(&world).await.into_iter().skip(1).map(|(choice, source)| format!("{choice} {source}")).collect();
    assert_eq!(told, ["out preference_page", "out preference_page", "in preference_page"]);
    assert_eq!(press(&world, &path, "nonsense").await.status, 400);
    assert_eq!(open(&world, "/p/nonsense", "en").await.status, 404);
    assert_eq!(open(&world, &format!("{path}/more"), "en").await.status, 404);
}

#[tokio::test]
async fn an_opt_in_is_confirmed_on_a_page_in_the_language_of_whoever_asked() {
    let world = world().await;
    let campaign = world.apply(CONFIRM).await;
    let asked = json!({ "address": ANN, "source": "Newsletter form", "language": "ko", "campaignId": campaign });
    for _ in 0..5 {
        let answer = world.post("/ajo/consent/requests", asked.to_string()).await;
        assert_eq!((answer.status, answer.json), (202, json!({ "status": "accepted" })));
    }
    world.engine.drain().await.unwrap();
    assert_eq!(world.get("/ajo/im/messages").await.json["messages"].as_array().unwrap().len(), 3);
    let [token] = links(&world, ["/confirm/"]).await;
    let path = format!("/confirm/{token}");
    let page = open(&world, &path, "fr").await;
    assert!(page.text.contains("<html lang=\"ko\">") && page.text.contains("네, 받겠습니다"), "{}", page.text);
    assert!(open(&world, &path, "en").await.text.contains("Yes, I want them"));
    // Each asking is an entry.
    assert_eq!(choices(&world).await, vec![("pending".to_owned(), "double_opt_in".to_owned()); 3]);
    assert_eq!(press(&world, &path, "").await.status, 400);
    let confirmed = press(&world, &path, "confirm=1").await.text;
    assert!(confirmed.contains("<html lang=\"ko\">") && confirmed.contains("동의하셨습니다"), "{confirmed}");
    assert!(open(&world, &path, "en").await.text.contains("You have confirmed"));
    assert_eq!(choices(&world).await[3], ("in".to_owned(), "double_opt_in".to_owned()));
    assert_eq!(press(&world, "/confirm/nonsense", "confirm=1").await.status, 404);
    let sms = json!({ "channel": "mobile", "address": ANN, "source": "x", "campaignId": campaign });
    assert_eq!(world.post("/ajo/consent/requests", sms.to_string()).await.refusal(), (400, "unknown_word"));
    let nowhere = json!({ "address": ANN, "source": "x", "campaignId": "cmp_x" });
    assert_eq!(world.post("/ajo/consent/requests", nowhere.to_string()).await.refusal(), (404, "campaign_not_found"));
}

#[tokio::test]
async fn the_contracts_calls_take_what_a_page_of_a_customers_own_tells() {
    let world = world().await;
    let [params, pid] = letter(&world, ["params=", "pid="]).await;
    let of = |call: &str| format!("/journey/imp/consent/{call}?params={params}&pid={pid}");
    let found = world.get(&of("decrypt")).await;
    let expected = json!({
        "profileNameSpace": "email", "profileId": ANN, "emailAddress": ANN, "emailNameSpace": "Email",
        "sandboxId": "dev", "optOutLevel": "channel", "channelType": "email", "timestamp": "2026-12-01T09:00:00.000Z"
    });
    assert_eq!((found.status, found.json), (200, expected));
    let both = format!("/journey/imp/consent/decrypt?emailParams=params%3D{params}%26pid%3D{pid}");
    assert_eq!(world.get(&both).await.status, 200);
    let no = json!({ "marketing": [{ "type": "email", "choice": "no", "scope": "channel" }] });
    assert_eq!(world.post(&of("preferences"), no.to_string()).await.status, 204);
    assert_eq!(choices(&world).await[1], ("out".to_owned(), "api".to_owned()));
    let wrong = json!({ "marketing": [{ "type": "email", "choice": "never", "scope": "channel" }] });
    let refused = world.post(&of("preferences"), wrong.to_string()).await;
    assert_eq!((refused.status, refused.fault()), (400, ("marketing[0].choice", "unknown_word")));
    assert_eq!(world.get("/journey/imp/consent/decrypt?params=x&pid=y").await.refusal(), (400, "bad_params"));
    assert_eq!(world.anonymous(Method::GET, &of("decrypt")).send().await.refusal(), (401, "missing_token"));
    assert_eq!(world.get("/journey/nothing").await.refusal(), (404, "unknown_address"));
}

#[tokio::test]
async fn a_file_that_comes_slowly_is_taken_in_whole() {
    let world = world().await;
    let pieces = ["address\nann@example.com\n", "ben@example.com\n"].map(|piece| async move {
        tokio::time::pause();
        tokio::time::advance(Duration::from_mins(1)).await;
        tokio::time::resume();
        Ok::<_, std::convert::Infallible>(piece)
    });
    let body = Body::from_stream(futures::stream::iter(pieces).then(|piece| piece));
    let call = world.client(Method::POST, "/ajo/consent/import").header("content-type", "text/csv");
    let done = call.body(body).send().await;
    assert_eq!((done.status, &done.json["changed"], done.header("cache-control")), (200, &json!(2), "no-store"));
    let other = world.client(Method::PUT, "/ajo/consent/import").send().await;
    assert_eq!(other.refusal(), (405, "wrong_method"));
}

#[tokio::test]
async fn a_file_is_taken_in_and_given_out_again_without_formulas() {
    let world = world().await;
    let csv = "address,channel,choice,at\n=cmd@example.com,,,\n+821012345678,mobile,out,\nnobody,,,\n";
    let call = world.client(Method::POST, "/ajo/consent/import?fileName=may.csv").header("content-type", "text/csv");
    let done = call.body(csv).send().await;
    let expected = json!({ "records": 3, "changed": 2, "kept": 0, "faulty": 1, "faults": [
        { "line": 4, "path": "address", "text": done.json["faults"][0]["text"] }
    ] });
    assert_eq!((done.status, &done.json), (200, &expected));
    let export = world.get("/ajo/consent/export").await;
    assert_eq!((export.status, export.header("content-type")), (200, "text/csv; charset=utf-8"));
    let lines: Vec<&str> = export.text.lines().collect();
    assert!(lines[1].starts_with("email,'=cmd@example.com,,in,import,"), "{lines:?}");
    assert!(lines[2].starts_with("mobile,'+821012345678,,out,import,"), "{lines:?}");
    let call = world.client(Method::POST, "/ajo/consent/import").header("content-type", "application/json");
    assert_eq!(call.body("[]").send().await.refusal(), (415, "wrong_content_type"));
    let call = world.client(Method::POST, "/ajo/consent/import").header("content-type", "text/csv");
    assert_eq!(call.body("who\n").send().await.refusal(), (400, "bad_csv"));
    let large = format!("address\n{}", "x\n".repeat(9 * 1024 * 1024));
    let call = world.client(Method::POST, "/ajo/consent/import").header("content-type", "text/csv");
    assert_eq!(call.body(large).send().await.refusal(), (413, "file_too_large"));
}
