//! The settlement report of Vipps as CSV: sections whose rows begin with what they are, each under a row of headings.
//!
//! A settlement has its sums in `SettlementInfo` and its payments in `TransactionInfo`. Fees are less than nothing there. A
//! report may hold its sections twice; what stands there again, word for word, says nothing new.

use super::{SettlementFileError, SettlementLineKind, ToldLine, ToldSettlement, total};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};
use stolpe_domain::money::{Currency, Money};

const SETTLEMENT: &str = "SettlementInfo";
const TRANSACTION: &str = "TransactionInfo";

pub(super) fn looks_like(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let named = |line: &str| line.starts_with(SETTLEMENT) || line.starts_with(TRANSACTION);
    text.trim_start_matches('\u{feff}').lines().any(named)
}

/// A row by the headings of its section.
struct Row<'r> {
    line: u64,
    headings: &'r [String],
    cells: Vec<String>,
}

impl Row<'_> {
    fn text(&self, heading: &str) -> Result<&str, SettlementFileError> {
        let place = self.headings.iter().position(|it| it == heading);
        let cell = place.and_then(|place| self.cells.get(place)).map(String::as_str);
        cell.ok_or_else(|| SettlementFileError::damaged(self.line, heading))
    }

    fn minor(&self, heading: &str) -> Result<i64, SettlementFileError> {
        minor(self.text(heading)?).ok_or_else(|| SettlementFileError::damaged(self.line, heading))
    }

    fn day(&self, heading: &str) -> Result<NaiveDate, SettlementFileError> {
        let text = self.text(heading)?;
        let forms = ["%d.%m.%Y", "%Y-%m-%d"];
        let day = forms.iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok());
        day.ok_or_else(|| SettlementFileError::damaged(self.line, heading))
    }

    /// Vipps pays owners in Norwegian kroner.
    fn in_kroner(&self) -> Result<(), SettlementFileError> {
        let code = self.text("Currency")?;
        let other = || SettlementFileError::OtherCurrency { line: self.line, code: code.to_owned() };
        if code == Currency::Nok.code() { Ok(()) } else { Err(other()) }
    }
}

/// What `SettlementInfo` says, and the line on which it does.
struct Said {
    line: u64,
    settlement: ToldSettlement,
    refund: i64,
    count: i64,
}

pub(super) fn read(bytes: &[u8]) -> Result<Vec<ToldSettlement>, SettlementFileError> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut headings: HashMap<String, Vec<String>> = HashMap::new();
    let mut said: BTreeMap<String, Said> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    let mut seen: Vec<Vec<String>> = Vec::new();
    let mut lines: Vec<(String, ToldLine)> = Vec::new();
    for record in reader.records() {
        let record = record
            .map_err(|error| SettlementFileError::damaged(error.position().map_or(0, csv::Position::line), "CSV"))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        let section = cells.first().map(|cell| cell.trim_start_matches('\u{feff}').to_owned()).unwrap_or_default();
        if section != SETTLEMENT && section != TRANSACTION {
            continue;
        }
        // Headings name themselves, and stand in front of their rows.
        if cells.iter().any(|cell| cell == "Gross") {
            headings.insert(section, cells);
            continue;
        }
        if seen.contains(&cells) {
            continue;
        }
        let known = headings.get(&section).ok_or_else(|| SettlementFileError::damaged(line, &section))?;
        let row = Row { line, headings: known, cells: cells.clone() };
        row.in_kroner()?;
        if section == SETTLEMENT {
            let it = settlement(&row)?;
            let number = it.settlement.number.clone();
            order.push(number.clone());
            if said.insert(number, it).is_some() {
                return Err(SettlementFileError::damaged(line, "SettlementID"));
            }
        } else {
            lines.push((row.text("SettlementId")?.to_owned(), transaction(&row)?));
        }
        seen.push(cells);
    }
    for (number, line) in lines {
        let settlement =
            said.get_mut(&number).ok_or_else(|| SettlementFileError::damaged(line.line, "SettlementId"))?;
        settlement.settlement.lines.push(line);
    }
    for it in said.values() {
        hold(it)?;
    }
    Ok(order.iter().filter_map(|number| said.remove(number)).map(|it| it.settlement).collect())
}

fn nok(minor: i64) -> Money {
    Money::of_minor(minor, Currency::Nok)
}

fn settlement(row: &Row<'_>) -> Result<Said, SettlementFileError> {
    let (gross, fee, refund) = (row.minor("Gross")?, row.minor("Fee")?, row.minor("Refund")?);
    let paid = total([gross, refund]).ok_or_else(|| SettlementFileError::damaged(row.line, "Gross"))?;
    let settlement = ToldSettlement {
        number: row.text("SettlementID")?.to_owned(),
        settled_on: row.day("SettlementDate")?,
        gross: nok(paid),
        fee: nok(-fee),
        net: nok(row.minor("Net")?),
        lines: Vec::new(),
    };
    let count = row.text("NumberOfTransactions")?.parse();
    let count = count.map_err(|_| SettlementFileError::damaged(row.line, "NumberOfTransactions"))?;
    Ok(Said { line: row.line, settlement, refund, count })
}

fn transaction(row: &Row<'_>) -> Result<ToldLine, SettlementFileError> {
    let (gross, fee, refund, net) = (row.minor("Gross")?, row.minor("Fee")?, row.minor("Refund")?, row.minor("Net")?);
    let paid = total([gross, refund]).ok_or_else(|| SettlementFileError::damaged(row.line, "Gross"))?;
    let counted = total([paid, fee]).ok_or_else(|| SettlementFileError::damaged(row.line, "Net"))?;
    if counted != net {
        return Err(SettlementFileError::sum(row.line, "Net", net, counted));
    }
    let named = |heading: &str| row.text(heading).map(|text| Some(text.to_owned()).filter(|text| !text.is_empty()));
    Ok(ToldLine {
        line: row.line,
        kind: if paid < 0 { SettlementLineKind::Refund } else { SettlementLineKind::Payment },
        reference: named("OrderID")?,
        movement: named("TransactionId")?,
        sold_on: Some(row.day("SalesDate")?),
        gross: nok(paid),
        fee: nok(-fee),
    })
}

/// The sums of a settlement, held against its payments.
fn hold(it: &Said) -> Result<(), SettlementFileError> {
    let ToldSettlement { gross, fee, net, lines, .. } = &it.settlement;
    let sum = |of: fn(&ToldLine) -> i64| {
        total(lines.iter().map(of)).ok_or_else(|| SettlementFileError::damaged(it.line, "Gross"))
    };
    let counted = [
        ("Gross", gross.minor - it.refund, sum(|line| line.gross.minor)? - it.refund),
        ("Fee", -fee.minor, -sum(|line| line.fee.minor)?),
        ("Net", net.minor, gross.minor - fee.minor),
    ];
    let wrong = counted.into_iter().find(|(_, said, counted)| said != counted);
    if let Some((record, said, counted)) = wrong {
        return Err(SettlementFileError::sum(it.line, record, said, counted));
    }
    let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    if count == it.count {
        return Ok(());
    }
    Err(SettlementFileError::Sum {
        line: it.line,
        record: "NumberOfTransactions".to_owned(),
        said: it.count.to_string(),
        counted: count.to_string(),
    })
}

/// `1.00`, `-0.02`: hundredths, exactly.
fn minor(text: &str) -> Option<i64> {
    let (sign, bare) = text.strip_prefix('-').map_or((1, text), |bare| (-1, bare));
    let (whole, part) = bare.split_once('.').unwrap_or((bare, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 15 || !digits(whole) || !digits(part) || part.len() > 2 {
        return None;
    }
    let hundredths: i64 = format!("{part:0<2}").parse().ok()?;
    Some(sign * (whole.parse::<i64>().ok()?.checked_mul(100)? + hundredths))
}
