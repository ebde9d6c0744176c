//! Readings of a register, folded into quarter-hours as they arrive.
//!
//! Charge points send late, twice and out of order. So what is kept of a quarter is a *join*: first and last reading,
//! lowest and highest register. Joining is commutative, associative and idempotent; whatever the order, delay and
//! repetition of messages, the same readings end in the same quarters, and a quarter is small however often its meter
//! is read.

use crate::energy::Energy;
use crate::quarter::Quarter;
use crate::words::words;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// A register at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reading {
    /// When it was read.
    pub at: DateTime<Utc>,
    /// What it showed.
    pub register: Energy,
}

/// What is kept of the readings of one quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuarterReadings {
    /// The earliest; of several at one instant the lowest.
    pub first: Reading,
    /// The latest; of several at one instant the highest.
    pub last: Reading,
    /// The lowest register.
    pub lowest: Energy,
    /// The highest register.
    pub highest: Energy,
}

impl From<Reading> for QuarterReadings {
    fn from(reading: Reading) -> Self {
        Self { first: reading, last: reading, lowest: reading.register, highest: reading.register }
    }
}

impl QuarterReadings {
    /// Both together.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
            lowest: self.lowest.min(other.lowest),
            highest: self.highest.max(other.highest),
        }
    }

    /// Whether the register fell inside the quarter: a meter that was changed or started anew.
    pub fn falls(&self) -> bool {
        self.lowest < self.first.register || self.highest > self.last.register
    }

    /// What was taken between the first and the last reading; none when the register fell.
    fn inside(&self) -> Energy {
        if self.falls() { Energy::ZERO } else { self.last.register - self.first.register }
    }
}

words! {
    /// How well the energy of a quarter is known.
    Certainty {
        /// Readings stand close enough around its ends.
        Measured = "measured",
        /// Spread evenly over a time in which nothing was read.
        Estimated = "estimated",
        /// The register fell: what was taken in between is not known and counts as nothing (R5).
        Unknown = "unknown",
    }
}

/// The energy taken in one quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Which quarter.
    pub quarter: Quarter,
    /// How much; never negative.
    pub energy: Energy,
    /// How well that is known.
    pub certainty: Certainty,
}

/// A longer silence than this is no longer called measured: a quarter is then cut by a straight line over more than
/// its own length.
const SILENCE: TimeDelta = TimeDelta::minutes(20);

/// All readings of one session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series(BTreeMap<Quarter, QuarterReadings>);

impl Series {
    /// Takes in a reading.
    pub fn add(&mut self, reading: Reading) {
        self.join(Quarter::containing(reading.at), reading.into());
    }

    /// Takes in what was kept of a quarter.
    pub fn join(&mut self, quarter: Quarter, readings: QuarterReadings) {
        self.0.entry(quarter).and_modify(|kept| *kept = kept.join(readings)).or_insert(readings);
    }

    /// The same readings of a register that stands so much higher.
    #[must_use]
    pub fn shifted(&self, by: Energy) -> Self {
        let reading = |it: Reading| Reading { register: it.register + by, ..it };
        let shifted = |it: &QuarterReadings| QuarterReadings {
            first: reading(it.first),
            last: reading(it.last),
            lowest: it.lowest + by,
            highest: it.highest + by,
        };
        Self(self.0.iter().map(|(quarter, it)| (*quarter, shifted(it))).collect())
    }

    /// What is kept, oldest first.
    pub fn quarters(&self) -> impl DoubleEndedIterator<Item = (Quarter, QuarterReadings)> + '_ {
        self.0.iter().map(|(quarter, readings)| (*quarter, *readings))
    }

    /// The earliest reading.
    pub fn first(&self) -> Option<Reading> {
        self.0.values().next().map(|readings| readings.first)
    }

    /// The latest reading.
    pub fn last(&self) -> Option<Reading> {
        self.0.values().next_back().map(|readings| readings.last)
    }

    /// Whether the register fell somewhere.
    pub fn falls(&self) -> bool {
        let inside = self.0.values().any(QuarterReadings::falls);
        let between = self.0.values().zip(self.0.values().skip(1)).any(|(a, b)| b.first.register < a.last.register);
        inside || between
    }

    /// The energy of each quarter from the first reading to the last, without holes.
    ///
    /// Between two readings energy is spread evenly over the time, so the quarters add up to what the register rose by,
    /// to the watt-hour.
    pub fn intervals(&self) -> Vec<Interval> {
        let mut intervals: Vec<Interval> = Vec::new();
        let mut previous: Option<Reading> = None;
        for (quarter, readings) in self.quarters() {
            if let Some(previous) = previous {
                for part in between(previous, readings.first) {
                    add(&mut intervals, part);
                }
            }
            let certainty = if readings.falls() { Certainty::Unknown } else { Certainty::Measured };
            add(&mut intervals, Interval { quarter, energy: readings.inside(), certainty });
            previous = Some(readings.last);
        }
        intervals
    }

    /// All energy that is known to have been taken.
    pub fn energy(&self) -> Energy {
        self.intervals().iter().map(|interval| interval.energy).sum()
    }
}

fn add(intervals: &mut Vec<Interval>, part: Interval) {
    match intervals.last_mut() {
        Some(last) if last.quarter == part.quarter => {
            last.energy = last.energy + part.energy;
            last.certainty = last.certainty.max(part.certainty);
        }
        _ => intervals.push(part),
    }
}

/// What was taken between two neighbouring readings, by quarter.
fn between(from: Reading, to: Reading) -> impl Iterator<Item = Interval> {
    let rise = to.register - from.register;
    let length = to.at - from.at;
    let certainty = if rise.is_negative() {
        Certainty::Unknown
    } else if length > SILENCE {
        Certainty::Estimated
    } else {
        Certainty::Measured
    };
    let rise = if rise.is_negative() { Energy::ZERO } else { rise };
    // Up to an instant, rounded down; each quarter takes the difference of its ends, so nothing is lost or made.
    let until = move |at: DateTime<Utc>| {
        if at >= to.at {
            return rise.wh();
        }
        let part = |span: TimeDelta| i128::from(span.num_microseconds().unwrap_or(i64::MAX));
        let wh = i128::from(rise.wh()) * part(at - from.at) / part(length).max(1);
        i64::try_from(wh).unwrap_or(rise.wh())
    };
    let (first, last) = (Quarter::containing(from.at).number(), Quarter::containing(to.at).number());
    (first..=last).map(Quarter::from_number).map(move |quarter| {
        let start = until(quarter.start().max(from.at));
        let end = until(quarter.end().min(to.at));
        Interval { quarter, energy: Energy::from_wh(end - start), certainty }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::Index;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("in range")
    }

    fn reading(seconds: i64, wh: i64) -> Reading {
        Reading { at: at(seconds), register: Energy::from_wh(wh) }
    }

    fn series(readings: &[Reading]) -> Series {
        let mut series = Series::default();
        for reading in readings {
            series.add(*reading);
        }
        series
    }

    fn shown(readings: &[Reading]) -> Vec<(i64, i64, Certainty)> {
        let first = Quarter::containing(at(0)).number();
        let intervals = series(readings).intervals();
        intervals.iter().map(|it| (it.quarter.number() - first, it.energy.wh(), it.certainty)).collect()
    }

    #[test]
    fn energy_between_two_readings_is_spread_over_the_time() {
        let even = [reading(600, 1_000), reading(1_200, 1_100)];
        assert_eq!(shown(&even), [(0, 50, Certainty::Measured), (1, 50, Certainty::Measured)]);
    }

    #[test]
    fn a_long_silence_is_an_estimate() {
        let silent = [reading(0, 0), reading(60, 10), reading(3_600 + 60, 3_610), reading(3_700, 3_615)];
        let shown = shown(&silent);
        assert_eq!(shown.iter().map(|it| it.1).sum::<i64>(), 3_615);
        assert_eq!(shown[2], (2, 900, Certainty::Estimated));
    }

    #[test]
    fn a_register_that_falls_is_never_billed_for_the_fall() {
        let changed = [reading(0, 5_000), reading(60, 5_100), reading(900, 0), reading(960, 40)];
        assert!(series(&changed).falls());
        assert_eq!(shown(&changed), [(0, 100, Certainty::Unknown), (1, 40, Certainty::Unknown)]);
        let inside = [reading(0, 5_000), reading(60, 0), reading(120, 30)];
        assert_eq!(shown(&inside), [(0, 0, Certainty::Unknown)]);
    }

    /// A register that only rises, read at rising instants.
    fn rising() -> impl Strategy<Value = Vec<Reading>> {
        proptest::collection::vec((0i64..2_000, 0i64..5_000), 1..60).prop_map(|steps| {
            let (mut seconds, mut wh) = (0, 1_000_000);
            steps
                .into_iter()
                .map(|(later, more)| {
                    (seconds, wh) = (seconds + later, wh + more);
                    reading(seconds, wh)
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn the_quarters_add_up_to_what_the_register_rose_by(readings in rising()) {
            let (first, last) = (readings[0].register, readings[readings.len() - 1].register);
            prop_assert_eq!(series(&readings).energy(), last - first);
        }

        #[test]
        fn order_and_repetition_change_nothing(readings in rising(), again in proptest::collection::vec(any::<Index>(), 0..20), shuffle in any::<u64>()) {
            let mut other = readings.clone();
            other.extend(again.iter().map(|index| *index.get(&readings)));
            fastrand::Rng::with_seed(shuffle).shuffle(&mut other);
            prop_assert_eq!(series(&other), series(&readings));
        }

        /// A lost message may move energy between quarters, never in or out of the whole, as long as the ends are there.
        #[test]
        fn a_lost_reading_loses_no_energy(readings in rising(), lost in any::<Index>()) {
            prop_assume!(readings.len() > 2);
            let mut fewer = readings.clone();
            fewer.remove(1 + lost.index(readings.len() - 2));
            prop_assert_eq!(series(&fewer).energy(), series(&readings).energy());
        }

        #[test]
        fn no_interval_is_negative_and_none_is_missing(readings in proptest::collection::vec((0i64..20_000, 0i64..10_000), 1..40)) {
            let readings: Vec<Reading> = readings.into_iter().map(|(seconds, wh)| reading(seconds, wh)).collect();
            let intervals = series(&readings).intervals();
            prop_assert!(intervals.iter().all(|interval| !interval.energy.is_negative()));
            prop_assert!(intervals.windows(2).all(|pair| pair[0].quarter.next() == pair[1].quarter));
        }

        #[test]
        fn batches_join_like_single_readings(readings in rising(), cut in any::<Index>()) {
            let (one, two) = readings.split_at(cut.index(readings.len()));
            let mut joined = series(one);
            for (quarter, kept) in series(two).quarters() {
                joined.join(quarter, kept);
            }
            prop_assert_eq!(joined, series(&readings));
        }
    }
}
