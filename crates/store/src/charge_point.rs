//! Charge points as they are kept; what is heard of them is in `charge_point/contact.rs`.

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique, Result, StoreError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use stolpe_domain::charge_point::identity::Identity;
use stolpe_domain::charge_point::{
    Access, ChargePoint, ChargePointDraft, MeterKind, Nameplate, PhaseRotation, ServiceState,
};
use stolpe_domain::facility::fold_code;
use stolpe_domain::id::{ChargePointId, CircuitId, FacilityId, OrganisationId};
use uuid::Uuid;

macro_rules! charge_point_columns {
    () => {
        "id, facility_id, circuit_id, identity, name, walking_key, state, decommissioned_at, decommissioned_reason, \
         vendor, model, serial_number, firmware_version, fuse_a, limit_a, phase_rotation, access, meter_kind, \
         meter_kind_set_by_hand, credential_set_at, row_version, created_at"
    };
}

mod contact;
mod list;
mod turned_away;
mod waiting;

pub use contact::{Closed, Heard, Opened, PlacedConnector};
pub use list::{ChargePointFilter, ChargePointKey, ListedChargePoint};
pub use waiting::WaitingCall;

/// What must be known of a charge point that calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallingChargePoint {
    /// Its id.
    pub id: ChargePointId,
    /// Whose it is.
    pub organisation_id: OrganisationId,
    /// Where it is.
    pub facility_id: FacilityId,
    /// Whether it is meant to work; never decommissioned.
    pub state: ServiceState,
    /// Who may charge.
    pub access: Access,
    /// How its meter runs.
    pub meter_kind: MeterKind,
    /// Whether somebody has said how, so that it is not learnt.
    pub meter_kind_set_by_hand: bool,
    /// SHA-256 of its key; none while it has none.
    pub credential_digest: Option<Vec<u8>>,
    /// SHA-256 of the key that is on its way to it, which opens as well.
    pub next_digest: Option<Vec<u8>>,
}

impl Conn {
    /// The charge point in service that has this identity.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_calling_charge_point(&mut self, identity: &Identity) -> Result<Option<CallingChargePoint>> {
        self.sql(
            "select charge_point.id, facility.organisation_id, charge_point.facility_id, charge_point.state, \
             charge_point.access, charge_point.meter_kind, charge_point.meter_kind_set_by_hand, \
             charge_point.credential_digest, key_change.digest as next_digest from charge_point \
             join facility on facility.id = charge_point.facility_id \
             left join key_change on key_change.charge_point_id = charge_point.id \
             where charge_point.identity = $1 and charge_point.state <> 'decommissioned'",
        )
        .bind(identity.as_str())
        .optional::<CallingRow>()
        .await?
        .map(CallingChargePoint::try_from)
        .transpose()
    }

    /// The charge point with this id.
    pub async fn find_charge_point(&mut self, id: ChargePointId) -> Result<Option<ChargePoint>> {
        self.sql(text!["select" [charge_point_columns] "from charge_point where id = $1"])
            .bind(id.uuid())
            .optional::<ChargePointRow>()
            .await?
            .map(|row| ListedChargePoint::try_from(row).map(|listed| listed.charge_point))
            .transpose()
    }
}

impl Tx {
    /// Adds a charge point in service, without a key.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the facility has one of that name. That the identity is free is asked beforehand.
    pub async fn insert_charge_point(
        &mut self,
        id: ChargePointId,
        facility: FacilityId,
        identity: &Identity,
        it: &ChargePointDraft,
        nameplate: &Nameplate,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let (meter_kind, by_hand) = it.meter((MeterKind::Learning, false));
        self.change(
            "insert into charge_point (id, facility_id, circuit_id, identity, name, name_folded, walking_key, state, \
             decommissioned_at, decommissioned_reason, vendor, model, serial_number, firmware_version, fuse_a, limit_a, \
             phase_rotation, access, meter_kind, meter_kind_set_by_hand, credential_digest, credential_set_at, \
             row_version, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, null, null, $9, $10, $11, $12, $13, $14, \
             $15, $16, $17, $18, null, null, 1, $19)",
        )
        .bind(id.uuid())
        .bind(facility.uuid())
        .bind(it.circuit_id.uuid())
        .bind(identity.as_str())
        .bind(&*it.name)
        .bind(fold_code(&it.name))
        .bind(it.walking_key())
        .bind(service_state(it).word())
        .bind(nameplate.vendor.as_deref())
        .bind(nameplate.model.as_deref())
        .bind(nameplate.serial_number.as_deref())
        .bind(nameplate.firmware_version.as_deref())
        .bind(it.fuse_a)
        .bind(it.limit())
        .bind(it.phase_rotation.word())
        .bind(it.access.word())
        .bind(meter_kind.word())
        .bind(by_hand)
        .bind(at)
        .run()
        .await
        .on_unique("charge_point.name_taken")?
        .one("charge point")
    }

    /// Changes a charge point in service that is still at that version; its identity where the draft names one.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is not, [`StoreError::Taken`] when the name is in use.
    pub async fn update_charge_point(
        &mut self,
        id: ChargePointId,
        row_version: i64,
        it: &ChargePointDraft,
        was: (MeterKind, bool),
    ) -> Result<()> {
        let (meter_kind, by_hand) = it.meter(was);
        self.change(
            "update charge_point set circuit_id = $3, name = $4, name_folded = $5, walking_key = $6, state = $7, \
             fuse_a = $8, limit_a = $9, phase_rotation = $10, access = $11, meter_kind = $12, \
             meter_kind_set_by_hand = $13, identity = coalesce($14, identity), row_version = row_version + 1 \
             where id = $1 and row_version = $2 and state <> 'decommissioned'",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(it.circuit_id.uuid())
        .bind(&*it.name)
        .bind(fold_code(&it.name))
        .bind(it.walking_key())
        .bind(service_state(it).word())
        .bind(it.fuse_a)
        .bind(it.limit())
        .bind(it.phase_rotation.word())
        .bind(it.access.word())
        .bind(meter_kind.word())
        .bind(by_hand)
        .bind(it.identity.as_deref())
        .run()
        .await
        .on_unique("charge_point.name_taken")?
        .unchanged()
    }

    /// Takes a charge point out of service for good: it hangs on no circuit and has no key any more.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it has moved on.
    pub async fn decommission_charge_point(
        &mut self,
        id: ChargePointId,
        row_version: i64,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.end_key_change(id).await?;
        self.change(
            "update charge_point set state = 'decommissioned', decommissioned_at = $3, decommissioned_reason = $4, \
             circuit_id = null, credential_digest = null, credential_set_at = null, row_version = row_version + 1 \
             where id = $1 and row_version = $2 and state <> 'decommissioned'",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(at)
        .bind(reason)
        .run()
        .await?
        .unchanged()
    }

    /// Gives a charge point in service a key, of which only the digest is kept; the one before opens nothing any more, and
    /// neither does one that is on its way.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it is not in service.
    pub async fn set_charge_point_key(&mut self, id: ChargePointId, digest: &[u8], at: DateTime<Utc>) -> Result<()> {
        self.end_key_change(id).await?;
        self.change(
            "update charge_point set credential_digest = $2, credential_set_at = $3, row_version = row_version + 1 \
             where id = $1 and state <> 'decommissioned'",
        )
        .bind(id.uuid())
        .bind(digest)
        .bind(at)
        .run()
        .await?
        .one("charge point")
    }

    /// Writes down what a charge point says of itself. Nobody's change is in the way of it, so its version stays.
    pub async fn note_nameplate(&mut self, id: ChargePointId, it: &Nameplate) -> Result<u64> {
        Ok(self
            .change(
                "update charge_point set vendor = $2, model = $3, serial_number = $4, firmware_version = $5 \
                 where id = $1",
            )
            .bind(id.uuid())
            .bind(it.vendor.as_deref())
            .bind(it.model.as_deref())
            .bind(it.serial_number.as_deref())
            .bind(it.firmware_version.as_deref())
            .run()
            .await?
            .any())
    }

    /// Writes down how the meter of a charge point was seen to run, unless somebody has said how.
    pub async fn learn_meter_kind(&mut self, id: ChargePointId, kind: MeterKind) -> Result<u64> {
        Ok(self
            .change("update charge_point set meter_kind = $2 where id = $1 and not meter_kind_set_by_hand")
            .bind(id.uuid())
            .bind(kind.word())
            .run()
            .await?
            .any())
    }
}

const fn service_state(it: &ChargePointDraft) -> ServiceState {
    if it.deactivated { ServiceState::Deactivated } else { ServiceState::InService }
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "charge_point", column }
}

#[derive(FromRow)]
struct CallingRow {
    id: Uuid,
    organisation_id: Uuid,
    facility_id: Uuid,
    state: String,
    access: String,
    meter_kind: String,
    meter_kind_set_by_hand: bool,
    credential_digest: Option<Vec<u8>>,
    next_digest: Option<Vec<u8>>,
}

impl TryFrom<CallingRow> for CallingChargePoint {
    type Error = StoreError;
    fn try_from(row: CallingRow) -> Result<Self> {
        Ok(Self {
            id: ChargePointId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            facility_id: FacilityId(row.facility_id),
            state: ServiceState::from_word(&row.state).ok_or(unreadable("state"))?,
            access: Access::from_word(&row.access).ok_or(unreadable("access"))?,
            meter_kind: MeterKind::from_word(&row.meter_kind).ok_or(unreadable("meter_kind"))?,
            meter_kind_set_by_hand: row.meter_kind_set_by_hand,
            credential_digest: row.credential_digest,
            next_digest: row.next_digest,
        })
    }
}

#[derive(FromRow)]
struct ChargePointRow {
    id: Uuid,
    facility_id: Uuid,
    circuit_id: Option<Uuid>,
    identity: String,
    name: String,
    walking_key: Vec<u8>,
    state: String,
    decommissioned_at: Option<DateTime<Utc>>,
    decommissioned_reason: Option<String>,
    vendor: Option<String>,
    model: Option<String>,
    serial_number: Option<String>,
    firmware_version: Option<String>,
    fuse_a: i64,
    limit_a: i64,
    phase_rotation: String,
    access: String,
    meter_kind: String,
    meter_kind_set_by_hand: bool,
    credential_set_at: Option<DateTime<Utc>>,
    row_version: i64,
    created_at: DateTime<Utc>,
}

impl TryFrom<ChargePointRow> for ListedChargePoint {
    type Error = StoreError;
    fn try_from(row: ChargePointRow) -> Result<Self> {
        let id = ChargePointId(row.id);
        Ok(Self {
            charge_point: ChargePoint {
                id,
                facility_id: FacilityId(row.facility_id),
                circuit_id: row.circuit_id.map(CircuitId),
                identity: Identity::parse_stored(&row.identity).map_err(|_| unreadable("identity"))?,
                name: row.name,
                state: ServiceState::from_word(&row.state).ok_or(unreadable("state"))?,
                decommissioned_at: row.decommissioned_at,
                decommissioned_reason: row.decommissioned_reason,
                nameplate: Nameplate {
                    vendor: row.vendor,
                    model: row.model,
                    serial_number: row.serial_number,
                    firmware_version: row.firmware_version,
                },
                fuse_a: row.fuse_a,
                limit_a: row.limit_a,
                phase_rotation: PhaseRotation::from_word(&row.phase_rotation).ok_or(unreadable("phase_rotation"))?,
                access: Access::from_word(&row.access).ok_or(unreadable("access"))?,
                meter_kind: MeterKind::from_word(&row.meter_kind).ok_or(unreadable("meter_kind"))?,
                meter_kind_set_by_hand: row.meter_kind_set_by_hand,
                credential_set_at: row.credential_set_at,
                row_version: row.row_version,
                created_at: row.created_at,
            },
            key: ChargePointKey { walking_key: row.walking_key, id },
        })
    }
}
