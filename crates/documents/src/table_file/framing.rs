//! Where one row ends and the next begins, so that a quote that is never closed costs one row and not the file.
//!
//! The `csv` engine would read on to the end of the file for the missing quote. So lines are gathered into rows here,
//! with the same idea of quotes that the engine has, and each row is then split by the engine on its own.

/// How quotes stand at the end of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quotes {
    /// A cell goes on in the next line.
    pub(super) open: bool,
    /// A quote was closed in the middle of a cell. In a cell that spans lines that quote was meant to open another
    /// one: an earlier quote has never been closed.
    pub(super) torn: bool,
}

/// Splits rows into cells and says whether a row goes on in the next line.
pub(super) struct Framing {
    delimiter: u8,
    quote: u8,
    engine: csv_core::Reader,
    cells: Vec<u8>,
    ends: Vec<usize>,
}

impl Framing {
    pub(super) fn new(delimiter: u8, quote: u8) -> Self {
        let engine = csv_core::ReaderBuilder::new().delimiter(delimiter).quote(quote).build();
        Self { delimiter, quote, engine, cells: vec![0; 4096], ends: vec![0; 64] }
    }

    /// How quotes stand at the end of a line that began with a quote open or not.
    pub(super) fn quotes_after(&self, line: &str, open_before: bool) -> Quotes {
        let mut open = open_before;
        let mut torn = false;
        let mut cell_begins = !open_before;
        let mut bytes = line.bytes().peekable();
        while let Some(byte) = bytes.next() {
            if open {
                if byte == self.quote {
                    // Two quotes within quotes are one quote that is meant.
                    if bytes.peek() == Some(&self.quote) {
                        bytes.next();
                    } else {
                        open = false;
                        let ends = |byte: &u8| *byte == self.delimiter || byte.is_ascii_whitespace();
                        torn |= !bytes.peek().is_none_or(ends);
                    }
                }
            } else if byte == self.quote && cell_begins {
                open = true;
            }
            cell_begins = !open && byte == self.delimiter;
        }
        Quotes { open, torn }
    }

    /// The cells of one whole row.
    pub(super) fn split(&mut self, row: &str) -> Vec<String> {
        self.engine.reset();
        let (mut read, mut written, mut ended) = (0, 0, 0);
        let input = row.as_bytes();
        loop {
            let (result, used, filled, ends) =
                self.engine.read_record(&input[read..], &mut self.cells[written..], &mut self.ends[ended..]);
            read += used;
            written += filled;
            ended += ends;
            match result {
                csv_core::ReadRecordResult::OutputFull => self.cells.resize(self.cells.len() * 2, 0),
                csv_core::ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                // An empty rest tells the engine that the row ends without a line break.
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::Record | csv_core::ReadRecordResult::End => break,
            }
        }
        let mut start = 0;
        let cells = self.ends[..ended].iter().map(|end| {
            let cell = &self.cells[start..*end];
            start = *end;
            String::from_utf8_lossy(cell).trim().to_owned()
        });
        cells.collect()
    }
}
