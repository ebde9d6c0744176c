//! Pages for print and for screen readers: the few drawing verbs that our letters need, over krilla.
//!
//! Every page is tagged and checked against PDF/UA-1 while it is written, fonts are embedded as subsets, and nothing
//! depends on the machine: equal input gives equal bytes.

mod composed;
mod date;
mod faces;
mod figures;
mod letterhead;
mod paper;
mod qr;
pub(crate) mod style;

pub(crate) use date::{long_date, long_month};
pub(crate) use faces::{Faces, Style, Weight};
pub(crate) use figures::Figures;
pub(crate) use paper::{Leaf, PAGE_HEIGHT, PART, Paper, PaperInfo, TITLE, mm};
pub(crate) use qr::{QrCode, qr_code};

/// Why a PDF could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A text that must be copied exactly has a character that the typeface lacks.
    #[error("a sign-in detail has a character that cannot be printed")]
    Unprintable,
    /// The address is too long for a QR code.
    #[error("the address does not fit a QR code")]
    QrCode,
    /// The PDF writer refused: a fault of ours, never of the input.
    #[error("the page could not be written: {0}")]
    Writer(String),
}

/// The floor of measurements: texts one below the other on a page, and nothing of what makes a page a document. No tags, no
/// measuring, no wrapping.
///
/// # Errors
/// [`PdfError::Writer`] for a fault of ours.
pub fn bare_page(texts: &[String]) -> Result<Vec<u8>, PdfError> {
    paper::bare_page(texts)
}
