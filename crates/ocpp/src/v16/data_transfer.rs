//! `DataTransfer`: what a vendor says beyond the standard. It is kept in the raw log and not understood.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Something of the vendor's own; its data may be any JSON, though the standard wants a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DataTransfer<'a> {
    /// Whose language it is.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub vendor_id: Option<Cow<'a, str>>,
    /// Which message of it.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub message_id: Option<Cow<'a, str>>,
}

/// What we made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum DataTransferStatus {
    /// Understood.
    Accepted,
    /// Understood and refused.
    Rejected,
    /// The vendor is known, the message is not.
    UnknownMessageId,
    /// The vendor is not known.
    UnknownVendorId,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataTransferAnswer {
    /// What we made of it.
    pub status: DataTransferStatus,
}
