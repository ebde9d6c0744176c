//! Where the sending of one SMS stands. Gateways have no keys by which the same wish is known again, so that what they may
//! have heard is never said twice unless somebody says so: it is asked after.

use crate::words::words;
use chrono::TimeDelta;

words! {
    /// Where the sending of a message stands.
    SmsState {
        /// The gateway is asked, or was and did not answer: nobody knows whether it took the message.
        Asked = "asked",
        /// The gateway has not heard of it: it may be asked again.
        NotAsked = "not_asked",
        /// The gateway has taken it.
        Taken = "taken",
        /// It is on the phone.
        Delivered = "delivered",
        /// It will not get there.
        Failed = "failed",
        /// Nobody found out whether the gateway took it.
        Lost = "lost",
    }
}

/// How a gateway sees a message that it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsSight {
    /// It is on its way.
    Underway,
    /// It is on the phone.
    Delivered,
    /// It will not get there.
    Failed,
}

/// What may happen to the sending of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsHappening {
    /// The question never left this computer, or the gateway said that it has no time.
    NotAsked,
    /// There was no whole answer.
    NotAnswered,
    /// The gateway said no.
    Refused,
    /// The gateway knows it, and sees it so.
    Seen(SmsSight),
    /// The gateway was asked often enough, and does not know it.
    GivenUp,
}

impl SmsState {
    /// The state after something has happened. Words come late, twice and out of order: a message that is on the phone stays
    /// there whatever is said afterwards, and one that a gateway knows was taken.
    #[must_use]
    pub const fn after(self, happening: SmsHappening) -> Self {
        use SmsHappening as H;
        match (self, happening) {
            (Self::Delivered, _) | (_, H::Seen(SmsSight::Delivered)) => Self::Delivered,
            (Self::Failed, _) | (_, H::Seen(SmsSight::Failed)) | (Self::Asked, H::Refused) => Self::Failed,
            (_, H::Seen(SmsSight::Underway)) | (Self::Taken, _) => Self::Taken,
            (Self::Asked, H::NotAsked) => Self::NotAsked,
            (Self::Asked, H::GivenUp) => Self::Lost,
            (state, _) => state,
        }
    }

    /// Whether anything is still to be found out about it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Taken)
    }
}

/// After how long a gateway is asked again that has been asked so often since a message came to stand so; none when it is
/// not asked any more. A message that nobody answered for is asked after within minutes; one that is on its way for as long
/// as phones that are switched off are tried.
pub fn asks_again_in(state: SmsState, asked: u32) -> Option<TimeDelta> {
    let minutes: &[i64] = match state {
        SmsState::Asked => &[1, 2, 5],
        SmsState::Taken => &[1, 5, 15, 60, 240, 720, 1_440, 1_440],
        SmsState::NotAsked | SmsState::Delivered | SmsState::Failed | SmsState::Lost => &[],
    };
    minutes.get(usize::try_from(asked).ok()?).copied().map(TimeDelta::minutes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;
    use rstest::rstest;

    const HAPPENINGS: [SmsHappening; 7] = [
        SmsHappening::NotAsked,
        SmsHappening::NotAnswered,
        SmsHappening::Refused,
        SmsHappening::Seen(SmsSight::Underway),
        SmsHappening::Seen(SmsSight::Delivered),
        SmsHappening::Seen(SmsSight::Failed),
        SmsHappening::GivenUp,
    ];

    #[rstest]
    #[case(SmsState::Asked, SmsHappening::NotAnswered, SmsState::Asked)]
    #[case(SmsState::Asked, SmsHappening::NotAsked, SmsState::NotAsked)]
    #[case(SmsState::Asked, SmsHappening::Refused, SmsState::Failed)]
    #[case(SmsState::Asked, SmsHappening::GivenUp, SmsState::Lost)]
    #[case(SmsState::Asked, SmsHappening::Seen(SmsSight::Underway), SmsState::Taken)]
    #[case(SmsState::Taken, SmsHappening::NotAnswered, SmsState::Taken)]
    #[case(SmsState::Taken, SmsHappening::Seen(SmsSight::Failed), SmsState::Failed)]
    #[case(SmsState::Lost, SmsHappening::Seen(SmsSight::Delivered), SmsState::Delivered)]
    #[case(SmsState::Failed, SmsHappening::Seen(SmsSight::Delivered), SmsState::Delivered)]
    #[case(SmsState::Failed, SmsHappening::Seen(SmsSight::Underway), SmsState::Failed)]
    #[case(SmsState::Delivered, SmsHappening::Seen(SmsSight::Underway), SmsState::Delivered)]
    fn what_happens_leads_on(#[case] from: SmsState, #[case] happening: SmsHappening, #[case] to: SmsState) {
        assert_eq!(from.after(happening), to);
    }

    proptest! {
        /// Whatever else is said, in whatever order and however often: one that was seen on the phone is delivered.
        #[test]
        fn a_message_that_was_once_on_the_phone_is_delivered(
            mut said in proptest::collection::vec(select(HAPPENINGS.to_vec()), 0..8),
            place in 0_usize..8,
        ) {
            said.insert(place.min(said.len()), SmsHappening::Seen(SmsSight::Delivered));
            let end = said.into_iter().fold(SmsState::Asked, SmsState::after);
            prop_assert_eq!(end, SmsState::Delivered);
        }

        /// Sending again by itself is only for what the gateway has not heard.
        #[test]
        fn what_may_have_been_heard_never_becomes_what_was_not(
            said in proptest::collection::vec(select(HAPPENINGS.to_vec()), 0..8),
        ) {
            let mut state = SmsState::Asked.after(SmsHappening::Seen(SmsSight::Underway));
            for happening in said {
                state = state.after(happening);
                prop_assert_ne!(state, SmsState::NotAsked);
            }
        }
    }

    #[test]
    fn every_open_state_is_asked_after_and_not_for_ever() {
        for state in SmsState::ALL {
            assert_eq!(asks_again_in(*state, 0).is_some(), state.is_open(), "{state:?}");
            assert_eq!(asks_again_in(*state, 100), None, "{state:?}");
        }
    }
}
