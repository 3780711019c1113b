use http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST, USER_AGENT};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::server::{Server, ok};
use super::*;

/// A server that reads a request, says `bytes`, and then hangs up or goes quiet.
async fn raw(bytes: &'static [u8], hangs_up: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert_ne!(stream.read(&mut request).await.unwrap(), 0);
        stream.write_all(bytes).await.unwrap();
        if !hangs_up {
            std::future::pending::<()>().await;
        }
    });
    url
}

#[tokio::test]
async fn a_request_goes_out_as_it_was_made() {
    let server = Server::plain(|asked| {
        let header = |name| asked.headers().get(name).unwrap().to_str().unwrap().to_owned();
        ok([asked.method().to_string(), header("user-agent"), header("authorization"), header("host")].join(" "))
    })
    .await;
    let headers = vec![
        (AUTHORIZATION, "Bearer 1".to_owned()),
        (HOST, "elsewhere.example.com".to_owned()),
        (CONTENT_LENGTH, "7".to_owned()),
        (USER_AGENT, "Other".to_owned()),
    ];
    let request = Request { method: Method::PUT, headers, body: b"hello".to_vec(), ..get(server.url("/a?b=c")) };
    let answer = client(inside()).await.ask(request).await.unwrap();
    let expected = format!("PUT Hermod Bearer 1 127.0.0.1:{}", server.port);
    assert_eq!(String::from_utf8(answer.body).unwrap(), expected);
    let request = Request { headers: vec![(AUTHORIZATION, "a\r\nb".to_owned())], ..get(server.url("/")) };
    assert_eq!(short(client(inside()).await.ask(request).await), ("not sent", "request_unfit"));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let server = Server::plain(|_| {
        hyper::Response::builder().status(302).header("location", "/elsewhere").body(String::new()).unwrap()
    })
    .await;
    let answer = client(inside()).await.ask(get(server.url("/here"))).await.unwrap();
    assert_eq!((answer.status, answer.header("location")), (302, Some("/elsewhere")));
    assert_eq!(server.paths(), ["/here"]);
}

#[tokio::test]
async fn a_long_body_is_cut_off() {
    let server = Server::plain(|_| ok("a".repeat(10_000_000))).await;
    let client = client(inside()).await;
    let answer = client.ask(get(server.url("/"))).await.unwrap();
    assert_eq!((answer.status, answer.body.len()), (200, 64 * 1024));
    // And what is left of it disturbs nobody.
    assert_eq!(client.ask(get(server.url("/"))).await.unwrap().body.len(), 64 * 1024);
}

#[tokio::test]
async fn a_server_that_is_too_slow_leaves_the_message_in_doubt() {
    let client = client(hasty()).await;
    for said in [b"".as_slice(), b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhell"] {
        let answer = client.ask(get(raw(said, false).await)).await;
        assert_eq!(short(answer), ("no answer", "answer_timed_out"));
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_leaves_the_message_in_doubt() {
    let client = client(inside()).await;
    for said in
        [b"".as_slice(), b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhell", b"what?\r\n\r\n"]
    {
        let answer = client.ask(get(raw(said, true).await)).await;
        assert_eq!(short(answer), ("no answer", "connection_lost"));
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/?key=secret", listener.local_addr().unwrap());
    drop(listener);
    let trouble = client(inside()).await.ask(get(url)).await.unwrap_err();
    let Trouble::NotSent { reason: "connect_failed", words } = trouble else { panic!("{trouble:?}") };
    assert!(words.contains("refused") && !words.contains("secret"), "{words}");
}

#[tokio::test]
async fn a_name_that_does_not_exist_was_not_sent_to() {
    let answer = client(inside()).await.ask(get("http://nobody.invalid/")).await;
    assert_eq!(short(answer), ("not sent", "dns_failed"));
}

#[tokio::test]
async fn a_connection_that_does_not_open_in_time_was_not_sent_on() {
    // The handshake of TLS belongs to opening; this server never says a word.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let limits = Limits { connect: Duration::from_millis(200), whole: Duration::from_secs(20) };
    let answer = client(Options { limits, ..inside() }).await.ask(get(url)).await;
    assert_eq!(short(answer), ("not sent", "connect_timed_out"));
}
