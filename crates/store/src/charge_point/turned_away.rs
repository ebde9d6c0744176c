//! Calls in the name of a charge point without its key. They are written in batches, as connections are.

use super::contact::{hex, latest};
use crate::engine::{Conn, Tx, instant, text};
use crate::error::Result;
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::charge_point::TurnedAway;
use stolpe_domain::id::ChargePointId;
use uuid::Uuid;

impl Conn {
    /// The calls that were turned away since these charge points were let in last.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn turned_away(&mut self, ids: &[ChargePointId]) -> Result<Vec<(ChargePointId, TurnedAway)>> {
        let rows: Vec<TurnedAwayRow> = self
            .sql(text![
                "select charge_point_id, at, count, remote_address from turned_away where charge_point_id in"
                [ids "$1"]
            ])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        Ok(rows.into_iter().map(|row| (ChargePointId(row.charge_point_id), row.into())).collect())
    }
}

impl Tx {
    /// Writes down that calls were turned away, besides those that were before.
    ///
    /// # Errors
    /// Whatever the database says; so for every statement of this room.
    pub async fn note_turned_away(&mut self, calls: &[(ChargePointId, TurnedAway)]) -> Result<u64> {
        let rows = latest(calls.iter().map(|(charge_point, it)| {
            let row = json!({
                "charge_point": hex(charge_point.uuid()),
                "at": instant(it.at),
                "count": it.count,
                "remote_address": it.remote_address,
            });
            (*charge_point, row)
        }));
        Ok(self
            .change(text![
                "insert into turned_away (charge_point_id, at, count, remote_address) select charge_point.id,"
                [instant "at"] "," [integer "count"] "," [string "remote_address"] "from" [rows "$1"]
                "join charge_point on charge_point.id =" [uuid "charge_point"]
                "where true on conflict (charge_point_id) do update set at = excluded.at,"
                "count = turned_away.count + excluded.count, remote_address = excluded.remote_address"
            ])
            .bind(Json(rows))
            .run()
            .await?
            .any())
    }

    /// Forgets the calls that were turned away, for the charge points have been let in.
    pub async fn forget_turned_away(&mut self, ids: &[ChargePointId]) -> Result<u64> {
        Ok(self
            .change(text!["delete from turned_away where charge_point_id in" [ids "$1"]])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .run()
            .await?
            .any())
    }
}

#[derive(FromRow)]
struct TurnedAwayRow {
    charge_point_id: Uuid,
    at: DateTime<Utc>,
    count: i64,
    remote_address: Option<String>,
}

impl From<TurnedAwayRow> for TurnedAway {
    fn from(row: TurnedAwayRow) -> Self {
        Self { at: row.at, count: row.count, remote_address: row.remote_address }
    }
}
