//! How organisations are paid, and what stands on their documents.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::billing::{Billing, BillingDraft};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::OrganisationId;

impl App {
    /// How an organisation is paid, with its version; nothing while nobody has said so.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the organisation, [`AppError::Denied`] for those who may not see
    /// what it invoices.
    pub async fn billing(&self, ctx: &Ctx, organisation: OrganisationId) -> Result<Option<(Billing, i64)>> {
        ctx.reach(Permission::ReadBilling)?;
        self.organisation(ctx, organisation).await?;
        // Whoever invoices for one facility sees how the organisation of that facility is paid.
        let reach = ctx.reach(Permission::ReadBilling)?;
        let theirs = self.facilities_with(ctx, Permission::ReadBilling).await?;
        let within = reach.everything
            || reach.organisations.contains(&organisation)
            || theirs.iter().any(|it| it.organisation_id == organisation);
        if !within {
            return Err(AppError::Denied);
        }
        Ok(self.read().await?.find_billing(organisation).await?)
    }

    /// Says how an organisation is paid; `row_version` is 0 while nobody has. A matter for its owner: whoever could change
    /// the account could have the money.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, [`AppError::Changed`] when somebody was faster.
    pub async fn save_billing(
        &self,
        ctx: &Ctx,
        id: OrganisationId,
        row_version: i64,
        draft: BillingDraft,
    ) -> Result<(Billing, i64)> {
        let organisation = self.organisation(ctx, id).await?;
        ctx.may(Permission::ChangeOrganisation, Place::Organisation(id))?;
        let it = draft.check(organisation.country)?;
        let mut tx = self.write().await?;
        let before = tx.find_billing(id).await?;
        if before.as_ref().map_or(0, |(_, version)| *version) != row_version {
            return Err(AppError::Changed);
        }
        tx.put_billing(id, row_version, &it).await?;
        let event = Event::new(Action::BillingChanged, Subject::Organisation(id))
            .organisation(id)
            .before(&before.map(|(before, _)| before))
            .after(&it);
        tx.commit(ctx, [event]).await?;
        Ok((it, row_version + 1))
    }
}
