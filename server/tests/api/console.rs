//! What the server adds to the console: health, files, events, and the headers that protect people.

use axum::http::Method;
use domain::access::Role;
use engine::accounts::NewConsoleUser;
use futures::StreamExt as _;

use crate::support::{World, path_of};

async fn session(world: &World) -> String {
    let new = NewConsoleUser {
        email: "ann@example.com".into(),
        name: "Ann".into(),
        password: "correct horse battery".into(),
    };
    world.engine.create_console_user(&new, Role::Viewer).await.unwrap();
    let session = world.engine.sign_in(&new.email, &new.password, "test").await.unwrap();
    format!("hermod_session={}", session.token)
}

#[tokio::test]
async fn everybody_may_ask_whether_the_process_and_its_database_answer() {
    let world = World::new().await;
    let answer = world.anonymous(Method::GET, "/healthz").send().await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "ok"));
    world.engine.close().await;
    assert_eq!(world.anonymous(Method::GET, "/healthz").send().await.status, 503);
}

#[tokio::test]
async fn a_database_that_is_away_is_told_without_its_cause() {
    let world = World::new().await;
    let path = "/ajo/im/executions/UMA-01k00000000000000000000000";
    assert_eq!(world.get(path).await.status, 404);
    world.engine.close().await;
    let answer = world.get(path).await;
    assert_eq!(answer.refusal(), (503, "unavailable"));
    assert!(!answer.text.to_lowercase().contains("sql") && !answer.text.contains("pool"), "{}", answer.text);
}

#[tokio::test]
async fn the_first_visit_leads_to_the_setup_and_later_ones_to_the_sign_in() {
    let world = World::new().await;
    let first = world.anonymous(Method::GET, "/").send().await;
    assert_eq!((first.status, first.header("location")), (303, "/set-up"));
    session(&world).await;
    let later = world.anonymous(Method::GET, "/").send().await;
    assert_eq!((later.status, later.header("location")), (303, "/sign-in"));
}

#[tokio::test]
async fn a_page_has_the_headers_that_protect_people() {
    let world = World::new().await;
    session(&world).await;
    let page = world.anonymous(Method::GET, "/sign-in").send().await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert_eq!(page.header("referrer-policy"), "same-origin");
    assert_eq!(page.header("cache-control"), "no-store");
    let policy = page.header("content-security-policy");
    for part in ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "'nonce-"] {
        assert!(policy.contains(part), "{part} in {policy}");
    }
    assert!(!policy.contains("script-src 'self' 'unsafe-inline'"));
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let world = World::new().await;
    let call = world.anonymous(Method::POST, "/preferences").header("sec-fetch-site", "cross-site");
    let call = call.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(call.body("language=ko").send().await.status, 403);
}

#[tokio::test]
async fn a_file_that_does_not_exist_is_no_page() {
    let world = World::new().await;
    assert_eq!(world.anonymous(Method::GET, "/pkg/none.js").send().await.status, 404);
    assert_eq!(world.anonymous(Method::GET, "/pkg/../Cargo.toml").send().await.status, 404);
}

#[tokio::test]
async fn events_are_for_people_who_are_signed_in() {
    let world = World::new().await;
    let cookie = session(&world).await;
    let stranger = world.anonymous(Method::GET, "/events/dev");
    assert_eq!(stranger.send().await.refusal(), (401, "signed_out"));
    let forged = world.anonymous(Method::GET, "/events/dev").header("cookie", "hermod_session=x");
    assert_eq!(forged.send().await.refusal(), (401, "signed_out"));
    // A token of the API opens no page.
    assert_eq!(world.client(Method::GET, "/events/dev").send().await.refusal(), (401, "signed_out"));
    let nowhere = world.anonymous(Method::GET, "/events/nowhere").header("cookie", &cookie);
    assert_eq!(nowhere.send().await.refusal(), (404, "sandbox_not_found"));
}

#[tokio::test]
async fn a_call_is_told_to_open_pages_of_its_sandbox_only_and_the_end_of_the_server_ends_them() {
    let world = World::new().await;
    let cookie = session(&world).await;
    let listen = |path: &'static str| world.anonymous(Method::GET, path).header("cookie", &cookie).open();
    let (dev, prod) = (listen("/events/dev").await, listen("/events/prod").await);
    assert_eq!(dev.headers()["content-type"], "text/event-stream");
    assert_eq!(dev.headers()["cache-control"], "no-store");
    let mut dev = dev.into_body().into_data_stream();
    world.trigger(&world.order("r-1", &["ann@example.com"])).await;
    let told = dev.next().await.unwrap().unwrap();
    assert_eq!(told, "event: changed\ndata: dev\n\n");
    world.switch.send(true).unwrap();
    assert!(dev.next().await.is_none());
    // Nothing but comments that keep the connection open.
    let rest: Vec<_> = prod.into_body().into_data_stream().collect().await;
    assert!(rest.iter().all(|piece| piece.as_ref().unwrap().starts_with(b":")), "{rest:?}");
}

#[tokio::test]
async fn a_redirect_is_one_whatever_the_method() {
    let world = World::new().await;
    for path in ["/", "/dev/campaigns"] {
        let answer = world.anonymous(Method::HEAD, path).send().await;
        assert_eq!((answer.status, answer.header("location")), (303, "/set-up"), "{path}");
    }
}

#[tokio::test]
async fn every_answer_of_the_console_protects_people() {
    let world = World::new().await;
    let cookie = session(&world).await;
    let refused = world.anonymous(Method::POST, "/preferences").header("sec-fetch-site", "cross-site");
    let unknown = world.anonymous(Method::POST, "/api/nothing").header("cookie", &cookie);
    let sign_in = world.anonymous(Method::POST, path_of("sign_in")).header("accept", "application/json");
    let sign_in = sign_in.header("content-type", "application/x-www-form-urlencoded").body("email=a&password=b&next=/");
    let elsewhere = world.anonymous(Method::GET, "/sign-in").header("host", "evil.example");
    for (call, status) in [
        (world.anonymous(Method::GET, "/"), 303),
        (world.anonymous(Method::HEAD, "/dev/campaigns"), 303),
        (refused, 403),
        (unknown, 400),
        (sign_in, 401),
        (elsewhere, 421),
        (world.anonymous(Method::GET, "/events/dev"), 401),
        (world.anonymous(Method::PUT, "/preferences").header("content-length", "0"), 405),
    ] {
        let answer = call.send().await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; frame-ancestors 'none'",
            "{answer:?}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn the_head_of_a_page_protects_people_as_the_page_does() {
    let world = World::new().await;
    session(&world).await;
    let head = world.anonymous(Method::HEAD, "/sign-in").send().await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    assert!(head.header("content-security-policy").starts_with("default-src 'self'; script-src 'self'"), "{head:?}");
    assert_eq!(head.header("x-frame-options"), "DENY");
    assert_eq!(head.header("cache-control"), "no-store");
}

#[tokio::test]
async fn nobody_guesses_at_the_type_of_a_file() {
    let world = World::new().await;
    for path in ["/pkg/none.js", "/healthz", "/favicon.svg"] {
        let answer = world.anonymous(Method::GET, path).send().await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
}
