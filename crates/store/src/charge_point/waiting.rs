//! The waiting room: charge points that call and are not known here.

use crate::engine::{Conn, Tx};
use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use stolpe_domain::charge_point::identity::Identity;
use stolpe_domain::charge_point::{Nameplate, WaitingChargePoint};

/// A call of a charge point that is not known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingCall {
    /// What it calls itself.
    pub identity: Identity,
    /// When.
    pub at: DateTime<Utc>,
    /// From where.
    pub remote_address: Option<String>,
    /// Whether it brought a key.
    pub presented_credential: bool,
    /// What it says of itself, once it has said something.
    pub nameplate: Nameplate,
    /// Whether this is a new call, and not more words of the same one.
    pub counts: bool,
}

impl Conn {
    /// Who waits, the latest caller first.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn list_waiting_charge_points(&mut self) -> Result<Vec<WaitingChargePoint>> {
        self.sql(
            "select identity, first_seen_at, last_seen_at, attempts, remote_address, presented_credential, vendor, \
             model, serial_number, firmware_version from waiting_charge_point order by last_seen_at desc, identity",
        )
        .all::<WaitingRow>()
        .await?
        .into_iter()
        .map(WaitingChargePoint::try_from)
        .collect()
    }

    /// Who waits under this identity.
    pub async fn find_waiting_charge_point(&mut self, identity: &Identity) -> Result<Option<WaitingChargePoint>> {
        self.sql(
            "select identity, first_seen_at, last_seen_at, attempts, remote_address, presented_credential, vendor, \
             model, serial_number, firmware_version from waiting_charge_point where identity = $1",
        )
        .bind(identity.as_str())
        .optional::<WaitingRow>()
        .await?
        .map(WaitingChargePoint::try_from)
        .transpose()
    }
}

impl Tx {
    /// Writes down a call of somebody unknown. Of more than `most`, those who called longest ago are forgotten.
    ///
    /// # Errors
    /// Whatever the database says; so for every statement of this room.
    pub async fn note_waiting(&mut self, it: &WaitingCall, most: i64) -> Result<()> {
        self.change(
            "insert into waiting_charge_point (identity, first_seen_at, last_seen_at, attempts, remote_address, \
             presented_credential, vendor, model, serial_number, firmware_version) \
             values ($1, $2, $2, 1, $3, $4, $5, $6, $7, $8) on conflict (identity) do update set \
             last_seen_at = excluded.last_seen_at, attempts = waiting_charge_point.attempts + $9, \
             remote_address = excluded.remote_address, presented_credential = excluded.presented_credential, \
             vendor = coalesce(excluded.vendor, waiting_charge_point.vendor), \
             model = coalesce(excluded.model, waiting_charge_point.model), \
             serial_number = coalesce(excluded.serial_number, waiting_charge_point.serial_number), \
             firmware_version = coalesce(excluded.firmware_version, waiting_charge_point.firmware_version)",
        )
        .bind(it.identity.as_str())
        .bind(it.at)
        .bind(it.remote_address.as_deref())
        .bind(it.presented_credential)
        .bind(it.nameplate.vendor.as_deref())
        .bind(it.nameplate.model.as_deref())
        .bind(it.nameplate.serial_number.as_deref())
        .bind(it.nameplate.firmware_version.as_deref())
        .bind(i64::from(it.counts))
        .run()
        .await?
        .one("waiting charge point")?;
        // SQLite knows no offset without a limit.
        self.change(
            "delete from waiting_charge_point where identity in (select identity from waiting_charge_point \
             order by last_seen_at desc, identity limit 1000000 offset $1)",
        )
        .bind(most)
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Forgets somebody who waits: they were adopted, or are not wanted.
    pub async fn delete_waiting_charge_point(&mut self, identity: &Identity) -> Result<u64> {
        Ok(self
            .change("delete from waiting_charge_point where identity = $1")
            .bind(identity.as_str())
            .run()
            .await?
            .any())
    }
}

#[derive(FromRow)]
struct WaitingRow {
    identity: String,
    first_seen_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    attempts: i64,
    remote_address: Option<String>,
    presented_credential: bool,
    vendor: Option<String>,
    model: Option<String>,
    serial_number: Option<String>,
    firmware_version: Option<String>,
}

impl TryFrom<WaitingRow> for WaitingChargePoint {
    type Error = StoreError;
    fn try_from(row: WaitingRow) -> Result<Self> {
        Ok(Self {
            identity: Identity::parse_stored(&row.identity)
                .map_err(|_| StoreError::Inconsistent { table: "waiting_charge_point", column: "identity" })?,
            first_seen_at: row.first_seen_at,
            last_seen_at: row.last_seen_at,
            attempts: row.attempts,
            remote_address: row.remote_address,
            presented_credential: row.presented_credential,
            nameplate: Nameplate {
                vendor: row.vendor,
                model: row.model,
                serial_number: row.serial_number,
                firmware_version: row.firmware_version,
            },
        })
    }
}
