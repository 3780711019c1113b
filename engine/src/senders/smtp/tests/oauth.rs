use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::channel_configuration::OAuthClient;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::super::{verify, wire::Wire};
use super::script::*;
use super::*;

/// A token server that gives these answers, one after the other, and tells what it was asked.
async fn token_server(answers: &'static [(u16, &'static str)]) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    let asked = tokio::spawn(async move {
        let mut asked = Vec::new();
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = Vec::new();
            while !heard.ends_with(b"scope=mail") {
                assert_ne!(stream.read_buf(&mut heard).await.unwrap(), 0, "{heard:?}");
            }
            asked.push(String::from_utf8(heard).unwrap());
            let length = body.len();
            let answer = format!("HTTP/1.1 {status} x\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        asked
    });
    (url, asked)
}

const GIVEN: (u16, &str) = (200, r#"{"access_token":"t0ken","token_type":"Bearer","expires_in":3600}"#);

const WRONG: (u16, &str) = (401, r#"{"error":"invalid_client","error_description":"No such client"}"#);

fn door_with(port: u16, token_url: &str, secrets: &str) -> Door {
    let oauth = OAuthClient { token_url: token_url.into(), client_id: "client".into(), scope: "mail".into() };
    let relay = SmtpRelay { username: "shop@example.com".into(), oauth: Some(oauth), ..signing_in(port) };
    Door { password: Password::Known(secrets.into()), ..door(relay) }
}

const CLIENT: &str = r#"{"clientSecret":"s3cret"}"#;
const USER: &str = r#"{"clientSecret":"s3cret","refreshToken":"r3fresh"}"#;

const XOAUTH2: &str = "250-mail.example.com\r\n250-SIZE\r\n250-PIPELINING\r\n250 AUTH PLAIN XOAUTH2 OAUTHBEARER";

#[tokio::test]
async fn a_token_is_asked_for_once_and_signs_every_connection_in() {
    let (url, asked) = token_server(&[GIVEN]).await;
    // user=shop@example.com ^A auth=Bearer t0ken ^A ^A
    let signed = [Hear("AUTH XOAUTH2 dXNlcj1zaG9wQGV4YW1wbGUuY29tAWF1dGg9QmVhcmVyIHQwa2VuAQE="), Say("235 2.7.0 ok")];
    let script = |dear| {
        let mail = [Mail(dear), Say("250 ok")];
        welcome(XOAUTH2, &[&signed[..], &ENVELOPE[..], &mail[..], &GOODBYE[..]].concat())
    };
    let server = Server::start([script("Dear ann"), script("Dear ben")]).await;
    let mut door = door_with(server.port, &url, USER);
    door.relay.max_messages_per_connection = 1;
    let pool = Pool::new(1, door, no_end());
    let answers = hand_over(&pool, &["ann", "ben"]).await;
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [ACCEPTED; 2]);
    server.played().await;
    let asked = asked.await.unwrap();
    assert!(asked[0].ends_with("grant_type=refresh_token&refresh_token=r3fresh&scope=mail"), "{asked:?}");
    assert!(asked[0].contains(&STANDARD.encode("client:s3cret")), "{asked:?}");
}

#[tokio::test]
async fn a_server_that_knows_the_standard_alone_gets_it() {
    let (url, asked) = token_server(&[GIVEN]).await;
    let script = [Hear("AUTH OAUTHBEARER "), Say("235 ok"), Hear("QUIT"), Say("221 bye")];
    let server = Server::start([welcome("250-x\r\n250 AUTH OAUTHBEARER", &script)]).await;
    let door = door_with(server.port, &url, CLIENT);
    let said = format!("n,a=shop@example.com,\x01host=127.0.0.1\x01port={}\x01auth=Bearer t0ken\x01\x01", server.port);
    assert_eq!(door.oauth_bearer("t0ken"), said);
    let verification = verify(&door).await;
    assert_eq!(verification.reason, None, "{verification:?}");
    assert!(verification.transcript.contains(&"C: AUTH OAUTHBEARER ***".to_owned()), "{verification:?}");
    assert!(!format!("{verification:?}").contains("t0ken"), "{verification:?}");
    server.played().await;
    assert!(asked.await.unwrap()[0].ends_with("grant_type=client_credentials&scope=mail"));
}

#[tokio::test]
async fn a_token_that_the_server_refuses_is_told_and_not_used_again() {
    let (url, asked) = token_server(&[GIVEN, GIVEN]).await;
    // {"status":"401"}
    let refusal = [Hear("AUTH XOAUTH2 "), Say("334 eyJzdGF0dXMiOiI0MDEifQ=="), Hear(""), Say("535 5.7.8 No: t0ken")];
    let script = welcome(XOAUTH2, &[&refusal[..], &GOODBYE[..]].concat());
    let server = Server::start([script.clone(), script]).await;
    let door = door_with(server.port, &url, CLIENT);
    for _ in 0..2 {
        let verification = verify(&door).await;
        assert_eq!(verification.reason.as_deref(), Some("auth_failed"));
        assert_eq!(verification.words, "535 5.7.8 No: ***");
    }
    server.played().await;
    assert_eq!(asked.await.unwrap().len(), 2);
}

#[tokio::test]
async fn without_a_token_nobody_signs_in_and_the_token_servers_words_are_told() {
    let (url, _asked) = token_server(&[WRONG]).await;
    let server = Server::start([welcome(XOAUTH2, &GOODBYE)]).await;
    let verification = verify(&door_with(server.port, &url, CLIENT)).await;
    assert_eq!(verification.reason.as_deref(), Some("oauth_invalid_client"));
    assert_eq!(verification.words, "No such client");
    server.played().await;
}

#[tokio::test]
async fn a_token_is_not_asked_for_where_it_could_not_be_used() {
    // There is no token server.
    let server = Server::start([welcome("250-x\r\n250 AUTH PLAIN", &GOODBYE)]).await;
    let verification = verify(&door_with(server.port, "http://127.0.0.1:1/token", CLIENT)).await;
    assert_eq!(verification.reason.as_deref(), Some("auth_not_offered"));
    server.played().await;
    let server = Server::start([welcome(XOAUTH2, &[])]).await;
    let mut wire = Wire::connect("127.0.0.1", server.port).await.unwrap();
    wire.peer = "192.0.2.1:25".parse().unwrap();
    let refused = door_with(server.port, "http://127.0.0.1:1/token", CLIENT).introduce(&mut wire).await.unwrap_err();
    assert_eq!(refused.reason, "auth_needs_tls");
    server.played().await;
}
