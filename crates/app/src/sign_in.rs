//! Signing in and out, and finding who a token belongs to.

use crate::App;
use crate::access::Me;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::guesses::{Asked, Guess, TypedName};
use crate::random;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use stolpe_domain::access::{Actor, Membership, Role, Scope, Signed};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{LoginId, MembershipId, SignInId};
use stolpe_domain::login::Login;
use stolpe_domain::throttle::Throttle;
use stolpe_store::access::SignIn;
use uuid::Uuid;
use zeroize::Zeroizing;

/// A device that stays silent for so long is signed out.
const IDLE: TimeDelta = TimeDelta::days(14);
/// A sign-in ends after so long however busy its device is, unless the host is told otherwise: a stolen token is worth
/// nothing for good, and a month is what people put up with.
pub(crate) const LONGEST: TimeDelta = TimeDelta::days(30);
/// "Last seen" is written at most this often, so that reading stays cheap.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);
/// What a device may call itself.
const DEVICE_LENGTH: usize = 120;

/// What somebody types to sign in.
#[derive(Clone)]
pub struct Credentials {
    /// The facility ID, for residents (PRE-04); staff leave it out.
    pub facility: Option<String>,
    /// Username in the facility, or e-mail address.
    pub username: String,
    /// Password.
    pub password: Zeroizing<String>,
    /// Second factor, when asked for.
    pub code: Option<String>,
}

/// What came of looking at credentials.
enum Proven {
    /// They are the login's.
    Right,
    /// They are not, or the login is blocked.
    Wrong,
    /// The password is right; the second factor is still to come.
    CodeMissing,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A username may be a password that ended up in the wrong field.
        f.debug_struct("Credentials").field("facility", &self.facility).finish_non_exhaustive()
    }
}

/// Somebody who is in.
pub struct Entered {
    /// The bearer token; it is shown once and stored as a digest.
    pub token: Zeroizing<String>,
    /// Who they are and what they may do.
    pub me: Me,
}

impl std::fmt::Debug for Entered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entered").field("me", &self.me).finish_non_exhaustive()
    }
}

/// The digest under which a token is stored: it has 256 random bits, so one round of SHA-256 is enough.
pub(crate) fn token_digest(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// A fresh token with 256 random bits.
pub(crate) fn new_token() -> Zeroizing<String> {
    Zeroizing::new(URL_SAFE_NO_PAD.encode(random::bytes::<32>()))
}

impl App {
    /// Signs somebody in.
    ///
    /// Every wrong answer costs the same time and gets the same words, whether the name exists or not.
    ///
    /// # Errors
    /// [`AppError::Refused`]: `login.refused`; `login.code_required` when the second factor is missing.
    /// [`AppError::Wait`] `login.locked` after too many failures with this name or from this address.
    pub async fn sign_in(&self, ctx: &Ctx, credentials: Credentials, device: &str) -> Result<Entered> {
        let from = Guess::from(ctx, Asked::SignIn);
        if let Some(from) = &from {
            self.count_try(ctx, from).await?;
        }
        let login = self.find_login(&credentials).await?;
        let name = TypedName::of(credentials.facility.as_deref(), &credentials.username);
        let guess = login.as_ref().map_or(Guess::Name(name), |login| Guess::Login(login.id));
        let until = self.count_try(ctx, &guess).await?;
        let refused = || until.map_or(AppError::refused("login.refused"), |until| guess.wait(until, ctx.at));
        let Some(login) = login else {
            let looked_at = self.check_against_nothing(&credentials.password).await;
            self.unless_looked_at(looked_at, &guess, from.as_ref()).await?;
            self.forget_old_tries(ctx.at).await?;
            return Err(refused());
        };
        let proven = self.prove(ctx, &login, &credentials).await;
        match self.unless_looked_at(proven, &guess, from.as_ref()).await? {
            Proven::Wrong => {
                self.note_refusal(ctx, &login, until.is_some()).await?;
                Err(refused())
            }
            Proven::CodeMissing => {
                self.return_tries(&guess, from.as_ref()).await?;
                Err(AppError::refused("login.code_required"))
            }
            Proven::Right => {
                let entered = self.enter(ctx, login.id, device).await?;
                if let Some(from) = &from {
                    self.return_try(from).await?;
                }
                Ok(entered)
            }
        }
    }

    /// Whoever was turned away because there was too much to do has not guessed.
    async fn unless_looked_at<T>(&self, outcome: Result<T>, guess: &Guess, from: Option<&Guess>) -> Result<T> {
        if outcome.is_err() {
            self.return_tries(guess, from).await?;
        }
        outcome
    }

    async fn return_tries(&self, guess: &Guess, from: Option<&Guess>) -> Result<()> {
        self.return_try(guess).await?;
        match from {
            Some(from) => self.return_try(from).await,
            None => Ok(()),
        }
    }

    /// Whether the credentials are those of the login.
    async fn prove(&self, ctx: &Ctx, login: &Login, credentials: &Credentials) -> Result<Proven> {
        let guard = self.read().await?.login_guard(login.id).await?.ok_or(AppError::NotFound)?;
        let right = if let Some(hash) = &guard.password_hash {
            self.verify_password(&credentials.password, hash).await?
        } else {
            self.check_against_nothing(&credentials.password).await?;
            false
        };
        if !right || login.blocked_at.is_some() {
            return Ok(Proven::Wrong);
        }
        let (Some(sealed), true) = (&guard.totp_sealed, guard.totp_confirmed_at.is_some()) else {
            return Ok(Proven::Right);
        };
        let Some(code) = credentials.code.as_deref().map(str::trim).filter(|code| !code.is_empty()) else {
            return Ok(Proven::CodeMissing);
        };
        let mut tx = self.write().await?;
        let right = self.use_totp(&mut tx, login.id, sealed, code, ctx.at).await?;
        tx.commit_telemetry().await?;
        Ok(if right { Proven::Right } else { Proven::Wrong })
    }

    async fn find_login(&self, credentials: &Credentials) -> Result<Option<Login>> {
        let mut conn = self.read().await?;
        match credentials.facility.as_deref().map(str::trim).filter(|code| !code.is_empty()) {
            None => Ok(conn.find_staff_login(&credentials.username).await?),
            Some(code) => match conn.find_facility_by_code(code).await? {
                None => Ok(None),
                Some(facility) => Ok(conn.find_resident_login(facility.id, &credentials.username).await?),
            },
        }
    }

    /// Writes down that somebody was refused.
    async fn note_refusal(&self, ctx: &Ctx, login: &Login, locked: bool) -> Result<()> {
        let action = if locked { Action::LoginLocked } else { Action::SignInRefused };
        let mut tx = self.write().await?;
        tx.forget_tallies(ctx.at - Throttle::FORGET_ALL).await?;
        let mut event = Event::new(action, Subject::Login(login.id));
        event.organisation = tx.find_person(login.person_id).await?.map(|person| person.organisation_id);
        event.facility = login.facility_id;
        tx.commit(ctx, [event]).await
    }

    /// Signs a login in on a device, after everything has been checked.
    pub(crate) async fn enter(&self, ctx: &Ctx, login: LoginId, device: &str) -> Result<Entered> {
        let token = new_token();
        let it = SignIn {
            id: ctx.new_id(),
            login,
            device: device.chars().filter(|c| !c.is_control()).take(DEVICE_LENGTH).collect(),
            origin: ctx.origin.clone(),
            created_at: ctx.at,
            last_seen_at: ctx.at,
            expires_at: self.sign_in_ends_at(ctx.at, ctx.at),
        };
        let (signed, _) = self.signed(login).await?.ok_or(AppError::SignedOut)?;
        let within = Ctx { actor: Actor::Person(signed), sign_in: Some(it.id), idempotency: None, ..ctx.clone() };
        let mut tx = self.write().await?;
        tx.insert_sign_in(&it, &token_digest(&token)).await?;
        tx.note_sign_in(login, ctx.at).await?;
        let mut event = Event::new(Action::SignedIn, Subject::SignIn(it.id));
        if let Some(login) = tx.find_login(login).await? {
            event.facility = login.facility_id;
            event.organisation = tx.find_person(login.person_id).await?.map(|person| person.organisation_id);
        }
        tx.commit(&within, [event]).await?;
        let me = self.me(&within).await?;
        Ok(Entered { token, me })
    }

    /// Who a token belongs to, with all their roles as they are now.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] for a token that is unknown, ended, expired or of a blocked login.
    pub async fn authenticate(&self, token: &str, at: DateTime<Utc>) -> Result<(Signed, SignInId)> {
        let mut conn = self.read().await?;
        let it = conn.find_sign_in(&token_digest(token), at).await?.ok_or(AppError::SignedOut)?;
        drop(conn);
        let (signed, blocked) = self.signed(it.login).await?.ok_or(AppError::SignedOut)?;
        if blocked {
            return Err(AppError::SignedOut);
        }
        if at - it.last_seen_at >= SEEN_EVERY {
            let mut tx = self.write().await?;
            tx.touch_sign_in(it.id, at, self.sign_in_ends_at(it.created_at, at)).await?;
            tx.commit_telemetry().await?;
        }
        Ok((signed, it.id))
    }

    /// When a sign-in ends if its device stays silent from now on: after two weeks, and in any case at its longest.
    fn sign_in_ends_at(&self, began_at: DateTime<Utc>, at: DateTime<Utc>) -> DateTime<Utc> {
        (at + IDLE).min(self.sign_in_ends_by(began_at))
    }

    /// When a sign-in ends, whatever is done with it.
    pub fn sign_in_ends_by(&self, began_at: DateTime<Utc>) -> DateTime<Utc> {
        began_at + self.longest_sign_in
    }

    /// A login as an actor, and whether it is blocked.
    pub(crate) async fn signed(&self, id: LoginId) -> Result<Option<(Signed, bool)>> {
        let mut conn = self.read().await?;
        let Some(login) = conn.find_login(id).await? else { return Ok(None) };
        let Some(person) = conn.find_person(login.person_id).await? else { return Ok(None) };
        let mut memberships = conn.memberships_of(id).await?;
        if login.facility_id.is_some() {
            // Whoever has a facility's login lives there; the role needs no row of its own.
            memberships.push(Membership { id: MembershipId(Uuid::nil()), role: Role::Resident, scope: Scope::Own });
        }
        let signed = Signed {
            login: id,
            person: person.id,
            name: person.name(),
            memberships,
            must_change_password: login.has_password && login.password_is_initial,
        };
        Ok(Some((signed, login.blocked_at.is_some())))
    }

    /// Ends the sign-in of the caller.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] when there is none.
    pub async fn sign_out(&self, ctx: &Ctx) -> Result<()> {
        let id = ctx.sign_in.ok_or(AppError::SignedOut)?;
        self.end_sign_in(ctx, id).await
    }

    /// The caller's open sign-ins.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] when nobody is signed in.
    pub async fn my_sign_ins(&self, ctx: &Ctx) -> Result<Vec<SignIn>> {
        let login = ctx.signed()?.login;
        Ok(self.read().await?.list_sign_ins(login, ctx.at).await?)
    }

    /// Ends one of the caller's sign-ins.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it is not theirs or has ended.
    pub async fn end_sign_in(&self, ctx: &Ctx, id: SignInId) -> Result<()> {
        let login = ctx.signed()?.login;
        let mut tx = self.write().await?;
        if !tx.end_sign_in(login, id, ctx.at).await? {
            return Err(AppError::NotFound);
        }
        tx.commit(ctx, [Event::new(Action::SignedOut, Subject::SignIn(id))]).await
    }
}
