//! Requests that no page of the console makes.

use axum::http::Method;
use domain::access::Role;

use crate::support::{World, path_of};

#[tokio::test]
async fn a_stranger_may_send_only_what_a_sign_in_needs() {
    let world = World::new().await;
    let padded = |bytes: usize| [("email", "ann@example.com".to_owned()), ("password", "x".repeat(bytes))];
    for function in ["sign_in", "create_first_administrator", "save_step"] {
        let values = padded(16 * 1024);
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = world.stranger().call(Method::POST, path_of(function), &values).await;
        assert_eq!(answer.status, 413, "{function}: {}", answer.text);
    }
}

#[tokio::test]
async fn who_is_signed_in_may_send_large_templates_but_not_anything() {
    let world = World::new().await;
    let viewer = world.browser(Role::Viewer).await;
    for (bytes, status) in [(512 * 1024, 403), (3 * 1024 * 1024, 413)] {
        let html = "x".repeat(bytes);
        let values = [
            ("sandbox", "dev"),
            ("campaign", "cmp_00000000000000000000000000"),
            ("revision", "1"),
            ("way[step]", "content"),
            ("draft[html]", html.as_str()),
        ];
        let answer = viewer.call(Method::POST, path_of("save_step"), &values).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
}

#[tokio::test]
async fn arguments_that_cannot_be_read_are_a_fault_of_the_caller() {
    let world = World::new().await;
    let viewer = world.browser(Role::Viewer).await;
    let answer = viewer.call(Method::POST, path_of("save_step"), &[("revision", "many")]).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
}

#[tokio::test]
async fn the_console_is_not_there_under_the_name_of_another_site() {
    let world = World::new().await;
    let viewer = world.browser(Role::Viewer).await;
    for path in ["/", "/set-up", "/dev/campaigns"] {
        let answer = viewer.open_under("evil.example", path).await;
        assert_eq!(answer.status, 421, "{path}: {}", answer.text);
        assert!(answer.text.contains("http://hermod.test") && !answer.text.contains('<'), "{}", answer.text);
    }
    assert_eq!(viewer.open_under("HERMOD.test:80", "/dev/campaigns").await.status, 200);
    // Who watches over the process, and API clients, may use any name.
    assert_eq!(viewer.open_under("10.0.0.7:3000", "/healthz").await.status, 200);
    assert_eq!(viewer.open_under("hermod.internal", "/ajo/im/health").await.status, 401);
}
