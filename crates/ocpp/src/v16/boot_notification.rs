//! `BootNotification`: what a charge point is, told when it has started.

use super::millis;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What it says of itself; any field may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BootNotification<'a> {
    /// Who made it.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub charge_point_vendor: Option<Cow<'a, str>>,
    /// Which model.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub charge_point_model: Option<Cow<'a, str>>,
    /// Its serial number.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub charge_point_serial_number: Option<Cow<'a, str>>,
    /// The number of the box, deprecated and still sent.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub charge_box_serial_number: Option<Cow<'a, str>>,
    /// Its firmware.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub firmware_version: Option<Cow<'a, str>>,
    /// The SIM card.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub iccid: Option<Cow<'a, str>>,
    /// The subscriber on it.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub imsi: Option<Cow<'a, str>>,
    /// The kind of its meter.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub meter_type: Option<Cow<'a, str>>,
    /// The meter's serial number.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub meter_serial_number: Option<Cow<'a, str>>,
}

/// Whether the charge point is taken on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum BootStatus {
    /// It is ours.
    Accepted,
    /// It waits; we may configure it.
    Pending,
    /// It is not wanted for now.
    Rejected,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BootAnswer {
    /// Whether it is taken on.
    pub status: BootStatus,
    /// By which it sets its clock.
    #[serde(serialize_with = "millis")]
    pub current_time: DateTime<Utc>,
    /// Seconds between heartbeats, or until it may ask again when it was not accepted.
    pub interval: u32,
}
