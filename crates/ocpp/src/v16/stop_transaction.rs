//! `StopTransaction`: a report that charging ended.

use super::authorize::IdTagInfo;
use super::meter_values::MeterValue;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The report.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StopTransaction<'a> {
    /// As we named it at the start; -1 when the charge point never learnt a name (errata).
    #[serde(deserialize_with = "crate::lenient::whole")]
    pub transaction_id: Option<i64>,
    /// Not in the standard, sent by some: of use when the id is unknown.
    #[serde(deserialize_with = "crate::lenient::whole")]
    pub connector_id: Option<i64>,
    /// Whose card ended it.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub id_tag: Option<Cow<'a, str>>,
    /// The register at the end, in watt-hours.
    #[serde(deserialize_with = "crate::lenient::decimal")]
    pub meter_stop: Option<rust_decimal::Decimal>,
    /// When, by the charge point's clock.
    #[serde(deserialize_with = "crate::lenient::instant")]
    pub timestamp: Option<DateTime<Utc>>,
    /// Why; `Local` when nothing is said.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub reason: Option<Cow<'a, str>>,
    /// The readings of the transaction.
    #[serde(borrow, deserialize_with = "crate::lenient::list")]
    pub transaction_data: Vec<MeterValue<'a>>,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StopAnswer {
    /// Of the card that ended it, when there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_tag_info: Option<IdTagInfo>,
}
