//! The password of a charge point in HTTP Basic (security profiles 1 and 2 of the OCPP 1.6 security whitepaper).
//!
//! The key is bytes. The standard sends them raw, many chargers send their hexadecimal digits or a plain text, and a
//! header that is decoded as UTF-8 loses the first kind.

use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{GeneralPurposeConfig, STANDARD};
use zeroize::Zeroizing;

/// The user and password that a charge point sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Should be the identity in the address.
    pub user: Vec<u8>,
    password: Vec<u8>,
}

/// Padding is optional: some firmwares leave it out.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl Credentials {
    /// Reads the value of an `Authorization` header; nothing when it is not HTTP Basic.
    pub fn read(header: &[u8]) -> Option<Self> {
        let (scheme, encoded) = header.split_at_checked(6)?;
        if !scheme.eq_ignore_ascii_case(b"basic ") {
            return None;
        }
        let decoded = LENIENT.decode(encoded.trim_ascii()).ok()?;
        let colon = decoded.iter().position(|byte| *byte == b':')?;
        Some(Self { user: decoded[..colon].to_vec(), password: decoded[colon + 1..].to_vec() })
    }

    /// The header that these credentials are sent as; for charge points of our own making.
    pub fn header(user: &str, password: &[u8]) -> String {
        let mut pair = user.as_bytes().to_vec();
        pair.push(b':');
        pair.extend_from_slice(password);
        format!("Basic {}", STANDARD.encode(pair))
    }

    /// The ways in which the key may have been written; any one that matches is a match.
    ///
    /// The bytes as they came are first. When they are hexadecimal digits, the key may be what they stand for.
    pub fn candidates(&self) -> impl Iterator<Item = Vec<u8>> {
        let of_hex = hex_bytes(&self.password);
        std::iter::once(self.password.clone()).chain(of_hex)
    }
}

/// Says who, never the password.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("user", &String::from_utf8_lossy(&self.user)).finish_non_exhaustive()
    }
}

/// A key that a charge point is told, in hexadecimal digits (`AuthorizationKey`). It is never shown, and never kept beside
/// what was asked.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NewKey(Zeroizing<String>);

impl NewKey {
    /// The key with these digits.
    pub const fn new(digits: Zeroizing<String>) -> Self {
        Self(digits)
    }

    /// Its digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewKey")
    }
}

/// A key of 16 to 20 bytes written as hexadecimal digits.
fn hex_bytes(digits: &[u8]) -> Option<Vec<u8>> {
    if !(32..=40).contains(&digits.len()) || !digits.len().is_multiple_of(2) {
        return None;
    }
    digits
        .chunks_exact(2)
        .map(|pair| {
            let text = std::str::from_utf8(pair).ok().filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()))?;
            u8::from_str_radix(text, 16).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hex_text(key: &[u8]) -> String {
        use std::fmt::Write as _;
        key.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02X}");
            text
        })
    }

    #[test]
    fn the_sample_of_the_standard_is_read_as_bytes() {
        // OCPP-J 1.6, 6.2.1: AL1000 with the key 0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF.
        let read = Credentials::read(b"Basic QUwxMDAwOgABAgMEBQYH////////////////").expect("credentials");
        assert_eq!(read.user, b"AL1000");
        let key: Vec<u8> = (0..8).chain([0xFF; 12]).collect();
        assert_eq!(read.candidates().collect::<Vec<_>>(), [key]);
    }

    proptest! {
        #[test]
        fn a_key_is_known_again_as_bytes_and_as_hexadecimal_text(key in proptest::collection::vec(any::<u8>(), 16..=20)) {
            let hex = hex_text(&key);
            for written in [key.clone(), hex.clone().into_bytes(), hex.to_lowercase().into_bytes()] {
                let header = Credentials::header("AL 1000", &written);
                let read = Credentials::read(header.as_bytes()).expect("credentials");
                prop_assert_eq!(&read.user, b"AL 1000");
                prop_assert!(read.candidates().any(|candidate| candidate == key));
            }
        }
    }

    #[test]
    fn other_schemes_and_broken_text_are_no_credentials() {
        for header in [&b"Bearer abc"[..], b"Basic !!!", b"Basic QUwxMDAw", b"", b"Basic"] {
            assert_eq!(Credentials::read(header), None, "{}", String::from_utf8_lossy(header));
        }
    }

    #[test]
    fn a_log_never_shows_the_password() {
        let read = Credentials::read(Credentials::header("AL1000", b"topsecret").as_bytes()).expect("credentials");
        assert!(!format!("{read:?}").contains("topsecret"));
    }
}
