//! The payment block at the foot of the page with the sums, where it fits: what to type, and a code that types it.

use krilla::tagging::Tag;
use stolpe_domain::money::Currency;
use stolpe_domain::payment_account::AccountKind;

use super::DocumentPage;
use super::layout::{LEFT, RIGHT};
use super::texts::Texts;
use crate::pdf::style::{ACCENT, LABEL, PANEL, SENDER, SUBHEADING};
use crate::pdf::{Leaf, PART, PdfError, QrCode, mm, qr_code};

/// With a code, and without.
const HEIGHTS: [f32; 2] = [mm(44.0), mm(37.0)];
const CODE: f32 = mm(28.0);
const PADDING: f32 = mm(6.0);

/// What the block shows.
pub(super) struct Block {
    rows: Vec<(&'static str, String)>,
    code: Option<QrCode>,
}

impl Block {
    pub(super) const fn height(&self) -> f32 {
        HEIGHTS[if self.code.is_some() { 0 } else { 1 }]
    }
}

/// The block of a document; none for what is not to be paid.
pub(super) fn block(page: &DocumentPage, texts: &Texts) -> Result<Option<Block>, PdfError> {
    if !page.kind.asks() || page.left().minor <= 0 || page.number.is_none() {
        return Ok(None);
    }
    let mut rows = Vec::new();
    if let Some(account) = &page.payment.account {
        let label = match account.kind() {
            AccountKind::Bankgiro => texts.bankgiro,
            AccountKind::Plusgiro => texts.plusgiro,
            AccountKind::NorwegianBank => texts.bank_account,
            AccountKind::Swish => texts.swish,
        };
        rows.push((label, account.to_string()));
    }
    if let Some(reference) = &page.payment.reference {
        let label = if page.sums.payable.currency == Currency::Nok { texts.kid } else { texts.ocr };
        rows.push((label, reference.clone()));
    }
    rows.push((texts.to_pay, texts.figures.money(page.left())));
    if let Some(due) = page.due_on {
        rows.push((texts.due, texts.figures.date(due)));
    }
    let code = swish_content(page).map(|content| qr_code(&content)).transpose()?;
    Ok(Some(Block { rows, code }))
}

/// What the code says to Swish: number, amount and message, none of which can be changed in the application.
fn swish_content(page: &DocumentPage) -> Option<String> {
    let swish = page.payment.swish.as_ref().filter(|_| page.sums.payable.currency == Currency::Sek)?;
    let message = page.payment.reference.as_ref().or(page.number.as_ref())?;
    let message: String = message
        .bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    let minor = page.left().minor;
    Some(format!("C{};{},{:02};{message};0", swish.digits(), minor / 100, minor % 100))
}

pub(super) fn draw(leaf: &mut Leaf<'_>, page: &DocumentPage, texts: &Texts, block: &Block, top: f32) {
    leaf.fill(LEFT, top, RIGHT - LEFT, block.height(), PANEL);
    leaf.fill(LEFT, top, mm(1.1), block.height(), ACCENT);
    let x = LEFT + mm(7.0);
    let code_x = RIGHT - mm(9.0) - CODE;
    let width = (code_x - mm(4.0) - x) / 2.0;
    let y = leaf.heading(PART, x, top + mm(4.0), 2.0 * width, &SUBHEADING, texts.how_to_pay) + mm(1.6);
    let exact = SENDER.sized(12.5);
    for (pair, row) in block.rows.chunks(2).zip([0.0, mm(13.0)]) {
        for ((label, value), x) in pair.iter().zip([x, x + width]) {
            let below = leaf.block(Tag::P, x, y + row, width, &LABEL, label);
            let value = leaf.faces.printable(value, exact.weight);
            let (style, lines) = leaf.faces.fitted(&value, &exact, width - mm(3.0), 1, 7.0);
            leaf.lines(Tag::P, x, below, &style, &lines[..lines.len().min(1)]);
        }
    }
    if let (Some(code), Some(swish)) = (&block.code, &page.payment.swish) {
        // White around the code: four modules of quiet are part of it.
        let quiet = mm(3.0);
        let y = top + PADDING;
        leaf.fill(code_x - quiet, y - quiet, CODE + 2.0 * quiet, CODE + 2.0 * quiet, (255, 255, 255));
        leaf.qr_code(code, code_x, y, CODE, format!("{}: {swish}", texts.swish_code));
        let style = LABEL.sized(7.5);
        let words = format!("{} {swish}", texts.swish);
        let text_width = leaf.faces.width(&words, &style);
        leaf.aside(code_x + (CODE - text_width) / 2.0, y + CODE + quiet + mm(0.8), &style, &words);
    }
}
