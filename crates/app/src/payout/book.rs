//! What a payout moves in the ledger: held when it is asked for, final when the bank has paid, free again when it ends
//! otherwise, and back where it was when the bank brings it back.

use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::wish::Wish;
use chrono::NaiveDate;
use stolpe_domain::id::{DocumentId, OrganisationId, PayoutId, TransferId};
use stolpe_domain::ledger::{Account, AccountKind, Amount, Asset, Held, Transfer, TransferCode};
use stolpe_domain::money::Currency;
use stolpe_domain::payout::{PayoutSource, PayoutState, UnusedPart};
use stolpe_domain::refund::Hold;
use stolpe_store::ledger::Booked;
use stolpe_store::payout::Payout;
use stolpe_store::{Conn, Tx};

/// Transfers of payouts on their way: everything that one transaction moves is moved at once.
#[derive(Default)]
pub(super) struct Moves {
    accounts: Vec<Account>,
    all: Vec<Booked>,
}

/// What has to be known of a payout to hold its money.
#[derive(Clone, Copy)]
pub(super) struct Claim {
    pub(super) id: PayoutId,
    pub(super) organisation: OrganisationId,
    pub(super) currency: Currency,
    /// What is in front of the money: the bank, or the cash of the counter.
    pub(super) taken_from: AccountKind,
}

impl From<&Payout> for Claim {
    fn from(it: &Payout) -> Self {
        Self {
            id: it.id,
            organisation: it.organisation_id,
            currency: it.amount.currency,
            taken_from: it.to.taken_from(),
        }
    }
}

/// An account of the organisation that pays out.
fn of_organisation(of: Claim, kind: AccountKind) -> Result<Account> {
    let asset = Asset::of(of.currency);
    let asset = asset.ok_or_else(|| AppError::internal("a currency that nothing is owed in"))?;
    Ok(Account::of_organisation(of.organisation, kind, asset))
}

fn wish(of: Claim, value_on: NaiveDate) -> Wish {
    Wish {
        organisation: of.organisation,
        id: of.id.uuid(),
        code: TransferCode::Payout,
        key: format!("payout/{}", of.id.uuid().simple()),
        value_on,
    }
}

impl Moves {
    /// Takes money from where it stands to the bank or the counter, or holds it there.
    fn take(
        &mut self,
        ctx: &Ctx,
        (of, value_on): (Claim, NaiveDate),
        parts: &[UnusedPart],
        is_held: bool,
    ) -> Result<()> {
        let out = of_organisation(of, of.taken_from)?;
        for (place, part) in parts.iter().enumerate() {
            let amount = Amount::new(part.minor).ok_or_else(|| AppError::internal("a payout of nothing"))?;
            let id: TransferId = ctx.id_in_order(self.all.len());
            let both = (part.account.id(), out.id());
            let transfer = Transfer::new(id, both, (amount, out.asset), is_held).map_err(AppError::internal)?;
            let step = format!("{}/{place}", if is_held { "hold" } else { "late" });
            self.accounts.extend([part.account, out]);
            self.all.push(wish(of, value_on).booked(ctx, &step, part.document, transfer));
        }
        Ok(())
    }

    /// Holds the money of a payout that is asked for.
    pub(super) fn hold(&mut self, ctx: &Ctx, of: (Claim, NaiveDate), parts: &[UnusedPart]) -> Result<()> {
        self.take(ctx, of, parts, true)
    }

    /// Adds what makes final all that is held for a payout.
    pub(super) async fn end(&mut self, tx: &mut Tx, ctx: &Ctx, (of, on): (Claim, NaiveDate)) -> Result<()> {
        self.all.extend(wish(of, on).resolved(tx, ctx, self.all.len(), true).await?);
        Ok(())
    }

    /// Adds what the money of a payout does on its way to another state, and gives back to an incoming payment what is left
    /// of it again.
    pub(super) async fn follow(
        &mut self,
        tx: &mut Tx,
        ctx: &Ctx,
        (before, value_on): (&Payout, NaiveDate),
        to: PayoutState,
    ) -> Result<()> {
        let of = Claim::from(before);
        let wish = wish(of, value_on);
        let minor = before.amount.minor;
        match before.state.moves(to) {
            Hold::Posted => self.end(tx, ctx, (of, value_on)).await?,
            Hold::Released => {
                self.all.extend(wish.resolved(tx, ctx, self.all.len(), false).await?);
                left_again(tx, before, minor).await?;
            }
            // Whose money it was is for somebody to say, so it is missing among what nobody can place.
            Hold::Missed => {
                let account = of_organisation(of, AccountKind::Suspense)?;
                self.take(ctx, (of, value_on), &[UnusedPart { account, document: None, minor }], false)?;
                left_again(tx, before, -minor).await?;
            }
            Hold::CameBack => {
                self.all.extend(wish.reversed(tx, ctx).await?);
                left_again(tx, before, minor).await?;
            }
            Hold::Stays | Hold::Placed => {}
        }
        Ok(())
    }

    /// Moves all of it.
    ///
    /// # Errors
    /// [`AppError::Refused`] `ledger.not_enough` when somebody else was faster.
    pub(super) async fn post(self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        tx.move_all(&self.accounts, &self.all, ctx.at).await?;
        Ok(())
    }
}

/// More, or less, is left of the incoming payment that a payout is of; never less than nothing.
async fn left_again(tx: &mut Tx, payout: &Payout, minor: i64) -> Result<()> {
    let PayoutSource::IncomingPayment(id) = payout.source else { return Ok(()) };
    let payment = tx.lock_incoming_payment(id).await?.ok_or(AppError::NotFound)?;
    let mut left = payment.left;
    left.minor = (left.minor + minor).max(0);
    tx.set_left(id, payment.row_version, left).await?;
    Ok(())
}

/// Lets go of what is held for a payout that is handed over at the counter, and answers what that was: the entry of the till
/// moves it, so that cash leaves the ledger as it leaves the drawer.
pub(crate) async fn let_go(
    tx: &mut Tx,
    ctx: &Ctx,
    payout: &Payout,
    value_on: NaiveDate,
) -> Result<Vec<(Held, Option<DocumentId>)>> {
    let held = tx.holds_of(payout.id.uuid()).await?;
    let voids = wish(payout.into(), value_on).resolved(tx, ctx, 0, false).await?;
    tx.move_all(&[], &voids, ctx.at).await?;
    Ok(held)
}

/// Holds the documents that the money of payouts stands on, before anything else is held: everybody who settles does.
pub(crate) async fn hold_documents(tx: &mut Tx, payouts: &[Payout]) -> Result<()> {
    let documents = documents_of(tx, payouts).await?;
    tx.hold_documents(&documents).await?;
    Ok(())
}

/// The documents that the money of payouts stands on.
pub(super) async fn documents_of(conn: &mut Conn, payouts: &[Payout]) -> Result<Vec<DocumentId>> {
    let mut documents: Vec<DocumentId> = Vec::new();
    for it in payouts {
        documents.extend(conn.holds_of(it.id.uuid()).await?.into_iter().filter_map(|(_, document)| document));
        documents.extend(conn.moved_for(it.id.uuid()).await?.into_iter().filter_map(|leg| leg.document));
    }
    Ok(documents)
}
