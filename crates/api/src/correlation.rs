//! One id for everything that a request does: in the log line, in the audit log, in the answer's header and in its
//! problem document, so that whoever is told of a fault can quote it.

use crate::problem::Problem;
use axum::extract::{MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use stolpe_app::App;
use stolpe_domain::id::Correlation;
use tower_http::request_id::{MakeRequestId, RequestId};
use tracing::Span;

/// The header that carries the id.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Makes the id of a request.
#[derive(Clone, Debug)]
pub(crate) struct NewCorrelation(pub(crate) App);

impl MakeRequestId for NewCorrelation {
    fn make_request_id<B>(&mut self, _: &axum::http::Request<B>) -> Option<RequestId> {
        HeaderValue::from_str(&self.0.new_correlation().to_string()).ok().map(RequestId::new)
    }
}

/// Takes away an id that the caller brought: it would stand in the audit log, which no caller may write in.
pub(crate) async fn forget_foreign(mut request: Request, next: Next) -> Response {
    request.headers_mut().remove(HEADER);
    next.run(request).await
}

/// The span in which everything of a request is logged. It names the route, never the address: that may hold a secret.
pub(crate) fn span(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", id, method = %request.method(), route)
}

/// The id of a request, which [`NewCorrelation`] has given it.
pub(crate) fn of(parts: &Parts) -> Option<Correlation> {
    let id = parts.extensions.get::<RequestId>()?.header_value().to_str().ok()?;
    id.parse().ok().map(Correlation)
}

/// Writes the id into a problem document on its way out.
pub(crate) async fn tell(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let id = of(&parts);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    match (response.extensions_mut().remove::<Problem>(), id) {
        (Some(problem), Some(id)) => {
            let told = problem.correlated(id).into_response();
            *response.body_mut() = told.into_body();
            response
        }
        _ => response,
    }
}
