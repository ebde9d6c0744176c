//! The inbox of what providers have sent: each event once, and what became of it.

use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use stolpe_domain::id::{OrganisationId, PaymentAttemptId, PaymentId, SavedCardId};
use stolpe_domain::payment::PaymentProvider;
use uuid::Uuid;

/// What became of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum CallbackOutcome {
    /// The provider is asked.
    Asked,
    /// What it tells of was known to be paid: it is older than that.
    Ignored,
}

impl CallbackOutcome {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Ignored => "ignored",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Asked, Self::Ignored].into_iter().find(|it| it.word() == word)
    }
}

/// What a callback tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackOf {
    /// This try.
    Attempt(PaymentAttemptId),
    /// This saved card.
    SavedCard(SavedCardId),
}

impl CallbackOf {
    const fn attempt(self) -> Option<Uuid> {
        match self {
            Self::Attempt(id) => Some(id.uuid()),
            Self::SavedCard(_) => None,
        }
    }

    const fn saved_card(self) -> Option<Uuid> {
        match self {
            Self::Attempt(_) => None,
            Self::SavedCard(id) => Some(id.uuid()),
        }
    }
}

/// What a provider has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// Its id.
    pub id: Uuid,
    /// Whose payment it tells of.
    pub organisation_id: OrganisationId,
    /// What it tells of.
    pub of: CallbackOf,
    /// Who sent it.
    pub provider: PaymentProvider,
    /// The same when it is sent again.
    pub event: String,
    /// Path and query, as they were asked for.
    pub target: String,
    /// The headers that prove nothing, as JSON.
    pub headers: String,
    /// What it said.
    pub body: String,
    /// What became of it.
    pub outcome: CallbackOutcome,
    /// How often it came again.
    pub repeated: i64,
    /// When it came first.
    pub received_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct CallbackRow {
    id: Uuid,
    organisation_id: Uuid,
    attempt_id: Uuid,
    provider: String,
    event: String,
    target: String,
    headers: String,
    body: String,
    outcome: String,
    repeated: i64,
    received_at: DateTime<Utc>,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "payment_callback", column }
}

impl Conn {
    /// What a provider has sent of the tries to pay something, in the order in which it came.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn callbacks_of(&mut self, payment: PaymentId) -> Result<Vec<Callback>> {
        let rows: Vec<CallbackRow> = self
            .sql(
                "select id, organisation_id, attempt_id, provider, event, target, headers, body, outcome, repeated, \
                 received_at from payment_callback \
                 where attempt_id in (select id from payment_attempt where payment_id = $1) order by received_at, id",
            )
            .bind(payment.uuid())
            .all()
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(Callback {
                    id: row.id,
                    organisation_id: OrganisationId(row.organisation_id),
                    of: CallbackOf::Attempt(PaymentAttemptId(row.attempt_id)),
                    provider: PaymentProvider::from_word(&row.provider).ok_or_else(|| unreadable("provider"))?,
                    event: row.event,
                    target: row.target,
                    headers: row.headers,
                    body: row.body,
                    outcome: CallbackOutcome::from_word(&row.outcome).ok_or_else(|| unreadable("outcome"))?,
                    repeated: row.repeated,
                    received_at: row.received_at,
                })
            })
            .collect()
    }
}

impl Tx {
    /// Puts a callback into the inbox while there are fewer than `most` of what it tells of, or counts that it came again; answers
    /// whether it is new.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn receive_callback(&mut self, it: &Callback, most: i64) -> Result<bool> {
        let again = self
            .change(
                "update payment_callback set repeated = repeated + 1 \
                 where provider = $1 and (attempt_id = $2 or saved_card_id = $3) and event = $4",
            )
            .bind(it.provider.word())
            .bind(it.of.attempt())
            .bind(it.of.saved_card())
            .bind(&*it.event)
            .run()
            .await?
            .any();
        if again > 0 {
            return Ok(false);
        }
        let (count,): (i64,) = self
            .sql("select count(*) from payment_callback where attempt_id = $1 or saved_card_id = $2")
            .bind(it.of.attempt())
            .bind(it.of.saved_card())
            .one()
            .await?;
        if count >= most {
            return Ok(false);
        }
        let added = self
            .change(text![
                "insert into payment_callback (id, organisation_id, attempt_id, saved_card_id, provider, event, target, headers,"
                "body, outcome, repeated, received_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11)"
                "on conflict do nothing"
            ])
            .bind(it.id)
            .bind(it.organisation_id.uuid())
            .bind(it.of.attempt())
            .bind(it.of.saved_card())
            .bind(it.provider.word())
            .bind(&*it.event)
            .bind(&*it.target)
            .bind(&*it.headers)
            .bind(&*it.body)
            .bind(it.outcome.word())
            .bind(it.received_at)
            .run()
            .await?;
        Ok(added.any() == 1)
    }
}
