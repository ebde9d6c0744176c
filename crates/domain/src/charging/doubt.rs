//! Why a session is doubted. Some doubts are only shown; others keep it from billing until somebody accepts it by name.

use crate::energy::Energy;
use crate::words::words;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;

words! {
    /// Something about a session that a person should look at.
    Doubt {
        /// The report lacked something that it must have.
        Incomplete = "incomplete",
        /// The clock of the charge point was more than an hour off: our own time was used.
        ClockWrong = "clock_wrong",
        /// The clock was more than five minutes off.
        ClockOff = "clock_off",
        /// Another session was open on the connector.
        AnotherOpen = "another_open",
        /// It claims to have begun before an earlier one of the same connector ended.
        Overlaps = "overlaps",
        /// Its register began below where the one before it ended.
        StartsBelowLastStop = "starts_below_last_stop",
        /// The register fell on the way.
        RegisterFell = "register_fell",
        /// The register was negative.
        NegativeRegister = "negative_register",
        /// More energy than the fuse can carry in the time (R6).
        MoreThanTheFuse = "more_than_the_fuse",
        /// It ended before it began.
        StopBeforeStart = "stop_before_start",
        /// The last register is below the first.
        StopsBelowStart = "stops_below_start",
        /// Readings outside the time of the session were left out.
        ReadingsOutside = "readings_outside",
        /// The readings on the way come from another register than start and stop, which alone were counted.
        TwoMeters = "two_meters",
        /// A part was spread over a time without readings.
        Estimated = "estimated",
        /// The tag belongs to nobody we know.
        UnknownTag = "unknown_tag",
        /// Another tag ended it.
        StoppedByAnotherTag = "stopped_by_another_tag",
        /// Its stop was never heard of.
        NoStop = "no_stop",
        /// Its start was never heard of.
        NoStart = "no_start",
    }
}

impl Doubt {
    /// Whether the session is kept from billing.
    pub const fn blocks(self) -> bool {
        match self {
            Self::Incomplete
            | Self::ClockWrong
            | Self::Overlaps
            | Self::StartsBelowLastStop
            | Self::RegisterFell
            | Self::NegativeRegister
            | Self::MoreThanTheFuse
            | Self::StopBeforeStart
            | Self::StopsBelowStart
            | Self::NoStop
            | Self::NoStart => true,
            Self::ClockOff
            | Self::AnotherOpen
            | Self::ReadingsOutside
            | Self::TwoMeters
            | Self::Estimated
            | Self::UnknownTag
            | Self::StoppedByAnotherTag => false,
        }
    }
}

/// Doubts, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doubts(BTreeSet<Doubt>);

impl Doubts {
    /// Adds one when it holds.
    pub fn when(&mut self, doubt: Doubt, holds: bool) {
        if holds {
            self.0.insert(doubt);
        }
    }

    /// Adds others.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Doubt>) {
        self.0.extend(others);
    }

    /// Whether any of them keeps the session from billing.
    pub fn block(&self) -> bool {
        self.0.iter().any(|doubt| doubt.blocks())
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Doubt> + '_ {
        self.0.iter().copied()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Clocks are compared with this tolerance.
pub const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// Beyond this, the time of a charge point is not used (R7).
pub const HOUR: TimeDelta = TimeDelta::hours(1);

/// What is made of a time that a charge point claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Believed {
    /// The time that tariffs use. What was claimed stays stored beside it.
    pub at: DateTime<Utc>,
    /// What is doubted of it.
    pub doubt: Option<Doubt>,
}

/// Judges a claimed time by when the message came.
///
/// Messages are queued while a charge point is offline, so a time in the past is believed, unless it lies before any
/// clock that was ever set. A time in the future is believed within five minutes, shown up to an hour, and replaced
/// beyond. A missing time is the time of the message.
pub fn believe(claimed: Option<DateTime<Utc>>, received_at: DateTime<Utc>) -> Believed {
    let Some(claimed) = claimed else { return Believed { at: received_at, doubt: Some(Doubt::Incomplete) } };
    let ahead = claimed - received_at;
    if claimed < clocks_began() || ahead > HOUR {
        Believed { at: received_at, doubt: Some(Doubt::ClockWrong) }
    } else if ahead > TOLERANCE {
        Believed { at: received_at, doubt: Some(Doubt::ClockOff) }
    } else {
        Believed { at: claimed, doubt: None }
    }
}

/// No OCPP 1.6 charge point was made earlier: such a clock was never set.
fn clocks_began() -> DateTime<Utc> {
    DateTime::from_timestamp(1_420_070_400, 0).unwrap_or(DateTime::UNIX_EPOCH)
}

/// The most energy that a fuse lets through in a time, with a tenth to spare (R6).
pub fn most_energy(fuse_a: u32, phases: u32, length: TimeDelta) -> Energy {
    const VOLT: i128 = 230;
    let seconds = i128::from(length.num_seconds().max(0)) + 1;
    let wh = i128::from(fuse_a) * i128::from(phases) * VOLT * seconds * 11 / (3_600 * 10);
    Energy::from_wh(i64::try_from(wh).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn every_doubt_has_a_word_of_its_own() {
        let words: BTreeSet<&str> = Doubt::ALL.iter().map(|doubt| doubt.word()).collect();
        assert_eq!(words.len(), Doubt::ALL.len());
        assert!(Doubt::ALL.iter().all(|doubt| Doubt::from_word(doubt.word()) == Some(*doubt)));
    }

    #[rstest]
    #[case::online(0, true, None)]
    #[case::queued_for_weeks(-30 * 86_400, true, None)]
    #[case::within_tolerance(299, true, None)]
    #[case::off(400, false, Some(Doubt::ClockOff))]
    #[case::wrong(3_700, false, Some(Doubt::ClockWrong))]
    #[case::year_2099(73 * 31_557_600, false, Some(Doubt::ClockWrong))]
    #[case::year_1970(-56 * 31_557_600, false, Some(Doubt::ClockWrong))]
    fn a_claimed_time_is_believed_as_far_as_a_clock_can_be(
        #[case] ahead_s: i64,
        #[case] believed: bool,
        #[case] doubt: Option<Doubt>,
    ) {
        let received = DateTime::from_timestamp(1_795_000_000, 0).expect("in range");
        let claimed = received + TimeDelta::seconds(ahead_s);
        let expected = Believed { at: if believed { claimed } else { received }, doubt };
        assert_eq!(believe(Some(claimed), received), expected);
        assert_eq!(believe(None, received).doubt, Some(Doubt::Incomplete));
    }

    #[test]
    fn a_fuse_lets_through_what_it_carries_and_a_tenth_more() {
        // 32 A on three phases: 22.08 kW.
        assert_eq!(most_energy(32, 3, TimeDelta::seconds(3_599)), Energy::from_wh(24_288));
        assert_eq!(most_energy(16, 1, TimeDelta::seconds(3_599)), Energy::from_wh(4_048));
    }
}
