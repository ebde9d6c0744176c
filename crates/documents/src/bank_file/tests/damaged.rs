//! Files that were cut, edited or written anew by something that did not know them.

use super::published::published;
use super::*;
use proptest::prelude::*;
use rstest::rstest;
use stolpe_domain::money::Currency;

const PLACED: [&str; 4] = [
    "bgmax_bankgirot_example_2004.txt",
    "bgmax_bankgirot_example4_extra_refs_EUR.txt",
    "bgmax_two_deposits_2010.txt",
    "ocrgiro_NO_20_transactions.txt",
];

#[test]
fn a_published_file_that_ends_early_is_refused_wherever_it_ends() {
    let marked = ["camt053_nordea_FI.xml", "camt054_SE_bankgiro_deposit_debit_pending.xml"];
    for name in PLACED.into_iter().chain(marked) {
        let Some(bytes) = published(name) else { return };
        // The last record of BgMax has counts up to place 34; blanks behind it say nothing.
        let whole = bytes.iter().rposition(|byte| !byte.is_ascii_whitespace()).expect("a last byte");
        let filled = if name.starts_with("ocr") { whole - 33 } else { whole };
        for end in (0..filled).step_by(61).chain([filled / 2, filled]) {
            assert!(read(&bytes[..end]).is_err(), "{name} up to {end}");
        }
    }
}

#[test]
fn a_lost_line_is_noticed_whichever_it_is() {
    for name in PLACED {
        let Some(bytes) = published(name) else { return };
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        for lost in 0..lines.len() {
            let record = &lines[lost][..lines[lost].len().min(2)];
            // Names and words are not counted by anybody; nor are the blanks at the end.
            if matches!(record, b"25" | b"26" | b"27" | b"28" | b"29" | b"\r\n") {
                continue;
            }
            let mut less = lines.clone();
            less.remove(lost);
            assert!(read(&less.concat()).is_err(), "{name} without line {}", lost + 1);
        }
    }
}

#[rstest]
#[case::an_amount(
    2,
    "655969000000000000100000",
    "655969000000000000100001",
    "line 11 (TK15) says 1900.00, and the payments come to 1900.01"
)]
#[case::the_sum(
    10,
    "000000000000190000",
    "000000000000190100",
    "line 11 (TK15) says 1901.00, and the payments come to 1900.00"
)]
#[case::the_number(10, "SEK00000003", "SEK00000002", "line 11 (TK15) says 2 records, and there are 3")]
#[case::the_currency(10, "SEK", "NOK", "line 11 (TK15) is damaged")]
#[case::a_digit_that_became_blank(2, "000000000000100000", "00000000000 100000", "line 3 (TK20) is damaged")]
#[case::a_record_of_no_kind(3, "26", "24", "line 4 (TK24) is damaged")]
#[case::a_reference_more(
    11,
    "7000000002000000010000000200000001",
    "7000000002000000010000000300000001",
    "line 12 (TK70) says 3 records, and there are 2"
)]
fn a_file_that_contradicts_itself_is_refused_with_the_record(
    #[case] line: usize,
    #[case] was: &str,
    #[case] becomes: &str,
    #[case] said: &str,
) {
    let mut lines = bgmax();
    assert!(lines[line].contains(was), "{}", lines[line]);
    lines[line] = lines[line].replace(was, becomes);
    assert_eq!(read(&bytes_of(&lines)).expect_err("a contradiction").to_string(), said);
}

#[rstest]
#[case::an_amount(
    2,
    "00000000000100000",
    "00000000000100001",
    "line 10 (NY09..88) says 975.50, and the payments come to 975.51"
)]
#[case::records(9, "0000000300000009", "0000000300000008", "line 10 (NY09..88) says 8 records, and there are 9")]
#[case::the_whole(
    10,
    "00000000000097550",
    "00000000000097551",
    "line 11 (NY000089) says 975.51, and the payments come to 975.50"
)]
#[case::records_of_another_payment(3, "NY0910310000001", "NY0910310000002", "line 4 (NY09..31) is damaged")]
fn a_giro_file_that_contradicts_itself_is_refused_with_the_record(
    #[case] line: usize,
    #[case] was: &str,
    #[case] becomes: &str,
    #[case] said: &str,
) {
    let mut lines = ocr_giro();
    assert!(lines[line].contains(was), "{}", lines[line]);
    lines[line] = lines[line].replace(was, becomes);
    assert_eq!(read(&bytes_of(&lines)).expect_err("a contradiction").to_string(), said);
}

#[test]
fn a_statement_whose_balances_do_not_agree_is_refused() {
    let Some(bytes) = published("camt053_nordea_FI.xml") else { return };
    let text = String::from_utf8(bytes).expect("text");
    let wrong = read(text.replace("8800.50", "8800.51").as_bytes()).expect_err("a wrong balance");
    assert_eq!(wrong.to_string(), "line 60 (CLBD) says 8800.51, and the payments come to 8800.50");
    let Some(bytes) = published("camt053_FI_finance_finland_sample.xml") else { return };
    let text = String::from_utf8(bytes).expect("text");
    let wrong = read(text.replace("<Sum>23075.00</Sum>", "<Sum>23075.10</Sum>").as_bytes()).expect_err("a wrong total");
    assert_eq!(wrong.to_string(), "line 192 (TtlCdtNtries) says 23075.10, and the payments come to 23075.00");
}

/// The characters of a file change names, never amounts.
#[test]
fn a_file_in_the_wrong_encoding_is_the_same_file() {
    let (swedish, norwegian) = (bytes_of(&bgmax()), bytes_of(&ocr_giro()));
    for utf8 in [swedish, norwegian] {
        let text = String::from_utf8(utf8.clone()).expect("text");
        let latin: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin-1")).collect();
        let dos: Vec<u8> = text
            .chars()
            .map(|letter| match letter {
                'å' => 0x86,
                'ö' => 0x94,
                'æ' => 0x91,
                'ø' => 0x9B,
                other => u8::try_from(u32::from(other)).expect("ASCII"),
            })
            .collect();
        let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked = [b"\xEF\xBB\xBF".as_slice(), &utf8].concat();
        let expected = read(&utf8).expect("a file");
        for other in [latin, dos, wide, marked] {
            assert_eq!(read(&other).as_ref(), Ok(&expected));
        }
    }
    let said = camt(&entry("1.00", "CRDT", "<AddtlNtryInf>å</AddtlNtryInf>"));
    let latin: Vec<u8> = said.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin-1")).collect();
    assert_eq!(read(&latin), read(said.as_bytes()), "it says UTF-8 and is not");
}

/// Lines end in any of the usual ways, and old programs end a file with a sign of their own.
#[test]
fn line_ends_and_blanks_at_the_end_do_not_matter() {
    let bytes = bytes_of(&bgmax());
    let text = String::from_utf8(bytes.clone()).expect("text");
    let trimmed = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    let ended = [bytes.as_slice(), b"\x1a"].concat();
    assert_eq!(read(trimmed.as_bytes()), read(&bytes));
    assert_eq!(read(&ended), read(&bytes));
    assert_eq!(read(&[bytes.clone(), bytes.clone()].concat()).map_err(|error| error.code()), Err("bank_file.damaged"));
}

fn holds(bytes: &[u8]) -> Result<(), TestCaseError> {
    let Ok(file) = read(bytes) else { return Ok(()) };
    for deposit in &file.deposits {
        let counted: i64 = deposit.payments.iter().map(|it| it.amount.minor).sum();
        prop_assert_eq!(counted, deposit.sum.minor);
        prop_assert!(
            deposit.payments.iter().all(|it| it.amount.minor != 0 && it.amount.currency == deposit.sum.currency)
        );
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        holds(&bytes)?;
        for head in ["01BGMAX", "NY000010", "<Document><BkToCstmrStmt>"] {
            holds(&[head.as_bytes(), &bytes].concat())?;
        }
    }

    #[test]
    fn a_file_with_anything_changed_is_refused_or_still_adds_up(
        which in 0usize..3,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 1..6),
    ) {
        let part = "<NtryDtls><TxDtls><Amt Ccy=\"SEK\">10</Amt></TxDtls><TxDtls><Amt Ccy=\"SEK\">20.5</Amt></TxDtls></NtryDtls>";
        let mut bytes = match which {
            0 => bytes_of(&bgmax()),
            1 => bytes_of(&ocr_giro()),
            _ => camt(&entry("30.50", "CRDT", part)).into_bytes(),
        };
        for (place, byte, how) in changes {
            let place = place.index(bytes.len());
            match how {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => drop(bytes.remove(place)),
            }
        }
        holds(&bytes)?;
    }

    #[test]
    fn an_amount_is_read_to_the_ore(minor in 1i64..100_000_000_000) {
        let amount = format!("{}.{:02}", minor / 100, minor % 100);
        let file = read(camt(&entry(&amount, "CRDT", "")).as_bytes()).expect("a file");
        prop_assert_eq!(file.deposits[0].sum, Money::of_minor(minor, Currency::Sek));
        prop_assert_eq!(amounts(&file), vec![minor]);
    }
}
