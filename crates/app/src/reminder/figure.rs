//! The figures of law: those that come with the program, and those that were added in the desk.

use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use stolpe_domain::access::Permission;
use stolpe_domain::country::Country;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::reminder::{Figure, FigureDraft, standard_figures};

/// A figure that is counted with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFigure {
    /// The figure.
    pub figure: Figure,
    /// Whether it was added in the desk, in the place of one that came with the program or beside those.
    pub is_added: bool,
}

impl App {
    /// Every figure that is counted with, by country and kind, the latest first.
    ///
    /// # Errors
    /// [`crate::AppError::Denied`] for those who see no invoices.
    pub async fn reminder_figures(&self, ctx: &Ctx) -> Result<Vec<KnownFigure>> {
        ctx.reach(Permission::ReadBilling)?;
        let added = self.read().await?.added_figures().await?;
        let is_replaced = |it: &Figure| {
            added
                .iter()
                .any(|other| (other.country, other.kind, other.valid_from) == (it.country, it.kind, it.valid_from))
        };
        let standard = Country::ALL.into_iter().flat_map(standard_figures).filter(|it| !is_replaced(it));
        let mut all: Vec<KnownFigure> = standard.map(|figure| KnownFigure { figure, is_added: false }).collect();
        all.extend(added.iter().map(|figure| KnownFigure { figure: figure.clone(), is_added: true }));
        all.sort_by_key(|it| (it.figure.country, it.figure.kind, std::cmp::Reverse(it.figure.valid_from)));
        Ok(all)
    }

    /// Adds a figure, or puts right one of the same day. It holds for every owner at the host, so that it is a matter for
    /// whoever reaches all of it.
    ///
    /// # Errors
    /// [`crate::AppError::Denied`] and [`crate::AppError::Refused`] `access.shared_host` for those who may not;
    /// [`crate::AppError::Invalid`] with every fault.
    pub async fn add_reminder_figure(&self, ctx: &Ctx, draft: FigureDraft) -> Result<Vec<KnownFigure>> {
        self.may_for_host(ctx, Permission::ManageBilling).await?;
        let it = draft.check()?;
        if self.done_before(ctx).await? {
            return self.reminder_figures(ctx).await;
        }
        let before = self.reminder_figures(ctx).await?.into_iter().map(|it| it.figure);
        let before = before
            .into_iter()
            .find(|old| (old.country, old.kind, old.valid_from) == (it.country, it.kind, it.valid_from));
        let mut tx = self.write().await?;
        tx.put_figure(&it, ctx.signed().ok().map(|signed| signed.login), ctx.at).await?;
        let event = Event::new(Action::ReminderFigureAdded, Subject::Setting).before(&before).after(&it);
        tx.commit(ctx, [event]).await?;
        self.reminder_figures(ctx).await
    }
}
