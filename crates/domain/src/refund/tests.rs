//! The states of a refund, and where its money is taken from.

use super::*;
use proptest::prelude::*;
use rstest::rstest;

fn happening() -> impl Strategy<Value = RefundHappening> {
    use RefundHappening::{Approved, NotAnswered, NotAsked, Refused, Rejected, Seen, TriedAgain, Withdrawn};
    prop_oneof![
        4 => Just(Approved),
        1 => Just(Rejected),
        1 => Just(Withdrawn),
        3 => Just(TriedAgain),
        1 => Just(NotAsked),
        1 => Just(Refused),
        2 => Just(NotAnswered),
        9 => proptest::sample::select(ProviderState::ALL).prop_map(Seen),
    ]
}

/// The states that a history goes through; what cannot happen does not.
fn walked(all: &[RefundHappening]) -> Vec<RefundState> {
    let mut states = vec![RefundState::Asked];
    for it in all {
        states.extend(states[states.len() - 1].after(*it));
    }
    states
}

#[rstest]
#[case(RefundState::Asked, RefundHappening::Approved, Some(RefundState::Approved))]
#[case(RefundState::Asked, RefundHappening::Seen(ProviderState::Paid), None)]
#[case(RefundState::Rejected, RefundHappening::Approved, None)]
#[case(RefundState::Withdrawn, RefundHappening::TriedAgain, None)]
#[case(RefundState::Approved, RefundHappening::Approved, None)]
#[case(RefundState::Approved, RefundHappening::Withdrawn, None)]
#[case(RefundState::Approved, RefundHappening::NotAsked, Some(RefundState::Approved))]
#[case(RefundState::Approved, RefundHappening::NotAnswered, Some(RefundState::Unknown))]
#[case(RefundState::Approved, RefundHappening::Refused, Some(RefundState::Failed))]
#[case(RefundState::Unknown, RefundHappening::Seen(ProviderState::Absent), Some(RefundState::Unknown))]
#[case(RefundState::Unknown, RefundHappening::Refused, Some(RefundState::Failed))]
#[case(RefundState::Sent, RefundHappening::Refused, Some(RefundState::Sent))]
#[case(RefundState::Sent, RefundHappening::Seen(ProviderState::Absent), Some(RefundState::Sent))]
#[case(RefundState::Sent, RefundHappening::Seen(ProviderState::Denied), Some(RefundState::Failed))]
#[case(RefundState::Failed, RefundHappening::TriedAgain, Some(RefundState::Approved))]
#[case(RefundState::Failed, RefundHappening::Seen(ProviderState::Paid), Some(RefundState::Done))]
#[case(RefundState::Done, RefundHappening::Seen(ProviderState::Denied), Some(RefundState::Done))]
#[case(RefundState::Done, RefundHappening::TriedAgain, None)]
fn pre_19_a_refund_is_done_when_the_provider_says_so(
    #[case] state: RefundState,
    #[case] happening: RefundHappening,
    #[case] expected: Option<RefundState>,
) {
    assert_eq!(state.after(happening), expected);
}

proptest! {
    #[test]
    fn a_refund_reaches_the_provider_only_when_somebody_has_approved_it(
        all in proptest::collection::vec(happening(), 0..20),
    ) {
        let states = walked(&all);
        let first = all.iter().position(|it| *it == RefundHappening::Approved);
        let on_its_way = states.iter().any(|state| state.is_on_its_way() || *state == RefundState::Done);
        prop_assert!(!on_its_way || first.is_some());
        let ended = states.iter().position(|it| matches!(it, RefundState::Rejected | RefundState::Withdrawn));
        prop_assert!(ended.is_none_or(|ended| ended + 1 == states.len()), "{states:?}");
    }

    #[test]
    fn money_is_held_once_and_goes_once_or_not_at_all(all in proptest::collection::vec(happening(), 0..30)) {
        let states = walked(&all);
        let (mut held, mut gone) = (1, 0);
        for pair in states.windows(2) {
            match pair[0].moves(pair[1]) {
                Hold::Stays | Hold::CameBack => {}
                Hold::Placed => held += 1,
                Hold::Posted => (held, gone) = (held - 1, gone + 1),
                Hold::Released => held -= 1,
                Hold::Missed => gone += 1,
            }
            prop_assert!(held == i32::from(pair[1].holds()), "{states:?}");
        }
        prop_assert!(gone <= 1, "{states:?}");
        prop_assert_eq!(gone == 1, states.contains(&RefundState::Done));
    }

    #[test]
    fn what_the_provider_said_before_changes_nothing_when_it_is_said_again(
        all in proptest::collection::vec(happening().prop_filter("of the provider", |it| {
            matches!(it, RefundHappening::Seen(_))
        }), 0..12),
    ) {
        let approved: Vec<_> = std::iter::once(RefundHappening::Approved).chain(all).collect();
        let twice: Vec<_> = approved.iter().flat_map(|it| [*it, *it]).collect();
        prop_assert_eq!(walked(&approved).last().copied(), walked(&twice).last().copied());
    }

    #[test]
    fn no_more_goes_back_than_came_and_is_unused_and_every_ore_has_a_place(
        came in 0i64..500, counted in 0i64..500,
        suspense in 0i64..200, prepaid in 0i64..200, overpaid in 0i64..200, amount in -5i64..600,
    ) {
        let it = Refundable { came, counted, unused: Unused { suspense, prepaid, overpaid } };
        match it.share(amount) {
            Ok(parts) => {
                prop_assert_eq!(parts.suspense + parts.prepaid + parts.overpaid, amount);
                prop_assert!(amount >= 1 && amount <= it.most());
                prop_assert!(parts.suspense <= suspense && parts.prepaid <= prepaid && parts.overpaid <= overpaid);
            }
            Err(_) => prop_assert!(amount <= 0 || amount > it.most()),
        }
    }
}
