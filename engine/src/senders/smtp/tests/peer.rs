//! Against Python's aiosmtpd. `HERMOD_TEST_AIOSMTPD` names an interpreter that has it (`cargo xtask peers` installs one);
//! without it the test says that it is skipped.

use std::process::Stdio;

use domain::Timestamp;
use domain::channel_configuration::Category;
use domain::content::RenderedEmail;
use domain::id::MessageId;
use mail_parser::MessageParser;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::pools::{send, sender, senders, sending};
use super::*;
use crate::senders::Author;
use crate::senders::mime::{Envelope, compose};

/// Prints its port, then a line of JSON for each mail it took.
const PEER: &str = r#"
import asyncio, base64, json
from aiosmtpd.controller import UnthreadedController

class Recorder:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        content = base64.b64encode(envelope.original_content).decode()
        mail = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "content": content,
                "options": envelope.mail_options, "peer": session.peer[1], "helo": session.host_name}
        print(json.dumps(mail), flush=True)
        return "250 2.0.0 taken"

loop = asyncio.new_event_loop()
controller = UnthreadedController(Recorder(), hostname="127.0.0.1", port=0, loop=loop, enable_SMTPUTF8=True)
controller.begin()
print(controller.server.sockets[0].getsockname()[1], flush=True)
loop.run_forever()
"#;

struct Peer {
    port: u16,
    lines: Lines<BufReader<ChildStdout>>,
    _process: Child,
}

impl Peer {
    #[expect(clippy::disallowed_methods, reason = "the test runner names the peer")]
    async fn start() -> Option<Self> {
        let Ok(python) = std::env::var("HERMOD_TEST_AIOSMTPD") else {
            println!("skipped: HERMOD_TEST_AIOSMTPD is not set");
            return None;
        };
        let mut process =
            Command::new(python).args(["-c", PEER]).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.next_line().await.unwrap().unwrap().parse().unwrap();
        Some(Self { port, lines, _process: process })
    }

    async fn mail(&mut self) -> Value {
        serde_json::from_str(&self.lines.next_line().await.unwrap().unwrap()).unwrap()
    }
}

fn content(mail: &Value) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(mail["content"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_real_server_gets_the_mail_byte_for_byte() {
    let Some(mut peer) = Peer::start().await else { return };
    let sending = sending(peer.port, 1);
    let rendered = RenderedEmail {
        subject: "주문 1001 ✅".into(),
        html: "<p>안녕하세요</p>\n.\n<p>\r.\rMAIL FROM:<evil@example.com></p>".into(),
        text: ".\n..\nFrom here\n".into(),
    };
    let to = "지민@예시.한국".parse().unwrap();
    let id = MessageId::new(7, [7; 10]);
    let bytes = compose(
        Envelope {
            author: &Author::from(&sender()),
            category: Category::Transactional,
            message_id: &id,
            to: &to,
            attachments: &[],
        },
        Timestamp::from_millis(0),
        &rendered,
        &[],
    )
    .unwrap()
    .bytes;
    let mail = Mail {
        from: sender().from_address,
        to,
        envelope_id: id.to_string(),
        bytes: bytes.clone(),
        list_headers: Vec::new(),
    };
    let answer = send(&senders(), &sending, false, mail).await;
    assert_eq!((short(&answer), &*answer.words), (ACCEPTED, "250 2.0.0 taken"));
    let mail = peer.mail().await;
    assert_eq!(content(&mail), bytes);
    assert_eq!((mail["from"].as_str(), mail["to"][0].as_str()), (Some("shop@example.com"), Some("지민@예시.한국")));
    assert_eq!(mail["helo"], "hermod.example.com");
    assert!(mail["options"].as_array().unwrap().contains(&Value::from("SMTPUTF8")), "{mail}");
    let parsed = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(parsed.subject(), Some("주문 1001 ✅"));
}

#[tokio::test]
async fn a_real_server_gets_many_mails_over_one_connection_and_refuses_one() {
    let Some(mut peer) = Peer::start().await else { return };
    let pool = pool(relay(peer.port));
    let answers = hand_over(&pool, &["ann", "nobody", "ben", "cleo"]).await;
    let rejected = (Outcome::Rejected, Some("smtp_550"));
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [ACCEPTED, rejected, ACCEPTED, ACCEPTED]);
    let ann = peer.mail().await;
    for name in ["ben", "cleo"] {
        let mail = peer.mail().await;
        assert_eq!(content(&mail), super::mail(name).bytes);
        assert_eq!(mail["peer"], ann["peer"], "another connection");
    }
}
