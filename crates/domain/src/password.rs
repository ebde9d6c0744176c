//! What a password must be (PAR-04), and how an initial one is made (PRE-05).

use serde::{Deserialize, Serialize};

/// The configurable policy. The default is the one that the parking portal publishes (PAR-04).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own that is on or off")]
pub struct PasswordPolicy {
    /// Shortest length, in characters; never below [`PasswordPolicy::SHORTEST`].
    pub min_length: u16,
    /// At least one upper-case letter.
    pub upper: bool,
    /// At least one lower-case letter.
    pub lower: bool,
    /// At least one digit.
    pub digit: bool,
    /// At least one of `symbols`.
    pub symbol: bool,
    /// What counts as a symbol.
    pub symbols: String,
    /// Refuse passwords that are known from leaks.
    pub block_leaked: bool,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            min_length: 8,
            upper: true,
            lower: true,
            digit: true,
            symbol: true,
            symbols: "!@#$%^*".into(),
            block_leaked: true,
        }
    }
}

/// One rule that a password breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordFault {
    /// Too few characters.
    TooShort,
    /// Longer than the hash takes in good time.
    TooLong,
    /// No upper-case letter.
    NoUpper,
    /// No lower-case letter.
    NoLower,
    /// No digit.
    NoDigit,
    /// None of the symbols.
    NoSymbol,
    /// On the list of leaked passwords.
    Leaked,
    /// The same as the username.
    Username,
}

impl PasswordFault {
    /// The stable word that the interface translates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "password.too_short",
            Self::TooLong => "password.too_long",
            Self::NoUpper => "password.no_upper",
            Self::NoLower => "password.no_lower",
            Self::NoDigit => "password.no_digit",
            Self::NoSymbol => "password.no_symbol",
            Self::Leaked => "password.leaked",
            Self::Username => "password.username",
        }
    }
}

impl PasswordPolicy {
    /// No policy may ask for less than this.
    pub const SHORTEST: u16 = 8;
    /// No policy may ask for more than this: people must be able to type it on a phone.
    pub const LONGEST_DEMAND: u16 = 64;
    /// Longer input is refused before hashing, so that nobody can make the host hash megabytes.
    pub const LONGEST: usize = 256;

    /// Whether the policy itself can be met.
    pub fn is_sound(&self) -> bool {
        (Self::SHORTEST..=Self::LONGEST_DEMAND).contains(&self.min_length)
            && (!self.symbol || self.symbols.chars().any(|c| !c.is_whitespace() && !c.is_alphanumeric()))
    }

    /// Every rule that the password breaks; `leaked` answers for the list of known passwords.
    pub fn faults(&self, password: &str, username: &str, leaked: impl Fn(&str) -> bool) -> Vec<PasswordFault> {
        let mut faults = Vec::new();
        let length = password.chars().count();
        let rules = [
            (length < usize::from(self.min_length), PasswordFault::TooShort),
            (length > Self::LONGEST, PasswordFault::TooLong),
            (self.upper && !password.chars().any(char::is_uppercase), PasswordFault::NoUpper),
            (self.lower && !password.chars().any(char::is_lowercase), PasswordFault::NoLower),
            (self.digit && !password.chars().any(|c| c.is_ascii_digit()), PasswordFault::NoDigit),
            (self.symbol && !password.chars().any(|c| self.symbols.contains(c)), PasswordFault::NoSymbol),
            (!username.is_empty() && password.to_lowercase() == username.to_lowercase(), PasswordFault::Username),
            (self.block_leaked && leaked(password), PasswordFault::Leaked),
        ];
        faults.extend(rules.into_iter().filter(|(broken, _)| *broken).map(|(_, fault)| fault));
        faults
    }
}

/// Letters and digits that nobody mistakes for each other on paper: no 0 o, 1 i l.
/// Thirty-one signs; the last stands twice, so that five random bits always name one.
const CLEAR: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyzz";

/// An initial password from twelve random bytes: three groups of four, read aloud without doubt.
///
/// It carries nearly sixty bits and lives until the first sign-in, so it needs no symbols.
pub fn initial_password(random: [u8; 12]) -> String {
    let mut out = String::with_capacity(14);
    for (n, byte) in random.into_iter().enumerate() {
        if n > 0 && n % 4 == 0 {
            out.push('-');
        }
        out.push(char::from(CLEAR[usize::from(byte & 31)]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Abc!1234", &[])]
    #[case("Abc!123", &[PasswordFault::TooShort])]
    #[case("abc!1234", &[PasswordFault::NoUpper])]
    #[case("ABC!1234", &[PasswordFault::NoLower])]
    #[case("Abc!defg", &[PasswordFault::NoDigit])]
    #[case("Abcd1234", &[PasswordFault::NoSymbol])]
    #[case("Summer1!", &[PasswordFault::Leaked])]
    #[case("Åäö!1234", &[])]
    fn par_04_names_every_broken_rule(#[case] password: &str, #[case] faults: &[PasswordFault]) {
        assert_eq!(PasswordPolicy::default().faults(password, "anna", |p| p == "Summer1!"), faults);
    }

    #[test]
    fn a_password_is_not_the_username() {
        let policy = PasswordPolicy { upper: false, symbol: false, ..PasswordPolicy::default() };
        assert_eq!(policy.faults("a1101-se2", "A1101-SE2", |_| false), [PasswordFault::Username]);
    }

    #[test]
    fn an_initial_password_has_no_look_alikes() {
        let all: String = (0..=255_u8)
            .step_by(12)
            .map(|first| initial_password(std::array::from_fn(|n| first.wrapping_add(n.to_le_bytes()[0]))))
            .collect();
        assert!(all.chars().all(|c| !"0o1il".contains(c)));
        assert_eq!(initial_password([0; 12]), "2222-2222-2222");
    }

    #[test]
    fn a_policy_that_nobody_can_meet_is_refused() {
        assert!(PasswordPolicy::default().is_sound());
        assert!(!PasswordPolicy { min_length: 4, ..PasswordPolicy::default() }.is_sound());
        assert!(!PasswordPolicy { symbols: " a1".into(), ..PasswordPolicy::default() }.is_sound());
    }
}
