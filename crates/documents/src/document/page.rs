//! The pages of one document, drawn as they were planned.

use krilla::tagging::TagGroup;

use super::layout::{self, Plan, Strip};
use super::texts::Texts;
use super::{DocumentPage, head, payment, table};
use crate::pdf::{Faces, Leaf, Paper, PdfError};

pub(super) fn draw(paper: &mut Paper, page: &DocumentPage, texts: &Texts, title: &str) -> Result<(), PdfError> {
    let faces = Faces::shared()?;
    let block = payment::block(page, texts)?;
    let height = block.as_ref().map_or(0.0, payment::Block::height);
    let pages = layout::plan(faces, page, texts, head::FIRST_TOP, height);
    for (plan, number) in pages.iter().zip(1_usize..) {
        paper.page(if number == 1 { title } else { "" }, page.language, |leaf| {
            if number == 1 {
                head::first(leaf, page, texts);
            } else {
                head::next(leaf, page, title);
            }
            strips(leaf, page, texts, plan, block.as_ref());
            head::foot(leaf, page, texts, (number, pages.len()));
        })?;
    }
    Ok(())
}

fn strips(leaf: &mut Leaf<'_>, page: &DocumentPage, texts: &Texts, plan: &Plan<'_>, block: Option<&payment::Block>) {
    // Rows that follow each other are one table to who reads with the ears.
    let mut open: Option<TagGroup> = None;
    for (y, strip) in plan {
        let row = match strip {
            Strip::LineHead => Some(table::line_head(leaf, page.kind, texts, *y)),
            Strip::Line(row) => Some(table::line(leaf, texts, row, *y)),
            Strip::Whose { lines, again } => Some(table::whose(leaf, texts, (lines, *again), *y)),
            Strip::Subtotal(sum) => Some(table::subtotal(leaf, texts, *sum, *y)),
            Strip::CarryOver(carried) => Some(table::carried(leaf, texts, texts.carried_over, *carried, *y)),
            Strip::CarryFrom(carried) => Some(table::carried(leaf, texts, texts.carried_from, *carried, *y)),
            Strip::Price(row) => Some(table::price(leaf, texts, row, *y)),
            Strip::PriceHead { heading } => {
                close(leaf, &mut open);
                Some(table::price_head(leaf, texts, *heading, *y))
            }
            Strip::Sums | Strip::PriceFoot(_) | Strip::Payment => None,
        };
        if let Some(row) = row {
            open.get_or_insert_with(table::begin).push(row);
            continue;
        }
        close(leaf, &mut open);
        match strip {
            Strip::Sums => table::sums(leaf, page, texts, *y),
            Strip::PriceFoot(lines) => table::price_foot(leaf, lines, *y),
            Strip::Payment => block.into_iter().for_each(|block| payment::draw(leaf, page, texts, block, *y)),
            _ => {}
        }
    }
    close(leaf, &mut open);
}

fn close(leaf: &mut Leaf<'_>, open: &mut Option<TagGroup>) {
    if let Some(table) = open.take() {
        leaf.read(table);
    }
}
