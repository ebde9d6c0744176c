//! The people at the desk: invited, given roles in scopes, blocked.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::sorting::Sorter;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use stolpe_domain::access::{Membership, Permission, Place, Role, Scope};
use stolpe_domain::country::Country;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::faults::Faults;
use stolpe_domain::id::{DepartmentId, FacilityId, LoginId, OrganisationId, PersonId};
use stolpe_domain::language::Language;
use stolpe_domain::login::{Login, LoginState, StaffState};
use stolpe_domain::person::{Person, PersonDraft, search_terms};
use stolpe_store::access::SignIn;
use stolpe_store::{Conn, Tx};

/// Where a role holds, as it is typed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum ScopeDraft {
    /// The whole installation.
    Host,
    /// One organisation.
    Organisation(OrganisationId),
    /// One facility.
    Facility(FacilityId),
    /// One department.
    Department(DepartmentId),
}

/// A role in a scope, as it is typed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipDraft {
    /// The role.
    pub role: Role,
    /// Where it holds.
    pub scope: ScopeDraft,
}

/// Who is invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// First names.
    pub given_name: String,
    /// Surnames.
    pub family_name: String,
    /// Gets the invitation and signs in with it.
    pub email: String,
    /// Language of the invitation and the interface.
    pub language: Language,
    /// As what, where.
    pub membership: MembershipDraft,
}

/// Somebody at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    /// How they sign in.
    pub login: Login,
    /// Who they are.
    pub person: Person,
    /// Their roles, with the name of each scope.
    pub memberships: Vec<(Membership, Option<String>)>,
    /// Until when their invitation can be taken up, if it has not been.
    pub invited_until: Option<DateTime<Utc>>,
}

impl StaffMember {
    /// How far they have come.
    pub fn state(&self, at: DateTime<Utc>) -> StaffState {
        match self.login.state() {
            LoginState::Blocked => StaffState::Blocked,
            LoginState::NotIssued if self.invited_until.is_some_and(|until| until > at) => StaffState::Invited,
            LoginState::NotIssued => StaffState::Expired,
            LoginState::Initial | LoginState::Own => StaffState::Active,
        }
    }
}

impl App {
    /// The people at the desk of every organisation whose staff the actor manages.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who manage no staff.
    pub async fn list_staff(&self, ctx: &Ctx) -> Result<Vec<StaffMember>> {
        ctx.reach(Permission::ManageStaff)?;
        let logins = self.read().await?.staff_logins().await?;
        let mut staff = Vec::with_capacity(logins.len());
        for login in logins {
            let member = self.staff_member(login).await?;
            if may_manage(ctx, &member) {
                staff.push(member);
            }
        }
        Ok(staff)
    }

    async fn staff_member(&self, login: Login) -> Result<StaffMember> {
        let mut conn = self.read().await?;
        let person = conn.find_person(login.person_id).await?.ok_or(AppError::NotFound)?;
        let held = conn.memberships_of(login.id).await?;
        let invited_until = if login.has_password { None } else { conn.invitation_expires_at(login.id).await? };
        drop(conn);
        let mut memberships = Vec::with_capacity(held.len());
        for membership in held {
            let name = self.scope_name(membership.scope).await?;
            memberships.push((membership, name));
        }
        Ok(StaffMember { login, person, memberships, invited_until })
    }

    /// One of the people at the desk, for somebody who manages them.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for others, too.
    pub async fn staff_for_change(&self, ctx: &Ctx, id: LoginId) -> Result<StaffMember> {
        ctx.reach(Permission::ManageStaff)?;
        let login = self.read().await?.find_login(id).await?.filter(|login| login.facility_id.is_none());
        let member = self.staff_member(login.ok_or(AppError::NotFound)?).await?;
        if may_manage(ctx, &member) { Ok(member) } else { Err(AppError::NotFound) }
    }

    /// Invites somebody to the desk: person, login, role and mail in one.
    ///
    /// # Errors
    /// [`AppError::Conflict`] `login.username_taken` when the address signs in already; [`AppError::Invalid`] with
    /// every fault.
    pub async fn invite_staff(&self, ctx: &Ctx, invitation: Invitation) -> Result<StaffMember> {
        ctx.reach(Permission::ManageStaff)?;
        let scope = self.check_membership(ctx, invitation.membership).await?;
        if let Some(id) = self.replayed(ctx).await? {
            return self.staff_for_change(ctx, id).await;
        }
        let (organisation, country) = self.home_of(scope).await?;
        let draft = PersonDraft {
            given_name: invitation.given_name,
            family_name: invitation.family_name,
            email: Some(invitation.email.clone()),
            phone: None,
            language: invitation.language,
            street: None,
            postal_code: None,
            city: None,
            protected_identity: false,
            note: None,
            department_id: None,
            staff_number: None,
            payer: None,
            channel: None,
            personal_number: None,
        };
        let mut faults = Faults::default();
        if invitation.email.trim().is_empty() {
            faults.add("email", "required");
        }
        let draft = match draft.check(country, ctx.today()) {
            Ok(checked) if faults.is_empty() => checked.draft,
            Ok(_) => return Err(faults.into()),
            Err(more) => {
                more.0.into_iter().for_each(|(field, code)| faults.add(&field, code));
                return Err(faults.into());
            }
        };
        let (person_id, login_id): (PersonId, LoginId) = (ctx.new_id(), ctx.new_id());
        let key = Sorter::new(country).person_key(&draft.given_name, &draft.family_name);
        let name = self.scope_name(scope).await?;
        let mut tx = self.write().await?;
        tx.insert_person(person_id, organisation, &draft, &key, None, ctx.at).await?;
        tx.put_search_terms(organisation, "person", person_id.uuid(), &search_terms(&draft)).await?;
        tx.insert_login(login_id, person_id, None, draft.email.as_deref().unwrap_or_default(), ctx.at).await?;
        let membership = Membership { id: ctx.new_id(), role: invitation.membership.role, scope };
        tx.insert_membership(&membership, login_id, ctx.at).await?;
        let person = tx.find_person(person_id).await?.ok_or(AppError::NotFound)?;
        self.invite(&mut tx, ctx, login_id, &person, name.as_deref()).await?;
        let event = Event::new(Action::StaffInvited, Subject::Login(login_id))
            .organisation(organisation)
            .after(&invitation.membership);
        let added =
            Event::new(Action::PersonAdded, Subject::Person(person_id)).organisation(organisation).after(&draft);
        tx.commit(ctx, [event, added]).await?;
        self.staff_for_change(ctx, login_id).await
    }

    /// Sends the invitation again; the earlier link dies.
    ///
    /// # Errors
    /// [`AppError::Refused`] `staff.joined` when it was taken up already.
    pub async fn invite_again(&self, ctx: &Ctx, id: LoginId) -> Result<StaffMember> {
        let member = self.staff_for_change(ctx, id).await?;
        if self.done_before(ctx).await? {
            return Ok(member);
        }
        if member.login.has_password {
            return Err(AppError::refused("staff.joined"));
        }
        let name = member.memberships.first().and_then(|(_, name)| name.clone());
        let mut tx = self.write().await?;
        self.invite(&mut tx, ctx, id, &member.person, name.as_deref()).await?;
        let event = Event::new(Action::StaffInvited, Subject::Login(id)).organisation(member.person.organisation_id);
        tx.commit(ctx, [event]).await?;
        self.staff_for_change(ctx, id).await
    }

    /// Replaces the roles of somebody at the desk.
    ///
    /// # Errors
    /// [`AppError::Refused`] `staff.last_owner` when nobody would own the installation any more.
    pub async fn change_memberships(
        &self,
        ctx: &Ctx,
        id: LoginId,
        wanted: Vec<MembershipDraft>,
    ) -> Result<StaffMember> {
        let member = self.staff_for_change(ctx, id).await?;
        if wanted.is_empty() {
            return Err(AppError::field("memberships", "required"));
        }
        let mut memberships = Vec::with_capacity(wanted.len());
        for draft in &wanted {
            let scope = self.check_membership(ctx, *draft).await?;
            memberships.push(Membership { id: ctx.new_id(), role: draft.role, scope });
        }
        let was: Vec<Role> = member.memberships.iter().map(|(it, _)| it.role).collect();
        let mut tx = self.write().await?;
        if !memberships.iter().any(is_host_owner) {
            keep_an_owner(&mut tx, id).await?;
        }
        tx.delete_memberships(id).await?;
        // Files such as sign-in letters were made under roles that may be gone now.
        tx.delete_files_of_login(id).await?;
        for membership in &memberships {
            tx.insert_membership(membership, id, ctx.at).await?;
        }
        let event = Event::new(Action::StaffChanged, Subject::Login(id))
            .organisation(member.person.organisation_id)
            .before(&was)
            .after(&wanted);
        tx.commit(ctx, [event]).await?;
        self.staff_for_change(ctx, id).await
    }

    /// Blocks somebody at the desk, or opens their login again.
    ///
    /// # Errors
    /// [`AppError::Refused`]: `staff.self` for oneself, `staff.last_owner` for the last owner.
    pub async fn block_staff(&self, ctx: &Ctx, id: LoginId, block: bool) -> Result<StaffMember> {
        let member = self.staff_for_change(ctx, id).await?;
        if ctx.signed()?.login == id {
            return Err(AppError::refused("staff.self"));
        }
        if self.done_before(ctx).await? {
            return Ok(member);
        }
        let mut tx = self.write().await?;
        if block {
            keep_an_owner(&mut tx, id).await?;
        }
        tx.block_login(id, block.then_some(ctx.at)).await?;
        if block {
            tx.end_other_sign_ins(id, None, ctx.at).await?;
            tx.end_one_time(id, ctx.at).await?;
            tx.delete_files_of_login(id).await?;
        }
        let action = if block { Action::LoginBlocked } else { Action::LoginUnblocked };
        let event = Event::new(action, Subject::Login(id)).organisation(member.person.organisation_id);
        tx.commit(ctx, [event]).await?;
        self.staff_for_change(ctx, id).await
    }

    /// The open sign-ins of somebody at the desk.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who do not manage them, too.
    pub async fn staff_sign_ins(&self, ctx: &Ctx, id: LoginId) -> Result<Vec<SignIn>> {
        self.staff_for_change(ctx, id).await?;
        Ok(self.read().await?.list_sign_ins(id, ctx.at).await?)
    }

    /// Ends every sign-in of somebody at the desk.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who do not manage them, too.
    pub async fn end_staff_sign_ins(&self, ctx: &Ctx, id: LoginId) -> Result<()> {
        let member = self.staff_for_change(ctx, id).await?;
        let mut tx = self.write().await?;
        tx.end_other_sign_ins(id, None, ctx.at).await?;
        let event = Event::new(Action::SignedOut, Subject::Login(id)).organisation(member.person.organisation_id);
        tx.commit(ctx, [event]).await
    }

    /// Whether the actor may give this role there; answers the scope.
    async fn check_membership(&self, ctx: &Ctx, draft: MembershipDraft) -> Result<Scope> {
        let mut conn = self.read().await?;
        let unknown = || AppError::field("scope", "scope.unknown");
        let scope = match draft.scope {
            ScopeDraft::Host => Scope::Host,
            ScopeDraft::Organisation(id) => {
                conn.find_organisation(id).await?.ok_or_else(unknown)?;
                Scope::Organisation(id)
            }
            ScopeDraft::Facility(facility) => {
                let organisation = conn.find_facility(facility).await?.ok_or_else(unknown)?.organisation_id;
                Scope::Facility { organisation, facility }
            }
            ScopeDraft::Department(department) => {
                let organisation = conn.find_department(department).await?.ok_or_else(unknown)?.organisation_id;
                Scope::Department { organisation, department }
            }
        };
        if !draft.role.is_staff() || !draft.role.fits(scope) {
            return Err(AppError::field("role", "role.unfit"));
        }
        // Nobody gives what lies beyond their own reach; a scope that is not theirs is not there.
        if ctx.actor.may(Permission::ManageStaff, place_of(scope)) { Ok(scope) } else { Err(unknown()) }
    }

    /// Whose register a new member of staff goes into.
    async fn home_of(&self, scope: Scope) -> Result<(OrganisationId, Country)> {
        let mut conn = self.read().await?;
        let organisation = match scope {
            Scope::Organisation(id)
            | Scope::Facility { organisation: id, .. }
            | Scope::Department { organisation: id, .. } => conn.find_organisation(id).await?,
            Scope::Host | Scope::Own => conn.list_organisations().await?.into_iter().next(),
        };
        let organisation = organisation.ok_or(AppError::NotFound)?;
        Ok((organisation.id, organisation.country))
    }
}

/// The last owner of the installation who can sign in can neither be blocked nor given a lesser role.
async fn keep_an_owner(tx: &mut Tx, leaving: LoginId) -> Result<()> {
    let owners = tx.lock_host_owners().await?;
    if owners.contains(&leaving) && owners.iter().all(|owner| *owner == leaving) {
        return Err(AppError::refused("staff.last_owner"));
    }
    Ok(())
}

fn is_host_owner(it: &Membership) -> bool {
    it.role == Role::Owner && it.scope == Scope::Host
}

const fn place_of(scope: Scope) -> Place<'static> {
    match scope {
        Scope::Host | Scope::Own => Place::Host,
        Scope::Organisation(id) => Place::Organisation(id),
        Scope::Facility { organisation, facility } => Place::Facility(organisation, facility),
        Scope::Department { organisation, department } => Place::Department(organisation, department),
    }
}

/// Somebody is managed by those whose reach covers every role they hold.
fn may_manage(ctx: &Ctx, member: &StaffMember) -> bool {
    let home = Place::Organisation(member.person.organisation_id);
    if member.memberships.is_empty() {
        return ctx.actor.may(Permission::ManageStaff, home);
    }
    manages_all(ctx, member.memberships.iter().map(|(it, _)| it))
}

fn manages_all<'a>(ctx: &Ctx, mut held: impl Iterator<Item = &'a Membership>) -> bool {
    held.all(|it| ctx.actor.may(Permission::ManageStaff, place_of(it.scope)))
}

/// Those of these people whose records the actor must leave alone: they work at the desk, and the actor neither is them
/// nor manages them. A record says whom mail is sent to, and who is merged with whom.
pub(crate) async fn records_out_of_bounds(
    conn: &mut Conn,
    ctx: &Ctx,
    people: &[PersonId],
) -> Result<HashSet<PersonId>> {
    let held = conn.memberships_of_people(people).await?;
    let me = ctx.signed().ok().map(|signed| signed.person);
    let of_desk = |it: &(PersonId, Membership)| it.1.role.is_staff() && Some(it.0) != me;
    let beyond = held.iter().filter(|it| of_desk(it) && !manages_all(ctx, std::iter::once(&it.1)));
    Ok(beyond.map(|(person, _)| *person).collect())
}

impl App {
    /// Stops unless the actor may change the record of this person, who may work at the desk.
    pub(crate) async fn may_change_record(&self, ctx: &Ctx, person: PersonId) -> Result<()> {
        let beyond = records_out_of_bounds(&mut self.read().await?, ctx, &[person]).await?;
        if beyond.is_empty() { Ok(()) } else { Err(AppError::refused("person.works_here")) }
    }
}
