//! What people write back: the list, the keywords of a configuration, and callbacks that were refused.

use axum::http::{HeaderMap, Method};
use domain::access::Role;
use engine::providers::{Callback, Refusal};

use crate::support::{World, dev};

const CODES: &str = "
kind: channel-configuration
name: Codes
channel: mobile
category: transactional
status: active
replyToHelp: Call us.
transport:
  kind: custom
  url: https://sms.example.com/v1/messages
  authentication: bearer
  bearerToken: secret
  payload: '{\"from\": \"{{fromNumber}}\", \"to\": \"{{toNumber}}\", \"text\": \"{{message}}\"}'
  callbackSecret: shared
  inboundFromPath: from
  inboundTextPath: text
";

/// A configuration, and a provider that tells what people wrote.
async fn codes(world: &World) -> String {
    world.engine.apply_file(Some(&dev()), CODES, "test").await.unwrap().remove(0).id
}

async fn tell(world: &World, configuration: &str, token: &str, text: &str) -> Result<(), Refusal> {
    let mut headers = HeaderMap::new();
    headers.insert("x-hermod-callback-token", token.parse().unwrap());
    let body = format!(r#"{{"from": "+821012345678", "text": "{text}"}}"#);
    let callback = Callback {
        method: &Method::POST,
        url: "",
        headers: &headers,
        body: body.as_bytes(),
        now: world.engine.now(),
        certificate: None,
        default_region: "",
    };
    let heard = world.engine.hear(&configuration.parse().unwrap(), callback).await.unwrap();
    world.engine.finish_replies().await;
    heard
}

#[tokio::test]
async fn what_people_wrote_is_seen_with_what_was_done_and_leads_to_their_messages() {
    let world = World::new().await;
    let viewer = world.browser(Role::Viewer).await;
    let page = viewer.open("/dev/messages/replies").await;
    assert!(page.words().contains("Nobody has written back yet"), "{}", page.words());
    assert!(page.words().contains("callback address"), "{}", page.words());
    let configuration = codes(&world).await;
    tell(&world, &configuration, "shared", "<b>Stop</b>").await.unwrap();
    tell(&world, &configuration, "shared", "Stop").await.unwrap();
    tell(&world, &configuration, "shared", "help").await.unwrap();
    let page = viewer.open("/dev/messages/replies").await;
    for text in ["Opt-out", "Opted out", "Help", "Call us.", "Answer, kept here", "Anything else", "Codes"] {
        assert!(page.words().contains(text), "{text}: {}", page.words());
    }
    assert!(page.text.contains("href=\"/dev/messages?recipient=%2B821012345678\""), "{}", page.text);
    assert!(page.text.contains("&lt;b&gt;Stop") && !page.text.contains("<b>Stop"), "{}", page.text);
    let page = viewer.open("/dev/messages/replies?meaning=help").await;
    assert!(page.words().contains("Call us.") && !page.words().contains("Opted out"), "{}", page.words());
    let page = viewer.open("/dev/messages/replies?number=%2B15005550006").await;
    assert!(page.words().contains("Nothing matches"), "{}", page.words());
    let page = viewer.open("/prod/messages/replies").await;
    assert!(!page.words().contains("Call us."), "{}", page.words());
    // The log of messages has the other tab.
    assert!(viewer.open("/dev/messages").await.text.contains("href=\"/dev/messages/replies\""));
}

#[tokio::test]
async fn keywords_are_set_without_scripts_and_their_faults_stand_beside_them() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let new = "/dev/settings/configurations/new?channel=mobile";
    let mut filled = [
        ("draft[name]", "Codes"),
        ("draft[keywords][stop]", "basta"),
        ("draft[keywords][doubleOptIn]", "true"),
        ("draft[askToConfirm]", ""),
        ("draft[keywords][custom][0][words]", "hours, stop"),
        ("draft[keywords][custom][0][reply]", "9 to 18"),
    ];
    let page = browser.submit(new, "Create configuration", &filled).await;
    assert!(page.fault_at("Keyword 1").contains("opt-out"), "{}", page.words());
    assert_eq!(page.fault_at("Question to whoever opts in"), "This is needed.");
    filled[3].1 = "Reply YES.";
    filled[4].1 = "hours, open";
    let page = browser.submit(new, "Create configuration", &filled).await;
    assert!(page.words().contains("Saved."), "{}", page.words());
    assert!(page.text.contains("value=\"HOURS, OPEN\"") && page.text.contains("value=\"BASTA\""), "{}", page.text);
    // A row that is emptied is gone.
    let gone = [("draft[keywords][custom][0][words]", ""), ("draft[keywords][custom][0][reply]", "")];
    let page = browser.submit(&page.path.clone(), "Save", &gone).await;
    assert!(page.words().contains("Saved.") && !page.text.contains("HOURS"), "{}", page.words());
    let [stored] = world.engine.list_channel_configurations(&dev()).await.unwrap().try_into().unwrap();
    let domain::channel_configuration::Sender::Mobile(sender) = stored.sender else { panic!("{stored:?}") };
    assert_eq!((sender.keywords.stop, sender.keywords.double_opt_in), (vec!["BASTA".to_owned()], true));
    assert!(sender.keywords.custom.is_empty());
}

#[tokio::test]
async fn a_refused_callback_is_seen_on_the_page_of_its_configuration() {
    let world = World::new().await;
    let browser = world.browser(Role::Administrator).await;
    let configuration = codes(&world).await;
    let path = format!("/dev/settings/configurations/{configuration}");
    let page = browser.open(&path).await;
    assert!(!page.words().contains("callbacks were refused"), "{}", page.words());
    for _ in 0..3 {
        assert_eq!(tell(&world, &configuration, "guessed", "stop").await, Err(Refusal::Forged));
    }
    let page = browser.open(&path).await;
    assert!(page.words().contains("3 callbacks were refused in the last 24 hours."), "{}", page.words());
    assert!(page.words().contains("The signature does not match."), "{}", page.words());
}
