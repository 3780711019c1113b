use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::super::verify;
use super::script::*;
use super::*;

/// A server's side of TLS for `name`, and what trusts it.
fn certified(name: &str) -> (TlsAcceptor, Trust) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(server)), Trust::with(&made.cert.pem()))
}

async fn hand_over_one(security: SmtpSecurity, trust: Trust, script: Vec<Step>) -> Answer {
    let server = Server::start([script]).await;
    let relay = SmtpRelay { security, ..signing_in(server.port) };
    let pool = Pool::new(1, Door { trust, ..door(relay) }, no_end());
    let answer = hand_over(&pool, &["ann"]).await.remove(0);
    drop(pool);
    server.played().await;
    answer
}

/// EHLO inside TLS, signing in, one mail.
fn protected() -> Vec<Step> {
    let mut script = vec![Hear("EHLO"), Say("250-x\r\n250-SIZE\r\n250-PIPELINING\r\n250 AUTH PLAIN")];
    script.extend([Hear("AUTH PLAIN "), Say("235 welcome")]);
    script.extend(ENVELOPE);
    script.extend([Mail("Dear ann"), Say("250 ok")]);
    script
}

#[tokio::test]
async fn a_mail_goes_over_tls_from_the_first_byte() {
    let (acceptor, trust) = certified("127.0.0.1");
    let mut script = vec![Tls(acceptor), Say("220 hi")];
    script.extend(protected());
    assert_eq!(short(&hand_over_one(SmtpSecurity::Tls, trust, script).await), ACCEPTED);
}

#[tokio::test]
async fn starttls_comes_before_everything_that_matters_and_what_was_offered_before_it_is_forgotten() {
    let (acceptor, trust) = certified("127.0.0.1");
    // In the clear: no AUTH here, and PIPELINING that is not there inside.
    let plain = "250-x\r\n250-PIPELINING\r\n250 STARTTLS";
    let mut script = welcome(plain, &[Hear("STARTTLS"), Quiet, Say("220 go"), Tls(acceptor)]);
    script.extend([Hear("EHLO"), Say("250-x\r\n250 AUTH PLAIN"), Hear("AUTH PLAIN "), Say("235 welcome")]);
    for command in ["MAIL", "RCPT"] {
        script.extend([Hear(command), Quiet, Say("250 ok")]);
    }
    script.extend([Hear("DATA"), Quiet, Say("354 go"), Mail("Dear ann"), Say("250 ok")]);
    assert_eq!(short(&hand_over_one(SmtpSecurity::StartTls, trust, script).await), ACCEPTED);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_ends_the_conversation() {
    let (acceptor, _) = certified("127.0.0.1");
    let (_, trust_in_another) = certified("127.0.0.1");
    let answer = hand_over_one(SmtpSecurity::Tls, trust_in_another, vec![Tls(acceptor.clone())]).await;
    assert_eq!(short(&answer), unavailable("tls_failed"));
    let answer = hand_over_one(SmtpSecurity::Tls, Trust::default(), vec![Tls(acceptor)]).await;
    assert_eq!(short(&answer), unavailable("tls_failed"));
}

#[tokio::test]
async fn a_certificate_for_another_name_ends_the_conversation() {
    let (acceptor, trust) = certified("mail.example.com");
    let answer = hand_over_one(SmtpSecurity::Tls, trust, vec![Tls(acceptor)]).await;
    assert_eq!(short(&answer), unavailable("tls_failed"));
    assert!(answer.words.contains("not valid for name"), "{}", answer.words);
}

#[tokio::test]
async fn verify_shows_nothing_that_was_said_after_a_failed_handshake() {
    let (acceptor, _) = certified("127.0.0.1");
    let server = Server::start([vec![Tls(acceptor)]]).await;
    let relay = SmtpRelay { security: SmtpSecurity::Tls, ..relay(server.port) };
    let verification = verify(&door(relay)).await;
    assert_eq!((verification.reason.as_deref(), verification.transcript.len()), (Some("tls_failed"), 0));
    server.played().await;
}

#[tokio::test]
async fn a_stripped_starttls_is_never_taken_for_a_server_without_it() {
    let (_, trust) = certified("127.0.0.1");
    let script = welcome("250-x\r\n250-PIPELINING\r\n250 AUTH PLAIN", &[]);
    let answer = hand_over_one(SmtpSecurity::StartTls, trust.clone(), script).await;
    assert_eq!(short(&answer), unavailable("starttls_not_offered"));
    let script = welcome("250-x\r\n250 STARTTLS", &[Hear("STARTTLS"), Say("454 4.7.0 Not now")]);
    let answer = hand_over_one(SmtpSecurity::StartTls, trust, script).await;
    assert_eq!(short(&answer), unavailable("smtp_454"));
}

#[tokio::test]
async fn what_somebody_puts_before_the_handshake_is_not_believed() {
    let (_, trust) = certified("127.0.0.1");
    let injected = "220 go\r\n250-x\r\n250 AUTH PLAIN";
    let script = welcome("250-x\r\n250 STARTTLS", &[Hear("STARTTLS"), Say(injected)]);
    let answer = hand_over_one(SmtpSecurity::StartTls, trust, script).await;
    assert_eq!(short(&answer), unavailable("tls_failed"));
    assert!(answer.words.contains("before the TLS handshake"), "{}", answer.words);
}
