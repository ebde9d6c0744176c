//! Who comes in: so many connections at a time, and each must soon say what it wants.
//!
//! A connection that is open costs a file handle and memory, and whoever opens many and says nothing, or a byte now and
//! then, could otherwise take them all.

use axum::Extension;
use axum::extract::Request;
use axum::middleware::AddExtension;
use axum_server::accept::Accept;
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;
use tower::Layer as _;

/// The head of a first request, or the greeting of HTTP/2, must be here after so long.
pub(super) const HEAD_TIME: Duration = Duration::from_secs(10);
/// The greeting of HTTP/2 (RFC 9113, 3.4); whoever has said it is asked by the server whether they are still there.
const GREETING: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

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
pub(crate) struct Pass {
    ticket: Arc<Mutex<Option<Ticket>>>,
    heard: Arc<AtomicBool>,
}

impl Pass {
    fn of(ticket: Ticket) -> Self {
        Self { ticket: Arc::new(Mutex::new(Some(ticket))), heard: Arc::default() }
    }

    /// Gives the place back.
    pub(crate) fn give_back(&self) {
        drop(self.ticket.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// Notes that a request has been understood: what its connection waits for next is another one, or nothing.
pub(super) async fn hear(request: Request) -> Request {
    if let Some(pass) = request.extensions().get::<Pass>() {
        pass.heard.store(true, Ordering::Relaxed);
    }
    request
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
            let pass = Pass::of(ticket);
            let (stream, service) = accepted.await?;
            Ok((Guest::new(stream, pass.clone()), Extension(pass).layer(service)))
        })
    }
}

/// A connection that was let in.
#[derive(Debug)]
pub(super) struct Guest<S> {
    stream: S,
    /// How it has begun, and until when it must have said something; none once it has.
    beginning: Option<(Vec<u8>, Pin<Box<Sleep>>)>,
    pass: Pass,
}

impl<S> Guest<S> {
    fn new(stream: S, pass: Pass) -> Self {
        Self { stream, beginning: Some((Vec::new(), Box::pin(tokio::time::sleep(HEAD_TIME)))), pass }
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
        if this.pass.heard.load(Ordering::Relaxed) {
            this.beginning = None;
        }
        let Some((begun, until)) = &mut this.beginning else { return Pin::new(&mut this.stream).poll_read(cx, buffer) };
        match Pin::new(&mut this.stream).poll_read(cx, buffer) {
            Poll::Ready(read) => {
                let come = buffer.filled().get(before..).unwrap_or_default();
                begun.extend(come.iter().take(GREETING.len() - begun.len()));
                if begun == GREETING {
                    this.beginning = None;
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
        this.beginning = None;
        Pin::new(&mut this.stream).poll_write(cx, buffer)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
