//! E-mail addresses: the form is checked here, whether anyone reads the mail is for the outbox to learn.

use std::fmt;
use std::str::FromStr as _;

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};

use crate::text_value::text_value;

/// A well-formed address with its domain in lower case. The part before the `@` keeps its case, since only the
/// receiving server may say whether it matters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

text_value!(Email, EmailError, "email");

/// Why a text is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Not of the form `name@domain.tld`.
    #[error("not written as an e-mail address")]
    Malformed,
}

impl EmailError {
    /// The stable word that screens and fault lists translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "email.malformed",
        }
    }
}

impl Email {
    /// Reads one address; blanks around it and the `mailto:` of a copied link fall away.
    ///
    /// The parser is the one that the mail sender uses too, so an address that is accepted here can be sent to.
    ///
    /// # Errors
    /// [`EmailError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        let text = text.strip_prefix("mailto:").unwrap_or(text);
        let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
        let address = EmailAddress::parse_with_options(text, options).map_err(|_refusal| EmailError::Malformed)?;
        let normalised = format!("{}@{}", address.local_part(), address.domain().to_lowercase());
        // Lower case may differ in length from upper case; what is stored must read back.
        EmailAddress::from_str(&normalised).map_err(|_refusal| EmailError::Malformed)?;
        Ok(Self(normalised))
    }

    /// Reads a stored address back.
    ///
    /// # Errors
    /// The same as [`Email::parse`].
    pub fn parse_stored(text: &str) -> Result<Self, EmailError> {
        Self::parse(text)
    }

    /// The address as it is written to.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address in lower case throughout: what sign-in and the search for duplicates compare, since in practice
    /// no one has two mailboxes that differ in case.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(" Anna.Andersson@Example.SE ", "Anna.Andersson@example.se")]
    #[case("mailto:kari@eksempel.no", "kari@eksempel.no")]
    #[case("åsa@exempel-önskan.se", "åsa@exempel-önskan.se")]
    #[case("o'brien+post@mail.example.org", "o'brien+post@mail.example.org")]
    fn an_address_is_trimmed_and_its_domain_lowered(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(Email::parse(text).unwrap().as_str(), expected);
    }

    #[rstest]
    #[case("")]
    #[case("anna")]
    #[case("anna@")]
    #[case("@example.se")]
    #[case("anna@localhost")]
    #[case("anna@example..se")]
    #[case("anna@@example.se")]
    #[case("anna andersson@example.se")]
    #[case("anna@example.se, bo@example.se")]
    #[case("Anna <anna@example.se>")]
    #[case("anna@[192.0.2.1]")]
    #[case("anna@example.se\r\nBcc: x@example.org")]
    fn what_is_no_single_address_is_refused(#[case] text: &str) {
        assert_eq!(Email::parse(text), Err(EmailError::Malformed));
    }

    #[test]
    fn two_spellings_of_one_mailbox_fold_to_the_same_text() {
        let spelt = Email::parse("Anna@Example.se").unwrap();
        assert_eq!(spelt.folded(), Email::parse("anna@example.SE").unwrap().folded());
    }

    proptest! {
        #[test]
        fn an_accepted_address_reads_back_unchanged(text in "\\PC{0,12}@\\PC{1,12}\\.[a-zA-Z]{2,4}") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::parse_stored(email.as_str()), Ok(email));
            }
        }
    }
}
