//! A web server that answers as a test tells it to.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use http::Version;
use hyper::body::Body;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rcgen::{CertifiedKey, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

pub type Asked = hyper::Request<hyper::body::Incoming>;
pub type Answer = hyper::Response<String>;
type Answering = Arc<dyn Fn(&Asked) -> Answer + Send + Sync>;

/// Lives as long as the test's runtime.
pub struct Server {
    pub port: u16,
    /// Version and path of what it was asked.
    pub heard: Arc<Mutex<Vec<(Version, String)>>>,
    pub connections: Arc<AtomicUsize>,
}

impl Server {
    pub async fn plain(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::start(None, Arc::new(answer)).await
    }

    pub async fn tls(config: ServerConfig, answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::start(Some(TlsAcceptor::from(Arc::new(config))), Arc::new(answer)).await
    }

    async fn start(acceptor: Option<TlsAcceptor>, answer: Answering) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::<Mutex<Vec<_>>>::default();
        let connections = Arc::<AtomicUsize>::default();
        let server = Self { port, heard: heard.clone(), connections: connections.clone() };
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                connections.fetch_add(1, Ordering::SeqCst);
                let (acceptor, answer, heard) = (acceptor.clone(), answer.clone(), heard.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => serve(stream, answer, heard).await,
                        Some(acceptor) => {
                            let Ok(stream) = acceptor.accept(stream).await else { return };
                            serve(stream, answer, heard).await;
                        }
                    }
                });
            }
        });
        server
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn paths(&self) -> Vec<String> {
        self.heard.lock().unwrap().iter().map(|(_, path)| path.clone()).collect()
    }
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    answer: Answering,
    heard: Arc<Mutex<Vec<(Version, String)>>>,
) {
    let service = service_fn(move |mut asked: Asked| {
        heard.lock().unwrap().push((asked.version(), asked.uri().path().to_owned()));
        let answer = answer(&asked);
        async move {
            // A server that leaves bodies unread resets streams, and soon the connection.
            while poll_fn(|context| Pin::new(asked.body_mut()).poll_frame(context)).await.is_some() {}
            Ok::<_, Infallible>(answer)
        }
    });
    let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
}

pub fn ok(body: impl Into<String>) -> Answer {
    status(200, body)
}

pub fn status(status: u16, body: impl Into<String>) -> Answer {
    hyper::Response::builder().status(status).body(body.into()).unwrap()
}

pub fn certificate() -> CertifiedKey<KeyPair> {
    rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap()
}

/// A server's side of TLS; with `clients`, only those get in that show this certificate.
pub fn tls(own: &CertifiedKey<KeyPair>, clients: Option<&CertifiedKey<KeyPair>>) -> ServerConfig {
    let provider = Arc::new(ring::default_provider());
    let start = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().unwrap();
    let start = match clients {
        None => start.with_no_client_auth(),
        Some(client) => {
            let mut roots = RootCertStore::empty();
            roots.add(client.cert.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            start.with_client_cert_verifier(verifier)
        }
    };
    let key = PrivateKeyDer::from_pem_slice(own.signing_key.serialize_pem().as_bytes()).unwrap();
    let chain = vec![CertificateDer::from(own.cert.der().to_vec())];
    let mut config = start.with_single_cert(chain, key).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}
