//! Organisations and departments.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use stolpe_domain::access::{Permission, Place, Scope};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{DepartmentId, OrganisationId};
use stolpe_domain::organisation::{Department, DepartmentDraft, Organisation, OrganisationDraft};
use stolpe_domain::person::words;

impl App {
    /// The organisations that the actor may see, directly or through a facility or department of theirs.
    ///
    /// # Errors
    /// [`AppError::Denied`] when there are none.
    pub async fn list_organisations(&self, ctx: &Ctx) -> Result<Vec<Organisation>> {
        ctx.reach(Permission::ReadOrganisation)?;
        let seen = organisations_seen(ctx);
        let all = self.read().await?.list_organisations().await?;
        Ok(all.into_iter().filter(|it| seen.as_ref().is_none_or(|seen| seen.contains(&it.id))).collect())
    }

    /// One organisation.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn organisation(&self, ctx: &Ctx, id: OrganisationId) -> Result<Organisation> {
        ctx.reach(Permission::ReadOrganisation)?;
        if organisations_seen(ctx).is_some_and(|seen| !seen.contains(&id)) {
            return Err(AppError::NotFound);
        }
        self.read().await?.find_organisation(id).await?.ok_or(AppError::NotFound)
    }

    /// Adds an organisation; a matter for the whole installation.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, [`AppError::Conflict`] `organisation.number_taken`.
    pub async fn add_organisation(&self, ctx: &Ctx, draft: OrganisationDraft) -> Result<Organisation> {
        ctx.may(Permission::ChangeOrganisation, Place::Host)?;
        if let Some(id) = self.replayed(ctx).await? {
            return self.organisation(ctx, id).await;
        }
        let it = draft.check()?;
        let id: OrganisationId = ctx.new_id();
        let mut tx = self.write().await?;
        tx.insert_organisation(id, &it, false, ctx.at).await?;
        tx.put_search_terms(id, "organisation", id.uuid(), &words(&it.name).collect::<Vec<_>>()).await?;
        let added = tx.find_organisation(id).await?.ok_or(AppError::NotFound)?;
        let event = Event::new(Action::OrganisationAdded, Subject::Organisation(id)).organisation(id).after(&added);
        tx.commit(ctx, [event]).await?;
        Ok(added)
    }

    /// Changes an organisation that is still at that version.
    ///
    /// # Errors
    /// [`AppError::Changed`] when somebody was faster, [`AppError::Invalid`] with every fault.
    pub async fn change_organisation(
        &self,
        ctx: &Ctx,
        id: OrganisationId,
        row_version: i64,
        draft: OrganisationDraft,
    ) -> Result<Organisation> {
        let before = self.organisation(ctx, id).await?;
        ctx.may(Permission::ChangeOrganisation, Place::Organisation(id))?;
        let it = draft.check()?;
        let mut tx = self.write().await?;
        tx.update_organisation(id, row_version, &it).await?;
        tx.put_search_terms(id, "organisation", id.uuid(), &words(&it.name).collect::<Vec<_>>()).await?;
        let after = tx.find_organisation(id).await?.ok_or(AppError::NotFound)?;
        let event = Event::new(Action::OrganisationChanged, Subject::Organisation(id))
            .organisation(id)
            .before(&before)
            .after(&after);
        tx.commit(ctx, [event]).await?;
        Ok(after)
    }

    /// The departments of an organisation.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the organisation, too.
    pub async fn list_departments(&self, ctx: &Ctx, organisation: OrganisationId) -> Result<Vec<Department>> {
        self.organisation(ctx, organisation).await?;
        Ok(self.read().await?.list_departments(organisation).await?)
    }

    /// One department.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see its organisation, too.
    pub async fn department(&self, ctx: &Ctx, id: DepartmentId) -> Result<Department> {
        ctx.reach(Permission::ReadOrganisation)?;
        let it = self.read().await?.find_department(id).await?.ok_or(AppError::NotFound)?;
        self.organisation(ctx, it.organisation_id).await?;
        Ok(it)
    }

    /// Adds a department.
    ///
    /// # Errors
    /// [`AppError::Conflict`] `department.name_taken`.
    pub async fn add_department(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        draft: DepartmentDraft,
    ) -> Result<Department> {
        self.organisation(ctx, organisation).await?;
        ctx.may(Permission::ChangeDepartment, Place::Organisation(organisation))?;
        if let Some(id) = self.replayed(ctx).await? {
            return self.department(ctx, id).await;
        }
        let it = draft.check()?;
        let id: DepartmentId = ctx.new_id();
        let mut tx = self.write().await?;
        tx.insert_department(id, organisation, &it, ctx.at).await?;
        let added = tx.find_department(id).await?.ok_or(AppError::NotFound)?;
        let event =
            Event::new(Action::DepartmentAdded, Subject::Department(id)).organisation(organisation).after(&added);
        tx.commit(ctx, [event]).await?;
        Ok(added)
    }

    /// Changes a department that is still at that version.
    ///
    /// # Errors
    /// [`AppError::Changed`] when somebody was faster, [`AppError::Conflict`] `department.name_taken`.
    pub async fn change_department(
        &self,
        ctx: &Ctx,
        id: DepartmentId,
        row_version: i64,
        draft: DepartmentDraft,
    ) -> Result<Department> {
        let before = self.department(ctx, id).await?;
        ctx.may(Permission::ChangeDepartment, Place::Department(before.organisation_id, id))?;
        let it = draft.check()?;
        let mut tx = self.write().await?;
        tx.update_department(id, row_version, &it).await?;
        let after = tx.find_department(id).await?.ok_or(AppError::NotFound)?;
        let event = Event::new(Action::DepartmentChanged, Subject::Department(id))
            .organisation(before.organisation_id)
            .before(&before)
            .after(&after);
        tx.commit(ctx, [event]).await?;
        Ok(after)
    }

    /// Removes a department in which nobody has a role.
    ///
    /// # Errors
    /// [`AppError::Conflict`] `conflict.in_use`, [`AppError::Changed`] when somebody was faster.
    pub async fn remove_department(&self, ctx: &Ctx, id: DepartmentId, row_version: i64) -> Result<()> {
        let before = self.department(ctx, id).await?;
        ctx.may(Permission::ChangeDepartment, Place::Department(before.organisation_id, id))?;
        let mut tx = self.write().await?;
        tx.delete_department(id, row_version).await?;
        let event = Event::new(Action::DepartmentRemoved, Subject::Department(id))
            .organisation(before.organisation_id)
            .before(&before);
        tx.commit(ctx, [event]).await
    }
}

/// The organisations in which the actor holds any role; none means all.
pub(crate) fn organisations_seen(ctx: &Ctx) -> Option<Vec<OrganisationId>> {
    let signed = ctx.signed().ok()?;
    let mut seen = Vec::new();
    for membership in &signed.memberships {
        match membership.scope {
            Scope::Host => return None,
            Scope::Organisation(id)
            | Scope::Facility { organisation: id, .. }
            | Scope::Department { organisation: id, .. } => seen.push(id),
            Scope::Own => {}
        }
    }
    Some(seen)
}
