//! What is held against each other: payments, settlements and lines of the bank.

use super::unreadable;
use crate::engine::{Conn, text};
use crate::error::Result;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{
    DocumentId, IncomingPaymentId, OrganisationId, PaymentAttemptId, PaymentId, PersonId, ProviderSettlementId,
    RefundId, SettlementLineId,
};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment::PaymentProvider;
use stolpe_domain::reconciliation::{CounterDay, CounterLine, Movement, PaidOut, SettledLine, SettlementLineKind};
use uuid::Uuid;

/// A payment that has come, as far as lines of settlements name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedAttempt {
    /// The try, which is also our name for it at the provider.
    pub id: PaymentAttemptId,
    /// What the provider calls it.
    pub reference: Option<String>,
    /// What the provider calls the movement of the money.
    pub movement: Option<String>,
}

/// A payment that has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownAttempt {
    /// The try.
    pub id: PaymentAttemptId,
    /// The payment.
    pub payment: PaymentId,
    /// What was paid.
    pub document: Option<DocumentId>,
    /// Who has paid.
    pub person: PersonId,
    /// Through whom.
    pub provider: PaymentProvider,
    /// How much came.
    pub amount: Money,
    /// When it was booked.
    pub booked_at: DateTime<Utc>,
}

/// What a customer was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownRefund {
    /// The refund.
    pub id: RefundId,
    /// The try whose money it gave back.
    pub attempt: PaymentAttemptId,
    /// The payment.
    pub payment: PaymentId,
    /// What had been paid.
    pub document: Option<DocumentId>,
    /// Who has paid.
    pub person: PersonId,
    /// Through whom.
    pub provider: PaymentProvider,
    /// How much.
    pub amount: Money,
    /// Our name for it at the provider.
    pub ask: Uuid,
    /// When it was done.
    pub done_at: DateTime<Utc>,
}

/// Everything of a while, with everything older that does not agree.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What customers have paid.
    pub paid: Vec<KnownAttempt>,
    /// What they were given back, ever: lines of settlements that tell of it are matched with it each time.
    pub refunds: Vec<KnownRefund>,
    /// What settlements tell of, with what a line calls its payment: by our name, and by the provider's.
    pub lines: Vec<(SettledLine, Vec<String>)>,
    /// The settlements, with their numbers.
    pub settlements: Vec<(PaidOut, String)>,
    /// What was taken at the counter, ever: lines of the bank that bring it are placed on its days each time.
    pub counter: Vec<CounterDay>,
    /// The lines of the bank that bring it, with who paid.
    pub counter_lines: Vec<(CounterLine, Option<String>)>,
}

/// A line of the bank that waits to be placed and is exactly what a settlement pays out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankLine {
    /// The settlement.
    pub settlement: ProviderSettlementId,
    /// The line of the bank.
    pub payment: IncomingPaymentId,
    /// When the bank booked it.
    pub booked_on: NaiveDate,
    /// Who paid.
    pub payer: Option<String>,
}

#[derive(FromRow)]
struct PaidRow {
    id: Uuid,
    payment_id: Uuid,
    document_id: Option<Uuid>,
    person_id: Uuid,
    provider: String,
    came_currency: String,
    came_minor: i64,
    booked_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct RefundedRow {
    id: Uuid,
    attempt_id: Uuid,
    payment_id: Uuid,
    document_id: Option<Uuid>,
    person_id: Uuid,
    provider: String,
    currency: String,
    amount_minor: i64,
    ask_id: Uuid,
    moved_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct LineRow {
    id: Uuid,
    settlement_id: Uuid,
    provider: String,
    kind: String,
    settled_on: NaiveDate,
    sold_on: Option<NaiveDate>,
    currency: String,
    gross_minor: i64,
    fee_minor: i64,
    attempt_id: Option<Uuid>,
    reference: Option<String>,
    movement: Option<String>,
}

#[derive(FromRow)]
struct OutRow {
    id: Uuid,
    provider: String,
    settled_on: NaiveDate,
    currency: String,
    net_minor: i64,
    received_id: Option<Uuid>,
    number: String,
}

fn provider(word: &str) -> Result<PaymentProvider> {
    PaymentProvider::from_word(word).ok_or_else(|| unreadable("provider"))
}

fn money(minor: i64, code: &str) -> Result<Money> {
    Ok(Money::of_minor(minor, Currency::from_code(code).ok_or_else(|| unreadable("currency"))?))
}

impl Conn {
    /// The payments through a provider that have come and are called so, by either side's name for them.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn attempts_named(
        &mut self,
        organisation: OrganisationId,
        provider: PaymentProvider,
        names: &[String],
    ) -> Result<Vec<NamedAttempt>> {
        let ids: Vec<Uuid> = names.iter().filter_map(|name| Uuid::try_parse(name).ok()).collect();
        let rows: Vec<(Uuid, Option<String>, Option<String>)> = self
            .sql(text![
                "select id, reference, movement from payment_attempt where organisation_id = $3 and provider = $4"
                "and booked_at is not null and (reference in (select value from" [strings "$1"] ")"
                "or movement in (select value from" [strings "$1"] ") or id in" [ids "$2"] ")"
            ])
            .bind(Json(names))
            .bind(Json(ids))
            .bind(organisation.uuid())
            .bind(provider.word())
            .all()
            .await?;
        let attempt = |(id, reference, movement)| NamedAttempt { id: PaymentAttemptId(id), reference, movement };
        Ok(rows.into_iter().map(attempt).collect())
    }

    /// What the customers of an organisation were given back through providers, in the order in which that was done.
    pub async fn done_refunds(&mut self, organisation: OrganisationId) -> Result<Vec<KnownRefund>> {
        let rows: Vec<RefundedRow> = self
            .sql(
                "select id, attempt_id, payment_id, document_id, person_id, provider, currency, amount_minor, ask_id, moved_at \
                 from refund where organisation_id = $1 and state = 'done' order by moved_at, id",
            )
            .bind(organisation.uuid())
            .all()
            .await?;
        let refund = |row: RefundedRow| {
            Ok(KnownRefund {
                id: RefundId(row.id),
                attempt: PaymentAttemptId(row.attempt_id),
                payment: PaymentId(row.payment_id),
                document: row.document_id.map(DocumentId),
                person: PersonId(row.person_id),
                provider: provider(&row.provider)?,
                amount: money(row.amount_minor, &row.currency)?,
                ask: row.ask_id,
                done_at: row.moved_at,
            })
        };
        rows.into_iter().map(refund).collect()
    }

    /// What happened from some day on, and whatever is older and does not agree.
    pub async fn reconciliation_facts(
        &mut self,
        organisation: OrganisationId,
        from: NaiveDate,
        from_at: DateTime<Utc>,
    ) -> Result<Facts> {
        let paid: Vec<PaidRow> = self
            .sql(
                "select attempt.id, attempt.payment_id, payment.document_id, payment.person_id, \
                 attempt.provider, attempt.came_currency, \
                 attempt.came_minor, attempt.booked_at from payment_attempt attempt \
                 join payment on payment.id = attempt.payment_id where attempt.organisation_id = $1 \
                 and attempt.booked_at is not null and attempt.came_minor is not null \
                 and attempt.came_currency in ('SEK', 'NOK') and (attempt.booked_at >= $2 \
                 or attempt.came_minor <> coalesce((select cast(sum(gross_minor) as bigint) \
                 from provider_settlement_line where attempt_id = attempt.id), 0) \
                 or attempt.id in (select line.attempt_id from provider_settlement_line line \
                 join provider_settlement on provider_settlement.id = line.settlement_id \
                 where line.organisation_id = $1 and line.attempt_id is not null \
                 and provider_settlement.settled_on >= $3) or attempt.id in (select subject_id from difference_care \
                 where organisation_id = $1 and corrected_minor <> 0)) order by attempt.id",
            )
            .bind(organisation.uuid())
            .bind(from_at)
            .bind(from)
            .all()
            .await?;
        let attempts: Vec<Uuid> = paid.iter().map(|row| row.id).collect();
        let lines: Vec<LineRow> = self
            .sql(text![
                "select line.id, line.settlement_id, provider_settlement.provider, line.kind,"
                "provider_settlement.settled_on, line.sold_on, provider_settlement.currency, line.gross_minor,"
                "line.fee_minor, line.attempt_id, line.reference, line.movement from provider_settlement_line line"
                "join provider_settlement on provider_settlement.id = line.settlement_id"
                "where line.organisation_id = $2 and (provider_settlement.settled_on >= $3"
                "or (line.attempt_id is null and line.kind <> 'fee') or line.attempt_id in" [ids "$1"] ")"
                "order by line.id"
            ])
            .bind(Json(attempts))
            .bind(organisation.uuid())
            .bind(from)
            .all()
            .await?;
        let named: Vec<Uuid> = lines.iter().map(|row| row.settlement_id).collect();
        let settlements: Vec<OutRow> = self
            .sql(text![
                "select id, provider, settled_on, currency, net_minor, received_id, number from provider_settlement"
                "where organisation_id = $2 and (settled_on >= $3 or received_id is null or id in" [ids "$1"]
                "or id in (select subject_id from difference_care where organisation_id = $2"
                "and corrected_minor <> 0)) order by id"
            ])
            .bind(Json(named))
            .bind(organisation.uuid())
            .bind(from)
            .all()
            .await?;
        let paid = paid.into_iter().map(|row| {
            Ok(KnownAttempt {
                id: PaymentAttemptId(row.id),
                payment: PaymentId(row.payment_id),
                document: row.document_id.map(DocumentId),
                person: PersonId(row.person_id),
                provider: provider(&row.provider)?,
                amount: money(row.came_minor, &row.came_currency)?,
                booked_at: row.booked_at,
            })
        });
        let lines = lines.into_iter().map(|row| {
            let line = SettledLine {
                id: SettlementLineId(row.id),
                settlement: ProviderSettlementId(row.settlement_id),
                provider: provider(&row.provider)?,
                kind: SettlementLineKind::from_word(&row.kind).ok_or_else(|| unreadable("kind"))?,
                on: row.sold_on.unwrap_or(row.settled_on),
                gross: money(row.gross_minor, &row.currency)?,
                fee: money(row.fee_minor, &row.currency)?,
                movement: row.attempt_id.map(|id| Movement::Attempt(PaymentAttemptId(id))),
            };
            Ok((line, row.reference.into_iter().chain(row.movement).collect()))
        });
        let settlements = settlements.into_iter().map(|row| {
            let out = PaidOut {
                id: ProviderSettlementId(row.id),
                provider: provider(&row.provider)?,
                on: row.settled_on,
                net: money(row.net_minor, &row.currency)?,
                received: row.received_id.map(IncomingPaymentId),
            };
            Ok((out, row.number))
        });
        Ok(Facts {
            paid: paid.collect::<Result<_>>()?,
            refunds: self.done_refunds(organisation).await?,
            lines: lines.collect::<Result<_>>()?,
            settlements: settlements.collect::<Result<_>>()?,
            counter: self.counter_days(organisation).await?,
            counter_lines: self.counter_lines(organisation).await?,
        })
    }

    /// Lines of the bank of which nothing has been placed, and that are exactly what a settlement without one pays out: from
    /// the day before it was made until ten days after.
    pub async fn bank_lines_of_settlements(&mut self, organisation: OrganisationId) -> Result<Vec<BankLine>> {
        let rows: Vec<(Uuid, NaiveDate, Uuid, NaiveDate, Option<String>)> = self
            .sql(
                "select provider_settlement.id, provider_settlement.settled_on, it.id, it.booked_on, it.payer \
                 from provider_settlement join incoming_payment it on it.organisation_id = provider_settlement.organisation_id \
                 and it.currency = provider_settlement.currency and it.amount_minor = provider_settlement.net_minor \
                 where provider_settlement.organisation_id = $1 and provider_settlement.received_id is null \
                 and it.left_minor = it.amount_minor and it.kind = 'payment' and it.same_as_id is null \
                 order by provider_settlement.id, it.booked_on, it.id",
            )
            .bind(organisation.uuid())
            .all()
            .await?;
        let fits = |settled: NaiveDate, booked: NaiveDate| (-1..=10).contains(&(booked - settled).num_days());
        let lines = rows.into_iter().filter(|(_, settled, _, booked, _)| fits(*settled, *booked));
        let line = |(settlement, _, payment, booked_on, payer)| BankLine {
            settlement: ProviderSettlementId(settlement),
            payment: IncomingPaymentId(payment),
            booked_on,
            payer,
        };
        Ok(lines.map(line).collect())
    }
}
