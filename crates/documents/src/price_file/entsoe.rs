//! Document A44 of ENTSO-E: day-ahead prices of one area, by the quarter, half-hour or hour.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use stolpe_domain::money::Currency;
use stolpe_domain::price::EnergyPrice;

use super::{PriceFile, PriceFileError, PriceSource, decimal, quarters};
use crate::xml::{Element, NoTree, tree};

/// One period of one series, spread over its quarters.
struct Prices {
    /// ENTSO-E numbers the auctions of one day; the first is the one that everybody settles by.
    sequence: u32,
    minutes: i64,
    quarters: BTreeMap<stolpe_domain::quarter::Quarter, EnergyPrice>,
}

pub(super) fn read(text: &str) -> Result<PriceFile, PriceFileError> {
    let root = tree(text).map_err(|error| match error {
        NoTree::Damaged { place, said } => PriceFileError::Damaged(format!("{said} ({place})")),
        NoTree::DocType => PriceFileError::UnknownForm,
    })?;
    match root.name.as_str() {
        "Publication_MarketDocument" => {}
        "Acknowledgement_MarketDocument" => {
            let reason = root.one("Reason");
            let said = |name| reason.map_or("", |reason| reason.text_of(name));
            return Err(PriceFileError::NoPrices(format!("{} {}", said("code"), said("text")).trim().to_owned()));
        }
        _ => return Err(PriceFileError::UnknownForm),
    }
    let mut known: Option<(String, Currency)> = None;
    let mut periods: Vec<Prices> = Vec::new();
    for series in root.all("TimeSeries") {
        let of = (area_of(series)?, currency_of(series)?);
        if known.get_or_insert_with(|| of.clone()) != &of {
            return Err(PriceFileError::Several);
        }
        let position = series.text_of("classificationSequence_AttributeInstanceComponent.position");
        let sequence = position.parse().unwrap_or(1);
        let repeats = match series.text_of("curveType") {
            "A03" => true,
            "A01" | "" => false,
            other => return Err(PriceFileError::NotEnergy(format!("curveType {other}"))),
        };
        for period in series.all("Period") {
            periods.push(prices_of(period, sequence, repeats, of.1)?);
        }
    }
    let (eic, currency) = known.ok_or_else(|| PriceFileError::NoPrices("no TimeSeries".to_owned()))?;
    Ok(PriceFile { source: PriceSource::Entsoe, eic: Some(eic), currency, prices: chosen(periods)? })
}

/// Of periods that tell of the same time, the one of the first auction, and of those the finest. They are never mixed: a
/// period is taken whole or not at all.
fn chosen(mut periods: Vec<Prices>) -> Result<Vec<(stolpe_domain::quarter::Quarter, EnergyPrice)>, PriceFileError> {
    periods.sort_by_key(|period| (period.sequence, period.minutes));
    let mut taken: BTreeMap<stolpe_domain::quarter::Quarter, ((u32, i64), EnergyPrice)> = BTreeMap::new();
    for period in periods {
        let rank = (period.sequence, period.minutes);
        let mut known = period.quarters.keys().filter_map(|quarter| taken.get(quarter).map(|known| (quarter, known)));
        match known.next() {
            None => taken.extend(period.quarters.into_iter().map(|(quarter, price)| (quarter, (rank, price)))),
            // Two answers to one question: no rule says which is right.
            Some((quarter, (other, price))) if *other == rank && period.quarters.get(quarter) != Some(price) => {
                return Err(PriceFileError::Times(quarter.start().to_rfc3339()));
            }
            Some(_) => {}
        }
    }
    Ok(taken.into_iter().map(|(quarter, (_, price))| (quarter, price)).collect())
}

fn area_of(series: &Element) -> Result<String, PriceFileError> {
    let (to, from) = (series.text_of("in_Domain.mRID"), series.text_of("out_Domain.mRID"));
    if to.is_empty() || to != from {
        // The price of capacity between two areas is published in the same form.
        return Err(PriceFileError::NotEnergy(format!("{from} → {to}")));
    }
    Ok(to.to_owned())
}

fn currency_of(series: &Element) -> Result<Currency, PriceFileError> {
    let (currency, unit) = (series.text_of("currency_Unit.name"), series.text_of("price_Measure_Unit.name"));
    match (Currency::from_code(currency), unit) {
        (Some(currency), "MWH") => Ok(currency),
        _ => Err(PriceFileError::NotEnergy(format!("{currency}/{unit}"))),
    }
}

fn prices_of(period: &Element, sequence: u32, repeats: bool, currency: Currency) -> Result<Prices, PriceFileError> {
    let interval = period.one("timeInterval");
    let end_of = |name| instant(interval.map_or("", |interval| interval.text_of(name)));
    let (from, to) = (end_of("start")?, end_of("end")?);
    let minutes = match period.text_of("resolution") {
        "PT15M" => 15,
        "PT30M" => 30,
        "PT60M" | "PT1H" => 60,
        other => return Err(PriceFileError::Times(format!("resolution {other}"))),
    };
    let length = (to - from).num_minutes();
    if length % minutes != 0 {
        return Err(PriceFileError::Times(to.to_rfc3339()));
    }
    let start_of = |position: i64| from + TimeDelta::minutes((position - 1) * minutes);
    let mut points: BTreeMap<i64, EnergyPrice> = BTreeMap::new();
    for point in period.all("Point") {
        let position = point.text_of("position");
        let place = position.parse().ok().filter(|place| (1..=length / minutes).contains(place));
        let place = place.ok_or_else(|| PriceFileError::Times(format!("position {position}")))?;
        let amount = point.text_of("price.amount");
        let per_kwh = decimal(amount)?.checked_div(Decimal::ONE_THOUSAND);
        let price = per_kwh.and_then(|price| EnergyPrice::of_market(price, currency).ok());
        let price = price.ok_or_else(|| PriceFileError::Price(amount.to_owned()))?;
        if points.insert(place, price).is_some() {
            return Err(PriceFileError::Times(format!("position {place}")));
        }
    }
    let mut spread = BTreeMap::new();
    let mut last = None;
    for (place, quarter) in quarters(from, to)?.enumerate() {
        let position = i64::try_from(place).unwrap_or(i64::MAX) * 15 / minutes + 1;
        let given = points.get(&position).copied();
        // Curve A03 leaves out what repeats; what no point has said before is missing in any curve.
        let price = given.or(if repeats { last } else { None });
        last = Some(price.ok_or_else(|| PriceFileError::Hole(start_of(position).to_rfc3339()))?);
        spread.extend(last.map(|price| (quarter, price)));
    }
    Ok(Prices { sequence, minutes, quarters: spread })
}

/// `2026-11-20T23:00Z`, with or without seconds.
fn instant(text: &str) -> Result<DateTime<Utc>, PriceFileError> {
    let bare = text.strip_suffix('Z').unwrap_or_default();
    let read =
        ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].iter().find_map(|form| NaiveDateTime::parse_from_str(bare, form).ok());
    read.map(|instant| instant.and_utc()).ok_or_else(|| PriceFileError::Times(text.to_owned()))
}
