//! Time, as something that is asked for, so that tests can turn it.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// Where the present instant comes from.
pub trait Clock: Send + Sync {
    /// The present instant, in whole microseconds: Postgres keeps no more, and a value must survive the round trip.
    fn now(&self) -> DateTime<Utc>;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the product asks the machine for the time")]
    fn now(&self) -> DateTime<Utc> {
        whole_micros(Utc::now())
    }
}

/// Cuts an instant to whole microseconds.
pub fn whole_micros(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
}
