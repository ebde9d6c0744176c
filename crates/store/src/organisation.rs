//! Organisations and departments.

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique, Result, StoreError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{DepartmentId, OrganisationId};
use stolpe_domain::organisation::{Department, DepartmentDraft, Organisation, OrganisationParticulars};
use uuid::Uuid;

macro_rules! columns {
    () => {
        "id, name, country, organisation_number, vat_number, street, postal_code, city, training, row_version, \
         created_at"
    };
}

macro_rules! department_columns {
    () => {
        "id, organisation_id, name, reference_number, cost_centre, row_version"
    };
}

impl Conn {
    /// The organisation with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_organisation(&mut self, id: OrganisationId) -> Result<Option<Organisation>> {
        self.sql(text!["select" [columns] "from organisation where id = $1"])
            .bind(id.uuid())
            .optional::<OrganisationRow>()
            .await?
            .map(Organisation::try_from)
            .transpose()
    }

    /// Every organisation, by name: a host has tens of them, not thousands.
    pub async fn list_organisations(&mut self) -> Result<Vec<Organisation>> {
        self.sql(text!["select" [columns] "from organisation order by training, name, id"])
            .all::<OrganisationRow>()
            .await?
            .into_iter()
            .map(Organisation::try_from)
            .collect()
    }

    /// How many organisations have a facility here, those for training apart.
    pub async fn count_property_owners(&mut self) -> Result<i64> {
        self.sql(text![
            "select count(*) from organisation where training = $1 and exists (select 1 from facility \
             where facility.organisation_id = organisation.id)"
        ])
        .bind(false)
        .one::<(i64,)>()
        .await
        .map(|(count,)| count)
    }

    /// The departments of an organisation, by name.
    pub async fn list_departments(&mut self, organisation: OrganisationId) -> Result<Vec<Department>> {
        let rows: Vec<DepartmentRow> = self
            .sql(text!["select" [department_columns] "from department where organisation_id = $1 order by name, id"])
            .bind(organisation.uuid())
            .all()
            .await?;
        Ok(rows.into_iter().map(Department::from).collect())
    }

    /// The departments with these ids.
    pub async fn departments(&mut self, ids: &[DepartmentId]) -> Result<Vec<Department>> {
        let rows: Vec<DepartmentRow> = self
            .sql(text!["select" [department_columns] "from department where id in" [ids "$1"]])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        Ok(rows.into_iter().map(Department::from).collect())
    }

    /// The department with this id.
    pub async fn find_department(&mut self, id: DepartmentId) -> Result<Option<Department>> {
        let row: Option<DepartmentRow> = self
            .sql(text!["select" [department_columns] "from department where id = $1"])
            .bind(id.uuid())
            .optional()
            .await?;
        Ok(row.map(Department::from))
    }
}

impl Tx {
    /// Adds an organisation.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the number is registered already.
    pub async fn insert_organisation(
        &mut self,
        id: OrganisationId,
        it: &OrganisationParticulars,
        training: bool,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            text!["insert into organisation (" [columns] ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10)"],
        )
        .bind(id.uuid())
        .bind(&*it.name)
        .bind(it.country.code())
        .bind(it.organisation_number.as_str())
        .bind(it.vat_number.as_ref().map(|v| v.as_str().to_owned()))
        .bind(&*it.street)
        .bind(it.postal_code.as_str())
        .bind(&*it.city)
        .bind(training)
        .bind(at)
        .run()
        .await
        .on_unique("organisation.number_taken")?
        .one("organisation")
    }

    /// Changes an organisation that is still at that version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is not, [`StoreError::Taken`] when another has the number.
    pub async fn update_organisation(
        &mut self,
        id: OrganisationId,
        row_version: i64,
        it: &OrganisationParticulars,
    ) -> Result<()> {
        self.change(
            "update organisation set name = $3, country = $4, organisation_number = $5, vat_number = $6, street = $7, \
             postal_code = $8, city = $9, row_version = row_version + 1 where id = $1 and row_version = $2",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(&*it.name)
        .bind(it.country.code())
        .bind(it.organisation_number.as_str())
        .bind(it.vat_number.as_ref().map(|v| v.as_str().to_owned()))
        .bind(&*it.street)
        .bind(it.postal_code.as_str())
        .bind(&*it.city)
        .run()
        .await
        .on_unique("organisation.number_taken")?
        .unchanged()
    }

    /// Adds a department.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the name is used in the organisation.
    pub async fn insert_department(
        &mut self,
        id: DepartmentId,
        organisation: OrganisationId,
        it: &DepartmentDraft,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            text!["insert into department (" [department_columns] ", created_at) values ($1, $2, $3, $4, $5, 1, $6)"],
        )
        .bind(id.uuid())
        .bind(organisation.uuid())
        .bind(&*it.name)
        .bind(it.reference_number.as_deref())
        .bind(it.cost_centre.as_deref())
        .bind(at)
        .run()
        .await
        .on_unique("department.name_taken")?
        .one("department")
    }

    /// Changes a department that is still at that version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is not, [`StoreError::Taken`] when the name is used.
    pub async fn update_department(&mut self, id: DepartmentId, row_version: i64, it: &DepartmentDraft) -> Result<()> {
        self.change(
            "update department set name = $3, reference_number = $4, cost_centre = $5, row_version = row_version + 1 \
             where id = $1 and row_version = $2",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(&*it.name)
        .bind(it.reference_number.as_deref())
        .bind(it.cost_centre.as_deref())
        .run()
        .await
        .on_unique("department.name_taken")?
        .unchanged()
    }

    /// Removes a department that nothing refers to.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when somebody has a role in it, [`StoreError::Changed`] when it has moved on.
    pub async fn delete_department(&mut self, id: DepartmentId, row_version: i64) -> Result<()> {
        self.change("delete from department where id = $1 and row_version = $2")
            .bind(id.uuid())
            .bind(row_version)
            .run()
            .await?
            .unchanged()
    }
}

#[derive(FromRow)]
struct OrganisationRow {
    id: Uuid,
    name: String,
    country: String,
    organisation_number: String,
    vat_number: Option<String>,
    street: String,
    postal_code: String,
    city: String,
    training: bool,
    row_version: i64,
    created_at: DateTime<Utc>,
}

impl TryFrom<OrganisationRow> for Organisation {
    type Error = StoreError;
    fn try_from(row: OrganisationRow) -> Result<Self> {
        Ok(Self {
            id: OrganisationId(row.id),
            name: row.name,
            country: row
                .country
                .parse()
                .map_err(|_| StoreError::Inconsistent { table: "organisation", column: "country" })?,
            organisation_number: row.organisation_number,
            vat_number: row.vat_number,
            street: row.street,
            postal_code: row.postal_code,
            city: row.city,
            training: row.training,
            row_version: row.row_version,
            created_at: row.created_at,
        })
    }
}

#[derive(FromRow)]
struct DepartmentRow {
    id: Uuid,
    organisation_id: Uuid,
    name: String,
    reference_number: Option<String>,
    cost_centre: Option<String>,
    row_version: i64,
}

impl From<DepartmentRow> for Department {
    fn from(row: DepartmentRow) -> Self {
        Self {
            id: DepartmentId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            name: row.name,
            reference_number: row.reference_number,
            cost_centre: row.cost_centre,
            row_version: row.row_version,
        }
    }
}
