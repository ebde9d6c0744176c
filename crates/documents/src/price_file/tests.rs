//! Real answers of the sources, read in place, and what must be refused.

use super::*;
use rstest::rstest;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A file of the folder that `STOLPE_FIXTURES` names; none where that is not set, for there are no such files of ours.
#[expect(clippy::disallowed_methods, reason = "a test has no main that could read the environment for it")]
fn published(name: &str) -> Option<Vec<u8>> {
    let folder = std::env::var("STOLPE_FIXTURES").ok().map(PathBuf::from)?;
    let path = folder.join("spot-prices").join(name);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn by_quarter(file: &PriceFile) -> BTreeMap<Quarter, i64> {
    let prices: BTreeMap<_, _> = file.prices.iter().map(|(quarter, price)| (*quarter, price.micro_per_kwh)).collect();
    assert_eq!(prices.len(), file.prices.len(), "no quarter twice");
    prices
}

fn at(text: &str) -> Quarter {
    Quarter::containing(text.parse().expect("an instant"))
}

#[rstest]
#[case("elprisetjustnu_2025-10-01_SE3.json", PriceSource::Elprisetjustnu, 96, "2025-09-30T22:00:00Z", 556_380)]
#[case("elprisetjustnu_2025-10-26_SE3.json", PriceSource::Elprisetjustnu, 100, "2025-10-26T00:45:00Z", 26_270)]
#[case("elprisetjustnu_2025-10-26_SE3.json", PriceSource::Elprisetjustnu, 100, "2025-10-26T01:00:00Z", 31_180)]
#[case("hvakosterstrommen_2023-04-01_NO5.json", PriceSource::Hvakosterstrommen, 96, "2023-04-01T21:45:00Z", 971_590)]
#[case("entsoe_A44_BE_60M_A03.xml", PriceSource::Entsoe, 96, "2024-10-07T22:45:00Z", 64_980)]
#[case::until_the_next_point(
    "entsoe_A44_BE_mixed_PT15M_PT60M.xml",
    PriceSource::Entsoe,
    288,
    "2024-10-05T22:45:00Z",
    55_350
)]
#[case::hourly_after_quarters(
    "entsoe_A44_BE_mixed_PT15M_PT60M.xml",
    PriceSource::Entsoe,
    288,
    "2024-10-07T22:45:00Z",
    64_980
)]
#[case::by_the_hour(
    "entsoe_A44_ES_PT60M_to_PT15M_switch_2025-10-01.xml",
    PriceSource::Entsoe,
    384,
    "2025-09-28T22:45:00Z",
    51_600
)]
fn what_the_sources_really_answer_is_read(
    #[case] name: &str,
    #[case] source: PriceSource,
    #[case] quarters: usize,
    #[case] quarter: &str,
    #[case] micro_per_kwh: i64,
) {
    let Some(bytes) = published(name) else { return };
    let file = read(&bytes).expect("a price file");
    let prices = by_quarter(&file);
    assert_eq!((file.source, prices.len()), (source, quarters));
    assert_eq!(prices.get(&at(quarter)), Some(&micro_per_kwh));
    let spans = prices.keys().zip(prices.keys().skip(1)).filter(|(one, next)| one.next() != **next).count();
    assert_eq!(spans, 0, "no hole");
}

#[rstest]
#[case("entsoe_A44_AT_2024-07-28_A03.xml", None)]
#[case::of_capacity("entsoe_A44_A03_gap_sample.xml", Some("price_file.not_energy"))]
#[case("entsoe_acknowledgement_999_no_data.xml", Some("price_file.no_prices"))]
#[case("nordpool_api_SE4_2024-07-08_EUR.json", Some("price_file.unknown_form"))]
#[case("nordpool_dataportal_2024-11-05_SE3_PT60M.json", Some("price_file.unknown_form"))]
#[case("nordpool_dataportal_2025-10-17_NO1-5_PT15M_NOK.json", Some("price_file.unknown_form"))]
#[case("nordpool_dataportal_indices_FI_PT15M.json", Some("price_file.unknown_form"))]
#[case("nordpool_dataportal_not_yet_published_empty.json", Some("price_file.unknown_form"))]
#[case("nordpool_marketdata_page10_NOK_25h_dst.json", Some("price_file.unknown_form"))]
fn every_published_file_is_read_or_refused_by_name(#[case] name: &str, #[case] code: Option<&str>) {
    let Some(bytes) = published(name) else { return };
    assert_eq!(read(&bytes).err().map(|error| error.code()), code);
}

#[test]
fn negative_prices_are_prices() {
    let Some(bytes) = published("entsoe_A44_AT_2024-07-28_A03.xml") else { return };
    let file = read(&bytes).expect("a price file");
    let negative = file.prices.iter().filter(|(_, price)| price.micro_per_kwh < 0).count();
    assert_eq!((file.prices.len(), negative, file.area()), (96, 16, None), "four hours of a country that is not ours");
}

#[test]
fn a_published_file_that_ends_early_is_refused_wherever_it_ends() {
    for name in ["elprisetjustnu_2025-10-26_SE3.json", "entsoe_A44_BE_mixed_PT15M_PT60M.xml"] {
        let Some(bytes) = published(name) else { return };
        let whole = std::str::from_utf8(&bytes).expect("text").trim_end().len();
        for end in (0..whole).step_by(97) {
            assert!(read(&bytes[..end]).is_err(), "{name} up to {end}");
        }
    }
}

/// An A44 document of SE3 with one series.
fn a44(series: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><Publication_MarketDocument xmlns=\"urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3\">\
         <TimeSeries>{series}</TimeSeries></Publication_MarketDocument>"
    )
}

fn head(sequence: u32, curve: &str) -> String {
    format!(
        "<in_Domain.mRID>10Y1001A1001A46L</in_Domain.mRID><out_Domain.mRID>10Y1001A1001A46L</out_Domain.mRID>\
         <currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name>\
         <classificationSequence_AttributeInstanceComponent.position>{sequence}</classificationSequence_AttributeInstanceComponent.position>\
         <curveType>{curve}</curveType>"
    )
}

fn period(resolution: &str, end: &str, points: &[(u32, &str)]) -> String {
    let point = |(position, price): &(u32, &str)| {
        format!("<Point><position>{position}</position><price.amount>{price}</price.amount></Point>")
    };
    let points = points.iter().map(point).collect::<Vec<_>>().concat();
    format!(
        "<Period><timeInterval><start>2026-11-20T23:00Z</start><end>2026-11-{end}Z</end></timeInterval>\
         <resolution>{resolution}</resolution>{points}</Period>"
    )
}

fn prices(xml: &str) -> Result<Vec<i64>, PriceFileError> {
    read(xml.as_bytes()).map(|file| file.prices.iter().map(|(_, price)| price.micro_per_kwh).collect())
}

#[test]
fn curve_a03_repeats_the_last_price_up_to_the_end_and_curve_a01_does_not() {
    let points = [(1, "45.10"), (4, "47.02"), (5, "-0.5")];
    let repeated = a44(&(head(1, "A03") + &period("PT15M", "21T01:00", &points)));
    assert_eq!(prices(&repeated), Ok(vec![45_100, 45_100, 45_100, 47_020, -500, -500, -500, -500]));
    let every = a44(&(head(1, "A01") + &period("PT15M", "21T01:00", &points)));
    assert_eq!(prices(&every), Err(PriceFileError::Hole("2026-11-20T23:15:00+00:00".to_owned())));
    let headless = a44(&(head(1, "A03") + &period("PT15M", "21T01:00", &points[1..])));
    assert_eq!(prices(&headless), Err(PriceFileError::Hole("2026-11-20T23:00:00+00:00".to_owned())));
}

#[test]
fn of_two_answers_the_first_auction_and_the_finest_is_taken_whole_and_never_mixed() {
    let hourly = head(1, "A03") + &period("PT60M", "21T01:00", &[(1, "9"), (2, "8")]);
    let finer = head(1, "A03") + &period("PT15M", "21T01:00", &[(1, "1"), (5, "2")]);
    let other = head(2, "A03") + &period("PT15M", "21T01:00", &[(1, "7")]);
    let expected = Ok([[1_000; 4], [2_000; 4]].concat());
    for order in [[&hourly, &finer, &other], [&other, &hourly, &finer], [&finer, &other, &hourly]] {
        let [first, second, third] = order;
        assert_eq!(
            prices(&a44(&format!("{first}</TimeSeries><TimeSeries>{second}</TimeSeries><TimeSeries>{third}"))),
            expected
        );
    }
    let contradiction = head(1, "A03") + &period("PT15M", "21T01:00", &[(1, "3")]);
    let refused = prices(&a44(&format!("{finer}</TimeSeries><TimeSeries>{contradiction}")));
    assert_eq!(refused, Err(PriceFileError::Times("2026-11-20T23:00:00+00:00".to_owned())));
}

#[rstest]
#[case::a_position_beyond_the_end(&[(1, "1"), (9, "1")], "price_file.times")]
#[case::a_position_twice(&[(1, "1"), (1, "1")], "price_file.times")]
#[case::no_number(&[(1, "1,5")], "price_file.price")]
#[case::beyond_any_market(&[(1, "1000001")], "price_file.price")]
fn a_wrong_point_spoils_the_file(#[case] points: &[(u32, &str)], #[case] code: &str) {
    let xml = a44(&(head(1, "A03") + &period("PT15M", "21T01:00", points)));
    assert_eq!(prices(&xml).map_err(|error| error.code()), Err(code));
}

#[test]
fn half_a_day_of_a_list_is_refused() {
    let entry = |hour: u32| {
        format!(
            "{{\"SEK_per_kWh\":0.5,\"EUR_per_kWh\":0.05,\"EXR\":10,\"time_start\":\"2026-11-21T{hour:02}:00:00+01:00\",\
             \"time_end\":\"{}\"}}",
            if hour == 23 {
                "2026-11-22T00:00:00+01:00".to_owned()
            } else {
                format!("2026-11-21T{:02}:00:00+01:00", hour + 1)
            }
        )
    };
    let list = |hours: &[u32]| format!("[{}]", hours.iter().map(|hour| entry(*hour)).collect::<Vec<_>>().join(","));
    let all: Vec<u32> = (0..24).collect();
    assert_eq!(read(list(&all).as_bytes()).map(|file| file.prices.len()), Ok(96));
    let hole = |text: &str| Err(PriceFileError::Hole(text.to_owned()));
    assert_eq!(read(list(&all[..23]).as_bytes()), hole("2026-11-21T22:00:00+00:00"));
    assert_eq!(read(list(&all[1..]).as_bytes()), hole("2026-11-20T23:00:00+00:00"));
    let without_noon: Vec<u32> = all.iter().copied().filter(|hour| *hour != 12).collect();
    assert_eq!(read(list(&without_noon).as_bytes()).map_err(|error| error.code()), Err("price_file.times"));
    assert_eq!(read(b"[]").map_err(|error| error.code()), Err("price_file.no_prices"));
    assert_eq!(read(b"\xff").map_err(|error| error.code()), Err("price_file.unknown_form"));
}
