//! SAF-T as the Norwegian authority's schema takes it, whatever people and companies are called.

use crate::xml_rules::{judge, published};
use chrono::NaiveDate;
use proptest::prelude::*;
use std::path::PathBuf;
use stolpe_documents::bookkeeping::{Company, Saft, SaftAccount, SaftCustomer, SaftTransaction, saft, saft_name};
use stolpe_domain::bookkeeping::{AccountNumber, ChartAccount, ChartKey, Part, grouping, saft_lines, standard};
use stolpe_domain::country::Country;
use stolpe_domain::ledger::AccountKind;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::vat::{Vat, VatRate};

const SCHEMA: &str = "accounting/xsd/Norwegian_SAF-T_Financial_Schema_v_1.30.xsd";

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

const fn nok(minor: i64) -> Money {
    Money::of_minor(minor, Currency::Nok)
}

fn key(kind: AccountKind, vat: Option<Vat>) -> ChartKey {
    ChartKey { kind, component: None, vat }
}

fn number(key: ChartKey) -> AccountNumber {
    standard(Country::No, key).number
}

fn rate(points: u16) -> Vat {
    Vat::Rate(VatRate::of_basis_points(points).unwrap())
}

/// What a voucher moves: to whom it is owed, and to what it goes, by how VAT applies.
fn parts(moves: &[(AccountKind, Option<Vat>, i64)]) -> Vec<Part> {
    let owed = key(AccountKind::Receivable, None);
    let part = |key: ChartKey, minor| Part { account: number(key), key, customer: None, amount: nok(minor) };
    moves.iter().flat_map(|(kind, vat, minor)| [part(owed, *minor), part(key(*kind, *vat), -minor)]).collect()
}

/// A month of one voucher, with these names everywhere.
fn month(name: &str, text: &str, moves: &[(AccountKind, Option<Vat>, i64)]) -> Saft {
    let lines = saft_lines(Currency::Nok, &parts(moves)).unwrap();
    let keys = [key(AccountKind::Receivable, None), key(AccountKind::Revenue, Some(rate(2_500)))];
    let account = |key: ChartKey| SaftAccount {
        account: ChartAccount { number: number(key), name: name.to_owned() },
        grouping: grouping(key),
        before: nok(-100),
        after: nok(12_345),
    };
    Saft {
        company: Company {
            name: name.to_owned(),
            number: "974760673".to_owned(),
            has_vat: true,
            street: name.to_owned(),
            postal_code: "0150".to_owned(),
            city: name.to_owned(),
            phone: Some(text.to_owned()),
            email: Some("post@ladestolpen.example".to_owned()),
            bank: Some(("86011117947".to_owned(), number(key(AccountKind::Bank, None)))),
        },
        days: (day(11, 1), day(11, 30)),
        currency: Currency::Nok,
        series: "S".to_owned(),
        accounts: keys.map(account).into(),
        customers: vec![SaftCustomer {
            id: "0".repeat(32),
            name: name.to_owned(),
            balances: vec![(number(keys[0]), nok(0), nok(-12_345))],
        }],
        transactions: vec![SaftTransaction {
            number: "S1".to_owned(),
            period: (11, 2026),
            on: day(11, 30),
            counts_on: Some(day(10, 31)),
            entered_on: day(11, 30),
            kind: ("invoice", name.to_owned()),
            text: text.to_owned(),
            document: Some(text.to_owned()),
            lines,
        }],
    }
}

fn ordinary() -> Saft {
    let moves = [
        (AccountKind::Revenue, Some(rate(2_500)), 10_000),
        (AccountKind::Vat, Some(rate(2_500)), 2_500),
        (AccountKind::Revenue, Some(rate(1_500)), -2_000),
        (AccountKind::Vat, Some(rate(1_500)), -300),
        (AccountKind::Revenue, Some(rate(2_000)), 100),
        (AccountKind::Revenue, Some(Vat::Exempt), 4_900),
        (AccountKind::Rounding, None, 37),
    ];
    month("Ladestolpen <AS> & Sønner", "Faktura 2026-0001", &moves)
}

#[test]
fn the_schema_of_saf_t_finds_nothing_wrong_whatever_things_are_called() {
    let Some(schema) = published(SCHEMA) else { return };
    let nothing = Saft { accounts: vec![], customers: vec![], transactions: vec![], ..ordinary() };
    let mut unregistered = ordinary();
    unregistered.company.has_vat = false;
    unregistered.company.phone = None;
    unregistered.company.bank = None;
    let moves = [(AccountKind::Revenue, Some(Vat::Exempt), i64::from(i32::MAX) * 1_000)];
    let kinds = [
        ("ordinary", ordinary()),
        ("nothing", nothing),
        ("unregistered", unregistered),
        ("long", month(&"Å💡 ".repeat(200), &"Ø".repeat(500), &moves)),
        ("unwritable", month("\u{0}\u{1b}[2J\u{fffe}Kari\u{7}", "\u{1}", &moves)),
        ("nameless", month("\u{0}", " ", &moves)),
    ];
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("saft");
    std::fs::create_dir_all(&folder).unwrap();
    let write = |(name, month): (&str, Saft)| {
        let path = folder.join(format!("{name}.xml"));
        std::fs::write(&path, saft(&month)).unwrap();
        path
    };
    let files: Vec<PathBuf> = kinds.into_iter().map(write).collect();
    for judged in judge(&schema, None, &files) {
        assert_eq!(judged.schema, Vec::<String>::new(), "{}", judged.file);
    }
    // The schema is one that finds something.
    let broken = folder.join("broken.xml");
    let text = String::from_utf8(saft(&ordinary())).unwrap().replace("<GroupingCode>1500</GroupingCode>", "");
    std::fs::write(&broken, text).unwrap();
    assert!(!judge(&schema, None, &[broken])[0].schema.is_empty());
}

#[test]
fn vat_stands_beside_what_it_is_on_and_what_counts_elsewhere_says_so() {
    let text = String::from_utf8(saft(&ordinary())).unwrap();
    let compact: String = text.lines().map(str::trim).collect();
    for part in [
        "<Name>Ladestolpen &lt;AS&gt; &amp; Sønner</Name>",
        "<TaxCode>3</TaxCode><TaxPercentage>25.00</TaxPercentage><Country>NO</Country><TaxBase>100.00</TaxBase>\
         <CreditTaxAmount><Amount>25.00</Amount></CreditTaxAmount>",
        "<TaxCode>31</TaxCode><TaxPercentage>15.00</TaxPercentage><Country>NO</Country><TaxBase>20.00</TaxBase>\
         <DebitTaxAmount><Amount>3.00</Amount></DebitTaxAmount>",
        "<TaxCode>NA2000</TaxCode><Description>Sats uten standardkode</Description>",
        "<StandardTaxCode>NA</StandardTaxCode>",
        "<ValueDate>2026-10-31</ValueDate>",
        "<OpeningCreditBalance>1.00</OpeningCreditBalance><ClosingDebitBalance>123.45</ClosingDebitBalance>",
        "<TotalDebit>175.37</TotalDebit><TotalCredit>175.37</TotalCredit>",
    ] {
        assert!(compact.contains(part), "{part}\n{text}");
    }
    assert_eq!(saft_name("974760673", day(11, 30)), "SAF-T Financial_974760673_20261130235959.xml");
}

/// Every amount within elements of this name, in øre.
fn amounts(text: &str, element: &str) -> Vec<i64> {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let inside = text.split(&open).skip(1).filter_map(|rest| rest.split(&close).next());
    let digits = |inside: &str| inside.chars().filter(|it| it.is_ascii_digit() || *it == '-').collect::<String>();
    inside.map(|inside| digits(&inside.replace("Amount", "")).parse().unwrap()).collect()
}

proptest! {
    #[test]
    fn the_sums_of_a_file_are_those_of_its_lines_on_either_side(
        moves in proptest::collection::vec((0usize..4, -1_000_000i64..1_000_000), 1..20),
    ) {
        let kinds = [
            (AccountKind::Revenue, Some(rate(2_500))),
            (AccountKind::Vat, Some(rate(2_500))),
            (AccountKind::Revenue, Some(Vat::Exempt)),
            (AccountKind::Rounding, None),
        ];
        let moves: Vec<_> = moves.iter().map(|(kind, minor)| (kinds[*kind].0, kinds[*kind].1, *minor)).collect();
        let text = String::from_utf8(saft(&month("Kari", "Faktura", &moves))).unwrap();
        let (debit, credit) = (amounts(&text, "DebitAmount"), amounts(&text, "CreditAmount"));
        prop_assert_eq!(debit.iter().sum::<i64>(), credit.iter().sum::<i64>());
        prop_assert_eq!(amounts(&text, "TotalDebit"), vec![debit.iter().sum::<i64>()]);
        prop_assert_eq!(amounts(&text, "TotalCredit"), vec![credit.iter().sum::<i64>()]);
    }
}
