//! The states of a payout, where its money is taken from, and how old what is left is.

use super::*;
use crate::id::{DocumentId, OrganisationId, PersonId};
use crate::ledger::{Account, AccountKind, Asset};
use chrono::NaiveDate;
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

fn happening() -> impl Strategy<Value = PayoutHappening> {
    use PayoutHappening::{Approved, Filed, HandedOver, Refused, Returned, Sent, Told, Withdrawn};
    prop_oneof![
        4 => Just(Approved),
        1 => Just(Refused),
        1 => Just(Withdrawn),
        1 => Just(HandedOver),
        4 => Just(Filed),
        3 => Just(Sent),
        1 => Just(Returned),
        6 => proptest::sample::select(BankWord::ALL).prop_map(Told),
    ]
}

/// The states that a history goes through; what cannot happen does not, and a bank says nothing of what it never had.
fn walked(all: &[PayoutHappening]) -> Vec<PayoutState> {
    let mut states = vec![PayoutState::Asked];
    for it in all {
        let told = matches!(it, PayoutHappening::Told(_));
        if !told || states.contains(&PayoutState::Filed) {
            states.extend(states[states.len() - 1].after(*it));
        }
    }
    states
}

#[rstest]
#[case(PayoutState::Asked, PayoutHappening::Approved, Some(PayoutState::Approved))]
#[case(PayoutState::Asked, PayoutHappening::Filed, None)]
#[case(PayoutState::Asked, PayoutHappening::Told(BankWord::Paid), None)]
#[case(PayoutState::Refused, PayoutHappening::Approved, None)]
#[case(PayoutState::Withdrawn, PayoutHappening::Filed, None)]
#[case(PayoutState::Approved, PayoutHappening::Withdrawn, Some(PayoutState::Withdrawn))]
#[case(PayoutState::Approved, PayoutHappening::HandedOver, Some(PayoutState::Paid))]
#[case(PayoutState::Asked, PayoutHappening::HandedOver, None)]
#[case(PayoutState::Filed, PayoutHappening::HandedOver, None)]
#[case(PayoutState::Paid, PayoutHappening::HandedOver, None)]
#[case(PayoutState::Filed, PayoutHappening::Withdrawn, None)]
#[case(PayoutState::Filed, PayoutHappening::Filed, None)]
#[case(PayoutState::Sent, PayoutHappening::Sent, Some(PayoutState::Sent))]
#[case(PayoutState::Sent, PayoutHappening::Withdrawn, None)]
#[case(PayoutState::Sent, PayoutHappening::Told(BankWord::Received), Some(PayoutState::Accepted))]
#[case(PayoutState::Accepted, PayoutHappening::Told(BankWord::Rejected), Some(PayoutState::Rejected))]
#[case(PayoutState::Rejected, PayoutHappening::Told(BankWord::Accepted), Some(PayoutState::Rejected))]
#[case(PayoutState::Rejected, PayoutHappening::Filed, Some(PayoutState::Filed))]
#[case(PayoutState::Rejected, PayoutHappening::Withdrawn, Some(PayoutState::Withdrawn))]
#[case(PayoutState::Accepted, PayoutHappening::Told(BankWord::Paid), Some(PayoutState::Paid))]
#[case(PayoutState::Paid, PayoutHappening::Told(BankWord::Rejected), Some(PayoutState::Paid))]
#[case(PayoutState::Paid, PayoutHappening::Returned, Some(PayoutState::Returned))]
#[case(PayoutState::Returned, PayoutHappening::Told(BankWord::Paid), Some(PayoutState::Returned))]
fn pre_19_a_payout_is_paid_when_the_bank_says_so(
    #[case] state: PayoutState,
    #[case] happening: PayoutHappening,
    #[case] expected: Option<PayoutState>,
) {
    assert_eq!(state.after(happening), expected);
}

#[rstest]
#[case("ACTC", Some(BankWord::Received))]
#[case("PDNG", Some(BankWord::Received))]
#[case("ACCP", Some(BankWord::Accepted))]
#[case("ACSP", Some(BankWord::Accepted))]
#[case("ACSC", Some(BankWord::Paid))]
#[case("RJCT", Some(BankWord::Rejected))]
#[case("PART", None)]
#[case("", None)]
fn the_codes_of_banks_are_four_words(#[case] code: &str, #[case] word: Option<BankWord>) {
    assert_eq!(BankWord::of_status(code), word);
}

#[rstest]
#[case("2026-11-22", Age::Fresh)]
#[case("2026-08-23", Age::Fresh)]
#[case("2026-08-22", Age::ThreeMonths)]
#[case("2026-05-22", Age::HalfYear)]
#[case("2025-11-22", Age::Year)]
#[case("2024-11-23", Age::Year)]
#[case("2024-11-22", Age::TwoYears)]
#[case("2027-01-01", Age::Fresh)]
fn pre_19_money_is_dormant_from_three_months_on(#[case] moved_on: &str, #[case] expected: Age) {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    assert_eq!(Age::of(day(moved_on), day("2026-11-22")), expected);
}

fn part(name: u128, minor: i64) -> UnusedPart {
    let account = Account {
        person_id: Some(PersonId(Uuid::from_u128(name))),
        ..Account::of_organisation(OrganisationId(Uuid::from_u128(1)), AccountKind::Prepaid, Asset::Sek)
    };
    UnusedPart { account, document: Some(DocumentId(Uuid::from_u128(name))), minor }
}

proptest! {
    #[test]
    fn a_payout_reaches_a_file_or_a_hand_only_when_somebody_has_approved_it(
        all in proptest::collection::vec(happening(), 0..20),
    ) {
        let states = walked(&all);
        let approved = states.iter().position(|it| *it == PayoutState::Approved);
        let filed = states.iter().position(|it| it.is_at_bank() || *it == PayoutState::Paid);
        prop_assert!(filed.is_none_or(|filed| approved.is_some_and(|approved| approved < filed)), "{states:?}");
    }

    #[test]
    fn money_is_held_once_and_goes_once_and_comes_back_once(all in proptest::collection::vec(happening(), 0..30)) {
        let states = walked(&all);
        let (mut held, mut gone) = (1, 0);
        for pair in states.windows(2) {
            match pair[0].moves(pair[1]) {
                Hold::Stays => {}
                Hold::Placed => prop_assert!(false, "nothing is held twice"),
                Hold::Posted => (held, gone) = (held - 1, gone + 1),
                Hold::Released => held -= 1,
                Hold::Missed => gone += 1,
                Hold::CameBack => gone -= 1,
            }
            prop_assert!(held == i32::from(pair[1].holds()), "{states:?}");
            prop_assert!(gone == i32::from(pair[1] == PayoutState::Paid), "{states:?}");
        }
    }

    #[test]
    fn what_the_bank_says_twice_changes_nothing(
        all in proptest::collection::vec(proptest::sample::select(BankWord::ALL), 0..10),
    ) {
        use PayoutHappening::{Approved, Filed, Sent, Told};
        let begun = [Approved, Filed, Sent];
        let once: Vec<_> = begun.into_iter().chain(all.iter().map(|it| Told(*it))).collect();
        let twice: Vec<_> = begun.into_iter().chain(all.iter().flat_map(|it| [Told(*it), Told(*it)])).collect();
        prop_assert_eq!(walked(&once).last().copied(), walked(&twice).last().copied());
    }

    #[test]
    fn no_more_is_taken_than_there_is_and_every_ore_has_a_place(
        there in proptest::collection::vec(-50i64..200, 0..5), amount in -5i64..600,
    ) {
        let parts: Vec<UnusedPart> = there.iter().zip(1..).map(|(minor, name)| part(name, *minor)).collect();
        let most: i64 = there.iter().filter(|it| **it > 0).sum();
        match share(&parts, amount) {
            Ok(taken) => {
                prop_assert_eq!(taken.iter().map(|it| it.minor).sum::<i64>(), amount);
                prop_assert!(amount >= 1 && amount <= most);
                for it in taken {
                    let from = parts.iter().find(|part| part.account == it.account).unwrap();
                    prop_assert!(it.minor > 0 && it.minor <= from.minor);
                }
            }
            Err(refusal) => {
                prop_assert!(amount <= 0 || amount > most);
                prop_assert_eq!(refusal == PayoutRefusal::Nothing, amount <= 0);
            }
        }
    }
}
