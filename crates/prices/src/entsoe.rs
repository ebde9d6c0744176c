//! The transparency platform of ENTSO-E: document A44 of one area and day.

use chrono::{DateTime, NaiveDate, Utc};
use stolpe_domain::local_day::first_quarter;
use stolpe_domain::market_price::PriceArea;

use crate::web::MARKET_ZONE;

/// Where the document of a day is. The token stands in it, so it must not be told to anybody.
pub(crate) fn address(base: &str, area: PriceArea, day: NaiveDate, token: &str) -> String {
    let next = day.succ_opt().unwrap_or(day);
    let written = |day| written(first_quarter(day, MARKET_ZONE).start());
    let token: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
    format!(
        "{}/api?securityToken={token}&documentType=A44&in_Domain={eic}&out_Domain={eic}&periodStart={}&periodEnd={}",
        base.trim_end_matches('/'),
        written(day),
        written(next),
        eic = area.eic(),
    )
}

/// As the platform writes instants.
fn written(at: DateTime<Utc>) -> String {
    at.format("%Y%m%d%H%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_asked_for_as_the_market_has_it_also_when_clocks_are_turned() {
        let period = |day: &str| {
            let address = address("https://host/", PriceArea::Se3, day.parse().expect("a day"), "a b&c");
            assert!(address.starts_with("https://host/api?securityToken=a+b%26c&documentType=A44&"), "{address}");
            address.split_once("&periodStart=").expect("a period").1.replace("&periodEnd=", "–")
        };
        assert_eq!(period("2026-11-21"), "202611202300–202611212300");
        assert_eq!(period("2026-03-29"), "202603282300–202603292200", "23 hours");
        assert_eq!(period("2026-10-25"), "202610242200–202610252300", "25 hours");
    }
}
