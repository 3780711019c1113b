//! How fast it goes; run with `cargo test --release -p smpp rate -- --ignored --nocapture --test-threads 1`.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use futures::stream::{self, StreamExt};
use rusmpp::pdus::{BindTransceiverResp, SubmitSmResp};
use rusmpp::types::COctetString;
use rusmpp::{CommandId, CommandStatus, Pdu};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::super::Account;
use super::super::account::Pace;
use super::super::frame::{put, take};
use super::peer::{Peer, accepted, smsc, to_somebody};

const MESSAGES: u32 = 30_000;

async fn measure(name: &str, account: Account) {
    let (smsc, _deliveries) = smsc(Account { pace: Pace::default(), ..account });
    for _ in 0..2 {
        let started = Instant::now();
        let submit = |_| async { accepted(smsc.submit(to_somebody("Hello Ann, your parcel is here.")).await).len() };
        let taken = stream::iter(0..MESSAGES).map(submit).buffer_unordered(200).count().await;
        let rate = f64::from(MESSAGES) / started.elapsed().as_secs_f64();
        println!("{name}: {taken} messages, {rate:.0}/s");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn rate_with_the_smsc_of_npm() {
    let Some(peer) = Peer::start(&["quiet"]).await else { return };
    measure("npm smpp, window 50", Account { window: 50, ..peer.account() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn rate_with_an_smsc_that_costs_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut received, mut out) = (BytesMut::new(), BytesMut::new());
        while stream.read_buf(&mut received).await.is_ok_and(|octets| octets > 0) {
            while let Some(frame) = take(&mut received).unwrap() {
                let pdu: Pdu = match frame.id {
                    CommandId::SubmitSm => {
                        SubmitSmResp::new(COctetString::from_static_slice(b"1\0").unwrap(), vec![]).into()
                    }
                    _ => BindTransceiverResp::builder().build().into(),
                };
                put(&mut out, CommandStatus::EsmeRok, frame.sequence, pdu);
            }
            stream.write_all(&out).await.unwrap();
            out.clear();
        }
    });
    let mut account = Account::new("127.0.0.1", port, "hermod", "secret");
    account.pace.answer = Duration::from_secs(10);
    measure("own echo, window 50", account).await;
}
