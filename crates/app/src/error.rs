//! Who must act when a use case cannot be carried out.

use std::error::Error;
use stolpe_domain::faults::Faults;
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_store::StoreError;

/// The outcome of a use case.
pub type Result<T, E = AppError> = std::result::Result<T, E>;

/// Why a use case was not carried out. In every case nothing has been changed.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Nobody is signed in, or the sign-in has ended.
    #[error("not signed in")]
    SignedOut,
    /// The actor may not do this here.
    #[error("not allowed")]
    Denied,
    /// There is no such thing, or it is not the actor's to see: both answer alike.
    #[error("not found")]
    NotFound,
    /// The input breaks rules, field by field.
    #[error("invalid input")]
    Invalid(#[from] Faults),
    /// A rule forbids it; the code names the rule.
    #[error("refused: {code}")]
    Refused {
        /// Stable code that the interface translates.
        code: &'static str,
        /// Values for the text, as JSON.
        params: serde_json::Value,
    },
    /// There were too many tries.
    #[error("too many tries: {code}")]
    Wait {
        /// Stable code that the interface translates.
        code: &'static str,
        /// Seconds until the next try is looked at.
        seconds: i64,
    },
    /// Something else has the name, number or place already.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// Somebody else has changed it since it was read.
    #[error("changed by someone else")]
    Changed,
    /// Something outside cannot be reached or used right now; the code says what.
    #[error("unavailable: {code}")]
    Unavailable {
        /// Stable code that the interface translates.
        code: &'static str,
        /// The failure underneath.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// Our own mistake.
    #[error("internal error")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

impl AppError {
    /// A rule forbids it.
    pub const fn refused(code: &'static str) -> Self {
        Self::Refused { code, params: serde_json::Value::Null }
    }

    /// One field is wrong.
    pub fn field(name: &str, code: &str) -> Self {
        Self::Invalid(Faults::one(name, code))
    }

    /// What the other side said, when it was the other side that could not.
    pub fn words(&self) -> Option<String> {
        let Self::Unavailable { source: Some(source), .. } = self else { return None };
        source.downcast_ref::<PortError>()?.words()
    }

    /// Something that cannot happen did.
    pub fn internal(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        let unavailable = |code, error| Self::Unavailable { code, source: Some(Box::new(error)) };
        match error {
            StoreError::Missing(_) => Self::NotFound,
            StoreError::Taken(code) => Self::Conflict(code),
            StoreError::Changed => Self::Changed,
            StoreError::NotText(_) => Self::field("text", "text.unreadable"),
            StoreError::InUse => Self::Conflict("conflict.in_use"),
            StoreError::Gone(_) => unavailable("database.gone", error),
            StoreError::Busy(_) => unavailable("database.busy", error),
            StoreError::DiskFull(_) => unavailable("disk.full", error),
            other => Self::Internal(Box::new(other)),
        }
    }
}

impl From<PortError> for AppError {
    fn from(error: PortError) -> Self {
        let code = match error.kind {
            PortErrorKind::Unavailable => "outside.unavailable",
            PortErrorKind::Refused => "outside.refused",
            PortErrorKind::Misconfigured => "outside.misconfigured",
            PortErrorKind::Unexpected => "outside.unexpected",
        };
        Self::Unavailable { code, source: Some(Box::new(error)) }
    }
}
