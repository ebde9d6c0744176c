//! What is written down of transfers that are made: themselves, and the balances of their accounts.
//!
//! Most postings are one transfer between two accounts, and everybody waits for the account of the bank meanwhile. Postgres
//! plans a statement that unfolds its rows from JSON for a third of a millisecond each time; a plain one takes a tenth of it.

use super::KeptAccount;
use super::moving::Booked;
use crate::engine::{Tx, instant, text};
use crate::error::{OnUnique as _, Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::types::Json;
use std::collections::{BTreeMap, HashMap};
use stolpe_domain::bookkeeping::OpenFrom;
use stolpe_domain::id::{AccountId, DocumentId, LoginId, OrganisationId, TransferId};
use stolpe_domain::ledger::{Amount, Balance, Step, Transfer};
use uuid::Uuid;

/// So many balances are quicker written one by one.
const FEW: usize = 2;

macro_rules! written_columns {
    () => {
        "id, organisation_id, debit_id, credit_id, amount, step, resolves_id, held, code, document_id, payment_id, value_on, \
         booked_on, expires_at, idempotency_key, made_by_login_id, created_at"
    };
}

/// What a transfer is written down with besides itself.
struct Dated {
    /// On which day it stands in the books, where that is another one than that on which it counts.
    booked_on: Option<NaiveDate>,
    /// When it runs out.
    expires_at: Option<DateTime<Utc>>,
}

impl Dated {
    fn of(it: &Booked, books: &HashMap<OrganisationId, OpenFrom>, at: DateTime<Utc>) -> Self {
        let booked_on = books.get(&it.organisation_id).map(|open| open.booked_on(it.value_on));
        let held_for = it.held_for.filter(|_| it.transfer.step == Step::Pending);
        Self {
            booked_on: booked_on.filter(|on| *on != it.value_on),
            expires_at: held_for.and_then(|held_for| at.checked_add_signed(held_for)),
        }
    }
}

impl Tx {
    /// Writes balances where they still are what they were: they are held, so anything else is a fault of ours.
    pub(super) async fn put_balances(
        &mut self,
        before: &HashMap<AccountId, KeptAccount>,
        after: &BTreeMap<AccountId, Balance>,
    ) -> Result<()> {
        let changed = || after.iter().filter_map(|(id, now)| Some((id, before.get(id)?.balance, now)));
        if after.len() <= FEW {
            for (id, was, now) in changed() {
                self.put_balance(*id, was, *now).await?;
            }
            return Ok(());
        }
        let rows: Vec<_> = changed()
            .map(|(id, was, now)| {
                json!({
                    "id": id.uuid().simple().to_string(), "debits_pending": now.debits_pending,
                    "debits_posted": now.debits_posted, "credits_pending": now.credits_pending,
                    "credits_posted": now.credits_posted, "was_debits_pending": was.debits_pending,
                    "was_debits_posted": was.debits_posted, "was_credits_pending": was.credits_pending,
                    "was_credits_posted": was.credits_posted,
                })
            })
            .collect();
        let count = rows.len() as u64;
        let written = self
            .change(text![
                "update ledger_account set debits_pending =" [integer "debits_pending"]
                ", debits_posted =" [integer "debits_posted"] ", credits_pending =" [integer "credits_pending"]
                ", credits_posted =" [integer "credits_posted"] "from" [rows "$1"]
                "where ledger_account.id =" [uuid "id"]
                "and ledger_account.debits_pending =" [integer "was_debits_pending"]
                "and ledger_account.debits_posted =" [integer "was_debits_posted"]
                "and ledger_account.credits_pending =" [integer "was_credits_pending"]
                "and ledger_account.credits_posted =" [integer "was_credits_posted"]
            ])
            .bind(Json(rows))
            .run()
            .await?;
        if written.any() == count { Ok(()) } else { Err(StoreError::Changed) }
    }

    async fn put_balance(&mut self, id: AccountId, was: Balance, now: Balance) -> Result<()> {
        let written = self
            .change(
                "update ledger_account set debits_pending = $2, debits_posted = $3, credits_pending = $4, credits_posted = $5 \
                 where id = $1 and debits_pending = $6 and debits_posted = $7 and credits_pending = $8 and credits_posted = $9",
            )
            .bind(id.uuid())
            .bind(now.debits_pending)
            .bind(now.debits_posted)
            .bind(now.credits_pending)
            .bind(now.credits_posted)
            .bind(was.debits_pending)
            .bind(was.debits_posted)
            .bind(was.credits_pending)
            .bind(was.credits_posted)
            .run()
            .await?;
        if written.any() == 1 { Ok(()) } else { Err(StoreError::Changed) }
    }

    /// Writes transfers down, unless the key of one of them is known: then none, and it answers `false`.
    pub(super) async fn insert_unknown(
        &mut self,
        all: &[&Booked],
        books: &HashMap<OrganisationId, OpenFrom>,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        if let [only] = all {
            return self.insert_one(only, &Dated::of(only, books, at), at).await;
        }
        let hex = |id: Uuid| id.simple().to_string();
        let row = |it: &&Booked| {
            let dated = Dated::of(it, books, at);
            let Transfer { id, debit, credit, amount, step, resolves, .. } = &it.transfer;
            json!({
                "id": hex(id.uuid()), "organisation_id": hex(it.organisation_id.uuid()), "debit_id": hex(debit.uuid()),
                "credit_id": hex(credit.uuid()), "amount": amount.smallest(), "step": step.word(),
                "resolves_id": resolves.map(|id| hex(id.uuid())), "held": step.held().map(Amount::smallest),
                "code": it.code.word(), "document_id": it.document_id.map(|id| hex(id.uuid())),
                "payment_id": it.payment_id.map(hex), "value_on": it.value_on, "booked_on": dated.booked_on,
                "expires_at": dated.expires_at.map(instant), "key": it.key,
                "made_by": it.made_by.map(|id| hex(id.uuid())),
            })
        };
        let written = self.change(text![
            "insert into ledger_transfer (" [written_columns] ") select"
            [uuid "id"] "," [uuid "organisation_id"] "," [uuid "debit_id"] "," [uuid "credit_id"] ","
            [integer "amount"] "," [string "step"] "," [uuid "resolves_id"] "," [integer "held"] ","
            [string "code"] "," [uuid "document_id"] "," [uuid "payment_id"] "," [day "value_on"] "," [day "booked_on"] ","
            [instant "expires_at"] "," [string "key"] "," [uuid "made_by"] ", $2 from" [rows "$1"]
            "where not exists (select 1 from ledger_transfer where (organisation_id, idempotency_key) in"
            // Without being told how many, Postgres takes a hundred for granted and reads a short ledger whole.
            "(select" [uuid "organisation_id"] "," [string "key"] "from" [rows "$1"] "limit $3))"
        ])
        .bind(Json(all.iter().map(row).collect::<Vec<_>>()))
        .bind(at)
        .bind(i64::try_from(all.len()).unwrap_or(i64::MAX))
        .run()
        .await
        .on_unique("transfer.exists")?;
        Ok(written.any() == all.len() as u64)
    }

    async fn insert_one(&mut self, it: &Booked, dated: &Dated, at: DateTime<Utc>) -> Result<bool> {
        let Transfer { id, debit, credit, amount, step, resolves, .. } = &it.transfer;
        let written = self
            .change(text![
                "insert into ledger_transfer (" [written_columns] ")"
                "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
                "on conflict (organisation_id, idempotency_key) do nothing"
            ])
            .bind(id.uuid())
            .bind(it.organisation_id.uuid())
            .bind(debit.uuid())
            .bind(credit.uuid())
            .bind(amount.smallest())
            .bind(step.word())
            .bind(resolves.map(TransferId::uuid))
            .bind(step.held().map(Amount::smallest))
            .bind(it.code.word())
            .bind(it.document_id.map(DocumentId::uuid))
            .bind(it.payment_id)
            .bind(it.value_on)
            .bind(dated.booked_on)
            .bind(dated.expires_at)
            .bind(&*it.key)
            .bind(it.made_by.map(LoginId::uuid))
            .bind(at)
            .run()
            .await
            .on_unique("transfer.exists")?;
        Ok(written.any() == 1)
    }
}
