//! Accounts and their statements (PRE-18): what was there, what was moved, and what is left.

use super::KeptProof;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::NaiveDate;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::id::{AccountId, FacilityId, OrganisationId};
use stolpe_domain::ledger::Account;
use stolpe_store::ledger::{AccountFilter, AccountKey, LedgerFault, ListedAccount, Sides, StatementKey, StatementRow};
use stolpe_store::page::{Page, Total};

/// The first day that a statement can begin on.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1900, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
/// The last day that one can end on.
const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// From which day to which, both with what was moved on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementPeriod {
    from: NaiveDate,
    to: NaiveDate,
}

impl StatementPeriod {
    /// A period; all there is where an end is left out.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when it ends before it begins.
    pub fn of(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<Self> {
        let (from, to) = (from.unwrap_or(FIRST_DAY).max(FIRST_DAY), to.unwrap_or(LAST_DAY).min(LAST_DAY));
        if from <= to { Ok(Self { from, to }) } else { Err(AppError::field("to", "period.reversed")) }
    }

    /// The first day, if it was said.
    pub fn said_from(self) -> Option<NaiveDate> {
        Some(self.from).filter(|it| *it != FIRST_DAY)
    }

    /// The last day, if it was said.
    pub fn said_to(self) -> Option<NaiveDate> {
        Some(self.to).filter(|it| *it != LAST_DAY)
    }

    pub(crate) const fn days(self) -> (NaiveDate, NaiveDate) {
        (self.from, self.to)
    }
}

/// A transfer as it stands on a statement.
#[derive(Clone, Debug)]
pub struct StatementEntry {
    /// The transfer.
    pub row: StatementRow,
    /// What was there after it, in the smallest part of the asset, as such an account is counted.
    pub balance: i64,
    /// The account on the other side.
    pub other: Option<ListedAccount>,
}

/// A part of the statement of an account.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The account.
    pub account: ListedAccount,
    /// What was there before the first day.
    pub opening: i64,
    /// What is there after the last one.
    pub closing: i64,
    /// What was moved in all of the period.
    pub sides: Sides,
    /// What was moved.
    pub page: Page<StatementEntry>,
}

/// A balance as such an account is counted.
fn counted(account: &Account, debits: i64, credits: i64) -> i64 {
    if account.kind.counts_debits() { debits - credits } else { credits - debits }
}

impl App {
    /// Accounts of the places where the actor sees what is owed, with their balances.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the facility is not the actor's to see, [`AppError::Denied`] for those who see none.
    pub async fn list_accounts(
        &self,
        ctx: &Ctx,
        (facility, organisation): (Option<FacilityId>, Option<OrganisationId>),
        mut filter: AccountFilter,
        after: Option<&AccountKey>,
        limit: i64,
    ) -> Result<(Page<ListedAccount>, Option<Total>)> {
        if let Some(id) = facility {
            filter.facilities = vec![self.facility_for(ctx, id, Permission::ReadBilling).await?.id];
        } else {
            let reach = ctx.reach(Permission::ReadBilling)?;
            let wanted = |id: OrganisationId| organisation.is_none_or(|wanted| id == wanted);
            let all = self.facilities_with(ctx, Permission::ReadBilling).await?.into_iter();
            filter.facilities = all.filter(|it| wanted(it.organisation_id)).map(|it| it.id).collect();
            let whole = self.read().await?.list_organisations().await?.into_iter().map(|it| it.id);
            filter.organisations =
                whole.filter(|id| wanted(*id) && (reach.everything || reach.organisations.contains(id))).collect();
        }
        let mut conn = self.read().await?;
        let page = conn.list_accounts(&filter, after, limit).await?;
        let total = if after.is_none() { Some(page.total(conn.count_accounts(&filter)).await?) } else { None };
        Ok((page, total))
    }

    /// One account.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn account(&self, ctx: &Ctx, id: AccountId) -> Result<ListedAccount> {
        ctx.reach(Permission::ReadBilling)?;
        let it = self.read().await?.named_accounts([id]).await?.remove(&id).ok_or(AppError::NotFound)?;
        if Self::sees(ctx, &it.kept.account) { Ok(it) } else { Err(AppError::NotFound) }
    }

    pub(super) fn sees(ctx: &Ctx, account: &Account) -> bool {
        let place = match account.facility_id {
            Some(facility) => Place::Facility(account.organisation_id, facility),
            None => Place::Organisation(account.organisation_id),
        };
        ctx.may(Permission::ReadBilling, place).is_ok()
    }

    /// The statement of an account, from the transfer after the one that was shown last.
    ///
    /// # Errors
    /// As [`App::account`].
    pub async fn statement(
        &self,
        ctx: &Ctx,
        id: AccountId,
        period: StatementPeriod,
        after: Option<StatementKey>,
        limit: i64,
    ) -> Result<Statement> {
        let account = self.account(ctx, id).await?;
        self.statement_of(account, period, after, limit).await
    }

    /// The same of an account that the reader may see.
    pub(crate) async fn statement_of(
        &self,
        account: ListedAccount,
        period: StatementPeriod,
        after: Option<StatementKey>,
        limit: i64,
    ) -> Result<Statement> {
        let (id, of) = (account.kept.id, account.kept.account);
        let (from, to) = period.days();
        let mut conn = self.read().await?;
        let before = match from.pred_opt() {
            Some(day) => conn.sides(id, (FIRST_DAY, day), None).await?,
            None => Sides::default(),
        };
        let sides = conn.sides(id, (from, to), None).await?;
        let page = conn.account_statement(id, (from, to), after, limit).await?;
        let others = conn.named_accounts(page.items.iter().map(|row| row.other)).await?;
        let shown = match after {
            Some(key) => conn.sides(id, (from, key.value_on), Some(key.id)).await?,
            None => Sides::default(),
        };
        let opening = counted(&of, before.debits, before.credits);
        let mut balance = opening + counted(&of, shown.debits, shown.credits);
        let entries = page.items.into_iter().map(|row| {
            balance += counted(&of, row.debit, row.credit);
            StatementEntry { balance, other: others.get(&row.other).cloned(), row }
        });
        Ok(Statement {
            opening,
            closing: opening + counted(&of, sides.debits, sides.credits),
            sides,
            page: Page { items: entries.collect(), more: page.more },
            account,
        })
    }

    /// What came of the last proof of the ledger, with the accounts that it names as far as the actor may see them.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who see no invoices.
    pub async fn ledger_proof(&self, ctx: &Ctx) -> Result<(Option<KeptProof>, Vec<ListedAccount>)> {
        ctx.reach(Permission::ReadBilling)?;
        let kept = self.last_ledger_proof().await?;
        let named = kept.iter().flat_map(|kept| &kept.proof.faults).filter_map(|fault| match fault {
            LedgerFault::Balance(id) => Some(*id),
            _ => None,
        });
        let named: Vec<AccountId> = named.collect();
        let mut accounts: Vec<ListedAccount> = self
            .read()
            .await?
            .named_accounts(named)
            .await?
            .into_values()
            .filter(|it| Self::sees(ctx, &it.kept.account))
            .collect();
        accounts.sort_by(|a, b| (a.key.rank, &a.key.sort_key, a.key.id).cmp(&(b.key.rank, &b.key.sort_key, b.key.id)));
        Ok((kept, accounts))
    }
}
