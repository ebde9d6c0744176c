//! Personal numbers of Sweden and Norway: what the state calls a person. Parsed with check digits and birth date,
//! wiped from memory after use, and never shown whole unless asked for by name.
//!
//! There is deliberately no serde here: a personal number leaves the vault only through an audited verb.

use std::fmt;

use chrono::{Datelike as _, Months, NaiveDate};
use zeroize::Zeroizing;

use crate::check_digit::{luhn_holds, modulus_11};
use crate::country::Country;

/// Weights of the two Norwegian check digits, from the left (Skatteetaten).
const FIRST_WEIGHTS: [u32; 9] = [3, 7, 6, 1, 8, 9, 4, 5, 2];
const SECOND_WEIGHTS: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/// From this year Norway issues numbers whose first check digit need not hold.
const NORWEGIAN_RULE_CHANGES: i32 = 2032;

/// A valid personal number.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalNumber {
    country: Country,
    kind: PersonalNumberKind,
    birth_date: Option<NaiveDate>,
    check_digits_hold: bool,
    digits: Zeroizing<String>,
}

/// Which register a number comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PersonalNumberKind {
    /// The population register: *personnummer*, *fødselsnummer*.
    Resident,
    /// For people who are not registered as living in the country: *samordningsnummer*, *D-nummer*.
    Coordination,
    /// Issued by a Norwegian hospital (*H-nummer*, *FH-nummer*); it means nothing outside of it.
    Hospital,
    /// A synthetic person of the Norwegian test register (Tenor).
    Synthetic,
}

/// Why a text is no personal number. The text itself is never part of the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PersonalNumberError {
    /// Something else than digits and a separator, or the wrong number of digits.
    #[error("not written as a personal number")]
    Malformed,
    /// The digits name a day that does not exist, or one that has not come yet.
    #[error("the birth date in the personal number does not exist")]
    BirthDate,
    /// A check digit does not follow from the others: most often one mistyped digit.
    #[error("the check digit of the personal number does not hold")]
    CheckDigit,
    /// A Swedish interim number (a letter in the serial), which is replaced as soon as the person is registered.
    #[error("an interim number is not a personal number")]
    Interim,
}

impl PersonalNumberError {
    /// The stable word that screens and fault lists translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "personal_number.malformed",
            Self::BirthDate => "personal_number.birth_date",
            Self::CheckDigit => "personal_number.check_digit",
            Self::Interim => "personal_number.interim",
        }
    }
}

impl PersonalNumber {
    /// Reads a number as people write it. `today` settles the century of a Swedish number with ten digits and
    /// refuses birth dates to come.
    ///
    /// # Errors
    /// [`PersonalNumberError`], without the text.
    pub fn parse(country: Country, text: &str, today: NaiveDate) -> Result<Self, PersonalNumberError> {
        match country {
            Country::Se => parse_swedish(text, today),
            Country::No => parse_norwegian(text, today),
        }
    }

    /// Reads the canonical digits back; the country follows from how many they are.
    ///
    /// # Errors
    /// The same as [`PersonalNumber::parse`].
    pub fn from_canonical(digits: &str, today: NaiveDate) -> Result<Self, PersonalNumberError> {
        match digits.len() {
            12 => parse_swedish(digits, today),
            11 => parse_norwegian(digits, today),
            _ => Err(PersonalNumberError::Malformed),
        }
    }

    /// The country that issued the number.
    pub const fn country(&self) -> Country {
        self.country
    }

    /// Which register the number comes from.
    pub const fn kind(&self) -> PersonalNumberKind {
        self.kind
    }

    /// When the person was born; an FH number carries no date.
    pub const fn birth_date(&self) -> Option<NaiveDate> {
        self.birth_date
    }

    /// False for a Norwegian number of the form issued from 2032 on, whose first check digit cannot confirm it.
    /// Such a number is worth a question, not a refusal.
    pub const fn check_digits_hold(&self) -> bool {
        self.check_digits_hold
    }

    /// The whole number as digits, twelve in Sweden and eleven in Norway: for the vault and for comparison only.
    pub fn canonical(&self) -> &str {
        &self.digits
    }

    /// The whole number as its country writes it: `ÅÅMMDD-NNNN` (with `+` from the year one turns a hundred, hence
    /// `today`) or `DDMMÅÅ NNNNN`. To be called only by the verb that records who looked and why.
    pub fn revealed(&self, today: NaiveDate) -> Zeroizing<String> {
        Zeroizing::new(match self.country {
            Country::Se => {
                let old = self.birth_date.is_some_and(|birth| today.year() - birth.year() >= 100);
                format!("{}{}{}", &self.digits[2..8], if old { '+' } else { '-' }, &self.digits[8..])
            }
            Country::No => format!("{} {}", &self.digits[..6], &self.digits[6..]),
        })
    }

    /// The number with its last digits hidden: enough to tell two people of one name apart, not enough to use.
    pub fn masked(&self) -> String {
        match self.country {
            Country::Se => format!("{}-••••", &self.digits[2..8]),
            Country::No => format!("{} •••••", &self.digits[..6]),
        }
    }
}

/// Shows the country alone, so that no log line can carry a number.
impl fmt::Debug for PersonalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonalNumber({}, ••••)", self.country)
    }
}

/// Says whether ten digits name a day that exists in some century; sole traders carry such numbers.
pub(crate) fn is_a_swedish_birth_number(ten_digits: &str) -> bool {
    let Some((year, month, day)) = date_parts(ten_digits) else { return false };
    let day = if day > 60 { day - 60 } else { day };
    // 2000 was a leap year and 1900 was not, so one of them has every day that can exist.
    [1900, 2000].iter().any(|century| NaiveDate::from_ymd_opt(century + year, month, day).is_some())
}

fn parse_swedish(text: &str, today: NaiveDate) -> Result<PersonalNumber, PersonalNumberError> {
    let mut digits = Zeroizing::new(String::with_capacity(12));
    let mut plus = false;
    let mut interim = false;
    for letter in text.trim().chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            '+' => plus = true,
            '-' | '–' => {}
            'A'..='Z' => interim = true,
            letter if letter.is_whitespace() => {}
            _ => return Err(PersonalNumberError::Malformed),
        }
    }
    if interim {
        let one_letter = text.chars().filter(char::is_ascii_uppercase).count() == 1;
        let known = text.contains(['T', 'R', 'S', 'U', 'W', 'X', 'J', 'K', 'L', 'M', 'N']);
        let shaped = one_letter && known && matches!(digits.len(), 9 | 11);
        return Err(if shaped { PersonalNumberError::Interim } else { PersonalNumberError::Malformed });
    }
    let short = match digits.len() {
        10 => &digits[..],
        12 => &digits[2..],
        _ => return Err(PersonalNumberError::Malformed),
    };
    // The serial 000 is never issued, though its check digit may hold.
    if &short[6..9] == "000" {
        return Err(PersonalNumberError::Malformed);
    }
    let (year, month, day) = date_parts(short).ok_or(PersonalNumberError::Malformed)?;
    let (kind, day) =
        if day > 60 { (PersonalNumberKind::Coordination, day - 60) } else { (PersonalNumberKind::Resident, day) };
    let birth = if digits.len() == 12 {
        let century: i32 = digits[..2].parse().map_err(|_refusal| PersonalNumberError::Malformed)?;
        NaiveDate::from_ymd_opt(century * 100 + year, month, day).filter(|birth| *birth <= today)
    } else {
        youngest_birth(year, month, day, plus, today)
    };
    // The year 1800 is a floor that no living person reaches; it catches "16…" of organisations.
    let birth = birth.filter(|birth| birth.year() >= 1800).ok_or(PersonalNumberError::BirthDate)?;
    if !luhn_holds(short.as_bytes()) {
        return Err(PersonalNumberError::CheckDigit);
    }
    let canonical = Zeroizing::new(format!("{:02}{short}", birth.year() / 100));
    Ok(PersonalNumber {
        country: Country::Se,
        kind,
        birth_date: Some(birth),
        check_digits_hold: true,
        digits: canonical,
    })
}

/// The latest birth that fits two digits of a year: not after today, and with `+` in or before the year that is a
/// hundred years ago (the sign changes at new year, not on the birthday).
fn youngest_birth(year: i32, month: u32, day: u32, plus: bool, today: NaiveDate) -> Option<NaiveDate> {
    let limit = if plus {
        NaiveDate::from_ymd_opt(today.checked_sub_months(Months::new(1200))?.year(), 12, 31)?
    } else {
        today
    };
    let century = limit.year() / 100 * 100;
    [century + year, century - 100 + year]
        .into_iter()
        .filter_map(|full_year| NaiveDate::from_ymd_opt(full_year, month, day))
        .find(|birth| *birth <= limit)
}

fn parse_norwegian(text: &str, today: NaiveDate) -> Result<PersonalNumber, PersonalNumberError> {
    let mut digits = Zeroizing::new(String::with_capacity(11));
    for letter in text.trim().chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            letter if letter.is_whitespace() => {}
            _ => return Err(PersonalNumberError::Malformed),
        }
    }
    if digits.len() != 11 {
        return Err(PersonalNumberError::Malformed);
    }
    let (kind, birth_date) = norwegian_birth(&digits)?;
    if birth_date.is_some_and(|birth| birth > today) {
        return Err(PersonalNumberError::BirthDate);
    }
    let bytes = digits.as_bytes();
    let first_holds = modulus_11(&bytes[..9], &FIRST_WEIGHTS) == Some(bytes[9]);
    let second_holds = modulus_11(&bytes[..10], &SECOND_WEIGHTS) == Some(bytes[10]);
    if !second_holds || (!first_holds && today.year() < NORWEGIAN_RULE_CHANGES) {
        return Err(PersonalNumberError::CheckDigit);
    }
    Ok(PersonalNumber { country: Country::No, kind, birth_date, check_digits_hold: first_holds, digits })
}

fn norwegian_birth(digits: &str) -> Result<(PersonalNumberKind, Option<NaiveDate>), PersonalNumberError> {
    let (day, month, year) = match date_parts(digits) {
        Some((day, month, year)) => (u32::try_from(day).unwrap_or(0), month, i32::try_from(year).unwrap_or(0)),
        None => return Err(PersonalNumberError::Malformed),
    };
    if day >= 80 {
        return Ok((PersonalNumberKind::Hospital, None));
    }
    let (mut kind, day) =
        if day > 40 { (PersonalNumberKind::Coordination, day - 40) } else { (PersonalNumberKind::Resident, day) };
    let month = match month {
        81.. => {
            kind = PersonalNumberKind::Synthetic;
            month - 80
        }
        41..=52 => {
            kind = PersonalNumberKind::Hospital;
            month - 40
        }
        _ => month,
    };
    let individual: i32 = digits[6..9].parse().map_err(|_refusal| PersonalNumberError::Malformed)?;
    let century = match (individual, year) {
        (0..=499, _) | (900..=999, 40..) => 1900,
        (500..=749, 54..) => 1800,
        (500..=999, ..=39) => 2000,
        _ => return Err(PersonalNumberError::BirthDate),
    };
    let birth = NaiveDate::from_ymd_opt(century + year, month, day).ok_or(PersonalNumberError::BirthDate)?;
    Ok((kind, Some(birth)))
}

/// The three leading pairs of digits.
fn date_parts(digits: &str) -> Option<(i32, u32, u32)> {
    Some((digits.get(..2)?.parse().ok()?, digits.get(2..4)?.parse().ok()?, digits.get(4..6)?.parse().ok()?))
}

#[cfg(test)]
#[path = "personal_number_tests.rs"]
mod tests;
