//! One question over the network, with its time, its size and what may be told of a failure.

use async_trait::async_trait;
use chrono_tz::Tz;
use reqwest::header::{ETAG, IF_NONE_MATCH};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Response, StatusCode};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt as _;
use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;
use stolpe_domain::market_price::PriceSource;
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::prices::{PriceAnswer, PriceMarket, PriceQuestion};

use crate::{PriceAddresses, central_bank, day_list, entsoe};

/// Delivery days are those of central Europe, in every area.
pub(crate) const MARKET_ZONE: Tz = chrono_tz::Europe::Stockholm;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// From the first byte of the question to the last of the answer. A day of quarters is a dozen kilobytes; ENTSO-E takes
/// its time to put a document together.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The longest document, ninety days of rates, has some tens of kilobytes; more is something else.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// A source that moved says so once, or twice.
const MOST_REDIRECTS: usize = 3;

/// The sources as they are on the network.
#[derive(Clone, Debug)]
pub struct Web {
    /// The words of what stands in the way, on a computer that trusts no certificate authority: it has more to do than
    /// to fetch prices.
    client: Result<Client, String>,
    addresses: PriceAddresses,
}

impl Web {
    /// Asks at these addresses, in the time that is usual. A proxy is taken from the environment, as other programs do.
    pub fn at(addresses: PriceAddresses) -> Self {
        Self::within(addresses, TIMEOUT)
    }

    /// Asks at these addresses and waits no longer than this for a whole answer.
    pub fn within(addresses: PriceAddresses, timeout: Duration) -> Self {
        Self { client: client(timeout).map_err(|error| words(error.as_ref())), addresses }
    }

    async fn ask(&self, address: &str, known: Option<&str>) -> Result<Response, PortError> {
        let client = self.client.as_ref().map_err(|words| {
            PortError::new(PortErrorKind::Misconfigured, "prepare to ask for prices", words.clone())
        })?;
        let mut call = client.get(address);
        if let Some(known) = known {
            call = call.header(IF_NONE_MATCH, known);
        }
        call.send().await.map_err(failed)
    }
}

fn client(timeout: Duration) -> Result<Client, Box<dyn Error>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let tls = tls.with_platform_verifier()?.with_no_client_auth();
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(timeout)
        .redirect(Policy::custom(follow))
        // The address of a question may hold a token; where a redirect leads it would be told.
        .referer(false)
        .user_agent(concat!("stolpe/", env!("CARGO_PKG_VERSION")));
    Ok(client.build()?)
}

#[async_trait]
impl PriceMarket for Web {
    async fn day(&self, question: &PriceQuestion) -> Result<PriceAnswer, PortError> {
        let PriceQuestion { source, area, day, .. } = *question;
        let address = match source {
            PriceSource::Elprisetjustnu => day_list::address(self.addresses.elprisetjustnu(), area, day),
            PriceSource::Hvakosterstrommen => day_list::address(self.addresses.hvakosterstrommen(), area, day),
            PriceSource::Entsoe => {
                let token = question.token.as_deref().map_or("", String::as_str);
                entsoe::address(self.addresses.entsoe(), area, day, token)
            }
        };
        let answer = self.ask(&address, question.known.as_deref()).await?;
        let name = answer.headers().get(ETAG).and_then(|name| name.to_str().ok()).map(str::to_owned);
        match (answer.status(), source) {
            (StatusCode::NOT_MODIFIED, _) => Ok(PriceAnswer::AsBefore),
            (StatusCode::NOT_FOUND, PriceSource::Elprisetjustnu | PriceSource::Hvakosterstrommen) => {
                Ok(PriceAnswer::Nothing)
            }
            (StatusCode::OK, _) => Ok(PriceAnswer::Document { content: whole(answer).await?, name }),
            // The platform says in a document what it has not got, with either status.
            (StatusCode::BAD_REQUEST, PriceSource::Entsoe) => {
                let content = whole(answer).await?;
                match content.trim_ascii_start().first() {
                    Some(b'<') => Ok(PriceAnswer::Document { content, name: None }),
                    _ => Err(said(StatusCode::BAD_REQUEST)),
                }
            }
            (status, _) => Err(said(status)),
        }
    }

    async fn euro_rates(&self) -> Result<Vec<u8>, PortError> {
        let answer = self.ask(&central_bank::address(self.addresses.ecb()), None).await?;
        match answer.status() {
            StatusCode::OK => whole(answer).await,
            status => Err(said(status)),
        }
    }
}

/// Follows a source that moved, but never from a protected connection to one that others can read and change.
fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
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

/// The whole of an answer, unless it is longer than any document is.
async fn whole(mut answer: Response) -> Result<Vec<u8>, PortError> {
    let mut content = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(failed)? {
        if content.len() + part.len() > MOST_BYTES {
            return Err(PortError::new(PortErrorKind::Unexpected, "read prices", "an answer of more than 4 MB"));
        }
        content.extend_from_slice(&part);
    }
    Ok(content)
}

/// What a status means that brings no document.
fn said(status: StatusCode) -> PortError {
    let kind = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => PortErrorKind::Misconfigured,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => PortErrorKind::Unavailable,
        status if status.is_server_error() => PortErrorKind::Unavailable,
        status if status.is_client_error() => PortErrorKind::Refused,
        _ => PortErrorKind::Unexpected,
    };
    PortError::new(kind, "ask for prices", format!("HTTP {status}"))
}

/// A question that got no answer; the address is left out of its words, for it may hold a token.
fn failed(error: reqwest::Error) -> PortError {
    let kind = if error.is_redirect() { PortErrorKind::Unexpected } else { PortErrorKind::Unavailable };
    PortError::new(kind, "ask for prices", words(&error.without_url()))
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
