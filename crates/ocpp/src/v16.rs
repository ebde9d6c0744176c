//! OCPP 1.6: the messages of the Core profile, and what we send of the others.
//!
//! One file per conversation. What charge points send is read leniently into structs whose fields are all optional but
//! the lists; what we send has no optional field that the standard demands.

mod authorize;
mod boot_notification;
mod data_transfer;
mod heartbeat;
mod meter_values;
mod operation;
mod start_transaction;
mod status_notification;
mod stop_transaction;

pub use authorize::{Authorize, IdTagInfo, IdTagStatus};
pub use boot_notification::{BootAnswer, BootNotification, BootStatus};
pub use data_transfer::{DataTransfer, DataTransferAnswer, DataTransferStatus};
pub use heartbeat::HeartbeatAnswer;
pub use meter_values::{MeterValue, MeterValues, SampledValue};
pub use operation::{KEY_SETTING, Operation, Outcome, ResetKind, Trigger};
pub use start_transaction::{StartAnswer, StartTransaction};
pub use status_notification::StatusNotification;
pub use stop_transaction::{StopAnswer, StopTransaction};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

/// A call of a charge point, by its action.
#[derive(Clone, Debug, PartialEq)]
pub enum Call<'a> {
    /// May this tag charge?
    Authorize(Authorize<'a>),
    /// It has started.
    BootNotification(BootNotification<'a>),
    /// Something of the vendor's own.
    DataTransfer(DataTransfer<'a>),
    /// How far the upload of its diagnostics is.
    DiagnosticsStatusNotification(Word<'a>),
    /// How far the update of its firmware is.
    FirmwareStatusNotification(Word<'a>),
    /// It is alive and wants to know the time.
    Heartbeat,
    /// Readings.
    MeterValues(MeterValues<'a>),
    /// Energy began to flow, or would have.
    StartTransaction(StartTransaction<'a>),
    /// How a connector is.
    StatusNotification(StatusNotification<'a>),
    /// Energy stopped flowing.
    StopTransaction(StopTransaction<'a>),
    /// An action of the security extension that only reports; it is kept in the raw log.
    Report,
}

/// A message whose only content is a status.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
pub struct Word<'a> {
    /// The word, as it came.
    #[serde(borrow, default, deserialize_with = "crate::lenient::text")]
    pub status: Option<std::borrow::Cow<'a, str>>,
}

/// A call could not be taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotUnderstood {
    /// No such action in OCPP 1.6.
    #[error("the action is unknown")]
    UnknownAction,
    /// The payload is no object that could be read.
    #[error("the payload cannot be read")]
    Payload,
}

impl<'a> Call<'a> {
    /// Takes a call apart.
    ///
    /// # Errors
    /// [`NotUnderstood`]; missing fields are no error here.
    pub fn read(action: &str, payload: &'a str) -> Result<Self, NotUnderstood> {
        fn of<'a, T: serde::Deserialize<'a>>(payload: &'a str) -> Result<T, NotUnderstood> {
            serde_json::from_str(payload).map_err(|_| NotUnderstood::Payload)
        }
        Ok(match action {
            "Authorize" => Self::Authorize(of(payload)?),
            "BootNotification" => Self::BootNotification(of(payload)?),
            "DataTransfer" => Self::DataTransfer(of(payload)?),
            "DiagnosticsStatusNotification" => Self::DiagnosticsStatusNotification(of(payload)?),
            "FirmwareStatusNotification" | "SignedFirmwareStatusNotification" => {
                Self::FirmwareStatusNotification(of(payload)?)
            }
            "Heartbeat" => Self::Heartbeat,
            "MeterValues" => Self::MeterValues(of(payload)?),
            "StartTransaction" => Self::StartTransaction(of(payload)?),
            "StatusNotification" => Self::StatusNotification(of(payload)?),
            "StopTransaction" => Self::StopTransaction(of(payload)?),
            "LogStatusNotification" | "SecurityEventNotification" => Self::Report,
            _ => return Err(NotUnderstood::UnknownAction),
        })
    }
}

/// Writes an instant in UTC with milliseconds at most: some parsers fail at more digits.
fn millis<S: Serializer>(at: &DateTime<Utc>, json: S) -> Result<S::Ok, S::Error> {
    at.to_rfc3339_opts(SecondsFormat::Millis, true).serialize(json)
}
