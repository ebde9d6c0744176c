//! What answers the page: a host inside this desk, or one elsewhere. The page cannot tell which.

use std::pin::Pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use futures::{Stream, TryStreamExt};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::embedded::Embedded;
use crate::error::ShellError;
use crate::folder::Folders;
use crate::keychain;
use crate::network::{Listening, Network};
use crate::place::{KeyPlace, Place, with_password};
use crate::remote::Remote;
use crate::sign_in::SignIn;
use crate::trust::Fingerprint;

/// The bytes of an answer that does not end.
pub(crate) type Bytes = Pin<Box<dyn Stream<Item = std::io::Result<Vec<u8>>> + Send>>;

/// How long the host may take to finish what it is doing when the desk closes.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// The host that answers the page, and the sign-in there.
pub(crate) struct Backend {
    /// The sign-in of this desk at this host.
    pub(crate) sign_in: SignIn,
    end: End,
}

enum End {
    Here(Box<Embedded>),
    There(Remote),
}

/// What is to be opened.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) place: Place,
    /// Where the key of the vault is, when the host runs in this desk.
    pub(crate) key: KeyPlace,
    /// The certificate of a host elsewhere that the user has accepted.
    pub(crate) certificate: Option<Fingerprint>,
    /// Whether the desk has worked there before: data that must be there is not made anew.
    pub(crate) is_known: bool,
    /// Whom the host in this desk lets in.
    pub(crate) network: Network,
}

impl Backend {
    /// Opens the place. The keychain may ask the user meanwhile.
    ///
    /// # Errors
    /// When the place cannot be opened.
    pub(crate) async fn open(wanted: &Wanted, folders: &Folders) -> Result<Self, ShellError> {
        let key = &wanted.key;
        let (end, name) = match &wanted.place {
            Place::Embedded => {
                if wanted.is_known {
                    folders.check_data()?;
                }
                let host = Embedded::on_file(folders, key).await?;
                let name = host.name.clone();
                (End::Here(Box::new(host)), name)
            }
            Place::Postgres { url } => {
                let (address, its_key) = (url.clone(), key.clone());
                let address = blocking(move || with_password(&address, &its_key)).await??;
                (End::Here(Box::new(Embedded::on_postgres(key, url, &address).await?)), url.to_string())
            }
            Place::Remote { url } => {
                (End::There(Remote::connect(url.clone(), wanted.certificate.clone()).await?), url.to_string())
            }
        };
        let sign_in = blocking(move || SignIn::remembered(&name)).await?;
        Ok(Self { sign_in, end })
    }

    /// Answers a request of the page for something below `/api/`.
    pub(crate) async fn answer(&self, mut request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        self.sign_in.authorise(&mut request);
        let response = match &self.end {
            End::Here(host) => call(host.router(), request).await,
            End::There(remote) => remote.call(request).await.unwrap_or_else(|error| {
                tracing::warn!(error = error.chain(), "the host does not answer");
                problem(StatusCode::SERVICE_UNAVAILABLE, &error)
            }),
        };
        self.sign_in.learn(&method, &path, response).await
    }

    /// Opens the stream of changes. It ends when the sign-in does.
    ///
    /// # Errors
    /// When the host does not answer or refuses.
    pub(crate) async fn events(&self) -> std::io::Result<Bytes> {
        let mut request = Request::get("/api/v1/events")
            .header(ACCEPT, "text/event-stream")
            .body(Vec::new())
            .map_err(std::io::Error::other)?;
        self.sign_in.authorise(&mut request);
        match &self.end {
            End::There(remote) => Ok(Box::pin(remote.stream(request).await.map_err(std::io::Error::other)?)),
            End::Here(host) => {
                let response = oneshot(host.router(), request).await;
                if !response.status().is_success() {
                    return Err(std::io::Error::other(format!("the host answered {}", response.status())));
                }
                let parts = response.into_body().into_data_stream();
                Ok(Box::pin(parts.map_ok(|part| part.to_vec()).map_err(std::io::Error::other)))
            }
        }
    }

    /// Whether whoever is signed in may change what holds for the whole installation.
    pub(crate) async fn may_change_settings(&self) -> bool {
        let Ok(request) = Request::get("/api/v1/me").body(Vec::new()) else { return false };
        let answer = self.answer(request).await;
        let me: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        answer.status().is_success()
            && me["permissions"].as_array().is_some_and(|all| all.iter().any(|it| it == "change_setting"))
    }

    /// Lets these in at the host of this desk; one elsewhere listens as its own owner wants.
    ///
    /// # Errors
    /// When it cannot listen; then nobody is let in.
    pub(crate) async fn listen(&self, network: &Network) -> Result<(), ShellError> {
        match &self.end {
            End::Here(host) => host.listen(network).await,
            End::There(_) => Ok(()),
        }
    }

    /// Has the host of this desk write down who changed whom it lets in.
    ///
    /// # Errors
    /// When whoever is signed in may not change it, or it cannot be written down.
    pub(crate) async fn note_network(&self, before: &Network, after: &Network) -> Result<(), ShellError> {
        let End::Here(host) = &self.end else { return Ok(()) };
        let token = self.sign_in.token().ok_or(ShellError::Denied)?;
        host.note_network(&token, before, after).await
    }

    /// How far listening has come; nothing at a host elsewhere.
    pub(crate) async fn listening(&self) -> Option<Listening> {
        match &self.end {
            End::Here(host) => host.listening().await,
            End::There(_) => None,
        }
    }

    /// How many tasks would be interrupted if the desk closed now; those of a host elsewhere go on without it.
    pub(crate) fn running_tasks(&self) -> usize {
        match &self.end {
            End::Here(host) => host.running_tasks(),
            End::There(_) => 0,
        }
    }

    /// Lets the host finish what it is doing.
    pub(crate) async fn close(&self) {
        if let End::Here(host) = &self.end
            && tokio::time::timeout(STOP_TIMEOUT, host.stop()).await.is_err()
        {
            tracing::warn!("the host did not finish in time; what it was doing is taken up at the next start");
        }
    }
}

async fn oneshot(router: Router, request: Request<Vec<u8>>) -> Response<Body> {
    // A router answers everything, if only with 404: its error type has no values.
    router.oneshot(request.map(Body::from)).await.unwrap_or_else(|never| match never {})
}

async fn call(router: Router, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
    let (parts, body) = oneshot(router, request).await.into_parts();
    match body.collect().await {
        Ok(whole) => Response::from_parts(parts, whole.to_bytes().to_vec()),
        Err(error) => {
            tracing::error!(%error, "an answer broke off");
            problem(StatusCode::INTERNAL_SERVER_ERROR, &ShellError::Broken(error))
        }
    }
}

/// An answer of the shell itself, in the form in which the host tells its own problems.
pub(crate) fn problem(status: StatusCode, error: &ShellError) -> Response<Vec<u8>> {
    let body = json!({
        "type": "about:blank",
        "title": error.to_string(),
        "status": status.as_u16(),
        "code": error.code(),
        "detail": error.chain(),
        "params": error.params(),
    });
    let mut response = Response::new(body.to_string().into_bytes());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("application/problem+json"));
    response
}

/// Runs something that waits for the keychain, where waiting is allowed.
///
/// # Errors
/// When it panicked.
pub(crate) async fn blocking<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> Result<T, ShellError> {
    Ok(tauri::async_runtime::spawn_blocking(act).await?)
}

/// Whether the key of a vault can be kept where it should be.
///
/// # Errors
/// When it should be in the keychain and there is none.
pub(crate) async fn check_key(key: &KeyPlace) -> Result<(), ShellError> {
    match (key, blocking(keychain::state).await?) {
        (KeyPlace::Keychain, keychain::KeychainState::Absent) => Err(keychain::KeychainError::Absent.into()),
        _ => Ok(()),
    }
}
