use super::super::wire::Wire;
use super::script::*;
use super::*;

async fn refused(relay: impl Fn(u16) -> SmtpRelay, script: Vec<Step>) -> Answer {
    let server = Server::start([script]).await;
    let answer = hand_over(&pool(relay(server.port)), &["ann"]).await.remove(0);
    server.played().await;
    answer
}

#[tokio::test]
async fn a_server_that_does_not_want_us_says_nothing_about_the_mail() {
    let answer = refused(relay, vec![Say("554 5.7.1 Go away")]).await;
    assert_eq!(short(&answer), unavailable("greeting_refused"));
    assert_eq!(answer.words, "554 5.7.1 Go away");
    let answer = refused(relay, vec![Say("421 4.7.0 Too many connections")]).await;
    assert_eq!(short(&answer), unavailable("smtp_421"));
    let answer = refused(relay, vec![Say("220 hi"), Hear("EHLO"), Say("502 5.5.1 What")]).await;
    assert_eq!(short(&answer), unavailable("ehlo_refused"));
    let script = [Hear("MAIL"), Say("530 5.7.0 Authentication required")];
    assert_eq!(short(&refused(relay, welcome(LOCK_STEP, &script)).await), unavailable("auth_required"));
}

#[tokio::test]
async fn a_password_goes_as_auth_plain_where_that_is_offered() {
    // NUL shop NUL hunter2
    let mut script = vec![Hear("AUTH PLAIN AHNob3AAaHVudGVyMg=="), Say("235 2.7.0 welcome")];
    script.extend(ENVELOPE);
    script.extend([Mail("Dear ann"), Say("250 ok")]);
    let extensions = "250-mail.example.com\r\n250-PIPELINING\r\n250-SIZE\r\n250 AUTH LOGIN PLAIN";
    assert_eq!(short(&refused(signing_in, welcome(extensions, &script)).await), ACCEPTED);
}

#[tokio::test]
async fn a_password_goes_as_auth_login_where_that_is_all_there_is() {
    let mut script = vec![Hear("AUTH LOGIN"), Say("334 VXNlcm5hbWU6"), Hear("c2hvcA=="), Say("334 UGFzc3dvcmQ6")];
    script.extend([Hear("aHVudGVyMg=="), Say("235 welcome")]);
    script.extend(ENVELOPE);
    script.extend([Mail("Dear ann"), Say("250 ok")]);
    let extensions = "250-mail.example.com\r\n250-PIPELINING\r\n250-SIZE\r\n250 AUTH LOGIN";
    assert_eq!(short(&refused(signing_in, welcome(extensions, &script)).await), ACCEPTED);
}

#[tokio::test]
async fn a_wrong_password_is_ours_to_mend_and_is_not_repeated_to_anybody() {
    let echo = "535 5.7.8 Unknown: AUTH PLAIN AHNob3AAaHVudGVyMg== (hunter2)";
    let script = welcome("250-x\r\n250 AUTH PLAIN", &[Hear("AUTH PLAIN "), Say(echo)]);
    let answer = refused(signing_in, script).await;
    assert_eq!(short(&answer), unavailable("auth_failed"));
    assert_eq!(answer.words, "535 5.7.8 Unknown: AUTH PLAIN *** (***)");
    let script = welcome("250-x\r\n250 AUTH CRAM-MD5", &[]);
    assert_eq!(short(&refused(signing_in, script).await), unavailable("auth_not_offered"));
}

#[tokio::test]
async fn a_password_that_is_missing_or_unreadable_is_not_blamed_on_the_server() {
    for (password, reason) in [(Password::Missing, "password_missing"), (Password::Unreadable, "password_unreadable")] {
        let server = Server::start([welcome("250-x\r\n250 AUTH PLAIN", &[])]).await;
        let pool = Pool::new(1, Door { password, ..door(signing_in(server.port)) }, no_end());
        assert_eq!(short(&hand_over(&pool, &["ann"]).await[0]), unavailable(reason));
        server.played().await;
    }
}

#[tokio::test]
async fn a_password_never_crosses_a_network_in_the_clear() {
    for extensions in ["250-x\r\n250 AUTH PLAIN", "250-x\r\n250 AUTH LOGIN"] {
        let server = Server::start([welcome(extensions, &[Gone])]).await;
        let mut wire = Wire::connect("127.0.0.1", server.port).await.unwrap();
        wire.peer = "192.0.2.1:25".parse().unwrap();
        let refused = door(signing_in(server.port)).introduce(&mut wire).await.unwrap_err();
        assert_eq!(refused.reason, "auth_needs_tls");
        drop(wire);
        server.played().await;
    }
}
