//! References that a payer types and a bank checks: OCR in Sweden, KID in Norway.

use crate::check_digit::{luhn_digit, luhn_holds, modulus_11};
use crate::words::words;

/// The longest reference of either country, check digit and all.
const LONGEST: usize = 25;

words! {
    /// The rule of a reference, as agreed with the bank.
    ReferenceRule {
        /// OCR with a check digit (levels 1 and 2 of the agreement).
        Ocr = "ocr",
        /// OCR with a length digit before the check digit (levels 3 and 4): a lost digit is noticed even if the check
        /// digit happens to hold.
        OcrWithLength = "ocr_length",
        /// KID with the Luhn digit (MOD10).
        KidMod10 = "kid_mod10",
        /// KID with modulus 11, in which a check digit of ten is written as `-` (MOD11).
        KidMod11 = "kid_mod11",
    }
}

/// The number cannot be made a reference: it is no number, or too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a number of which a payment reference can be made")]
pub struct NoReference;

impl ReferenceRule {
    /// The reference for a number.
    ///
    /// # Errors
    /// [`NoReference`] for anything but digits, for none of them, and for too many.
    pub fn reference(self, base: &str) -> Result<String, NoReference> {
        let controls = if self == Self::OcrWithLength { 2 } else { 1 };
        let length = base.len() + controls;
        if base.is_empty() || !base.bytes().all(|byte| byte.is_ascii_digit()) || length > LONGEST {
            return Err(NoReference);
        }
        let mut reference = base.to_owned();
        match self {
            Self::Ocr | Self::KidMod10 => {}
            Self::OcrWithLength => reference.push_str(&(length % 10).to_string()),
            Self::KidMod11 => {
                reference.push(char::from(mod_11(base.as_bytes())));
                return Ok(reference);
            }
        }
        reference.push(char::from(luhn_digit(reference.as_bytes())));
        Ok(reference)
    }

    /// Whether a reference keeps the rule, blanks aside.
    pub fn holds(self, reference: &str) -> bool {
        let reference: String = reference.chars().filter(|letter| !letter.is_whitespace()).collect();
        let Some((base, check)) = reference.split_at_checked(reference.len().saturating_sub(1)) else { return false };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(base) || reference.len() > LONGEST {
            return false;
        }
        match self {
            Self::KidMod11 => check.as_bytes() == [mod_11(base.as_bytes())],
            _ if !digits(check) || !luhn_holds(reference.as_bytes()) => false,
            Self::OcrWithLength => base.ends_with(&(reference.len() % 10).to_string()),
            Self::Ocr | Self::KidMod10 => true,
        }
    }
}

/// The modulus 11 sign: weights 2 to 7 from the right, again and again.
fn mod_11(base: &[u8]) -> u8 {
    let weights: Vec<u32> = (2..=7).cycle().take(base.len()).collect();
    let reversed: Vec<u8> = base.iter().rev().copied().collect();
    modulus_11(&reversed, &weights).unwrap_or(b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published_numbers;
    use proptest::prelude::*;
    use rstest::rstest;

    #[test]
    fn swedish_references_are_as_published() {
        for row in published_numbers::rows("ocr_references_se.csv") {
            let [base, length, padding, ocr, valid] = &row[..5] else { panic!("{row:?}") };
            let rule = if length == "yes" { ReferenceRule::OcrWithLength } else { ReferenceRule::Ocr };
            assert_eq!(rule.holds(ocr), valid == "true", "{row:?}");
            if !base.is_empty() {
                assert_eq!(rule.reference(&format!("{base}{padding}")).as_ref(), Ok(ocr), "{row:?}");
            }
        }
    }

    #[test]
    fn norwegian_references_are_as_published() {
        for row in published_numbers::rows("kid_no.csv") {
            let rule = if row[1] == "MOD10" { ReferenceRule::KidMod10 } else { ReferenceRule::KidMod11 };
            assert_eq!(rule.holds(&row[0]), row[2] == "true", "{row:?}");
        }
    }

    #[rstest]
    #[case(ReferenceRule::Ocr, "12345", "123455")]
    #[case(ReferenceRule::OcrWithLength, "12345", "1234574")]
    #[case(ReferenceRule::OcrWithLength, "100123", "10012383")]
    #[case(ReferenceRule::KidMod10, "2345676", "23456767")]
    #[case(ReferenceRule::KidMod11, "2345676", "23456761")]
    #[case(ReferenceRule::KidMod11, "40", "40-")]
    fn a_number_becomes_the_reference_that_banks_make_of_it(
        #[case] rule: ReferenceRule,
        #[case] base: &str,
        #[case] reference: &str,
    ) {
        assert_eq!(rule.reference(base).as_deref(), Ok(reference));
    }

    #[rstest]
    #[case("")]
    #[case("12a")]
    #[case("1234567890123456789012345")]
    fn what_cannot_be_a_reference_is_refused(#[case] base: &str) {
        assert_eq!(ReferenceRule::Ocr.reference(base), Err(NoReference));
        assert!(!ReferenceRule::Ocr.holds(""));
    }

    proptest! {
        #[test]
        fn a_mistyped_digit_is_noticed(base in "[0-9]{1,20}", place in any::<prop::sample::Index>(), add in 1u8..10) {
            for rule in ReferenceRule::ALL {
                let reference = rule.reference(&base).expect("a reference");
                prop_assert!(rule.holds(&reference));
                let mut wrong = reference.into_bytes();
                let place = place.index(base.len());
                wrong[place] = (wrong[place] - b'0' + add) % 10 + b'0';
                prop_assert!(!rule.holds(std::str::from_utf8(&wrong).expect("digits")), "{rule:?}");
            }
        }
    }
}
