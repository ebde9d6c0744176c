//! What was written, read by a reader of somebody else, and the file itself to look at.

use super::*;
use proptest::prelude::*;
use sie4::{Item, Reader};
use stolpe_domain::bookkeeping::{AccountNumber, ChartAccount, Voucher, VoucherLine};
use stolpe_domain::country::Country;
use stolpe_domain::money::Currency;
use stolpe_domain::organisation_number::OrganisationNumber;

fn on(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn number(text: &str) -> AccountNumber {
    AccountNumber::parse(text).expect("a number")
}

fn line(account: &str, minor: i64) -> VoucherLine {
    VoucherLine { account: number(account), amount: Money::of_minor(minor, Currency::Sek) }
}

fn voucher(place: i64, text: &str, lines: Vec<VoucherLine>) -> Voucher {
    Voucher { series: "S".to_owned(), number: place, on: on("2026-11-03"), text: text.to_owned(), lines }
}

fn books(vouchers: Vec<Voucher>) -> Books {
    let account = |it: &str, name: &str| ChartAccount { number: number(it), name: name.to_owned() };
    Books {
        organisation: "Brf \"Ekbacken\" på Södermalm".to_owned(),
        organisation_number: OrganisationNumber::parse(Country::Se, "556265-1892").expect("a number"),
        fiscal_year: (on("2026-01-01"), on("2026-12-31")),
        made_on: on("2026-12-01"),
        text: "Stolpe november 2026".to_owned(),
        currency: Currency::Sek,
        accounts: vec![account("1510", "Kundfordringar"), account("3001", "Försäljning, 25 % moms")],
        vouchers,
    }
}

/// Series, number and day of a voucher, and what each account gets.
type Read = (String, u32, String, Vec<(u32, Decimal)>);

/// The vouchers of a file, as another reader has them.
fn read(file: &[u8]) -> Vec<Read> {
    // The reader stops at a label that it does not know, against § 5.3.
    let known =
        file.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.starts_with(b"#PROSA")).collect::<Vec<_>>();
    let known = known.concat();
    let items = Reader::new(&*known).map(|item| item.expect("a record"));
    let vouchers = items.filter_map(|item| match item {
        Item::Ver(it) => Some(it),
        _ => None,
    });
    let lines = |all: Vec<sie4::item::Trans>| all.into_iter().map(|it| (it.account, it.amount)).collect();
    vouchers.map(|it| (it.series, it.no, it.date.to_string(), lines(it.transactions.0))).collect()
}

#[test]
fn a_file_is_what_edition_4b_says_down_to_the_last_byte() {
    let invoice = vec![line("1510", 42_000), line("2611", -8_396), line("3001", -33_585), line("3740", -19)];
    let file = sie(&books(vec![voucher(1, "Faktura 2026-0100 – Åsa \"Ö\"", invoice)]));
    let expected = "#FLAGGA 0\r\n#PROGRAM \"Stolpe\" \"VERSION\"\r\n#FORMAT PC8\r\n#GEN 20261201\r\n#SIETYP 4\r\n\
        #PROSA \"Stolpe november 2026\"\r\n#ORGNR 556265-1892\r\n#FNAMN \"Brf \\\"Ekbacken\\\" p\u{86} S\u{94}dermalm\"\r\n\
        #RAR 0 20260101 20261231\r\n#VALUTA SEK\r\n#KONTO 1510 \"Kundfordringar\"\r\n\
        #KONTO 3001 \"F\u{94}rs\u{84}ljning, 25 % moms\"\r\n#VER \"S\" 1 20261103 \"Faktura 2026-0100 - \u{8f}sa \\\"\u{99}\\\"\"\r\n\
        {\r\n   #TRANS 1510 {} 420.00\r\n   #TRANS 2611 {} -83.96\r\n   #TRANS 3001 {} -335.85\r\n   \
        #TRANS 3740 {} -0.19\r\n}\r\n";
    let expected = expected.replace("VERSION", env!("CARGO_PKG_VERSION"));
    // Letters above 127 stand for one byte each.
    let expected: Vec<u8> = expected.chars().map(|letter| u8::try_from(u32::from(letter)).expect("a byte")).collect();
    assert_eq!(file, expected);
}

#[test]
fn letters_that_the_code_page_lacks_come_as_near_as_they_can() {
    let file = sie(&books(vec![voucher(1, "Øyvind Łukasz šťastný 日本\r\n\u{7}", Vec::new())]));
    let text = String::from_utf8_lossy(&file);
    assert!(text.contains("Lukasz s?astn? ??\""), "{text}");
    assert!(file.windows(7).any(|part| part == b"\x99yvind "), "{text}");
}

proptest! {
    #[test]
    fn whatever_is_written_another_reader_reads_to_the_ore(
        vouchers in proptest::collection::vec((any::<String>(), proptest::collection::vec(-5_000_000i64..5_000_000, 1..6)), 0..8),
    ) {
        let vouchers: Vec<Voucher> = (1..)
            .zip(vouchers)
            .map(|(place, (text, amounts))| {
                let left: i64 = -amounts.iter().sum::<i64>();
                let lines = amounts.iter().chain([&left]).zip(1_510..).map(|(minor, account)| line(&account.to_string(), *minor));
                voucher(place, &text, lines.collect())
            })
            .collect();
        let file = sie(&books(vouchers.clone()));
        let written: Vec<_> = vouchers.iter().map(|it| {
            let lines = it.lines.iter().map(|line| {
                (line.account.as_str().parse().expect("a number"), Decimal::new(line.amount.minor, 2))
            });
            (it.series.clone(), u32::try_from(it.number).expect("a number"), it.on.to_string(), lines.collect::<Vec<_>>())
        }).collect();
        for (_, _, _, lines) in read(&file) {
            prop_assert_eq!(lines.iter().map(|(_, amount)| *amount).sum::<Decimal>(), Decimal::ZERO);
        }
        prop_assert_eq!(read(&file), written);
    }
}
