use domain::content::{RenderedEmail, RenderedMobile};
use http::header::AUTHORIZATION;

use super::server::{Server, ok, status};
use super::*;
use crate::providers::{EmailOut, MobileOut};

/// A provider that takes tokens, and none but text messages.
struct Shop {
    url: String,
    has_account: bool,
}

impl Provider for Shop {
    fn token_request(&self, _now: Timestamp) -> Option<Result<Request, Fault>> {
        Some(Ok(get(format!("{}/token", self.url))))
    }

    fn read_token(&self, response: &Response) -> Result<(String, Duration), Reading> {
        match response.status {
            200 => Ok((String::from_utf8(response.body.clone()).unwrap(), Duration::from_hours(1))),
            _ => Err(crate::providers::read_status(response)),
        }
    }

    fn request(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Result<Request, Fault> {
        let Outgoing::Mobile(_) = outgoing else { return Err(Fault::new("channel", "unfit", "Text messages only.")) };
        let headers = vec![(AUTHORIZATION, context.token.unwrap().to_owned())];
        Ok(Request { method: Method::POST, headers, ..get(format!("{}/send", self.url)) })
    }

    fn read(&self, response: &Response) -> Reading {
        match response.status {
            401 => Reading { meaning: Meaning::TokenExpired, reason: "shop_expired".into(), words: String::new() },
            _ => crate::providers::read_status(response),
        }
    }

    fn verify(&self, _context: Context<'_>) -> Option<Result<Request, Fault>> {
        self.has_account.then(|| Ok(get(format!("{}/account", self.url))))
    }
}

/// Its tokens are good when `takes` says so of their number.
async fn shop(takes: fn(usize) -> bool) -> (Server, Shop, Outbound) {
    let given = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::plain(move |asked| {
        let number = || asked.headers()["authorization"].to_str().unwrap().parse().unwrap();
        match asked.uri().path() {
            "/token" => ok((given.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1).to_string()),
            "/send" if !takes(number()) => status(401, ""),
            _ => ok(""),
        }
    })
    .await;
    let shop = Shop { url: server.url(""), has_account: true };
    (server, shop, Outbound::new(client(inside()).await))
}

fn context() -> Context<'static> {
    Context { message_id: "msg_1", callback_url: None, token: None, now: Timestamp::from_millis(0) }
}

async fn send(outbound: &Outbound, shop: &Shop) -> Sent {
    let content = RenderedMobile::default();
    let outgoing = Outgoing::Mobile(MobileOut { from: "", to: "+491701234567", content: &content });
    outbound.send(shop, "shop 1", outgoing, context()).await
}

#[tokio::test]
async fn messages_share_a_token() {
    let (server, shop, outbound) = shop(|_| true).await;
    let all = futures::future::join_all((0..100).map(|_| send(&outbound, &shop))).await;
    assert!(all.iter().all(|sent| *sent == Sent::Read(GOOD)));
    assert_eq!(server.paths().iter().filter(|path| *path == "/token").count(), 1);
}

#[tokio::test]
async fn a_token_that_is_no_longer_taken_is_replaced() {
    let (server, shop, outbound) = shop(|number| number > 1).await;
    for _ in 0..2 {
        assert_eq!(send(&outbound, &shop).await, Sent::Read(GOOD));
    }
    assert_eq!(server.paths(), ["/token", "/send", "/token", "/send", "/send"]);
}

#[tokio::test]
async fn a_token_is_replaced_once_only() {
    let (server, shop, outbound) = shop(|_| false).await;
    let Sent::Read(reading) = send(&outbound, &shop).await else { panic!() };
    assert_eq!((reading.meaning, &*reading.reason), (Meaning::TokenExpired, "shop_expired"));
    assert_eq!(server.paths(), ["/token", "/send", "/token", "/send"]);
}

#[tokio::test]
async fn without_a_token_the_message_was_not_sent() {
    // No answer to the request for a token, on whose account the message is not in doubt.
    let quiet = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let shop = Shop { url: format!("http://{}", quiet.local_addr().unwrap()), has_account: true };
    let outbound = Outbound::new(client(hasty()).await);
    let sent = send(&outbound, &shop).await;
    assert!(matches!(sent, Sent::Trouble(Trouble::NotSent { reason: "answer_timed_out", .. })), "{sent:?}");
}

#[tokio::test]
async fn a_refused_token_rejects_no_message() {
    let server = Server::plain(|_| status(400, "{\"error\":\"invalid_grant\"}")).await;
    let shop = Shop { url: server.url(""), has_account: true };
    let outbound = Outbound::new(client(inside()).await);
    let Sent::Read(reading) = send(&outbound, &shop).await else { panic!() };
    assert_eq!((reading.meaning, &*reading.reason), (Meaning::Misconfigured, "http_400"));
}

#[tokio::test]
async fn what_a_provider_cannot_send_is_a_fault() {
    let (server, shop, outbound) = shop(|_| true).await;
    let content = RenderedEmail::default();
    let (from, to) = ("shop@example.com", "ann@example.com");
    let mail = EmailOut {
        from_name: "",
        from,
        to,
        reply_to: None,
        content: &content,
        headers: &[],
        mime: b"",
        attachments: &[],
    };
    let outgoing = Outgoing::Email(mail);
    let sent = outbound.send(&shop, "shop 1", outgoing, context()).await;
    assert!(matches!(sent, Sent::Fault(fault) if fault.code == "unfit"));
    assert_eq!(server.paths(), ["/token"]);
}

#[tokio::test]
async fn an_account_is_verified_by_a_harmless_request_or_at_least_by_a_token() {
    let (server, mut shop, outbound) = shop(|_| true).await;
    assert_eq!(outbound.verify(&shop, "shop 1", context()).await, Some(Sent::Read(GOOD)));
    shop.has_account = false;
    assert_eq!(outbound.verify(&shop, "shop 2", context()).await, Some(Sent::Read(GOOD)));
    assert_eq!(server.paths(), ["/token", "/account", "/token"]);
}
