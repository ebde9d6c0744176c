//! The typefaces that ship inside the product, and what text measures when set in them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::LazyLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Feature, GlyphInfo, GlyphPosition, ShapePlan, UnicodeBuffer, script, ttf_parser::Tag};

use super::PdfError;
use super::composed::{Plain, composed};

/// Inter for reading, `JetBrains` Mono for what must be copied sign by sign: its 0 O o, 1 l I and 5 S are told apart.
/// Both are under the SIL Open Font License, which lies beside them.
const INTER: &[u8] = include_bytes!("../../fonts/Inter-Regular.otf");
const INTER_SEMI_BOLD: &[u8] = include_bytes!("../../fonts/Inter-SemiBold.otf");
const JETBRAINS_MONO: &[u8] = include_bytes!("../../fonts/JetBrainsMono-Medium.ttf");

/// Parsed once in the life of the process.
static FACES: LazyLock<Option<Faces>> = LazyLock::new(|| {
    Some(Faces {
        regular: Face::parse(INTER, true)?.with_plain_letters(),
        semi_bold: Face::parse(INTER_SEMI_BOLD, true)?.with_plain_letters(),
        // In a password "!=" is two signs, and must look like two.
        mono: Face::parse(JETBRAINS_MONO, false)?,
    })
});

thread_local! {
    /// What was shaped lately: each line is measured before it is drawn, and letters of one run share most of their words.
    static SHAPED: RefCell<HashMap<String, [Option<Rc<Shaped>>; 3]>> = RefCell::default();
}

/// How many texts are remembered, at a few hundred bytes each; then all are forgotten, for a run has few that return.
const REMEMBERED: usize = 2_000;

/// What almost every letter consists of. A document begins with it, so that the subsets of most are one and the same, which
/// is made once; what goes beyond it makes a subset of its own. What is said twice has two shapes, beside figures and beside
/// letters.
const ALPHABET: &str = " ,.'/%&?;·0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzÅÄÖåäöÆØæøÉéa-a:a–a(a)a@1-1:1–1\
    (1)1@1×1+1−1";

/// Which face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
    Mono,
}

/// How a text looks. Sizes are in points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) weight: Weight,
    pub(crate) size: f32,
    pub(crate) leading: f32,
    pub(crate) ink: (u8, u8, u8),
}

impl Style {
    pub(crate) const fn sized(self, size: f32) -> Self {
        Self { size, leading: self.leading * (size / self.size), ..self }
    }
}

/// The three faces.
pub(crate) struct Faces {
    regular: Face,
    semi_bold: Face,
    mono: Face,
}

/// One face.
pub(super) struct Face {
    font: Font,
    shaper: rustybuzz::Face<'static>,
    /// Made once: it costs more than shaping a line.
    plan: ShapePlan,
    /// What texts are put together from; nothing where every text is shaped.
    pub(super) plain: Option<Plain>,
}

/// A glyph as it was shaped, in units of the face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Glyph {
    id: u32,
    pub(super) x_advance: i32,
    y_advance: i32,
    x_offset: i32,
    y_offset: i32,
    /// Where the letter begins that it stands for.
    cluster: usize,
}

/// A line that has been shaped and can be drawn.
pub(crate) struct Shaped {
    pub(crate) font: Font,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// In ems.
    width: f32,
}

impl Glyph {
    pub(super) const fn with_advance(self, x_advance: i32) -> Self {
        Self { x_advance, ..self }
    }
}

impl Faces {
    /// The faces, parsed at the first call.
    pub(crate) fn shared() -> Result<&'static Self, PdfError> {
        FACES.as_ref().ok_or_else(|| PdfError::Writer("the built-in typefaces do not parse".to_owned()))
    }

    /// The alphabet in a face.
    pub(super) fn alphabet(&self, weight: Weight) -> (Rc<Shaped>, &'static str) {
        (self.shape(ALPHABET, weight), ALPHABET)
    }

    /// The text with every character that the face lacks replaced by a question mark, and none that is invisible.
    ///
    /// A name in another script is worth a letter with a mark in it, and not worth failing three hundred others.
    pub(crate) fn printable(&self, text: &str, weight: Weight) -> String {
        let face = self.face(weight);
        let letters = text.chars().filter(|letter| !letter.is_control());
        letters.map(|letter| if face.shaper.glyph_index(letter).is_some() { letter } else { '?' }).collect()
    }

    /// Whether every character can be printed as it is.
    pub(crate) fn prints(&self, text: &str, weight: Weight) -> bool {
        let face = self.face(weight);
        text.chars().all(|letter| !letter.is_control() && face.shaper.glyph_index(letter).is_some())
    }

    /// The width of a text in points.
    pub(crate) fn width(&self, text: &str, style: &Style) -> f32 {
        self.shape(text, style.weight).width * style.size
    }

    pub(crate) fn shape(&self, text: &str, weight: Weight) -> Rc<Shaped> {
        SHAPED.with_borrow_mut(|known| {
            if let Some(shaped) = known.get(text).and_then(|faces| faces[weight as usize].as_ref()) {
                return Rc::clone(shaped);
            }
            if known.len() >= REMEMBERED {
                known.clear();
            }
            let shaped = Rc::new(self.shape_anew(text, weight));
            known.entry(text.to_owned()).or_default()[weight as usize] = Some(Rc::clone(&shaped));
            shaped
        })
    }

    fn shape_anew(&self, text: &str, weight: Weight) -> Shaped {
        let face = self.face(weight);
        let glyphs = composed(face, weight, text).unwrap_or_else(|| face.shaped_anew(text));
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Shaped { font: face.font.clone(), glyphs, width }
    }

    /// Breaks a text into lines of at most `width` points: at blanks, and inside a word only if it is longer than
    /// a line. Every line but the last ends in its blank, so that a reader that joins them gets the words apart.
    pub(crate) fn lines(&self, text: &str, style: &Style, width: f32) -> Vec<String> {
        // Most texts fit, and are then shaped as they will be drawn.
        if self.width(text, style) <= width {
            return vec![text.to_owned()];
        }
        let mut lines = Vec::new();
        let mut line = String::new();
        let mut taken = 0.0;
        for word in text.split_inclusive(' ') {
            let (bare, whole) = (self.width(word.trim_end(), style), self.width(word, style));
            if taken + bare <= width {
                line.push_str(word);
                taken += whole;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            if bare <= width {
                word.clone_into(&mut line);
                taken = whole;
                continue;
            }
            for letter in word.chars() {
                line.push(letter);
                if self.width(line.trim_end(), style) > width && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, letter.to_string()));
                }
            }
            taken = self.width(&line, style);
        }
        lines.push(line);
        lines
    }

    /// The largest size, from that of the style down to `smallest`, at which the text fits `most` lines; at the
    /// smallest it takes as many lines as it needs.
    pub(crate) fn fitted(
        &self,
        text: &str,
        style: &Style,
        width: f32,
        most: usize,
        smallest: f32,
    ) -> (Style, Vec<String>) {
        let mut fitted = *style;
        loop {
            let lines = self.lines(text, &fitted, width);
            if lines.len() <= most || fitted.size <= smallest {
                return (fitted, lines);
            }
            fitted = style.sized((fitted.size - 0.5).max(smallest));
        }
    }

    const fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semi_bold,
            Weight::Mono => &self.mono,
        }
    }
}

impl Face {
    fn parse(bytes: &'static [u8], ligatures: bool) -> Option<Self> {
        let (font, shaper) = (Font::new(bytes.into(), 0)?, rustybuzz::Face::from_slice(bytes, 0)?);
        let features = [b"calt", b"liga"].map(|name| Feature::new(Tag::from_bytes(name), u32::from(ligatures), ..));
        let plan = ShapePlan::new(&shaper, Direction::LeftToRight, Some(script::LATIN), None, &features);
        Some(Self { font, shaper, plan, plain: None })
    }

    fn with_plain_letters(self) -> Self {
        Self { plain: Some(Plain::of(|text| self.shaped(text))), ..self }
    }

    /// Shapes a text.
    pub(super) fn shaped(&self, text: &str) -> Vec<Glyph> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        // One plan for all text: what the faces hold is set from left to right, letter by letter.
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        let shaped = rustybuzz::shape_with_plan(&self.shaper, &self.plan, buffer);
        let glyph = |(info, position): (&GlyphInfo, &GlyphPosition)| Glyph {
            id: info.glyph_id,
            x_advance: position.x_advance,
            y_advance: position.y_advance,
            x_offset: position.x_offset,
            y_offset: position.y_offset,
            cluster: info.cluster as usize,
        };
        shaped.glyph_infos().iter().zip(shaped.glyph_positions()).map(glyph).collect()
    }

    /// Shapes a text to be drawn.
    pub(super) fn shaped_anew(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyphs = self.shaped(text);
        let drawn = |(place, glyph): (usize, &Glyph)| {
            // The text is left to right: the faces hold no other script.
            let later = glyphs[place..].iter().map(|other| other.cluster).find(|cluster| *cluster > glyph.cluster);
            self.drawn(glyph, glyph.cluster..later.unwrap_or(text.len()))
        };
        glyphs.iter().enumerate().map(drawn).collect()
    }

    /// A glyph that stands for this part of a text.
    pub(super) fn drawn(&self, glyph: &Glyph, of: Range<usize>) -> KrillaGlyph {
        let [x_advance, x_offset] = [glyph.x_advance, glyph.x_offset].map(|length| self.ems(length));
        let [y_offset, y_advance] = [glyph.y_offset, glyph.y_advance].map(|length| self.ems(length));
        KrillaGlyph::new(GlyphId::new(glyph.id), x_advance, x_offset, y_offset, y_advance, of, None)
    }

    /// Units of the face in ems.
    pub(super) fn ems(&self, length: i32) -> f32 {
        units(length) / self.font.units_per_em()
    }
}

/// Font units as a float: they never exceed 16 bits by much, so nothing is lost.
#[expect(clippy::cast_precision_loss, reason = "advances are far below 2^24")]
fn units(value: i32) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style { weight: Weight::Regular, size: 10.0, leading: 14.0, ink: (0, 0, 0) };

    #[test]
    fn no_line_is_wider_than_asked_and_no_letter_is_lost() {
        let faces = Faces::shared().unwrap();
        let text = "Bostadsrättsföreningen Ångströmsgatans-Parkeringsanläggningsgemenskap vid Älvsjö";
        for width in [20.0, 60.0, 120.0, 500.0] {
            let lines = faces.lines(text, &STYLE, width);
            assert_eq!(lines.concat(), text);
            for line in lines {
                assert!(faces.width(line.trim_end(), &STYLE) <= width, "{line:?} at {width}");
            }
        }
    }

    #[test]
    fn a_text_shrinks_before_it_wraps() {
        let faces = Faces::shared().unwrap();
        let (fitted, lines) = faces.fitted("Kungsgatan 12 lägenhet 1101", &STYLE, 110.0, 1, 6.0);
        assert_eq!(lines.len(), 1);
        assert!(fitted.size < STYLE.size && fitted.size >= 6.0);
        let (fitted, lines) = faces.fitted("Kungsgatan 12 lägenhet 1101", &STYLE, 40.0, 1, 6.0);
        assert!(lines.len() > 1 && fitted.size <= 6.0);
    }

    /// Every pair and every three of the letters that most texts consist of, with blanks between them and without.
    #[test]
    fn what_is_put_together_is_what_would_have_been_shaped() {
        let faces = Faces::shared().unwrap();
        let letters: Vec<char> = " \u{a0}017,./%·AÅTVWYØacefjrtväöøåéæz".chars().collect();
        let words =
            ["P-103", "Växjö", "Max", "10:15–12:00", "(A1)", "–", "× 12", "Ångström-Ö", "A – B", "2 x 4", "1x1", "7"];
        let mut texts: Vec<String> = words.into_iter().map(str::to_owned).collect();
        for one in words {
            for other in words {
                texts.extend([format!("{one} {other}"), format!("Laddning 3 november, plats {one} {other}.")]);
            }
        }
        for one in &letters {
            for other in &letters {
                texts.push(String::from_iter([*one, *other]));
                texts.extend(letters.iter().map(|third| String::from_iter([*one, *other, *third])));
            }
        }
        for weight in [Weight::Regular, Weight::SemiBold] {
            let face = faces.face(weight);
            let mut put_together = 0;
            for text in &texts {
                let Some(glyphs) = composed(face, weight, text) else { continue };
                put_together += 1;
                assert_eq!(format!("{glyphs:?}"), format!("{:?}", face.shaped_anew(text)), "{text:?}");
            }
            assert!(put_together > texts.len() / 2, "{put_together} of {}", texts.len());
        }
    }

    #[test]
    fn the_signs_of_a_password_are_never_joined() {
        let faces = Faces::shared().unwrap();
        assert_eq!(faces.shape("a!=b->c==d", Weight::Mono).glyphs.len(), 10);
        assert!(faces.prints("Fjäll-79-Ørsta_!", Weight::Mono));
    }

    #[test]
    fn what_the_face_lacks_is_marked() {
        let faces = Faces::shared().unwrap();
        assert_eq!(
            faces.printable("Åsa Łukasiewicz Đorđević Sáŋgárra", Weight::Regular),
            "Åsa Łukasiewicz Đorđević Sáŋgárra"
        );
        assert_eq!(faces.printable("李 Li\u{7}", Weight::Regular), "? Li");
        assert!(!faces.prints("李", Weight::Mono));
    }
}
