//! Whether prices are fetched, and of whom.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::vault::Purpose;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::price_fetch::PriceFetching;
use zeroize::Zeroizing;

const PRICES: &str = "prices";
/// ENTSO-E gives out UUIDs; a longer text is something else that was pasted.
const LONGEST_TOKEN: usize = 100;

/// The choice as it is stored; the token is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceFeedSetting {
    /// Of whom.
    pub fetching: PriceFetching,
    /// The token of ENTSO-E under the data key, in base 64.
    pub token_sealed: Option<String>,
}

impl Default for PriceFeedSetting {
    /// Nothing leaves the house before somebody has said so.
    fn default() -> Self {
        Self { fetching: PriceFetching::Off, token_sealed: None }
    }
}

/// The choice as it is made.
pub struct PriceFeedDraft {
    /// Of whom.
    pub fetching: PriceFetching,
    /// A new token; none keeps the one on file, an empty one removes it.
    pub token: Option<Zeroizing<String>>,
}

impl std::fmt::Debug for PriceFeedDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PriceFeedDraft").field("fetching", &self.fetching).finish_non_exhaustive()
    }
}

/// The choice as the audit log has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    fetching: PriceFetching,
    token_set: bool,
    token_changed: bool,
}

impl App {
    pub(crate) async fn price_feed(&self) -> Result<(PriceFeedSetting, i64)> {
        Ok(self.read().await?.find_setting(PRICES).await?.unwrap_or_default())
    }

    /// Whether prices are fetched and of whom, with the row version.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who may not change settings.
    pub async fn price_feed_setting(&self, ctx: &Ctx) -> Result<(PriceFeedSetting, i64)> {
        ctx.may(Permission::ChangeSetting, Place::Host)?;
        self.price_feed().await
    }

    /// Changes of whom prices are fetched; the areas in use are asked for at once.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for ENTSO-E without a token; [`AppError::Unavailable`] `vault.locked` with a new one.
    pub async fn change_price_feed(
        &self,
        ctx: &Ctx,
        row_version: i64,
        draft: PriceFeedDraft,
    ) -> Result<(PriceFeedSetting, i64)> {
        let (before, _) = self.price_feed_setting(ctx).await?;
        let token_changed = draft.token.is_some();
        let token_sealed = match draft.token.as_deref().map(|token| token.trim()) {
            None => before.token_sealed.clone(),
            Some("") => None,
            Some(token) if token.len() > LONGEST_TOKEN => return Err(AppError::field("token", "too_long")),
            Some(token) => Some(STANDARD.encode(self.vault.seal(Purpose::PriceToken, token.as_bytes())?)),
        };
        if draft.fetching == PriceFetching::Entsoe && token_sealed.is_none() {
            return Err(AppError::field("token", "required"));
        }
        let after = PriceFeedSetting { fetching: draft.fetching, token_sealed };
        let said = |it: &PriceFeedSetting, token_changed| Said {
            fetching: it.fetching,
            token_set: it.token_sealed.is_some(),
            token_changed,
        };
        let mut tx = self.write().await?;
        tx.put_setting(PRICES, row_version, &after).await?;
        tx.hasten_price_fetches(ctx.at).await?;
        let event = Event::new(Action::SettingChanged, Subject::Setting)
            .before(&said(&before, false))
            .after(&said(&after, token_changed))
            .because(PRICES);
        tx.commit(ctx, [event]).await?;
        self.price_feed().await
    }

    /// The token in clear.
    pub(super) fn price_token(&self, setting: &PriceFeedSetting) -> Result<Option<Zeroizing<String>>> {
        let Some(sealed) = &setting.token_sealed else { return Ok(None) };
        let sealed = STANDARD.decode(sealed).map_err(AppError::internal)?;
        let opened = self.vault.open(Purpose::PriceToken, &sealed)?;
        Ok(Some(Zeroizing::new(String::from_utf8_lossy(&opened).into_owned())))
    }
}
