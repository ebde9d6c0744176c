//! What went over the connections of charge points, word for word: append only, and the ground of every session.

use crate::engine::{Conn, Tx, instant, text};
use crate::error::{Result, StoreError};
use crate::page::Page;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::HashMap;
use stolpe_domain::id::{ChargePointId, uuid_at};
use uuid::Uuid;
use uuid::fmt::Simple;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The charge point.
    In,
    /// We.
    Out,
}

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// Something is asked or reported.
    Call,
    /// The answer to a call.
    Answer,
    /// The refusal of a call.
    Refusal,
    /// Nothing that could be read.
    Noise,
}

impl Direction {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

impl MessageKind {
    const ALL: [Self; 4] = [Self::Call, Self::Answer, Self::Refusal, Self::Noise];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Answer => "answer",
            Self::Refusal => "refusal",
            Self::Noise => "noise",
        }
    }
}

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id; ids of later messages are higher.
    pub id: Uuid,
    /// Whose connection it went over.
    pub charge_point: ChargePointId,
    /// When it came or went.
    pub at: DateTime<Utc>,
    /// Which way.
    pub direction: Direction,
    /// What it is.
    pub kind: MessageKind,
    /// What ties a call and its answer together; charge points use one more than once.
    pub message_id: String,
    /// The action, for calls.
    pub action: Option<String>,
    /// The JSON that came with it; of noise, everything.
    pub payload: String,
    /// What was answered, unless that was nothing but "heard".
    pub answer: Option<String>,
    /// What tells a repeated report of a transaction.
    pub digest: Option<[u8; 16]>,
}

/// A row of the JSON array that one statement takes.
#[derive(Serialize)]
struct Row<'a> {
    id: Simple,
    point: Simple,
    at: String,
    direction: &'static str,
    kind: &'static str,
    message_id: &'a str,
    action: Option<&'a str>,
    payload: &'a str,
    answer: Option<&'a str>,
    digest: Option<Simple>,
}

impl<'a> Row<'a> {
    fn of(it: &'a Message) -> Self {
        Self {
            id: it.id.simple(),
            point: it.charge_point.uuid().simple(),
            at: instant(it.at),
            direction: it.direction.word(),
            kind: it.kind.word(),
            message_id: &it.message_id,
            action: it.action.as_deref(),
            payload: &it.payload,
            answer: it.answer.as_deref(),
            digest: it.digest.map(|digest| Uuid::from_bytes(digest).simple()),
        }
    }
}

impl Message {
    /// Whether the charge point said it.
    pub fn is_from_charge_point(&self) -> bool {
        self.direction == Direction::In
    }
}

impl Tx {
    /// Adds messages; a report of a transaction that is there already is passed over.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_messages(&mut self, messages: impl Iterator<Item = &Message>) -> Result<()> {
        let rows: Vec<Row<'_>> = messages.map(Row::of).collect();
        if rows.is_empty() {
            return Ok(());
        }
        self.change(text![
            "insert into message (id, charge_point_id, received_at, direction, kind, message_id, action, payload,"
            "answer, digest) select" [uuid "id"] "," [uuid "point"] "," [instant "at"] "," [string "direction"] ","
            [string "kind"] "," [string "message_id"] "," [string "action"] "," [string "payload"] ","
            [string "answer"] "," [bytes "digest"] "from" [rows "$1"] "where true on conflict do nothing"
        ])
        .bind(Json(rows))
        .run()
        .await?
        .any();
        Ok(())
    }
}

impl Tx {
    /// Deletes messages that were heard before an instant, at most so many; those that a report in quarantine shows stay.
    /// Answers how many they were.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn delete_messages_before(&mut self, at: DateTime<Utc>, limit: i64) -> Result<u64> {
        Ok(self
            .change(
                "delete from message where id in (select id from message where id < $1 and id not in \
                 (select message_id from stray_message where resolved_at is null) order by id limit $2)",
            )
            // Ids sort by the instant that they were made at.
            .bind(uuid_at(at, [0; 10]))
            .bind(limit)
            .run()
            .await?
            .any())
    }
}

/// Which messages of a charge point a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// Calls of this action alone.
    pub action: Option<String>,
    /// Those that went this way alone.
    pub direction: Option<Direction>,
}

impl Conn {
    /// Messages of a charge point, the latest first, older than the one with id `before`.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn list_messages(
        &mut self,
        charge_point: ChargePointId,
        filter: &MessageFilter,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Page<Message>> {
        let rows: Vec<MessageRow> = self
            .sql(
                "select id, charge_point_id, received_at, direction, kind, message_id, action, payload, answer, digest \
                 from message where charge_point_id = $1 and id < $2 and (action = $3 or $3 is null) \
                 and (direction = $4 or $4 is null) order by id desc limit $5",
            )
            .bind(charge_point.uuid())
            .bind(before.unwrap_or(Uuid::max()))
            .bind(filter.action.as_deref())
            .bind(filter.direction.map(Direction::word))
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(Message::try_from)
    }

    /// What these messages brought, word for word.
    pub async fn message_payloads(&mut self, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
        let rows: Vec<(Uuid, String)> =
            self.sql(text!["select id, payload from message where id in" [ids "$1"]]).bind(Json(ids)).all().await?;
        Ok(rows.into_iter().collect())
    }
}

#[derive(FromRow)]
struct MessageRow {
    id: Uuid,
    charge_point_id: Uuid,
    received_at: DateTime<Utc>,
    direction: String,
    kind: String,
    message_id: String,
    action: Option<String>,
    payload: String,
    answer: Option<String>,
    digest: Option<Vec<u8>>,
}

impl TryFrom<MessageRow> for Message {
    type Error = StoreError;
    fn try_from(row: MessageRow) -> Result<Self> {
        let kind = MessageKind::ALL.into_iter().find(|kind| kind.word() == row.kind);
        Ok(Self {
            id: row.id,
            charge_point: ChargePointId(row.charge_point_id),
            at: row.received_at,
            direction: if row.direction == "in" { Direction::In } else { Direction::Out },
            kind: kind.ok_or(StoreError::Inconsistent { table: "message", column: "kind" })?,
            message_id: row.message_id,
            action: row.action,
            payload: row.payload,
            answer: row.answer,
            digest: row.digest.and_then(|digest| digest.try_into().ok()),
        })
    }
}
