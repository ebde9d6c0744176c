//! Real files, read in place; the same files damaged; and files of our own for what none of them shows.

mod damaged;
mod published;

use super::*;

/// Bytes of a line of 80 places each, as both forms write them.
fn placed(lines: &[&str]) -> Vec<u8> {
    lines.iter().map(|line| format!("{line:<80}")).collect::<Vec<_>>().join("\r\n").into_bytes()
}

/// One deposit of two payments and a deduction.
fn bgmax() -> Vec<String> {
    [
        "01BGMAX               0120261120173035010331P",
        "050009912346          SEK",
        "200003783511                   655969000000000000100000220000000000100",
        "26Kalles Plåt AB",
        "29001212121212",
        "200001234567                         000000000000140000330000000000120",
        "220001234567                   657866000000000000150000220000000000120",
        "230001234567                    74450000000000000010000220000000000120",
        "25Tack för lånet",
        "2100037835118988777                  000000000000050000520000000000130      1",
        "15000000000000000000058410000010098232026112000074000000000000190000SEK00000003",
        "7000000002000000010000000200000001",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn bytes_of(lines: &[String]) -> Vec<u8> {
    placed(&lines.iter().map(String::as_str).collect::<Vec<_>>())
}

/// One assignment with a payment, one that was taken back, and one with words.
fn ocr_giro() -> Vec<String> {
    let zeros = |count: usize| "0".repeat(count);
    let first = |kind: &str, number: u32, sign: char, minor: u64, kid: &str| {
        format!("NY09{kind}30{number:07}2011261320101464{sign}{minor:017}{kid:>25}000000")
    };
    let second = |kind: &str, number: u32| {
        format!("NY09{kind}31{number:07}9636827194099038562000000020112686011117947{}", zeros(22))
    };
    vec![
        format!("NY00001000008080017003100010200{}", zeros(49)),
        format!("NY090020001008566000000286011117947{}", zeros(45)),
        first("10", 1, '0', 100_000, "23456767"),
        second("10", 1),
        first("18", 2, '-', 2_500, "23456767"),
        second("18", 2),
        first("21", 3, '0', 50, ""),
        second("21", 3),
        format!("NY0921320000003{:<40}{}", "Blåbærsyltetøy", zeros(25)),
        format!("NY0900880000000300000009{:017}201126201126201126{}", 97_550, zeros(21)),
        format!("NY0000890000000300000011{:017}201126{}", 97_550, zeros(33)),
    ]
}

fn camt(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08\">\n\
         <BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-20T06:00:00+01:00</CreDtTm></GrpHdr>\n\
         <Ntfctn><Id>N1</Id><Acct><Id><IBAN>SE35 5000 0000 0549 1000 0003</IBAN></Id></Acct>\n{inside}\n</Ntfctn>\
         </BkToCstmrDbtCdtNtfctn></Document>"
    )
}

fn entry(amount: &str, way: &str, rest: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"SEK\">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
         <BookgDt><DtTm>2026-11-20T23:30:00+01:00</DtTm></BookgDt><AcctSvcrRef>A1</AcctSvcrRef>{rest}</Ntry>"
    )
}

fn amounts(file: &BankFile) -> Vec<i64> {
    file.payments().map(|(_, payment)| payment.amount.minor).collect()
}

#[test]
fn a_payment_of_several_references_has_them_one_by_one_and_the_deduction_is_its_own() {
    let file = read(&bytes_of(&bgmax())).expect("a file");
    let payments = &file.deposits[0].payments;
    assert_eq!((file.id.as_str(), file.written_on), ("20261120173035010331", NaiveDate::from_ymd_opt(2026, 11, 20)));
    assert_eq!(amounts(&file), [100_000, 140_000, -50_000]);
    assert_eq!(file.deposits[0].sum.minor, 190_000);
    assert_eq!(payments[0].payer.as_deref(), Some("Kalles Plåt AB"));
    let parts: Vec<(&str, Option<i64>)> =
        payments[1].references.iter().map(|it| (it.text.as_str(), it.amount.map(|amount| amount.minor))).collect();
    assert_eq!(parts, [("657866", Some(150_000)), ("74450", Some(-10_000))]);
    assert_eq!(payments[1].information, ["Tack för lånet"]);
    assert_eq!((payments[2].kind, payments[2].references[0].kind), (PaymentKind::Deduction, ReferenceKind::Faulty));
}

#[test]
fn a_personal_number_is_no_part_of_the_proof() {
    let file = read(&bytes_of(&bgmax())).expect("a file");
    assert!(file.payments().all(|(_, payment)| payment.lines.iter().all(|line| !line.contains("121212121212"))));
    let private = "<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>A &amp; B</Nm><Id><PrvtId><Othr><Id>121212-1212</Id></Othr></PrvtId></Id>\
                   </Dbtr></RltdPties></TxDtls></NtryDtls>";
    let file = read(camt(&entry("1.00", "CRDT", private)).as_bytes()).expect("a file");
    let payment = &file.deposits[0].payments[0];
    assert_eq!(payment.payer.as_deref(), Some("A & B"));
    assert!(payment.lines.concat().contains("<PrvtId>…</PrvtId>") && !payment.lines.concat().contains("121212"));
}

#[test]
fn a_giro_payment_that_is_taken_back_is_less_than_nothing() {
    let lines = ocr_giro();
    assert!(lines.iter().all(|line| line.chars().count() == 80), "{lines:#?}");
    let file = read(&bytes_of(&lines)).expect("a file");
    let payments = &file.deposits[0].payments;
    assert_eq!(amounts(&file), [100_000, -2_500, 50]);
    assert_eq!(
        payments.iter().map(|it| it.kind).collect::<Vec<_>>(),
        [PaymentKind::Payment, PaymentKind::Reversal, PaymentKind::Payment]
    );
    assert_eq!(payments[2].information, ["Blåbærsyltetøy"]);
    assert_eq!(file.deposits[0].account.number, "86011117947");
    let unsigned: Vec<String> = lines.iter().map(|line| line.replace("01464-", "014640")).collect();
    assert_eq!(read(&bytes_of(&unsigned)).map_err(|error| error.code()), Err("bank_file.damaged"));
}

#[test]
fn a_batch_is_taken_apart_and_one_that_does_not_add_up_is_refused_by_name() {
    let part = |amount: &str| {
        format!("<TxDtls><Refs><AcctSvcrRef>T</AcctSvcrRef></Refs><Amt Ccy=\"SEK\">{amount}</Amt></TxDtls>")
    };
    let batch = |parts: &[&str], number: usize| {
        let parts = parts.iter().map(|amount| part(amount)).collect::<String>();
        camt(&entry("30.50", "CRDT", &format!("<NtryDtls><Btch><NbOfTxs>{number}</NbOfTxs></Btch>{parts}</NtryDtls>")))
    };
    let file = read(batch(&["10", "20.5"], 2).as_bytes()).expect("a file");
    assert_eq!(amounts(&file), [1_000, 2_050]);
    let keys: Vec<&str> = file.payments().map(|(_, payment)| payment.key.as_str()).collect();
    assert_eq!(keys, ["camt/SE3550000000054910000003/2026-11-20/T", "camt/SE3550000000054910000003/2026-11-20/T#2"]);
    let wrong = read(batch(&["10", "20"], 2).as_bytes());
    let (said, counted) = ("30.50".to_owned(), "30.00".to_owned());
    assert_eq!(wrong, Err(BankFileError::Sum { line: 5, record: "Ntry".to_owned(), said, counted }));
    assert_eq!(read(batch(&["10", "20.50"], 3).as_bytes()).map_err(|error| error.code()), Err("bank_file.count"));
    let bundle = read(batch(&["30.50"], 2).as_bytes()).expect("a file");
    assert_eq!((amounts(&bundle).len(), bundle.skipped.bundles), (0, 1));
}

#[test]
fn what_goes_out_and_what_comes_back_is_no_incoming_payment_but_what_is_taken_back_is() {
    let back = "<RvslInd>true</RvslInd>";
    let entries = [
        entry("1.00", "DBIT", ""),
        entry("2.00", "CRDT", back),
        entry("3.00", "DBIT", back),
        entry("4.00", "CRDT", "").replace("BOOK", "PDNG"),
        entry("5.00", "CRDT", "").replace("\"SEK\"", "\"CHF\""),
        entry("0.00", "CRDT", ""),
    ];
    let file = read(camt(&entries.concat()).as_bytes()).expect("a file");
    assert_eq!(amounts(&file), [-300]);
    assert_eq!(file.payments().next().map(|(_, payment)| payment.kind), Some(PaymentKind::Reversal));
    let skipped = Skipped { debits: 1, pending: 1, bundles: 0, returned: 1, other_currency: 1, empty: 1 };
    assert_eq!(file.skipped, skipped);
    let lines: Vec<_> = file.outgoing.iter().map(|it| (it.way, it.amount.minor)).collect();
    assert_eq!(lines, [(OutgoingWay::Out, 100), (OutgoingWay::Back, 200)]);
}

/// camt.053 as banks report what pain.001 asked for: one by one, and as the sum of the file.
#[test]
fn money_that_went_out_names_what_asked_for_it_and_money_that_came_back_says_why() {
    let refs = |own: &str| format!("<Refs><MsgId>STOLPE-1</MsgId><EndToEndId>{own}</EndToEndId></Refs>");
    let one = |own: &str, more: &str| format!("<NtryDtls><TxDtls>{}{more}</TxDtls></NtryDtls>", refs(own));
    let reason = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>";
    let part = |own: &str, amount: &str| format!("<TxDtls>{}<Amt Ccy=\"SEK\">{amount}</Amt></TxDtls>", refs(own));
    let entries = [
        entry("1.00", "DBIT", &one("P1", "<RltdPties><Cdtr><Nm>Åsa Ek</Nm></Cdtr></RltdPties>")),
        entry("2.00", "DBIT", &one("NOTPROVIDED", "")),
        entry("3.00", "DBIT", "<NtryDtls><Btch><PmtInfId>STOLPE-1-1</PmtInfId><NbOfTxs>2</NbOfTxs></Btch></NtryDtls>"),
        entry("5.00", "DBIT", &format!("<NtryDtls>{}{}</NtryDtls>", part("P2", "2.00"), part("P3", "3.00"))),
        entry("1.00", "CRDT", &one("P1", reason)),
        entry("7.00", "CRDT", &format!("<RvslInd>true</RvslInd>{}", one("P4", reason))),
        entry("8.00", "DBIT", "").replace("BOOK", "PDNG"),
    ];
    let file = read(camt(&entries.concat()).as_bytes()).expect("a file");
    let named: Vec<_> = file.outgoing.iter().map(|it| (it.way, it.amount.minor, it.end_to_end_id.as_deref())).collect();
    let expected = [
        (OutgoingWay::Out, 100, Some("P1")),
        (OutgoingWay::Out, 200, None),
        (OutgoingWay::Out, 300, None),
        (OutgoingWay::Out, 200, Some("P2")),
        (OutgoingWay::Out, 300, Some("P3")),
        (OutgoingWay::Back, 700, Some("P4")),
    ];
    assert_eq!(named, expected);
    assert_eq!(file.outgoing[0].payee.as_deref(), Some("Åsa Ek"));
    assert_eq!(file.outgoing[1].message_id.as_deref(), Some("STOLPE-1"));
    assert_eq!(file.outgoing[2].payment_information_id.as_deref(), Some("STOLPE-1-1"));
    assert_eq!(file.outgoing[5].reason, "AC04");
    let mut keys: Vec<_> = file.outgoing.iter().map(|it| &it.key).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), file.outgoing.len(), "each line is told from the others");
    // What came back as money of its own is an incoming payment that says so.
    let returned = file.payments().next().and_then(|(_, payment)| payment.returned.clone());
    assert_eq!(returned, Some(Returned { end_to_end_id: "P1".to_owned(), reason: "AC04".to_owned() }));
}

#[test]
fn what_is_no_file_of_payments_is_refused_by_name() {
    let code = |bytes: &[u8]| read(bytes).map_err(|error| error.code()).err();
    assert_eq!(code(b""), Some("bank_file.empty"));
    assert_eq!(code(b"\r\n \r\n"), Some("bank_file.empty"));
    assert_eq!(code(b"date;amount\n2026-11-20;100"), Some("bank_file.unknown_form"));
    assert_eq!(code(b"%PDF-1.7"), Some("bank_file.unknown_form"));
    assert_eq!(code(b"<html><body/></html>"), Some("bank_file.unknown_form"));
    assert_eq!(code(b"<!DOCTYPE x [<!ENTITY a 'b'>]><Document/>"), Some("bank_file.unknown_form"));
    assert_eq!(code(b"<Document><BkToCstmrAcctRpt/></Document>"), Some("bank_file.other_message"));
}
