//! Ends what a peer draws out: an answer that it does not read, a body that it never completes.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::HttpBody;
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// An answer that waits for its reader this long is given up.
const PROGRESS_WITHIN: Duration = Duration::from_secs(30);

/// A stream whose writes fail when the other side takes nothing for a while.
pub(super) struct Progress<S> {
    stream: S,
    patience: Pin<Box<Sleep>>,
    /// Bytes are waiting to be taken.
    is_waiting: bool,
}

impl<S> Progress<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, patience: Box::pin(sleep(PROGRESS_WITHIN)), is_waiting: false }
    }

    /// Passes an answer of the stream on; or fails when there has been none for too long.
    fn within_patience<T>(&mut self, wrote: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if wrote.is_ready() {
            self.is_waiting = false;
            return wrote;
        }
        if !self.is_waiting {
            self.is_waiting = true;
            self.patience.as_mut().reset(Instant::now() + PROGRESS_WITHIN);
        }
        ready!(self.patience.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Progress<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Progress<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.within_patience(wrote, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.within_patience(wrote, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// A body that fails when it is not complete in time, however steadily its pieces come.
pub(super) struct InTime<B> {
    body: B,
    within: Duration,
    /// Starts with the first look at the body: most requests have none.
    end: Option<Pin<Box<Sleep>>>,
}

impl<B> InTime<B> {
    pub(super) const fn new(within: Duration, body: B) -> Self {
        Self { body, within, end: None }
    }
}

impl<B> HttpBody for InTime<B>
where
    B: HttpBody + Unpin,
    B::Error: Into<axum::BoxError>,
{
    type Data = B::Data;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let within = self.within;
        let end = self.end.get_or_insert_with(|| Box::pin(sleep(within)));
        if end.as_mut().poll(context).is_ready() {
            return Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::TimedOut).into())));
        }
        Pin::new(&mut self.body).poll_frame(context).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_nobody_reads_is_given_up_after_half_a_minute() {
        let (stream, _peer) = duplex(10);
        let mut stream = Progress::new(stream);
        advance(Duration::from_hours(1)).await;
        let start = Instant::now();
        let error = stream.write_all(&[0; 11]).await.unwrap_err();
        assert_eq!((error.kind(), start.elapsed().as_secs()), (io::ErrorKind::TimedOut, 30));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_gets_the_whole_answer() {
        let (stream, mut peer) = duplex(10);
        let mut stream = Progress::new(stream);
        let reading = tokio::spawn(async move {
            for _ in 0..10 {
                sleep(Duration::from_secs(29)).await;
                peer.read_exact(&mut [0; 10]).await.unwrap();
            }
        });
        stream.write_all(&[0; 100]).await.unwrap();
        reading.await.unwrap();
    }
}
