//! Two records of one person: finding them, and making one of them.

use crate::engine::{Conn, Tx, text};
use crate::error::Result;
use sqlx::FromRow;
use stolpe_domain::id::{OrganisationId, PersonId};
use uuid::Uuid;

/// People of the register `$1` who are there.
macro_rules! live {
    () => {
        "person.organisation_id = $1 and person.merged_into_id is null and person.erased_at is null"
    };
}

impl Conn {
    /// Pairs that may be one person, because an e-mail address or a phone number is the same. Of many who share one, each
    /// is paired with the next: whoever joins one pair finds the next one waiting.
    ///
    /// The values that are shared are found first, by a walk along their index: pairing everybody with everybody would
    /// make millions of pairs of a switchboard's number.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn likely_doubles(
        &mut self,
        organisation: OrganisationId,
        limit: i64,
    ) -> Result<Vec<(PersonId, PersonId)>> {
        let by_email: Vec<(Uuid, String)> = self
            .sql(text![
                "select person.id, person.email from person where" [live] "and person.email in (\
                 select person.email from person where" [live] "and person.email is not null \
                 group by person.email having count(*) > 1 order by person.email limit $2) \
                 order by person.email, person.id limit $3"
            ])
            .bind(organisation.uuid())
            .bind(limit)
            .bind(2 * limit)
            .all()
            .await?;
        let by_phone: Vec<(Uuid, String)> = self
            .sql(text![
                "select person.id, person.phone from person where" [live] "and person.phone in (\
                 select person.phone from person where" [live] "and person.phone is not null \
                 group by person.phone having count(*) > 1 order by person.phone limit $2) \
                 order by person.phone, person.id limit $3"
            ])
            .bind(organisation.uuid())
            .bind(limit)
            .bind(2 * limit)
            .all()
            .await?;
        let mut pairs = Vec::new();
        for shared in [by_email, by_phone] {
            for (one, next) in shared.iter().zip(shared.iter().skip(1)) {
                let pair = (PersonId(one.0), PersonId(next.0));
                if one.1 == next.1 && !pairs.contains(&pair) {
                    pairs.push(pair);
                }
            }
        }
        pairs.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(pairs)
    }

    /// The records that were merged into this one.
    pub async fn merged_into(&mut self, id: PersonId) -> Result<Vec<PersonId>> {
        let rows: Vec<(Uuid,)> =
            self.sql("select id from person where merged_into_id = $1 order by id").bind(id.uuid()).all().await?;
        Ok(rows.into_iter().map(|(id,)| PersonId(id)).collect())
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
        self.change("update session set person_id = $2, row_version = row_version + 1 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.change("update tag set person_id = $2, row_version = row_version + 1 where person_id = $1")
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
             personal_number_sealed = null, personal_number_digest = null, department_id = null, staff_number = null, \
             row_version = row_version + 1 where id = $1 and row_version = $2",
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
