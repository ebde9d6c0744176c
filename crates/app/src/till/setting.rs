//! Whether payments are taken at the counter, and opening a till.

use super::{OpenTill, TillStanding, currency_of, records_of, refused};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use serde_json::json;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{OrganisationId, TillId};
use stolpe_domain::money::Money;
use stolpe_domain::till::check_opening;
use stolpe_store::till::Till;

impl App {
    /// Whether payments are taken at the counter of an organisation, and the till that the actor has open.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who have nothing to do with its counter.
    pub async fn till_standing(&self, ctx: &Ctx, id: OrganisationId) -> Result<TillStanding> {
        let organisation = self.counter_of(ctx, id).await?;
        let may_open = self.keeps_till(ctx, id).await?;
        let mut conn = self.read().await?;
        let (active, row_version) = conn.till_setting(id).await?;
        let mine = records_of(&mut conn, ctx.signed()?.person).await?;
        Ok(TillStanding {
            active,
            row_version,
            currency: currency_of(organisation.country),
            own: conn.open_till_of(id, &mine).await?.map(|till| till.id),
            may_open: may_open && active,
            may_set: ctx.may(Permission::ChangeOrganisation, Place::Organisation(id)).is_ok(),
        })
    }

    /// Says whether payments are taken at the counter of an organisation that is still at that version, 0 while nobody has.
    /// A matter for its owner, who answers for what the law asks of tills.
    ///
    /// # Errors
    /// [`AppError::Changed`] when somebody was faster, [`AppError::NotFound`] and [`AppError::Denied`] as for the organisation.
    pub async fn save_till_setting(
        &self,
        ctx: &Ctx,
        id: OrganisationId,
        row_version: i64,
        active: bool,
    ) -> Result<TillStanding> {
        self.organisation(ctx, id).await?;
        ctx.may(Permission::ChangeOrganisation, Place::Organisation(id))?;
        if self.done_before(ctx).await? {
            return self.till_standing(ctx, id).await;
        }
        let mut tx = self.write().await?;
        let (before, version) = tx.till_setting(id).await?;
        if version != row_version {
            return Err(AppError::Changed);
        }
        tx.put_till_setting(id, row_version, active).await?;
        let event = Event::new(Action::TillSettingChanged, Subject::Organisation(id))
            .organisation(id)
            .before(&json!({ "active": before }))
            .after(&json!({ "active": active }));
        tx.commit(ctx, [event]).await?;
        self.till_standing(ctx, id).await
    }

    /// Opens a till with so much cash in it.
    ///
    /// # Errors
    /// [`AppError::Conflict`] `till.open_already` when the actor has one open, [`AppError::Refused`] `till.off` while no
    /// payments are taken at the counter, or with the reason why that is no amount of cash; [`AppError::NotFound`] and
    /// [`AppError::Denied`] as for the counter.
    pub async fn open_till(&self, ctx: &Ctx, id: OrganisationId, opening_minor: i64) -> Result<OpenTill> {
        let organisation = self.counter_of(ctx, id).await?;
        if !self.keeps_till(ctx, id).await? {
            return Err(AppError::Denied);
        }
        if let Some(till) = self.replayed::<TillId>(ctx).await? {
            return self.till(ctx, till).await;
        }
        let opening = Money::of_minor(opening_minor, currency_of(organisation.country));
        check_opening(opening).map_err(refused)?;
        let me = ctx.signed()?.person;
        let mut tx = self.write().await?;
        let (active, _) = tx.till_setting(id).await?;
        if !active {
            return Err(AppError::refused("till.off"));
        }
        let mine = records_of(&mut tx, me).await?;
        if tx.open_till_of(id, &mine).await?.is_some() {
            return Err(AppError::Conflict("till.open_already"));
        }
        let till = Till {
            id: ctx.new_id(),
            organisation_id: id,
            clerk: me,
            opening,
            opened_at: ctx.at,
            closed: None,
            row_version: 1,
        };
        tx.insert_till(&till).await?;
        let event = Event::new(Action::TillOpened, Subject::Till(till.id))
            .organisation(id)
            .after(&json!({ "openingMinor": opening.minor }));
        tx.commit(ctx, [event]).await?;
        self.till(ctx, till.id).await
    }
}
