//! Settlements of payment providers, what they are held against, and what somebody has said of differences.

mod care;
mod counter;
mod facts;

pub use care::DifferenceCare;
pub use facts::{BankLine, Facts, KnownAttempt, KnownRefund, NamedAttempt};

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique as _, Result, StoreError};
use crate::page::{END_OF_TIME, Page};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::{HashMap, HashSet};
use stolpe_domain::id::{
    IncomingPaymentId, LoginId, OrganisationId, PaymentAttemptId, ProviderSettlementId, SettlementLineId,
};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment::PaymentProvider;
use stolpe_domain::reconciliation::{SettlementFileKind, SettlementLineKind};
use uuid::Uuid;

macro_rules! settlement_columns {
    () => {
        "provider_settlement.id, provider_settlement.organisation_id, provider, number, kind, name, settled_on, \
         currency, gross_minor, fee_minor, net_minor, received_id, taken_by_login_id, provider_settlement.row_version, \
         provider_settlement.created_at, \
         (select count(*) from provider_settlement_line where settlement_id = provider_settlement.id) as line_count"
    };
}

/// Where a list of settlements goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettlementPlace {
    /// The day of the last one.
    pub settled_on: NaiveDate,
    /// Its id.
    pub id: ProviderSettlementId,
}

/// A settlement that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSettlement {
    /// Its id.
    pub id: ProviderSettlementId,
    /// Who is paid.
    pub organisation_id: OrganisationId,
    /// By whom.
    pub provider: PaymentProvider,
    /// What the provider calls it.
    pub number: String,
    /// The form of its file.
    pub kind: SettlementFileKind,
    /// The name of its file.
    pub name: String,
    /// The day on which it was made.
    pub settled_on: NaiveDate,
    /// What customers paid.
    pub gross: Money,
    /// What the provider took.
    pub fee: Money,
    /// What is paid out.
    pub net: Money,
    /// The line of the bank that it was matched with.
    pub received: Option<IncomingPaymentId>,
    /// Who took it in.
    pub taken_by: Option<LoginId>,
    /// How many lines it has.
    pub line_count: i64,
    /// Counts changes.
    pub row_version: i64,
    /// When it was taken in.
    pub created_at: DateTime<Utc>,
}

/// A line of a settlement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSettlementLine {
    /// Its id.
    pub id: SettlementLineId,
    /// What it is.
    pub kind: SettlementLineKind,
    /// Our name for the payment.
    pub reference: Option<String>,
    /// The provider's name for the movement.
    pub movement: Option<String>,
    /// When the customer paid.
    pub sold_on: Option<NaiveDate>,
    /// What the customer paid.
    pub gross: Money,
    /// What the provider took of it.
    pub fee: Money,
    /// The try that it is the money of.
    pub attempt: Option<PaymentAttemptId>,
    /// On which line of the file it stands.
    pub line: i64,
}

#[derive(FromRow)]
struct SettlementRow {
    id: Uuid,
    organisation_id: Uuid,
    provider: String,
    number: String,
    kind: String,
    name: String,
    settled_on: NaiveDate,
    currency: String,
    gross_minor: i64,
    fee_minor: i64,
    net_minor: i64,
    received_id: Option<Uuid>,
    taken_by_login_id: Option<Uuid>,
    line_count: i64,
    row_version: i64,
    created_at: DateTime<Utc>,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "provider_settlement", column }
}

impl TryFrom<SettlementRow> for ProviderSettlement {
    type Error = StoreError;

    fn try_from(row: SettlementRow) -> Result<Self> {
        let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
        let money = |minor| Money::of_minor(minor, currency);
        Ok(Self {
            id: ProviderSettlementId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            provider: PaymentProvider::from_word(&row.provider).ok_or_else(|| unreadable("provider"))?,
            number: row.number,
            kind: SettlementFileKind::from_word(&row.kind).ok_or_else(|| unreadable("kind"))?,
            name: row.name,
            settled_on: row.settled_on,
            gross: money(row.gross_minor),
            fee: money(row.fee_minor),
            net: money(row.net_minor),
            received: row.received_id.map(IncomingPaymentId),
            taken_by: row.taken_by_login_id.map(LoginId),
            line_count: row.line_count,
            row_version: row.row_version,
            created_at: row.created_at,
        })
    }
}

impl Conn {
    /// Whether a file with this content was taken in before.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn settlement_file_is_known(&mut self, organisation: OrganisationId, digest: &[u8]) -> Result<bool> {
        let found: Option<(i64,)> = self
            .sql("select 1 from provider_settlement where organisation_id = $1 and digest = $2 limit 1")
            .bind(organisation.uuid())
            .bind(digest)
            .optional()
            .await?;
        Ok(found.is_some())
    }

    /// The settlements that came with a file, as they stand in it.
    pub async fn settlements_of_file(
        &mut self,
        organisation: OrganisationId,
        digest: &[u8],
    ) -> Result<Vec<ProviderSettlement>> {
        self.sql(text![
            "select" [settlement_columns] "from provider_settlement"
            "where organisation_id = $1 and digest = $2 order by provider_settlement.id"
        ])
        .bind(organisation.uuid())
        .bind(digest)
        .all::<SettlementRow>()
        .await?
        .into_iter()
        .map(ProviderSettlement::try_from)
        .collect()
    }

    /// Which of these settlements were taken in before, by what the provider calls them.
    pub async fn known_settlements(
        &mut self,
        organisation: OrganisationId,
        provider: PaymentProvider,
        numbers: &[&str],
    ) -> Result<HashSet<String>> {
        let rows: Vec<(String,)> = self
            .sql(text![
                "select number from provider_settlement where organisation_id = $2 and provider = $3"
                "and number in (select value from" [strings "$1"] ")"
            ])
            .bind(Json(numbers))
            .bind(organisation.uuid())
            .bind(provider.word())
            .all()
            .await?;
        Ok(rows.into_iter().map(|(number,)| number).collect())
    }

    /// The settlement with this id.
    pub async fn find_settlement(&mut self, id: ProviderSettlementId) -> Result<Option<ProviderSettlement>> {
        self.sql(text!["select" [settlement_columns] "from provider_settlement where provider_settlement.id = $1"])
            .bind(id.uuid())
            .optional::<SettlementRow>()
            .await?
            .map(ProviderSettlement::try_from)
            .transpose()
    }

    /// The settlement that a line of the bank was matched with.
    pub async fn settlement_received_as(&mut self, payment: IncomingPaymentId) -> Result<Option<ProviderSettlement>> {
        self.sql(text!["select" [settlement_columns] "from provider_settlement where received_id = $1"])
            .bind(payment.uuid())
            .optional::<SettlementRow>()
            .await?
            .map(ProviderSettlement::try_from)
            .transpose()
    }

    /// The versions of these settlements.
    pub async fn settlement_versions(
        &mut self,
        settlements: &[ProviderSettlementId],
    ) -> Result<HashMap<ProviderSettlementId, i64>> {
        let rows: Vec<(Uuid, i64)> = self
            .sql(text!["select id, row_version from provider_settlement where id in" [ids "$1"]])
            .bind(Json(settlements.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id, version)| (ProviderSettlementId(id), version)).collect())
    }

    /// The settlements of an organisation, the latest day first.
    pub async fn list_settlements(
        &mut self,
        organisation: OrganisationId,
        after: Option<SettlementPlace>,
        limit: i64,
    ) -> Result<Page<ProviderSettlement>> {
        let (day, id) =
            after.map_or((END_OF_TIME.date_naive(), Uuid::max()), |place| (place.settled_on, place.id.uuid()));
        let rows: Vec<SettlementRow> = self
            .sql(text![
                "select" [settlement_columns] "from provider_settlement where organisation_id = $1"
                "and (settled_on, provider_settlement.id) < ($2, $3)"
                "order by settled_on desc, provider_settlement.id desc limit $4"
            ])
            .bind(organisation.uuid())
            .bind(day)
            .bind(id)
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(ProviderSettlement::try_from)
    }
}

impl Tx {
    /// Adds a settlement with its lines.
    ///
    /// # Errors
    /// [`StoreError::Taken`] `settlement.taken` when it was taken in meanwhile.
    pub async fn insert_settlement(
        &mut self,
        it: &ProviderSettlement,
        digest: &[u8],
        lines: &[ProviderSettlementLine],
    ) -> Result<()> {
        self.change(
            "insert into provider_settlement (id, organisation_id, provider, number, kind, name, digest, settled_on, \
             currency, gross_minor, fee_minor, net_minor, taken_by_login_id, row_version, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(it.provider.word())
        .bind(&*it.number)
        .bind(it.kind.word())
        .bind(&*it.name)
        .bind(digest)
        .bind(it.settled_on)
        .bind(it.net.currency.code())
        .bind(it.gross.minor)
        .bind(it.fee.minor)
        .bind(it.net.minor)
        .bind(it.taken_by.map(LoginId::uuid))
        .bind(it.row_version)
        .bind(it.created_at)
        .run()
        .await
        .on_unique("settlement.taken")?
        .one("provider_settlement")?;
        let hex = |id: Uuid| id.simple().to_string();
        let row = |line: &ProviderSettlementLine| {
            json!({
                "id": hex(line.id.uuid()), "kind": line.kind.word(), "reference": line.reference,
                "movement": line.movement, "sold_on": line.sold_on, "gross": line.gross.minor, "fee": line.fee.minor,
                "attempt": line.attempt.map(|id| hex(id.uuid())), "place": line.line,
            })
        };
        self.change(text![
            "insert into provider_settlement_line (id, settlement_id, organisation_id, kind, reference, movement,"
            "sold_on, gross_minor, fee_minor, attempt_id, line) select" [uuid "id"] ", $2, $3," [string "kind"] ","
            [string "reference"] "," [string "movement"] "," [day "sold_on"] "," [integer "gross"] ","
            [integer "fee"] "," [uuid "attempt"] "," [integer "place"] "from" [rows "$1"]
        ])
        .bind(Json(lines.iter().map(row).collect::<Vec<_>>()))
        .bind(it.id.uuid())
        .bind(it.organisation_id.uuid())
        .run()
        .await?
        .any();
        Ok(())
    }

    /// A settlement, which nobody else changes until the transaction ends.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn hold_settlement(&mut self, id: ProviderSettlementId) -> Result<Option<ProviderSettlement>> {
        let _held: Option<(Uuid,)> = self
            .sql(text!["select id from provider_settlement where id = $1"[locked]])
            .bind(id.uuid())
            .optional()
            .await?;
        self.find_settlement(id).await
    }

    /// Writes down the line of the bank that a settlement was matched with, or that it is matched with none any more.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is at another version, [`StoreError::Taken`] `settlement.line_taken` when another
    /// settlement was matched with that line.
    pub async fn set_received(
        &mut self,
        id: ProviderSettlementId,
        row_version: i64,
        received: Option<IncomingPaymentId>,
    ) -> Result<()> {
        self.change(
            "update provider_settlement set received_id = $3, row_version = row_version + 1 \
             where id = $1 and row_version = $2",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(received.map(IncomingPaymentId::uuid))
        .run()
        .await
        .on_unique("settlement.line_taken")?
        .unchanged()
    }
}
