//! The head and the foot of the pages: who, to whom, how much and when.

use krilla::tagging::Tag;

use super::layout::{LEFT, RIGHT};
use super::texts::Texts;
use super::{DocumentPage, chart};
use crate::pdf::style::{ACCENT, BODY, HEADING, LABEL, LINE, PANEL, QUIET_INK, SENDER, SMALL, STRONG};
use crate::pdf::{Leaf, PAGE_HEIGHT, Style, TITLE, long_date, mm};
use crate::sign_in_letter::AddressWindow;

/// The part of the page that shows in the window wherever the sheet slides in its envelope.
const ADDRESS_TOP: f32 = mm(46.5);
const ADDRESS_HEIGHT: f32 = mm(20.0);
const ADDRESS_WIDTH: f32 = mm(74.0);
/// The first line that no window can show.
const BELOW_WINDOW: f32 = mm(84.0);
const HEADING_HEIGHT: f32 = mm(12.0);
const PANEL_HEIGHT: f32 = mm(29.0);
const BELOW_PANEL: f32 = mm(5.0);

/// Where the rows of the first page begin.
pub(super) const FIRST_TOP: f32 = BELOW_WINDOW + HEADING_HEIGHT + PANEL_HEIGHT + BELOW_PANEL;

pub(super) fn first(leaf: &mut Leaf<'_>, page: &DocumentPage, texts: &Texts) {
    sender(leaf, page);
    address(leaf, page);
    references(leaf, page, texts);
    let kind = texts.kind(page.kind);
    let title = page.number.as_ref().map_or_else(|| format!("{kind} – {}", texts.draft), |_| kind.to_owned());
    leaf.heading(TITLE, LEFT, BELOW_WINDOW, RIGHT - LEFT, &HEADING, &title);
    panel(leaf, page, texts, BELOW_WINDOW + HEADING_HEIGHT);
}

/// The head of a page after the first: enough to put pages that were dropped back in order.
pub(super) fn next(leaf: &mut Leaf<'_>, page: &DocumentPage, title: &str) {
    leaf.fill(LEFT, mm(13.0), mm(14.0), mm(1.1), ACCENT);
    let words = format!("{} · {title} · {}", page.sender.name, page.recipient.name);
    let words = leaf.faces.printable(&words, LABEL.weight);
    let (style, lines) = leaf.faces.fitted(&words, &LABEL, RIGHT - LEFT, 1, 6.0);
    if let Some(line) = lines.first() {
        leaf.aside(LEFT, mm(16.5), &style, line);
    }
}

/// Who sent it, and which page this is.
pub(super) fn foot(leaf: &mut Leaf<'_>, page: &DocumentPage, texts: &Texts, (number, pages): (usize, usize)) {
    let sender = &page.sender;
    let top = PAGE_HEIGHT - mm(20.0);
    leaf.fill(LEFT, top, RIGHT - LEFT, 0.5, LINE);
    let mut who = vec![sender.name.clone()];
    who.extend(sender.address.iter().cloned());
    let mut numbers = vec![format!("{} {}", texts.organisation_number, sender.organisation_number)];
    numbers.extend(sender.vat_number.iter().map(|number| format!("{} {number}", texts.vat_number)));
    numbers.extend(sender.tax_status.iter().cloned());
    numbers.extend(sender.email.iter().chain(&sender.phone).cloned());
    let style = LABEL.sized(7.5);
    let place = texts.page.replace("{page}", &number.to_string()).replace("{pages}", &pages.to_string());
    let place_width = leaf.faces.width(&place, &style);
    leaf.aside(RIGHT - place_width, top + mm(2.0), &style, &place);
    for (parts, y, room) in [(who, top + mm(2.0), place_width + mm(4.0)), (numbers, top + mm(5.6), 0.0)] {
        let words = leaf.faces.printable(&parts.join(" · "), style.weight);
        let (style, lines) = leaf.faces.fitted(&words, &style, RIGHT - LEFT - room, 1, 5.0);
        // Only the first page says it aloud: it is the same on all.
        match lines.first() {
            Some(line) if number == 1 => drop(leaf.lines(Tag::P, LEFT, y, &style, std::slice::from_ref(line))),
            Some(line) => leaf.aside(LEFT, y, &style, line),
            None => {}
        }
    }
}

/// The mark of the sender and its name; it stands above the window and beside nothing, so any length has room.
fn sender(leaf: &mut Leaf<'_>, page: &DocumentPage) {
    // An association with one facility often gives it its own name, which is said once.
    let place = Some(&*page.recipient.facility).filter(|name| name.trim() != page.sender.name.trim());
    if let Some(logo) = &page.logo {
        return leaf.letterhead(logo, &page.sender.name, place, (LEFT, RIGHT));
    }
    let (side, gap) = (mm(12.0), mm(4.0));
    leaf.fill(LEFT, mm(14.0), side, side, ACCENT);
    let initial: String = page.sender.name.chars().find(|letter| letter.is_alphanumeric()).into_iter().collect();
    let initial = leaf.faces.printable(&initial.to_uppercase(), HEADING.weight);
    let mark = Style { ink: (255, 255, 255), ..HEADING.sized(20.0) };
    let width = leaf.faces.width(&initial, &mark);
    leaf.aside(LEFT + (side - width) / 2.0, mm(14.0) + (side - mark.size * 1.26) / 2.0, &mark, &initial);
    let x = LEFT + side + gap;
    let name = leaf.faces.printable(&page.sender.name, SENDER.weight);
    let (style, lines) = leaf.faces.fitted(&name, &SENDER, RIGHT - x, 1, 9.0);
    let y = leaf.lines(Tag::P, x, mm(14.6), &style, &lines[..lines.len().min(2)]);
    let Some(place) = place else { return };
    let quiet = Style { ink: QUIET_INK, ..SMALL };
    let name = leaf.faces.printable(place, quiet.weight);
    let (style, lines) = leaf.faces.fitted(&name, &quiet, RIGHT - x, 1, 7.5);
    leaf.lines(Tag::P, x, y, &style, &lines[..lines.len().min(1)]);
}

fn address(leaf: &mut Leaf<'_>, page: &DocumentPage) {
    let x = if page.window == AddressWindow::Right { mm(112.0) } else { LEFT };
    let parts: Vec<String> = std::iter::once(&page.recipient.name)
        .chain(&page.recipient.address)
        .map(|line| leaf.faces.printable(line.trim(), BODY.weight))
        .filter(|line| !line.is_empty())
        .collect();
    let mut style = BODY.sized(11.0);
    let mut lines;
    loop {
        lines = parts.iter().flat_map(|part| leaf.faces.lines(part, &style, ADDRESS_WIDTH)).collect::<Vec<_>>();
        let height = lines.iter().fold(0.0, |height, _| height + style.leading);
        if height <= ADDRESS_HEIGHT || style.size <= 7.0 {
            break;
        }
        style = style.sized(style.size - 0.5);
    }
    leaf.lines(Tag::P, x, ADDRESS_TOP, &style, &lines);
}

/// Numbers and dates, opposite to the address.
fn references(leaf: &mut Leaf<'_>, page: &DocumentPage, texts: &Texts) {
    let (x, right) = if page.window == AddressWindow::Right { (LEFT, mm(104.0)) } else { (mm(112.0), RIGHT) };
    let label_width = mm(29.0);
    let width = right - x - label_width;
    let date = |date| texts.figures.date(date);
    let period = page.period.map(|(first, last)| format!("{} – {}", date(first), date(last)));
    let rows = [
        (texts.number, page.number.clone()),
        (if page.credits_reminder { texts.credits_reminder } else { texts.credits }, page.credits.clone()),
        (texts.date, Some(date(page.issued_on))),
        (texts.due, page.due_on.map(date)),
        (texts.period, period),
        (texts.unit, page.recipient.unit_code.clone()),
        (texts.your_reference, page.recipient.reference.clone()),
    ];
    let mut y = ADDRESS_TOP;
    for (label, value) in rows {
        let Some(value) = value else { continue };
        leaf.block(Tag::P, x, y + 0.8, label_width, &LABEL, label);
        let value = leaf.faces.printable(&value, SMALL.weight);
        let (style, lines) = leaf.faces.fitted(&value, &SMALL, width, 1, 6.5);
        leaf.lines(Tag::P, x + label_width, y, &style, &lines[..lines.len().min(1)]);
        y += mm(5.2);
    }
}

/// How much and when, large, beside the energy of the period.
fn panel(leaf: &mut Leaf<'_>, page: &DocumentPage, texts: &Texts, top: f32) {
    leaf.fill(LEFT, top, RIGHT - LEFT, PANEL_HEIGHT, PANEL);
    leaf.fill(LEFT, top, mm(1.1), PANEL_HEIGHT, ACCENT);
    let (x, width) = (LEFT + mm(7.0), mm(56.0));
    let y = leaf.block(Tag::P, x, top + mm(5.0), width, &LABEL, texts.payable(page));
    let sum = texts.figures.money(page.left());
    let (style, lines) = leaf.faces.fitted(&sum, &HEADING, width, 1, 12.0);
    let y = leaf.lines(Tag::P, x, y, &style, &lines);
    if let Some(due) = page.due_on {
        let due = format!("{} {}", texts.due, long_date(due, page.language));
        leaf.block(Tag::P, x, y + mm(0.6), width, &STRONG.sized(9.5), &due);
    }
    if !page.days.is_empty() {
        let x = LEFT + mm(70.0);
        let frame = chart::Frame { x, y: top + mm(4.0), width: RIGHT - mm(5.0) - x, height: PANEL_HEIGHT - mm(5.0) };
        chart::draw(leaf, page, texts, &frame);
    }
}
