//! Tells open pages that something changed in their sandbox, so that they look again.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::{Failure, SandboxName};
use engine::Engine;
use futures::stream::{self, Stream, StreamExt as _};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::api::Problem;
use crate::auth::MessageViewer;
use crate::state::Ending;

/// Events that come faster are told as one.
const PAUSE: Duration = Duration::from_millis(250);
/// The browser connects again by itself, and its session is looked at anew.
const LONGEST: Duration = Duration::from_mins(5);

/// `GET /events/{sandbox}`: server-sent events `changed`, at most four a second, until the server ends.
pub async fn stream(
    State(engine): State<Engine>,
    State(ending): State<Ending>,
    _viewer: MessageViewer,
    Path(sandbox): Path<String>,
) -> Result<Response, Problem> {
    let sandbox: SandboxName = sandbox.parse().map_err(|_| Failure::not_found("sandbox"))?;
    engine.find_sandbox(&sandbox).await?;
    let over = async move {
        tokio::select! { () = ending.reached() => {}, () = tokio::time::sleep(LONGEST) => {} }
    };
    let news = engine.subscribe();
    // Between the making of the page and this moment nobody told it anything.
    let missed = engine.changed_lately(&sandbox).then(|| Ok(changed(&sandbox)));
    let events = stream::iter(missed).chain(changes(news, sandbox)).take_until(Box::pin(over));
    let mut response = Sse::new(events).keep_alive(KeepAlive::default()).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy in front must not collect events before it passes them on.
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

fn changes(news: Receiver<SandboxName>, sandbox: SandboxName) -> impl Stream<Item = Result<Event, Infallible>> {
    let first = Some((news, sandbox));
    stream::unfold(first, |state| async move {
        let (mut news, sandbox) = state?;
        wait_for_change(&mut news, &sandbox).await?;
        tokio::time::sleep(PAUSE).await;
        // What happened meanwhile is told by this event too.
        let news = news.resubscribe();
        Some((Ok(changed(&sandbox)), Some((news, sandbox))))
    })
}

fn changed(sandbox: &SandboxName) -> Event {
    Event::default().event("changed").data(sandbox.as_str())
}

/// `None` when nothing will ever change again.
async fn wait_for_change(news: &mut Receiver<SandboxName>, sandbox: &SandboxName) -> Option<()> {
    loop {
        match news.recv().await {
            Ok(changed) if changed == *sandbox => return Some(()),
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return Some(()),
            Err(RecvError::Closed) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::broadcast;
    use tokio::time::{Instant, timeout};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn many_changes_are_told_at_most_four_times_a_second() {
        let (tell, news) = broadcast::channel(4);
        let (dev, prod): (SandboxName, SandboxName) = ("dev".parse().unwrap(), "prod".parse().unwrap());
        let mut changes = Box::pin(changes(news, dev.clone()));
        let start = Instant::now();
        // More than the channel holds: the listener has missed some, which is a change too.
        for _ in 0..100 {
            tell.send(dev.clone()).unwrap();
        }
        assert!(changes.next().await.is_some());
        assert_eq!(start.elapsed(), PAUSE);
        tell.send(prod).unwrap();
        let quiet = timeout(Duration::from_mins(1), changes.next()).await;
        assert!(quiet.is_err(), "an old change, or one of another sandbox, was told again");
        tell.send(dev).unwrap();
        assert!(changes.next().await.is_some());
        drop(tell);
        assert!(changes.next().await.is_none());
    }
}
