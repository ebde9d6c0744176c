//! `Heartbeat`: a charge point sets its clock by the answer.

use super::millis;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeartbeatAnswer {
    /// The time.
    #[serde(serialize_with = "millis")]
    pub current_time: DateTime<Utc>,
}
