//! Receipts of what was put in: one of each try that brought money, under a number of its own series.

use super::unreadable;
use crate::document::numbered;
use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::document::Number;
use stolpe_domain::id::{FacilityId, NoticeId, OrganisationId, PaymentAttemptId, PaymentId, PersonId, TopUpReceiptId};
use stolpe_domain::money::{Currency, Money};
use uuid::Uuid;

/// The receipt of what was put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopUpReceipt {
    /// Its id.
    pub id: TopUpReceiptId,
    /// Who holds the money.
    pub organisation_id: OrganisationId,
    /// The facility at which it was put in.
    pub facility_id: FacilityId,
    /// Whose it is.
    pub person_id: PersonId,
    /// By which payment.
    pub payment_id: PaymentId,
    /// The try that brought it.
    pub attempt_id: PaymentAttemptId,
    /// Its number.
    pub number: Number,
    /// Its date.
    pub issued_on: NaiveDate,
    /// How much was put in.
    pub amount: Money,
    /// What its payer had there after it.
    pub balance: Money,
    /// What is printed on it, as JSON of whoever prints.
    pub printed: String,
    /// The message that brought it.
    pub notice_id: Option<NoticeId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

macro_rules! receipt_columns {
    () => {
        "id, organisation_id, facility_id, person_id, payment_id, attempt_id, fiscal_year, place, issued_on, currency, \
         amount_minor, balance_minor, printed, notice_id, created_at"
    };
}

#[derive(FromRow)]
struct ReceiptRow {
    id: Uuid,
    organisation_id: Uuid,
    facility_id: Uuid,
    person_id: Uuid,
    payment_id: Uuid,
    attempt_id: Uuid,
    fiscal_year: i64,
    place: i64,
    issued_on: NaiveDate,
    currency: String,
    amount_minor: i64,
    balance_minor: i64,
    printed: String,
    notice_id: Option<Uuid>,
    created_at: DateTime<Utc>,
}

impl TryFrom<ReceiptRow> for TopUpReceipt {
    type Error = StoreError;

    fn try_from(row: ReceiptRow) -> Result<Self> {
        let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
        let number = numbered(Some(row.fiscal_year), Some(row.place))?;
        Ok(Self {
            id: TopUpReceiptId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            facility_id: FacilityId(row.facility_id),
            person_id: PersonId(row.person_id),
            payment_id: PaymentId(row.payment_id),
            attempt_id: PaymentAttemptId(row.attempt_id),
            number: number.ok_or_else(|| unreadable("place"))?,
            issued_on: row.issued_on,
            amount: Money::of_minor(row.amount_minor, currency),
            balance: Money::of_minor(row.balance_minor, currency),
            printed: row.printed,
            notice_id: row.notice_id.map(NoticeId),
            created_at: row.created_at,
        })
    }
}

impl Conn {
    /// The receipt with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_top_up_receipt(&mut self, id: TopUpReceiptId) -> Result<Option<TopUpReceipt>> {
        self.sql(text!["select" [receipt_columns] "from top_up_receipt where id = $1"])
            .bind(id.uuid())
            .optional::<ReceiptRow>()
            .await?
            .map(TopUpReceipt::try_from)
            .transpose()
    }

    /// The receipt that a message brings.
    pub async fn top_up_receipt_of_notice(&mut self, notice: NoticeId) -> Result<Option<TopUpReceipt>> {
        self.sql(text!["select" [receipt_columns] "from top_up_receipt where notice_id = $1"])
            .bind(notice.uuid())
            .optional::<ReceiptRow>()
            .await?
            .map(TopUpReceipt::try_from)
            .transpose()
    }

    /// The receipts of these payments, in the order of their numbers.
    pub async fn top_up_receipts_of(&mut self, payments: &[PaymentId]) -> Result<Vec<TopUpReceipt>> {
        let rows: Vec<ReceiptRow> = self
            .sql(text![
                "select" [receipt_columns] "from top_up_receipt where payment_id in" [ids "$1"]
                "order by fiscal_year, place, id"
            ])
            .bind(Json(payments.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        rows.into_iter().map(TopUpReceipt::try_from).collect()
    }

    /// The receipts of a person, the latest first.
    pub async fn top_up_receipts_of_person(&mut self, person: PersonId, limit: i64) -> Result<Vec<TopUpReceipt>> {
        let rows: Vec<ReceiptRow> = self
            .sql(text![
                "select" [receipt_columns] "from top_up_receipt where person_id = $1"
                "order by created_at desc, id desc limit $2"
            ])
            .bind(person.uuid())
            .bind(limit)
            .all()
            .await?;
        rows.into_iter().map(TopUpReceipt::try_from).collect()
    }
}

impl Tx {
    /// Adds a receipt.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_top_up_receipt(&mut self, it: &TopUpReceipt) -> Result<()> {
        self.change(
            "insert into top_up_receipt (id, organisation_id, facility_id, person_id, payment_id, attempt_id, \
             fiscal_year, place, issued_on, currency, amount_minor, balance_minor, printed, notice_id, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(it.facility_id.uuid())
        .bind(it.person_id.uuid())
        .bind(it.payment_id.uuid())
        .bind(it.attempt_id.uuid())
        .bind(i64::from(it.number.year.0))
        .bind(it.number.place)
        .bind(it.issued_on)
        .bind(it.amount.currency.code())
        .bind(it.amount.minor)
        .bind(it.balance.minor)
        .bind(it.printed.as_str())
        .bind(it.notice_id.map(NoticeId::uuid))
        .bind(it.created_at)
        .run()
        .await?
        .one("top_up_receipt")
    }
}
