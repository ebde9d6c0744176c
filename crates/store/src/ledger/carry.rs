//! What people and companies have paid too much, and what they owe: where money follows from one invoice to another.

use super::owed_by_transfers;
use crate::engine::{Conn, text};
use crate::error::Result;
use sqlx::types::Json;
use stolpe_domain::id::{CompanyId, DocumentId, FacilityId, IncomingPaymentId, OrganisationId, PersonId};
use stolpe_domain::payer::Debtor;
use uuid::Uuid;

impl Conn {
    /// The documents of these at a facility of which something is open or too much was paid, with whose they are.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn unsettled_of(
        &mut self,
        facility: FacilityId,
        debtors: &[Debtor],
    ) -> Result<Vec<(Debtor, DocumentId)>> {
        let (people, companies) = by_kind(debtors);
        let mut unsettled = Vec::new();
        if !people.0.is_empty() {
            let rows: Vec<(Uuid, Uuid)> = self
                .sql(text![
                    "select document.person_id, coalesce(document.credits_id, document.id) as owed_id" [owed_by_transfers]
                    "and document.facility_id = $2 and document.person_id in" [ids "$1"]
                    "group by document.person_id, coalesce(document.credits_id, document.id)"
                    "having sum(case when debits.kind = 'receivable' then amount else -amount end) <> 0 order by owed_id"
                ])
                .bind(people)
                .bind(facility.uuid())
                .all()
                .await?;
            unsettled.extend(rows.into_iter().map(|(id, owed)| (Debtor::Person(PersonId(id)), DocumentId(owed))));
        }
        if !companies.0.is_empty() {
            let rows: Vec<(Uuid, Uuid)> = self
                .sql(text![
                    "select document.company_id, coalesce(document.credits_id, document.id) as owed_id" [owed_by_transfers]
                    "and document.facility_id = $2 and document.company_id in" [ids "$1"]
                    "group by document.company_id, coalesce(document.credits_id, document.id)"
                    "having sum(case when debits.kind = 'receivable' then amount else -amount end) <> 0 order by owed_id"
                ])
                .bind(companies)
                .bind(facility.uuid())
                .all()
                .await?;
            unsettled.extend(rows.into_iter().map(|(id, owed)| (Debtor::Company(CompanyId(id)), DocumentId(owed))));
        }
        Ok(unsettled)
    }

    /// Payments that were more than what they were for and of which something is left, where one of these has paid, or was
    /// paid for, at a facility.
    pub async fn overpayments_of(
        &mut self,
        organisation: OrganisationId,
        facility: FacilityId,
        debtors: &[Debtor],
    ) -> Result<Vec<IncomingPaymentId>> {
        let (people, companies) = by_kind(debtors);
        let rows: Vec<(Uuid,)> = self
            .sql(text![
                "select distinct incoming_payment.id from incoming_payment"
                "join ledger_transfer on ledger_transfer.payment_id = incoming_payment.id"
                "join document on document.id = ledger_transfer.document_id"
                "where incoming_payment.organisation_id = $2 and incoming_payment.outcome = 'over'"
                "and incoming_payment.left_minor > 0 and incoming_payment.same_as_id is null"
                "and document.facility_id = $3 and (document.person_id in" [ids "$1"] "or document.company_id in" [ids "$4"] ")"
                "order by incoming_payment.id"
            ])
            .bind(people)
            .bind(organisation.uuid())
            .bind(facility.uuid())
            .bind(companies)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| IncomingPaymentId(id)).collect())
    }
}

/// People and companies, as they are bound.
fn by_kind(debtors: &[Debtor]) -> (Json<Vec<Uuid>>, Json<Vec<Uuid>>) {
    let people = debtors.iter().filter_map(|it| it.person()).map(PersonId::uuid);
    let companies = debtors.iter().filter_map(|it| it.company()).map(CompanyId::uuid);
    (Json(people.collect()), Json(companies.collect()))
}
