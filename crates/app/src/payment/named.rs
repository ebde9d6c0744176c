//! What payments and refunds are called: by the invoice that was paid, or by the receipt of what was put in.

use crate::document::recipient_name;
use crate::error::Result;
use std::collections::HashMap;
use stolpe_domain::document::Number;
use stolpe_domain::id::{DocumentId, OrganisationId, PaymentId, PersonId};
use stolpe_store::Conn;

/// Numbers of invoices and receipts, and names of who has paid.
#[derive(Default)]
pub(crate) struct Named {
    invoices: HashMap<DocumentId, (Number, String)>,
    receipts: HashMap<PaymentId, Number>,
    people: HashMap<PersonId, String>,
}

impl Named {
    /// Reads those of payments of an organisation, each with the document that it was for, if it was for one.
    pub(crate) async fn of(
        conn: &mut Conn,
        organisation: OrganisationId,
        payments: impl Iterator<Item = (PaymentId, Option<DocumentId>)>,
    ) -> Result<Self> {
        let (mut documents, mut top_ups) = (Vec::new(), Vec::new());
        for (payment, document) in payments {
            match document {
                Some(document) => documents.push(document),
                None => top_ups.push(payment),
            }
        }
        let mut named = Self::default();
        for it in conn.payable(organisation, &documents).await? {
            named.invoices.insert(it.id, (it.number, recipient_name(&it.printed)?));
        }
        if !top_ups.is_empty() {
            let receipts = conn.top_up_receipts_of(&top_ups).await?;
            named.receipts.extend(receipts.into_iter().map(|it| (it.payment_id, it.number)));
        }
        Ok(named)
    }

    /// Reads what people are called.
    pub(crate) async fn add_people(&mut self, conn: &mut Conn, people: impl Iterator<Item = PersonId>) -> Result<()> {
        let people: Vec<PersonId> = people.collect();
        self.people.extend(conn.people(&people).await?.into_iter().map(|it| (it.id, it.name())));
        Ok(())
    }

    /// The number by which a payment is known, and whom it is from.
    pub(crate) fn of_payment(
        &self,
        (payment, document): (PaymentId, Option<DocumentId>),
        person: PersonId,
    ) -> (Option<Number>, Option<String>) {
        match document {
            Some(document) => self.invoices.get(&document).cloned().unzip(),
            None => (self.receipts.get(&payment).copied(), self.people.get(&person).cloned()),
        }
    }
}
