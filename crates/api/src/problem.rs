//! Errors as problem documents (RFC 9457). The interface translates by `code`; `title` is for logs.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use stolpe_app::AppError;
use stolpe_domain::id::Correlation;
use utoipa::ToSchema;

/// What went wrong. In every case nothing has been changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem {
    /// Always `about:blank`: the code is what tells problems apart.
    #[serde(rename = "type")]
    kind: &'static str,
    /// HTTP status.
    status: u16,
    /// Words for a log.
    title: String,
    /// Stable word that the interface translates.
    code: String,
    /// Field names with the code of what is wrong.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<String, String>,
    /// Values for the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    params: Option<serde_json::Value>,
    /// The thing as it is now, when it was changed by somebody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    current: Option<Box<serde_json::Value>>,
    /// The id of the request, the same as in `X-Request-Id`, in the log and in the audit log: to quote to whoever helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation: Option<Correlation>,
}

/// Hashes that wait are made in about a second.
const BUSY_S: u32 = 2;

/// The outcome of an endpoint.
pub(crate) type Answer<T> = Result<T, Problem>;

impl Problem {
    /// A problem of the transport itself.
    pub(crate) fn new(status: StatusCode, code: &str, title: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            status: status.as_u16(),
            title: title.into(),
            code: code.to_owned(),
            fields: BTreeMap::new(),
            params: None,
            current: None,
            correlation: None,
        }
    }

    /// With the thing as it is now.
    pub(crate) fn with_current(mut self, view: impl Serialize) -> Self {
        self.current = serde_json::to_value(view).ok().map(Box::new);
        self
    }

    /// With the id of the request.
    pub(crate) const fn correlated(mut self, id: Correlation) -> Self {
        self.correlation = Some(id);
        self
    }

    /// Whether it is the caller who was refused, and not the host that could not.
    pub(crate) const fn is_of_the_caller(&self) -> bool {
        self.status < 500
    }

    /// Whether somebody else was faster.
    pub(crate) fn is_changed(&self) -> bool {
        self.status == StatusCode::PRECONDITION_FAILED.as_u16()
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let title = error.to_string();
        let said = error.words();
        match error {
            AppError::SignedOut => Self::new(StatusCode::UNAUTHORIZED, "access.signed_out", title),
            AppError::Denied => Self::new(StatusCode::FORBIDDEN, "access.denied", title),
            AppError::NotFound => Self::new(StatusCode::NOT_FOUND, "not_found", title),
            AppError::Invalid(faults) => {
                Self { fields: faults.0, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", title) }
            }
            AppError::Refused { code, params } => {
                let status = match code {
                    "login.refused" | "login.code_required" => StatusCode::UNAUTHORIZED,
                    "access.shared_host" => StatusCode::FORBIDDEN,
                    _ => StatusCode::CONFLICT,
                };
                Self { params: Some(params).filter(|value| !value.is_null()), ..Self::new(status, code, title) }
            }
            AppError::Wait { code, seconds } => Self {
                params: Some(json!({ "retryAfterS": seconds })),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, title)
            },
            AppError::Conflict(code) => Self::new(StatusCode::CONFLICT, code, title),
            AppError::Changed => Self::new(StatusCode::PRECONDITION_FAILED, "conflict.changed", title),
            AppError::Unavailable { code, source } => {
                tracing::warn!(code, source = ?source, "unavailable");
                let status = match code {
                    "disk.full" => StatusCode::INSUFFICIENT_STORAGE,
                    _ => StatusCode::SERVICE_UNAVAILABLE,
                };
                let params = match code {
                    "busy" => Some(json!({ "retryAfterS": BUSY_S })),
                    _ => said.map(|said| json!({ "said": said })),
                };
                Self { params, ..Self::new(status, code, title) }
            }
            AppError::Internal(source) => {
                tracing::error!(?source, "internal error");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", title)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&self)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        let wait = self.params.as_ref().and_then(|params| params.get("retryAfterS")?.as_i64());
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        // The id of the request is known on the way out; see `correlation::tell`.
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_when_there_is_too_much_to_do_is_told_when_to_come_back() {
        let busy = AppError::Unavailable { code: "busy", source: None };
        let response = Problem::from(busy).into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
        let gone = Problem::from(AppError::Unavailable { code: "database.gone", source: None }).into_response();
        assert!(!gone.headers().contains_key(header::RETRY_AFTER));
    }
}
