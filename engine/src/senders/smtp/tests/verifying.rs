use domain::channel_configuration::Verification;

use super::super::verify;
use super::script::*;
use super::*;

async fn verified(relay: impl Fn(u16) -> SmtpRelay, script: Vec<Step>) -> Verification {
    let server = Server::start([script]).await;
    let verification = verify(&door(relay(server.port))).await;
    server.played().await;
    verification
}

fn reason(verification: &Verification) -> Option<&str> {
    verification.reason.as_deref()
}

#[tokio::test]
async fn verify_shows_the_conversation_and_keeps_the_password_to_itself() {
    let mut script = vec![Hear("AUTH PLAIN "), Say("235 2.7.0 welcome")];
    script.extend(GOODBYE);
    let verification = verified(signing_in, welcome("250-mail.example.com\r\n250 AUTH PLAIN", &script)).await;
    assert_eq!(verification.reason, None, "{verification:?}");
    assert_eq!(
        verification.transcript,
        [
            "S: 220 mail.example.com ESMTP",
            "C: EHLO hermod.example.com",
            "S: 250-mail.example.com",
            "S: 250 AUTH PLAIN",
            "C: AUTH PLAIN ***",
            "S: 235 2.7.0 welcome",
            "C: QUIT",
            "S: 221 bye",
        ]
    );
}

#[tokio::test]
async fn verify_says_what_to_change() {
    let mut script = vec![Hear("AUTH PLAIN "), Say("535 5.7.8 Wrong")];
    script.extend(GOODBYE);
    let verification = verified(signing_in, welcome("250-x\r\n250 AUTH PLAIN", &script)).await;
    assert_eq!(reason(&verification), Some("auth_failed"));
    assert_eq!(verification.words, "535 5.7.8 Wrong");
    assert!(verification.transcript.contains(&"S: 535 5.7.8 Wrong".to_owned()), "{verification:?}");

    let starttls = |port| SmtpRelay { security: SmtpSecurity::StartTls, ..relay(port) };
    let verification = verified(starttls, welcome("250-x\r\n250 PIPELINING", &GOODBYE)).await;
    assert_eq!(reason(&verification), Some("starttls_not_offered"));
    assert_eq!(verification.words, "The server does not offer STARTTLS.");
}

#[tokio::test]
async fn verify_ends_when_the_server_does_not_speak() {
    let verification = verified(relay, vec![Silence]).await;
    assert_eq!(reason(&verification), Some("timeout"));
    assert_eq!(verification.words, "No answer within 30 seconds: the greeting.");
}

#[tokio::test]
async fn verify_names_the_step_that_a_server_never_answers() {
    let script = welcome("250-x\r\n250 AUTH PLAIN", &[Hear("AUTH PLAIN "), Silence]);
    assert_eq!(verified(signing_in, script).await.words, "No answer within 30 seconds: AUTH.");
}

#[tokio::test]
async fn a_server_that_repeats_the_password_does_not_bring_it_into_the_log() {
    let echo = "You said: AUTH PLAIN AHNob3AAaHVudGVyMg==, hunter2";
    let script = welcome("250-x\r\n250 AUTH PLAIN", &[Hear("AUTH PLAIN "), Say(echo)]);
    let verification = verified(signing_in, script).await;
    assert_eq!(reason(&verification), Some("bad_reply"));
    assert!(verification.words.contains("***, ***"), "{verification:?}");
    let told = format!("{verification:?}");
    assert!(!told.contains("hunter2") && !told.contains("AHNob3"), "{told}");
}
