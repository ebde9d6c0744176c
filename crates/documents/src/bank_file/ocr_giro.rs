//! OCR giro of Nets: what was paid with KID to a Norwegian account.
//!
//! A transmission (records 10 to 89) holds assignments (20 to 88), each for one account; a payment is two records, 30 and
//! 31, with a third (32) for what a payer wrote. The ends have sums and numbers, of payments and of records.

use super::text::{Line, unpadded};
use super::{
    AccountScheme, BankFile, BankFileError, BankFileKind, BankPayment, Deposit, FileAccount, PaymentKind, Reference,
    ReferenceKind, Skipped, number_keys, total,
};
use chrono::NaiveDate;
use stolpe_domain::money::{Currency, Money};

/// Services that share the form.
const OCR_GIRO: &str = "09";
const AVTALEGIRO: &str = "21";

/// An assignment that is open.
struct Assignment {
    account: String,
    number: String,
    /// Records so far, the first among them.
    records: usize,
    payments: Vec<BankPayment>,
}

/// Whether a text begins as every file of Nets does.
pub(super) fn looks_like(text: &str) -> bool {
    text.starts_with("NY0000") && text.get(6..8) == Some("10")
}

pub(super) fn read(lines: &[Line]) -> Result<BankFile, BankFileError> {
    let Some((start, rest)) = lines.split_first() else { return Err(BankFileError::Empty) };
    // Told apart before anything is counted: a file of AvtaleGiro is whole, and not for us.
    if rest.iter().any(|line| line.raw(1, 4) == format!("NY{AVTALEGIRO}")) {
        return Err(BankFileError::AvtaleGiro);
    }
    let mut file = BankFile {
        outgoing: Vec::new(),
        kind: BankFileKind::OcrGiro,
        id: format!("{}/{}", start.part(9, 16), start.part(17, 23)),
        written_on: None,
        is_test: false,
        deposits: Vec::new(),
        skipped: Skipped::default(),
    };
    let (mut all, mut sum) = (0_usize, 0_i64);
    let mut open: Option<Assignment> = None;
    for (at, line) in rest.iter().enumerate() {
        let (service, record) = (line.raw(3, 4), line.raw(7, 8));
        let name = format!("NY{service}..{record}");
        if line.raw(1, 2) != "NY" {
            return Err(line.damaged(&line.raw(1, 8)));
        }
        if let Some(assignment) = &mut open {
            assignment.records += 1;
        }
        match (service.as_str(), record.as_str(), &mut open) {
            (OCR_GIRO, "20", None) => {
                let (number, account) = (line.part(18, 24), line.part(25, 35));
                open = Some(Assignment { account, number, records: 1, payments: Vec::new() });
            }
            (OCR_GIRO, "30", Some(assignment)) => {
                let payment = payment(line, assignment)?;
                assignment.payments.push(payment);
            }
            (OCR_GIRO, "31" | "32", Some(assignment)) => {
                let payment = assignment.payments.last_mut().filter(|payment| same_payment(payment, line));
                belongs(payment.ok_or_else(|| line.damaged(&name))?, &record, line);
            }
            (OCR_GIRO, "88", Some(_)) => {
                let assignment = open.take().ok_or_else(|| line.damaged(&name))?;
                all += assignment.payments.len();
                let deposit = closed(assignment, line, &mut file.skipped)?;
                sum = sum.checked_add(deposit.sum.minor).ok_or_else(|| line.damaged(&name))?;
                file.deposits.push(deposit);
            }
            ("00", "89", None) => {
                hold(line, "NY000089", (all, at + 2, sum))?;
                file.written_on = Some(day(&line.raw(42, 47)).ok_or_else(|| line.damaged("NY000089"))?);
                return match rest.get(at + 1) {
                    Some(after) => Err(after.damaged(&after.raw(1, 8))),
                    None => Ok(file),
                };
            }
            _ => return Err(line.damaged(&name)),
        }
    }
    Err(BankFileError::CutShort { line: lines.last().map_or(0, |line| line.number) })
}

fn payment(line: &Line, assignment: &Assignment) -> Result<BankPayment, BankFileError> {
    let damaged = || line.damaged("NY09..30");
    let booked_on = day(&line.raw(16, 21)).ok_or_else(damaged)?;
    let amount = line.digits(33, 49, "NY09..30")?;
    let (kind, amount) = match (line.raw(5, 6).as_str(), line.raw(32, 32).as_str()) {
        (_, "-") => (PaymentKind::Reversal, -amount),
        // A reversal without its sign would be money that nobody has paid.
        ("18" | "20", _) => return Err(damaged()),
        (_, "0" | " ") => (PaymentKind::Payment, amount),
        _ => return Err(damaged()),
    };
    let reference = Some(line.part(50, 74)).filter(|text| !text.is_empty());
    Ok(BankPayment {
        returned: None,
        key: format!("ocr/{}/{}/{booked_on}/{}", assignment.account, assignment.number, line.raw(9, 15)),
        kind,
        amount: Money::of_minor(amount, Currency::Nok),
        booked_on,
        references: reference
            .map(|text| Reference { kind: ReferenceKind::Kid, text, amount: None })
            .into_iter()
            .collect(),
        information: Vec::new(),
        payer: None,
        payer_account: None,
        line: line.number,
        lines: vec![line.text.clone()],
    })
}

/// The records of a payment carry its number.
fn same_payment(payment: &BankPayment, line: &Line) -> bool {
    payment.key.ends_with(&format!("/{}", line.raw(9, 15)))
}

fn belongs(payment: &mut BankPayment, record: &str, line: &Line) {
    match record {
        "31" => payment.payer_account = unpadded(&line.part(48, 58)).map(|_| line.part(48, 58)),
        _ => payment.information.extend(Some(line.part(16, 55)).filter(|text| !text.is_empty())),
    }
    payment.lines.push(line.text.clone());
}

fn closed(assignment: Assignment, line: &Line, skipped: &mut Skipped) -> Result<Deposit, BankFileError> {
    let Assignment { account, number, records, mut payments } = assignment;
    let sum = total(&payments).ok_or_else(|| line.damaged("NY09..88"))?;
    hold(line, "NY09..88", (payments.len(), records, sum))?;
    let booked_on = day(&line.raw(42, 47)).ok_or_else(|| line.damaged("NY09..88"))?;
    number_keys(&mut payments);
    let all = payments.len();
    payments.retain(|payment| payment.amount.minor != 0);
    skipped.empty += all - payments.len();
    Ok(Deposit {
        account: FileAccount { scheme: AccountScheme::NorwegianBank, number: account },
        id: number,
        booked_on,
        sum: Money::of_minor(sum, Currency::Nok),
        payments,
    })
}

/// Holds the end of an assignment or transmission against the payments, records and the sum that were read.
fn hold(line: &Line, record: &str, (payments, records, sum): (usize, usize, i64)) -> Result<(), BankFileError> {
    for (said, counted) in [(line.digits(9, 16, record)?, payments), (line.digits(17, 24, record)?, records)] {
        if i64::try_from(counted) != Ok(said) {
            return Err(BankFileError::count(line.number, record, said, counted));
        }
    }
    let said = line.digits(25, 41, record)?;
    if said == sum { Ok(()) } else { Err(BankFileError::sum(line.number, record, said, sum)) }
}

/// `200192`; years from 70 on are of the last century, in which the form was made.
fn day(text: &str) -> Option<NaiveDate> {
    let number = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let (day, month, year) = (number(0, 2)?, number(2, 4)?, number(4, 6)?);
    let year = i32::try_from(year).ok()? + if year >= 70 { 1900 } else { 2000 };
    NaiveDate::from_ymd_opt(year, month, day)
}
