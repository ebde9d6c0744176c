//! What waits for somebody at the desk: counts with their age.

use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use stolpe_domain::access::Permission;
use stolpe_store::todo::Waiting;

impl App {
    /// What waits in the facilities and organisations of the actor; nothing is a result too.
    ///
    /// # Errors
    /// [`crate::AppError::Denied`] for those who do not use the desk.
    pub async fn todo(&self, ctx: &Ctx) -> Result<Vec<Waiting>> {
        ctx.reach(Permission::UseDesk)?;
        let mut waiting = Vec::new();
        let people = ctx.actor.reach(Permission::ChangePerson);
        if !people.is_empty() {
            let facilities = self.read().await?.list_facilities().await?;
            let mine: Vec<_> = facilities
                .into_iter()
                .filter(|it| {
                    people.everything
                        || people.organisations.contains(&it.organisation_id)
                        || people.facilities.contains(&it.id)
                })
                .map(|it| it.id)
                .collect();
            waiting.extend(self.read().await?.waiting_in(&mine).await?);
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
