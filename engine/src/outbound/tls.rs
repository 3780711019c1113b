//! TLS for requests: servers are always verified, and clients show a certificate where they have one.

use std::sync::{Arc, OnceLock};

use domain::Fault;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

/// A client certificate (mTLS), as PEM.
#[derive(Clone)]
pub struct Identity {
    /// The certificate and those between it and its root, in this order.
    pub certificates: String,
    /// Its private key: PKCS #8, PKCS #1 or SEC 1.
    pub key: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

/// Trusts the roots of the machine and those in `extra_roots` (PEM). Faults are at `rootCertificates`, `clientCertificate`,
/// `clientKey`.
pub(crate) async fn configuration(extra_roots: &str, identity: Option<&Identity>) -> Result<ClientConfig, Fault> {
    let mut roots = RootCertStore::clone(of_machine().await);
    for certificate in certificates("rootCertificates", extra_roots)? {
        roots.add(certificate).map_err(|error| Fault::new("rootCertificates", "invalid", error.to_string()))?;
    }
    let unfit = |error: rustls::Error| Fault::new("clientCertificate", "invalid", error.to_string());
    let trusting = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unfit)?
        .with_root_certificates(roots);
    let mut made = match identity {
        None => trusting.with_no_client_auth(),
        Some(identity) => trusting.with_client_auth_cert(chain(identity)?, key(identity)?).map_err(unfit)?,
    };
    made.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(made)
}

/// Read once: some hundred files.
async fn of_machine() -> &'static RootCertStore {
    static OF_MACHINE: OnceLock<RootCertStore> = OnceLock::new();
    if let Some(known) = OF_MACHINE.get() {
        return known;
    }
    let found = tokio::task::spawn_blocking(rustls_native_certs::load_native_certs).await;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.map(|found| found.certs).unwrap_or_default());
    if roots.is_empty() {
        tracing::warn!("This machine has no root certificates: https will not work. Install ca-certificates.");
    }
    OF_MACHINE.get_or_init(|| roots)
}

fn certificates(path: &str, pem: &str) -> Result<Vec<CertificateDer<'static>>, Fault> {
    CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| Fault::new(path, "invalid", format!("This is no PEM certificate: {error}")))
}

fn chain(identity: &Identity) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let chain = certificates("clientCertificate", &identity.certificates)?;
    if chain.is_empty() {
        return Err(Fault::new("clientCertificate", "invalid", "There is no PEM certificate in it."));
    }
    Ok(chain)
}

fn key(identity: &Identity) -> Result<PrivateKeyDer<'static>, Fault> {
    PrivateKeyDer::from_pem_slice(identity.key.as_bytes())
        .map_err(|_| Fault::new("clientKey", "invalid", "This is no PEM private key."))
}
