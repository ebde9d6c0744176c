//! A charge point on the wire.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use stolpe_app::{KeyStand, OpenChargePoint};
use stolpe_domain::charge_point::shown::ShownConnector;
use stolpe_domain::charge_point::{Access, Contact, MeterKind, PhaseRotation, ServiceState, TurnedAway};
use stolpe_domain::charging::connector::Shown;
use stolpe_domain::id::{ChargePointId, CircuitId, FacilityId};
use utoipa::ToSchema;

/// A charge point with how it is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChargePointView {
    id: ChargePointId,
    facility_id: FacilityId,
    /// What it hangs on; none once it is decommissioned.
    circuit_id: Option<CircuitId>,
    circuit_name: Option<String>,
    /// What it calls itself.
    identity: String,
    name: String,
    /// Whether it is meant to work.
    state: ServiceState,
    /// How it is.
    shown: Shown,
    /// What is wrong with it as a whole, in the word of the standard.
    error_code: Option<String>,
    /// What is known of its connection; none when it has never called.
    contact: Option<CallContactView>,
    /// Calls in its name without its key, since it was let in last.
    turned_away: Option<TurnedAwayView>,
    connectors: Vec<ConnectorView>,
    decommissioned_at: Option<DateTime<Utc>>,
    decommissioned_reason: Option<String>,
    vendor: Option<String>,
    model: Option<String>,
    serial_number: Option<String>,
    firmware_version: Option<String>,
    /// The fuse before it, in ampere.
    fuse_a: i64,
    /// How much it may draw, in ampere.
    limit_a: i64,
    phase_rotation: PhaseRotation,
    access: Access,
    meter_kind: MeterKind,
    /// Somebody has said how its meter runs.
    meter_kind_set_by_hand: bool,
    /// When it got its key; none while nothing lets it in.
    credential_set_at: Option<DateTime<Utc>>,
    /// A new key that is on its way to it; both open until it has called with that one.
    key_change: Option<KeyChangeView>,
    row_version: i64,
    created_at: DateTime<Utc>,
}

/// A key on its way to a charge point.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct KeyChangeView {
    /// Where the command stands that tells it: `asked`, `delivered`, `obeyed`, `refused`, `silent` or `gone`.
    state: &'static str,
    /// When it was asked, the last time.
    asked_at: DateTime<Utc>,
    /// What the charge point answered to that.
    #[schema(value_type = Option<Object>)]
    answer: Option<Value>,
}

impl From<KeyStand> for KeyChangeView {
    fn from(it: KeyStand) -> Self {
        Self { state: it.state.word(), asked_at: it.asked_at, answer: it.answer }
    }
}

/// What is known of a connection.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CallContactView {
    connected: bool,
    connected_at: Option<DateTime<Utc>>,
    /// When the last connection ended.
    disconnected_at: Option<DateTime<Utc>>,
    heard_at: Option<DateTime<Utc>>,
    remote_address: Option<String>,
    /// When it said last that it has started.
    booted_at: Option<DateTime<Utc>>,
    /// By how much its clock is ahead of ours; negative when it is behind.
    clock_ahead_ms: Option<i64>,
}

impl From<Contact> for CallContactView {
    fn from(it: Contact) -> Self {
        Self {
            connected: it.connected,
            connected_at: it.connected_at,
            disconnected_at: it.disconnected_at,
            heard_at: it.heard_at,
            remote_address: it.remote_address,
            booted_at: it.booted_at,
            clock_ahead_ms: it.clock_ahead_ms,
        }
    }
}

/// Calls that were turned away.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TurnedAwayView {
    /// When, the last of them.
    at: DateTime<Utc>,
    count: i64,
    /// From where, the last of them.
    remote_address: Option<String>,
}

impl From<TurnedAway> for TurnedAwayView {
    fn from(it: TurnedAway) -> Self {
        Self { at: it.at, count: it.count, remote_address: it.remote_address }
    }
}

/// What a car is plugged into.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConnectorView {
    number: i64,
    /// How it is.
    shown: Shown,
    /// What it said last, in the word of the standard.
    status: String,
    /// What is wrong, in the word of the standard.
    error_code: Option<String>,
    info: Option<String>,
    /// The maker's own code.
    vendor_error_code: Option<String>,
    /// When it became so, by the clock of the charge point.
    status_at: Option<DateTime<Utc>>,
    /// When it was heard.
    heard_at: DateTime<Utc>,
}

impl From<ShownConnector> for ConnectorView {
    fn from(it: ShownConnector) -> Self {
        Self {
            number: it.report.number,
            shown: it.shown,
            status: it.report.status,
            error_code: it.report.error_code,
            info: it.report.info,
            vendor_error_code: it.report.vendor_error_code,
            status_at: it.report.status_at,
            heard_at: it.report.heard_at,
        }
    }
}

impl From<OpenChargePoint> for ChargePointView {
    fn from(it: OpenChargePoint) -> Self {
        let point = it.charge_point;
        Self {
            id: point.id,
            facility_id: point.facility_id,
            circuit_id: point.circuit_id,
            circuit_name: it.circuit_name,
            identity: point.identity.to_string(),
            name: point.name,
            state: point.state,
            shown: it.shown,
            error_code: it.whole.and_then(|whole| whole.error_code),
            contact: it.contact.map(CallContactView::from),
            turned_away: it.turned_away.map(TurnedAwayView::from),
            connectors: it.connectors.into_iter().map(ConnectorView::from).collect(),
            decommissioned_at: point.decommissioned_at,
            decommissioned_reason: point.decommissioned_reason,
            vendor: point.nameplate.vendor,
            model: point.nameplate.model,
            serial_number: point.nameplate.serial_number,
            firmware_version: point.nameplate.firmware_version,
            fuse_a: point.fuse_a,
            limit_a: point.limit_a,
            phase_rotation: point.phase_rotation,
            access: point.access,
            meter_kind: point.meter_kind,
            meter_kind_set_by_hand: point.meter_kind_set_by_hand,
            credential_set_at: point.credential_set_at,
            key_change: it.key_stand.map(KeyChangeView::from),
            row_version: point.row_version,
            created_at: point.created_at,
        }
    }
}
