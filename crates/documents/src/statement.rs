//! The statement of an account on paper: what was there, every transfer with what was left after it, and what is there.

use chrono::NaiveDate;
use krilla::tagging::{Identifier, TableHeaderScope, Tag, TagGroup};
use stolpe_domain::language::Language;
use stolpe_domain::ledger::Asset;
use stolpe_domain::money::Money;

use crate::pdf::style::{HEADING, INK, LABEL, QUIET_INK, SENDER, SMALL, STRONG};
use crate::pdf::{Faces, Figures, Leaf, PAGE_HEIGHT, Paper, PaperInfo, PdfError, Style, TITLE, mm};

const LEFT: f32 = mm(20.0);
const RIGHT: f32 = mm(190.0);
const WHAT: f32 = LEFT + mm(23.0);
const DEBIT_END: f32 = RIGHT - mm(60.0);
const CREDIT_END: f32 = RIGHT - mm(30.0);
const WHAT_WIDTH: f32 = DEBIT_END - mm(24.0) - WHAT;
const NEXT_TOP: f32 = mm(24.0);
const BOTTOM: f32 = PAGE_HEIGHT - mm(20.0);
const HEAD_ROW: f32 = mm(7.0);
const PADDING: f32 = mm(0.9);

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementPage {
    /// The language of who reads it.
    pub language: Language,
    /// Whose books it is from.
    pub organisation: String,
    /// What the account is called.
    pub account: String,
    /// What it counts.
    pub asset: Asset,
    /// The first day; the beginning when left out.
    pub from: Option<NaiveDate>,
    /// The last day; until now when left out.
    pub to: Option<NaiveDate>,
    /// When it was made.
    pub made_on: NaiveDate,
    /// What was there before, in the smallest part of the asset.
    pub opening: i64,
    /// What is there after.
    pub closing: i64,
    /// What was moved.
    pub lines: Vec<StatementLine>,
}

/// A transfer on a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// The day on which it counts.
    pub day: NaiveDate,
    /// Why, in words.
    pub what: String,
    /// The number of the document that it is about.
    pub document: Option<String>,
    /// What the account on the other side is called.
    pub other: String,
    /// What was given to the account; nothing for a credit.
    pub debit: i64,
    /// What was taken from it; nothing for a debit.
    pub credit: i64,
    /// What was there after it.
    pub balance: i64,
}

struct Texts {
    title: &'static str,
    day: &'static str,
    what: &'static str,
    debit: &'static str,
    credit: &'static str,
    balance: &'static str,
    opening: &'static str,
    closing: &'static str,
    all: &'static str,
    made: &'static str,
}

const fn texts(language: Language) -> Texts {
    match language {
        Language::Sv => Texts {
            title: "Kontoutdrag",
            day: "Dag",
            what: "Händelse",
            debit: "Debet",
            credit: "Kredit",
            balance: "Saldo",
            opening: "Ingående saldo",
            closing: "Utgående saldo",
            all: "Alla dagar",
            made: "Utskrivet",
        },
        Language::Nb => Texts {
            title: "Kontoutskrift",
            day: "Dag",
            what: "Hendelse",
            debit: "Debet",
            credit: "Kredit",
            balance: "Saldo",
            opening: "Inngående saldo",
            closing: "Utgående saldo",
            all: "Alle dager",
            made: "Skrevet ut",
        },
        Language::En => Texts {
            title: "Statement",
            day: "Date",
            what: "What",
            debit: "Debit",
            credit: "Credit",
            balance: "Balance",
            opening: "Opening balance",
            closing: "Closing balance",
            all: "All days",
            made: "Printed",
        },
    }
}

/// What the file of a statement is called: `kontoutdrag-2026-11-30.pdf`.
pub fn statement_name(language: Language, made_on: NaiveDate) -> String {
    format!("{}-{made_on}.pdf", texts(language).title.to_lowercase())
}

/// A row of the table, wrapped to its column. One without sides only says what is there.
struct Row {
    day: Option<NaiveDate>,
    text: Vec<String>,
    detail: Vec<String>,
    sides: Option<(i64, i64)>,
    balance: i64,
}

impl Row {
    fn height(&self) -> f32 {
        let of = |lines: &[String], style: &Style| lines.iter().fold(0.0, |height, _| height + style.leading);
        of(&self.text, &SMALL) + of(&self.detail, &LABEL) + 2.0 * PADDING
    }
}

/// Draws a statement.
///
/// # Errors
/// [`PdfError::Writer`] for a fault of ours.
pub fn statement(page: &StatementPage) -> Result<Vec<u8>, PdfError> {
    let texts = texts(page.language);
    let title = format!("{} · {}", texts.title, page.account);
    let info = PaperInfo { title: &title, author: &page.organisation, date: page.made_on, language: page.language };
    let mut paper = Paper::new(&info)?;
    let faces = Faces::shared()?;
    let rows = rows(faces, page, &texts);
    let first_top = mm(58.0);
    let mut pages: Vec<Vec<&Row>> = vec![Vec::new()];
    let mut y = first_top + HEAD_ROW;
    for row in &rows {
        if y + row.height() > BOTTOM {
            pages.push(Vec::new());
            y = NEXT_TOP + HEAD_ROW;
        }
        y += row.height();
        if let Some(last) = pages.last_mut() {
            last.push(row);
        }
    }
    let count = pages.len();
    for (number, rows) in (1_usize..).zip(pages) {
        paper.page(if number == 1 { &title } else { "" }, page.language, |leaf| {
            let top = if number == 1 {
                head(leaf, page, &texts);
                first_top
            } else {
                NEXT_TOP
            };
            table(leaf, page, &texts, &rows, top);
            foot(leaf, page, &title, (number, count));
        })?;
    }
    paper.finish()
}

fn rows(faces: &Faces, page: &StatementPage, texts: &Texts) -> Vec<Row> {
    let wrapped = |text: &str, style: &Style| faces.lines(&faces.printable(text, style.weight), style, WHAT_WIDTH);
    let said =
        |day, text: &str, balance| Row { day, text: wrapped(text, &SMALL), detail: Vec::new(), sides: None, balance };
    let moved = |it: &StatementLine| {
        let what = [Some(it.what.as_str()), it.document.as_deref()];
        Row {
            day: Some(it.day),
            text: wrapped(&what.into_iter().flatten().collect::<Vec<_>>().join(" "), &SMALL),
            detail: wrapped(&it.other, &LABEL),
            sides: Some((it.debit, it.credit)),
            balance: it.balance,
        }
    };
    let opening = said(page.from, texts.opening, page.opening);
    let closing = said(page.to, texts.closing, page.closing);
    std::iter::once(opening).chain(page.lines.iter().map(moved)).chain([closing]).collect()
}

fn head(leaf: &mut Leaf<'_>, page: &StatementPage, texts: &Texts) {
    let figures = Figures::of(page.language);
    let sender = leaf.faces.printable(&page.organisation, SENDER.weight);
    let (style, lines) = leaf.faces.fitted(&sender, &SENDER, RIGHT - LEFT, 1, 9.0);
    leaf.lines(Tag::P, LEFT, mm(15.0), &style, &lines[..lines.len().min(1)]);
    leaf.heading(TITLE, LEFT, mm(24.0), RIGHT - LEFT, &HEADING, texts.title);
    let account = leaf.faces.printable(&page.account, STRONG.weight);
    let (style, lines) = leaf.faces.fitted(&account, &STRONG, RIGHT - LEFT, 2, 7.5);
    let y = leaf.lines(Tag::P, LEFT, mm(35.0), &style, &lines[..lines.len().min(2)]);
    let date = |day: Option<NaiveDate>| day.map(|day| figures.date(day)).unwrap_or_default();
    let period = match (page.from, page.to) {
        (None, None) => texts.all.to_owned(),
        (from, to) => format!("{} – {}", date(from), date(to)).trim().to_owned(),
    };
    let words = format!("{period} · {} · {} {}", page.asset.word(), texts.made, figures.date(page.made_on));
    leaf.block(Tag::P, LEFT, y + mm(1.0), RIGHT - LEFT, &LABEL, &words);
}

fn table(leaf: &mut Leaf<'_>, page: &StatementPage, texts: &Texts, rows: &[&Row], top: f32) {
    let figures = Figures::of(page.language);
    let amount = |smallest: i64| match page.asset.currency() {
        Some(currency) => figures.bare(Money::of_minor(smallest, currency)),
        None if page.asset == Asset::Energy => figures.kwh(stolpe_domain::energy::Energy::from_wh(smallest)),
        None => smallest.to_string(),
    };
    let mut table = TagGroup::new(Tag::Table);
    let mut headings = TagGroup::new(Tag::TR);
    let columns = [
        (Some(LEFT), texts.day),
        (Some(WHAT), texts.what),
        (None, texts.debit),
        (None, texts.credit),
        (None, texts.balance),
    ];
    for ((left, words), right) in columns.into_iter().zip([LEFT, WHAT, DEBIT_END, CREDIT_END, RIGHT]) {
        let mut cell = TagGroup::new(Tag::TH(TableHeaderScope::Column));
        cell.push(match left {
            Some(left) => leaf.words(left, top + mm(1.4), &LABEL, words),
            None => end(leaf, right, top + mm(1.4), &LABEL, words),
        });
        headings.push(cell);
    }
    leaf.fill(LEFT, top + HEAD_ROW - 0.8, RIGHT - LEFT, 0.8, INK);
    table.push(headings);
    let mut y = top + HEAD_ROW;
    for row in rows {
        let style = if row.sides.is_none() { STRONG.sized(SMALL.size) } else { SMALL };
        let text_top = y + PADDING;
        let day = row.day.map(|day| leaf.words(LEFT, text_top, &style, &figures.date(day)));
        let mut what = TagGroup::new(Tag::TD);
        let mut below = text_top;
        for (style, lines) in [(&style, &row.text), (&Style { ink: QUIET_INK, ..LABEL }, &row.detail)] {
            for line in lines.iter().filter(|line| !line.is_empty()) {
                what.push(leaf.words(WHAT, below, style, line));
                below += style.leading;
            }
        }
        let mut side = |right: f32, much: i64| (much != 0).then(|| end(leaf, right, text_top, &style, &amount(much)));
        let (debit, credit) =
            row.sides.map_or((None, None), |(debit, credit)| (side(DEBIT_END, debit), side(CREDIT_END, credit)));
        let balance = end(leaf, RIGHT, text_top, &style, &amount(row.balance));
        leaf.rule(LEFT, RIGHT, y + row.height() - 0.4);
        let mut line = TagGroup::new(Tag::TR);
        line.push(cell(day));
        line.push(what);
        for content in [debit, credit, Some(balance)] {
            line.push(cell(content));
        }
        table.push(line);
        y += row.height();
    }
    leaf.read(table);
}

fn foot(leaf: &mut Leaf<'_>, page: &StatementPage, title: &str, (number, pages): (usize, usize)) {
    let style = LABEL.sized(7.5);
    let place = format!("{number} / {pages}");
    let width = leaf.faces.width(&place, &style);
    leaf.aside(RIGHT - width, PAGE_HEIGHT - mm(13.0), &style, &place);
    let words = leaf.faces.printable(&format!("{} · {title}", page.organisation), style.weight);
    let (style, lines) = leaf.faces.fitted(&words, &style, RIGHT - LEFT - width - mm(4.0), 1, 5.0);
    if let Some(line) = lines.first() {
        leaf.aside(LEFT, PAGE_HEIGHT - mm(13.0), &style, line);
    }
}

/// Draws a line that ends at `right`.
fn end(leaf: &mut Leaf<'_>, right: f32, y: f32, style: &Style, text: &str) -> Identifier {
    let width = leaf.faces.width(text, style);
    leaf.words(right - width, y, style, text)
}

fn cell(content: Option<Identifier>) -> TagGroup {
    let mut cell = TagGroup::new(Tag::TD);
    if let Some(content) = content {
        cell.push(content);
    }
    cell
}
