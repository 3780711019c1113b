//! From the greeting to being signed in.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::channel_configuration::{SmtpSecurity, Verification};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::line::{Lines, Stream};
use super::reply::{Broken, Reply};
use super::{Access, COMMAND, CONNECT};

/// A connection that is ready for mails.
pub(super) struct Session {
    pub(super) lines: Lines,
    pub(super) extensions: Extensions,
}

/// What the server offers (RFC 5321 §4.1.1.1).
#[expect(clippy::struct_excessive_bools, reason = "each is one keyword of the reply to EHLO")]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Extensions {
    pub(super) pipelining: bool,
    pub(super) eight_bit: bool,
    pub(super) smtp_utf8: bool,
    pub(super) size: bool,
    start_tls: bool,
    auth: Vec<String>,
}

impl Extensions {
    fn of(reply: &Reply) -> Self {
        let mut found = Self::default();
        for line in reply.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            // Old servers write AUTH=LOGIN.
            let mut words = line.split([' ', '=']);
            match words.next() {
                Some("PIPELINING") => found.pipelining = true,
                Some("8BITMIME") => found.eight_bit = true,
                Some("SMTPUTF8") => found.smtp_utf8 = true,
                Some("SIZE") => found.size = true,
                Some("STARTTLS") => found.start_tls = true,
                Some("AUTH") => found.auth.extend(words.map(ToOwned::to_owned)),
                _ => {}
            }
        }
        found
    }
}

/// Connects, protects the connection as configured, signs in.
pub(super) async fn open(access: &Access, transcript: Option<&mut Vec<String>>) -> Result<Session, Broken> {
    let keep = transcript.is_some();
    let mut lines = Lines::new(connect(access).await?, keep.then(Vec::new));
    let result = greet(access, &mut lines).await;
    let (mut lines, result) = match result {
        Ok(extensions) if access.relay.security == SmtpSecurity::StartTls => {
            match start_tls(access, lines, &extensions).await {
                Ok((lines, extensions)) => (lines, Ok(extensions)),
                Err((told, broken)) => {
                    note(transcript, told);
                    return Err(broken);
                }
            }
        }
        other => (lines, other),
    };
    let result = match result {
        Ok(extensions) => sign_in(access, &mut lines, &extensions).await.map(|()| extensions),
        Err(broken) => Err(broken),
    };
    match result {
        Ok(extensions) => Ok(Session { lines, extensions }),
        Err(broken) => {
            note(transcript, lines.into_transcript());
            Err(broken)
        }
    }
}

fn note(transcript: Option<&mut Vec<String>>, told: Vec<String>) {
    if let Some(transcript) = transcript {
        transcript.extend(told);
    }
}

async fn connect(access: &Access) -> Result<Box<dyn Stream>, Broken> {
    let host = access.relay.host.trim_matches(['[', ']']);
    let connect = TcpStream::connect((host, access.relay.port));
    let stream = timeout(CONNECT, connect).await.map_err(|_| Broken::timeout())?;
    let stream = stream.map_err(|error| Broken::network(&error))?;
    // Without this, the kernel holds back the end of each mail for up to 40 ms.
    stream.set_nodelay(true).map_err(|error| Broken::network(&error))?;
    if access.relay.security == SmtpSecurity::Tls {
        protect(access, Box::new(stream)).await
    } else {
        Ok(Box::new(stream))
    }
}

async fn protect(access: &Access, stream: Box<dyn Stream>) -> Result<Box<dyn Stream>, Broken> {
    let failed = |error: &dyn std::fmt::Display| {
        Broken::new("tls_failed", format!("The connection cannot be protected: {error}"))
    };
    let host = access.relay.host.trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(host).map_err(|error| failed(&error))?;
    let handshake = TlsConnector::from(access.tls.client()).connect(name, stream);
    let protected = timeout(CONNECT, handshake).await.map_err(|_| Broken::timeout())?;
    Ok(Box::new(protected.map_err(|error| failed(&error))?))
}

/// Waits for the greeting (servers hang up on those who do not) and introduces us.
async fn greet(access: &Access, lines: &mut Lines) -> Result<Extensions, Broken> {
    let greeting = lines.reply(COMMAND).await?;
    if !greeting.is_positive() {
        return Err(Broken::refused("greeting_refused", &greeting));
    }
    introduce(access, lines).await
}

async fn introduce(access: &Access, lines: &mut Lines) -> Result<Extensions, Broken> {
    let reply = lines.command(&format!("EHLO {}", access.helo_name), None, COMMAND).await?;
    if reply.is_positive() { Ok(Extensions::of(&reply)) } else { Err(Broken::refused("ehlo_refused", &reply)) }
}

/// What was learnt before the change to TLS is forgotten: anybody in between could have said it (RFC 3207 §4.2).
async fn start_tls(
    access: &Access,
    mut lines: Lines,
    extensions: &Extensions,
) -> Result<(Lines, Extensions), (Vec<String>, Broken)> {
    if !extensions.start_tls {
        let text = "The server does not offer STARTTLS, and nothing is sent over an unprotected connection.";
        return Err((lines.into_transcript(), Broken::new("tls_failed", text)));
    }
    match lines.command("STARTTLS", None, COMMAND).await {
        Ok(reply) if reply.is_positive() => {}
        Ok(reply) => return Err((lines.into_transcript(), Broken::refused("tls_failed", &reply))),
        Err(broken) => return Err((lines.into_transcript(), broken)),
    }
    let (stream, told) = lines.into_stream().map_err(|broken| (Vec::new(), broken))?;
    let stream = protect(access, stream).await.map_err(|broken| (told.clone().unwrap_or_default(), broken))?;
    let mut lines = Lines::new(stream, told);
    match introduce(access, &mut lines).await {
        Ok(extensions) => Ok((lines, extensions)),
        Err(broken) => Err((lines.into_transcript(), broken)),
    }
}

async fn sign_in(access: &Access, lines: &mut Lines, extensions: &Extensions) -> Result<(), Broken> {
    let username = &access.relay.username;
    if username.is_empty() {
        return Ok(());
    }
    if access.relay.security == SmtpSecurity::None && !is_loopback(&access.relay.host) {
        let text = "The password is not sent over an unprotected connection. Choose STARTTLS or TLS.";
        return Err(Broken::new("auth_failed", text));
    }
    let offers = |name: &str| extensions.auth.iter().any(|offered| offered == name);
    let reply = if offers("PLAIN") {
        let secret = STANDARD.encode(format!("\0{username}\0{}", access.password));
        lines.command(&format!("AUTH PLAIN {secret}"), Some("AUTH PLAIN ***"), COMMAND).await?
    } else if offers("LOGIN") {
        let mut reply = lines.command("AUTH LOGIN", None, COMMAND).await?;
        for part in [username, &access.password] {
            if reply.code == 334 {
                reply = lines.command(&STANDARD.encode(part), Some("***"), COMMAND).await?;
            }
        }
        reply
    } else {
        return Err(Broken::new("auth_failed", "The server offers neither AUTH PLAIN nor AUTH LOGIN."));
    };
    if reply.is_positive() && reply.code != 334 { Ok(()) } else { Err(Broken::refused("auth_failed", &reply)) }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// What "Verify" does: connects, signs in, says goodbye.
pub(in crate::senders) async fn verify(access: &Access) -> Verification {
    let start = Instant::now();
    let mut transcript = Vec::new();
    let summary = match open(access, Some(&mut transcript)).await {
        Ok(mut session) => {
            // The verdict is out; how the server says goodbye does not change it.
            let _ = session.lines.command("QUIT", None, Duration::from_secs(5)).await;
            transcript.extend(session.lines.into_transcript());
            Ok("The server answered and is ready to take mail.".to_owned())
        }
        Err(broken) => Err(format!("{} ({})", broken.text, broken.reason)),
    };
    let duration_ms = i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX);
    let succeeded = summary.is_ok();
    Verification { succeeded, summary: summary.unwrap_or_else(|text| text), transcript, duration_ms }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_offers_is_read_in_any_spelling() {
        let lines = ["mail.example.com", "pipelining", "SIZE 1000", "AUTH=LOGIN PLAIN", "8BITMIME", "X-OTHER"];
        let reply = Reply { code: 250, lines: lines.map(ToOwned::to_owned).to_vec() };
        let found = Extensions::of(&reply);
        assert!(found.pipelining && found.size && found.eight_bit && !found.smtp_utf8 && !found.start_tls);
        assert_eq!(found.auth, ["LOGIN", "PLAIN"]);
    }
}
