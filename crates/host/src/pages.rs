//! The built interface, the health checks and the headers that guard every page.

use crate::metrics::{self, Metrics};
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Router, middleware};
use rust_embed::RustEmbed;
use stolpe_app::App;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// Everything that `npm run build` leaves.
#[derive(RustEmbed)]
#[folder = "../../ui/dist"]
#[allow_missing = true]
struct Built;

/// What a page may load: our own scripts and styles; styles in elements, because the component library sets them.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
     font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// The API with the pages around it. Pages and files are zipped on the way; what the API answers is not, since it mixes
/// secrets with what others have written, and the length of a zipped answer tells of both.
pub(crate) fn site(api: Router, app: App) -> Router {
    let metrics = Metrics::of(app.clone());
    let ready = move || {
        let app = app.clone();
        async move {
            match app.system().await {
                Ok(_) => (StatusCode::OK, "ready\n"),
                Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be reached\n"),
            }
        }
    };
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics::tell).with_state(metrics.clone()))
        .merge(
            api.layer(middleware::from_fn_with_state(metrics, metrics::count))
                .fallback_service(any(page).layer(CompressionLayer::new())),
        )
        .layer(header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .layer(header(header::X_FRAME_OPTIONS, "DENY"))
}

/// The page or file of an address; addresses inside the two applications are theirs to read.
async fn page(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return stolpe_api::not_there().await.into_response();
    }
    let file = Built::get(path).map(|file| (path, file));
    let inside = || {
        let entry = if path == "admin" || path.starts_with("admin/") { "index.html" } else { "portal.html" };
        // A missing picture is missing; only an address without an extension is a page.
        let is_page = !path.rsplit('/').next().unwrap_or_default().contains('.');
        is_page.then(|| Built::get(entry).map(|file| (entry, file))).flatten()
    };
    match file.or_else(inside) {
        Some((name, file)) => {
            let kind = mime_guess::from_path(name).first_or_octet_stream();
            // Built files carry their hash in their name; pages do not.
            let keep = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
            ([(header::CONTENT_TYPE, kind.as_ref()), (header::CACHE_CONTROL, keep)], file.data).into_response()
        }
        None => (StatusCode::NOT_FOUND, "not found\n").into_response(),
    }
}
