//! Saved filters: the caller's own, and those that are there for everybody of an organisation.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use serde::Serialize;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::faults::Faults;
use stolpe_domain::id::{OrganisationId, ViewId};
use stolpe_store::view::View;

/// A filter is an address, not a document.
const FILTERS_LENGTH: usize = 4_000;

impl App {
    /// The caller's saved filters and those that are shared where they work.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who do not use the desk.
    pub async fn list_views(&self, ctx: &Ctx) -> Result<Vec<View>> {
        ctx.reach(Permission::UseDesk)?;
        let (login, mine) = (ctx.signed()?.login, self.organisations_at_desk(ctx).await?);
        Ok(self.read().await?.list_views(login, &mine).await?)
    }

    /// Whether the caller may take a saved filter away: their own, and what is shared where they may share.
    pub fn may_remove_view(&self, ctx: &Ctx, view: &View) -> bool {
        let owner = ctx.signed().is_ok_and(|signed| signed.login == view.owner);
        owner || view.organisation.is_some_and(|id| may_share(ctx, id))
    }

    /// The organisations in which the caller works at the desk, if only in one facility or department.
    async fn organisations_at_desk(&self, ctx: &Ctx) -> Result<Vec<OrganisationId>> {
        let reach = ctx.reach(Permission::UseDesk)?;
        let mut conn = self.read().await?;
        if reach.everything {
            return Ok(conn.list_organisations().await?.into_iter().map(|it| it.id).collect());
        }
        let mut mine = reach.organisations;
        for id in reach.facilities {
            mine.extend(conn.find_facility(id).await?.map(|it| it.organisation_id));
        }
        for id in reach.departments {
            mine.extend(conn.find_department(id).await?.map(|it| it.organisation_id));
        }
        Ok(mine)
    }

    /// Saves a filter of a list under a name: for oneself, or for everybody of an organisation by those who run it.
    ///
    /// # Errors
    /// [`AppError::Conflict`] `view.name_taken`, [`AppError::Invalid`] with every fault; for those who may not share there
    /// [`AppError::Denied`], or [`AppError::NotFound`] when it is not theirs to see.
    pub async fn save_view(
        &self,
        ctx: &Ctx,
        room: &str,
        name: &str,
        filters: serde_json::Value,
        organisation: Option<OrganisationId>,
    ) -> Result<View> {
        ctx.reach(Permission::UseDesk)?;
        let signed = ctx.signed()?;
        if let Some(id) = organisation {
            ctx.may_see(Permission::ReadOrganisation, Place::Organisation(id))?;
            if !may_share(ctx, id) {
                return Err(AppError::Denied);
            }
        }
        if let Some(id) = self.replayed::<ViewId>(ctx).await? {
            return self.read().await?.find_view(id).await?.ok_or(AppError::NotFound);
        }
        let mut faults = Faults::default();
        let view = View {
            id: ctx.new_id(),
            room: faults.text("room", room, 40),
            name: faults.text("name", name, 80),
            filters,
            owner: signed.login,
            owner_name: signed.name.clone(),
            organisation,
        };
        if view.filters.to_string().len() > FILTERS_LENGTH {
            faults.add("filters", "too_long");
        }
        faults.none()?;
        let mut tx = self.write().await?;
        tx.insert_view(&view, ctx.at).await?;
        let mut event = Event::new(Action::ViewSaved, Subject::View(view.id)).after(&Named::of(&view));
        event.organisation = organisation;
        tx.commit(ctx, [event]).await?;
        Ok(view)
    }

    /// Removes a saved filter.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for somebody else's, too; [`AppError::Denied`] for one that is shared by others.
    pub async fn remove_view(&self, ctx: &Ctx, id: ViewId) -> Result<()> {
        let view = self.list_views(ctx).await?.into_iter().find(|view| view.id == id).ok_or(AppError::NotFound)?;
        if !self.may_remove_view(ctx, &view) {
            return Err(AppError::Denied);
        }
        let mut tx = self.write().await?;
        tx.delete_view(id).await?;
        let mut event = Event::new(Action::ViewRemoved, Subject::View(id)).before(&Named::of(&view));
        event.organisation = view.organisation;
        tx.commit(ctx, [event]).await
    }
}

/// Who changes the facilities of an organisation as a whole decides what everybody there finds in the lists.
fn may_share(ctx: &Ctx, organisation: OrganisationId) -> bool {
    ctx.actor.may(Permission::ChangeFacility, Place::Organisation(organisation))
}

/// What the audit log says of a filter; what was looked for may be somebody's name, and is left out.
#[derive(Serialize)]
struct Named<'a> {
    room: &'a str,
    name: &'a str,
}

impl<'a> Named<'a> {
    fn of(view: &'a View) -> Self {
        Self { room: &view.room, name: &view.name }
    }
}
