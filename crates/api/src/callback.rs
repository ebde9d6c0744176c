//! What somebody outside sends, as it came.

use crate::limit;
use crate::problem::{Answer, Problem};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use stolpe_app::RawCallback;

/// A callback, before anything of it is believed.
pub(crate) fn raw_callback(uri: &Uri, headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Answer<RawCallback> {
    let body = body.map_err(|rejection| {
        let malformed = || Problem::new(StatusCode::BAD_REQUEST, "invalid.body", rejection.body_text());
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE { limit::too_large() } else { malformed() }
    })?;
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    Ok(RawCallback {
        target: uri.path_and_query().map_or_else(String::new, ToString::to_string),
        headers: headers.iter().filter_map(|(name, it)| Some((name.as_str().to_owned(), text(it)?))).collect(),
        body: body.to_vec(),
    })
}
