//! Going over to a new key that is told over the line, so that no charge point is ever locked out by it.
//!
//! What a charge point says of its key is not what it has (R12): an answer can be lost, come late, or hold only after the
//! next restart. So both keys open from the moment of asking, until the charge point has called with the new one; then the
//! old one opens nothing any more. Only a plain "no" to a key that was never told before, and a person, end it otherwise.

use super::command::{CommandState, News};

/// Which keys of a charge point open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    /// The one that it had.
    Old,
    /// That one, and the one that it was told.
    Both,
    /// The one that it was told.
    New,
}

/// What a charge point says to a new key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyReply {
    /// It has taken it.
    Accepted,
    /// It will use it once it has started anew.
    AfterRestart,
    /// It has not taken it.
    No,
    /// Something went wrong with it: it may have taken it.
    Failed,
}

/// What becomes known of a new key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyNews {
    /// It has left us.
    Left,
    /// The charge point answered.
    Replied(KeyReply),
    /// It says nothing.
    Silent,
    /// The connection is gone.
    Lost,
    /// Somebody has it told once more.
    AskedAgain,
    /// The charge point has called with it.
    CalledWithIt,
    /// Somebody wants to stay with the old one.
    GivenUp,
}

/// How far a charge point is on the way to a new key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// Where the command stands that tells it.
    pub state: CommandState,
    /// Which keys open.
    pub opens: Opens,
    /// How often it was asked to take this key.
    pub asks: i64,
}

impl KeyChange {
    /// A key that was just made.
    pub const BEGUN: Self = Self { state: CommandState::Asked, opens: Opens::Both, asks: 1 };

    /// How far it is after the news.
    #[must_use]
    pub fn after(self, news: KeyNews) -> Self {
        let moved = |news| self.state.after(news).unwrap_or(self.state);
        let stands = self.opens == Opens::Both;
        match news {
            KeyNews::Left => Self { state: moved(News::Left), ..self },
            KeyNews::Replied(KeyReply::Accepted | KeyReply::AfterRestart) => Self { state: moved(News::Yes), ..self },
            // Told before, it may have been taken then: who has it already may say no to it.
            KeyNews::Replied(KeyReply::No) if stands && self.asks == 1 => {
                Self { state: moved(News::No), opens: Opens::Old, ..self }
            }
            KeyNews::Replied(KeyReply::No | KeyReply::Failed) => Self { state: moved(News::No), ..self },
            KeyNews::Silent => Self { state: moved(News::Nothing), ..self },
            KeyNews::Lost => Self { state: moved(News::Lost), ..self },
            KeyNews::AskedAgain if stands => Self { state: CommandState::Asked, asks: self.asks + 1, ..self },
            // Whatever was said before: this is the proof.
            KeyNews::CalledWithIt if stands => Self { state: CommandState::Verified, opens: Opens::New, ..self },
            KeyNews::GivenUp if stands => {
                let state = if self.state == CommandState::Asked { moved(News::Lost) } else { self.state };
                Self { state, opens: Opens::Old, ..self }
            }
            KeyNews::AskedAgain | KeyNews::CalledWithIt | KeyNews::GivenUp => self,
        }
    }

    /// Whether the line is to end after the news, so that the charge point calls anew, and with the new key.
    pub fn hangs_up_after(self, news: KeyNews) -> bool {
        self.opens == Opens::Both && news == KeyNews::Replied(KeyReply::Accepted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CommandState::{Asked, Delivered, Gone, Obeyed, Refused, Silent, Verified};
    use KeyNews::{AskedAgain, CalledWithIt, GivenUp, Left, Replied};
    use proptest::prelude::*;
    use rstest::rstest;

    const YES: KeyNews = Replied(KeyReply::Accepted);
    const LATER: KeyNews = Replied(KeyReply::AfterRestart);
    const NO: KeyNews = Replied(KeyReply::No);
    const FAILED: KeyNews = Replied(KeyReply::Failed);

    #[rstest]
    #[case::just_made(&[], Asked, Opens::Both)]
    #[case::on_its_way(&[Left], Delivered, Opens::Both)]
    #[case::accepted_is_not_done(&[Left, YES], Obeyed, Opens::Both)]
    #[case::as_hoped(&[Left, YES, CalledWithIt], Verified, Opens::New)]
    #[case::after_a_restart(&[Left, LATER, CalledWithIt], Verified, Opens::New)]
    #[case::without_a_word(&[Left, KeyNews::Lost, CalledWithIt], Verified, Opens::New)]
    #[case::proven_before_it_is_said(&[Left, CalledWithIt, YES], Verified, Opens::New)]
    #[case::refused(&[Left, NO], Refused, Opens::Old)]
    #[case::late_refusal(&[Left, KeyNews::Silent, NO], Refused, Opens::Old)]
    #[case::an_error_says_nothing_of_the_key(&[Left, FAILED], Refused, Opens::Both)]
    #[case::an_error_and_yet_taken(&[Left, FAILED, CalledWithIt], Verified, Opens::New)]
    #[case::silent(&[Left, KeyNews::Silent], Silent, Opens::Both)]
    #[case::gone(&[Left, KeyNews::Lost], Gone, Opens::Both)]
    #[case::asked_again(&[Left, KeyNews::Lost, AskedAgain, Left, YES], Obeyed, Opens::Both)]
    #[case::taken_the_first_time(&[Left, KeyNews::Lost, AskedAgain, Left, NO], Refused, Opens::Both)]
    #[case::given_up_before_it_left(&[GivenUp], Gone, Opens::Old)]
    #[case::given_up(&[Left, KeyNews::Silent, GivenUp], Silent, Opens::Old)]
    #[case::given_up_and_accepted_late(&[Left, KeyNews::Silent, GivenUp, YES], Obeyed, Opens::Old)]
    fn a_key_is_gone_over_to_when_the_charge_point_has_called_with_it(
        #[case] news: &[KeyNews],
        #[case] state: CommandState,
        #[case] opens: Opens,
    ) {
        let after = news.iter().fold(KeyChange::BEGUN, |change, news| change.after(*news));
        assert_eq!((after.state, after.opens), (state, opens));
    }

    #[test]
    fn the_line_ends_when_the_key_was_taken_and_is_still_wanted() {
        let told = KeyChange::BEGUN.after(Left);
        assert!(told.hangs_up_after(YES));
        assert!(!told.hangs_up_after(LATER), "it would come back with the old one");
        assert!(!told.after(GivenUp).hangs_up_after(YES), "over this line it can still be told another one");
    }

    /// What a charge point does with a key that it is told, and what we hear of it.
    #[derive(Clone, Copy, Debug)]
    enum Fate {
        /// It takes it; its words may be lost, or wrong.
        Taken(KeyNews),
        /// It does not; its words may be lost, or wrong, too.
        Left(KeyNews),
    }

    fn fate() -> impl Strategy<Value = Fate> {
        let unclear = [FAILED, KeyNews::Silent, KeyNews::Lost];
        prop_oneof![
            proptest::sample::select([&unclear[..], &[YES, LATER]].concat()).prop_map(Fate::Taken),
            proptest::sample::select([&unclear[..], &[YES, LATER, NO]].concat()).prop_map(Fate::Left),
        ]
    }

    proptest! {
        /// Whatever a charge point makes of what it is told, however often, and whatever it says to that: the key that it
        /// has opens, unless somebody has given the new one up.
        #[test]
        fn the_key_that_a_charge_point_has_opens(fates in proptest::collection::vec((fate(), any::<bool>()), 1..6)) {
            let (mut change, mut has_new) = (KeyChange::BEGUN, false);
            for (n, (fate, calls)) in fates.into_iter().enumerate() {
                if n > 0 {
                    change = change.after(AskedAgain);
                }
                if change.opens == Opens::Both {
                    change = change.after(Left);
                    let (takes, said) = match fate {
                        Fate::Taken(said) => (true, said),
                        Fate::Left(said) => (false, said),
                    };
                    has_new |= takes;
                    change = change.after(said);
                }
                if calls && has_new {
                    change = change.after(CalledWithIt);
                    prop_assert_eq!(change.opens, Opens::New);
                }
                let shut_out = if has_new { Opens::Old } else { Opens::New };
                prop_assert_ne!(change.opens, shut_out);
            }
        }
    }
}
