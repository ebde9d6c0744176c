//! `Authorize`: a card was shown.

use super::millis;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorize<'a> {
    /// What the reader read, at most 20 characters; upper and lower case are the same tag.
    #[serde(borrow, default, deserialize_with = "crate::lenient::text")]
    pub id_tag: Option<Cow<'a, str>>,
}

/// What is said of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum IdTagStatus {
    /// It may charge.
    Accepted,
    /// It was blocked.
    Blocked,
    /// Its time is over.
    Expired,
    /// It is not known.
    Invalid,
    /// It charges elsewhere already; only meant as an answer to a start.
    ConcurrentTx,
}

/// The answer, also inside those to a start and a stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IdTagInfo {
    /// Whether it may charge.
    pub status: IdTagStatus,
    /// Until when a charge point may remember this answer.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_millis")]
    pub expiry_date: Option<DateTime<Utc>>,
    /// The group whose members may end each other's charging.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id_tag: Option<String>,
}

impl IdTagInfo {
    /// An answer that says no more than the status.
    pub const fn of(status: IdTagStatus) -> Self {
        Self { status, expiry_date: None, parent_id_tag: None }
    }
}

#[expect(clippy::ref_option, reason = "serde hands the field by reference")]
fn optional_millis<S: serde::Serializer>(at: &Option<DateTime<Utc>>, json: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => millis(at, json),
        None => json.serialize_none(),
    }
}
