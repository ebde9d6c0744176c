//! Months that are locked: up to where the books are closed, and what may still be done about it.

use crate::local_day::Month;
use chrono::NaiveDate;

/// The first day on which anything can be posted; none while no month ever was locked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenFrom(Option<NaiveDate>);

/// Why a month is not locked or opened, or a date not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodRefusal {
    /// The month goes on.
    #[error("the month is not over")]
    NotOver,
    /// It is locked already, or the day lies in a month that is.
    #[error("the month is locked")]
    Locked,
    /// Another month comes first.
    #[error("months are locked one after the other")]
    NotNext,
    /// It is not the last of the months that are locked.
    #[error("only the last locked month is opened again")]
    NotLast,
}

impl PeriodRefusal {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotOver => "period.not_over",
            Self::Locked => "period.locked",
            Self::NotNext => "period.not_next",
            Self::NotLast => "period.not_last",
        }
    }
}

impl OpenFrom {
    /// As it is kept.
    pub const fn of(day: Option<NaiveDate>) -> Self {
        Self(day)
    }

    /// As it is kept.
    pub const fn day(self) -> Option<NaiveDate> {
        self.0
    }

    /// The day on which something stands in the books that counts on a day: that day, or the first one that is open.
    pub fn booked_on(self, value_on: NaiveDate) -> NaiveDate {
        self.0.map_or(value_on, |open| open.max(value_on))
    }

    /// Whether a month is locked.
    pub fn is_locked(self, month: Month) -> bool {
        self.0.is_some_and(|open| month.last_day() < open)
    }

    /// Sees to it that a document may have this date.
    ///
    /// # Errors
    /// [`PeriodRefusal::Locked`].
    pub fn may_date(self, on: NaiveDate) -> Result<(), PeriodRefusal> {
        if self.booked_on(on) == on { Ok(()) } else { Err(PeriodRefusal::Locked) }
    }

    /// Locks a month that is over, and with the first one every month before.
    ///
    /// # Errors
    /// [`PeriodRefusal`].
    pub fn lock(self, month: Month, today: NaiveDate) -> Result<Self, PeriodRefusal> {
        match self.0 {
            _ if self.is_locked(month) => Err(PeriodRefusal::Locked),
            Some(open) if open != month.first_day() => Err(PeriodRefusal::NotNext),
            _ if today <= month.last_day() => Err(PeriodRefusal::NotOver),
            _ => Ok(Self(Some(month.next().first_day()))),
        }
    }

    /// Opens the last month that was locked; `first` where it was the first one.
    ///
    /// # Errors
    /// [`PeriodRefusal::NotLast`].
    pub fn unlock(self, month: Month, first: bool) -> Result<Self, PeriodRefusal> {
        if self.0 == Some(month.next().first_day()) {
            Ok(Self((!first).then(|| month.first_day())))
        } else {
            Err(PeriodRefusal::NotLast)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).expect("a day")
    }

    fn month(number: u32) -> Month {
        Month::of(day(number, 1))
    }

    #[test]
    fn months_are_locked_when_they_are_over_one_after_the_other_and_opened_from_the_last() {
        let books = OpenFrom::default();
        assert_eq!(books.lock(month(10), day(10, 31)), Err(PeriodRefusal::NotOver));
        let october = books.lock(month(10), day(11, 1)).expect("it is over");
        assert_eq!(october.lock(month(10), day(11, 1)), Err(PeriodRefusal::Locked));
        assert_eq!(
            october.lock(month(1), day(11, 1)),
            Err(PeriodRefusal::Locked),
            "those before it are locked with it"
        );
        assert_eq!(october.lock(month(12), day(12, 31)), Err(PeriodRefusal::NotNext));
        assert_eq!(october.lock(month(11), day(10, 31)), Err(PeriodRefusal::NotOver), "a clock set back locks nothing");
        let november = october.lock(month(11), day(12, 1)).expect("it is over");
        assert_eq!(november.unlock(month(10), true), Err(PeriodRefusal::NotLast));
        assert_eq!(november.unlock(month(11), false), Ok(october));
        assert_eq!(october.unlock(month(10), true), Ok(books));
        assert_eq!(november.may_date(day(11, 30)), Err(PeriodRefusal::Locked));
        assert_eq!(november.may_date(day(12, 1)), Ok(()));
    }

    proptest! {
        #[test]
        fn nothing_is_booked_before_the_first_open_day_nor_before_its_own(locked in 1u32..12, offset in 0u64..400) {
            let books = OpenFrom::default().lock(month(locked), day(12, 31)).expect("it is over");
            let value_on = day(1, 1) + chrono::Days::new(offset);
            let booked = books.booked_on(value_on);
            prop_assert!(books.may_date(booked).is_ok() && booked >= value_on);
            prop_assert!(booked == value_on || books.is_locked(Month::of(value_on)));
        }
    }
}
