//! What payers accept by paying: terms as they were written, which are never changed, and who accepted which.

use crate::engine::{Conn, Tx};
use crate::error::{Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use stolpe_domain::id::{OrganisationId, PaymentAttemptId, PaymentId, PersonId, TermsId};
use stolpe_domain::terms::{Terms, TermsKind};
use uuid::Uuid;

/// That somebody has accepted terms by beginning to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedTerms {
    /// By which payment.
    pub payment_id: PaymentId,
    /// By which try of it.
    pub attempt_id: PaymentAttemptId,
    /// Which terms.
    pub terms_id: TermsId,
    /// What they are about.
    pub kind: TermsKind,
    /// Which version of them.
    pub place: i64,
    /// Their first day.
    pub applies_from: NaiveDate,
    /// When.
    pub accepted_at: DateTime<Utc>,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "terms", column }
}

#[derive(FromRow)]
struct TermsRow {
    id: Uuid,
    kind: String,
    place: i64,
    applies_from: NaiveDate,
    texts: String,
    created_at: DateTime<Utc>,
}

impl TryFrom<TermsRow> for Terms {
    type Error = StoreError;

    fn try_from(row: TermsRow) -> Result<Self> {
        Ok(Self {
            id: TermsId(row.id),
            kind: TermsKind::from_word(&row.kind).ok_or_else(|| unreadable("kind"))?,
            place: row.place,
            applies_from: row.applies_from,
            texts: serde_json::from_str(&row.texts).map_err(|_| unreadable("texts"))?,
            created_at: row.created_at,
        })
    }
}

#[derive(FromRow)]
struct AcceptedRow {
    payment_id: Uuid,
    attempt_id: Uuid,
    terms_id: Uuid,
    kind: String,
    place: i64,
    applies_from: NaiveDate,
    accepted_at: DateTime<Utc>,
}

impl TryFrom<AcceptedRow> for AcceptedTerms {
    type Error = StoreError;

    fn try_from(row: AcceptedRow) -> Result<Self> {
        Ok(Self {
            payment_id: PaymentId(row.payment_id),
            attempt_id: PaymentAttemptId(row.attempt_id),
            terms_id: TermsId(row.terms_id),
            kind: TermsKind::from_word(&row.kind).ok_or_else(|| unreadable("kind"))?,
            place: row.place,
            applies_from: row.applies_from,
            accepted_at: row.accepted_at,
        })
    }
}

impl Conn {
    /// Everything that an organisation has written, in its order.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn terms_of(&mut self, organisation: OrganisationId) -> Result<Vec<Terms>> {
        self.sql(
            "select id, kind, place, applies_from, texts, created_at from terms where organisation_id = $1 \
             order by kind, place",
        )
        .bind(organisation.uuid())
        .all::<TermsRow>()
        .await?
        .into_iter()
        .map(Terms::try_from)
        .collect()
    }

    /// What was accepted with the tries of a payment, in their order.
    pub async fn accepted_with(&mut self, payment: PaymentId) -> Result<Vec<AcceptedTerms>> {
        self.sql(
            "select payment_terms.payment_id, payment_terms.attempt_id, payment_terms.terms_id, terms.kind, \
             terms.place, terms.applies_from, payment_terms.accepted_at from payment_terms \
             join terms on terms.id = payment_terms.terms_id where payment_terms.payment_id = $1 \
             order by payment_terms.accepted_at, terms.kind",
        )
        .bind(payment.uuid())
        .all::<AcceptedRow>()
        .await?
        .into_iter()
        .map(AcceptedTerms::try_from)
        .collect()
    }

    /// What a person has accepted, the latest first.
    pub async fn accepted_by(&mut self, person: PersonId, limit: i64) -> Result<Vec<AcceptedTerms>> {
        self.sql(
            "select payment_terms.payment_id, payment_terms.attempt_id, payment_terms.terms_id, terms.kind, \
             terms.place, terms.applies_from, payment_terms.accepted_at from payment_terms \
             join terms on terms.id = payment_terms.terms_id \
             join payment on payment.id = payment_terms.payment_id where payment.person_id = $1 \
             order by payment_terms.accepted_at desc, terms.kind limit $2",
        )
        .bind(person.uuid())
        .bind(limit)
        .all::<AcceptedRow>()
        .await?
        .into_iter()
        .map(AcceptedTerms::try_from)
        .collect()
    }
}

impl Tx {
    /// Adds terms at the next place of their kind.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when somebody was faster.
    pub async fn insert_terms(&mut self, organisation: OrganisationId, it: &Terms) -> Result<()> {
        let texts = serde_json::to_string(&it.texts).map_err(|_| unreadable("texts"))?;
        self.change(
            "insert into terms (id, organisation_id, kind, place, applies_from, texts, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(it.id.uuid())
        .bind(organisation.uuid())
        .bind(it.kind.word())
        .bind(it.place)
        .bind(it.applies_from)
        .bind(texts)
        .bind(it.created_at)
        .run()
        .await
        .map_err(|error| if error.is_unique() { StoreError::Changed } else { error })?
        .one("terms")
    }

    /// Notes which terms were accepted with a try to pay.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn accept_terms(
        &mut self,
        organisation: OrganisationId,
        (payment, attempt): (PaymentId, PaymentAttemptId),
        terms: TermsId,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "insert into payment_terms (payment_id, attempt_id, terms_id, organisation_id, accepted_at) \
             values ($1, $2, $3, $4, $5)",
        )
        .bind(payment.uuid())
        .bind(attempt.uuid())
        .bind(terms.uuid())
        .bind(organisation.uuid())
        .bind(at)
        .run()
        .await?
        .one("payment_terms")
    }
}
