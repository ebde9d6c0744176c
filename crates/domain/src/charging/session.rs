//! The life of a charging session, as one function from state and happening to state.

use super::doubt::Doubts;
use crate::words::words;

words! {
    /// Where a session stands.
    SessionState {
        /// Energy may flow.
        Open = "open",
        /// Stopped by the charge point, and nothing is doubted that matters.
        Closed = "closed",
        /// Ended by us because a newer one began on the connector; its own stop was not heard of.
        ClosedBySystem = "closed_by_system",
        /// Over, and doubted.
        Suspect = "suspect",
        /// Over, doubted, and accepted by somebody by name and with a reason.
        Accepted = "accepted",
        /// A stop without a start.
        OrphanStop = "orphan_stop",
        /// Counted and charged for by another system; history here.
        BilledElsewhere = "billed_elsewhere",
        /// Never to be billed.
        Void = "void",
    }
}

/// What happens to a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// The charge point reports its stop; with everything that is doubted of the session now.
    Stopped(Doubts),
    /// A newer session begins on the connector.
    Superseded,
    /// Something came to light after its end, such as a late reading.
    Doubted(Doubts),
    /// Somebody accepts it as it is.
    Accepted,
    /// Somebody takes it out of billing for good.
    Voided,
}

/// Why something cannot happen to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It has been stopped already: the second stop is kept in quarantine.
    #[error("the session has been stopped already")]
    AlreadyStopped,
    /// It is not over.
    #[error("the session is still open")]
    StillOpen,
    /// Nothing is doubted.
    #[error("there is nothing to accept")]
    NothingToAccept,
    /// It was taken out of billing.
    #[error("the session is void")]
    Void,
}

impl Refusal {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AlreadyStopped => "session.already_stopped",
            Self::StillOpen => "session.still_open",
            Self::NothingToAccept => "session.nothing_to_accept",
            Self::Void => "session.void",
        }
    }
}

impl SessionState {
    /// The state after something has happened.
    ///
    /// # Errors
    /// [`Refusal`]; the state then stays as it is.
    pub fn after(self, happening: &Happening) -> Result<Self, Refusal> {
        use Happening::{Accepted, Doubted, Stopped, Superseded, Voided};
        let judged = |doubts: &Doubts| if doubts.block() { Self::Suspect } else { Self::Closed };
        match (self, happening) {
            (Self::Void, _) => Err(Refusal::Void),
            (_, Voided) => Ok(Self::Void),
            // The stop that was missing has come after all.
            (Self::Open | Self::ClosedBySystem, Stopped(doubts)) => Ok(judged(doubts)),
            (Self::Closed | Self::Suspect | Self::Accepted | Self::OrphanStop | Self::BilledElsewhere, Stopped(_)) => {
                Err(Refusal::AlreadyStopped)
            }
            (Self::Open, Superseded) => Ok(Self::ClosedBySystem),
            (Self::Open, Doubted(_)) => Ok(Self::Open),
            // Whoever accepted it has not seen this.
            (Self::Closed | Self::Accepted, Doubted(doubts)) if doubts.block() => Ok(Self::Suspect),
            (state, Superseded | Doubted(_)) => Ok(state),
            (Self::Open, Accepted) => Err(Refusal::StillOpen),
            // Whoever has paid for it elsewhere is never asked again.
            (Self::Closed | Self::Accepted | Self::BilledElsewhere, Accepted) => Err(Refusal::NothingToAccept),
            (Self::ClosedBySystem | Self::Suspect | Self::OrphanStop, Accepted) => Ok(Self::Accepted),
        }
    }

    /// Whether its energy becomes charges (R3).
    pub const fn is_billed(self) -> bool {
        matches!(self, Self::Closed | Self::Accepted)
    }

    /// Whether its stop has not been heard of.
    pub const fn is_without_stop(self) -> bool {
        matches!(self, Self::Open | Self::ClosedBySystem)
    }

    /// Whether somebody has to look at it.
    pub const fn wants_a_look(self) -> bool {
        matches!(self, Self::Suspect | Self::ClosedBySystem | Self::OrphanStop)
    }
}

#[cfg(test)]
mod tests {
    use super::super::doubt::Doubt;
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn doubts(of: &[Doubt]) -> Doubts {
        let mut doubts = Doubts::default();
        doubts.extend(of.iter().copied());
        doubts
    }

    #[rstest]
    #[case::clean(&[], SessionState::Closed)]
    #[case::with_a_note(&[Doubt::UnknownTag, Doubt::ClockOff], SessionState::Closed)]
    #[case::doubtful(&[Doubt::UnknownTag, Doubt::RegisterFell], SessionState::Suspect)]
    fn a_stop_closes_what_nobody_doubts(#[case] of: &[Doubt], #[case] state: SessionState) {
        assert_eq!(SessionState::Open.after(&Happening::Stopped(doubts(of))), Ok(state));
    }

    #[test]
    fn a_second_stop_is_for_quarantine() {
        let again = Happening::Stopped(Doubts::default());
        assert_eq!(SessionState::Closed.after(&again), Err(Refusal::AlreadyStopped));
    }

    #[test]
    fn a_stop_that_was_missing_may_still_come() {
        let state = SessionState::Open.after(&Happening::Superseded).expect("closed by us");
        assert_eq!(state, SessionState::ClosedBySystem);
        assert_eq!(state.after(&Happening::Stopped(Doubts::default())), Ok(SessionState::Closed));
    }

    fn happening() -> impl Strategy<Value = Happening> {
        let some = proptest::collection::vec(proptest::sample::select(Doubt::ALL), 0..4).prop_map(|of| doubts(&of));
        prop_oneof![
            some.clone().prop_map(Happening::Stopped),
            some.prop_map(Happening::Doubted),
            Just(Happening::Superseded),
            Just(Happening::Accepted),
            Just(Happening::Voided),
        ]
    }

    proptest! {
        /// R3: whatever happens in whatever order, what is billed was either stopped without a blocking doubt, or accepted
        /// after the last one.
        #[test]
        fn nothing_doubtful_is_billed_unaccepted(happenings in proptest::collection::vec(happening(), 0..30)) {
            let (mut state, mut sound) = (SessionState::Open, false);
            for it in happenings {
                let Ok(next) = state.after(&it) else { continue };
                sound = match &it {
                    Happening::Stopped(doubts) => !doubts.block(),
                    Happening::Doubted(doubts) => sound && !doubts.block(),
                    Happening::Accepted => true,
                    Happening::Superseded | Happening::Voided => sound,
                };
                prop_assert!(!next.is_billed() || sound, "{state:?} became {next:?} by {it:?}");
                state = next;
            }
        }

        #[test]
        fn what_was_billed_elsewhere_is_never_billed_here(happenings in proptest::collection::vec(happening(), 0..10)) {
            let mut state = SessionState::BilledElsewhere;
            for it in happenings {
                state = state.after(&it).unwrap_or(state);
                prop_assert!(!state.is_billed() && !state.wants_a_look(), "{state:?} after {it:?}");
            }
        }

        #[test]
        fn void_is_for_good(happening in happening()) {
            prop_assert_eq!(SessionState::Void.after(&happening), Err(Refusal::Void));
        }
    }
}
