//! Invoices whose due date is over and that are not paid.

use super::{Document, DocumentRow};
use crate::engine::{Conn, text};
use crate::error::Result;
use chrono::NaiveDate;
use sqlx::types::Json;
use stolpe_domain::id::{DocumentId, FacilityId};

/// Which overdue invoices are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OverdueFilter {
    /// For these facilities.
    pub facilities: Vec<FacilityId>,
    /// Due before this day.
    pub due_before: NaiveDate,
}

impl Conn {
    /// Invoices to somebody that were due before a day and are neither paid, credited nor void, the oldest first.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn overdue_invoices(&mut self, filter: &OverdueFilter) -> Result<Vec<Document>> {
        let rows: Vec<DocumentRow> = self
            .sql(text![
                "select" [document_columns] "from document where facility_id in" [ids "$1"] "and kind = 'invoice'"
                "and state in ('issued', 'sent') and due_on < $2"
                "and (person_id is not null or company_id is not null) order by due_on, id"
            ])
            .bind(Json(filter.facilities.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .bind(filter.due_before)
            .all()
            .await?;
        self.with_rates_of_all(rows).await
    }

    /// The documents with these ids, in the order of their due dates.
    pub async fn documents(&mut self, ids: &[DocumentId]) -> Result<Vec<Document>> {
        let rows: Vec<DocumentRow> = self
            .sql(text![
                "select" [document_columns] "from document where id in" [ids "$1"] "order by due_on, id"
            ])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        self.with_rates_of_all(rows).await
    }
}
