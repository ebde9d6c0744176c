//! Saved filters of the caller.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use serde::Serialize;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::faults::Faults;
use stolpe_domain::id::ViewId;
use stolpe_store::view::View;

/// A filter is an address, not a document.
const FILTERS_LENGTH: usize = 4_000;

impl App {
    /// The caller's saved filters.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who do not use the desk.
    pub async fn list_views(&self, ctx: &Ctx) -> Result<Vec<View>> {
        ctx.reach(Permission::UseDesk)?;
        Ok(self.read().await?.list_views(ctx.signed()?.login).await?)
    }

    /// Saves a filter of a list under a name.
    ///
    /// # Errors
    /// [`AppError::Conflict`] `view.name_taken`, [`AppError::Invalid`] with every fault.
    pub async fn save_view(&self, ctx: &Ctx, room: &str, name: &str, filters: serde_json::Value) -> Result<View> {
        ctx.reach(Permission::UseDesk)?;
        let login = ctx.signed()?.login;
        if let Some(id) = self.replayed::<ViewId>(ctx).await? {
            let views = self.read().await?.list_views(login).await?;
            return views.into_iter().find(|view| view.id == id).ok_or(AppError::NotFound);
        }
        let mut faults = Faults::default();
        let view = View {
            id: ctx.new_id(),
            room: faults.text("room", room, 40),
            name: faults.text("name", name, 80),
            filters,
        };
        if view.filters.to_string().len() > FILTERS_LENGTH {
            faults.add("filters", "too_long");
        }
        faults.none()?;
        let mut tx = self.write().await?;
        tx.insert_view(&view, login, ctx.at).await?;
        tx.commit(ctx, [Event::new(Action::ViewSaved, Subject::View(view.id)).after(&Named::of(&view))]).await?;
        Ok(view)
    }

    /// Removes one of the caller's saved filters.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for somebody else's, too.
    pub async fn remove_view(&self, ctx: &Ctx, id: ViewId) -> Result<()> {
        ctx.reach(Permission::UseDesk)?;
        let mut tx = self.write().await?;
        let login = ctx.signed()?.login;
        let view = tx.list_views(login).await?.into_iter().find(|view| view.id == id).ok_or(AppError::NotFound)?;
        tx.delete_view(login, id).await?;
        tx.commit(ctx, [Event::new(Action::ViewRemoved, Subject::View(id)).before(&Named::of(&view))]).await
    }
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
