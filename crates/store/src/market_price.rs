//! Prices of the day-ahead market.

use crate::engine::{Conn, Tx, text};
use crate::error::Result;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::types::Json;
use std::ops::Range;
use stolpe_domain::market_price::{MarketPrices, PriceArea};
use stolpe_domain::money::Currency;
use stolpe_domain::price::EnergyPrice;
use stolpe_domain::quarter::Quarter;

/// What is known of the prices of an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// From the first to the last quarter with a price.
    pub quarters: Range<Quarter>,
    /// The quarters between without one, neighbours joined; the latest first.
    pub holes: Vec<Range<Quarter>>,
}

/// A price that a later revision has replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplacedPrice {
    /// Of which quarter.
    pub quarter: Quarter,
    /// What it was, in millionths of the currency per kilowatt-hour.
    pub micro_per_kwh: i64,
    /// Where it came from.
    pub source: String,
    /// When it was replaced.
    pub replaced_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct PriceRow {
    quarter: i64,
    micro: i64,
}

impl Conn {
    /// The known prices of some quarters.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn market_prices(
        &mut self,
        area: PriceArea,
        currency: Currency,
        quarters: Range<Quarter>,
    ) -> Result<MarketPrices> {
        let rows: Vec<(i64, i64)> = self
            .sql(
                "select quarter, micro_per_kwh from market_price where area = $1 and currency = $2 and quarter >= $3 \
                 and quarter < $4 order by quarter",
            )
            .bind(area.code())
            .bind(currency.code())
            .bind(quarters.start.number())
            .bind(quarters.end.number())
            .all()
            .await?;
        Ok(MarketPrices::of(rows.into_iter().map(|(quarter, micro)| (Quarter::from_number(quarter), micro))))
    }

    /// From the first to the last quarter with a price, and what is missing between: at most `most` holes, the latest
    /// first. Nothing while there is no price at all.
    pub async fn market_price_coverage(
        &mut self,
        area: PriceArea,
        currency: Currency,
        most: i64,
    ) -> Result<Option<Coverage>> {
        let (first, last, count): (Option<i64>, Option<i64>, i64) = self
            .sql("select min(quarter), max(quarter), count(*) from market_price where area = $1 and currency = $2")
            .bind(area.code())
            .bind(currency.code())
            .one()
            .await?;
        let Some((first, last)) = first.zip(last) else { return Ok(None) };
        let mut holes = Vec::new();
        if count < last - first + 1 {
            let rows: Vec<(i64, i64)> = self
                .sql(
                    "select quarter + 1, later from (select quarter, lead(quarter) over (order by quarter) as later \
                     from market_price where area = $1 and currency = $2) as pair where later > quarter + 1 \
                     order by quarter desc limit $3",
                )
                .bind(area.code())
                .bind(currency.code())
                .bind(most)
                .all()
                .await?;
            holes.extend(rows.into_iter().map(|(from, to)| Quarter::from_number(from)..Quarter::from_number(to)));
        }
        Ok(Some(Coverage { quarters: Quarter::from_number(first)..Quarter::from_number(last + 1), holes }))
    }

    /// Where the known prices of some quarters come from.
    pub async fn market_price_sources(
        &mut self,
        area: PriceArea,
        currency: Currency,
        quarters: Range<Quarter>,
    ) -> Result<Vec<String>> {
        let rows: Vec<(String,)> = self
            .sql(
                "select distinct source from market_price where area = $1 and currency = $2 and quarter >= $3 \
                 and quarter < $4 order by source",
            )
            .bind(area.code())
            .bind(currency.code())
            .bind(quarters.start.number())
            .bind(quarters.end.number())
            .all()
            .await?;
        Ok(rows.into_iter().map(|(source,)| source).collect())
    }

    /// The prices of some quarters that a later revision has replaced, the earliest quarter first.
    pub async fn replaced_prices(
        &mut self,
        area: PriceArea,
        currency: Currency,
        quarters: Range<Quarter>,
    ) -> Result<Vec<ReplacedPrice>> {
        let rows: Vec<(i64, i64, String, DateTime<Utc>)> = self
            .sql(
                "select quarter, micro_per_kwh, source, replaced_at from market_price_before where area = $1 \
                 and currency = $2 and quarter >= $3 and quarter < $4 order by quarter, replaced_at",
            )
            .bind(area.code())
            .bind(currency.code())
            .bind(quarters.start.number())
            .bind(quarters.end.number())
            .all()
            .await?;
        let replaced = rows.into_iter().map(|(quarter, micro_per_kwh, source, replaced_at)| ReplacedPrice {
            quarter: Quarter::from_number(quarter),
            micro_per_kwh,
            source,
            replaced_at,
        });
        Ok(replaced.collect())
    }

    /// How many quarters of a span have a price.
    pub async fn count_market_prices(
        &mut self,
        area: PriceArea,
        currency: Currency,
        quarters: Range<Quarter>,
    ) -> Result<i64> {
        let (count,): (i64,) = self
            .sql(
                "select count(*) from market_price where area = $1 and currency = $2 and quarter >= $3 \
                 and quarter < $4",
            )
            .bind(area.code())
            .bind(currency.code())
            .bind(quarters.start.number())
            .bind(quarters.end.number())
            .one()
            .await?;
        Ok(count)
    }

    /// The latest quarter with a price, if there is any.
    pub async fn last_market_price(&mut self, area: PriceArea, currency: Currency) -> Result<Option<Quarter>> {
        let (last,): (Option<i64>,) = self
            .sql("select max(quarter) from market_price where area = $1 and currency = $2")
            .bind(area.code())
            .bind(currency.code())
            .one()
            .await?;
        Ok(last.map(Quarter::from_number))
    }
}

impl Tx {
    /// Writes prices down and says how many of them were not known, or known otherwise. The later word counts; what was
    /// known otherwise is kept beside.
    pub async fn put_market_prices(
        &mut self,
        area: PriceArea,
        source: &str,
        prices: &[(Quarter, EnergyPrice)],
        at: DateTime<Utc>,
    ) -> Result<u64> {
        let mut changed = 0;
        for currency in Currency::ALL {
            let of_currency = prices.iter().filter(|(_, price)| price.currency == currency);
            let rows: Vec<PriceRow> = of_currency
                .map(|(quarter, price)| PriceRow { quarter: quarter.number(), micro: price.micro_per_kwh })
                .collect();
            if rows.is_empty() {
                continue;
            }
            let _kept = self
                .change(text![
                    "insert into market_price_before (area, currency, quarter, replaced_at, micro_per_kwh, source,"
                    "taken_at) select known.area, known.currency, known.quarter, $4, known.micro_per_kwh, known.source,"
                    "known.taken_at from (select" [integer "quarter"] "as quarter," [integer "micro"] "as micro from"
                    [rows "$1"] ") as given join market_price as known on known.area = $2 and known.currency = $3"
                    "and known.quarter = given.quarter where known.micro_per_kwh <> given.micro"
                    "on conflict (area, currency, quarter, replaced_at) do nothing"
                ])
                .bind(Json(&rows))
                .bind(area.code())
                .bind(currency.code())
                .bind(at)
                .run()
                .await?;
            let affected = self
                .change(text![
                    "insert into market_price (area, currency, quarter, micro_per_kwh, source, taken_at) select $2, $3,"
                    [integer "quarter"] "," [integer "micro"] ", $4, $5 from" [rows "$1"]
                    "where true on conflict (area, currency, quarter) do update set micro_per_kwh = \
                     excluded.micro_per_kwh, source = excluded.source, taken_at = excluded.taken_at \
                     where market_price.micro_per_kwh <> excluded.micro_per_kwh"
                ])
                .bind(Json(rows))
                .bind(area.code())
                .bind(currency.code())
                .bind(source)
                .bind(at)
                .run()
                .await?;
            changed += affected.0;
        }
        Ok(changed)
    }
}
