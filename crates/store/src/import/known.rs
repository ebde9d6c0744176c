//! What the register knows of the people that a run of rows may speak of.
//!
//! A run asks once for everything it could match, so that neither the register nor the file has to be held in memory.

use crate::engine::{Conn, per_engine, text};
use crate::error::Result;
use crate::person::{PersonRow, person_columns};
use chrono::NaiveDate;
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{FacilityId, ImportId, OrganisationId, PersonId, UnitId};
use stolpe_domain::person::Person;
use uuid::Uuid;

/// What a run of rows could match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// Keyed hashes of personal numbers.
    pub digests: Vec<Vec<u8>>,
    /// Addresses in lower case.
    pub emails: Vec<String>,
    /// Folded codes of units.
    pub units: Vec<String>,
    /// Folded usernames; those that differ by an ending like `-2` are answered too.
    pub usernames: Vec<String>,
    /// People who are sought whatever they are called.
    pub people: Vec<PersonId>,
}

/// Somebody whom a row may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPerson {
    /// The person.
    pub person: Person,
    /// Keyed hash of the personal number.
    pub digest: Option<Vec<u8>>,
}

/// What the register knows of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownToRun {
    /// Everybody with such a number or address, and everybody who lives on such a unit.
    pub people: Vec<KnownPerson>,
    /// Units with such a code.
    pub units: Vec<(String, UnitId)>,
    /// Which units of the facility those people live on now, by folded code.
    pub tenants: Vec<(String, PersonId)>,
    /// Folded usernames of the facility: such names, and those of the people.
    pub usernames: Vec<(String, PersonId)>,
}

/// A line that was taken in before the import was stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenLine {
    /// Line of the file.
    pub line: i64,
    /// Whom it concerned; none once they are gone.
    pub person: Option<PersonId>,
}

impl Conn {
    /// What the register knows of the people that a run of rows may speak of.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn known_to_run(
        &mut self,
        organisation: OrganisationId,
        facility: FacilityId,
        sought: &Sought,
        today: NaiveDate,
    ) -> Result<KnownToRun> {
        let people = self.known_people(organisation, facility, sought, today).await?;
        let ids: Vec<Uuid> = people.iter().map(|it| it.person.id.uuid()).collect();
        Ok(KnownToRun {
            people,
            units: self.known_units(facility, &sought.units).await?,
            tenants: self.known_tenants(facility, &ids, today).await?,
            usernames: self.known_usernames(facility, &ids, &sought.usernames).await?,
        })
    }

    async fn known_people(
        &mut self,
        organisation: OrganisationId,
        facility: FacilityId,
        sought: &Sought,
        today: NaiveDate,
    ) -> Result<Vec<KnownPerson>> {
        // A cross join is read in the order in which it is written: from the few that are sought to the many there are.
        let rows: Vec<KnownRow> = self
            .sql(text![
                "select" [person_columns] ", person.personal_number_digest from person \
                 where" [aside] "person.organisation_id = $1 and person.merged_into_id is null and person.erased_at is null \
                 and person.id in (select numbered.id from" [strings "$2"] "cross join person numbered \
                 where numbered.organisation_id = $1 and numbered.personal_number_digest =" [bytes]
                "union select search_term.subject_id from" [strings "$3"] "cross join search_term \
                 where search_term.organisation_id = $1 and search_term.term = value and search_term.kind = 'person' \
                 union select tenancy.person_id from" [strings "$4"] "cross join unit \
                 join tenancy on tenancy.unit_id = unit.id where unit.facility_id = $5 and unit.code_folded = value \
                 and (tenancy.moved_out_on > $6 or tenancy.moved_out_on is null) \
                 union select sought.id from person sought where sought.id in" [ids "$7"] ")"
            ])
            .bind(organisation.uuid())
            .bind(Json(sought.digests.iter().map(hex::encode).collect::<Vec<_>>()))
            .bind(Json(&sought.emails))
            .bind(Json(&sought.units))
            .bind(facility.uuid())
            .bind(today)
            .bind(Json(sought.people.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        rows.into_iter()
            .map(|row| Ok(KnownPerson { person: row.person.try_into()?, digest: row.personal_number_digest }))
            .collect()
    }

    async fn known_units(&mut self, facility: FacilityId, codes: &[String]) -> Result<Vec<(String, UnitId)>> {
        let rows: Vec<(String, Uuid)> = self
            .sql(text![
                "select unit.code_folded, unit.id from" [strings "$2"] "cross join unit \
                 where unit.facility_id = $1 and unit.code_folded = value"
            ])
            .bind(facility.uuid())
            .bind(Json(codes))
            .all()
            .await?;
        Ok(rows.into_iter().map(|(code, id)| (code, UnitId(id))).collect())
    }

    async fn known_tenants(
        &mut self,
        facility: FacilityId,
        people: &[Uuid],
        today: NaiveDate,
    ) -> Result<Vec<(String, PersonId)>> {
        let rows: Vec<(String, Uuid)> = self
            .sql(text![
                "select unit.code_folded, tenancy.person_id from tenancy join unit on unit.id = tenancy.unit_id \
                 where tenancy.person_id in" [ids "$2"] "and" [aside] "unit.facility_id = $1 \
                 and (tenancy.moved_out_on > $3 or tenancy.moved_out_on is null)"
            ])
            .bind(facility.uuid())
            .bind(Json(people))
            .bind(today)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(code, id)| (code, PersonId(id))).collect())
    }

    /// Usernames that begin with one of the names and are at most three signs longer, and those of the people. `.` is
    /// the sign after `-`: between a name and the name with a full stop lies the name with every number behind it.
    async fn known_usernames(
        &mut self,
        facility: FacilityId,
        people: &[Uuid],
        names: &[String],
    ) -> Result<Vec<(String, PersonId)>> {
        let rows: Vec<(String, Uuid)> = self
            .sql(per_engine(
                "select login.username_folded, login.person_id from json_each($3) cross join login \
                 where login.facility_id = $1 and login.username_folded >= value \
                 and login.username_folded < value || '.' and length(login.username_folded) <= length(value) + 3 \
                 union select login.username_folded, login.person_id from login where +login.facility_id = $1 \
                 and login.person_id in (select unhex(replace(value, '-', '')) from json_each($2))",
                // While it has no figures about a table that an import fills, Postgres would hold every name that is
                // sought against every login of the facility. The offset makes it look each of them up.
                "select near.username_folded, near.person_id from jsonb_array_elements_text($3) as sought (name) \
                 cross join lateral (select login.username_folded, login.person_id from login \
                 where login.facility_id = $1 and login.username_folded >= sought.name \
                 and login.username_folded < sought.name || '.' \
                 and length(login.username_folded) <= length(sought.name) + 3 offset 0) near \
                 union select login.username_folded, login.person_id from login where login.facility_id = $1 \
                 and login.person_id in (select value::uuid from jsonb_array_elements_text($2))",
            ))
            .bind(facility.uuid())
            .bind(Json(people))
            .bind(Json(names))
            .all()
            .await?;
        Ok(rows.into_iter().map(|(name, id)| (name, PersonId(id))).collect())
    }

    /// The last line of an import that was taken in; zero before the first.
    pub async fn last_line_taken(&mut self, id: ImportId) -> Result<i64> {
        let (line,): (i64,) = self
            .sql("select coalesce(max(line), 0) from import_row where import_id = $1")
            .bind(id.uuid())
            .one()
            .await?;
        Ok(line)
    }

    /// Which of these lines of an import were taken in.
    pub async fn lines_taken(&mut self, id: ImportId, first: i64, last: i64) -> Result<Vec<TakenLine>> {
        let rows: Vec<(i64, Option<Uuid>)> = self
            .sql("select line, person_id from import_row where import_id = $1 and line between $2 and $3")
            .bind(id.uuid())
            .bind(first)
            .bind(last)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(line, person)| TakenLine { line, person: person.map(PersonId) }).collect())
    }
}

#[derive(FromRow)]
struct KnownRow {
    #[sqlx(flatten)]
    person: PersonRow,
    personal_number_digest: Option<Vec<u8>>,
}
