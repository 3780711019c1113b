//! Requests that no page of the console makes.

use axum::http::Method;
use domain::access::Role;
use domain::campaign::CampaignDraft;
use domain::channel_configuration::Category;
use domain::content::EmailContent;

use crate::support::{Browser, PASSWORD, World, path_of};

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

/// The address of the account page after a wrong password, without the host.
async fn address_with_failure(browser: &Browser<'_>) -> String {
    let filled = [("present", "wrong"), ("new_password", "another long one")];
    let address = browser.post("/dev/settings/account", "Change password", &filled).await;
    address.strip_prefix("http://hermod.test").unwrap().to_owned()
}

#[tokio::test]
async fn an_address_shows_a_failure_only_to_whom_it_happened() {
    let world = World::new().await;
    let (viewer, manager) = (world.browser(Role::Viewer).await, world.browser(Role::Manager).await);
    let address = address_with_failure(&viewer).await;
    let told = "This is not your present password.";
    assert_eq!(viewer.open(&address).await.fault_at("Present password"), told);
    let answer = manager.open(&address).await;
    let leads = answer.headers["location"].to_str().unwrap();
    assert_eq!((answer.status, leads), (303, "/dev/settings/account"));
    assert!(!manager.open(leads).await.words().contains(told));
}

#[tokio::test]
async fn a_link_cannot_make_the_console_say_anything() {
    let world = World::new().await;
    let viewer = world.browser(Role::Viewer).await;
    let address = address_with_failure(&viewer).await;
    let (path, query) = address.split_once('?').unwrap();
    let genuine: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
    let [(_, function), (_, failure), (_, signature)] = genuine.clone().try_into().unwrap();
    let failure_of_others = failure.replacen(&failure[..4], "AAAA", 1);
    for forged in [
        vec![("__path", &function), ("__err", &failure)],
        vec![("__path", &function), ("__err", &failure_of_others), ("__sig", &signature)],
        vec![("__path", &function), ("__err", &failure), ("__sig", &signature), ("__err", &failure_of_others)],
        vec![("__path", &function), ("__err", &failure), ("__sig", &failure)],
    ] {
        let query = serde_urlencoded::to_string(&forged).unwrap();
        for query in [query.clone(), query.replace("__err", "%5f%5Ferr")] {
            let answer = viewer.open(&format!("{path}?tab=x&{query}")).await;
            let leads = answer.headers["location"].to_str().unwrap();
            assert_eq!((answer.status, leads), (303, "/dev/settings/account?tab=x"), "{query}");
        }
    }
    // A second failure takes the place of the first.
    let filled = [("present", "wrong"), ("new_password", "short")];
    let next = viewer.post(&address, "Change password", &filled).await;
    assert_eq!(next.matches("__err=").count(), 1, "{next}");
    let page = viewer.open(next.strip_prefix("http://hermod.test").unwrap()).await;
    assert_eq!(page.fault_at("New password"), "Use at least 12 characters.", "{}", page.words());
}

#[tokio::test]
async fn no_text_of_a_campaign_ends_the_element_that_it_stands_in() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let hostile = "</title></textarea><b id=hostile>";
    let (sandbox, by) = (crate::support::dev(), "ben@example.com");
    let created = world.engine.create_campaign(&sandbox, hostile, Category::Transactional, by).await.unwrap();
    let content = EmailContent { html: hostile.into(), text: format!("\n{hostile}"), ..EmailContent::default() }.into();
    let draft = CampaignDraft { description: hostile.into(), content, ..created.draft };
    let id = created.campaign.id;
    world.engine.save_draft(&sandbox, &id, 1, &draft, by).await.unwrap();
    for step in ["", "/edit?step=properties", "/edit?step=content", "/edit?step=review"] {
        let page = browser.open(&format!("/dev/campaigns/{id}{step}")).await.text;
        assert!(page.contains("<title>&lt;/title&gt;") && !page.contains("<b id=hostile>"), "{step}: {page}");
    }
    let page = browser.open(&format!("/dev/campaigns/{id}/edit?step=content")).await.text;
    assert!(page.contains("\n\n&lt;/title&gt;&lt;/textarea&gt;"), "a line break at the start stays: {page}");
}

#[tokio::test]
async fn the_way_after_the_sign_in_tells_of_no_failure() {
    let world = World::new().await;
    world.browser(Role::Viewer).await;
    let next = "/dev/settings/account?__path=%2Fapi%2Fchange_own_password&__err=e30";
    let signed_in = [("email", "viewer@example.com"), ("password", PASSWORD), ("next", next)];
    let leads = world.stranger().post("/sign-in", "Sign in", &signed_in).await;
    assert_eq!(leads, "/dev/settings/account");
}
