//! Lists of sessions, by key.

use super::{Session, SessionRow};
use crate::engine::{Conn, text};
use crate::error::Result;
use crate::page::Page;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::id::{ChargePointId, FacilityId, PersonId, SessionId};

/// Which sessions a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// In these facilities.
    pub facilities: Vec<FacilityId>,
    /// Of this charge point.
    pub charge_point: Option<ChargePointId>,
    /// Of this person.
    pub person: Option<PersonId>,
    /// In one of these states; in any when left out.
    pub states: Option<Vec<SessionState>>,
    /// Begun from this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Begun before this instant.
    pub to: Option<DateTime<Utc>>,
}

/// Where a list goes on: after the session that was shown last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionKey {
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Its id.
    pub id: SessionId,
}

impl Conn {
    /// Sessions, the latest first.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn list_sessions(
        &mut self,
        filter: &SessionFilter,
        after: Option<SessionKey>,
        limit: i64,
    ) -> Result<Page<Session>> {
        let states = filter.states.as_ref().map(|states| states.iter().map(|it| it.word()).collect::<Vec<_>>());
        let rows: Vec<SessionRow> = self
            .sql(text![
                "select" [session_columns] "from session where facility_id in" [ids "$1"]
                "and (charge_point_id = $2 or $2 is null) and (person_id = $3 or $3 is null)"
                "and (cast($4 as bigint) = 0 or state in (select value from" [strings "$5"] "))"
                "and (started_at >= $6 or $6 is null) and (started_at < $7 or $7 is null)"
                "and ((started_at, id) < ($8, $9) or $8 is null)"
                "order by started_at desc, id desc limit $10"
            ])
            .bind(Json(filter.facilities.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .bind(filter.charge_point.map(ChargePointId::uuid))
            .bind(filter.person.map(PersonId::uuid))
            .bind(i64::from(states.is_some()))
            .bind(Json(states.unwrap_or_default()))
            .bind(filter.from)
            .bind(filter.to)
            .bind(after.map(|key| key.started_at))
            .bind(after.map(|key| key.id.uuid()))
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(Session::try_from)
    }
}
