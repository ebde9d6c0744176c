//! camt.053 and camt.054 of ISO 20022: statements of an account, and notices of what came and went.
//!
//! Banks differ in how much they say and in which version. What counts is what was booked (`BOOK`) and came in (`CRDT`).
//! An entry of several payments is taken apart where they are told one by one (`TxDtls`), and passed over where only their
//! sum is told, for then they come in a file of their own. What went out is read for what it says of our payouts.

mod outgoing;
mod statement;

use super::{
    AccountScheme, BankFile, BankFileError, BankFileKind, BankPayment, Deposit, FileAccount, PaymentKind, Reference,
    ReferenceKind, Skipped, currency, number_keys, total,
};
use crate::xml::{Element, NoTree, tree};
use chrono::NaiveDate;
use std::ops::Range;
use stolpe_domain::money::{Currency, Money};

/// The text of a document, to find lines and proof in.
#[derive(Clone, Copy)]
struct Source<'t> {
    text: &'t str,
    /// Where each line but the first begins.
    begins: &'t [usize],
}

impl Source<'_> {
    /// On which line a byte is.
    fn line_at(self, place: usize) -> u64 {
        let before = self.begins.partition_point(|begin| *begin <= place);
        u64::try_from(before).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// On which line an element begins.
    fn line(self, element: &Element) -> u64 {
        self.line_at(element.span.start)
    }

    fn damaged(self, element: &Element, what: &str) -> BankFileError {
        BankFileError::Damaged { line: self.line(element), record: format!("{} {what}", element.name) }
    }

    /// An element as it stands, but for the numbers of private persons: nothing is matched by them.
    fn proof(self, element: &Element) -> Vec<String> {
        let mut private = Vec::new();
        private_parts(element, &mut private);
        let mut kept = String::new();
        let mut from = element.span.start;
        for part in private {
            kept.push_str(self.text.get(from..part.start).unwrap_or_default());
            kept.push_str("<PrvtId>…</PrvtId>");
            from = part.end;
        }
        kept.push_str(self.text.get(from..element.span.end).unwrap_or_default());
        kept.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

fn private_parts(element: &Element, found: &mut Vec<Range<usize>>) {
    for inside in &element.inside {
        if inside.name == "PrvtId" { found.push(inside.span.clone()) } else { private_parts(inside, found) }
    }
}

pub(super) fn read(text: &str) -> Result<BankFile, BankFileError> {
    let begins: Vec<usize> = text.match_indices('\n').map(|(place, _)| place + 1).collect();
    let source = Source { text, begins: &begins };
    let root = tree(text).map_err(|fault| match fault {
        NoTree::Damaged { place, said } => BankFileError::Damaged { line: source.line_at(place), record: said },
        NoTree::DocType => BankFileError::UnknownForm,
    })?;
    // Some banks put the document into an envelope of their own.
    let document = if root.name == "Document" { &root } else { root.one("Document").unwrap_or(&root) };
    let message = document.inside.first().filter(|_| document.name == "Document").ok_or(BankFileError::UnknownForm)?;
    let (kind, part) = match message.name.as_str() {
        "BkToCstmrStmt" => (BankFileKind::Camt053, "Stmt"),
        "BkToCstmrDbtCdtNtfctn" => (BankFileKind::Camt054, "Ntfctn"),
        "BkToCstmrAcctRpt" => return Err(BankFileError::OtherMessage("camt.052".to_owned())),
        "CstmrCdtTrfInitn" => return Err(BankFileError::OtherMessage("pain.001".to_owned())),
        "CstmrPmtStsRpt" => return Err(BankFileError::OtherMessage("pain.002".to_owned())),
        other => return Err(BankFileError::OtherMessage(other.to_owned())),
    };
    let header = message.one("GrpHdr").ok_or_else(|| source.damaged(message, "GrpHdr"))?;
    let mut file = BankFile {
        kind,
        id: header.text_of("MsgId").to_owned(),
        written_on: day(header.text_of("CreDtTm")),
        is_test: false,
        deposits: Vec::new(),
        outgoing: Vec::new(),
        skipped: Skipped::default(),
    };
    for part in message.all(part) {
        let account = account_of(part.one("Acct"));
        let account = account.ok_or_else(|| source.damaged(part, "Acct"))?;
        statement::hold(source, part)?;
        for (entry, place) in part.all("Ntry").zip(1_usize..) {
            let named = format!("{}/{place}", part.text_of("Id"));
            file.outgoing.extend(outgoing::outgoing(source, entry, &account, &named)?);
            file.deposits.extend(deposit(source, entry, &account, &named, &mut file.skipped)?);
        }
    }
    outgoing::number_keys(&mut file.outgoing);
    Ok(file)
}

/// What came in by an entry; nothing where it is no incoming payment.
fn deposit(
    source: Source<'_>,
    entry: &Element,
    account: &FileAccount,
    named: &str,
    skipped: &mut Skipped,
) -> Result<Option<Deposit>, BankFileError> {
    // The code itself, or one element deeper from version 08 on.
    let status = [entry.text_of("Sts"), entry.text_at("Sts/Cd")].concat();
    if status != "BOOK" {
        skipped.pending += 1;
        return Ok(None);
    }
    let reversal = is_reversal(entry);
    let sign = match (entry.text_of("CdtDbtInd"), reversal) {
        ("CRDT", false) => 1,
        ("CRDT", true) => {
            skipped.returned += 1;
            return Ok(None);
        }
        ("DBIT", false) => {
            skipped.debits += 1;
            return Ok(None);
        }
        ("DBIT", true) => -1,
        _ => return Err(source.damaged(entry, "CdtDbtInd")),
    };
    let (code, amount) = amount_of(source, entry)?;
    let details: Vec<&Element> = entry.all("NtryDtls").flat_map(|inside| inside.all("TxDtls")).collect();
    let said: usize =
        entry.all("NtryDtls").map(|inside| inside.text_at("Btch/NbOfTxs").parse::<usize>().unwrap_or_default()).sum();
    if said > 1 && details.len() <= 1 {
        skipped.bundles += 1;
        return Ok(None);
    }
    if said > 0 && said != details.len() && !details.is_empty() {
        let said = i64::try_from(said).unwrap_or(i64::MAX);
        return Err(BankFileError::count(source.line(entry), "NbOfTxs", said, details.len()));
    }
    let parts = parts(source, entry, &details, (code, amount))?;
    let Some(currency) = currency(code) else {
        skipped.other_currency += 1;
        return Ok(None);
    };
    let booked_on = ["BookgDt", "ValDt"].iter().find_map(|name| day_of(entry.one(name)));
    let booked_on = booked_on.ok_or_else(|| source.damaged(entry, "BookgDt"))?;
    let id = entry.text_of("AcctSvcrRef");
    let mut payments: Vec<BankPayment> = Vec::with_capacity(parts.len());
    let several = parts.len() > 1;
    for (details, minor) in parts {
        let shown = details.filter(|_| several).unwrap_or(entry);
        let amount = Money::of_minor(sign * minor, currency);
        let told = details.map(|details| Told::of(details, currency)).unwrap_or_default();
        let bank_reference = [told.key.as_str(), id].into_iter().find(|key| !key.is_empty()).unwrap_or(named);
        payments.push(BankPayment {
            key: format!("camt/{}/{booked_on}/{bank_reference}", account.number),
            kind: match (reversal, amount.minor < 0) {
                (true, _) => PaymentKind::Reversal,
                (false, true) => PaymentKind::Deduction,
                (false, false) => PaymentKind::Payment,
            },
            amount,
            booked_on,
            references: told.references,
            information: told.information,
            payer: told.payer,
            payer_account: told.payer_account,
            line: source.line(shown),
            lines: source.proof(shown),
            returned: details.and_then(outgoing::returned).filter(|_| sign * minor > 0),
        });
    }
    let sum = total(&payments).ok_or_else(|| source.damaged(entry, "Amt"))?;
    number_keys(&mut payments);
    let all = payments.len();
    payments.retain(|payment| payment.amount.minor != 0);
    skipped.empty += all - payments.len();
    let (account, sum) = (account.clone(), Money::of_minor(sum, currency));
    Ok(Some(Deposit { account, id: id.to_owned(), booked_on, sum, payments }))
}

/// The payments of an entry with their amounts: the only one has all of it, several must come to it.
fn parts<'e>(
    source: Source<'_>,
    entry: &Element,
    details: &[&'e Element],
    (code, amount): (&str, i64),
) -> Result<Vec<(Option<&'e Element>, i64)>, BankFileError> {
    let several = match details {
        [] => return Ok(vec![(None, amount)]),
        // What was booked counts. Before charges, or in the payer's currency, it may have been another amount.
        [only] => return Ok(vec![(Some(*only), amount)]),
        several => several,
    };
    let way = entry.text_of("CdtDbtInd");
    let mut parts = Vec::with_capacity(several.len());
    let mut counted = 0_i64;
    for one in several {
        let amounts = [one.one("Amt"), one.at("AmtDtls/TxAmt/Amt")];
        let own = amounts.into_iter().flatten().find(|amount| amount.currency == code);
        let own = own.and_then(|amount| minor(amount.text.trim())).ok_or_else(|| source.damaged(one, "Amt"))?;
        let said = one.text_of("CdtDbtInd");
        let other_way = !said.is_empty() && said != way;
        let own = if other_way { -own } else { own };
        counted = counted.checked_add(own).ok_or_else(|| source.damaged(one, "Amt"))?;
        parts.push((Some(*one), own));
    }
    if counted == amount { Ok(parts) } else { Err(BankFileError::sum(source.line(entry), "Ntry", amount, counted)) }
}

/// What the details of a payment tell beside its amount.
#[derive(Default)]
struct Told {
    key: String,
    references: Vec<Reference>,
    information: Vec<String>,
    payer: Option<String>,
    payer_account: Option<String>,
}

impl Told {
    fn of(details: &Element, currency: Currency) -> Self {
        let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        // From version 08 on a party is one element deeper.
        let names =
            ["RltdPties/Dbtr/Nm", "RltdPties/Dbtr/Pty/Nm", "RltdPties/UltmtDbtr/Nm", "RltdPties/UltmtDbtr/Pty/Nm"];
        let remittance = details.one("RmtInf");
        Self {
            key: details.text_at("Refs/AcctSvcrRef").to_owned(),
            references: remittance
                .map(|it| it.all("Strd").filter_map(|it| reference(it, currency)).collect())
                .unwrap_or_default(),
            information: remittance
                .map(|it| it.all("Ustrd").filter_map(|line| said(line.text.trim())).collect())
                .unwrap_or_default(),
            payer: names.iter().find_map(|way| said(details.text_at(way))),
            payer_account: account_of(details.at("RltdPties/DbtrAcct")).map(|account| account.number),
        }
    }
}

fn reference(structured: &Element, currency: Currency) -> Option<Reference> {
    let own = (ReferenceKind::Structured, structured.text_at("CdtrRefInf/Ref"));
    let invoice = (ReferenceKind::Invoice, structured.text_at("RfrdDocInf/Nb"));
    let (kind, text) = [own, invoice].into_iter().find(|(_, text)| !text.is_empty())?;
    let said = |name: &str| {
        let amount = structured.one("RfrdDocAmt")?.one(name)?;
        minor(amount.text.trim()).filter(|_| amount.currency == currency.code())
    };
    let amount = said("RmtdAmt").or_else(|| said("DuePyblAmt")).or_else(|| said("CdtNoteAmt").map(|minor| -minor));
    Some(Reference { kind, text: text.to_owned(), amount: amount.map(|minor| Money::of_minor(minor, currency)) })
}

fn is_reversal(entry: &Element) -> bool {
    matches!(entry.text_of("RvslInd"), "true" | "1")
}

/// The currency and the hundredths that were booked.
fn amount_of<'e>(source: Source<'_>, entry: &'e Element) -> Result<(&'e str, i64), BankFileError> {
    let amount = entry.one("Amt").ok_or_else(|| source.damaged(entry, "Amt"))?;
    let minor = minor(amount.text.trim()).ok_or_else(|| source.damaged(entry, "Amt"))?;
    Ok((amount.currency.as_str(), minor))
}

/// `1900`, `1900.5` and `1900.50`: hundredths, exactly.
fn minor(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = part.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 2 {
        return None;
    }
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(format!("{part:0<2}").parse().ok()?)
}

fn account_of(account: Option<&Element>) -> Option<FileAccount> {
    let id = account?.one("Id")?;
    let bare = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
    let iban = bare(id.text_of("IBAN"));
    let (scheme, number) = if iban.is_empty() {
        let other = id.one("Othr")?;
        let scheme = match [other.text_at("SchmeNm/Prtry"), other.text_at("SchmeNm/Cd")].concat().as_str() {
            "BGNR" => AccountScheme::Bankgiro,
            "PGNR" => AccountScheme::Plusgiro,
            _ => AccountScheme::Other,
        };
        (scheme, bare(other.text_of("Id")))
    } else {
        (AccountScheme::Iban, iban)
    };
    (!number.is_empty()).then_some(FileAccount { scheme, number })
}

/// The day of `<Dt>` or `<DtTm>`, by the bank's own calendar.
fn day_of(when: Option<&Element>) -> Option<NaiveDate> {
    let when = when?;
    day(when.text_of("Dt")).or_else(|| day(when.text_of("DtTm")))
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()
}
