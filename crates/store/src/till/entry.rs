//! What was taken at the counter, paid out and taken back, and what that has moved.

use crate::document::numbered;
use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique as _, Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use stolpe_domain::document::Number;
use stolpe_domain::id::{AccountId, DocumentId, NoticeId, OrganisationId, PayoutId, PersonId, TillEntryId, TillId};
use stolpe_domain::ledger::{Amount, Asset};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::till::{TillEntry, TillEntryKind, TillMeans};
use uuid::Uuid;

/// An entry of a till.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptTillEntry {
    /// Its id, by which the ledger knows it.
    pub id: TillEntryId,
    /// Whose money it is about.
    pub organisation_id: OrganisationId,
    /// In which till.
    pub till_id: TillId,
    /// Its place in the till, from 1.
    pub place: i64,
    /// What it is.
    pub entry: TillEntry,
    /// Who has paid, or got money.
    pub person_id: PersonId,
    /// What the card terminal calls it.
    pub terminal_reference: Option<String>,
    /// The entry that it takes back.
    pub takes_back: Option<TillEntryId>,
    /// The entry that has taken it back.
    pub taken_back_by: Option<TakenBackBy>,
    /// The payout that it hands over.
    pub payout_id: Option<PayoutId>,
    /// Why it was taken back.
    pub reason: Option<String>,
    /// The day on which it counts.
    pub taken_on: NaiveDate,
    /// What is printed on the receipt, as JSON of whoever prints.
    pub printed: String,
    /// The message that brought the receipt.
    pub notice_id: Option<NoticeId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The entry that took another one back: in the same till, or in one that was open when that was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenBackBy {
    /// The entry.
    pub entry: TillEntryId,
    /// The till that it stands in.
    pub till: TillId,
    /// The number of its receipt.
    pub number: Number,
}

/// What an entry has moved between two accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovedAtTill {
    /// To whom it was given.
    pub debit: AccountId,
    /// From whom it was taken.
    pub credit: AccountId,
    /// How much.
    pub amount: Amount,
    /// Of what.
    pub asset: Asset,
    /// The document that it is about.
    pub document: Option<DocumentId>,
}

macro_rules! kept_entries {
    () => {
        "select till_entry.id, till_entry.organisation_id, till_entry.till_id, till_entry.place, till_entry.kind, \
         till_entry.means, till_entry.person_id, till_entry.currency, till_entry.amount_minor, till_entry.rounding_minor, \
         till_entry.prepaid_minor, till_entry.terminal_reference, till_entry.takes_back_id, later.id as taken_back_by_id, \
         later.till_id as later_till_id, later.fiscal_year as later_fiscal_year, later.receipt_place as later_place, \
         till_entry.reason, till_entry.fiscal_year, till_entry.receipt_place, till_entry.taken_on, till_entry.printed, \
         till_entry.notice_id, till_entry.created_at, till_entry.payout_id from till_entry \
         left join till_entry later on later.takes_back_id = till_entry.id"
    };
}

#[derive(FromRow)]
struct EntryRow {
    id: Uuid,
    organisation_id: Uuid,
    till_id: Uuid,
    place: i64,
    kind: String,
    means: String,
    person_id: Uuid,
    currency: String,
    amount_minor: i64,
    rounding_minor: i64,
    prepaid_minor: i64,
    terminal_reference: Option<String>,
    takes_back_id: Option<Uuid>,
    taken_back_by_id: Option<Uuid>,
    later_till_id: Option<Uuid>,
    later_fiscal_year: Option<i64>,
    later_place: Option<i64>,
    reason: Option<String>,
    fiscal_year: i64,
    receipt_place: i64,
    taken_on: NaiveDate,
    printed: String,
    notice_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    payout_id: Option<Uuid>,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "till_entry", column }
}

impl TryFrom<EntryRow> for KeptTillEntry {
    type Error = StoreError;

    fn try_from(row: EntryRow) -> Result<Self> {
        let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
        let number = numbered(Some(row.fiscal_year), Some(row.receipt_place))?;
        let later = row.taken_back_by_id.zip(row.later_till_id);
        let later = later.zip(numbered(row.later_fiscal_year, row.later_place)?);
        let taken_back_by =
            later.map(|((entry, till), number)| TakenBackBy { entry: TillEntryId(entry), till: TillId(till), number });
        Ok(Self {
            id: TillEntryId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            till_id: TillId(row.till_id),
            place: row.place,
            entry: TillEntry {
                kind: TillEntryKind::from_word(&row.kind).ok_or_else(|| unreadable("kind"))?,
                means: TillMeans::from_word(&row.means).ok_or_else(|| unreadable("means"))?,
                amount: Money::of_minor(row.amount_minor, currency),
                rounding: Money::of_minor(row.rounding_minor, currency),
                prepaid: Money::of_minor(row.prepaid_minor, currency),
                number: number.ok_or_else(|| unreadable("receipt_place"))?,
            },
            person_id: PersonId(row.person_id),
            terminal_reference: row.terminal_reference,
            takes_back: row.takes_back_id.map(TillEntryId),
            taken_back_by,
            payout_id: row.payout_id.map(PayoutId),
            reason: row.reason,
            taken_on: row.taken_on,
            printed: row.printed,
            notice_id: row.notice_id.map(NoticeId),
            created_at: row.created_at,
        })
    }
}

impl Conn {
    /// The entry with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_till_entry(&mut self, id: TillEntryId) -> Result<Option<KeptTillEntry>> {
        self.sql(text![[kept_entries] "where till_entry.id = $1"])
            .bind(id.uuid())
            .optional::<EntryRow>()
            .await?
            .map(KeptTillEntry::try_from)
            .transpose()
    }

    /// The entry whose receipt a message brings.
    pub async fn till_entry_of_notice(&mut self, notice: NoticeId) -> Result<Option<KeptTillEntry>> {
        self.sql(text![[kept_entries] "where till_entry.notice_id = $1"])
            .bind(notice.uuid())
            .optional::<EntryRow>()
            .await?
            .map(KeptTillEntry::try_from)
            .transpose()
    }

    /// What was entered in a till, in the order in which it was.
    pub async fn till_entries(&mut self, till: TillId) -> Result<Vec<KeptTillEntry>> {
        let rows: Vec<EntryRow> = self
            .sql(text![[kept_entries] "where till_entry.till_id = $1 order by till_entry.place"])
            .bind(till.uuid())
            .all()
            .await?;
        rows.into_iter().map(KeptTillEntry::try_from).collect()
    }

    /// What an entry has moved, in the order in which it did.
    pub async fn moved_at_till(&mut self, entry: TillEntryId) -> Result<Vec<MovedAtTill>> {
        let rows: Vec<(Uuid, Uuid, i64, String, Option<Uuid>)> = self
            .sql(
                "select debit_id, credit_id, amount, ledger_account.asset, document_id from ledger_transfer \
                 join ledger_account on ledger_account.id = debit_id where payment_id = $1 order by ledger_transfer.id",
            )
            .bind(entry.uuid())
            .all()
            .await?;
        rows.into_iter()
            .map(|(debit, credit, amount, asset, document)| {
                Ok(MovedAtTill {
                    debit: AccountId(debit),
                    credit: AccountId(credit),
                    amount: Amount::new(amount).ok_or_else(|| unreadable("amount_minor"))?,
                    asset: Asset::from_word(&asset).ok_or_else(|| unreadable("currency"))?,
                    document: document.map(DocumentId),
                })
            })
            .collect()
    }
}

impl Tx {
    /// Adds an entry.
    ///
    /// # Errors
    /// [`StoreError::Taken`] `till.taken_back` when it takes back what was taken back.
    pub async fn insert_till_entry(&mut self, it: &KeptTillEntry) -> Result<()> {
        self.change(
            "insert into till_entry (id, organisation_id, till_id, place, kind, means, person_id, currency, amount_minor, \
             rounding_minor, prepaid_minor, terminal_reference, takes_back_id, reason, fiscal_year, receipt_place, taken_on, \
             printed, notice_id, created_at, payout_id) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(it.till_id.uuid())
        .bind(it.place)
        .bind(it.entry.kind.word())
        .bind(it.entry.means.word())
        .bind(it.person_id.uuid())
        .bind(it.entry.amount.currency.code())
        .bind(it.entry.amount.minor)
        .bind(it.entry.rounding.minor)
        .bind(it.entry.prepaid.minor)
        .bind(it.terminal_reference.as_deref())
        .bind(it.takes_back.map(TillEntryId::uuid))
        .bind(it.reason.as_deref())
        .bind(i64::from(it.entry.number.year.0))
        .bind(it.entry.number.place)
        .bind(it.taken_on)
        .bind(it.printed.as_str())
        .bind(it.notice_id.map(NoticeId::uuid))
        .bind(it.created_at)
        .bind(it.payout_id.map(PayoutId::uuid))
        .run()
        .await
        .on_unique("till.taken_back")?
        .one("till_entry")
    }
}
