//! What waits for somebody at the desk: counts with their age.

use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use stolpe_domain::access::Permission;
use stolpe_domain::facility::Facility;
use stolpe_store::todo::Waiting;

impl App {
    /// What waits in the facilities and organisations of the actor; nothing is a result too.
    ///
    /// # Errors
    /// [`crate::AppError::Denied`] for those who do not use the desk.
    pub async fn todo(&self, ctx: &Ctx) -> Result<Vec<Waiting>> {
        ctx.reach(Permission::UseDesk)?;
        let mut waiting = Vec::new();
        let ids = |facilities: Vec<Facility>| facilities.into_iter().map(|it| it.id).collect::<Vec<_>>();
        let people = ids(self.facilities_with(ctx, Permission::ChangePerson).await?);
        if !people.is_empty() {
            waiting.extend(self.read().await?.waiting_in(&people).await?);
        }
        let chargers = ids(self.facilities_with(ctx, Permission::RunChargePoint).await?);
        if !chargers.is_empty() {
            waiting.extend(self.read().await?.charge_points_in_trouble(&chargers).await?);
        }
        let judged = ids(self.facilities_with(ctx, Permission::ManageCharging).await?);
        if !judged.is_empty() {
            waiting.extend(self.read().await?.charging_to_judge(&judged).await?);
        }
        if self.may_for_host(ctx, Permission::ManageCharging).await.is_ok() {
            let callers = self.read().await?.charge_points_waiting().await?;
            waiting.extend(Some(callers).filter(|it| it.count > 0));
        }
        let notices = ctx.actor.reach(Permission::ReadNotice);
        if notices.everything || !notices.organisations.is_empty() {
            let organisations = if notices.everything {
                self.read().await?.list_organisations().await?.into_iter().map(|it| it.id).collect()
            } else {
                notices.organisations
            };
            waiting.extend(self.read().await?.notices_waiting(&organisations).await?);
        }
        waiting.sort_by(|a, b| a.oldest_at.cmp(&b.oldest_at).then_with(|| a.kind.cmp(&b.kind)));
        Ok(waiting)
    }
}
