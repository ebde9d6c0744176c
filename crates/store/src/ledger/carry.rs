//! What people have paid too much, and what they owe: where money follows from one invoice to another.

use super::owed_by_transfers;
use crate::engine::{Conn, text};
use crate::error::Result;
use sqlx::types::Json;
use stolpe_domain::id::{DocumentId, FacilityId, IncomingPaymentId, OrganisationId, PersonId};
use uuid::Uuid;

impl Conn {
    /// The documents of these people at a facility of which something is open or too much was paid, with whose they are.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn unsettled_of_people(
        &mut self,
        facility: FacilityId,
        people: &[PersonId],
    ) -> Result<Vec<(PersonId, DocumentId)>> {
        let rows: Vec<(Uuid, Uuid)> = self
            .sql(text![
                "select document.person_id, coalesce(document.credits_id, document.id) as owed_id" [owed_by_transfers]
                "and document.facility_id = $2 and document.person_id in" [ids "$1"]
                "group by document.person_id, coalesce(document.credits_id, document.id)"
                "having sum(case when debits.kind = 'receivable' then amount else -amount end) <> 0 order by owed_id"
            ])
            .bind(Json(people.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .bind(facility.uuid())
            .all()
            .await?;
        Ok(rows.into_iter().map(|(person, document)| (PersonId(person), DocumentId(document))).collect())
    }

    /// Payments that were more than what they were for and of which something is left, where one of these people has been
    /// paid for at a facility.
    pub async fn overpayments_of_people(
        &mut self,
        organisation: OrganisationId,
        facility: FacilityId,
        people: &[PersonId],
    ) -> Result<Vec<IncomingPaymentId>> {
        let rows: Vec<(Uuid,)> = self
            .sql(text![
                "select distinct incoming_payment.id from incoming_payment"
                "join ledger_transfer on ledger_transfer.payment_id = incoming_payment.id"
                "join document on document.id = ledger_transfer.document_id"
                "where incoming_payment.organisation_id = $2 and incoming_payment.outcome = 'over'"
                "and incoming_payment.left_minor > 0 and incoming_payment.same_as_id is null"
                "and document.facility_id = $3 and document.person_id in" [ids "$1"] "order by incoming_payment.id"
            ])
            .bind(Json(people.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .bind(organisation.uuid())
            .bind(facility.uuid())
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| IncomingPaymentId(id)).collect())
    }
}
