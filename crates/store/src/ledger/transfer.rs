//! One transfer with all that is known of it, and what was moved together with it.

use super::unreadable_transfer;
use crate::engine::{Conn, text};
use crate::error::Result;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use stolpe_domain::document::{DocumentKind, Number};
use stolpe_domain::id::{AccountId, DocumentId, OrganisationId, TransferId};
use stolpe_domain::ledger::{Amount, Step, TransferCode};
use uuid::Uuid;

/// A transfer as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptTransfer {
    /// Its id.
    pub id: TransferId,
    /// In whose books it is.
    pub organisation_id: OrganisationId,
    /// To whom it was given.
    pub debit: AccountId,
    /// From whom it was taken.
    pub credit: AccountId,
    /// How much, in the smallest part of the asset of both accounts.
    pub amount: Amount,
    /// What it did.
    pub step: Step,
    /// The transfer that it resolved.
    pub resolves: Option<TransferId>,
    /// The transfer that resolved it, of one that was held.
    pub resolved_by: Option<TransferId>,
    /// Why.
    pub code: TransferCode,
    /// The document that it is about.
    pub document: Option<(DocumentId, DocumentKind, Option<Number>)>,
    /// What brought the money: a payment of a bank file, or one through a provider.
    pub payment_id: Option<Uuid>,
    /// The day on which it counts.
    pub value_on: NaiveDate,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// What whoever made it is called; none when the product made it by itself.
    pub made_by_name: Option<String>,
}

/// What transfers are looked up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traced {
    /// The document that they are about.
    Document(DocumentId),
    /// What brought the money or took it: a payment, a refund, a payout, an entry of a till.
    Source(Uuid),
}

macro_rules! kept_transfers {
    () => {
        "select moved.id, moved.organisation_id, moved.debit_id, moved.credit_id, moved.amount, moved.step, \
         moved.resolves_id, moved.held, moved.code, moved.document_id, moved.payment_id, moved.value_on, \
         moved.created_at, document.kind as document_kind, document.fiscal_year, document.place, \
         later.id as resolved_by_id, person.given_name, person.family_name from ledger_transfer moved \
         left join document on document.id = moved.document_id \
         left join ledger_transfer later on later.resolves_id = moved.id \
         left join login on login.id = moved.made_by_login_id left join person on person.id = login.person_id"
    };
}

#[derive(FromRow)]
struct KeptRow {
    id: Uuid,
    organisation_id: Uuid,
    debit_id: Uuid,
    credit_id: Uuid,
    amount: i64,
    step: String,
    resolves_id: Option<Uuid>,
    held: Option<i64>,
    code: String,
    document_id: Option<Uuid>,
    payment_id: Option<Uuid>,
    value_on: NaiveDate,
    created_at: DateTime<Utc>,
    document_kind: Option<String>,
    fiscal_year: Option<i64>,
    place: Option<i64>,
    resolved_by_id: Option<Uuid>,
    given_name: Option<String>,
    family_name: Option<String>,
}

impl TryFrom<KeptRow> for KeptTransfer {
    type Error = crate::error::StoreError;

    fn try_from(row: KeptRow) -> Result<Self> {
        let amount = |smallest| Amount::new(smallest).ok_or_else(|| unreadable_transfer("amount"));
        let held = row.held.map(amount).transpose()?;
        let kind = row.document_kind.as_deref().map(DocumentKind::from_word);
        let kind = kind.map(|kind| kind.ok_or_else(|| unreadable_transfer("document_id"))).transpose()?;
        let number = crate::document::numbered(row.fiscal_year, row.place)?;
        let name = row.given_name.zip(row.family_name);
        Ok(Self {
            id: TransferId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            debit: AccountId(row.debit_id),
            credit: AccountId(row.credit_id),
            amount: amount(row.amount)?,
            step: Step::from_word(&row.step, held).ok_or_else(|| unreadable_transfer("step"))?,
            resolves: row.resolves_id.map(TransferId),
            resolved_by: row.resolved_by_id.map(TransferId),
            code: TransferCode::from_word(&row.code).ok_or_else(|| unreadable_transfer("code"))?,
            document: row.document_id.map(DocumentId).zip(kind).map(|(id, kind)| (id, kind, number)),
            payment_id: row.payment_id,
            value_on: row.value_on,
            created_at: row.created_at,
            made_by_name: name.map(|(given, family)| stolpe_domain::person::full_name(&given, &family)),
        })
    }
}

impl Conn {
    /// The transfer with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_transfer(&mut self, id: TransferId) -> Result<Option<KeptTransfer>> {
        let row: Option<KeptRow> =
            self.sql(text![[kept_transfers] "where moved.id = $1"]).bind(id.uuid()).optional().await?;
        row.map(KeptTransfer::try_from).transpose()
    }

    /// What was moved about a document, or for a payment, a refund, a payout or an entry of a till, in the order in which it
    /// was.
    pub async fn moved_about(&mut self, of: Traced, limit: i64) -> Result<Vec<KeptTransfer>> {
        let of = match of {
            Traced::Document(id) => self
                .sql(
                    text![[kept_transfers] "where moved.document_id = $1 order by moved.created_at, moved.id limit $2"],
                )
                .bind(id.uuid()),
            Traced::Source(id) => self
                .sql(text![[kept_transfers] "where moved.payment_id = $1 order by moved.created_at, moved.id limit $2"])
                .bind(id),
        };
        let rows: Vec<KeptRow> = of.bind(limit).all().await?;
        rows.into_iter().map(KeptTransfer::try_from).collect()
    }

    /// What was moved together with a transfer, itself among it: for the same reason at the same moment, of the same
    /// document or else of the same payment.
    pub async fn moved_with(&mut self, it: &KeptTransfer) -> Result<Vec<KeptTransfer>> {
        let of = match (&it.document, it.payment_id) {
            (Some((document, ..)), _) => self
                .sql(text![
                    [kept_transfers]
                    "where moved.document_id = $1 and moved.code = $2 and moved.created_at = $3 order by moved.id"
                ])
                .bind(document.uuid()),
            (None, Some(payment)) => self
                .sql(text![
                    [kept_transfers]
                    "where moved.payment_id = $1 and moved.code = $2 and moved.created_at = $3 order by moved.id"
                ])
                .bind(payment),
            (None, None) => return Ok(vec![it.clone()]),
        };
        let rows: Vec<KeptRow> = of.bind(it.code.word()).bind(it.created_at).all().await?;
        rows.into_iter().map(KeptTransfer::try_from).collect()
    }
}
