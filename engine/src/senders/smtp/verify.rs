//! The conversation that "Verify" shows. Nothing is sent.

use domain::channel_configuration::{SmtpRelay, SmtpSecurity, Verification};
use tokio::time::Instant;

use super::FAREWELL;
use super::fault::{Fault, within};
use super::greeting::Door;

/// Opens a connection up to the point where a mail could be sent, and says goodbye.
pub(in crate::senders) async fn verify(door: &Door) -> Verification {
    let started = Instant::now();
    let mut transcript = Vec::new();
    let ended = match door.connect().await {
        Err(fault) => Err(fault),
        Ok(mut wire) => {
            wire.transcript = Some(Vec::new());
            let ended = door.introduce(&mut wire).await;
            // The answer is known: whether the server takes leave properly makes no difference.
            let _ = within(FAREWELL, "QUIT", async {
                wire.say("QUIT").await?;
                wire.reply().await
            })
            .await;
            transcript = wire.transcript.take().unwrap_or_default();
            ended
        }
    };
    let summary = match &ended {
        Ok(_) => success(&door.relay),
        Err(fault) => {
            if !transcript.iter().any(|line| fault.text.lines().any(|words| line.contains(words))) {
                transcript.push(format!("— {}", fault.text));
            }
            advice(fault, &door.relay)
        }
    };
    let duration_ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
    Verification { succeeded: ended.is_ok(), summary, transcript, duration_ms }
}

fn success(relay: &SmtpRelay) -> String {
    let protection = match relay.security {
        SmtpSecurity::None => "without encryption",
        SmtpSecurity::StartTls => "with STARTTLS",
        SmtpSecurity::Tls => "with TLS",
    };
    let signed_in =
        if relay.username.is_empty() { String::new() } else { format!(", signed in as {}", relay.username) };
    format!("{}:{} is ready to take messages: connected {protection}{signed_in}.", relay.host, relay.port)
}

fn advice(fault: &Fault, relay: &SmtpRelay) -> String {
    let (place, words) = (format!("{}:{}", relay.host, relay.port), fault.text.replace('\n', " "));
    match fault.reason.as_str() {
        "connection_failed" => format!("No connection to {place}; check host and port ({words})."),
        "timeout" => format!("{place} did not answer in time; check host, port and encryption ({words})"),
        "starttls_not_offered" => format!("{place} does not offer STARTTLS; choose TLS, or another port."),
        "tls_failed" => format!("No TLS with {place}; check host name, port and encryption ({words})."),
        "auth_needs_tls" => "A password is not sent without encryption; choose STARTTLS or TLS.".to_owned(),
        "auth_not_offered" => {
            format!("{place} offers no way to sign in; choose encryption, or leave the user name empty.")
        }
        "auth_failed" => format!("{place} did not accept user name and password ({words})."),
        "bad_reply" => format!("{place} is not an SMTP server, or wants another encryption ({words})."),
        _ => format!("{place} does not take messages from here ({words})."),
    }
}
