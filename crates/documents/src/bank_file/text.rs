//! Characters and columns: files of lines with 80 places, which editors and mail programs have often been at.

use super::BankFileError;
use encoding_rs::{Encoding, WINDOWS_1252};
use std::borrow::Cow;

/// The places of a line in both forms.
const PLACES: usize = 80;

/// Tabs reach to the next place of this many, as in every editor that has put them there.
const TAB: usize = 8;

/// Letters of the code pages 850 and 865, where other forms have control characters: these few are all that Nordic names
/// need, so no library of code pages is asked.
const DOS: [(u8, char); 16] = [
    (0x81, 'ü'),
    (0x82, 'é'),
    (0x84, 'ä'),
    (0x86, 'å'),
    (0x8E, 'Ä'),
    (0x8F, 'Å'),
    (0x90, 'É'),
    (0x91, 'æ'),
    (0x92, 'Æ'),
    (0x94, 'ö'),
    (0x99, 'Ö'),
    (0x9A, 'Ü'),
    (0x9B, 'ø'),
    (0x9D, 'Ø'),
    (0x85, 'à'),
    (0x8A, 'è'),
];

/// Bytes as text: by their mark, as UTF-8 where they are, by what an XML document says of itself, else as ISO 8859-1 or as
/// the letters of DOS. Whatever becomes of a name, digits are the same in all of them.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default()).0;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    if let Some(named) = named_by_xml(bytes) {
        return named.decode_without_bom_handling(bytes).0;
    }
    let (mut dos, mut latin) = (false, false);
    for byte in bytes {
        dos |= DOS.iter().any(|(letter, _)| letter == byte);
        latin |= *byte >= 0xC0;
    }
    if dos && !latin {
        return Cow::Owned(bytes.iter().map(|byte| dos_letter(*byte)).collect());
    }
    WINDOWS_1252.decode_without_bom_handling(bytes).0
}

/// The text without signs that print nothing, such as the one with which old programs end a file: no database keeps them.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let prints = |letter: char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r');
    if text.chars().all(prints) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|letter| prints(*letter)).collect())
}

fn dos_letter(byte: u8) -> char {
    let found = DOS.iter().find(|(letter, _)| *letter == byte).map(|(_, letter)| *letter);
    found.unwrap_or(if byte.is_ascii() { char::from(byte) } else { char::REPLACEMENT_CHARACTER })
}

/// The encoding that `<?xml … encoding="…"?>` names, unless it is the UTF-8 that the bytes are not.
fn named_by_xml(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(200))?;
    let end = head.iter().position(|byte| *byte == b'>')?;
    let declaration = std::str::from_utf8(head.get(..end)?).ok()?;
    let named = declaration.split_once("encoding=")?.1;
    let quote = named.chars().next().filter(|sign| matches!(sign, '"' | '\''))?;
    let label = named.get(1..)?.split(quote).next()?;
    Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != encoding_rs::UTF_8)
}

/// A line of a form with places.
#[derive(Debug)]
pub(super) struct Line {
    /// Counted from 1.
    pub(super) number: u64,
    /// As it stands in the file.
    pub(super) text: String,
    places: Vec<char>,
}

/// The lines that say anything. Short ones are filled up, and the tabs that replaced blanks are blanks again.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let numbered = text.lines().zip(1_u64..).filter(|(line, _)| !line.trim().is_empty());
    numbered
        .map(|(line, number)| {
            let mut places = Vec::with_capacity(PLACES);
            for letter in line.chars() {
                if letter == '\t' {
                    places.resize(places.len() + TAB - places.len() % TAB, ' ');
                } else {
                    places.push(letter);
                }
            }
            if places.len() < PLACES {
                places.resize(PLACES, ' ');
            }
            Line { number, text: line.trim_end().to_owned(), places }
        })
        .collect()
}

impl Line {
    /// The places from one to another, counted from 1 and both included, as they are.
    pub(super) fn raw(&self, from: usize, to: usize) -> String {
        self.places.get(from - 1..to.min(self.places.len())).unwrap_or_default().iter().collect()
    }

    /// The same without the blanks around.
    pub(super) fn part(&self, from: usize, to: usize) -> String {
        self.raw(from, to).trim().to_owned()
    }

    /// A number that fills its places. Blanks among them are digits that got lost.
    pub(super) fn digits(&self, from: usize, to: usize, record: &str) -> Result<i64, BankFileError> {
        let raw = self.raw(from, to);
        let number =
            Some(&raw).filter(|raw| raw.bytes().all(|byte| byte.is_ascii_digit())).and_then(|raw| raw.parse().ok());
        number.ok_or_else(|| self.damaged(record))
    }

    pub(super) fn damaged(&self, record: &str) -> BankFileError {
        BankFileError::Damaged { line: self.number, record: record.to_owned() }
    }
}

/// A number written with zeros in front, without them; nothing if that leaves nothing.
pub(super) fn unpadded(number: &str) -> Option<String> {
    let bare = number.trim().trim_start_matches('0');
    (!bare.is_empty()).then(|| bare.to_owned())
}
