//! Facilities.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::{Facility, FacilityDraft, fold_code};
use stolpe_domain::id::{FacilityId, OrganisationId};
use stolpe_domain::person::words;
use stolpe_store::Conn;

impl App {
    /// The facilities that the actor may see.
    ///
    /// # Errors
    /// [`AppError::Denied`] when there are none.
    pub async fn list_facilities(&self, ctx: &Ctx) -> Result<Vec<Facility>> {
        ctx.reach(Permission::ReadFacility)?;
        self.facilities_with(ctx, Permission::ReadFacility).await
    }

    /// The facilities in which the actor may do this.
    pub(crate) async fn facilities_with(&self, ctx: &Ctx, permission: Permission) -> Result<Vec<Facility>> {
        let reach = ctx.actor.reach(permission);
        if reach.is_empty() {
            return Ok(Vec::new());
        }
        let all = self.read().await?.list_facilities().await?;
        Ok(all
            .into_iter()
            .filter(|it| {
                reach.everything
                    || reach.organisations.contains(&it.organisation_id)
                    || reach.facilities.contains(&it.id)
            })
            .collect())
    }

    /// One facility, for somebody who may do this in it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, [`AppError::Denied`] for those who may but not do this.
    pub async fn facility_for(&self, ctx: &Ctx, id: FacilityId, permission: Permission) -> Result<Facility> {
        facility_within(&mut self.read().await?, ctx, id, permission).await
    }

    /// One facility.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn facility(&self, ctx: &Ctx, id: FacilityId) -> Result<Facility> {
        self.facility_for(ctx, id, Permission::ReadFacility).await
    }

    /// How many units and people a facility has.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached.
    pub async fn facility_counts(&self, id: FacilityId) -> Result<(i64, i64)> {
        Ok(self.read().await?.facility_counts(id).await?)
    }

    /// Adds a facility to an organisation.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, [`AppError::Conflict`] `facility.code_taken`.
    pub async fn add_facility(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        draft: FacilityDraft,
    ) -> Result<Facility> {
        self.organisation(ctx, organisation).await?;
        ctx.may(Permission::ChangeFacility, Place::Organisation(organisation))?;
        if let Some(id) = self.replayed(ctx).await? {
            return self.facility(ctx, id).await;
        }
        let it = draft.check()?;
        let id: FacilityId = ctx.new_id();
        let mut tx = self.write().await?;
        tx.insert_facility(id, organisation, &it, ctx.at).await?;
        tx.put_search_terms(organisation, "facility", id.uuid(), &facility_terms(&it)).await?;
        let event =
            Event::new(Action::FacilityAdded, Subject::Facility(id)).organisation(organisation).facility(id).after(&it);
        tx.commit(ctx, [event]).await?;
        self.facility(ctx, id).await
    }

    /// Changes a facility that is still at that version.
    ///
    /// # Errors
    /// [`AppError::Changed`] when somebody was faster, [`AppError::Conflict`] `facility.code_taken`.
    pub async fn change_facility(
        &self,
        ctx: &Ctx,
        id: FacilityId,
        row_version: i64,
        draft: FacilityDraft,
    ) -> Result<Facility> {
        let before = self.facility_for(ctx, id, Permission::ChangeFacility).await?;
        let it = draft.check()?;
        let mut tx = self.write().await?;
        tx.update_facility(id, row_version, &it).await?;
        tx.put_search_terms(before.organisation_id, "facility", id.uuid(), &facility_terms(&it)).await?;
        let after = tx.find_facility(id).await?.ok_or(AppError::NotFound)?;
        let event = Event::new(Action::FacilityChanged, Subject::Facility(id))
            .organisation(before.organisation_id)
            .facility(id)
            .before(&before)
            .after(&after);
        tx.commit(ctx, [event]).await?;
        Ok(after)
    }
}

fn facility_terms(it: &FacilityDraft) -> Vec<String> {
    words(&it.name).chain([fold_code(&it.code)]).collect()
}

/// The facility with this id, read over a connection that is at hand, if the actor has the permission there.
///
/// # Errors
/// As [`App::facility_for`].
pub(crate) async fn facility_within(
    conn: &mut Conn,
    ctx: &Ctx,
    id: FacilityId,
    permission: Permission,
) -> Result<Facility> {
    if ctx.signed().is_err() && !matches!(ctx.actor, stolpe_domain::access::Actor::System(_)) {
        return Err(AppError::SignedOut);
    }
    let it = conn.find_facility(id).await?.ok_or(AppError::NotFound)?;
    let place = Place::Facility(it.organisation_id, id);
    if permission != Permission::ReadPerson {
        ctx.may_see(Permission::ReadFacility, place)?;
    }
    ctx.may(permission, place)?;
    Ok(it)
}
