//! One question to somebody else's web server: whom it trusts, how long it waits, how much it takes, and what may be told
//! of a failure. Adapters stand on it; what is asked and what an answer means is theirs.

mod trust;

pub use trust::{Proof, Trust};

use reqwest::header::HeaderMap;
use reqwest::redirect::{Action, Attempt, Policy};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use std::error::Error;
use std::fmt::Write as _;
use std::time::Duration;
use stolpe_ports::error::{PortError, PortErrorKind};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// No document or answer that anything here asks for comes near; more is something else.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// A source that moved says so once, or twice.
const MOST_REDIRECTS: usize = 3;

/// What asks.
#[derive(Clone, Debug)]
pub struct Web {
    /// The words of what stands in the way, on a computer that trusts no certificate authority: it has more to do than
    /// to ask others.
    client: Result<Client, String>,
}

/// How questions are asked.
#[derive(Clone, Debug)]
pub struct Manner {
    /// Whom they trust.
    pub trust: Trust,
    /// Who asks, where the other side wants to know by certificate.
    pub proof: Option<Proof>,
    /// From the first byte of a question to the last of its answer.
    pub timeout: Duration,
    /// Whether an answer may lead elsewhere. What moves money may not.
    pub follows: bool,
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What the other side calls it.
    pub status: StatusCode,
    /// What it says beside it.
    pub headers: HeaderMap,
    /// What it says.
    pub content: Vec<u8>,
}

impl Answer {
    /// What a header says, if it is there and written in ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// How a question failed: whether the other side may have heard it.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Not a byte of it left this computer.
    #[error("{0}")]
    NotAsked(String),
    /// There was no whole answer; whether it was heard, nobody knows.
    #[error("{0}")]
    NotAnswered(String),
    /// The answer led elsewhere or had no end.
    #[error("{0}")]
    Odd(String),
}

impl Failure {
    /// The failure of a port, for those to whom it does not matter whether they were heard.
    pub fn of(self, what: &'static str) -> PortError {
        match self {
            Self::NotAsked(words) | Self::NotAnswered(words) => PortError::new(PortErrorKind::Unavailable, what, words),
            Self::Odd(words) => PortError::new(PortErrorKind::Unexpected, what, words),
        }
    }
}

impl Web {
    /// Asks whom the operating system trusts, follows what has moved, and waits no longer than this for a whole answer. A
    /// proxy is taken from the environment, as other programs do.
    pub fn new(timeout: Duration) -> Self {
        Self::in_manner(&Manner { trust: Trust::System, proof: None, timeout, follows: true })
    }

    /// Asks in this manner.
    pub fn in_manner(manner: &Manner) -> Self {
        Self { client: client(manner).map_err(|error| words(error.as_ref())) }
    }

    /// Begins a question.
    ///
    /// # Errors
    /// `Misconfigured` on a computer, or with a certificate, that allows none.
    pub fn ask(&self, method: Method, address: &str) -> Result<RequestBuilder, PortError> {
        let client = self.client.as_ref().map_err(|words| {
            PortError::new(PortErrorKind::Misconfigured, "prepare to ask over the network", words.clone())
        })?;
        Ok(client.request(method, address))
    }
}

/// Sends a question and reads the whole answer, whatever it says.
///
/// # Errors
/// [`Failure`]. The address is left out of its words, for it may hold a secret.
pub async fn answer(question: RequestBuilder) -> Result<Answer, Failure> {
    let mut answer = question.send().await.map_err(failed)?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let content = whole(&mut answer).await?;
    Ok(Answer { status, headers, content })
}

/// What a status means that brings nothing else.
pub fn said(what: &'static str, status: StatusCode) -> PortError {
    let kind = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => PortErrorKind::Misconfigured,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => PortErrorKind::Unavailable,
        status if status.is_server_error() => PortErrorKind::Unavailable,
        status if status.is_client_error() => PortErrorKind::Refused,
        _ => PortErrorKind::Unexpected,
    };
    PortError::new(kind, what, format!("HTTP {status}"))
}

fn client(manner: &Manner) -> Result<Client, Box<dyn Error>> {
    let client = Client::builder()
        .tls_backend_preconfigured(trust::tls(&manner.trust, manner.proof.as_ref())?)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(manner.timeout)
        .redirect(if manner.follows { Policy::custom(follow) } else { Policy::none() })
        // The address of a question may hold a token; where a redirect leads it would be told.
        .referer(false)
        .user_agent(concat!("stolpe/", env!("CARGO_PKG_VERSION")));
    Ok(client.build()?)
}

/// Follows a source that moved, but never from a protected connection to one that others can read and change.
fn follow(attempt: Attempt<'_>) -> Action {
    let unprotected =
        attempt.url().scheme() != "https" && attempt.previous().iter().any(|address| address.scheme() == "https");
    if unprotected {
        attempt.error("redirected to an unprotected address")
    } else if attempt.previous().len() > MOST_REDIRECTS {
        attempt.error("redirected too often")
    } else {
        attempt.follow()
    }
}

async fn whole(answer: &mut Response) -> Result<Vec<u8>, Failure> {
    let mut content = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(failed)? {
        if content.len() + part.len() > MOST_BYTES {
            return Err(Failure::Odd("an answer of more than 4 MB".to_owned()));
        }
        content.extend_from_slice(&part);
    }
    Ok(content)
}

fn failed(error: reqwest::Error) -> Failure {
    let (is_redirect, is_connect) = (error.is_redirect(), error.is_connect() || error.is_builder());
    let words = words(&error.without_url());
    match (is_redirect, is_connect) {
        (true, _) => Failure::Odd(words),
        (false, true) => Failure::NotAsked(words),
        (false, false) => Failure::NotAnswered(words),
    }
}

/// The words of every error on the way down.
fn words(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut inner = error.source();
    while let Some(cause) = inner {
        let _ = write!(words, ": {cause}");
        inner = cause.source();
    }
    words
}
