//! New keys that charge points are told over their lines, until they have called with them.

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique, Result, StoreError};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::charging::command::CommandState;
use stolpe_domain::id::{ChargePointId, CommandId};
use uuid::Uuid;

/// A key on its way to a charge point; the key that it had opens as well.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyOnItsWay {
    /// Who is told.
    pub charge_point: ChargePointId,
    /// What tells it, the last of them.
    pub command: CommandId,
    /// By which it is known again.
    pub digest: Vec<u8>,
    /// The key itself, sealed.
    pub sealed_key: Vec<u8>,
    /// How often the charge point was asked to take it.
    pub asks: i64,
}

impl std::fmt::Debug for KeyOnItsWay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyOnItsWay").field("charge_point", &self.charge_point).finish_non_exhaustive()
    }
}

/// How far a key is on its way, for those who watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyStand {
    /// Where the command stands that tells it.
    pub state: CommandState,
    /// When it was asked, the last time.
    pub asked_at: DateTime<Utc>,
    /// What the charge point answered to that.
    pub answer: Option<Value>,
}

impl Conn {
    /// The key that is on its way to a charge point.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_key_change(&mut self, charge_point: ChargePointId) -> Result<Option<KeyOnItsWay>> {
        let row: Option<KeyRow> = self
            .sql("select charge_point_id, command_id, digest, sealed_key, asks from key_change where charge_point_id = $1")
            .bind(charge_point.uuid())
            .optional()
            .await?;
        Ok(row.map(KeyOnItsWay::from))
    }

    /// How far the keys are that are on their way to these charge points.
    pub async fn key_stands(&mut self, ids: &[ChargePointId]) -> Result<Vec<(ChargePointId, KeyStand)>> {
        let rows: Vec<StandRow> = self
            .sql(text![
                "select key_change.charge_point_id, command.state, command.asked_at, command.answer from key_change"
                "join command on command.id = key_change.command_id where key_change.charge_point_id in" [ids "$1"]
            ])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        rows.into_iter().map(|row| Ok((ChargePointId(row.charge_point_id), row.try_into()?))).collect()
    }
}

impl Tx {
    /// Keeps a key that a charge point is to be told; it opens from now on.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when another one is on its way.
    pub async fn insert_key_change(&mut self, it: &KeyOnItsWay) -> Result<()> {
        self.change(
            "insert into key_change (charge_point_id, command_id, digest, sealed_key, asks) values ($1, $2, $3, $4, $5)",
        )
        .bind(it.charge_point.uuid())
        .bind(it.command.uuid())
        .bind(&*it.digest)
        .bind(&*it.sealed_key)
        .bind(it.asks)
        .run()
        .await
        .on_unique("key_change.begun")?
        .one("key change")
    }

    /// Writes down that a charge point is told the same key once more, and how often with this time.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when that key is not on its way any more.
    pub async fn ask_key_again(&mut self, it: &KeyOnItsWay, command: CommandId, asks: i64) -> Result<()> {
        self.change("update key_change set command_id = $3, asks = $4 where charge_point_id = $1 and command_id = $2")
            .bind(it.charge_point.uuid())
            .bind(it.command.uuid())
            .bind(command.uuid())
            .bind(asks)
            .run()
            .await?
            .unchanged()
    }

    /// Forgets the key that is on its way to a charge point, if one is; it opens nothing any more.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn end_key_change(&mut self, charge_point: ChargePointId) -> Result<bool> {
        let ended =
            self.change("delete from key_change where charge_point_id = $1").bind(charge_point.uuid()).run().await?;
        Ok(ended.any() > 0)
    }

    /// Makes the key that is on its way to a charge point its only one, if it is this one; whether it is. Nobody's change is
    /// in the way of it, so the version of the charge point stays.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when the charge point is not in service.
    pub async fn take_over_key(&mut self, id: ChargePointId, digest: &[u8], at: DateTime<Utc>) -> Result<bool> {
        let taken = self
            .change("delete from key_change where charge_point_id = $1 and digest = $2")
            .bind(id.uuid())
            .bind(digest)
            .run()
            .await?
            .any();
        if taken == 0 {
            return Ok(false);
        }
        self.change(
            "update charge_point set credential_digest = $2, credential_set_at = $3 \
             where id = $1 and state <> 'decommissioned'",
        )
        .bind(id.uuid())
        .bind(digest)
        .bind(at)
        .run()
        .await?
        .one("charge point")?;
        Ok(true)
    }
}

#[derive(FromRow)]
struct KeyRow {
    charge_point_id: Uuid,
    command_id: Uuid,
    digest: Vec<u8>,
    sealed_key: Vec<u8>,
    asks: i64,
}

impl From<KeyRow> for KeyOnItsWay {
    fn from(row: KeyRow) -> Self {
        Self {
            charge_point: ChargePointId(row.charge_point_id),
            command: CommandId(row.command_id),
            digest: row.digest,
            sealed_key: row.sealed_key,
            asks: row.asks,
        }
    }
}

#[derive(FromRow)]
struct StandRow {
    charge_point_id: Uuid,
    state: String,
    asked_at: DateTime<Utc>,
    answer: Option<Json<Value>>,
}

impl TryFrom<StandRow> for KeyStand {
    type Error = StoreError;
    fn try_from(row: StandRow) -> Result<Self> {
        Ok(Self {
            state: CommandState::from_word(&row.state)
                .ok_or(StoreError::Inconsistent { table: "command", column: "state" })?,
            asked_at: row.asked_at,
            answer: row.answer.map(|answer| answer.0),
        })
    }
}
