//! Settings.

use axum::http::Method;
use domain::access::Role;
use domain::channel_configuration::ChannelConfigurationStatus;

use crate::support::{World, dev, path_of};

const CONFIGURATION: [(&str, &str); 5] = [
    ("draft[name]", "Shop"),
    ("draft[fromName]", "Shop"),
    ("draft[fromAddress]", "shop@example.com"),
    ("draft[transport]", "smtp"),
    ("draft[host]", "smtp.example.com"),
];

#[tokio::test]
async fn a_fault_stands_beside_its_field_without_scripts() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let mut filled = CONFIGURATION;
    filled[2].1 = "nobody";
    let page = browser.submit("/dev/settings/configurations/new", "Create configuration", &filled).await;
    assert!(page.fault_at("From address").starts_with("This is not an email address"), "{}", page.words());
    assert_eq!(page.fault_at("From name"), "");
    assert!(world.engine.list_channel_configurations(&dev()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_configuration_is_created_activated_and_changed_without_scripts() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let page = browser.submit("/dev/settings/configurations/new", "Create configuration", &CONFIGURATION).await;
    assert!(page.words().contains("Saved."), "{}", page.words());
    let path = page.path.clone();
    let page = browser.submit(&path, "Activate", &[]).await;
    assert!(page.words().contains("Campaigns of its category can use it."), "{}", page.words());
    let page = browser.submit(&path, "Save", &[("draft[name]", "Warehouse")]).await;
    assert!(page.words().contains("Saved."), "{}", page.words());
    let [stored] = world.engine.list_channel_configurations(&dev()).await.unwrap().try_into().unwrap();
    assert_eq!((stored.name.as_str(), stored.revision), ("Warehouse", 3));
    assert_eq!(stored.status, ChannelConfigurationStatus::Active);
}

#[tokio::test]
async fn only_configurations_that_fit_stand_in_and_one_that_captures_is_warned_of() {
    let world = World::new().await;
    let file = |name: &str, category: &str| {
        format!(
            "kind: channel-configuration\nname: {name}\ncategory: {category}\nfromName: Shop\n\
             fromAddress: shop@example.com\nstatus: active\ntransport: {{ kind: capture }}\n"
        )
    };
    let yaml = format!("{}---\n{}", file("Letters", "marketing"), file("Backup", "transactional"));
    let backup = world.engine.apply_file(Some(&dev()), &yaml, "ann").await.unwrap().pop().unwrap().id;
    let browser = world.browser(Role::Administrator).await;
    browser.submit("/dev/settings/sandbox", "Switch to live", &[]).await;
    let mut filled = CONFIGURATION.to_vec();
    filled.extend([("draft[category]", "transactional"), ("draft[failover]", &*backup)]);
    let page = browser.submit("/dev/settings/configurations/new", "Create configuration", &filled).await;
    let words = page.words();
    assert!(words.contains("Backup (") && !words.contains("Letters ("), "{words}");
    assert!(words.contains("“Backup” captures: while it stands in"), "{words}");
    let all = world.engine.list_channel_configurations(&dev()).await.unwrap();
    let shop = all.iter().find(|it| it.name == "Shop").unwrap();
    let campaign = world.engine.create_campaign(&dev(), "Order", shop.category, "ann").await.unwrap();
    let (id, revision) = (campaign.campaign.id, campaign.campaign.revision);
    let draft = domain::campaign::CampaignDraft { configuration_id: shop.id.to_string(), ..campaign.draft };
    world.engine.save_draft(&dev(), &id, revision, &draft, "ann").await.unwrap();
    let review = world.engine.review_campaign(&dev(), &id).await.unwrap();
    assert!(review.warnings.0.iter().any(|warning| warning.code == "failover_captures"), "{review:?}");
}

#[tokio::test]
async fn a_test_message_that_cannot_go_says_that_nothing_was_sent() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let page = browser.submit("/dev/settings/configurations/new", "Create configuration", &CONFIGURATION).await;
    let path = page.path.split('?').next().unwrap().to_owned();
    let words = browser.submit(&path, "Send", &[("to", "nobody")]).await.words();
    assert!(words.contains("Nothing was sent.") && !words.contains("Nothing was saved."), "{words}");
    assert!(words.contains("Receiver"), "{words}");
}

#[tokio::test]
async fn the_checks_of_a_sender_are_a_page_without_scripts() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let page = browser.submit("/dev/settings/configurations/new", "Create configuration", &CONFIGURATION).await;
    assert!(page.words().contains("Check the DNS"), "{}", page.words());
    let path = page.path.split('?').next().unwrap().to_owned() + "/deliverability";
    let page = browser.open(&path).await;
    let words = page.words();
    for part in ["SPF: who may send", "example.com could not be looked up", "Not checked", "Check again"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(page.status, 200);
    let viewer = world.browser(Role::Viewer).await;
    assert!(viewer.open(&path).await.words().contains("Your role does not include this."));
}

#[tokio::test]
async fn the_second_of_two_people_is_told_that_the_first_saved() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let page = browser.submit("/dev/settings/configurations/new", "Create configuration", &CONFIGURATION).await;
    let path = page.path.clone();
    browser.submit(&path, "Save", &[("draft[name]", "Warehouse")]).await;
    let page = browser.submit(&path, "Save", &[("draft[name]", "Depot"), ("revision", "1")]).await;
    assert!(page.words().contains("administrator@example.com saved this configuration"), "{}", page.words());
}

#[tokio::test]
async fn a_viewer_cannot_create_an_api_client_and_is_told_so_on_the_page() {
    let world = World::new().await;
    let viewer = world.browser(Role::Viewer).await;
    let answer =
        viewer.call(Method::POST, path_of("create_api_client"), &[("sandbox", "dev"), ("name", "Shop backend")]).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
    assert!(world.engine.list_api_clients(&dev()).await.unwrap().is_empty());
    let page = viewer.open("/dev/settings/api-clients").await;
    assert!(page.words().contains("Your role does not include this."), "{}", page.words());
    assert!(!page.words().contains("Create API client"), "{}", page.words());
}

#[tokio::test]
async fn the_secret_of_an_api_client_is_shown_once() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let answer =
        browser.call(Method::POST, path_of("create_api_client"), &[("sandbox", "dev"), ("name", "Shop backend")]).await;
    assert!(answer.text.contains("\"hs_"), "{}", answer.text);
    let page = browser.open("/dev/settings/api-clients").await;
    assert!(page.words().contains("Shop backend"), "{}", page.words());
    assert!(!page.text.contains("hs_"), "{}", page.text);
}

#[tokio::test]
async fn a_revoked_api_client_is_listed_as_such() {
    let world = World::new().await;
    world.engine.create_api_client(&dev(), "Shop backend", "test").await.unwrap();
    let browser = world.browser(Role::Administrator).await;
    let page = browser.submit("/dev/settings/api-clients", "Revoke for good", &[]).await;
    assert!(page.words().contains("Revoked"), "{}", page.words());
    let [client] = world.engine.list_api_clients(&dev()).await.unwrap().try_into().unwrap();
    assert!(client.revoked_at.is_some());
}

#[tokio::test]
async fn an_api_client_gets_limits_of_its_own_without_scripts() {
    let world = World::new().await;
    world.engine.create_api_client(&dev(), "Shop backend", "test").await.unwrap();
    let browser = world.browser(Role::Administrator).await;
    let path = "/dev/settings/api-clients";
    assert!(browser.open(path).await.words().contains("As in the settings"));
    let limits = [("limits[requests_per_second]", "50"), ("limits[requests_per_day]", "0")];
    let page = browser.submit(path, "Save limits", &limits).await;
    let words = page.words();
    assert!(words.contains("50 per second") && words.contains("no limit per day"), "{words}");
    let page = browser.submit(path, "Save limits", &[("limits[requests_per_second]", "many")]).await;
    assert!(page.words().contains("Calls per second: Give a whole number"), "{}", page.words());
}

#[tokio::test]
async fn the_last_administrator_keeps_the_role() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let page = browser.submit("/dev/settings/users", "Change role", &[("role", "viewer")]).await;
    assert!(page.words().contains("This is the last administrator."), "{}", page.words());
}

#[tokio::test]
async fn a_sandbox_is_switched_to_live_without_scripts() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let page = browser.submit("/dev/settings/sandbox", "Switch to live", &[]).await;
    assert!(page.words().contains("Messages go to real people"), "{}", page.words());
}

#[tokio::test]
async fn a_person_changes_their_own_password_without_scripts() {
    let world = World::new().await;
    let viewer = world.browser(Role::Viewer).await;
    let (path, new) = ("/dev/settings/account", "another long one");
    let page = viewer.submit(path, "Change password", &[("present", "wrong"), ("new_password", new)]).await;
    assert_eq!(page.fault_at("Present password"), "This is not your present password.");
    let right = [("present", crate::support::PASSWORD), ("new_password", new)];
    let page = viewer.submit(path, "Change password", &right).await;
    assert!(page.words().contains("Your password is changed."), "{}", page.words());
    world.engine.sign_in("viewer@example.com", new, "test").await.unwrap();
}

#[tokio::test]
async fn an_administrator_gives_somebody_a_new_password_without_scripts() {
    let world = World::new().await;
    let (browser, viewer) = (world.browser(Role::Administrator).await, world.browser(Role::Viewer).await);
    let page = browser.submit("/dev/settings/users", "Set password", &[("password", "short")]).await;
    assert!(page.words().contains("Password: Use at least 12 characters."), "{}", page.words());
    browser.submit("/dev/settings/users", "Set password", &[("password", "another long one")]).await;
    world.engine.sign_in("viewer@example.com", "another long one", "test").await.unwrap();
    assert_eq!(viewer.open("/dev/campaigns").await.status, 303);
}
