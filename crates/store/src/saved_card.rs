//! Cards that providers keep for payers: written down before a provider is asked, and taken up by one host at a time.

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique as _, Result, StoreError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use stolpe_domain::id::{OrganisationId, PaymentAgreementId, PersonId, SavedCardId};
use stolpe_domain::payment::PaymentProvider;
use stolpe_domain::saved_card::{CardEnd, CardStanding, CardState};
use uuid::Uuid;

/// A card that a provider keeps for a payer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCard {
    /// Our name for it at the provider.
    pub id: SavedCardId,
    /// Who may charge it.
    pub organisation_id: OrganisationId,
    /// Whose it is.
    pub person_id: PersonId,
    /// By which agreement.
    pub agreement_id: PaymentAgreementId,
    /// Who keeps it.
    pub provider: PaymentProvider,
    /// Who the owner was at the provider when it was saved.
    pub account: String,
    /// Where it stands.
    pub state: CardState,
    /// What the provider calls it: what it is charged by.
    pub reference: Option<String>,
    /// How the payer goes on, as JSON of whoever reads.
    pub onward: Option<String>,
    /// Why it was not saved, as the provider's code.
    pub code: Option<String>,
    /// What the provider said of it.
    pub words: Option<String>,
    /// Since when it may be charged.
    pub saved_at: Option<DateTime<Utc>>,
    /// Since when it may not any more.
    pub ended_at: Option<DateTime<Utc>>,
    /// When it was last charged.
    pub used_at: Option<DateTime<Utc>>,
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

#[derive(FromRow)]
struct SavedCardRow {
    id: Uuid,
    organisation_id: Uuid,
    person_id: Uuid,
    agreement_id: Uuid,
    provider: String,
    account: String,
    state: String,
    ended_by: Option<String>,
    reference: Option<String>,
    onward: Option<String>,
    code: Option<String>,
    words: Option<String>,
    saved_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    used_at: Option<DateTime<Utc>>,
    asked_at: Option<DateTime<Utc>>,
    next_ask_at: Option<DateTime<Utc>>,
    moved_at: DateTime<Utc>,
    row_version: i64,
    created_at: DateTime<Utc>,
}

macro_rules! saved_card_columns {
    () => {
        "id, organisation_id, person_id, agreement_id, provider, account, state, ended_by, reference, onward, code, words, \
         saved_at, ended_at, used_at, asked_at, next_ask_at, moved_at, row_version, created_at"
    };
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "saved_card", column }
}

impl TryFrom<SavedCardRow> for SavedCard {
    type Error = StoreError;

    fn try_from(row: SavedCardRow) -> Result<Self> {
        let end = row.ended_by.map(|word| CardEnd::from_word(&word).ok_or_else(|| unreadable("ended_by")));
        let standing = CardStanding::from_word(&row.state).ok_or_else(|| unreadable("state"))?;
        Ok(Self {
            id: SavedCardId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            person_id: PersonId(row.person_id),
            agreement_id: PaymentAgreementId(row.agreement_id),
            provider: PaymentProvider::from_word(&row.provider).ok_or_else(|| unreadable("provider"))?,
            account: row.account,
            state: CardState::of(standing, end.transpose()?).ok_or_else(|| unreadable("ended_by"))?,
            reference: row.reference,
            onward: row.onward,
            code: row.code,
            words: row.words,
            saved_at: row.saved_at,
            ended_at: row.ended_at,
            used_at: row.used_at,
            asked_at: row.asked_at,
            next_ask_at: row.next_ask_at,
            moved_at: row.moved_at,
            row_version: row.row_version,
            created_at: row.created_at,
        })
    }
}

fn read_all(rows: Vec<SavedCardRow>) -> Result<Vec<SavedCard>> {
    rows.into_iter().map(SavedCard::try_from).collect()
}

impl Conn {
    /// The saved card with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_saved_card(&mut self, id: SavedCardId) -> Result<Option<SavedCard>> {
        self.sql(text!["select" [saved_card_columns] "from saved_card where id = $1"])
            .bind(id.uuid())
            .optional::<SavedCardRow>()
            .await?
            .map(SavedCard::try_from)
            .transpose()
    }

    /// The cards of somebody, the latest first.
    pub async fn saved_cards_of(&mut self, person: PersonId) -> Result<Vec<SavedCard>> {
        let rows = self
            .sql(text![
                "select" [saved_card_columns] "from saved_card where person_id = $1 order by created_at desc, id desc limit 100"
            ])
            .bind(person.uuid())
            .all()
            .await?;
        read_all(rows)
    }

    /// The card that a provider calls so.
    pub async fn saved_card_called(&mut self, provider: PaymentProvider, reference: &str) -> Result<Option<SavedCard>> {
        self.sql(text![
            "select" [saved_card_columns] "from saved_card where provider = $1 and reference = $2 limit 1"
        ])
        .bind(provider.word())
        .bind(reference)
        .optional::<SavedCardRow>()
        .await?
        .map(SavedCard::try_from)
        .transpose()
    }

    /// The cards whose provider is to be asked by now, those that wait longest first.
    pub async fn due_saved_cards(&mut self, at: DateTime<Utc>, limit: i64) -> Result<Vec<SavedCard>> {
        let rows = self
            .sql(text![
                "select" [saved_card_columns] "from saved_card where next_ask_at <= $1 order by next_ask_at, id limit $2"
            ])
            .bind(at)
            .bind(limit)
            .all()
            .await?;
        read_all(rows)
    }
}

impl Tx {
    /// Adds a card.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_saved_card(&mut self, it: &SavedCard) -> Result<()> {
        self.change(
            "insert into saved_card (id, organisation_id, person_id, agreement_id, provider, account, state, next_ask_at, \
             moved_at, row_version, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(it.person_id.uuid())
        .bind(it.agreement_id.uuid())
        .bind(it.provider.word())
        .bind(&*it.account)
        .bind(it.state.standing().word())
        .bind(it.next_ask_at)
        .bind(it.moved_at)
        .bind(it.row_version)
        .bind(it.created_at)
        .run()
        .await?
        .one("saved_card")
    }

    /// The cards of somebody, which nobody else changes until the transaction ends; in the order of their ids.
    pub async fn lock_saved_cards_of(&mut self, person: PersonId) -> Result<Vec<SavedCard>> {
        let rows = self
            .sql(text!["select" [saved_card_columns] "from saved_card where person_id = $1 order by id" [locked]])
            .bind(person.uuid())
            .all()
            .await?;
        read_all(rows)
    }

    /// Writes down what has become of a card that is still at its version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is at another version; [`StoreError::Taken`] `saved_card.another` when its payer has
    /// another one that may be charged.
    pub async fn put_saved_card(&mut self, it: &SavedCard) -> Result<()> {
        self.change(
            "update saved_card set state = $3, ended_by = $4, reference = $5, onward = $6, code = $7, words = $8, saved_at = $9, \
             ended_at = $10, used_at = $11, asked_at = $12, next_ask_at = $13, moved_at = $14, row_version = row_version + 1 \
             where id = $1 and row_version = $2",
        )
        .bind(it.id.uuid())
        .bind(it.row_version)
        .bind(it.state.standing().word())
        .bind(it.state.end().map(CardEnd::word))
        .bind(it.reference.as_deref())
        .bind(it.onward.as_deref())
        .bind(it.code.as_deref())
        .bind(it.words.as_deref())
        .bind(it.saved_at)
        .bind(it.ended_at)
        .bind(it.used_at)
        .bind(it.asked_at)
        .bind(it.next_ask_at)
        .bind(it.moved_at)
        .run()
        .await
        .on_unique("saved_card.another")?
        .unchanged()
    }

    /// Takes asking after a card upon oneself until an instant: of several who see its time come, one gets it.
    pub async fn claim_saved_card(
        &mut self,
        id: SavedCardId,
        seen: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool> {
        let claimed = self
            .change("update saved_card set next_ask_at = $3 where id = $1 and next_ask_at = $2")
            .bind(id.uuid())
            .bind(seen)
            .bind(until)
            .run()
            .await?;
        Ok(claimed.any() == 1)
    }

    /// Has the provider asked after a card by then at the latest.
    pub async fn hasten_saved_card(&mut self, id: SavedCardId, at: DateTime<Utc>) -> Result<()> {
        self.change(
            "update saved_card set next_ask_at = $2 where id = $1 and (next_ask_at is null or next_ask_at > $2)",
        )
        .bind(id.uuid())
        .bind(at)
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Has a provider asked after every card whose name there is not known: what it tells of may be one of them. Answers how
    /// many there are.
    pub async fn hasten_unnamed_cards(&mut self, provider: PaymentProvider, at: DateTime<Utc>) -> Result<u64> {
        let hastened = self
            .change(
                "update saved_card set next_ask_at = $2 where provider = $1 and reference is null \
                 and state in ('asked', 'ending') and (next_ask_at is null or next_ask_at > $2)",
            )
            .bind(provider.word())
            .bind(at)
            .run()
            .await?;
        Ok(hastened.any())
    }

    /// Has the tries that wait for a card looked at by then.
    pub async fn hasten_tries_by_card(&mut self, id: SavedCardId, at: DateTime<Utc>) -> Result<()> {
        self.change(
            "update payment_attempt set next_ask_at = $2 where saved_card_id = $1 and charged_at is null \
             and state = 'initiated' and (next_ask_at is null or next_ask_at > $2)",
        )
        .bind(id.uuid())
        .bind(at)
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Hands the cards of one record to another, inside a merge. Where both have one that may be charged, the other's stays.
    pub(crate) async fn hand_over_cards(&mut self, from: PersonId, into: PersonId) -> Result<()> {
        self.change(
            "update saved_card set state = 'ending', ended_by = 'replaced', next_ask_at = created_at, \
             row_version = row_version + 1 where person_id = $1 and state = 'saved' \
             and organisation_id in (select other.organisation_id from saved_card other \
             where other.person_id = $2 and other.state = 'saved')",
        )
        .bind(from.uuid())
        .bind(into.uuid())
        .run()
        .await?
        .any();
        self.change("update saved_card set person_id = $2 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        Ok(())
    }
}
