//! What a statement of the bank says of payouts: money that went out of the account, or that came back to it.

use super::{BankWord, PayoutHappening, PayoutState};
use crate::words::words;

words! {
    /// Which way a line of a statement goes that is no incoming payment.
    OutgoingWay {
        /// Money went out.
        Out = "out",
        /// Money that had gone out, or was to, came back.
        Back = "back",
    }
}

words! {
    /// What a line of a statement says of our payouts.
    OutgoingOutcome {
        /// They are paid, or have come back, as it says.
        Confirmed = "confirmed",
        /// They stood so already.
        Known = "known",
        /// It names them, and is another amount.
        OtherAmount = "other_amount",
        /// They stand otherwise, or their money was let go meanwhile: somebody has to look.
        Contradicts = "contradicts",
        /// It names no payout of ours.
        Unknown = "unknown",
    }
}

impl OutgoingOutcome {
    /// Whether the line belongs to payouts: what does not is somebody's to look at.
    pub const fn fits(self) -> bool {
        matches!(self, Self::Confirmed | Self::Known)
    }
}

/// What a line does to a payout that stands so, and the states it goes through. Only the last time that the bank was asked
/// (`is_last`) moves a payout.
pub fn told_by_line(way: OutgoingWay, state: PayoutState, is_last: bool) -> (OutgoingOutcome, &'static [PayoutState]) {
    use OutgoingOutcome::{Confirmed, Contradicts, Known};
    use PayoutState::{Paid, Returned, Withdrawn};
    if !is_last {
        return (Contradicts, &[]);
    }
    match (way, state) {
        (OutgoingWay::Out, Paid | Returned) | (OutgoingWay::Back, Returned) => (Known, &[]),
        // Its money was let go: what has gone out all the same is missing.
        (OutgoingWay::Out, Withdrawn) => (Contradicts, &[Paid]),
        (OutgoingWay::Back, Paid) => (Confirmed, &[Returned]),
        (way, state) => match state.after(PayoutHappening::Told(BankWord::Paid)) {
            Some(Paid) if way == OutgoingWay::Out => (Confirmed, &[Paid]),
            // What has come back had been paid, whether or not anybody said so.
            Some(Paid) if state.is_at_bank() => (Confirmed, &[Paid, Returned]),
            _ => (Contradicts, &[]),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_of_each_state_what_it_can() {
        use OutgoingOutcome::{Confirmed, Contradicts, Known};
        use PayoutState::{Accepted, Approved, Asked, Filed, Paid, Refused, Rejected, Returned, Sent, Withdrawn};
        let nothing: &[PayoutState] = &[];
        let cases = [
            (Filed, (Confirmed, &[Paid][..]), (Confirmed, &[Paid, Returned][..])),
            (Sent, (Confirmed, &[Paid]), (Confirmed, &[Paid, Returned])),
            (Accepted, (Confirmed, &[Paid]), (Confirmed, &[Paid, Returned])),
            (Rejected, (Confirmed, &[Paid]), (Contradicts, nothing)),
            (Paid, (Known, nothing), (Confirmed, &[Returned])),
            (Returned, (Known, nothing), (Known, nothing)),
            (Withdrawn, (Contradicts, &[Paid]), (Contradicts, nothing)),
            (Asked, (Contradicts, nothing), (Contradicts, nothing)),
            (Approved, (Contradicts, nothing), (Contradicts, nothing)),
            (Refused, (Contradicts, nothing), (Contradicts, nothing)),
        ];
        for (state, out, back) in cases {
            assert_eq!(told_by_line(OutgoingWay::Out, state, true), out, "{state:?}");
            assert_eq!(told_by_line(OutgoingWay::Back, state, true), back, "{state:?}");
            for way in OutgoingWay::ALL {
                assert_eq!(told_by_line(*way, state, false), (Contradicts, nothing), "asked once more meanwhile");
            }
        }
    }

    #[test]
    fn the_same_line_said_twice_changes_nothing() {
        for way in OutgoingWay::ALL {
            for state in PayoutState::ALL {
                let Some(after) = told_by_line(*way, *state, true).1.last() else { continue };
                assert_eq!(told_by_line(*way, *after, true).1, &[] as &[PayoutState]);
            }
        }
    }
}
