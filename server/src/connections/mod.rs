//! The accept loop: a bounded number of connections, none of which may dawdle, and an orderly end.

mod room;
mod slow;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;
use tower_http::timeout::TimeoutBody;

use crate::state::Ending;
pub use room::Room;
use room::{Place, PlaceKind};
use slow::{InTime, Progress};

/// For the head of a request, also of the next one on a kept connection.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// The same when there is room for health checks only.
const HEAD_WITHIN_WHEN_FULL: Duration = Duration::from_secs(5);
/// Between two pieces of a body.
const BODY_PIECE_WITHIN: Duration = Duration::from_secs(10);
/// For a whole body, from when it is first read.
const BODY_WITHIN: Duration = Duration::from_mins(1);
/// The same for imports, which are read only after the caller proved who it is.
const IMPORT_WITHIN: Duration = Duration::from_hours(6);
/// How the addresses of imports begin: of API clients, and of people.
const IMPORTS: [&str; 2] = ["/ajo/profiles/imports", "/files/profiles/"];
/// Bytes of one connection that wait on either way. A head has to fit.
const BUFFER_BYTES: usize = 64 * 1024;
/// For the requests that are running when the server ends.
const END_WITHIN: Duration = Duration::from_secs(8);
/// After the system refused a connection, usually for want of file descriptors.
const PAUSE_AFTER_FAULT: Duration = Duration::from_millis(100);
/// Where health checks go.
const HEALTH: &str = "/healthz";

/// Answers until `ending`, then lets running requests finish.
pub async fn serve(listener: TcpListener, router: Router, room: Room, ending: Ending) {
    let graceful = GracefulShutdown::new();
    let mut ending = std::pin::pin!(ending.reached());
    let full = router.clone().layer(from_fn(only_health));
    loop {
        let accepted = tokio::select! {
            () = &mut ending => break,
            accepted = accept(&listener, &room) => accepted,
        };
        let (stream, peer, place) = accepted;
        // An answer is one short write; waiting to fill a packet only delays it.
        let _ = stream.set_nodelay(true);
        let router = if place.kind == PlaceKind::HealthOnly { &full } else { &router };
        let connection = graceful.watch(connection(stream, peer, place.kind, router.clone()));
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

/// The next connection that there is a place for.
async fn accept(listener: &TcpListener, room: &Room) -> (TcpStream, SocketAddr, Place) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => match room.place(peer.ip()).await {
                Some(place) => return (stream, peer, place),
                None => tracing::debug!(%peer, "a peer has too many connections; this one was closed"),
            },
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE_AFTER_FAULT).await;
            }
        }
    }
}

fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    place: PlaceKind,
    router: Router,
) -> impl GracefulConnection<Error = hyper::Error> {
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let is_import = IMPORTS.iter().any(|start| request.uri().path().starts_with(start));
        let within = if is_import { IMPORT_WITHIN } else { BODY_WITHIN };
        let mut request = request.map(|body| Body::new(TimeoutBody::new(BODY_PIECE_WITHIN, InTime::new(within, body))));
        request.extensions_mut().insert(ConnectInfo(peer));
        let router = router.clone();
        async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let head_within = if place == PlaceKind::HealthOnly { HEAD_WITHIN_WHEN_FULL } else { HEAD_WITHIN };
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_within)
        .keep_alive(place == PlaceKind::Any)
        .max_buf_size(BUFFER_BYTES)
        .serve_connection(TokioIo::new(Progress::new(stream)), service)
}

/// Who watches over this process hears that it lives, also when there is no room for anybody else.
async fn only_health(request: Request, next: Next) -> Response {
    if request.uri().path() == HEALTH {
        return next.run(request).await;
    }
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, "There are too many connections.").into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::time::{Instant, sleep};

    use super::*;

    /// The other end of a connection, at which `/healthz` and `/take` answer.
    fn connected(place: PlaceKind) -> DuplexStream {
        let (stream, peer) = duplex(1024);
        let take = |body: Result<Bytes, axum::extract::rejection::BytesRejection>| async move { body.map(drop) };
        let router = Router::new().route(HEALTH, get(|| async { "ok" })).route("/take", post(take));
        let router = if place == PlaceKind::Any { router } else { router.layer(from_fn(only_health)) };
        tokio::spawn(connection(stream, SocketAddr::from(([127, 0, 0, 1], 1)), place, router));
        peer
    }

    async fn ask(mut peer: DuplexStream, text: &str) -> String {
        peer.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        peer.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_drips_is_given_up_after_a_minute() {
        let mut peer = connected(PlaceKind::Any);
        peer.write_all(b"POST /take HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n").await.unwrap();
        let start = Instant::now();
        let (mut reading, mut writing) = tokio::io::split(peer);
        let dripping = tokio::spawn(async move {
            while writing.write_all(b"x").await.is_ok() {
                sleep(Duration::from_secs(8)).await;
            }
        });
        let mut answer = String::new();
        reading.read_to_string(&mut answer).await.unwrap();
        assert_eq!(start.elapsed(), BODY_WITHIN);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        dripping.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn when_there_is_no_room_only_health_checks_are_answered() {
        let answer = ask(connected(PlaceKind::HealthOnly), "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("ok"), "{answer}");
        let answer = ask(connected(PlaceKind::HealthOnly), "GET /take HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("connection: close"), "{answer}");
    }
}
