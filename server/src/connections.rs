//! The accept loop: a bounded number of connections, none of which may dawdle, and an orderly end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;
use tower_http::timeout::TimeoutBody;

use crate::state::Ending;

/// Connections at once; further ones wait in the system's queue.
const CONNECTIONS: usize = 4_096;
/// For the head of a request, also of the next one on a kept connection.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// Between two pieces of a body.
const BODY_PIECE_WITHIN: Duration = Duration::from_secs(10);
/// For the requests that are running when the server ends.
const END_WITHIN: Duration = Duration::from_secs(10);
/// After the system refused a connection, usually for want of file descriptors.
const PAUSE_AFTER_FAULT: Duration = Duration::from_millis(100);

/// Answers until `ending`, then lets running requests finish.
pub async fn serve(listener: TcpListener, router: Router, ending: Ending) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut ending = std::pin::pin!(ending.reached());
    loop {
        let accepted = tokio::select! {
            () = &mut ending => break,
            accepted = accept(&listener, &room) => accepted,
        };
        let (stream, peer, place) = accepted;
        let connection = graceful.watch(connection(stream, peer, router.clone()));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%peer, %error, "connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(END_WITHIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were still running at the end");
    }
}

async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let place = Arc::clone(room).acquire_owned().await.expect("the semaphore is never closed");
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE_AFTER_FAULT).await;
            }
        }
    }
}

fn connection(stream: TcpStream, peer: SocketAddr, router: Router) -> impl GracefulConnection<Error = hyper::Error> {
    // An answer is one short write; waiting to fill a packet only delays it.
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(|body| Body::new(TimeoutBody::new(BODY_PIECE_WITHIN, body)));
        request.extensions_mut().insert(ConnectInfo(peer));
        let router = router.clone();
        async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .serve_connection(TokioIo::new(stream), service)
}
