//! SIE 4I: vouchers for a Swedish program of accounts to take in.
//!
//! Source: SIE file format, edition 4B. One record a line, code page 437 (§ 4), decimal points, debit above zero, and each
//! voucher adds up to nothing (§ 11).

use super::Books;
use chrono::NaiveDate;
use oem_cp::code_table::ENCODING_TABLE_CP437;
use oem_cp::encode_string_lossy;
use rust_decimal::Decimal;
use std::fmt::Write as _;
use stolpe_domain::money::Money;

/// Writes vouchers as a file for import.
pub fn sie(books: &Books) -> Vec<u8> {
    let mut file = String::new();
    let mut line = |text: &str| {
        file.push_str(text);
        file.push_str("\r\n");
    };
    line("#FLAGGA 0");
    line(&format!("#PROGRAM {} {}", quoted("Stolpe"), quoted(env!("CARGO_PKG_VERSION"))));
    line("#FORMAT PC8");
    line(&format!("#GEN {}", day(books.made_on)));
    line("#SIETYP 4");
    line(&format!("#PROSA {}", quoted(&books.text)));
    line(&format!("#ORGNR {}", books.organisation_number));
    line(&format!("#FNAMN {}", quoted(&books.organisation)));
    line(&format!("#RAR 0 {} {}", day(books.fiscal_year.0), day(books.fiscal_year.1)));
    line(&format!("#VALUTA {}", books.currency.code()));
    for account in &books.accounts {
        line(&format!("#KONTO {} {}", account.number, quoted(&account.name)));
    }
    for voucher in &books.vouchers {
        let on = day(voucher.on);
        line(&format!("#VER {} {} {on} {}", quoted(&voucher.series), voucher.number, quoted(&voucher.text)));
        line("{");
        for it in &voucher.lines {
            line(&format!("   #TRANS {} {{}} {}", it.account, amount(it.amount)));
        }
        line("}");
    }
    encode_string_lossy(&plain(&file), &ENCODING_TABLE_CP437)
}

fn day(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

fn amount(amount: Money) -> String {
    Decimal::new(amount.minor, 2).to_string()
}

/// A field in quotes. What steers a printer has no place in one.
fn quoted(text: &str) -> String {
    let mut field = String::from("\"");
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        match letter {
            '"' => field.push_str("\\\""),
            // How it is written itself is said nowhere, and readers differ.
            '\\' => field.push('/'),
            other => field.push(other),
        }
    }
    field.push('"');
    field
}

/// Letters that the code page lacks, by those that come nearest; what has none becomes a question mark when it is encoded.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '–' | '—' => plain.push('-'),
            '’' | '‘' => plain.push('\''),
            '“' | '”' => plain.push_str("''"),
            'Ø' => plain.push('Ö'),
            'ø' => plain.push('ö'),
            'Š' => plain.push('S'),
            'š' => plain.push('s'),
            'ł' => plain.push('l'),
            'Ł' => plain.push('L'),
            '\u{a0}' | '\u{202f}' => plain.push(' '),
            other => {
                let _ = write!(plain, "{other}");
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests;
