//! How the dates and numbers of a column are to be read. One value may have two readings; a column usually has one,
//! and where it has two, both are shown and nobody guesses.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use stolpe_domain::language::Language;

use crate::pdf::long_date;

/// The order of day, month and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// `2026-11-21`, `20261121`.
    YearMonthDay,
    /// `21.11.2026`.
    DayMonthYear,
    /// `11/21/2026`.
    MonthDayYear,
}

/// The sign between the whole and the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalSign {
    /// `1 107,00`.
    Comma,
    /// `1,107.00`.
    Point,
}

/// What the values of a column say about how they are to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "reading")]
pub enum ColumnReading<T> {
    /// There is nothing of the kind in the column.
    Nothing,
    /// Every value fits this reading and no other.
    Sure {
        /// The reading.
        value: T,
    },
    /// Every value fits two readings, which give different results.
    Ambiguous {
        /// A value that shows it, as it stands in the file.
        example: String,
        /// What the value would be under each reading, unmistakably: ISO dates, numbers with a plain point.
        readings: Vec<(T, String)>,
    },
    /// No reading fits every value.
    Mixed,
}

impl ColumnReading<DateOrder> {
    /// The question that an ambiguous column asks, in words: `03/04/2026: 3 april 2026 eller 4 mars 2026?`
    pub fn question(&self, language: Language) -> Option<String> {
        let in_words = |plain: &str| plain.parse().map_or(plain.to_owned(), |date| long_date(date, language));
        self.question_with(language, in_words)
    }
}

impl ColumnReading<DecimalSign> {
    /// The question that an ambiguous column asks, in words: `1.000: 1 000 eller 1,000?`
    pub fn question(&self, language: Language) -> Option<String> {
        self.question_with(language, |plain| shown_number(plain, language))
    }
}

impl<T> ColumnReading<T> {
    fn question_with(&self, language: Language, in_words: impl Fn(&str) -> String) -> Option<String> {
        let Self::Ambiguous { example, readings } = self else { return None };
        let or = match language {
            Language::Sv | Language::Nb => " eller ",
            Language::En => " or ",
        };
        let mut words: Vec<String> = readings.iter().map(|(_, plain)| in_words(plain)).collect();
        words.dedup();
        Some(format!("{example}: {}?", words.join(or)))
    }
}

/// A plain number as the language shows it, with the hard blank or the comma between thousands.
fn shown_number(plain: &str, language: Language) -> String {
    let (group, point) = if language == Language::En { (',', '.') } else { ('\u{a0}', ',') };
    let (whole, decimals) = plain.split_once('.').map_or((plain, None), |(whole, decimals)| (whole, Some(decimals)));
    let mut shown = String::new();
    for (place, digit) in whole.chars().enumerate() {
        let left = whole.len() - place;
        if place > 0 && left.is_multiple_of(3) && !shown.ends_with('-') {
            shown.push(group);
        }
        shown.push(digit);
    }
    if let Some(decimals) = decimals {
        shown.push(point);
        shown.push_str(decimals);
    }
    shown
}

/// The order of dates in a column.
pub fn date_order<'a>(values: impl IntoIterator<Item = &'a str>) -> ColumnReading<DateOrder> {
    let dates: Vec<&str> = values.into_iter().map(str::trim).filter(|value| looks_like_a_date(value)).collect();
    let orders = [DateOrder::YearMonthDay, DateOrder::DayMonthYear, DateOrder::MonthDayYear];
    let fitting = orders.into_iter().filter(|order| dates.iter().all(|date| parse_date(date, *order).is_some()));
    let reading_of = |order: DateOrder, date: &str| parse_date(date, order).map(|date| date.to_string());
    judged(&dates, &fitting.collect::<Vec<_>>(), reading_of)
}

/// The decimal sign of a column. `1.000` alone is asked about: a thousand, or one with three decimals?
pub fn decimal_sign<'a>(values: impl IntoIterator<Item = &'a str>) -> ColumnReading<DecimalSign> {
    let numbers: Vec<&str> = values
        .into_iter()
        .map(str::trim)
        .filter(|value| looks_like_a_number(value) && value.contains([',', '.']))
        .collect();
    let signs = [DecimalSign::Comma, DecimalSign::Point];
    let fitting = signs.into_iter().filter(|sign| numbers.iter().all(|number| plain_number(number, *sign).is_some()));
    judged(&numbers, &fitting.collect::<Vec<_>>(), |sign, number| plain_number(number, sign))
}

/// What is left of several readings that fit every value: those that give different results for at least one.
fn judged<T: Copy>(values: &[&str], fitting: &[T], read: impl Fn(T, &str) -> Option<String>) -> ColumnReading<T> {
    if values.is_empty() {
        return ColumnReading::Nothing;
    }
    let Some(first) = fitting.first() else { return ColumnReading::Mixed };
    for value in values {
        let readings: Vec<(T, String)> =
            fitting.iter().filter_map(|reading| Some((*reading, read(*reading, value)?))).collect();
        if readings.iter().any(|(_, result)| Some(result) != readings.first().map(|(_, result)| result)) {
            return ColumnReading::Ambiguous { example: (*value).to_owned(), readings };
        }
    }
    ColumnReading::Sure { value: *first }
}

/// Reads a date in a known order. Two digits of a year are of this century up to 79; nobody moved in before 1980.
///
/// A date with points is never read with the month first, since nobody writes so.
pub fn parse_date(text: &str, order: DateOrder) -> Option<NaiveDate> {
    let text = text.trim();
    // A spreadsheet adds midnight to a date that was made from an instant.
    let text = text.strip_suffix(" 00:00:00").or_else(|| text.strip_suffix("T00:00:00")).unwrap_or(text);
    let separator = text.chars().find(|letter| !letter.is_ascii_digit());
    let parts: Vec<&str> = match separator {
        Some(separator @ ('-' | '/' | '.')) => text.trim_end_matches('.').split(separator).map(str::trim).collect(),
        None if text.len() == 8 && order == DateOrder::YearMonthDay => vec![&text[..4], &text[4..6], &text[6..]],
        _ => return None,
    };
    if separator == Some('.') && order == DateOrder::MonthDayYear {
        return None;
    }
    let [first, second, third] = parts.as_slice() else { return None };
    let (year, month, day) = match order {
        DateOrder::YearMonthDay => (first, second, third),
        DateOrder::DayMonthYear => (third, second, first),
        DateOrder::MonthDayYear => (third, first, second),
    };
    let short = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !short(month) || !short(day) || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year = match (year.len(), year.parse::<i32>().ok()?) {
        (4, year @ 1800..) => year,
        (2, year @ 0..80) => 2000 + year,
        (2, year) => 1900 + year,
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

/// Whether a text has the form of a date in some order.
pub(crate) fn looks_like_a_date(text: &str) -> bool {
    [DateOrder::YearMonthDay, DateOrder::DayMonthYear, DateOrder::MonthDayYear]
        .into_iter()
        .any(|order| parse_date(text, order).is_some())
}

/// Whether a text has the form of a number in some reading.
pub(crate) fn looks_like_a_number(text: &str) -> bool {
    plain_number(text, DecimalSign::Comma).is_some() || plain_number(text, DecimalSign::Point).is_some()
}

/// The number with an ASCII minus, a point and nothing else, or none if it does not fit the reading: groups must have
/// three digits, and the decimal sign may stand once.
pub fn plain_number(text: &str, sign: DecimalSign) -> Option<String> {
    let (point, group) = match sign {
        DecimalSign::Comma => (',', '.'),
        DecimalSign::Point => ('.', ','),
    };
    let text = text.trim().trim_end_matches("kr").trim_end();
    let (minus, text) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, decimals) = match text.split_once(point) {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (text, None),
    };
    let is_group = |letter: char| letter == group || matches!(letter, ' ' | '\u{a0}' | '\u{202f}' | '\'');
    let groups: Vec<&str> = whole.split(is_group).collect();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|part| part.len() == 3));
    if !grouped || !groups.iter().all(|part| digits(part)) || !decimals.is_none_or(digits) {
        return None;
    }
    // Nobody groups with a leading zero: 0.123 has decimals.
    if groups.len() > 1 && groups[0].starts_with('0') {
        return None;
    }
    let whole = groups.concat();
    Some(decimals.map_or_else(|| format!("{minus}{whole}"), |decimals| format!("{minus}{whole}.{decimals}")))
}

#[cfg(test)]
#[path = "columns_tests.rs"]
mod tests;
