//! Prices of the day-ahead market.

use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::page::Items;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use stolpe_app::{AreaPrices, PriceFeedDraft, PriceFeedSetting, PriceFeedStand, ReplacedPrice};
use stolpe_domain::market_price::{PriceArea, PriceSource};
use stolpe_domain::money::Currency;
use stolpe_domain::price_fetch::PriceFetching;
use stolpe_domain::quarter::Quarter;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_market_prices, take_market_prices))
        .routes(routes!(list_price_areas))
        .routes(routes!(fetch_prices))
        .routes(routes!(read_price_feed, change_price_feed))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfDays {
    /// The area.
    area: PriceArea,
    /// The first day.
    from: NaiveDate,
    /// The last day; at most a month after the first.
    until: NaiveDate,
}

/// The prices of some days, and what is missing of them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MarketPricesView {
    currency: Currency,
    prices: Vec<MarketPriceView>,
    missing: Vec<SpanView>,
    /// Prices that a later revision has replaced.
    replaced: Vec<ReplacedPriceView>,
}

/// A price that a later revision has replaced.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReplacedPriceView {
    starts_at: DateTime<Utc>,
    micro_per_kwh: i64,
    /// Where it came from.
    source: String,
    replaced_at: DateTime<Utc>,
}

impl From<ReplacedPrice> for ReplacedPriceView {
    fn from(it: ReplacedPrice) -> Self {
        let starts_at = it.quarter.start();
        Self { starts_at, micro_per_kwh: it.micro_per_kwh, source: it.source, replaced_at: it.replaced_at }
    }
}

/// The price of a quarter of an hour.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MarketPriceView {
    starts_at: DateTime<Utc>,
    /// Millionths of the currency for a kilowatt-hour, without VAT.
    micro_per_kwh: i64,
}

/// A span of time, half-open.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SpanView {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl From<(DateTime<Utc>, DateTime<Utc>)> for SpanView {
    fn from((from, until): (DateTime<Utc>, DateTime<Utc>)) -> Self {
        Self { from, until }
    }
}

impl From<Range<Quarter>> for SpanView {
    fn from(span: Range<Quarter>) -> Self {
        Self { from: span.start.start(), until: span.end.start() }
    }
}

/// A file with prices.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PriceFileDraft {
    /// What is in it: JSON of elprisetjustnu.se or hvakosterstrommen.no, or document A44 of ENTSO-E.
    content: String,
    /// The area, unless the file names it.
    area: Option<PriceArea>,
    /// What one euro costs, such as 10.9014, for a file in euro.
    euro: Option<String>,
}

/// What was taken from a file.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TakenPricesView {
    /// Where it comes from.
    source: String,
    /// Whom to name beside the prices.
    attribution: String,
    area: PriceArea,
    currency: Currency,
    quarters: usize,
    /// How many of its prices were not known, or known otherwise.
    changed: u64,
}

/// What is known of the prices of an area.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AreaPricesView {
    area: PriceArea,
    currency: Currency,
    /// How many facilities that the caller may see lie in it.
    facilities: usize,
    /// From the first to the last known price; nothing while there is none.
    known: Option<SpanView>,
    /// What is missing between, the latest first; the latest thirty holes.
    missing: Vec<SpanView>,
    feed: AreaFeedView,
}

/// How it stands with fetching the prices of an area from the network.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AreaFeedView {
    /// Whom the setting says to ask; nothing while prices come from files only.
    source: Option<PriceSource>,
    /// A facility lies in the area, other than for training: else nobody is asked.
    in_use: bool,
    /// When it is asked for next; nothing for an area that no facility lies in.
    next_at: Option<DateTime<Utc>>,
    /// When it was asked for last.
    asked_at: Option<DateTime<Utc>>,
    /// When prices came last.
    fetched_at: Option<DateTime<Utc>>,
    /// Attempts since all that can be had was there.
    attempts: i64,
    /// What went wrong last, as a stable code.
    fault: Option<String>,
    /// What the source said then.
    fault_words: Option<String>,
    /// When that was.
    fault_at: Option<DateTime<Utc>>,
}

impl From<PriceFeedStand> for AreaFeedView {
    fn from(it: PriceFeedStand) -> Self {
        let last = it.last.as_ref();
        Self {
            source: it.source,
            in_use: it.in_use,
            next_at: it.next_at,
            asked_at: last.map(|last| last.asked_at),
            fetched_at: last.and_then(|last| last.fetched_at),
            attempts: last.map_or(0, |last| last.attempt_count),
            fault: last.and_then(|last| last.fault.clone()),
            fault_words: last.and_then(|last| last.fault_words.clone()),
            fault_at: last.and_then(|last| last.fault_at),
        }
    }
}

impl From<AreaPrices> for AreaPricesView {
    fn from(it: AreaPrices) -> Self {
        let (known, missing) = it.coverage.map_or((None, Vec::new()), |it| (Some(it.quarters), it.holes));
        Self {
            area: it.area,
            currency: it.area.currency(),
            facilities: it.facilities,
            known: known.map(SpanView::from),
            missing: missing.into_iter().map(SpanView::from).collect(),
            feed: it.feed.into(),
        }
    }
}

/// Lists the areas with how far their prices are known.
#[utoipa::path(get, path = "/price-areas", tag = "market_price", responses((status = 200, body = Items<AreaPricesView>)))]
async fn list_price_areas(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<AreaPricesView>>> {
    let areas = api.app.price_areas(&ctx).await?;
    Ok(Json(Items::of(areas)))
}

/// Lists the prices of an area in some days.
#[utoipa::path(get, path = "/market-prices", tag = "market_price", params(OfDays),
    responses((status = 200, body = MarketPricesView)))]
async fn list_market_prices(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfDays>,
) -> Answer<Json<MarketPricesView>> {
    let it = api.app.market_prices(&ctx, of.area, of.from, of.until).await?;
    let quarters = (it.quarters.start.number()..it.quarters.end.number()).map(Quarter::from_number);
    let price = |quarter: Quarter| {
        it.known.quarter(quarter).map(|micro_per_kwh| MarketPriceView { starts_at: quarter.start(), micro_per_kwh })
    };
    let missing = it.missing().into_iter().map(SpanView::from).collect();
    let prices = quarters.filter_map(price).collect();
    let replaced = it.replaced.into_iter().map(ReplacedPriceView::from).collect();
    Ok(Json(MarketPricesView { currency: it.currency, prices, missing, replaced }))
}

/// Takes the prices of a file in, whole or not at all.
#[utoipa::path(post, path = "/market-prices", tag = "market_price", request_body = PriceFileDraft,
    responses((status = 200, body = TakenPricesView)))]
async fn take_market_prices(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(draft): Input<PriceFileDraft>,
) -> Answer<Json<TakenPricesView>> {
    let taken = api.app.take_market_prices(&ctx, draft.content.as_bytes(), draft.area, draft.euro.as_deref()).await?;
    Ok(Json(TakenPricesView {
        source: taken.source.to_owned(),
        attribution: taken.attribution.to_owned(),
        area: taken.area,
        currency: taken.currency,
        quarters: taken.quarters,
        changed: taken.changed,
    }))
}

/// Fetches the prices of an area from the network now.
#[utoipa::path(post, path = "/price-areas/{area}/fetch", tag = "market_price", params(("area" = PriceArea, Path)),
    responses((status = 200, body = AreaPricesView)))]
async fn fetch_prices(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(area): Id<PriceArea>,
) -> Answer<Json<AreaPricesView>> {
    Ok(Json(api.app.fetch_prices(&ctx, area).await?.into()))
}

/// Whether prices are fetched from the network, and of whom.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PriceFeedView {
    fetching: PriceFetching,
    /// A token of ENTSO-E is on file.
    token_set: bool,
    row_version: i64,
}

impl From<(PriceFeedSetting, i64)> for PriceFeedView {
    fn from((it, row_version): (PriceFeedSetting, i64)) -> Self {
        Self { fetching: it.fetching, token_set: it.token_sealed.is_some(), row_version }
    }
}

/// Of whom prices are to be fetched.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PriceFeedInput {
    fetching: PriceFetching,
    /// A new token of ENTSO-E; left out to keep the one on file, empty to remove it.
    token: Option<String>,
}

/// Reads whether prices are fetched from the network, and of whom.
#[utoipa::path(get, path = "/settings/prices", tag = "setting", responses((status = 200, body = PriceFeedView)))]
async fn read_price_feed(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<PriceFeedView>> {
    Ok(Json(api.app.price_feed_setting(&ctx).await?.into()))
}

/// Changes whether prices are fetched from the network, and of whom.
#[utoipa::path(put, path = "/settings/prices", tag = "setting", params(("If-Match" = String, Header)),
    request_body = PriceFeedInput, responses((status = 200, body = PriceFeedView), (status = 412, body = Problem)))]
async fn change_price_feed(
    State(api): State<Api>,
    Caller(ctx): Caller,
    RowVersion(version): RowVersion,
    Input(input): Input<PriceFeedInput>,
) -> Answer<Json<PriceFeedView>> {
    let draft = PriceFeedDraft { fetching: input.fetching, token: input.token.map(Zeroizing::new) };
    match api.app.change_price_feed(&ctx, version, draft).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            Err(problem.with_current(PriceFeedView::from(api.app.price_feed_setting(&ctx).await?)))
        }
        outcome => Ok(Json(outcome?.into())),
    }
}
