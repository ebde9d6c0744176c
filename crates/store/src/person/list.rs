//! The register as lists: who is in it, in which view, and how many.

use super::row::{PersonRow, person_columns};
use crate::engine::{Conn, Statement, text};
use crate::error::Result;
use crate::page::{BEHIND_ALL, Page, Total};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use stolpe_domain::id::{DepartmentId, FacilityId, OrganisationId, PersonId};
use stolpe_domain::language::Language;
use stolpe_domain::person::Person;
use uuid::Uuid;

/// Whose people a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Register {
    /// Everybody in an organisation.
    Organisation(OrganisationId),
    /// Everybody who belongs to a facility.
    Facility(FacilityId),
    /// Everybody who is employed in a department.
    Department(DepartmentId),
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

/// What a list of people is cut by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleFilter {
    /// A built-in cut.
    pub view: PeopleView,
    /// Only those who have an e-mail address, or have none.
    pub email: Option<bool>,
    /// Only those who have a phone number, or have none.
    pub phone: Option<bool>,
    /// Only those who are written to in this language.
    pub language: Option<Language>,
    /// Only those who live on some unit today, or on none.
    pub tenant: Option<bool>,
    /// Only those whose identity is protected, or is not.
    pub protected: Option<bool>,
    /// Added from this instant.
    pub from: Option<DateTime<Utc>>,
    /// Added before this instant.
    pub until: Option<DateTime<Utc>>,
    /// The day that says who lives where.
    pub today: NaiveDate,
}

impl PeopleFilter {
    /// A built-in cut on that day, and nothing else.
    pub fn of(view: PeopleView, today: NaiveDate) -> Self {
        Self { view, today, ..Self::default() }
    }

    /// Whether it leaves everybody.
    fn is_open(&self) -> bool {
        *self == Self { today: self.today, ..Self::default() }
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

/// Whether a person is in the view `$2` of the register `$1` on the day `$3`. In a facility's register only the logins
/// of that facility count, in an organisation's and a department's all of them.
macro_rules! in_view {
    () => {
        "($2 = 'all' or ($2 = 'missing_email' and person.email is null) \
         or ($2 = 'moved_out' and exists (select 1 from tenancy where tenancy.person_id = person.id) \
         and not exists (select 1 from tenancy where tenancy.person_id = person.id \
         and (tenancy.moved_out_on > $3 or tenancy.moved_out_on is null))) \
         or ($2 = 'no_login' and not exists (select 1 from login where login.person_id = person.id \
         and (login.facility_id = $1 or person.organisation_id = $1 or person.department_id = $1))) \
         or ($2 = 'not_issued' and exists (select 1 from login where login.person_id = person.id \
         and (login.facility_id = $1 or person.organisation_id = $1 or person.department_id = $1) \
         and login.password_hash is null and login.blocked_at is null)) \
         or ($2 = 'initial_password' and exists (select 1 from login where login.person_id = person.id \
         and (login.facility_id = $1 or person.organisation_id = $1 or person.department_id = $1) \
         and login.password_hash is not null and login.password_is_initial and login.blocked_at is null)))"
    };
}

/// Whether a person is one of the filter `$4` to `$10` on the day `$3`; merged and erased ones are in no list.
macro_rules! narrowed {
    () => {
        "person.merged_into_id is null and person.erased_at is null \
         and ((person.email is not null) = $4 or $4 is null) and ((person.phone is not null) = $5 or $5 is null) \
         and (person.language = $6 or $6 is null) \
         and (exists (select 1 from tenancy where tenancy.person_id = person.id \
         and (tenancy.moved_in_on <= $3 or tenancy.moved_in_on is null) \
         and (tenancy.moved_out_on > $3 or tenancy.moved_out_on is null)) = $7 or $7 is null) \
         and (person.protected_identity = $8 or $8 is null) \
         and (person.created_at >= $9 or $9 is null) and (person.created_at < $10 or $10 is null)"
    };
}

impl Register {
    fn uuid(self) -> Uuid {
        match self {
            Self::Organisation(id) => id.uuid(),
            Self::Facility(id) => id.uuid(),
            Self::Department(id) => id.uuid(),
        }
    }
}

impl Conn {
    /// The people of a register by name.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn list_people(
        &mut self,
        register: Register,
        filter: &PeopleFilter,
        after: Option<&PersonKey>,
        limit: i64,
    ) -> Result<Page<ListedPerson>> {
        let statement = match register {
            Register::Organisation(_) => self.sql(text![
                "select" [person_columns] "from person where person.organisation_id = $1 \
                 and (person.sort_key, person.id) > ($11, $12) and" [narrowed] "and" [in_view]
                "order by person.sort_key, person.id limit $13"
            ]),
            Register::Facility(_) => self.sql(text![
                "select" [person_columns] "from person_facility join person on person.id = person_facility.person_id \
                 where person_facility.facility_id = $1 \
                 and (person_facility.sort_key, person_facility.person_id) > ($11, $12) and" [narrowed] "and" [in_view]
                "order by person_facility.sort_key, person_facility.person_id limit $13"
            ]),
            Register::Department(_) => self.sql(text![
                "select" [person_columns] "from person where person.department_id = $1 \
                 and (person.sort_key, person.id) > ($11, $12) and" [narrowed] "and" [in_view]
                "order by person.sort_key, person.id limit $13"
            ]),
        };
        let rows: Vec<PersonRow> = bind_filter(statement, register, filter)
            .bind(after.map(|key| key.sort_key.clone()).unwrap_or_default())
            .bind(after.map_or(Uuid::nil(), |key| key.id.uuid()))
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(ListedPerson::try_from)
    }

    /// The people of a register from the last name to the first, before `before`: how a list is read from its end.
    pub async fn list_people_backwards(
        &mut self,
        register: Register,
        filter: &PeopleFilter,
        before: Option<&PersonKey>,
        limit: i64,
    ) -> Result<Page<ListedPerson>> {
        let statement = match register {
            Register::Organisation(_) => self.sql(text![
                "select" [person_columns] "from person where person.organisation_id = $1 \
                 and (person.sort_key, person.id) < ($11, $12) and" [narrowed] "and" [in_view]
                "order by person.sort_key desc, person.id desc limit $13"
            ]),
            Register::Facility(_) => self.sql(text![
                "select" [person_columns] "from person_facility join person on person.id = person_facility.person_id \
                 where person_facility.facility_id = $1 \
                 and (person_facility.sort_key, person_facility.person_id) < ($11, $12) and" [narrowed]
                "and" [in_view] "order by person_facility.sort_key desc, person_facility.person_id desc limit $13"
            ]),
            Register::Department(_) => self.sql(text![
                "select" [person_columns] "from person where person.department_id = $1 \
                 and (person.sort_key, person.id) < ($11, $12) and" [narrowed] "and" [in_view]
                "order by person.sort_key desc, person.id desc limit $13"
            ]),
        };
        let rows: Vec<PersonRow> = bind_filter(statement, register, filter)
            .bind(before.map_or(BEHIND_ALL.to_vec(), |key| key.sort_key.clone()))
            .bind(before.map_or(Uuid::max(), |key| key.id.uuid()))
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(ListedPerson::try_from)
    }

    /// Those of these people whom the filter leaves in the register, by name.
    pub async fn people_among(
        &mut self,
        register: Register,
        filter: &PeopleFilter,
        ids: &[PersonId],
    ) -> Result<Vec<Person>> {
        let statement = match register {
            Register::Organisation(_) => self.sql(text![
                "select" [person_columns] "from person where person.organisation_id = $1 and person.id in" [ids "$11"]
                "and" [narrowed] "and" [in_view] "order by person.sort_key, person.id"
            ]),
            Register::Department(_) => self.sql(text![
                "select" [person_columns] "from person where person.department_id = $1 and person.id in" [ids "$11"]
                "and" [narrowed] "and" [in_view] "order by person.sort_key, person.id"
            ]),
            Register::Facility(_) => self.sql(text![
                "select" [person_columns] "from person_facility join person on person.id = person_facility.person_id \
                 where person_facility.facility_id = $1 and person.id in" [ids "$11"]
                "and" [narrowed] "and" [in_view] "order by person.sort_key, person.id"
            ]),
        };
        let rows: Vec<PersonRow> = bind_filter(statement, register, filter)
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        rows.into_iter().map(|row| ListedPerson::try_from(row).map(|listed| listed.person)).collect()
    }

    /// How many people the filter leaves in the register, counted up to the ceiling.
    pub async fn count_people(&mut self, register: Register, filter: &PeopleFilter) -> Result<Total> {
        let statement = match register {
            Register::Organisation(_) => self.sql(text![
                "select count(*) from (select 1 from person where person.organisation_id = $1 and" [narrowed]
                "and" [in_view] "limit $11) as counted"
            ]),
            Register::Department(_) => self.sql(text![
                "select count(*) from (select 1 from person where person.department_id = $1 and" [narrowed]
                "and" [in_view] "limit $11) as counted"
            ]),
            Register::Facility(facility) if filter.is_open() => return self.count_linked(facility).await,
            Register::Facility(_) => self.sql(text![
                "select count(*) from (select 1 from person_facility \
                 join person on person.id = person_facility.person_id where person_facility.facility_id = $1 and"
                [narrowed] "and" [in_view] "limit $11) as counted"
            ]),
        };
        let (count,): (i64,) = bind_filter(statement, register, filter).bind(Total::CEILING + 1).one().await?;
        Ok(Total::counted(count))
    }

    /// Everybody who belongs to a facility. Whoever is merged or erased belongs to none, so the index alone answers.
    async fn count_linked(&mut self, facility: FacilityId) -> Result<Total> {
        let (count,): (i64,) = self
            .sql(
                "select count(*) from (select 1 from person_facility where person_facility.facility_id = $1 \
                 limit $2) as counted",
            )
            .bind(facility.uuid())
            .bind(Total::CEILING + 1)
            .one()
            .await?;
        Ok(Total::counted(count))
    }
}

fn bind_filter<'c>(statement: Statement<'c>, register: Register, filter: &PeopleFilter) -> Statement<'c> {
    statement
        .bind(register.uuid())
        .bind(filter.view.word())
        .bind(filter.today)
        .bind(filter.email)
        .bind(filter.phone)
        .bind(filter.language.map(Language::tag))
        .bind(filter.tenant)
        .bind(filter.protected)
        .bind(filter.from)
        .bind(filter.until)
}
