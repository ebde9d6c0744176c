//! The three languages that every text a user can see exists in.

use crate::country::Country;
use serde::{Deserialize, Serialize};

/// A language of the interface, of letters and of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Swedish.
    #[default]
    Sv,
    /// Norwegian bokmål.
    Nb,
    /// English, in British spelling.
    En,
}

impl Language {
    /// All languages, in the order in which choices list them.
    pub const ALL: [Self; 3] = [Self::Sv, Self::Nb, Self::En];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Sv => "sv",
            Self::Nb => "nb",
            Self::En => "en",
        }
    }

    /// The language that is spoken in a country unless somebody says otherwise.
    pub const fn of(country: Country) -> Self {
        match country {
            Country::Se => Self::Sv,
            Country::No => Self::Nb,
        }
    }

    /// Reads a BCP 47 tag or a word that spreadsheets use for a language.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_lowercase().as_str() {
            "sv" | "se" | "sv-se" | "svenska" | "swedish" | "svensk" => Some(Self::Sv),
            "nb" | "no" | "nb-no" | "norsk" | "norska" | "norwegian" | "bokmål" => Some(Self::Nb),
            "en" | "en-gb" | "en-us" | "engelska" | "engelsk" | "english" => Some(Self::En),
            _ => None,
        }
    }
}
