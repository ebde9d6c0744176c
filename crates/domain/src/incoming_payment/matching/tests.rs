//! Payments and documents by hand, and any of them by chance.

use super::*;
use crate::document::{FiscalYear, Number};
use crate::money::Currency;
use chrono::NaiveDate;
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).expect("a day")
}

fn document(place: i64, reference: &str, open: i64, due: u32) -> Payable {
    Payable {
        id: DocumentId(Uuid::from_u128(u128::try_from(place).expect("a place"))),
        number: Number { year: FiscalYear(2026), place },
        reference: Some(reference.to_owned()),
        open: Money::of_minor(open, Currency::Sek),
        paid: Money::of_minor(4_000, Currency::Sek),
        due_on: Some(day(due)),
        payer: "Anna Testsson".to_owned(),
        beside: Beside::Nothing,
    }
}

/// 1 is open, 2 too, of 3 nothing is left.
fn known() -> Vec<Payable> {
    vec![document(1, "123455", 10_000, 20), document(2, "1234574", 5_000, 10), document(3, "10012383", 0, 1)]
}

fn refers(kind: ReferenceKind, text: &str, minor: Option<i64>) -> Reference {
    Reference { kind, text: text.to_owned(), amount: minor.map(|minor| Money::of_minor(minor, Currency::Sek)) }
}

fn ocr(text: &str) -> Reference {
    refers(ReferenceKind::Ocr, text, None)
}

fn payment(minor: i64, references: Vec<Reference>) -> Incoming {
    Incoming {
        kind: PaymentKind::Payment,
        amount: Money::of_minor(minor, Currency::Sek),
        references,
        information: Vec::new(),
        payer: None,
        booked_on: day(12),
    }
}

fn shares(matched: &Match) -> Vec<(u128, i64)> {
    matched.allocations.iter().map(|it| (it.document.uuid().as_u128(), it.amount.minor)).collect()
}

#[rstest]
#[case::exact(10_000, vec![ocr("123455")], Outcome::Matched, &[(1, 10_000)], 0)]
#[case::with_zeros_in_front(10_000, vec![ocr("000123455")], Outcome::Matched, &[(1, 10_000)], 0)]
#[case::with_blanks(10_000, vec![ocr("12 3455 ")], Outcome::Matched, &[(1, 10_000)], 0)]
#[case::less(9_999, vec![ocr("123455")], Outcome::Part, &[(1, 9_999)], 0)]
#[case::more(10_001, vec![ocr("123455")], Outcome::Over, &[(1, 10_000)], 1)]
#[case::paid_before(7_000, vec![ocr("10012383")], Outcome::Double, &[], 7_000)]
#[case::no_reference(10_000, vec![], Outcome::Unmatched, &[], 10_000)]
#[case::unknown_reference(10_000, vec![ocr("77777")], Outcome::Unmatched, &[], 10_000)]
#[case::the_bank_refuses_it(10_000, vec![refers(ReferenceKind::Faulty, "123455", None)], Outcome::Unmatched, &[], 10_000)]
#[case::by_number(5_000, vec![refers(ReferenceKind::Invoice, "2026-0002", None)], Outcome::Matched, &[(2, 5_000)], 0)]
#[case::a_number_is_no_ocr(5_000, vec![ocr("2026-0002")], Outcome::Unmatched, &[], 5_000)]
#[case::two_exactly(15_000, vec![ocr("123455"), ocr("1234574")], Outcome::Matched, &[(2, 5_000), (1, 10_000)], 0)]
#[case::two_and_too_little(6_000, vec![ocr("123455"), ocr("1234574")], Outcome::Part, &[(2, 5_000), (1, 1_000)], 0)]
#[case::two_and_too_much(15_500, vec![ocr("123455"), ocr("1234574")], Outcome::Over, &[(2, 5_000), (1, 10_000)], 500)]
#[case::the_same_twice(10_000, vec![ocr("123455"), ocr("123455")], Outcome::Matched, &[(1, 10_000)], 0)]
#[case::one_of_two_unknown(11_000, vec![ocr("123455"), ocr("77777")], Outcome::Unmatched, &[], 11_000)]
#[case::one_of_two_unknown_but_exact(10_000, vec![ocr("123455"), ocr("77777")], Outcome::Matched, &[(1, 10_000)], 0)]
#[case::one_paid_and_one_open(5_000, vec![ocr("10012383"), ocr("1234574")], Outcome::Matched, &[(2, 5_000)], 0)]
#[case::as_the_payer_divides_it(
    6_000,
    vec![refers(ReferenceKind::Ocr, "123455", Some(4_000)), refers(ReferenceKind::Ocr, "1234574", Some(2_000))],
    Outcome::Part, &[(1, 4_000), (2, 2_000)], 0
)]
#[case::parts_with_one_unknown(
    6_000,
    vec![refers(ReferenceKind::Ocr, "123455", Some(4_000)), refers(ReferenceKind::Ocr, "77777", Some(2_000))],
    Outcome::Over, &[(1, 4_000)], 2_000
)]
#[case::parts_that_do_not_add_up(
    15_000,
    vec![refers(ReferenceKind::Ocr, "123455", Some(1)), refers(ReferenceKind::Ocr, "1234574", Some(2))],
    Outcome::Matched, &[(2, 5_000), (1, 10_000)], 0
)]
#[case::a_credit_note_drawn_off(
    9_000,
    vec![refers(ReferenceKind::Ocr, "123455", Some(10_000)), refers(ReferenceKind::Ocr, "1234574", Some(-1_000))],
    Outcome::Unmatched, &[], 9_000
)]
#[case::taken_back(-10_000, vec![ocr("123455")], Outcome::Unmatched, &[], -10_000)]
fn a_payment_settles_what_it_refers_to(
    #[case] minor: i64,
    #[case] references: Vec<Reference>,
    #[case] outcome: Outcome,
    #[case] expected: &[(u128, i64)],
    #[case] left: i64,
) {
    let matched = match_payment(&payment(minor, references), &known());
    assert_eq!((matched.outcome, shares(&matched), matched.left.minor), (outcome, expected.to_vec(), left));
}

#[rstest]
#[case::as_much_as_was_paid(PaymentKind::Reversal, -4_000, vec![ocr("123455")], Outcome::Matched, &[(1, -4_000)])]
#[case::a_part_of_it(PaymentKind::Reversal, -1, vec![ocr("123455")], Outcome::Matched, &[(1, -1)])]
#[case::more_than_was_paid(PaymentKind::Reversal, -4_001, vec![ocr("123455")], Outcome::Unmatched, &[])]
#[case::two_are_named(PaymentKind::Reversal, -100, vec![ocr("123455"), ocr("1234574")], Outcome::Unmatched, &[])]
#[case::nothing_is_known(PaymentKind::Reversal, -100, vec![ocr("77777")], Outcome::Unmatched, &[])]
#[case::the_payer_draws_it_off(PaymentKind::Deduction, -100, vec![ocr("123455")], Outcome::Unmatched, &[])]
fn what_the_bank_takes_back_opens_the_document_that_it_names_plainly(
    #[case] kind: PaymentKind,
    #[case] minor: i64,
    #[case] references: Vec<Reference>,
    #[case] outcome: Outcome,
    #[case] expected: &[(u128, i64)],
) {
    let matched = match_payment(&Incoming { kind, ..payment(minor, references) }, &known());
    assert_eq!((matched.outcome, shares(&matched)), (outcome, expected.to_vec()));
    let placed: i64 = expected.iter().map(|it| it.1).sum();
    assert_eq!(matched.left.minor, minor - placed);
}

#[test]
fn what_a_payer_draws_off_is_suggested_the_document_that_it_refers_to() {
    let drawn = Incoming { kind: PaymentKind::Deduction, ..payment(-4_500, vec![ocr("123455")]) };
    let told = match_payment(&drawn, &known()).suggestions;
    assert_eq!((told[0].document.uuid().as_u128(), told[0].amount.minor), (1, -4_000), "no more than was paid");
}

#[test]
fn a_payment_in_another_currency_settles_nothing() {
    let mut euro = payment(10_000, vec![ocr("123455")]);
    euro.amount.currency = Currency::Eur;
    let matched = match_payment(&euro, &known());
    assert_eq!((matched.outcome, matched.allocations.len(), matched.left), (Outcome::Unmatched, 0, euro.amount));
    assert_eq!(matched.suggestions, Vec::new());
}

#[test]
fn of_documents_with_one_reference_the_one_with_the_amount_is_meant_else_the_oldest() {
    let mut documents = known();
    documents.push(document(4, "123455", 8_000, 5));
    let exact = match_payment(&payment(10_000, vec![ocr("123455")]), &documents);
    assert_eq!((exact.outcome, shares(&exact)), (Outcome::Matched, vec![(1, 10_000)]));
    let less = match_payment(&payment(1_000, vec![ocr("123455")]), &documents);
    assert_eq!((less.outcome, shares(&less)), (Outcome::Part, vec![(4, 1_000)]));
}

#[test]
fn the_second_payment_of_a_document_is_double_even_when_it_was_the_first_that_paid_it() {
    let mut documents = known();
    let first = match_payment(&payment(10_000, vec![ocr("123455")]), &documents);
    documents[0].open.minor -= first.allocations[0].amount.minor;
    let second = match_payment(&payment(10_000, vec![ocr("123455")]), &documents);
    assert_eq!((first.outcome, second.outcome, second.left.minor), (Outcome::Matched, Outcome::Double, 10_000));
}

fn some_reference() -> impl Strategy<Value = Reference> {
    let text = prop_oneof![Just("123455"), Just("1234574"), Just("10012383"), Just("555"), Just(" 0123455")];
    let kind = prop::sample::select(ReferenceKind::ALL);
    (text, kind, proptest::option::of(-500i64..2_000)).prop_map(|(text, kind, minor)| refers(kind, text, minor))
}

fn named(place: u128) -> DocumentId {
    DocumentId(Uuid::from_u128(place))
}

/// Invoices 1 and 2, and the reminder 9 of both, which costs 85.00 itself.
fn reminded() -> Vec<Payable> {
    let reminder =
        Payable { beside: Beside::Invoices(vec![named(1), named(2)]), ..document(9, "9026000908", 8_500, 30) };
    let invoice = |place, reference, open, due| Payable {
        beside: Beside::Reminders(vec![named(9)]),
        ..document(place, reference, open, due)
    };
    vec![invoice(1, "123455", 10_000, 20), invoice(2, "1234574", 5_000, 10), reminder]
}

#[rstest]
#[case::all_that_the_letter_asks_for(23_500, "9026000908", Outcome::Matched, &[(9, 8_500), (2, 5_000), (1, 10_000)], 0)]
#[case::what_it_cost_comes_first(6_000, "9026000908", Outcome::Part, &[(9, 6_000)], 0)]
#[case::then_the_oldest_invoice(9_000, "9026000908", Outcome::Part, &[(9, 8_500), (2, 500)], 0)]
#[case::more_than_the_letter(24_000, "9026000908", Outcome::Over, &[(9, 8_500), (2, 5_000), (1, 10_000)], 500)]
#[case::by_its_own_reference_the_invoice(10_000, "123455", Outcome::Matched, &[(1, 10_000)], 0)]
#[case::and_of_what_is_more_the_reminder(18_500, "123455", Outcome::Matched, &[(1, 10_000), (9, 8_500)], 0)]
#[case::but_not_the_other_invoice(20_000, "123455", Outcome::Over, &[(1, 10_000), (9, 8_500)], 1_500)]
fn a_reminder_is_paid_before_its_invoices_unless_the_payer_names_an_invoice(
    #[case] minor: i64,
    #[case] reference: &str,
    #[case] outcome: Outcome,
    #[case] expected: &[(u128, i64)],
    #[case] left: i64,
) {
    let matched = match_payment(&payment(minor, vec![ocr(reference)]), &reminded());
    assert_eq!((matched.outcome, shares(&matched), matched.left.minor), (outcome, expected.to_vec(), left));
}

proptest! {
    #[test]
    fn what_is_placed_is_never_more_than_was_paid_or_is_open_and_no_ore_is_lost(
        minor in -5_000i64..5_000,
        kind in prop::sample::select(PaymentKind::ALL),
        references in proptest::collection::vec(some_reference(), 0..5),
        open in proptest::collection::vec((0i64..1_500, 1u32..28), 0..5),
    ) {
        let texts = ["123455", "1234574", "10012383", "123455", "9"];
        let documents: Vec<Payable> =
            open.iter().zip(texts).zip(1..).map(|(((open, due), text), place)| document(place, text, *open, *due)).collect();
        let matched = match_payment(&Incoming { kind, ..payment(minor, references) }, &documents);
        let placed: i64 = matched.allocations.iter().map(|it| it.amount.minor).sum();
        prop_assert_eq!(placed + matched.left.minor, minor);
        prop_assert!(matched.left.minor >= 0 || minor < 0);
        for (place, share) in matched.allocations.iter().enumerate() {
            let document = documents.iter().find(|it| it.id == share.document).expect("one of the documents");
            let most = if minor < 0 { document.paid.minor } else { document.open.minor };
            prop_assert!(share.amount.minor * minor.signum() > 0 && share.amount.minor.abs() <= most);
            prop_assert!(matched.allocations[..place].iter().all(|other| other.document != share.document));
        }
        match matched.outcome {
            Outcome::Matched | Outcome::Part => prop_assert!(matched.left.minor == 0 && placed != 0),
            Outcome::Over => prop_assert!(matched.left.minor > 0),
            Outcome::Double | Outcome::Unmatched => prop_assert_eq!(placed, 0),
        }
        for suggestion in &matched.suggestions {
            prop_assert_eq!(suggestion.amount.minor.signum(), matched.left.minor.signum());
            prop_assert!(suggestion.amount.minor.abs() <= matched.left.minor.abs());
            prop_assert!(matched.allocations.iter().all(|share| share.document != suggestion.document));
        }
    }
}
