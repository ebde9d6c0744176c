//! Documents post themselves when they are issued and taken back, in the transaction that does so.

mod backlog;
mod carry;
mod foresee;
mod hand_over;
mod proof;
mod run_out;
mod sold;
mod statement;
mod transfer;

pub(crate) use carry::{Carried, Carrying};
pub use foresee::ForeseenMove;
pub(crate) use foresee::foreseen;
pub(crate) use hand_over::hand_over_prepaid;
pub use proof::KeptProof;
pub use statement::{Statement, StatementEntry, StatementPeriod};
pub use transfer::{Leg as TransferLeg, OpenTransfer, TransferSource};

use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::NaiveDate;
use sold::{credited_as, sold_of};
use stolpe_domain::id::{DocumentId, OrganisationId, TransferId};
use stolpe_domain::ledger::posting::{Leg, Postable, Sold, code_of};
use stolpe_domain::ledger::{Account, Asset, BalanceRefusal, Transfer, TransferCode};
use stolpe_store::Tx;
use stolpe_store::charge::Charge;
use stolpe_store::document::{Document, DocumentLine};
use stolpe_store::ledger::{Booked, MoveError};

impl From<MoveError> for AppError {
    fn from(error: MoveError) -> Self {
        match error {
            MoveError::Refused { refusal: BalanceRefusal::NotEnough, .. } => Self::refused("ledger.not_enough"),
            MoveError::Store(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

/// Transfers that are made together, with the accounts that they may have to open.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    accounts: Vec<Account>,
    transfers: Vec<Booked>,
}

/// What a transfer is about, beside who gives what to whom.
#[derive(Clone, Copy, Debug)]
struct Reason {
    organisation: OrganisationId,
    document: DocumentId,
    code: TransferCode,
    value_on: NaiveDate,
}

impl Batch {
    /// Adds what a document moves. Its transfers are known again by the document, why, and their place.
    fn add(&mut self, ctx: &Ctx, why: Reason, (place, transfer): (usize, Transfer)) {
        let document = why.document.uuid().simple();
        self.transfers.push(Booked {
            transfer,
            organisation_id: why.organisation,
            code: why.code,
            document_id: Some(why.document),
            payment_id: None,
            value_on: why.value_on,
            held_for: None,
            key: format!("{}/{document}/{place}", why.code.word()),
            made_by: ctx.signed().ok().map(|signed| signed.login),
        });
    }

    /// Adds the posting of a document that has its number.
    fn add_document(&mut self, ctx: &Ctx, it: &Document, sold: &Sold) -> Result<()> {
        let Some(value_on) = it.issued_on else { return Ok(()) };
        let (organisation, document) = (it.organisation_id, it.id);
        let why = Reason { organisation, document, code: code_of(it.kind), value_on };
        let legs = postable(it, sold).legs().map_err(AppError::internal)?;
        for (place, Leg { debit, credit, amount }) in legs.into_iter().enumerate() {
            let both = (debit.id(), credit.id());
            let transfer = Transfer::new(self.next_id(ctx), both, (amount, debit.asset), false);
            self.add(ctx, why, (place, transfer.map_err(AppError::internal)?));
            self.accounts.extend([debit, credit]);
        }
        Ok(())
    }

    /// Ids that sort as the transfers were added.
    fn next_id(&self, ctx: &Ctx) -> TransferId {
        ctx.id_in_order(self.transfers.len())
    }

    /// Moves all of it.
    pub(crate) async fn post(self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        tx.move_all(&self.accounts, &self.transfers, ctx.at).await?;
        Ok(())
    }
}

fn postable<'d>(it: &'d Document, sold: &'d Sold) -> Postable<'d> {
    Postable {
        organisation_id: it.organisation_id,
        facility_id: it.facility_id,
        person_id: it.person_id,
        company_id: it.company_id,
        unit_id: it.unit_id,
        kind: it.kind,
        sums: &it.sums,
        sold,
    }
}

/// A document that was just issued, with its lines and the charges that they ask for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Issued<'d> {
    pub(crate) document: &'d Document,
    pub(crate) lines: &'d [DocumentLine],
}

/// What invoices and receipts post that have just got their numbers; `charges` are those that their lines name.
pub(crate) fn posting_of(ctx: &Ctx, all: &[Issued<'_>], charges: &[&Charge]) -> Result<Batch> {
    let charges = charges.iter().map(|it| (it.id, *it)).collect();
    let mut batch = Batch::default();
    for Issued { document, lines } in all {
        batch.add_document(ctx, document, &sold_of(lines, &charges)?)?;
    }
    Ok(batch)
}

/// Posts a credit note that was just issued. Of each kind it takes back what its lines were sold as; where only a sum is
/// known, in proportion to what is left.
pub(crate) async fn post_credit_note(tx: &mut Tx, ctx: &Ctx, note: &Document) -> Result<()> {
    let mut sold = Sold::new();
    if let Some(invoice) = note.credits_id {
        let invoice = tx.find_document(invoice).await?.ok_or(AppError::NotFound)?;
        let earlier = tx.credit_notes_of(invoice.id).await?;
        let all: Vec<DocumentId> =
            earlier.iter().map(|it| it.id).filter(|id| *id != note.id).chain([invoice.id]).collect();
        let left = tx.sold_by(&all).await?;
        let (lines, taken_back) = (tx.lines_of(&invoice).await?, tx.lines_of(note).await?);
        let ids: Vec<_> = lines.iter().filter_map(|line| line.charge_id).collect();
        let charges = tx.charges(&ids).await?;
        let charges = charges.iter().map(|it| (it.id, it)).collect();
        sold = credited_as(&taken_back, &lines, &charges, left)?;
    }
    let mut batch = Batch::default();
    batch.add_document(ctx, note, &sold)?;
    batch.post(tx, ctx).await
}

/// Takes back all that a document has posted by itself, on the same accounts.
pub(crate) async fn reverse(tx: &mut Tx, ctx: &Ctx, document: &Document, value_on: NaiveDate) -> Result<()> {
    let Some(asset) = Asset::of(document.sums.payable.currency) else { return Ok(()) };
    let (organisation, id) = (document.organisation_id, document.id);
    let why = Reason { organisation, document: id, code: TransferCode::Reversal, value_on };
    let mut batch = Batch::default();
    for (place, leg) in tx.moved_by(id, code_of(document.kind)).await?.into_iter().enumerate() {
        let both = (leg.credit, leg.debit);
        let transfer = Transfer::new(batch.next_id(ctx), both, (leg.amount, asset), false);
        batch.add(ctx, why, (place, transfer.map_err(AppError::internal)?));
    }
    batch.post(tx, ctx).await
}
