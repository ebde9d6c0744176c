//! What a month run has made of documents.

use super::unreadable;
use crate::engine::{Conn, Tx, text};
use crate::error::Result;
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::HashSet;
use stolpe_domain::id::{CompanyId, FacilityId, MonthRunId, PersonId};
use stolpe_domain::money::{Currency, Money};
use uuid::Uuid;

/// What a run has made of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeDocument {
    /// For which facility.
    pub facility_id: FacilityId,
    /// Who owes it.
    pub person_id: Option<PersonId>,
    /// Which company owes it, and what is printed of it.
    pub company: Option<(CompanyId, String)>,
    /// To be paid.
    pub payable: Money,
}

#[derive(FromRow)]
struct MadeRow {
    facility_id: Uuid,
    person_id: Option<Uuid>,
    company_id: Option<Uuid>,
    printed: Option<String>,
    currency: String,
    payable_minor: i64,
}

impl Conn {
    /// For whom a run has made documents so far, and what each is to pay; of one to a company with what is printed of it.
    pub async fn documents_of_run(&mut self, run: MonthRunId) -> Result<Vec<MadeDocument>> {
        let rows: Vec<MadeRow> = self
            .sql(
                "select facility_id, person_id, company_id, case when company_id is not null then printed end as printed, currency, \
                 payable_minor from document where run_id = $1 \
                 and (person_id is not null or company_id is not null) order by created_at, id",
            )
            .bind(run.uuid())
            .all()
            .await?;
        let mut made = Vec::with_capacity(rows.len());
        for row in rows {
            let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
            made.push(MadeDocument {
                facility_id: FacilityId(row.facility_id),
                person_id: row.person_id.map(PersonId),
                company: row.company_id.map(CompanyId).zip(row.printed),
                payable: Money::of_minor(row.payable_minor, currency),
            });
        }
        Ok(made)
    }

    /// How many documents a run has made.
    pub async fn count_documents_of_run(&mut self, run: MonthRunId) -> Result<i64> {
        let made: Option<(i64,)> =
            self.sql("select count(*) from document where run_id = $1").bind(run.uuid()).optional().await?;
        Ok(made.map_or(0, |(made,)| made))
    }

    /// Whom of these people a run has made a document for at a facility.
    pub async fn documented_by_run(
        &mut self,
        run: MonthRunId,
        facility: FacilityId,
        people: &[PersonId],
    ) -> Result<HashSet<PersonId>> {
        let rows: Vec<(Uuid,)> = self
            .sql(text![
                "select person_id from document where run_id = $2 and facility_id = $3 and person_id in" [ids "$1"]
            ])
            .bind(Json(people.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .bind(run.uuid())
            .bind(facility.uuid())
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| PersonId(id)).collect())
    }

    /// To which companies a run has made documents at a facility, each with what is printed of it.
    pub async fn collected_by_run(
        &mut self,
        run: MonthRunId,
        facility: FacilityId,
    ) -> Result<Vec<(CompanyId, String)>> {
        let rows: Vec<(Uuid, String)> = self
            .sql("select company_id, printed from document where run_id = $1 and facility_id = $2 and company_id is not null")
            .bind(run.uuid())
            .bind(facility.uuid())
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id, printed)| (CompanyId(id), printed)).collect())
    }
}

impl Tx {
    /// Holds the documents whose messages wait in a run, until the transaction ends: before those messages, as whoever takes
    /// one of them back does.
    pub async fn hold_documents_of_run(&mut self, run: MonthRunId) -> Result<()> {
        let _held: Vec<(Uuid,)> = self
            .sql(text![
                "select id from document where id in (select notice.document_id from notice where notice.run_id = $1"
                "and notice.state = 'awaiting') order by id" [locked]
            ])
            .bind(run.uuid())
            .all()
            .await?;
        Ok(())
    }
}
