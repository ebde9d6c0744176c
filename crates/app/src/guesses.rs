//! Tries at names, passwords, codes and links: counted in the database before they are looked at, so that neither a
//! restart nor many tries at once let more of them through.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use stolpe_domain::facility::fold_code;
use stolpe_domain::id::LoginId;
use stolpe_domain::throttle::{Throttle, neighbourhood};

/// A name that was typed, as a digest: somebody's password may have ended up in the wrong field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TypedName([u8; 32]);

impl TypedName {
    /// The name in whatever case and spacing.
    pub(crate) fn of(facility: Option<&str>, username: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(fold_code(facility.unwrap_or_default()));
        hash.update([0]);
        hash.update(fold_code(username));
        Self(hash.finalize().into())
    }
}

/// What comes from one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// To be signed in.
    SignIn,
    /// For a link to choose a password.
    Reset,
    /// What a link opens.
    Link,
}

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guess {
    /// Signing in with a login.
    Login(LoginId),
    /// Signing in with a name that nobody has: it waits like one that somebody has, so that waiting tells nothing.
    Name(TypedName),
    /// The present password of somebody who is signed in.
    Password(LoginId),
    /// A code of the second factor, by somebody who is signed in.
    Code(LoginId),
    /// A link to choose a password, in somebody's name.
    Reset(TypedName),
    /// Anything from one address.
    From(Asked, [u8; 32]),
    /// The recovery code of the vault, from one address.
    Recovery([u8; 32]),
}

impl Guess {
    /// Something from the caller's address; none in process, where whoever asks sits at the machine.
    pub(crate) fn from(ctx: &Ctx, asked: Asked) -> Option<Self> {
        let whom = neighbourhood(ctx.address?).to_string();
        Some(Self::From(asked, Sha256::digest(whom.as_bytes()).into()))
    }

    /// The recovery code from the caller's address.
    pub(crate) fn recovery(ctx: &Ctx) -> Self {
        let whom = ctx.address.map(|address| neighbourhood(address).to_string()).unwrap_or_default();
        Self::Recovery(Sha256::digest(whom.as_bytes()).into())
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Login(_) | Self::Name(_) => "name",
            Self::Password(_) => "password",
            Self::Code(_) => "code",
            Self::Reset(_) => "reset",
            Self::From(Asked::SignIn, _) => "sign_in_from",
            Self::From(Asked::Reset, _) => "reset_from",
            Self::From(Asked::Link, _) => "link_from",
            Self::Recovery(_) => "recovery",
        }
    }

    fn subject(&self) -> &[u8] {
        match self {
            Self::Login(id) | Self::Password(id) | Self::Code(id) => id.0.as_bytes(),
            Self::Name(TypedName(digest))
            | Self::Reset(TypedName(digest))
            | Self::From(_, digest)
            | Self::Recovery(digest) => digest,
        }
    }

    const fn throttle(&self) -> Throttle {
        match self {
            Self::Login(_) | Self::Name(_) | Self::Password(_) | Self::Code(_) | Self::Recovery(_) => Throttle::SECRET,
            Self::Reset(_) => Throttle::RESET,
            Self::From(..) => Throttle::ADDRESS,
        }
    }

    /// What whoever must wait is told.
    const fn code(&self) -> &'static str {
        match self {
            Self::Login(_) | Self::Name(_) | Self::From(Asked::SignIn, _) => "login.locked",
            Self::Password(_) => "password.wait",
            Self::Code(_) => "totp.wait",
            Self::Reset(_) | Self::From(Asked::Reset, _) => "reset.wait",
            Self::From(Asked::Link, _) => "link.wait",
            Self::Recovery(_) => "vault.wait",
        }
    }

    /// What to answer until then.
    pub(crate) fn wait(&self, until: DateTime<Utc>, at: DateTime<Utc>) -> AppError {
        AppError::Wait { code: self.code(), seconds: (until - at).num_seconds().max(1) }
    }
}

impl App {
    /// Counts a try before it is looked at; answers until when the next must wait if this one was wrong.
    ///
    /// # Errors
    /// [`AppError::Wait`] when it is too early for another.
    pub(crate) async fn count_try(&self, ctx: &Ctx, guess: &Guess) -> Result<Option<DateTime<Utc>>> {
        let throttle = guess.throttle();
        let mut tx = self.write().await?;
        let tally = match guess {
            Guess::Login(id) => tx.hold_login_tally(*id).await?,
            _ => tx.hold_tally(guess.kind(), guess.subject(), ctx.at).await?,
        };
        let counted = throttle.count(tally, ctx.at).map_err(|until| guess.wait(until, ctx.at))?;
        let until = throttle.waits_until(counted, ctx.at);
        match guess {
            Guess::Login(id) => tx.put_login_tally(*id, counted, until).await?,
            _ => tx.put_tally(guess.kind(), guess.subject(), counted).await?,
        }
        tx.commit_telemetry().await?;
        Ok(until)
    }

    /// The try was no guess: it is given back.
    pub(crate) async fn return_try(&self, guess: &Guess) -> Result<()> {
        let mut tx = self.write().await?;
        match guess {
            Guess::Login(id) => tx.return_login_try(*id).await?,
            _ => tx.return_try(guess.kind(), guess.subject()).await?,
        };
        tx.commit_telemetry().await
    }

    /// Forgets what nobody has tried for long. Whoever is refused pays for it, and a name that nobody has costs as many
    /// writes as one that somebody has.
    pub(crate) async fn forget_old_tries(&self, at: DateTime<Utc>) -> Result<()> {
        let mut tx = self.write().await?;
        tx.forget_tallies(at - Throttle::FORGET_ALL).await?;
        tx.commit_telemetry().await
    }
}

/// Forgets the tries at a secret that was right, inside the transaction of what it opened.
pub(crate) async fn clear(tx: &mut stolpe_store::Tx, guess: &Guess) -> Result<()> {
    tx.clear_tally(guess.kind(), guess.subject()).await?;
    Ok(())
}
