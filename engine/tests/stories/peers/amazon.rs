//! Amazon SES as npm's aws-ses-v2-local has it: takes mails, reads them, and shows what it read.

use http::Method;
use serde_json::{Value, json};

use super::mails::{send_news, send_order};
use super::process::Peer;
use crate::support::World;
use crate::support::texting::state;

fn transport(ses: &Peer, further: &str) -> String {
    format!(
        "{{ kind: ses, accessKeyId: AKIDEXAMPLE, secretAccessKey: secret, region: eu-west-1, baseUrl: '{}'{further} }}",
        ses.url
    )
}

async fn stored(ses: &Peer) -> Vec<Value> {
    ses.ask("", Method::GET, "/store", Value::Null).await["emails"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_with_a_file_arrives_at_amazon_as_it_was_written() {
    let Some(ses) = Peer::of_npm("ses.mjs", &[]).await else { return };
    let world = World::sqlite().await;
    assert_eq!(state(&send_order(&world, &transport(&ses, "")).await), ("sent", None));
    let [mail] = &stored(&ses).await[..] else { panic!("there is one mail") };
    assert_eq!(mail["from"], r#""Bücher \"&\" 책" <shop@example.com>"#);
    assert_eq!(mail["destination"], json!({"to": ["ann@example.org"], "cc": [], "bcc": []}));
    assert_eq!(mail["replyTo"], json!(["help@example.com"]));
    assert_eq!(mail["subject"], "Grüße {{7}} & <8>");
    assert!(mail["body"]["html"].as_str().unwrap().contains("책 <b>&amp;</b> {{7}} &amp; &lt;8&gt;"), "{mail}");
    assert!(mail["body"]["text"].as_str().unwrap().contains("책 & {{7}} & <8>"), "{mail}");
    let [file] = &mail["attachments"].as_array().unwrap()[..] else { panic!("{mail}") };
    assert_eq!((&file["filename"], &file["content"]), (&json!("영수증.pdf"), &json!("JVBERi0xLjQK")));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_mails_that_go_to_amazon_together_each_arrives_with_its_own_headers() {
    let Some(ses) = Peer::of_npm("ses.mjs", &[]).await else { return };
    let world = World::sqlite().await;
    assert_eq!(send_news(&world, &transport(&ses, ", sending: bulk"), 60).await, 60);
    let mut mails = stored(&ses).await;
    mails.sort_by_key(|mail| mail["destination"]["to"].to_string());
    let mut people: Vec<_> = (0..60).map(|n| json!([format!("p{n}@example.com")])).collect();
    people.sort_by_key(ToString::to_string);
    assert_eq!(mails.iter().map(|mail| mail["destination"]["to"].clone()).collect::<Vec<_>>(), people);
    let mut links = std::collections::BTreeSet::new();
    for mail in &mails {
        // The real one decodes it, as in a header.
        assert_eq!(mail["from"], "=?utf-8?B?QsO8Y2hlciAiJiIg7LGF?= <shop@example.com>");
        assert_eq!(mail["replyTo"], json!(["help@example.com"]));
        // What takes the place of a name in the template is not looked at again.
        assert_eq!(mail["subject"], "Grüße {{7}} & <8>");
        assert!(mail["body"]["html"].as_str().unwrap().contains("책 <b>&amp;</b> {{7}} &amp; &lt;8&gt;"), "{mail}");
        assert!(mail["body"]["text"].as_str().unwrap().contains("책 & {{7}} & <8>"), "{mail}");
        let header = |name: &str| {
            let headers = mail["headers"].as_array().unwrap();
            headers.iter().find(|header| header["name"] == name).unwrap()["value"].as_str().unwrap()
        };
        assert_eq!(header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        links.insert(header("List-Unsubscribe").to_owned());
    }
    assert_eq!(links.len(), 60);
    world.end().await;
}
