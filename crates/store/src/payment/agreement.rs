//! What organisations have agreed with providers, and what was refused of what came in a provider's name.

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique as _, Result, StoreError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use stolpe_domain::id::{OrganisationId, PaymentAgreementId};
use stolpe_domain::payment::PaymentProvider;
use uuid::Uuid;

/// What an organisation has agreed with a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAgreement {
    /// Its id.
    pub id: PaymentAgreementId,
    /// Whose it is.
    pub organisation_id: OrganisationId,
    /// With whom.
    pub provider: PaymentProvider,
    /// What may be shown of it, as JSON of whoever reads.
    pub settings: String,
    /// Its keys, sealed.
    pub keys: Vec<u8>,
    /// Whether payers may choose it.
    pub active: bool,
    /// When the provider was last asked whether it knows us.
    pub checked_at: Option<DateTime<Utc>>,
    /// What was wrong then, as a stable code.
    pub fault: Option<String>,
    /// What the provider said then.
    pub fault_words: Option<String>,
    /// Whether the provider keeps cards for payers, as it said; nothing before it was asked.
    pub saves_cards: Option<bool>,
    /// Counts changes.
    pub row_version: i64,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
}

/// What was refused of what came in a provider's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCallbacks {
    /// In whose name.
    pub provider: PaymentProvider,
    /// Why.
    pub reason: String,
    /// How often.
    pub count: i64,
    /// When last.
    pub last_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct AgreementRow {
    id: Uuid,
    organisation_id: Uuid,
    provider: String,
    settings: String,
    keys: Vec<u8>,
    active: bool,
    checked_at: Option<DateTime<Utc>>,
    fault: Option<String>,
    fault_words: Option<String>,
    saves_cards: Option<bool>,
    row_version: i64,
    created_at: DateTime<Utc>,
}

macro_rules! agreement_columns {
    () => {
        "id, organisation_id, provider, settings, keys, active, checked_at, fault, fault_words, saves_cards, row_version, \
         created_at"
    };
}

fn provider(word: &str) -> Result<PaymentProvider> {
    PaymentProvider::from_word(word).ok_or(StoreError::Inconsistent { table: "payment_agreement", column: "provider" })
}

impl TryFrom<AgreementRow> for KeptAgreement {
    type Error = StoreError;

    fn try_from(row: AgreementRow) -> Result<Self> {
        Ok(Self {
            id: PaymentAgreementId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            provider: provider(&row.provider)?,
            settings: row.settings,
            keys: row.keys,
            active: row.active,
            checked_at: row.checked_at,
            fault: row.fault,
            fault_words: row.fault_words,
            saves_cards: row.saves_cards,
            row_version: row.row_version,
            created_at: row.created_at,
        })
    }
}

impl Conn {
    /// The agreements of an organisation.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn agreements_of(&mut self, organisation: OrganisationId) -> Result<Vec<KeptAgreement>> {
        self.sql(text![
            "select" [agreement_columns] "from payment_agreement where organisation_id = $1 order by provider"
        ])
        .bind(organisation.uuid())
        .all::<AgreementRow>()
        .await?
        .into_iter()
        .map(KeptAgreement::try_from)
        .collect()
    }

    /// The agreements with a provider, whosever they are.
    pub async fn agreements_with(&mut self, provider: PaymentProvider) -> Result<Vec<KeptAgreement>> {
        self.sql(text!["select" [agreement_columns] "from payment_agreement where provider = $1 order by id"])
            .bind(provider.word())
            .all::<AgreementRow>()
            .await?
            .into_iter()
            .map(KeptAgreement::try_from)
            .collect()
    }

    /// The agreements that are in use and whose provider was not asked since then whether it keeps cards.
    pub async fn agreements_to_ask_about_cards(&mut self, since: DateTime<Utc>) -> Result<Vec<KeptAgreement>> {
        self.sql(text![
            "select" [agreement_columns] "from payment_agreement where active = $2"
            "and (cards_asked_at is null or cards_asked_at < $1) order by id limit 50"
        ])
        .bind(since)
        .bind(true)
        .all::<AgreementRow>()
        .await?
        .into_iter()
        .map(KeptAgreement::try_from)
        .collect()
    }

    /// The agreement with this id.
    pub async fn find_agreement(&mut self, id: PaymentAgreementId) -> Result<Option<KeptAgreement>> {
        self.sql(text!["select" [agreement_columns] "from payment_agreement where id = $1"])
            .bind(id.uuid())
            .optional::<AgreementRow>()
            .await?
            .map(KeptAgreement::try_from)
            .transpose()
    }

    /// What was refused of what came in the name of providers.
    pub async fn refused_callbacks(&mut self) -> Result<Vec<RefusedCallbacks>> {
        let rows: Vec<(String, String, i64, DateTime<Utc>)> = self
            .sql("select provider, reason, count, last_at from payment_callback_refused order by provider, reason")
            .all()
            .await?;
        rows.into_iter()
            .map(|(word, reason, count, last_at)| {
                Ok(RefusedCallbacks { provider: provider(&word)?, reason, count, last_at })
            })
            .collect()
    }
}

impl Tx {
    /// Adds an agreement.
    ///
    /// # Errors
    /// [`StoreError::Taken`] `payment_agreement.taken` when there is one with this provider.
    pub async fn insert_agreement(&mut self, it: &KeptAgreement) -> Result<()> {
        self.change(
            "insert into payment_agreement (id, organisation_id, provider, settings, keys, active, row_version, \
             created_at) values ($1, $2, $3, $4, $5, $6, 1, $7)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(it.provider.word())
        .bind(&*it.settings)
        .bind(&*it.keys)
        .bind(it.active)
        .bind(it.created_at)
        .run()
        .await
        .on_unique("payment_agreement.taken")?
        .one("payment_agreement")
    }

    /// Changes an agreement that is still at its version; what a check has found no longer says anything.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when somebody was faster.
    pub async fn put_agreement(&mut self, it: &KeptAgreement) -> Result<()> {
        self.change(
            "update payment_agreement set settings = $3, keys = $4, active = $5, checked_at = null, fault = null, \
             fault_words = null, saves_cards = null, cards_asked_at = null, row_version = row_version + 1 where id = $1 and row_version = $2",
        )
        .bind(it.id.uuid())
        .bind(it.row_version)
        .bind(&*it.settings)
        .bind(&*it.keys)
        .bind(it.active)
        .run()
        .await?
        .unchanged()
    }

    /// Notes what a provider said when it was asked whether it knows us.
    pub async fn note_agreement_check(
        &mut self,
        id: PaymentAgreementId,
        at: DateTime<Utc>,
        fault: Option<(&str, Option<&str>)>,
    ) -> Result<()> {
        self.change("update payment_agreement set checked_at = $2, fault = $3, fault_words = $4 where id = $1")
            .bind(id.uuid())
            .bind(at)
            .bind(fault.map(|(code, _)| code))
            .bind(fault.and_then(|(_, words)| words))
            .run()
            .await?
            .one("payment_agreement")
    }

    /// Notes whether a provider keeps cards for payers, or only that it was asked.
    pub async fn note_saves_cards(
        &mut self,
        id: PaymentAgreementId,
        at: DateTime<Utc>,
        saves: Option<bool>,
    ) -> Result<()> {
        self.change(
            "update payment_agreement set saves_cards = coalesce($3, saves_cards), cards_asked_at = $2 where id = $1",
        )
        .bind(id.uuid())
        .bind(at)
        .bind(saves)
        .run()
        .await?
        .one("payment_agreement")
    }

    /// Counts something that came in a provider's name and was refused; nothing of it is kept.
    pub async fn count_refused_callback(
        &mut self,
        provider: PaymentProvider,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "insert into payment_callback_refused (provider, reason, count, last_at) values ($1, $2, 1, $3) \
             on conflict (provider, reason) do update set count = payment_callback_refused.count + 1, \
             last_at = excluded.last_at",
        )
        .bind(provider.word())
        .bind(reason)
        .bind(at)
        .run()
        .await?
        .any();
        Ok(())
    }
}
