use std::sync::atomic::Ordering;

use http::Version;

use super::server::{Server, certificate, ok, tls};
use super::*;

fn url(server: &Server) -> String {
    format!("https://localhost:{}/", server.port)
}

#[tokio::test]
async fn http_2_is_spoken_over_tls_and_many_requests_share_a_connection() {
    let own = certificate();
    let server = Server::tls(tls(&own, None), |_| ok("hello")).await;
    let client = client(Options { extra_roots: own.cert.pem(), ..inside() }).await;
    assert_eq!(client.ask(get(url(&server))).await.unwrap().body, b"hello");
    let asking = (0..50).map(|_| client.ask(get(url(&server))));
    for answer in futures::future::join_all(asking).await {
        assert_eq!(answer.unwrap().body, b"hello");
    }
    assert!(server.heard.lock().unwrap().iter().all(|(version, _)| *version == Version::HTTP_2));
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_crowd_that_comes_first_opens_one_connection_where_one_is_enough() {
    let own = certificate();
    let server = Server::tls(tls(&own, None), |_| ok("hello")).await;
    let client = client(Options { extra_roots: own.cert.pem(), ..inside() }).await;
    let asking = (0..50).map(|_| client.ask(get(url(&server))));
    for answer in futures::future::join_all(asking).await {
        assert_eq!(answer.unwrap().body, b"hello");
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn where_each_request_needs_a_connection_of_its_own_nobody_waits_for_the_others() {
    let server = Server::plain(|_| ok("hello")).await;
    let client = client(inside()).await;
    client.ask(get(server.url("/"))).await.unwrap();
    let asking = (0..20).map(|_| client.ask(get(server.url("/"))));
    assert!(futures::future::join_all(asking).await.iter().all(Result::is_ok));
    assert!(server.connections.load(Ordering::SeqCst) > 1);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_to_everybody() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = client(inside()).await;
    let asking = (0..50).map(|_| client.ask(get(format!("http://127.0.0.1:{closed}/"))));
    for answer in futures::future::join_all(asking).await {
        assert_eq!(short(answer), ("not sent", "connect_failed"));
    }
}

#[tokio::test]
async fn a_server_that_knows_only_http_1_is_understood() {
    let own = certificate();
    let mut config = tls(&own, None);
    config.alpn_protocols.clear();
    let server = Server::tls(config, |_| ok("hello")).await;
    let client = client(Options { extra_roots: own.cert.pem(), ..inside() }).await;
    assert_eq!(client.ask(get(url(&server))).await.unwrap().body, b"hello");
    assert_eq!(server.heard.lock().unwrap()[0].0, Version::HTTP_11);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_gets_no_message() {
    let server = Server::tls(tls(&certificate(), None), |_| ok("hello")).await;
    let answer = client(inside()).await.ask(get(url(&server))).await;
    assert_eq!(short(answer), ("not sent", "tls_failed"));
    assert!(server.paths().is_empty());
}

#[tokio::test]
async fn a_client_certificate_is_shown_where_there_is_one() {
    for protocol in ["h2", "http/1.1"] {
        let (own, ours) = (certificate(), certificate());
        let mut config = tls(&own, Some(&ours));
        config.alpn_protocols = vec![protocol.into()];
        let server = Server::tls(config, |_| ok("hello")).await;
        let stranger = Options { extra_roots: own.cert.pem(), ..inside() };
        let answer = client(stranger.clone()).await.ask(get(url(&server))).await;
        assert_eq!(short(answer), ("not sent", "tls_failed"), "{protocol}");
        let identity = Identity { certificates: ours.cert.pem(), key: ours.signing_key.serialize_pem() };
        let known = client(Options { identity: Some(identity), ..stranger }).await;
        assert_eq!(known.ask(get(url(&server))).await.unwrap().body, b"hello");
    }
}

#[tokio::test]
async fn what_is_no_certificate_is_told_where_it_stands() {
    let pair = certificate();
    let path = async |extra_roots: &str, certificates: &str, key: &str| {
        let identity = Some(Identity { certificates: certificates.into(), key: key.into() });
        let options = Options { extra_roots: extra_roots.into(), identity, ..Options::default() };
        Client::new(&options).await.unwrap_err().path
    };
    let (good, key) = (pair.cert.pem(), pair.signing_key.serialize_pem());
    let broken = "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n";
    assert_eq!(path(broken, &good, &key).await, "rootCertificates");
    assert_eq!(path("", "nothing", &key).await, "clientCertificate");
    assert_eq!(path("", &good, "nothing").await, "clientKey");
    assert_eq!(path("", &good, &certificate().signing_key.serialize_pem()).await, "clientCertificate");
}
