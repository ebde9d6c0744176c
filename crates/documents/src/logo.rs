//! The logo of an organisation: read from whatever somebody sends, kept as nothing but its pixels, and drawn on paper.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType as RowFilter, PngEncoder};
use image::imageops::{FilterType, resize};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgba, RgbaImage};
use krilla::image::Image;
use sha2::{Digest as _, Sha256};
use stolpe_domain::logo::{
    KEPT_BOXES, KEPT_BYTES, LogoKind, LogoRefusal, MOST_BYTES, MOST_SIDE, check_pixels, kept_pixels, on_paper,
};

use crate::pdf::{PdfError, mm};

/// What a picture may take while it is read: one of the most pixels, with four channels of sixteen bits.
const MOST_MEMORY: u64 = 160 * 1024 * 1024;
/// Photographs look the same on paper from here on.
const JPEG_QUALITY: u8 = 90;

/// A logo as it is kept: the right way up, no larger than paper shows, and without what cameras and programs write beside
/// the pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanLogo {
    /// As what.
    pub kind: LogoKind,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The file.
    pub content: Vec<u8>,
    /// Its SHA-256.
    pub digest: [u8; 32],
}

/// A logo that is ready to be drawn. It is unpacked once; copies share what was made of it, from one document to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo(Image);

impl Logo {
    /// Unpacks what was kept.
    ///
    /// # Errors
    /// [`PdfError::Writer`] when it is no picture.
    pub fn read(kind: LogoKind, content: Vec<u8>) -> Result<Self, PdfError> {
        let image = match kind {
            LogoKind::Png => Image::from_png(content.into(), false),
            LogoKind::Jpeg => Image::from_jpeg(content.into(), false),
        };
        image.map(Self).map_err(PdfError::Writer)
    }

    /// How large it is drawn, in points.
    pub(crate) fn size(&self) -> (f32, f32) {
        let (width, height) = self.0.size();
        let (width, height) = on_paper(width, height);
        (mm(width), mm(height))
    }

    pub(crate) fn image(&self) -> Image {
        self.0.clone()
    }
}

/// What is kept of a file. Neither its name nor what its sender says of it is asked: it is read.
///
/// # Errors
/// Why it is no logo.
pub fn clean_logo(content: &[u8]) -> Result<CleanLogo, LogoRefusal> {
    if content.len() > MOST_BYTES {
        return Err(LogoRefusal::TooHeavy);
    }
    let (kind, format) = match image::guess_format(content) {
        Ok(format @ ImageFormat::Png) => (LogoKind::Png, format),
        Ok(format @ ImageFormat::Jpeg) => (LogoKind::Jpeg, format),
        _ => return Err(LogoRefusal::NotAPicture),
    };
    let mut picture = unpacked(content, format)?.into_rgba8();
    let opaque = picture.pixels().all(|Rgba([.., alpha])| *alpha == u8::MAX);
    if !opaque {
        weigh_colours(&mut picture);
    }
    let mut kept = (Vec::new(), (0, 0));
    for most in KEPT_BOXES {
        let (width, height) = kept_pixels(picture.dimensions(), most);
        let mut small = resize(&picture, width, height, FilterType::Lanczos3);
        if !opaque {
            restore_colours(&mut small);
        }
        kept = (packed(small, kind, opaque)?, (width, height));
        if kept.0.len() <= KEPT_BYTES {
            break;
        }
    }
    let (content, (width, height)) = kept;
    let digest = Sha256::digest(&content).into();
    Ok(CleanLogo { kind, width, height, content, digest })
}

/// The pixels of a file, the right way up.
fn unpacked(content: &[u8], format: ImageFormat) -> Result<DynamicImage, LogoRefusal> {
    // A photograph that was cut off reads as one with grey below.
    if format == ImageFormat::Jpeg && !is_whole_jpeg(content) {
        return Err(LogoRefusal::Damaged);
    }
    let damaged = |_| LogoRefusal::Damaged;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    // Before anything is unpacked.
    if width.max(height) > MOST_SIDE {
        return Err(LogoRefusal::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(orientation);
    check_pixels(picture.width(), picture.height())?;
    Ok(picture)
}

/// Whether the last scan has an end. Scans hold neither of the two marks, and a small picture in the head has both.
fn is_whole_jpeg(content: &[u8]) -> bool {
    let last = |mark: [u8; 2]| content.windows(2).rposition(|two| two == mark);
    matches!((last([0xff, 0xda]), last([0xff, 0xd9])), (Some(scan), Some(end)) if scan < end)
}

/// Makes each colour weigh as much as it is seen, so that what is not seen colours nothing beside it.
fn weigh_colours(picture: &mut RgbaImage) {
    for Rgba([red, green, blue, alpha]) in picture.pixels_mut() {
        for colour in [red, green, blue] {
            *colour = byte((u32::from(*colour) * u32::from(*alpha) + 127) / 255);
        }
    }
}

/// The other way.
fn restore_colours(picture: &mut RgbaImage) {
    for Rgba([red, green, blue, alpha]) in picture.pixels_mut() {
        let seen = u32::from(*alpha);
        for colour in [red, green, blue] {
            *colour = (u32::from(*colour) * 255 + seen / 2).checked_div(seen).map_or(0, byte);
        }
    }
}

fn byte(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

fn packed(picture: RgbaImage, kind: LogoKind, opaque: bool) -> Result<Vec<u8>, LogoRefusal> {
    let picture = DynamicImage::from(picture);
    let picture = if opaque { DynamicImage::from(picture.into_rgb8()) } else { picture };
    let mut content = Vec::new();
    let written = match kind {
        LogoKind::Png => picture.write_with_encoder(PngEncoder::new_with_quality(
            &mut content,
            CompressionType::Best,
            RowFilter::Adaptive,
        )),
        LogoKind::Jpeg => picture.write_with_encoder(JpegEncoder::new_with_quality(&mut content, JPEG_QUALITY)),
    };
    written.map_err(|_| LogoRefusal::Damaged)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbImage;
    use rstest::rstest;

    /// Red above, blue below.
    fn flag(width: u32, height: u32) -> RgbaImage {
        RgbaImage::from_fn(
            width,
            height,
            |_, y| if y < height / 2 { Rgba([200, 0, 0, 255]) } else { Rgba([0, 0, 200, 255]) },
        )
    }

    fn file(picture: RgbaImage, kind: LogoKind) -> Vec<u8> {
        packed(picture, kind, kind == LogoKind::Jpeg).unwrap()
    }

    fn read(it: &CleanLogo) -> RgbaImage {
        image::load_from_memory(&it.content).unwrap().into_rgba8()
    }

    /// A camera's note of which way up it was held, as the first part of a photograph.
    fn held(photograph: &[u8], way: u8) -> Vec<u8> {
        let mut note = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        note.extend([way, 0, 0, 0, 0, 0, 0]);
        note.extend(b"Bengts mobil, hemma hos Bengt");
        let length = u16::try_from(note.len() + 2).unwrap().to_be_bytes();
        [&photograph[..2], &[0xff, 0xe1], &length, &note, &photograph[2..]].concat()
    }

    #[rstest]
    fn what_is_kept_is_small_and_of_the_same_kind(#[values(LogoKind::Png, LogoKind::Jpeg)] kind: LogoKind) {
        let it = clean_logo(&file(flag(3_000, 1_500), kind)).unwrap();
        assert_eq!((it.kind, it.width, it.height), (kind, 800, 400));
        assert_eq!(read(&it).dimensions(), (800, 400));
        assert!(it.content.len() <= KEPT_BYTES, "{}", it.content.len());
        assert_eq!(clean_logo(&file(flag(3_000, 1_500), kind)).unwrap(), it, "equal input gives equal bytes");
        assert_eq!(clean_logo(&it.content).map(|it| (it.width, it.height)), Ok((800, 400)), "and can be sent again");
    }

    #[test]
    fn a_photograph_is_kept_the_right_way_up_and_without_what_the_camera_noted() {
        for (way, turned, top_is_red) in [(1, false, true), (3, false, false), (6, true, true), (8, true, true)] {
            let content = held(&file(flag(400, 300), LogoKind::Jpeg), way);
            let it = clean_logo(&content).unwrap();
            assert_eq!((it.width, it.height), if turned { (300, 400) } else { (400, 300) }, "{way}");
            let picture = read(&it);
            if !turned {
                let Rgba([red, _, blue, _]) = *picture.get_pixel(200, 20);
                assert_eq!(red > blue, top_is_red, "{way}");
            }
            let noted = |of: &[u8]| of.windows(6).any(|it| it == b"Bengts");
            assert!(noted(&content) && !noted(&it.content), "{way}");
        }
        // Held to the right, what was above is at the right; held to the left, at the left.
        for (way, red_is_at) in [(6, 280), (8, 20)] {
            let it = clean_logo(&held(&file(flag(400, 300), LogoKind::Jpeg), way)).unwrap();
            let Rgba([red, _, blue, _]) = *read(&it).get_pixel(red_is_at, 200);
            assert!(red > blue, "{way}");
        }
    }

    #[test]
    fn what_is_see_through_stays_so_and_colours_nothing_beside_it() {
        // White that nobody sees around a dark disc.
        let disc = RgbaImage::from_fn(2_000, 2_000, |x, y| {
            let off = (i64::from(x) - 1_000).pow(2) + (i64::from(y) - 1_000).pow(2);
            if off < 800 * 800 { Rgba([20, 40, 60, 255]) } else { Rgba([255, 255, 255, 0]) }
        });
        let it = clean_logo(&file(disc, LogoKind::Png)).unwrap();
        let picture = read(&it);
        assert_eq!(picture.get_pixel(2, 2).0[3], 0);
        assert_eq!(picture.get_pixel(200, 200).0, [20, 40, 60, 255]);
        let light = picture.pixels().filter(|Rgba([red, _, _, alpha])| *alpha > 40 && *red > 60).count();
        assert_eq!(light, 0, "the edge has the colour of the disc alone");
    }

    #[test]
    fn a_picture_that_cannot_be_packed_small_is_kept_with_fewer_pixels() {
        let mut seed = 1_u32;
        let noise = RgbImage::from_fn(1_200, 400, |_, _| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [red, green, blue, _] = seed.to_be_bytes();
            image::Rgb([red, green, blue])
        });
        let it = clean_logo(&file(DynamicImage::from(noise).into_rgba8(), LogoKind::Png)).unwrap();
        assert_eq!((it.width, it.height), (600, 200));
    }

    #[test]
    fn what_is_no_logo_is_refused_by_what_is_in_it() {
        let png = file(flag(400, 200), LogoKind::Png);
        let jpeg = file(flag(400, 200), LogoKind::Jpeg);
        let mut wrong = png.clone();
        let middle = wrong.len() / 2;
        wrong[middle] ^= 0xff;
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
        for (what, content, refusal) in [
            ("nothing", Vec::new(), LogoRefusal::NotAPicture),
            ("a drawing", svg, LogoRefusal::NotAPicture),
            ("a moving picture", b"GIF89a\x01\0\x01\0\0\0\0".to_vec(), LogoRefusal::NotAPicture),
            ("a program", b"MZ\x90\0".to_vec(), LogoRefusal::NotAPicture),
            ("the beginning of a PNG", png[..png.len() * 2 / 3].to_vec(), LogoRefusal::Damaged),
            ("a PNG with a wrong byte", wrong, LogoRefusal::Damaged),
            ("the mark of a PNG", png[..8].to_vec(), LogoRefusal::Damaged),
            ("the beginning of a JPEG", jpeg[..jpeg.len() * 2 / 3].to_vec(), LogoRefusal::Damaged),
            ("the mark of a JPEG", jpeg[..3].to_vec(), LogoRefusal::Damaged),
            ("too many bytes", vec![0; MOST_BYTES + 1], LogoRefusal::TooHeavy),
            ("too wide", file(flag(4_001, 50), LogoKind::Png), LogoRefusal::TooLarge),
            ("too high", file(flag(200, 4_001), LogoKind::Png), LogoRefusal::TooLarge),
            ("too narrow", file(flag(199, 50), LogoKind::Png), LogoRefusal::TooSmall),
            ("too low", file(flag(200, 39), LogoKind::Png), LogoRefusal::TooSmall),
            ("too narrow once it is turned", held(&file(flag(300, 100), LogoKind::Jpeg), 6), LogoRefusal::TooSmall),
        ] {
            assert_eq!(clean_logo(&content).map(|_| ()), Err(refusal), "{what}");
        }
    }
}
