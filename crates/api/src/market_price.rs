//! Prices of the day-ahead market.

use crate::extract::{Caller, Filter, Input};
use crate::page::Items;
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use stolpe_app::AreaPrices;
use stolpe_domain::market_price::PriceArea;
use stolpe_domain::money::Currency;
use stolpe_domain::quarter::Quarter;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_market_prices, take_market_prices)).routes(routes!(list_price_areas))
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
    Ok(Json(MarketPricesView { currency: it.currency, prices: quarters.filter_map(price).collect(), missing }))
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
