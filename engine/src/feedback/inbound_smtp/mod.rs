//! A mail server for what comes back of our mails, and for nothing else: it takes mail for return paths that we made, passes
//! nothing on and knows no passwords (the part of RFC 5321 that this needs).
//!
//! Anybody may connect. So there are few connections, each for a short time; whoever names a return path of ours gets more.

mod session;
mod wire;

#[cfg(test)]
mod tests;

use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::Engine;
use session::Session;
use wire::Wire;

/// Most connections at a time.
const MOST_CONNECTIONS: usize = 50;
/// After a failure to accept.
const PAUSE: Duration = Duration::from_millis(100);

impl Engine {
    /// Takes in what comes back until `shutdown` resolves. A mail that is under way then is not answered for, and comes again.
    pub async fn receive_returned_until(&self, listener: TcpListener, shutdown: impl Future<Output = ()> + Send) {
        tokio::select! {
            () = shutdown => {}
            () = self.receive_returned_for_ever(listener) => {}
        }
    }

    async fn receive_returned_for_ever(&self, listener: TcpListener) {
        let mut connections = JoinSet::new();
        loop {
            let accepted = listener.accept().await;
            while connections.try_join_next().is_some() {}
            match accepted {
                Ok((stream, _)) if connections.len() < MOST_CONNECTIONS => {
                    let engine = self.clone();
                    connections.spawn(async move { engine.receive_over(stream).await });
                }
                Ok((stream, _)) => refuse(&stream),
                Err(error) => {
                    tracing::warn!(%error, "a mail server that brings something back cannot be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    async fn receive_over(&self, stream: TcpStream) {
        let name = &self.0.settings.delivery.helo_name;
        let talked = Session::new(self, name, Wire::new(stream)).talk().await;
        if let Err(error) = talked {
            tracing::debug!(%error, "a connection with something that came back broke off");
        }
    }
}

/// Without waiting for whoever does not listen.
fn refuse(stream: &TcpStream) {
    let _ = stream.try_write(b"421 4.3.2 Too many connections, come again later\r\n");
}
