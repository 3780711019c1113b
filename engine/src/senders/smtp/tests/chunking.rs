use super::script::*;
use super::*;

/// A mail with its envelope, which comes in one piece.
fn whole(to: &'static str, dear: &'static str) -> [Step; 4] {
    [Hear("MAIL FROM:<shop@example.com>"), Hear(to), Chunk(dear), Quiet]
}

const TAKEN: Step = Say("250 ok\r\n250 ok\r\n250 2.0.0 queued");

async fn answers_of(script: &[Step], names: &[&str]) -> Vec<Answer> {
    let server = Server::start([welcome(CHUNKING, script)]).await;
    let answers = hand_over(&pool(relay(server.port)), names).await;
    server.played().await;
    answers
}

fn shortly(answers: &[Answer]) -> Vec<(Outcome, Option<&str>)> {
    answers.iter().map(short).collect()
}

#[tokio::test]
async fn a_mail_travels_with_its_envelope_and_nothing_is_waited_for_in_between() {
    let mut script = Vec::new();
    script.extend(whole("RCPT TO:<ann@", "Dear ann"));
    script.push(TAKEN);
    script.extend(whole("RCPT TO:<ben@", "Dear ben"));
    script.push(TAKEN);
    script.extend(GOODBYE);
    let server = Server::start([welcome(CHUNKING, &script)]).await;
    let pool = pool(relay(server.port));
    let answers = hand_over(&pool, &["ann", "ben"]).await;
    assert_eq!(shortly(&answers), [ACCEPTED, ACCEPTED]);
    assert_eq!(answers[1].words, "250 2.0.0 queued");
    pool.retire();
    server.played().await;
}

#[tokio::test]
async fn a_server_without_pipelining_gets_no_chunk() {
    let mut script = vec![Hear("MAIL"), Quiet, Say("250 ok"), Hear("RCPT"), Quiet, Say("250 ok"), Hear("DATA"), Quiet];
    script.extend([Say("354 go"), Mail("Dear ann"), Say("250 ok")]);
    let server = Server::start([welcome("250-mail.example.com\r\n250 CHUNKING", &script)]).await;
    assert_eq!(shortly(&hand_over(&pool(relay(server.port)), &["ann"]).await), [ACCEPTED]);
    server.played().await;
}

#[tokio::test]
async fn a_chunk_has_the_bytes_of_the_mail_without_doubled_dots_and_with_proper_line_ends() {
    let script = [Hear("MAIL"), Hear("RCPT"), Hear("BDAT 37 LAST"), Hear("Subject: x"), Hear(""), Hear(".")];
    let script = [&script[..], &[Hear("..two"), Hear(".three"), Hear("end"), Quiet, TAKEN]].concat();
    let server = Server::start([welcome(CHUNKING, &script)]).await;
    let mut dotted = mail("ann");
    dotted.bytes = b"Subject: x\r\n\r\n.\r\n..two\n.three\rend".to_vec();
    assert_eq!(short(&pool(relay(server.port)).push(dotted).answer().await), ACCEPTED);
    server.played().await;
}

#[tokio::test]
async fn what_refuses_an_envelope_is_the_answer_and_not_what_becomes_of_the_chunk() {
    let mut script = Vec::new();
    script.extend(whole("RCPT TO:<nobody@", "Dear nobody"));
    script.push(Say("250 ok\r\n550 5.1.1 No such user\r\n503 5.5.1 No recipients"));
    // The server may take a mail that goes to nobody, too.
    script.push(Hear("RSET"));
    script.extend(whole("RCPT TO:<busy@", "Dear busy"));
    script.push(Say("250 reset\r\n250 ok\r\n450 4.2.0 Busy\r\n250 2.0.0 whatever"));
    script.extend(whole("RCPT TO:<ann@", "Dear ann"));
    script.push(Say("550 5.7.1 Not your address\r\n503 5.5.1 No sender\r\n554 5.5.1 No recipients"));
    script.push(Hear("RSET"));
    script.extend(whole("RCPT TO:<ben@", "Dear ben"));
    script.extend([Say("250 reset"), TAKEN]);
    let answers = answers_of(&script, &["nobody", "busy", "ann", "ben"]).await;
    let refused = [(Outcome::Rejected, Some("smtp_550")), retry("smtp_450"), retry("sender_refused"), ACCEPTED];
    assert_eq!(shortly(&answers), refused);
    assert_eq!(answers[0].words, "550 5.1.1 No such user");
}

#[tokio::test]
async fn a_chunk_that_is_refused_is_the_mails_own_answer_and_followed_by_a_reset() {
    let mut script = whole("RCPT TO:<ann@", "Dear ann").to_vec();
    script.extend([Say("250 ok\r\n250 ok\r\n554 5.7.1 Spam"), Hear("RSET")]);
    script.extend(whole("RCPT TO:<ben@", "Dear ben"));
    script.push(Say("250 reset\r\n250 ok\r\n250 ok\r\n451 4.3.0 Disk"));
    let answers = answers_of(&script, &["ann", "ben"]).await;
    assert_eq!(shortly(&answers), [(Outcome::Rejected, Some("content_refused")), retry("smtp_451")]);
}

#[tokio::test]
async fn a_connection_that_is_cut_after_the_chunk_leaves_that_mail_in_the_open_and_no_other() {
    let answers = answers_of(&whole("RCPT TO:<ann@", "Dear ann"), &["ann", "ben"]).await;
    assert_eq!(shortly(&answers), [IN_DOUBT, unavailable("connection_failed")]);
    let mut script = whole("RCPT TO:<ann@", "Dear ann").to_vec();
    script.push(Say("250 ok\r\n250 ok"));
    assert_eq!(shortly(&answers_of(&script, &["ann"]).await), [IN_DOUBT]);
}

#[tokio::test]
async fn a_connection_that_is_cut_after_a_refusal_leaves_nothing_in_the_open() {
    let mut script = whole("RCPT TO:<ann@", "Dear ann").to_vec();
    script.push(Say("250 ok\r\n550 5.1.1 No such user"));
    assert_eq!(shortly(&answers_of(&script, &["ann"]).await), [(Outcome::Rejected, Some("smtp_550"))]);
}

#[tokio::test]
async fn a_421_says_that_a_whole_mail_was_not_taken() {
    for said in ["421 4.3.2 Bye", "250 ok\r\n421 4.3.2 Bye", "250 ok\r\n250 ok\r\n421 4.3.2 Bye"] {
        let mut script = whole("RCPT TO:<ann@", "Dear ann").to_vec();
        script.push(Say(said));
        let answers = answers_of(&script, &["ann"]).await;
        assert_eq!((short(&answers[0]), &*answers[0].words), (unavailable("smtp_421"), "421 4.3.2 Bye"), "{said}");
    }
}

#[tokio::test]
async fn a_mail_that_has_not_gone_whole_is_certainly_not_taken() {
    // More than the network takes while nobody reads.
    let server = Server::start([welcome(CHUNKING, &[Hear("MAIL"), Hear("RCPT"), Hear("BDAT")])]).await;
    let mut large = mail("ann");
    large.bytes = b"x\r\n".repeat(10_000_000);
    assert_eq!(short(&pool(relay(server.port)).push(large).answer().await), unavailable("connection_failed"));
    server.played().await;
}

#[tokio::test]
async fn a_server_that_went_after_a_mail_is_not_given_the_next_one() {
    let mut first = whole("RCPT TO:<ann@", "Dear ann").to_vec();
    first.push(Say("250 ok\r\n250 ok\r\n250 2.0.0 queued\r\n421 4.4.2 Enough"));
    let mut second = whole("RCPT TO:<ben@", "Dear ben").to_vec();
    second.push(TAKEN);
    let server = Server::start([welcome(CHUNKING, &first), welcome(CHUNKING, &second)]).await;
    let answers = hand_over(&pool(relay(server.port)), &["ann", "ben"]).await;
    assert_eq!(shortly(&answers), [ACCEPTED, ACCEPTED]);
    server.played().await;
}

#[tokio::test]
async fn a_server_that_offers_chunking_without_knowing_it_gets_the_mails_with_data() {
    let mut first = whole("RCPT TO:<ann@", "Dear ann").to_vec();
    first.extend([Say("250 ok\r\n250 ok\r\n502 5.5.2 Command not recognized"), Gone]);
    let mut second = Vec::new();
    for dear in ["Dear ann", "Dear ben"] {
        second.extend([Hear("MAIL"), Hear("RCPT"), Hear("DATA"), Say("250 ok\r\n250 ok\r\n354 go")]);
        second.extend([Mail(dear), Say("250 ok")]);
    }
    let server = Server::start([welcome(CHUNKING, &first), welcome(CHUNKING, &second)]).await;
    let answers = hand_over(&pool(relay(server.port)), &["ann", "ben"]).await;
    assert_eq!(shortly(&answers), [ACCEPTED, ACCEPTED]);
    server.played().await;
}

#[tokio::test]
async fn a_mail_whose_caller_left_is_not_sent_whole_and_costs_no_connection() {
    let mut script = whole("RCPT TO:<ben@", "Dear ben").to_vec();
    script.push(TAKEN);
    let server = Server::start([welcome(CHUNKING, &script)]).await;
    let pool = pool(relay(server.port));
    drop(pool.push(mail("ann")));
    assert_eq!(shortly(&hand_over(&pool, &["ben"]).await), [ACCEPTED]);
    server.played().await;
}
