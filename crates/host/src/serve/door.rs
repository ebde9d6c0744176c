//! Who comes in: so many connections at a time, and each must soon say what it wants.
//!
//! A connection that is open costs a file handle and memory, and whoever opens many and says nothing, or a byte now and
//! then, could otherwise take them all.

use axum::Extension;
use axum::middleware::AddExtension;
use axum_server::accept::Accept;
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;
use tower::Layer as _;

/// A head of a request, and the greeting of HTTP/2, must be here after so long.
pub(super) const HEAD_TIME: Duration = Duration::from_secs(10);
/// The greeting of HTTP/2 has so many bytes; until they are here the server does not know which version is spoken, and
/// has no patience of its own that could end. The shortest request with a host in it is longer.
const GREETING_BYTES: usize = 24;

/// The connections that are open.
#[derive(Debug)]
struct Open {
    all: usize,
    of: HashMap<IpAddr, usize>,
}

/// Lets connections in.
#[derive(Clone, Debug)]
pub(super) struct Door<A> {
    inner: A,
    open: Arc<Mutex<Open>>,
    most: usize,
    most_of_one: usize,
}

impl<A> Door<A> {
    /// Lets in at most so many connections, and so many of one address.
    pub(super) fn new(inner: A, most: usize, most_of_one: usize) -> Self {
        Self { inner, open: Arc::new(Mutex::new(Open { all: 0, of: HashMap::new() })), most, most_of_one }
    }

    fn enter(&self, from: IpAddr) -> Option<Ticket> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = open.of.get(&from).copied().unwrap_or(0);
        if open.all >= self.most || of_one >= self.most_of_one {
            return None;
        }
        open.all += 1;
        open.of.insert(from, of_one + 1);
        Some(Ticket { open: Arc::clone(&self.open), from })
    }
}

/// The place of a connection inside. Whoever has shown that they belong here gives it back and stays: the bound is for
/// strangers.
#[derive(Clone, Debug)]
pub(crate) struct Pass(Arc<Mutex<Option<Ticket>>>);

impl Pass {
    /// Gives the place back.
    pub(crate) fn give_back(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// A place inside, for as long as it is held.
#[derive(Debug)]
struct Ticket {
    open: Arc<Mutex<Open>>,
    from: IpAddr,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all -= 1;
        if let Some(of_one) = open.of.get_mut(&self.from) {
            *of_one -= 1;
            if *of_one == 0 {
                open.of.remove(&self.from);
            }
        }
    }
}

impl<A, S> Accept<TcpStream, S> for Door<A>
where
    A: Accept<TcpStream, S>,
    A::Future: Send + 'static,
    A::Stream: Send + 'static,
    A::Service: Send + 'static,
{
    type Stream = Guest<A::Stream>;
    type Service = AddExtension<A::Service, Pass>;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let ticket = stream.peer_addr().map(|from| self.enter(from.ip().to_canonical()));
        let ticket = match ticket {
            Ok(Some(ticket)) => ticket,
            Ok(None) => {
                tracing::warn!("a connection is turned away: as many are open as there may be");
                return Box::pin(async { Err(io::ErrorKind::ResourceBusy.into()) });
            }
            Err(error) => return Box::pin(async { Err(error) }),
        };
        // The acceptor of TLS has a patience of its own, ten seconds.
        let accepted = self.inner.accept(stream, service);
        Box::pin(async move {
            let pass = Pass(Arc::new(Mutex::new(Some(ticket))));
            let (stream, service) = accepted.await?;
            Ok((Guest::new(stream, pass.clone()), Extension(pass).layer(service)))
        })
    }
}

/// A connection that was let in.
#[derive(Debug)]
pub(super) struct Guest<S> {
    stream: S,
    /// How much of a greeting has come, and until when all of it must; none once it has.
    greeting: Option<(usize, Pin<Box<Sleep>>)>,
    pass: Pass,
}

impl<S> Guest<S> {
    fn new(stream: S, pass: Pass) -> Self {
        Self { stream, greeting: Some((0, Box::pin(tokio::time::sleep(HEAD_TIME)))), pass }
    }
}

impl<S> Drop for Guest<S> {
    fn drop(&mut self) {
        self.pass.give_back();
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guest<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let Some((come, until)) = &mut this.greeting else { return Pin::new(&mut this.stream).poll_read(cx, buffer) };
        match Pin::new(&mut this.stream).poll_read(cx, buffer) {
            Poll::Ready(read) => {
                *come += buffer.filled().len() - before;
                if *come >= GREETING_BYTES {
                    this.greeting = None;
                }
                Poll::Ready(read)
            }
            Poll::Pending => {
                ready!(until.as_mut().poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guest<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        // Whoever is answered has been understood.
        this.greeting = None;
        Pin::new(&mut this.stream).poll_write(cx, buffer)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
