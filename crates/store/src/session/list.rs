//! Lists of sessions, by key.

use super::{Session, SessionRow};
use crate::engine::{Conn, text};
use crate::error::Result;
use crate::page::{END_OF_TIME, Page};
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use std::collections::{BTreeSet, HashMap};
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::id::{ChargePointId, FacilityId, PersonId, SessionId};
use uuid::Uuid;

/// Which sessions a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// In these facilities.
    pub facilities: Vec<FacilityId>,
    /// Of this charge point.
    pub charge_point: Option<ChargePointId>,
    /// Of this person.
    pub person: Option<PersonId>,
    /// Of nobody who is known.
    pub of_nobody: bool,
    /// In one of these states; in any when left out.
    pub states: Option<Vec<SessionState>>,
    /// Begun from this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Begun before this instant.
    pub to: Option<DateTime<Utc>>,
}

/// A session with what people call its charge point and whoever took the energy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSession {
    /// The session.
    pub session: Session,
    /// What people call the charge point.
    pub charge_point_name: String,
    /// What the charge point calls itself.
    pub charge_point_identity: String,
    /// Given name, family name, and whether the identity is protected.
    pub holder: Option<(String, String, bool)>,
}

/// Where a list goes on: after the session that was shown last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionKey {
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Its id.
    pub id: SessionId,
}

impl From<&Session> for SessionKey {
    fn from(it: &Session) -> Self {
        Self { started_at: it.started_at, id: it.id }
    }
}

macro_rules! narrowed {
    () => {
        "(charge_point_id = $2 or $2 is null) and (person_id = $3 or $3 is null) \
         and (cast($11 as bigint) = 0 or person_id is null) and (started_at >= $6 or $6 is null) \
         and (started_at < $7 or $7 is null) and (started_at, id) < ($8, $9)"
    };
}

/// The end of a list of sessions, in which a few rows are sought.
macro_rules! latest_first {
    () => {
        "order by started_at desc, id desc limit $10"
    };
}

impl Conn {
    /// Sessions, the latest first.
    ///
    /// Those of one facility lie in an index in this order, so that a page costs what it shows wherever it begins.
    ///
    /// # Errors
    /// Whatever the database says; so for every query here.
    pub async fn list_sessions(
        &mut self,
        filter: &SessionFilter,
        after: Option<SessionKey>,
        limit: i64,
    ) -> Result<Page<Session>> {
        let states = filter.states.as_ref().map(|states| states.iter().map(|it| it.word()).collect::<Vec<_>>());
        let statement = match filter.facilities.as_slice() {
            [one] => self
                .sql(text![
                    "select" [session_columns] "from session where facility_id = $1 and" [narrowed]
                    "and (cast($4 as bigint) = 0 or state in (select value from" [strings "$5"] "))" [latest_first]
                ])
                .bind(one.uuid()),
            many => self
                .sql(text![
                    "select" [session_columns] "from session where facility_id in" [ids "$1"] "and" [narrowed]
                    "and (cast($4 as bigint) = 0 or state in (select value from" [strings "$5"] "))" [latest_first]
                ])
                .bind(Json(many.iter().map(|id| id.uuid()).collect::<Vec<_>>())),
        };
        let rows: Vec<SessionRow> = statement
            .bind(filter.charge_point.map(ChargePointId::uuid))
            .bind(filter.person.map(PersonId::uuid))
            .bind(i64::from(states.is_some()))
            .bind(Json(states.unwrap_or_default()))
            .bind(filter.from)
            .bind(filter.to)
            .bind(after.map_or(END_OF_TIME, |key| key.started_at))
            .bind(after.map_or(Uuid::max(), |key| key.id.uuid()))
            .bind(limit + 1)
            .bind(i64::from(filter.of_nobody))
            .all()
            .await?;
        Page::cut(rows, limit).try_map(Session::try_from)
    }

    /// What people call these charge points.
    pub async fn charge_point_names(&mut self, ids: &[ChargePointId]) -> Result<HashMap<ChargePointId, String>> {
        let ids: BTreeSet<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        let rows: Vec<(Uuid, String)> =
            self.sql(text!["select id, name from charge_point where id in" [ids "$1"]]).bind(Json(ids)).all().await?;
        Ok(rows.into_iter().map(|(id, name)| (ChargePointId(id), name)).collect())
    }

    /// Sessions with what people call their charge points and whoever took the energy, in the same order.
    pub async fn named_sessions(&mut self, sessions: Vec<Session>) -> Result<Vec<NamedSession>> {
        let points: BTreeSet<Uuid> = sessions.iter().map(|it| it.charge_point.uuid()).collect();
        let points: Vec<(Uuid, String, String)> = self
            .sql(text!["select id, name, identity from charge_point where id in" [ids "$1"]])
            .bind(Json(points))
            .all()
            .await?;
        let points: HashMap<Uuid, _> = points.into_iter().map(|(id, name, identity)| (id, (name, identity))).collect();
        let people: BTreeSet<Uuid> = sessions.iter().filter_map(|it| it.person.map(PersonId::uuid)).collect();
        let people: Vec<(Uuid, String, String, bool)> = self
            .sql(text![
                "select id, given_name, family_name, protected_identity from person where id in" [ids "$1"]
            ])
            .bind(Json(people))
            .all()
            .await?;
        let people: HashMap<Uuid, _> =
            people.into_iter().map(|(id, given, family, veil)| (id, (given, family, veil))).collect();
        Ok(sessions
            .into_iter()
            .map(|session| {
                let (name, identity) = points.get(&session.charge_point.uuid()).cloned().unwrap_or_default();
                (session, name, identity)
            })
            .map(|(session, charge_point_name, charge_point_identity)| NamedSession {
                charge_point_name,
                charge_point_identity,
                holder: session.person.and_then(|id| people.get(&id.uuid()).cloned()),
                session,
            })
            .collect())
    }

    /// The sessions of a facility that were not over before an instant and are not void: when each began and ended, and
    /// whether anything of it was charged.
    pub async fn sessions_since(
        &mut self,
        facility: FacilityId,
        since: DateTime<Utc>,
    ) -> Result<Vec<(DateTime<Utc>, Option<DateTime<Utc>>, bool)>> {
        let rows: Vec<(DateTime<Utc>, Option<DateTime<Utc>>, i64)> = self
            .sql(
                "select started_at, stopped_at, (select count(*) from charge where charge.source = 'session' \
                 and charge.source_id = session.id) from session where facility_id = $1 and state <> 'void' \
                 and (stopped_at >= $2 or stopped_at is null)",
            )
            .bind(facility.uuid())
            .bind(since)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(began, ended, charges)| (began, ended, charges > 0)).collect())
    }
}
