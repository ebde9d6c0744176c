//! One-time links: choosing a new password, and taking up an invitation.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::guesses::{Asked, Guess, TypedName};
use crate::mail_template::MailTexts;
use crate::sign_in::{Entered, new_token, token_digest};
use chrono::TimeDelta;
use stolpe_documents::notice_text::Letter;
use stolpe_domain::access::{Actor, Role};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::LoginId;
use stolpe_domain::login::Login;
use stolpe_domain::person::Person;
use stolpe_store::access::OneTimeKind;
use stolpe_store::reset_ask::ResetAsk;
use zeroize::Zeroizing;

/// A link to choose a password lives for an hour (PAR-03: single-use and short-lived).
const RESET_LIFE: TimeDelta = TimeDelta::hours(1);
/// An invitation may lie over a holiday week.
const INVITATION_LIFE: TimeDelta = TimeDelta::days(7);

/// Wishes that are answered at a time.
const RUN: i64 = 50;

/// What an invitation says before it is taken up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// Who is invited.
    pub name: String,
    /// Signs in with it.
    pub email: String,
    /// By which organisation; none for the whole installation.
    pub organisation: Option<String>,
    /// As what.
    pub role: Option<Role>,
}

impl App {
    /// Somebody has forgotten their password: if the login exists and has an address, a link goes there.
    ///
    /// The answer is the same in every case and takes the same time, so that nobody learns which logins exist: only the
    /// wish is noted here, and [`App::answer_resets`] makes the link.
    ///
    /// # Errors
    /// [`AppError::Wait`] `reset.wait` after too many wishes in this name or from this address.
    pub async fn ask_for_reset(&self, ctx: &Ctx, facility: Option<&str>, username: &str) -> Result<()> {
        if let Some(from) = Guess::from(ctx, Asked::Reset) {
            self.count_try(ctx, &from).await?;
        }
        self.count_try(ctx, &Guess::Reset(TypedName::of(facility, username))).await?;
        let mut conn = self.read().await?;
        let login = match facility.map(str::trim).filter(|code| !code.is_empty()) {
            None => conn.find_staff_login(username).await?,
            Some(code) => match conn.find_facility_by_code(code).await? {
                None => None,
                Some(facility) => conn.find_resident_login(facility.id, username).await?,
            },
        };
        drop(conn);
        let ask = ResetAsk {
            id: ctx.new_id(),
            login: login.map(|login| login.id),
            origin: ctx.origin.clone(),
            correlation: ctx.correlation,
            asked_at: ctx.at,
        };
        let mut tx = self.write().await?;
        tx.insert_reset_ask(&ask).await?;
        tx.commit_telemetry().await
    }

    /// Makes the links that were asked for, and posts them.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached; then the wishes wait.
    pub async fn answer_resets(&self) -> Result<()> {
        loop {
            let asks = self.read().await?.reset_asks(RUN).await?;
            if asks.is_empty() {
                return Ok(());
            }
            for ask in asks {
                self.answer_reset(ask).await?;
            }
        }
    }

    async fn answer_reset(&self, ask: ResetAsk) -> Result<()> {
        let mut tx = self.write().await?;
        if !tx.take_reset_ask(ask.id).await? {
            return Ok(());
        }
        let login = match ask.login {
            Some(id) => tx.find_login(id).await?,
            None => None,
        };
        let login = login.filter(|login| login.blocked_at.is_none() && login.has_password);
        let person = match &login {
            Some(login) => tx.find_person(login.person_id).await?,
            None => None,
        };
        let (Some(login), Some(person)) = (login, person) else { return tx.commit_telemetry().await };
        let Some(address) = address_of(&login, &person) else { return tx.commit_telemetry().await };
        let ctx = Ctx {
            actor: Actor::Nobody,
            origin: ask.origin,
            correlation: ask.correlation,
            ..Ctx::system("reset", self.now())
        };
        let link = self.new_link(&mut tx, &ctx, OneTimeKind::Reset, login.id, RESET_LIFE).await?;
        let texts = MailTexts::of(&mut tx, person.organisation_id).await?;
        let letter = Letter::PasswordReset { name: &person.name(), organisation: &texts.organisation, link: &link };
        let text = texts.write(person.draft.language, &letter);
        self.post(&mut tx, &ctx, &person, address, "password_reset", text).await?;
        let mut event =
            Event::new(Action::PasswordResetAsked, Subject::Login(login.id)).organisation(person.organisation_id);
        event.facility = login.facility_id;
        tx.commit(&ctx, [event]).await
    }

    async fn new_link(
        &self,
        tx: &mut stolpe_store::Tx,
        ctx: &Ctx,
        kind: OneTimeKind,
        login: LoginId,
        life: TimeDelta,
    ) -> Result<Zeroizing<String>> {
        let token = new_token();
        tx.insert_one_time(ctx.new_id(), kind, login, &token_digest(&token), ctx.at, ctx.at + life).await?;
        let address = self.public_url().await?;
        let facility = tx.find_login(login).await?.and_then(|login| login.facility_id);
        let path = match (kind, facility) {
            (OneTimeKind::Invitation, _) => "admin/invitation",
            (OneTimeKind::Reset, None) => "admin/reset",
            (OneTimeKind::Reset, Some(_)) => "reset",
        };
        // The token stands behind the hash, so that it reaches no server log.
        Ok(Zeroizing::new(format!("{address}/{path}#{}", *token)))
    }

    /// Chooses a new password with a link; every sign-in of the login ends.
    ///
    /// # Errors
    /// [`AppError::Refused`] `link.dead` when it was used or is too old; [`AppError::Invalid`] with every broken rule,
    /// and the link can be used again.
    pub async fn reset_password(&self, ctx: &Ctx, token: &str, password: &str) -> Result<()> {
        let login = self.login_of_link(ctx, OneTimeKind::Reset, token).await?;
        self.check_password(password, &login.username, "password").await??;
        let hash = self.hash_password(password).await?;
        let mut tx = self.write().await?;
        let used = tx.use_one_time(OneTimeKind::Reset, &token_digest(token), ctx.at).await?;
        if used != Some(login.id) {
            return Err(AppError::refused("link.dead"));
        }
        tx.set_password(login.id, &hash, false, ctx.at).await?;
        tx.end_other_sign_ins(login.id, None, ctx.at).await?;
        tx.end_one_time(login.id, ctx.at).await?;
        let mut event = Event::new(Action::PasswordChanged, Subject::Login(login.id));
        event.organisation = tx.find_person(login.person_id).await?.map(|person| person.organisation_id);
        tx.commit(ctx, [event]).await
    }

    async fn login_of_link(&self, ctx: &Ctx, kind: OneTimeKind, token: &str) -> Result<Login> {
        let from = Guess::from(ctx, Asked::Link);
        let mut until = None;
        if let Some(from) = &from {
            until = self.count_try(ctx, from).await?;
        }
        let mut conn = self.read().await?;
        let login = match conn.find_one_time(kind, &token_digest(token), ctx.at).await? {
            Some(id) => conn.find_login(id).await?.filter(|login| login.blocked_at.is_none()),
            None => None,
        };
        drop(conn);
        match (login, from) {
            (Some(login), Some(from)) => {
                self.return_try(&from).await?;
                Ok(login)
            }
            (Some(login), None) => Ok(login),
            (None, from) => {
                let waits = from.zip(until).map(|(from, until)| from.wait(until, ctx.at));
                Err(waits.unwrap_or(AppError::refused("link.dead")))
            }
        }
    }

    /// Makes an invitation and posts it.
    pub(crate) async fn invite(
        &self,
        tx: &mut stolpe_store::Tx,
        ctx: &Ctx,
        login: LoginId,
        person: &Person,
        organisation: Option<&str>,
    ) -> Result<()> {
        let link = self.new_link(tx, ctx, OneTimeKind::Invitation, login, INVITATION_LIFE).await?;
        let inviter = ctx.signed().map(|signed| signed.name.clone()).unwrap_or_default();
        let letter = Letter::Invitation { name: &person.name(), inviter: &inviter, organisation, link: &link };
        let text = MailTexts::of(tx, person.organisation_id).await?.write(person.draft.language, &letter);
        let login = tx.find_login(login).await?.ok_or(AppError::NotFound)?;
        let address = address_of(&login, person).ok_or(AppError::refused("person.no_email"))?;
        self.post(tx, ctx, person, address, "invitation", text).await
    }

    /// What an invitation says.
    ///
    /// # Errors
    /// [`AppError::Refused`] `link.dead` when it was used or is too old.
    pub async fn invitation(&self, ctx: &Ctx, token: &str) -> Result<Invited> {
        let login = self.login_of_link(ctx, OneTimeKind::Invitation, token).await?;
        let mut conn = self.read().await?;
        let person = conn.find_person(login.person_id).await?.ok_or(AppError::NotFound)?;
        let memberships = conn.memberships_of(login.id).await?;
        drop(conn);
        let first = memberships.first();
        let organisation = match first {
            Some(membership) => self.scope_name(membership.scope).await?,
            None => None,
        };
        Ok(Invited { name: person.name(), email: login.username, organisation, role: first.map(|it| it.role) })
    }

    /// Takes up an invitation: chooses a password and is in.
    ///
    /// # Errors
    /// [`AppError::Refused`] `link.dead`; [`AppError::Invalid`] with every broken rule, and the link can be used again.
    pub async fn accept_invitation(&self, ctx: &Ctx, token: &str, password: &str, device: &str) -> Result<Entered> {
        let login = self.login_of_link(ctx, OneTimeKind::Invitation, token).await?;
        self.check_password(password, &login.username, "password").await??;
        let hash = self.hash_password(password).await?;
        let mut tx = self.write().await?;
        let used = tx.use_one_time(OneTimeKind::Invitation, &token_digest(token), ctx.at).await?;
        if used != Some(login.id) {
            return Err(AppError::refused("link.dead"));
        }
        tx.set_password(login.id, &hash, false, ctx.at).await?;
        let mut event = Event::new(Action::StaffJoined, Subject::Login(login.id));
        event.organisation = tx.find_person(login.person_id).await?.map(|person| person.organisation_id);
        tx.commit(ctx, [event]).await?;
        self.enter(ctx, login.id, device).await
    }
}

/// Where a link to this login goes. At the desk that is the address that one signs in with, whatever the record says:
/// whoever may write a record must not thereby get into the login.
fn address_of(login: &Login, person: &Person) -> Option<String> {
    match login.facility_id {
        None => Some(login.username.clone()),
        Some(_) => person.draft.email.clone(),
    }
}
