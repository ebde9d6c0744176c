//! Logins of residents: made for a facility, handed over by letter, blocked and opened again.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use serde::Serialize;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{FacilityId, LoginId, PersonId};
use stolpe_domain::login::{Login, check_username};
use stolpe_store::login::Giver;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Name<'a> {
    username: &'a str,
}

impl App {
    /// Gives a person a login in a facility, without a password; a letter brings one.
    ///
    /// Without a username, the code of the person's unit there is taken, or their e-mail address.
    ///
    /// # Errors
    /// [`AppError::Conflict`] `login.username_taken`, [`AppError::Invalid`] when no name can be found.
    pub async fn add_login(
        &self,
        ctx: &Ctx,
        person: PersonId,
        facility: FacilityId,
        username: Option<&str>,
    ) -> Result<Login> {
        let (who, _) = self.person_for(ctx, person, Permission::ChangePerson).await?;
        let place = self.facility_for(ctx, facility, Permission::ChangePerson).await?;
        if place.organisation_id != who.organisation_id {
            return Err(AppError::refused("login.other_organisation"));
        }
        if let Some(id) = self.replayed(ctx).await? {
            return self.read().await?.find_login(id).await?.ok_or(AppError::NotFound);
        }
        let mut tx = self.write().await?;
        let name = if let Some(name) = username.map(str::trim).filter(|name| !name.is_empty()) {
            check_username(name)?
        } else {
            let units = tx.tenancies_of(person).await?;
            let code = units.into_iter().find(|it| it.facility_id == facility).map(|it| it.unit_code);
            let name = code.or(who.draft.email).ok_or(AppError::field("username", "required"))?;
            check_username(&name.replace(char::is_whitespace, ""))?
        };
        let id: LoginId = ctx.new_id();
        tx.insert_login(id, person, Some(facility), &name, ctx.at).await?;
        tx.link_person(person, facility).await?;
        let event = Event::new(Action::LoginAdded, Subject::Login(id))
            .organisation(place.organisation_id)
            .facility(facility)
            .after(&Name { username: &name });
        let added = tx.find_login(id).await?.ok_or(AppError::NotFound)?;
        tx.commit(ctx, [event]).await?;
        Ok(added)
    }

    /// One login of a resident, for somebody who may change its person.
    pub(crate) async fn login_for_change(&self, ctx: &Ctx, id: LoginId) -> Result<Login> {
        ctx.reach(Permission::ReadPerson)?;
        let login = self.read().await?.find_login(id).await?.ok_or(AppError::NotFound)?;
        self.person_for(ctx, login.person_id, Permission::ChangePerson).await?;
        match login.facility_id {
            // A person of two facilities has a login in each, and each is a matter of its own staff.
            Some(facility) => self.facility_for(ctx, facility, Permission::ChangePerson).await.map(|_| login),
            // Logins of the desk are a matter for those who manage staff.
            None => Err(AppError::Denied),
        }
    }

    async fn change_login(
        &self,
        ctx: &Ctx,
        login: &Login,
        event: Event,
        change: impl AsyncFnOnce(&mut stolpe_store::Tx) -> stolpe_store::Result<()>,
    ) -> Result<Login> {
        if self.done_before(ctx).await? {
            return Ok(login.clone());
        }
        let mut tx = self.write().await?;
        change(&mut tx).await?;
        let after = tx.find_login(login.id).await?.ok_or(AppError::NotFound)?;
        let mut event = event;
        if let Some(facility) = login.facility_id {
            event.facility = Some(facility);
            event.organisation = tx.find_facility(facility).await?.map(|it| it.organisation_id);
        }
        tx.commit(ctx, [event]).await?;
        Ok(after)
    }

    /// Changes the username of a resident's login that is still at that version.
    ///
    /// # Errors
    /// [`AppError::Changed`] when somebody was faster, [`AppError::Conflict`] `login.username_taken`.
    pub async fn rename_login(&self, ctx: &Ctx, id: LoginId, row_version: i64, username: &str) -> Result<Login> {
        let login = self.login_for_change(ctx, id).await?;
        let name = check_username(username)?;
        let event = Event::new(Action::LoginChanged, Subject::Login(id))
            .before(&Name { username: &login.username })
            .after(&Name { username: &name });
        self.change_login(ctx, &login, event, async |tx| tx.rename_login(id, row_version, &name).await).await
    }

    /// Blocks a resident's login and ends its sign-ins.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn block_login(&self, ctx: &Ctx, id: LoginId) -> Result<Login> {
        let login = self.login_for_change(ctx, id).await?;
        let (event, at) = (Event::new(Action::LoginBlocked, Subject::Login(id)), ctx.at);
        self.change_login(ctx, &login, event, async |tx| {
            tx.end_other_sign_ins(id, None, at).await?;
            tx.block_login(id, Some(at)).await
        })
        .await
    }

    /// Opens a blocked login again; a wait after wrong passwords ends too.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn unblock_login(&self, ctx: &Ctx, id: LoginId) -> Result<Login> {
        let login = self.login_for_change(ctx, id).await?;
        let event = Event::new(Action::LoginUnblocked, Subject::Login(id));
        self.change_login(ctx, &login, event, async |tx| tx.block_login(id, None).await).await
    }

    /// Notes that a sign-in letter reached its reader (PRE-05).
    ///
    /// # Errors
    /// [`AppError::Refused`] `letter.none` when no letter was made.
    pub async fn hand_over(&self, ctx: &Ctx, id: LoginId) -> Result<Login> {
        let login = self.login_for_change(ctx, id).await?;
        if login.issued_at.is_none() {
            return Err(AppError::refused("letter.none"));
        }
        let (by, at) = (ctx.signed().map(Giver::from).unwrap_or_default(), ctx.at);
        let event = Event::new(Action::LoginHandedOver, Subject::Login(id));
        self.change_login(ctx, &login, event, async |tx| tx.hand_over(id, by, at).await).await
    }
}
