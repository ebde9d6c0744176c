//! Units.

use crate::engine::{Conn, Statement, Tx, text};
use crate::error::{OnUnique, Result, StoreError};
use crate::page::{BEHIND_ALL, Page, Total};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use stolpe_domain::facility::fold_code;
use stolpe_domain::id::{FacilityId, PersonId, UnitId};
use stolpe_domain::unit::{Unit, UnitDraft, UnitKind};
use uuid::Uuid;

/// Where a list of units goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitKey {
    /// The walking key of the last unit shown.
    pub walking_key: Vec<u8>,
    /// Its id.
    pub id: UnitId,
}

/// A unit as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedUnit {
    /// The unit.
    pub unit: Unit,
    /// Where the list goes on after it.
    pub key: UnitKey,
}

/// What a list of units is cut by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitFilter {
    /// Only codes that begin with this, whatever its case and spaces.
    pub prefix: String,
    /// Only this kind.
    pub kind: Option<UnitKind>,
    /// Only this section.
    pub section: Option<String>,
    /// Only units on which somebody lives, or nobody.
    pub occupied: Option<bool>,
    /// The day that says who lives where.
    pub today: NaiveDate,
}

macro_rules! narrowed {
    () => {
        "facility_id = $1 and substr(code_folded, 1, length($2)) = $2 and (kind = $3 or $3 is null) \
         and (section = $4 or $4 is null) \
         and (exists (select 1 from tenancy where tenancy.unit_id = unit.id \
         and (moved_in_on <= $6 or moved_in_on is null) and (moved_out_on > $6 or moved_out_on is null)) = $5 \
         or $5 is null)"
    };
}

impl Conn {
    /// The unit with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_unit(&mut self, id: UnitId) -> Result<Option<Unit>> {
        self.sql("select id, facility_id, code, kind, section, walking_key, row_version from unit where id = $1")
            .bind(id.uuid())
            .optional::<UnitRow>()
            .await?
            .map(|row| ListedUnit::try_from(row).map(|listed| listed.unit))
            .transpose()
    }

    /// The unit with this code, whatever its case and spaces.
    pub async fn find_unit_by_code(&mut self, facility: FacilityId, code: &str) -> Result<Option<Unit>> {
        self.sql(
            "select id, facility_id, code, kind, section, walking_key, row_version from unit \
             where facility_id = $1 and code_folded = $2",
        )
        .bind(facility.uuid())
        .bind(fold_code(code))
        .optional::<UnitRow>()
        .await?
        .map(|row| ListedUnit::try_from(row).map(|listed| listed.unit))
        .transpose()
    }

    /// The units of a facility in walking order, as far as the filter leaves them.
    pub async fn list_units(
        &mut self,
        facility: FacilityId,
        filter: &UnitFilter,
        after: Option<&UnitKey>,
        limit: i64,
    ) -> Result<Page<ListedUnit>> {
        let statement = self.sql(text![
            "select id, facility_id, code, kind, section, walking_key, row_version from unit where" [narrowed]
            "and (walking_key, id) > ($7, $8) order by walking_key, id limit $9"
        ]);
        let rows: Vec<UnitRow> = bind_filter(statement, facility, filter)
            .bind(after.map(|key| key.walking_key.clone()).unwrap_or_default())
            .bind(after.map_or(Uuid::nil(), |key| key.id.uuid()))
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(ListedUnit::try_from)
    }

    /// The units of a facility from the last in walking order to the first, before `before`: how a list is read from its
    /// end.
    pub async fn list_units_backwards(
        &mut self,
        facility: FacilityId,
        filter: &UnitFilter,
        before: Option<&UnitKey>,
        limit: i64,
    ) -> Result<Page<ListedUnit>> {
        let statement = self.sql(text![
            "select id, facility_id, code, kind, section, walking_key, row_version from unit where" [narrowed]
            "and (walking_key, id) < ($7, $8) order by walking_key desc, id desc limit $9"
        ]);
        let rows: Vec<UnitRow> = bind_filter(statement, facility, filter)
            .bind(before.map_or(BEHIND_ALL.to_vec(), |key| key.walking_key.clone()))
            .bind(before.map_or(Uuid::max(), |key| key.id.uuid()))
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(ListedUnit::try_from)
    }

    /// How many units the filter leaves, counted up to the ceiling.
    pub async fn count_units(&mut self, facility: FacilityId, filter: &UnitFilter) -> Result<Total> {
        let statement =
            self.sql(text!["select count(*) from (select 1 from unit where" [narrowed] "limit $7) as counted"]);
        let (count,): (i64,) = bind_filter(statement, facility, filter).bind(Total::CEILING + 1).one().await?;
        Ok(Total::counted(count))
    }

    /// Who lives on each of the units on that day, with their names, and whether their identity is protected.
    pub async fn unit_tenants(
        &mut self,
        facility: FacilityId,
        day: NaiveDate,
    ) -> Result<Vec<(UnitId, PersonId, String, String, bool)>> {
        let rows: Vec<(Uuid, Uuid, String, String, bool)> = self
            .sql(
                "select tenancy.unit_id, person.id, person.given_name, person.family_name, person.protected_identity from tenancy \
                 join unit on unit.id = tenancy.unit_id join person on person.id = tenancy.person_id \
                 where unit.facility_id = $1 and (tenancy.moved_in_on <= $2 or tenancy.moved_in_on is null) \
                 and (tenancy.moved_out_on > $2 or tenancy.moved_out_on is null) order by person.sort_key",
            )
            .bind(facility.uuid())
            .bind(day)
            .all()
            .await?;
        Ok(rows
            .into_iter()
            .map(|(unit, person, given, family, protected)| (UnitId(unit), PersonId(person), given, family, protected))
            .collect())
    }
}

impl Tx {
    /// Adds a unit.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the facility has the code already.
    pub async fn insert_unit(
        &mut self,
        id: UnitId,
        facility: FacilityId,
        it: &UnitDraft,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "insert into unit (id, facility_id, code, code_folded, kind, section, walking_key, import_id, \
             row_version, created_at) values ($1, $2, $3, $4, $5, $6, $7, null, 1, $8)",
        )
        .bind(id.uuid())
        .bind(facility.uuid())
        .bind(&*it.code)
        .bind(fold_code(&it.code))
        .bind(it.kind.word())
        .bind(it.section.as_deref())
        .bind(it.walking_key())
        .bind(at)
        .run()
        .await
        .on_unique("unit.code_taken")?
        .one("unit")
    }

    /// Changes a unit that is still at that version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is not, [`StoreError::Taken`] when the code is in use.
    pub async fn update_unit(&mut self, id: UnitId, row_version: i64, it: &UnitDraft) -> Result<()> {
        self.change(
            "update unit set code = $3, code_folded = $4, kind = $5, section = $6, walking_key = $7, \
             row_version = row_version + 1 where id = $1 and row_version = $2",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(&*it.code)
        .bind(fold_code(&it.code))
        .bind(it.kind.word())
        .bind(it.section.as_deref())
        .bind(it.walking_key())
        .run()
        .await
        .on_unique("unit.code_taken")?
        .unchanged()
    }

    /// Removes a unit on which nobody has ever lived.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when somebody has, [`StoreError::Changed`] when it has moved on.
    pub async fn delete_unit(&mut self, id: UnitId, row_version: i64) -> Result<()> {
        self.change("delete from search_term where subject_id = $1").bind(id.uuid()).run().await?.any();
        self.change("delete from unit where id = $1 and row_version = $2")
            .bind(id.uuid())
            .bind(row_version)
            .run()
            .await?
            .unchanged()
    }
}

fn bind_filter<'c>(statement: Statement<'c>, facility: FacilityId, filter: &UnitFilter) -> Statement<'c> {
    statement
        .bind(facility.uuid())
        .bind(fold_code(&filter.prefix))
        .bind(filter.kind.map(UnitKind::word))
        .bind(filter.section.clone())
        .bind(filter.occupied)
        .bind(filter.today)
}

#[derive(FromRow)]
struct UnitRow {
    id: Uuid,
    facility_id: Uuid,
    code: String,
    kind: String,
    section: Option<String>,
    walking_key: Vec<u8>,
    row_version: i64,
}

impl TryFrom<UnitRow> for ListedUnit {
    type Error = StoreError;
    fn try_from(row: UnitRow) -> Result<Self> {
        let id = UnitId(row.id);
        Ok(Self {
            unit: Unit {
                id,
                facility_id: FacilityId(row.facility_id),
                code: row.code,
                kind: UnitKind::from_word(&row.kind)
                    .ok_or(StoreError::Inconsistent { table: "unit", column: "kind" })?,
                section: row.section,
                row_version: row.row_version,
            },
            key: UnitKey { walking_key: row.walking_key, id },
        })
    }
}
