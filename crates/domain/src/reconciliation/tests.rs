//! Some days by hand, and any of them by chance.

use super::*;
use crate::money::Currency;
use proptest::prelude::*;
use uuid::Uuid;

const VIPPS: PaymentProvider = PaymentProvider::Vipps;

fn nok(minor: i64) -> Money {
    Money::of_minor(minor, Currency::Nok)
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).expect("a day")
}

/// What brought money, or gave it back.
fn movement(name: u128, minor: i64) -> Movement {
    let id = Uuid::from_u128(name);
    if minor < 0 { Movement::Refund(id.into()) } else { Movement::Attempt(id.into()) }
}

fn paid(name: u128, on: u32, minor: i64) -> PaidThrough {
    PaidThrough { movement: movement(name, minor), provider: VIPPS, on: day(on), amount: nok(minor) }
}

fn line(name: u128, settlement: u128, minor: i64, fee: i64, of: Option<u128>) -> SettledLine {
    SettledLine {
        id: Uuid::from_u128(1_000 + name).into(),
        settlement: Uuid::from_u128(2_000 + settlement).into(),
        provider: VIPPS,
        kind: SettlementLineKind::Payment,
        on: day(9),
        gross: nok(minor),
        fee: nok(fee),
        movement: of.map(|name| movement(name, minor)),
    }
}

fn out(name: u128, net: i64, received: bool) -> PaidOut {
    PaidOut {
        id: Uuid::from_u128(2_000 + name).into(),
        provider: VIPPS,
        on: day(10),
        net: nok(net),
        received: received.then(|| Uuid::from_u128(3_000 + name).into()),
    }
}

fn kinds(reconciled: &Reconciled) -> Vec<(DifferenceKind, i64)> {
    reconciled.differences.iter().map(|it| (it.kind, it.amount.minor)).collect()
}

#[test]
fn what_was_paid_settled_and_received_leaves_no_difference() {
    let (all, lines) = ([paid(1, 8, 10_000)], [line(1, 1, 10_000, 150, Some(1))]);
    let known =
        Known { paid: &all, lines: &lines, settlements: &[out(1, 9_850, true)], corrected: &[], ..Known::default() };
    let reconciled = reconcile(known).expect("sums");
    assert_eq!(reconciled.differences, []);
    let [it] = reconciled.days[..] else { panic!("one day: {reconciled:?}") };
    assert_eq!(it.on, day(8), "that of the payment");
    assert_eq!([it.paid, it.settled, it.fee, it.received, it.difference], [10_000, 9_850, 150, 9_850, 0].map(nok));
}

#[test]
fn each_thing_that_does_not_agree_is_named_once() {
    let all = [paid(1, 1, 10_000), paid(2, 2, 5_000), paid(3, 3, 700)];
    let lines = [line(1, 1, 9_000, 100, Some(1)), line(2, 1, 300, 0, None), line(3, 1, 700, 0, Some(3))];
    let known =
        Known { paid: &all, lines: &lines, settlements: &[out(1, 9_900, false)], corrected: &[], ..Known::default() };
    let reconciled = reconcile(known).expect("sums");
    let expected = [
        (DifferenceKind::OtherAmount, 1_000),
        (DifferenceKind::NotSettled, 5_000),
        (DifferenceKind::UnknownLine, -300),
        (DifferenceKind::NotReceived, 9_900),
    ];
    assert_eq!(kinds(&reconciled), expected, "the oldest first");
    assert_eq!(reconciled.differences[0].age_days(day(11)), 10);
}

#[test]
fn what_somebody_has_put_right_is_no_difference_any_more() {
    let all = [paid(1, 1, 10_000)];
    let known = Known { paid: &all, corrected: &[(Uuid::from_u128(1), nok(10_000))], ..Known::default() };
    let reconciled = reconcile(known).expect("sums");
    assert_eq!(reconciled.differences, []);
    assert_eq!((reconciled.days[0].difference, reconciled.days[0].corrected), (nok(0), nok(10_000)));
    // The provider settles it after all: it is a difference the other way, and nothing is lost.
    let late = reconcile(Known { lines: &[line(1, 1, 10_000, 0, Some(1))], ..known }).expect("sums");
    assert_eq!(kinds(&late), [(DifferenceKind::OtherAmount, -10_000)]);
}

#[test]
fn what_was_given_back_is_settled_like_what_was_paid() {
    let all = [paid(1, 1, 10_000), paid(2, 2, -4_000)];
    let lines = [line(1, 1, 10_000, 100, Some(1))];
    let settlements = [out(1, 9_900, true)];
    let before =
        reconcile(Known { paid: &all, lines: &lines, settlements: &settlements, corrected: &[], ..Known::default() });
    assert_eq!(kinds(&before.expect("sums")), [(DifferenceKind::RefundNotSettled, -4_000)]);
    let lines = [line(1, 1, 10_000, 100, Some(1)), line(2, 2, -4_000, 0, Some(2))];
    let settlements = [out(1, 9_900, true), out(2, -4_000, true)];
    let after =
        reconcile(Known { paid: &all, lines: &lines, settlements: &settlements, corrected: &[], ..Known::default() });
    assert_eq!(kinds(&after.expect("sums")), []);
}

proptest! {
    /// Payments by day and amount, less than nothing for what was given back; lines by what they say beside that, their fee, and whether they name the payment.
    #[test]
    fn paid_is_settled_and_fee_and_difference_and_every_difference_is_listed_once(
        payments in proptest::collection::vec((1u32..8, -4_000i64..10_000), 0..12),
        lines in proptest::collection::vec((0usize..16, -50i64..50, 0i64..30, 0u128..3), 0..16),
        received in proptest::collection::vec(any::<bool>(), 3),
        corrected in proptest::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let all: Vec<_> = payments.iter().zip(1..).map(|((on, minor), name)| paid(name, *on, *minor)).collect();
        let told: Vec<_> = lines.iter().zip(1..).map(|((of, more, fee, settlement), name)| {
            let of = all.get(*of);
            let gross = of.map_or(500, |it| it.amount.minor) + more;
            SettledLine { movement: of.map(|it| it.movement), ..line(name, *settlement, gross, *fee, None) }
        }).collect();
        let settlements: Vec<_> = (0..3).zip(&received).map(|(name, received)| {
            let of = told.iter().filter(|it| it.settlement.uuid().as_u128() == 2_000 + name);
            out(name, of.map(|it| it.gross.minor - it.fee.minor).sum(), *received)
        }).collect();
        let whole = Known { paid: &all, lines: &told, settlements: &settlements, corrected: &[], ..Known::default() };
        let before = reconcile(whole).expect("sums");
        let right: Vec<(Uuid, Money)> = corrected.iter().filter(|_| !before.differences.is_empty())
            .map(|it| it.get(&before.differences)).map(|it| (it.subject.uuid(), it.amount)).collect();
        let after = reconcile(Known { corrected: &right, ..whole }).expect("sums");
        for it in &after.days {
            let parts = it.settled.minor + it.fee.minor + it.difference.minor + it.corrected.minor;
            prop_assert_eq!(it.paid.minor, parts, "{:?}", it);
        }
        let mut subjects: Vec<_> = before.differences.iter().map(|it| it.subject).collect();
        let named = subjects.len();
        subjects.sort_unstable();
        subjects.dedup();
        prop_assert_eq!(named, subjects.len(), "each once");
        // What the ledger has on the clearing account: what was paid, less fees, what the bank received, and corrections.
        let sum = |all: &[Difference]| all.iter().map(|it| it.amount.minor).sum::<i64>();
        let paid_in: i64 = all.iter().map(|it| it.amount.minor).sum();
        let fees: i64 = told.iter().map(|it| it.fee.minor).sum();
        let at_bank: i64 = settlements.iter().filter(|it| it.received.is_some()).map(|it| it.net.minor).sum();
        let put_right = sum(&before.differences) - sum(&after.differences);
        prop_assert_eq!(paid_in - fees - at_bank - put_right, sum(&after.differences));
        prop_assert!(after.differences.iter().all(|it| it.amount.minor != 0));
    }
}

mod counter {
    use super::*;
    use crate::id::IncomingPaymentId;
    use crate::till::TillMeans::{self, Card, Cash};

    fn taken(means: TillMeans, on: u32, minor: i64) -> CounterDay {
        CounterDay { means, on: day(on), taken: nok(minor), counted: nok(0) }
    }

    fn brings(name: u128, means: TillMeans, on: u32, minor: i64, fee: i64) -> CounterLine {
        let payment = IncomingPaymentId::from(Uuid::from_u128(name));
        CounterLine { payment, means, on: day(on), amount: nok(minor), fee: nok(fee) }
    }

    fn held(counter: &[CounterDay], counter_lines: &[CounterLine], corrected: &[(Uuid, Money)]) -> Reconciled {
        let known = Known { counter, counter_lines, corrected, ..Known::default() };
        let reconciled = reconcile(known).expect("sums");
        for it in &reconciled.days {
            let parts = it.settled.minor + it.fee.minor + it.difference.minor + it.corrected.minor;
            assert_eq!(it.paid.minor, parts, "{it:?}");
        }
        reconciled
    }

    #[test]
    fn what_was_taken_waits_by_day_and_means_until_the_bank_has_it() {
        let days = [taken(Card, 1, 30_000), taken(Cash, 1, 50_000), taken(Card, 2, 10_000)];
        let before = held(&days, &[], &[]);
        let waits = [(DifferenceKind::NotBrought, 50_000), (DifferenceKind::NotBrought, 30_000)];
        assert_eq!(kinds(&before)[..2], waits, "the oldest first");
        let after = held(&days, &[brings(1, Card, 3, 39_400, 600), brings(2, Cash, 3, 20_000, 0)], &[]);
        assert_eq!(kinds(&after), [(DifferenceKind::NotBrought, 30_000)], "of the cash");
        let card: Vec<_> = after.days.iter().filter(|it| it.source == MoneySource::Card).collect();
        assert_eq!(card.iter().map(|it| it.fee.minor).sum::<i64>(), 600);
        assert_eq!(card.iter().map(|it| it.received.minor).sum::<i64>(), 39_400);
        assert_eq!(after.differences[0].age_days(day(9)), 8);
    }

    #[test]
    fn more_than_was_taken_is_said_and_what_is_entered_late_is_not_amiss() {
        let more = held(&[taken(Cash, 1, 50_000)], &[brings(1, Cash, 2, 60_000, 0)], &[]);
        assert_eq!(kinds(&more), [(DifferenceKind::TooMuchBrought, -10_000)]);
        let late = held(&[taken(Card, 4, 50_000)], &[brings(1, Card, 2, 50_000, 0)], &[]);
        assert_eq!(kinds(&late), []);
        let other = held(&[taken(Card, 6, 50_000)], &[brings(1, Card, 2, 50_000, 0)], &[]);
        let both = [(DifferenceKind::TooMuchBrought, -50_000), (DifferenceKind::NotBrought, 50_000)];
        assert_eq!(kinds(&other), both, "four days later it is other money");
    }

    #[test]
    fn what_a_count_found_missing_needs_not_be_brought() {
        let day = CounterDay { counted: nok(-100), ..taken(Cash, 1, 50_000) };
        let reconciled = held(&[day], &[brings(1, Cash, 2, 49_900, 0)], &[]);
        assert_eq!(kinds(&reconciled), []);
        let [it] = reconciled.days[..] else { panic!("one day: {reconciled:?}") };
        assert_eq!([it.paid, it.received, it.corrected], [50_000, 49_900, 100].map(nok));
    }

    #[test]
    fn what_went_out_of_the_till_comes_off_what_is_taken_before_and_after() {
        let out = held(&[taken(Cash, 1, -30_000)], &[], &[]);
        assert_eq!(kinds(&out), [(DifferenceKind::MoreOut, -30_000)]);
        let days = [taken(Cash, 1, 20_000), taken(Cash, 2, -30_000), taken(Cash, 3, 40_000)];
        assert_eq!(kinds(&held(&days, &[], &[])), [(DifferenceKind::NotBrought, 30_000)]);
        assert_eq!(kinds(&held(&days, &[brings(1, Cash, 4, 30_000, 0)], &[])), []);
    }

    #[test]
    fn days_are_told_apart_by_day_means_and_currency_and_the_same_whenever_asked() {
        let day = taken(Cash, 1, 1);
        assert_eq!(day.id(), CounterDay { taken: nok(99), ..day }.id());
        let others = [taken(Card, 1, 1), taken(Cash, 2, 1), CounterDay { taken: Money::zero(Currency::Sek), ..day }];
        assert!(others.iter().all(|it| it.id() != day.id()));
    }

    proptest! {
        /// Days by means and amount with what was counted beyond it; lines by means, day, amount and fee.
        #[test]
        fn what_stands_on_the_accounts_of_the_counter_is_the_sum_of_its_differences(
            days in proptest::collection::btree_map((any::<bool>(), 1u32..20), (-4_000i64..10_000, -50i64..50), 0..16),
            lines in proptest::collection::vec((any::<bool>(), 1u32..28, 1i64..20_000, 0i64..300), 0..8),
            corrected in proptest::collection::vec(any::<prop::sample::Index>(), 0..4),
            later in proptest::collection::vec((any::<bool>(), 1u32..28, 1i64..20_000, 0i64..300), 0..3),
        ) {
            let means = |card: bool| if card { Card } else { Cash };
            let days: Vec<_> = days.iter().map(|((card, on), (minor, counted))| CounterDay {
                counted: nok(if *card { 0 } else { *counted }), ..taken(means(*card), *on, *minor)
            }).collect();
            let line = |((card, on, minor, fee), name): (&(bool, u32, i64, i64), u128)| brings(name, means(*card), *on, *minor, *fee);
            let mut told: Vec<_> = lines.iter().zip(1..).map(line).collect();
            let stands = |lines: &[CounterLine], right: &[(Uuid, Money)]| {
                days.iter().map(|it| it.taken.minor + it.counted.minor).sum::<i64>()
                    - lines.iter().map(|it| it.amount.minor + it.fee.minor).sum::<i64>()
                    - right.iter().map(|it| it.1.minor).sum::<i64>()
            };
            let open = |it: &Reconciled| it.differences.iter().map(|it| it.amount.minor).sum::<i64>();
            let before = held(&days, &told, &[]);
            prop_assert_eq!(open(&before), stands(&told, &[]));
            let mut subjects: Vec<_> = before.differences.iter().map(|it| it.subject.uuid()).collect();
            let named = subjects.len();
            subjects.sort_unstable();
            subjects.dedup();
            prop_assert_eq!(named, subjects.len(), "each once");
            let mut right: Vec<(Uuid, Money)> = corrected.iter().filter(|_| !before.differences.is_empty())
                .map(|it| it.get(&before.differences)).map(|it| (it.subject.uuid(), it.amount)).collect();
            right.sort_by_key(|it| it.0);
            right.dedup();
            let after = held(&days, &told, &right);
            prop_assert_eq!(open(&after), stands(&told, &right));
            prop_assert!(after.differences.iter().all(|it| it.amount.minor != 0));
            // Whatever the bank brings later, in whatever order it is said, no öre is lost.
            told.extend(later.iter().zip(100..).map(line));
            prop_assert_eq!(open(&held(&days, &told, &right)), stands(&told, &right));
        }
    }
}
