//! What a refund moves in the ledger: held when it is asked for, final when the payer has it, free again when it ends
//! otherwise.

use super::ask::prepaid;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::top_up::prepaid_at;
use crate::wish::Wish;
use chrono::NaiveDate;
use stolpe_domain::id::{DocumentId, TransferId};
use stolpe_domain::ledger::{Account, AccountKind, Amount, Asset, Transfer, TransferCode};
use stolpe_domain::refund::Unused;
use stolpe_store::Tx;
use stolpe_store::refund::Refund;

/// Where the parts of a refund are taken from, and the account of the provider that gives them back.
struct Accounts {
    clearing: Account,
    suspense: Account,
    /// Of what was paid beforehand.
    prepaid: Option<Account>,
    /// Of what is too much on the invoice, with the invoice.
    overpaid: Option<(Account, DocumentId)>,
}

impl Accounts {
    async fn of(tx: &mut Tx, refund: &Refund) -> Result<Self> {
        let asset = Asset::of(refund.amount.currency);
        let asset = asset.ok_or_else(|| AppError::internal("a currency that nothing is owed in"))?;
        let of = |kind| Account::of_organisation(refund.organisation_id, kind, asset);
        let (prepaid, overpaid) = match refund.document_id {
            Some(document) => {
                let receivable = tx.receivables_of(&[document]).await?.remove(&document).map(|it| it.account);
                let receivable = receivable.filter(|it| it.asset == asset);
                let prepaid = receivable.map(|it| prepaid(&it, refund.person_id));
                (prepaid, receivable.map(|it| (it, document)))
            }
            None => (Some(prepaid_at(refund.organisation_id, refund.facility_id, refund.person_id, asset)), None),
        };
        let clearing = of(AccountKind::clearing(refund.provider));
        Ok(Self { clearing, suspense: of(AccountKind::Suspense), prepaid, overpaid })
    }
}

fn wish(refund: &Refund, value_on: NaiveDate) -> Wish {
    Wish {
        organisation: refund.organisation_id,
        id: refund.id.uuid(),
        code: TransferCode::Refund,
        key: format!("refund/{}/{}", refund.id.uuid().simple(), refund.round),
        value_on,
    }
}

/// Moves the parts of a refund to the account of its provider, or holds them.
async fn take(
    tx: &mut Tx,
    ctx: &Ctx,
    (refund, parts): (&Refund, Unused),
    value_on: NaiveDate,
    is_held: bool,
) -> Result<()> {
    let Accounts { clearing, suspense, prepaid, overpaid } = Accounts::of(tx, refund).await?;
    let mut from: Vec<(i64, &str, Account, Option<DocumentId>)> = vec![(parts.suspense, "suspense", suspense, None)];
    from.extend(prepaid.map(|prepaid| (parts.prepaid, "prepaid", prepaid, None)));
    from.extend(overpaid.map(|(receivable, document)| (parts.overpaid, "overpaid", receivable, Some(document))));
    let (mut accounts, mut all, mut left) = (Vec::new(), Vec::new(), refund.amount.minor);
    for (minor, about, debit, document) in from {
        let Some(amount) = Amount::new(minor) else { continue };
        let id: TransferId = ctx.id_in_order(all.len());
        let both = (debit.id(), clearing.id());
        let transfer = Transfer::new(id, both, (amount, clearing.asset), is_held).map_err(AppError::internal)?;
        let step = format!("{}/{about}", if is_held { "hold" } else { "late" });
        accounts.extend([debit, clearing]);
        all.push(wish(refund, value_on).booked(ctx, &step, document, transfer));
        left -= minor;
    }
    if left != 0 {
        return Err(AppError::internal("a refund of money that stands nowhere"));
    }
    tx.move_all(&accounts, &all, ctx.at).await?;
    Ok(())
}

/// Holds the money of a refund.
///
/// # Errors
/// [`AppError::Refused`] `ledger.not_enough` when somebody else was faster.
pub(super) async fn hold(tx: &mut Tx, ctx: &Ctx, refund: &Refund, value_on: NaiveDate) -> Result<()> {
    take(tx, ctx, (refund, refund.parts), value_on, true).await
}

/// Books a refund that went out though nothing was held for it any more: whose money it was is for somebody to say, so it
/// is missing among what nobody can place.
pub(super) async fn book_missed(tx: &mut Tx, ctx: &Ctx, refund: &Refund, value_on: NaiveDate) -> Result<Unused> {
    let parts = Unused { suspense: refund.amount.minor, ..Unused::default() };
    take(tx, ctx, (refund, parts), value_on, false).await?;
    Ok(parts)
}

/// What is held for a refund becomes final, or free again.
pub(super) async fn resolve(
    tx: &mut Tx,
    ctx: &Ctx,
    refund: &Refund,
    value_on: NaiveDate,
    is_final: bool,
) -> Result<()> {
    let all = wish(refund, value_on).resolved(tx, ctx, 0, is_final).await?;
    tx.move_all(&[], &all, ctx.at).await?;
    Ok(())
}
