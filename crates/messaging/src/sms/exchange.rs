//! One question to a gateway and what its answer means, whichever it is.

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use std::time::Duration;
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::payments::RawCallback;
use stolpe_ports::sms::SmsFault;
use stolpe_web::{Answer, Failure, Manner, Trust, Web};
use url::form_urlencoded::{Serializer, parse};

/// What is asked, as failures tell it.
pub(super) const WHAT: &str = "ask an SMS gateway";
/// Gateways answer within seconds.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Words of a gateway that are kept.
const LONGEST_WORDS: usize = 400;

/// A web that never follows elsewhere: what costs money is asked where it was meant to be asked.
pub(super) fn web() -> Web {
    Web::in_manner(&Manner { trust: Trust::System, proof: None, timeout: TIMEOUT, follows: false })
}

/// Puts fields into a question, as a form of the web does.
pub(super) fn with_form(question: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    question.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)
}

/// Behind a path: what narrows a question down.
pub(super) fn query(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Asks something that may be asked as often as one likes.
pub(super) async fn look(question: RequestBuilder) -> Result<Answer, PortError> {
    stolpe_web::answer(question).await.map_err(|failure| failure.of(WHAT))
}

/// Asks for something that costs money; an answer is one that says yes or no.
pub(super) async fn act(question: RequestBuilder) -> Result<Answer, SmsFault> {
    let answer = stolpe_web::answer(question).await.map_err(|failure| match failure {
        Failure::NotAsked(_) => SmsFault::NotAsked(failure.of(WHAT)),
        Failure::NotAnswered(_) | Failure::Odd(_) => SmsFault::NotAnswered(failure.of(WHAT)),
    })?;
    if answer.status == StatusCode::TOO_MANY_REQUESTS {
        let after = answer.header(RETRY_AFTER.as_str()).and_then(|seconds| seconds.trim().parse().ok());
        return Err(SmsFault::Busy { after: after.map(Duration::from_secs) });
    }
    // A fault of theirs may have come after they did what was asked, and so may an answer that leads elsewhere.
    if answer.status.is_server_error() || answer.status.is_redirection() {
        return Err(SmsFault::NotAnswered(stolpe_web::said(WHAT, answer.status)));
    }
    Ok(answer)
}

/// Reads an answer.
pub(super) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, PortError> {
    serde_json::from_slice(&answer.content).map_err(|error| PortError::new(PortErrorKind::Unexpected, WHAT, error))
}

/// What an answer says in words.
pub(super) fn words(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.content).trim().chars().take(LONGEST_WORDS).collect()
}

/// The fields of what a gateway has sent, in the order of their names.
pub(super) fn fields(report: &RawCallback) -> Vec<(String, String)> {
    let mut fields: Vec<_> = parse(&report.body).into_owned().collect();
    fields.sort();
    fields
}

/// A field of what a gateway has sent.
pub(super) fn field<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}
