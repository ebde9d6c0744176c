//! The caller's key for "do this once", tied to the request that it came with.

use crate::problem::Problem;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use stolpe_app::{Idempotency, Replayed, request_digest};

/// The header that carries the key.
pub(crate) const HEADER: &str = "idempotency-key";
/// Says that the answer is that of an earlier request with the same key, and that nothing was done again.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// A key is a UUID or something like it.
const KEY_LENGTH: usize = 100;
/// The largest body that is taken: a spreadsheet of a hundred thousand people fits with room to spare.
pub(crate) const BODY_LENGTH: usize = 64 * 1024 * 1024;

/// The key with the digest of its request, for the extractor.
#[derive(Clone)]
pub(crate) struct Keyed(pub(crate) Idempotency);

/// Reads the key and the body of a creation and leaves both for the endpoint.
pub(crate) async fn read_key(request: Request, next: Next) -> Response {
    let key = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (Some(key), true) = (key, request.method() == Method::POST) else { return next.run(request).await };
    if key.is_empty() || key.len() > KEY_LENGTH {
        let status = StatusCode::BAD_REQUEST;
        return Problem::new(status, "idempotency.malformed", "the idempotency key is empty or too long")
            .into_response();
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LENGTH).await else {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body.too_large", "the body is too large").into_response();
    };
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let request_digest = request_digest(parts.method.as_str(), path, &body);
    let mut request = Request::from_parts(parts, Body::from(body));
    let replayed = Replayed::default();
    request.extensions_mut().insert(Keyed(Idempotency { key, request_digest, replayed: replayed.clone() }));
    let mut response = next.run(request).await;
    if replayed.is_set() {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
