//! The second factor: six digits that change every half minute (RFC 6238).

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::guesses::{self, Guess};
use crate::random;
use crate::vault::Purpose;
use chrono::{DateTime, Utc};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::LoginId;
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

/// What an authenticator app needs.
#[derive(Debug)]
pub struct TotpOffer {
    /// The seed in base 32, for typing.
    pub secret: Zeroizing<String>,
    /// The same as an `otpauth://` address, for the QR code.
    pub uri: Zeroizing<String>,
    /// The address as a QR code, in SVG.
    pub qr_svg: String,
}

fn totp(seed: &[u8], account: &str) -> Result<Totp> {
    Builder::new()
        .with_secret(Secret::from(seed))
        .with_account_name(account.replace(':', " "))
        .with_issuer(Some("Stolpe"))
        .build()
        .map_err(|error| AppError::internal(error.to_string()))
}

impl App {
    /// Offers the caller a seed; the second factor is off until a code has confirmed it.
    ///
    /// # Errors
    /// [`AppError::Refused`] `totp.enabled` when it is on already; [`AppError::Unavailable`] `vault.locked`.
    pub async fn offer_totp(&self, ctx: &Ctx) -> Result<TotpOffer> {
        let signed = ctx.signed()?;
        if signed.must_change_password {
            return Err(AppError::refused("password.initial"));
        }
        let login = self.read().await?.find_login(signed.login).await?.ok_or(AppError::SignedOut)?;
        if login.totp {
            return Err(AppError::refused("totp.enabled"));
        }
        let seed: Zeroizing<[u8; 20]> = Zeroizing::new(random::bytes());
        let sealed = self.vault.seal(Purpose::Totp, seed.as_slice())?;
        let totp = totp(seed.as_slice(), &login.username)?;
        let mut tx = self.write().await?;
        tx.set_totp(login.id, Some(&sealed), None).await?;
        tx.commit_telemetry().await?;
        let uri = Zeroizing::new(totp.to_url().map_err(|error| AppError::internal(error.to_string()))?);
        Ok(TotpOffer {
            secret: Zeroizing::new(Secret::from(seed.as_slice()).to_base32()),
            qr_svg: stolpe_documents::qr_svg::draw(&uri),
            uri,
        })
    }

    /// Switches the second factor on with a first code.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the code is wrong or nothing was offered; [`AppError::Wait`] `totp.wait` after too many
    /// wrong codes.
    pub async fn confirm_totp(&self, ctx: &Ctx, code: &str) -> Result<()> {
        self.switch_totp(ctx, code, true).await
    }

    /// Switches the second factor off with a last code.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the code is wrong; [`AppError::Wait`] `totp.wait` after too many wrong codes.
    pub async fn disable_totp(&self, ctx: &Ctx, code: &str) -> Result<()> {
        self.switch_totp(ctx, code, false).await
    }

    async fn switch_totp(&self, ctx: &Ctx, code: &str, on: bool) -> Result<()> {
        let signed = ctx.signed()?;
        let login = signed.login;
        let guard = self.read().await?.login_guard(login).await?.ok_or(AppError::SignedOut)?;
        let wrong = AppError::field("code", "totp.wrong");
        let Some(sealed) = guard.totp_sealed else { return Err(wrong) };
        let guess = Guess::Code(login);
        let until = self.count_try(ctx, &guess).await?;
        let mut tx = self.write().await?;
        if !self.use_totp(&mut tx, login, &sealed, code, ctx.at).await? {
            drop(tx);
            self.note_wrong_proof(ctx, signed).await?;
            return Err(until.map_or(wrong, |until| guess.wait(until, ctx.at)));
        }
        guesses::clear(&mut tx, &guess).await?;
        let action = if on {
            tx.set_totp(login, Some(&sealed), Some(ctx.at)).await?;
            Action::TotpEnabled
        } else {
            tx.set_totp(login, None, None).await?;
            Action::TotpDisabled
        };
        tx.commit(ctx, [Event::new(action, Subject::Login(login))]).await
    }

    /// Whether the code is the one of this half minute, or of the one before or after, and is used for the first time.
    pub(crate) async fn use_totp(
        &self,
        tx: &mut stolpe_store::Tx,
        login: LoginId,
        sealed: &[u8],
        code: &str,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        let seed = self.vault.open(Purpose::Totp, sealed)?;
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let seconds = u64::try_from(at.timestamp()).unwrap_or_default();
        let Some(step) = totp(&seed, "check")?.check(&code, seconds) else { return Ok(false) };
        Ok(tx.use_totp_step(login, i64::try_from(step).unwrap_or(i64::MAX)).await?)
    }
}
