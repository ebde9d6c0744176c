//! How much a caller may send: strangers little, everybody a form, and a file only whom we know and who may bring one.

use crate::extract::Caller;
use crate::problem::Problem;
use crate::router::Api;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use http_body_util::LengthLimitError;
use std::error::Error;
use std::io::ErrorKind;
use stolpe_domain::access::Permission;

/// The largest body of an endpoint that is open to strangers: the longest form there is, setting up, is a tenth of it.
const OPEN_BYTES: usize = 16 * 1024;
/// The largest body of any other endpoint: a thousand ids fit twenty times.
const FORM_BYTES: usize = 1024 * 1024;
/// The largest body that brings a logo: that it is too large is said by whoever would read it, in words of its own.
const LOGO_BYTES: usize = 8 * 1024 * 1024;
/// The largest body that brings a file: a spreadsheet of a hundred thousand people fits with room to spare.
const FILE_BYTES: usize = 64 * 1024 * 1024;

/// The limit of endpoints that are open to strangers.
pub(crate) fn open() -> DefaultBodyLimit {
    DefaultBodyLimit::max(OPEN_BYTES)
}

/// The limit of all other endpoints.
pub(crate) fn form() -> DefaultBodyLimit {
    DefaultBodyLimit::max(FORM_BYTES)
}

/// The answer to a body that is larger than the endpoint takes.
pub(crate) fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body.too_large", "the body is too large")
}

/// The answer to a body that is larger than the endpoint takes, or that did not come in time.
pub(crate) fn unread(error: &(dyn Error + 'static)) -> Option<Problem> {
    if error.is::<LengthLimitError>() {
        return Some(too_large());
    }
    if error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::TimedOut) {
        return Some(Problem::new(StatusCode::REQUEST_TIMEOUT, "body.too_slow", "the body did not come in time"));
    }
    unread(error.source()?)
}

/// Reads a form that is kept until the endpoint asks for it.
pub(crate) async fn read_form(body: Body) -> Result<Bytes, Problem> {
    read(body, FORM_BYTES).await
}

/// Reads a file.
pub(crate) async fn read_file(body: Body) -> Result<Bytes, Problem> {
    read(body, FILE_BYTES).await
}

async fn read(body: Body, most: usize) -> Result<Bytes, Problem> {
    to_bytes(body, most).await.map_err(|error| {
        let status = StatusCode::BAD_REQUEST;
        unread(&error).unwrap_or_else(|| Problem::new(status, "invalid.body", error.to_string()))
    })
}

/// A file of a bank from somebody who may take such in; of others not a byte is read.
pub(crate) struct BankFileBody(pub(crate) Bytes);

impl FromRequest<Api> for BankFileBody {
    type Rejection = Problem;
    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let Caller(ctx) = Caller::from_request_parts(&mut parts, api).await?;
        ctx.reach(Permission::TakePayment)?;
        read_file(body).await.map(Self)
    }
}

/// A picture from somebody who may change organisations; of others not a byte is read.
pub(crate) struct LogoBody(pub(crate) Bytes);

impl FromRequest<Api> for LogoBody {
    type Rejection = Problem;
    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let Caller(ctx) = Caller::from_request_parts(&mut parts, api).await?;
        ctx.reach(Permission::ChangeOrganisation)?;
        read(body, LOGO_BYTES).await.map(Self)
    }
}

/// A file from somebody who may take files in; of others not a byte is read.
pub(crate) struct File(pub(crate) Bytes);

impl FromRequest<Api> for File {
    type Rejection = Problem;
    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let Caller(ctx) = Caller::from_request_parts(&mut parts, api).await?;
        ctx.reach(Permission::Import)?;
        read_file(body).await.map(Self)
    }
}
