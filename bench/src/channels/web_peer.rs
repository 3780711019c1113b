//! A web service that takes every message, as the service in question answers.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;

use super::peer::{Certificate, listen};

/// Whose answers are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    Apns,
    Fcm,
    WebPush,
    Twilio,
}

/// A request that came.
pub struct Asked {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

#[derive(Default)]
struct Heard {
    connections: AtomicU64,
    messages: AtomicU64,
    first: OnceLock<Asked>,
}

/// A running service.
pub struct WebPeer {
    pub port: u16,
    heard: Arc<Heard>,
}

impl WebPeer {
    /// Speaks HTTP/2 over TLS; as Twilio HTTP/1.1, which is harder on a pool of connections.
    pub fn start(service: Service, certificate: &Certificate) -> Result<Self> {
        let protocol = if service == Service::Twilio { "http/1.1" } else { "h2" };
        let acceptor = certificate.acceptor(&[protocol])?;
        let heard = Arc::<Heard>::default();
        let counted = Arc::clone(&heard);
        let port = listen(move |stream| {
            let (acceptor, heard) = (acceptor.clone(), Arc::clone(&counted));
            async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                heard.connections.fetch_add(1, Ordering::Relaxed);
                let answering = service_fn(move |asked| answer(service, Arc::clone(&heard), asked));
                // Ends with the connection, which the client may close as it likes.
                let _ =
                    auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), answering).await;
            }
        })?;
        Ok(Self { port, heard })
    }

    /// Connections so far.
    pub fn connections(&self) -> u64 {
        self.heard.connections.load(Ordering::Relaxed)
    }

    /// Messages taken so far.
    pub fn messages(&self) -> u64 {
        self.heard.messages.load(Ordering::Relaxed)
    }

    /// The first message that came.
    pub fn first(&self) -> Result<&Asked> {
        self.heard.first.get().context("no message came")
    }
}

async fn answer(
    service: Service,
    heard: Arc<Heard>,
    asked: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = asked.into_parts();
    // A server that leaves bodies unread resets streams.
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let path = head.uri.path();
    if path == "/token" {
        return Ok(Response::new(Full::from(r#"{"access_token":"bench","expires_in":3600,"token_type":"Bearer"}"#)));
    }
    let number = heard.messages.fetch_add(1, Ordering::Relaxed);
    if heard.first.get().is_none() {
        let path = head.uri.path_and_query().map_or_else(|| path.to_owned(), ToString::to_string);
        // Another one may have been first.
        let _ = heard.first.set(Asked { path, headers: head.headers.clone(), body });
    }
    let answer = match service {
        Service::Apns => Response::builder().header("apns-id", format!("00000000-0000-8000-8000-{number:012x}")),
        Service::Fcm | Service::Twilio => Response::builder().header("content-type", "application/json"),
        Service::WebPush => Response::builder().status(201).header("location", format!("/message/{number}")),
    };
    let body = match service {
        Service::Apns | Service::WebPush => String::new(),
        Service::Fcm => format!("{{\n  \"name\": \"projects/bench/messages/0:{number:020}\"\n}}\n"),
        Service::Twilio => {
            format!(r#"{{"sid":"SM{number:032x}","status":"queued","num_segments":"1","error_code":null}}"#)
        }
    };
    Ok(answer.body(Full::from(body)).expect("these headers are good"))
}
