//! How guessing is slowed down: how many tries are free, how long the wait grows, and when tries are forgotten.

use chrono::{DateTime, TimeDelta, Utc};
use std::net::{IpAddr, Ipv6Addr};

/// Tries at one thing so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How many, less those that are forgotten.
    pub tries: i64,
    /// When the last one was.
    pub last_at: DateTime<Utc>,
}

/// How tries at one kind of thing are slowed down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// From this try on there is a wait after each.
    free: i64,
    /// The first wait; each further one is twice as long.
    first_wait_s: i64,
    /// No wait is longer.
    longest_wait_s: i64,
    /// One try is forgotten for each time that passes without another.
    forget_one_s: i64,
}

impl Throttle {
    /// Silence after which every try is forgotten, so that nothing need be kept for longer.
    pub const FORGET_ALL: TimeDelta = TimeDelta::days(7);

    /// Guesses at a secret: five for people who mistype; then the wait doubles from thirty seconds to an hour.
    pub const SECRET: Self = Self { free: 5, first_wait_s: 30, longest_wait_s: 3_600, forget_one_s: 6 * 3_600 };
    /// Links to choose a password that are asked for in one name: a full mailbox helps nobody.
    pub const RESET: Self = Self { free: 3, first_wait_s: 300, longest_wait_s: 3_600, forget_one_s: 3_600 };
    /// Whatever comes from one address: a whole office may stand behind it, so many are free, and then one a minute.
    pub const ADDRESS: Self = Self { free: 30, first_wait_s: 60, longest_wait_s: 60, forget_one_s: 60 };

    /// What is left of a tally after the silence since its last try.
    fn remembered(self, tally: Tally, at: DateTime<Utc>) -> i64 {
        let silence = (at - tally.last_at).num_seconds();
        if silence >= Self::FORGET_ALL.num_seconds() {
            return 0;
        }
        // A clock that was set back makes nothing forgotten and nothing worse.
        tally.tries.saturating_sub(silence.max(0) / self.forget_one_s).max(0)
    }

    /// Until when the next try must wait, if it must; never longer from now than the longest wait.
    pub fn waits_until(self, tally: Tally, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // Twenty doublings of any first wait are beyond every longest one.
        let over = tally.tries.checked_sub(self.free).filter(|over| *over >= 0)?.min(20);
        let doubled = self.first_wait_s.saturating_mul(1 << over);
        let until = tally.last_at + TimeDelta::seconds(doubled.min(self.longest_wait_s));
        let latest = at + TimeDelta::seconds(self.longest_wait_s);
        Some(until.min(latest)).filter(|until| *until > at)
    }

    /// Counts a try.
    ///
    /// # Errors
    /// The instant until which no try is looked at; then it is not counted either.
    pub fn count(self, tally: Option<Tally>, at: DateTime<Utc>) -> Result<Tally, DateTime<Utc>> {
        let Some(tally) = tally else { return Ok(Tally { tries: 1, last_at: at }) };
        match self.waits_until(tally, at) {
            Some(until) => Err(until),
            None => Ok(Tally { tries: self.remembered(tally, at).saturating_add(1), last_at: at }),
        }
    }
}

/// Whom an address stands for: one machine, or in IPv6 the line of one customer, who has 2^64 addresses to try from.
pub fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(it) => IpAddr::V4(it),
        IpAddr::V6(it) => {
            let [a, b, c, d, ..] = it.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    const ALL: [Throttle; 3] = [Throttle::SECRET, Throttle::RESET, Throttle::ADDRESS];

    fn second(n: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(n)
    }

    #[rstest]
    #[case(4, None)]
    #[case(5, Some(30))]
    #[case(6, Some(60))]
    #[case(11, Some(1_920))]
    #[case(12, Some(3_600))]
    #[case(4_000, Some(3_600))]
    #[case(i64::MAX, Some(3_600))]
    fn the_wait_doubles_and_has_a_ceiling(#[case] tries: i64, #[case] seconds: Option<i64>) {
        let tally = Tally { tries, last_at: second(0) };
        assert_eq!(Throttle::SECRET.waits_until(tally, second(0)), seconds.map(second));
    }

    #[rstest]
    #[case("192.0.2.7", "192.0.2.7")]
    #[case("::ffff:192.0.2.7", "192.0.2.7")]
    #[case("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    fn a_neighbourhood_is_a_machine_or_a_line(#[case] address: &str, #[case] whom: &str) {
        assert_eq!(neighbourhood(address.parse().unwrap()), whom.parse::<IpAddr>().unwrap());
    }

    proptest! {
        #[test]
        fn however_tries_are_spread_over_a_day_only_so_many_are_looked_at(
            which in 0_usize..3, mut times in proptest::collection::vec(0_i64..86_400, 0..400),
        ) {
            let throttle = ALL[which];
            times.sort_unstable();
            let mut tally = None;
            let mut looked_at = 0;
            for at in times {
                if let Ok(counted) = throttle.count(tally, second(at)) {
                    tally = Some(counted);
                    looked_at += 1;
                }
            }
            // The free ones, one for each doubling of the wait, one for each longest wait, and what was forgotten.
            let forgotten = (86_400 / throttle.forget_one_s).min(86_400 / throttle.first_wait_s);
            prop_assert!(looked_at <= throttle.free + 8 + 86_400 / throttle.longest_wait_s + forgotten);
        }

        #[test]
        fn nobody_waits_longer_than_the_longest_wait_even_when_the_clock_is_set_back(
            which in 0_usize..3, tries in 0_i64..1_000, last in 0_i64..1_000_000_000, at in 0_i64..1_000_000_000,
        ) {
            let throttle = ALL[which];
            let until = throttle.waits_until(Tally { tries, last_at: second(last) }, second(at));
            if let Some(until) = until {
                prop_assert!(until > second(at));
                prop_assert!(until <= second(at + throttle.longest_wait_s));
                let then = throttle.count(Some(Tally { tries, last_at: second(last) }), until);
                prop_assert!(then.is_ok() || at < last, "whoever has waited may try");
            }
        }

        #[test]
        fn silence_makes_everything_good_again(which in 0_usize..3, tries in 0_i64..1_000_000, at in 0_i64..1_000_000) {
            let tally = Tally { tries, last_at: second(at) };
            let later = second(at) + Throttle::FORGET_ALL;
            prop_assert_eq!(ALL[which].count(Some(tally), later), Ok(Tally { tries: 1, last_at: later }));
        }

        #[test]
        fn a_try_that_must_wait_is_not_counted_and_one_that_is_counted_never_lowers_the_tally_at_once(
            which in 0_usize..3, tries in 0_i64..1_000, at in 0_i64..1_000_000,
        ) {
            let tally = Tally { tries, last_at: second(at) };
            match ALL[which].count(Some(tally), second(at)) {
                Ok(counted) => prop_assert_eq!(counted.tries, tries + 1),
                Err(until) => prop_assert_eq!(ALL[which].waits_until(tally, second(at)), Some(until)),
            }
        }
    }
}
