//! pain.001 as the schema of ISO 20022 takes it, whatever people and owners are called, and as Nordic banks read accounts.

use crate::xml_rules::{judge, published};
use chrono::NaiveDate;
use proptest::prelude::*;
use std::path::PathBuf;
use stolpe_documents::payout_file::{PayoutDebtor, PayoutFile, PayoutOrder, payout_file, payout_file_name};
use stolpe_domain::country::Country;
use stolpe_domain::language::Language;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payout_account::{PayoutAccount, PayoutAccountKind};

const SCHEMA: &str = "bank/xsd/pain.001.001.03.xsd";
const MESSAGE: &str = "0198F3C12A7B7C3D8E9FA0B1C2D3E4F5";

fn account(country: Country, kind: PayoutAccountKind, text: &str) -> PayoutAccount {
    PayoutAccount::parse(country, kind, text).unwrap()
}

fn swedish() -> [PayoutAccount; 4] {
    [
        account(Country::Se, PayoutAccountKind::Bankgiro, "5402-9681"),
        account(Country::Se, PayoutAccountKind::Plusgiro, "28 65 43-4"),
        account(Country::Se, PayoutAccountKind::SwedishBank, "6789 123 456 789"),
        account(Country::Se, PayoutAccountKind::Iban, "SE35 5000 0000 0549 1000 0003"),
    ]
}

fn norwegian() -> [PayoutAccount; 2] {
    [
        account(Country::No, PayoutAccountKind::NorwegianBank, "8601.11.17947"),
        account(Country::No, PayoutAccountKind::Iban, "NO93 8601 1117 947"),
    ]
}

/// A file of a payment to each account, the first of which is drawn on.
fn written(accounts: &[PayoutAccount], currency: Currency, name: &str, minor: i64) -> String {
    let ids: Vec<String> = (1..=accounts.len()).map(|place| format!("{MESSAGE:.30}{place:02}")).collect();
    let orders: Vec<PayoutOrder<'_>> = accounts
        .iter()
        .zip(&ids)
        .map(|(account, id)| PayoutOrder { end_to_end_id: id, amount: Money::of_minor(minor, currency), name, account })
        .collect();
    let day = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let debtor = PayoutDebtor { name, account: &accounts[0], bic: "HANDSESS", customer: Some("5560001234") };
    let it = PayoutFile {
        message_id: MESSAGE,
        made_at: day.pred_opt().unwrap().and_hms_opt(9, 30, 5).unwrap(),
        execute_on: day,
        debtor,
        language: Language::Sv,
        orders: &orders,
    };
    String::from_utf8(payout_file(&it).unwrap()).unwrap()
}

/// What stands in an element, each time that there is one.
fn all<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    text.split(&open).skip(1).map(|rest| rest.split(&close).next().unwrap().trim()).collect()
}

#[test]
fn a_swedish_file_names_accounts_as_swedish_banks_do() {
    let text = written(&swedish(), Currency::Sek, "Brf Ekbacken", 10_050);
    assert_eq!((all(&text, "NbOfTxs"), all(&text, "CtrlSum")), (vec!["4"; 2], vec!["402.00"; 2]));
    assert_eq!(all(&text, "MmbId"), ["9900", "9500", "6789"]);
    assert_eq!((all(&text, "Prtry"), all(&text, "IBAN")), (vec!["BGNR"; 2], vec!["SE3550000000054910000003"]));
    assert!(text.contains("<InstdAmt Ccy=\"SEK\">100.50</InstdAmt>"), "{text}");
    assert_eq!((all(&text, "ReqdExctnDt"), all(&text, "CreDtTm")), (vec!["2026-11-24"], vec!["2026-11-23T09:30:05"]));
    assert_eq!(all(&text, "Ustrd"), ["Utbetalning Brf Ekbacken"; 4]);
}

#[test]
fn a_norwegian_file_needs_no_clearing_number() {
    let text = written(&norwegian(), Currency::Nok, "Borettslaget Eika", 1);
    assert_eq!((all(&text, "MmbId"), all(&text, "CtrlSum")), (vec![], vec!["0.02"; 2]));
    assert_eq!(all(&text, "IBAN"), ["NO9386011117947"]);
    assert!(text.contains("<Id>86011117947</Id>"), "{text}");
}

#[test]
fn a_file_of_two_currencies_or_of_nothing_is_none() {
    let account = &swedish()[0];
    let order = |minor, currency| PayoutOrder {
        end_to_end_id: "1",
        amount: Money::of_minor(minor, currency),
        name: "Åsa Ek",
        account,
    };
    let day = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let of = |orders: &[PayoutOrder<'_>]| {
        let debtor = PayoutDebtor { name: "Brf", account, bic: "HANDSESS", customer: None };
        let made_at = day.and_hms_opt(0, 0, 0).unwrap();
        payout_file(&PayoutFile { message_id: "1", made_at, execute_on: day, debtor, language: Language::Sv, orders })
    };
    assert!(of(&[]).is_err());
    assert!(of(&[order(1, Currency::Sek), order(1, Currency::Nok)]).is_err());
    assert!(of(&[order(1, Currency::Sek)]).is_ok());
}

#[test]
fn the_same_file_is_the_same_to_the_byte_and_is_called_by_its_day() {
    assert_eq!(
        written(&swedish(), Currency::Sek, "Åsa & Bo <AB>", 7),
        written(&swedish(), Currency::Sek, "Åsa & Bo <AB>", 7)
    );
    let day = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    assert_eq!(payout_file_name(Language::Nb, day, MESSAGE), "utbetaling-2026-11-24-0198f3c1.xml");
}

#[test]
fn every_file_is_what_the_schema_of_iso_20022_says() {
    let Some(schema) = published(SCHEMA) else { return };
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("payouts");
    std::fs::create_dir_all(&folder).unwrap();
    let names = ["Brf Ekbacken", "Åsa & Bo <AB> \"Æ\" 💡", &"Ö".repeat(300)];
    let mut files = Vec::new();
    for (place, name) in names.iter().enumerate() {
        for (country, text) in [
            ("se", written(&swedish(), Currency::Sek, name, 10_050)),
            ("no", written(&norwegian(), Currency::Nok, name, 99_999_999_999)),
        ] {
            let path = folder.join(format!("{country}-{place}.xml"));
            std::fs::write(&path, text).unwrap();
            files.push(path);
        }
    }
    // What is wrong on purpose shows that the schema looks.
    let wrong = folder.join("wrong.xml");
    let text = written(&swedish(), Currency::Sek, "Brf Ekbacken", 1).replace("HANDSESS", "handsess");
    std::fs::write(&wrong, text).unwrap();
    files.push(wrong);
    let judged = judge(&schema, None, &files);
    assert_eq!(judged.len(), files.len());
    for it in &judged {
        assert_eq!(it.schema.is_empty(), it.file != "wrong.xml", "{}: {:?}", it.file, it.schema);
    }
}

proptest! {
    #[test]
    fn the_control_sum_is_that_of_the_payments(minor in 1i64..1_000_000_000, name in "\\PC{1,20}") {
        let text = written(&swedish(), Currency::Sek, &name, minor);
        let sum = all(&text, "CtrlSum")[0].replace('.', "").parse::<i64>().unwrap();
        prop_assert_eq!(sum, 4 * minor);
    }
}
