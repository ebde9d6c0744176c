//! The register of people: one person, added, read and changed.

mod list;
mod merge;
mod row;

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique, Result};
use chrono::{DateTime, Utc};
pub use list::{ListedPerson, PeopleFilter, PeopleView, PersonKey, Register};
pub(crate) use row::{PersonRow, person_columns};
use sqlx::types::Json;
use std::collections::HashMap;
use stolpe_domain::channel::Channel;
use stolpe_domain::id::{DepartmentId, FacilityId, OrganisationId, PersonId};
use stolpe_domain::payer::PayerDraft;
use stolpe_domain::person::{MaskedPersonalNumber, Person, PersonDraft};
use uuid::Uuid;

/// A sealed personal number with what may be shown and compared of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedPersonalNumber {
    /// What may be shown.
    pub shown: MaskedPersonalNumber,
    /// The number under the data key.
    pub sealed: Vec<u8>,
    /// A keyed hash, for finding doubles.
    pub digest: Vec<u8>,
}

impl Conn {
    /// The person with this id, merged and erased ones too.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_person(&mut self, id: PersonId) -> Result<Option<Person>> {
        self.sql(text!["select" [person_columns] "from person where id = $1"])
            .bind(id.uuid())
            .optional::<PersonRow>()
            .await?
            .map(Person::try_from)
            .transpose()
    }

    /// The facilities that a person belongs to.
    pub async fn facilities_of(&mut self, id: PersonId) -> Result<Vec<FacilityId>> {
        let rows: Vec<(Uuid,)> = self
            .sql("select facility_id from person_facility where person_id = $1 order by facility_id")
            .bind(id.uuid())
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| FacilityId(id)).collect())
    }

    /// The facilities of these people; those without one are not in the answer.
    pub async fn facilities_of_people(&mut self, people: &[PersonId]) -> Result<Vec<(PersonId, FacilityId)>> {
        let rows: Vec<(Uuid, Uuid)> = self
            .sql(text!["select person_id, facility_id from person_facility where person_id in" [ids "$1"]])
            .bind(Json(people.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        Ok(rows.into_iter().map(|(person, facility)| (PersonId(person), FacilityId(facility))).collect())
    }

    /// Those of these people who have protected identity.
    pub async fn protected_of(&mut self, ids: &[PersonId]) -> Result<Vec<PersonId>> {
        let rows: Vec<(Uuid,)> = self
            .sql(text!["select id from person where id in" [ids "$1"] "and protected_identity = $2"])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .bind(true)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| PersonId(id)).collect())
    }

    /// The people with these ids, by name.
    pub async fn people(&mut self, ids: &[PersonId]) -> Result<Vec<Person>> {
        self.sql(text![
            "select" [person_columns] "from person where id in" [ids "$1"] "order by sort_key, id"
        ])
        .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .all::<PersonRow>()
        .await?
        .into_iter()
        .map(Person::try_from)
        .collect()
    }

    /// The sealed personal number of a person.
    pub async fn sealed_personal_number(&mut self, id: PersonId) -> Result<Option<Vec<u8>>> {
        let row: Option<(Option<Vec<u8>>,)> =
            self.sql("select personal_number_sealed from person where id = $1").bind(id.uuid()).optional().await?;
        Ok(row.and_then(|(sealed,)| sealed))
    }
}

impl Tx {
    /// Holds those of these people whom nobody changes, merges or erases meanwhile, until the transaction ends; answers the
    /// version of each.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn hold_free_people(&mut self, ids: &[PersonId]) -> Result<HashMap<PersonId, i64>> {
        let rows: Vec<(Uuid, i64)> = self
            .sql(text!["select id, row_version from person where id in" [ids "$1"] "order by id" [free]])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id, version)| (PersonId(id), version)).collect())
    }

    /// Adds a person.
    ///
    /// # Errors
    /// [`crate::StoreError::Taken`] when the register holds the personal number already.
    pub async fn insert_person(
        &mut self,
        id: PersonId,
        organisation: OrganisationId,
        it: &PersonDraft,
        sort_key: &[u8],
        number: Option<&SealedPersonalNumber>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "insert into person (id, organisation_id, given_name, family_name, sort_key, email, phone, language, \
             street, postal_code, city, personal_number_country, personal_number_masked, personal_number_sealed, \
             personal_number_digest, protected_identity, note, department_id, staff_number, payer, channel, \
             merged_into_id, erased_at, import_id, row_version, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, \
             $13, $14, $15, $16, $17, $18, $19, $20, $21, null, null, null, 1, $22)",
        )
        .bind(id.uuid())
        .bind(organisation.uuid())
        .bind(&*it.given_name)
        .bind(&*it.family_name)
        .bind(sort_key)
        .bind(it.email.as_deref())
        .bind(it.phone.as_deref())
        .bind(it.language.tag())
        .bind(it.street.as_deref())
        .bind(it.postal_code.as_deref())
        .bind(it.city.as_deref())
        .bind(number.map(|n| n.shown.country.code()))
        .bind(number.map(|n| n.shown.masked.clone()))
        .bind(number.map(|n| n.sealed.clone()))
        .bind(number.map(|n| n.digest.clone()))
        .bind(it.protected_identity)
        .bind(it.note.as_deref())
        .bind(it.department_id.map(DepartmentId::uuid))
        .bind(it.staff_number.as_deref())
        .bind(payer_column(it.payer.as_ref()))
        .bind(it.channel.map(Channel::word))
        .bind(at)
        .run()
        .await
        .on_unique("person.personal_number_taken")?
        .one("person")
    }

    /// Changes a person who is still at that version; the personal number is changed on its own.
    ///
    /// # Errors
    /// [`crate::StoreError::Changed`] when the person has moved on.
    pub async fn update_person(
        &mut self,
        id: PersonId,
        row_version: i64,
        it: &PersonDraft,
        sort_key: &[u8],
    ) -> Result<()> {
        self.change(
            "update person set given_name = $3, family_name = $4, sort_key = $5, email = $6, phone = $7, \
             language = $8, street = $9, postal_code = $10, city = $11, protected_identity = $12, note = $13, \
             department_id = $14, staff_number = $15, payer = $16, channel = $17, row_version = row_version + 1 \
             where id = $1 and row_version = $2",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(&*it.given_name)
        .bind(&*it.family_name)
        .bind(sort_key)
        .bind(it.email.as_deref())
        .bind(it.phone.as_deref())
        .bind(it.language.tag())
        .bind(it.street.as_deref())
        .bind(it.postal_code.as_deref())
        .bind(it.city.as_deref())
        .bind(it.protected_identity)
        .bind(it.note.as_deref())
        .bind(it.department_id.map(DepartmentId::uuid))
        .bind(it.staff_number.as_deref())
        .bind(payer_column(it.payer.as_ref()))
        .bind(it.channel.map(Channel::word))
        .run()
        .await?
        .unchanged()?;
        self.change("update person_facility set sort_key = $2 where person_id = $1")
            .bind(id.uuid())
            .bind(sort_key)
            .run()
            .await?
            .any();
        Ok(())
    }

    /// Replaces or removes the personal number.
    ///
    /// # Errors
    /// [`crate::StoreError::Taken`] when somebody else in the register has it.
    pub async fn set_personal_number(&mut self, id: PersonId, number: Option<&SealedPersonalNumber>) -> Result<()> {
        self.change(
            "update person set personal_number_country = $2, personal_number_masked = $3, \
             personal_number_sealed = $4, personal_number_digest = $5 where id = $1",
        )
        .bind(id.uuid())
        .bind(number.map(|n| n.shown.country.code()))
        .bind(number.map(|n| n.shown.masked.clone()))
        .bind(number.map(|n| n.sealed.clone()))
        .bind(number.map(|n| n.digest.clone()))
        .run()
        .await
        .on_unique("person.personal_number_taken")?
        .one("person")
    }

    /// Notes that a person belongs to a facility; they may belong there already.
    pub async fn link_person(&mut self, person: PersonId, facility: FacilityId) -> Result<()> {
        self.change(
            "insert into person_facility (facility_id, person_id, sort_key) \
             select $1, id, sort_key from person where id = $2 on conflict do nothing",
        )
        .bind(facility.uuid())
        .bind(person.uuid())
        .run()
        .await?
        .any();
        Ok(())
    }
}

/// The company that pays for a person, as it is kept: read and written whole, and nothing is looked for in it.
fn payer_column(payer: Option<&PayerDraft>) -> Option<String> {
    payer.map(|payer| serde_json::json!(payer).to_string())
}
