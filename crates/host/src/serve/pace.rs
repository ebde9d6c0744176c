//! How fast a body must come: a caller who sends a byte now and then would hold a request open for ever.

use axum::body::{Body, BodyDataStream, Bytes, HttpBody as _};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures::{Stream, StreamExt as _};
use std::io;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Every body may take so long.
const GRACE: Duration = Duration::from_secs(30);
/// Beyond that it must have come at this speed: a telephone at the edge of its net is faster.
const BYTES_PER_S: u64 = 16 * 1024;

/// Ends a request whose body does not come.
pub(super) async fn keep(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    next.run(request.map(|body| Body::from_stream(paced(body.into_data_stream())))).await
}

fn paced(body: BodyDataStream) -> impl Stream<Item = io::Result<Bytes>> {
    let began = Instant::now();
    futures::stream::unfold(Some((body, 0_u64)), move |state| async move {
        let (mut body, come) = state?;
        let until = began + GRACE + Duration::from_secs(come / BYTES_PER_S);
        match timeout_at(until, body.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(piece))) => {
                let come = come.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
                Some((Ok(piece), Some((body, come))))
            }
            Ok(Some(Err(error))) => Some((Err(io::Error::other(error)), None)),
            Err(_late) => Some((Err(io::ErrorKind::TimedOut.into()), None)),
        }
    })
}
