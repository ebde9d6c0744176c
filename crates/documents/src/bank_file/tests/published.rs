//! What banks and their testers have published, to the öre.

use super::*;
use rstest::rstest;
use std::path::PathBuf;

/// A file of the folder that `STOLPE_FIXTURES` names; none where that is not set, for there are no such files of ours.
#[expect(clippy::disallowed_methods, reason = "a test has no main that could read the environment for it")]
pub(super) fn published(name: &str) -> Option<Vec<u8>> {
    let folder = std::env::var("STOLPE_FIXTURES").ok().map(PathBuf::from)?;
    let path = folder.join("bank").join(name);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn sums(file: &BankFile) -> Vec<(usize, i64, Currency)> {
    file.deposits.iter().map(|it| (it.payments.len(), it.sum.minor, it.sum.currency)).collect()
}

const SEK: Currency = Currency::Sek;
const NOK: Currency = Currency::Nok;
const EUR: Currency = Currency::Eur;

#[rstest]
#[case("bgmax_bankgirot_example_2004.txt", BankFileKind::Bgmax, &[(3, 190_000, SEK), (4, 800_000, SEK)])]
#[case(
    "bgmax_bankgirot_example4_extra_refs_EUR.txt", BankFileKind::Bgmax,
    &[(2, 370_000, SEK), (1, 200_000, SEK), (4, 290_000, SEK), (2, 400_000, EUR)]
)]
#[case("bgmax_two_deposits_2010.txt", BankFileKind::Bgmax, &[(1, 3_708_700, SEK), (1, 1_437_500, SEK)])]
#[case("ocrgiro_NO_20_transactions.txt", BankFileKind::OcrGiro, &[(20, 5_144_900, NOK)])]
#[case("camt053_nordea_FI.xml", BankFileKind::Camt053, &[(1, 1_000_000, EUR), (1, 10_050, EUR)])]
#[case("camt053_FI_finance_finland_sample.xml", BankFileKind::Camt053, &[(1, 212_000, EUR), (1, 545_500, EUR), (1, 1_000_000, EUR)])]
#[case("camt053_v02_multi_statement.xml", BankFileKind::Camt053, &[(1, 885, EUR)])]
#[case("camt053_v02_with_debit.xml", BankFileKind::Camt053, &[(1, 100, EUR)])]
#[case("camt053_v08.xml", BankFileKind::Camt053, &[(1, 885, EUR)])]
#[case("camt054_SE_bankgiro_deposit_debit_pending.xml", BankFileKind::Camt054, &[(2, 200_000, SEK)])]
#[case::swiss_francs_are_not_counted_in("camt054_CH_postfinance_ESR_structured_references.xml", BankFileKind::Camt054, &[])]
#[case::a_debit_alone("camt054_v04.xml", BankFileKind::Camt054, &[])]
fn every_published_file_is_read_to_the_ore(
    #[case] name: &str,
    #[case] kind: BankFileKind,
    #[case] expected: &[(usize, i64, Currency)],
) {
    let Some(bytes) = published(name) else { return };
    let file = read(&bytes).expect("a bank file");
    assert_eq!((file.kind, sums(&file)), (kind, expected.to_vec()));
    for deposit in &file.deposits {
        let counted: i64 = deposit.payments.iter().map(|it| it.amount.minor).sum();
        assert_eq!(counted, deposit.sum.minor);
    }
    let keys: std::collections::HashSet<&str> = file.payments().map(|(_, payment)| payment.key.as_str()).collect();
    assert_eq!(keys.len(), file.payments().count(), "no key twice");
    assert!(file.payments().all(|(_, payment)| !payment.lines.is_empty() && payment.line > 0));
}

#[rstest]
#[case("avtalegiro_agreements.txt", "bank_file.avtalegiro")]
#[case("pain001_v03_sepa.xml", "bank_file.other_message")]
#[case("pain001_v09.xml", "bank_file.other_message")]
#[case("pain002_accepted.xml", "bank_file.other_message")]
#[case("pain002_nordea_transaction_reject.xml", "bank_file.other_message")]
fn files_that_tell_of_no_payments_are_refused_by_name(#[case] name: &str, #[case] code: &str) {
    let Some(bytes) = published(name) else { return };
    assert_eq!(read(&bytes).map_err(|error| error.code()), Err(code));
}

/// Bankgirot's example has a line in which tabs stand for blanks: its reference is the fourth of the payment.
#[test]
fn a_line_whose_blanks_became_tabs_is_read_as_it_was() {
    let Some(bytes) = published("bgmax_bankgirot_example_2004.txt") else { return };
    let file = read(&bytes).expect("a bank file");
    let payment = &file.deposits[0].payments[2];
    let references: Vec<&str> = payment.references.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(references, ["657866", "658765", "657767", "657965"]);
    assert_eq!(payment.information, ["657866 658765 657767", "Betalning med extra refnr 657965"]);
    assert_eq!(payment.payer.as_deref(), Some("Kalles Plåt AB"));
    assert_eq!((payment.payer_account.as_deref(), payment.line), (Some("3783511"), 13));
    assert_eq!(file.deposits[0].payments[1].kind, PaymentKind::Deduction);
    let last: Vec<&str> = file.deposits[1].payments[3].references.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(last, ["658260", "658369", "658468"], "its own reference first");
}

#[test]
fn references_that_a_payer_draws_off_are_less_than_nothing() {
    let Some(bytes) = published("bgmax_bankgirot_example4_extra_refs_EUR.txt") else { return };
    let file = read(&bytes).expect("a bank file");
    let parts: Vec<(&str, ReferenceKind, Option<i64>)> = file.deposits[2].payments[3]
        .references
        .iter()
        .map(|it| (it.text.as_str(), it.kind, it.amount.map(|amount| amount.minor)))
        .collect();
    let expected = [
        ("7495575", ReferenceKind::Ocr, Some(100_000)),
        ("695668", ReferenceKind::Ocr, Some(50_000)),
        ("8988777", ReferenceKind::Faulty, Some(40_000)),
        ("74450", ReferenceKind::Ocr, Some(-50_000)),
    ];
    assert_eq!(parts, expected);
}

#[test]
fn a_giro_payment_has_its_kid_its_account_and_its_words() {
    let Some(bytes) = published("ocrgiro_NO_20_transactions.txt") else { return };
    let file = read(&bytes).expect("a bank file");
    let deposit = &file.deposits[0];
    assert_eq!((deposit.account.number.as_str(), deposit.id.as_str()), ("99991042764", "0000002"));
    assert_eq!(Some(deposit.booked_on), NaiveDate::from_ymd_opt(1992, 1, 20));
    let first = &deposit.payments[0];
    let kid = Reference { kind: ReferenceKind::Kid, text: "0000531".to_owned(), amount: None };
    assert_eq!((first.references.as_slice(), first.amount.minor), ([kid].as_slice(), 102_000));
    assert_eq!((first.information.as_slice(), first.lines.len()), (["Foo bar baz".to_owned()].as_slice(), 3));
    assert_eq!(first.payer_account.as_deref(), Some("99990512341"));
    assert_eq!(deposit.payments[8].payer_account.as_deref(), Some("99991015406"));
}

#[test]
fn a_swedish_notice_has_its_references_and_its_payers() {
    let Some(bytes) = published("camt054_SE_bankgiro_deposit_debit_pending.xml") else { return };
    let file = read(&bytes).expect("a bank file");
    let (anna, bo) = (&file.deposits[0].payments[0], &file.deposits[0].payments[1]);
    assert_eq!((anna.amount.minor, anna.payer.as_deref()), (150_000, Some("Anna Testsson")));
    assert_eq!(
        anna.references,
        [Reference { kind: ReferenceKind::Structured, text: "203100425".to_owned(), amount: None }]
    );
    assert_eq!(anna.payer_account.as_deref(), Some("5555555"));
    assert_eq!(
        (bo.amount.minor, bo.information.as_slice()),
        (50_000, ["ÅRSAVGIFT 2026".to_owned(), "EXEMPELVÄGEN 11".to_owned()].as_slice())
    );
    assert_eq!(bo.references[0].kind, ReferenceKind::Invoice);
    assert_eq!((file.skipped.debits, file.skipped.pending), (1, 1));
    assert!(bo.lines[0].starts_with("<TxDtls>") && bo.line > anna.line);
}

#[test]
fn sums_alone_of_several_payments_are_counted_and_passed_over() {
    let Some(bytes) = published("camt053_FI_finance_finland_sample.xml") else { return };
    let file = read(&bytes).expect("a bank file");
    assert_eq!((file.skipped.bundles, file.skipped.debits), (3, 4));
    assert_eq!(file.written_on, NaiveDate::from_ymd_opt(2009, 10, 30));
}

/// The batch of the Swiss notice, in a currency that counts.
#[test]
fn the_parts_of_a_published_batch_come_to_its_sum() {
    let Some(bytes) = published("camt054_CH_postfinance_ESR_structured_references.xml") else { return };
    let kronor = String::from_utf8(bytes).expect("text").replace("CHF", "SEK");
    let file = read(kronor.as_bytes()).expect("a bank file");
    assert_eq!(amounts(&file), [25_000, 20_000, 30_000, 32_400, 46_300]);
    let wrong = kronor.replacen("324.00", "324.01", 1);
    let refused = read(wrong.as_bytes()).expect_err("a wrong sum");
    assert_eq!(refused.to_string(), "line 31 (Ntry) says 1537.00, and the payments come to 1537.01");
}
