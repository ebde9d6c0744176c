//! The readings of sessions, folded into quarters of an hour, and the intervals that follow from them.

use crate::engine::{Conn, Tx, instant, text};
use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::BTreeMap;
use stolpe_domain::charging::reading::{Certainty, Interval, QuarterReadings, Reading, Series};
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargePointId, SessionId};
use stolpe_domain::quarter::Quarter;
use uuid::Uuid;
use uuid::fmt::Simple;

/// How what comes is joined with what is kept: of two at one instant the lower one is the first, the higher one the last.
macro_rules! joined {
    () => {
        "on conflict (session_id, quarter) do update set \
         first_us = case when (excluded.first_us, excluded.first_wh) < (session_quarter.first_us, \
         session_quarter.first_wh) then excluded.first_us else session_quarter.first_us end, \
         first_wh = case when (excluded.first_us, excluded.first_wh) < (session_quarter.first_us, \
         session_quarter.first_wh) then excluded.first_wh else session_quarter.first_wh end, \
         last_us = case when (excluded.last_us, excluded.last_wh) > (session_quarter.last_us, \
         session_quarter.last_wh) then excluded.last_us else session_quarter.last_us end, \
         last_wh = case when (excluded.last_us, excluded.last_wh) > (session_quarter.last_us, \
         session_quarter.last_wh) then excluded.last_wh else session_quarter.last_wh end, \
         lowest_wh = case when excluded.lowest_wh < session_quarter.lowest_wh then excluded.lowest_wh \
         else session_quarter.lowest_wh end, \
         highest_wh = case when excluded.highest_wh > session_quarter.highest_wh then excluded.highest_wh \
         else session_quarter.highest_wh end"
    };
}

/// What was read of a session in one quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionQuarter {
    /// Which session.
    pub session: SessionId,
    /// Which quarter.
    pub quarter: Quarter,
    /// What was read.
    pub readings: QuarterReadings,
}

/// What was read in one quarter of the session that a charge point names so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedQuarter {
    /// How the charge point names the session.
    pub transaction: i32,
    /// Of which charge point the session must be.
    pub charge_point: ChargePointId,
    /// When the session must have begun.
    pub begun_by: DateTime<Utc>,
    /// Which quarter.
    pub quarter: Quarter,
    /// What was read.
    pub readings: QuarterReadings,
}

/// What was read in a quarter, in a row of the JSON array that one statement takes.
#[derive(Serialize)]
struct Read {
    quarter: i64,
    first_us: i64,
    first_wh: i64,
    last_us: i64,
    last_wh: i64,
    lowest_wh: i64,
    highest_wh: i64,
}

impl Read {
    fn of(quarter: Quarter, it: QuarterReadings) -> Self {
        Self {
            quarter: quarter.number(),
            first_us: it.first.at.timestamp_micros(),
            first_wh: it.first.register.wh(),
            last_us: it.last.at.timestamp_micros(),
            last_wh: it.last.register.wh(),
            lowest_wh: it.lowest.wh(),
            highest_wh: it.highest.wh(),
        }
    }
}

/// A row for a session that is known.
#[derive(Serialize)]
struct Row {
    session: Simple,
    #[serde(flatten)]
    read: Read,
}

/// A row for a session that is named.
#[derive(Serialize)]
struct NamedRow {
    transaction: i32,
    point: Simple,
    begun_by: String,
    #[serde(flatten)]
    read: Read,
}

impl Tx {
    /// Joins readings with what is kept of their quarters; in any order and as often as they come.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn join_readings(&mut self, quarters: &[SessionQuarter]) -> Result<()> {
        if quarters.is_empty() {
            return Ok(());
        }
        // A statement may touch a row once, and hosts must take them in one order.
        let mut joined: BTreeMap<(SessionId, Quarter), QuarterReadings> = BTreeMap::new();
        for it in quarters {
            let readings = it.readings;
            let kept = joined.entry((it.session, it.quarter)).or_insert(readings);
            *kept = kept.join(readings);
        }
        let rows: Vec<Row> = joined
            .into_iter()
            .map(|((session, quarter), it)| Row { session: session.uuid().simple(), read: Read::of(quarter, it) })
            .collect();
        self.change(text![
            "insert into session_quarter (session_id, quarter, first_us, first_wh, last_us, last_wh, lowest_wh,"
            "highest_wh) select" [uuid "session"] "," [integer "quarter"] "," [integer "first_us"] ","
            [integer "first_wh"] "," [integer "last_us"] "," [integer "last_wh"] "," [integer "lowest_wh"] ","
            [integer "highest_wh"] "from" [rows "$1"] "where true" [joined]
        ])
        .bind(Json(rows))
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Joins readings with what is kept of the sessions that charge points name, if these are open, of that charge point, and
    /// began in time; answers whether all of them are. It is one statement, and says nothing of single rows: this is how
    /// nearly all readings come.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn join_named_readings(&mut self, quarters: &[NamedQuarter]) -> Result<bool> {
        if quarters.is_empty() {
            return Ok(true);
        }
        let mut joined: BTreeMap<(i32, ChargePointId, Quarter), NamedQuarter> = BTreeMap::new();
        for it in quarters {
            let kept = joined.entry((it.transaction, it.charge_point, it.quarter)).or_insert(*it);
            kept.readings = kept.readings.join(it.readings);
            kept.begun_by = kept.begun_by.min(it.begun_by);
        }
        let rows: Vec<NamedRow> = joined
            .into_values()
            .map(|it| NamedRow {
                transaction: it.transaction,
                point: it.charge_point.uuid().simple(),
                begun_by: instant(it.begun_by),
                read: Read::of(it.quarter, it.readings),
            })
            .collect();
        let expected = rows.len() as u64;
        let found = self
            .change(text![
                // Hosts must take the rows in one order.
                "insert into session_quarter (session_id, quarter, first_us, first_wh, last_us, last_wh, lowest_wh,"
                "highest_wh) select session.id," [integer "quarter"] "," [integer "first_us"] ","
                [integer "first_wh"] "," [integer "last_us"] "," [integer "last_wh"] "," [integer "lowest_wh"] ","
                [integer "highest_wh"] "from" [rows "$1"] "cross join session where session.transaction_id ="
                [integer "transaction"] "and session.charge_point_id =" [uuid "point"] "and session.state = 'open'"
                "and session.started_at <=" [instant "begun_by"] "order by session.id," [integer "quarter"] [joined]
            ])
            .bind(Json(rows))
            .run()
            .await?
            .any();
        Ok(found == expected)
    }

    /// Puts these intervals in the place of all that the session has.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn put_intervals(&mut self, session: SessionId, intervals: &[Interval]) -> Result<()> {
        self.change("delete from interval where session_id = $1").bind(session.uuid()).run().await?.any();
        let row = |it: &Interval| {
            let certainty = it.certainty.word();
            json!({ "quarter": it.quarter.number(), "wh": it.energy.wh(), "certainty": certainty })
        };
        self.change(text![
            "insert into interval (session_id, quarter, wh, certainty) select $2," [integer "quarter"] ","
            [integer "wh"] "," [string "certainty"] "from" [rows "$1"]
        ])
        .bind(Json(intervals.iter().map(row).collect::<Vec<_>>()))
        .bind(session.uuid())
        .run()
        .await?
        .any();
        Ok(())
    }
}

impl Conn {
    /// The readings of a session.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn session_readings(&mut self, session: SessionId) -> Result<Series> {
        let rows: Vec<QuarterRow> = self
            .sql(
                "select session_id, quarter, first_us, first_wh, last_us, last_wh, lowest_wh, highest_wh \
                 from session_quarter where session_id = $1 order by quarter",
            )
            .bind(session.uuid())
            .all()
            .await?;
        let mut series = Series::default();
        for row in rows {
            let it = SessionQuarter::try_from(row)?;
            series.join(it.quarter, it.readings);
        }
        Ok(series)
    }

    /// What was read last of each of these sessions.
    pub async fn latest_readings(&mut self, sessions: &[SessionId]) -> Result<Vec<SessionQuarter>> {
        let rows: Vec<QuarterRow> = self
            .sql(text![
                "select session_id, quarter, first_us, first_wh, last_us, last_wh, lowest_wh, highest_wh"
                "from session_quarter where session_id in" [ids "$1"] "and quarter ="
                "(select max(other.quarter) from session_quarter other"
                "where other.session_id = session_quarter.session_id)"
            ])
            .bind(Json(sessions.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        rows.into_iter().map(SessionQuarter::try_from).collect()
    }

    /// The intervals of a session that is over.
    pub async fn session_intervals(&mut self, session: SessionId) -> Result<Vec<Interval>> {
        let rows: Vec<(i64, i64, String)> = self
            .sql("select quarter, wh, certainty from interval where session_id = $1 order by quarter")
            .bind(session.uuid())
            .all()
            .await?;
        let interval = |(quarter, wh, certainty): (i64, i64, String)| {
            let certainty = Certainty::from_word(&certainty)
                .ok_or(StoreError::Inconsistent { table: "interval", column: "certainty" })?;
            Ok(Interval { quarter: Quarter::from_number(quarter), energy: Energy::from_wh(wh), certainty })
        };
        rows.into_iter().map(interval).collect()
    }
}

#[derive(FromRow)]
struct QuarterRow {
    session_id: Uuid,
    quarter: i64,
    first_us: i64,
    first_wh: i64,
    last_us: i64,
    last_wh: i64,
    lowest_wh: i64,
    highest_wh: i64,
}

impl TryFrom<QuarterRow> for SessionQuarter {
    type Error = StoreError;
    fn try_from(row: QuarterRow) -> Result<Self> {
        let at = |us| {
            DateTime::<Utc>::from_timestamp_micros(us)
                .ok_or(StoreError::Inconsistent { table: "session_quarter", column: "first_us" })
        };
        Ok(Self {
            session: SessionId(row.session_id),
            quarter: Quarter::from_number(row.quarter),
            readings: QuarterReadings {
                first: Reading { at: at(row.first_us)?, register: Energy::from_wh(row.first_wh) },
                last: Reading { at: at(row.last_us)?, register: Energy::from_wh(row.last_wh) },
                lowest: Energy::from_wh(row.lowest_wh),
                highest: Energy::from_wh(row.highest_wh),
            },
        })
    }
}
