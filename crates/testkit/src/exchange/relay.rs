//! One who stands between an adapter and whom it asks, and writes down what is said.

use super::recording::{Answered, Exchange, Question};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use stolpe_web::Web;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const MOST_BYTES: usize = 4 * 1024 * 1024;

#[derive(Debug, Default)]
struct Book {
    heard: Vec<Exchange>,
    /// How many answers still arrive before one gets lost.
    loses_after: Option<u32>,
}

/// A running relay, which goes away with its owner. It is asked without TLS, on this computer only, and asks the other side
/// with the trust and the certificate that it was given.
#[derive(Debug)]
pub struct Relay {
    /// Where it listens.
    pub address: String,
    book: Arc<Mutex<Book>>,
    running: JoinHandle<()>,
}

impl Relay {
    /// Stands before an address.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn before(address: &str, web: Web) -> Self {
        let book = Arc::<Mutex<Book>>::default();
        let (kept, there) = (Arc::clone(&book), address.trim_end_matches('/').to_owned());
        let site = Router::new().fallback(move |request: Request| {
            let (book, web, there) = (Arc::clone(&kept), web.clone(), there.clone());
            async move { carry(&book, &web, &there, request).await }
        });
        let (address, running) = serve(site).await;
        Self { address, book, running }
    }

    /// After so many answers the next one gets lost, when what was asked has been done.
    ///
    /// # Panics
    /// When another test thread broke while it held the relay.
    pub fn lose_an_answer_after(&self, others: u32) {
        self.book.lock().unwrap().loses_after = Some(others);
    }

    /// Takes out what was said so far, as it was said.
    ///
    /// # Panics
    /// When another test thread broke while it held the relay.
    pub fn heard(&self) -> Vec<Exchange> {
        std::mem::take(&mut self.book.lock().unwrap().heard)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.running.abort();
    }
}

#[expect(clippy::disallowed_methods, reason = "the server ends with its owner")]
pub(super) async fn serve(site: Router) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (address, tokio::spawn(async move { axum::serve(listener, site).await.unwrap() }))
}

async fn carry(book: &Mutex<Book>, web: &Web, there: &str, request: Request) -> Response<Body> {
    let (asked, method) = (request.uri().to_string(), request.method().clone());
    let mut onward = web.ask(method, &format!("{there}{asked}")).expect("a question");
    for (name, value) in request.headers() {
        if !["host", "content-length", "connection"].contains(&name.as_str()) {
            onward = onward.header(name, value);
        }
    }
    let asked = hear(request).await;
    let answer = stolpe_web::answer(onward.body(asked.body.clone())).await.expect("the other side answers");
    let is_lost = {
        let mut book = book.lock().unwrap();
        let left = book.loses_after.take();
        book.loses_after = left.and_then(|left| left.checked_sub(1));
        left == Some(0)
    };
    let answered = Answered {
        status: answer.status.as_u16(),
        headers: listed(&answer.headers),
        body: String::from_utf8(answer.content).expect("a text"),
        is_lost,
    };
    let said = say(&answered);
    book.lock().unwrap().heard.push(Exchange { asked, answered });
    said
}

/// A question as it came.
pub(super) async fn hear(request: Request) -> Question {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST_BYTES).await.expect("a whole question");
    Question {
        method: parts.method.to_string(),
        target: parts.uri.to_string(),
        headers: listed(&parts.headers),
        body: String::from_utf8(body.to_vec()).expect("a text"),
    }
}

/// Says an answer; one that is lost breaks off.
pub(super) fn say(answered: &Answered) -> Response<Body> {
    let body = if answered.is_lost {
        Body::from_stream(futures::stream::once(async { Err::<Vec<u8>, _>(std::io::Error::other("lost")) }))
    } else {
        Body::from(answered.body.clone())
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(answered.status).expect("a status");
    for (name, value) in &answered.headers {
        // The body is framed anew.
        if !["content-length", "transfer-encoding", "connection", "date"].contains(&name.as_str()) {
            let name = HeaderName::try_from(name.as_str()).expect("a name");
            response.headers_mut().append(name, HeaderValue::try_from(value.as_str()).expect("a value"));
        }
    }
    response
}

fn listed(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut listed: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    listed.sort();
    listed
}
