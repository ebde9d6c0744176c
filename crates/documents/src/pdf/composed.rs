//! Texts put together from what was shaped before: most letters stand where the letter after them puts them, whatever else
//! is on the line, and to look that up takes a hundredth of shaping the line.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicI32, Ordering};

use krilla::text::KrillaGlyph;

use super::faces::{Face, Glyph, Weight};

/// The letters from the blank on that have a place in the table: those of Latin-1.
const LETTERS: usize = 0x100 - FIRST;
const FIRST: usize = 0x20;

/// How many words are remembered, at a few hundred bytes each; then all are forgotten.
const REMEMBERED: usize = 4_000;

/// A word in each face that it was set in.
type Word = [Option<Rc<[KrillaGlyph]>>; 3];

thread_local! {
    /// Words with letters that are not plain, as they were shaped: the names of places and units of a run are few.
    static WORDS: RefCell<HashMap<String, Word>> = RefCell::default();
}

/// Whether a letter has one shape, and a place that follows from the letter after it alone. Dashes, brackets and colons
/// rise beside figures and capitals, and an x between figures is a sign of multiplication.
pub(super) const fn is_plain(letter: char) -> bool {
    matches!(letter,
        ' ' | '\u{a0}' | ',' | '.' | '\'' | '/' | '%' | '&' | '?' | ';' | '§' | '·' | '0'..='9' | 'A'..='Z' | 'a'..='w' | 'y'
        | 'z' | 'Å' | 'Ä' | 'Ö' | 'å' | 'ä' | 'ö' | 'Æ' | 'Ø' | 'æ' | 'ø' | 'É' | 'é' | 'Ü' | 'ü')
}

/// What is known of the plain letters of a face.
pub(super) struct Plain {
    /// Each by itself.
    letters: Vec<Option<Glyph>>,
    /// The advance of each before each other one in units of the face; 0 until it was asked for.
    pairs: Vec<AtomicI32>,
}

impl Plain {
    pub(super) fn of(shape: impl Fn(&str) -> Vec<Glyph>) -> Self {
        let alone = |letter: char| {
            let glyphs = is_plain(letter).then(|| shape(letter.encode_utf8(&mut [0; 4])))?;
            <[Glyph; 1]>::try_from(glyphs).ok().map(|[glyph]| glyph)
        };
        let letters = (FIRST..FIRST + LETTERS).map(|code| u8::try_from(code).ok().map(char::from).and_then(alone));
        Self { letters: letters.collect(), pairs: (0..LETTERS * LETTERS).map(|_| AtomicI32::new(0)).collect() }
    }

    fn glyph(&self, letter: char) -> Option<Glyph> {
        *self.letters.get((letter as usize).checked_sub(FIRST)?)?
    }

    /// How far it is from a letter to the one after it.
    fn advance(&self, letter: char, next: Option<char>, shape: impl Fn(&str) -> Vec<Glyph>) -> Option<i32> {
        let alone = self.glyph(letter)?;
        let Some(next) = next else { return Some(alone.x_advance) };
        self.glyph(next)?;
        let known = self.pairs.get((letter as usize - FIRST) * LETTERS + (next as usize - FIRST))?;
        match known.load(Ordering::Relaxed) {
            0 => {
                let advance = shape(&String::from_iter([letter, next])).first()?.x_advance;
                known.store(advance, Ordering::Relaxed);
                Some(advance)
            }
            advance => Some(advance),
        }
    }
}

/// The glyphs of a text; nothing when they cannot be told without shaping all of it.
pub(super) fn composed(face: &Face, weight: Weight, text: &str) -> Option<Vec<KrillaGlyph>> {
    let plain = face.plain.as_ref()?;
    let advance = |letter, next| plain.advance(letter, next, |text| face.shaped(text));
    let mut glyphs = Vec::with_capacity(text.len());
    let mut start = 0;
    for word in text.split_inclusive(' ') {
        let mut letters = word.char_indices().peekable();
        let after = text[start + word.len()..].chars().next();
        if !word.chars().all(is_plain) {
            let bare = word.trim_end_matches(' ');
            // What stands at its ends must not depend on the words beside it.
            let last = bare.chars().next_back().filter(|letter| is_plain(*letter))?;
            if word.len() == text.len() || !bare.starts_with(is_plain) {
                return None;
            }
            glyphs.extend(shaped_word(face, weight, bare).iter().map(|glyph| moved(glyph, start)));
            if bare.len() < word.len() {
                glyphs.last_mut()?.x_advance = face.ems(advance(last, Some(' '))?);
            }
            while letters.next_if(|(place, _)| *place < bare.len()).is_some() {}
        }
        while let Some((place, letter)) = letters.next() {
            let next = letters.peek().map(|(_, letter)| *letter).or(after);
            let glyph = plain.glyph(letter)?.with_advance(advance(letter, next)?);
            let place = start + place;
            glyphs.push(face.drawn(&glyph, place..place + letter.len_utf8()));
        }
        start += word.len();
    }
    Some(glyphs)
}

fn shaped_word(face: &Face, weight: Weight, word: &str) -> Rc<[KrillaGlyph]> {
    WORDS.with_borrow_mut(|known| {
        if let Some(shaped) = known.get(word).and_then(|faces| faces[weight as usize].as_ref()) {
            return Rc::clone(shaped);
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        let shaped: Rc<[KrillaGlyph]> = face.shaped_anew(word).into();
        known.entry(word.to_owned()).or_default()[weight as usize] = Some(Rc::clone(&shaped));
        shaped
    })
}

fn moved(glyph: &KrillaGlyph, by: usize) -> KrillaGlyph {
    let range = glyph.text_range.start + by..glyph.text_range.end + by;
    KrillaGlyph { text_range: range, ..glyph.clone() }
}
