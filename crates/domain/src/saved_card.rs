//! A card that a provider keeps for a payer: here stands only by which name it is charged, and where it stands.
//!
//! No number of a card comes here. What is said late, twice or out of order brings no card back that somebody has let go.

use crate::words::words;
use chrono::TimeDelta;

words! {
    /// Why a saved card is used no longer.
    CardEnd {
        /// Whoever it belongs to removed it, or broke off before it was saved.
        Payer = "payer",
        /// The desk removed it.
        Desk = "desk",
        /// It is over at the provider: by its payer there, or by the provider.
        Provider = "provider",
        /// It was never saved.
        Unfinished = "unfinished",
        /// Another card took its place.
        Replaced = "replaced",
        /// Whoever it belonged to was erased.
        Erased = "erased",
    }
}

words! {
    /// Where a saved card stands, in a word.
    CardStanding {
        /// The provider was asked to keep it, and the payer has not finished there.
        Asked = "asked",
        /// It may be charged.
        Saved = "saved",
        /// It is used no longer, and the provider has yet to let go of it.
        Ending = "ending",
        /// It is over, here and at the provider.
        Ended = "ended",
    }
}

words! {
    /// What a provider says of a card, in one vocabulary for all.
    CardSeen {
        /// It does not know of any.
        Absent = "absent",
        /// The payer has not decided.
        Open = "open",
        /// It is kept for us.
        Saved = "saved",
        /// It is kept no longer, or never was.
        Ended = "ended",
        /// What was said means nothing that we know.
        Unclear = "unclear",
    }
}

/// Where a saved card stands, and why where it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardState {
    /// The provider was asked to keep it, and the payer has not finished there.
    Asked,
    /// It may be charged.
    Saved,
    /// It is used no longer, and the provider has yet to let go of it.
    Ending(CardEnd),
    /// It is over, here and at the provider.
    Ended(CardEnd),
}

/// What happens to a saved card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardHappening {
    /// The question to keep it never left this computer, or was not taken.
    NotTaken,
    /// There was no whole answer: it may have been heard.
    NotAnswered,
    /// The provider has said where it stands.
    Seen(CardSeen),
    /// Somebody here has said that it is used no longer.
    LetGo(CardEnd),
}

impl CardState {
    /// The state after something has happened. What is older than what is known already changes nothing.
    ///
    /// A card that was let go is charged no more, whatever the provider says: it is asked to let go of it again.
    #[must_use]
    #[expect(clippy::match_same_arms, reason = "the arms are read in order, from what is over to what is known least")]
    pub const fn after(self, happening: CardHappening) -> Self {
        use CardHappening::{LetGo, NotAnswered, NotTaken, Seen};
        match (self, happening) {
            (Self::Asked | Self::Saved, LetGo(end)) => Self::Ending(end),
            (Self::Ended(end), Seen(CardSeen::Open | CardSeen::Saved)) => Self::Ending(end),
            (Self::Ending(end), Seen(CardSeen::Absent | CardSeen::Ended)) => Self::Ended(end),
            (Self::Ending(_) | Self::Ended(_), _) => self,
            (Self::Asked, NotTaken | Seen(CardSeen::Absent | CardSeen::Ended)) => Self::Ended(CardEnd::Unfinished),
            (Self::Asked, Seen(CardSeen::Saved)) => Self::Saved,
            (Self::Saved, Seen(CardSeen::Absent | CardSeen::Ended)) => Self::Ended(CardEnd::Provider),
            (Self::Asked, NotAnswered | Seen(CardSeen::Open | CardSeen::Unclear)) => Self::Asked,
            // A question that failed says nothing of a card that the provider keeps.
            (Self::Saved, _) => Self::Saved,
        }
    }

    /// Where it stands, in a word.
    pub const fn standing(self) -> CardStanding {
        match self {
            Self::Asked => CardStanding::Asked,
            Self::Saved => CardStanding::Saved,
            Self::Ending(_) => CardStanding::Ending,
            Self::Ended(_) => CardStanding::Ended,
        }
    }

    /// Why it is used no longer.
    pub const fn end(self) -> Option<CardEnd> {
        match self {
            Self::Asked | Self::Saved => None,
            Self::Ending(end) | Self::Ended(end) => Some(end),
        }
    }

    /// What stands in two words; nothing where they contradict one another.
    pub const fn of(standing: CardStanding, end: Option<CardEnd>) -> Option<Self> {
        match (standing, end) {
            (CardStanding::Asked, None) => Some(Self::Asked),
            (CardStanding::Saved, None) => Some(Self::Saved),
            (CardStanding::Ending, Some(end)) => Some(Self::Ending(end)),
            (CardStanding::Ended, Some(end)) => Some(Self::Ended(end)),
            _ => None,
        }
    }
}

/// When a provider is asked next where a card stands that has stood so for so long; none when it is not asked any more.
///
/// A provider that has yet to let go of a card is asked for as long as it takes.
pub fn card_asks_again_in(state: CardState, age: TimeDelta) -> Option<TimeDelta> {
    let day = 86_400;
    let seconds = match state {
        CardState::Ended(_) => return None,
        // Whoever removes a card at the provider is heard of by a notice, and else by the next morning.
        CardState::Saved => day,
        CardState::Asked | CardState::Ending(_) => match age.num_minutes() {
            ..5 => 3,
            5..60 => 60,
            60..1_440 => 15 * 60,
            _ => day,
        },
    };
    Some(TimeDelta::seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn happening() -> impl Strategy<Value = CardHappening> {
        prop_oneof![
            1 => Just(CardHappening::NotTaken),
            1 => Just(CardHappening::NotAnswered),
            2 => proptest::sample::select(CardEnd::ALL).prop_map(CardHappening::LetGo),
            6 => proptest::sample::select(CardSeen::ALL).prop_map(CardHappening::Seen),
        ]
    }

    fn after_all(all: &[CardHappening]) -> CardState {
        all.iter().fold(CardState::Asked, |state, it| state.after(*it))
    }

    #[rstest]
    #[case::saved(CardState::Asked, CardHappening::Seen(CardSeen::Saved), CardState::Saved)]
    #[case::unheard(CardState::Asked, CardHappening::NotAnswered, CardState::Asked)]
    #[case::refused(CardState::Asked, CardHappening::NotTaken, CardState::Ended(CardEnd::Unfinished))]
    #[case::never_heard(CardState::Asked, CardHappening::Seen(CardSeen::Absent), CardState::Ended(CardEnd::Unfinished))]
    #[case::ended_there(CardState::Saved, CardHappening::Seen(CardSeen::Ended), CardState::Ended(CardEnd::Provider))]
    #[case::older(CardState::Saved, CardHappening::Seen(CardSeen::Open), CardState::Saved)]
    #[case::removed(CardState::Saved, CardHappening::LetGo(CardEnd::Desk), CardState::Ending(CardEnd::Desk))]
    #[case::unheard_end(CardState::Ending(CardEnd::Desk), CardHappening::NotAnswered, CardState::Ending(CardEnd::Desk))]
    #[case::kept_there(
        CardState::Ending(CardEnd::Desk),
        CardHappening::Seen(CardSeen::Saved),
        CardState::Ending(CardEnd::Desk)
    )]
    #[case::let_go(
        CardState::Ending(CardEnd::Payer),
        CardHappening::Seen(CardSeen::Ended),
        CardState::Ended(CardEnd::Payer)
    )]
    #[case::saved_late(
        CardState::Ended(CardEnd::Unfinished),
        CardHappening::Seen(CardSeen::Saved),
        CardState::Ending(CardEnd::Unfinished)
    )]
    fn pre_16_a_card_follows_what_is_known_of_it(
        #[case] state: CardState,
        #[case] happening: CardHappening,
        #[case] expected: CardState,
    ) {
        assert_eq!(state.after(happening), expected);
    }

    proptest! {
        #[test]
        fn pre_16_a_card_that_was_let_go_is_never_charged_again(
            before in proptest::collection::vec(happening(), 0..8),
            end in proptest::sample::select(CardEnd::ALL),
            after in proptest::collection::vec(happening(), 0..8),
        ) {
            let all: Vec<_> = before.into_iter().chain([CardHappening::LetGo(end)]).chain(after).collect();
            prop_assert_ne!(after_all(&all), CardState::Saved);
        }

        #[test]
        fn a_card_that_is_over_keeps_why(all in proptest::collection::vec(happening(), 0..16)) {
            let mut state = CardState::Asked;
            for it in all {
                let next = state.after(it);
                prop_assert!(state.end().is_none() || next.end() == state.end());
                state = next;
            }
        }

        #[test]
        fn a_provider_that_lets_go_ends_it_whatever_was_said_before(
            all in proptest::collection::vec(happening(), 0..12),
        ) {
            let state = after_all(&all).after(CardHappening::Seen(CardSeen::Ended));
            prop_assert_eq!(state.standing(), CardStanding::Ended);
            prop_assert_eq!(card_asks_again_in(state, TimeDelta::zero()), None);
        }

        #[test]
        fn what_was_said_before_changes_nothing_when_it_is_said_again(
            all in proptest::collection::vec(happening(), 1..12),
        ) {
            let twice: Vec<_> = all.iter().flat_map(|it| [*it, *it]).collect();
            prop_assert_eq!(after_all(&all), after_all(&twice));
        }

        #[test]
        fn what_is_kept_in_two_words_is_read_again(all in proptest::collection::vec(happening(), 0..12)) {
            let state = after_all(&all);
            prop_assert_eq!(CardState::of(state.standing(), state.end()), Some(state));
        }
    }
}
