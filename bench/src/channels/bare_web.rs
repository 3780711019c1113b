//! The bare HTTP client: the first request that Hermod made, again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Result, ensure};
use http::header;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::task::JoinSet;

use super::peer::Certificate;
use super::web_peer::WebPeer;

/// Requests that wait for an answer at a time.
const AT_ONCE: usize = 256;

/// Requests per second.
pub async fn rate(peer: &WebPeer, certificate: &Certificate, requests: u64) -> Result<f64> {
    let asked = peer.first()?;
    let mut headers = asked.headers.clone();
    for own in [header::HOST, header::CONTENT_LENGTH] {
        headers.remove(own);
    }
    let client = client(certificate)?;
    let request = client.post(format!("https://127.0.0.1:{}{}", peer.port, asked.path));
    let request = request.headers(headers).body(asked.body.clone()).build()?;
    let again = move || request.try_clone().expect("its body is in memory");
    // Alone, so that the others find a connection where one is enough.
    ensure!(client.execute(again()).await?.status().is_success(), "the peer refuses what Hermod asked");
    let next = Arc::new(AtomicU64::new(0));
    let again = Arc::new(again);
    let start = Instant::now();
    let mut asking = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (client, again, next) = (client.clone(), Arc::clone(&again), Arc::clone(&next));
        asking.spawn(async move {
            while next.fetch_add(1, Ordering::Relaxed) < requests {
                let answer = client.execute(again()).await?;
                ensure!(answer.status().is_success(), "{}", answer.status());
                answer.bytes().await?;
            }
            Ok(())
        });
    }
    while let Some(ended) = asking.join_next().await {
        ended??;
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    Ok(requests as f64 / start.elapsed().as_secs_f64())
}

fn client(certificate: &Certificate) -> Result<reqwest::Client> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(certificate.pem.as_bytes())?)?;
    let mut tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().tcp_nodelay(true).build()?)
}
