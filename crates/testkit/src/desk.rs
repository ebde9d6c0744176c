//! Somebody who talks to the product over HTTP, without a network in between.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use std::net::{IpAddr, SocketAddr};
use tower::ServiceExt as _;

/// What the product answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, if it is JSON.
    pub body: Value,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body of an answer with this status.
    ///
    /// # Panics
    /// When the status is another one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The problem's code.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// Status and code of a refusal, as one word to compare with.
    pub fn refusal(&self) -> (u16, &str) {
        (self.status, self.code())
    }
}

/// Somebody who talks to the product: signed in, or nobody.
#[derive(Clone, Debug)]
pub struct Desk {
    router: Router,
    /// The bearer token.
    pub token: Option<String>,
    /// Where the requests come from; in process when left out.
    pub address: Option<IpAddr>,
}

impl Desk {
    /// Somebody with this token, or nobody.
    pub const fn new(router: Router, token: Option<String>) -> Self {
        Self { router, token, address: None }
    }

    /// The same, over the network from this address.
    ///
    /// # Panics
    /// When that is no address.
    #[must_use]
    pub fn from(&self, address: &str) -> Self {
        Self { address: Some(address.parse().unwrap()), ..self.clone() }
    }

    /// Sends any request with these headers beside the token; paths start below `/api/v1`.
    ///
    /// # Panics
    /// When the request cannot be made.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::builder()
            .method(method.parse::<Method>().unwrap())
            .uri(format!("/api/v1{path}"))
            .header(header::USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body.into()).unwrap();
        if let Some(address) = self.address {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address, 40_000)));
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // A stream of events never ends; what matters of it is that it began.
        let endless = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let bytes = if endless { Vec::new() } else { body.collect().await.unwrap().to_bytes().to_vec() };
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status: parts.status.as_u16(), headers: parts.headers, body, bytes }
    }

    /// Opens the stream of live changes: the status, and what comes.
    ///
    /// # Panics
    /// When the request cannot be made.
    pub async fn listen(&self) -> (u16, axum::body::BodyDataStream) {
        let token = self.token.as_deref().unwrap_or_default();
        let request = Request::get("/api/v1/events").header(header::AUTHORIZATION, format!("Bearer {token}"));
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        (response.status().as_u16(), response.into_body().into_data_stream())
    }

    async fn json(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let headers = [headers, &[("content-type", "application/json")]].concat();
        self.send(method, path, &headers, body.to_string()).await
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Body::empty()).await
    }

    /// Adds or acts.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.json("POST", path, &[], &body).await
    }

    /// Adds or acts, once per key.
    pub async fn post_once(&self, key: &str, path: &str, body: Value) -> Answer {
        self.json("POST", path, &[("idempotency-key", key)], &body).await
    }

    /// Acts on what is still at that version.
    pub async fn post_at(&self, path: &str, version: i64, body: Value) -> Answer {
        self.json("POST", path, &[("if-match", &format!("\"{version}\""))], &body).await
    }

    /// Replaces what is not guarded by a version.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.json("PUT", path, &[], &body).await
    }

    /// Replaces what is still at that version.
    pub async fn put_at(&self, path: &str, version: i64, body: Value) -> Answer {
        self.json("PUT", path, &[("if-match", &format!("\"{version}\""))], &body).await
    }

    /// Changes what is not guarded by a version.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.json("PATCH", path, &[], &body).await
    }

    /// Changes what is still at that version.
    pub async fn patch_at(&self, path: &str, version: i64, body: Value) -> Answer {
        self.json("PATCH", path, &[("if-match", &format!("\"{version}\""))], &body).await
    }

    /// Removes what is not guarded by a version.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], Body::empty()).await
    }

    /// Removes what is still at that version.
    pub async fn delete_at(&self, path: &str, version: i64) -> Answer {
        self.send("DELETE", path, &[("if-match", &format!("\"{version}\""))], Body::empty()).await
    }
}
