//! Prices of the day-ahead market: areas, sources, quarters, and what an hour cost.

use crate::country::Country;
use crate::money::{Currency, divide_half_away};
use crate::price::{EnergyPrice, NoPrice};
use crate::quarter::Quarter;
use crate::words::words;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

macro_rules! areas {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $eic:literal, $country:ident;)*) => {
        /// A bidding area of the market.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum PriceArea { $($(#[$doc])* #[serde(rename = $code)] $variant,)* }

        impl PriceArea {
            /// All of them, north to south in each country.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As people call it, as stored and as sent.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Its energy identification code, as ENTSO-E calls it.
            pub const fn eic(self) -> &'static str {
                match self { $(Self::$variant => $eic,)* }
            }

            /// The country it lies in.
            pub const fn country(self) -> Country {
                match self { $(Self::$variant => Country::$country,)* }
            }
        }

        // Derived, the document would name the variants and not what is sent.
        #[cfg(feature = "wire")]
        impl utoipa::PartialSchema for PriceArea {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                use utoipa::openapi::schema::{ObjectBuilder, Type};
                let codes = Some([$($code),*]);
                let about = "A bidding area of the market.";
                ObjectBuilder::new().schema_type(Type::String).enum_values(codes).description(Some(about)).into()
            }
        }
    };
}

areas! {
    /// Luleå.
    Se1 = "SE1", "10Y1001A1001A44P", Se;
    /// Sundsvall.
    Se2 = "SE2", "10Y1001A1001A45N", Se;
    /// Stockholm.
    Se3 = "SE3", "10Y1001A1001A46L", Se;
    /// Malmö.
    Se4 = "SE4", "10Y1001A1001A47J", Se;
    /// Oslo.
    No1 = "NO1", "10YNO-1--------2", No;
    /// Kristiansand.
    No2 = "NO2", "10YNO-2--------T", No;
    /// Trondheim.
    No3 = "NO3", "10YNO-3--------J", No;
    /// Tromsø.
    No4 = "NO4", "10YNO-4--------9", No;
    /// Bergen.
    No5 = "NO5", "10Y1001A1001A48H", No;
}

#[cfg(feature = "wire")]
impl utoipa::ToSchema for PriceArea {}

impl PriceArea {
    /// The area of a code such as `SE3`.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|area| area.code() == code)
    }

    /// The area of an energy identification code.
    pub fn from_eic(eic: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|area| area.eic() == eic)
    }

    /// The currency in which tenants there pay.
    pub const fn currency(self) -> Currency {
        match self.country() {
            Country::Se => Currency::Sek,
            Country::No => Currency::Nok,
        }
    }
}

words! {
    /// Where prices come from.
    PriceSource {
        /// elprisetjustnu.se.
        Elprisetjustnu = "elprisetjustnu",
        /// hvakosterstrommen.no.
        Hvakosterstrommen = "hvakosterstrommen",
        /// The transparency platform of ENTSO-E.
        Entsoe = "entsoe",
    }
}

impl PriceSource {
    /// Whom to name beside the prices, as each source asks.
    pub const fn attribution(self) -> &'static str {
        match self {
            Self::Elprisetjustnu => "elprisetjustnu.se",
            Self::Hvakosterstrommen => "hvakosterstrommen.no",
            Self::Entsoe => "ENTSO-E Transparency Platform",
        }
    }
}

/// What one unit of a currency costs in another, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExchangeRate {
    /// The currency that is given.
    pub from: Currency,
    /// The currency that is got.
    pub to: Currency,
    /// Millionths of `to` for one of `from`; positive.
    micro: i64,
}

/// Not a rate of exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a rate of exchange")]
pub struct NoRate;

impl ExchangeRate {
    /// A rate as central banks write it, such as 10.9014 kronor for a euro.
    ///
    /// # Errors
    /// [`NoRate`] for what is not above nothing and below a thousand.
    pub fn of(from: Currency, to: Currency, rate: Decimal) -> Result<Self, NoRate> {
        let rate = EnergyPrice::of_market(rate, to).map_err(|NoPrice| NoRate)?.micro_per_kwh;
        if rate > 0 && from != to { Ok(Self { from, to, micro: rate }) } else { Err(NoRate) }
    }

    /// A price in the other currency, rounded to a millionth; none when the price is in a third one.
    pub fn convert(self, price: EnergyPrice) -> Option<EnergyPrice> {
        let exact = i128::from(price.micro_per_kwh) * i128::from(self.micro);
        let micro_per_kwh = i64::try_from(divide_half_away(exact, 1_000_000)).ok()?;
        (price.currency == self.from).then_some(EnergyPrice { micro_per_kwh, currency: self.to })
    }
}

/// The prices of one area in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarketPrices(BTreeMap<Quarter, i64>);

impl MarketPrices {
    /// From millionths of the currency per kilowatt-hour.
    pub fn of(prices: impl IntoIterator<Item = (Quarter, i64)>) -> Self {
        Self(prices.into_iter().collect())
    }

    /// The price of a quarter.
    pub fn quarter(&self, quarter: Quarter) -> Option<i64> {
        self.0.get(&quarter).copied()
    }

    /// The price of the hour in which a quarter lies: the mean of its four, rounded to a millionth, which is one price
    /// that can be printed and checked. Norwegian hourly metering is settled so.
    ///
    /// # Errors
    /// The quarters of the hour that have no price.
    pub fn hour(&self, quarter: Quarter) -> Result<i64, Vec<Quarter>> {
        let first = quarter.number().div_euclid(4) * 4;
        let quarters = (first..first + 4).map(Quarter::from_number);
        let missing: Vec<Quarter> = quarters.clone().filter(|quarter| self.quarter(*quarter).is_none()).collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let sum: i128 = quarters.filter_map(|quarter| self.quarter(quarter)).map(i128::from).sum();
        // The mean of four prices lies between them.
        Ok(i64::try_from(divide_half_away(sum, 4)).unwrap_or(i64::MAX))
    }

    /// How many quarters have a price.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no quarter has one.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_found_by_either_of_its_names() {
        for area in PriceArea::ALL {
            assert_eq!(PriceArea::from_code(area.code()), Some(*area));
            assert_eq!(PriceArea::from_eic(area.eic()), Some(*area));
            assert!(crate::facility::price_areas(area.country()).contains(&area.code()));
        }
        assert_eq!(PriceArea::from_code("DK1"), None);
    }

    #[test]
    fn an_hour_costs_the_mean_of_its_quarters_and_says_which_are_missing() {
        let quarter = Quarter::from_number;
        let prices = MarketPrices::of([(8, 100), (9, 200), (10, -50), (11, 1), (12, 7)].map(|(q, p)| (quarter(q), p)));
        for inside in 8..12 {
            assert_eq!(prices.hour(quarter(inside)), Ok(63), "62.75 rounded");
        }
        assert_eq!(prices.hour(quarter(12)), Err(vec![quarter(13), quarter(14), quarter(15)]));
    }

    #[test]
    fn euro_become_kronor_by_a_rate_that_was_given() {
        let rate = ExchangeRate::of(Currency::Eur, Currency::Sek, Decimal::new(1_090_142, 5)).expect("a rate");
        let euro = EnergyPrice { micro_per_kwh: 45_100, currency: Currency::Eur };
        assert_eq!(rate.convert(euro), Some(EnergyPrice { micro_per_kwh: 491_654, currency: Currency::Sek }));
        assert_eq!(rate.convert(EnergyPrice { currency: Currency::Nok, ..euro }), None);
        assert_eq!(ExchangeRate::of(Currency::Eur, Currency::Sek, Decimal::ZERO), Err(NoRate));
    }
}
