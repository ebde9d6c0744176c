//! Lists of sessions, by key.

use super::{Session, SessionRow};
use crate::document::numbered;
use crate::engine::{Conn, Statement, text};
use crate::error::Result;
use crate::page::{END_OF_TIME, Order, Page, Total};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::{BTreeSet, HashMap};
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::document::Number;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargePointId, DocumentId, FacilityId, PersonId, SessionId};
use stolpe_domain::settlement::ChargeState;
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
    /// That stand so with what is charged.
    pub charge_state: Option<ChargeState>,
    /// Begun from this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Begun before this instant.
    pub to: Option<DateTime<Utc>>,
}

/// A session with what people call its charge point and whoever took the energy, and what was charged for it.
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
    /// How it stands with what is charged.
    pub charge_state: ChargeState,
    /// The documents that ask for what it costs now; a draft has no number yet.
    pub documents: Vec<(DocumentId, Option<Number>)>,
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

/// A charge of a session, with the document that asks for it.
#[derive(FromRow)]
struct ChargedRow {
    session_id: Uuid,
    id: Option<Uuid>,
    fiscal_year: Option<i64>,
    place: Option<i64>,
}

macro_rules! narrowed {
    () => {
        "(charge_point_id = $2 or $2 is null) and (person_id = $3 or $3 is null) \
         and (started_at >= $6 or $6 is null) and (started_at < $7 or $7 is null) \
         and (cast($8 as bigint) = 0 or person_id is null)"
    };
}

/// How a session stands with what is charged, as `ChargeState::of` says it.
macro_rules! charge_state {
    () => {
        "case when is_charged then 'charged' when state in ('void', 'billed_elsewhere') then 'nothing' \
         when state not in ('closed', 'accepted') then 'waiting' when energy_wh = 0 then 'nothing' \
         when person_id is null then 'waiting' else 'not_charged' end"
    };
}

/// What may still be charged, now or once it is over, looked at or somebody's: the words of the index of such sessions.
macro_rules! unsettled {
    () => {
        "not is_charged and state not in ('void', 'billed_elsewhere')"
    };
}

/// The list from its latest session on.
macro_rules! newest {
    () => {
        "and (started_at, id) < ($10, $11) order by started_at desc, id desc limit $12"
    };
}

/// The list from its first session on.
macro_rules! oldest {
    () => {
        "and (started_at, id) > ($10, $11) order by started_at, id limit $12"
    };
}

impl Conn {
    /// Sessions in that order of their beginning.
    ///
    /// Those of one facility lie in an index in this order, so that a page costs what it shows wherever it begins.
    ///
    /// # Errors
    /// Whatever the database says; so for every query here.
    pub async fn list_sessions(
        &mut self,
        filter: &SessionFilter,
        order: Order,
        after: Option<SessionKey>,
        limit: i64,
    ) -> Result<Page<Session>> {
        let one = matches!(filter.facilities.as_slice(), [_]);
        // Of the years of a facility, next to nothing is unsettled: an index of its own holds that.
        let unsettled = matches!(filter.charge_state, Some(ChargeState::NotCharged | ChargeState::Waiting));
        let statement = match (one, unsettled) {
            (true, true) => self.unsettled_of_one(order),
            (true, false) => self.sessions_of_one(order),
            (false, true) => self.unsettled_of_many(order),
            (false, false) => self.sessions_of_many(order),
        };
        let statement = match filter.facilities.as_slice() {
            [one] => statement.bind(one.uuid()),
            many => statement.bind(Json(many.iter().map(|id| id.uuid()).collect::<Vec<_>>())),
        };
        let start = match order {
            Order::Newest => (END_OF_TIME, Uuid::max()),
            Order::Oldest => (DateTime::UNIX_EPOCH, Uuid::nil()),
        };
        let (started_at, id) = after.map_or(start, |key| (key.started_at, key.id.uuid()));
        let rows: Vec<SessionRow> =
            bind_narrowed(statement, filter).bind(started_at).bind(id).bind(limit + 1).all().await?;
        Page::cut(rows, limit).try_map(Session::try_from)
    }

    fn sessions_of_one(&mut self, order: Order) -> Statement<'_> {
        match order {
            Order::Newest => self.sql(text![
                "select" [session_columns] "from session where facility_id = $1 and" [narrowed]
                "and (cast($4 as bigint) = 0 or state in (select value from" [strings "$5"] "))"
                "and (cast($9 as text) is null or" [charge_state] "= $9)" [newest]
            ]),
            Order::Oldest => self.sql(text![
                "select" [session_columns] "from session where facility_id = $1 and" [narrowed]
                "and (cast($4 as bigint) = 0 or state in (select value from" [strings "$5"] "))"
                "and (cast($9 as text) is null or" [charge_state] "= $9)" [oldest]
            ]),
        }
    }

    fn sessions_of_many(&mut self, order: Order) -> Statement<'_> {
        match order {
            Order::Newest => self.sql(text![
                "select" [session_columns] "from session where facility_id in" [ids "$1"] "and" [narrowed]
                "and (cast($4 as bigint) = 0 or state in (select value from" [strings "$5"] "))"
                "and (cast($9 as text) is null or" [charge_state] "= $9)" [newest]
            ]),
            Order::Oldest => self.sql(text![
                "select" [session_columns] "from session where facility_id in" [ids "$1"] "and" [narrowed]
                "and (cast($4 as bigint) = 0 or state in (select value from" [strings "$5"] "))"
                "and (cast($9 as text) is null or" [charge_state] "= $9)" [oldest]
            ]),
        }
    }

    fn unsettled_of_one(&mut self, order: Order) -> Statement<'_> {
        match order {
            Order::Newest => self.sql(text![
                "select" [session_columns] "from session where facility_id = $1 and" [unsettled] "and" [narrowed]
                "and (cast($4 as bigint) = 0 or state in (select value from" [strings "$5"] "))"
                "and" [charge_state] "= $9" [newest]
            ]),
            Order::Oldest => self.sql(text![
                "select" [session_columns] "from session where facility_id = $1 and" [unsettled] "and" [narrowed]
                "and (cast($4 as bigint) = 0 or state in (select value from" [strings "$5"] "))"
                "and" [charge_state] "= $9" [oldest]
            ]),
        }
    }

    fn unsettled_of_many(&mut self, order: Order) -> Statement<'_> {
        match order {
            Order::Newest => self.sql(text![
                "select" [session_columns] "from session where facility_id in" [ids "$1"] "and" [unsettled] "and"
                [narrowed] "and (cast($4 as bigint) = 0 or state in (select value from" [strings "$5"] "))"
                "and" [charge_state] "= $9" [newest]
            ]),
            Order::Oldest => self.sql(text![
                "select" [session_columns] "from session where facility_id in" [ids "$1"] "and" [unsettled] "and"
                [narrowed] "and (cast($4 as bigint) = 0 or state in (select value from" [strings "$5"] "))"
                "and" [charge_state] "= $9" [oldest]
            ]),
        }
    }

    /// How many sessions the filter leaves, counted up to the ceiling.
    pub async fn count_sessions(&mut self, filter: &SessionFilter) -> Result<Total> {
        let statement = match filter.charge_state {
            Some(ChargeState::NotCharged | ChargeState::Waiting) => self.sql(text![
                "select count(*) from (select 1 from session where facility_id in" [ids "$1"] "and" [unsettled] "and"
                [narrowed] "and (cast($4 as bigint) = 0 or state in (select value from" [strings "$5"] "))"
                "and" [charge_state] "= $9 limit $10) as counted"
            ]),
            Some(ChargeState::Charged | ChargeState::Nothing) | None => self.sql(text![
                "select count(*) from (select 1 from session where facility_id in" [ids "$1"] "and" [narrowed]
                "and (cast($4 as bigint) = 0 or state in (select value from" [strings "$5"] "))"
                "and (cast($9 as text) is null or" [charge_state] "= $9) limit $10) as counted"
            ]),
        };
        let facilities = Json(filter.facilities.iter().map(|id| id.uuid()).collect::<Vec<_>>());
        let (count,): (i64,) = bind_narrowed(statement.bind(facilities), filter).bind(Total::CEILING + 1).one().await?;
        Ok(Total::counted(count))
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
        let mut charged = self.documents_of_sessions(&sessions).await?;
        Ok(sessions
            .into_iter()
            .map(|session| {
                let (name, identity) = points.get(&session.charge_point.uuid()).cloned().unwrap_or_default();
                (session, name, identity)
            })
            .map(|(session, charge_point_name, charge_point_identity)| {
                let documents = charged.remove(&session.id);
                let (has_payer, has_energy) = (session.person.is_some(), session.energy != Energy::ZERO);
                NamedSession {
                    charge_point_name,
                    charge_point_identity,
                    holder: session.person.and_then(|id| people.get(&id.uuid()).cloned()),
                    charge_state: ChargeState::of(session.state, has_payer, has_energy, documents.is_some()),
                    documents: documents.unwrap_or_default(),
                    session,
                }
            })
            .collect())
    }

    /// The documents that ask for what these sessions cost, each once and in the order of what they ask for; sessions that
    /// were never charged are left out.
    async fn documents_of_sessions(
        &mut self,
        sessions: &[Session],
    ) -> Result<HashMap<SessionId, Vec<(DocumentId, Option<Number>)>>> {
        let rows: Vec<ChargedRow> = self
            .sql(text![
                "select charge.session_id, document.id, document.fiscal_year, document.place from charge"
                "left join document on document.id = charge.document_id where charge.session_id in" [ids "$1"]
                "order by charge.month, charge.created_at, charge.id"
            ])
            .bind(Json(sessions.iter().map(|it| it.id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        let mut by_session: HashMap<SessionId, Vec<(DocumentId, Option<Number>)>> = HashMap::new();
        for row in rows {
            let known = by_session.entry(SessionId(row.session_id)).or_default();
            let Some(document) = row.id.map(DocumentId) else { continue };
            if known.iter().all(|(id, _)| *id != document) {
                known.push((document, numbered(row.fiscal_year, row.place)?));
            }
        }
        Ok(by_session)
    }

    /// The sessions of a facility that were not over before an instant and are not void: when each began and ended, and
    /// whether anything of it was charged.
    pub async fn sessions_since(
        &mut self,
        facility: FacilityId,
        since: DateTime<Utc>,
    ) -> Result<Vec<(DateTime<Utc>, Option<DateTime<Utc>>, bool)>> {
        self.sql(
            "select started_at, stopped_at, is_charged from session where facility_id = $1 and state <> 'void' \
             and (stopped_at >= $2 or stopped_at is null)",
        )
        .bind(facility.uuid())
        .bind(since)
        .all()
        .await
    }
}

fn bind_narrowed<'c>(statement: Statement<'c>, filter: &SessionFilter) -> Statement<'c> {
    let states = filter.states.as_ref().map(|states| states.iter().map(|it| it.word()).collect::<Vec<_>>());
    statement
        .bind(filter.charge_point.map(ChargePointId::uuid))
        .bind(filter.person.map(PersonId::uuid))
        .bind(i64::from(states.is_some()))
        .bind(Json(states.unwrap_or_default()))
        .bind(filter.from)
        .bind(filter.to)
        .bind(i64::from(filter.of_nobody))
        .bind(filter.charge_state.map(ChargeState::word))
}
