//! The register of people.

use crate::engine::{Conn, Tx, per_engine};
use crate::error::{OnUnique, Result, StoreError};
use crate::page::{Page, Total};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{FacilityId, OrganisationId, PersonId};
use stolpe_domain::language::Language;
use stolpe_domain::person::{MaskedPersonalNumber, Person, PersonDraft};
use uuid::Uuid;

/// Whose people a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Register {
    /// Everybody in an organisation.
    Organisation(OrganisationId),
    /// Everybody who belongs to a facility.
    Facility(FacilityId),
}

/// The built-in cuts of the register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PeopleView {
    /// Everybody.
    #[default]
    All,
    /// Still on the password from the letter (PRE-06).
    InitialPassword,
    /// Has a login, but no letter has been made.
    NotIssued,
    /// No address for receipts (PRE-10).
    MissingEmail,
    /// Has no login.
    NoLogin,
    /// Has lived on a unit and lives on none now.
    MovedOut,
}

impl PeopleView {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::InitialPassword => "initial_password",
            Self::NotIssued => "not_issued",
            Self::MissingEmail => "missing_email",
            Self::NoLogin => "no_login",
            Self::MovedOut => "moved_out",
        }
    }
}

/// Where a list of people goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonKey {
    /// The sort key of the last person shown.
    pub sort_key: Vec<u8>,
    /// Their id.
    pub id: PersonId,
}

/// A person as a list shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPerson {
    /// The person.
    pub person: Person,
    /// Where the list goes on after them.
    pub key: PersonKey,
}

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
        self.sql(
            "select id, organisation_id, given_name, family_name, sort_key, email, phone, language, street, \
             postal_code, city, personal_number_country, personal_number_masked, protected_identity, note, \
             merged_into_id, erased_at, row_version, created_at from person where id = $1",
        )
        .bind(id.uuid())
        .optional::<PersonRow>()
        .await?
        .map(|row| ListedPerson::try_from(row).map(|listed| listed.person))
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

    /// The people of a register by name.
    pub async fn list_people(
        &mut self,
        register: Register,
        view: PeopleView,
        today: NaiveDate,
        after: Option<&PersonKey>,
        limit: i64,
    ) -> Result<Page<ListedPerson>> {
        let sort_key = after.map(|key| key.sort_key.clone()).unwrap_or_default();
        let id = after.map_or(Uuid::nil(), |key| key.id.uuid());
        let rows: Vec<PersonRow> = match register {
            Register::Organisation(organisation) => {
                self.sql(
                    "select id, organisation_id, given_name, family_name, sort_key, email, phone, language, street, \
                     postal_code, city, personal_number_country, personal_number_masked, protected_identity, note, \
                     merged_into_id, erased_at, row_version, created_at from person \
                     where organisation_id = $1 and (sort_key, id) > ($2, $3) \
                     and merged_into_id is null and erased_at is null and ($4 = 'all' \
                     or ($4 = 'missing_email' and email is null) \
                     or ($4 = 'moved_out' and exists (select 1 from tenancy where tenancy.person_id = person.id) \
                     and not exists (select 1 from tenancy where tenancy.person_id = person.id \
                     and (tenancy.moved_out_on > $6 or tenancy.moved_out_on is null))) \
                     or ($4 = 'no_login' and not exists (select 1 from login where login.person_id = person.id)) \
                     or ($4 = 'not_issued' and exists (select 1 from login where login.person_id = person.id \
                     and login.password_hash is null and login.blocked_at is null)) \
                     or ($4 = 'initial_password' and exists (select 1 from login where login.person_id = person.id \
                     and login.password_hash is not null and login.password_is_initial and login.blocked_at is null))) \
                     order by sort_key, id limit $5",
                )
                .bind(organisation.uuid())
                .bind(sort_key)
                .bind(id)
                .bind(view.word())
                .bind(limit + 1)
                .bind(today)
                .all()
                .await?
            }
            Register::Facility(facility) => {
                self.sql(
                    "select person.id, organisation_id, given_name, family_name, person_facility.sort_key, email, \
                     phone, language, street, postal_code, city, personal_number_country, personal_number_masked, \
                     protected_identity, note, merged_into_id, erased_at, row_version, created_at \
                     from person_facility join person on person.id = person_facility.person_id \
                     where person_facility.facility_id = $1 \
                     and (person_facility.sort_key, person_facility.person_id) > ($2, $3) \
                     and merged_into_id is null and erased_at is null and ($4 = 'all' \
                     or ($4 = 'missing_email' and email is null) \
                     or ($4 = 'moved_out' and exists (select 1 from tenancy where tenancy.person_id = person.id) \
                     and not exists (select 1 from tenancy where tenancy.person_id = person.id \
                     and (tenancy.moved_out_on > $6 or tenancy.moved_out_on is null))) \
                     or ($4 = 'no_login' and not exists (select 1 from login where login.person_id = person.id \
                     and login.facility_id = $1)) \
                     or ($4 = 'not_issued' and exists (select 1 from login where login.person_id = person.id \
                     and login.facility_id = $1 and login.password_hash is null and login.blocked_at is null)) \
                     or ($4 = 'initial_password' and exists (select 1 from login where login.person_id = person.id \
                     and login.facility_id = $1 and login.password_hash is not null and login.password_is_initial \
                     and login.blocked_at is null))) \
                     order by person_facility.sort_key, person_facility.person_id limit $5",
                )
                .bind(facility.uuid())
                .bind(sort_key)
                .bind(id)
                .bind(view.word())
                .bind(limit + 1)
                .bind(today)
                .all()
                .await?
            }
        };
        Page::cut(rows, limit).try_map(ListedPerson::try_from)
    }

    /// How many people a view of the register holds, counted up to the ceiling.
    pub async fn count_people(&mut self, register: Register, view: PeopleView, today: NaiveDate) -> Result<Total> {
        let (count,): (i64,) = match register {
            Register::Organisation(organisation) => {
                self.sql(
                    "select count(*) from (select 1 from person \
                     where organisation_id = $1 and merged_into_id is null and erased_at is null and ($2 = 'all' \
                     or ($2 = 'missing_email' and email is null) \
                     or ($2 = 'moved_out' and exists (select 1 from tenancy where tenancy.person_id = person.id) \
                     and not exists (select 1 from tenancy where tenancy.person_id = person.id \
                     and (tenancy.moved_out_on > $4 or tenancy.moved_out_on is null))) \
                     or ($2 = 'no_login' and not exists (select 1 from login where login.person_id = person.id)) \
                     or ($2 = 'not_issued' and exists (select 1 from login where login.person_id = person.id \
                     and login.password_hash is null and login.blocked_at is null)) \
                     or ($2 = 'initial_password' and exists (select 1 from login where login.person_id = person.id \
                     and login.password_hash is not null and login.password_is_initial and login.blocked_at is null))) \
                     limit $3) as counted",
                )
                .bind(organisation.uuid())
                .bind(view.word())
                .bind(Total::CEILING + 1)
                .bind(today)
                .one()
                .await?
            }
            Register::Facility(facility) => {
                self.sql(
                    "select count(*) from (select 1 from person_facility \
                     join person on person.id = person_facility.person_id \
                     where person_facility.facility_id = $1 and merged_into_id is null and erased_at is null \
                     and ($2 = 'all' or ($2 = 'missing_email' and email is null) \
                     or ($2 = 'moved_out' and exists (select 1 from tenancy where tenancy.person_id = person.id) \
                     and not exists (select 1 from tenancy where tenancy.person_id = person.id \
                     and (tenancy.moved_out_on > $4 or tenancy.moved_out_on is null))) \
                     or ($2 = 'no_login' and not exists (select 1 from login where login.person_id = person.id \
                     and login.facility_id = $1)) \
                     or ($2 = 'not_issued' and exists (select 1 from login where login.person_id = person.id \
                     and login.facility_id = $1 and login.password_hash is null and login.blocked_at is null)) \
                     or ($2 = 'initial_password' and exists (select 1 from login where login.person_id = person.id \
                     and login.facility_id = $1 and login.password_hash is not null and login.password_is_initial \
                     and login.blocked_at is null))) limit $3) as counted",
                )
                .bind(facility.uuid())
                .bind(view.word())
                .bind(Total::CEILING + 1)
                .bind(today)
                .one()
                .await?
            }
        };
        Ok(Total::counted(count))
    }

    /// The people with these ids, by name.
    pub async fn people(&mut self, ids: &[PersonId]) -> Result<Vec<Person>> {
        self.sql(per_engine(
            "select id, organisation_id, given_name, family_name, sort_key, email, phone, language, street, \
             postal_code, city, personal_number_country, personal_number_masked, protected_identity, note, \
             merged_into_id, erased_at, row_version, created_at from person \
             where id in (select unhex(replace(value, '-', '')) from json_each($1)) order by sort_key, id",
            "select id, organisation_id, given_name, family_name, sort_key, email, phone, language, street, \
             postal_code, city, personal_number_country, personal_number_masked, protected_identity, note, \
             merged_into_id, erased_at, row_version, created_at from person \
             where id in (select value::uuid from jsonb_array_elements_text($1)) order by sort_key, id",
        ))
        .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .all::<PersonRow>()
        .await?
        .into_iter()
        .map(|row| ListedPerson::try_from(row).map(|listed| listed.person))
        .collect()
    }

    /// The sealed personal number of a person.
    pub async fn sealed_personal_number(&mut self, id: PersonId) -> Result<Option<Vec<u8>>> {
        let row: Option<(Option<Vec<u8>>,)> =
            self.sql("select personal_number_sealed from person where id = $1").bind(id.uuid()).optional().await?;
        Ok(row.and_then(|(sealed,)| sealed))
    }

    /// Pairs that may be one person, because an e-mail address or a phone number is the same.
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
    /// Adds a person.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the register holds the personal number already.
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
             personal_number_digest, protected_identity, note, merged_into_id, erased_at, import_id, row_version, \
             created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, null, \
             null, null, 1, $18)",
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
        .bind(at)
        .run()
        .await
        .on_unique("person.personal_number_taken")?
        .one("person")
    }

    /// Changes a person who is still at that version; the personal number is changed on its own.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when the person has moved on.
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
             row_version = row_version + 1 where id = $1 and row_version = $2",
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
    /// [`StoreError::Taken`] when somebody else in the register has it.
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

    /// Moves everything of one record to another and closes it.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when the record has moved on.
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

#[derive(FromRow)]
struct PersonRow {
    id: Uuid,
    organisation_id: Uuid,
    given_name: String,
    family_name: String,
    sort_key: Vec<u8>,
    email: Option<String>,
    phone: Option<String>,
    language: String,
    street: Option<String>,
    postal_code: Option<String>,
    city: Option<String>,
    personal_number_country: Option<String>,
    personal_number_masked: Option<String>,
    protected_identity: bool,
    note: Option<String>,
    merged_into_id: Option<Uuid>,
    erased_at: Option<DateTime<Utc>>,
    row_version: i64,
    created_at: DateTime<Utc>,
}

impl TryFrom<PersonRow> for ListedPerson {
    type Error = StoreError;
    fn try_from(row: PersonRow) -> Result<Self> {
        let unreadable = |column| StoreError::Inconsistent { table: "person", column };
        let personal_number = match (row.personal_number_country, row.personal_number_masked) {
            (Some(country), Some(masked)) => Some(MaskedPersonalNumber {
                country: country.parse().map_err(|_| unreadable("personal_number_country"))?,
                masked,
            }),
            _ => None,
        };
        let id = PersonId(row.id);
        Ok(Self {
            person: Person {
                id,
                organisation_id: OrganisationId(row.organisation_id),
                draft: PersonDraft {
                    given_name: row.given_name,
                    family_name: row.family_name,
                    email: row.email,
                    phone: row.phone,
                    language: Language::parse(&row.language).ok_or_else(|| unreadable("language"))?,
                    street: row.street,
                    postal_code: row.postal_code,
                    city: row.city,
                    protected_identity: row.protected_identity,
                    note: row.note,
                    personal_number: None,
                },
                personal_number,
                merged_into: row.merged_into_id.map(PersonId),
                erased_at: row.erased_at,
                row_version: row.row_version,
                created_at: row.created_at,
            },
            key: PersonKey { sort_key: row.sort_key, id },
        })
    }
}
