//! The conversation that "Verify" shows. Nothing is sent.

use domain::channel_configuration::Verification;
use tokio::time::Instant;

use super::FAREWELL;
use super::fault::within;
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
    let duration_ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
    let (reason, words) = match ended {
        Ok(_) => (None, String::new()),
        Err(fault) => (Some(fault.reason), fault.text),
    };
    Verification { reason, words, transcript, duration_ms, nothing_asked: false }
}
