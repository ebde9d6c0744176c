//! `BgMax`: what was paid to a bankgiro, deposit by deposit.
//!
//! A deposit opens with TK05 and closes with TK15, which has its sum and the number of its payments; TK70 closes the file.
//! Between them stands each payment (TK20) or deduction (TK21), followed by what belongs to it: more references (TK22, and
//! TK23 for those drawn off), what the payer wrote (TK25), and who it was (TK26 to TK29).

use super::text::{Line, unpadded};
use super::{
    AccountScheme, BankFile, BankFileError, BankFileKind, BankPayment, Deposit, FileAccount, PaymentKind, Reference,
    ReferenceKind, Skipped, currency, number_keys, total,
};
use chrono::NaiveDate;
use stolpe_domain::money::{Currency, Money};

/// A deposit that is open.
struct Section {
    account: FileAccount,
    currency: Currency,
    payments: Vec<Draft>,
}

/// A payment with its more references, before it is known which of them count.
struct Draft {
    payment: BankPayment,
    own: Option<Reference>,
    more: Vec<Reference>,
    serial: String,
}

/// What TK70 counts.
#[derive(Default)]
struct Counted {
    payments: usize,
    deductions: usize,
    references: usize,
}

pub(super) fn read(lines: &[Line]) -> Result<BankFile, BankFileError> {
    let Some((start, rest)) = lines.split_first() else { return Err(BankFileError::Empty) };
    let mut file = BankFile {
        outgoing: Vec::new(),
        kind: BankFileKind::Bgmax,
        id: start.part(25, 44),
        written_on: day(&start.raw(25, 32)),
        is_test: start.part(45, 45) == "T",
        deposits: Vec::new(),
        skipped: Skipped::default(),
    };
    let mut counted = Counted::default();
    let mut open: Option<Section> = None;
    for (at, line) in rest.iter().enumerate() {
        let record = line.raw(1, 2);
        let name = format!("TK{record}");
        match (record.as_str(), &mut open) {
            ("05", None) => open = Some(opened(line)?),
            ("20" | "21", Some(section)) => {
                let deduction = record == "21";
                counted.deductions += usize::from(deduction);
                counted.payments += usize::from(!deduction);
                let draft = payment(line, deduction, section.currency)?;
                section.payments.push(draft);
            }
            ("22" | "23" | "25" | "26" | "27" | "28" | "29", Some(section)) => {
                counted.references += usize::from(matches!(record.as_str(), "22" | "23"));
                let currency = section.currency;
                let draft = section.payments.last_mut().ok_or_else(|| line.damaged(&name))?;
                belongs(draft, &record, line, currency);
            }
            ("15", Some(_)) => {
                let section = open.take().ok_or_else(|| line.damaged(&name))?;
                file.deposits.push(closed(section, line, &mut file.skipped)?);
            }
            ("70", None) => {
                hold(line, &counted, file.deposits.len())?;
                return match rest.get(at + 1) {
                    Some(after) => Err(after.damaged(&format!("TK{}", after.raw(1, 2)))),
                    None => Ok(file),
                };
            }
            _ => return Err(line.damaged(&name)),
        }
    }
    Err(BankFileError::CutShort { line: lines.last().map_or(0, |line| line.number) })
}

fn opened(line: &Line) -> Result<Section, BankFileError> {
    let bankgiro = unpadded(&line.part(3, 12)).map(|number| (AccountScheme::Bankgiro, number));
    let plusgiro = || unpadded(&line.part(13, 22)).map(|number| (AccountScheme::Plusgiro, number));
    let (scheme, number) = bankgiro.or_else(plusgiro).ok_or_else(|| line.damaged("TK05"))?;
    // Bankgirot keeps accounts in kronor and euro, and no others.
    let currency = currency(&line.part(23, 25)).ok_or_else(|| line.damaged("TK05"))?;
    Ok(Section { account: FileAccount { scheme, number }, currency, payments: Vec::new() })
}

fn payment(line: &Line, deduction: bool, currency: Currency) -> Result<Draft, BankFileError> {
    let amount = line.digits(38, 55, if deduction { "TK21" } else { "TK20" })?;
    let own = reference(line, None);
    // Several references in one place are words for a person; the records that follow have them one by one.
    let several = line.part(56, 56) == "3";
    let mut information = Vec::new();
    let own = own.filter(|own| {
        if several {
            information.push(own.text.clone());
        }
        !several
    });
    let payment = BankPayment {
        returned: None,
        key: String::new(),
        kind: if deduction { PaymentKind::Deduction } else { PaymentKind::Payment },
        amount: Money::of_minor(if deduction { -amount } else { amount }, currency),
        // Known when the deposit closes.
        booked_on: NaiveDate::MIN,
        references: Vec::new(),
        information,
        payer: None,
        payer_account: unpadded(&line.part(3, 12)),
        line: line.number,
        lines: vec![line.text.clone()],
    };
    Ok(Draft { payment, own, more: Vec::new(), serial: line.part(58, 69) })
}

fn reference(line: &Line, amount: Option<Money>) -> Option<Reference> {
    let text = line.part(13, 37);
    let kind = match line.part(56, 56).as_str() {
        "2" => ReferenceKind::Ocr,
        "5" => ReferenceKind::Faulty,
        _ => ReferenceKind::Text,
    };
    (!text.is_empty()).then_some(Reference { kind, text, amount })
}

fn belongs(draft: &mut Draft, record: &str, line: &Line, currency: Currency) {
    let payment = &mut draft.payment;
    match record {
        "22" | "23" => {
            // What cannot be read here takes nothing from the payment, whose own record has its amount.
            let amount = line.digits(38, 55, record).ok().filter(|amount| *amount != 0);
            let amount = amount.map(|amount| if record == "23" { -amount } else { amount });
            draft.more.extend(reference(line, amount.map(|amount| Money::of_minor(amount, currency))));
        }
        "25" => payment.information.extend(Some(line.part(3, 52)).filter(|text| !text.is_empty())),
        "26" => {
            let name = [line.part(3, 37), line.part(38, 72)].join(" ");
            payment.payer = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
        }
        // The number of a sole trader is a personal number, and nothing is matched by it: it goes no further.
        "29" => return,
        _ => {}
    }
    payment.lines.push(line.text.clone());
}

fn closed(section: Section, line: &Line, skipped: &mut Skipped) -> Result<Deposit, BankFileError> {
    let booked_on = day(&line.raw(38, 45)).ok_or_else(|| line.damaged("TK15"))?;
    let id = line.part(46, 50);
    let (sum, count) = (line.digits(51, 68, "TK15")?, line.digits(72, 79, "TK15")?);
    if section.currency.code() != line.part(69, 71) {
        return Err(line.damaged("TK15"));
    }
    let mut payments: Vec<BankPayment> = Vec::with_capacity(section.payments.len());
    for Draft { mut payment, own, more, serial } in section.payments {
        let named = own.as_ref().or(more.first()).map_or("", |first| first.text.as_str());
        payment.key = format!("bgmax/{}/{booked_on}/{id}/{serial}/{named}", section.account.number);
        payment.booked_on = booked_on;
        let repeated = own.as_ref().is_some_and(|own| more.iter().any(|it| it.text == own.text));
        payment.references = own.filter(|_| !repeated).into_iter().chain(more).collect();
        payments.push(payment);
    }
    let counted = total(&payments).ok_or_else(|| line.damaged("TK15"))?;
    if i64::try_from(payments.len()) != Ok(count) {
        return Err(BankFileError::count(line.number, "TK15", count, payments.len()));
    }
    if counted != sum {
        return Err(BankFileError::sum(line.number, "TK15", sum, counted));
    }
    number_keys(&mut payments);
    let all = payments.len();
    payments.retain(|payment| payment.amount.minor != 0);
    skipped.empty += all - payments.len();
    let sum = Money::of_minor(sum, section.currency);
    Ok(Deposit { account: section.account, id, booked_on, sum, payments })
}

fn hold(line: &Line, counted: &Counted, deposits: usize) -> Result<(), BankFileError> {
    let said = [
        (line.digits(3, 10, "TK70")?, counted.payments),
        (line.digits(11, 18, "TK70")?, counted.deductions),
        (line.digits(19, 26, "TK70")?, counted.references),
        (line.digits(27, 34, "TK70")?, deposits),
    ];
    let wrong = said.into_iter().find(|(said, counted)| i64::try_from(*counted) != Ok(*said));
    wrong.map_or(Ok(()), |(said, counted)| Err(BankFileError::count(line.number, "TK70", said, counted)))
}

/// `20040525`.
fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y%m%d").ok()
}
