//! The SMSC of npm, started for a test. Without node or the package its tests say so and pass.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::super::account::Pace;
use super::super::{Account, Answer, Coming, Short, Smsc};

pub(super) struct Peer {
    _process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    pub port: u16,
}

impl Peer {
    #[expect(clippy::disallowed_methods, reason = "the test runner names the folder of the npm packages")]
    pub async fn start(arguments: &[&str]) -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/senders/smpp/tests/smsc.mjs");
        let Ok(packages) = std::env::var("HERMOD_TEST_NPM") else {
            println!("skipped: HERMOD_TEST_NPM is not set");
            return None;
        };
        let started = Command::new("node")
            .arg(script)
            .arg(packages)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let Ok(mut process) = started else {
            println!("skipped: no node");
            return None;
        };
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut peer = Self { _process: process, lines, port: 0 };
        peer.port = u16::try_from(peer.next("port").await["port"].as_u64().unwrap()).unwrap();
        Some(peer)
    }

    /// The next thing that the SMSC tells of this kind.
    pub async fn next(&mut self, kind: &str) -> Value {
        self.next_within(kind, Duration::from_secs(10)).await.unwrap_or_else(|| panic!("the peer tells of no {kind}"))
    }

    pub async fn next_within(&mut self, kind: &str, patience: Duration) -> Option<Value> {
        let search = async {
            while let Ok(Some(line)) = self.lines.next_line().await {
                let told: Value = serde_json::from_str(&line).unwrap();
                if told.get(kind).is_some() {
                    return Some(told);
                }
            }
            None
        };
        timeout(patience, search).await.ok().flatten()
    }

    pub fn account(&self) -> Account {
        account(self.port)
    }
}

/// An account with an SMSC on this machine, in a hurry.
pub(super) fn account(port: u16) -> Account {
    let pace = Pace {
        answer: Duration::from_secs(3),
        first_back_off: Duration::from_millis(100),
        drain: Duration::from_millis(500),
        ..Pace::default()
    };
    Account { throttle_pause: Duration::from_millis(50), pace, ..Account::new("127.0.0.1", port, "hermod", "secret") }
}

/// The same, that does not wait long for an answer.
pub(super) fn impatient(account: Account) -> Account {
    let pace = Pace { answer: Duration::from_millis(400), ..account.pace };
    Account { pace, ..account }
}

/// TLS that trusts nobody.
pub(super) fn no_trust() -> Arc<ClientConfig> {
    Arc::new(ClientConfig::builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

pub(super) fn smsc(account: Account) -> (Smsc, mpsc::Receiver<Coming>) {
    let (deliveries, receiver) = mpsc::channel(100);
    (Smsc::new(account, no_trust(), deliveries).unwrap(), receiver)
}

pub(super) fn to_somebody(text: &str) -> Short<'_> {
    Short { from: "Hermod", to: "+491701234567", text, reference: "msg_01k" }
}

/// The ids of a message that was accepted.
pub(super) fn accepted(answer: Answer) -> Vec<String> {
    match answer {
        Answer::Answered { reading, provider_ids } if reading.reason.is_empty() => provider_ids,
        other => panic!("not accepted: {other:?}"),
    }
}
