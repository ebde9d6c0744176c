//! Files as providers and banks write them, and files that were cut, edited or mixed up.

use super::*;
use rstest::rstest;

/// A report in the form that Vipps documents, with two settlements.
const VIPPS: &str = "OrganizationNumber,MerchantName\n\
    974760673,Brygga BA\n\
    SettlementInfo,SalesUnitName,SaleUnitNumber,SettlementDate,SettlementID,SettlementAccount,Gross,Currency,Fee,Refund,Net,NumberOfTransactions\n\
    SettlementInfo,Brygga,513428,12.11.2026,2000001,86011117947,150.00,NOK,-2.63,0.00,147.37,2\n\
    SettlementInfo,Brygga,513428,13.11.2026,2000002,86011117947,40.00,NOK,-0.70,-10.00,29.30,2\n\
    FeeInfo,SettlementDate,SaleUnitName,SaleUnitNumber,FeeAccount,Fee,Currency\n\
    TransactionInfo,SalesDate,SaleUnitName,SaleUnitNumber,TransactionId,SettlementId,OrderID,SettlementDate,Gross,Currency,Fee,Refund,Net\n\
    TransactionInfo,11.11.2026,Brygga,513428,5554795401,2000001,1911652,12.11.2026,100.00,NOK,-1.75,0.00,98.25\n\
    TransactionInfo,11.11.2026,Brygga,513428,5554795402,2000001,1911653,12.11.2026,50.00,NOK,-0.88,0.00,49.12\n\
    TransactionInfo,12.11.2026,Brygga,513428,5555094801,2000002,1923885,13.11.2026,40.00,NOK,-0.70,0.00,39.30\n\
    TransactionInfo,12.11.2026,Brygga,513428,5555094802,2000002,1911653,13.11.2026,0.00,NOK,0.00,-10.00,-10.00\n";

fn refused(content: &str, provider: PaymentProvider) -> &'static str {
    read(content.as_bytes(), provider).expect_err("refused").code()
}

#[test]
fn a_report_of_vipps_is_read_with_its_settlements_and_their_payments() {
    let file = read(VIPPS.as_bytes(), PaymentProvider::Vipps).expect("a report");
    assert_eq!(file.kind, SettlementFileKind::VippsCsv);
    let [one, two] = &file.settlements[..] else { panic!("two: {file:?}") };
    assert_eq!((one.number.as_str(), one.settled_on.to_string().as_str()), ("2000001", "2026-11-12"));
    assert_eq!([one.gross, one.fee, one.net].map(|it| it.minor), [15_000, 263, 14_737]);
    assert_eq!([two.gross, two.fee, two.net].map(|it| it.minor), [3_000, 70, 2_930]);
    let line = &one.lines[0];
    assert_eq!((line.reference.as_deref(), line.movement.as_deref()), (Some("1911652"), Some("5554795401")));
    let refund = &two.lines[1];
    assert_eq!((refund.kind, refund.gross.minor), (SettlementLineKind::Refund, -1_000));
}

#[test]
fn sections_that_stand_there_twice_say_nothing_new() {
    let (_, sections) = VIPPS.split_once("BA\n").expect("sections");
    let twice = format!("{VIPPS}{sections}");
    assert_eq!(read(twice.as_bytes(), PaymentProvider::Vipps), read(VIPPS.as_bytes(), PaymentProvider::Vipps));
}

#[rstest]
#[case::a_payment_is_missing(
    "TransactionInfo,11.11.2026,Brygga,513428,5554795402,2000001,1911653,12.11.2026,50.00,NOK,-0.88,0.00,49.12\n",
    "",
    "settlement_file.sum"
)]
#[case::a_net_that_is_not("0.00,98.25", "0.00,98.26", "settlement_file.sum")]
#[case::another_sum("147.37,2", "147.38,2", "settlement_file.sum")]
#[case::another_count("147.37,2", "147.37,3", "settlement_file.sum")]
#[case::another_currency("100.00,NOK", "100.00,DKK", "settlement_file.other_currency")]
#[case::no_amount("100.00,NOK", "hundre,NOK", "settlement_file.damaged")]
#[case::no_day("13.11.2026,2000002", "31.02.2026,2000002", "settlement_file.damaged")]
#[case::a_settlement_that_is_not_there("5555094802,2000002", "5555094802,2000009", "settlement_file.damaged")]
#[case::two_of_one_name("2000002,86011117947", "2000001,86011117947", "settlement_file.damaged")]
fn a_report_that_cannot_be_trusted_is_refused_whole(#[case] from: &str, #[case] to: &str, #[case] code: &str) {
    let wrong = VIPPS.replacen(from, to, 1);
    assert_ne!(wrong, VIPPS, "something was changed");
    assert_eq!(refused(&wrong, PaymentProvider::Vipps), code);
}

#[test]
fn a_report_of_vipps_is_none_of_swish() {
    assert_eq!(refused(VIPPS, PaymentProvider::Swish), "settlement_file.other_provider");
}

#[test]
fn a_table_is_read_by_its_headings_in_any_of_our_languages() {
    let swish = "Bokföringsdag;Transaktionsdag;Beställningsid;Betalningsreferens;Belopp;Avgift;Netto;Valuta\n\
        2026-11-12;2026-11-11;ABC1;9F1;1 250,50;-2,00;1 248,50;SEK\n\
        2026-11-12;2026-11-11;ABC2;9F2;100,00;2,00;98,00;SEK\n\
        2026-11-13;2026-11-12;ABC3;9F3;10;;10;SEK\n";
    let file = read(swish.as_bytes(), PaymentProvider::Swish).expect("a table");
    assert_eq!(file.kind, SettlementFileKind::Table);
    let [one, two] = &file.settlements[..] else { panic!("by day: {file:?}") };
    assert_eq!((one.number.as_str(), two.number.as_str()), ("2026-11-12", "2026-11-13"));
    assert_eq!([one.gross, one.fee, one.net].map(|it| it.minor), [135_050, 400, 134_650]);
    assert_eq!((one.lines[0].reference.as_deref(), one.lines[0].movement.as_deref()), (Some("ABC1"), Some("9F1")));
    let payson = "Payout id,Payout date,Reference,Type,Gross,Fee\n\
        U7,2026-11-20,P1,Payment,80.00,3.00\nU7,2026-11-20,P1,Refund,-30.00,0\nU7,2026-11-20,-,Monthly fee,-49.00,\n";
    let file = read(payson.as_bytes(), PaymentProvider::Payson).expect("a table");
    let [it] = &file.settlements[..] else { panic!("one: {file:?}") };
    let kinds: Vec<_> = it.lines.iter().map(|it| (it.kind, it.gross.minor, it.fee.minor)).collect();
    assert_eq!(
        kinds,
        [
            (SettlementLineKind::Payment, 8_000, 300),
            (SettlementLineKind::Refund, -3_000, 0),
            (SettlementLineKind::Fee, 0, 4_900),
        ]
    );
    assert_eq!((it.number.as_str(), it.net.minor), ("U7", -200));
}

#[rstest]
#[case::empty("", "import.empty")]
#[case::headings_alone("Bokföringsdag;Referens;Belopp\n", "import.no_rows")]
#[case::no_amounts("Bokföringsdag;Referens\n2026-11-12;A\n", "list.column_missing")]
#[case::no_number("Bokföringsdag;Referens;Belopp\n2026-11-12;A;mycket\n", "settlement_file.damaged")]
#[case::no_amount("Bokföringsdag;Referens;Belopp\n2026-11-12;A;\n", "settlement_file.damaged")]
#[case::a_third_decimal("Bokföringsdag;Referens;Belopp\n2026-11-12;A;1,005\n", "settlement_file.damaged")]
#[case::euro("Bokföringsdag;Referens;Belopp;Valuta\n2026-11-12;A;1,00;EUR\n", "settlement_file.other_currency")]
#[case::a_net_that_is_not(
    "Bokföringsdag;Referens;Belopp;Avgift;Netto\n2026-11-12;A;9,00;1,00;9,00\n",
    "settlement_file.sum"
)]
fn a_table_that_cannot_be_trusted_is_refused_whole(#[case] content: &str, #[case] code: &str) {
    assert_eq!(refused(content, PaymentProvider::Swish), code);
}
