//! A settlement as a table whose columns are known by their headings: what banks and portals save, and what people make.

use super::{SettlementFileError, SettlementLineKind, ToldLine, ToldSettlement, total};
use crate::list_file::{ListFile, ListRow, SETTLEMENTS};
use stolpe_domain::money::{Currency, Money};

pub(super) fn read(bytes: &[u8], currency: Currency) -> Result<Vec<ToldSettlement>, SettlementFileError> {
    let file = ListFile::read(bytes, SETTLEMENTS)?;
    let mut settlements: Vec<ToldSettlement> = Vec::new();
    for row in &file.rows {
        let row = row.as_ref().map_err(|fault| SettlementFileError::damaged(fault.line, &fault.code))?;
        let damaged = |column: &'static str| move || SettlementFileError::damaged(row.line, column);
        if let Some(code) = row.text("currency").filter(|code| *code != currency.code()) {
            return Err(SettlementFileError::OtherCurrency { line: row.line, code: code.to_owned() });
        }
        let day = |key: &'static str| {
            row.text(key).map(|text| file.reading.day(key, only_day(text)).map_err(|_| damaged(key)())).transpose()
        };
        let settled_on = day("settledOn")?.ok_or_else(damaged("settledOn"))?;
        let line = line(&file, row, day("soldOn")?, currency)?;
        let number = row.text("settlementId").map_or_else(|| settled_on.to_string(), str::to_owned);
        let found = settlements.iter_mut().find(|it| it.number == number);
        let nothing = Money::zero(currency);
        match found {
            // One name has one day.
            Some(it) if it.settled_on != settled_on => return Err(damaged("settledOn")()),
            Some(it) => it.lines.push(line),
            None => settlements.push(ToldSettlement {
                number,
                settled_on,
                gross: nothing,
                fee: nothing,
                net: nothing,
                lines: vec![line],
            }),
        }
    }
    for it in &mut settlements {
        let sum = |of: fn(&ToldLine) -> i64| {
            let first = it.lines.first().map_or(0, |line| line.line);
            total(it.lines.iter().map(of)).ok_or_else(|| SettlementFileError::damaged(first, "amount"))
        };
        let (gross, fee) = (sum(|line| line.gross.minor)?, sum(|line| line.fee.minor)?);
        it.gross = Money::of_minor(gross, currency);
        it.fee = Money::of_minor(fee, currency);
        it.net = Money::of_minor(gross - fee, currency);
    }
    Ok(settlements)
}

fn line(
    file: &ListFile,
    row: &ListRow,
    sold_on: Option<chrono::NaiveDate>,
    currency: Currency,
) -> Result<ToldLine, SettlementFileError> {
    let amount = |key: &'static str| {
        let read = row.text(key).map(|text| file.reading.hundredths(key, text));
        read.transpose().map_err(|_| SettlementFileError::damaged(row.line, key))
    };
    let gross = amount("amount")?.ok_or_else(|| SettlementFileError::damaged(row.line, "amount"))?;
    // Some take a fee off and write it with its sign, others without.
    let fee = amount("fee")?.unwrap_or_default().saturating_abs();
    let kind = kind_of(row.text("kind"), gross);
    let (gross, fee) = match kind {
        SettlementLineKind::Fee => (0, fee.saturating_add(gross.saturating_abs())),
        _ => (gross, fee),
    };
    let counted = gross.checked_sub(fee).ok_or_else(|| SettlementFileError::damaged(row.line, "amount"))?;
    if let Some(net) = amount("net")?.filter(|net| *net != counted) {
        return Err(SettlementFileError::sum(row.line, "net", net, counted));
    }
    let text = |key: &str| row.text(key).map(str::to_owned);
    Ok(ToldLine {
        line: row.line,
        kind,
        reference: text("reference"),
        movement: text("movement"),
        sold_on,
        gross: Money::of_minor(gross, currency),
        fee: Money::of_minor(fee, currency),
    })
}

/// What a line calls itself, in words of our languages; else by its sign.
fn kind_of(text: Option<&str>, gross: i64) -> SettlementLineKind {
    let text = text.unwrap_or_default().to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["avgift", "gebyr", "fee"]) {
        SettlementLineKind::Fee
    } else if gross < 0 || says(&["återbetal", "tilbakebetal", "refund", "retur", "refusjon"]) {
        SettlementLineKind::Refund
    } else {
        SettlementLineKind::Payment
    }
}

/// The day of a day with a time.
fn only_day(text: &str) -> &str {
    text.split([' ', 'T']).next().unwrap_or(text)
}
