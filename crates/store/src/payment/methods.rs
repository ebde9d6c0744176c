//! By which methods residents of a facility may pay, and from which day. What was written down is never changed.

use crate::engine::{Conn, Tx};
use crate::error::{Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use stolpe_domain::id::{FacilityId, OrganisationId};
use stolpe_domain::payment::DatedMethods;
use uuid::Uuid;

/// Methods as they were written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptMethods {
    /// What they are, and from when.
    pub dated: DatedMethods,
    /// When that was written down.
    pub created_at: DateTime<Utc>,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "payment_method_list", column }
}

impl Conn {
    /// Everything that was written down of a facility, in its order.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn payment_methods_of(&mut self, facility: FacilityId) -> Result<Vec<KeptMethods>> {
        let rows: Vec<(i64, NaiveDate, Option<String>, DateTime<Utc>)> = self
            .sql(
                "select place, applies_from, methods, created_at from payment_method_list where facility_id = $1 \
                 order by place",
            )
            .bind(facility.uuid())
            .all()
            .await?;
        rows.into_iter()
            .map(|(place, applies_from, methods, created_at)| {
                let methods = serde_json::from_str(methods.as_deref().unwrap_or("null"));
                let methods = methods.map_err(|_| unreadable("methods"))?;
                Ok(KeptMethods { dated: DatedMethods { place, applies_from, methods }, created_at })
            })
            .collect()
    }
}

impl Tx {
    /// Adds methods at the next place of a facility.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when somebody was faster.
    pub async fn insert_payment_methods(
        &mut self,
        id: Uuid,
        (organisation, facility): (OrganisationId, FacilityId),
        KeptMethods { dated, created_at }: &KeptMethods,
    ) -> Result<()> {
        let methods = dated.methods.chosen().map(serde_json::to_string).transpose();
        self.change(
            "insert into payment_method_list (id, organisation_id, facility_id, place, applies_from, methods, \
             created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(id)
        .bind(organisation.uuid())
        .bind(facility.uuid())
        .bind(dated.place)
        .bind(dated.applies_from)
        .bind(methods.map_err(|_| unreadable("methods"))?)
        .bind(*created_at)
        .run()
        .await
        .map_err(|error| if error.is_unique() { StoreError::Changed } else { error })?
        .one("payment_method_list")
    }
}
