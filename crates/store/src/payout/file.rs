//! Files that ask banks to pay out, the payments in them, and how organisations are known at their banks.

use super::unreadable;
use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique as _, Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{OrganisationId, PayoutFileId, PayoutId, PayoutItemId, PersonId};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payout::{BankWord, PayoutSender};
use stolpe_domain::payout_account::PayoutAccount;
use uuid::Uuid;

/// A file for a bank; its content is read by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutFile {
    /// Its id.
    pub id: PayoutFileId,
    /// Who pays out.
    pub organisation_id: OrganisationId,
    /// What the bank knows it by.
    pub message_id: String,
    /// The day on which the bank is to pay.
    pub execute_on: NaiveDate,
    /// The account that is drawn on.
    pub account: PayoutAccount,
    /// How many payments are in it.
    pub item_count: i64,
    /// What they come to.
    pub sum: Money,
    /// What it is called.
    pub name: String,
    /// SHA-256 of its bytes.
    pub digest: Vec<u8>,
    /// Who made it.
    pub made_by: PersonId,
    /// When it was first fetched, and by whom.
    pub sent: Option<(DateTime<Utc>, PersonId)>,
    /// Counts changes.
    pub row_version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// One time that a bank is asked to pay something out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutItem {
    /// Its id.
    pub id: PayoutItemId,
    /// In whose books.
    pub organisation_id: OrganisationId,
    /// The payout.
    pub payout_id: PayoutId,
    /// The file that asks.
    pub file_id: PayoutFileId,
    /// What the bank knows it by.
    pub end_to_end_id: String,
    /// What the bank has said of it.
    pub told: Option<BankWord>,
    /// When it said so.
    pub told_at: Option<DateTime<Utc>>,
    /// Why, as the bank's code.
    pub reason_code: Option<String>,
    /// What the bank said of it, or whoever said so for it.
    pub words: Option<String>,
    /// What the bank calls the payment.
    pub bank_reference: Option<String>,
    /// Who has said so for the bank; nobody, where a file did.
    pub told_by: Option<PersonId>,
    /// When the file was made.
    pub created_at: DateTime<Utc>,
}

macro_rules! file_columns {
    () => {
        "id, organisation_id, message_id, currency, execute_on, account, item_count, sum_minor, name, digest, \
         made_by_person_id, sent_at, sent_by_person_id, row_version, created_at"
    };
}

macro_rules! item_columns {
    () => {
        "id, organisation_id, payout_id, payout_file_id, end_to_end_id, told, told_at, reason_code, words, \
         bank_reference, told_by_person_id, created_at"
    };
}

#[derive(FromRow)]
struct FileRow {
    id: Uuid,
    organisation_id: Uuid,
    message_id: String,
    currency: String,
    execute_on: NaiveDate,
    account: String,
    item_count: i64,
    sum_minor: i64,
    name: String,
    digest: Vec<u8>,
    made_by_person_id: Uuid,
    sent_at: Option<DateTime<Utc>>,
    sent_by_person_id: Option<Uuid>,
    row_version: i64,
    created_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct ItemRow {
    id: Uuid,
    organisation_id: Uuid,
    payout_id: Uuid,
    payout_file_id: Uuid,
    end_to_end_id: String,
    told: Option<String>,
    told_at: Option<DateTime<Utc>>,
    reason_code: Option<String>,
    words: Option<String>,
    bank_reference: Option<String>,
    told_by_person_id: Option<Uuid>,
    created_at: DateTime<Utc>,
}

impl TryFrom<FileRow> for PayoutFile {
    type Error = StoreError;

    fn try_from(row: FileRow) -> Result<Self> {
        let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
        Ok(Self {
            id: PayoutFileId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            message_id: row.message_id,
            execute_on: row.execute_on,
            account: PayoutAccount::parse_stored(&row.account).map_err(|_| unreadable("account"))?,
            item_count: row.item_count,
            sum: Money::of_minor(row.sum_minor, currency),
            name: row.name,
            digest: row.digest,
            made_by: PersonId(row.made_by_person_id),
            sent: row.sent_at.zip(row.sent_by_person_id.map(PersonId)),
            row_version: row.row_version,
            created_at: row.created_at,
        })
    }
}

impl TryFrom<ItemRow> for PayoutItem {
    type Error = StoreError;

    fn try_from(row: ItemRow) -> Result<Self> {
        let told = row.told.map(|word| BankWord::from_word(&word).ok_or_else(|| unreadable("told")));
        Ok(Self {
            id: PayoutItemId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            payout_id: PayoutId(row.payout_id),
            file_id: PayoutFileId(row.payout_file_id),
            end_to_end_id: row.end_to_end_id,
            told: told.transpose()?,
            told_at: row.told_at,
            reason_code: row.reason_code,
            words: row.words,
            bank_reference: row.bank_reference,
            told_by: row.told_by_person_id.map(PersonId),
            created_at: row.created_at,
        })
    }
}

fn items(rows: Vec<ItemRow>) -> Result<Vec<PayoutItem>> {
    rows.into_iter().map(PayoutItem::try_from).collect()
}

impl Conn {
    /// How an organisation is known at its bank, with its version.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_payout_sender(&mut self, organisation: OrganisationId) -> Result<Option<(PayoutSender, i64)>> {
        let row: Option<(String, Option<String>, Option<String>, i64)> = self
            .sql("select bic, customer, account, row_version from payout_sender where organisation_id = $1")
            .bind(organisation.uuid())
            .optional()
            .await?;
        row.map(|(bic, customer, account, row_version)| {
            let account = account.map(|text| PayoutAccount::parse_stored(&text).map_err(|_| unreadable("account")));
            Ok((PayoutSender { bic, customer, account: account.transpose()? }, row_version))
        })
        .transpose()
    }

    /// The file with this id.
    pub async fn find_payout_file(&mut self, id: PayoutFileId) -> Result<Option<PayoutFile>> {
        self.sql(text!["select" [file_columns] "from payout_file where id = $1"])
            .bind(id.uuid())
            .optional::<FileRow>()
            .await?
            .map(PayoutFile::try_from)
            .transpose()
    }

    /// The files of an organisation that were made last.
    pub async fn list_payout_files(&mut self, organisation: OrganisationId, limit: i64) -> Result<Vec<PayoutFile>> {
        let rows: Vec<FileRow> = self
            .sql(text![
                "select" [file_columns] "from payout_file where organisation_id = $1"
                "order by created_at desc, id desc limit $2"
            ])
            .bind(organisation.uuid())
            .bind(limit)
            .all()
            .await?;
        rows.into_iter().map(PayoutFile::try_from).collect()
    }

    /// The file of an organisation that the bank knows by this name.
    pub async fn find_payout_file_by_message(
        &mut self,
        organisation: OrganisationId,
        message: &str,
    ) -> Result<Option<PayoutFile>> {
        self.sql(text!["select" [file_columns] "from payout_file where organisation_id = $1 and message_id = $2"])
            .bind(organisation.uuid())
            .bind(message)
            .optional::<FileRow>()
            .await?
            .map(PayoutFile::try_from)
            .transpose()
    }

    /// The bytes of a file, as they were made.
    pub async fn payout_file_content(&mut self, id: PayoutFileId) -> Result<Option<Vec<u8>>> {
        let row: Option<(Vec<u8>,)> =
            self.sql("select content from payout_file where id = $1").bind(id.uuid()).optional().await?;
        Ok(row.map(|(content,)| content))
    }

    /// The payments in a file.
    pub async fn items_of_payout_file(&mut self, id: PayoutFileId) -> Result<Vec<PayoutItem>> {
        let rows = self
            .sql(text!["select" [item_columns] "from payout_item where payout_file_id = $1 order by id"])
            .bind(id.uuid())
            .all()
            .await?;
        items(rows)
    }

    /// The times that a bank was asked for a payout, the latest first: what the bank has not rejected is the last.
    pub async fn items_of_payout(&mut self, id: PayoutId) -> Result<Vec<PayoutItem>> {
        let rows = self
            .sql(text![
                "select" [item_columns] "from payout_item where payout_id = $1"
                "order by case told when 'rejected' then 1 else 0 end, created_at desc, id desc"
            ])
            .bind(id.uuid())
            .all()
            .await?;
        items(rows)
    }

    /// The payments of an organisation that a bank knows by these names.
    pub async fn payout_items_by_name(
        &mut self,
        organisation: OrganisationId,
        names: &[&str],
    ) -> Result<Vec<PayoutItem>> {
        let rows = self
            .sql(text![
                "select" [item_columns] "from payout_item where organisation_id = $2 and end_to_end_id in"
                "(select value from" [strings "$1"] ")"
            ])
            .bind(Json(names))
            .bind(organisation.uuid())
            .all()
            .await?;
        items(rows)
    }
}

impl Tx {
    /// Writes how an organisation is known at its bank, of which that much has been said before; 0 when nothing has.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when somebody was faster.
    pub async fn put_payout_sender(
        &mut self,
        organisation: OrganisationId,
        row_version: i64,
        it: &PayoutSender,
    ) -> Result<()> {
        self.change(
            "insert into payout_sender (organisation_id, bic, customer, account, row_version) \
             values ($1, $3, $4, $5, $2 + 1) on conflict (organisation_id) do update set bic = excluded.bic, \
             customer = excluded.customer, account = excluded.account, row_version = excluded.row_version \
             where payout_sender.row_version = $2",
        )
        .bind(organisation.uuid())
        .bind(row_version)
        .bind(&*it.bic)
        .bind(it.customer.as_deref())
        .bind(it.account.as_ref().map(PayoutAccount::as_str))
        .run()
        .await?
        .unchanged()
    }

    /// Adds a file with its bytes and its payments.
    ///
    /// # Errors
    /// [`StoreError::Taken`] `payout.in_a_file` when one of the payouts is in another file.
    pub async fn insert_payout_file(&mut self, it: &PayoutFile, content: &[u8], all: &[PayoutItem]) -> Result<()> {
        self.change(
            "insert into payout_file (id, organisation_id, message_id, currency, execute_on, account, item_count, \
             sum_minor, name, content, digest, made_by_person_id, row_version, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(&*it.message_id)
        .bind(it.sum.currency.code())
        .bind(it.execute_on)
        .bind(it.account.as_str())
        .bind(it.item_count)
        .bind(it.sum.minor)
        .bind(&*it.name)
        .bind(content)
        .bind(&*it.digest)
        .bind(it.made_by.uuid())
        .bind(it.row_version)
        .bind(it.created_at)
        .run()
        .await?
        .one("payout_file")?;
        let hex = |id: Uuid| id.simple().to_string();
        let row = |it: &PayoutItem| {
            json!({
                "id": hex(it.id.uuid()), "organisation_id": hex(it.organisation_id.uuid()),
                "payout_id": hex(it.payout_id.uuid()), "file_id": hex(it.file_id.uuid()), "name": it.end_to_end_id,
            })
        };
        self.change(text![
            "insert into payout_item (id, organisation_id, payout_id, payout_file_id, end_to_end_id, created_at) select"
            [uuid "id"] "," [uuid "organisation_id"] "," [uuid "payout_id"] "," [uuid "file_id"] "," [string "name"]
            ", $2 from" [rows "$1"]
        ])
        .bind(Json(all.iter().map(row).collect::<Vec<_>>()))
        .bind(it.created_at)
        .run()
        .await
        .on_unique("payout.in_a_file")?
        .any();
        Ok(())
    }

    /// A file, which nobody else fetches for the first time until the transaction ends.
    pub async fn lock_payout_file(&mut self, id: PayoutFileId) -> Result<Option<PayoutFile>> {
        self.sql(text!["select" [file_columns] "from payout_file where id = $1" [locked]])
            .bind(id.uuid())
            .optional::<FileRow>()
            .await?
            .map(PayoutFile::try_from)
            .transpose()
    }

    /// Notes that a file was fetched for the first time.
    pub async fn set_payout_file_sent(&mut self, id: PayoutFileId, at: DateTime<Utc>, by: PersonId) -> Result<()> {
        self.change(
            "update payout_file set sent_at = $2, sent_by_person_id = $3, row_version = row_version + 1 \
             where id = $1 and sent_at is null",
        )
        .bind(id.uuid())
        .bind(at)
        .bind(by.uuid())
        .run()
        .await?
        .one("payout_file")
    }

    /// Writes down what a bank has said of a payment.
    pub async fn put_payout_item(&mut self, it: &PayoutItem) -> Result<()> {
        self.change(
            "update payout_item set told = $2, told_at = $3, reason_code = $4, words = $5, bank_reference = $6, \
             told_by_person_id = $7 where id = $1",
        )
        .bind(it.id.uuid())
        .bind(it.told.map(BankWord::word))
        .bind(it.told_at)
        .bind(it.reason_code.as_deref())
        .bind(it.words.as_deref())
        .bind(it.bank_reference.as_deref())
        .bind(it.told_by.map(PersonId::uuid))
        .run()
        .await?
        .one("payout_item")
    }
}
