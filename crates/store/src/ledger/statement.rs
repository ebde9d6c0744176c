//! Accounts in lists, and what was moved on one of them, in the order of the days on which it counts.

use super::{AccountRow, KeptAccount, unreadable_transfer};
use crate::engine::{Conn, Statement, text};
use crate::error::Result;
use crate::page::{Page, Total};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::{BTreeSet, HashMap};
use stolpe_domain::document::{DocumentKind, Number};
use stolpe_domain::id::{AccountId, DocumentId, FacilityId, OrganisationId, PersonId, TransferId};
use stolpe_domain::ledger::{AccountKind, TransferCode};
use uuid::Uuid;

/// Which accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Kept for these facilities.
    pub facilities: Vec<FacilityId>,
    /// Kept for these organisations as a whole.
    pub organisations: Vec<OrganisationId>,
    /// Of this person, or of a record that was merged into theirs.
    pub person: Option<PersonId>,
    /// For this alone.
    pub kind: Option<AccountKind>,
    /// Those with a balance only.
    pub unsettled: bool,
}

/// Where a list goes on: after the account that was shown last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountKey {
    /// Where its kind stands among others.
    pub rank: i64,
    /// Where its owner's name stands.
    pub sort_key: Vec<u8>,
    /// Its id.
    pub id: AccountId,
}

/// An account with the name of whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAccount {
    /// The account.
    pub kept: KeptAccount,
    /// Given name, family name, and whether the identity is protected.
    pub holder: Option<(String, String, bool)>,
    /// The company whose it is.
    pub company: Option<String>,
    /// The code of the unit that it hangs on.
    pub unit_code: Option<String>,
    /// Where a list goes on.
    pub key: AccountKey,
}

/// Where a statement goes on: after the transfer that was shown last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StatementKey {
    /// The day on which it counts.
    pub value_on: NaiveDate,
    /// Its id.
    pub id: TransferId,
}

/// What a transfer did to one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementRow {
    /// The transfer.
    pub id: TransferId,
    /// The day on which it counts.
    pub value_on: NaiveDate,
    /// The day on which it stands in the books, where its own was locked.
    pub booked_on: Option<NaiveDate>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Why.
    pub code: TransferCode,
    /// What was given to the account.
    pub debit: i64,
    /// What was taken from it.
    pub credit: i64,
    /// What was held until its time was over, of an entry that moves nothing.
    pub ran_out: Option<i64>,
    /// The account on the other side.
    pub other: AccountId,
    /// The document that it is about.
    pub document: Option<(DocumentId, DocumentKind, Option<Number>)>,
}

impl From<&StatementRow> for StatementKey {
    fn from(it: &StatementRow) -> Self {
        Self { value_on: it.value_on, id: it.id }
    }
}

/// What was given to an account and taken from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Sides {
    /// How many transfers.
    pub count: i64,
    /// What was given to it.
    pub debits: i64,
    /// What was taken from it.
    pub credits: i64,
}

macro_rules! listed_accounts {
    () => {
        "select listed.* from (select ledger_account.id, ledger_account.organisation_id, ledger_account.facility_id, \
         ledger_account.kind, ledger_account.asset, ledger_account.person_id, ledger_account.company_id, \
         ledger_account.unit_id, ledger_account.component, ledger_account.vat, ledger_account.balance_limit, ledger_account.debits_pending, \
         ledger_account.debits_posted, ledger_account.credits_pending, ledger_account.credits_posted, \
         person.given_name, person.family_name, person.protected_identity, company.name as company, unit.code as unit_code, \
         cast(case ledger_account.kind when 'receivable' then 1 when 'prepaid' then 2 when 'bank' then 3 \
         when 'cash' then 3 when 'suspense' then 4 when 'revenue' then 5 when 'vat' then 6 \
         when 'rounding' then 7 else 8 end as bigint) \
         as rank, coalesce(person.sort_key, company.sort_key, $1) as sort_key from ledger_account \
         left join person on person.id = ledger_account.person_id \
         left join company on company.id = ledger_account.company_id \
         left join unit on unit.id = ledger_account.unit_id) listed"
    };
}

/// What a filter leaves.
macro_rules! narrowed {
    () => {
        "(kind = $4 or $4 is null) and ($5 = false or debits_posted <> credits_posted \
         or debits_pending + credits_pending > 0) and (person_id = $6 \
         or person_id in (select person.id from person where person.merged_into_id = $6) or $6 is null)"
    };
}

/// Final transfers of an account with the side that they stand on, between two days and beyond one of them; and what was held
/// there and ran out, which moves nothing.
macro_rules! moved {
    () => {
        "(select id, value_on, booked_on, created_at, code, case when step = 'expire' then 0 else amount end as debit, \
         amount - amount as credit, credit_id as other_id, document_id, \
         case when step = 'expire' then amount end as ran_out from ledger_transfer \
         where debit_id = $1 and step in ('posted', 'post', 'expire') and value_on >= $2 and value_on <= $3 \
         union all select id, value_on, booked_on, created_at, code, amount - amount, \
         case when step = 'expire' then 0 else amount end, debit_id, document_id, \
         case when step = 'expire' then amount end from ledger_transfer \
         where credit_id = $1 and step in ('posted', 'post', 'expire') and value_on >= $2 and value_on <= $3) moved"
    };
}

#[derive(FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    account: AccountRow,
    given_name: Option<String>,
    family_name: Option<String>,
    protected_identity: Option<bool>,
    company: Option<String>,
    unit_code: Option<String>,
    rank: i64,
    sort_key: Vec<u8>,
}

impl TryFrom<ListedRow> for ListedAccount {
    type Error = crate::error::StoreError;

    fn try_from(row: ListedRow) -> Result<Self> {
        let kept = KeptAccount::try_from(row.account)?;
        let holder = row.given_name.zip(row.family_name).zip(row.protected_identity);
        Ok(Self {
            kept,
            holder: holder.map(|((given, family), veil)| (given, family, veil)),
            company: row.company,
            unit_code: row.unit_code,
            key: AccountKey { rank: row.rank, sort_key: row.sort_key, id: kept.id },
        })
    }
}

#[derive(FromRow)]
struct MovedRow {
    id: Uuid,
    value_on: NaiveDate,
    booked_on: Option<NaiveDate>,
    created_at: DateTime<Utc>,
    code: String,
    debit: i64,
    credit: i64,
    ran_out: Option<i64>,
    other_id: Uuid,
    document_id: Option<Uuid>,
    document_kind: Option<String>,
    fiscal_year: Option<i64>,
    place: Option<i64>,
}

impl TryFrom<MovedRow> for StatementRow {
    type Error = crate::error::StoreError;

    fn try_from(row: MovedRow) -> Result<Self> {
        let kind = row.document_kind.as_deref().map(DocumentKind::from_word);
        let kind = kind.map(|kind| kind.ok_or_else(|| unreadable_transfer("document_id"))).transpose()?;
        let number = crate::document::numbered(row.fiscal_year, row.place)?;
        Ok(Self {
            id: TransferId(row.id),
            value_on: row.value_on,
            booked_on: row.booked_on,
            created_at: row.created_at,
            code: TransferCode::from_word(&row.code).ok_or_else(|| unreadable_transfer("code"))?,
            debit: row.debit,
            credit: row.credit,
            ran_out: row.ran_out,
            other: AccountId(row.other_id),
            document: row.document_id.map(DocumentId).zip(kind).map(|(id, kind)| (id, kind, number)),
        })
    }
}

/// The first two bounds that every list of accounts has, and what its filter says.
fn bind_filter<'c>(statement: Statement<'c>, filter: &AccountFilter) -> Statement<'c> {
    statement
        .bind(Vec::<u8>::new())
        .bind(Json(filter.facilities.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .bind(Json(filter.organisations.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .bind(filter.kind.map(AccountKind::word))
        .bind(filter.unsettled)
        .bind(filter.person.map(PersonId::uuid))
}

impl Conn {
    /// Accounts: what is owed by name first, and then the organisation's own.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn list_accounts(
        &mut self,
        filter: &AccountFilter,
        after: Option<&AccountKey>,
        limit: i64,
    ) -> Result<Page<ListedAccount>> {
        let statement = self.sql(text![
            [listed_accounts] "where (facility_id in" [ids "$2"]
            "or (facility_id is null and organisation_id in" [ids "$3"] "))"
            "and" [narrowed] "and (rank, sort_key, id) > ($7, $8, $9) order by rank, sort_key, id limit $10"
        ]);
        let start = AccountKey { rank: 0, sort_key: Vec::new(), id: AccountId(Uuid::nil()) };
        let AccountKey { rank, sort_key, id } = after.unwrap_or(&start);
        let rows: Vec<ListedRow> = bind_filter(statement, filter)
            .bind(*rank)
            .bind(sort_key.clone())
            .bind(id.uuid())
            .bind(limit + 1)
            .all()
            .await?;
        let rows = rows.into_iter().map(ListedAccount::try_from).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(rows, limit))
    }

    /// How many accounts the filter leaves.
    pub async fn count_accounts(&mut self, filter: &AccountFilter) -> Result<Total> {
        let statement = self.sql(text![
            "select count(*) from (" [listed_accounts] "where (facility_id in" [ids "$2"]
            "or (facility_id is null and organisation_id in" [ids "$3"] "))"
            "and" [narrowed] "limit $7) counted"
        ]);
        let (count,): (i64,) = bind_filter(statement, filter).bind(Total::CEILING + 1).one().await?;
        Ok(Total::counted(count))
    }

    /// Accounts with the names of whose they are, by their ids.
    pub async fn named_accounts(
        &mut self,
        ids: impl IntoIterator<Item = AccountId>,
    ) -> Result<HashMap<AccountId, ListedAccount>> {
        let ids: BTreeSet<Uuid> = ids.into_iter().map(AccountId::uuid).collect();
        let rows: Vec<ListedRow> = self
            .sql(text![[listed_accounts] "where id in" [ids "$2"]])
            .bind(Vec::<u8>::new())
            .bind(Json(ids))
            .all()
            .await?;
        rows.into_iter().map(|row| ListedAccount::try_from(row).map(|it| (it.kept.id, it))).collect()
    }

    /// What was moved on an account from a day to a day, in the order in which it counts.
    pub async fn account_statement(
        &mut self,
        account: AccountId,
        (from, to): (NaiveDate, NaiveDate),
        after: Option<StatementKey>,
        limit: i64,
    ) -> Result<Page<StatementRow>> {
        let start = StatementKey { value_on: from, id: TransferId(Uuid::nil()) };
        let StatementKey { value_on, id } = after.unwrap_or(start);
        let rows: Vec<MovedRow> = self
            .sql(text![
                "select moved.*, document.kind as document_kind, document.fiscal_year, document.place from" [moved]
                "left join document on document.id = moved.document_id"
                "where (moved.value_on, moved.id) > ($4, $5) order by moved.value_on, moved.id limit $6"
            ])
            .bind(account.uuid())
            .bind(from)
            .bind(to)
            .bind(value_on)
            .bind(id.uuid())
            .bind(limit + 1)
            .all()
            .await?;
        let rows = rows.into_iter().map(StatementRow::try_from).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(rows, limit))
    }

    /// What was moved on an account from a day to a day, added up; of the last day only as far as a transfer, if one is given.
    pub async fn sides(
        &mut self,
        account: AccountId,
        (from, to): (NaiveDate, NaiveDate),
        through: Option<TransferId>,
    ) -> Result<Sides> {
        self.sql(text![
            "select count(*) as count, cast(coalesce(sum(debit), 0) as bigint) as debits,"
            "cast(coalesce(sum(credit), 0) as bigint) as credits from" [moved]
            "where (moved.value_on, moved.id) <= ($3, $4)"
        ])
        .bind(account.uuid())
        .bind(from)
        .bind(to)
        .bind(through.map_or(Uuid::max(), TransferId::uuid))
        .one()
        .await
    }
}
