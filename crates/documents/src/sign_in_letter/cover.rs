//! The list on top of the pile: every letter in its order, with a box to tick when it has been handed over.

use std::collections::VecDeque;
use std::num::NonZeroU32;

use krilla::tagging::{Identifier, TableHeaderScope, Tag, TagGroup};

use super::{LetterRun, SignInLetter, texts};
use crate::pdf::style::{ACCENT, BODY, HEADING, INK, LABEL, LINE, PANEL, QUIET_INK, SENDER, SMALL, STRONG};
use crate::pdf::{Leaf, PAGE_HEIGHT, Paper, PdfError, Style, TITLE, long_date, mm};

const LEFT: f32 = mm(20.0);
const RIGHT: f32 = mm(190.0);
const ROW: f32 = mm(7.4);
const BOTTOM: f32 = PAGE_HEIGHT - mm(20.0);
const FIRST_TABLE: f32 = mm(64.0);
const NEXT_TABLE: f32 = mm(22.0);

/// Left edges of the columns: box, number, unit, name, signature.
const BOX: f32 = LEFT;
const NUMBER: f32 = LEFT + mm(20.0);
const UNIT: f32 = LEFT + mm(32.0);
const NAME: f32 = LEFT + mm(66.0);
const SIGNATURE: f32 = LEFT + mm(122.0);
const GAP: f32 = mm(3.0);

/// One line of the list.
enum Entry<'a> {
    Section(&'a str),
    Letter(usize, &'a SignInLetter),
}

pub(super) fn draw(paper: &mut Paper, run: &LetterRun, letters: &[SignInLetter]) -> Result<(), PdfError> {
    let texts = texts::cover(run.language);
    let pages = paginate(letters);
    for (page, number) in pages.iter().zip(1_usize..) {
        let bookmark = if number == 1 { texts.title } else { "" };
        paper.page(bookmark, run.language, |leaf| {
            let top = if number == 1 {
                head(leaf, run, &texts, letters.len());
                FIRST_TABLE
            } else {
                NEXT_TABLE
            };
            table(leaf, &texts, page, top);
            let place = texts.page.replace("{page}", &number.to_string()).replace("{pages}", &pages.len().to_string());
            let style = LABEL.sized(7.5);
            let width = leaf.faces.width(&place, &style);
            leaf.aside(RIGHT - width, PAGE_HEIGHT - mm(12.0), &style, &place);
        })?;
    }
    Ok(())
}

/// Breaks the list into pages; a heading never stands last on one.
fn paginate(letters: &[SignInLetter]) -> Vec<Vec<Entry<'_>>> {
    let mut pages = vec![Vec::new()];
    let mut room = BOTTOM - FIRST_TABLE - ROW;
    let mut section = None;
    for (letter, number) in letters.iter().zip(1_usize..) {
        let opens = letter.section.is_some() && letter.section != section;
        let needed = if opens { 2.0 * ROW } else { ROW };
        if room < needed {
            pages.push(Vec::new());
            room = BOTTOM - NEXT_TABLE - ROW;
        }
        if let (Some(page), true) = (pages.last_mut(), opens) {
            page.push(Entry::Section(letter.section.as_deref().unwrap_or_default()));
            section.clone_from(&letter.section);
        }
        if let Some(page) = pages.last_mut() {
            page.push(Entry::Letter(number, letter));
        }
        room -= needed;
    }
    pages
}

fn head(leaf: &mut Leaf<'_>, run: &LetterRun, texts: &texts::CoverTexts, count: usize) {
    leaf.fill(LEFT, mm(13.0), mm(14.0), mm(1.1), ACCENT);
    let name = [run.organisation.as_str(), run.facility.as_str(), run.facility_id.as_str()].join(" · ");
    let name = leaf.faces.printable(&name, SMALL.weight);
    let (style, lines) = leaf.faces.fitted(&name, &Style { ink: QUIET_INK, ..SMALL }, RIGHT - LEFT, 1, 7.0);
    let y = leaf.lines(Tag::P, LEFT, mm(16.5), &style, &lines[..lines.len().min(2)]) + mm(1.5);
    let y = leaf.heading(TITLE, LEFT, y, RIGHT - LEFT, &HEADING, texts.title) + mm(1.5);
    let counted = texts.count[usize::from(count != 1)].replace("{count}", &count.to_string());
    let y = leaf.block(Tag::P, LEFT, y, RIGHT - LEFT, &SENDER.sized(11.0), &counted) + mm(1.0);
    let y = leaf.block(Tag::P, LEFT, y, RIGHT - LEFT, &SMALL, texts.advice) + mm(1.5);
    let by = leaf.faces.printable(&run.printed_by, LABEL.weight);
    let made = format!("{}: {}    {}: {by}", texts.date, long_date(run.date, run.language), texts.printed_by);
    let (style, lines) = leaf.faces.fitted(&made, &LABEL, RIGHT - LEFT, 1, 6.0);
    leaf.lines(Tag::P, LEFT, y, &style, &lines[..lines.len().min(1)]);
}

fn table(leaf: &mut Leaf<'_>, texts: &texts::CoverTexts, entries: &[Entry<'_>], top: f32) {
    let mut table = TagGroup::new(Tag::Table);
    let mut header = TagGroup::new(Tag::TR);
    let headings =
        [(BOX, texts.handed_over), (NUMBER, "#"), (UNIT, texts.unit), (NAME, texts.name), (SIGNATURE, texts.signature)];
    for (x, heading) in headings {
        let mut cell = TagGroup::new(Tag::TH(TableHeaderScope::Column));
        cell.push(leaf.words(x, top + mm(1.0), &LABEL, heading));
        header.push(cell);
    }
    table.push(header);
    leaf.fill(LEFT, top + ROW - 0.8, RIGHT - LEFT, 0.8, INK);
    let mut y = top + ROW;
    for entry in entries {
        table.push(match entry {
            Entry::Section(section) => section_row(leaf, section, y),
            Entry::Letter(number, letter) => letter_row(leaf, *number, letter, y),
        });
        y += ROW;
    }
    leaf.read(table);
}

fn section_row(leaf: &mut Leaf<'_>, section: &str, y: f32) -> TagGroup {
    leaf.fill(LEFT, y, RIGHT - LEFT, ROW - 0.5, PANEL);
    let mut cell = TagGroup::new(Tag::TH(TableHeaderScope::Row).with_col_span(NonZeroU32::new(5)));
    cell.push(one_line(leaf, LEFT + mm(2.0), y + mm(1.5), RIGHT - LEFT - mm(4.0), &STRONG, section, Keep::Beginning));
    row_of([cell])
}

fn letter_row(leaf: &mut Leaf<'_>, number: usize, letter: &SignInLetter, y: f32) -> TagGroup {
    leaf.frame(BOX, y + mm(1.5), mm(4.4), mm(4.4), 0.9, INK);
    leaf.fill(LEFT, y + ROW - 0.5, RIGHT - LEFT, 0.5, LINE);
    let text_y = y + mm(1.6);
    let quiet = Style { ink: QUIET_INK, ..SMALL };
    let number = leaf.words(NUMBER, text_y, &quiet, &number.to_string());
    // A code that is too long keeps its end, where codes differ; a name keeps its beginning.
    let unit = letter.unit_code.as_deref().unwrap_or("–");
    let unit = one_line(leaf, UNIT, text_y, NAME - UNIT - GAP, &STRONG, unit, Keep::End);
    let name = one_line(leaf, NAME, text_y, SIGNATURE - NAME - GAP, &BODY, &letter.recipient, Keep::Beginning);
    row_of([TagGroup::new(Tag::TD), data(number), data(unit), data(name), TagGroup::new(Tag::TD)])
}

/// Which part of a text stays when not all of it fits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    Beginning,
    End,
}

/// One line that shrinks to its column and, at its smallest, is cut: the letter itself has the whole text.
fn one_line(leaf: &mut Leaf<'_>, x: f32, y: f32, width: f32, style: &Style, text: &str, keep: Keep) -> Identifier {
    let text = leaf.faces.printable(text.trim(), style.weight);
    let (style, lines) = leaf.faces.fitted(&text, style, width, 1, 7.0);
    let mut line = text;
    if lines.len() > 1 {
        let mut letters: VecDeque<char> = line.chars().collect();
        loop {
            line = match keep {
                Keep::Beginning => letters.iter().chain(&['…']).collect(),
                Keep::End => ['…'].iter().chain(&letters).collect(),
            };
            if letters.is_empty() || leaf.faces.width(&line, &style) <= width {
                break;
            }
            match keep {
                Keep::Beginning => letters.pop_back(),
                Keep::End => letters.pop_front(),
            };
        }
    }
    leaf.words(x, y, &style, &line)
}

fn data(content: Identifier) -> TagGroup {
    let mut cell = TagGroup::new(Tag::TD);
    cell.push(content);
    cell
}

fn row_of(cells: impl IntoIterator<Item = TagGroup>) -> TagGroup {
    let mut row = TagGroup::new(Tag::TR);
    for cell in cells {
        row.push(cell);
    }
    row
}
