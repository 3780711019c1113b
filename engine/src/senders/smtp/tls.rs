//! TLS to a server whose certificate is always verified.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use super::fault::Fault;
use crate::outbound::tls;

/// Whose certificates are trusted. Clones share their TLS sessions.
#[derive(Clone, Default)]
pub(in crate::senders) struct Trust(Arc<Trusting>);

#[derive(Default)]
struct Trusting {
    /// Beside the roots of the machine (PEM).
    extra_roots: String,
    made: OnceCell<Arc<ClientConfig>>,
}

impl Trust {
    /// The roots of the machine, and these (PEM).
    pub(in crate::senders) fn with(extra_roots: &str) -> Self {
        Self(Arc::new(Trusting { extra_roots: extra_roots.to_owned(), made: OnceCell::new() }))
    }

    /// The handshake with the server called `host`.
    pub(super) async fn handshake(&self, stream: TcpStream, host: &str) -> Result<TlsStream<TcpStream>, Fault> {
        let failed = |text: String| Fault::new("tls_failed", text);
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| failed(format!("“{host}” cannot stand in a certificate.")))?;
        let configuration = self.0.made.get_or_try_init(|| self.configuration()).await?;
        let connected = TlsConnector::from(Arc::clone(configuration)).connect(name, stream).await;
        connected.map_err(|error| failed(format!("The TLS handshake failed: {error}")))
    }

    async fn configuration(&self) -> Result<Arc<ClientConfig>, Fault> {
        let made = tls::configuration(&self.0.extra_roots, None).await;
        let mut made = made.map_err(|fault| Fault::new("tls_failed", fault.text))?;
        made.alpn_protocols.clear();
        Ok(Arc::new(made))
    }
}
