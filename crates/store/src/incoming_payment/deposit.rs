//! Deposits that two files tell of: one payment by payment, and another as one sum.

use super::IncomingPayment;
use crate::engine::{Conn, Tx};
use crate::error::{OnUnique as _, Result};
use chrono::{Days, NaiveDate};
use sqlx::FromRow;
use stolpe_domain::id::{BankFileId, IncomingPaymentId};
use stolpe_domain::money::Money;
use uuid::Uuid;

/// So many days may lie between the days on which two files book the same money: a weekend with its Monday.
const NEAR: Days = Days::new(3);

/// A deposit whose payments another file has told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldDeposit {
    /// Its first payment, which stands for all of it.
    pub first: IncomingPaymentId,
    /// The file.
    pub file: BankFileId,
    /// What the file is called.
    pub file_name: String,
    /// What the bank calls the deposit.
    pub deposit: String,
    /// When the bank booked it.
    pub booked_on: NaiveDate,
    /// How many payments it has.
    pub payments: i64,
    /// What they come to.
    pub sum: Money,
}

#[derive(FromRow)]
struct DepositRow {
    bank_file_id: Uuid,
    name: String,
    account: String,
    deposit: String,
    booked_on: NaiveDate,
    payments: i64,
    total: i64,
}

impl Conn {
    /// Deposits of files of another kind that come to exactly what a payment is, booked within three days of it, the nearest
    /// first. Those that another payment is the sum of already are left out.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn deposits_like(&mut self, payment: &IncomingPayment) -> Result<Vec<ToldDeposit>> {
        let (from, to) = (payment.booked_on - NEAR, payment.booked_on + NEAR);
        let rows: Vec<DepositRow> = self
            .sql(
                "select it.bank_file_id, bank_file.name, it.account, it.deposit, it.booked_on, count(*) as payments, \
                 cast(sum(it.amount_minor) as bigint) as total from incoming_payment it \
                 join bank_file on bank_file.id = it.bank_file_id \
                 where it.organisation_id = $1 and it.currency = $2 and it.booked_on between $3 and $4 \
                 and bank_file.kind <> (select kind from bank_file where id = $5) \
                 group by it.bank_file_id, bank_file.name, it.account, it.deposit, it.booked_on \
                 having cast(sum(it.amount_minor) as bigint) = $6 and count(it.same_as_id) = 0",
            )
            .bind(payment.organisation_id.uuid())
            .bind(payment.amount.currency.code())
            .bind(from)
            .bind(to)
            .bind(payment.bank_file_id.uuid())
            .bind(payment.amount.minor)
            .all()
            .await?;
        let mut found = Vec::new();
        for row in rows {
            let Some(first) = self.first_of(&row).await? else { continue };
            let claimed: Option<(Uuid,)> =
                self.sql("select id from incoming_payment where same_as_id = $1").bind(first).optional().await?;
            if claimed.is_none() {
                found.push(row.with(first, payment));
            }
        }
        found.sort_by_key(|it| ((it.booked_on - payment.booked_on).num_days().abs(), it.first));
        Ok(found)
    }

    /// The deposit of which this is the first payment.
    pub async fn deposit_of(&mut self, first: IncomingPaymentId) -> Result<Option<ToldDeposit>> {
        let Some(payment) = self.find_incoming_payment(first).await? else { return Ok(None) };
        let row: Option<DepositRow> = self
            .sql(
                "select it.bank_file_id, bank_file.name, it.account, it.deposit, it.booked_on, count(*) as payments, \
                 cast(sum(it.amount_minor) as bigint) as total from incoming_payment it \
                 join bank_file on bank_file.id = it.bank_file_id \
                 where it.bank_file_id = $1 and it.account = $2 and it.deposit = $3 and it.booked_on = $4 \
                 group by it.bank_file_id, bank_file.name, it.account, it.deposit, it.booked_on",
            )
            .bind(payment.bank_file_id.uuid())
            .bind(&*payment.account)
            .bind(&*payment.deposit)
            .bind(payment.booked_on)
            .optional()
            .await?;
        Ok(row.map(|row| row.with(first.uuid(), &payment)))
    }

    async fn first_of(&mut self, row: &DepositRow) -> Result<Option<Uuid>> {
        let first: Option<(Uuid,)> = self
            .sql(
                "select id from incoming_payment where bank_file_id = $1 and account = $2 and deposit = $3 \
                 and booked_on = $4 order by id limit 1",
            )
            .bind(row.bank_file_id)
            .bind(&*row.account)
            .bind(&*row.deposit)
            .bind(row.booked_on)
            .optional()
            .await?;
        Ok(first.map(|(id,)| id))
    }
}

impl DepositRow {
    fn with(self, first: Uuid, payment: &IncomingPayment) -> ToldDeposit {
        ToldDeposit {
            first: IncomingPaymentId(first),
            file: BankFileId(self.bank_file_id),
            file_name: self.name,
            deposit: self.deposit,
            booked_on: self.booked_on,
            payments: self.payments,
            sum: Money::of_minor(self.total, payment.amount.currency),
        }
    }
}

impl Tx {
    /// Writes down what is left of a payment that is still at that version, and the deposit that it is the sum of.
    ///
    /// # Errors
    /// [`crate::StoreError::Changed`] when it is at another version, [`crate::StoreError::Taken`]
    /// `incoming_payment.deposit_taken` when another payment is the sum of that deposit.
    pub async fn set_same_as(
        &mut self,
        id: IncomingPaymentId,
        row_version: i64,
        left: Money,
        same_as: Option<IncomingPaymentId>,
    ) -> Result<()> {
        self.change(
            "update incoming_payment set left_minor = $3, same_as_id = $4, row_version = row_version + 1 \
             where id = $1 and row_version = $2",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(left.minor)
        .bind(same_as.map(IncomingPaymentId::uuid))
        .run()
        .await
        .on_unique("incoming_payment.deposit_taken")?
        .unchanged()
    }
}
