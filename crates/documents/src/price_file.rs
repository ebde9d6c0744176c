//! Files with the prices of the day-ahead market, told apart by what is in them.
//!
//! | source | form | price |
//! |---|---|---|
//! | elprisetjustnu.se | a JSON list of one day of one area | kronor per kilowatt-hour, without VAT |
//! | hvakosterstrommen.no | the same | kroner per kWh, without VAT |
//! | ENTSO-E | XML document A44 of one area, `PT15M`, `PT30M` or `PT60M`, curves A01 and A03 | euro per megawatt-hour |
//!
//! A file is read whole or not at all: half a day would leave a hole that looks like a price not yet published.

mod day_list;
mod entsoe;
pub mod euro_rates;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use stolpe_domain::market_price::PriceArea;
pub use stolpe_domain::market_price::PriceSource;
use stolpe_domain::money::Currency;
use stolpe_domain::price::EnergyPrice;
use stolpe_domain::quarter::Quarter;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceFile {
    /// Where it comes from.
    pub source: PriceSource,
    /// The energy identification code of its area, if the file names one.
    pub eic: Option<String>,
    /// The currency of the prices.
    pub currency: Currency,
    /// Each quarter with its price, the earliest first and none twice; an hourly price stands four times.
    pub prices: Vec<(Quarter, EnergyPrice)>,
}

impl PriceFile {
    /// The area that the file names, if it is one of ours.
    pub fn area(&self) -> Option<PriceArea> {
        self.eic.as_deref().and_then(PriceArea::from_eic)
    }
}

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriceFileError {
    /// None of the three forms.
    #[error("the file is not in a form with prices that is known")]
    UnknownForm,
    /// Broken JSON or XML: most often a file that ends too early.
    #[error("the file is damaged or ends too early: {0}")]
    Damaged(String),
    /// The source says that there are no prices.
    #[error("the source has no prices for this: {0}")]
    NoPrices(String),
    /// Something is there that is not a price of energy.
    #[error("the file has no day-ahead price of energy: {0}")]
    NotEnergy(String),
    /// A time is not what it must be.
    #[error("the times do not fit together at {0}")]
    Times(String),
    /// A price is missing inside.
    #[error("the price of {0} is missing")]
    Hole(String),
    /// A price cannot be read or cannot be.
    #[error("{0} is not a price")]
    Price(String),
    /// Several areas or currencies in one file.
    #[error("the file has prices of several areas or currencies")]
    Several,
}

impl PriceFileError {
    /// The stable word that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownForm => "price_file.unknown_form",
            Self::Damaged(_) => "price_file.damaged",
            Self::NoPrices(_) => "price_file.no_prices",
            Self::NotEnergy(_) => "price_file.not_energy",
            Self::Times(_) => "price_file.times",
            Self::Hole(_) => "price_file.hole",
            Self::Price(_) => "price_file.price",
            Self::Several => "price_file.several",
        }
    }
}

/// Reads a file whole.
///
/// # Errors
/// [`PriceFileError`]; nothing of the file is then of use.
pub fn read(bytes: &[u8]) -> Result<PriceFile, PriceFileError> {
    let text = std::str::from_utf8(bytes).map_err(|_| PriceFileError::UnknownForm)?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.as_bytes().first() {
        Some(b'[') => day_list::read(text),
        Some(b'<') => entsoe::read(text),
        _ => Err(PriceFileError::UnknownForm),
    }
}

/// A price as a source writes it, such as `0.55638` and `8.5e-7`.
fn decimal(text: &str) -> Result<Decimal, PriceFileError> {
    let read = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
    read.map_err(|_| PriceFileError::Price(text.to_owned()))
}

/// The quarters from one instant to another, both on the quarter.
fn quarters(from: DateTime<Utc>, to: DateTime<Utc>) -> Result<impl Iterator<Item = Quarter>, PriceFileError> {
    let (first, end) = (Quarter::containing(from), Quarter::containing(to));
    let whole = first.start() == from && end.start() == to && first < end;
    // A year at most: what lies beyond is a misread date, and would fill the memory.
    let count = usize::try_from(end.number() - first.number()).ok().filter(|count| whole && *count <= 366 * 100);
    let count = count.ok_or_else(|| PriceFileError::Times(format!("{} – {}", from.to_rfc3339(), to.to_rfc3339())))?;
    Ok((0..count).zip(first.number()..).map(|(_, number)| Quarter::from_number(number)))
}

#[cfg(test)]
mod tests;
