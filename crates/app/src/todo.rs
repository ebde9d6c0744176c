//! What waits for somebody at the desk: counts with their age.

use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use chrono::{Days, TimeDelta};
use chrono_tz::Europe::Stockholm;
use stolpe_domain::access::Permission;
use stolpe_domain::facility::Facility;
use stolpe_domain::id::FacilityId;
use stolpe_domain::local_day::first_quarter;
use stolpe_domain::market_price::PriceArea;
use stolpe_domain::price_fetch::market_day;
use stolpe_domain::quarter::Quarter;
use stolpe_store::todo::Waiting;

/// Days whose missing prices are told of; what is older is charged by hand or not at all.
const PRICES_LOOKED_BACK: Days = Days::new(31);

/// A refund that a provider has said nothing final of for so long waits for somebody to ask there.
const UNDECIDED: TimeDelta = TimeDelta::weeks(2);

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
            waiting.extend(self.missing_prices(ctx, &judged).await?);
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
        waiting.extend(self.refunds_waiting(ctx).await?);
        waiting.extend(self.payouts_waiting(ctx).await?);
        waiting.extend(self.mailbox_in_trouble(ctx).await?);
        waiting.extend(self.differences_waiting(ctx).await?);
        waiting.extend(self.sms_in_trouble(ctx).await?);
        waiting.sort_by(|a, b| a.oldest_at.cmp(&b.oldest_at).then_with(|| a.kind.cmp(&b.kind)));
        Ok(waiting)
    }

    /// Refunds that the actor could decide, those that have failed, and those of which no provider says how they stand.
    async fn refunds_waiting(&self, ctx: &Ctx) -> Result<Vec<Waiting>> {
        let reach = ctx.actor.reach(Permission::ApproveRefund);
        let Ok(signed) = ctx.signed() else { return Ok(Vec::new()) };
        if !reach.everything && reach.organisations.is_empty() {
            return Ok(Vec::new());
        }
        let mut conn = self.read().await?;
        let organisations = if reach.everything {
            conn.list_organisations().await?.into_iter().map(|it| it.id).collect()
        } else {
            reach.organisations
        };
        let mut mine = conn.merged_into(signed.person).await?;
        mine.push(signed.person);
        Ok(conn.refunds_waiting(&organisations, &mine, ctx.at - UNDECIDED).await?)
    }

    /// Differences between what was paid, settled and received that nobody has ended for a week, where the actor keeps money.
    async fn differences_waiting(&self, ctx: &Ctx) -> Result<Option<Waiting>> {
        let reach = ctx.actor.reach(Permission::TakePayment);
        let organisations = if reach.everything {
            self.read().await?.list_organisations().await?.into_iter().map(|it| it.id).collect()
        } else {
            reach.organisations
        };
        let (mut count, mut oldest) = (0, None);
        for organisation in organisations {
            let Some((some, since)) = self.old_differences(ctx, organisation).await? else { continue };
            count += some;
            oldest = Some(oldest.map_or(since, |known: chrono::NaiveDate| known.min(since)));
        }
        Ok(oldest.map(|since| Waiting {
            kind: "reconciliation.old".to_owned(),
            facility_id: None,
            count,
            oldest_at: Some(first_quarter(since, Stockholm).start()),
        }))
    }

    /// Quarters of the last month up to the end of today that have no price, where energy is asked for by the market:
    /// the sessions in them wait.
    async fn missing_prices(&self, ctx: &Ctx, facilities: &[FacilityId]) -> Result<Vec<Waiting>> {
        let today = market_day(ctx.at);
        let mut conn = self.read().await?;
        let mut waiting = Vec::new();
        for (facility, area, since) in conn.facilities_by_the_market(facilities).await? {
            let Some(area) = PriceArea::from_code(&area) else { continue };
            let first = since.max(today.checked_sub_days(PRICES_LOOKED_BACK).unwrap_or(today));
            let quarters = first_quarter(first, Stockholm)..first_quarter(today.succ_opt().unwrap_or(today), Stockholm);
            let known = conn.market_prices(area, area.currency(), quarters.clone()).await?;
            let all = (quarters.start.number()..quarters.end.number()).map(Quarter::from_number);
            let missing: Vec<Quarter> = all.filter(|quarter| known.quarter(*quarter).is_none()).collect();
            if let Some(oldest) = missing.first() {
                waiting.push(Waiting {
                    kind: "price.missing".to_owned(),
                    facility_id: Some(facility),
                    count: i64::try_from(missing.len()).unwrap_or(i64::MAX),
                    // Prices of today may be missing from a quarter on that has not come yet.
                    oldest_at: Some(oldest.start().min(ctx.at)),
                });
            }
        }
        Ok(waiting)
    }
}
