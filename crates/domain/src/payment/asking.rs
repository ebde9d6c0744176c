//! How often a provider is asked where a payment stands, for hosts that no callback reaches or whose callback was lost.

use super::AttemptState;
use chrono::TimeDelta;

/// When a provider is asked next, after a try has had its state for so long; none when it is not asked any more.
///
/// While the payer has their phone in their hand, an answer is wanted within seconds, and providers allow no more. What
/// is not known is asked for days, since banks take that long; what nobody decided is given up by the provider itself.
pub fn asks_again_in(state: AttemptState, age: TimeDelta) -> Option<TimeDelta> {
    if !state.is_open() {
        return None;
    }
    let minutes = age.num_minutes();
    let seconds = match minutes {
        ..5 => 3,
        5..60 => 60,
        60..1_440 => 15 * 60,
        1_440..20_160 => 6 * 3_600,
        // Two weeks: somebody has to look.
        _ => return None,
    };
    Some(TimeDelta::seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(AttemptState::Awaiting, 0, Some(3))]
    #[case(AttemptState::Awaiting, 10, Some(60))]
    #[case(AttemptState::Unknown, 90, Some(900))]
    #[case(AttemptState::Unknown, 2 * 1_440, Some(21_600))]
    #[case(AttemptState::Unknown, 15 * 1_440, None)]
    #[case(AttemptState::Succeeded, 0, None)]
    #[case(AttemptState::Expired, 0, None)]
    fn a_payment_that_is_not_decided_is_asked_for_less_and_less_often(
        #[case] state: AttemptState,
        #[case] minutes: i64,
        #[case] seconds: Option<i64>,
    ) {
        assert_eq!(asks_again_in(state, TimeDelta::minutes(minutes)), seconds.map(TimeDelta::seconds));
    }
}
