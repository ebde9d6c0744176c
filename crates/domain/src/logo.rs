//! The logo of an organisation: what is taken in, how much of it is kept, and how large it stands on paper.

use crate::words::words;

/// The largest file that is taken in.
pub const MOST_BYTES: usize = 2_000_000;
/// The longest side of a picture that is taken in, in pixels: what unpacks to more is no logo.
pub const MOST_SIDE: u32 = 4_000;
/// What is narrower is coarse on paper.
pub const LEAST_WIDTH: u32 = 200;
/// What is lower is a line.
pub const LEAST_HEIGHT: u32 = 40;

/// Boxes into which a picture is made to fit, the first of them first; the next where its file is still heavy. The widest is
/// five hundred dots to the inch on paper, the narrowest two hundred and fifty.
pub const KEPT_BOXES: [(u32, u32); 3] = [(1_200, 400), (900, 300), (600, 200)];
/// What a file may weigh before the next box is tried: it is in every PDF.
pub const KEPT_BYTES: usize = 200 * 1024;

/// The widest that a logo stands on paper, in millimetres.
const PAPER_WIDTH: f32 = 60.0;
/// The highest that a logo stands on paper, in millimetres.
const PAPER_HEIGHT: f32 = 14.0;

words! {
    /// As what a logo is kept.
    LogoKind {
        /// Flat colours, maybe on nothing.
        Png = "png",
        /// A photograph.
        Jpeg = "jpeg",
    }
}

impl LogoKind {
    /// As headers say it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// Why a file is no logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoRefusal {
    /// It is neither PNG nor JPEG, whatever it is called.
    NotAPicture,
    /// It begins as a picture and cannot be read to its end.
    Damaged,
    /// The file is too large.
    TooHeavy,
    /// It has too many pixels.
    TooLarge,
    /// It has too few pixels.
    TooSmall,
}

impl LogoRefusal {
    /// The stable code that the interface translates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAPicture => "logo.not_a_picture",
            Self::Damaged => "logo.damaged",
            Self::TooHeavy => "logo.too_heavy",
            Self::TooLarge => "logo.too_large",
            Self::TooSmall => "logo.too_small",
        }
    }
}

/// Whether a picture of so many pixels, as it is looked at, is taken in.
///
/// # Errors
/// [`LogoRefusal::TooLarge`] and [`LogoRefusal::TooSmall`].
pub const fn check_pixels(width: u32, height: u32) -> Result<(), LogoRefusal> {
    if width > MOST_SIDE || height > MOST_SIDE {
        Err(LogoRefusal::TooLarge)
    } else if width < LEAST_WIDTH || height < LEAST_HEIGHT {
        Err(LogoRefusal::TooSmall)
    } else {
        Ok(())
    }
}

/// How many pixels are kept of a picture: as many as fit the box, never more than there are.
pub fn kept_pixels((width, height): (u32, u32), (most_width, most_height): (u32, u32)) -> (u32, u32) {
    if width <= most_width && height <= most_height {
        return (width, height);
    }
    let scaled = |side: u32, most: u32, of: u32| {
        let (side, most, of) = (u64::from(side), u64::from(most), u64::from(of.max(1)));
        u32::try_from((side * most + of / 2) / of).unwrap_or(u32::MAX).max(1)
    };
    let by_width = u64::from(most_width) * u64::from(height) <= u64::from(most_height) * u64::from(width);
    if by_width {
        (most_width, scaled(height, most_width, width).min(most_height))
    } else {
        (scaled(width, most_height, height).min(most_width), most_height)
    }
}

/// How large a logo stands on paper, in millimetres: as large as there is room, in its own shape.
#[expect(clippy::cast_precision_loss, reason = "a picture has a few thousand pixels a side")]
pub fn on_paper(width: u32, height: u32) -> (f32, f32) {
    let (width, height) = (width.max(1) as f32, height.max(1) as f32);
    let scale = (PAPER_WIDTH / width).min(PAPER_HEIGHT / height);
    (width * scale, height * scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_taken_in_ends_where_it_is_said_to() {
        for (pixels, outcome) in [
            ((200, 40), Ok(())),
            ((4_000, 4_000), Ok(())),
            ((199, 40), Err(LogoRefusal::TooSmall)),
            ((200, 39), Err(LogoRefusal::TooSmall)),
            ((4_001, 100), Err(LogoRefusal::TooLarge)),
            ((200, 4_001), Err(LogoRefusal::TooLarge)),
        ] {
            assert_eq!(check_pixels(pixels.0, pixels.1), outcome, "{pixels:?}");
        }
    }

    #[test]
    fn a_picture_is_kept_as_large_as_its_box_and_in_its_own_shape() {
        for (pixels, kept) in [
            ((300, 100), (300, 100)),
            ((4_000, 1_000), (1_200, 300)),
            ((4_000, 40), (1_200, 12)),
            ((2_000, 2_000), (400, 400)),
            ((200, 4_000), (20, 400)),
        ] {
            assert_eq!(kept_pixels(pixels, KEPT_BOXES[0]), kept, "{pixels:?}");
        }
    }

    #[test]
    fn a_logo_fits_the_head_of_a_page() {
        for (pixels, (width, height)) in [
            ((1_200, 280), (60.0, 14.0)),
            ((1_200, 100), (60.0, 5.0)),
            ((400, 400), (14.0, 14.0)),
            ((100, 400), (3.5, 14.0)),
        ] {
            let paper = on_paper(pixels.0, pixels.1);
            assert!((paper.0 - width).abs() < 0.01 && (paper.1 - height).abs() < 0.01, "{pixels:?}: {paper:?}");
        }
    }

    proptest! {
        #[test]
        fn no_logo_leaves_its_box_or_its_shape(width in 200_u32..=4_000, height in 40_u32..=4_000) {
            for within in KEPT_BOXES {
                let (w, h) = kept_pixels((width, height), within);
                prop_assert!((1..=width).contains(&w) && (1..=height).contains(&h));
                prop_assert!((w, h) == (width, height) || (w <= within.0 && h <= within.1));
                // Less than a pixel from its shape.
                let off = (i64::from(w) * i64::from(height) - i64::from(h) * i64::from(width)).abs();
                prop_assert!(off <= i64::from(width.max(height)), "{width}x{height} became {w}x{h}");
            }
            let (w, h) = on_paper(width, height);
            prop_assert!(w <= 60.01 && h <= 14.01);
        }
    }
}
