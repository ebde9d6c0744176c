//! A web server of somebody else, on a port of its own: it answers each question with the next of the replies that it
//! was given, and remembers what it was asked.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{ETAG, IF_NONE_MATCH, LOCATION, REFERER};
use axum::http::{HeaderName, Response, StatusCode};
use futures::StreamExt as _;
use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What a question is answered with.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A whole answer.
    Whole {
        /// HTTP status.
        status: u16,
        /// The body.
        content: Vec<u8>,
        /// The name of the answer (`ETag`).
        name: Option<String>,
        /// Where it is instead.
        location: Option<String>,
    },
    /// The connection stays open and nothing comes.
    Silence,
    /// The answer begins and does not go on.
    Stalls,
}

impl Reply {
    /// A document.
    pub const fn ok(content: Vec<u8>) -> Self {
        Self::Whole { status: 200, content, name: None, location: None }
    }

    /// A status without a document.
    pub const fn status(status: u16) -> Self {
        Self::Whole { status, content: Vec::new(), name: None, location: None }
    }

    /// Elsewhere.
    pub fn to(place: &str) -> Self {
        Self::Whole { status: 302, content: Vec::new(), name: None, location: Some(place.to_owned()) }
    }

    /// The same with a document.
    #[must_use]
    pub fn with(self, document: Vec<u8>) -> Self {
        match self {
            Self::Whole { status, name, location, .. } => Self::Whole { status, content: document, name, location },
            other => other,
        }
    }

    /// The same with a name.
    #[must_use]
    pub fn named(self, called: &str) -> Self {
        match self {
            Self::Whole { status, content, location, .. } => {
                Self::Whole { status, content, name: Some(called.to_owned()), location }
            }
            other => other,
        }
    }

    async fn answer(self) -> Response<Body> {
        let (status, content, headers) = match self {
            Self::Silence => std::future::pending().await,
            Self::Stalls => {
                let beginning = futures::stream::once(async { Ok::<_, std::io::Error>(Bytes::from_static(b"[")) });
                (200, Body::from_stream(beginning.chain(futures::stream::pending())), [(ETAG, None), (LOCATION, None)])
            }
            Self::Whole { status, content, name, location } => {
                (status, Body::from(content), [(ETAG, name), (LOCATION, location)])
            }
        };
        let mut answer = Response::new(content);
        *answer.status_mut() = StatusCode::from_u16(status).unwrap();
        for (header, value) in headers {
            if let Some(value) = value {
                answer.headers_mut().insert(header, value.parse().unwrap());
            }
        }
        answer
    }
}

/// A question as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Path and query.
    pub target: String,
    /// Which answer the asker knows.
    pub if_none_match: Option<String>,
    /// Where the asker says to come from.
    pub referer: Option<String>,
}

#[derive(Debug, Default)]
struct Book {
    replies: VecDeque<Reply>,
    asked: Vec<Asked>,
}

/// A running server, which goes away with its owner.
#[derive(Debug)]
pub struct WebServer {
    /// Where it listens.
    pub address: String,
    book: Arc<Mutex<Book>>,
    running: JoinHandle<()>,
}

impl WebServer {
    /// A server with these replies; when they are used up it answers 404.
    ///
    /// # Panics
    /// When it does not start.
    #[expect(clippy::disallowed_methods, reason = "the server ends with its owner")]
    pub async fn start(replies: Vec<Reply>) -> Self {
        let book = Arc::new(Mutex::new(Book { replies: replies.into(), asked: Vec::new() }));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let kept = Arc::clone(&book);
        let site = Router::new().fallback(move |request: Request| {
            let book = Arc::clone(&kept);
            async move { next(&book, &request).answer().await }
        });
        let running = tokio::spawn(async move { axum::serve(listener, site).await.unwrap() });
        Self { address, book, running }
    }

    /// The address of a server that is no more.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn gone() -> String {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    }

    /// Adds replies for the questions to come.
    ///
    /// # Panics
    /// When another test thread broke while it held the server.
    pub fn then(&self, replies: Vec<Reply>) {
        self.book.lock().unwrap().replies.extend(replies);
    }

    /// Takes out what was asked so far.
    ///
    /// # Panics
    /// When another test thread broke while it held the server.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.book.lock().unwrap().asked)
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        self.running.abort();
    }
}

fn next(book: &Mutex<Book>, request: &Request) -> Reply {
    let header = |name: HeaderName| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let mut book = book.lock().unwrap();
    book.asked.push(Asked {
        target: request.uri().to_string(),
        if_none_match: header(IF_NONE_MATCH),
        referer: header(REFERER),
    });
    book.replies.pop_front().unwrap_or(Reply::status(404))
}

/// A file with prices of the folder that `STOLPE_FIXTURES` names; none where that is not set, for there are no such files
/// of ours.
///
/// # Panics
/// When the folder has no such file.
pub fn price_file(name: &str) -> Option<Vec<u8>> {
    #[expect(clippy::disallowed_methods, reason = "tests are told by the environment where the files are")]
    let folder = std::env::var("STOLPE_FIXTURES").ok().map(PathBuf::from)?;
    Some(std::fs::read(folder.join("spot-prices").join(name)).expect("the file"))
}
