//! What a payment is for.

use crate::id::DocumentId;
use crate::words::words;

words! {
    /// What a payment is for, in a word.
    PurposeKind {
        /// A document is paid.
        Document = "document",
        /// Money is put in beforehand.
        TopUp = "top_up",
    }
}

/// What a payment is for: it never pays a document and tops up at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentPurpose {
    /// This document is paid.
    Document(DocumentId),
    /// What its payer has paid beforehand at its facility becomes more.
    TopUp,
}

impl PaymentPurpose {
    /// The document that is paid.
    pub const fn document(self) -> Option<DocumentId> {
        match self {
            Self::Document(id) => Some(id),
            Self::TopUp => None,
        }
    }

    /// Which of the two it is.
    pub const fn kind(self) -> PurposeKind {
        match self {
            Self::Document(_) => PurposeKind::Document,
            Self::TopUp => PurposeKind::TopUp,
        }
    }

    /// What stands in a word and a document; nothing where they contradict one another.
    pub const fn of(kind: PurposeKind, document: Option<DocumentId>) -> Option<Self> {
        match (kind, document) {
            (PurposeKind::Document, Some(id)) => Some(Self::Document(id)),
            (PurposeKind::TopUp, None) => Some(Self::TopUp),
            _ => None,
        }
    }
}
