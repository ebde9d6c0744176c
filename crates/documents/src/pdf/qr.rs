//! QR codes as rectangles: sharp at any size, and never recompressed as an image would be.

use qrcodegen::{QrCode as Code, QrCodeEcc};

use super::PdfError;
use super::paper::Leaf;

/// The dark modules of a code as rectangles of whole modules.
pub(crate) struct QrCode {
    rectangles: Vec<(f32, f32, f32, f32)>,
    modules: f32,
}

impl Leaf<'_> {
    /// Draws a QR code as a square with sides of `size` points, without its quiet zone.
    pub(crate) fn qr_code(&mut self, code: &QrCode, x: f32, y: f32, size: f32, description: String) {
        self.scaled_picture(&code.rectangles, (x, y), size / code.modules, description);
    }
}

/// The QR code of a text; its modules are joined along each row and down from it.
///
/// Error correction is medium: a letter is folded and handled, but nothing is printed over the code.
///
/// # Errors
/// [`PdfError::QrCode`] when the text is too long.
pub(crate) fn qr_code(text: &str) -> Result<QrCode, PdfError> {
    let code = Code::encode_text(text, QrCodeEcc::Medium).map_err(|_too_long| PdfError::QrCode)?;
    let modules = code.size();
    let mut rectangles: Vec<(f32, f32, f32, f32)> = Vec::new();
    // The runs of the row above, by where they begin and how long they are, with their place among the rectangles.
    let mut above: Vec<((i32, i32), usize)> = Vec::new();
    for y in 0..modules {
        let mut row = Vec::new();
        let mut x = 0;
        while x < modules {
            let dark = (x..modules).take_while(|x| code.get_module(*x, y)).fold(0, |length, _| length + 1);
            if dark > 0 {
                let known = above.iter().find(|(run, _)| *run == (x, dark));
                let place = known.map_or(rectangles.len(), |(_, place)| *place);
                match rectangles.get_mut(place) {
                    Some(rectangle) => rectangle.3 += 1.0,
                    None => rectangles.push((small(x), small(y), small(dark), 1.0)),
                }
                row.push(((x, dark), place));
            }
            x += dark + 1;
        }
        above = row;
    }
    Ok(QrCode { rectangles, modules: small(modules) })
}

/// A module count as a float: never above 177.
#[expect(clippy::cast_precision_loss, reason = "a QR code has at most 177 modules a side")]
fn small(count: i32) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dark_module_is_in_one_rectangle_and_no_light_one_in_any() {
        let text = "C1237856901;310,00;20260042106;0";
        let (code, drawn) = (Code::encode_text(text, QrCodeEcc::Medium).unwrap(), qr_code(text).unwrap());
        for y in 0..code.size() {
            for x in 0..code.size() {
                let (left, top) = (small(x) + 0.5, small(y) + 0.5);
                let over = |(x, y, width, height): &&(f32, f32, f32, f32)| {
                    *x < left && left < x + width && *y < top && top < y + height
                };
                assert_eq!(drawn.rectangles.iter().filter(over).count(), usize::from(code.get_module(x, y)), "{x} {y}");
            }
        }
    }
}
