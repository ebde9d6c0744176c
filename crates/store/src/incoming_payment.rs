//! Files of banks that were taken in, and the payments that they tell of. What a payment has settled is read from the ledger.

mod deposit;
mod list;
mod payable;

pub use deposit::ToldDeposit;
pub use list::{IncomingPaymentFilter, IncomingPaymentKey, IncomingSums};
pub use payable::PayableDocument;

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique as _, Result, StoreError};
use crate::page::{END_OF_TIME, Page};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::HashSet;
use stolpe_domain::id::{BankFileId, DocumentId, IncomingPaymentId, LoginId, OrganisationId};
use stolpe_domain::incoming_payment::{BankFileKind, Outcome, PaymentKind};
use stolpe_domain::money::{Currency, Money};
use uuid::Uuid;

macro_rules! file_columns {
    () => {
        "bank_file.id, bank_file.organisation_id, kind, name, sender_id, written_on, skipped, known_count, \
         taken_by_login_id, bank_file.created_at, person.given_name, person.family_name, \
         (select count(*) from incoming_payment where bank_file_id = bank_file.id) as payment_count"
    };
}

macro_rules! with_who {
    () => {
        "left join login on login.id = bank_file.taken_by_login_id left join person on person.id = login.person_id"
    };
}

macro_rules! payment_columns {
    () => {
        "id, organisation_id, bank_file_id, bank_key, kind, outcome, currency, amount_minor, left_minor, booked_on, \
         account, deposit, payer, payer_account, told, line, lines, same_as_id, row_version"
    };
}
use payment_columns;

/// A file of a bank that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankFile {
    /// Its id.
    pub id: BankFileId,
    /// Whose account it tells of.
    pub organisation_id: OrganisationId,
    /// What it is.
    pub kind: BankFileKind,
    /// Its name, as it lay on somebody's computer.
    pub name: String,
    /// What the sender calls it.
    pub sender_id: String,
    /// When the sender wrote it.
    pub written_on: Option<NaiveDate>,
    /// What is in it and no incoming payment, as JSON of whoever reads.
    pub skipped: String,
    /// How many of its payments were known from other files.
    pub known_count: i64,
    /// Who took it in.
    pub taken_by: Option<LoginId>,
    /// What they are called.
    pub taken_by_name: Option<String>,
    /// When it was taken in.
    pub created_at: DateTime<Utc>,
    /// How many payments came with it.
    pub payment_count: i64,
}

/// Where a list of files goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BankFilePlace {
    /// When the last one was taken in.
    pub created_at: DateTime<Utc>,
    /// Its id.
    pub id: BankFileId,
}

/// A payment that a bank has reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingPayment {
    /// Its id.
    pub id: IncomingPaymentId,
    /// Who was paid.
    pub organisation_id: OrganisationId,
    /// The file that it came with.
    pub bank_file_id: BankFileId,
    /// The same for the same payment in every file.
    pub bank_key: String,
    /// Which way it goes.
    pub kind: PaymentKind,
    /// How it came out when it was taken in.
    pub outcome: Outcome,
    /// How much.
    pub amount: Money,
    /// What is left of it for somebody to decide.
    pub left: Money,
    /// When the bank booked it.
    pub booked_on: NaiveDate,
    /// The account that it reached.
    pub account: String,
    /// What the bank calls the deposit that it came with.
    pub deposit: String,
    /// Who has paid.
    pub payer: Option<String>,
    /// From where.
    pub payer_account: Option<String>,
    /// What it refers to and what the payer wrote, as JSON of whoever reads.
    pub told: String,
    /// On which line of the file it begins.
    pub line: i64,
    /// The lines of the file, as JSON.
    pub lines: String,
    /// The first payment of the deposit of another file that this is the sum of: then that is booked, and this is not.
    pub same_as: Option<IncomingPaymentId>,
    /// Counts changes.
    pub row_version: i64,
}

#[derive(FromRow)]
struct FileRow {
    id: Uuid,
    organisation_id: Uuid,
    kind: String,
    name: String,
    sender_id: String,
    written_on: Option<NaiveDate>,
    skipped: String,
    known_count: i64,
    taken_by_login_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    given_name: Option<String>,
    family_name: Option<String>,
    payment_count: i64,
}

#[derive(FromRow)]
struct PaymentRow {
    id: Uuid,
    organisation_id: Uuid,
    bank_file_id: Uuid,
    bank_key: String,
    kind: String,
    outcome: String,
    currency: String,
    amount_minor: i64,
    left_minor: i64,
    booked_on: NaiveDate,
    account: String,
    deposit: String,
    payer: Option<String>,
    payer_account: Option<String>,
    told: String,
    line: i64,
    lines: String,
    same_as_id: Option<Uuid>,
    row_version: i64,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "incoming_payment", column }
}

impl TryFrom<FileRow> for BankFile {
    type Error = StoreError;

    fn try_from(row: FileRow) -> Result<Self> {
        let name = row.given_name.zip(row.family_name);
        Ok(Self {
            id: BankFileId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            kind: BankFileKind::from_word(&row.kind)
                .ok_or(StoreError::Inconsistent { table: "bank_file", column: "kind" })?,
            name: row.name,
            sender_id: row.sender_id,
            written_on: row.written_on,
            skipped: row.skipped,
            known_count: row.known_count,
            taken_by: row.taken_by_login_id.map(LoginId),
            taken_by_name: name.map(|(given, family)| stolpe_domain::person::full_name(&given, &family)),
            created_at: row.created_at,
            payment_count: row.payment_count,
        })
    }
}

impl TryFrom<PaymentRow> for IncomingPayment {
    type Error = StoreError;

    fn try_from(row: PaymentRow) -> Result<Self> {
        let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
        Ok(Self {
            id: IncomingPaymentId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            bank_file_id: BankFileId(row.bank_file_id),
            bank_key: row.bank_key,
            kind: PaymentKind::from_word(&row.kind).ok_or_else(|| unreadable("kind"))?,
            outcome: Outcome::from_word(&row.outcome).ok_or_else(|| unreadable("outcome"))?,
            amount: Money::of_minor(row.amount_minor, currency),
            left: Money::of_minor(row.left_minor, currency),
            booked_on: row.booked_on,
            account: row.account,
            deposit: row.deposit,
            payer: row.payer,
            payer_account: row.payer_account,
            told: row.told,
            line: row.line,
            lines: row.lines,
            same_as: row.same_as_id.map(IncomingPaymentId),
            row_version: row.row_version,
        })
    }
}

impl IncomingPayment {
    /// The day on which it counts for a document: that on which the bank had it, however late somebody places it, but none
    /// before the document was there.
    pub fn counts_on(&self, document_on: Option<NaiveDate>) -> NaiveDate {
        document_on.map_or(self.booked_on, |on| on.max(self.booked_on))
    }
}

impl Conn {
    /// The file with this content, if it was taken in before.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_bank_file_by_digest(
        &mut self,
        organisation: OrganisationId,
        digest: &[u8],
    ) -> Result<Option<BankFile>> {
        self.sql(text![
            "select" [file_columns] "from bank_file" [with_who]
            "where bank_file.organisation_id = $1 and bank_file.digest = $2"
        ])
        .bind(organisation.uuid())
        .bind(digest)
        .optional::<FileRow>()
        .await?
        .map(BankFile::try_from)
        .transpose()
    }

    /// The file with this id.
    pub async fn find_bank_file(&mut self, id: BankFileId) -> Result<Option<BankFile>> {
        self.sql(text!["select" [file_columns] "from bank_file" [with_who] "where bank_file.id = $1"])
            .bind(id.uuid())
            .optional::<FileRow>()
            .await?
            .map(BankFile::try_from)
            .transpose()
    }

    /// The files of an organisation, those taken in last first.
    pub async fn list_bank_files(
        &mut self,
        organisation: OrganisationId,
        after: Option<BankFilePlace>,
        limit: i64,
    ) -> Result<Page<BankFile>> {
        let (at, id) = after.map_or((END_OF_TIME, Uuid::max()), |place| (place.created_at, place.id.uuid()));
        let rows: Vec<FileRow> = self
            .sql(text![
                "select" [file_columns] "from bank_file" [with_who] "where bank_file.organisation_id = $1"
                "and (bank_file.created_at, bank_file.id) < ($2, $3)"
                "order by bank_file.created_at desc, bank_file.id desc limit $4"
            ])
            .bind(organisation.uuid())
            .bind(at)
            .bind(id)
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(BankFile::try_from)
    }

    /// Which of these payments were taken in before, by what they are called in every file.
    pub async fn known_payments(&mut self, organisation: OrganisationId, keys: &[&str]) -> Result<HashSet<String>> {
        let rows: Vec<(String,)> = self
            .sql(text![
                "select bank_key from incoming_payment where organisation_id = $2 and bank_key in"
                "(select value from" [strings "$1"] ")"
            ])
            .bind(Json(keys))
            .bind(organisation.uuid())
            .all()
            .await?;
        Ok(rows.into_iter().map(|(key,)| key).collect())
    }

    /// The payment with this id.
    pub async fn find_incoming_payment(&mut self, id: IncomingPaymentId) -> Result<Option<IncomingPayment>> {
        self.sql(text!["select" [payment_columns] "from incoming_payment where id = $1"])
            .bind(id.uuid())
            .optional::<PaymentRow>()
            .await?
            .map(IncomingPayment::try_from)
            .transpose()
    }

    /// What a payment has settled, by the ledger: the documents in the order in which they were. Less than nothing of those
    /// that it has made open again, and without those of which it was taken back.
    pub async fn settled_by(&mut self, payment: &IncomingPayment) -> Result<Vec<(DocumentId, Money)>> {
        let rows: Vec<(Uuid, i64)> = self
            .sql(
                "select document_id, cast(sum(case credits.kind when 'receivable' then amount else -amount end) as bigint) \
                 from ledger_transfer join ledger_account debits on debits.id = debit_id \
                 join ledger_account credits on credits.id = credit_id \
                 where payment_id = $1 and document_id is not null and step = 'posted' \
                 and (debits.kind = 'receivable') <> (credits.kind = 'receivable') group by document_id \
                 having sum(case credits.kind when 'receivable' then amount else -amount end) <> 0 \
                 order by min(ledger_transfer.created_at), document_id",
            )
            .bind(payment.id.uuid())
            .all()
            .await?;
        let settled = |(document, minor)| (DocumentId(document), Money::of_minor(minor, payment.amount.currency));
        Ok(rows.into_iter().map(settled).collect())
    }
}

impl Tx {
    /// Adds a file.
    ///
    /// # Errors
    /// [`StoreError::Taken`] `bank_file.taken` when it was taken in meanwhile.
    pub async fn insert_bank_file(&mut self, it: &BankFile, digest: &[u8]) -> Result<()> {
        self.change(
            "insert into bank_file (id, organisation_id, kind, digest, name, sender_id, written_on, skipped, \
             known_count, taken_by_login_id, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(it.kind.word())
        .bind(digest)
        .bind(&*it.name)
        .bind(&*it.sender_id)
        .bind(it.written_on)
        .bind(&*it.skipped)
        .bind(it.known_count)
        .bind(it.taken_by.map(LoginId::uuid))
        .bind(it.created_at)
        .run()
        .await
        .on_unique("bank_file.taken")?
        .one("bank_file")
    }

    /// Adds the payments of a file.
    ///
    /// # Errors
    /// [`StoreError::Taken`] `bank_file.taken` when one of them was taken in meanwhile with another file.
    pub async fn insert_incoming_payments(&mut self, all: &[IncomingPayment], at: DateTime<Utc>) -> Result<()> {
        let hex = |id: Uuid| id.simple().to_string();
        let row = |it: &IncomingPayment| {
            json!({
                "id": hex(it.id.uuid()), "organisation_id": hex(it.organisation_id.uuid()),
                "bank_file_id": hex(it.bank_file_id.uuid()), "bank_key": it.bank_key, "kind": it.kind.word(),
                "outcome": it.outcome.word(), "currency": it.amount.currency.code(), "amount": it.amount.minor,
                "rest": it.left.minor, "booked_on": it.booked_on, "account": it.account, "deposit": it.deposit,
                "payer": it.payer, "payer_account": it.payer_account, "told": it.told, "place": it.line,
                "proof": it.lines,
            })
        };
        self.change(text![
            "insert into incoming_payment (id, organisation_id, bank_file_id, bank_key, kind, outcome, currency,"
            "amount_minor, left_minor, booked_on, account, deposit, payer, payer_account, told, line, lines,"
            "row_version, created_at) select" [uuid "id"] "," [uuid "organisation_id"] "," [uuid "bank_file_id"] ","
            [string "bank_key"] "," [string "kind"] "," [string "outcome"] "," [string "currency"] ","
            [integer "amount"] "," [integer "rest"] "," [day "booked_on"] "," [string "account"] ","
            [string "deposit"] "," [string "payer"] "," [string "payer_account"] "," [string "told"] ","
            [integer "place"] "," [string "proof"] ", 1, $2 from" [rows "$1"]
        ])
        .bind(Json(all.iter().map(row).collect::<Vec<_>>()))
        .bind(at)
        .run()
        .await
        .on_unique("bank_file.taken")?
        .any();
        Ok(())
    }

    /// A payment, which nobody else settles until the transaction ends.
    pub async fn lock_incoming_payment(&mut self, id: IncomingPaymentId) -> Result<Option<IncomingPayment>> {
        self.sql(text!["select" [payment_columns] "from incoming_payment where id = $1" [locked]])
            .bind(id.uuid())
            .optional::<PaymentRow>()
            .await?
            .map(IncomingPayment::try_from)
            .transpose()
    }

    /// Writes down what is left of a payment that is still at that version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is at another version.
    pub async fn set_left(&mut self, id: IncomingPaymentId, row_version: i64, left: Money) -> Result<()> {
        self.change(
            "update incoming_payment set left_minor = $3, row_version = row_version + 1 \
             where id = $1 and row_version = $2",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(left.minor)
        .run()
        .await?
        .unchanged()
    }
}
