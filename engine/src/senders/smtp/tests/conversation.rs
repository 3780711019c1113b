use super::script::*;
use super::*;

#[tokio::test]
async fn the_envelope_of_the_next_mail_travels_with_the_mail_before_it() {
    let mut script = ENVELOPE.to_vec();
    script.push(Mail("Dear ann"));
    // Nothing was said about the first mail yet, and the next envelope is here.
    script.extend([Hear("MAIL"), Hear("RCPT TO:<ben@"), Hear("DATA"), Quiet]);
    script.extend([Say("250 2.0.0 queued as 1"), Say("250 ok"), Say("250 ok"), Say("354 go")]);
    script.extend([Mail("Dear ben"), Quiet, Say("250 2.0.0 queued as 2")]);
    script.extend(GOODBYE);
    let server = Server::start([welcome(PIPELINING, &script)]).await;
    let pool = pool(relay(server.port));
    let answers = hand_over(&pool, &["ann", "ben"]).await;
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [ACCEPTED, ACCEPTED]);
    assert_eq!(answers[1].words, "250 2.0.0 queued as 2");
    assert_eq!(answers[1].via, format!("smtp 127.0.0.1:{}", server.port));
    pool.retire();
    server.played().await;
}

#[tokio::test]
async fn a_server_that_does_not_offer_pipelining_gets_one_command_at_a_time() {
    let mut script = Vec::new();
    for dear in ["Dear ann", "Dear ben"] {
        for command in ["MAIL", "RCPT"] {
            script.extend([Hear(command), Quiet, Say("250 ok")]);
        }
        script.extend([Hear("DATA"), Quiet, Say("354 go"), Mail(dear), Quiet, Say("250 ok")]);
    }
    script.extend(GOODBYE);
    let server = Server::start([welcome(LOCK_STEP, &script)]).await;
    let pool = pool(relay(server.port));
    let answers = hand_over(&pool, &["ann", "ben"]).await;
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [ACCEPTED, ACCEPTED]);
    pool.retire();
    server.played().await;
}

#[tokio::test]
async fn a_refused_recipient_costs_neither_the_connection_nor_the_mails_around_it() {
    let mut script = ENVELOPE.to_vec();
    script.extend([Mail("Dear ann"), Hear("MAIL"), Hear("RCPT TO:<nobody@"), Hear("DATA")]);
    script.extend([Say("250 ok"), Say("250 ok\r\n550 5.1.1 No such user\r\n503 5.5.1 No recipients"), Hear("RSET")]);
    script.extend([Hear("MAIL"), Hear("RCPT TO:<cleo@"), Hear("DATA"), Say("250 reset\r\n250 ok\r\n250 ok\r\n354 go")]);
    script.extend([Mail("Dear cleo"), Say("250 ok")]);
    let server = Server::start([welcome(PIPELINING, &script)]).await;
    let answers = hand_over(&pool(relay(server.port)), &["ann", "nobody", "cleo"]).await;
    let rejected = (Outcome::Rejected, Some("smtp_550"));
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [ACCEPTED, rejected, ACCEPTED]);
    assert_eq!(answers[1].words, "550 5.1.1 No such user");
    server.played().await;
}

#[tokio::test]
async fn a_refused_sender_is_told_apart_from_a_refused_address() {
    let mut script = vec![Hear("MAIL"), Hear("RCPT"), Hear("DATA"), Say("550 5.7.1 Not your address")];
    script.extend([Say("503 5.5.1 No sender\r\n503 5.5.1 No recipients")]);
    let server = Server::start([welcome(PIPELINING, &script)]).await;
    let answers = hand_over(&pool(relay(server.port)), &["ann"]).await;
    assert_eq!((short(&answers[0]), &*answers[0].words), (retry("sender_refused"), "550 5.7.1 Not your address"));
    server.played().await;
    let script = [Hear("MAIL"), Say("250 ok"), Hear("RCPT"), Say("250 ok"), Hear("DATA"), Say("550 5.7.0 Not today")];
    let server = Server::start([welcome(LOCK_STEP, &script)]).await;
    let answers = hand_over(&pool(relay(server.port)), &["ann"]).await;
    assert_eq!(short(&answers[0]), (Outcome::Rejected, Some("content_refused")));
    server.played().await;
}

#[tokio::test]
async fn a_server_that_wants_data_for_nobody_gets_an_empty_mail() {
    let mut script = vec![Hear("MAIL"), Hear("RCPT"), Hear("DATA"), Say("250 ok\r\n450 4.2.0 Later\r\n354 go")];
    script.extend([Hear("."), Say("554 5.5.1 No valid recipients")]);
    script.extend(ENVELOPE);
    script.extend([Mail("Dear ben"), Say("250 ok")]);
    let server = Server::start([welcome(PIPELINING, &script)]).await;
    let answers = hand_over(&pool(relay(server.port)), &["ann", "ben"]).await;
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [retry("smtp_450"), ACCEPTED]);
    server.played().await;
}

#[tokio::test]
async fn a_refusal_in_lock_step_is_followed_by_a_reset() {
    let mut script = vec![Hear("MAIL"), Say("250 ok"), Hear("RCPT"), Say("550 no"), Hear("RSET"), Say("250 ok")];
    script.extend([Hear("MAIL"), Say("452 4.3.1 Full"), Hear("RSET"), Say("250 ok")]);
    script.extend([Hear("MAIL"), Say("250 ok"), Hear("RCPT"), Say("250 ok"), Hear("DATA"), Say("354 go")]);
    script.extend([Mail("Dear cleo"), Say("554 5.7.1 Spam")]);
    let server = Server::start([welcome(LOCK_STEP, &script)]).await;
    let answers = hand_over(&pool(relay(server.port)), &["ann", "ben", "cleo"]).await;
    let rejected = |reason| (Outcome::Rejected, Some(reason));
    let expected = [rejected("smtp_550"), retry("smtp_452"), rejected("content_refused")];
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), expected);
    server.played().await;
}

#[tokio::test]
async fn a_mail_cannot_smuggle_a_second_one() {
    let mut script = ENVELOPE.to_vec();
    // The one line that is a dot is the last.
    script.extend([Mail("MAIL FROM:<evil@example.com>"), Quiet, Say("250 ok")]);
    let server = Server::start([welcome(PIPELINING, &script)]).await;
    let mut smuggler = mail("ann");
    smuggler.bytes =
        b"Subject: x\r\n\r\nhi\n.\r\nMAIL FROM:<evil@example.com>\r.\rRCPT TO:<ann@example.com>\n.\n".to_vec();
    let answer = pool(relay(server.port)).push(smuggler).answer().await;
    assert_eq!(short(&answer), ACCEPTED);
    server.played().await;
}

#[tokio::test]
async fn an_address_that_the_server_cannot_carry_is_told_apart_and_the_others_go() {
    let mut script = ENVELOPE.to_vec();
    script.extend([Mail("Dear ann"), Say("250 ok")]);
    let server = Server::start([welcome(PIPELINING, &script)]).await;
    let answers = hand_over(&pool(relay(server.port)), &["지민", "ann"]).await;
    let rejected = (Outcome::Rejected, Some("smtputf8_not_offered"));
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [rejected, ACCEPTED]);
    server.played().await;
}

#[tokio::test]
async fn a_mail_that_is_too_large_for_the_server_is_refused_without_a_word_to_it() {
    let mut script = vec![Hear("MAIL FROM:<shop@example.com> SIZE=28"), Hear("RCPT"), Hear("DATA")];
    script.extend([Say("250 ok\r\n250 ok\r\n354 go"), Mail("Dear ann"), Quiet, Say("250 ok")]);
    let extensions = "250-mail.example.com\r\n250-SIZE 30\r\n250 PIPELINING";
    let server = Server::start([welcome(extensions, &script)]).await;
    let answers = hand_over(&pool(relay(server.port)), &["everybody", "ann"]).await;
    let rejected = (Outcome::Rejected, Some("smtp_552"));
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [rejected, ACCEPTED]);
    assert_eq!(answers[0].words, "The mail has 34 bytes, and the server takes at most 30.");
    server.played().await;
}

#[tokio::test]
async fn where_notices_of_delivery_are_offered_they_name_the_message() {
    let mut script = vec![Hear("MAIL FROM:<shop@example.com> RET=HDRS ENVID=msg_ann")];
    script.extend([Hear("RCPT TO:<ann@example.com> NOTIFY=FAILURE,DELAY"), Hear("DATA")]);
    script.extend([Say("250 ok\r\n250 ok\r\n354 go"), Mail("Dear ann"), Say("250 ok")]);
    let server = Server::start([welcome("250-x\r\n250-DSN\r\n250 PIPELINING", &script)]).await;
    assert_eq!(short(&hand_over(&pool(relay(server.port)), &["ann"]).await[0]), ACCEPTED);
    server.played().await;
}
