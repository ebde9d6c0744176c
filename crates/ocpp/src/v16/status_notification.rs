//! `StatusNotification`: how a connector is, or with connector 0 the whole charge point.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::borrow::Cow;

/// The report; its words are kept as they came and understood where they are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StatusNotification<'a> {
    /// 0 is the charge point itself.
    #[serde(deserialize_with = "crate::lenient::whole")]
    pub connector_id: Option<i64>,
    /// `NoError`, or what is wrong; with another status than `Faulted` it is a warning.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub error_code: Option<Cow<'a, str>>,
    /// One of nine words.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub status: Option<Cow<'a, str>>,
    /// Free text.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub info: Option<Cow<'a, str>>,
    /// When, by the charge point's clock.
    #[serde(deserialize_with = "crate::lenient::instant")]
    pub timestamp: Option<DateTime<Utc>>,
    /// Whose error codes.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub vendor_id: Option<Cow<'a, str>>,
    /// The vendor's own error code: what support needs (EVC-29).
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub vendor_error_code: Option<Cow<'a, str>>,
}
