//! Two records of one person: finding them, and making one of them.

use crate::engine::{Conn, Tx};
use crate::error::Result;
use sqlx::FromRow;
use stolpe_domain::id::{OrganisationId, PersonId};
use uuid::Uuid;

impl Conn {
    /// Pairs that may be one person, because an e-mail address or a phone number is the same.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn likely_doubles(
        &mut self,
        organisation: OrganisationId,
        limit: i64,
    ) -> Result<Vec<(PersonId, PersonId)>> {
        let rows: Vec<(Uuid, Uuid)> = self
            .sql(
                "select a.id, b.id from person a join person b on b.organisation_id = a.organisation_id \
                 and b.email = a.email and b.id > a.id \
                 where a.organisation_id = $1 and a.merged_into_id is null and a.erased_at is null \
                 and b.merged_into_id is null and b.erased_at is null \
                 union select a.id, b.id from person a join person b on b.organisation_id = a.organisation_id \
                 and b.phone = a.phone and b.id > a.id \
                 where a.organisation_id = $1 and a.merged_into_id is null and a.erased_at is null \
                 and b.merged_into_id is null and b.erased_at is null limit $2",
            )
            .bind(organisation.uuid())
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(a, b)| (PersonId(a), PersonId(b))).collect())
    }
}

impl Tx {
    /// Moves everything of one record to another and closes it.
    ///
    /// # Errors
    /// [`crate::StoreError::Changed`] when the record has moved on.
    pub async fn merge_person(&mut self, from: PersonId, row_version: i64, into: PersonId) -> Result<()> {
        self.change("update tenancy set person_id = $2 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.change("update login set person_id = $2 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.change("update notice set person_id = $2 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.change(
            "insert into person_facility (facility_id, person_id, sort_key) select person_facility.facility_id, \
             person.id, person.sort_key from person_facility join person on person.id = $2 \
             where person_facility.person_id = $1 on conflict do nothing",
        )
        .bind(from.uuid())
        .bind(into.uuid())
        .run()
        .await?
        .any();
        self.change("delete from person_facility where person_id = $1").bind(from.uuid()).run().await?.any();
        self.change("delete from search_term where subject_id = $1").bind(from.uuid()).run().await?.any();
        self.change(
            "update person set merged_into_id = $3, personal_number_country = null, personal_number_masked = null, \
             personal_number_sealed = null, personal_number_digest = null, row_version = row_version + 1 \
             where id = $1 and row_version = $2",
        )
        .bind(from.uuid())
        .bind(row_version)
        .bind(into.uuid())
        .run()
        .await?
        .unchanged()
    }

    /// Hands the personal number of one record to another, inside a merge.
    pub async fn take_personal_number(&mut self, from: PersonId, into: PersonId) -> Result<()> {
        let held: Option<NumberRow> = self
            .sql(
                "select personal_number_country, personal_number_masked, personal_number_sealed, \
                 personal_number_digest from person where id = $1",
            )
            .bind(from.uuid())
            .optional()
            .await?;
        let Some(held) = held else { return Ok(()) };
        self.set_personal_number(from, None).await?;
        self.change(
            "update person set personal_number_country = $2, personal_number_masked = $3, \
             personal_number_sealed = $4, personal_number_digest = $5 where id = $1",
        )
        .bind(into.uuid())
        .bind(held.personal_number_country)
        .bind(held.personal_number_masked)
        .bind(held.personal_number_sealed)
        .bind(held.personal_number_digest)
        .run()
        .await?
        .one("person")
    }
}

#[derive(FromRow)]
#[expect(clippy::struct_field_names, reason = "the names of the columns")]
struct NumberRow {
    personal_number_country: Option<String>,
    personal_number_masked: Option<String>,
    personal_number_sealed: Option<Vec<u8>>,
    personal_number_digest: Option<Vec<u8>>,
}
