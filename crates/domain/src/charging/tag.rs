//! Tags: what a card reader reads, or what stands for a phone.

use crate::text_value::text_value;
use serde::{Deserialize, Serialize};

/// OCPP 1.6 allows 20 characters.
const LONGEST: usize = 20;

/// An id tag. Upper and lower case are the same tag (OCPP 1.6, 7.28), so it is kept in upper case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdTag(String);

text_value!(IdTag, IdTagError, "id-tag");

/// Why a text is no tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdTagError {
    /// Nothing there.
    #[error("a tag is not empty")]
    Empty,
    /// More than 20 characters, which no charge point would send whole.
    #[error("a tag has at most {LONGEST} characters")]
    TooLong,
    /// Something that cannot be printed or is not ASCII.
    #[error("a tag consists of printable ASCII characters")]
    Unprintable,
}

impl IdTagError {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "required",
            Self::TooLong => "id_tag.too_long",
            Self::Unprintable => "id_tag.unprintable",
        }
    }
}

impl IdTag {
    /// Reads a tag as a person or a charge point writes it.
    ///
    /// # Errors
    /// [`IdTagError`].
    pub fn parse(text: &str) -> Result<Self, IdTagError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(IdTagError::Empty);
        }
        if !text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            return Err(IdTagError::Unprintable);
        }
        if text.len() > LONGEST {
            return Err(IdTagError::TooLong);
        }
        Ok(Self(text.to_ascii_uppercase()))
    }

    /// Reads a stored tag back.
    ///
    /// # Errors
    /// The same as [`IdTag::parse`].
    pub fn parse_stored(text: &str) -> Result<Self, IdTagError> {
        Self::parse(text)
    }

    /// The text in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("04a2b3c4d5e680", Ok("04A2B3C4D5E680"))]
    #[case(" 20:69:C0:00 ", Ok("20:69:C0:00"))]
    #[case("  ", Err(IdTagError::Empty))]
    #[case("123456789012345678901", Err(IdTagError::TooLong))]
    #[case("kort\u{0}1", Err(IdTagError::Unprintable))]
    #[case("Åsa", Err(IdTagError::Unprintable))]
    fn a_tag_is_the_same_in_upper_and_lower_case(#[case] text: &str, #[case] expected: Result<&str, IdTagError>) {
        assert_eq!(IdTag::parse(text).map(String::from), expected.map(str::to_owned));
    }
}
