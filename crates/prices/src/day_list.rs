//! elprisetjustnu.se and hvakosterstrommen.no: public lists, one for each day and area, at addresses of one pattern.

use chrono::NaiveDate;
use stolpe_domain::market_price::PriceArea;

/// Where the list of a day is.
pub(crate) fn address(base: &str, area: PriceArea, day: NaiveDate) -> String {
    format!("{}/api/v1/prices/{}_{}.json", base.trim_end_matches('/'), day.format("%Y/%m-%d"), area.code())
}
