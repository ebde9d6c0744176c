//! What organisations have agreed with providers. Keys go in and never come out.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::vault::Purpose;
use chrono::{DateTime, Utc};
use serde::Serialize;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{OrganisationId, PaymentAgreementId};
use stolpe_domain::payment::{AgreementDraft, AgreementKeys, AgreementSettings, PaymentProvider};
use stolpe_store::payment::{KeptAgreement, RefusedCallbacks};

/// What an organisation has agreed with a provider, as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Its id.
    pub id: PaymentAgreementId,
    /// Whose it is.
    pub organisation_id: OrganisationId,
    /// What may be shown of it.
    pub settings: AgreementSettings,
    /// Whether payers may choose it.
    pub active: bool,
    /// When the provider was last asked whether it knows us.
    pub checked_at: Option<DateTime<Utc>>,
    /// What was wrong then, as a stable code.
    pub fault: Option<String>,
    /// What the provider said then.
    pub fault_words: Option<String>,
    /// Where the provider tells of changes.
    pub callback: String,
    /// Counts changes.
    pub row_version: i64,
}

/// An agreement as the audit log has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Said<'s> {
    #[serde(flatten)]
    settings: &'s AgreementSettings,
    active: bool,
    keys_changed: bool,
}

pub(crate) fn settings_of(it: &KeptAgreement) -> Result<AgreementSettings> {
    serde_json::from_str(&it.settings).map_err(AppError::internal)
}

impl App {
    /// What an organisation has agreed with providers, and what was refused of what came in their names.
    ///
    /// # Errors
    /// [`AppError::NotFound`] and [`AppError::Denied`] as for changing the organisation: whoever could change the
    /// agreement could have the money.
    pub async fn list_agreements(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
    ) -> Result<(Vec<Agreement>, Vec<RefusedCallbacks>)> {
        self.may_agree(ctx, organisation).await?;
        let base = self.public_url().await?;
        let mut conn = self.read().await?;
        let kept = conn.agreements_of(organisation).await?;
        let refused = conn.refused_callbacks().await?;
        Ok((kept.iter().map(|it| shown(it, &base)).collect::<Result<_>>()?, refused))
    }

    /// Says how a provider is asked; `row_version` is 0 while nobody has. Keys that are not given stay what they were.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, [`AppError::Changed`] when somebody was faster, and
    /// [`AppError::Unavailable`] `vault.locked`.
    pub async fn save_agreement(
        &self,
        ctx: &Ctx,
        (organisation, provider): (OrganisationId, PaymentProvider),
        row_version: i64,
        draft: AgreementDraft,
        active: bool,
    ) -> Result<Agreement> {
        self.may_agree(ctx, organisation).await?;
        let base = self.public_url().await?;
        let kept = self.read().await?.agreements_of(organisation).await?;
        let before = kept.into_iter().find(|it| it.provider == provider);
        if before.as_ref().map_or(0, |it| it.row_version) != row_version {
            return Err(AppError::Changed);
        }
        let keys_changed = [&draft.secret, &draft.subscription_key, &draft.webhook_secret]
            .into_iter()
            .any(|key| key.as_ref().is_some_and(|key| !key.trim().is_empty()));
        let keys = before.as_ref().map(|it| self.keys_of(it)).transpose()?;
        let (settings, keys) = draft.check(provider, keys)?;
        let sealed = serde_json::to_vec(&keys).map(zeroize::Zeroizing::new).map_err(AppError::internal)?;
        let after = KeptAgreement {
            id: before.as_ref().map_or_else(|| ctx.new_id(), |it| it.id),
            organisation_id: organisation,
            provider,
            settings: serde_json::to_string(&settings).map_err(AppError::internal)?,
            keys: self.vault.seal(Purpose::PaymentKeys, &sealed)?,
            active,
            checked_at: None,
            fault: None,
            fault_words: None,
            saves_cards: None,
            row_version: before.as_ref().map_or(1, |it| it.row_version),
            created_at: ctx.at,
        };
        let mut event =
            Event::new(Action::PaymentAgreementSaved, Subject::PaymentAgreement(after.id)).organisation(organisation);
        let mut tx = self.write().await?;
        if let Some(before) = &before {
            tx.put_agreement(&after).await?;
            let was = settings_of(before)?;
            event = event.before(&Said { settings: &was, active: before.active, keys_changed: false });
        } else {
            tx.insert_agreement(&after).await?;
        }
        let event = event.after(&Said { settings: &settings, active, keys_changed });
        tx.commit(ctx, [event]).await?;
        // Whether cards can be saved is asked at once.
        self.payments.hurry();
        let row_version = before.map_or(1, |it| it.row_version + 1);
        shown(&KeptAgreement { row_version, ..after }, &base)
    }

    /// Asks a provider whether it knows us, and notes what it said.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not change the organisation, too. What the provider says is no error.
    pub async fn check_agreement(&self, ctx: &Ctx, id: PaymentAgreementId) -> Result<Agreement> {
        let it = self.read().await?.find_agreement(id).await?.ok_or(AppError::NotFound)?;
        self.may_agree(ctx, it.organisation_id).await?;
        let base = self.public_url().await?;
        let checked = match self.opened(&it).await {
            Ok(provider) => provider.check().await.map_err(AppError::from),
            Err(error) => Err(error),
        };
        let fault = match checked {
            Ok(()) => None,
            Err(AppError::Unavailable { code, source }) => {
                let error = AppError::Unavailable { code, source };
                Some((code, error.words()))
            }
            Err(other) => return Err(other),
        };
        let mut tx = self.write().await?;
        let noted = fault.as_ref().map(|(code, words)| (*code, words.as_deref()));
        tx.note_agreement_check(id, ctx.at, noted).await?;
        tx.commit_telemetry().await?;
        if noted.is_none() {
            self.ask_about_cards(&it).await?;
        }
        let it = self.read().await?.find_agreement(id).await?.ok_or(AppError::NotFound)?;
        shown(&it, &base)
    }

    /// Stops unless the actor may say how the organisation is paid.
    async fn may_agree(&self, ctx: &Ctx, organisation: OrganisationId) -> Result<()> {
        self.organisation(ctx, organisation).await?;
        ctx.may(Permission::ChangeOrganisation, Place::Organisation(organisation))
    }

    /// The keys of an agreement in clear.
    pub(super) fn keys_of(&self, it: &KeptAgreement) -> Result<AgreementKeys> {
        let opened = self.vault.open(Purpose::PaymentKeys, &it.keys)?;
        serde_json::from_slice(&opened).map_err(AppError::internal)
    }
}

fn shown(it: &KeptAgreement, base: &str) -> Result<Agreement> {
    Ok(Agreement {
        id: it.id,
        organisation_id: it.organisation_id,
        settings: settings_of(it)?,
        active: it.active,
        checked_at: it.checked_at,
        fault: it.fault.clone(),
        fault_words: it.fault_words.clone(),
        callback: super::callback::address(base, it.provider),
        row_version: it.row_version,
    })
}
