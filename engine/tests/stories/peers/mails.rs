//! The mails with which providers are tried: with all that a mail of ours may have.

use domain::message::MessageDetail;
use serde_json::json;

use crate::support::World;
use crate::support::audience::{import, people, run};
use crate::support::dev;
use crate::support::shop::{Shop, recipient};
use crate::support::texting::{apply, send};

const PDF: &str = "JVBERi0xLjQK";

/// A live campaign of this category over this transport.
pub async fn shop(world: &World, category: &str, transport: &str) -> Shop {
    let audience = if category == "marketing" { "audience: { name: Readers }\n" } else { "" };
    let yaml = format!(
        "kind: channel-configuration\nname: Books\ncategory: {category}\nstatus: active\nfromName: 'Bücher \"&\" 책'\n\
         fromAddress: shop@example.com\nreplyTo: help@example.com\nsender: {{ name: Robot, address: robot@example.com }}\n\
         transport: {transport}\n---\nkind: campaign\nname: Books\ncategory: {category}\nconfiguration: Books\n\
         status: live\n{audience}content:\n\
         \x20 subject: 'Grüße {{{{ context.order.id }}}}'\n\
         \x20 html: '<p>책 <b>&amp;</b> {{{{ context.order.id }}}}</p>'\n"
    );
    apply(world, &yaml).await.0
}

/// Sends a mail of an order, with a file.
pub async fn send_order(world: &World, transport: &str) -> MessageDetail {
    let shop = shop(world, "transactional", transport).await;
    let mut ann = recipient("ann@example.org", json!({"order": {"id": "{{7}} & <8>"}}));
    ann["attachments"] = json!([{"name": "영수증.pdf", "content": PDF}]);
    send(world, &shop, "r-1", ann).await
}

/// Sends a mail of news to that many readers and tells how many were taken.
pub async fn send_news(world: &World, transport: &str, readers: usize) -> usize {
    import(world, &dev(), "Readers", &people(readers)).await;
    let shop = shop(world, "marketing", transport).await;
    let execution = run(world, &shop, json!({"context": {"order": {"id": "{{7}} & <8>"}}})).await;
    world.expand_runs().await.unwrap();
    world.drain().await.unwrap();
    shop.messages(world, &execution.id).await.iter().filter(|message| message.state.as_str() == "sent").count()
}
