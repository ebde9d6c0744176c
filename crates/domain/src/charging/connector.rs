//! How a connector is, in the words of the desk (requirements.md "Status vocabulary EVC"), from what the charge point
//! says and from what we know beyond it.

use crate::words::words;
use chrono::{DateTime, TimeDelta, Utc};

words! {
    /// The status of a connector as OCPP 1.6 names it (7.7).
    Status {
        /// Free.
        Available = "Available",
        /// Somebody is there; it does not charge yet.
        Preparing = "Preparing",
        /// Energy flows.
        Charging = "Charging",
        /// The charge point holds back.
        SuspendedEvse = "SuspendedEVSE",
        /// The car holds back.
        SuspendedEv = "SuspendedEV",
        /// Over; the cable is still in.
        Finishing = "Finishing",
        /// Kept for somebody.
        Reserved = "Reserved",
        /// Out of service.
        Unavailable = "Unavailable",
        /// Broken.
        Faulted = "Faulted",
    }
}

words! {
    /// The state that the desk shows.
    Shown {
        /// Waits for somebody to plug in.
        Ready = "ready",
        /// Plugged in, not charging yet.
        Preparing = "preparing",
        /// The charge point waits: for a start, or for a cheap hour.
        Waiting = "waiting",
        /// The car has paused, or is full.
        PausedByCar = "paused_by_car",
        /// The car has said that it is full.
        Finished = "finished",
        /// Energy flows.
        Charging = "charging",
        /// Kept for somebody.
        Reserved = "reserved",
        /// Deactivated, or outside its opening hours.
        Deactivated = "deactivated",
        /// Broken, with a code.
        Fault = "fault",
        /// No connection.
        Offline = "offline",
        /// Prepared, and not heard of yet.
        Expected = "expected",
        /// Taken out of service for good (EVC-25).
        Decommissioned = "decommissioned",
        /// Its last report is too old to be shown as if it were now.
        Unknown = "unknown",
    }
}

/// What is known of a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// What it reported last, and when that was heard.
    pub reported: Option<(Status, DateTime<Utc>)>,
    /// When the charge point was last heard at all.
    pub heard_at: Option<DateTime<Utc>>,
    /// Whether a connection stands.
    pub connected: bool,
    /// Whether it was taken out of service for good.
    pub decommissioned: bool,
}

/// Silence on a standing connection after which nothing is shown as present: a heartbeat is due every five minutes, and
/// the connection itself may hang unnoticed for some.
pub const TOO_OLD: TimeDelta = TimeDelta::minutes(15);

impl Known {
    /// The state that is shown now.
    ///
    /// Out of service beats offline beats what was last reported: a report is worth only as much as the connection over
    /// which the next one would come.
    pub fn shown(&self, now: DateTime<Utc>) -> Shown {
        if self.decommissioned {
            return Shown::Decommissioned;
        }
        if !self.connected {
            return Shown::Offline;
        }
        let silent = self.heard_at.is_none_or(|at| now - at > TOO_OLD);
        match self.reported {
            Some((status, _)) if !silent => status.shown(),
            _ => Shown::Unknown,
        }
    }
}

impl Status {
    /// The word of the desk for it.
    pub const fn shown(self) -> Shown {
        match self {
            Self::Available => Shown::Ready,
            Self::Preparing => Shown::Preparing,
            Self::Charging => Shown::Charging,
            Self::SuspendedEvse => Shown::Waiting,
            Self::SuspendedEv => Shown::PausedByCar,
            Self::Finishing => Shown::Finished,
            Self::Reserved => Shown::Reserved,
            Self::Unavailable => Shown::Deactivated,
            Self::Faulted => Shown::Fault,
        }
    }

    /// Reads the word of a charge point, whatever its case.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| status.word().eq_ignore_ascii_case(word.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn known(status: Status) -> Known {
        Known { reported: Some((status, NOW)), heard_at: Some(NOW), connected: true, decommissioned: false }
    }

    #[test]
    fn every_status_of_the_standard_has_a_word_of_the_desk() {
        for status in Status::ALL {
            assert_eq!(Status::read(&status.word().to_uppercase()), Some(*status));
            assert_eq!(known(*status).shown(NOW), status.shown());
        }
    }

    #[rstest]
    #[case::decommissioned(Known { decommissioned: true, connected: false, ..known(Status::Charging) }, Shown::Decommissioned)]
    #[case::offline(Known { connected: false, ..known(Status::Charging) }, Shown::Offline)]
    #[case::never_reported(Known { reported: None, ..known(Status::Charging) }, Shown::Unknown)]
    #[case::never_heard(Known { heard_at: None, ..known(Status::Charging) }, Shown::Unknown)]
    fn what_is_known_beyond_the_report_comes_first(#[case] known: Known, #[case] shown: Shown) {
        assert_eq!(known.shown(NOW), shown);
    }

    #[test]
    fn an_old_report_is_not_shown_as_if_it_were_now() {
        assert_eq!(known(Status::Charging).shown(NOW + TOO_OLD), Shown::Charging);
        assert_eq!(known(Status::Charging).shown(NOW + TOO_OLD + TimeDelta::seconds(1)), Shown::Unknown);
    }
}
