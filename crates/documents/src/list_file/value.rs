//! What stands in a cell as a value. How a column writes its decimals and its dates follows from all of it, as in lists of
//! people: where that leaves two readings, a value with two meanings is a fault, and nobody guesses.

use super::columns::{Holds, ListColumn};
use super::{Delimiter, ListRow};
use crate::table_file::columns::{ColumnReading, DateOrder, DecimalSign, date_order, parse_date, plain_number};
use chrono::{DateTime, MappedLocalTime, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use stolpe_domain::energy::{Energy, EnergyUnit};

/// Why a cell holds no such value, as a stable word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ValueFault(pub &'static str);

/// How the numbers and dates of a file are to be read, column by column.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    decimals: BTreeMap<&'static str, Option<DecimalSign>>,
    dates: BTreeMap<&'static str, Option<DateOrder>>,
}

impl Reading {
    pub(super) fn of<'r>(
        rows: &(impl Iterator<Item = &'r ListRow> + Clone),
        columns: &[ListColumn],
        delimiter: Option<Delimiter>,
    ) -> Self {
        let mut reading = Self::default();
        for column in columns {
            let key = column.key;
            let values = || rows.clone().filter_map(move |row| row.text(key));
            match column.holds {
                Holds::Text => {}
                Holds::Decimals => {
                    reading.decimals.insert(key, sign(values(), delimiter));
                }
                Holds::Dates => {
                    let days: Vec<&str> = values().map(|text| split(text).0).collect();
                    let order = match date_order(days) {
                        ColumnReading::Sure { value } => Some(value),
                        _ => None,
                    };
                    reading.dates.insert(key, order);
                }
            }
        }
        reading
    }

    /// Kilowatt-hours.
    ///
    /// # Errors
    /// [`ValueFault`]: `number.malformed`, `number.ambiguous`, `energy.out_of_range`.
    pub fn kwh(&self, key: &str, text: &str) -> Result<Energy, ValueFault> {
        let text = text.strip_suffix("kWh").unwrap_or(text).trim();
        let Some(sign) = self.decimals.get(key).copied().flatten() else {
            return match whole_number(text) {
                Ok(number) => of_kwh(number.into()),
                Err(_) if text.contains([',', '.']) => Err(ValueFault("number.ambiguous")),
                Err(fault) => Err(fault),
            };
        };
        let plain = plain_number(text, sign).ok_or(ValueFault("number.malformed"))?;
        of_kwh(plain.parse().map_err(|_| ValueFault("number.malformed"))?)
    }

    /// Money in hundredths, exactly.
    ///
    /// # Errors
    /// [`ValueFault`]: `number.malformed`, `number.ambiguous`.
    pub fn hundredths(&self, key: &str, text: &str) -> Result<i64, ValueFault> {
        let Some(sign) = self.decimals.get(key).copied().flatten() else {
            let whole = whole_number(text)
                .map_err(|fault| if text.contains([',', '.']) { ValueFault("number.ambiguous") } else { fault })?;
            return whole.checked_mul(100).ok_or(ValueFault("number.malformed"));
        };
        let malformed = ValueFault("number.malformed");
        let plain = plain_number(text, sign).ok_or(malformed)?;
        let value: Decimal = plain.parse().map_err(|_| malformed)?;
        let hundredths = value.checked_mul(Decimal::ONE_HUNDRED).ok_or(malformed)?;
        if !hundredths.fract().is_zero() {
            return Err(malformed);
        }
        hundredths.try_into().map_err(|_| malformed)
    }

    /// A day.
    ///
    /// # Errors
    /// [`ValueFault`]: `date.malformed`, `date.ambiguous`.
    pub fn day(&self, key: &str, text: &str) -> Result<NaiveDate, ValueFault> {
        let orders = [DateOrder::YearMonthDay, DateOrder::DayMonthYear, DateOrder::MonthDayYear];
        let mut readings: Vec<NaiveDate> = match self.dates.get(key).copied().flatten() {
            Some(order) => parse_date(text, order).into_iter().collect(),
            None => orders.into_iter().filter_map(|order| parse_date(text, order)).collect(),
        };
        readings.dedup();
        match readings.as_slice() {
            [day] => Ok(*day),
            [] => Err(ValueFault("date.malformed")),
            _ => Err(ValueFault("date.ambiguous")),
        }
    }

    /// An instant: with an offset as it says, else as the clocks of a place show it.
    ///
    /// # Errors
    /// [`ValueFault`]: those of [`Reading::day`], `time.malformed`, `time.twice` for the hour that comes twice in autumn,
    /// `time.skipped` for the one that is left out in spring.
    pub fn instant(&self, key: &str, text: &str, zone: Tz) -> Result<DateTime<Utc>, ValueFault> {
        if let Ok(at) = DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1)) {
            return Ok(at.to_utc());
        }
        let (day, time) = split(text);
        let day = self.day(key, day)?;
        let formats = ["%H:%M:%S%.f", "%H:%M", "%H.%M", "%H.%M.%S"];
        let time = formats.into_iter().find_map(|format| NaiveTime::parse_from_str(time.trim(), format).ok());
        let time = time.ok_or(ValueFault("time.malformed"))?;
        match zone.from_local_datetime(&day.and_time(time)) {
            MappedLocalTime::Single(at) => Ok(at.to_utc()),
            MappedLocalTime::Ambiguous(..) => Err(ValueFault("time.twice")),
            MappedLocalTime::None => Err(ValueFault("time.skipped")),
        }
    }
}

/// A whole number, with its unit or without.
///
/// # Errors
/// [`ValueFault`] `number.malformed`.
pub fn whole_number(text: &str) -> Result<i64, ValueFault> {
    let text = text.trim_end_matches(['A', 'a']).trim_end();
    let text = text.strip_suffix(".0").or_else(|| text.strip_suffix(",0")).unwrap_or(text);
    text.parse().map_err(|_| ValueFault("number.malformed"))
}

/// Yes or no, in words of our languages.
///
/// # Errors
/// [`ValueFault`] `yes_no.unknown`.
pub fn yes_no(text: &str) -> Result<bool, ValueFault> {
    match text.to_lowercase().as_str() {
        "ja" | "yes" | "true" | "x" | "1" => Ok(true),
        "nej" | "nei" | "no" | "false" | "0" => Ok(false),
        _ => Err(ValueFault("yes_no.unknown")),
    }
}

fn of_kwh(value: Decimal) -> Result<Energy, ValueFault> {
    Energy::of_meter(value, EnergyUnit::KilowattHour).map_err(|_| ValueFault("energy.out_of_range"))
}

/// The day and the time of a text.
fn split(text: &str) -> (&str, &str) {
    text.split_once([' ', 'T']).unwrap_or((text, ""))
}

/// The sign of the decimals of a column. `10,014` alone has two readings; what stands between cells tells whose spreadsheet
/// wrote it, since none writes its decimals with the same sign.
fn sign<'v>(values: impl Iterator<Item = &'v str>, delimiter: Option<Delimiter>) -> Option<DecimalSign> {
    let numbers: Vec<&str> = values.map(|text| text.strip_suffix("kWh").unwrap_or(text).trim()).collect();
    let fits = |sign| numbers.iter().all(|number| plain_number(number, sign).is_some());
    let usual = match delimiter {
        Some(Delimiter::Semicolon) => Some(DecimalSign::Comma),
        // A workbook keeps numbers as numbers, which are read with a point.
        Some(Delimiter::Comma) | None => Some(DecimalSign::Point),
        Some(Delimiter::Tab | Delimiter::Pipe) => None,
    };
    match (fits(DecimalSign::Comma), fits(DecimalSign::Point)) {
        (true, false) => Some(DecimalSign::Comma),
        (false, true) => Some(DecimalSign::Point),
        (true, true) => usual,
        // Single cells are no numbers: they are named, and the others read as usual.
        (false, false) => usual.or_else(|| majority(&numbers)),
    }
}

fn majority(numbers: &[&str]) -> Option<DecimalSign> {
    let count = |sign| numbers.iter().filter(|number| plain_number(number, sign).is_some()).count();
    let (comma, point) = (count(DecimalSign::Comma), count(DecimalSign::Point));
    match comma.cmp(&point) {
        std::cmp::Ordering::Greater => Some(DecimalSign::Comma),
        std::cmp::Ordering::Less => Some(DecimalSign::Point),
        std::cmp::Ordering::Equal => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ListFile, SESSIONS};
    use super::*;
    use chrono_tz::Europe::Stockholm;
    use rstest::rstest;

    fn list(head: &str, row: &str) -> ListFile {
        ListFile::read(format!("{head}\n{row}\n").as_bytes(), SESSIONS).expect("a list")
    }

    #[rstest]
    #[case::nordic("id;kWh", "1;10,014", Ok(10_014))]
    #[case::international("id,kWh", "1,10.014", Ok(10_014))]
    #[case::a_program_of_here("id;kWh", "1;7.5", Ok(7_500))]
    #[case::whole("id;kWh", "1;7", Ok(7_000))]
    #[case::with_its_unit("id;kWh", "1;7,25 kWh", Ok(7_250))]
    #[case::two_readings("id\tkWh", "1\t10,014", Err("number.ambiguous"))]
    #[case::no_number("id;kWh", "1;much", Err("number.malformed"))]
    fn kilowatt_hours_are_read_as_whoever_wrote_them_meant(
        #[case] head: &str,
        #[case] row: &str,
        #[case] expected: Result<i64, &'static str>,
    ) {
        let file = list(head, row);
        let row = file.rows[0].as_ref().expect("a row");
        let read = file.reading.kwh("energyKwh", row.text("energyKwh").expect("a cell"));
        assert_eq!(read.map(Energy::wh), expected.map_err(ValueFault));
    }

    #[rstest]
    #[case::ours("2026-11-12 07:00:00", Ok("2026-11-12T06:00:00Z"))]
    #[case::universal("2026-11-12T06:00:00.25Z", Ok("2026-11-12T06:00:00.250Z"))]
    #[case::with_an_offset("2026-07-12 08:00:00+02:00", Ok("2026-07-12T06:00:00Z"))]
    #[case::norwegian("12.11.2026 07:00", Ok("2026-11-12T06:00:00Z"))]
    #[case::twice("2026-10-25 02:30", Err("time.twice"))]
    #[case::skipped("2026-03-29 02:30", Err("time.skipped"))]
    #[case::two_readings("03/04/2026 07:00", Err("date.ambiguous"))]
    #[case::without_a_time("2026-11-12", Err("time.malformed"))]
    #[case::no_time_at_all("soon", Err("date.malformed"))]
    fn an_instant_is_read_as_the_clocks_of_the_place_show_it(
        #[case] text: &str,
        #[case] expected: Result<&str, &'static str>,
    ) {
        let file = list("id;start", &format!("1;{text}"));
        let read = file.reading.instant("startedAt", text, Stockholm);
        let expected = expected.map(|at| at.parse::<DateTime<Utc>>().expect("an instant"));
        assert_eq!(read, expected.map_err(ValueFault));
    }

    #[rstest]
    #[case("32", Ok(32))]
    #[case("32 A", Ok(32))]
    #[case("32.0", Ok(32))]
    #[case("32,5", Err(ValueFault("number.malformed")))]
    fn a_fuse_is_read_with_its_unit_or_without(#[case] text: &str, #[case] expected: Result<i64, ValueFault>) {
        assert_eq!(whole_number(text), expected);
    }
}
