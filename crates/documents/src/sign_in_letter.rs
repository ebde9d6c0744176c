//! Sign-in letters: one page for each person, in the order in which they will be handed out, behind a list with
//! boxes to tick.
//!
//! A letter carries a password that has not been used, so the bytes that come out of here are a secret. They are made
//! for one print and never stored in the clear.

mod cover;
mod letter;
mod texts;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use stolpe_domain::country::Country;
use stolpe_domain::language::Language;
use zeroize::Zeroizing;

use crate::logo::Logo;
use crate::pdf::{Faces, Paper, PaperInfo, PdfError, Weight, qr_code};

/// Where the window of a C5 envelope shows the address on a sheet of A4 that is folded once.
///
/// Both windows begin 44 mm from the top and are 35 mm high; the address keeps to the part that shows wherever the
/// sheet slides, and nothing else is printed where it might show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressWindow {
    /// Window at the left (V2), as offices in Norway buy them.
    Left,
    /// Window at the right (H2), as offices in Sweden buy them.
    Right,
}

impl AddressWindow {
    /// The usual envelope of a country.
    pub const fn of(country: Country) -> Self {
        match country {
            Country::Se => Self::Right,
            Country::No => Self::Left,
        }
    }
}

/// Whom to ask. Each part is printed only if it is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactBlock {
    /// A phone number, as it is to be dialled by the reader.
    pub phone: Option<String>,
    /// An e-mail address.
    pub email: Option<String>,
    /// Where to come.
    pub visiting_address: Option<String>,
    /// When somebody is there, such as `Vardagar 08.00–15.30`.
    pub hours: Option<String>,
}

/// What all letters of one print share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRun {
    /// The sender.
    pub organisation: String,
    /// The picture that stands for them on the letters.
    pub logo: Option<Logo>,
    /// The name of the facility.
    pub facility: String,
    /// The code of the facility, the first of the three things that sign somebody in.
    pub facility_id: String,
    /// The address of the portal, as it is typed and as the QR code carries it.
    pub portal: String,
    /// Whom to ask.
    pub contact: ContactBlock,
    /// The envelope.
    pub window: AddressWindow,
    /// The date of the letters.
    pub date: NaiveDate,
    /// Who prints them.
    pub printed_by: String,
    /// The language of the list on top, which is read at the desk.
    pub language: Language,
}

/// One letter.
#[derive(Debug, Clone)]
pub struct SignInLetter {
    /// The name of the person.
    pub recipient: String,
    /// Street, post code and town: the lines below the name. May be empty when letters are handed out by hand.
    pub address: Vec<String>,
    /// The code of the unit.
    pub unit_code: Option<String>,
    /// The part of the facility in which the unit lies; the list begins a new heading where it changes.
    pub section: Option<String>,
    /// The second of the three things.
    pub username: String,
    /// The third.
    pub initial_password: Zeroizing<String>,
    /// The language of the letter.
    pub language: Language,
}

/// Draws the list and the letters, in the order given.
///
/// # Errors
/// [`PdfError::Unprintable`] when a facility ID, username or password has a character that the typeface lacks: a
/// letter with a wrong password is worse than none. Names are another matter: there a mark stands in.
pub fn sign_in_letters(run: &LetterRun, letters: &[SignInLetter]) -> Result<Zeroizing<Vec<u8>>, PdfError> {
    let faces = Faces::shared()?;
    let exact = |text: &str| faces.prints(text, Weight::Mono) && !text.is_empty();
    let details = letters.iter().flat_map(|letter| [letter.username.as_str(), letter.initial_password.as_str()]);
    if !details.chain([run.facility_id.as_str()]).all(exact) {
        return Err(PdfError::Unprintable);
    }
    let qr_code = qr_code(&run.portal)?;
    let title = texts::cover(run.language).title;
    let info = PaperInfo { title, author: &run.organisation, date: run.date, language: run.language };
    let mut paper = Paper::new(&info)?;
    cover::draw(&mut paper, run, letters)?;
    for (letter, number) in letters.iter().zip(1_usize..) {
        letter::draw(&mut paper, run, letter, &qr_code, &format!("{number} / {}", letters.len()))?;
    }
    paper.finish().map(Zeroizing::new)
}
