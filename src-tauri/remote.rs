//! A host elsewhere: requests of the page go there, answers come back, over TLS.

use std::cmp::Ordering;
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt, TryStreamExt};
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderName, ORIGIN, REFERER, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, Request, Response};
use reqwest::{Client, redirect};
use serde::Deserialize;
use url::Url;

use crate::error::ShellError;
use crate::trust::{Fingerprint, Trust};

/// The version of this desk; a host must share its first two numbers.
const OURS: &str = env!("CARGO_PKG_VERSION");
/// A host that takes longer to say hello is out of reach.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longer than any answer should take; long work is a task that is polled.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(2);

/// Headers that belong to one leg of the way, or that tell a page from elsewhere what it should not know.
const OF_ONE_LEG: &[HeaderName] = &[CONNECTION, CONTENT_LENGTH, HOST, ORIGIN, REFERER, TRANSFER_ENCODING, UPGRADE];

/// A connection to a host elsewhere.
pub(crate) struct Remote {
    client: Client,
    base: Url,
    trust: Arc<Trust>,
}

#[derive(Deserialize)]
struct System {
    version: String,
}

impl Remote {
    /// Says hello to the host, whose certificate the user may have accepted.
    ///
    /// # Errors
    /// When it does not answer, cannot be trusted, is no host of ours, or one of another series of versions.
    pub(crate) async fn connect(base: Url, accepted: Option<Fingerprint>) -> Result<Self, ShellError> {
        let trust = Trust::new(accepted);
        let client = Client::builder()
            .tls_backend_preconfigured(trust.client().map_err(ShellError::Tls)?)
            .connect_timeout(CONNECT_TIMEOUT)
            // A redirect would carry the token to an address nobody chose.
            .redirect(redirect::Policy::none())
            .user_agent(concat!("stolpe-desk/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(ShellError::Unreachable)?;
        let remote = Self { client, base, trust };
        let hello = Request::get("/api/v1/system").body(Vec::new()).map_err(|_| ShellError::Address)?;
        let answer = remote.call(hello).await?;
        let theirs = serde_json::from_slice::<System>(answer.body()).map_err(|_| ShellError::NoHost)?.version;
        match series(&theirs).ok_or(ShellError::NoHost)?.cmp(&series(OURS).unwrap_or_default()) {
            Ordering::Less => Err(ShellError::OlderHost { theirs, ours: OURS }),
            Ordering::Equal => Ok(remote),
            Ordering::Greater => Err(ShellError::NewerHost { theirs, ours: OURS }),
        }
    }

    /// Why a request did not go through: a certificate that was refused says more than the connection that ended by it.
    fn refusal(&self, error: reqwest::Error) -> ShellError {
        match self.trust.take_refused() {
            Some(stranger) => ShellError::Stranger(Box::new(stranger)),
            None => ShellError::Unreachable(error),
        }
    }

    /// Sends a request of the page and brings the whole answer.
    ///
    /// # Errors
    /// When the host does not answer or is no longer trusted.
    pub(crate) async fn call(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, ShellError> {
        let answer = self.send(request, Some(ANSWER_TIMEOUT)).await.map_err(|error| self.refusal(error))?;
        let (status, headers) = (answer.status(), without_leg(answer.headers().clone()));
        let body = answer.bytes().await.map_err(ShellError::Unreachable)?;
        let mut response = Response::new(body.to_vec());
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    /// Sends a request whose answer does not end.
    ///
    /// # Errors
    /// When the host does not answer, or answers with an error.
    pub(crate) async fn stream(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<impl Stream<Item = std::io::Result<Vec<u8>>> + use<>, reqwest::Error> {
        let answer = self.send(request, None).await?.error_for_status()?;
        Ok(answer.bytes_stream().map_ok(|bytes| bytes.to_vec()).map(|part| part.map_err(std::io::Error::other)))
    }

    async fn send(
        &self,
        request: Request<Vec<u8>>,
        timeout: Option<Duration>,
    ) -> Result<reqwest::Response, reqwest::Error> {
        let (parts, body) = request.into_parts();
        let mut address = self.base.clone();
        address.set_path(parts.uri.path());
        address.set_query(parts.uri.query());
        let mut call = self.client.request(parts.method, address).headers(without_leg(parts.headers)).body(body);
        if let Some(timeout) = timeout {
            call = call.timeout(timeout);
        }
        call.send().await
    }
}

fn without_leg(mut headers: HeaderMap) -> HeaderMap {
    for name in OF_ONE_LEG {
        headers.remove(name);
    }
    headers
}

/// The numbers of a version that change when desk and host no longer understand each other.
fn series(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use axum::Json;
    use axum::body::Bytes;
    use axum::routing::{get, post};
    use http::Uri;
    use serde_json::{Value, json};

    use super::*;

    /// A host that answers with what it was sent.
    async fn host(version: &'static str) -> Url {
        let echo = async |uri: Uri, headers: HeaderMap, body: Bytes| {
            let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
            Json(json!({
                "authorization": header("authorization"),
                "origin": header("origin"),
                "query": uri.query(),
                "size": body.len(),
            }))
        };
        let router = axum::Router::new()
            .route("/api/v1/system", get(move || async move { Json(json!({ "version": version })) }))
            .route("/api/v1/echo", post(echo));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tauri::async_runtime::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}/").parse().unwrap()
    }

    #[tokio::test]
    async fn a_request_arrives_whole_and_without_the_origin_of_the_window() {
        crate::use_tls_library();
        let remote = Remote::connect(host(OURS).await, None).await.unwrap();
        let request = Request::post("/api/v1/echo?a=%C3%A5")
            .header("authorization", "Bearer abc")
            .header("origin", "app://localhost")
            .body(vec![b'x'; 2_000_000])
            .unwrap();
        let answer = remote.call(request).await.unwrap();
        let seen: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(
            seen,
            json!({ "authorization": "Bearer abc", "origin": null, "query": "a=%C3%A5", "size": 2_000_000 })
        );
    }

    #[tokio::test]
    async fn a_host_of_another_series_is_refused_with_its_version_and_a_patch_is_not() {
        crate::use_tls_library();
        match Remote::connect(host("99.0.0").await, None).await {
            Err(ShellError::NewerHost { theirs, .. }) => assert_eq!(theirs, "99.0.0"),
            other => panic!("{:?}", other.map(|_| ())),
        }
        let older = Remote::connect(host("0.0.9").await, None).await;
        assert!(matches!(older, Err(ShellError::OlderHost { .. })));
        let other_program = Remote::connect(host("nightly").await, None).await;
        assert!(matches!(other_program, Err(ShellError::NoHost)));
        let (major, minor) = series(OURS).unwrap();
        let patched: &'static str = format!("{major}.{minor}.99").leak();
        assert!(Remote::connect(host(patched).await, None).await.is_ok());
    }

    #[tokio::test]
    async fn a_host_that_is_not_there_is_out_of_reach() {
        crate::use_tls_library();
        // Port 1 is reserved and nothing of ours; the loopback answers at once that nobody listens.
        let nobody = "http://127.0.0.1:1/".parse().unwrap();
        assert!(matches!(Remote::connect(nobody, None).await, Err(ShellError::Unreachable(_))));
    }
}
