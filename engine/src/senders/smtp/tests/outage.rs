use tokio::net::TcpListener;
use tokio::time::Instant;

use super::super::LONGEST_SEND;
use super::script::*;
use super::*;

#[tokio::test]
async fn a_server_that_is_not_there_is_told_to_all_who_wait() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let answers = hand_over(&pool(relay(free)), &["ann", "ben", "cleo"]).await;
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [unavailable("connection_failed"); 3]);
    assert!(answers[0].words.contains("refused"), "{}", answers[0].words);
}

#[tokio::test]
async fn a_421_before_any_work_is_an_outage_and_nobody_knocks_again_for_the_others() {
    let script = [Hear("MAIL"), Hear("RCPT"), Hear("DATA"), Say("421 4.3.2 Shutting down")];
    let server = Server::start([welcome(PIPELINING, &script)]).await;
    let answers = hand_over(&pool(relay(server.port)), &["ann", "ben"]).await;
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [unavailable("smtp_421"); 2]);
    assert_eq!(answers[0].words, "421 4.3.2 Shutting down");
    server.played().await;
}

#[tokio::test]
async fn a_421_instead_of_an_answer_to_a_mail_closes_the_connection_and_the_next_mail_takes_another() {
    let mut first = ENVELOPE.to_vec();
    first.extend([
        Mail("Dear ann"),
        Hear("MAIL"),
        Hear("RCPT"),
        Hear("DATA"),
        Say("250 ok\r\n250 ok\r\n250 ok\r\n354 go"),
    ]);
    first.extend([Mail("Dear ben"), Hear("MAIL"), Hear("RCPT TO:<cleo@"), Hear("DATA"), Say("421 4.7.0 Enough")]);
    let mut second = ENVELOPE.to_vec();
    second.extend([Mail("Dear cleo"), Say("250 ok")]);
    let server = Server::start([welcome(PIPELINING, &first), welcome(PIPELINING, &second)]).await;
    let answers = hand_over(&pool(relay(server.port)), &["ann", "ben", "cleo"]).await;
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [ACCEPTED, unavailable("smtp_421"), ACCEPTED]);
    server.played().await;
}

#[tokio::test]
async fn a_connection_that_is_cut_after_the_dot_leaves_the_mail_in_the_open() {
    let mut script = ENVELOPE.to_vec();
    script.push(Mail("Dear ann"));
    let server = Server::start([welcome(PIPELINING, &script)]).await;
    let answers = hand_over(&pool(relay(server.port)), &["ann"]).await;
    assert_eq!(short(&answers[0]), IN_DOUBT);
    assert_eq!(answers[0].words, "The server closed the connection.");
    server.played().await;
}

#[tokio::test]
async fn a_connection_that_is_cut_before_the_mail_is_plainly_a_failed_connection() {
    let script = [Hear("MAIL"), Hear("RCPT"), Hear("DATA")];
    let server = Server::start([welcome(PIPELINING, &script)]).await;
    let answers = hand_over(&pool(relay(server.port)), &["ann"]).await;
    assert_eq!(short(&answers[0]), unavailable("connection_failed"));
    server.played().await;
}

#[tokio::test]
async fn a_server_that_hangs_up_between_mails_costs_no_mail() {
    let mut first = ENVELOPE.to_vec();
    first.extend([Mail("Dear ann"), Say("250 ok"), Hear("MAIL"), Hear("RCPT TO:<ben@"), Hear("DATA")]);
    let mut second = ENVELOPE.to_vec();
    second.extend([Mail("Dear ben"), Say("250 ok")]);
    let server = Server::start([welcome(PIPELINING, &first), welcome(PIPELINING, &second)]).await;
    let pool = pool(relay(server.port));
    assert_eq!(short(&hand_over(&pool, &["ann"]).await[0]), ACCEPTED);
    assert_eq!(short(&hand_over(&pool, &["ben"]).await[0]), ACCEPTED);
    server.played().await;
}

#[tokio::test]
async fn what_is_not_smtp_is_told_as_such() {
    let server = Server::start([vec![Say("SSH-2.0-OpenSSH_9.2")]]).await;
    let answers = hand_over(&pool(relay(server.port)), &["ann"]).await;
    assert_eq!(short(&answers[0]), unavailable("bad_reply"));
    assert!(answers[0].words.contains("SSH-2.0"), "{}", answers[0].words);
    server.played().await;
}

/// What becomes of two mails when the server falls silent at the end of `script`.
async fn silenced(script: Vec<Step>) -> Vec<Answer> {
    let server = Server::start([script]).await;
    let pool = pool(relay(server.port));
    let start = Instant::now();
    let answers = hand_over(&pool, &["ann", "ben"]).await;
    assert!(start.elapsed() <= LONGEST_SEND, "{:?}", start.elapsed());
    server.played().await;
    answers
}

#[tokio::test]
async fn a_server_that_never_greets_is_given_up() {
    let answers = silenced(vec![Silence]).await;
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [unavailable("timeout"); 2]);
}

#[tokio::test]
async fn a_server_that_never_answers_an_envelope_is_given_up() {
    let answers = silenced(welcome(PIPELINING, &[Silence])).await;
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [unavailable("timeout"); 2]);
}

#[tokio::test]
async fn a_server_that_never_answers_a_mail_may_have_it_and_certainly_not_the_next() {
    let mut script = ENVELOPE.to_vec();
    script.extend([Mail("Dear ann"), Silence]);
    let answers = silenced(welcome(PIPELINING, &script)).await;
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [IN_DOUBT, unavailable("timeout")]);
}
