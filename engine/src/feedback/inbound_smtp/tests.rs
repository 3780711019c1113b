use std::sync::Arc;

use domain::id::MessageId;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::MOST_CONNECTIONS;
use super::wire::LARGEST_MAIL;
use crate::keys::SecretKey;
use crate::{Engine, Settings, SystemClock};

/// A listener on an empty database.
struct Place {
    port: u16,
    /// A return path that was made here, of a message that is not there.
    known: String,
    _folder: tempfile::TempDir,
}

impl Place {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::sqlite_in(folder.path(), SecretKey::random());
        let engine = Engine::open(settings, Arc::new(SystemClock)).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let known = engine.0.keys.return_paths.address(&MessageId::new(1, [1; 10]), "bounces.example.com");
        tokio::spawn(async move { engine.receive_returned_until(listener, std::future::pending()).await });
        Self { port, known, _folder: folder }
    }

    /// Says it all at once and returns the codes of the answers, up to the end of the connection.
    async fn codes(&self, text: &[u8]) -> String {
        let answer = self.answer(text).await;
        let last = |line: &&str| line.as_bytes().get(3) == Some(&b' ');
        answer.lines().filter(last).map(|line| &line[..3]).collect::<Vec<_>>().join(" ")
    }

    async fn answer(&self, text: &[u8]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        // Whoever is refused may have no more time to listen.
        let _ = stream.write_all(text).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }
}

#[tokio::test]
async fn commands_may_come_all_at_once() {
    let place = Place::open().await;
    let text = format!(
        "EHLO mx.example.net\r\nMAIL FROM:<> SIZE=100\r\nRCPT TO:<{}>\r\nDATA\r\nTo: x\r\n\r\n..\r\n.\r\nNOOP\r\nRSET\r\n\
         HELO again\r\nmail from: <a@b.c>\r\nrcpt to:<{}>\r\nquit\r\n",
        place.known,
        place.known.to_uppercase()
    );
    assert_eq!(place.codes(text.as_bytes()).await, "220 250 250 250 354 250 250 250 250 250 250 221");
}

#[tokio::test]
async fn mail_is_taken_for_our_return_paths_alone_and_in_order() {
    let place = Place::open().await;
    let mut forged = place.known.clone();
    forged.replace_range(2..3, "x");
    for (commands, codes) in [
        ("MAIL FROM:<>", "503"),
        ("EHLO x\r\nRCPT TO:<KNOWN>", "250 503"),
        ("EHLO x\r\nMAIL FROM:<>\r\nMAIL FROM:<>", "250 250 503"),
        ("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<FORGED>\r\nDATA", "250 250 550 503"),
        ("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<ann@example.com>", "250 250 550"),
        ("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<KNOWN>\r\nRCPT TO:<KNOWN>", "250 250 250 452"),
        ("EHLO x\r\nMAIL FROM:<> SIZE=9999999", "250 552"),
        (
            "EHLO x\r\nMAIL x\r\nRCPT\r\nVRFY ann\r\nAUTH PLAIN\r\nSTARTTLS\r\nGET / HTTP/1.1\r\n",
            "250 501 501 502 502 502 502 502",
        ),
        ("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<é", "250 250 501"),
    ] {
        let text = format!("{commands}\r\nQUIT\r\n").replace("KNOWN", &place.known).replace("FORGED", &forged);
        let codes = format!("220 {codes} 221");
        assert_eq!(place.codes(text.as_bytes()).await, codes, "{commands}");
    }
}

#[tokio::test]
async fn whoever_makes_faults_or_never_ends_is_not_listened_to() {
    let place = Place::open().await;
    assert!(place.codes("X\r\n".repeat(30).as_bytes()).await.ends_with("502 421"));
    assert_eq!(place.codes(&[b'x'; 5_000]).await, "220");
    let many = format!("EHLO x\r\n{}", "MAIL FROM:<>\r\nRSET\r\n".repeat(150));
    let codes = place.codes(many.as_bytes()).await;
    assert_eq!((codes.ends_with("250 421"), codes.matches("250").count()), (true, 201));
}

#[tokio::test]
async fn a_mail_ends_with_a_dot_on_a_line_of_its_own_and_is_not_too_large() {
    let place = Place::open().await;
    let send = |body: String| {
        format!("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<{}>\r\nDATA\r\n{body}\r\n.\r\nQUIT\r\n", place.known)
    };
    assert_eq!(place.codes(send("a\n.\nb\r.\r\nQUIT\r\n.x".into()).as_bytes()).await, "220 250 250 250 354 250 221");
    let large = send("x".repeat(LARGEST_MAIL));
    assert_eq!(place.codes(large.as_bytes()).await, "220 250 250 250 354 552 221");
    // A line end that is torn by the pieces in which a mail is read.
    for length in 8_185..8_197 {
        assert_eq!(place.codes(send("x".repeat(length)).as_bytes()).await, "220 250 250 250 354 250 221", "{length}");
    }
}

#[tokio::test]
async fn there_are_never_more_than_so_many_connections() {
    let place = Place::open().await;
    let mut held = Vec::new();
    for _ in 0..MOST_CONNECTIONS {
        let mut stream = TcpStream::connect(("127.0.0.1", place.port)).await.unwrap();
        stream.read_exact(&mut [0; 4]).await.unwrap();
        held.push(stream);
    }
    assert!(place.answer(b"").await.starts_with("421 4.3.2"));
    held.clear();
    let freed = async {
        while !place.answer(b"QUIT\r\n").await.starts_with("220") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), freed).await.unwrap();
}
