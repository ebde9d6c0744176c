//! What is heard of charge points: connections and connectors. It is written in batches, and nobody decided it.
//!
//! A charge point that has gone meanwhile is left out, so that one of many spoils no batch.

use crate::engine::{Conn, Tx, instant, text};
use crate::error::Result;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::BTreeMap;
use stolpe_domain::charge_point::{ConnectorReport, Contact};
use stolpe_domain::id::{ChargePointId, ConnectionId};
use uuid::Uuid;

/// A connection that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Who called.
    pub charge_point: ChargePointId,
    /// The connection; it takes the place of the one before.
    pub connection: ConnectionId,
    /// When.
    pub at: DateTime<Utc>,
    /// From where.
    pub remote_address: Option<String>,
}

/// Something that was heard over a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Who spoke.
    pub charge_point: ChargePointId,
    /// Over which connection.
    pub connection: ConnectionId,
    /// When.
    pub at: DateTime<Utc>,
    /// When it said that it has started, if it did.
    pub booted_at: Option<DateTime<Utc>>,
    /// By how much its clock is ahead of ours in milliseconds, if it said what time it is.
    pub clock_ahead_ms: Option<i64>,
}

/// A connection that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Whose.
    pub charge_point: ChargePointId,
    /// Which; when another has taken its place, that one stands.
    pub connection: ConnectionId,
    /// When.
    pub at: DateTime<Utc>,
}

/// What a charge point says of a connector, with whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedConnector {
    /// The charge point.
    pub charge_point: ChargePointId,
    /// What it says.
    pub report: ConnectorReport,
}

impl Conn {
    /// What is known of the connections of these charge points; of one that never called there is nothing.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn contacts(&mut self, ids: &[ChargePointId]) -> Result<Vec<(ChargePointId, Contact)>> {
        let rows: Vec<ContactRow> = self
            .sql(text![
                "select charge_point_id, connection_id, connected_at, disconnected_at, heard_at, remote_address,"
                "booted_at, clock_ahead_ms from charge_point_contact where charge_point_id in" [ids "$1"]
            ])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        Ok(rows.into_iter().map(|row| (ChargePointId(row.charge_point_id), row.into())).collect())
    }

    /// What these charge points say of their connectors.
    pub async fn connectors(&mut self, ids: &[ChargePointId]) -> Result<Vec<PlacedConnector>> {
        let rows: Vec<ConnectorRow> = self
            .sql(text![
                "select charge_point_id, number, status, error_code, info, vendor_error_code, status_at, heard_at"
                "from connector where charge_point_id in" [ids "$1"] "order by charge_point_id, number"
            ])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        Ok(rows.into_iter().map(PlacedConnector::from).collect())
    }
}

impl Tx {
    /// Writes down that connections were opened.
    ///
    /// # Errors
    /// Whatever the database says; so for every statement of this room.
    pub async fn note_opened(&mut self, opened: &[Opened]) -> Result<u64> {
        let rows = latest(opened.iter().map(|it| {
            let row = json!({
                "charge_point": hex(it.charge_point.uuid()),
                "connection": hex(it.connection.uuid()),
                "at": instant(it.at),
                "remote_address": it.remote_address,
            });
            (it.charge_point, row)
        }));
        Ok(self
            .change(text![
                "insert into charge_point_contact (charge_point_id, connection_id, connected_at, heard_at,"
                "remote_address) select charge_point.id," [uuid "connection"] "," [instant "at"] "," [instant "at"] ","
                [string "remote_address"] "from" [rows "$1"] "join charge_point on charge_point.id ="
                [uuid "charge_point"] "where true on conflict (charge_point_id) do update set"
                "connection_id = excluded.connection_id, connected_at = excluded.connected_at,"
                "heard_at = excluded.heard_at, remote_address = excluded.remote_address"
            ])
            .bind(Json(rows))
            .run()
            .await?
            .any())
    }

    /// Writes down that charge points were heard. Whoever is heard is connected, whatever was believed before: after a
    /// host was started anew, say.
    pub async fn note_heard(&mut self, heard: &[Heard]) -> Result<u64> {
        let mut by_point: BTreeMap<ChargePointId, Heard> = BTreeMap::new();
        for it in heard {
            let was = by_point.insert(it.charge_point, it.clone());
            if let (Some(was), Some(now)) = (was, by_point.get_mut(&it.charge_point)) {
                now.booted_at = now.booted_at.or(was.booted_at);
                now.clock_ahead_ms = now.clock_ahead_ms.or(was.clock_ahead_ms);
            }
        }
        let rows: Vec<Value> = by_point
            .values()
            .map(|it| {
                json!({
                    "charge_point": hex(it.charge_point.uuid()),
                    "connection": hex(it.connection.uuid()),
                    "at": instant(it.at),
                    "booted_at": it.booted_at.map(instant),
                    "clock_ahead_ms": it.clock_ahead_ms,
                })
            })
            .collect();
        Ok(self
            .change(text![
                "insert into charge_point_contact (charge_point_id, connection_id, connected_at, heard_at, booted_at,"
                "clock_ahead_ms) select charge_point.id," [uuid "connection"] "," [instant "at"] "," [instant "at"] ","
                [instant "booted_at"] "," [integer "clock_ahead_ms"] "from" [rows "$1"]
                "join charge_point on charge_point.id =" [uuid "charge_point"]
                "where true on conflict (charge_point_id) do update set"
                "heard_at = case when charge_point_contact.heard_at > excluded.heard_at"
                "then charge_point_contact.heard_at else excluded.heard_at end,"
                "booted_at = coalesce(excluded.booted_at, charge_point_contact.booted_at),"
                "clock_ahead_ms = coalesce(excluded.clock_ahead_ms, charge_point_contact.clock_ahead_ms),"
                "connection_id = case when charge_point_contact.connection_id is null"
                "and (charge_point_contact.disconnected_at is null"
                "or excluded.heard_at > charge_point_contact.disconnected_at)"
                "then excluded.connection_id else charge_point_contact.connection_id end"
            ])
            .bind(Json(rows))
            .run()
            .await?
            .any())
    }

    /// Writes down that connections ended. One that another has replaced is not the end of contact.
    pub async fn note_closed(&mut self, closed: &[Closed]) -> Result<u64> {
        let rows = latest(closed.iter().map(|it| {
            let row = json!({
                "charge_point": hex(it.charge_point.uuid()),
                "connection": hex(it.connection.uuid()),
                "at": instant(it.at),
            });
            ((it.charge_point, it.connection), row)
        }));
        Ok(self
            .change(text![
                "update charge_point_contact set connection_id = null, disconnected_at =" [instant "at"]
                "from" [rows "$1"] "where charge_point_contact.charge_point_id =" [uuid "charge_point"]
                "and charge_point_contact.connection_id =" [uuid "connection"]
            ])
            .bind(Json(rows))
            .run()
            .await?
            .any())
    }

    /// Writes down that no connection stands: the host that held them is gone.
    pub async fn note_all_closed(&mut self, at: DateTime<Utc>) -> Result<u64> {
        Ok(self
            .change(
                "update charge_point_contact set connection_id = null, disconnected_at = coalesce(heard_at, $1) \
                 where connection_id is not null",
            )
            .bind(at)
            .run()
            .await?
            .any())
    }

    /// Writes down what charge points say of their connectors; of several reports of one, the last counts.
    pub async fn note_connectors(&mut self, reports: &[PlacedConnector]) -> Result<u64> {
        let rows = latest(reports.iter().map(|it| {
            let row = json!({
                "charge_point": hex(it.charge_point.uuid()),
                "number": it.report.number,
                "status": it.report.status,
                "error_code": it.report.error_code,
                "info": it.report.info,
                "vendor_error_code": it.report.vendor_error_code,
                "status_at": it.report.status_at.map(instant),
                "heard_at": instant(it.report.heard_at),
            });
            ((it.charge_point, it.report.number), row)
        }));
        Ok(self
            .change(text![
                "insert into connector (charge_point_id, number, status, error_code, info, vendor_error_code, status_at,"
                "heard_at) select charge_point.id," [integer "number"] "," [string "status"] "," [string "error_code"] ","
                [string "info"] "," [string "vendor_error_code"] "," [instant "status_at"] "," [instant "heard_at"]
                "from" [rows "$1"] "join charge_point on charge_point.id =" [uuid "charge_point"]
                "where true on conflict (charge_point_id, number) do update set status = excluded.status,"
                "error_code = excluded.error_code, info = excluded.info,"
                "vendor_error_code = excluded.vendor_error_code, status_at = excluded.status_at,"
                "heard_at = excluded.heard_at"
            ])
            .bind(Json(rows))
            .run()
            .await?
            .any())
    }
}

/// Ids in rows have no hyphens.
pub(super) fn hex(id: Uuid) -> String {
    id.simple().to_string()
}

/// One row for each key, the last one, in the order of the keys: a statement may touch a row once only, and those that
/// hold many rows must take them in one order.
pub(super) fn latest<K: Ord>(rows: impl Iterator<Item = (K, Value)>) -> Vec<Value> {
    rows.collect::<BTreeMap<K, Value>>().into_values().collect()
}

#[derive(FromRow)]
struct ContactRow {
    charge_point_id: Uuid,
    connection_id: Option<Uuid>,
    connected_at: Option<DateTime<Utc>>,
    disconnected_at: Option<DateTime<Utc>>,
    heard_at: Option<DateTime<Utc>>,
    remote_address: Option<String>,
    booted_at: Option<DateTime<Utc>>,
    clock_ahead_ms: Option<i64>,
}

impl From<ContactRow> for Contact {
    fn from(row: ContactRow) -> Self {
        Self {
            connected: row.connection_id.is_some(),
            connected_at: row.connected_at,
            disconnected_at: row.disconnected_at,
            heard_at: row.heard_at,
            remote_address: row.remote_address,
            booted_at: row.booted_at,
            clock_ahead_ms: row.clock_ahead_ms,
        }
    }
}

#[derive(FromRow)]
struct ConnectorRow {
    charge_point_id: Uuid,
    number: i64,
    status: String,
    error_code: Option<String>,
    info: Option<String>,
    vendor_error_code: Option<String>,
    status_at: Option<DateTime<Utc>>,
    heard_at: DateTime<Utc>,
}

impl From<ConnectorRow> for PlacedConnector {
    fn from(row: ConnectorRow) -> Self {
        Self {
            charge_point: ChargePointId(row.charge_point_id),
            report: ConnectorReport {
                number: row.number,
                status: row.status,
                error_code: row.error_code,
                info: row.info,
                vendor_error_code: row.vendor_error_code,
                status_at: row.status_at,
                heard_at: row.heard_at,
            },
        }
    }
}
