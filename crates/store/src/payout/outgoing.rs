//! Lines of bank statements that are money going out, or coming back from there.

use super::unreadable;
use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique as _, Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::HashSet;
use stolpe_domain::id::{BankFileId, OrganisationId, OutgoingLineId, PayoutFileId, PayoutId};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payout::{OutgoingOutcome, OutgoingWay};
use uuid::Uuid;

/// A line of a statement that is no incoming payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingLine {
    /// Its id.
    pub id: OutgoingLineId,
    /// Whose account it is of.
    pub organisation_id: OrganisationId,
    /// The file that told of it first.
    pub bank_file_id: BankFileId,
    /// The same for the same line in any other file.
    pub bank_key: String,
    /// Which way it goes.
    pub way: OutgoingWay,
    /// What it said of our payouts.
    pub outcome: OutgoingOutcome,
    /// How much.
    pub amount: Money,
    /// When the bank booked it.
    pub booked_on: NaiveDate,
    /// The account.
    pub account: String,
    /// Our name for the payment, as the bank says it.
    pub end_to_end_id: Option<String>,
    /// Our name for the file, as the bank says it.
    pub message_id: Option<String>,
    /// Who was paid.
    pub payee: Option<String>,
    /// Why it came back, as the bank's code; empty where it says none.
    pub reason_code: String,
    /// What the bank calls it; empty where it says nothing.
    pub bank_reference: String,
    /// The payout that it names.
    pub payout_id: Option<PayoutId>,
    /// The file that it is the sum of.
    pub payout_file_id: Option<PayoutFileId>,
    /// On which line of its file it begins.
    pub line: i64,
    /// The lines themselves, as JSON.
    pub lines: String,
    /// When it was taken in.
    pub created_at: DateTime<Utc>,
}

macro_rules! line_columns {
    () => {
        "id, organisation_id, bank_file_id, bank_key, way, outcome, currency, amount_minor, booked_on, account, \
         end_to_end_id, message_id, payee, reason_code, bank_reference, payout_id, payout_file_id, line, lines, created_at"
    };
}

#[derive(FromRow)]
struct LineRow {
    id: Uuid,
    organisation_id: Uuid,
    bank_file_id: Uuid,
    bank_key: String,
    way: String,
    outcome: String,
    currency: String,
    amount_minor: i64,
    booked_on: NaiveDate,
    account: String,
    end_to_end_id: Option<String>,
    message_id: Option<String>,
    payee: Option<String>,
    reason_code: String,
    bank_reference: String,
    payout_id: Option<Uuid>,
    payout_file_id: Option<Uuid>,
    line: i64,
    lines: String,
    created_at: DateTime<Utc>,
}

impl TryFrom<LineRow> for OutgoingLine {
    type Error = StoreError;

    fn try_from(row: LineRow) -> Result<Self> {
        let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
        Ok(Self {
            id: OutgoingLineId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            bank_file_id: BankFileId(row.bank_file_id),
            bank_key: row.bank_key,
            way: OutgoingWay::from_word(&row.way).ok_or_else(|| unreadable("way"))?,
            outcome: OutgoingOutcome::from_word(&row.outcome).ok_or_else(|| unreadable("outcome"))?,
            amount: Money::of_minor(row.amount_minor, currency),
            booked_on: row.booked_on,
            account: row.account,
            end_to_end_id: row.end_to_end_id,
            message_id: row.message_id,
            payee: row.payee,
            reason_code: row.reason_code,
            bank_reference: row.bank_reference,
            payout_id: row.payout_id.map(PayoutId),
            payout_file_id: row.payout_file_id.map(PayoutFileId),
            line: row.line,
            lines: row.lines,
            created_at: row.created_at,
        })
    }
}

impl Conn {
    /// Which of these lines were taken in with other files.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn known_outgoing(&mut self, organisation: OrganisationId, keys: &[&str]) -> Result<HashSet<String>> {
        let rows: Vec<(String,)> = self
            .sql(text![
                "select bank_key from outgoing_line where organisation_id = $2 and bank_key in"
                "(select value from" [strings "$1"] ")"
            ])
            .bind(Json(keys))
            .bind(organisation.uuid())
            .all()
            .await?;
        Ok(rows.into_iter().map(|(key,)| key).collect())
    }

    /// The lines of an organisation, those booked last first; all of them, or only those that belong to no payout.
    pub async fn list_outgoing(
        &mut self,
        organisation: OrganisationId,
        only_unmatched: bool,
        limit: i64,
    ) -> Result<Vec<OutgoingLine>> {
        let rows: Vec<LineRow> = self
            .sql(text![
                "select" [line_columns] "from outgoing_line where organisation_id = $1"
                "and (outcome not in ('confirmed', 'known') or not $2)"
                "order by booked_on desc, id desc limit $3"
            ])
            .bind(organisation.uuid())
            .bind(only_unmatched)
            .bind(limit)
            .all()
            .await?;
        rows.into_iter().map(OutgoingLine::try_from).collect()
    }
}

impl Tx {
    /// Adds lines of a file.
    ///
    /// # Errors
    /// [`StoreError::Taken`] `bank_file.taken` when another file with one of them was taken in meanwhile.
    pub async fn insert_outgoing(&mut self, all: &[OutgoingLine]) -> Result<()> {
        let Some(at) = all.first().map(|it| it.created_at) else { return Ok(()) };
        let hex = |id: Uuid| id.simple().to_string();
        let row = |it: &OutgoingLine| {
            json!({
                "id": hex(it.id.uuid()), "organisation_id": hex(it.organisation_id.uuid()),
                "bank_file_id": hex(it.bank_file_id.uuid()), "bank_key": it.bank_key, "way": it.way.word(),
                "outcome": it.outcome.word(), "currency": it.amount.currency.code(), "amount": it.amount.minor,
                "booked_on": it.booked_on, "account": it.account, "name": it.end_to_end_id, "message": it.message_id,
                "payee": it.payee, "reason": it.reason_code, "reference": it.bank_reference,
                "payout_id": it.payout_id.map(|id| hex(id.uuid())),
                "payout_file_id": it.payout_file_id.map(|id| hex(id.uuid())), "place": it.line, "proof": it.lines,
            })
        };
        self.change(text![
            "insert into outgoing_line (id, organisation_id, bank_file_id, bank_key, way, outcome, currency, amount_minor,"
            "booked_on, account, end_to_end_id, message_id, payee, reason_code, bank_reference, payout_id, payout_file_id,"
            "line, lines, created_at) select" [uuid "id"] "," [uuid "organisation_id"] "," [uuid "bank_file_id"] ","
            [string "bank_key"] "," [string "way"] "," [string "outcome"] "," [string "currency"] ","
            [integer "amount"] "," [day "booked_on"] "," [string "account"] "," [string "name"] ","
            [string "message"] "," [string "payee"] "," [string "reason"] "," [string "reference"] ","
            [uuid "payout_id"] "," [uuid "payout_file_id"] "," [integer "place"] "," [string "proof"] ", $2 from" [rows "$1"]
        ])
        .bind(Json(all.iter().map(row).collect::<Vec<_>>()))
        .bind(at)
        .run()
        .await
        .on_unique("bank_file.taken")?
        .any();
        Ok(())
    }
}
