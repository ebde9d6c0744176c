//! The tables of a document: what is owed, what it adds up to, and how the price came to be.

use std::num::NonZeroU32;

use krilla::tagging::{Identifier, TableHeaderScope, Tag, TagGroup};
use stolpe_domain::document::DocumentKind;
use stolpe_domain::money::Money;
use stolpe_domain::tariff::Rate;

use super::DocumentPage;
use super::layout::{
    ENERGY_END, HEAD_ROW, LEFT, LineRow, PAYABLE_ROW, PRICE_END, PRICE_ENERGY_END, PRICES_HEADING, PriceLine, RIGHT,
    SUM_ROW, VAT_END, WHOSE, WHOSE_GAP, remark_lines, text_top,
};
use super::texts::Texts;
use crate::pdf::style::{INK, LABEL, QUIET_INK, SENDER, SMALL, STRONG, SUBHEADING};
use crate::pdf::{Leaf, PART, Style, mm};

/// Where the sums begin: under the column of text's second half, so that words and figures stay together.
const SUMS_LEFT: f32 = LEFT + mm(76.0);

pub(super) fn begin() -> TagGroup {
    TagGroup::new(Tag::Table)
}

pub(super) fn line_head(leaf: &mut Leaf<'_>, kind: DocumentKind, texts: &Texts, y: f32) -> TagGroup {
    if kind == DocumentKind::Reminder {
        return head_row(leaf, &[(None, texts.what), (Some(RIGHT), texts.open)], y);
    }
    let cells =
        [(None, texts.what), (Some(ENERGY_END), texts.energy), (Some(VAT_END), texts.vat), (Some(RIGHT), texts.amount)];
    head_row(leaf, &cells, y)
}

pub(super) fn line(leaf: &mut Leaf<'_>, texts: &Texts, row: &LineRow<'_>, y: f32) -> TagGroup {
    let what = with_small(leaf, (&row.text, &row.detail), row.beside, y);
    let top = text_top(y);
    let energy = row.line.energy.map(|energy| end(leaf, ENERGY_END, top, &SMALL, &texts.figures.kwh(energy)));
    let quiet = Style { ink: QUIET_INK, ..SMALL };
    let vat = row.line.vat.map(|vat| end(leaf, VAT_END, top, &quiet, &texts.vat_short(vat)));
    let amount = end(leaf, RIGHT, top, &SMALL, &texts.figures.bare(row.line.amount));
    leaf.rule(LEFT, RIGHT, y + row.height - 0.4);
    if row.is_of_two {
        return row_of([what, cell(Some(amount))]);
    }
    row_of([what, cell(energy), cell(vat), cell(Some(amount))])
}

pub(super) fn carried(leaf: &mut Leaf<'_>, texts: &Texts, words: &str, sum: Money, y: f32) -> TagGroup {
    let style = Style { ink: QUIET_INK, ..STRONG.sized(SMALL.size) };
    let top = y + mm(1.2);
    let mut what = TagGroup::new(Tag::TH(TableHeaderScope::Row).with_col_span(NonZeroU32::new(3)));
    what.push(leaf.words(LEFT, top, &style, words));
    let sum = end(leaf, RIGHT, top, &style, &texts.figures.bare(sum));
    row_of([what, cell(Some(sum))])
}

/// Whose lines follow.
pub(super) fn whose(leaf: &mut Leaf<'_>, texts: &Texts, (lines, again): (&[String], bool), y: f32) -> TagGroup {
    let mut whose = TagGroup::new(Tag::TH(TableHeaderScope::Row).with_col_span(NonZeroU32::new(4)));
    let mut below = y + WHOSE_GAP;
    for (place, line) in lines.iter().enumerate() {
        whose.push(leaf.words(LEFT, below, &WHOSE, line));
        if again && place + 1 == lines.len() {
            let quiet = Style { ink: QUIET_INK, ..LABEL };
            let at = LEFT + leaf.faces.width(line, &WHOSE) + mm(2.0);
            whose.push(leaf.words(at, below, &quiet, texts.continued));
        }
        below += WHOSE.leading;
    }
    row_of([whose])
}

/// What somebody's lines add up to.
pub(super) fn subtotal(leaf: &mut Leaf<'_>, texts: &Texts, sum: Money, y: f32) -> TagGroup {
    let top = y + mm(1.0);
    let mut what = TagGroup::new(Tag::TH(TableHeaderScope::Row).with_col_span(NonZeroU32::new(3)));
    let words_end = RIGHT - mm(34.0);
    what.push(end(leaf, words_end, top, &SMALL, texts.subtotal));
    let sum = end(leaf, RIGHT, top, &WHOSE, &texts.figures.bare(sum));
    row_of([what, cell(Some(sum))])
}

/// What the document adds up to: each rate on its own row, and the last sum large.
pub(super) fn sums(leaf: &mut Leaf<'_>, page: &DocumentPage, texts: &Texts, y: f32) {
    let mut table = begin();
    let sums = &page.sums;
    // A reminder is outside VAT, and what it reminds of has said so by itself.
    let mut rows =
        if page.kind == DocumentKind::Reminder { Vec::new() } else { vec![(texts.net.to_owned(), sums.totals.net)] };
    for total in sums.totals.rates.iter().filter(|_| page.kind != DocumentKind::Reminder) {
        rows.push((texts.vat_line(total.vat_kind, &texts.figures.bare(total.net)), total.vat));
    }
    if sums.rounding.minor != 0 {
        rows.push((texts.rounding.to_owned(), sums.rounding));
    }
    if let Some(paid) = page.already_paid {
        rows.push((texts.sum.to_owned(), sums.payable));
        rows.push((texts.already_paid.to_owned(), paid.negated()));
    }
    let mut y = y;
    for (words, sum) in rows {
        let words = heading(leaf, SUMS_LEFT, y, &SMALL, &words);
        let sum = end(leaf, RIGHT, y, &SMALL, &texts.figures.bare(sum));
        table.push(row_of([words, cell(Some(sum))]));
        y += SUM_ROW;
    }
    leaf.fill(SUMS_LEFT, y, RIGHT - SUMS_LEFT, 0.9, INK);
    let words = heading(leaf, SUMS_LEFT, y + mm(1.8), &SENDER, texts.payable(page));
    let sum = end(leaf, RIGHT, y + mm(1.8), &SENDER, &texts.figures.money(page.left()));
    table.push(row_of([words, cell(Some(sum))]));
    leaf.read(table);
    let remark = remark_lines(page, leaf.faces);
    if !remark.is_empty() {
        leaf.lines(Tag::P, LEFT, y + PAYABLE_ROW, &SMALL, &remark);
    }
}

pub(super) fn price_head(leaf: &mut Leaf<'_>, texts: &Texts, with_heading: bool, y: f32) -> TagGroup {
    let mut y = y;
    if with_heading {
        leaf.heading(PART, LEFT, y, RIGHT - LEFT, &SUBHEADING, texts.how_the_price_came);
        y += PRICES_HEADING;
    }
    let cells = [
        (None, texts.part),
        (Some(PRICE_ENERGY_END), texts.energy),
        (Some(PRICE_END), texts.price),
        (Some(RIGHT), texts.amount),
    ];
    head_row(leaf, &cells, y)
}

pub(super) fn price(leaf: &mut Leaf<'_>, texts: &Texts, line: &PriceLine<'_>, y: f32) -> TagGroup {
    let row = line.row;
    let part = with_small(leaf, (&line.text, &line.source), line.beside, y);
    let top = text_top(y);
    let by_energy = row.kind.is_by_energy();
    let energy = by_energy.then(|| end(leaf, PRICE_ENERGY_END, top, &SMALL, &texts.figures.kwh(row.energy)));
    let price = match (row.rate, row.micro_per_kwh) {
        (Rate::Each(money), _) => {
            let each = texts.figures.money(money);
            texts.times.replace("{times}", &row.times.to_string()).replace("{price}", &each)
        }
        (Rate::PerKwh(price), _) => texts.figures.price(price.micro_per_kwh, price.currency),
        (Rate::Spot(_), Some(average)) => {
            texts.on_average.replace("{price}", &texts.figures.average(average, row.amount.currency))
        }
        (Rate::Spot(_), None) => String::new(),
    };
    let price = end(leaf, PRICE_END, top, &SMALL, &price);
    let amount = end(leaf, RIGHT, top, &SMALL, &texts.figures.bare(row.amount));
    leaf.rule(LEFT, RIGHT, y + line.height - 0.4);
    row_of([part, cell(energy), cell(Some(price)), cell(Some(amount))])
}

pub(super) fn price_foot(leaf: &mut Leaf<'_>, lines: &[String], y: f32) {
    leaf.lines(Tag::P, LEFT, y + mm(1.6), &LABEL, lines);
}

/// A text with small words beside or below it.
fn with_small(leaf: &mut Leaf<'_>, (text, small): (&[String], &[String]), beside: Option<f32>, y: f32) -> TagGroup {
    let mut cell = TagGroup::new(Tag::TD);
    let mut below = text_top(y);
    for words in text {
        cell.push(leaf.words(LEFT, below, &SMALL, words));
        below += SMALL.leading;
    }
    // The first baseline lies one size below the top, and beside each other they share it.
    let (x, first) = beside.map_or((LEFT, below), |x| (x, text_top(y) + SMALL.size - LABEL.size));
    let mut below = first;
    for words in small.iter().filter(|words| !words.is_empty()) {
        cell.push(leaf.words(x, below, &LABEL, words));
        below += LABEL.leading;
    }
    cell
}

/// A row of column headings above a line; each ends at its right edge, or begins at the left one.
fn head_row(leaf: &mut Leaf<'_>, cells: &[(Option<f32>, &str)], y: f32) -> TagGroup {
    let mut row = TagGroup::new(Tag::TR);
    for (right, words) in cells {
        let mut cell = TagGroup::new(Tag::TH(TableHeaderScope::Column));
        cell.push(match right {
            Some(right) => end(leaf, *right, y + mm(1.4), &LABEL, words),
            None => leaf.words(LEFT, y + mm(1.4), &LABEL, words),
        });
        row.push(cell);
    }
    leaf.fill(LEFT, y + HEAD_ROW - 0.8, RIGHT - LEFT, 0.8, INK);
    row
}

/// Draws a line that ends at `right`.
pub(super) fn end(leaf: &mut Leaf<'_>, right: f32, y: f32, style: &Style, text: &str) -> Identifier {
    let width = leaf.faces.width(text, style);
    leaf.words(right - width, y, style, text)
}

fn heading(leaf: &mut Leaf<'_>, x: f32, y: f32, style: &Style, words: &str) -> TagGroup {
    let mut cell = TagGroup::new(Tag::TH(TableHeaderScope::Row));
    cell.push(leaf.words(x, y, style, words));
    cell
}

fn cell(content: Option<Identifier>) -> TagGroup {
    let mut cell = TagGroup::new(Tag::TD);
    if let Some(content) = content {
        cell.push(content);
    }
    cell
}

fn row_of(cells: impl IntoIterator<Item = TagGroup>) -> TagGroup {
    let mut row = TagGroup::new(Tag::TR);
    for cell in cells {
        row.push(cell);
    }
    row
}
