//! What Hermod is told and called with, for each channel.

use anyhow::Result;
use engine::providers::web_push::generate_keys;
use engine::senders::dkim::Key;
use serde_json::{Value, json};

use super::Line;
use crate::bare::CONNECTIONS;
use crate::campaign;

const MOBILE: &str = "  text: 'Your order {{ context.order.id }} is on its way to {{ context.city }}.'\n";

const PUSH: &str = "  title: 'Your order {{ context.order.id }}'
  body: 'It is on its way to {{ context.city }}.'
  clickAction: web_url
  clickUrl: 'https://shop.example.com/orders/{{ context.order.id }}'
  data:
    order: '{{ context.order.id }}'
";

/// The text for `hermod apply`: a live sandbox, a configuration for the peer on this port, and a campaign for it.
pub(super) fn yaml(line: Line, port: u16) -> Result<String> {
    let (channel, sender, content) = match line {
        Line::Smpp | Line::Twilio => ("mobile", "fromNumber: '+15005550006'\n", MOBILE.to_owned()),
        Line::Apns | Line::Fcm | Line::Webpush => ("push", "", PUSH.to_owned()),
        Line::SmtpTlsDkim | Line::DkimShareOfBare => {
            let html = campaign::HTML.replace('\n', "\n    ");
            let sender =
                "fromName: Bench\nfromAddress: bench@example.com\ndkim:\n  domain: example.com\n  selector: bench\n";
            ("email", sender, format!("  subject: '{}'\n  html: |\n    {html}\n", campaign::SUBJECT))
        }
    };
    // JSON is YAML, too.
    let transport = transport(line, port)?;
    Ok(format!(
        "kind: sandbox
name: dev
mode: live
---
kind: channel-configuration
sandbox: dev
name: Bench
channel: {channel}
category: transactional
status: active
{sender}transport: {transport}
---
kind: campaign
sandbox: dev
name: Bench
channel: {channel}
category: transactional
configuration: Bench
status: live
highThroughput: true
content:
{content}"
    ))
}

fn transport(line: Line, port: u16) -> Result<Value> {
    let url = format!("https://127.0.0.1:{port}");
    Ok(match line {
        Line::SmtpTlsDkim | Line::DkimShareOfBare => json!({
            "kind": "smtp", "host": "127.0.0.1", "port": port, "security": "tls", "maxConnections": CONNECTIONS,
        }),
        Line::Smpp => json!({
            "kind": "smpp", "host": "127.0.0.1", "port": port, "tls": "no", "systemId": "bench", "password": "secret",
        }),
        Line::Twilio => json!({
            "kind": "twilio", "accountSid": "AC00000000000000000000000000000000", "authToken": "secret", "baseUrl": url,
        }),
        Line::Fcm => {
            let account = json!({
                "type": "service_account", "project_id": "bench", "private_key_id": "1",
                "private_key": Key::new_rsa()?.to_pem()?, "client_email": "bench@bench.iam.example.com",
                "token_uri": format!("{url}/token"),
            });
            json!({ "kind": "fcm", "serviceAccount": account.to_string(), "baseUrl": url })
        }
        Line::Apns => json!({
            "kind": "apns", "teamId": "BENCH00000", "keyId": "BENCH00001", "topic": "com.example.shop",
            "privateKey": rcgen::KeyPair::generate()?.serialize_pem(), "baseUrl": url,
        }),
        Line::Webpush => {
            let (public, private) = generate_keys();
            json!({ "kind": "web_push", "publicKey": public, "privateKey": private, "subject": "mailto:ops@example.com" })
        }
    })
}

/// Makes the recipient with a number, as JSON.
pub(super) fn person(line: Line, port: u16) -> Box<dyn Fn(u64) -> String + Send + Sync> {
    let push = |number: u64, platform: &str, token: &str| {
        let user = format!("person{number}");
        let channel = json!({ "pushToken": { "platform": platform, "token": token } });
        recipient(number, &user, "crm", &channel)
    };
    match line {
        Line::SmtpTlsDkim | Line::DkimShareOfBare => Box::new(campaign::person),
        Line::Smpp | Line::Twilio => Box::new(|number| {
            let phone = format!("+8210{:08}", 20_000_000 + number % 70_000_000);
            recipient(number, &phone, "phone", &Value::Null)
        }),
        // As long as they are in practice.
        Line::Fcm => Box::new(move |number| push(number, "fcm", &format!("bench{number:017}:APA91b{:x<134}", ""))),
        Line::Apns => Box::new(move |number| push(number, "apns", &format!("{number:064x}"))),
        Line::Webpush => {
            let browser = generate_keys().0;
            Box::new(move |number| {
                let endpoint = format!("https://127.0.0.1:{port}/push/{number:0>150}");
                let keys = json!({ "p256dh": browser, "auth": "BTBZMqHH6r4Tts7J_aSIgg" });
                push(number, "web", &json!({ "endpoint": endpoint, "keys": keys }).to_string())
            })
        }
    }
}

fn recipient(number: u64, user: &str, namespace: &str, channel_data: &Value) -> String {
    let context = json!({ "order": { "id": format!("M-{number}") }, "city": "Moonlit Bay" });
    let mut person = json!({ "type": "external", "userId": user, "namespace": namespace, "context": context });
    if !channel_data.is_null() {
        person["channelData"] = channel_data.clone();
    }
    person.to_string()
}
