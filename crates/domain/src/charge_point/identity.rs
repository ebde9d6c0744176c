//! Who a charge point says it is: the last segment of the address that it connects to.

use crate::text_value::text_value;
use serde::{Deserialize, Serialize};
use std::fmt;

/// OCPP 2.0.1 allows 48 characters; 1.6 names no limit.
const LONGEST: usize = 48;

/// The identity of a charge point, as it stands in its own settings. Upper and lower case differ.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Identity(String);

text_value!(Identity, NoIdentity, "charge-point-identity");

/// The text names no charge point that could be kept apart from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identity of a charge point")]
pub struct NoIdentity;

impl NoIdentity {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        "identity.malformed"
    }
}

impl Identity {
    /// Reads an identity that is no longer percent-encoded.
    ///
    /// # Errors
    /// [`NoIdentity`] when it is empty or longer than 48 characters, or holds a colon (HTTP Basic splits there), a slash
    /// or a control character.
    pub fn parse(text: &str) -> Result<Self, NoIdentity> {
        let fits = (1..=LONGEST).contains(&text.chars().count());
        let clean = !text.contains([':', '/']) && !text.chars().any(char::is_control) && text.trim() == text;
        // A segment of dots is taken for a way through folders by whatever stands in between.
        let is_dots = matches!(text, "." | "..");
        if fits && clean && !is_dots { Ok(Self(text.to_owned())) } else { Err(NoIdentity) }
    }

    /// Reads a stored identity back.
    ///
    /// # Errors
    /// The same as [`Identity::parse`].
    pub fn parse_stored(text: &str) -> Result<Self, NoIdentity> {
        Self::parse(text)
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("AL 1000")]
    #[case("TRAFFIC_0175")]
    #[case("Låda-3")]
    fn what_chargers_are_called_is_taken(#[case] text: &str) {
        assert_eq!(Identity::parse(text).map(|id| id.as_str().to_owned()), Ok(text.to_owned()));
    }

    #[rstest]
    #[case("")]
    #[case(" AL1000")]
    #[case("a:b")]
    #[case("a/b")]
    #[case("a\u{0}b")]
    #[case("..")]
    #[case("1234567890123456789012345678901234567890123456789")]
    fn what_could_not_be_kept_apart_is_refused(#[case] text: &str) {
        assert_eq!(Identity::parse(text), Err(NoIdentity));
    }
}
