//! How organisations are paid, and how their documents look.

use crate::engine::{Conn, Tx};
use crate::error::{Result, StoreError};
use sqlx::FromRow;
use stolpe_domain::billing::Billing;
use stolpe_domain::id::OrganisationId;
use stolpe_domain::payment_account::PaymentAccount;
use stolpe_domain::payment_reference::ReferenceRule;

#[derive(FromRow)]
struct BillingRow {
    account: Option<String>,
    swish: Option<String>,
    reference_rule: String,
    due_days: i64,
    rounds: bool,
    carries_over: bool,
    fiscal_year_begins_month: i64,
    tax_status: Option<String>,
    row_version: i64,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "billing", column }
}

fn account(text: Option<String>, column: &'static str) -> Result<Option<PaymentAccount>> {
    text.map(|text| PaymentAccount::parse_stored(&text).map_err(|_| unreadable(column))).transpose()
}

impl Conn {
    /// The particulars of an organisation, with their version.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn find_billing(&mut self, organisation: OrganisationId) -> Result<Option<(Billing, i64)>> {
        let row: Option<BillingRow> = self
            .sql(
                "select account, swish, reference_rule, due_days, rounds, carries_over, fiscal_year_begins_month, \
                 tax_status, row_version from billing where organisation_id = $1",
            )
            .bind(organisation.uuid())
            .optional()
            .await?;
        row.map(|row| {
            let billing = Billing {
                account: account(row.account, "account")?,
                swish: account(row.swish, "swish")?,
                reference_rule: ReferenceRule::from_word(&row.reference_rule)
                    .ok_or_else(|| unreadable("reference_rule"))?,
                due_days: u16::try_from(row.due_days).map_err(|_| unreadable("due_days"))?,
                rounds: row.rounds,
                carries_over: row.carries_over,
                fiscal_year_begins_month: u32::try_from(row.fiscal_year_begins_month)
                    .map_err(|_| unreadable("fiscal_year_begins_month"))?,
                tax_status: row.tax_status,
            };
            Ok((billing, row.row_version))
        })
        .transpose()
    }
}

impl Tx {
    /// Writes the particulars of an organisation that are still at that version; 0 when there are none yet.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when somebody was faster.
    pub async fn put_billing(&mut self, organisation: OrganisationId, row_version: i64, it: &Billing) -> Result<()> {
        self.change(
            "insert into billing (organisation_id, account, swish, reference_rule, due_days, rounds, carries_over, \
             fiscal_year_begins_month, tax_status, row_version) values ($1, $2, $3, $4, $5, $6, $10, $7, $8, 1) \
             on conflict (organisation_id) do update set account = excluded.account, swish = excluded.swish, \
             reference_rule = excluded.reference_rule, due_days = excluded.due_days, rounds = excluded.rounds, \
             carries_over = excluded.carries_over, fiscal_year_begins_month = excluded.fiscal_year_begins_month, tax_status = excluded.tax_status, \
             row_version = billing.row_version + 1 where billing.row_version = $9",
        )
        .bind(organisation.uuid())
        .bind(it.account.as_ref().map(PaymentAccount::as_str))
        .bind(it.swish.as_ref().map(PaymentAccount::as_str))
        .bind(it.reference_rule.word())
        .bind(i64::from(it.due_days))
        .bind(it.rounds)
        .bind(i64::from(it.fiscal_year_begins_month))
        .bind(it.tax_status.as_deref())
        .bind(row_version)
        .bind(it.carries_over)
        .run()
        .await?
        .unchanged()
    }
}
