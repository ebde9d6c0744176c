//! A paper of facts and tables, over as many pages as they need.

use chrono::NaiveDate;
use krilla::tagging::{TableHeaderScope, Tag, TagGroup};
use stolpe_domain::language::Language;

use crate::document::Sender;
use crate::logo::Logo;
use crate::pdf::style::{HEADING, INK, LABEL, SENDER, SMALL, STRONG};
use crate::pdf::{Faces, Leaf, PAGE_HEIGHT, Paper, PaperInfo, PdfError, Style, TITLE, mm};

const LEFT: f32 = mm(20.0);
const RIGHT: f32 = mm(190.0);
const FACT: f32 = LEFT + mm(52.0);
const NEXT_TOP: f32 = mm(24.0);
const BOTTOM: f32 = PAGE_HEIGHT - mm(24.0);
const HEAD_ROW: f32 = mm(7.0);
const ROW: f32 = mm(6.0);
const GAP: f32 = mm(7.0);
/// Where text ends that has the next column beside it.
const BETWEEN: f32 = mm(3.0);
/// How small a text may become to fit its column.
const SMALLEST: f32 = 6.0;

/// Something that is so of the whole paper.
pub(crate) struct Fact(pub(crate) &'static str, pub(crate) String);

/// Where columns begin, the last one ending at the right edge; and how many of the last are figures, which are written towards
/// the right.
#[derive(Clone, Copy)]
pub(crate) struct Columns(&'static [f32], usize);

impl Columns {
    pub(crate) const TWO: Self = Self(&[LEFT, RIGHT - mm(50.0)], 1);
    pub(crate) const VAT: Self = Self(&[LEFT, RIGHT - mm(100.0), RIGHT - mm(50.0)], 2);
    pub(crate) const RECEIPTS: Self =
        Self(&[LEFT, LEFT + mm(26.0), LEFT + mm(66.0), LEFT + mm(104.0), RIGHT - mm(34.0)], 1);

    /// From where to where a column goes.
    fn of(self, place: usize) -> (f32, f32) {
        let left = self.0.get(place).copied().unwrap_or(LEFT);
        (left, self.0.get(place + 1).map_or(RIGHT, |next| next - BETWEEN))
    }

    const fn is_figure(self, place: usize) -> bool {
        place + self.1 >= self.0.len()
    }
}

pub(crate) struct Row {
    cells: Vec<String>,
    is_strong: bool,
}

impl Row {
    pub(crate) fn plain<const N: usize>(cells: [String; N]) -> Self {
        Self { cells: cells.into(), is_strong: false }
    }

    pub(crate) fn strong<const N: usize>(cells: [String; N]) -> Self {
        Self { cells: cells.into(), is_strong: true }
    }
}

pub(crate) struct Table {
    pub(crate) columns: Columns,
    pub(crate) headings: Vec<&'static str>,
    pub(crate) rows: Vec<Row>,
}

pub(crate) struct Sheet<'s> {
    pub(crate) language: Language,
    pub(crate) sender: &'s Sender,
    pub(crate) logo: Option<&'s Logo>,
    pub(crate) heading: String,
    /// The heading with what tells this paper from others.
    pub(crate) title: String,
    pub(crate) made_on: NaiveDate,
    pub(crate) facts: Vec<Fact>,
    pub(crate) tables: Vec<Table>,
    /// What stands below everything.
    pub(crate) words: String,
    /// Who signs on a line below that, if somebody does.
    pub(crate) signature: Option<&'static str>,
}

/// Rows of a table that share a page, and where they begin.
struct Part<'s> {
    table: &'s Table,
    rows: &'s [Row],
    top: f32,
}

/// Draws it.
pub(crate) fn draw(sheet: &Sheet<'_>) -> Result<Vec<u8>, PdfError> {
    let info =
        PaperInfo { title: &sheet.title, author: &sheet.sender.name, date: sheet.made_on, language: sheet.language };
    let mut paper = Paper::new(&info)?;
    let (pages, end) = plan(sheet);
    let count = pages.len();
    for (number, parts) in (1_usize..).zip(&pages) {
        paper.page(if number == 1 { &sheet.title } else { "" }, sheet.language, |leaf| {
            if number == 1 {
                head(leaf, sheet);
            }
            for part in parts {
                table(leaf, part);
            }
            if number == count {
                let y = leaf.block(Tag::P, LEFT, end + mm(2.0), RIGHT - LEFT, &LABEL, &sheet.words);
                if let Some(signature) = sheet.signature {
                    leaf.fill(LEFT, y + mm(20.0), mm(80.0), 0.8, INK);
                    leaf.block(Tag::P, LEFT, y + mm(21.5), mm(80.0), &LABEL, signature);
                }
            }
            foot(leaf, sheet, (number, count));
        })?;
    }
    paper.finish()
}

/// Breaks tables into pages; answers where the last one ends.
fn plan<'s>(sheet: &'s Sheet<'_>) -> (Vec<Vec<Part<'s>>>, f32) {
    let mut pages: Vec<Vec<Part<'s>>> = vec![Vec::new()];
    let lines = u16::try_from(sheet.facts.len()).unwrap_or(u16::MAX);
    let mut y = facts_top(sheet) + f32::from(lines) * ROW + GAP;
    for table in sheet.tables.iter().filter(|table| !table.rows.is_empty()) {
        let mut rows = &table.rows[..];
        while !rows.is_empty() {
            let fits = rows.len().min(rows_between(y + HEAD_ROW, BOTTOM));
            if fits == 0 {
                pages.push(Vec::new());
                y = NEXT_TOP;
                continue;
            }
            let (here, rest) = rows.split_at(fits);
            if let Some(page) = pages.last_mut() {
                page.push(Part { table, rows: here, top: y });
            }
            y += HEAD_ROW + f32::from(u16::try_from(fits).unwrap_or(u16::MAX)) * ROW + GAP;
            rows = rest;
        }
    }
    (pages, y - GAP)
}

fn rows_between(top: f32, bottom: f32) -> usize {
    let (mut count, mut y) = (0, top);
    while y + ROW <= bottom {
        y += ROW;
        count += 1;
    }
    count
}

fn facts_top(sheet: &Sheet<'_>) -> f32 {
    let lines = u16::try_from(sheet.sender.address.len() + 1).unwrap_or(u16::MAX);
    mm(24.0) + f32::from(lines) * LABEL.leading + mm(16.0)
}

fn head(leaf: &mut Leaf<'_>, sheet: &Sheet<'_>) {
    let sender = sheet.sender;
    // The logo stands opposite, and what is said beside it keeps clear.
    let mut right = RIGHT;
    if let Some(logo) = sheet.logo {
        let (width, _) = logo.size();
        leaf.logo(logo, (RIGHT - width, mm(13.0)), &sender.name);
        right -= width + mm(5.0);
    }
    let name = leaf.faces.printable(&sender.name, SENDER.weight);
    let (style, lines) = leaf.faces.fitted(&name, &SENDER, right - LEFT, 1, 9.0);
    let mut y = leaf.lines(Tag::P, LEFT, mm(15.0), &style, &lines[..lines.len().min(1)]);
    for line in sender.address.iter().chain([&sender.organisation_number]) {
        y = leaf.block(Tag::P, LEFT, y, right - LEFT, &LABEL, line);
    }
    leaf.heading(TITLE, LEFT, y + mm(3.0), RIGHT - LEFT, &HEADING, &sheet.heading);
    let mut facts = TagGroup::new(Tag::Table);
    let mut y = facts_top(sheet);
    for Fact(what, said) in &sheet.facts {
        let mut row = TagGroup::new(Tag::TR);
        let mut heading = TagGroup::new(Tag::TH(TableHeaderScope::Row));
        heading.push(leaf.words(LEFT, y, &LABEL, what));
        row.push(heading);
        let mut cell = TagGroup::new(Tag::TD);
        let (style, text) = fitting(leaf.faces, said, &SMALL, RIGHT - FACT);
        if !text.is_empty() {
            cell.push(leaf.words(FACT, y, &style, &text));
        }
        row.push(cell);
        facts.push(row);
        y += ROW;
    }
    leaf.read(facts);
}

/// A text in one line, smaller where it must be, and cut where that is not enough.
fn fitting(faces: &Faces, text: &str, style: &Style, width: f32) -> (Style, String) {
    let text = faces.printable(text, style.weight);
    let (style, lines) = faces.fitted(&text, style, width, 1, SMALLEST);
    (style, lines.into_iter().next().unwrap_or_default())
}

fn table(leaf: &mut Leaf<'_>, part: &Part<'_>) {
    let columns = part.table.columns;
    let mut group = TagGroup::new(Tag::Table);
    let mut headings = TagGroup::new(Tag::TR);
    for (place, heading) in part.table.headings.iter().enumerate() {
        let mut cell = TagGroup::new(Tag::TH(TableHeaderScope::Column));
        cell.push(put(leaf, columns, place, part.top + mm(1.4), &LABEL, heading));
        headings.push(cell);
    }
    group.push(headings);
    leaf.fill(LEFT, part.top + HEAD_ROW - 0.8, RIGHT - LEFT, 0.8, INK);
    let mut y = part.top + HEAD_ROW;
    for row in part.rows {
        let style = if row.is_strong { STRONG.sized(SMALL.size) } else { SMALL };
        let mut line = TagGroup::new(Tag::TR);
        for (place, text) in row.cells.iter().enumerate() {
            let mut cell = TagGroup::new(Tag::TD);
            let (left, right) = columns.of(place);
            let (style, text) = fitting(leaf.faces, text, &style, right - left);
            if !text.is_empty() {
                cell.push(put(leaf, columns, place, y + mm(0.9), &style, &text));
            }
            line.push(cell);
        }
        group.push(line);
        leaf.rule(LEFT, RIGHT, y + ROW - 0.4);
        y += ROW;
    }
    leaf.read(group);
}

fn put(
    leaf: &mut Leaf<'_>,
    columns: Columns,
    place: usize,
    y: f32,
    style: &Style,
    text: &str,
) -> krilla::tagging::Identifier {
    let (left, right) = columns.of(place);
    let x = if columns.is_figure(place) { right - leaf.faces.width(text, style) } else { left };
    leaf.words(x, y, style, text)
}

fn foot(leaf: &mut Leaf<'_>, sheet: &Sheet<'_>, (number, pages): (usize, usize)) {
    let style = LABEL.sized(7.5);
    let place = format!("{number} / {pages}");
    let width = leaf.faces.width(&place, &style);
    leaf.aside(RIGHT - width, PAGE_HEIGHT - mm(13.0), &style, &place);
    let words = leaf.faces.printable(&format!("{} · {}", sheet.sender.name, sheet.title), style.weight);
    let (style, lines) = leaf.faces.fitted(&words, &style, RIGHT - LEFT - width - mm(4.0), 1, 5.0);
    if let Some(line) = lines.first() {
        leaf.aside(LEFT, PAGE_HEIGHT - mm(13.0), &style, line);
    }
}
