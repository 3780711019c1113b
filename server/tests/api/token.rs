//! `POST /ims/token/v3`.

use axum::http::Method;
use serde_json::json;

use crate::support::{Answer, World};

async fn ask(world: &World, form: &str) -> Answer {
    let call = world.anonymous(Method::POST, "/ims/token/v3");
    call.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned()).send().await
}

fn credentials(world: &World) -> String {
    format!("client_id={}&client_secret={}", world.client.client_id, world.client.client_secret)
}

#[tokio::test]
async fn client_credentials_become_a_token_that_opens_the_api() {
    let world = World::new().await;
    let form = format!("{}&grant_type=client_credentials&scope=openid%2CAdobeID", credentials(&world));
    let answer = ask(&world, &form).await;
    let token = answer.json["access_token"].as_str().unwrap().to_owned();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json, json!({ "access_token": token, "token_type": "bearer", "expires_in": 86399 }));
    assert_eq!(answer.header("cache-control"), "no-store");
    let health = world.client(Method::GET, "/ajo/im/health").header("authorization", &format!("Bearer {token}"));
    assert_eq!(health.send().await.status, 200);
}

#[tokio::test]
async fn a_refusal_has_the_shape_of_oauth() {
    let world = World::new().await;
    let good = credentials(&world);
    let id = &world.client.client_id;
    for (form, status, error) in [
        (format!("client_id={id}&client_secret=x&grant_type=client_credentials"), 401, "invalid_client"),
        ("client_id=x&client_secret=x&grant_type=client_credentials".to_owned(), 401, "invalid_client"),
        (good.clone(), 400, "invalid_request"),
        (format!("{good}&grant_type=password"), 400, "unsupported_grant_type"),
        (format!("client_id={id}&{good}&grant_type=client_credentials"), 400, "invalid_request"),
        ("x".repeat(20_000), 400, "invalid_request"),
        (String::new(), 400, "invalid_request"),
    ] {
        let answer = ask(&world, &form).await;
        assert_eq!((answer.status, answer.json["error"].as_str()), (status, Some(error)), "{form:.80}");
        assert!(answer.json["error_description"].is_string());
    }
    let as_json = world.anonymous(Method::POST, "/ims/token/v3").header("content-type", "application/json");
    assert_eq!(as_json.body("{}").send().await.json["error"], "invalid_request");
}

#[tokio::test]
async fn a_client_that_keeps_guessing_is_told_to_wait_but_not_by_header_alone() {
    let settings = server::state::Settings { trust_proxy_headers: true, ..Default::default() };
    let world = World::with(settings).await;
    let guess = |address: &'static str| {
        let call = world.anonymous(Method::POST, "/ims/token/v3").header("x-forwarded-for", address);
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        call.body("client_id=a&client_secret=b&grant_type=client_credentials").send()
    };
    for _ in 0..30 {
        assert_eq!(guess("203.0.113.9, 192.0.2.1").await.status, 401);
    }
    // What the caller itself wrote in front of the proxy's entry changes nothing.
    let refused = guess("203.0.113.77, 192.0.2.1").await;
    assert_eq!((refused.status, refused.json["error"].as_str()), (429, Some("temporarily_unavailable")));
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds));
    assert_eq!(guess("192.0.2.2").await.status, 401);
    // Another client behind the same address is not the one that guesses.
    let right = world.anonymous(Method::POST, "/ims/token/v3").header("x-forwarded-for", "192.0.2.1");
    let right = right.header("content-type", "application/x-www-form-urlencoded");
    let form = format!("{}&grant_type=client_credentials", credentials(&world));
    assert_eq!(right.body(form).send().await.status, 200);
}
