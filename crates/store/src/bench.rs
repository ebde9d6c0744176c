//! Filling a scratch database with a million rows, and the bare index probe that benches are measured against.

mod ledger;

use crate::engine::{Conn, Tx, per_engine};
use crate::error::Result;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use stolpe_domain::id::{ChargePointId, FacilityId, OrganisationId};
use uuid::Uuid;

/// A bare id, for rows that stand for nothing.
pub type Id = Uuid;

impl Tx {
    /// Adds so many people to an organisation and a facility, each with a search term of their own.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn fill_people(
        &mut self,
        organisation: OrganisationId,
        facility: FacilityId,
        count: i64,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(per_engine(
            "insert into person (id, organisation_id, given_name, family_name, sort_key, email, language, \
             protected_identity, row_version, created_at) \
             with recursive n(i) as (select 1 union all select i + 1 from n where i < $3) \
             select randomblob(16), $1, 'Given', 'Family' || i, \
             unhex(printf('%08x%08x', (i * 2654435761) % 4294967296, i)), 'person' || i || '@example.com', 'sv', \
             0, 1, $2 from n",
            "insert into person (id, organisation_id, given_name, family_name, sort_key, email, language, \
             protected_identity, row_version, created_at) \
             select gen_random_uuid(), $1, 'Given', 'Family' || i, \
             decode(lpad(to_hex((i * 2654435761) % 4294967296), 8, '0') || lpad(to_hex(i), 8, '0'), 'hex'), \
             'person' || i || '@example.com', 'sv', false, 1, $2 from generate_series(1, $3::bigint) i",
        ))
        .bind(organisation.uuid())
        .bind(at)
        .bind(count)
        .run()
        .await?
        .any();
        self.change(
            "insert into person_facility (facility_id, person_id, sort_key) \
             select $1, id, sort_key from person where organisation_id = $2",
        )
        .bind(facility.uuid())
        .bind(organisation.uuid())
        .run()
        .await?
        .any();
        self.change(
            "insert into search_term (organisation_id, term, kind, subject_id) \
             select organisation_id, lower(family_name), 'person', id from person where organisation_id = $1",
        )
        .bind(organisation.uuid())
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Adds so many rows to an empty audit log; they stand outside the chain, which a scratch database never proves.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn fill_audit(&mut self, organisation: OrganisationId, count: i64, at: DateTime<Utc>) -> Result<()> {
        self.change(per_engine(
            "insert into audit (seq, at, actor_name, action, subject_kind, subject_id, organisation_id, origin, \
             correlation, detail_digest, previous_hash, hash) \
             with recursive n(i) as (select 1 union all select i + 1 from n where i < $3) \
             select i, $2, 'bench', case i % 10 when 0 then 'person.added' else 'person.changed' end, 'person', \
             randomblob(16), $1, 'bench', randomblob(16), zeroblob(32), zeroblob(32), zeroblob(32) from n",
            "insert into audit (seq, at, actor_name, action, subject_kind, subject_id, organisation_id, origin, \
             correlation, detail_digest, previous_hash, hash) \
             select i, $2, 'bench', case i % 10 when 0 then 'person.added' else 'person.changed' end, 'person', \
             gen_random_uuid(), $1, 'bench', gen_random_uuid(), decode(repeat('00', 32), 'hex'), \
             decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex') \
             from generate_series(1, $3::bigint) i",
        ))
        .bind(organisation.uuid())
        .bind(at)
        .bind(count)
        .run()
        .await?
        .any();
        Ok(())
    }
}

/// A session as it lies there, with what its charge point and its person are called.
#[derive(Debug, FromRow, Serialize)]
pub struct BareSession {
    /// Its id.
    pub id: Id,
    /// When it began.
    pub started_at: DateTime<Utc>,
    stopped_at: Option<DateTime<Utc>>,
    charge_point: String,
    identity: String,
    connector: i64,
    given_name: Option<String>,
    family_name: Option<String>,
    email: Option<String>,
    tag: Option<String>,
    energy_wh: i64,
    state: String,
    doubts: String,
    start_wh: Option<i64>,
    stop_wh: Option<i64>,
    transaction_id: Option<i64>,
    stop_reason: Option<String>,
}

impl Conn {
    /// Sessions of a facility beyond one of them, the oldest first.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn bare_sessions(
        &mut self,
        facility: FacilityId,
        (started_at, id): (DateTime<Utc>, Id),
        limit: i64,
    ) -> Result<Vec<BareSession>> {
        self.sql(
            "select session.id, started_at, stopped_at, charge_point.name as charge_point, identity, connector, \
             given_name, family_name, email, tag, energy_wh, session.state, cast(doubts as text) as doubts, start_wh, \
             stop_wh, transaction_id, stop_reason from session \
             join charge_point on charge_point.id = session.charge_point_id \
             left join person on person.id = session.person_id \
             where session.facility_id = $1 and (session.started_at, session.id) > ($2, $3) \
             order by session.started_at, session.id limit $4",
        )
        .bind(facility.uuid())
        .bind(started_at)
        .bind(id)
        .bind(limit)
        .all()
        .await
    }
}

impl Tx {
    /// Adds so many sessions to a charge point, a minute after another, of the people of its facility in turn.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn fill_sessions(
        &mut self,
        facility: FacilityId,
        charge_point: ChargePointId,
        count: i64,
        begin: DateTime<Utc>,
    ) -> Result<()> {
        self.change(per_engine(
            "insert into session (id, charge_point_id, facility_id, connector, tag, person_id, transaction_id, start_key, \
             state, doubts, claimed_start_at, started_at, start_wh, claimed_stop_at, stopped_at, stop_wh, stop_reason, \
             energy_wh, row_version, created_at) \
             with recursive n(i) as (select 0 union all select i + 1 from n where i < $3 - 1), \
             p as (select person_id, row_number() over (order by person_id) - 1 as k \
             from person_facility where facility_id = $2), \
             m as (select count(*) as many from p), \
             t as (select i, strftime('%Y-%m-%dT%H:%M:%S+00:00', $4, '+' || i || ' minutes') as began, \
             strftime('%Y-%m-%dT%H:%M:%S+00:00', $4, '+' || (i + 1) || ' minutes') as ended from n) \
             select randomblob(16), $1, $2, 1, 'TAG' || (i % 997), p.person_id, i + 1, randomblob(16), 'closed', \
             '[\"estimated\"]', began, began, i * 100, ended, ended, i * 100 + 100, 'Local', 100, 1, began \
             from t cross join m join p on p.k = i % m.many",
            "insert into session (id, charge_point_id, facility_id, connector, tag, person_id, transaction_id, start_key, \
             state, doubts, claimed_start_at, started_at, start_wh, claimed_stop_at, stopped_at, stop_wh, stop_reason, \
             energy_wh, row_version, created_at) \
             with n as (select i from generate_series(0, $3::bigint - 1) i), \
             p as (select person_id, row_number() over (order by person_id) - 1 as k \
             from person_facility where facility_id = $2), \
             m as (select count(*) as many from p), \
             t as (select i, $4::timestamptz + i * interval '1 minute' as began, \
             $4::timestamptz + (i + 1) * interval '1 minute' as ended from n) \
             select gen_random_uuid(), $1, $2, 1, 'TAG' || (i % 997), p.person_id, i + 1, \
             decode(md5(i::text), 'hex'), 'closed', '[\"estimated\"]', began, began, i * 100, ended, ended, \
             i * 100 + 100, 'Local', 100, 1, began from t cross join m join p on p.k = i % m.many",
        ))
        .bind(charge_point.uuid())
        .bind(facility.uuid())
        .bind(count)
        .bind(begin)
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Takes everybody away again, so that a second measurement finds the tables of a server as the first one did.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn empty_people(&mut self) -> Result<()> {
        self.change(per_engine(
            "delete from person",
            "truncate person, person_facility, tenancy, login, unit, search_term, import, import_file, import_row cascade",
        ))
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Adds so many messages of one payload with one statement: the least that a batch of them can cost.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_bare_messages(
        &mut self,
        charge_point: ChargePointId,
        first: i64,
        count: i64,
        payload: &str,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(per_engine(
            "insert into message (id, charge_point_id, received_at, direction, kind, message_id, action, payload) \
             with recursive n(i) as (select $3 union all select i + 1 from n where i < $3 + $4 - 1) \
             select unhex(printf('%032x', i)), $1, $2, 'in', 'call', 'bench', 'MeterValues', $5 from n",
            "insert into message (id, charge_point_id, received_at, direction, kind, message_id, action, payload) \
             select lpad(to_hex(i), 32, '0')::uuid, $1, $2, 'in', 'call', 'bench', 'MeterValues', $5 \
             from generate_series($3::bigint, $3::bigint + $4::bigint - 1) i",
        ))
        .bind(charge_point.uuid())
        .bind(at)
        .bind(first)
        .bind(count)
        .bind(payload)
        .run()
        .await?
        .any();
        Ok(())
    }
}

impl Conn {
    /// Lets the engine look at its data, as it does by itself on a database that has lived for a while.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn analyse(&mut self) -> Result<()> {
        self.sql("analyze").run().await?.any();
        Ok(())
    }

    /// One row by its key: the least that any list can cost.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn probe(&mut self, id: Uuid) -> Result<bool> {
        let row: Option<(i64,)> = self.sql("select row_version from person where id = $1").bind(id).optional().await?;
        Ok(row.is_some())
    }
}
