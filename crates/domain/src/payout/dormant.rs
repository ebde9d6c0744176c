//! How long money has stood without anybody touching it.

use crate::words::words;
use chrono::{Months, NaiveDate};

words! {
    /// Since when nothing has moved.
    Age {
        /// Something has, of late.
        Fresh = "fresh",
        /// For three months.
        ThreeMonths = "three_months",
        /// For half a year.
        HalfYear = "half_year",
        /// For a year.
        Year = "year",
        /// For two years.
        TwoYears = "two_years",
    }
}

words! {
    /// Which of the money that is left is looked at.
    LeftOf {
        /// All of it.
        Everybody = "everybody",
        /// That of people who move or have moved out.
        MovedOut = "moved_out",
        /// That which nothing has touched for long.
        Dormant = "dormant",
    }
}

impl LeftOf {
    /// Whether it is looked at: what is of somebody who lives nowhere from a day on, and of that age.
    pub const fn keeps(self, moved_out_on: Option<NaiveDate>, age: Age) -> bool {
        match self {
            Self::Everybody => true,
            Self::MovedOut => moved_out_on.is_some(),
            Self::Dormant => age.is_dormant(),
        }
    }
}

/// From how many months on which age begins, the oldest first.
pub const AGES: [(u32, Age); 4] = [(24, Age::TwoYears), (12, Age::Year), (6, Age::HalfYear), (3, Age::ThreeMonths)];

impl Age {
    /// The age, on a day, of what was last moved on another: three months are over on the day with the same number.
    pub fn of(moved_on: NaiveDate, today: NaiveDate) -> Self {
        let is_older = |months: u32| moved_on.checked_add_months(Months::new(months)).is_some_and(|day| day <= today);
        AGES.into_iter().find(|(months, _)| is_older(*months)).map_or(Self::Fresh, |(_, age)| age)
    }

    /// Whether nothing has moved for as long as makes it dormant.
    pub const fn is_dormant(self) -> bool {
        !matches!(self, Self::Fresh)
    }
}
