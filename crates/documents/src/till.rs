//! The counter on paper: the receipt of what was taken, paid out or taken back, and the report of a till.
//!
//! A receipt is kept as it was given, so that it is drawn alike whenever it is looked at. The report of a till that is still
//! open has no number.

pub(crate) mod sheet;
mod words;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use stolpe_domain::document::Number;
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;
use stolpe_domain::till::{PaidAtRate, TillEntry, TillEntryKind, TillMeans, TillSums};
use stolpe_domain::vat::Vat;

use crate::document::Sender;
use crate::logo::Logo;
use crate::pdf::{Figures, PdfError};
use sheet::{Columns, Fact, Row, Sheet, Table, draw};
use words::{Words, words};

/// The receipt of what was taken, paid out or taken back at the counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TillReceipt {
    /// The language of who gets it.
    pub language: Language,
    /// Who has been paid.
    pub sender: Sender,
    /// What was done.
    pub kind: TillEntryKind,
    /// By what means.
    pub means: TillMeans,
    /// Its number, as printed.
    pub number: String,
    /// The number of the receipt that it takes back.
    pub takes_back: Option<String>,
    /// When, by the clock of the counter.
    pub at: NaiveDateTime,
    /// Who was at the counter.
    pub clerk: String,
    /// Who has paid, or got the money.
    pub payer: String,
    /// The documents that were paid.
    pub lines: Vec<TillReceiptLine>,
    /// What rounding to coins has added.
    pub rounding: Money,
    /// What is kept for whoever paid.
    pub prepaid: Money,
    /// What was paid, or paid out.
    pub amount: Money,
    /// What the card terminal calls it.
    pub terminal_reference: Option<String>,
}

/// A document that was paid at the counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TillReceiptLine {
    /// Its number, as printed.
    pub document: String,
    /// How much of it.
    pub amount: Money,
}

/// What a till adds up to, on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillReportPage {
    /// The language of the organisation.
    pub language: Language,
    /// Whose money it is.
    pub sender: Sender,
    /// Its number; none while the till is open.
    pub number: Option<Number>,
    /// Who was at the counter.
    pub clerk: String,
    /// Who has counted, if somebody else.
    pub closed_by: Option<String>,
    /// When it was opened, by the clock of the counter.
    pub opened_at: NaiveDateTime,
    /// When it was closed.
    pub closed_at: Option<NaiveDateTime>,
    /// When this was printed.
    pub made_at: NaiveDateTime,
    /// What it adds up to.
    pub sums: TillSums,
    /// What was paid of documents by rate.
    pub vat: Vec<PaidAtRate>,
    /// What was counted, and that less what should be there.
    pub counted: Option<(Money, Money)>,
    /// Why there is a difference.
    pub reason: Option<String>,
    /// What was entered, each with when and what the terminal calls it.
    pub entries: Vec<(TillEntry, NaiveDateTime, Option<String>)>,
}

/// What the file of a receipt is called: `kvitto-2026-0001.pdf`.
pub fn till_receipt_name(it: &TillReceipt) -> String {
    format!("{}-{}.pdf", words(it.language).receipt.to_lowercase(), it.number)
}

/// What the file of a report is called: `kassarapport-2026-0001.pdf`, with the day where it has no number.
pub fn till_report_name(language: Language, number: Option<Number>, made_at: NaiveDateTime) -> String {
    let what = number.map_or_else(|| made_at.date().to_string(), |number| number.to_string());
    format!("{}-{what}.pdf", words(language).report.to_lowercase())
}

fn instant(figures: Figures, at: NaiveDateTime) -> String {
    format!("{} {}", figures.date(at.date()), at.format("%H:%M"))
}

const fn means_of(texts: &Words, means: TillMeans) -> &'static str {
    match means {
        TillMeans::Cash => texts.cash,
        TillMeans::Card => texts.card,
    }
}

/// Draws a receipt, with the logo of whoever has been paid.
///
/// # Errors
/// [`PdfError::Writer`] for a fault of ours.
pub fn till_receipt(it: &TillReceipt, logo: Option<&Logo>) -> Result<Vec<u8>, PdfError> {
    let (texts, figures) = (words(it.language), Figures::of(it.language));
    let is_back = it.kind.back().is_none();
    let signed = |money: Money| figures.money(if is_back { money.negated() } else { money });
    let heading = match it.kind {
        TillEntryKind::Taken => texts.receipt,
        TillEntryKind::TakenBack => texts.receipt_back,
        TillEntryKind::PaidOut => texts.receipt_out,
        TillEntryKind::CameBack => texts.receipt_out_back,
        TillEntryKind::NeverCame => texts.receipt_never_came,
    };
    let is_payout = matches!(it.kind, TillEntryKind::PaidOut | TillEntryKind::CameBack);
    let mut rows: Vec<Row> = Vec::new();
    for line in &it.lines {
        rows.push(Row::plain([format!("{} {}", texts.document, line.document), signed(line.amount)]));
    }
    if it.rounding.minor != 0 {
        rows.push(Row::plain([texts.rounding.to_owned(), signed(it.rounding)]));
    }
    if it.prepaid.minor != 0 {
        rows.push(Row::plain([texts.prepaid.to_owned(), signed(it.prepaid)]));
    }
    let paid = if is_payout { texts.paid_out } else { texts.paid };
    rows.push(Row::strong([format!("{paid} ({})", means_of(texts, it.means)), signed(it.amount)]));
    let mut facts = vec![
        Fact(texts.number, it.number.clone()),
        Fact(texts.at, instant(figures, it.at)),
        Fact(if is_payout { texts.recipient } else { texts.payer }, it.payer.clone()),
        Fact(texts.clerk, it.clerk.clone()),
    ];
    facts.extend(it.takes_back.clone().map(|number| Fact(texts.takes_back, number)));
    facts.extend(it.terminal_reference.clone().map(|reference| Fact(texts.terminal, reference)));
    draw(&Sheet {
        language: it.language,
        sender: &it.sender,
        logo,
        heading: heading.to_owned(),
        title: format!("{heading} {}", it.number),
        made_on: it.at.date(),
        facts,
        tables: vec![Table { columns: Columns::TWO, headings: vec![texts.what, texts.amount], rows }],
        words: if is_payout { texts.vat_on_payout } else { texts.vat_on_receipt }.to_owned(),
        // Whoever hands out cash keeps a copy that says who got it.
        signature: (it.kind == TillEntryKind::PaidOut).then_some(texts.signature),
    })
}

/// Draws the report of a till, with the logo of whose it is.
///
/// # Errors
/// [`PdfError::Writer`] for a fault of ours.
pub fn till_report(it: &TillReportPage, logo: Option<&Logo>) -> Result<Vec<u8>, PdfError> {
    let (texts, figures) = (words(it.language), Figures::of(it.language));
    let heading = if it.number.is_some() { texts.report } else { texts.open_report };
    let title = it.number.map_or_else(|| heading.to_owned(), |number| format!("{heading} {number}"));
    let mut facts: Vec<Fact> = Vec::new();
    facts.extend(it.number.map(|number| Fact(texts.number, number.to_string())));
    facts.push(Fact(texts.clerk, it.clerk.clone()));
    facts.push(Fact(texts.opened_at, instant(figures, it.opened_at)));
    facts.extend(it.closed_at.map(|at| Fact(texts.closed_at, instant(figures, at))));
    facts.extend(it.closed_by.clone().map(|name| Fact(texts.closed_by, name)));
    facts.extend(it.closed_at.is_none().then(|| Fact(texts.printed_at, instant(figures, it.made_at))));
    facts.push(Fact(texts.receipts, receipts(&it.sums)));
    facts.extend(counts(&it.sums, texts));
    facts.extend(it.reason.clone().map(|reason| Fact(texts.reason, reason)));
    let tables = vec![
        Table { columns: Columns::TWO, headings: vec![texts.what, texts.amount], rows: sums(it, texts, figures) },
        Table {
            columns: Columns::VAT,
            headings: vec![texts.vat, texts.to_invoices, texts.vat_in],
            rows: vat_rows(it, texts, figures),
        },
        Table {
            columns: Columns::RECEIPTS,
            headings: vec![texts.number, texts.at, texts.what, texts.terminal_short, texts.amount],
            rows: it.entries.iter().map(|entry| entry_row(entry, texts, figures)).collect(),
        },
    ];
    draw(&Sheet {
        language: it.language,
        sender: &it.sender,
        logo,
        heading: heading.to_owned(),
        title,
        made_on: it.made_at.date(),
        facts,
        tables,
        words: texts.vat_on_report.to_owned(),
        signature: None,
    })
}

/// How many receipts there are, from the first to the last: `3 (2026-0001 – 2026-0003)`.
fn receipts(sums: &TillSums) -> String {
    let count = sums.taken + sums.taken_back + sums.paid_out + sums.came_back + sums.missed;
    match sums.numbers {
        Some((first, last)) => format!("{count} ({first} – {last})"),
        None => count.to_string(),
    }
}

/// How many times something was paid, taken back and paid out.
fn counts(sums: &TillSums, texts: &Words) -> impl Iterator<Item = Fact> {
    let all = [(texts.payments, sums.taken), (texts.taken_back, sums.taken_back), (texts.payouts, sums.paid_out)];
    let came_back = (sums.came_back > 0).then_some((texts.payouts_back, sums.came_back));
    let missed = (sums.missed > 0).then_some((texts.never_came, sums.missed));
    all.into_iter().chain(came_back).chain(missed).map(|(what, count)| Fact(what, count.to_string()))
}

/// What is paid at a rate, in words: `25 % moms`, or why there is none.
pub fn paid_at(it: &PaidAtRate, language: Language) -> String {
    let texts = words(language);
    match it.vat_kind {
        Some(Vat::Rate(rate)) => texts.vat_of.replace("{rate}", &Figures::of(language).rate(rate)),
        Some(Vat::Exempt) => texts.vat_exempt.to_owned(),
        Some(Vat::ReverseCharge) => texts.vat_reverse.to_owned(),
        None => texts.vat_rounding.to_owned(),
    }
}

/// What was paid of invoices by rate. Nothing is sold in a till, which the report says below.
fn vat_rows(it: &TillReportPage, texts: &Words, figures: Figures) -> Vec<Row> {
    let told = it.vat.iter();
    let mut rows: Vec<Row> =
        told.map(|at| Row::plain([paid_at(at, it.language), figures.money(at.paid), figures.money(at.vat)])).collect();
    if !rows.is_empty() {
        let nothing = Money { minor: 0, ..it.sums.opening };
        let vat = Money { minor: it.vat.iter().map(|it| it.vat.minor).sum(), ..nothing };
        rows.push(Row::strong([texts.sum.to_owned(), figures.money(it.sums.to_invoices), figures.money(vat)]));
    }
    rows
}

fn sums(it: &TillReportPage, texts: &Words, figures: Figures) -> Vec<Row> {
    let sums = &it.sums;
    let row = |what: &str, money: Money| Row::plain([what.to_owned(), figures.money(money)]);
    let strong = |what: &str, money: Money| Row::strong([what.to_owned(), figures.money(money)]);
    let mut rows = vec![
        row(texts.opening, sums.opening),
        row(texts.cash_in, sums.cash_in),
        row(texts.cash_back, sums.cash_back.negated()),
        row(texts.cash_out, sums.cash_out.negated()),
        row(texts.cash_out_back, sums.cash_out_back),
        strong(texts.expected, sums.expected),
    ];
    if let Some((counted, difference)) = it.counted {
        rows.push(row(texts.counted, counted));
        rows.push(strong(texts.difference, difference));
    }
    rows.extend([row(texts.card_in, sums.card_in), row(texts.card_back, sums.card_back.negated())]);
    if sums.never_came.minor != 0 {
        rows.push(row(texts.never_came, sums.never_came.negated()));
    }
    rows.extend([
        row(texts.to_invoices, sums.to_invoices),
        row(texts.to_prepaid, sums.to_prepaid),
        row(texts.rounding, sums.rounding),
    ]);
    rows
}

fn entry_row(
    (entry, at, terminal): &(TillEntry, NaiveDateTime, Option<String>),
    texts: &Words,
    figures: Figures,
) -> Row {
    let means = means_of(texts, entry.means);
    let what = match entry.kind {
        TillEntryKind::Taken => means.to_owned(),
        TillEntryKind::TakenBack => format!("{means}, {}", texts.back),
        TillEntryKind::PaidOut => format!("{means}, {}", texts.out),
        TillEntryKind::CameBack => format!("{means}, {}", texts.out_back),
        TillEntryKind::NeverCame => format!("{means}, {}", texts.never),
    };
    let amount = if entry.kind.comes_in() { entry.amount } else { entry.amount.negated() };
    Row::plain([
        entry.number.to_string(),
        instant(figures, *at),
        what,
        terminal.clone().unwrap_or_default(),
        figures.money(amount),
    ])
}
