//! Sessions as a month run reads them: a page at a time, with all of their energy at once.

use super::{Session, SessionKey, SessionRow};
use crate::engine::{Conn, text};
use crate::error::Result;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use std::collections::HashMap;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargePointId, FacilityId, SessionId};
use stolpe_domain::quarter::Quarter;
use uuid::Uuid;

impl Conn {
    /// The sessions of a facility that began in a span of time, the oldest first, beyond `after`.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn sessions_to_settle(
        &mut self,
        facility: FacilityId,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        after: Option<SessionKey>,
        limit: i64,
    ) -> Result<Vec<Session>> {
        let rows: Vec<SessionRow> = self
            .sql(text![
                "select" [session_columns] "from session where facility_id = $1 and started_at < $2"
                "and (started_at, id) > ($3, $4) order by started_at, id limit $5"
            ])
            .bind(facility.uuid())
            .bind(until)
            .bind(after.map_or(from, |key| key.started_at))
            .bind(after.map_or(Uuid::nil(), |key| key.id.uuid()))
            .bind(limit)
            .all()
            .await?;
        rows.into_iter().map(Session::try_from).collect()
    }

    /// How many sessions of a facility began in a span of time.
    pub async fn count_sessions_to_settle(
        &mut self,
        facility: FacilityId,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<i64> {
        let (count,): (i64,) = self
            .sql("select count(*) from session where facility_id = $1 and started_at >= $2 and started_at < $3")
            .bind(facility.uuid())
            .bind(from)
            .bind(until)
            .one()
            .await?;
        Ok(count)
    }

    /// What the charge points of a facility are called, those that are gone among them.
    pub async fn charge_points_by_name(&mut self, facility: FacilityId) -> Result<HashMap<ChargePointId, String>> {
        let rows: Vec<(Uuid, String)> =
            self.sql("select id, name from charge_point where facility_id = $1").bind(facility.uuid()).all().await?;
        Ok(rows.into_iter().map(|(id, name)| (ChargePointId(id), name)).collect())
    }

    /// The energy of these sessions, quarter by quarter.
    pub async fn energy_of_sessions(
        &mut self,
        sessions: &[SessionId],
    ) -> Result<HashMap<SessionId, Vec<(Quarter, Energy)>>> {
        let rows: Vec<(Uuid, i64, i64)> = self
            .sql(text![
                "select session_id, quarter, wh from interval where session_id in" [ids "$1"]
                "order by session_id, quarter"
            ])
            .bind(Json(sessions.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        let mut energy: HashMap<SessionId, Vec<(Quarter, Energy)>> = HashMap::new();
        for (session, quarter, wh) in rows {
            energy.entry(SessionId(session)).or_default().push((Quarter::from_number(quarter), Energy::from_wh(wh)));
        }
        Ok(energy)
    }
}
