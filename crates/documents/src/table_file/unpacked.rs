//! What a workbook is once it is unpacked, found out by unpacking it and keeping nothing.
//!
//! A few hundred kilobytes unpack to gigabytes, and what the archive says of its own sizes whoever made it may have made
//! up. So every part is unpacked before anything is read from it, and counted as it comes.

use std::io::{Cursor, Read};

use calamine::XlsxError;
use zip::ZipArchive;

use super::WorkbookError;

/// The most that all parts unpack to: two hundred thousand rows of fifteen cells.
const MAX_BYTES: u64 = 128 * 1024 * 1024;
/// The most that the texts unpack to, which are all held at once.
const MAX_TEXT_BYTES: u64 = 64 * 1024 * 1024;
/// The most that any other part unpacks to: formats, pictures.
const MAX_PART_BYTES: u64 = 16 * 1024 * 1024;
/// The longest tag, text or remark within a part, which is held in one piece.
const MAX_PIECE_BYTES: usize = 1024 * 1024;
/// The most parts.
const MAX_PARTS: usize = 1_000;
/// What each part begins with in the list of parts.
const PART: &[u8] = b"PK\x01\x02";

/// Stops at a workbook that would take more memory than any honest one.
///
/// # Errors
/// [`WorkbookError::TooLarge`], and [`WorkbookError::Unreadable`] for what is no archive.
pub(super) fn check(bytes: &[u8]) -> Result<(), WorkbookError> {
    // The list itself is held as a whole, and how long it says it is proves nothing.
    if bytes.windows(PART.len()).filter(|window| *window == PART).nth(MAX_PARTS).is_some() {
        return Err(WorkbookError::TooLarge);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(XlsxError::Zip)?;
    let mut left = MAX_BYTES;
    for index in 0..archive.len() {
        // What cannot be unpacked here cannot be unpacked by the reader either, who says so.
        let Ok(part) = archive.by_index(index) else { continue };
        let name = part.name().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
        let most = if name.contains("worksheets/") {
            MAX_BYTES
        } else if name.ends_with("sharedstrings.xml") {
            MAX_TEXT_BYTES
        } else {
            MAX_PART_BYTES
        };
        let is_text = most > MAX_PART_BYTES || matches!(name.rsplit('.').next(), Some("xml" | "rels"));
        left -= unpack(part, most.min(left), is_text)?;
    }
    Ok(())
}

/// Unpacks a part and forgets it; answers how long it was.
fn unpack(mut part: impl Read, most: u64, is_text: bool) -> Result<u64, WorkbookError> {
    let mut buffer = vec![0; 64 * 1024];
    let (mut come, mut pieces) = (0, Pieces::default());
    // A part that breaks off is no longer than what came before that.
    while let Ok(length @ 1..) = part.read(&mut buffer) {
        let some = buffer.get(..length).unwrap_or_default();
        come += some.len() as u64;
        if come > most || (is_text && !pieces.take(some)) {
            return Err(WorkbookError::TooLarge);
        }
    }
    Ok(come)
}

/// Where in a file of XML the reading is, as the reader of the workbook sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Within {
    #[default]
    Text,
    /// Behind `<`.
    Opening,
    /// Behind `<!`.
    Declaring,
    Tag,
    /// Between quotes in a tag.
    Value(u8),
    /// Until these signs come.
    Until(&'static [u8]),
    /// Until the end: a definition of types, which no workbook has.
    Definition,
}

/// Measures the longest piece that is read at once: a tag or a remark with the text behind it.
#[derive(Debug, Default)]
struct Pieces {
    within: Within,
    length: usize,
    last: [u8; 3],
}

impl Pieces {
    /// Goes on; no when a piece is too long.
    fn take(&mut self, bytes: &[u8]) -> bool {
        for byte in bytes {
            self.last = [self.last[1], self.last[2], *byte];
            self.length += 1;
            self.within = match (self.within, *byte) {
                (Within::Text, b'<') => {
                    self.length = 1;
                    Within::Opening
                }
                (Within::Opening, b'!') => Within::Declaring,
                (Within::Opening, b'?') => Within::Until(b"?>"),
                (Within::Declaring, b'-') => Within::Until(b"-->"),
                (Within::Declaring, b'[') => Within::Until(b"]]>"),
                (Within::Declaring, _) => Within::Definition,
                (Within::Opening | Within::Tag, b'>') => Within::Text,
                (Within::Opening | Within::Tag, quote @ (b'"' | b'\'')) => Within::Value(quote),
                (Within::Opening, _) => Within::Tag,
                (Within::Value(quote), byte) if byte == quote => Within::Tag,
                (Within::Until(end), _) if self.last.ends_with(end) => Within::Text,
                (within, _) => within,
            };
            if self.length > MAX_PIECE_BYTES {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_a_tag_or_a_remark_with_the_text_behind_it() {
        let long = |sign: &str| sign.repeat(MAX_PIECE_BYTES / sign.len() + 1);
        let honest = "<row r='1'><c t=\"s\"><v>1</v></c></row>\r\n<!-- made by hand --><?pause?>".repeat(30_000);
        assert!(Pieces::default().take(honest.as_bytes()));
        for (sign, before, after) in [
            ("a", "<t>", "</t>"),
            ("a", "<", "/>"),
            ("<", "<t a=\"", "\"/>"),
            ("<a>", "<!-- ", " -->"),
            ("<a>", "<![CDATA[", "]]>"),
            ("<a>", "<?", "?>"),
            ("<!ENTITY>", "<!DOCTYPE ", ">"),
        ] {
            let long = format!("<x>{before}{}{after}", long(sign));
            assert!(!Pieces::default().take(long.as_bytes()), "{before}");
        }
    }
}
