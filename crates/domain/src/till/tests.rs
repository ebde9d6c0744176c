//! Tills against a drawer and a terminal: what is paid, what goes back, and what is counted.

use super::*;
use crate::document::FiscalYear;
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

fn sek(minor: i64) -> Money {
    Money::of_minor(minor, Currency::Sek)
}

fn share(id: u128, open: i64, amount: i64) -> TillShare {
    TillShare { document: Uuid::from_u128(id).into(), open: sek(open), amount: sek(amount) }
}

#[rstest]
// Cash is rounded to coins where everything is paid whole.
#[case(TillMeans::Cash, 10_000, &[(10_040, 10_040)], Ok((-40, 0)))]
#[case(TillMeans::Cash, 10_100, &[(10_060, 10_060)], Ok((40, 0)))]
#[case(TillMeans::Cash, 10_100, &[(10_050, 10_050)], Ok((50, 0)))]
// More than what is asked for is kept to the öre.
#[case(TillMeans::Cash, 20_000, &[(10_060, 10_060)], Ok((0, 9_940)))]
// A part is not rounded.
#[case(TillMeans::Cash, 5_000, &[(10_060, 5_000)], Ok((0, 0)))]
#[case(TillMeans::Cash, 5_000, &[(10_060, 5_040)], Err(TillRefusal::MoreThanCame))]
// Rounding counts once for all that is paid.
#[case(TillMeans::Cash, 10_100, &[(5_030, 5_030), (5_030, 5_030)], Ok((40, 0)))]
#[case(TillMeans::Cash, 10_000, &[(20, 20), (10_020, 10_020)], Ok((-40, 0)))]
// A card pays the öre.
#[case(TillMeans::Card, 10_040, &[(10_040, 10_040)], Ok((0, 0)))]
#[case(TillMeans::Card, 10_000, &[(10_040, 10_040)], Err(TillRefusal::MoreThanCame))]
#[case(TillMeans::Card, 12_345, &[], Ok((0, 12_345)))]
#[case(TillMeans::Cash, 12_345, &[], Err(TillRefusal::Coins))]
#[case(TillMeans::Cash, 0, &[], Err(TillRefusal::Amount))]
#[case(TillMeans::Card, -100, &[], Err(TillRefusal::Amount))]
#[case(TillMeans::Card, 10_000, &[(5_000, 5_001)], Err(TillRefusal::MoreThanOpen))]
#[case(TillMeans::Card, 10_000, &[(5_000, 0)], Err(TillRefusal::Amount))]
fn what_is_paid_goes_to_documents_to_rounding_and_to_the_payer(
    #[case] means: TillMeans,
    #[case] amount: i64,
    #[case] shares: &[(i64, i64)],
    #[case] expected: Result<(i64, i64), TillRefusal>,
) {
    let shares: Vec<_> = (1..).zip(shares).map(|(id, (open, amount))| share(id, *open, *amount)).collect();
    let found = split(sek(amount), means, &shares).map(|it| (it.rounding.minor, it.prepaid.minor));
    assert_eq!(found, expected);
}

#[test]
fn a_document_is_paid_once_in_one_entry_and_in_its_own_currency() {
    assert_eq!(
        split(sek(200), TillMeans::Card, &[share(1, 500, 100), share(1, 500, 100)]),
        Err(TillRefusal::MoreThanOpen)
    );
    let kroner = Money::of_minor(100, Currency::Nok);
    let other = TillShare { document: Uuid::from_u128(1).into(), open: kroner, amount: kroner };
    assert_eq!(split(sek(100), TillMeans::Card, &[other]), Err(TillRefusal::Money));
}

#[rstest]
#[case(50_000, Ok(()))]
#[case(50_100, Err(TillRefusal::TooLittle))]
#[case(1_050, Err(TillRefusal::Coins))]
#[case(0, Err(TillRefusal::Amount))]
#[case(-100, Err(TillRefusal::Amount))]
fn no_more_goes_out_in_coins_than_is_in_the_till(#[case] amount: i64, #[case] outcome: Result<(), TillRefusal>) {
    assert_eq!(check_paid_out(&sums_of(sek(50_000), &[]).unwrap(), sek(amount)), outcome);
}

#[rstest]
#[case(50_000, 50_000, None, Ok(0))]
#[case(50_000, 49_900, Some("felväxlat"), Ok(-100))]
#[case(50_000, 50_100, Some("  "), Err(TillRefusal::Reason))]
#[case(50_000, -100, Some("fel"), Err(TillRefusal::Amount))]
#[case(50_000, 49_950, Some("fel"), Err(TillRefusal::Coins))]
fn a_difference_needs_a_reason(
    #[case] expected: i64,
    #[case] counted: i64,
    #[case] reason: Option<&str>,
    #[case] outcome: Result<i64, TillRefusal>,
) {
    assert_eq!(close(sek(expected), sek(counted), reason).map(|it| it.difference.minor), outcome);
}

#[rstest]
#[case(TillEntryKind::Taken, TillMeans::Cash, false, TakeBackWay::Money, Ok(TillEntryKind::TakenBack))]
#[case(TillEntryKind::Taken, TillMeans::Card, true, TakeBackWay::Money, Ok(TillEntryKind::TakenBack))]
#[case(TillEntryKind::PaidOut, TillMeans::Cash, true, TakeBackWay::Money, Ok(TillEntryKind::CameBack))]
#[case(TillEntryKind::Taken, TillMeans::Cash, true, TakeBackWay::NeverCame, Ok(TillEntryKind::NeverCame))]
#[case(TillEntryKind::Taken, TillMeans::Cash, false, TakeBackWay::NeverCame, Err(TillRefusal::NotCounted))]
#[case(TillEntryKind::Taken, TillMeans::Card, true, TakeBackWay::NeverCame, Err(TillRefusal::NotCounted))]
#[case(TillEntryKind::PaidOut, TillMeans::Cash, true, TakeBackWay::NeverCame, Err(TillRefusal::NotCounted))]
#[case(TillEntryKind::TakenBack, TillMeans::Cash, true, TakeBackWay::Money, Err(TillRefusal::NotTaken))]
#[case(TillEntryKind::NeverCame, TillMeans::Cash, true, TakeBackWay::NeverCame, Err(TillRefusal::NotTaken))]
fn what_goes_back_is_said_by_what_it_was_and_whether_its_till_was_counted(
    #[case] kind: TillEntryKind,
    #[case] means: TillMeans,
    #[case] is_closed: bool,
    #[case] way: TakeBackWay,
    #[case] expected: Result<TillEntryKind, TillRefusal>,
) {
    let number = Number { year: FiscalYear(2026), place: 1 };
    let was = TillEntry { kind, means, amount: sek(100), rounding: sek(0), prepaid: sek(0), number };
    assert_eq!(taken_back(&was, is_closed, way), expected);
}

#[test]
fn what_never_came_is_no_cash_that_went_out_and_no_payment_any_more() {
    let number = Number { year: FiscalYear(2026), place: 1 };
    let (means, rounding) = (TillMeans::Cash, sek(-40));
    let it =
        TillEntry { kind: TillEntryKind::NeverCame, means, amount: sek(10_000), rounding, prepaid: sek(2_000), number };
    let sums = sums_of(sek(50_000), &[it]).unwrap();
    assert_eq!((sums.expected, sums.cash_back, sums.never_came), (sek(50_000), sek(0), sek(10_000)));
    assert_eq!((sums.to_invoices, sums.to_prepaid, sums.rounding), (sek(-8_040), sek(-2_000), sek(40)));
    assert_eq!((sums.missed, sums.taken_back), (1, 0));
}

/// What a history does: a payment by some means of some documents, or something before it is taken back, or somebody gets cash.
#[derive(Clone, Debug)]
enum Deed {
    Take { by_card: bool, amount: i64, shares: Vec<(i64, i64)> },
    TakeBack(usize),
    PayOut(i64),
}

fn deed() -> impl Strategy<Value = Deed> {
    let shares = proptest::collection::vec((1i64..30_000, 1i64..30_000), 0..3);
    let shares = shares.prop_map(|all| all.into_iter().map(|(open, amount)| (open, amount.min(open))).collect());
    prop_oneof![
        3 => (any::<bool>(), -200i64..80_000, shares)
            .prop_map(|(by_card, amount, shares)| Deed::Take { by_card, amount, shares }),
        1 => (0usize..20).prop_map(Deed::TakeBack),
        1 => (-100i64..40_000).prop_map(Deed::PayOut),
    ]
}

proptest! {
    #[test]
    fn a_till_adds_up_to_what_a_drawer_and_a_terminal_would(
        opening in 0i64..2_000, deeds in proptest::collection::vec(deed(), 0..40),
    ) {
        // The model: notes in a drawer, money of a terminal, and where it all went.
        let opening = sek(opening * 100);
        let (mut drawer, mut terminal) = (opening.minor, 0);
        let (mut invoices, mut prepaid, mut rounded, mut out) = (0, 0, 0, 0);
        let (mut entries, mut gone): (Vec<TillEntry>, Vec<usize>) = (Vec::new(), Vec::new());
        for deed in deeds {
            let place = i64::try_from(entries.len()).unwrap() + 1;
            let number = Number { year: FiscalYear(2026), place };
            match deed {
                Deed::Take { by_card, amount, shares } => {
                    let means = if by_card { TillMeans::Card } else { TillMeans::Cash };
                    let shares: Vec<_> = (1..).zip(&shares).map(|(id, (open, paid))| share(id, *open, *paid)).collect();
                    let Ok(it) = split(sek(amount), means, &shares) else { continue };
                    let came: i64 = it.shares.iter().map(|share| share.came.minor).sum();
                    let let_off: i64 = it.shares.iter().map(|share| share.let_off.minor).sum();
                    prop_assert!(it.shares.iter().all(|share| share.came.minor >= 0 && share.let_off.minor >= 0));
                    prop_assert_eq!(came + it.rounding.minor.max(0) + it.prepaid.minor, amount);
                    prop_assert_eq!(let_off, (-it.rounding.minor).max(0));
                    prop_assert!(it.rounding.minor.abs() <= 50);
                    *(if by_card { &mut terminal } else { &mut drawer }) += amount;
                    invoices += came + let_off;
                    prepaid += it.prepaid.minor;
                    rounded += it.rounding.minor;
                    let (rounding, prepaid) = (it.rounding, it.prepaid);
                    entries.push(TillEntry { kind: TillEntryKind::Taken, means, amount: sek(amount), rounding, prepaid, number });
                }
                Deed::TakeBack(at) => {
                    let Some(it) = entries.get(at).copied() else { continue };
                    let Some(kind) = it.kind.back().filter(|_| !gone.contains(&at)) else { continue };
                    if kind == TillEntryKind::CameBack {
                        gone.push(at);
                        drawer += it.amount.minor;
                        out -= it.amount.minor;
                        entries.push(TillEntry { kind, number, ..it });
                        continue;
                    }
                    let sums = sums_of(opening, &entries).unwrap();
                    if check_taken_back(&sums, it.means, it.amount).is_err() {
                        prop_assert!(it.means == TillMeans::Cash && drawer < it.amount.minor);
                        continue;
                    }
                    gone.push(at);
                    *(if it.means == TillMeans::Card { &mut terminal } else { &mut drawer }) -= it.amount.minor;
                    invoices -= it.amount.minor - it.prepaid.minor - it.rounding.minor;
                    prepaid -= it.prepaid.minor;
                    rounded -= it.rounding.minor;
                    entries.push(TillEntry { kind, number, ..it });
                }
                Deed::PayOut(amount) => {
                    let sums = sums_of(opening, &entries).unwrap();
                    if check_paid_out(&sums, sek(amount)).is_err() {
                        prop_assert!(amount <= 0 || amount % 100 != 0 || amount > drawer);
                        continue;
                    }
                    drawer -= amount;
                    out += amount;
                    let (kind, means, nothing) = (TillEntryKind::PaidOut, TillMeans::Cash, sek(0));
                    entries.push(TillEntry { kind, means, amount: sek(amount), rounding: nothing, prepaid: nothing, number });
                }
            }
        }
        let sums = sums_of(opening, &entries).unwrap();
        prop_assert_eq!(sums.expected.minor, drawer);
        prop_assert_eq!(sums.card_in.minor - sums.card_back.minor, terminal);
        prop_assert_eq!((sums.to_invoices.minor, sums.to_prepaid.minor), (invoices, prepaid));
        prop_assert_eq!(sums.rounding.minor, rounded);
        prop_assert_eq!(sums.cash_out.minor - sums.cash_out_back.minor, out);
        prop_assert_eq!(sums.taken + sums.taken_back + sums.paid_out + sums.came_back, entries.len());
        prop_assert_eq!(sums.taken_back + sums.came_back, gone.len());
        prop_assert!(sums.expected.minor >= 0);
        entries.reverse();
        prop_assert_eq!(sums_of(opening, &entries).unwrap(), sums);
    }
}
