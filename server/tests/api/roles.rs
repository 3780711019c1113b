//! A process answers what it was started for.

use axum::http::Method;
use server::cli::Roles;
use server::state::Settings;

use crate::support::World;

async fn world(roles: Roles) -> World {
    World::with(Settings { public_url: "http://hermod.test".into(), roles, ..Settings::default() }).await
}

async fn shows_console(world: &World) -> bool {
    // Leads to the creation of the first administrator.
    world.anonymous(Method::GET, "/sign-in").header("host", "hermod.test").send().await.status == 303
}

#[tokio::test]
async fn without_a_role_a_process_does_everything() {
    let world = world(Roles::default()).await;
    assert_eq!(world.trigger(&world.order("r-1", &["ann@example.com"])).await.status, 202);
    assert!(shows_console(&world).await);
}

#[tokio::test]
async fn a_process_for_the_api_shows_no_console() {
    let world = world(Roles { api: true, ..Roles::default() }).await;
    assert_eq!(world.trigger(&world.order("r-1", &["ann@example.com"])).await.status, 202);
    assert!(!shows_console(&world).await);
    assert_eq!(world.anonymous(Method::GET, "/events/dev").send().await.status, 404);
}

#[tokio::test]
async fn a_process_for_the_console_takes_no_calls() {
    let world = world(Roles { console: true, ..Roles::default() }).await;
    let refused = world.trigger(&world.order("r-1", &["ann@example.com"])).await;
    assert_eq!(refused.refusal(), (404, "unknown_address"));
    assert_eq!(world.anonymous(Method::POST, "/ims/token/v3").send().await.status, 404);
    assert!(shows_console(&world).await);
}

#[tokio::test]
async fn a_worker_only_says_that_it_lives() {
    let world = world(Roles { worker: true, ..Roles::default() }).await;
    assert_eq!(world.anonymous(Method::GET, "/healthz").send().await.status, 200);
    assert_eq!(world.trigger(&world.order("r-1", &["ann@example.com"])).await.status, 404);
    assert!(!shows_console(&world).await);
}
