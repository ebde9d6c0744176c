//! Charging sessions: what was reported of them and what is believed. Their readings are in `session/reading.rs`.

use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::HashMap;
use stolpe_domain::charging::doubt::{Doubt, Doubts};
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargePointId, FacilityId, LoginId, PersonId, SessionId};
use uuid::Uuid;

macro_rules! session_columns {
    () => {
        "id, charge_point_id, facility_id, connector, tag, person_id, transaction_id, start_key, state, doubts, \
         claimed_start_at, started_at, start_wh, claimed_stop_at, stopped_at, stop_wh, stop_tag, stop_reason, \
         stop_digest, energy_wh, judged_by_login_id, judged_at, judged_reason, row_version, created_at"
    };
}

/// A text of a JSON array as a number.
macro_rules! number {
    () => {
        "cast(value as bigint)"
    };
}

mod list;
mod origin;
mod reading;
mod settle;

pub use list::{NamedSession, SessionFilter, SessionKey};
pub use reading::{NamedQuarter, SessionQuarter};

/// A session as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Of which charge point.
    pub charge_point: ChargePointId,
    /// Where that was.
    pub facility: FacilityId,
    /// Which connector.
    pub connector: i64,
    /// The tag that began it, in upper case; none when the report had none that could be read.
    pub tag: Option<String>,
    /// Who took the energy, if that is known.
    pub person: Option<PersonId>,
    /// How the charge point names it; none when it was made of a stop alone.
    pub transaction_id: Option<i32>,
    /// What makes two reports the same start (R2).
    pub start_key: [u8; 16],
    /// Where it stands.
    pub state: SessionState,
    /// What is doubted of it.
    pub doubts: Doubts,
    /// When it began, by the charge point's word.
    pub claimed_start_at: Option<DateTime<Utc>>,
    /// When it is believed to have begun.
    pub started_at: DateTime<Utc>,
    /// The register at the start.
    pub start: Option<Energy>,
    /// When it ended, by the charge point's word.
    pub claimed_stop_at: Option<DateTime<Utc>>,
    /// When it is believed to have ended.
    pub stopped_at: Option<DateTime<Utc>>,
    /// The register at the stop.
    pub stop: Option<Energy>,
    /// The tag that ended it.
    pub stop_tag: Option<String>,
    /// Why it ended, in the charge point's word.
    pub stop_reason: Option<String>,
    /// What tells its stop when it is repeated.
    pub stop_digest: Option<[u8; 16]>,
    /// The energy that is believed.
    pub energy: Energy,
    /// Who accepted it or took it out of billing, when and why.
    pub judged: Option<Judged>,
    /// Counts changes.
    pub row_version: i64,
    /// When its first report came.
    pub created_at: DateTime<Utc>,
}

/// What must be known of a session to take in its readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadingSession {
    /// Its id.
    pub id: SessionId,
    /// How the charge point names it.
    pub transaction_id: i32,
    /// Of which charge point.
    pub charge_point: ChargePointId,
    /// Whether it is open; else its energy is found anew.
    pub is_open: bool,
    /// When it is believed to have begun.
    pub started_at: DateTime<Utc>,
}

/// A named act on a session (R3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Who.
    pub by: LoginId,
    /// When.
    pub at: DateTime<Utc>,
    /// Why, in their words.
    pub reason: String,
}

impl Conn {
    /// The session with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_session(&mut self, id: SessionId) -> Result<Option<Session>> {
        let row = self.sql(text!["select" [session_columns] "from session where id = $1"]).bind(id.uuid());
        row.optional::<SessionRow>().await?.map(Session::try_from).transpose()
    }

    /// The session that this start began, if it was reported before.
    pub async fn find_session_by_start(
        &mut self,
        charge_point: ChargePointId,
        start_key: &[u8; 16],
    ) -> Result<Option<Session>> {
        self.sql(text!["select" [session_columns] "from session where charge_point_id = $1 and start_key = $2"])
            .bind(charge_point.uuid())
            .bind(start_key.as_slice())
            .optional::<SessionRow>()
            .await?
            .map(Session::try_from)
            .transpose()
    }

    /// What must be known of the sessions that charge points name so, to take in their readings.
    pub async fn reading_sessions(&mut self, numbers: &[i32]) -> Result<Vec<ReadingSession>> {
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<(Uuid, i64, Uuid, String, DateTime<Utc>)> = self
            .sql(text![
                "select id, transaction_id, charge_point_id, state, started_at from session"
                "where transaction_id in (select" [number] "from" [strings "$1"] ") order by id"
            ])
            .bind(Json(numbers.iter().map(ToString::to_string).collect::<Vec<_>>()))
            .all()
            .await?;
        let of = |(id, number, charge_point, state, started_at): (Uuid, i64, Uuid, String, DateTime<Utc>)| {
            Ok(ReadingSession {
                id: SessionId(id),
                transaction_id: i32::try_from(number)
                    .map_err(|_| StoreError::Inconsistent { table: "session", column: "transaction_id" })?,
                charge_point: ChargePointId(charge_point),
                is_open: state == SessionState::Open.word(),
                started_at,
            })
        };
        rows.into_iter().map(of).collect()
    }

    /// The sessions that charge points name so; held until the transaction ends.
    pub async fn sessions_of_transactions(&mut self, numbers: &[i32]) -> Result<Vec<Session>> {
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<SessionRow> = self
            .sql(text![
                "select" [session_columns] "from session where transaction_id in (select" [number] "from" [strings "$1"] ")"
                "order by id" [locked]
            ])
            .bind(Json(numbers.iter().map(ToString::to_string).collect::<Vec<_>>()))
            .all()
            .await?;
        rows.into_iter().map(Session::try_from).collect()
    }

    /// The sessions of a charge point that are open.
    pub async fn open_sessions(&mut self, charge_point: ChargePointId) -> Result<Vec<Session>> {
        let rows: Vec<SessionRow> = self
            .sql(text![
                "select" [session_columns] "from session where charge_point_id = $1 and state = 'open'"
                "order by started_at, id" [locked]
            ])
            .bind(charge_point.uuid())
            .all()
            .await?;
        rows.into_iter().map(Session::try_from).collect()
    }

    /// The sessions next to an instant on a connector: the latest that began before it, and the first after.
    pub async fn neighbours(
        &mut self,
        charge_point: ChargePointId,
        connector: i64,
        at: DateTime<Utc>,
        but: SessionId,
    ) -> Result<(Option<Session>, Option<Session>)> {
        let before = self
            .sql(text![
                "select" [session_columns] "from session where charge_point_id = $1 and connector = $2 and started_at <= $3"
                "and id <> $4 and state <> 'void' order by started_at desc, id desc limit 1"
            ])
            .bind(charge_point.uuid())
            .bind(connector)
            .bind(at)
            .bind(but.uuid())
            .optional::<SessionRow>()
            .await?;
        let after = self
            .sql(text![
                "select" [session_columns] "from session where charge_point_id = $1 and connector = $2 and started_at > $3"
                "and id <> $4 and state <> 'void' order by started_at, id limit 1"
            ])
            .bind(charge_point.uuid())
            .bind(connector)
            .bind(at)
            .bind(but.uuid())
            .optional::<SessionRow>()
            .await?;
        Ok((before.map(Session::try_from).transpose()?, after.map(Session::try_from).transpose()?))
    }

    /// The registers of the latest sessions of a connector that are over, the latest first: start and stop.
    pub async fn latest_registers(
        &mut self,
        charge_point: ChargePointId,
        connector: i64,
        limit: i64,
    ) -> Result<Vec<(Energy, Energy)>> {
        let rows: Vec<(i64, i64)> = self
            .sql(
                "select start_wh, stop_wh from session where charge_point_id = $1 and connector = $2 \
                 and start_wh is not null and stop_wh is not null and state <> 'void' order by started_at desc limit $3",
            )
            .bind(charge_point.uuid())
            .bind(connector)
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(start, stop)| (Energy::from_wh(start), Energy::from_wh(stop))).collect())
    }
}

impl Tx {
    /// The session with this id, which nobody else changes or charges until the transaction ends.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn hold_session(&mut self, id: SessionId) -> Result<Option<Session>> {
        let row = self.sql(text!["select" [session_columns] "from session where id = $1" [locked]]).bind(id.uuid());
        row.optional::<SessionRow>().await?.map(Session::try_from).transpose()
    }

    /// Holds those of these sessions that nobody else holds, until the transaction ends, and answers their versions. Whoever
    /// charges many does not wait for one: charge points come first.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn hold_free_sessions(&mut self, ids: &[SessionId]) -> Result<HashMap<SessionId, i64>> {
        let rows: Vec<(Uuid, i64)> = self
            .sql(text!["select id, row_version from session where id in" [ids "$1"] "order by id" [free]])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id, version)| (SessionId(id), version)).collect())
    }

    /// The next number for a transaction: never used before, on no host.
    ///
    /// # Errors
    /// Whatever the database says; [`StoreError::Inconsistent`] after two thousand million of them.
    pub async fn next_transaction_id(&mut self) -> Result<i32> {
        let (number,): (i64,) =
            self.change("update transaction_number set last = last + 1 where id = 1 returning last").one().await?;
        i32::try_from(number).map_err(|_| StoreError::Inconsistent { table: "transaction_number", column: "last" })
    }

    /// Adds a session.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_session(&mut self, it: &Session) -> Result<()> {
        self.change(
            "insert into session (id, charge_point_id, facility_id, connector, tag, person_id, transaction_id, \
             start_key, state, doubts, claimed_start_at, started_at, start_wh, claimed_stop_at, stopped_at, stop_wh, \
             stop_tag, stop_reason, stop_digest, energy_wh, row_version, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 1, $21)",
        )
        .bind(it.id.uuid())
        .bind(it.charge_point.uuid())
        .bind(it.facility.uuid())
        .bind(it.connector)
        .bind(it.tag.as_deref())
        .bind(it.person.map(PersonId::uuid))
        .bind(it.transaction_id.map(i64::from))
        .bind(it.start_key.as_slice())
        .bind(it.state.word())
        .bind(Json(words(&it.doubts)))
        .bind(it.claimed_start_at)
        .bind(it.started_at)
        .bind(it.start.map(Energy::wh))
        .bind(it.claimed_stop_at)
        .bind(it.stopped_at)
        .bind(it.stop.map(Energy::wh))
        .bind(it.stop_tag.as_deref())
        .bind(it.stop_reason.as_deref())
        .bind(it.stop_digest.as_ref().map(<[u8; 16]>::as_slice))
        .bind(it.energy.wh())
        .bind(it.created_at)
        .run()
        .await?
        .one("session")
    }

    /// Writes down everything about a session that may change, if it is still at that version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is not.
    pub async fn update_session(&mut self, it: &Session) -> Result<()> {
        self.change(
            "update session set person_id = $3, state = $4, doubts = $5, claimed_stop_at = $6, stopped_at = $7, \
             stop_wh = $8, stop_tag = $9, stop_reason = $10, stop_digest = $11, energy_wh = $12, \
             judged_by_login_id = $13, judged_at = $14, judged_reason = $15, row_version = row_version + 1 \
             where id = $1 and row_version = $2",
        )
        .bind(it.id.uuid())
        .bind(it.row_version)
        .bind(it.person.map(PersonId::uuid))
        .bind(it.state.word())
        .bind(Json(words(&it.doubts)))
        .bind(it.claimed_stop_at)
        .bind(it.stopped_at)
        .bind(it.stop.map(Energy::wh))
        .bind(it.stop_tag.as_deref())
        .bind(it.stop_reason.as_deref())
        .bind(it.stop_digest.as_ref().map(<[u8; 16]>::as_slice))
        .bind(it.energy.wh())
        .bind(it.judged.as_ref().map(|judged| judged.by.uuid()))
        .bind(it.judged.as_ref().map(|judged| judged.at))
        .bind(it.judged.as_ref().map(|judged| judged.reason.as_str()))
        .run()
        .await?
        .unchanged()
    }
}

fn words(doubts: &Doubts) -> Vec<&'static str> {
    doubts.iter().map(Doubt::word).collect()
}

#[derive(FromRow)]
struct SessionRow {
    id: Uuid,
    charge_point_id: Uuid,
    facility_id: Uuid,
    connector: i64,
    tag: Option<String>,
    person_id: Option<Uuid>,
    transaction_id: Option<i64>,
    start_key: Vec<u8>,
    state: String,
    doubts: Json<Vec<String>>,
    claimed_start_at: Option<DateTime<Utc>>,
    started_at: DateTime<Utc>,
    start_wh: Option<i64>,
    claimed_stop_at: Option<DateTime<Utc>>,
    stopped_at: Option<DateTime<Utc>>,
    stop_wh: Option<i64>,
    stop_tag: Option<String>,
    stop_reason: Option<String>,
    stop_digest: Option<Vec<u8>>,
    energy_wh: i64,
    judged_by_login_id: Option<Uuid>,
    judged_at: Option<DateTime<Utc>>,
    judged_reason: Option<String>,
    row_version: i64,
    created_at: DateTime<Utc>,
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;
    fn try_from(row: SessionRow) -> Result<Self> {
        let broken = |column| StoreError::Inconsistent { table: "session", column };
        let mut doubts = Doubts::default();
        for word in &row.doubts.0 {
            doubts.extend([Doubt::from_word(word).ok_or_else(|| broken("doubts"))?]);
        }
        let judged = match (row.judged_by_login_id, row.judged_at, row.judged_reason) {
            (Some(by), Some(at), Some(reason)) => Some(Judged { by: LoginId(by), at, reason }),
            _ => None,
        };
        Ok(Self {
            id: SessionId(row.id),
            charge_point: ChargePointId(row.charge_point_id),
            facility: FacilityId(row.facility_id),
            connector: row.connector,
            tag: row.tag,
            person: row.person_id.map(PersonId),
            transaction_id: row.transaction_id.and_then(|number| number.try_into().ok()),
            start_key: row.start_key.try_into().map_err(|_| broken("start_key"))?,
            state: SessionState::from_word(&row.state).ok_or_else(|| broken("state"))?,
            doubts,
            claimed_start_at: row.claimed_start_at,
            started_at: row.started_at,
            start: row.start_wh.map(Energy::from_wh),
            claimed_stop_at: row.claimed_stop_at,
            stopped_at: row.stopped_at,
            stop: row.stop_wh.map(Energy::from_wh),
            stop_tag: row.stop_tag,
            stop_reason: row.stop_reason,
            stop_digest: row.stop_digest.and_then(|digest| digest.try_into().ok()),
            energy: Energy::from_wh(row.energy_wh),
            judged,
            row_version: row.row_version,
            created_at: row.created_at,
        })
    }
}
