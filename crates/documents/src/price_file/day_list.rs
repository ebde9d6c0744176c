//! The lists of elprisetjustnu.se and hvakosterstrommen.no: one day of one area, which the file does not name.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use chrono_tz::Europe::Stockholm;
use serde::Deserialize;
use serde_json::error::Category;
use serde_json::value::RawValue;
use stolpe_domain::local_day::{day_of, first_quarter};
use stolpe_domain::money::Currency;
use stolpe_domain::price::EnergyPrice;
use stolpe_domain::quarter::Quarter;

use super::{PriceFile, PriceFileError, PriceSource, decimal, quarters};

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(rename = "SEK_per_kWh", borrow)]
    sek: Option<&'a RawValue>,
    #[serde(rename = "NOK_per_kWh", borrow)]
    nok: Option<&'a RawValue>,
    time_start: DateTime<FixedOffset>,
    time_end: DateTime<FixedOffset>,
}

pub(super) fn read(text: &str) -> Result<PriceFile, PriceFileError> {
    let entries: Vec<Entry<'_>> = serde_json::from_str(text).map_err(|error| match error.classify() {
        // Sound JSON of something else.
        Category::Data => PriceFileError::UnknownForm,
        Category::Eof | Category::Syntax | Category::Io => PriceFileError::Damaged(error.to_string()),
    })?;
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
        return Err(PriceFileError::NoPrices("[]".to_owned()));
    };
    let (source, currency) = match (first.sek, first.nok) {
        (Some(_), None) => (PriceSource::Elprisetjustnu, Currency::Sek),
        (None, Some(_)) => (PriceSource::Hvakosterstrommen, Currency::Nok),
        _ => return Err(PriceFileError::UnknownForm),
    };
    let starts = entries.iter().map(|entry| entry.time_start.to_utc());
    // In the night when clocks go back, elprisetjustnu.se lets a quarter end an hour too late. So an entry lasts until
    // the next one begins, and only the last one until it says.
    let ends = starts.clone().skip(1).chain([last.time_end.to_utc()]);
    let mut prices = Vec::with_capacity(100);
    for ((entry, from), to) in entries.iter().zip(starts).zip(ends) {
        let (Some(price), None) =
            (if currency == Currency::Sek { (entry.sek, entry.nok) } else { (entry.nok, entry.sek) })
        else {
            return Err(PriceFileError::Several);
        };
        if ![TimeDelta::minutes(15), TimeDelta::minutes(60)].contains(&(to - from)) {
            return Err(PriceFileError::Times(entry.time_start.to_rfc3339()));
        }
        let refuse = |_| PriceFileError::Price(price.get().to_owned());
        let price = EnergyPrice::of_market(decimal(price.get())?, currency).map_err(refuse)?;
        prices.extend(quarters(from, to)?.map(|quarter| (quarter, price)));
    }
    whole_day(first.time_start.to_utc(), last.time_end.to_utc())?;
    Ok(PriceFile { source, eic: None, currency, prices })
}

/// The market sells whole days of central Europe; both countries keep its clock.
fn whole_day(from: DateTime<Utc>, to: DateTime<Utc>) -> Result<(), PriceFileError> {
    let day = day_of(Quarter::containing(from), Stockholm);
    let next = day.succ_opt().unwrap_or(day);
    let (begins, ends) = (first_quarter(day, Stockholm).start(), first_quarter(next, Stockholm).start());
    match (begins == from, ends == to) {
        (true, true) => Ok(()),
        (false, _) => Err(PriceFileError::Hole(begins.to_rfc3339())),
        (true, false) => Err(PriceFileError::Hole(to.to_rfc3339())),
    }
}
