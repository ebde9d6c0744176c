//! Charges of a facility in the order of their months, for files of them.

use super::{Charge, ChargeRow};
use crate::engine::{Conn, text};
use crate::error::{Result, StoreError};
use crate::page::Page;
use sqlx::types::Json;
use std::collections::HashMap;
use stolpe_domain::document::{FiscalYear, Number};
use stolpe_domain::id::{ChargeId, DocumentId, FacilityId};
use stolpe_domain::local_day::Month;
use uuid::Uuid;

/// Which charges a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChargeFilter {
    /// In this facility.
    pub facility: FacilityId,
    /// For this month and later ones.
    pub from: Option<Month>,
    /// For months up to this one.
    pub to: Option<Month>,
}

/// Where a list goes on: after the charge that was shown last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChargeKey {
    /// The month it is for.
    pub month: Month,
    /// Its id.
    pub id: ChargeId,
}

impl From<&Charge> for ChargeKey {
    fn from(it: &Charge) -> Self {
        Self { month: it.month, id: it.id }
    }
}

impl Conn {
    /// Charges, those of the earliest month first.
    ///
    /// # Errors
    /// Whatever the database says; so for every query here.
    pub async fn list_charges(
        &mut self,
        filter: &ChargeFilter,
        after: Option<ChargeKey>,
        limit: i64,
    ) -> Result<Page<Charge>> {
        let rows: Vec<ChargeRow> = self
            .sql(text![
                [charges]
                "where facility_id = $1 and (month >= $2 or $2 is null) and (month <= $3 or $3 is null)"
                "and (month, id) > ($4, $5) order by month, id limit $6"
            ])
            .bind(filter.facility.uuid())
            .bind(filter.from.map(|month| month.to_string()))
            .bind(filter.to.map(|month| month.to_string()))
            .bind(after.map(|key| key.month.to_string()).unwrap_or_default())
            .bind(after.map_or(Uuid::nil(), |key| key.id.uuid()))
            .bind(limit + 1)
            .all()
            .await?;
        let Page { items, more } = Page::cut(rows, limit);
        Ok(Page { items: self.with_lines(items).await?, more })
    }

    /// The numbers of these documents; drafts have none.
    pub async fn document_numbers(&mut self, ids: &[DocumentId]) -> Result<HashMap<DocumentId, Number>> {
        let rows: Vec<(Uuid, i64, i64)> = self
            .sql(text![
                "select id, fiscal_year, place from document where fiscal_year is not null and id in" [ids "$1"]
            ])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        let number = |(id, year, place): (Uuid, i64, i64)| {
            let year = year.try_into().map(FiscalYear);
            let year = year.map_err(|_| StoreError::Inconsistent { table: "document", column: "fiscal_year" })?;
            Ok((DocumentId(id), Number { year, place }))
        };
        rows.into_iter().map(number).collect()
    }
}
