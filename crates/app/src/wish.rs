//! Money that somebody wants moved and another has to approve: what the ledger writes down of it.

use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::NaiveDate;
use stolpe_domain::id::{DocumentId, OrganisationId, TransferId};
use stolpe_domain::ledger::{Transfer, TransferCode};
use stolpe_store::Conn;
use stolpe_store::ledger::Booked;
use uuid::Uuid;

/// A refund or a payout, as the ledger knows it.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// In whose books.
    pub(crate) organisation: OrganisationId,
    /// Its id, which stands where that of a payment does.
    pub(crate) id: Uuid,
    /// Why it moves money.
    pub(crate) code: TransferCode,
    /// With what its keys begin: the same again is the same wish.
    pub(crate) key: String,
    /// The day on which it counts.
    pub(crate) value_on: NaiveDate,
}

impl Wish {
    /// A transfer of it, told apart from its others by a step.
    pub(crate) fn booked(&self, ctx: &Ctx, step: &str, document: Option<DocumentId>, transfer: Transfer) -> Booked {
        Booked {
            transfer,
            organisation_id: self.organisation,
            code: self.code,
            document_id: document,
            payment_id: Some(self.id),
            value_on: self.value_on,
            held_for: None,
            key: format!("{}/{step}", self.key),
            made_by: ctx.signed().ok().map(|signed| signed.login),
        }
    }

    /// What makes final all that is held for it, or free again. Ids are counted on from `place`.
    pub(crate) async fn resolved(
        &self,
        conn: &mut Conn,
        ctx: &Ctx,
        place: usize,
        is_final: bool,
    ) -> Result<Vec<Booked>> {
        let mut all = Vec::new();
        for (place, (held, document)) in (place..).zip(conn.holds_of(self.id).await?) {
            let id: TransferId = ctx.id_in_order(place);
            let transfer =
                if is_final { held.post(id, held.amount).map_err(AppError::internal)? } else { held.void(id) };
            let step = format!("{}/{}", if is_final { "post" } else { "void" }, held.id.uuid().simple());
            all.push(self.booked(ctx, &step, document, transfer));
        }
        Ok(all)
    }

    /// What takes back all that was moved for it, on the same accounts.
    pub(crate) async fn reversed(&self, conn: &mut Conn, ctx: &Ctx) -> Result<Vec<Booked>> {
        let mut all = Vec::new();
        for (place, leg) in conn.moved_for(self.id).await?.into_iter().enumerate() {
            let id: TransferId = ctx.id_in_order(place);
            let transfer = Transfer::new(id, (leg.credit, leg.debit), (leg.amount, leg.asset), false);
            let step = format!("back/{place}");
            all.push(self.booked(ctx, &step, leg.document, transfer.map_err(AppError::internal)?));
        }
        Ok(all)
    }
}
