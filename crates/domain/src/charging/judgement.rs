//! What is believed of a session: its register readings in one line, its energy, and every doubt that follows from them.
//!
//! A start, the readings on the way and a stop come from one meter, or should. Some charge points report start and stop
//! from one register and the readings from another; then the two ends count, and the readings only say when.

use super::doubt::{Doubt, Doubts, most_energy};
use super::reading::{Certainty, Interval, Reading, Series};
use crate::energy::Energy;
use chrono::TimeDelta;

/// Everything that the energy of a session follows from.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The start; none when its report named no register.
    pub start: Option<Reading>,
    /// The readings on the way.
    pub readings: Series,
    /// The stop; none while it is not heard of, or named no register.
    pub stop: Option<Reading>,
    /// Whether it is over. Ours or the charge point's word, it makes no difference here.
    pub is_over: bool,
    /// The fuse before the charge point, in ampere.
    pub fuse_a: u32,
    /// How many phases are connected.
    pub phases: u32,
    /// Where the register stood when the session before it on the connector ended, if it is a register that only rises.
    pub register_before: Option<Energy>,
    /// Whether it shares time with another session of the connector.
    pub overlaps: bool,
}

/// What is believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// The energy of each quarter, without holes; what is billed.
    pub intervals: Vec<Interval>,
    /// All of it.
    pub energy: Energy,
    /// The last reading, in the register of the start.
    pub last: Option<Reading>,
    /// What is doubted of it: the doubts of [`Judgement::FOLLOWS`] and no other.
    pub doubts: Doubts,
}

/// A reading may come so late after the start that this much of the fuse's energy has flowed in between unseen.
const SLACK: TimeDelta = TimeDelta::minutes(15);

impl Judgement {
    /// The doubts that follow from the evidence. They are found anew each time more of it arrives; all others were noted
    /// when something was reported, and stay.
    pub const FOLLOWS: &'static [Doubt] = &[
        Doubt::Overlaps,
        Doubt::StartsBelowLastStop,
        Doubt::RegisterFell,
        Doubt::NegativeRegister,
        Doubt::MoreThanTheFuse,
        Doubt::StopBeforeStart,
        Doubt::StopsBelowStart,
        Doubt::Estimated,
        Doubt::TwoMeters,
    ];

    /// Judges a session by all that is known of it.
    pub fn of(evidence: &Evidence) -> Self {
        let mut doubts = Doubts::default();
        let (series, two_meters) = evidence.in_one_line();
        let intervals = series.intervals();
        let energy = intervals.iter().map(|it| it.energy).sum();
        let ends = evidence.start.zip(evidence.stop);
        let is = |certainty| intervals.iter().any(|it| it.certainty == certainty);
        let length = series.first().zip(series.last()).map_or(TimeDelta::zero(), |(first, last)| last.at - first.at);
        let most = most_energy(evidence.fuse_a, evidence.phases, length);
        let negative = |reading: Option<Reading>| reading.is_some_and(|it| it.register.is_negative());
        doubts.when(Doubt::TwoMeters, two_meters);
        doubts.when(Doubt::RegisterFell, is(Certainty::Unknown));
        doubts.when(Doubt::Estimated, is(Certainty::Estimated));
        doubts.when(Doubt::MoreThanTheFuse, evidence.is_over && energy > most);
        doubts.when(Doubt::NegativeRegister, negative(evidence.start) || negative(evidence.stop));
        doubts.when(Doubt::StopBeforeStart, ends.is_some_and(|(start, stop)| stop.at < start.at));
        doubts.when(Doubt::StopsBelowStart, ends.is_some_and(|(start, stop)| stop.register < start.register));
        doubts.when(Doubt::Overlaps, evidence.overlaps);
        let fell_before = evidence.start.zip(evidence.register_before).is_some_and(|(it, before)| it.register < before);
        doubts.when(Doubt::StartsBelowLastStop, fell_before);
        Self { last: series.last(), intervals, energy, doubts }
    }
}

impl Evidence {
    /// Start, readings and stop as one series, and whether the readings are those of another register.
    fn in_one_line(&self) -> (Series, bool) {
        let shift = self.shift();
        let mut line = self.readings.shifted(shift.unwrap_or(Energy::ZERO));
        // A clock may be off by minutes between two reports; the start is first and the stop is last all the same.
        if let Some(start) = self.start {
            let at = line.first().map_or(start.at, |first| first.at.min(start.at));
            line.add(Reading { at, ..start });
        }
        if let Some(stop) = self.stop {
            let at = line.last().map_or(stop.at, |last| last.at.max(stop.at));
            line.add(Reading { at, ..stop });
        }
        (line, shift.is_some())
    }

    /// What has to be added to the readings when they come from another register than the start.
    ///
    /// Only when both ends say so, or the one that is known so far: a register that was changed on the way fits one end.
    fn shift(&self) -> Option<Energy> {
        let (start, first, last) = (self.start?, self.readings.first()?, self.readings.last()?);
        let fits = |from: Reading, to: Reading| {
            let most = most_energy(self.fuse_a, self.phases, (to.at - from.at).abs() + SLACK);
            !(to.register - from.register).is_negative() && to.register - from.register <= most
        };
        let strange = !fits(start, first)
            && !self.readings.falls()
            && match self.stop {
                None => true,
                Some(stop) => {
                    let (whole, seen) = (stop.register - start.register, last.register - first.register);
                    !fits(last, stop) && fits(start, stop) && seen <= whole
                }
            };
        strange.then(|| start.register - first.register)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use proptest::prelude::*;
    use rstest::rstest;

    fn reading(minutes: i64, wh: i64) -> Reading {
        let at = DateTime::from_timestamp(1_800_000_000 + minutes * 60, 0).expect("in range");
        Reading { at, register: Energy::from_wh(wh) }
    }

    /// One hour on 32 A and three phases, which can carry some 24 kWh.
    fn evidence(start: i64, readings: &[(i64, i64)], stop: i64) -> Evidence {
        let mut series = Series::default();
        for (minutes, wh) in readings {
            series.add(reading(*minutes, *wh));
        }
        Evidence {
            start: Some(reading(0, start)),
            readings: series,
            stop: Some(reading(60, stop)),
            is_over: true,
            fuse_a: 32,
            phases: 3,
            ..Evidence::default()
        }
    }

    const EVERY_QUARTER: &[(i64, i64)] = &[(15, 1_205_000), (30, 1_206_000), (45, 1_207_000)];

    #[rstest]
    #[case::clean(evidence(1_203_400, EVERY_QUARTER, 1_208_900), 5_500, &[])]
    #[case::without_readings(evidence(1_203_400, &[], 1_208_900), 5_500, &[Doubt::Estimated])]
    #[case::readings_of_another_meter(evidence(1_203_400, &[(15, 3), (30, 1_003), (45, 4_003)], 1_208_900), 5_500, &[Doubt::TwoMeters])]
    #[case::ends_of_another_meter(evidence(0, EVERY_QUARTER, 5_500), 5_500, &[Doubt::TwoMeters])]
    #[case::changed_on_the_way(evidence(1_203_400, &[(15, 1_204_000), (30, 0), (45, 500)], 1_000), 1_600, &[Doubt::RegisterFell, Doubt::StopsBelowStart])]
    #[case::too_much(evidence(0, &[(15, 10_000), (30, 20_000), (45, 30_000)], 40_000), 40_000, &[Doubt::MoreThanTheFuse])]
    #[case::backwards(evidence(5_500, &[], 0), 0, &[Doubt::RegisterFell, Doubt::StopsBelowStart])]
    #[case::below_nothing(evidence(-500, &[(15, 0), (30, 100), (45, 200)], 500), 1_000, &[Doubt::NegativeRegister])]
    fn energy_and_doubts_follow_from_the_evidence(
        #[case] evidence: Evidence,
        #[case] wh: i64,
        #[case] doubts: &[Doubt],
    ) {
        let judgement = Judgement::of(&evidence);
        assert_eq!(judgement.energy.wh(), wh);
        assert_eq!(judgement.doubts.iter().collect::<Vec<_>>(), doubts);
        assert!(judgement.doubts.iter().all(|doubt| Judgement::FOLLOWS.contains(&doubt)));
    }

    #[test]
    fn a_stop_that_claims_to_lie_before_its_start_is_doubted_and_its_energy_kept() {
        let mut evidence = evidence(1_000, &[], 1_500);
        evidence.stop = Some(reading(-600, 1_500));
        let judgement = Judgement::of(&evidence);
        assert_eq!(judgement.energy.wh(), 500);
        assert!(judgement.doubts.iter().any(|doubt| doubt == Doubt::StopBeforeStart));
    }

    #[test]
    fn a_register_that_only_rises_cannot_begin_below_where_it_was() {
        let before = |wh| Evidence {
            register_before: Some(Energy::from_wh(wh)),
            ..evidence(1_203_400, EVERY_QUARTER, 1_208_900)
        };
        assert!(Judgement::of(&before(1_203_400)).doubts.is_empty());
        let doubts: Vec<Doubt> = Judgement::of(&before(1_203_401)).doubts.iter().collect();
        assert_eq!(doubts, [Doubt::StartsBelowLastStop]);
    }

    proptest! {
        /// What is billed is what the register of start and stop rose by, whatever was lost, repeated or late between.
        #[test]
        fn the_ends_decide_whatever_readings_came(
            steps in proptest::collection::vec(0i64..300, 60),
            kept in proptest::collection::vec(proptest::bool::ANY, 60),
            other_meter in proptest::option::of(0i64..100),
        ) {
            let (base, mut wh) = (1_000_000, 0);
            let mut readings = Vec::new();
            for (minute, (step, kept)) in (0..).zip(steps.iter().zip(&kept)) {
                wh += step;
                if *kept {
                    readings.push((minute, other_meter.unwrap_or(base) + wh));
                }
            }
            let judgement = Judgement::of(&evidence(base, &readings, base + wh));
            prop_assert_eq!(judgement.energy.wh(), wh);
            prop_assert!(judgement.intervals.iter().all(|it| !it.energy.is_negative()));
            prop_assert!(!judgement.doubts.block(), "{:?}", judgement.doubts);
        }
    }
}
