//! The caller's key for "do this once", tied to the request that it came with.

use crate::extract::Caller;
use crate::limit;
use crate::problem::Problem;
use crate::router::Api;
use axum::body::Body;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use stolpe_app::{Idempotency, Replayed};
use stolpe_domain::access::Permission;

/// The header that carries the key.
pub(crate) const HEADER: &str = "idempotency-key";
/// Says that the answer is that of an earlier request with the same key, and that nothing was done again.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// A key is a UUID or something like it.
const KEY_LENGTH: usize = 100;
/// Where a body is a file, and who may bring it.
const FILES: [(&str, Permission); 3] = [
    ("/api/v1/imports", Permission::Import),
    ("/api/v1/bank-files", Permission::TakePayment),
    ("/api/v1/bank-files/preview", Permission::TakePayment),
];

/// The key with the digest of its request, for the extractor.
#[derive(Clone)]
pub(crate) struct Keyed(pub(crate) Idempotency);

/// Reads the key and the body of a creation and leaves both for the endpoint. A stranger's key means nothing, so of a
/// stranger's body no more is read than the endpoint itself asks for.
pub(crate) async fn read_key(State(api): State<Api>, request: Request, next: Next) -> Response {
    let key = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (Some(key), true) = (key, request.method() == Method::POST) else { return next.run(request).await };
    if key.is_empty() || key.len() > KEY_LENGTH {
        let status = StatusCode::BAD_REQUEST;
        return Problem::new(status, "idempotency.malformed", "the idempotency key is empty or too long")
            .into_response();
    }
    let (mut parts, body) = request.into_parts();
    let ctx = match Caller::from_request_parts(&mut parts, &api).await {
        Ok(Caller(ctx)) => ctx,
        Err(problem) if problem.is_of_the_caller() => return next.run(Request::from_parts(parts, body)).await,
        Err(problem) => return problem.into_response(),
    };
    let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let brings_a_file = FILES.iter().any(|(file, who)| *file == path && ctx.reach(*who).is_ok());
    let body = if brings_a_file { limit::read_file(body).await } else { limit::read_form(body).await };
    let body = match body {
        Ok(body) => body,
        Err(problem) => return problem.into_response(),
    };
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let request_digest = match api.app.request_digest(parts.method.as_str(), path, &body) {
        Ok(digest) => digest,
        Err(error) => return Problem::from(error).into_response(),
    };
    let mut request = Request::from_parts(parts, Body::from(body));
    let replayed = Replayed::default();
    request.extensions_mut().insert(Keyed(Idempotency { key, request_digest, replayed: replayed.clone() }));
    let mut response = next.run(request).await;
    if replayed.is_set() {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
