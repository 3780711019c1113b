//! SMTP submission (RFC 5321): our own client, because the ones there are send one mail per five round trips.
//!
//! | file | does |
//! |---|---|
//! | [`pool`] | connections of one configuration, fed by one queue |
//! | [`connection`] | one connection: the mail of now and the envelope of the next in one write |
//! | [`session`] | from the greeting to being signed in; verifying |
//! | [`line`] | lines of text over a plain or a protected stream |
//! | [`reply`] | replies, and what they mean for a mail |

mod connection;
mod line;
mod pool;
mod reply;
mod session;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::channel_configuration::SmtpRelay;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

pub(super) use pool::Pool;
pub(super) use session::verify;

const CONNECT: Duration = Duration::from_secs(10);
/// For the reply to a command.
const COMMAND: Duration = Duration::from_secs(20);
/// For the reply to a whole mail: servers scan while we wait.
const MAIL: Duration = Duration::from_secs(30);
/// How long a connection waits for the next mail; servers close theirs after a minute at the earliest.
const IDLE: Duration = Duration::from_secs(30);
/// Mails over one connection.
const MAILS_PER_CONNECTION: usize = 1_000;

/// How to reach a relay.
#[derive(Clone)]
pub(super) struct Access {
    pub(super) relay: SmtpRelay,
    pub(super) password: String,
    pub(super) helo_name: String,
    pub(super) tls: Tls,
}

impl Access {
    /// `smtp mail.example.com:587`.
    fn via(&self) -> String {
        format!("smtp {}:{}", self.relay.host, self.relay.port)
    }
}

/// Certificates are checked against those of the machine, which are read at the first use.
#[derive(Clone, Default)]
pub(super) struct Tls(Arc<OnceLock<Arc<ClientConfig>>>);

impl Tls {
    fn client(&self) -> Arc<ClientConfig> {
        self.0.get_or_init(|| Arc::new(client_config(machine_roots()))).clone()
    }
}

fn machine_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in found.errors {
        tracing::warn!(%error, "a certificate store of this machine cannot be read");
    }
    roots.add_parsable_certificates(found.certs);
    roots
}

fn client_config(roots: RootCertStore) -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring knows the protocol versions it was built with")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
