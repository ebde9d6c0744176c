//! QR codes as rectangles: sharp at any size, and never recompressed as an image would be.

use qrcodegen::{QrCode, QrCodeEcc};

use super::PdfError;
use super::paper::Leaf;

impl Leaf<'_> {
    /// Draws a QR code of a text as a square with sides of `size` points, without its quiet zone.
    pub(crate) fn qr_code(&mut self, code: &[(f32, f32, f32, f32)], x: f32, y: f32, size: f32, description: String) {
        let modules: Vec<_> = code
            .iter()
            .map(|(left, top, width, height)| (x + left * size, y + top * size, width * size, height * size))
            .collect();
        self.picture(&modules, (0, 0, 0), description);
    }
}

/// The dark modules of a QR code within a square of side 1, joined along each row.
///
/// Error correction is medium: a letter is folded and handled, but nothing is printed over the code.
///
/// # Errors
/// [`PdfError::QrCode`] when the text is too long.
pub(crate) fn qr_rectangles(text: &str) -> Result<Vec<(f32, f32, f32, f32)>, PdfError> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|_too_long| PdfError::QrCode)?;
    let modules = code.size();
    let side = 1.0 / small(modules);
    let mut rectangles = Vec::new();
    for y in 0..modules {
        let mut x = 0;
        while x < modules {
            let dark = (x..modules).take_while(|x| code.get_module(*x, y)).fold(0, |length, _| length + 1);
            if dark > 0 {
                rectangles.push((small(x) * side, small(y) * side, small(dark) * side, side));
            }
            x += dark + 1;
        }
    }
    Ok(rectangles)
}

/// A module count as a float: never above 177.
#[expect(clippy::cast_precision_loss, reason = "a QR code has at most 177 modules a side")]
fn small(count: i32) -> f32 {
    count as f32
}
