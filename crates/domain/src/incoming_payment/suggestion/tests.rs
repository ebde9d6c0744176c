//! What speaks for a document, and what does not.

use super::*;
use crate::document::{FiscalYear, Number};
use crate::incoming_payment::{Beside, PaymentKind, Reference, ReferenceKind};
use crate::money::Currency;
use chrono::NaiveDate;
use rstest::rstest;
use uuid::Uuid;

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).expect("a day")
}

fn document(place: i64, reference: &str, open: i64, payer: &str) -> Payable {
    Payable {
        id: DocumentId(Uuid::from_u128(u128::try_from(place).expect("a place"))),
        number: Number { year: FiscalYear(2026), place },
        reference: Some(reference.to_owned()),
        open: Money::of_minor(open, Currency::Sek),
        paid: Money::of_minor(4_000, Currency::Sek),
        due_on: Some(day(20)),
        payer: payer.to_owned(),
        beside: Beside::Nothing,
    }
}

fn told(reference: Option<&str>, information: &str, payer: Option<&str>, minor: i64, booked: u32) -> Vec<Suggestion> {
    let reference =
        reference.map(|text| Reference { kind: ReferenceKind::Faulty, text: text.to_owned(), amount: None });
    let payment = Incoming {
        kind: PaymentKind::Payment,
        amount: Money::of_minor(minor, Currency::Sek),
        references: reference.into_iter().collect(),
        information: vec![information.to_owned()],
        payer: payer.map(str::to_owned),
        booked_on: day(booked),
    };
    let documents =
        [document(1, "2026000114", 10_000, "Kalles Plåt AB"), document(2, "2026000221", 5_000, "Märta Ødegård")];
    suggestions(&payment, payment.amount, &documents, &[])
}

#[rstest]
#[case::one_digit_wrong(Some("2026000115"), "", None, 1, 1, &[MatchReason::Mistyped])]
#[case::two_changed_places(Some("2026001014"), "", None, 1, 1, &[MatchReason::Mistyped])]
#[case::one_too_many(Some("20260001144"), "", None, 1, 1, &[MatchReason::Mistyped])]
#[case::the_end_is_lost(Some("20260001 1"), "", None, 1, 1, &[MatchReason::Mistyped])]
#[case::two_at_the_front_are_lost(Some("26000114"), "", None, 1, 1, &[MatchReason::Truncated])]
#[case::the_front_is_lost(Some("6000114"), "", None, 1, 1, &[MatchReason::Truncated])]
#[case::written_beside(None, "betalning 2026000114 tack", None, 1, 1, &[MatchReason::Mentioned])]
#[case::by_its_number(None, "Faktura 2026-0001", None, 1, 1, &[MatchReason::Mentioned])]
#[case::the_number_as_reference(Some("20260001"), "", None, 1, 1, &[MatchReason::Mentioned])]
#[case::the_amount(None, "", None, 10_000, 1, &[MatchReason::SameAmount])]
#[case::the_amount_and_the_day(None, "", None, 10_000, 15, &[MatchReason::SameAmount, MatchReason::NearDue])]
#[case::the_name_and_the_day(None, "", Some("KALLES PLAT AB"), 1, 15, &[MatchReason::SameName, MatchReason::NearDue])]
#[case::all_together(
    Some("2026000115"), "", Some("AB Kalles Plåt"), 10_000, 20,
    &[MatchReason::Mistyped, MatchReason::SameAmount, MatchReason::SameName, MatchReason::NearDue]
)]
fn what_speaks_for_a_document_is_told(
    #[case] reference: Option<&str>,
    #[case] information: &str,
    #[case] payer: Option<&str>,
    #[case] minor: i64,
    #[case] booked: u32,
    #[case] reasons: &[MatchReason],
) {
    let told = told(reference, information, payer, minor, booked);
    let first = told.first().expect("a suggestion");
    assert_eq!((first.document.uuid().as_u128(), first.reasons.as_slice()), (1, reasons));
    assert_eq!(first.amount.minor, minor.min(10_000));
}

#[rstest]
#[case::the_day_alone(None, None, 1, 20)]
#[case::half_a_name(None, Some("Kalle Svensson AB"), 1, 20)]
#[case::a_name_alone(None, Some("Kalles Plåt AB"), 1, 1)]
#[case::two_digits_wrong(Some("2026000999"), None, 1, 1)]
#[case::too_short_to_be_near(Some("0114"), None, 1, 1)]
fn what_says_nothing_suggests_nothing(
    #[case] reference: Option<&str>,
    #[case] payer: Option<&str>,
    #[case] minor: i64,
    #[case] booked: u32,
) {
    assert_eq!(told(reference, "", payer, minor, booked), Vec::new());
}

#[test]
fn the_likeliest_comes_first() {
    let told = told(Some("2026000222"), "", Some("Kalles Plåt AB"), 10_000, 20);
    let order: Vec<u128> = told.iter().map(|it| it.document.uuid().as_u128()).collect();
    assert_eq!(order, [1, 2], "amount, name and day of the one outweigh a reference near the other");
}

#[test]
fn letters_that_banks_do_not_have_are_the_same_letters() {
    let told = told(None, "", Some("MARTA ODEGARD"), 5_000, 1);
    assert_eq!(
        told.first().map(|it| it.reasons.as_slice()),
        Some([MatchReason::SameAmount, MatchReason::SameName].as_slice())
    );
}
