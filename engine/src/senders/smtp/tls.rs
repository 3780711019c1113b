//! TLS to a server whose certificate is always verified.

use std::sync::{Arc, OnceLock};

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::fault::Fault;

/// Whose certificates are trusted.
#[derive(Clone, Default)]
pub(in crate::senders) struct Trust(Option<Arc<ClientConfig>>);

impl Trust {
    /// These, instead of those of the machine.
    #[cfg(test)]
    pub(super) fn only(roots: RootCertStore) -> Self {
        Self(configuration(roots).ok())
    }

    /// The handshake with the server called `host`.
    pub(super) async fn handshake(&self, stream: TcpStream, host: &str) -> Result<TlsStream<TcpStream>, Fault> {
        let failed = |text: String| Fault::new("tls_failed", text);
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| failed(format!("“{host}” cannot stand in a certificate.")))?;
        let configuration = match &self.0 {
            Some(configuration) => configuration.clone(),
            None => of_machine().await?,
        };
        let connected = TlsConnector::from(configuration).connect(name, stream).await;
        connected.map_err(|error| failed(format!("The TLS handshake failed: {error}")))
    }
}

/// Read once: some hundred files.
async fn of_machine() -> Result<Arc<ClientConfig>, Fault> {
    static OF_MACHINE: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    if let Some(known) = OF_MACHINE.get() {
        return Ok(known.clone());
    }
    let found = tokio::task::spawn_blocking(rustls_native_certs::load_native_certs).await;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.map(|found| found.certs).unwrap_or_default());
    if roots.is_empty() {
        return Err(Fault::new("tls_failed", "This machine has no root certificates. Install ca-certificates."));
    }
    let configuration = configuration(roots)?;
    Ok(OF_MACHINE.get_or_init(|| configuration).clone())
}

fn configuration(roots: RootCertStore) -> Result<Arc<ClientConfig>, Fault> {
    let versions = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Fault::new("tls_failed", error.to_string()))?;
    Ok(Arc::new(versions.with_root_certificates(roots).with_no_client_auth()))
}
