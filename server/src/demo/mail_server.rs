//! A mail server on this machine that answers by the recipient's name, so that the sample log has something to tell.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Mailboxes and how often mail for them was offered.
type Offered = Arc<Mutex<HashMap<String, u32>>>;

/// Answers on `listener` for as long as the future is polled.
pub(super) async fn answer(listener: TcpListener) {
    let offered = Offered::default();
    while let Ok((stream, _)) = listener.accept().await {
        let offered = Arc::clone(&offered);
        // A conversation that breaks is tried again by the other side.
        tokio::spawn(async move { converse(stream, &offered).await.ok() });
    }
}

async fn converse(stream: TcpStream, offered: &Offered) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mx.moonlit.example ESMTP\r\n").await?;
    let mut line = Vec::new();
    let mut mute = false;
    while stream.read_until(b'\n', &mut line).await? > 0 {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        line.clear();
        let answer = match text.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase().as_str() {
            "EHLO" => "250-mx.moonlit.example\r\n250-8BITMIME\r\n250 SMTPUTF8".to_owned(),
            "RCPT" => {
                mute = mailbox(&text).starts_with("mute.");
                of_recipient(mailbox(&text), offered)
            }
            "DATA" => {
                stream.write_all(b"354 Go ahead\r\n").await?;
                while stream.read_until(b'\n', &mut line).await? > 0 && line != b".\r\n" {
                    line.clear();
                }
                line.clear();
                if mute {
                    return Ok(());
                }
                format!("250 2.0.0 Ok: queued as {}", engine::ids::reference())
            }
            "QUIT" => return stream.write_all(b"221 2.0.0 Bye\r\n").await,
            _ => "250 2.0.0 Ok".to_owned(),
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

fn mailbox(command: &str) -> &str {
    command.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or("", |(address, _)| address)
}

fn of_recipient(address: &str, offered: &Offered) -> String {
    let times = {
        let mut offered = offered.lock().unwrap_or_else(PoisonError::into_inner);
        let times = offered.entry(address.to_owned()).or_default();
        *times += 1;
        *times
    };
    match address.split(['.', '@']).next() {
        Some("nobody") => format!("550 5.1.1 <{address}>: Recipient address rejected: User unknown"),
        Some("full") => "452 4.2.2 The mailbox is full, try again later".to_owned(),
        Some("careful") if times <= 2 => "451 4.7.1 Greylisted, try again in a few minutes".to_owned(),
        _ => "250 2.1.5 Ok".to_owned(),
    }
}
