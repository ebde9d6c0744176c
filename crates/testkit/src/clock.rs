//! A clock that stands still until a test turns it.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use std::sync::{Arc, Mutex};
use stolpe_ports::clock::Clock;

/// A clock that stands still until a test turns it.
#[derive(Clone, Debug)]
pub struct FakeClock(Arc<Mutex<DateTime<Utc>>>);

impl FakeClock {
    /// A clock that shows this instant.
    pub fn at(instant: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new(instant)))
    }

    /// Turns the clock forward.
    ///
    /// # Panics
    /// When another test thread broke while it held the clock.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }
}

impl Default for FakeClock {
    /// Noon in Stockholm on Saturday 21 November 2026.
    fn default() -> Self {
        Self::at(Utc.with_ymd_and_hms(2026, 11, 21, 11, 0, 0).unwrap())
    }
}

impl Clock for FakeClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}
