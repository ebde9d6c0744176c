//! Tries to pay: written down before a provider is asked, and taken up by one host at a time.

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique as _, Result, StoreError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use stolpe_domain::id::{OrganisationId, PaymentAgreementId, PaymentAttemptId, PaymentId, SavedCardId};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment::{AttemptState, PaymentProvider};
use uuid::Uuid;

/// One try to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Our name for it at the provider.
    pub id: PaymentAttemptId,
    /// What it would pay.
    pub payment_id: PaymentId,
    /// Who would be paid.
    pub organisation_id: OrganisationId,
    /// By which agreement.
    pub agreement_id: PaymentAgreementId,
    /// The card that it is charged to, which is saved or about to be; none where the payer pays themselves.
    pub saved_card_id: Option<SavedCardId>,
    /// When the provider was asked to charge that, once.
    pub charged_at: Option<DateTime<Utc>>,
    /// Who is asked.
    pub provider: PaymentProvider,
    /// Which try it is, from one.
    pub place: i64,
    /// Where it stands.
    pub state: AttemptState,
    /// What the provider calls it.
    pub reference: Option<String>,
    /// What the provider calls the movement of the money.
    pub movement: Option<String>,
    /// How the payer goes on, as JSON of whoever reads.
    pub onward: Option<String>,
    /// Why it was not paid, as the provider's code.
    pub code: Option<String>,
    /// What the provider said of it.
    pub words: Option<String>,
    /// What the provider says has come or is held.
    pub came: Option<Money>,
    /// When it was booked.
    pub booked_at: Option<DateTime<Utc>>,
    /// When the provider was last asked.
    pub asked_at: Option<DateTime<Utc>>,
    /// When it is asked next.
    pub next_ask_at: Option<DateTime<Utc>>,
    /// Since when it stands so.
    pub moved_at: DateTime<Utc>,
    /// Counts changes.
    pub row_version: i64,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct AttemptRow {
    id: Uuid,
    payment_id: Uuid,
    organisation_id: Uuid,
    agreement_id: Uuid,
    saved_card_id: Option<Uuid>,
    charged_at: Option<DateTime<Utc>>,
    provider: String,
    place: i64,
    state: String,
    reference: Option<String>,
    movement: Option<String>,
    onward: Option<String>,
    code: Option<String>,
    words: Option<String>,
    came_currency: Option<String>,
    came_minor: Option<i64>,
    booked_at: Option<DateTime<Utc>>,
    asked_at: Option<DateTime<Utc>>,
    next_ask_at: Option<DateTime<Utc>>,
    moved_at: DateTime<Utc>,
    row_version: i64,
    created_at: DateTime<Utc>,
}

macro_rules! attempt_columns {
    () => {
        "id, payment_id, organisation_id, agreement_id, saved_card_id, charged_at, provider, place, state, reference, \
         movement, onward, code, words, came_currency, came_minor, booked_at, asked_at, next_ask_at, moved_at, row_version, created_at"
    };
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "payment_attempt", column }
}

impl TryFrom<AttemptRow> for Attempt {
    type Error = StoreError;

    fn try_from(row: AttemptRow) -> Result<Self> {
        let came = row.came_currency.zip(row.came_minor).map(|(code, minor)| {
            let currency = Currency::from_code(&code).ok_or_else(|| unreadable("came_currency"))?;
            Ok::<_, StoreError>(Money::of_minor(minor, currency))
        });
        Ok(Self {
            id: PaymentAttemptId(row.id),
            payment_id: PaymentId(row.payment_id),
            organisation_id: OrganisationId(row.organisation_id),
            agreement_id: PaymentAgreementId(row.agreement_id),
            saved_card_id: row.saved_card_id.map(SavedCardId),
            charged_at: row.charged_at,
            provider: PaymentProvider::from_word(&row.provider).ok_or_else(|| unreadable("provider"))?,
            place: row.place,
            state: AttemptState::from_word(&row.state).ok_or_else(|| unreadable("state"))?,
            reference: row.reference,
            movement: row.movement,
            onward: row.onward,
            code: row.code,
            words: row.words,
            came: came.transpose()?,
            booked_at: row.booked_at,
            asked_at: row.asked_at,
            next_ask_at: row.next_ask_at,
            moved_at: row.moved_at,
            row_version: row.row_version,
            created_at: row.created_at,
        })
    }
}

impl Attempt {
    /// The card that has to be saved before this is charged to it.
    pub fn waits_for_card(&self) -> Option<SavedCardId> {
        self.saved_card_id.filter(|_| self.charged_at.is_none() && self.state == AttemptState::Initiated)
    }
}

impl Conn {
    /// The try with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_attempt(&mut self, id: PaymentAttemptId) -> Result<Option<Attempt>> {
        self.sql(text!["select" [attempt_columns] "from payment_attempt where id = $1"])
            .bind(id.uuid())
            .optional::<AttemptRow>()
            .await?
            .map(Attempt::try_from)
            .transpose()
    }

    /// The tries to pay something, in their order.
    pub async fn attempts_of(&mut self, payment: PaymentId) -> Result<Vec<Attempt>> {
        self.sql(text!["select" [attempt_columns] "from payment_attempt where payment_id = $1 order by place"])
            .bind(payment.uuid())
            .all::<AttemptRow>()
            .await?
            .into_iter()
            .map(Attempt::try_from)
            .collect()
    }

    /// The try that a provider calls so; by our own name where it uses that, with hyphens or without.
    pub async fn attempt_called(&mut self, provider: PaymentProvider, reference: &str) -> Result<Option<Attempt>> {
        let found = self
            .sql(text![
                "select" [attempt_columns] "from payment_attempt where provider = $1 and reference = $2 limit 1"
            ])
            .bind(provider.word())
            .bind(reference)
            .optional::<AttemptRow>()
            .await?
            .map(Attempt::try_from)
            .transpose()?;
        match (found, Uuid::try_parse(reference)) {
            (None, Ok(id)) => Ok(self.find_attempt(PaymentAttemptId(id)).await?.filter(|it| it.provider == provider)),
            (found, _) => Ok(found),
        }
    }

    /// The tries whose provider is to be asked by now, those that wait longest first.
    pub async fn due_attempts(&mut self, at: DateTime<Utc>, limit: i64) -> Result<Vec<Attempt>> {
        self.sql(text![
            "select" [attempt_columns] "from payment_attempt where next_ask_at <= $1 order by next_ask_at, id limit $2"
        ])
        .bind(at)
        .bind(limit)
        .all::<AttemptRow>()
        .await?
        .into_iter()
        .map(Attempt::try_from)
        .collect()
    }
}

impl Tx {
    /// Adds a try.
    ///
    /// # Errors
    /// [`StoreError::Taken`] `payment.begun` when there is another in its place.
    pub async fn insert_attempt(&mut self, it: &Attempt) -> Result<()> {
        self.change(
            "insert into payment_attempt (id, payment_id, organisation_id, agreement_id, provider, place, state, \
             next_ask_at, moved_at, row_version, created_at, saved_card_id, charged_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(it.id.uuid())
        .bind(it.payment_id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(it.agreement_id.uuid())
        .bind(it.provider.word())
        .bind(it.place)
        .bind(it.state.word())
        .bind(it.next_ask_at)
        .bind(it.moved_at)
        .bind(it.row_version)
        .bind(it.created_at)
        .bind(it.saved_card_id.map(SavedCardId::uuid))
        .bind(it.charged_at)
        .run()
        .await
        .on_unique("payment.begun")?
        .one("payment_attempt")
    }

    /// Writes down what has become of a try that is still at its version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is at another version.
    pub async fn put_attempt(&mut self, it: &Attempt) -> Result<()> {
        self.change(
            "update payment_attempt set state = $3, reference = $4, movement = $5, onward = $6, code = $7, words = $8, \
             came_currency = $9, came_minor = $10, booked_at = $11, asked_at = $12, next_ask_at = $13, moved_at = $14, charged_at = $15, \
             row_version = row_version + 1 where id = $1 and row_version = $2",
        )
        .bind(it.id.uuid())
        .bind(it.row_version)
        .bind(it.state.word())
        .bind(it.reference.as_deref())
        .bind(it.movement.as_deref())
        .bind(it.onward.as_deref())
        .bind(it.code.as_deref())
        .bind(it.words.as_deref())
        .bind(it.came.map(|it| it.currency.code()))
        .bind(it.came.map(|it| it.minor))
        .bind(it.booked_at)
        .bind(it.asked_at)
        .bind(it.next_ask_at)
        .bind(it.moved_at)
        .bind(it.charged_at)
        .run()
        .await?
        .unchanged()
    }

    /// Takes asking after a try upon oneself until an instant: of several who see its time come, one gets it.
    pub async fn claim_attempt(
        &mut self,
        id: PaymentAttemptId,
        seen: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool> {
        let claimed = self
            .change("update payment_attempt set next_ask_at = $3 where id = $1 and next_ask_at = $2")
            .bind(id.uuid())
            .bind(seen)
            .bind(until)
            .run()
            .await?;
        Ok(claimed.any() == 1)
    }

    /// Has the provider asked after a try by then at the latest.
    pub async fn hasten_attempt(&mut self, id: PaymentAttemptId, at: DateTime<Utc>) -> Result<()> {
        self.change(
            "update payment_attempt set next_ask_at = $2 \
             where id = $1 and (next_ask_at is null or next_ask_at > $2)",
        )
        .bind(id.uuid())
        .bind(at)
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Has a provider asked after every try whose name there is not known: what it tells of may be one of them. Answers how
    /// many there are.
    pub async fn hasten_unnamed(&mut self, provider: PaymentProvider, at: DateTime<Utc>) -> Result<u64> {
        let hastened = self
            .change(
                "update payment_attempt set next_ask_at = $2 where provider = $1 and reference is null \
                 and state = 'unknown' and (next_ask_at is null or next_ask_at > $2)",
            )
            .bind(provider.word())
            .bind(at)
            .run()
            .await?;
        Ok(hastened.any())
    }
}
