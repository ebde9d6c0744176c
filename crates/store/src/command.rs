//! What the desk asked of charge points, and how far each thing is.

use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use crate::page::Page;
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::charging::command::CommandState;
use stolpe_domain::id::{ChargePointId, CommandId, LoginId};
use uuid::Uuid;

/// Something that was asked of a charge point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its id, and the id of the call.
    pub id: CommandId,
    /// Who is asked.
    pub charge_point: ChargePointId,
    /// What; never a secret.
    pub operation: Value,
    /// The secret that belongs to it, sealed; none once it was delivered.
    pub sealed_secret: Option<Vec<u8>>,
    /// How far it is.
    pub state: CommandState,
    /// Who asked; none for the product itself.
    pub asked_by: Option<LoginId>,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// When it left us.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When the charge point answered, or was given up.
    pub answered_at: Option<DateTime<Utc>>,
    /// What it answered.
    pub answer: Option<Value>,
    /// When the effect was seen.
    pub verified_at: Option<DateTime<Utc>>,
}

impl Command {
    /// It has come to another state, with the answer that brought it there. A secret that belongs to it is not needed any
    /// more.
    pub fn advance(&mut self, to: CommandState, answer: Option<Value>, at: DateTime<Utc>) {
        self.state = to;
        if to == CommandState::Delivered {
            self.delivered_at = Some(at);
        } else {
            self.answered_at = self.answered_at.or(Some(at));
        }
        if to == CommandState::Verified {
            self.verified_at = Some(at);
        }
        self.answer = answer.or(self.answer.take());
        self.sealed_secret = None;
    }
}

macro_rules! columns {
    () => {
        "id, charge_point_id, operation, sealed_secret, state, asked_by_login_id, asked_at, delivered_at, answered_at, \
         answer, verified_at"
    };
}

impl Conn {
    /// The command with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_command(&mut self, id: CommandId) -> Result<Option<Command>> {
        let row = self.sql(text!["select" [columns] "from command where id = $1"]).bind(id.uuid());
        row.optional::<CommandRow>().await?.map(Command::try_from).transpose()
    }

    /// What was asked of a charge point, the latest first, older than the one with id `before`.
    pub async fn list_commands(
        &mut self,
        charge_point: ChargePointId,
        before: Option<CommandId>,
        limit: i64,
    ) -> Result<Page<Command>> {
        let rows: Vec<CommandRow> = self
            .sql(text![
                "select" [columns] "from command where charge_point_id = $1 and id < $2 order by id desc limit $3"
            ])
            .bind(charge_point.uuid())
            .bind(before.map_or(Uuid::max(), CommandId::uuid))
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(Command::try_from)
    }

    /// What was asked of these charge points and has not left us, in the order of asking.
    pub async fn asked_commands(&mut self, charge_points: &[ChargePointId]) -> Result<Vec<Command>> {
        let rows: Vec<CommandRow> = self
            .sql(text![
                "select" [columns] "from command where charge_point_id in" [ids "$1"] "and state = 'asked' order by id"
            ])
            .bind(Json(charge_points.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        rows.into_iter().map(Command::try_from).collect()
    }

    /// What was asked of a charge point since an instant and whose effect may still show, in the order of asking.
    pub async fn unverified_commands(
        &mut self,
        charge_point: ChargePointId,
        since: DateTime<Utc>,
    ) -> Result<Vec<Command>> {
        let rows: Vec<CommandRow> = self
            .sql(text![
                "select" [columns] "from command where charge_point_id = $1"
                "and state in ('delivered', 'obeyed', 'silent') and asked_at >= $2 order by id"
            ])
            .bind(charge_point.uuid())
            .bind(since)
            .all()
            .await?;
        rows.into_iter().map(Command::try_from).collect()
    }
}

impl Tx {
    /// Adds a command.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_command(&mut self, it: &Command) -> Result<()> {
        self.change(
            "insert into command (id, charge_point_id, operation, sealed_secret, state, asked_by_login_id, asked_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(it.id.uuid())
        .bind(it.charge_point.uuid())
        .bind(Json(&it.operation))
        .bind(it.sealed_secret.as_deref())
        .bind(it.state.word())
        .bind(it.asked_by.map(LoginId::uuid))
        .bind(it.asked_at)
        .run()
        .await?
        .one("command")
    }

    /// Writes down how far a command has come, if it is still in the state that it came from: two hosts, or an answer and
    /// its effect, may want to say something at once.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is not.
    pub async fn move_command(&mut self, it: &Command, from: CommandState) -> Result<()> {
        self.change(
            "update command set state = $3, sealed_secret = $4, delivered_at = $5, answered_at = $6, answer = $7, \
             verified_at = $8 where id = $1 and state = $2",
        )
        .bind(it.id.uuid())
        .bind(from.word())
        .bind(it.state.word())
        .bind(it.sealed_secret.as_deref())
        .bind(it.delivered_at)
        .bind(it.answered_at)
        .bind(it.answer.as_ref().map(Json))
        .bind(it.verified_at)
        .run()
        .await?
        .unchanged()
    }
}

#[derive(FromRow)]
struct CommandRow {
    id: Uuid,
    charge_point_id: Uuid,
    operation: Json<Value>,
    sealed_secret: Option<Vec<u8>>,
    state: String,
    asked_by_login_id: Option<Uuid>,
    asked_at: DateTime<Utc>,
    delivered_at: Option<DateTime<Utc>>,
    answered_at: Option<DateTime<Utc>>,
    answer: Option<Json<Value>>,
    verified_at: Option<DateTime<Utc>>,
}

impl TryFrom<CommandRow> for Command {
    type Error = StoreError;
    fn try_from(row: CommandRow) -> Result<Self> {
        Ok(Self {
            id: CommandId(row.id),
            charge_point: ChargePointId(row.charge_point_id),
            operation: row.operation.0,
            sealed_secret: row.sealed_secret,
            state: CommandState::from_word(&row.state)
                .ok_or(StoreError::Inconsistent { table: "command", column: "state" })?,
            asked_by: row.asked_by_login_id.map(LoginId),
            asked_at: row.asked_at,
            delivered_at: row.delivered_at,
            answered_at: row.answered_at,
            answer: row.answer.map(|answer| answer.0),
            verified_at: row.verified_at,
        })
    }
}
