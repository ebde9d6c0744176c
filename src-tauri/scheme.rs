//! `app://localhost`: one origin for pages and API, so that the page knows neither ports nor hosts.

use std::sync::Arc;

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Request, Response, StatusCode};
use tauri::{AppHandle, Manager, Runtime, UriSchemeResponder};

use crate::backend::problem;
use crate::desk::Desk;

/// The name of the scheme. Windows shows it as `http://app.localhost`.
pub(crate) const SCHEME: &str = "app";
/// Where the pages of the desk begin.
pub(crate) const START: &str = "app://localhost/admin/";

/// Answers a request of a window.
pub(crate) fn answer<R: Runtime>(app: &AppHandle<R>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    let app = app.clone();
    if is_api(request.uri().path()) {
        tauri::async_runtime::spawn(async move { responder.respond(api(&app, request).await) });
    } else {
        responder.respond(page(&app, request.uri().path()));
    }
}

fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

async fn api<R: Runtime>(app: &AppHandle<R>, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
    let backend = app.state::<Arc<Desk>>().backend(app).await;
    harmless(match backend {
        Ok(backend) => backend.answer(request).await,
        Err(error) => problem(StatusCode::SERVICE_UNAVAILABLE, &error),
    })
}

/// An answer of the API comes from the origin of the pages. Should a window ever show one, such as a file that somebody
/// took in, then as what it says it is, and without running anything.
fn harmless(mut response: Response<Vec<u8>>) -> Response<Vec<u8>> {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn page<R: Runtime>(app: &AppHandle<R>, path: &str) -> Response<Vec<u8>> {
    let Some(asset) = app.asset_resolver().get(file_of(path).to_owned()) else {
        let mut response = Response::new(Vec::new());
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let mut response = Response::new(asset.bytes);
    let headers = response.headers_mut();
    let policy = asset.csp_header.and_then(|policy| HeaderValue::from_str(&policy).ok());
    if let Some(policy) = policy {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if let Ok(kind) = HeaderValue::from_str(&asset.mime_type) {
        headers.insert(CONTENT_TYPE, kind);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // The pages change with the program, and come from memory anyhow.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The built file behind an address: a name with a dot is a file, all else is a place inside the desk.
fn file_of(path: &str) -> &str {
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if is_file { path } else { "/index.html" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_inside_the_desk_is_the_desk() {
        assert_eq!(file_of("/admin/"), "/index.html");
        assert_eq!(file_of("/admin/persons/0198c2f0-0000-7000-8000-000000000001"), "/index.html");
        assert_eq!(file_of("/assets/index-abc.js"), "/assets/index-abc.js");
    }

    #[test]
    fn an_answer_of_the_api_runs_nothing_in_the_origin_of_the_pages() {
        let from_elsewhere =
            Response::builder().header(CONTENT_SECURITY_POLICY, "default-src *").body(Vec::new()).unwrap();
        let answer = harmless(from_elsewhere);
        assert_eq!(answer.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
        let policies: Vec<_> = answer.headers().get_all(CONTENT_SECURITY_POLICY).iter().collect();
        assert_eq!(policies, ["sandbox; default-src 'none'"]);
    }

    #[test]
    fn only_the_api_goes_to_the_host() {
        assert!(is_api("/api/v1/me"));
        assert!(!is_api("/apidae.svg"));
        assert!(!is_api("/admin/api/"));
    }
}
