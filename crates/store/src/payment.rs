//! Paying through providers: what payers want to pay, and the lists of it.

mod agreement;
mod attempt;
mod callback;
mod methods;

pub use agreement::{KeptAgreement, RefusedCallbacks};
pub use attempt::Attempt;
pub use callback::{Callback, CallbackOf, CallbackOutcome};
pub use methods::KeptMethods;

use crate::engine::{Conn, Statement, Tx, text};
use crate::error::{Result, StoreError};
use crate::page::{END_OF_TIME, Page, Total};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use stolpe_domain::id::{DocumentId, FacilityId, LoginId, OrganisationId, PaymentId, PersonId};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment::{AttemptState, Concern, PaymentProvider, PaymentPurpose, PurposeKind};
use uuid::Uuid;

/// What somebody wants to pay through a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// Who is paid.
    pub organisation_id: OrganisationId,
    /// The facility that the invoice is for, or at which money is put in.
    pub facility_id: FacilityId,
    /// What it is for.
    pub purpose: PaymentPurpose,
    /// Who pays.
    pub person_id: PersonId,
    /// How much was asked for.
    pub amount: Money,
    /// Where the try stands that counts.
    pub state: AttemptState,
    /// Who was asked in that try.
    pub provider: PaymentProvider,
    /// Why somebody has to look at it.
    pub concern: Option<Concern>,
    /// When, by whom and with what words somebody did.
    pub looked_at: Option<LookedAt>,
    /// Counts changes.
    pub row_version: i64,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
}

/// That somebody has looked at what was not plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedAt {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: Option<LoginId>,
    /// Why it is well.
    pub reason: String,
}

/// Which payments a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentFilter {
    /// To this organisation.
    pub organisation: OrganisationId,
    /// Whose try stands so.
    pub state: Option<AttemptState>,
    /// Through this provider.
    pub provider: Option<PaymentProvider>,
    /// That somebody has to look at, or not.
    pub to_look_at: Option<bool>,
    /// For this invoice.
    pub document: Option<DocumentId>,
    /// For that.
    pub purpose: Option<PurposeKind>,
    /// Whose money came or went back at this instant or later.
    pub moved_from: Option<DateTime<Utc>>,
    /// Whose money came or went back before this instant.
    pub moved_to: Option<DateTime<Utc>>,
}

/// Where a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentPlace {
    /// When the last one was begun.
    pub created_at: DateTime<Utc>,
    /// Its id.
    pub id: PaymentId,
}

macro_rules! provider_payment_columns {
    () => {
        "id, organisation_id, facility_id, purpose, document_id, person_id, currency, amount_minor, state, provider, concern, \
         looked_at_at, looked_at_by_login_id, looked_at_reason, row_version, created_at"
    };
}

macro_rules! narrowed {
    () => {
        "organisation_id = $1 and (state = $2 or $2 is null) and (provider = $3 or $3 is null) \
         and (document_id = $4 or $4 is null) \
         and ((concern is not null and looked_at_at is null and $5 = 1) \
         or ((concern is null or looked_at_at is not null) and $5 = 0) or $5 is null) \
         and (purpose = $6 or $6 is null) \
         and (exists (select 1 from payment_attempt where payment_attempt.payment_id = payment.id \
         and booked_at is not null and (booked_at >= $7 or $7 is null) and (booked_at < $8 or $8 is null)) \
         or exists (select 1 from refund where refund.payment_id = payment.id and refund.state = 'done' \
         and (moved_at >= $7 or $7 is null) and (moved_at < $8 or $8 is null)) or ($7 is null and $8 is null))"
    };
}

#[derive(FromRow)]
struct PaymentRow {
    id: Uuid,
    organisation_id: Uuid,
    facility_id: Uuid,
    purpose: String,
    document_id: Option<Uuid>,
    person_id: Uuid,
    currency: String,
    amount_minor: i64,
    state: String,
    provider: String,
    concern: Option<String>,
    looked_at_at: Option<DateTime<Utc>>,
    looked_at_by_login_id: Option<Uuid>,
    looked_at_reason: Option<String>,
    row_version: i64,
    created_at: DateTime<Utc>,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "payment", column }
}

impl TryFrom<PaymentRow> for Payment {
    type Error = StoreError;

    fn try_from(row: PaymentRow) -> Result<Self> {
        let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
        let kind = PurposeKind::from_word(&row.purpose);
        let purpose = kind.and_then(|kind| PaymentPurpose::of(kind, row.document_id.map(DocumentId)));
        let by = row.looked_at_by_login_id.map(LoginId);
        let concern = row.concern.map(|word| Concern::from_word(&word).ok_or_else(|| unreadable("concern")));
        Ok(Self {
            id: PaymentId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            facility_id: FacilityId(row.facility_id),
            purpose: purpose.ok_or_else(|| unreadable("purpose"))?,
            person_id: PersonId(row.person_id),
            amount: Money::of_minor(row.amount_minor, currency),
            state: AttemptState::from_word(&row.state).ok_or_else(|| unreadable("state"))?,
            provider: PaymentProvider::from_word(&row.provider).ok_or_else(|| unreadable("provider"))?,
            concern: concern.transpose()?,
            looked_at: row.looked_at_at.zip(row.looked_at_reason).map(|(at, reason)| LookedAt { at, by, reason }),
            row_version: row.row_version,
            created_at: row.created_at,
        })
    }
}

fn bound<'c>(statement: Statement<'c>, filter: &PaymentFilter) -> Statement<'c> {
    statement
        .bind(filter.organisation.uuid())
        .bind(filter.state.map(AttemptState::word))
        .bind(filter.provider.map(PaymentProvider::word))
        .bind(filter.document.map(DocumentId::uuid))
        .bind(filter.to_look_at.map(i64::from))
        .bind(filter.purpose.map(PurposeKind::word))
        .bind(filter.moved_from)
        .bind(filter.moved_to)
}

impl Conn {
    /// The payment with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_payment(&mut self, id: PaymentId) -> Result<Option<Payment>> {
        self.sql(text!["select" [provider_payment_columns] "from payment where id = $1"])
            .bind(id.uuid())
            .optional::<PaymentRow>()
            .await?
            .map(Payment::try_from)
            .transpose()
    }

    /// What has been begun to pay of an invoice, the latest first.
    pub async fn payments_of(&mut self, document: DocumentId) -> Result<Vec<Payment>> {
        self.sql(text![
            "select" [provider_payment_columns] "from payment where document_id = $1 order by created_at desc, id desc limit 100"
        ])
        .bind(document.uuid())
        .all::<PaymentRow>()
        .await?
        .into_iter()
        .map(Payment::try_from)
        .collect()
    }

    /// What somebody has begun to put in beforehand at a facility since an instant, and what is still open of it, the latest
    /// first.
    pub async fn top_ups_since(
        &mut self,
        person: PersonId,
        facility: FacilityId,
        since: DateTime<Utc>,
    ) -> Result<Vec<Payment>> {
        self.sql(text![
            "select" [provider_payment_columns] "from payment where person_id = $1 and facility_id = $2"
            "and purpose = 'top_up' and (created_at >= $3 or state in ('initiated', 'awaiting', 'reserved', 'unknown')) order by created_at desc, id desc limit 1000"
        ])
        .bind(person.uuid())
        .bind(facility.uuid())
        .bind(since)
        .all::<PaymentRow>()
        .await?
        .into_iter()
        .map(Payment::try_from)
        .collect()
    }

    /// Payments, the latest first.
    pub async fn list_payments(
        &mut self,
        filter: &PaymentFilter,
        after: Option<PaymentPlace>,
        limit: i64,
    ) -> Result<Page<Payment>> {
        let (at, id) = after.map_or((END_OF_TIME, Uuid::max()), |place| (place.created_at, place.id.uuid()));
        let statement = self.sql(text![
            "select" [provider_payment_columns] "from payment where" [narrowed]
            "and (created_at, id) < ($9, $10) order by created_at desc, id desc limit $11"
        ]);
        let rows: Vec<PaymentRow> = bound(statement, filter).bind(at).bind(id).bind(limit + 1).all().await?;
        Page::cut(rows, limit).try_map(Payment::try_from)
    }

    /// How many payments the filter leaves, counted up to the ceiling.
    pub async fn count_payments(&mut self, filter: &PaymentFilter) -> Result<Total> {
        let statement =
            self.sql(text!["select count(*) from (select 1 from payment where" [narrowed] "limit $9) as counted"]);
        let (count,): (i64,) = bound(statement, filter).bind(Total::CEILING + 1).one().await?;
        Ok(Total::counted(count))
    }

    /// The invoices of a person that were issued and are in use, those dated last first.
    pub async fn invoices_of(
        &mut self,
        person: PersonId,
        limit: i64,
    ) -> Result<Vec<(DocumentId, OrganisationId, Option<NaiveDate>)>> {
        let rows: Vec<(Uuid, Uuid, Option<NaiveDate>)> = self
            .sql(
                "select id, organisation_id, issued_on from document where person_id = $1 and kind in ('invoice', 'reminder') \
                 and place is not null and state <> 'void' order by issued_on desc, id desc limit $2",
            )
            .bind(person.uuid())
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id, of, on)| (DocumentId(id), OrganisationId(of), on)).collect())
    }
}

impl Tx {
    /// Adds a payment.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_payment(&mut self, it: &Payment) -> Result<()> {
        self.change(
            "insert into payment (id, organisation_id, facility_id, purpose, document_id, person_id, currency, \
             amount_minor, state, provider, row_version, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(it.facility_id.uuid())
        .bind(it.purpose.kind().word())
        .bind(it.purpose.document().map(DocumentId::uuid))
        .bind(it.person_id.uuid())
        .bind(it.amount.currency.code())
        .bind(it.amount.minor)
        .bind(it.state.word())
        .bind(it.provider.word())
        .bind(it.row_version)
        .bind(it.created_at)
        .run()
        .await?
        .one("payment")
    }

    /// A payment, which nobody else changes until the transaction ends.
    pub async fn lock_payment(&mut self, id: PaymentId) -> Result<Option<Payment>> {
        self.sql(text!["select" [provider_payment_columns] "from payment where id = $1" [locked]])
            .bind(id.uuid())
            .optional::<PaymentRow>()
            .await?
            .map(Payment::try_from)
            .transpose()
    }

    /// Writes down where a payment stands. A concern that is new, or another one, has yet to be looked at.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is at another version.
    pub async fn put_payment(&mut self, it: &Payment) -> Result<()> {
        self.change(
            "update payment set state = $3, provider = $4, concern = $5, looked_at_at = $6, \
             looked_at_by_login_id = $7, looked_at_reason = $8, row_version = row_version + 1 \
             where id = $1 and row_version = $2",
        )
        .bind(it.id.uuid())
        .bind(it.row_version)
        .bind(it.state.word())
        .bind(it.provider.word())
        .bind(it.concern.map(Concern::word))
        .bind(it.looked_at.as_ref().map(|it| it.at))
        .bind(it.looked_at.as_ref().and_then(|it| it.by).map(LoginId::uuid))
        .bind(it.looked_at.as_ref().map(|it| it.reason.as_str()))
        .run()
        .await?
        .unchanged()
    }
}
