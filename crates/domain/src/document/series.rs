//! Numbers without gaps: one series for each organisation, kind of document and fiscal year.
//!
//! A number is given in the transaction that issues, never before and never by a desk of its own; a document that turns
//! out faulty keeps it. So the series of a year is 1, 2, 3 … by number and by date at once, and a page can prove it.

use chrono::{Datelike as _, NaiveDate};
use std::fmt;

/// The fiscal year of an organisation, called by the calendar year in which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FiscalYear(pub i32);

impl FiscalYear {
    /// The year in which a day lies; `first_month` is 1 for the calendar year.
    pub fn of(day: NaiveDate, first_month: u32) -> Self {
        Self(if day.month() < first_month { day.year() - 1 } else { day.year() })
    }
}

/// The number of a document within its series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    /// The year of the series.
    pub year: FiscalYear,
    /// 1 for the first.
    pub place: i64,
}

impl Number {
    /// The digits that a payment reference is made of: those that are printed.
    pub fn digits(self) -> String {
        format!("{:04}{:04}", self.year.0, self.place)
    }
}

/// As printed: `2026-0001`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:04}", self.year.0, self.place)
    }
}

/// A series as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Series {
    /// Its year.
    pub year: FiscalYear,
    /// The place that is given next.
    pub next: i64,
    /// The date of the last document.
    pub last_on: Option<NaiveDate>,
}

/// Why no number can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeriesRefusal {
    /// A later number must not have an earlier date.
    #[error("the series has a document of a later date, {0}")]
    Earlier(NaiveDate),
}

impl SeriesRefusal {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Earlier(_) => "document.earlier_than_last",
        }
    }
}

impl Series {
    /// A series in which nothing was issued.
    pub const fn begin(year: FiscalYear) -> Self {
        Self { year, next: 1, last_on: None }
    }

    /// Gives the next number to a document of a day.
    ///
    /// # Errors
    /// [`SeriesRefusal`]; the series then stays as it is.
    pub fn take(&mut self, on: NaiveDate) -> Result<Number, SeriesRefusal> {
        if let Some(last) = self.last_on.filter(|last| on < *last) {
            return Err(SeriesRefusal::Earlier(last));
        }
        let number = Number { year: self.year, place: self.next };
        self.next += 1;
        self.last_on = Some(on);
        Ok(number)
    }
}

/// Where a series does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Nothing has this place.
    Missing(i64),
    /// Two documents have it.
    Twice(i64),
    /// Its date is before that of the one before.
    Backwards(i64),
    /// The counter does not follow the last document.
    Counter {
        /// What it would give next.
        next: i64,
        /// What must come next.
        expected: i64,
    },
}

/// What a series was found to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proven {
    /// How many documents it has.
    pub documents: u64,
    /// Where it does not hold; nothing when it is sound.
    pub breaks: Vec<Break>,
}

/// Proves a series by its documents, in the order of their places; those that are void count like all.
pub fn prove(next: i64, documents: impl IntoIterator<Item = (i64, NaiveDate)>) -> Proven {
    let mut proven = Proven::default();
    let mut before: Option<(i64, NaiveDate)> = None;
    for (place, on) in documents {
        let expected = before.map_or(1, |(place, _)| place + 1);
        if place < expected {
            proven.breaks.push(Break::Twice(place));
        }
        proven.breaks.extend((expected..place).map(Break::Missing));
        if before.is_some_and(|(_, earlier)| on < earlier) {
            proven.breaks.push(Break::Backwards(place));
        }
        proven.documents += 1;
        before = Some((place, on));
    }
    let expected = before.map_or(1, |(place, _)| place + 1);
    if next != expected {
        proven.breaks.push(Break::Counter { next, expected });
    }
    proven
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).expect("a day")
    }

    #[rstest]
    #[case("2026-04-30", 5, 2025)]
    #[case("2026-05-01", 5, 2026)]
    #[case("2026-12-31", 1, 2026)]
    fn a_fiscal_year_is_called_by_its_beginning(#[case] day: NaiveDate, #[case] first_month: u32, #[case] year: i32) {
        assert_eq!(FiscalYear::of(day, first_month), FiscalYear(year));
    }

    #[test]
    fn numbers_and_dates_rise_together() {
        let mut series = Series::begin(FiscalYear(2026));
        assert_eq!(series.take(day(2)).map(|number| number.to_string()), Ok("2026-0001".to_owned()));
        assert_eq!(series.take(day(2)).map(Number::digits), Ok("20260002".to_owned()));
        assert_eq!(series.take(day(1)), Err(SeriesRefusal::Earlier(day(2))));
        assert_eq!(series.take(day(3)).map(|number| number.place), Ok(3), "a refusal takes no number");
    }

    #[test]
    fn a_broken_series_is_told_by_place() {
        let documents = [(1, day(1)), (2, day(3)), (2, day(3)), (5, day(2))];
        let breaks = [Break::Twice(2), Break::Missing(3), Break::Missing(4), Break::Backwards(5)];
        assert_eq!(prove(6, documents), Proven { documents: 4, breaks: breaks.to_vec() });
        assert_eq!(prove(3, [(1, day(1))]).breaks, [Break::Counter { next: 3, expected: 2 }]);
        assert_eq!(prove(1, []), Proven::default());
    }

    proptest! {
        #[test]
        fn whatever_is_asked_a_series_proves_itself(days in proptest::collection::vec(1u32..29, 0..40)) {
            let mut series = Series::begin(FiscalYear(2026));
            let mut documents = Vec::new();
            for asked in days {
                if let Ok(number) = series.take(day(asked)) {
                    documents.push((number.place, day(asked)));
                }
            }
            prop_assert_eq!(prove(series.next, documents).breaks, []);
        }
    }
}
