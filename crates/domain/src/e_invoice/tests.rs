//! The arithmetic rules of EN 16931, in our own words, over documents of any kind.

use super::*;
use crate::document::{CreditRefusal, Rounding, credit, left_of, sums};
use crate::organisation_number::OrganisationNumber;
use crate::postal_code::PostalCode;
use crate::vat::{Pricing, VatRate};
use crate::vat_number::VatNumber;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).expect("a day")
}

fn party(number: &str, registered: bool) -> Party {
    let number = OrganisationNumber::parse_stored(number).expect("a number");
    let (code, city) = if number.country() == Country::Se { ("90320", "Umeå") } else { ("0150", "Oslo") };
    Party {
        name: "Storgatan AB".to_owned(),
        vat_number: registered.then(|| VatNumber::of(&number)),
        postal_code: PostalCode::parse(number.country(), code).expect("a code"),
        organisation_number: number,
        street: "Storgatan 1".to_owned(),
        city: city.to_owned(),
        gln: None,
    }
}

fn rate(points: u16) -> Vat {
    Vat::Rate(VatRate::of_basis_points(points).expect("a rate"))
}

fn owed(vat: Vat, minor: i64, wh: i64) -> Owed {
    Owed {
        whose: None,
        text: "Laddning 1 november".to_owned(),
        detail: None,
        energy: (wh != 0).then(|| Energy::from_wh(wh)),
        vat,
        amount: Money::of_minor(minor, Currency::Sek),
    }
}

fn facts(lines: Vec<Owed>, rounding: Rounding) -> Facts {
    let amounts: Vec<(Vat, Money)> = lines.iter().map(|line| (line.vat, line.amount)).collect();
    Facts {
        kind: DocumentKind::Invoice,
        state: DocumentState::Issued,
        language: Language::Sv,
        number: Some("2026-0001".to_owned()),
        issued_on: Some(day(11, 1)),
        due_on: Some(day(12, 1)),
        period: Some((day(10, 1), day(10, 31))),
        credits: None,
        seller: Some(party("5562651892", true)),
        tax_status: Some("Godkänd för F-skatt.".to_owned()),
        contact: (None, None),
        payer: Some(Payer {
            party: party("974760673", false),
            reference: Some("4711".to_owned()),
            email: None,
            collects: false,
        }),
        sums: sums(Currency::Sek, Pricing::Net, &amounts, rounding).expect("sums"),
        lines,
        payment: (None, None),
        remark: None,
    }
}

#[test]
fn a_private_person_gets_no_e_invoice_and_the_document_says_why() {
    let nobody = Facts { payer: None, ..facts(vec![owed(rate(2_500), 100, 0)], Rounding::Exact) };
    assert_eq!(EInvoice::of(nobody), Err(vec![EInvoiceLack::Payer]));
}

#[test]
fn all_that_is_missing_is_told_at_once() {
    let lines = vec![owed(rate(1_500), 100, 0)];
    let given = facts(lines, Rounding::Exact);
    let payer = given.payer.clone().map(|payer| Payer { reference: None, ..payer });
    let poor = Facts { payer, seller: Some(party("5562651892", false)), state: DocumentState::Void, ..given.clone() };
    let told = EInvoice::of(poor).expect_err("much is missing");
    assert_eq!(told, [EInvoiceLack::InUse, EInvoiceLack::Reference, EInvoiceLack::VatNumber, EInvoiceLack::VatRate]);
    let draft = Facts { state: DocumentState::Draft, number: None, issued_on: None, seller: None, ..given.clone() };
    assert_eq!(EInvoice::of(draft), Err(vec![EInvoiceLack::Issued]));
    let receipt = Facts { kind: DocumentKind::Receipt, lines: Vec::new(), ..given.clone() };
    assert_eq!(EInvoice::of(receipt), Err(vec![EInvoiceLack::Invoice]));
    let note = Facts { kind: DocumentKind::CreditNote, lines: Vec::new(), ..given };
    assert_eq!(EInvoice::of(note), Err(vec![EInvoiceLack::Credited]));
}

#[test]
fn norway_has_rates_that_sweden_has_not() {
    let lines = vec![owed(rate(1_500), 100, 0)];
    let norwegian = Facts { seller: Some(party("974760673", true)), ..facts(lines, Rounding::Exact) };
    assert_eq!(EInvoice::of(norwegian).map(|it| it.tax_registration), Ok(None));
}

#[test]
fn a_company_is_found_by_its_gln_or_by_its_number() {
    let mut company = party("974760673", true);
    assert_eq!(company.endpoint(), Endpoint { scheme: "0192", id: "974760673" });
    company.gln = crate::payer::Gln::parse("7350053850019").ok();
    assert_eq!(company.endpoint(), Endpoint { scheme: "0088", id: "7350053850019" });
    assert_eq!(company.registration().scheme, "0192");
}

#[test]
fn who_is_not_registered_sells_out_of_scope_and_names_no_rate() {
    let lines = vec![owed(Vat::Exempt, 10_000, 0)];
    let small = Facts { seller: Some(party("5562651892", false)), ..facts(lines.clone(), Rounding::Exact) };
    let small = EInvoice::of(small).expect("an e-invoice");
    assert_eq!(small.subtotals.iter().map(|it| it.category.basis_points()).collect::<Vec<_>>(), [None]);
    let registered = EInvoice::of(facts(lines, Rounding::Exact)).expect("an e-invoice");
    assert_eq!(registered.lines[0].category.code(), "E");
}

#[test]
fn a_price_has_no_more_digits_than_it_takes() {
    let of = |minor, wh| Quantity::of(Some(Energy::from_wh(wh)), Money::of_minor(minor, Currency::Sek));
    assert_eq!(of(2_469, 12_345).price, (200, 2));
    assert_eq!(of(-2_469, 12_345), Quantity { unit: Unit::KilowattHour, thousandths: -12_345, price: (200, 2) });
    assert_eq!(of(1_000, 3_000).price, (3_333, 3), "3 × 3.33 is 9.99");
}

proptest! {
    #[test]
    fn br_co_10_to_17_hold_of_every_invoice(
        lines in proptest::collection::vec((0usize..6, -1_000_000i64..10_000_000, -50_000i64..500_000), 1..30),
        rounds in any::<bool>(),
    ) {
        let kinds = [rate(0), rate(600), rate(1_200), rate(2_500), Vat::Exempt, Vat::ReverseCharge];
        let lines = lines.into_iter().map(|(kind, minor, wh)| owed(kinds[kind], minor, wh)).collect();
        let rounding = if rounds { Rounding::ToWhole } else { Rounding::Exact };
        let invoice = EInvoice::of(facts(lines, rounding)).expect("an e-invoice");
        rules_of_sums(&invoice, 0)?;
        for line in &invoice.lines {
            // BR-27, and PEPPOL-EN16931-R120 without the slack that it grants.
            let (price, decimals) = line.quantity.price;
            prop_assert!(price >= 0);
            let made = divide(i128::from(line.quantity.thousandths) * price, 10_i128.pow(decimals + 1));
            prop_assert_eq!(made, i128::from(line.amount.minor));
        }
    }

    #[test]
    fn the_rules_hold_of_credit_notes_of_a_part_and_of_the_rest(
        lines in proptest::collection::vec((0usize..3, 1i64..1_000_000), 1..10),
        parts in proptest::collection::vec(1i64..100, 3),
    ) {
        let kinds = [rate(600), rate(2_500), Vat::Exempt];
        let lines: Vec<Owed> = lines.into_iter().map(|(kind, minor)| owed(kinds[kind], minor, 0)).collect();
        let given = facts(lines, Rounding::ToWhole);
        let mut earlier: Vec<Sums> = Vec::new();
        for part in parts.iter().map(Some).chain([None]) {
            let left = left_of(&given.sums, &earlier).expect("what is left");
            let of = |net: &Money| part.map_or(net.minor, |part| net.minor * part / 100);
            let asked: BTreeMap<Vat, Money> =
                left.iter().map(|(vat, net)| (*vat, Money::of_minor(of(net), Currency::Sek))).collect();
            let (sums, _) = match credit(&given.sums, &earlier, &asked) {
                Err(CreditRefusal::Nothing) => continue,
                other => other.expect("a credit note"),
            };
            let lines = asked.iter().filter(|(_, net)| net.minor != 0).map(|(vat, net)| owed(*vat, net.minor, 0));
            let note = Facts {
                kind: DocumentKind::CreditNote,
                credits: Some(("2026-0001".to_owned(), day(11, 1))),
                lines: lines.collect(),
                sums: sums.clone(),
                ..given.clone()
            };
            // The last note takes what the others have left of the VAT, rounded up to now each by itself.
            let notes = i128::try_from(earlier.len()).unwrap_or_default();
            rules_of_sums(&EInvoice::of(note).expect("an e-invoice"), notes)?;
            earlier.push(sums);
        }
    }
}

fn divide(value: i128, by: i128) -> i128 {
    crate::money::divide_half_away(value, by)
}

/// BR-CO-10, 13, 14, 15, 16 and 17, with BR-S-08, BR-Z-08, BR-E-08 and BR-AE-08; VAT may be this many öre off.
fn rules_of_sums(it: &EInvoice, slack: i128) -> Result<(), TestCaseError> {
    let lines: i64 = it.lines.iter().map(|line| line.amount.minor).sum();
    let totals = &it.sums.totals;
    prop_assert_eq!(lines, totals.net.minor);
    prop_assert_eq!(it.subtotals.iter().map(|subtotal| subtotal.vat.minor).sum::<i64>(), totals.vat.minor);
    prop_assert_eq!(totals.gross.minor, totals.net.minor + totals.vat.minor);
    prop_assert_eq!(it.sums.payable.minor, totals.gross.minor + it.sums.rounding.minor);
    prop_assert!(it.sums.rounding.minor.abs() <= 99, "EHF");
    for subtotal in &it.subtotals {
        let of_it = it.lines.iter().filter(|line| line.category == subtotal.category);
        prop_assert_eq!(of_it.map(|line| line.amount.minor).sum::<i64>(), subtotal.net.minor);
        let points = i128::from(subtotal.category.basis_points().unwrap_or_default());
        let vat = divide(i128::from(subtotal.net.minor) * points, 10_000);
        prop_assert!((vat - i128::from(subtotal.vat.minor)).abs() <= slack, "{:?}", subtotal);
    }
    let mut categories: Vec<Category> = it.subtotals.iter().map(|subtotal| subtotal.category).collect();
    let all = categories.len();
    categories.sort_unstable();
    categories.dedup();
    prop_assert_eq!(categories.len(), all, "a category is named once");
    prop_assert!(it.lines.iter().all(|line| categories.contains(&line.category)));
    Ok(())
}
