//! The countries Stolpe is at home in. What differs between them (numbers, post codes, VAT) lives with each value.

use serde::{Deserialize, Serialize};

/// A country whose rules Stolpe knows.
///
/// Two variants and no `Other`: a number of a third country has no check we could make, so it must be added with
/// its rules, and the compiler then points at every place that has to learn them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
pub enum Country {
    /// Sweden.
    #[serde(rename = "SE")]
    Se,
    /// Norway.
    #[serde(rename = "NO")]
    No,
}

/// The text is not a country code that Stolpe knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known country code")]
pub struct UnknownCountry;

impl Country {
    /// Every country, in the order of lists.
    pub const ALL: [Self; 2] = [Self::Se, Self::No];

    /// The ISO 3166-1 alpha-2 code, as stored and as sent.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Se => "SE",
            Self::No => "NO",
        }
    }
}

impl std::fmt::Display for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::str::FromStr for Country {
    type Err = UnknownCountry;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|country| country.code() == code).ok_or(UnknownCountry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_read_back_from_its_code() {
        for country in Country::ALL {
            assert_eq!(country.code().parse(), Ok(country));
        }
        assert_eq!("DK".parse::<Country>(), Err(UnknownCountry));
        assert_eq!("se".parse::<Country>(), Err(UnknownCountry));
    }
}
