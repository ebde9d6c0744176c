//! Transfers are made: all of them or none, each once, and never past a limit.

use super::KeptAccount;
use super::ground::Ground;
use crate::engine::{Tx, text};
use crate::error::{Result, StoreError};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::{BTreeMap, HashMap};
use stolpe_domain::id::{AccountId, DocumentId, LoginId, OrganisationId, TransferId};
use stolpe_domain::ledger::{Account, Balance, BalanceRefusal, Step, Transfer, TransferCode, entries};
use uuid::Uuid;

/// A transfer with why it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// What is moved.
    pub transfer: Transfer,
    /// In whose books.
    pub organisation_id: OrganisationId,
    /// Why.
    pub code: TransferCode,
    /// The document that it is about.
    pub document_id: Option<DocumentId>,
    /// The payment that it books.
    pub payment_id: Option<Uuid>,
    /// The day on which it counts.
    pub value_on: NaiveDate,
    /// For how long it is held, of one that is pending; for good unless somebody resolves it, when that is left out.
    pub held_for: Option<TimeDelta>,
    /// Says in the organisation's books that this is the same wish: it is carried out once.
    pub key: String,
    /// Who wanted it; nobody, if it was the product.
    pub made_by: Option<LoginId>,
}

/// What came of transfers that were wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// How many were made.
    pub made: usize,
    /// How many had been made before: nothing was moved for them.
    pub known: usize,
}

/// Why nothing was moved.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// An account does not take it.
    #[error("the account {account} refuses the transfer")]
    Refused {
        /// Which one.
        account: AccountId,
        /// Why.
        #[source]
        refusal: BalanceRefusal,
    },
    /// There is a transfer by this key that moved something else.
    #[error("another transfer has the key {0}")]
    OtherContent(String),
    /// What is to be resolved is not held: it has become something, was never pending, or held something else.
    #[error("nothing is held by the transfer {0}")]
    NotHeld(TransferId),
    /// It is not the time for it: what has run out is not posted any more, and nothing runs out before.
    #[error("it is not the time to resolve the transfer {0} so")]
    NotNow(TransferId),
    /// An account is of another organisation or asset, was not named, or is both sides.
    #[error("the transfer {0} does not fit its accounts")]
    Misfit(TransferId),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(FromRow)]
struct KnownRow {
    organisation_id: Uuid,
    idempotency_key: String,
    debit_id: Uuid,
    credit_id: Uuid,
    amount: i64,
    step: String,
    resolves_id: Option<Uuid>,
    code: String,
    document_id: Option<Uuid>,
    payment_id: Option<Uuid>,
    value_on: NaiveDate,
}

impl KnownRow {
    /// Whether it is what is wanted. When and by whom it is wanted again makes no difference.
    fn is(&self, it: &Booked) -> bool {
        let Transfer { debit, credit, amount, step, resolves, .. } = &it.transfer;
        (self.debit_id, self.credit_id, self.amount) == (debit.uuid(), credit.uuid(), amount.smallest())
            && (&*self.step, self.resolves_id) == (step.word(), resolves.map(TransferId::uuid))
            && (&*self.code, self.value_on) == (it.code.word(), it.value_on)
            && (self.document_id, self.payment_id) == (it.document_id.map(DocumentId::uuid), it.payment_id)
    }
}

impl Tx {
    /// Moves all of it or nothing. What counts on a day of a locked month stands in the books on the first day that is open.
    /// A transfer that was made before by the same key is left as it is; one that fails leaves
    /// the transaction without any of them, and whoever began it rolls back what else it did.
    ///
    /// `accounts` are opened where they are used for the first time; those that are there need not be given. Balances
    /// are read, judged and written while the accounts are held, so that a limit is tested with everything that anybody else
    /// has moved or holds. A transaction calls this once: a second call might wait for somebody who waits for the first.
    ///
    /// # Errors
    /// [`MoveError`].
    pub async fn move_all(
        &mut self,
        accounts: &[Account],
        all: &[Booked],
        at: DateTime<Utc>,
    ) -> Result<Moved, MoveError> {
        if all.is_empty() {
            return Ok(Moved::default());
        }
        let named = all.iter().flat_map(|it| [it.transfer.debit, it.transfer.credit]);
        let Ground { books, accounts: held } =
            self.hold_ground(all.iter().map(|it| it.organisation_id), accounts, named, at).await?;
        let asked = each_once(all)?;
        // Nearly always nothing of it was made before, and the database says so while it takes it in. What resolves something
        // finds it resolved if it was.
        let resolves = asked.iter().any(|it| it.transfer.resolves.is_some());
        if !resolves
            && let Ok(after) = judged(&asked, &held)
            && self.insert_unknown(&asked, &books, at).await?
        {
            self.put_balances(&held, &after).await?;
            self.note_moved(all);
            return Ok(Moved { made: asked.len(), known: all.len() - asked.len() });
        }
        let known = self.known_transfers(&asked).await?;
        let mut fresh: Vec<&Booked> = Vec::with_capacity(asked.len());
        for it in asked {
            match known.get(&(it.organisation_id.uuid(), it.key.clone())) {
                Some(known) if known.is(it) => {}
                Some(_) => return Err(MoveError::OtherContent(it.key.clone())),
                None => fresh.push(it),
            }
        }
        self.check_holds(&fresh, at).await?;
        let after = judged(&fresh, &held)?;
        if !fresh.is_empty() {
            if !self.insert_unknown(&fresh, &books, at).await? {
                return Err(StoreError::Taken("transfer.exists").into());
            }
            self.put_balances(&held, &after).await?;
        }
        self.note_moved(all);
        Ok(Moved { made: fresh.len(), known: all.len() - fresh.len() })
    }

    /// The transfers that were made before by the keys of these.
    async fn known_transfers(&mut self, all: &[&Booked]) -> Result<HashMap<(Uuid, String), KnownRow>> {
        let row =
            |it: &&Booked| json!({"organisation_id": it.organisation_id.uuid().simple().to_string(), "key": it.key});
        let rows: Vec<KnownRow> = self
            .sql(text![
                "select organisation_id, idempotency_key, debit_id, credit_id, amount, step, resolves_id, code,"
                "document_id, payment_id, value_on from ledger_transfer where (organisation_id, idempotency_key) in"
                // Without being told how many, Postgres takes a hundred for granted and reads a short ledger whole.
                "(select" [uuid "organisation_id"] "," [string "key"] "from" [rows "$1"] "limit $2)"
            ])
            .bind(Json(all.iter().map(row).collect::<Vec<_>>()))
            .bind(i64::try_from(all.len()).unwrap_or(i64::MAX))
            .all()
            .await?;
        Ok(rows.into_iter().map(|row| ((row.organisation_id, row.idempotency_key.clone()), row)).collect())
    }

    /// Sees to it that what is to be resolved is held, and as it is said to be.
    async fn check_holds(&mut self, all: &[&Booked], at: DateTime<Utc>) -> Result<(), MoveError> {
        for it in all {
            let Some(resolved) = it.transfer.resolves else { continue };
            let (hold, runs_out_at) = self.timed_hold(resolved).await?.ok_or(MoveError::NotHeld(resolved))?;
            let Transfer { debit, credit, asset, amount, step, .. } = it.transfer;
            let as_held = (hold.debit, hold.credit, hold.asset) == (debit, credit, asset)
                && step.held() == Some(hold.amount)
                && amount <= hold.amount;
            if !as_held {
                return Err(MoveError::NotHeld(resolved));
            }
            // The time decides, and not who comes first: otherwise it would be luck whether what has run out is posted.
            let has_run_out = runs_out_at.is_some_and(|runs_out_at| runs_out_at <= at);
            let in_time = match step {
                Step::Post { .. } => !has_run_out,
                Step::Expire { .. } => has_run_out,
                Step::Posted | Step::Pending | Step::Void { .. } => true,
            };
            if !in_time {
                return Err(MoveError::NotNow(resolved));
            }
        }
        Ok(())
    }
}

/// What is wanted, each wish once.
fn each_once(all: &[Booked]) -> Result<Vec<&Booked>, MoveError> {
    let mut wanted: HashMap<(OrganisationId, &str), &Booked> = HashMap::with_capacity(all.len());
    let mut asked = Vec::with_capacity(all.len());
    for it in all {
        let Some(other) = wanted.insert((it.organisation_id, &*it.key), it) else {
            asked.push(it);
            continue;
        };
        let same = (other.transfer.debit, other.transfer.credit, other.transfer.amount)
            == (it.transfer.debit, it.transfer.credit, it.transfer.amount)
            && (other.code, other.value_on) == (it.code, it.value_on);
        if !same {
            return Err(MoveError::OtherContent(it.key.clone()));
        }
    }
    Ok(asked)
}

/// What the accounts hold once all of it is moved, in this order.
fn judged(all: &[&Booked], held: &HashMap<AccountId, KeptAccount>) -> Result<BTreeMap<AccountId, Balance>, MoveError> {
    let mut after: BTreeMap<AccountId, Balance> = BTreeMap::new();
    for it in all {
        if !fits(it, held) {
            return Err(MoveError::Misfit(it.transfer.id));
        }
        for entry in entries(&it.transfer) {
            let account = held.get(&entry.account).ok_or(MoveError::Misfit(it.transfer.id))?;
            let balance = after.get(&entry.account).copied().unwrap_or(account.balance);
            let balance = balance
                .after(entry.side, entry.step, entry.amount, account.limit)
                .map_err(|refusal| MoveError::Refused { account: entry.account, refusal })?;
            after.insert(entry.account, balance);
        }
    }
    Ok(after)
}

/// Whether both accounts are those of its organisation and count what it moves, and it names what it resolves.
fn fits(it: &Booked, held: &HashMap<AccountId, KeptAccount>) -> bool {
    let Transfer { debit, credit, asset, step, resolves, .. } = &it.transfer;
    let of_this = |id: &AccountId| {
        held.get(id)
            .is_some_and(|kept| (kept.account.organisation_id, kept.account.asset) == (it.organisation_id, *asset))
    };
    debit != credit && of_this(debit) && of_this(credit) && step.held().is_some() == resolves.is_some()
}
