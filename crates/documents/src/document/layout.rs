//! Where everything stands, decided before anything is drawn: which rows share a page, and what each carries over.

use stolpe_domain::document::DocumentKind;
use stolpe_domain::money::Money;

use super::texts::Texts;
use super::{DocumentPage, PageLine, PriceRow};
use crate::pdf::style::{LABEL, SMALL, STRONG};
use crate::pdf::{Faces, PAGE_HEIGHT, Style, mm};

pub(super) const LEFT: f32 = mm(25.0);
pub(super) const RIGHT: f32 = mm(188.0);
/// Nothing but the foot stands below this line.
pub(super) const BOTTOM: f32 = PAGE_HEIGHT - mm(24.0);
/// Where a page after the first begins.
const NEXT_TOP: f32 = mm(28.0);

/// The right edges of the columns of figures.
pub(super) const ENERGY_END: f32 = RIGHT - mm(54.0);
pub(super) const VAT_END: f32 = RIGHT - mm(34.0);
pub(super) const PRICE_END: f32 = RIGHT - mm(30.0);
pub(super) const PRICE_ENERGY_END: f32 = RIGHT - mm(78.0);
/// Room for twelve figures of energy before its right edge.
const TEXT_WIDTH: f32 = ENERGY_END - mm(20.0) - LEFT;
const PART_WIDTH: f32 = PRICE_ENERGY_END - mm(20.0) - LEFT;

pub(super) const HEAD_ROW: f32 = mm(7.0);
pub(super) const CARRY_ROW: f32 = mm(6.6);
pub(super) const SUM_ROW: f32 = mm(5.4);
pub(super) const PAYABLE_ROW: f32 = mm(10.5);
const PADDING: f32 = mm(0.9);
/// What somebody's lines add up to, on a document of several people.
pub(super) const SUBTOTAL_ROW: f32 = mm(6.2);
/// Above the name of somebody whose lines follow.
pub(super) const WHOSE_GAP: f32 = mm(2.6);
/// How that name is set.
pub(super) const WHOSE: Style = STRONG.sized(SMALL.size);
/// Between a text and small words beside it.
const BESIDE: f32 = mm(2.4);
/// Between one part of the page and the next.
pub(super) const GAP: f32 = mm(6.0);
/// Between the last words and how to pay.
const FOOT_GAP: f32 = mm(3.0);
pub(super) const PRICES_HEADING: f32 = mm(7.5);

/// One row of the table of what is owed, wrapped to its column.
pub(super) struct LineRow<'d> {
    pub(super) line: &'d PageLine,
    pub(super) text: Vec<String>,
    pub(super) detail: Vec<String>,
    /// Where the detail begins when it stands beside the text; else it stands below it.
    pub(super) beside: Option<f32>,
    pub(super) height: f32,
    /// Whether the table has no columns but what it is for and how much.
    pub(super) is_of_two: bool,
}

/// One row of the explanation of the price.
pub(super) struct PriceLine<'d> {
    pub(super) row: &'d PriceRow,
    pub(super) text: Vec<String>,
    pub(super) source: Vec<String>,
    /// Where the source begins when it stands beside the text; else it stands below it.
    pub(super) beside: Option<f32>,
    pub(super) height: f32,
}

/// How the price came to be, as far as anything was by price.
struct PricePart<'d> {
    rows: Vec<PriceLine<'d>>,
    foot: Vec<String>,
}

impl PricePart<'_> {
    fn foot_height(&self) -> f32 {
        height_of(&self.foot, &LABEL) + mm(2.0)
    }

    /// Of all of it on one page.
    fn height(&self) -> f32 {
        let rows: f32 = self.rows.iter().map(|row| row.height).sum();
        PRICES_HEADING + HEAD_ROW + rows + self.foot_height() + FOOT_GAP
    }
}

/// What stands at a height of a page.
pub(super) enum Strip<'d> {
    LineHead,
    /// Whose lines follow; `again` where they went on from the page before.
    Whose {
        lines: Vec<String>,
        again: bool,
    },
    Line(LineRow<'d>),
    /// What they add up to.
    Subtotal(Money),
    CarryOver(Money),
    CarryFrom(Money),
    Sums,
    PriceHead {
        heading: bool,
    },
    Price(PriceLine<'d>),
    PriceFoot(Vec<String>),
    Payment,
}

/// A page with everything on it but its head and foot.
pub(super) type Plan<'d> = Vec<(f32, Strip<'d>)>;

/// Breaks a document into pages.
pub(super) fn plan<'d>(
    faces: &Faces,
    page: &'d DocumentPage,
    texts: &Texts,
    first_top: f32,
    payment_height: f32,
) -> Vec<Plan<'d>> {
    let mut planner = Planner { pages: vec![Vec::new()], y: first_top };
    planner.lines(faces, page);
    let sums = sums_height(page, faces);
    planner.room_for(sums);
    planner.put(sums + GAP, Strip::Sums);
    let prices = price_part(faces, page, texts);
    // What is to be paid stays with how it is paid; how the price came to be makes way.
    let all = prices.as_ref().map_or(0.0, PricePart::height) + payment_height;
    let pays_first = planner.y + all > BOTTOM && planner.y + payment_height <= BOTTOM;
    if payment_height > 0.0 && pays_first {
        planner.pay(payment_height);
        planner.prices(prices);
    } else {
        planner.prices(prices);
        if payment_height > 0.0 {
            planner.pay(payment_height);
        }
    }
    planner.pages
}

struct Planner<'d> {
    pages: Vec<Plan<'d>>,
    y: f32,
}

impl<'d> Planner<'d> {
    fn put(&mut self, height: f32, strip: Strip<'d>) {
        if let Some(page) = self.pages.last_mut() {
            page.push((self.y, strip));
        }
        self.y += height;
    }

    fn next_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = NEXT_TOP;
    }

    fn room_for(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.next_page();
        }
    }

    fn lines(&mut self, faces: &Faces, page: &'d DocumentPage) {
        let mut carried = Money::zero(page.sums.payable.currency);
        self.put(HEAD_ROW, Strip::LineHead);
        let last = page.lines.len().saturating_sub(1);
        let mut theirs = Money::zero(page.sums.payable.currency);
        for (place, line) in page.lines.iter().enumerate() {
            let row = line_row(faces, line, page.kind == DocumentKind::Reminder);
            let begins = place == 0 || page.lines[place - 1].whose != line.whose;
            let ends = place == last || page.lines[place + 1].whose != line.whose;
            let title = line.whose.as_ref().map(|whose| whose_lines(faces, &whose.title));
            let head = title.as_ref().filter(|_| begins).map_or(0.0, |title| whose_height(title));
            // A name stands with its first line, and a sum with its last one.
            let foot = if ends && line.whose.is_some() { SUBTOTAL_ROW } else { 0.0 };
            let below = if place == last { 0.0 } else { CARRY_ROW };
            if place > 0 && self.y + head + row.height + foot + below > BOTTOM {
                self.put(CARRY_ROW, Strip::CarryOver(carried));
                self.next_page();
                self.put(HEAD_ROW, Strip::LineHead);
                self.put(CARRY_ROW, Strip::CarryFrom(carried));
                if let (false, Some(lines)) = (begins, title.clone()) {
                    self.put(whose_height(&lines), Strip::Whose { lines, again: true });
                }
            }
            if let (true, Some(lines)) = (begins, title) {
                self.put(head, Strip::Whose { lines, again: false });
            }
            // The sums of the document were added up before, so that those of its parts fit.
            carried = carried.plus(line.amount).unwrap_or(carried);
            theirs = if begins { line.amount } else { theirs.plus(line.amount).unwrap_or(theirs) };
            self.put(row.height, Strip::Line(row));
            if foot > 0.0 {
                self.put(foot, Strip::Subtotal(theirs));
            }
        }
        self.y += mm(2.0);
    }

    /// Always at the foot, where people look for it and tear it off.
    fn pay(&mut self, height: f32) {
        self.room_for(height);
        self.y = BOTTOM - height;
        self.put(height, Strip::Payment);
    }

    fn prices(&mut self, part: Option<PricePart<'d>>) {
        let Some(part) = part else { return };
        let foot = part.foot_height();
        self.room_for(PRICES_HEADING + HEAD_ROW + part.rows.first().map_or(0.0, |row| row.height));
        self.put(PRICES_HEADING + HEAD_ROW, Strip::PriceHead { heading: true });
        for row in part.rows {
            if self.y + row.height > BOTTOM {
                self.next_page();
                self.put(HEAD_ROW, Strip::PriceHead { heading: false });
            }
            self.put(row.height, Strip::Price(row));
        }
        self.room_for(foot);
        self.put(foot + FOOT_GAP, Strip::PriceFoot(part.foot));
    }
}

fn price_part<'d>(faces: &Faces, page: &'d DocumentPage, texts: &Texts) -> Option<PricePart<'d>> {
    let rows: Vec<PriceLine<'d>> = page.prices.iter().map(|row| price_row(faces, row, texts)).collect();
    if rows.is_empty() {
        return None;
    }
    let mut words = texts.without_vat.to_owned();
    if let Some(source) = &page.attribution {
        words = format!("{words} {}", texts.market.replace("{source}", source));
    }
    let foot = faces.lines(&faces.printable(&words, LABEL.weight), &LABEL, RIGHT - LEFT);
    Some(PricePart { rows, foot })
}

fn whose_lines(faces: &Faces, title: &str) -> Vec<String> {
    faces.lines(&faces.printable(title, WHOSE.weight), &WHOSE, ENERGY_END - LEFT)
}

fn whose_height(lines: &[String]) -> f32 {
    height_of(lines, &WHOSE) + WHOSE_GAP + PADDING
}

fn line_row<'d>(faces: &Faces, line: &'d PageLine, is_of_two: bool) -> LineRow<'d> {
    let text = faces.lines(&faces.printable(&line.text, SMALL.weight), &SMALL, TEXT_WIDTH);
    let detail =
        line.detail.as_ref().map(|detail| faces.lines(&faces.printable(detail, LABEL.weight), &LABEL, TEXT_WIDTH));
    let detail = detail.unwrap_or_default();
    let beside = beside(faces, &text, &detail, TEXT_WIDTH);
    let height = height_beside(&text, &detail, beside);
    LineRow { line, text, detail, beside, height, is_of_two }
}

fn price_row<'d>(faces: &Faces, row: &'d PriceRow, texts: &Texts) -> PriceLine<'d> {
    let text = faces.lines(texts.component(row.kind, row.rate), &SMALL, PART_WIDTH);
    let source = faces.lines(&faces.printable(&row.source, LABEL.weight), &LABEL, PART_WIDTH);
    let beside = beside(faces, &text, &source, PART_WIDTH);
    let height = height_beside(&text, &source, beside);
    PriceLine { row, text, source, beside, height }
}

/// Where small words begin that fit beside a text of one line.
fn beside(faces: &Faces, text: &[String], small: &[String], width: f32) -> Option<f32> {
    let ([text], [small]) = (text, small) else { return None };
    let begins = faces.width(text, &SMALL) + BESIDE;
    (begins + faces.width(small, &LABEL) <= width).then_some(LEFT + begins)
}

fn height_beside(text: &[String], small: &[String], beside: Option<f32>) -> f32 {
    let below = if beside.is_some() { 0.0 } else { height_of(small, &LABEL) };
    height_of(text, &SMALL) + below + 2.0 * PADDING
}

fn sums_height(page: &DocumentPage, faces: &Faces) -> f32 {
    // The sum without VAT, what each rate adds, rounding, and what is to be paid.
    let rows = if page.kind == DocumentKind::Reminder {
        0.0
    } else {
        page.sums.totals.rates.iter().fold(SUM_ROW, |height, _| height + SUM_ROW)
    };
    let rounding = if page.sums.rounding.minor == 0 { 0.0 } else { SUM_ROW };
    let paid = if page.already_paid.is_some() { 2.0 * SUM_ROW } else { 0.0 };
    rows + rounding + paid + PAYABLE_ROW + height_of(&remark_lines(page, faces), &SMALL)
}

/// The remark, wrapped to the page.
pub(super) fn remark_lines(page: &DocumentPage, faces: &Faces) -> Vec<String> {
    let remark = page.remark.as_ref().map(|remark| faces.printable(remark, SMALL.weight));
    remark.map_or_else(Vec::new, |remark| faces.lines(&remark, &SMALL, RIGHT - LEFT))
}

pub(super) fn height_of(lines: &[String], style: &Style) -> f32 {
    lines.iter().fold(0.0, |height, _| height + style.leading)
}

/// Where the first line of a row stands.
pub(super) const fn text_top(y: f32) -> f32 {
    y + PADDING
}
