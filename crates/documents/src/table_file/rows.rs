//! The rows of a file, one at a time.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read};

use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};

use super::framing::Framing;
use super::{MAX_CELL_BYTES, MAX_COLUMNS, MAX_ROW_BYTES, MAX_ROW_LINES, Row, RowFault, RowFaultKind, TableShape};

/// Characters of a broken row that are shown.
const EXCERPT: usize = 120;

/// What the decoder puts where bytes are no characters.
const REPLACEMENT: char = '\u{fffd}';

/// Reads the rows of a file that is written as `shape` says, the header row among them. Empty rows are passed over.
pub fn read<R: Read>(source: R, shape: &TableShape) -> Rows<R> {
    let decoded =
        DecodeReaderBytesBuilder::new().encoding(Some(shape.encoding.value.decoder())).bom_override(true).build(source);
    Rows {
        source: BufReader::new(decoded),
        framing: Framing::new(shape.delimiter.value.byte(), shape.quote.byte()),
        columns: shape.columns,
        skip_first: shape.has_separator_line,
        waiting: VecDeque::new(),
        line: 0,
        ended: false,
    }
}

/// An iterator over rows, whole and broken.
pub struct Rows<R: Read> {
    source: BufReader<DecodeReaderBytes<R, Vec<u8>>>,
    framing: Framing,
    columns: usize,
    skip_first: bool,
    /// Lines that were read while a quote was open that was never closed.
    waiting: VecDeque<Line>,
    line: u64,
    ended: bool,
}

struct Line {
    number: u64,
    text: String,
    too_long: bool,
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Result<Row, RowFault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let first = match self.next_line()? {
                Ok(line) => line,
                Err(fault) => return Some(Err(fault)),
            };
            if std::mem::take(&mut self.skip_first) || first.text.trim().is_empty() {
                continue;
            }
            if let Some(row) = self.row_from(&first) {
                return Some(row);
            }
        }
    }
}

impl<R: Read> Rows<R> {
    /// The row that begins with this line, or none if all its cells are empty.
    fn row_from(&mut self, first: &Line) -> Option<Result<Row, RowFault>> {
        let line = first.number;
        let fault = |kind, text: &str| {
            Some(Err(RowFault { line, kind, excerpt: text.trim_end().chars().take(EXCERPT).collect() }))
        };
        if first.too_long {
            return fault(RowFaultKind::TooLong, &first.text);
        }
        let mut quotes = self.framing.quotes_after(&first.text, false);
        let mut text = first.text.clone();
        let mut more = VecDeque::new();
        while quotes.open {
            let within = more.len() + 1 < MAX_ROW_LINES && text.len() < MAX_ROW_BYTES;
            let next = if within { self.next_line() } else { None };
            match next {
                Some(Ok(next)) => {
                    quotes = self.framing.quotes_after(&next.text, true);
                    text.push_str(&next.text);
                    more.push_back(next);
                }
                Some(Err(fault)) => return Some(Err(fault)),
                None => {
                    self.give_back(more);
                    return fault(RowFaultKind::UnclosedQuote, &first.text);
                }
            }
        }
        let mut cells = self.framing.split(&text);
        if cells.iter().all(String::is_empty) {
            return None;
        }
        // Spreadsheets leave empty cells behind at the end of rows; they are no more than that.
        while cells.len() > self.columns && cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if !more.is_empty() && (quotes.torn || cells.len() != self.columns) {
            // Several lines that make no row were one quote too many, and rows of their own.
            self.give_back(more);
            return fault(RowFaultKind::UnclosedQuote, &first.text);
        }
        if text.contains(REPLACEMENT) {
            return fault(RowFaultKind::BadBytes, &text);
        }
        if cells.len() > MAX_COLUMNS || cells.iter().any(|cell| cell.len() > MAX_CELL_BYTES) {
            return fault(RowFaultKind::TooLong, &text);
        }
        if cells.len() != self.columns {
            return fault(RowFaultKind::CellCount { found: cells.len(), expected: self.columns }, &text);
        }
        Some(Ok(Row { line, cells }))
    }

    fn give_back(&mut self, lines: VecDeque<Line>) {
        for line in lines.into_iter().rev() {
            self.waiting.push_front(line);
        }
    }

    /// The next line with its line break, of which no more than the limit is ever held.
    fn next_line(&mut self) -> Option<Result<Line, RowFault>> {
        if let Some(line) = self.waiting.pop_front() {
            return Some(Ok(line));
        }
        if self.ended {
            return None;
        }
        self.line += 1;
        let number = self.line;
        let mut bytes = Vec::new();
        let limit = u64::try_from(MAX_ROW_BYTES).unwrap_or(u64::MAX);
        let mut outcome = self.source.by_ref().take(limit).read_until(b'\n', &mut bytes);
        let too_long = bytes.len() == MAX_ROW_BYTES && bytes.last() != Some(&b'\n');
        if too_long && outcome.is_ok() {
            outcome = self.source.skip_until(b'\n');
        }
        match outcome {
            Err(error) => {
                self.ended = true;
                let kind = RowFaultKind::Source(error.to_string());
                Some(Err(RowFault { line: number, kind, excerpt: String::new() }))
            }
            Ok(_) if bytes.is_empty() => {
                self.ended = true;
                None
            }
            Ok(_) => Some(Ok(Line { number, text: String::from_utf8_lossy(&bytes).into_owned(), too_long })),
        }
    }
}
