//! What a call of a charge point says, taken out of its text and kept beside it: what cannot be read is not there, and is
//! missed where it is judged.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};
use stolpe_domain::charge_point::{ConnectorReport, Nameplate};
use stolpe_domain::charging::tag::IdTag;
use stolpe_domain::energy::{Energy, EnergyUnit};
use stolpe_domain::id::ChargePointId;
use stolpe_ocpp::v16::{Call, MeterValue, NotUnderstood, StatusNotification, StopTransaction};

/// A register as a charge point claims it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claimed {
    /// When, by its clock.
    pub(crate) at: Option<DateTime<Utc>>,
    /// What the register showed.
    pub(crate) register: Energy,
}

/// What a call says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    /// Energy began to flow.
    Start(Start),
    /// Energy stopped flowing.
    Stop(Stop),
    /// Registers.
    Readings { connector: Option<i64>, transaction: Option<i64>, readings: Vec<Claimed> },
    /// How a connector is.
    Status(ConnectorReport),
    /// It has started.
    Boot(Nameplate),
    /// A tag was shown.
    Tag(Option<IdTag>),
    /// Something of the vendor's own.
    Vendor,
    /// Something that is only kept.
    Other,
    /// An action that nobody knows.
    Unknown,
    /// A known action with a payload that cannot be read.
    Unreadable,
    /// No call: an answer, or a frame that nobody can answer. It is kept and nothing follows.
    Kept,
}

/// The report of a start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    pub(crate) connector: Option<i64>,
    pub(crate) tag: Option<IdTag>,
    pub(crate) register: Option<Energy>,
    pub(crate) at: Option<DateTime<Utc>>,
}

/// The report of a stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    pub(crate) transaction: Option<i64>,
    pub(crate) connector: Option<i64>,
    pub(crate) tag: Option<IdTag>,
    pub(crate) register: Option<Energy>,
    pub(crate) at: Option<DateTime<Utc>>,
    pub(crate) reason: Option<String>,
    pub(crate) readings: Vec<Claimed>,
}

/// Longer texts of a charge point are cut: what is theirs to choose must not fill a screen.
const LONGEST_WORD: usize = 255;

impl Report {
    /// Reads a call that came at this instant.
    pub(crate) fn read(action: &str, payload: &str, at: DateTime<Utc>) -> Self {
        match Call::read(action, payload) {
            Ok(Call::StartTransaction(it)) => Self::Start(Start {
                connector: it.connector_id,
                tag: it.id_tag.as_deref().and_then(tag),
                register: it.meter_start.and_then(watt_hours),
                at: it.timestamp,
            }),
            Ok(Call::StopTransaction(it)) => Self::Stop(stop(&it)),
            Ok(Call::MeterValues(it)) => Self::Readings {
                connector: it.connector_id,
                transaction: it.transaction_id,
                readings: claimed(&it.meter_value),
            },
            Ok(Call::StatusNotification(it)) => Self::Status(status(&it, at)),
            Ok(Call::BootNotification(it)) => {
                let serial = it.charge_point_serial_number.or(it.charge_box_serial_number);
                Self::Boot(Nameplate {
                    vendor: it.charge_point_vendor.as_deref().map(word),
                    model: it.charge_point_model.as_deref().map(word),
                    serial_number: serial.as_deref().map(word),
                    firmware_version: it.firmware_version.as_deref().map(word),
                })
            }
            Ok(Call::Authorize(it)) => Self::Tag(it.id_tag.as_deref().and_then(tag)),
            Ok(Call::DataTransfer(_)) => Self::Vendor,
            Ok(
                Call::Heartbeat
                | Call::Report
                | Call::DiagnosticsStatusNotification(_)
                | Call::FirmwareStatusNotification(_),
            ) => Self::Other,
            Err(NotUnderstood::UnknownAction) => Self::Unknown,
            Err(NotUnderstood::Payload) => Self::Unreadable,
        }
    }

    /// Whether the same words are the same report, however often they come: those of a transaction name their time.
    pub(crate) const fn is_of_a_transaction(&self) -> bool {
        matches!(self, Self::Start(_) | Self::Stop(_) | Self::Readings { transaction: Some(_), .. })
    }

    /// What tells this report when it is repeated. It begins with the time that the report claims, in seconds: what is
    /// reported together stands together in the index of digests, and a batch touches few pages of it.
    pub(crate) fn digest(&self, charge_point: ChargePointId, action: &str, payload: &str) -> [u8; 16] {
        let claimed = match self {
            Self::Start(it) => it.at,
            Self::Stop(it) => it.at,
            Self::Readings { readings, .. } => readings.first().and_then(|it| it.at),
            _ => None,
        };
        let second = claimed.map_or(0, |at| u32::try_from(at.timestamp().max(0)).unwrap_or(u32::MAX));
        let mut digest = digest(charge_point, [action.as_bytes(), payload.as_bytes()]);
        digest[..4].copy_from_slice(&second.to_be_bytes());
        digest
    }
}

fn stop(it: &StopTransaction<'_>) -> Stop {
    Stop {
        transaction: it.transaction_id,
        connector: it.connector_id,
        tag: it.id_tag.as_deref().and_then(tag),
        register: it.meter_stop.and_then(watt_hours),
        at: it.timestamp,
        reason: it.reason.as_deref().map(word),
        readings: claimed(&it.transaction_data),
    }
}

fn status(it: &StatusNotification<'_>, at: DateTime<Utc>) -> ConnectorReport {
    let error = it.error_code.as_deref().filter(|code| !code.eq_ignore_ascii_case("NoError"));
    ConnectorReport {
        // A charge point that names no connector speaks of itself.
        number: it.connector_id.unwrap_or(0),
        status: it.status.as_deref().map(word).unwrap_or_default(),
        error_code: error.map(word),
        info: it.info.as_deref().map(word),
        vendor_error_code: it.vendor_error_code.as_deref().map(word),
        status_at: it.timestamp,
        heard_at: at,
    }
}

fn claimed(groups: &[MeterValue<'_>]) -> Vec<Claimed> {
    groups.iter().filter_map(|it| Some(Claimed { at: it.timestamp, register: it.energy_register()? })).collect()
}

/// Starts and stops name their register in watt-hours.
fn watt_hours(value: Decimal) -> Option<Energy> {
    Energy::of_meter(value, EnergyUnit::WattHour).ok()
}

fn tag(text: &str) -> Option<IdTag> {
    IdTag::parse(text).ok()
}

/// A text of a charge point as it may be shown: printable, and of a length.
fn word(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_control()).take(LONGEST_WORD).collect()
}

/// A digest of parts, each with its length, so that no two lists of parts are one.
pub(crate) fn digest<'a>(charge_point: ChargePointId, parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(charge_point.uuid().as_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let whole: [u8; 32] = hash.finalize().into();
    // Half of it: nobody gains by two equal reports, and each message has one.
    let mut half = [0; 16];
    half.copy_from_slice(&whole[..16]);
    half
}

impl Start {
    /// What makes two reports the same start (R2). Without a claimed time the id of the call has to tell them apart.
    pub(crate) fn key(&self, charge_point: ChargePointId, message_id: &str) -> [u8; 16] {
        let number = |value: Option<i64>| value.map(i64::to_be_bytes);
        let (connector, at) = (number(self.connector), number(self.at.map(|at| at.timestamp_micros())));
        let register = number(self.register.map(Energy::wh));
        let tag = self.tag.as_ref().map_or("", IdTag::as_str);
        let call = if at.is_none() { message_id } else { "" };
        let bytes = |number: &Option<[u8; 8]>| number.map_or(Vec::new(), |it| it.to_vec());
        let parts = [bytes(&connector), bytes(&at), bytes(&register), tag.into(), call.into()];
        digest(charge_point, parts.iter().map(Vec::as_slice))
    }
}
