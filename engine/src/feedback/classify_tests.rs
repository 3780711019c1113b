use super::super::Garbage;
use super::Class::{Block, Content, Domain, Hard, HardIsh, Soft};
use super::*;

fn of(enhanced: &str, basic: u16, text: &str) -> Class {
    Refusal {
        enhanced: Some(enhanced).filter(|code| !code.is_empty()),
        basic: Some(basic).filter(|code| *code > 0),
        text,
    }
    .class()
}

#[test]
fn an_unknown_user_is_hard() {
    for code in ["5.1.1", "5.1.0", "5.1.2", "5.1.3", "5.1.6", "5.1.10"] {
        assert_eq!(of(code, 550, ""), Hard, "{code}");
        assert_eq!(of(code, 0, "blocked"), Hard, "{code}");
    }
    for code in [550, 551, 553] {
        assert_eq!(of("", code, "<ann@example.com>: User unknown in virtual table"), Hard, "{code}");
    }
    assert_eq!(of("5.5.0", 550, "Requested action not taken: mailbox unavailable"), Hard);
    assert_eq!(of("5.0.0", 554, "delivery error: This user doesn't have an account"), Hard);
}

#[test]
fn a_disabled_account_or_a_denied_relay_is_hard_ish() {
    assert_eq!(of("5.2.1", 550, ""), HardIsh);
    assert_eq!(of("5.4.1", 550, "Recipient address rejected: Access denied"), HardIsh);
    assert_eq!(of("", 550, "This account is disabled"), HardIsh);
    assert_eq!(of("", 550, "Relaying denied"), HardIsh);
    assert_eq!(of("", 550, "No"), HardIsh);
}

#[test]
fn what_may_pass_is_soft() {
    for code in ["4.2.2", "4.7.28", "4.4.7", "4.0.0"] {
        assert_eq!(of(code, 0, "user unknown, spam, blocked"), Soft, "{code}");
    }
    for code in [421, 450, 451, 452, 454, 471] {
        assert_eq!(of("", code, "user unknown"), Soft, "{code}");
    }
    for text in ["connection timed out", "TLS handshake failed", "Connection refused", "DNS: SERVFAIL", "", "?"] {
        assert_eq!(of("", 0, text), Soft, "{text}");
    }
}

#[test]
fn a_full_mailbox_is_soft() {
    assert_eq!(of("5.2.2", 550, ""), Soft);
    assert_eq!(of("5.2.2", 552, "message size"), Soft);
    assert_eq!(of("", 552, "Mailbox full"), Soft);
    assert_eq!(of("", 550, "user is over quota"), Soft);
    assert_eq!(of("4.2.2", 452, ""), Soft);
}

#[test]
fn a_mail_that_is_too_big_or_unreadable_says_nothing_of_the_address() {
    for code in ["5.2.3", "5.3.4", "5.6.0", "5.6.7"] {
        assert_eq!(of(code, 552, "mailbox full"), Content, "{code}");
    }
    assert_eq!(of("", 552, "Message size exceeds fixed limit"), Content);
}

#[test]
fn a_block_is_a_block_even_when_it_speaks_of_users() {
    for code in ["5.7.1", "5.7.26", "5.7.515", "5.1.8"] {
        assert_eq!(of(code, 550, "user unknown"), Block, "{code}");
    }
    for text in
        ["rejected as spam", "Blocked", "listed at zen.spamhaus.org", "DMARC", "mailbox unavailable: policy", "RBL: x"]
    {
        assert_eq!(of("", 554, text), Block, "{text}");
        assert_eq!(of("", 550, text), Block, "{text}");
    }
    assert_eq!(of("", 554, "Transaction failed"), Block);
    assert_eq!(of("", 550, "Sender address rejected: Domain not found"), Block);
    assert_eq!(of("5.5.1", 503, "Bad sequence"), Block);
    assert_eq!(of("5.3.0", 0, ""), Block);
}

#[test]
fn a_domain_that_is_not_there_is_told_apart() {
    for text in ["Host or domain name not found. Name service error", "NXDOMAIN", "no MX or A record"] {
        assert_eq!(of("5.4.4", 0, text), Domain, "{text}");
        assert_eq!(of("", 0, text), Domain, "{text}");
    }
}

#[test]
fn words_count_only_whole() {
    assert_eq!(of("", 550, "marble@example.com: no such user here"), Hard);
    assert_eq!(of("", 550, "spammers@example.com user unknown"), Hard);
}

#[test]
fn an_answer_to_mail_or_data_never_speaks_of_the_recipient() {
    assert_eq!([Hard, HardIsh, Domain, Block].map(Class::about_us), [Block; 4]);
    assert_eq!([Soft, Content].map(Class::about_us), [Soft, Content]);
}

#[test]
fn codes_are_read_where_servers_put_them() {
    let reply = Refusal::of_reply(550, "5.1.1 The email account does not exist");
    assert_eq!((reply.enhanced, reply.basic), (Some("5.1.1"), Some(550)));
    for text in ["127.0.0.1 is blocked", "5.1", "5.1.1.1 x", "5.1.1000", "3.1.1", "", "5..1", "see 5.1.1"] {
        assert_eq!(Refusal::of_reply(550, text).enhanced, None, "{text}");
    }
    let vague = Refusal::of_report("5.0.0", "550-5.1.1 gone\n550 5.1.1 away");
    assert_eq!((vague.enhanced, vague.basic), (Some("5.1.1"), Some(550)));
    assert_eq!(Refusal::of_report("5.2.2 (full)", "552 5.1.1").enhanced, Some("5.2.2"));
    assert_eq!(Refusal::of_report("5.0.0", "550 #5.7.1 no").class(), Block);
    assert_eq!(Refusal::of_report("5.0.0", "").enhanced, Some("5.0.0"));
    assert_eq!(Refusal::of_report("", "5500 users").basic, None);
}

#[test]
fn garbage_does_no_harm() {
    let mut garbage = Garbage(19);
    for _ in 0..2_000 {
        let text = garbage.text(&["550", "5.", "1", ".", " ", "-", "é", "İ", "user unknown", "rbl", "#"], 10);
        let refusal = Refusal::of_report(&text, &text);
        assert_eq!(refusal.class(), refusal.class());
    }
}
