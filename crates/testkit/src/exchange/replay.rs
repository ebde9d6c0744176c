//! One who says again what was once answered, to whoever asks the same.

use super::Names;
use super::recording::{Answered, Exchange, Question};
use super::relay::{hear, say, serve};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::task::JoinHandle;

#[derive(Debug, Default)]
struct Book {
    expected: VecDeque<Exchange>,
    differing: Vec<String>,
}

/// A running replay, which goes away with its owner.
#[derive(Debug)]
pub struct Replay {
    /// Where it listens.
    pub address: String,
    book: Arc<Mutex<Book>>,
    running: JoinHandle<()>,
}

impl Replay {
    /// Starts one that knows these names.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(names: Names) -> Self {
        let (book, names) = (Arc::<Mutex<Book>>::default(), Arc::new(names));
        let kept = Arc::clone(&book);
        let site = Router::new().fallback(move |request: Request| {
            let (book, names) = (Arc::clone(&kept), Arc::clone(&names));
            async move { answer(&book, &names, &hear(request).await) }
        });
        let (address, running) = serve(site).await;
        Self { address, book, running }
    }

    /// What will be asked next.
    ///
    /// # Panics
    /// When another test thread broke while it held the replay.
    pub fn expect(&self, exchanges: Vec<Exchange>) {
        self.book.lock().unwrap().expected = exchanges.into();
    }

    /// What was asked otherwise than expected, or not at all.
    ///
    /// # Panics
    /// When another test thread broke while it held the replay.
    pub fn rest(&self) -> Vec<String> {
        let mut book = self.book.lock().unwrap();
        let unasked: Vec<_> =
            book.expected.drain(..).map(|it| format!("not asked: {} {}", it.asked.method, it.asked.target)).collect();
        let mut rest = std::mem::take(&mut book.differing);
        rest.extend(unasked);
        rest
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.running.abort();
    }
}

fn answer(book: &Mutex<Book>, names: &Names, asked: &Question) -> Response<Body> {
    let asked = names.write_question(asked);
    let mut book = book.lock().unwrap();
    let Some(Exchange { asked: expected, answered }) = book.expected.pop_front() else {
        book.differing.push(format!("nobody asked this then: {asked}"));
        return say(&Answered { status: 500, headers: Vec::new(), body: String::new(), is_lost: false });
    };
    if asked != expected {
        book.differing.extend(super::differences(&expected.to_string(), &asked.to_string()));
    }
    let headers = answered.headers.iter().map(|(name, value)| (name.clone(), names.fill(value))).collect();
    say(&Answered { headers, body: names.fill(&answered.body), ..answered })
}
