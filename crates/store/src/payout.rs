//! Money on its way out to bank accounts, or over the counter.

mod file;
mod left;
mod outgoing;
mod status;

pub use file::{PayoutFile, PayoutItem};
pub use left::{LeftBalance, LeftOwner};
pub use outgoing::OutgoingLine;
pub use status::{PayoutStatus, PayoutStatusFile};

use crate::engine::{Conn, Statement, Tx, text};
use crate::error::{Result, StoreError};
use crate::page::{END_OF_TIME, Page, Total};
use crate::todo::Waiting;
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{CompanyId, IncomingPaymentId, OrganisationId, PaymentId, PayoutId, PersonId};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payout::{PayoutDestination, PayoutSource, PayoutState};
use stolpe_domain::second_approval::Decision;
use uuid::Uuid;

/// A payout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    /// Its id, by which the ledger knows it.
    pub id: PayoutId,
    /// Who pays out.
    pub organisation_id: OrganisationId,
    /// Whose money it is, or what is left of what.
    pub source: PayoutSource,
    /// Who gets it, where that is somebody in the register.
    pub person_id: Option<PersonId>,
    /// How much.
    pub amount: Money,
    /// Where it goes.
    pub to: PayoutDestination,
    /// The name that the bank is told, or of whoever gets it.
    pub name: String,
    /// Where it stands.
    pub state: PayoutState,
    /// Why it was asked for.
    pub reason: String,
    /// Who asked.
    pub asked_by: PersonId,
    /// Who decided, when, and with what words.
    pub decision: Option<Decision>,
    /// Since when it stands so.
    pub moved_at: DateTime<Utc>,
    /// Counts changes.
    pub row_version: i64,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

/// Which payouts a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayoutFilter {
    /// Of this organisation.
    pub organisation: OrganisationId,
    /// That stand so.
    pub state: Option<PayoutState>,
    /// To this person.
    pub person: Option<PersonId>,
    /// Of this incoming payment.
    pub incoming_payment: Option<IncomingPaymentId>,
    /// Of this company.
    pub company: Option<CompanyId>,
}

/// Where a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayoutPlace {
    /// When the last one was asked for.
    pub created_at: DateTime<Utc>,
    /// Its id.
    pub id: PayoutId,
}

macro_rules! payout_columns {
    () => {
        "payout.id, payout.organisation_id, payout.person_id, payout.incoming_payment_id, payout.payment_id, \
         payout.company_id,          payout.currency, payout.amount_minor, payout.account, payout.name, payout.state, payout.reason, \
         payout.asked_by_person_id, payout.decided_at, payout.decided_by_person_id, payout.decided_reason, \
         payout.moved_at, payout.row_version, payout.created_at"
    };
}

macro_rules! narrowed {
    () => {
        "organisation_id = $1 and (state = $2 or $2 is null) and (person_id = $3 or $3 is null) \
         and (incoming_payment_id = $4 or $4 is null) and (company_id = $5 or $5 is null)"
    };
}

#[derive(FromRow)]
struct PayoutRow {
    id: Uuid,
    organisation_id: Uuid,
    person_id: Option<Uuid>,
    incoming_payment_id: Option<Uuid>,
    payment_id: Option<Uuid>,
    company_id: Option<Uuid>,
    currency: String,
    amount_minor: i64,
    account: String,
    name: String,
    state: String,
    reason: String,
    asked_by_person_id: Uuid,
    decided_at: Option<DateTime<Utc>>,
    decided_by_person_id: Option<Uuid>,
    decided_reason: Option<String>,
    moved_at: DateTime<Utc>,
    row_version: i64,
    created_at: DateTime<Utc>,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "payout", column }
}

impl TryFrom<PayoutRow> for Payout {
    type Error = StoreError;

    fn try_from(row: PayoutRow) -> Result<Self> {
        let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
        let source = match (row.incoming_payment_id, row.payment_id, row.company_id, row.person_id) {
            (Some(payment), ..) => PayoutSource::IncomingPayment(IncomingPaymentId(payment)),
            (None, Some(payment), ..) => PayoutSource::Payment(PaymentId(payment)),
            (None, None, Some(company), _) => PayoutSource::Company(CompanyId(company)),
            (None, None, None, Some(person)) => PayoutSource::Person(PersonId(person)),
            (None, None, None, None) => return Err(unreadable("person_id")),
        };
        let decided = row.decided_at.zip(row.decided_by_person_id);
        let reason = row.decided_reason;
        Ok(Self {
            id: PayoutId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            source,
            person_id: row.person_id.map(PersonId),
            amount: Money::of_minor(row.amount_minor, currency),
            to: PayoutDestination::parse_stored(&row.account).map_err(|_| unreadable("account"))?,
            name: row.name,
            state: PayoutState::from_word(&row.state).ok_or_else(|| unreadable("state"))?,
            reason: row.reason,
            asked_by: PersonId(row.asked_by_person_id),
            decision: decided.map(|(at, by)| Decision { at, by: PersonId(by), reason }),
            moved_at: row.moved_at,
            row_version: row.row_version,
            created_at: row.created_at,
        })
    }
}

fn bound<'c>(statement: Statement<'c>, filter: &PayoutFilter) -> Statement<'c> {
    statement
        .bind(filter.organisation.uuid())
        .bind(filter.state.map(PayoutState::word))
        .bind(filter.person.map(PersonId::uuid))
        .bind(filter.incoming_payment.map(IncomingPaymentId::uuid))
        .bind(filter.company.map(CompanyId::uuid))
}

fn read(rows: Vec<PayoutRow>) -> Result<Vec<Payout>> {
    rows.into_iter().map(Payout::try_from).collect()
}

fn ids(all: &[PayoutId]) -> Json<Vec<Uuid>> {
    Json(all.iter().map(|id| id.uuid()).collect())
}

impl Conn {
    /// The payout with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_payout(&mut self, id: PayoutId) -> Result<Option<Payout>> {
        self.sql(text!["select" [payout_columns] "from payout where id = $1"])
            .bind(id.uuid())
            .optional::<PayoutRow>()
            .await?
            .map(Payout::try_from)
            .transpose()
    }

    /// Payouts, the latest first.
    pub async fn list_payouts(
        &mut self,
        filter: &PayoutFilter,
        after: Option<PayoutPlace>,
        limit: i64,
    ) -> Result<Page<Payout>> {
        let (at, id) = after.map_or((END_OF_TIME, Uuid::max()), |place| (place.created_at, place.id.uuid()));
        let statement = self.sql(text![
            "select" [payout_columns] "from payout where" [narrowed]
            "and (created_at, id) < ($6, $7) order by created_at desc, id desc limit $8"
        ]);
        let rows: Vec<PayoutRow> = bound(statement, filter).bind(at).bind(id).bind(limit + 1).all().await?;
        Page::cut(rows, limit).try_map(Payout::try_from)
    }

    /// How many payouts the filter leaves, counted up to the ceiling.
    pub async fn count_payouts(&mut self, filter: &PayoutFilter) -> Result<Total> {
        let statement =
            self.sql(text!["select count(*) from (select 1 from payout where" [narrowed] "limit $6) as counted"]);
        let (count,): (i64,) = bound(statement, filter).bind(Total::CEILING + 1).one().await?;
        Ok(Total::counted(count))
    }

    /// How much of a payment through a provider goes out to a bank account, or has gone.
    pub async fn paid_out_of(&mut self, payment: PaymentId) -> Result<i64> {
        let (minor,): (i64,) = self
            .sql(
                "select cast(coalesce(sum(amount_minor), 0) as bigint) from payout where payment_id = $1 \
                 and state in ('asked', 'approved', 'filed', 'sent', 'accepted', 'rejected', 'paid')",
            )
            .bind(payment.uuid())
            .one()
            .await?;
        Ok(minor)
    }

    /// Payouts that were approved and wait at the counter of an organisation for those who get them, the oldest first.
    pub async fn payouts_at_counter(&mut self, organisation: OrganisationId, limit: i64) -> Result<Vec<Payout>> {
        let rows = self
            .sql(text![
                "select" [payout_columns] "from payout where organisation_id = $1 and state = 'approved'"
                "and account = 'counter' order by created_at, id limit $2"
            ])
            .bind(organisation.uuid())
            .bind(limit)
            .all()
            .await?;
        read(rows)
    }

    /// Payouts of these organisations that wait: for somebody other than this person to decide, for a file, at the counter,
    /// or for what is to become of them after the bank has rejected them.
    pub async fn payouts_waiting(
        &mut self,
        organisations: &[OrganisationId],
        other_than: PersonId,
    ) -> Result<Vec<Waiting>> {
        self.sql(text![
            "select kind, cast(null as uuid) as facility_id, count(*) as count, min(moved_at) as oldest_at from (select"
            "case when state = 'approved' and account = 'counter' then 'payout.at_counter' else 'payout.' || state end"
            "as kind, moved_at from payout where organisation_id in" [ids "$1"]
            "and (state in ('approved', 'rejected') or (state = 'asked' and asked_by_person_id <> $2"
            "and (person_id is null or person_id <> $2)))) waiting group by kind"
        ])
        .bind(Json(organisations.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .bind(other_than.uuid())
        .all()
        .await
    }
}

impl Tx {
    /// Adds a payout.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_payout(&mut self, it: &Payout) -> Result<()> {
        let (incoming, payment, company) = match it.source {
            PayoutSource::Person(_) => (None, None, None),
            PayoutSource::IncomingPayment(id) => (Some(id.uuid()), None, None),
            PayoutSource::Payment(id) => (None, Some(id.uuid()), None),
            PayoutSource::Company(id) => (None, None, Some(id.uuid())),
        };
        self.change(
            "insert into payout (id, organisation_id, person_id, incoming_payment_id, payment_id, currency, \
             amount_minor, account, name, state, reason, asked_by_person_id, moved_at, row_version, created_at, company_id) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(it.person_id.map(PersonId::uuid))
        .bind(incoming)
        .bind(payment)
        .bind(it.amount.currency.code())
        .bind(it.amount.minor)
        .bind(it.to.as_str())
        .bind(&*it.name)
        .bind(it.state.word())
        .bind(&*it.reason)
        .bind(it.asked_by.uuid())
        .bind(it.moved_at)
        .bind(it.row_version)
        .bind(it.created_at)
        .bind(company)
        .run()
        .await?
        .one("payout")
    }

    /// Payouts, which nobody else changes until the transaction ends, in the order of their ids.
    pub async fn lock_payouts(&mut self, all: &[PayoutId]) -> Result<Vec<Payout>> {
        let rows = self
            .sql(text!["select" [payout_columns] "from payout where id in" [ids "$1"] "order by id" [locked]])
            .bind(ids(all))
            .all()
            .await?;
        read(rows)
    }

    /// Writes down what has become of a payout that is still at its version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is at another version.
    pub async fn put_payout(&mut self, it: &Payout) -> Result<()> {
        self.change(
            "update payout set state = $3, decided_at = $4, decided_by_person_id = $5, decided_reason = $6, \
             moved_at = $7, row_version = row_version + 1 where id = $1 and row_version = $2",
        )
        .bind(it.id.uuid())
        .bind(it.row_version)
        .bind(it.state.word())
        .bind(it.decision.as_ref().map(|it| it.at))
        .bind(it.decision.as_ref().map(|it| it.by.uuid()))
        .bind(it.decision.as_ref().and_then(|it| it.reason.as_deref()))
        .bind(it.moved_at)
        .run()
        .await?
        .unchanged()
    }
}
