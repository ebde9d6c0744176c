//! How far something is that was asked of a charge point. "Accepted" is not "done" (R12): what counts is the effect.

use crate::words::words;

words! {
    /// Where a command stands.
    CommandState {
        /// Waits for the connection, or for the command before it.
        Asked = "asked",
        /// Has left us.
        Delivered = "delivered",
        /// The charge point said that it will.
        Obeyed = "obeyed",
        /// The effect was seen.
        Verified = "verified",
        /// The charge point said that it will not, or cannot.
        Refused = "refused",
        /// It said nothing in time. It may have done it all the same.
        Silent = "silent",
        /// The connection ended before there was an answer, or there was none to be had.
        Gone = "gone",
    }
}

/// What becomes known of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It has left us.
    Left,
    /// The charge point will.
    Yes,
    /// It will not, or cannot.
    No,
    /// It says nothing.
    Nothing,
    /// The connection is gone.
    Lost,
    /// What was asked has come about.
    Seen,
}

impl CommandState {
    /// The state after the news; none when they change nothing.
    pub const fn after(self, news: News) -> Option<Self> {
        use News::{Left, Lost, No, Nothing, Seen, Yes};
        match (self, news) {
            (Self::Asked, Left) => Some(Self::Delivered),
            // The answer may come late, and the effect before the answer.
            (Self::Asked | Self::Delivered | Self::Silent | Self::Gone, Yes) => Some(Self::Obeyed),
            (Self::Asked | Self::Delivered | Self::Silent | Self::Gone, No) => Some(Self::Refused),
            (Self::Delivered, Nothing) => Some(Self::Silent),
            (Self::Asked | Self::Delivered, Lost) => Some(Self::Gone),
            (Self::Delivered | Self::Obeyed | Self::Silent | Self::Gone, Seen) => Some(Self::Verified),
            _ => None,
        }
    }

    /// Whether nothing more is expected, short of a late answer.
    pub const fn is_settled(self) -> bool {
        !matches!(self, Self::Asked | Self::Delivered | Self::Obeyed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::as_hoped(&[News::Left, News::Yes, News::Seen], CommandState::Verified)]
    #[case::accepted_is_not_done(&[News::Left, News::Yes], CommandState::Obeyed)]
    #[case::effect_before_the_answer(&[News::Left, News::Seen, News::Yes], CommandState::Verified)]
    #[case::silent(&[News::Left, News::Nothing], CommandState::Silent)]
    #[case::late(&[News::Left, News::Nothing, News::Yes], CommandState::Obeyed)]
    #[case::done_without_a_word(&[News::Left, News::Nothing, News::Seen], CommandState::Verified)]
    #[case::refused(&[News::Left, News::No, News::Seen], CommandState::Refused)]
    #[case::gone(&[News::Lost], CommandState::Gone)]
    #[case::gone_and_done(&[News::Left, News::Lost, News::Seen], CommandState::Verified)]
    #[case::never_left(&[News::Seen], CommandState::Asked)]
    fn a_command_is_done_when_its_effect_was_seen(#[case] news: &[News], #[case] state: CommandState) {
        let after = news.iter().fold(CommandState::Asked, |state, news| state.after(*news).unwrap_or(state));
        assert_eq!(after, state);
    }
}
