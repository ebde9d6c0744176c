//! Money on its way back to whoever paid it.

use crate::engine::{Conn, Statement, Tx, text};
use crate::error::{Result, StoreError};
use crate::page::{END_OF_TIME, Page, Total};
use crate::todo::Waiting;
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{DocumentId, FacilityId, OrganisationId, PaymentAttemptId, PaymentId, PersonId, RefundId};
use stolpe_domain::ledger::AccountKind;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment::PaymentProvider;
use stolpe_domain::refund::{RefundState, Unused};
use stolpe_domain::second_approval::Decision;
use uuid::Uuid;

/// A refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// Its id, by which the ledger knows it.
    pub id: RefundId,
    /// Who gives the money back.
    pub organisation_id: OrganisationId,
    /// The facility of what was paid.
    pub facility_id: FacilityId,
    /// Who gets it.
    pub person_id: PersonId,
    /// The payment that it came by.
    pub payment_id: PaymentId,
    /// The try that brought it.
    pub attempt_id: PaymentAttemptId,
    /// The invoice that was paid; none where money was put in beforehand.
    pub document_id: Option<DocumentId>,
    /// Who carries it back.
    pub provider: PaymentProvider,
    /// How much.
    pub amount: Money,
    /// From where it is taken.
    pub parts: Unused,
    /// Where it stands.
    pub state: RefundState,
    /// Why it was asked for.
    pub reason: String,
    /// Who asked.
    pub asked_by: PersonId,
    /// Who decided, when, and with what words.
    pub decision: Option<Decision>,
    /// Our name for it at the provider.
    pub ask_id: RefundId,
    /// How often its money was held.
    pub round: i64,
    /// The provider took it and could not carry it out: another try needs another name.
    pub denied: bool,
    /// Why it has not been given back, as the provider's code.
    pub code: Option<String>,
    /// What the provider said of it.
    pub words: Option<String>,
    /// When the provider was last asked.
    pub asked_at: Option<DateTime<Utc>>,
    /// When it is asked next.
    pub next_ask_at: Option<DateTime<Utc>>,
    /// Since when it stands so.
    pub moved_at: DateTime<Utc>,
    /// Counts changes.
    pub row_version: i64,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

/// Which refunds a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundFilter {
    /// Of this organisation.
    pub organisation: OrganisationId,
    /// That stand so.
    pub state: Option<RefundState>,
    /// Of this payment.
    pub payment: Option<PaymentId>,
}

/// Where a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundPlace {
    /// When the last one was asked for.
    pub created_at: DateTime<Utc>,
    /// Its id.
    pub id: RefundId,
}

macro_rules! refund_columns {
    () => {
        "id, organisation_id, facility_id, person_id, payment_id, attempt_id, document_id, provider, currency, \
         amount_minor, suspense_minor, prepaid_minor, overpaid_minor, state, reason, asked_by_person_id, decided_at, \
         decided_by_person_id, decided_reason, ask_id, round, denied, code, words, asked_at, next_ask_at, moved_at, \
         row_version, created_at"
    };
}

macro_rules! narrowed {
    () => {
        "organisation_id = $1 and (state = $2 or $2 is null) and (payment_id = $3 or $3 is null)"
    };
}

#[derive(FromRow)]
struct RefundRow {
    id: Uuid,
    organisation_id: Uuid,
    facility_id: Uuid,
    person_id: Uuid,
    payment_id: Uuid,
    attempt_id: Uuid,
    document_id: Option<Uuid>,
    provider: String,
    currency: String,
    amount_minor: i64,
    suspense_minor: i64,
    prepaid_minor: i64,
    overpaid_minor: i64,
    state: String,
    reason: String,
    asked_by_person_id: Uuid,
    decided_at: Option<DateTime<Utc>>,
    decided_by_person_id: Option<Uuid>,
    decided_reason: Option<String>,
    ask_id: Uuid,
    round: i64,
    denied: bool,
    code: Option<String>,
    words: Option<String>,
    asked_at: Option<DateTime<Utc>>,
    next_ask_at: Option<DateTime<Utc>>,
    moved_at: DateTime<Utc>,
    row_version: i64,
    created_at: DateTime<Utc>,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "refund", column }
}

impl TryFrom<RefundRow> for Refund {
    type Error = StoreError;

    fn try_from(row: RefundRow) -> Result<Self> {
        let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
        let decided = row.decided_at.zip(row.decided_by_person_id);
        let reason = row.decided_reason;
        Ok(Self {
            id: RefundId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            facility_id: FacilityId(row.facility_id),
            person_id: PersonId(row.person_id),
            payment_id: PaymentId(row.payment_id),
            attempt_id: PaymentAttemptId(row.attempt_id),
            document_id: row.document_id.map(DocumentId),
            provider: PaymentProvider::from_word(&row.provider).ok_or_else(|| unreadable("provider"))?,
            amount: Money::of_minor(row.amount_minor, currency),
            parts: Unused { suspense: row.suspense_minor, prepaid: row.prepaid_minor, overpaid: row.overpaid_minor },
            state: RefundState::from_word(&row.state).ok_or_else(|| unreadable("state"))?,
            reason: row.reason,
            asked_by: PersonId(row.asked_by_person_id),
            decision: decided.map(|(at, by)| Decision { at, by: PersonId(by), reason }),
            ask_id: RefundId(row.ask_id),
            round: row.round,
            denied: row.denied,
            code: row.code,
            words: row.words,
            asked_at: row.asked_at,
            next_ask_at: row.next_ask_at,
            moved_at: row.moved_at,
            row_version: row.row_version,
            created_at: row.created_at,
        })
    }
}

fn bound<'c>(statement: Statement<'c>, filter: &RefundFilter) -> Statement<'c> {
    statement
        .bind(filter.organisation.uuid())
        .bind(filter.state.map(RefundState::word))
        .bind(filter.payment.map(PaymentId::uuid))
}

fn read(rows: Vec<RefundRow>) -> Result<Vec<Refund>> {
    rows.into_iter().map(Refund::try_from).collect()
}

impl Conn {
    /// The refund with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_refund(&mut self, id: RefundId) -> Result<Option<Refund>> {
        self.sql(text!["select" [refund_columns] "from refund where id = $1"])
            .bind(id.uuid())
            .optional::<RefundRow>()
            .await?
            .map(Refund::try_from)
            .transpose()
    }

    /// What has been asked to go back of a payment, in the order in which it was.
    pub async fn refunds_of_payment(&mut self, payment: PaymentId) -> Result<Vec<Refund>> {
        let rows = self
            .sql(text!["select" [refund_columns] "from refund where payment_id = $1 order by created_at, id"])
            .bind(payment.uuid())
            .all()
            .await?;
        read(rows)
    }

    /// What somebody gets back or has got back, the latest first.
    pub async fn refunds_of_person(&mut self, person: PersonId, limit: i64) -> Result<Vec<Refund>> {
        let rows = self
            .sql(text![
                "select" [refund_columns] "from refund where person_id = $1 order by created_at desc, id desc limit $2"
            ])
            .bind(person.uuid())
            .bind(limit)
            .all()
            .await?;
        read(rows)
    }

    /// What is held of an invoice beyond what it asks for, by refunds and payouts.
    pub async fn overpaid_held(&mut self, document: DocumentId) -> Result<i64> {
        let (held,): (i64,) = self
            .sql(
                "select cast(coalesce(sum(amount), 0) as bigint) from ledger_transfer \
                 join ledger_account debits on debits.id = debit_id \
                 where document_id = $1 and step = 'pending' and debits.kind = 'receivable' and not exists \
                 (select 1 from ledger_transfer later where later.resolves_id = ledger_transfer.id)",
            )
            .bind(document.uuid())
            .one()
            .await?;
        Ok(held)
    }

    /// What stands on an account of some kind for a payment: what was moved there for it, less what was moved away.
    pub async fn moved_for_payment(&mut self, payment: PaymentId, kind: AccountKind) -> Result<i64> {
        let (moved,): (i64,) = self
            .sql(
                "select cast(coalesce(sum(case when credits.kind = $2 then amount else -amount end), 0) as bigint) \
                 from ledger_transfer join ledger_account debits on debits.id = debit_id \
                 join ledger_account credits on credits.id = credit_id where payment_id = $1 \
                 and (debits.kind = $2) <> (credits.kind = $2) and step in ('posted', 'post')",
            )
            .bind(payment.uuid())
            .bind(kind.word())
            .one()
            .await?;
        Ok(moved)
    }

    /// Refunds, the latest first.
    pub async fn list_refunds(
        &mut self,
        filter: &RefundFilter,
        after: Option<RefundPlace>,
        limit: i64,
    ) -> Result<Page<Refund>> {
        let (at, id) = after.map_or((END_OF_TIME, Uuid::max()), |place| (place.created_at, place.id.uuid()));
        let statement = self.sql(text![
            "select" [refund_columns] "from refund where" [narrowed]
            "and (created_at, id) < ($4, $5) order by created_at desc, id desc limit $6"
        ]);
        let rows: Vec<RefundRow> = bound(statement, filter).bind(at).bind(id).bind(limit + 1).all().await?;
        Page::cut(rows, limit).try_map(Refund::try_from)
    }

    /// How many refunds the filter leaves, counted up to the ceiling.
    pub async fn count_refunds(&mut self, filter: &RefundFilter) -> Result<Total> {
        let statement =
            self.sql(text!["select count(*) from (select 1 from refund where" [narrowed] "limit $4) as counted"]);
        let (count,): (i64,) = bound(statement, filter).bind(Total::CEILING + 1).one().await?;
        Ok(Total::counted(count))
    }

    /// Refunds about which a provider is to be asked by now, those that have waited longest first.
    pub async fn due_refunds(&mut self, at: DateTime<Utc>, limit: i64) -> Result<Vec<Refund>> {
        let rows = self
            .sql(text![
                "select" [refund_columns]
                "from refund where next_ask_at is not null and next_ask_at <= $1 order by next_ask_at, id limit $2"
            ])
            .bind(at)
            .bind(limit)
            .all()
            .await?;
        read(rows)
    }

    /// Refunds of these organisations that wait for somebody who is none of these people to decide, by facility, those that
    /// have failed, and those of which a provider has not said since then how they stand.
    pub async fn refunds_waiting(
        &mut self,
        organisations: &[OrganisationId],
        other_than: &[PersonId],
        undecided_since: DateTime<Utc>,
    ) -> Result<Vec<Waiting>> {
        self.sql(text![
            "select waiting.kind, waiting.facility_id, count(*) as count, min(waiting.moved_at) as oldest_at from"
            "(select case when state in ('failed', 'asked') then 'refund.' || state else 'refund.undecided' end as kind,"
            "facility_id, moved_at from refund where organisation_id in" [ids "$1"] "and (state = 'failed'"
            "or (state = 'asked' and asked_by_person_id not in" [ids "$2"] "and person_id not in" [ids "$2"] ")"
            "or (state in ('approved', 'sent', 'unknown') and moved_at <= $3))) waiting"
            "group by waiting.kind, waiting.facility_id"
        ])
        .bind(Json(organisations.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .bind(Json(other_than.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .bind(undecided_since)
        .all()
        .await
    }
}

impl Tx {
    /// Adds a refund.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_refund(&mut self, it: &Refund) -> Result<()> {
        self.change(
            "insert into refund (id, organisation_id, facility_id, person_id, payment_id, attempt_id, document_id, \
             provider, currency, amount_minor, suspense_minor, prepaid_minor, overpaid_minor, state, reason, \
             asked_by_person_id, ask_id, round, denied, moved_at, row_version, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(it.facility_id.uuid())
        .bind(it.person_id.uuid())
        .bind(it.payment_id.uuid())
        .bind(it.attempt_id.uuid())
        .bind(it.document_id.map(DocumentId::uuid))
        .bind(it.provider.word())
        .bind(it.amount.currency.code())
        .bind(it.amount.minor)
        .bind(it.parts.suspense)
        .bind(it.parts.prepaid)
        .bind(it.parts.overpaid)
        .bind(it.state.word())
        .bind(it.reason.as_str())
        .bind(it.asked_by.uuid())
        .bind(it.ask_id.uuid())
        .bind(it.round)
        .bind(it.denied)
        .bind(it.moved_at)
        .bind(it.row_version)
        .bind(it.created_at)
        .run()
        .await?
        .one("refund")
    }

    /// A refund, which nobody else changes until the transaction ends.
    pub async fn lock_refund(&mut self, id: RefundId) -> Result<Option<Refund>> {
        self.sql(text!["select" [refund_columns] "from refund where id = $1" [locked]])
            .bind(id.uuid())
            .optional::<RefundRow>()
            .await?
            .map(Refund::try_from)
            .transpose()
    }

    /// Writes down what has become of a refund that is still at its version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is at another version.
    pub async fn put_refund(&mut self, it: &Refund) -> Result<()> {
        self.change(
            "update refund set state = $3, suspense_minor = $4, prepaid_minor = $5, overpaid_minor = $6, decided_at = $7, \
             decided_by_person_id = $8, decided_reason = $9, ask_id = $10, round = $11, denied = $12, code = $13, \
             words = $14, asked_at = $15, next_ask_at = $16, moved_at = $17, row_version = row_version + 1 \
             where id = $1 and row_version = $2",
        )
        .bind(it.id.uuid())
        .bind(it.row_version)
        .bind(it.state.word())
        .bind(it.parts.suspense)
        .bind(it.parts.prepaid)
        .bind(it.parts.overpaid)
        .bind(it.decision.as_ref().map(|it| it.at))
        .bind(it.decision.as_ref().map(|it| it.by.uuid()))
        .bind(it.decision.as_ref().and_then(|it| it.reason.as_deref()))
        .bind(it.ask_id.uuid())
        .bind(it.round)
        .bind(it.denied)
        .bind(it.code.as_deref())
        .bind(it.words.as_deref())
        .bind(it.asked_at)
        .bind(it.next_ask_at)
        .bind(it.moved_at)
        .run()
        .await?
        .unchanged()
    }

    /// Takes asking about a refund upon oneself until an instant: of several who see its time come, one gets it.
    pub async fn claim_refund(
        &mut self,
        id: RefundId,
        seen: DateTime<Utc>,
        (at, until): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<bool> {
        let claimed = self
            .change("update refund set asked_at = $3, next_ask_at = $4 where id = $1 and next_ask_at = $2")
            .bind(id.uuid())
            .bind(seen)
            .bind(at)
            .bind(until)
            .run()
            .await?;
        Ok(claimed.any() == 1)
    }

    /// Has the provider asked about a refund that it calls by our name for it, by then at the latest; answers whether there
    /// is one.
    pub async fn hasten_refund(&mut self, provider: PaymentProvider, ask: Uuid, at: DateTime<Utc>) -> Result<bool> {
        let hastened = self
            .change(
                "update refund set next_ask_at = case when next_ask_at < $3 then next_ask_at else $3 end \
                 where provider = $1 and ask_id = $2 and state in ('approved', 'sent', 'unknown', 'failed')",
            )
            .bind(provider.word())
            .bind(ask)
            .bind(at)
            .run()
            .await?;
        Ok(hastened.any() > 0)
    }
}
