//! `StartTransaction`: a report that charging began, perhaps long ago. It cannot be refused, only answered.

use super::authorize::IdTagInfo;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StartTransaction<'a> {
    /// From 1.
    #[serde(deserialize_with = "crate::lenient::whole")]
    pub connector_id: Option<i64>,
    /// Whose card.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub id_tag: Option<Cow<'a, str>>,
    /// The register at the start, in watt-hours.
    #[serde(deserialize_with = "crate::lenient::decimal")]
    pub meter_start: Option<rust_decimal::Decimal>,
    /// When, by the charge point's clock.
    #[serde(deserialize_with = "crate::lenient::instant")]
    pub timestamp: Option<DateTime<Utc>>,
    /// The reservation that it ends.
    #[serde(deserialize_with = "crate::lenient::whole")]
    pub reservation_id: Option<i64>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StartAnswer {
    /// Whether the tag may charge; the charge point decides what to do if not.
    pub id_tag_info: IdTagInfo,
    /// How the charge point names the transaction from now on: positive, never used before.
    pub transaction_id: i32,
}
