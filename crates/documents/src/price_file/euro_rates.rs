//! The reference rates of the European Central Bank: what one euro costs on each banking day.

use chrono::NaiveDate;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use rust_decimal::Decimal;
use stolpe_domain::market_price::ExchangeRate;
use stolpe_domain::money::Currency;

use super::{PriceFileError, decimal};

/// The rates of some days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EuroRates(Vec<(NaiveDate, Currency, Decimal)>);

/// A rate with the day on which it was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EuroRate {
    /// The banking day.
    pub set_on: NaiveDate,
    /// As the bank writes it.
    pub written: Decimal,
    /// To count with.
    pub rate: ExchangeRate,
}

impl EuroRates {
    /// The last rate that was set before a day, if there is one.
    pub fn before(&self, day: NaiveDate, currency: Currency) -> Option<EuroRate> {
        let earlier = self.0.iter().filter(|(set_on, of, _)| *set_on < day && *of == currency);
        let (set_on, _, written) = earlier.max_by_key(|(set_on, ..)| *set_on)?;
        let rate = ExchangeRate::of(Currency::Eur, currency, *written).ok()?;
        Some(EuroRate { set_on: *set_on, written: *written, rate })
    }
}

/// Reads `eurofxref-daily.xml` and `eurofxref-hist-90d.xml`; currencies that nobody pays in here are passed over.
///
/// # Errors
/// [`PriceFileError`] for anything else, and for half a document.
pub fn read(bytes: &[u8]) -> Result<EuroRates, PriceFileError> {
    let text = std::str::from_utf8(bytes).map_err(|_| PriceFileError::UnknownForm)?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}').trim_start());
    let (mut day, mut rates, mut depth, mut ended) = (None, Vec::new(), 0_usize, false);
    loop {
        let event = reader.read_event();
        let event = event.map_err(|error| PriceFileError::Damaged(error.to_string()))?;
        match &event {
            Event::DocType(_) => return Err(PriceFileError::UnknownForm),
            Event::Eof => break,
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                ended = depth == 0;
            }
            Event::Start(element) | Event::Empty(element) => {
                depth += usize::from(matches!(event, Event::Start(_)));
                if element.local_name().as_ref() == "Cube" {
                    if let Some(time) = attribute(element, "time")? {
                        let read = NaiveDate::parse_from_str(&time, "%Y-%m-%d");
                        day = Some(read.map_err(|_| PriceFileError::Times(time))?);
                    }
                    let currency = attribute(element, "currency")?.as_deref().and_then(Currency::from_code);
                    if let (Some(day), Some(currency), Some(rate)) = (day, currency, attribute(element, "rate")?) {
                        rates.push((day, currency, decimal(&rate)?));
                    }
                }
            }
            _ => {}
        }
    }
    match (ended, rates.is_empty()) {
        (false, true) => Err(PriceFileError::UnknownForm),
        (false, false) => Err(PriceFileError::Damaged("no end".to_owned())),
        (true, true) => Err(PriceFileError::NoPrices("no rate".to_owned())),
        (true, false) => Ok(EuroRates(rates)),
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, PriceFileError> {
    let found = element.try_get_attribute(name).map_err(|error| PriceFileError::Damaged(error.to_string()))?;
    Ok(found.map(|found| found.value.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_DAYS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
        <gesmes:Envelope xmlns:gesmes=\"http://www.gesmes.org/xml/2002-08-01\" \
        xmlns=\"http://www.ecb.int/vocabulary/2002-08-01/eurofxref\"><gesmes:subject>Reference rates</gesmes:subject>\
        <gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender><Cube>\
        <Cube time=\"2025-10-24\"><Cube currency=\"USD\" rate=\"1.1612\"/><Cube currency=\"SEK\" rate=\"10.9245\"/>\
        <Cube currency=\"NOK\" rate=\"11.6175\"/></Cube>\
        <Cube time='2025-10-23'><Cube currency='SEK' rate='10.9015'/></Cube></Cube></gesmes:Envelope>";

    fn day(of: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 10, of).expect("a day")
    }

    #[test]
    fn a_rate_is_the_last_one_that_was_set_before_the_day() {
        let rates = read(TWO_DAYS.as_bytes()).expect("the document is whole");
        let sek = |day| rates.before(day, Currency::Sek).map(|it| (it.set_on, it.written.to_string()));
        assert_eq!(sek(day(27)), Some((day(24), "10.9245".to_owned())), "over a weekend");
        assert_eq!(sek(day(24)), Some((day(23), "10.9015".to_owned())), "that of the day itself is not set yet");
        assert_eq!(sek(day(23)), None);
        assert_eq!(rates.before(day(24), Currency::Nok), None);
    }

    #[test]
    fn half_a_document_and_another_one_are_refused() {
        let cut = TWO_DAYS.find("NOK").expect("the currency");
        assert!(matches!(read(&TWO_DAYS.as_bytes()[..cut]), Err(PriceFileError::Damaged(_))));
        let cut = TWO_DAYS.find("</Cube></gesmes").expect("the end");
        assert!(matches!(read(&TWO_DAYS.as_bytes()[..cut]), Err(PriceFileError::Damaged(_))));
        assert_eq!(read(b"<html><body>Gone</body></html>"), Err(PriceFileError::NoPrices("no rate".to_owned())));
        assert_eq!(read(b"not here"), Err(PriceFileError::UnknownForm));
    }
}
