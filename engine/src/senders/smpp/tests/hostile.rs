//! An SMSC that no SMSC would be, and one that shows what is outstanding.

use std::time::Duration;

use bytes::BytesMut;
use futures::future::join_all;
use rusmpp::pdus::{BindTransceiverResp, SubmitSmResp};
use rusmpp::types::COctetString;
use rusmpp::{CommandId, CommandStatus, Pdu};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::super::frame::{Frame, put, take};
use super::super::{Account, Answer, verify};
use super::peer::{accepted, account, no_trust, smsc, to_somebody};
use crate::providers::Meaning;

struct Fake {
    stream: TcpStream,
    received: BytesMut,
}

impl Fake {
    async fn listen() -> (TcpListener, Account) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        (listener, account(port))
    }

    async fn bound(listener: &TcpListener) -> Self {
        let (stream, _) = listener.accept().await.unwrap();
        let mut fake = Self { stream, received: BytesMut::new() };
        let bind = fake.next().await;
        assert_eq!(bind.id, CommandId::BindTransceiver);
        fake.say(bind.sequence, BindTransceiverResp::builder().build()).await;
        fake
    }

    async fn next(&mut self) -> Frame {
        loop {
            if let Some(frame) = take(&mut self.received).unwrap() {
                return frame;
            }
            assert_ne!(self.stream.read_buf(&mut self.received).await.unwrap(), 0);
        }
    }

    async fn say(&mut self, sequence: u32, pdu: impl Into<Pdu>) {
        let mut out = BytesMut::new();
        put(&mut out, CommandStatus::EsmeRok, sequence, pdu.into());
        self.stream.write_all(&out).await.unwrap();
    }

    async fn answer(&mut self, sequence: u32, id: &str) {
        let id = COctetString::from_vec([id.as_bytes(), &[0]].concat()).unwrap();
        self.say(sequence, SubmitSmResp::new(id, Vec::new())).await;
    }
}

#[tokio::test]
async fn never_more_than_the_window_is_outstanding_and_answers_may_come_in_any_order() {
    let (listener, account) = Fake::listen().await;
    let (smsc, _deliveries) = smsc(Account { window: 7, ..account });
    let peer = tokio::spawn(async move {
        let mut fake = Fake::bound(&listener).await;
        for _ in 0..10 {
            let mut frames = Vec::new();
            for _ in 0..7 {
                frames.push(fake.next().await);
            }
            let more = timeout(Duration::from_millis(20), fake.next()).await;
            assert!(more.is_err(), "an eighth was sent");
            // an answer to nothing is nothing
            fake.answer(999_999, "nobody").await;
            for frame in frames.into_iter().rev() {
                let Some(Pdu::SubmitSm(pdu)) = frame.pdu else { panic!() };
                let text = pdu.short_message().to_str().unwrap().to_owned();
                fake.answer(frame.sequence, &text).await;
            }
        }
        fake
    });
    let texts: Vec<String> = (0..70).map(|number| format!("message{number}")).collect();
    let answers = join_all(texts.iter().map(|text| smsc.submit(to_somebody(text)))).await;
    for (text, answer) in texts.iter().zip(answers) {
        assert_eq!(accepted(answer), [text.as_str()]);
    }
    drop(peer.await.unwrap());
}

#[tokio::test]
async fn what_is_no_smpp_ends_the_session_and_nothing_else() {
    let octets: [&[u8]; 4] = [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        &[0xFF; 64],
        &[0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1],
        &[0, 1, 0, 1, 0x80, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 2],
    ];
    for garbage in octets {
        let (listener, account) = Fake::listen().await;
        let (smsc, _deliveries) = smsc(account);
        let peer = tokio::spawn(async move {
            let mut fake = Fake::bound(&listener).await;
            fake.next().await;
            fake.stream.write_all(garbage).await.unwrap();
            let mut fake = Fake::bound(&listener).await;
            let sequence = fake.next().await.sequence;
            fake.answer(sequence, "ok").await;
            fake
        });
        assert!(matches!(smsc.submit(to_somebody("Hi")).await, Answer::InDoubt { .. }));
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(accepted(smsc.submit(to_somebody("Hi")).await), ["ok"]);
        drop(peer.await.unwrap());
    }
}

#[tokio::test]
async fn a_server_of_another_kind_is_told_apart_from_an_smsc() {
    for garbage in [&b"220 mail.example ESMTP ready\r\n"[..], b""] {
        let (listener, account) = Fake::listen().await;
        let peer = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(garbage).await.unwrap();
        });
        let reading = verify(&account, &no_trust()).await;
        assert_eq!(reading.meaning, Meaning::Retry);
        assert!(
            ["smpp_no_smpp", "smpp_closed", "smpp_connect_failed"].contains(&reading.reason.as_str()),
            "{reading:?}"
        );
        peer.await.unwrap();
    }
}

#[tokio::test]
async fn an_smsc_that_asks_and_never_listens_fills_no_memory() {
    let (listener, mut account) = Fake::listen().await;
    account.pace.answer = Duration::from_secs(30);
    let (smsc, _deliveries) = smsc(account);
    smsc.open();
    let mut fake = Fake::bound(&listener).await;
    let mut question = BytesMut::new();
    for sequence in 0..4_000 {
        put(&mut question, CommandStatus::EsmeRok, sequence, Pdu::EnquireLink);
    }
    let mut sent = 0;
    while timeout(Duration::from_millis(500), fake.stream.write_all(&question)).await.is_ok() {
        sent += question.len();
        assert!(sent < 64 * 1024 * 1024, "the client reads on though nobody takes its answers");
    }
}

#[tokio::test]
async fn an_answer_without_a_body_and_one_to_an_unknown_command_are_understood() {
    let (listener, account) = Fake::listen().await;
    let (smsc, _deliveries) = smsc(account);
    let peer = tokio::spawn(async move {
        let mut fake = Fake::bound(&listener).await;
        // query_sm is a client's to ask
        fake.stream.write_all(&[0, 0, 0, 16, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 5]).await.unwrap();
        let mut ids = Vec::new();
        for _ in 0..2 {
            let frame = fake.next().await;
            ids.push(frame.id);
            if frame.id == CommandId::SubmitSm {
                let [.., high, low] = frame.sequence.to_be_bytes();
                let refused = [0, 0, 0, 16, 0x80, 0, 0, 4, 0, 0, 0, 0x0B, 0, 0, high, low];
                fake.stream.write_all(&refused).await.unwrap();
            }
        }
        assert!(ids.contains(&CommandId::GenericNack));
        fake
    });
    let Answer::Answered { reading, .. } = smsc.submit(to_somebody("Hi")).await else { panic!() };
    assert_eq!(reading.meaning, Meaning::BadAddress);
    drop(peer.await.unwrap());
}
