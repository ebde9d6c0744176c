//! Accounts and their transfers. Money moves only here: [`Tx::move_all`] is the one way in.

mod carry;
mod ground;
mod holds;
mod moving;
mod of_document;
mod of_wish;
mod prove;
mod statement;
mod transfer;
mod written;

pub use holds::{HeldFor, RunOutHold};
pub use moving::{Booked, MoveError, Moved};
pub use of_document::MovedLeg;
pub use of_wish::WishedLeg;
pub use prove::{LedgerFault, LedgerProof};
pub use statement::{AccountFilter, AccountKey, ListedAccount, Sides, StatementKey, StatementRow};
pub use transfer::{KeptTransfer, Traced};

use crate::engine::{Conn, text};
use crate::error::{Result, StoreError};
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::HashMap;
use stolpe_domain::id::{AccountId, CompanyId, DocumentId, FacilityId, OrganisationId, PersonId, UnitId};
use stolpe_domain::ledger::posting::Sold;
use stolpe_domain::ledger::{Account, AccountKind, Asset, Balance, BalanceLimit};
use stolpe_domain::money::Money;
use stolpe_domain::tariff::ComponentKind;
use stolpe_domain::vat::Vat;
use uuid::Uuid;

macro_rules! account_columns {
    () => {
        "id, organisation_id, facility_id, kind, asset, person_id, company_id, unit_id, component, vat, balance_limit, \
         debits_pending, debits_posted, credits_pending, credits_posted"
    };
}

/// Transfers that are final and change what somebody owes for a document.
macro_rules! owed_by_transfers {
    () => {
        "from ledger_transfer join document on document.id = ledger_transfer.document_id \
         join ledger_account debits on debits.id = debit_id join ledger_account credits on credits.id = credit_id \
         where (debits.kind = 'receivable') <> (credits.kind = 'receivable') and step in ('posted', 'post')"
    };
}

use {account_columns, owed_by_transfers};

/// An account as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptAccount {
    /// Its id.
    pub id: AccountId,
    /// What it is.
    pub account: Account,
    /// What its balance may never say.
    pub limit: BalanceLimit,
    /// What it has seen.
    pub balance: Balance,
}

#[derive(FromRow)]
struct AccountRow {
    id: Uuid,
    organisation_id: Uuid,
    facility_id: Option<Uuid>,
    kind: String,
    asset: String,
    person_id: Option<Uuid>,
    company_id: Option<Uuid>,
    unit_id: Option<Uuid>,
    component: Option<String>,
    vat: Option<String>,
    balance_limit: String,
    debits_pending: i64,
    debits_posted: i64,
    credits_pending: i64,
    credits_posted: i64,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "ledger_account", column }
}

const fn unreadable_transfer(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "ledger_transfer", column }
}

impl TryFrom<AccountRow> for KeptAccount {
    type Error = StoreError;

    fn try_from(row: AccountRow) -> Result<Self> {
        let component =
            row.component.map(|word| ComponentKind::from_word(&word).ok_or_else(|| unreadable("component")));
        Ok(Self {
            id: AccountId(row.id),
            account: Account {
                organisation_id: OrganisationId(row.organisation_id),
                facility_id: row.facility_id.map(FacilityId),
                kind: AccountKind::from_word(&row.kind).ok_or_else(|| unreadable("kind"))?,
                asset: Asset::from_word(&row.asset).ok_or_else(|| unreadable("asset"))?,
                person_id: row.person_id.map(PersonId),
                company_id: row.company_id.map(CompanyId),
                unit_id: row.unit_id.map(UnitId),
                component: component.transpose()?,
                vat: row.vat.map(|word| Vat::from_word(&word)).transpose().map_err(|_| unreadable("vat"))?,
            },
            limit: BalanceLimit::from_word(&row.balance_limit).ok_or_else(|| unreadable("balance_limit"))?,
            balance: Balance {
                debits_pending: row.debits_pending,
                debits_posted: row.debits_posted,
                credits_pending: row.credits_pending,
                credits_posted: row.credits_posted,
            },
        })
    }
}

impl Conn {
    /// The account with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_account(&mut self, id: AccountId) -> Result<Option<KeptAccount>> {
        self.sql(text!["select" [account_columns] "from ledger_account where id = $1"])
            .bind(id.uuid())
            .optional::<AccountRow>()
            .await?
            .map(KeptAccount::try_from)
            .transpose()
    }

    /// Those of these accounts that have been opened.
    pub async fn accounts(&mut self, ids: &[AccountId]) -> Result<Vec<KeptAccount>> {
        let rows: Vec<AccountRow> = self
            .sql(text!["select" [account_columns] "from ledger_account where id in" [ids "$1"] "order by id"])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        rows.into_iter().map(KeptAccount::try_from).collect()
    }

    /// What is still open of each of these documents: what was posted on what is owed for them, less what has been paid,
    /// what their credit notes took back and what went back with a void. Below zero when more was paid. Of a credit note it
    /// is what it takes off. Documents that have posted nothing are left out.
    ///
    /// This is the one answer to what somebody has left to pay: payments, reminders and lists all ask here.
    pub async fn open_amounts(&mut self, documents: &[DocumentId]) -> Result<HashMap<DocumentId, Money>> {
        let rows: Vec<(Uuid, String, i64)> = self
            .sql(text![
                "select moved.document_id, moved.asset, cast(sum(moved.amount) as bigint) from"
                "(select ledger_transfer.document_id, debits.asset,"
                "case when debits.kind = 'receivable' then amount else -amount end as amount" [owed_by_transfers]
                "and ledger_transfer.document_id in" [ids "$1"]
                "union all select document.credits_id, debits.asset,"
                "case when debits.kind = 'receivable' then amount else -amount end" [owed_by_transfers]
                "and document.credits_id in" [ids "$1"] ") moved"
                "group by moved.document_id, moved.asset"
            ])
            .bind(Json(documents.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        rows.into_iter()
            .map(|(document, asset, minor)| {
                let currency = Asset::from_word(&asset).and_then(Asset::currency).ok_or_else(|| unreadable("asset"))?;
                Ok((DocumentId(document), Money::of_minor(minor, currency)))
            })
            .collect()
    }

    /// What payments have settled of each of these documents, less what was taken back of them, in hundredths. Documents that
    /// nobody has paid anything of are left out.
    pub async fn paid_amounts(&mut self, documents: &[DocumentId]) -> Result<HashMap<DocumentId, i64>> {
        let rows: Vec<(Uuid, i64)> = self
            .sql(text![
                "select ledger_transfer.document_id,"
                "cast(sum(case when debits.kind = 'receivable' then -amount else amount end) as bigint)"
                [owed_by_transfers] "and ledger_transfer.document_id in" [ids "$1"]
                "and ledger_transfer.payment_id is not null group by ledger_transfer.document_id"
            ])
            .bind(Json(documents.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        Ok(rows.into_iter().map(|(document, minor)| (DocumentId(document), minor)).collect())
    }

    /// The account on which each of these documents is owed, as it was posted: who pays, pays there. Documents that have
    /// posted nothing are left out.
    pub async fn receivables_of(&mut self, documents: &[DocumentId]) -> Result<HashMap<DocumentId, KeptAccount>> {
        let rows: Vec<(Uuid, Uuid)> = self
            .sql(text![
                "select document_id, case debits.kind when 'receivable' then debits.id else credits.id end"
                "from ledger_transfer join ledger_account debits on debits.id = debit_id"
                "join ledger_account credits on credits.id = credit_id"
                "where document_id in" [ids "$1"] "and code in ('invoice', 'credit_note', 'receipt', 'reminder')"
            ])
            .bind(Json(documents.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        let of: HashMap<DocumentId, Uuid> = rows.into_iter().map(|(document, id)| (DocumentId(document), id)).collect();
        let accounts: Vec<AccountRow> = self
            .sql(text!["select" [account_columns] "from ledger_account where id in" [ids "$1"]])
            .bind(Json(of.values().collect::<Vec<_>>()))
            .all()
            .await?;
        let accounts = accounts.into_iter().map(|row| KeptAccount::try_from(row).map(|it| (it.id.uuid(), it)));
        let accounts: HashMap<Uuid, KeptAccount> = accounts.collect::<Result<_>>()?;
        Ok(of.into_iter().filter_map(|(document, id)| Some((document, *accounts.get(&id)?))).collect())
    }

    /// What is left of what these documents were posted as sold, added up: what a credit note takes back comes off.
    pub async fn sold_by(&mut self, documents: &[DocumentId]) -> Result<Sold> {
        let rows: Vec<(String, Option<String>, Option<String>, i64)> = self
            .sql(text![
                "select moved.asset, moved.component, moved.vat, cast(sum(moved.amount) as bigint) from"
                "(select asset, component, vat, amount from ledger_transfer"
                "join ledger_account on ledger_account.id = credit_id"
                "where document_id in" [ids "$1"] "and kind = 'revenue' and step in ('posted', 'post')"
                "union all select asset, component, vat, -amount from ledger_transfer"
                "join ledger_account on ledger_account.id = debit_id"
                "where document_id in" [ids "$1"] "and kind = 'revenue' and step in ('posted', 'post')) moved"
                "group by moved.asset, moved.component, moved.vat"
            ])
            .bind(Json(documents.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        rows.into_iter()
            .map(|(asset, component, vat, minor)| {
                let currency = Asset::from_word(&asset).and_then(Asset::currency).ok_or_else(|| unreadable("asset"))?;
                let component =
                    component.map(|word| ComponentKind::from_word(&word).ok_or_else(|| unreadable("component")));
                let vat = vat.as_deref().and_then(|word| Vat::from_word(word).ok()).ok_or_else(|| unreadable("vat"))?;
                Ok(((component.transpose()?, vat), Money::of_minor(minor, currency)))
            })
            .collect()
    }
}
