//! What the world did to us.

use std::error::Error;

/// The other side chooses its words; a page of them helps nobody.
const WORDS_LENGTH: usize = 400;

/// Why a port could not do what was asked; the kind decides who is told and whether it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortErrorKind {
    /// No answer, or "later": worth another try.
    Unavailable,
    /// A clear no: another try would be refused too.
    Refused,
    /// Our settings are wrong.
    Misconfigured,
    /// Something that the other side should not say.
    Unexpected,
}

/// A port failed.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct PortError {
    /// What kind of failure it was.
    pub kind: PortErrorKind,
    /// What was asked of the port.
    pub what: &'static str,
    /// The failure underneath.
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl PortError {
    /// A failure with a cause.
    pub fn new(kind: PortErrorKind, what: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind, what, source: Some(source.into()) }
    }

    /// What the other side said, cut to a length that fits a line of a screen or two.
    pub fn words(&self) -> Option<String> {
        let said = self.source.as_ref()?.to_string();
        // Errors that wrap each other say the same thing twice in a row.
        let mut parts: Vec<&str> = said.split(": ").collect();
        parts.dedup();
        Some(parts.join(": ").chars().take(WORDS_LENGTH).collect())
    }

    /// A failure without a cause of its own.
    pub const fn bare(kind: PortErrorKind, what: &'static str) -> Self {
        Self { kind, what, source: None }
    }
}
