//! One letter on one page: the upper half for the envelope and the details, the lower half for what to do with them.

use krilla::tagging::{Identifier, ListNumbering, Tag, TagGroup};

use super::{AddressWindow, LetterRun, SignInLetter, texts};
use crate::pdf::style::{
    ACCENT, BODY, HEADING, LABEL, LINE, PANEL, QUIET_INK, SECRET, SENDER, SMALL, STRONG, SUBHEADING,
};
use crate::pdf::{Leaf, PAGE_HEIGHT, PART, Paper, PdfError, QrCode, Style, TITLE, long_date, mm};

const LEFT: f32 = mm(25.0);
const RIGHT: f32 = mm(188.0);

/// The part of the page that shows in the window wherever the sheet slides in its envelope: the address.
const ADDRESS_TOP: f32 = mm(46.5);
const ADDRESS_HEIGHT: f32 = mm(20.0);
const ADDRESS_WIDTH: f32 = mm(74.0);

/// The first line that no window can show, however the sheet slides: here the details may begin.
const BELOW_WINDOW: f32 = mm(84.0);

/// Nothing but the contact block begins below this line.
const CONTACT_TOP: f32 = mm(246.0);

pub(super) fn draw(
    paper: &mut Paper,
    run: &LetterRun,
    letter: &SignInLetter,
    code: &QrCode,
    number: &str,
) -> Result<(), PdfError> {
    let texts = texts::letter(letter.language);
    let bookmark = [letter.unit_code.as_deref().unwrap_or_default(), &letter.recipient].join(" ");
    paper.page(bookmark.trim(), letter.language, |leaf| {
        sender(leaf, run);
        address(leaf, run, letter, &texts);
        let y = leaf.heading(TITLE, LEFT, BELOW_WINDOW, RIGHT - LEFT, &HEADING, texts.heading) + mm(1.5);
        let introduction = texts.introduction.replace("{facility}", &run.facility);
        let y = leaf.block(Tag::P, LEFT, y, RIGHT - LEFT, &BODY, &introduction) + mm(5.0);
        let y = details(leaf, run, letter, &texts, code, y) + mm(8.0);
        let y = leaf.heading(PART, LEFT, y, RIGHT - LEFT, &SUBHEADING, texts.how) + mm(1.5);
        let y = steps(leaf, run, &texts, y) + mm(2.0);
        let y = leaf.block(Tag::P, LEFT, y, RIGHT - LEFT, &STRONG, texts.caution) + mm(6.0);
        contact(leaf, run, &texts, y.max(CONTACT_TOP));
        fold_and_number(leaf, number);
    })
}

/// The sender stands above the window and beside nothing, so any length of name has room.
fn sender(leaf: &mut Leaf<'_>, run: &LetterRun) {
    if let Some(logo) = &run.logo {
        return leaf.letterhead(logo, &run.organisation, Some(&run.facility), (LEFT, RIGHT));
    }
    leaf.fill(LEFT, mm(13.0), mm(14.0), mm(1.1), ACCENT);
    let name = leaf.faces.printable(&run.organisation, SENDER.weight);
    let (style, lines) = leaf.faces.fitted(&name, &SENDER, RIGHT - LEFT, 1, 9.0);
    let y = leaf.lines(Tag::P, LEFT, mm(16.5), &style, &lines[..lines.len().min(2)]);
    let quiet = Style { ink: QUIET_INK, ..SMALL };
    let name = leaf.faces.printable(&run.facility, quiet.weight);
    let (style, lines) = leaf.faces.fitted(&name, &quiet, RIGHT - LEFT, 1, 7.5);
    leaf.lines(Tag::P, LEFT, y, &style, &lines[..lines.len().min(1)]);
}

/// The address in the window, and opposite to it the unit and the date.
fn address(leaf: &mut Leaf<'_>, run: &LetterRun, letter: &SignInLetter, texts: &texts::LetterTexts) {
    let (address_x, reference_x) = match run.window {
        AddressWindow::Right => (mm(112.0), LEFT),
        AddressWindow::Left => (LEFT, mm(128.0)),
    };
    let parts: Vec<String> = std::iter::once(&letter.recipient)
        .chain(&letter.address)
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
    leaf.lines(Tag::P, address_x, ADDRESS_TOP, &style, &lines);

    let width = mm(58.0);
    let mut y = ADDRESS_TOP;
    if let Some(unit) = &letter.unit_code {
        y = leaf.block(Tag::P, reference_x, y, width, &LABEL, texts.unit);
        let unit = leaf.faces.printable(unit, SENDER.weight);
        let (style, lines) = leaf.faces.fitted(&unit, &SENDER, width, 1, 7.0);
        y = leaf.lines(Tag::P, reference_x, y, &style, &lines[..lines.len().min(2)]) + mm(1.5);
    }
    leaf.block(Tag::P, reference_x, y, width, &SMALL, &long_date(run.date, letter.language));
}

/// The three things that sign somebody in, on a panel with the way to the portal.
fn details(
    leaf: &mut Leaf<'_>,
    run: &LetterRun,
    letter: &SignInLetter,
    texts: &texts::LetterTexts,
    code: &QrCode,
    top: f32,
) -> f32 {
    let (x, qr_size, padding) = (LEFT + mm(7.0), mm(30.0), mm(6.0));
    let qr_x = RIGHT - mm(7.0) - qr_size;
    let width = qr_x - mm(6.0) - x;
    let rows = [
        (texts.facility_id, run.facility_id.as_str()),
        (texts.username, letter.username.as_str()),
        (texts.password, letter.initial_password.as_str()),
    ];
    let set: Vec<_> =
        rows.iter().map(|(label, value)| (*label, leaf.faces.fitted(value, &SECRET, width, 1, 10.0))).collect();
    let gap = mm(3.2);
    let portal = leaf.faces.fitted(&run.portal, &STRONG, width, 1, 8.0);
    let rows_height = set.iter().fold(0.0, |height, (_, (style, lines))| height + row_height(style, lines) + gap);
    let height = (rows_height + row_height(&portal.0, &portal.1) + 2.0 * padding).max(qr_size + 2.0 * padding);
    leaf.fill(LEFT, top, RIGHT - LEFT, height, PANEL);
    leaf.fill(LEFT, top, mm(1.1), height, ACCENT);

    let mut y = top + padding;
    for (label, (style, lines)) in set.into_iter().chain([(texts.portal, portal)]) {
        y = leaf.block(Tag::P, x, y, width, &LABEL, label) + mm(0.4);
        y = leaf.lines(Tag::P, x, y, &style, &lines) + gap;
    }
    // White around the code: four modules of quiet are part of it.
    let quiet = mm(3.0);
    leaf.fill(qr_x - quiet, top + padding - quiet, qr_size + 2.0 * quiet, qr_size + 2.0 * quiet, (255, 255, 255));
    leaf.qr_code(code, qr_x, top + padding, qr_size, format!("{}: {}", texts.qr_code, run.portal));
    top + height
}

/// The height of a label with its value, as [`details`] sets them.
fn row_height(style: &Style, lines: &[String]) -> f32 {
    lines.iter().fold(LABEL.leading + mm(0.4), |height, _| height + style.leading)
}

/// What to do, as a numbered list.
fn steps(leaf: &mut Leaf<'_>, run: &LetterRun, texts: &texts::LetterTexts, top: f32) -> f32 {
    let mut list = TagGroup::new(Tag::L(ListNumbering::Decimal));
    let indent = mm(8.0);
    let number_style = Style { ink: ACCENT, ..STRONG };
    let mut y = top;
    for (step, number) in texts.steps.iter().zip(["1", "2", "3"]) {
        let label = leaf.words(LEFT, y, &number_style, number);
        let mut text = leaf.faces.printable(&step.replace("{portal}", &run.portal), BODY.weight);
        if step.contains("{portal}") && leaf.faces.width(&text, &BODY) > RIGHT - LEFT - indent {
            texts.first_step_without_address.clone_into(&mut text);
        }
        let mut body = Vec::new();
        for line in leaf.faces.lines(&text, &BODY, RIGHT - LEFT - indent) {
            body.push(leaf.words(LEFT + indent, y, &BODY, &line));
            y += BODY.leading;
        }
        list.push(list_item(label, body));
        y += mm(1.6);
    }
    leaf.read(list);
    y
}

fn list_item(label: Identifier, body: Vec<Identifier>) -> TagGroup {
    let mut item = TagGroup::new(Tag::LI);
    let mut number = TagGroup::new(Tag::Lbl);
    number.push(label);
    let mut text = TagGroup::new(Tag::LBody);
    for line in body {
        text.push(line);
    }
    item.push(number);
    item.push(text);
    item
}

/// Whom to ask, in columns along the foot of the page.
fn contact(leaf: &mut Leaf<'_>, run: &LetterRun, texts: &texts::LetterTexts, top: f32) {
    let contact = &run.contact;
    let parts: Vec<(&str, &String)> = [
        (texts.phone, &contact.phone),
        (texts.email, &contact.email),
        (texts.visit, &contact.visiting_address),
        (texts.hours, &contact.hours),
    ]
    .into_iter()
    .filter_map(|(label, value)| value.as_ref().map(|value| (label, value)))
    .collect();
    if parts.is_empty() {
        return;
    }
    leaf.fill(LEFT, top, RIGHT - LEFT, 0.6, LINE);
    let y = leaf.heading(PART, LEFT, top + mm(4.0), RIGHT - LEFT, &SUBHEADING, texts.questions) + mm(1.0);
    let gap = mm(6.0);
    let columns = parts.len().min(2);
    let width = if columns == 1 { RIGHT - LEFT } else { (RIGHT - LEFT - gap) / 2.0 };
    let mut y = y;
    for pair in parts.chunks(2) {
        let mut below = y;
        for ((label, value), x) in pair.iter().zip([LEFT, LEFT + width + gap]) {
            let under = leaf.block(Tag::P, x, y, width, &LABEL, label);
            let value = leaf.faces.printable(value, SMALL.weight);
            let (style, lines) = leaf.faces.fitted(&value, &SMALL, width, 1, 8.0);
            below = below.max(leaf.lines(Tag::P, x, under, &style, &lines[..lines.len().min(2)]));
        }
        y = below + mm(2.0);
    }
}

/// A mark where the sheet is folded, and the place of the letter in its pile.
fn fold_and_number(leaf: &mut Leaf<'_>, number: &str) {
    leaf.fill(mm(4.0), PAGE_HEIGHT / 2.0, mm(5.0), 0.5, LINE);
    let style = LABEL.sized(7.0);
    let width = leaf.faces.width(number, &style);
    leaf.aside(RIGHT - width, mm(286.0), &style, number);
}
