//! Facilities.

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique, Result, StoreError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use stolpe_domain::facility::{Contact, Facility, FacilityDraft, fold_code};
use stolpe_domain::id::{FacilityId, OrganisationId};
use uuid::Uuid;

macro_rules! columns {
    () => {
        "id, organisation_id, code, name, country, time_zone, price_area, colour, contact_phone, contact_email, \
         contact_visiting_address, contact_hours, row_version"
    };
}

impl Conn {
    /// The facility with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_facility(&mut self, id: FacilityId) -> Result<Option<Facility>> {
        self.sql(text!["select" [columns] "from facility where id = $1"])
            .bind(id.uuid())
            .optional::<FacilityRow>()
            .await?
            .map(Facility::try_from)
            .transpose()
    }

    /// The facility that a tenant means by this code, whatever its case and spaces.
    pub async fn find_facility_by_code(&mut self, code: &str) -> Result<Option<Facility>> {
        self.sql(text!["select" [columns] "from facility where code_folded = $1"])
            .bind(fold_code(code))
            .optional::<FacilityRow>()
            .await?
            .map(Facility::try_from)
            .transpose()
    }

    /// Every facility, by name: a host has tens to hundreds of them.
    pub async fn list_facilities(&mut self) -> Result<Vec<Facility>> {
        self.sql(text!["select" [columns] "from facility order by name, id"])
            .all::<FacilityRow>()
            .await?
            .into_iter()
            .map(Facility::try_from)
            .collect()
    }

    /// How many units and people a facility has.
    pub async fn facility_counts(&mut self, id: FacilityId) -> Result<(i64, i64)> {
        self.sql(
            "select (select count(*) from unit where facility_id = $1), \
             (select count(*) from person_facility where facility_id = $1)",
        )
        .bind(id.uuid())
        .one()
        .await
    }
}

impl Tx {
    /// Adds a facility.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the code is in use.
    pub async fn insert_facility(
        &mut self,
        id: FacilityId,
        organisation: OrganisationId,
        it: &FacilityDraft,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "insert into facility (id, organisation_id, code, code_folded, name, country, time_zone, price_area, \
             colour, contact_phone, contact_email, contact_visiting_address, contact_hours, row_version, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14)",
        )
        .bind(id.uuid())
        .bind(organisation.uuid())
        .bind(&*it.code)
        .bind(fold_code(&it.code))
        .bind(&*it.name)
        .bind(it.country.code())
        .bind(it.time_zone.as_deref())
        .bind(it.price_area.as_deref())
        .bind(it.colour.as_deref())
        .bind(it.contact.phone.as_deref())
        .bind(it.contact.email.as_deref())
        .bind(it.contact.visiting_address.as_deref())
        .bind(it.contact.hours.as_deref())
        .bind(at)
        .run()
        .await
        .on_unique("facility.code_taken")?
        .one("facility")
    }

    /// Changes a facility that is still at that version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is not, [`StoreError::Taken`] when the code is in use.
    pub async fn update_facility(&mut self, id: FacilityId, row_version: i64, it: &FacilityDraft) -> Result<()> {
        self.change(
            "update facility set code = $3, code_folded = $4, name = $5, country = $6, time_zone = $7, \
             price_area = $8, colour = $9, contact_phone = $10, contact_email = $11, contact_visiting_address = $12, \
             contact_hours = $13, row_version = row_version + 1 where id = $1 and row_version = $2",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(&*it.code)
        .bind(fold_code(&it.code))
        .bind(&*it.name)
        .bind(it.country.code())
        .bind(it.time_zone.as_deref())
        .bind(it.price_area.as_deref())
        .bind(it.colour.as_deref())
        .bind(it.contact.phone.as_deref())
        .bind(it.contact.email.as_deref())
        .bind(it.contact.visiting_address.as_deref())
        .bind(it.contact.hours.as_deref())
        .run()
        .await
        .on_unique("facility.code_taken")?
        .unchanged()
    }
}

#[derive(FromRow)]
struct FacilityRow {
    id: Uuid,
    organisation_id: Uuid,
    code: String,
    name: String,
    country: String,
    time_zone: String,
    price_area: Option<String>,
    colour: String,
    contact_phone: Option<String>,
    contact_email: Option<String>,
    contact_visiting_address: Option<String>,
    contact_hours: Option<String>,
    row_version: i64,
}

impl TryFrom<FacilityRow> for Facility {
    type Error = StoreError;
    fn try_from(row: FacilityRow) -> Result<Self> {
        Ok(Self {
            id: FacilityId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            code: row.code,
            name: row.name,
            country: row
                .country
                .parse()
                .map_err(|_| StoreError::Inconsistent { table: "facility", column: "country" })?,
            time_zone: row.time_zone,
            price_area: row.price_area,
            colour: row.colour,
            contact: Contact {
                phone: row.contact_phone,
                email: row.contact_email,
                visiting_address: row.contact_visiting_address,
                hours: row.contact_hours,
            },
            row_version: row.row_version,
        })
    }
}
