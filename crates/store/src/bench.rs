//! Filling a scratch database with a million rows, and the bare index probe that benches are measured against.

use crate::engine::{Conn, Tx, per_engine};
use crate::error::Result;
use chrono::{DateTime, Utc};
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

impl Tx {
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
