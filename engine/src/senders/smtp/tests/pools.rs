use std::time::Duration;

use domain::Timestamp;
use domain::channel_configuration::{
    Category, Channel, ChannelConfiguration, ChannelConfigurationStatus, EmailSender, Sender, Transport,
};
use domain::content::Rendered;
use domain::id::{ChannelConfigurationId, MessageId};
use domain::message::RenderedMessage;

use super::script::*;
use super::*;
use crate::channel_configurations::SendingConfiguration;
use crate::senders::{Accounts, Author, Parcel, Senders, WrittenMail};

pub(super) fn sender() -> EmailSender {
    EmailSender::new("Shop".into(), "shop@example.com".parse().unwrap(), None)
}

pub(super) fn senders() -> Senders {
    Senders::new("hermod.example.com", Accounts::new(&crate::outbound::Settings::default(), ""))
}

/// Hands a mail over.
pub(super) async fn send(
    senders: &Senders,
    sending: &SendingConfiguration,
    capture: bool,
    mail: super::Mail,
) -> Answer {
    let rendered = RenderedMessage { content: Rendered::default(), headers: Vec::new() };
    let (message, address) = (MessageId::new(1, [1; 10]), mail.to.to_string());
    let written = WrittenMail { mail, author: Author::from(&sender()), attachments: Arc::default() };
    let parcel = Parcel { message: &message, address: &address, rendered, mail: Some(written) };
    senders.send(sending, capture, parcel, Timestamp::from_millis(0)).await
}

pub(super) fn sending(port: u16, revision: i64) -> SendingConfiguration {
    let configuration = ChannelConfiguration {
        id: ChannelConfigurationId::new(1, [1; 10]),
        channel: Channel::Email,
        category: Category::Transactional,
        status: ChannelConfigurationStatus::Active,
        name: "Shop".into(),
        sender: Sender::Email(sender()),
        transport: Transport::Smtp(relay(port)),
        retry_minutes: 60,
        rates: domain::channel_configuration::Rates::default(),
        failover: None,
        consent_level: domain::consent::ConsentLevel::default(),
        revision,
        modified_at: Timestamp::from_millis(0),
        modified_by: String::new(),
    };
    SendingConfiguration::unsigned(configuration, Password::Missing)
}

fn one_mail(dear: &'static str) -> Vec<Step> {
    let mut script = ENVELOPE.to_vec();
    script.extend([Mail(dear), Say("250 ok")]);
    script.extend(GOODBYE);
    welcome(PIPELINING, &script)
}

#[tokio::test]
async fn a_saved_configuration_has_new_connections_and_the_old_ones_say_goodbye() {
    let (old, new) = (Server::start([one_mail("Dear ann")]).await, Server::start([one_mail("Dear ben")]).await);
    let senders = senders();
    assert_eq!(short(&send(&senders, &sending(old.port, 1), false, mail("ann")).await), ACCEPTED);
    let answer = send(&senders, &sending(new.port, 2), false, mail("ben")).await;
    assert_eq!((short(&answer), &answer.via), (ACCEPTED, &format!("smtp 127.0.0.1:{}", new.port)));
    old.played().await;
    drop(senders);
    new.played().await;
}

#[tokio::test]
async fn in_capture_mode_no_server_hears_of_a_mail() {
    let senders = senders();
    let answer = send(&senders, &sending(1, 1), true, mail("ann")).await;
    assert_eq!((short(&answer), &*answer.via), (ACCEPTED, "capture"));
}

#[tokio::test]
async fn mails_that_wait_open_no_more_connections_than_the_configuration_allows() {
    // A third connection would find nobody: the listener is gone after two.
    let mut slow = ENVELOPE.to_vec();
    slow.extend([Mail("Dear ann"), Hear("MAIL"), Hear("RCPT"), Hear("DATA"), Say("250 ok")]);
    slow.extend([Say("250 ok\r\n250 ok\r\n354 go"), Mail("Dear cleo"), Say("250 ok")]);
    let server = Server::start([welcome(PIPELINING, &slow), one_mail("Dear ben")]).await;
    let pool = pool(SmtpRelay { max_connections: 2, ..relay(server.port) });
    let answers = hand_over(&pool, &["ann", "ben", "cleo"]).await;
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [ACCEPTED; 3]);
    pool.retire();
    server.played().await;
}

#[tokio::test]
async fn a_mail_whose_caller_left_before_its_turn_is_not_sent() {
    let mut script = ENVELOPE.to_vec();
    script.extend([Mail("Dear ben"), Quiet, Say("250 ok")]);
    let server = Server::start([welcome(PIPELINING, &script)]).await;
    let pool = pool(relay(server.port));
    drop(pool.push(mail("ann")));
    assert_eq!(short(&hand_over(&pool, &["ben"]).await[0]), ACCEPTED);
    server.played().await;
}

#[tokio::test]
async fn a_mail_whose_caller_leaves_before_the_server_wants_it_is_not_sent_and_the_next_one_is() {
    let script = [Hear("MAIL"), Hear("RCPT TO:<ann@"), Hear("DATA"), Later, Say("250 ok\r\n250 ok\r\n354 go"), Gone];
    let server = Server::start([welcome(PIPELINING, &script), one_mail("Dear ben")]).await;
    let pool = pool(relay(server.port));
    let ann = pool.push(mail("ann"));
    let ben = pool.push(mail("ben"));
    assert!(tokio::time::timeout(Duration::from_secs(1), ann.answer()).await.is_err());
    assert_eq!(short(&ben.answer().await), ACCEPTED);
    pool.retire();
    server.played().await;
}

#[tokio::test]
async fn a_mail_that_waited_too_long_is_not_begun() {
    // Takes connections and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let pool = pool(relay(silent.local_addr().unwrap().port()));
    let waiting = pool.push(mail("ann"));
    // As if the process had stood still.
    tokio::time::pause();
    tokio::time::advance(QUEUE).await;
    assert!(pool.take().is_none(), "another process may have taken it over");
    assert_eq!(short(&waiting.answer().await), unavailable("timeout"));
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_the_next_mail_opens_another() {
    let mut silent = ENVELOPE.to_vec();
    silent.extend([Mail("Dear ann"), Say("250 ok"), Hear("QUIT"), Say("221 bye")]);
    let server = Server::start([welcome(PIPELINING, &silent), one_mail("Dear ben")]).await;
    let pool = pool(relay(server.port));
    assert_eq!(short(&hand_over(&pool, &["ann"]).await[0]), ACCEPTED);
    // A minute of a clock that jumps.
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(59)).await;
    tokio::time::resume();
    assert_eq!(short(&hand_over(&pool, &["ben"]).await[0]), ACCEPTED);
    pool.retire();
    server.played().await;
}

#[tokio::test]
async fn a_connection_says_goodbye_after_as_many_mails_as_the_configuration_allows_and_another_goes_on() {
    let mut first = ENVELOPE.to_vec();
    first.extend([Mail("Dear ann"), Hear("MAIL"), Hear("RCPT TO:<ben@"), Hear("DATA")]);
    first.extend([Say("250 ok\r\n250 ok\r\n250 ok\r\n354 go"), Mail("Dear ben"), Quiet, Say("250 ok")]);
    first.extend(GOODBYE);
    let server = Server::start([welcome(PIPELINING, &first), one_mail("Dear cleo")]).await;
    let pool = pool(SmtpRelay { max_messages_per_connection: 2, ..relay(server.port) });
    let answers = hand_over(&pool, &["ann", "ben", "cleo"]).await;
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [ACCEPTED; 3]);
    pool.retire();
    server.played().await;
}
