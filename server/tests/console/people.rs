//! People, at a browser without scripts.

use axum::http::{Method, header};
use domain::access::Role;
use domain::profile::{Identity, Profile, ProfileChange};
use domain::profile_import::ImportStatus;
use serde_json::{Value, json};

use crate::support::{Browser, World, dev, path_of};

const PROFILES: &str = "/dev/people/profiles";
const ATTRIBUTES: &str = "/dev/people/attributes";
const IMPORTS: &str = "/dev/people/imports";

async fn store(world: &World, body: Value) -> Profile {
    let change: ProfileChange = serde_json::from_value(body).unwrap();
    world.engine.upsert_profile(&dev(), change, "Web shop").await.unwrap().0
}

async fn ann(world: &World) -> Profile {
    store(
        world,
        json!({
            "identities": [{"namespace": "email", "userId": "ann@example.com"}, {"namespace": "crm", "userId": "17"}],
            "attributes": {"secret": "likes tea"}
        }),
    )
    .await
}

async fn upload(browser: &Browser<'_>, name: &str, text: &str) -> String {
    let answer = browser.upload("/files/profiles/dev", name, "text/plain", text.as_bytes()).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.headers[header::LOCATION].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_person_is_stored_changed_and_found_by_hand() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    assert!(browser.open(PROFILES).await.words().contains("Nobody is stored yet"));
    let new = format!("{PROFILES}/new");
    let wrong = [("form[identities]", "email ann@example.com\r\nphone 010"), ("form[attributes]", "{\"a\": }")];
    let page = browser.submit(&new, "Save profile", &wrong).await;
    assert!(page.fault_at("Attributes").contains("not a JSON object"), "{}", page.words());
    let wrong = [("form[identities]", "email ann@example.com\r\nphone 010"), ("form[timeZone]", "Mars")];
    let page = browser.submit(&new, "Save profile", &wrong).await;
    assert!(page.fault_at("Identities").starts_with("Line 2:"), "{}", page.words());
    assert!(!page.fault_at("Time zone").is_empty());
    let right =
        [("form[identities]", "email Ann@example.com\r\ncrm 17"), ("form[attributes]", "{\"secret\": \"likes tea\"}")];
    let page = browser.submit(&new, "Save profile", &right).await;
    let words = page.words();
    for part in ["Ann@example.com", "17", "likes tea", "No message went to this person yet."] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let edit = format!("{}/edit", page.path);
    let known = "email Ann@example.com\r\ncrm 17";
    let changed =
        [("form[identities]", known), ("form[attributes]", "{\"secret\": \"likes coffee\"}"), ("form[test]", "true")];
    let words = browser.submit(&edit, "Save profile", &changed).await.words();
    assert!(words.contains("likes coffee") && words.contains("made up"), "{words}");
    for (query, found) in [("?start=ANN", true), ("?start=17", true), ("?start=x", false), ("?tests=true", true)] {
        let words = browser.open(&format!("{PROFILES}{query}")).await.words();
        assert_eq!(words.contains("Ann@example.com"), found, "{query}: {words}");
    }
    let taken = browser.submit(&new, "Save profile", &[("form[identities]", "crm 17"), ("form[attributes]", "")]).await;
    assert!(taken.words().contains("another profile's already"), "{}", taken.words());
}

#[tokio::test]
async fn a_viewer_sees_who_is_stored_and_not_what_is_known_of_them() {
    let world = World::new().await;
    let profile = ann(&world).await;
    let page = format!("{PROFILES}/{}", profile.id);
    let viewer = world.browser(Role::Viewer).await;
    assert!(viewer.open(PROFILES).await.words().contains("ann@example.com"));
    let shown = viewer.open(&page).await;
    assert!(shown.words().contains("ann@example.com") && !shown.text.contains("likes tea"), "{}", shown.words());
    for hidden in ["New profile", "Edit", "Download everything", "Erase"] {
        assert!(!shown.words().contains(hidden), "{hidden}");
    }
    assert!(!viewer.open(&format!("{page}/edit")).await.text.contains("likes tea"));
    for function in ["list_profiles", "find_profile"] {
        let arguments = [("sandbox", "dev"), ("profile", profile.id.as_str())];
        let told = viewer.call(Method::POST, path_of(function), &arguments).await;
        assert!(told.text.contains("ann@example.com") && !told.text.contains("likes tea"), "{}", told.text);
    }
    let export = format!("/files/profiles/dev/{}/export", profile.id);
    let manager = world.browser(Role::Manager).await;
    assert_eq!((viewer.open(&export).await.status, manager.open(&export).await.status), (403, 403));
    assert!(manager.open(&page).await.words().contains("likes tea"));
}

#[tokio::test]
async fn an_administrator_takes_out_and_erases_what_is_kept_of_a_person() {
    let world = World::new().await;
    let profile = ann(&world).await;
    let browser = world.browser(Role::Administrator).await;
    let export = browser.open(&format!("/files/profiles/dev/{}/export", profile.id)).await;
    assert!(export.headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment"));
    let kept: Value = serde_json::from_str(&export.text).unwrap();
    assert_eq!((&kept["profile"]["attributes"]["secret"], &kept["messages"]), (&json!("likes tea"), &json!([])));
    let page = format!("{PROFILES}/{}", profile.id);
    let wrong = browser.submit(&page, "Erase for good", &[("person", "ben@example.com")]).await;
    assert!(wrong.words().contains("Type one of the person's user ids."), "{}", wrong.words());
    browser.submit(&page, "Erase for good", &[("person", "17")]).await;
    let identity = Identity { namespace: "email".into(), user_id: "ann@example.com".into() };
    assert!(world.engine.find_profile_by(&dev(), &identity).await.is_err());
}

#[tokio::test]
async fn attributes_are_described_and_forgotten() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let wrong = browser.submit(ATTRIBUTES, "Add attribute", &[("path", "a b"), ("kind", "text")]).await;
    assert!(wrong.fault_at("Path").contains("letters"), "{}", wrong.words());
    let filled = [("path", "person.age"), ("kind", "number"), ("label", "Age"), ("example", "40")];
    let words = browser.submit(ATTRIBUTES, "Add attribute", &filled).await.words();
    assert!(words.contains("person.age") && words.contains("Number") && words.contains("40"), "{words}");
    let form = [("form[identities]", "crm 17"), ("form[attributes]", "{\"person\": {\"age\": \"old\"}}")];
    let refused = browser.submit(&format!("{PROFILES}/new"), "Save profile", &form).await;
    assert!(refused.fault_at("Attributes").starts_with("person.age:"), "{}", refused.words());
    let words = browser.submit(ATTRIBUTES, "Remove person.age", &[]).await.words();
    assert!(words.contains("No attribute is described yet"), "{words}");
    assert!(!world.browser(Role::Viewer).await.open(ATTRIBUTES).await.words().contains("Add attribute"));
}

#[tokio::test]
async fn a_file_is_imported_with_a_report_of_what_was_not_written() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    assert!(browser.open(IMPORTS).await.words().contains("No imports"));
    // More than the console takes of any other form.
    let rows: String = (0..60_000).map(|n| format!("p{n}@example.com,{n}\n")).collect();
    let page = upload(&browser, "C:\\lists\\people.csv", &format!("email,n\n{rows}nobody,1\n")).await;
    let words = browser.open(&page).await.words();
    for part in ["people.csv", "Complete", "60001", "60000"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let [import] = world.engine.list_profile_imports(&dev()).await.unwrap().try_into().unwrap();
    assert_eq!((import.status, import.created, import.failed), (ImportStatus::Complete, 60_000, 1));
    let report = format!("/files/profiles/dev/imports/{}/errors", import.id);
    assert!(browser.open(&report).await.text.contains("60002,\"email\""));
    let lines = "{\"identities\":[{\"namespace\":\"email\",\"userId\":\"p1@example.com\"}]}\n";
    upload(&browser, "more.ndjson", lines).await;
    // Both are of one moment, and have no order.
    let imports = world.engine.list_profile_imports(&dev()).await.unwrap();
    assert!(imports.iter().any(|import| import.file_name == "more.ndjson" && import.updated == 1), "{imports:?}");
    let refused = upload(&browser, "people.csv", "name\nAnn\n").await;
    assert!(browser.open(&refused).await.words().contains("The file was not taken"), "{refused}");
    let viewer = world.browser(Role::Viewer).await;
    assert_eq!(viewer.open(&report).await.status, 403);
    for (browser, status) in [(viewer, 403), (world.stranger(), 401)] {
        let answer = browser.upload("/files/profiles/dev", "a.csv", "text/csv", b"email\nx@example.com\n").await;
        assert_eq!(answer.status, status);
    }
    assert_eq!(world.engine.list_profile_imports(&dev()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn audiences_stand_among_people_and_at_their_old_address() {
    let world = World::new().await;
    let browser = world.browser(Role::Viewer).await;
    for path in ["/dev/people/audiences", "/dev/audiences"] {
        assert!(browser.open(path).await.words().contains("hermod audience import"), "{path}");
    }
    let page = browser.open("/dev/people/audiences").await;
    assert!(page.text.contains("/dev/people/profiles"));
}
