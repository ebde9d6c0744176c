//! How a file is written, found out from its bytes.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::columns::{looks_like_a_date, looks_like_a_number};
use super::framing::Framing;
use super::{Delimiter, Found, INSPECTED_BYTES, INSPECTED_ROWS, MAX_ROW_LINES, Quote, TableShape, TextEncoding};

/// Bytes that are Nordic letters in Windows-1252 and rare signs in Mac OS Roman: å ä ö æ ø é ü, small and capital.
const NORDIC_IN_WINDOWS: &[u8] = &[0xe5, 0xe4, 0xf6, 0xe6, 0xf8, 0xe9, 0xfc, 0xc5, 0xc4, 0xd6, 0xc6, 0xd8, 0xc9, 0xdc];
/// The same letters in Mac OS Roman, which are rare signs in Windows-1252.
const NORDIC_ON_MAC: &[u8] = &[0x8c, 0x8a, 0x9a, 0xbe, 0xbf, 0x8e, 0x9f, 0x81, 0x80, 0x85, 0xae, 0xaf, 0x83, 0x86];

/// Finds out how a file is written. The more of the file is given the better; a whole file is best, since one å in the
/// last row can decide the encoding.
pub fn inspect(bytes: &[u8]) -> TableShape {
    let encoding = encoding_of(bytes);
    let text = encoding.value.decoder().decode(&bytes[..bytes.len().min(INSPECTED_BYTES)]).0;
    let (separator_line, text) = separator_line(&text);
    let quote = quote_of(text);
    let delimiter = match separator_line {
        Some(value) => Found { value, sure: true },
        None => delimiter_of(text, quote),
    };
    let rows = rows(text, delimiter.value, quote);
    TableShape {
        encoding,
        delimiter,
        quote,
        header: header_of(&rows),
        columns: usual_width(&rows),
        has_separator_line: separator_line.is_some(),
    }
}

fn encoding_of(bytes: &[u8]) -> Found<TextEncoding> {
    let sure = |value| Found { value, sure: true };
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => return sure(TextEncoding::Utf8Bom),
        [0xff, 0xfe, ..] => return sure(TextEncoding::Utf16Le),
        [0xfe, 0xff, ..] => return sure(TextEncoding::Utf16Be),
        _ => {}
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => return sure(TextEncoding::Utf8),
        // A sample may end in the middle of a letter, and one bad byte does not make a file of thousands of good
        // letters something else.
        Err(_) if mostly_utf8(bytes) => return sure(TextEncoding::Utf8),
        Err(_) => {}
    }
    let count = |set: &[u8]| bytes.iter().filter(|byte| set.contains(byte)).count();
    if count(NORDIC_ON_MAC) > 2 * count(NORDIC_IN_WINDOWS) {
        return Found { value: TextEncoding::Macintosh, sure: false };
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let detected = detector.guess(Some(b"se"), Utf8Detection::Deny);
    Found { value: TextEncoding::Windows1252, sure: detected == encoding_rs::WINDOWS_1252 }
}

/// Whether letters beyond ASCII that are well-formed UTF-8 outnumber the places that are not. In a file of another
/// encoding hardly any are well-formed by chance.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad
}

/// Takes a first line of `sep=;` off the text.
fn separator_line(text: &str) -> (Option<Delimiter>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let named = first.trim_end_matches('\r').trim_matches('"').to_ascii_lowercase();
    let delimiter = named
        .strip_prefix("sep=")
        .and_then(|sign| Delimiter::ALL.into_iter().find(|delimiter| sign.as_bytes() == [delimiter.byte()]));
    if delimiter.is_some() { (delimiter, rest) } else { (None, text) }
}

/// Single quotes count only where they stand around whole cells and double quotes do not.
fn quote_of(text: &str) -> Quote {
    let sample = || text.lines().take(INSPECTED_ROWS);
    let around = |quote: char| {
        let begins = |line: &str| {
            line.split([';', ',', '\t', '|'])
                .filter(|cell| {
                    let cell = cell.trim();
                    cell.len() > 1 && cell.starts_with(quote) && cell.ends_with(quote)
                })
                .count()
        };
        sample().map(begins).sum::<usize>()
    };
    if around('\'') > 0 && around('"') == 0 { Quote::Single } else { Quote::Double }
}

/// The delimiter under which the most rows have the same number of cells.
fn delimiter_of(text: &str, quote: Quote) -> Found<Delimiter> {
    let scored = Delimiter::ALL.map(|delimiter| {
        let rows = rows(text, delimiter, quote);
        let width = usual_width(&rows);
        let same = rows.iter().filter(|row| row.len() == width).count();
        let agreement = if width > 1 { same * 1000 / rows.len().max(1) } else { 0 };
        (delimiter, agreement, width)
    });
    let best = scored.into_iter().reduce(|best, next| if (next.1, next.2) > (best.1, best.2) { next } else { best });
    let Some((value, agreement, _)) = best.filter(|best| best.1 > 0) else {
        // One column has no delimiter to be wrong about.
        return Found { value: Delimiter::Semicolon, sure: true };
    };
    let rivals = scored.iter().filter(|(other, score, _)| *other != value && *score + 100 > agreement).count();
    Found { value, sure: rivals == 0 }
}

/// The first rows, split; empty ones and quotes that are never closed are left out.
fn rows(text: &str, delimiter: Delimiter, quote: Quote) -> Vec<Vec<String>> {
    let mut framing = Framing::new(delimiter.byte(), quote.byte());
    let mut rows = Vec::new();
    let mut row = String::new();
    let mut lines_in_row = 0;
    for line in text.split_inclusive('\n') {
        row.push_str(line);
        lines_in_row += 1;
        if framing.quotes_after(&row, false).open {
            if lines_in_row > MAX_ROW_LINES {
                row.clear();
                lines_in_row = 0;
            }
            continue;
        }
        let cells = framing.split(&row);
        if !cells.iter().all(String::is_empty) {
            rows.push(cells);
        }
        row.clear();
        lines_in_row = 0;
        if rows.len() == INSPECTED_ROWS {
            break;
        }
    }
    rows
}

/// The number of cells that most rows have; the header decides a tie.
fn usual_width(rows: &[Vec<String>]) -> usize {
    let width = |row: &Vec<String>| row.len();
    let frequency = |wanted: usize| rows.iter().filter(|row| row.len() == wanted).count();
    let header = rows.first().map_or(0, width);
    rows.iter().map(width).fold(header, |best, next| if frequency(next) > frequency(best) { next } else { best })
}

/// A header has a text in every cell that is no date, number or address, and below it such things stand.
pub(super) fn header_of(rows: &[Vec<String>]) -> Found<bool> {
    let is_data = |cell: &String| looks_like_a_date(cell) || looks_like_a_number(cell) || cell.contains('@');
    let Some((first, rest)) = rows.split_first() else { return Found { value: false, sure: true } };
    if first.iter().any(is_data) {
        return Found { value: false, sure: true };
    }
    let named = first.iter().all(|cell| !cell.is_empty());
    let distinct = first.iter().enumerate().all(|(place, cell)| !first[..place].contains(cell));
    let data_below = rest.iter().flatten().any(is_data);
    Found { value: true, sure: named && distinct && data_below }
}
