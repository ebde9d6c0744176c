//! Prices of the day-ahead market: taken from files, and what is missing of them. [`crate::price_feed`] fetches them.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::price_feed::PriceFeedStand;
use chrono::NaiveDate;
use chrono_tz::Europe::Stockholm;
use serde::Serialize;
use std::ops::Range;
use stolpe_documents::price_file::{self, PriceFile};
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::local_day::first_quarter;
use stolpe_domain::market_price::{ExchangeRate, MarketPrices, PriceArea};
use stolpe_domain::money::Currency;
use stolpe_domain::price::EnergyPrice;
use stolpe_domain::quarter::Quarter;
use stolpe_store::market_price::{Coverage, ReplacedPrice};

/// So many days are shown at once.
const MOST_DAYS: i64 = 31;

/// So many holes are told, the latest first.
const MOST_HOLES: i64 = 30;

/// What was taken from a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TakenPrices {
    /// Where it comes from.
    pub source: &'static str,
    /// Whom to name beside the prices.
    pub attribution: &'static str,
    /// The area.
    pub area: PriceArea,
    /// The currency in which tenants can now be charged.
    pub currency: Currency,
    /// How many quarters the file has.
    pub quarters: usize,
    /// How many of its prices were not known, or known otherwise.
    pub changed: u64,
    /// The day that was asked for, where prices were fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<NaiveDate>,
    /// What a euro cost, where the prices were fetched in euro.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub euro: Option<String>,
}

/// The prices of some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPrices {
    /// The currency of the area.
    pub currency: Currency,
    /// The quarters that were asked for.
    pub quarters: Range<Quarter>,
    /// Those that are known.
    pub known: MarketPrices,
    /// Those that a later revision has replaced.
    pub replaced: Vec<ReplacedPrice>,
}

/// What is known of the prices of an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaPrices {
    /// The area.
    pub area: PriceArea,
    /// How many facilities that the actor may see lie in it.
    pub facilities: usize,
    /// From the first to the last price, and the holes between; nothing while there is no price.
    pub coverage: Option<Coverage>,
    /// How it stands with asking for them.
    pub feed: PriceFeedStand,
}

impl App {
    /// What is known of the prices of each area that the actor's facilities lie in, or that has prices.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who see no charging.
    pub async fn price_areas(&self, ctx: &Ctx) -> Result<Vec<AreaPrices>> {
        ctx.reach(Permission::ReadCharging)?;
        let facilities = self.facilities_with(ctx, Permission::ReadCharging).await?;
        let (setting, _) = self.price_feed().await?;
        let mut conn = self.read().await?;
        let in_use = conn.price_areas_in_use().await?;
        let mut stands = conn.price_fetches().await?;
        let mut areas = Vec::new();
        for area in PriceArea::ALL.iter().copied() {
            let coverage = conn.market_price_coverage(area, area.currency(), MOST_HOLES).await?;
            let there = facilities.iter().filter(|it| it.price_area.as_deref() == Some(area.code())).count();
            if there > 0 || coverage.is_some() {
                let place = stands.iter().position(|stand| stand.area == area);
                let last = place.map(|place| stands.swap_remove(place));
                let feed = PriceFeedStand::of(&setting, area, in_use.contains(&area), last);
                areas.push(AreaPrices { area, facilities: there, coverage, feed });
            }
        }
        Ok(areas)
    }

    /// Takes the prices of a file in, whole or not at all.
    ///
    /// A list of one day does not name its area, so `area` must; an ENTSO-E document does, and its euro become the area's
    /// currency by `euro`, the price of one euro, for tenants are not charged in euro.
    ///
    /// # Errors
    /// [`AppError::Refused`] with the fault of the file, [`AppError::Invalid`] when area or rate is missing or another
    /// one, and as of [`App::may_for_host`]: the prices are those of all owners on the host.
    pub async fn take_market_prices(
        &self,
        ctx: &Ctx,
        content: &[u8],
        area: Option<PriceArea>,
        euro: Option<&str>,
    ) -> Result<TakenPrices> {
        self.may_for_host(ctx, Permission::ManageCharging).await?;
        let file = price_file::read(content).map_err(|error| AppError::refused(error.code()))?;
        let area = area_of(&file, area)?;
        let prices = in_currency(&file, area.currency(), euro)?;
        let mut tx = self.write().await?;
        let source = file.source.word();
        let mut changed = tx.put_market_prices(area, source, &prices, ctx.at).await?;
        if file.currency != area.currency() {
            // What was published stays beside what was counted from it.
            changed = changed.max(tx.put_market_prices(area, source, &file.prices, ctx.at).await?);
        }
        let taken = TakenPrices {
            source,
            attribution: file.source.attribution(),
            area,
            currency: area.currency(),
            quarters: prices.len(),
            changed,
            day: None,
            euro: None,
        };
        tx.commit(ctx, [Event::new(Action::MarketPricesTaken, Subject::Host).after(&taken)]).await?;
        Ok(taken)
    }

    /// The known prices of an area from one day up to another, both included, by the calendar of the market.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for more than a month, [`AppError::Denied`] for those who see no charging.
    pub async fn market_prices(
        &self,
        ctx: &Ctx,
        area: PriceArea,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<KnownPrices> {
        ctx.reach(Permission::ReadCharging)?;
        let days = (last - first).num_days() + 1;
        if !(1..=MOST_DAYS).contains(&days) {
            return Err(AppError::field("until", "market_price.too_many_days"));
        }
        let after = last.succ_opt().unwrap_or(last);
        let quarters = first_quarter(first, Stockholm)..first_quarter(after, Stockholm);
        let currency = area.currency();
        let mut conn = self.read().await?;
        let known = conn.market_prices(area, currency, quarters.clone()).await?;
        let replaced = conn.replaced_prices(area, currency, quarters.clone()).await?;
        Ok(KnownPrices { currency, quarters, known, replaced })
    }
}

impl KnownPrices {
    /// The quarters without a price, neighbours joined.
    pub fn missing(&self) -> Vec<Range<Quarter>> {
        let mut spans: Vec<Range<Quarter>> = Vec::new();
        for quarter in (self.quarters.start.number()..self.quarters.end.number()).map(Quarter::from_number) {
            if self.known.quarter(quarter).is_some() {
                continue;
            }
            match spans.last_mut() {
                Some(span) if span.end == quarter => span.end = quarter.next(),
                _ => spans.push(quarter..quarter.next()),
            }
        }
        spans
    }
}

fn area_of(file: &PriceFile, asked: Option<PriceArea>) -> Result<PriceArea> {
    match (file.area(), asked) {
        (None, _) if file.eic.is_some() => Err(AppError::refused("price_file.other_area")),
        (Some(named), Some(asked)) if named != asked => Err(AppError::field("area", "price_file.other_area")),
        (None, Some(asked)) if file.currency != asked.currency() => {
            Err(AppError::field("area", "price_file.other_area"))
        }
        (Some(area), _) | (None, Some(area)) => Ok(area),
        (None, None) => Err(AppError::field("area", "required")),
    }
}

fn in_currency(file: &PriceFile, currency: Currency, euro: Option<&str>) -> Result<Vec<(Quarter, EnergyPrice)>> {
    if file.currency == currency {
        return Ok(file.prices.clone());
    }
    let malformed = || AppError::field("euro", "market_price.rate");
    let euro = euro.map(str::trim).filter(|rate| !rate.is_empty()).ok_or(AppError::field("euro", "required"))?;
    let rate = euro.replace(',', ".").parse().map_err(|_| malformed())?;
    let rate = ExchangeRate::of(file.currency, currency, rate).map_err(|_| malformed())?;
    let convert = |(quarter, price): &(Quarter, EnergyPrice)| rate.convert(*price).map(|price| (*quarter, price));
    file.prices.iter().map(convert).collect::<Option<_>>().ok_or_else(malformed)
}
