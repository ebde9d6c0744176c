//! One try to pay, as one function from state and happening to state.

use crate::words::words;

words! {
    /// Where a try to pay stands.
    AttemptState {
        /// Written down; the provider has not been asked, or has not answered yet.
        Initiated = "initiated",
        /// The payer has it before them.
        Awaiting = "awaiting",
        /// The payer has agreed, and the money waits to be taken.
        Reserved = "reserved",
        /// The money has come to the provider for us.
        Succeeded = "succeeded",
        /// The provider has paid it out.
        Settled = "settled",
        /// Whether it was paid is not known, and is asked until it is.
        Unknown = "unknown",
        /// The payer broke off.
        Aborted = "aborted",
        /// The payer, their bank or the provider said no.
        Denied = "denied",
        /// Nobody paid in time.
        Expired = "expired",
        /// The provider was never asked, or did not take the question.
        Failed = "failed",
    }
}

words! {
    /// What a provider says of a payment, in one vocabulary for all.
    ProviderState {
        /// It does not know of any.
        Absent = "absent",
        /// The payer has not decided.
        Open = "open",
        /// The money is held for us until we take it.
        Reserved = "reserved",
        /// The money is ours.
        Paid = "paid",
        /// It has been paid out to us.
        Settled = "settled",
        /// It was broken off, by the payer or by us.
        Cancelled = "cancelled",
        /// Somebody said no.
        Denied = "denied",
        /// Its time is over.
        Expired = "expired",
        /// The provider does not know itself what the bank did.
        Unclear = "unclear",
    }
}

/// What happens to a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptHappening {
    /// The question never left this computer.
    NotAsked,
    /// The provider did not take the question.
    Refused,
    /// There was no whole answer: it may have been heard.
    NotAnswered,
    /// The provider has said where it stands.
    Seen(ProviderState),
}

impl AttemptState {
    /// The state after something has happened. What is older than what is known already changes nothing.
    ///
    /// That the money came is believed whenever it is said, even of a try that was given up: nobody's money may be lost
    /// because it came late. That it did not come is believed only as long as it has not.
    #[must_use]
    #[expect(
        clippy::match_same_arms,
        reason = "the arms are read in order, from what is known best to what is known least"
    )]
    pub const fn after(self, happening: AttemptHappening) -> Self {
        use AttemptHappening::{NotAnswered, NotAsked, Refused, Seen};
        match (self, happening) {
            (_, Seen(ProviderState::Settled)) => Self::Settled,
            (Self::Settled, _) => Self::Settled,
            (_, Seen(ProviderState::Paid)) => Self::Succeeded,
            (Self::Succeeded, _) => Self::Succeeded,
            // Whoever held money for a try that was given up has to be told to take or to release it.
            (_, Seen(ProviderState::Reserved)) => Self::Reserved,
            (Self::Aborted | Self::Denied | Self::Expired, _) => self,
            // It was given up because nobody had heard it, and somebody has.
            (Self::Failed, Seen(ProviderState::Open)) => Self::Awaiting,
            (Self::Failed, Seen(ProviderState::Unclear)) => Self::Unknown,
            (Self::Failed, _) => Self::Failed,
            (Self::Initiated, NotAsked | Refused) => Self::Failed,
            (Self::Initiated, NotAnswered) => Self::Unknown,
            (Self::Initiated | Self::Unknown, Seen(ProviderState::Absent)) => Self::Failed,
            (Self::Initiated | Self::Unknown | Self::Awaiting, Seen(ProviderState::Open)) => Self::Awaiting,
            (_, Seen(ProviderState::Cancelled)) => Self::Aborted,
            (_, Seen(ProviderState::Denied)) => Self::Denied,
            (_, Seen(ProviderState::Expired)) => Self::Expired,
            (Self::Initiated | Self::Awaiting, Seen(ProviderState::Unclear)) => Self::Unknown,
            // A question that failed says nothing of a try that the provider knows.
            (Self::Unknown | Self::Awaiting | Self::Reserved, _) => self,
        }
    }

    /// Whether the money has come: from the first such state on it is booked, once.
    pub const fn has_money(self) -> bool {
        matches!(self, Self::Succeeded | Self::Settled)
    }

    /// Whether the provider is still asked where it stands.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Initiated | Self::Awaiting | Self::Reserved | Self::Unknown)
    }

    /// Whether another try may be begun beside this one: not while this one could still bring the money.
    pub const fn allows_another(self) -> bool {
        matches!(self, Self::Aborted | Self::Denied | Self::Expired | Self::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn happening() -> impl Strategy<Value = AttemptHappening> {
        prop_oneof![
            1 => Just(AttemptHappening::NotAsked),
            1 => Just(AttemptHappening::Refused),
            1 => Just(AttemptHappening::NotAnswered),
            9 => proptest::sample::select(ProviderState::ALL).prop_map(AttemptHappening::Seen),
        ]
    }

    fn after_all(all: &[AttemptHappening]) -> AttemptState {
        all.iter().fold(AttemptState::Initiated, |state, it| state.after(*it))
    }

    #[rstest]
    #[case(AttemptState::Initiated, AttemptHappening::NotAsked, AttemptState::Failed)]
    #[case(AttemptState::Initiated, AttemptHappening::NotAnswered, AttemptState::Unknown)]
    #[case(AttemptState::Unknown, AttemptHappening::Seen(ProviderState::Absent), AttemptState::Failed)]
    #[case(AttemptState::Unknown, AttemptHappening::NotAsked, AttemptState::Unknown)]
    #[case(AttemptState::Awaiting, AttemptHappening::Seen(ProviderState::Cancelled), AttemptState::Aborted)]
    #[case(AttemptState::Awaiting, AttemptHappening::Seen(ProviderState::Unclear), AttemptState::Unknown)]
    #[case(AttemptState::Reserved, AttemptHappening::Seen(ProviderState::Open), AttemptState::Reserved)]
    #[case(AttemptState::Reserved, AttemptHappening::Seen(ProviderState::Absent), AttemptState::Reserved)]
    #[case(AttemptState::Expired, AttemptHappening::Seen(ProviderState::Paid), AttemptState::Succeeded)]
    #[case(AttemptState::Expired, AttemptHappening::Seen(ProviderState::Denied), AttemptState::Expired)]
    #[case(AttemptState::Succeeded, AttemptHappening::Seen(ProviderState::Cancelled), AttemptState::Succeeded)]
    #[case(AttemptState::Settled, AttemptHappening::Seen(ProviderState::Paid), AttemptState::Settled)]
    fn pre_15_a_try_follows_what_is_known_of_it(
        #[case] state: AttemptState,
        #[case] happening: AttemptHappening,
        #[case] expected: AttemptState,
    ) {
        assert_eq!(state.after(happening), expected);
    }

    proptest! {
        #[test]
        fn money_that_came_is_never_lost_whatever_else_is_said_and_when(
            mut all in proptest::collection::vec(happening(), 0..12),
            place in any::<prop::sample::Index>(),
        ) {
            all.insert(place.index(all.len() + 1), AttemptHappening::Seen(ProviderState::Paid));
            prop_assert!(after_all(&all).has_money());
        }

        #[test]
        fn pre_15_money_is_booked_once_and_never_without_having_come(
            all in proptest::collection::vec(happening(), 0..20),
        ) {
            let (mut state, mut booked) = (AttemptState::Initiated, 0);
            for it in &all {
                let next = state.after(*it);
                booked += i32::from(!state.has_money() && next.has_money());
                state = next;
            }
            let came = all.iter().any(|it| {
                matches!(it, AttemptHappening::Seen(ProviderState::Paid | ProviderState::Settled))
            });
            prop_assert_eq!(booked, i32::from(came));
        }

        #[test]
        fn what_was_said_before_changes_nothing_when_it_is_said_again(
            all in proptest::collection::vec(happening(), 1..12),
        ) {
            let twice: Vec<_> = all.iter().flat_map(|it| [*it, *it]).collect();
            prop_assert_eq!(after_all(&all), after_all(&twice));
        }

        #[test]
        fn par_12_another_try_never_begins_beside_one_that_may_still_pay(
            all in proptest::collection::vec(happening(), 0..12),
        ) {
            let state = after_all(&all);
            prop_assert!(!(state.allows_another() && state.is_open()));
            prop_assert!(!(state.allows_another() && state.has_money()));
        }
    }
}
