//! Tenancies: who lived where, when.

use crate::engine::{Conn, Tx, text};
use crate::error::Result;
use crate::page::Page;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{FacilityId, PersonId, TenancyId, UnitId};
use stolpe_domain::person::Tenancy;
use uuid::Uuid;

/// A tenancy as the list of a facility shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTenancy {
    /// Where the list goes on after it.
    pub key: TenancyKey,
    /// The unit's code.
    pub unit_code: String,
    /// Where the unit lies.
    pub unit_section: Option<String>,
    /// First names of whoever lives there.
    pub given_name: String,
    /// Surnames.
    pub family_name: String,
    /// Their identity is protected.
    pub protected_identity: bool,
    /// Since when.
    pub moved_in_on: Option<NaiveDate>,
    /// Until before when.
    pub moved_out_on: Option<NaiveDate>,
}

/// Where a list of tenancies goes on: unit by unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenancyKey {
    /// The walking key of the last unit shown.
    pub walking_key: Vec<u8>,
    /// The last tenancy.
    pub id: TenancyId,
}

/// A tenancy with the words that lists show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedTenancy {
    /// The tenancy.
    pub tenancy: Tenancy,
    /// The unit's code.
    pub unit_code: String,
    /// The facility of the unit.
    pub facility_id: FacilityId,
    /// The facility's code.
    pub facility_code: String,
}

macro_rules! placed {
    () => {
        "select tenancy.id, tenancy.person_id, tenancy.unit_id, tenancy.moved_in_on, tenancy.moved_out_on, \
         tenancy.row_version, unit.code as unit_code, facility.id as facility_id, facility.code as facility_code \
         from tenancy join unit on unit.id = tenancy.unit_id join facility on facility.id = unit.facility_id"
    };
}

impl Conn {
    /// The tenancy with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_tenancy(&mut self, id: TenancyId) -> Result<Option<Tenancy>> {
        let row: Option<TenancyRow> = self
            .sql("select id, person_id, unit_id, moved_in_on, moved_out_on, row_version from tenancy where id = $1")
            .bind(id.uuid())
            .optional()
            .await?;
        Ok(row.map(Tenancy::from))
    }

    /// Everything a person has lived on, the latest first.
    pub async fn tenancies_of(&mut self, person: PersonId) -> Result<Vec<PlacedTenancy>> {
        let rows: Vec<PlacedRow> = self
            .sql(text![
                [placed]
                "where tenancy.person_id = $1 order by coalesce(tenancy.moved_out_on, $2) desc, unit.walking_key"
            ])
            .bind(person.uuid())
            // A tenancy without an end comes before every one that has ended.
            .bind(NaiveDate::from_ymd_opt(9999, 12, 31))
            .all()
            .await?;
        Ok(rows.into_iter().map(PlacedTenancy::from).collect())
    }

    /// The same for many people at once.
    pub async fn tenancies_of_all(&mut self, people: &[PersonId]) -> Result<Vec<PlacedTenancy>> {
        let rows: Vec<PlacedRow> = self
            .sql(text![
                [placed] "where tenancy.person_id in" [ids "$1"]
                "order by coalesce(tenancy.moved_out_on, $2) desc, unit.walking_key"
            ])
            .bind(Json(people.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .bind(NaiveDate::from_ymd_opt(9999, 12, 31))
            .all()
            .await?;
        Ok(rows.into_iter().map(PlacedTenancy::from).collect())
    }

    /// Everybody who lives or has lived in a facility, unit by unit.
    pub async fn list_tenancies(
        &mut self,
        facility: FacilityId,
        after: Option<&TenancyKey>,
        limit: i64,
    ) -> Result<Page<ListedTenancy>> {
        let rows: Vec<ListedRow> = self
            .sql(
                "select tenancy.id, unit.walking_key, unit.code, unit.section, person.given_name, person.family_name, \
                 person.protected_identity, tenancy.moved_in_on, tenancy.moved_out_on from unit \
                 join tenancy on tenancy.unit_id = unit.id join person on person.id = tenancy.person_id \
                 where unit.facility_id = $1 and (unit.walking_key, tenancy.id) > ($2, $3) \
                 order by unit.walking_key, tenancy.id limit $4",
            )
            .bind(facility.uuid())
            .bind(after.map(|key| key.walking_key.clone()).unwrap_or_default())
            .bind(after.map_or(Uuid::nil(), |key| key.id.uuid()))
            .bind(limit + 1)
            .all()
            .await?;
        Ok(Page::cut(rows.into_iter().map(ListedTenancy::from).collect(), limit))
    }

    /// Everybody who has ever lived on a unit.
    pub async fn people_of_unit(&mut self, unit: UnitId) -> Result<Vec<PersonId>> {
        let rows: Vec<(Uuid,)> =
            self.sql("select distinct person_id from tenancy where unit_id = $1").bind(unit.uuid()).all().await?;
        Ok(rows.into_iter().map(|(id,)| PersonId(id)).collect())
    }
}

impl Tx {
    /// Writes down that somebody moves in.
    pub async fn insert_tenancy(&mut self, it: &Tenancy, at: DateTime<Utc>) -> Result<()> {
        self.change(
            "insert into tenancy (id, person_id, unit_id, moved_in_on, moved_out_on, import_id, row_version, \
             created_at) values ($1, $2, $3, $4, $5, null, 1, $6)",
        )
        .bind(it.id.uuid())
        .bind(it.person_id.uuid())
        .bind(it.unit_id.uuid())
        .bind(it.moved_in_on)
        .bind(it.moved_out_on)
        .bind(at)
        .run()
        .await?
        .one("tenancy")
    }

    /// Changes the days of a tenancy that is still at that version.
    ///
    /// # Errors
    /// [`crate::StoreError::Changed`] when it is not.
    pub async fn update_tenancy(
        &mut self,
        id: TenancyId,
        row_version: i64,
        moved_in_on: Option<NaiveDate>,
        moved_out_on: Option<NaiveDate>,
    ) -> Result<()> {
        self.change(
            "update tenancy set moved_in_on = $3, moved_out_on = $4, row_version = row_version + 1 \
             where id = $1 and row_version = $2",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(moved_in_on)
        .bind(moved_out_on)
        .run()
        .await?
        .unchanged()
    }

    /// Removes a tenancy that was a mistake.
    ///
    /// # Errors
    /// [`crate::StoreError::Changed`] when it has moved on.
    pub async fn delete_tenancy(&mut self, id: TenancyId, row_version: i64) -> Result<()> {
        self.change("delete from tenancy where id = $1 and row_version = $2")
            .bind(id.uuid())
            .bind(row_version)
            .run()
            .await?
            .unchanged()
    }
}

#[derive(FromRow)]
struct TenancyRow {
    id: Uuid,
    person_id: Uuid,
    unit_id: Uuid,
    moved_in_on: Option<NaiveDate>,
    moved_out_on: Option<NaiveDate>,
    row_version: i64,
}

impl From<TenancyRow> for Tenancy {
    fn from(row: TenancyRow) -> Self {
        Self {
            id: TenancyId(row.id),
            person_id: PersonId(row.person_id),
            unit_id: UnitId(row.unit_id),
            moved_in_on: row.moved_in_on,
            moved_out_on: row.moved_out_on,
            row_version: row.row_version,
        }
    }
}

#[derive(FromRow)]
struct PlacedRow {
    #[sqlx(flatten)]
    tenancy: TenancyRow,
    unit_code: String,
    facility_id: Uuid,
    facility_code: String,
}

impl From<PlacedRow> for PlacedTenancy {
    fn from(row: PlacedRow) -> Self {
        Self {
            tenancy: row.tenancy.into(),
            unit_code: row.unit_code,
            facility_id: FacilityId(row.facility_id),
            facility_code: row.facility_code,
        }
    }
}

#[derive(FromRow)]
struct ListedRow {
    id: Uuid,
    walking_key: Vec<u8>,
    code: String,
    section: Option<String>,
    given_name: String,
    family_name: String,
    protected_identity: bool,
    moved_in_on: Option<NaiveDate>,
    moved_out_on: Option<NaiveDate>,
}

impl From<ListedRow> for ListedTenancy {
    fn from(row: ListedRow) -> Self {
        Self {
            key: TenancyKey { walking_key: row.walking_key, id: TenancyId(row.id) },
            unit_code: row.code,
            unit_section: row.section,
            given_name: row.given_name,
            family_name: row.family_name,
            protected_identity: row.protected_identity,
            moved_in_on: row.moved_in_on,
            moved_out_on: row.moved_out_on,
        }
    }
}
