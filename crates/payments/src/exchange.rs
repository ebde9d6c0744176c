//! One question to a provider and what its answer means, whoever it is.

use reqwest::header::CONTENT_TYPE;
use reqwest::{RequestBuilder, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::payments::PaymentFault;
use stolpe_web::{Answer, Failure, Manner, Proof, Trust, Web};

/// What is asked, as failures tell it.
pub(crate) const WHAT: &str = "ask a payment provider";
/// Providers answer within seconds; a payer who waits longer goes away.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A web that never follows elsewhere: what moves money is asked where it was meant to be asked.
pub(crate) fn web(trust: Trust, proof: Option<Proof>) -> Web {
    Web::in_manner(&Manner { trust, proof, timeout: TIMEOUT, follows: false })
}

/// Puts JSON into a question.
pub(crate) fn with_json(question: RequestBuilder, body: &impl Serialize) -> Result<RequestBuilder, PortError> {
    let body = serde_json::to_vec(body).map_err(|error| PortError::new(PortErrorKind::Unexpected, WHAT, error))?;
    Ok(question.header(CONTENT_TYPE, "application/json").body(body))
}

/// Asks something that may be asked as often as one likes.
pub(crate) async fn look(question: RequestBuilder) -> Result<Answer, PortError> {
    stolpe_web::answer(question).await.map_err(|failure| failure.of(WHAT))
}

/// Asks for something that moves money.
pub(crate) async fn act(question: RequestBuilder) -> Result<Answer, PaymentFault> {
    let answer = stolpe_web::answer(question).await.map_err(|failure| match failure {
        Failure::NotAsked(_) => PaymentFault::NotAsked(failure.of(WHAT)),
        Failure::NotAnswered(_) | Failure::Odd(_) => PaymentFault::NotAnswered(failure.of(WHAT)),
    })?;
    // A fault of theirs may have come after they did what was asked.
    if answer.status.is_server_error() {
        return Err(PaymentFault::NotAnswered(stolpe_web::said(WHAT, answer.status)));
    }
    // Whoever has too much to do has not looked at it, and may be asked again.
    if answer.status == StatusCode::TOO_MANY_REQUESTS {
        return Err(PaymentFault::NotAsked(stolpe_web::said(WHAT, answer.status)));
    }
    Ok(answer)
}

/// What could not be asked for a reason of our own.
pub(crate) const fn not_asked(error: PortError) -> PaymentFault {
    PaymentFault::NotAsked(error)
}

/// Reads an answer.
pub(crate) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, PortError> {
    serde_json::from_slice(&answer.content).map_err(|error| PortError::new(PortErrorKind::Unexpected, WHAT, error))
}

/// A clear no whose words nobody put in a form.
pub(crate) fn refused(answer: &Answer) -> PaymentFault {
    let words: String = String::from_utf8_lossy(&answer.content).chars().take(400).collect();
    PaymentFault::Refused { code: format!("HTTP {}", answer.status.as_u16()), words }
}
