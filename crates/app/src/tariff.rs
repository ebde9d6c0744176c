//! Tariffs of facilities: looked at before they are saved, and never saved into another past.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::month_run::currency_of;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{FacilityId, TariffId};
use stolpe_domain::local_day::first_quarter;
use stolpe_domain::tariff::{Component, DaySpan, Tariff, Touched, changed_days, touched};
use stolpe_store::tariff::KeptTariff;

/// A tariff that is not saved yet, and what it would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TariffPreview {
    /// The tariff with its rows in order and their ends filled in.
    pub tariff: Tariff,
    /// The days on which it asks something else than the one before.
    pub changed: Vec<DaySpan>,
    /// How many sessions lie in those days.
    pub touched: Touched,
}

impl App {
    /// The tariff of a facility, if it has one.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the facility, too.
    pub async fn tariff(&self, ctx: &Ctx, facility: FacilityId) -> Result<Option<KeptTariff>> {
        self.facility_for(ctx, facility, Permission::ReadCharging).await?;
        Ok(self.read().await?.find_tariff(facility).await?)
    }

    /// What a tariff would change, before it is saved (EVC-13).
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault.
    pub async fn preview_tariff(&self, ctx: &Ctx, facility: FacilityId, rows: Vec<Component>) -> Result<TariffPreview> {
        let place = self.facility_for(ctx, facility, Permission::ManageCharging).await?;
        let tariff = checked(&place, rows)?;
        let mut conn = self.read().await?;
        let kept = conn.find_tariff(facility).await?;
        let changed = changed_days(kept.as_ref().map(|kept| &kept.tariff), &tariff);
        let Some(first) = changed.first() else {
            return Ok(TariffPreview { tariff, changed, touched: Touched::default() });
        };
        let zone: Tz = place.time_zone.parse().map_err(AppError::internal)?;
        let sessions = conn.sessions_since(facility, first_quarter(first.from, zone).start()).await?;
        let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
        let lived = |(began, ended, settled): (_, Option<_>, _)| (day(began), day(ended.unwrap_or(ctx.at)), settled);
        let touched = touched(&changed, sessions.into_iter().map(lived));
        Ok(TariffPreview { tariff, changed, touched })
    }

    /// Saves the tariff of a facility; `row_version` is 0 while it has none.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, [`AppError::Changed`] when somebody was faster.
    pub async fn save_tariff(
        &self,
        ctx: &Ctx,
        facility: FacilityId,
        row_version: i64,
        rows: Vec<Component>,
    ) -> Result<KeptTariff> {
        let place = self.facility_for(ctx, facility, Permission::ManageCharging).await?;
        let tariff = checked(&place, rows)?;
        let mut tx = self.write().await?;
        let before = tx.find_tariff(facility).await?;
        let id = match &before {
            None if row_version == 0 => {
                let id: TariffId = ctx.new_id();
                tx.insert_tariff(id, facility, &tariff, ctx.at).await?;
                id
            }
            None => return Err(AppError::Changed),
            Some(kept) => {
                tx.update_tariff(kept.id, row_version, &tariff).await?;
                kept.id
            }
        };
        let event = Event::new(Action::TariffSaved, Subject::Tariff(id))
            .organisation(place.organisation_id)
            .facility(facility)
            .after(&tariff);
        let event = match &before {
            Some(before) => event.before(&before.tariff),
            None => event,
        };
        tx.commit(ctx, [event]).await?;
        Ok(KeptTariff { id, tariff, row_version: row_version + 1 })
    }
}

fn checked(place: &Facility, rows: Vec<Component>) -> Result<Tariff> {
    let tariff = Tariff::check(currency_of(place.country), rows)?;
    if tariff.asks_the_market() && place.price_area.is_none() {
        return Err(AppError::field("components", "tariff.no_area"));
    }
    Ok(tariff)
}
