//! What one amount of the ledger is: between which accounts, why, by whom, and where it comes from.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use stolpe_domain::access::Permission;
use stolpe_domain::id::{IncomingPaymentId, PaymentId, PayoutId, RefundId, TillEntryId, TillId, TransferId};
use stolpe_domain::ledger::TransferCode;
use stolpe_store::ledger::{KeptTransfer, ListedAccount, Traced};

/// What brought money that was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferSource {
    /// A payment in a file of a bank, whose lines prove it.
    IncomingPayment(IncomingPaymentId),
    /// A payment through a provider, whose answers prove it.
    Payment(PaymentId),
    /// What went back of such a payment.
    Refund(RefundId, PaymentId),
    /// A till at the counter.
    Till(TillId),
    /// Money that went out to a bank account.
    Payout(PayoutId),
}

/// One of several transfers that were made together.
#[derive(Clone, Debug)]
pub struct Leg {
    /// The transfer.
    pub transfer: KeptTransfer,
    /// To whom it was given.
    pub debit: ListedAccount,
    /// From whom it was taken.
    pub credit: ListedAccount,
}

/// A transfer with what it was made of.
#[derive(Clone, Debug)]
pub struct OpenTransfer {
    /// The transfer with its accounts.
    pub leg: Leg,
    /// What brought the money, where money came.
    pub source: Option<TransferSource>,
    /// Everything that was moved for the same reason at the same moment, the transfer itself among it.
    pub together: Vec<Leg>,
}

/// How much is told at once of what was moved about one thing.
const MOST_TOLD: i64 = 500;

impl App {
    /// What was moved about a document, or for what brought or took the money, as far as the actor sees its accounts: the
    /// way from any record to its amounts in the ledger, each of which opens.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who see no invoices, [`AppError::Invalid`] unless it is asked about one thing.
    pub async fn transfers_about(&self, ctx: &Ctx, of: Option<Traced>) -> Result<Vec<Leg>> {
        ctx.reach(Permission::ReadBilling)?;
        let of = of.ok_or_else(|| AppError::field("documentId", "transfer.one_thing"))?;
        let mut conn = self.read().await?;
        let all = conn.moved_about(of, MOST_TOLD).await?;
        let accounts = conn.named_accounts(all.iter().flat_map(|it| [it.debit, it.credit])).await?;
        let leg = |transfer: KeptTransfer| {
            let both = accounts.get(&transfer.debit).cloned().zip(accounts.get(&transfer.credit).cloned());
            both.map(|(debit, credit)| Leg { transfer, debit, credit })
        };
        let seen = |leg: &Leg| [&leg.debit, &leg.credit].iter().any(|it| Self::sees(ctx, &it.kept.account));
        Ok(all.into_iter().filter_map(leg).filter(seen).collect())
    }

    /// A transfer, for those who see one of its accounts.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who see neither, too.
    pub async fn transfer(&self, ctx: &Ctx, id: TransferId) -> Result<OpenTransfer> {
        ctx.reach(Permission::ReadBilling)?;
        let mut conn = self.read().await?;
        let it = conn.find_transfer(id).await?.ok_or(AppError::NotFound)?;
        let together = conn.moved_with(&it).await?;
        let named = together.iter().chain([&it]).flat_map(|it| [it.debit, it.credit]);
        let accounts = conn.named_accounts(named).await?;
        let leg = |transfer: KeptTransfer| {
            let both = accounts.get(&transfer.debit).cloned().zip(accounts.get(&transfer.credit).cloned());
            both.map(|(debit, credit)| Leg { transfer, debit, credit })
        };
        let seen = |leg: &Leg| [&leg.debit, &leg.credit].iter().any(|it| Self::sees(ctx, &it.kept.account));
        let mut source = None;
        if let Some(entry) = it.payment_id.filter(|_| it.code == TransferCode::Till) {
            let entry = conn.find_till_entry(TillEntryId(entry)).await?;
            source = entry.map(|entry| TransferSource::Till(entry.till_id));
        } else if let Some(till) = it.payment_id.filter(|_| it.code == TransferCode::TillCount) {
            source = Some(TransferSource::Till(TillId(till)));
        } else if let Some(payment) = it.payment_id {
            source = match conn.find_incoming_payment(IncomingPaymentId(payment)).await? {
                Some(found) => Some(TransferSource::IncomingPayment(found.id)),
                None => match conn.find_refund(RefundId(payment)).await? {
                    Some(refund) => Some(TransferSource::Refund(refund.id, refund.payment_id)),
                    None => match conn.find_payout(PayoutId(payment)).await? {
                        Some(payout) => Some(TransferSource::Payout(payout.id)),
                        None => conn.find_payment(PaymentId(payment)).await?.map(|it| TransferSource::Payment(it.id)),
                    },
                },
            };
        }
        Ok(OpenTransfer {
            leg: leg(it).filter(seen).ok_or(AppError::NotFound)?,
            source,
            together: together.into_iter().filter_map(leg).filter(seen).collect(),
        })
    }
}
