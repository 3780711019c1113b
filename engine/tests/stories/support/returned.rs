//! Reports as mail servers write them, and the server that takes them in.

use engine::Engine;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Listens on a free port until it is dropped.
pub struct Listener {
    port: u16,
    listening: JoinHandle<()>,
}

impl Listener {
    pub async fn start(engine: &Engine) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let engine = engine.clone();
        let listening =
            tokio::spawn(async move { engine.receive_returned_until(listener, std::future::pending()).await });
        Self { port, listening }
    }

    /// Hands a mail in for this address, and returns the code of the answer: to the mail, or to the recipient if that is
    /// refused.
    pub async fn hand_in(&self, to: &str, mail: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let mail = mail.replace('\n', "\r\n");
        let text = format!("EHLO mx\r\nMAIL FROM:<>\r\nRCPT TO:<{to}>\r\nDATA\r\n{mail}\r\n.\r\nQUIT\r\n");
        let is_refused = !to.starts_with("b+msg_");
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        let codes: Vec<&str> =
            answer.lines().filter(|line| line.get(3..4) == Some(" ")).filter_map(|line| line.get(..3)).collect();
        assert!(codes.len() > 4 && (!is_refused || codes[3] == "550"), "{answer}");
        let answer = if codes[3] == "250" { codes[5] } else { codes[3] };
        answer.to_owned()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// A delivery report (RFC 3464) about one recipient.
pub fn dsn(action: &str, status: &str, diagnostic: &str) -> String {
    let fields = format!(
        "Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; ben@example.org\nAction: {action}\n\
         Status: {status}\nDiagnostic-Code: smtp; {diagnostic}\n"
    );
    report("delivery-status", "message/delivery-status", &fields)
}

/// A report of this type with one part.
pub fn report(report_type: &str, part: &str, fields: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example.net\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type={report_type}; boundary=\"=_b\"\n\n--=_b\n\
         Content-Type: text/plain\n\nSorry.\n--=_b\nContent-Type: {part}\n\n{fields}\n--=_b--\n"
    )
}
