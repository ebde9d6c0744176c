//! What is written down once and holds from a day on, until something else does.
//!
//! What was written down is never changed: what holds on a day follows from everything that was written, so that what held
//! before can be told at any time.

use crate::words::words;
use chrono::NaiveDate;

/// Something that holds from a day on.
pub trait Dated {
    /// Its first day.
    fn applies_from(&self) -> NaiveDate;

    /// Counts what was written down of the same matter, from 1.
    fn place(&self) -> i64;
}

words! {
    /// Where something that was written down stands on a day.
    Standing {
        /// Its day has not come.
        Planned = "planned",
        /// It holds.
        InForce = "in_force",
        /// Something else has followed.
        Past = "past",
        /// Something else was written down for the same day later.
        Replaced = "replaced",
    }
}

/// What holds on a day: of what has begun by then, what begins last; of several for one day, what was written last.
/// Nothing while nobody has said anything.
pub fn in_force<D: Dated>(written: &[D], day: NaiveDate) -> Option<&D> {
    written.iter().filter(|it| it.applies_from() <= day).max_by_key(|it| (it.applies_from(), it.place()))
}

/// Where one of what was written down stands on a day.
pub fn standing_of<D: Dated>(written: &[D], it: &D, day: NaiveDate) -> Standing {
    if written.iter().any(|other| other.applies_from() == it.applies_from() && other.place() > it.place()) {
        Standing::Replaced
    } else if it.applies_from() > day {
        Standing::Planned
    } else if in_force(written, day).is_some_and(|holds| holds.place() == it.place()) {
        Standing::InForce
    } else {
        Standing::Past
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, PartialEq)]
    struct Written(u32, i64);

    impl Dated for Written {
        fn applies_from(&self) -> NaiveDate {
            day(self.0)
        }

        fn place(&self) -> i64 {
            self.1
        }
    }

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn written(days: &[u32]) -> Vec<Written> {
        days.iter().zip(1..).map(|(day, place)| Written(*day, place)).collect()
    }

    #[test]
    fn what_was_planned_for_later_stays_when_something_is_said_from_today() {
        use Standing::{InForce, Past, Planned, Replaced};
        let all = written(&[1, 20, 15, 15]);
        let standing = |today| all.iter().map(|it| standing_of(&all, it, day(today))).collect::<Vec<_>>();
        assert_eq!(standing(10), [InForce, Planned, Replaced, Planned]);
        assert_eq!(standing(15), [Past, Planned, Replaced, InForce]);
        assert_eq!(standing(20), [Past, InForce, Replaced, Past]);
        assert_eq!(in_force(&written(&[5]), day(4)), None);
    }

    proptest! {
        #[test]
        fn one_at_most_is_in_force_and_it_is_what_holds(
            days in prop::collection::vec(1_u32..29, 0..12), today in 1_u32..29,
        ) {
            let all = written(&days);
            let stands = |it: &&Written| standing_of(&all, it, day(today)) == Standing::InForce;
            let standing: Vec<&Written> = all.iter().filter(stands).collect();
            prop_assert_eq!(standing.first().copied(), in_force(&all, day(today)));
            prop_assert!(standing.len() <= 1);
        }
    }
}
