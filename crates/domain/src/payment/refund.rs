//! Money on its way back through the provider by which it came.

use super::ProviderState;
use crate::words::words;

words! {
    /// Where a refund stands. It is given back when the provider says so, and not before.
    RefundState {
        /// Written down; the provider has not been asked, or has not answered yet.
        Initiated = "initiated",
        /// The provider has taken it.
        Awaiting = "awaiting",
        /// Whether it was given back is not known, and is asked until it is.
        Unknown = "unknown",
        /// The payer has it.
        Refunded = "refunded",
        /// The provider did not take it, or could not carry it out.
        Failed = "failed",
    }
}

/// What happens to a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundHappening {
    /// The question never left this computer.
    NotAsked,
    /// The provider did not take the question.
    Refused,
    /// There was no whole answer: it may have been heard.
    NotAnswered,
    /// The provider has said where it stands; `Paid` is that the payer has it.
    Seen(ProviderState),
}

impl RefundState {
    /// The state after something has happened; what is final stays, but for money that was given back after all.
    #[must_use]
    #[expect(
        clippy::match_same_arms,
        reason = "the arms are read in order, from what is known best to what is known least"
    )]
    pub const fn after(self, happening: RefundHappening) -> Self {
        use RefundHappening::{NotAnswered, NotAsked, Refused, Seen};
        match (self, happening) {
            (_, Seen(ProviderState::Paid | ProviderState::Settled)) => Self::Refunded,
            (Self::Refunded | Self::Failed, _) => self,
            (Self::Initiated, NotAsked | Refused) => Self::Failed,
            (Self::Initiated, NotAnswered) | (_, Seen(ProviderState::Unclear)) => Self::Unknown,
            (Self::Initiated | Self::Unknown, Seen(ProviderState::Absent)) => Self::Failed,
            (_, Seen(ProviderState::Open | ProviderState::Reserved)) => Self::Awaiting,
            (_, Seen(ProviderState::Cancelled | ProviderState::Denied | ProviderState::Expired)) => Self::Failed,
            (Self::Unknown | Self::Awaiting, NotAsked | Refused | NotAnswered | Seen(ProviderState::Absent)) => self,
        }
    }

    /// Whether the provider is still asked where it stands.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Initiated | Self::Awaiting | Self::Unknown)
    }

    /// Whether what it takes counts as given back: all that is not known to have failed, so that nothing is given twice.
    pub const fn counts(self) -> bool {
        !matches!(self, Self::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(RefundState::Initiated, RefundHappening::NotAnswered, RefundState::Unknown)]
    #[case(RefundState::Unknown, RefundHappening::Seen(ProviderState::Absent), RefundState::Failed)]
    #[case(RefundState::Unknown, RefundHappening::Refused, RefundState::Unknown)]
    #[case(RefundState::Awaiting, RefundHappening::Seen(ProviderState::Absent), RefundState::Awaiting)]
    #[case(RefundState::Awaiting, RefundHappening::Seen(ProviderState::Denied), RefundState::Failed)]
    #[case(RefundState::Failed, RefundHappening::Seen(ProviderState::Paid), RefundState::Refunded)]
    #[case(RefundState::Refunded, RefundHappening::Seen(ProviderState::Denied), RefundState::Refunded)]
    fn pre_19_a_refund_is_given_back_when_the_provider_says_so(
        #[case] state: RefundState,
        #[case] happening: RefundHappening,
        #[case] expected: RefundState,
    ) {
        assert_eq!(state.after(happening), expected);
    }

    #[test]
    fn a_refund_that_may_have_gone_out_counts_as_given_back() {
        let counting: Vec<_> = RefundState::ALL.iter().filter(|state| state.counts()).collect();
        assert_eq!(counting.len(), RefundState::ALL.len() - 1);
    }
}
