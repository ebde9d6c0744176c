//! What a posting stands on: the accounts and the books of their organisations, as they are and as nobody else changes them
//! before the transaction ends.

use super::{AccountRow, KeptAccount, account_columns};
use crate::engine::{Tx, text};
use crate::error::Result;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::{BTreeSet, HashMap, HashSet};
use stolpe_domain::bookkeeping::OpenFrom;
use stolpe_domain::id::{AccountId, OrganisationId};
use stolpe_domain::ledger::Account;
use stolpe_domain::tariff::ComponentKind;
use stolpe_domain::vat::Vat;
use uuid::Uuid;

/// What a posting stands on.
pub(super) struct Ground {
    /// From which day on the books of each organisation are open.
    pub books: HashMap<OrganisationId, OpenFrom>,
    /// The accounts that are moved.
    pub accounts: HashMap<AccountId, KeptAccount>,
}

#[derive(FromRow)]
struct BooksRow {
    id: Uuid,
    books_open_from: Option<NaiveDate>,
    accounts: i64,
}

impl Tx {
    /// The books, in which nobody locks a month before this transaction ends, and the accounts, which nobody else moves until
    /// then; those of `accounts` that are not there yet are opened.
    ///
    /// The books come first, so that whoever locks a month and whoever posts into it wait in one order. What is missing is
    /// opened next and everything is locked in the order of ids, so that two who want the same accounts wait for one
    /// another and never in a circle.
    pub(super) async fn hold_ground(
        &mut self,
        organisations: impl Iterator<Item = OrganisationId>,
        accounts: &[Account],
        also: impl Iterator<Item = AccountId>,
        at: DateTime<Utc>,
    ) -> Result<Ground> {
        let organisations: BTreeSet<Uuid> = organisations.map(OrganisationId::uuid).collect();
        let (wanted, ids) = named(accounts, also);
        let books: Vec<BooksRow> = self
            .sql(text![
                "select id, books_open_from, (select count(*) from ledger_account where id in" [ids "$2"] ") as accounts"
                "from organisation where id in" [ids "$1"] "order by id" [shared]
            ])
            .bind(Json(organisations))
            .bind(Json(&ids))
            .all()
            .await?;
        if books.iter().any(|it| usize::try_from(it.accounts) != Ok(ids.len())) {
            self.open_missing(&wanted, at).await?;
        }
        Ok(Ground {
            accounts: self.lock_accounts(&ids).await?,
            books: books.into_iter().map(|it| (OrganisationId(it.id), OpenFrom::of(it.books_open_from))).collect(),
        })
    }

    /// Accounts as they stand, which nobody else moves until the transaction ends; those that are named and not there yet
    /// are opened. Whoever decides by a balance how much to move holds all accounts of the transaction so before, and moves
    /// then.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn hold_accounts(
        &mut self,
        accounts: &[Account],
        also: impl Iterator<Item = AccountId>,
        at: DateTime<Utc>,
    ) -> Result<HashMap<AccountId, KeptAccount>> {
        let (wanted, ids) = named(accounts, also);
        self.open_missing(&wanted, at).await?;
        self.lock_accounts(&ids).await
    }

    async fn lock_accounts(&mut self, ids: &BTreeSet<Uuid>) -> Result<HashMap<AccountId, KeptAccount>> {
        let held: Vec<AccountRow> = self
            .sql(text![
                "select" [account_columns] "from ledger_account where id in" [ids "$1"] "order by id" [locked]
            ])
            .bind(Json(ids))
            .all()
            .await?;
        held.into_iter().map(|row| KeptAccount::try_from(row).map(|it| (it.id, it))).collect()
    }

    /// Opens those of these accounts that are not there.
    async fn open_missing(&mut self, wanted: &[(AccountId, &Account)], at: DateTime<Utc>) -> Result<()> {
        let ids: Vec<Uuid> = wanted.iter().map(|(id, _)| id.uuid()).collect();
        let known: Vec<(Uuid,)> =
            self.sql(text!["select id from ledger_account where id in" [ids "$1"]]).bind(Json(ids)).all().await?;
        let known: HashSet<Uuid> = known.into_iter().map(|(id,)| id).collect();
        let missing: Vec<_> = wanted.iter().filter(|(id, _)| !known.contains(&id.uuid())).copied().collect();
        if missing.is_empty() { Ok(()) } else { self.open_accounts(&missing, at).await }
    }

    /// Opens accounts that nobody has opened meanwhile.
    async fn open_accounts(&mut self, accounts: &[(AccountId, &Account)], at: DateTime<Utc>) -> Result<()> {
        let hex = |id: Uuid| id.simple().to_string();
        let row = |(id, it): &(AccountId, &Account)| {
            serde_json::json!({
                "id": hex(id.uuid()), "organisation_id": hex(it.organisation_id.uuid()),
                "facility_id": it.facility_id.map(|id| hex(id.uuid())), "kind": it.kind.word(),
                "asset": it.asset.word(), "person_id": it.person_id.map(|id| hex(id.uuid())),
                "company_id": it.company_id.map(|id| hex(id.uuid())),
                "unit_id": it.unit_id.map(|id| hex(id.uuid())), "component": it.component.map(ComponentKind::word),
                "vat": it.vat.map(Vat::word), "balance_limit": it.kind.limit().word(),
            })
        };
        self.change(text![
            "insert into ledger_account (id, organisation_id, facility_id, kind, asset, person_id, company_id, unit_id,"
            "component,"
            "vat, balance_limit, debits_pending, debits_posted, credits_pending, credits_posted, created_at)"
            "select" [uuid "id"] "," [uuid "organisation_id"] "," [uuid "facility_id"] "," [string "kind"] ","
            [string "asset"] "," [uuid "person_id"] "," [uuid "company_id"] "," [uuid "unit_id"] "," [string "component"] ","
            [string "vat"] "," [string "balance_limit"] ", 0, 0, 0, 0, $2 from" [rows "$1"]
            "where true order by 1 on conflict do nothing"
        ])
        .bind(Json(accounts.iter().map(row).collect::<Vec<_>>()))
        .bind(at)
        .run()
        .await?
        .any();
        Ok(())
    }
}

/// The accounts that may have to be opened, in the order of ids, and the ids of all.
fn named(accounts: &[Account], also: impl Iterator<Item = AccountId>) -> (Vec<(AccountId, &Account)>, BTreeSet<Uuid>) {
    let mut wanted: Vec<(AccountId, &Account)> = accounts.iter().map(|it| (it.id(), it)).collect();
    wanted.sort_by_key(|(id, _)| *id);
    wanted.dedup_by_key(|(id, _)| *id);
    let ids = wanted.iter().map(|(id, _)| *id).chain(also).map(AccountId::uuid).collect();
    (wanted, ids)
}
