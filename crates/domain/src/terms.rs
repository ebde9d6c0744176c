//! What payers accept by paying: terms of sale and of privacy, written once and valid from a day on.

use crate::country::Country;
use crate::dated::Dated;
use crate::faults::Faults;
use crate::id::TermsId;
use crate::language::Language;
use crate::words::words;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The longest text that is kept.
const LONGEST_TEXT: usize = 50_000;
/// The longest address that is kept.
const LONGEST_ADDRESS: usize = 500;

words! {
    /// What terms are about.
    TermsKind {
        /// What is sold, and how.
        Shop = "shop",
        /// What is known of the payer, and what for.
        Privacy = "privacy",
    }
}

/// Terms in one language: kept here, or to be read elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TermsText {
    /// The text; nothing where it is read elsewhere.
    pub text: Option<String>,
    /// Where it is read, if not here.
    pub address: Option<String>,
}

/// Terms in the languages in which they are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TermsTexts {
    /// In Swedish.
    pub sv: Option<TermsText>,
    /// In Norwegian bokmål.
    pub nb: Option<TermsText>,
    /// In English.
    pub en: Option<TermsText>,
}

impl TermsTexts {
    /// The texts as they are kept: without what is blank, each either a text or an address, and one in the language of the
    /// country at least.
    ///
    /// # Errors
    /// Every fault, by language.
    pub fn check(self, country: Country) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut one = |language: Language, it: Option<TermsText>| {
            let it = it?;
            let field = language.tag();
            let text = faults.optional_text(field, it.text.as_deref(), LONGEST_TEXT);
            let address = faults.optional_text(field, it.address.as_deref(), LONGEST_ADDRESS);
            if text.is_some() && address.is_some() {
                faults.add(field, "terms.both");
            }
            if address.as_deref().is_some_and(|it| !is_address(it)) {
                faults.add(field, "terms.address");
            }
            (text.is_some() || address.is_some()).then_some(TermsText { text, address })
        };
        let (sv, nb, en) = (one(Language::Sv, self.sv), one(Language::Nb, self.nb), one(Language::En, self.en));
        let checked = Self { sv, nb, en };
        let home = Language::of(country);
        if checked.written_in(home).is_none() {
            faults.add(home.tag(), "required");
        }
        if faults.is_empty() { Ok(checked) } else { Err(faults) }
    }

    /// The text in exactly this language.
    pub const fn written_in(&self, language: Language) -> Option<&TermsText> {
        match language {
            Language::Sv => self.sv.as_ref(),
            Language::Nb => self.nb.as_ref(),
            Language::En => self.en.as_ref(),
        }
    }

    /// The text for a reader of a language, and in which it is: theirs, or else that of the country.
    pub fn for_reader(&self, language: Language, country: Country) -> Option<(Language, &TermsText)> {
        let wanted = [language, Language::of(country)].into_iter().chain(Language::ALL);
        wanted.into_iter().find_map(|it| self.written_in(it).map(|text| (it, text)))
    }
}

/// Whether a text leads to a page that nobody can change on its way.
fn is_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    host.is_some_and(|host| host.contains('.') && !host.contains('@')) && !text.contains(char::is_whitespace)
}

/// Terms as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Which.
    pub id: TermsId,
    /// What they are about.
    pub kind: TermsKind,
    /// Counts those of their kind that an organisation has written, from 1.
    pub place: i64,
    /// The first day.
    pub applies_from: NaiveDate,
    /// What they say.
    pub texts: TermsTexts,
    /// When they were written.
    pub created_at: DateTime<Utc>,
}

impl Dated for Terms {
    fn applies_from(&self) -> NaiveDate {
        self.applies_from
    }

    fn place(&self) -> i64 {
        self.place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn text(text: &str) -> TermsText {
        TermsText { text: Some(text.into()), address: None }
    }

    fn at(address: &str) -> TermsText {
        TermsText { text: None, address: Some(address.into()) }
    }

    const NONE: TermsTexts = TermsTexts { sv: None, nb: None, en: None };

    #[test]
    fn what_is_blank_is_not_kept_and_a_reader_gets_their_language_or_that_of_the_country() {
        let texts = TermsTexts {
            sv: Some(text(" Köpvillkor ")),
            nb: Some(text("  ")),
            en: Some(at("https://example.se/terms")),
        };
        let kept = texts.check(Country::Se).unwrap();
        assert_eq!((&kept.sv, &kept.nb), (&Some(text("Köpvillkor")), &None));
        let read = |language| kept.for_reader(language, Country::Se).map(|(language, _)| language);
        assert_eq!(Language::ALL.map(read), [Some(Language::Sv), Some(Language::Sv), Some(Language::En)]);
    }

    #[rstest]
    #[case(NONE, "sv", "required")]
    #[case(TermsTexts { nb: Some(text("Vilkår")), ..NONE }, "sv", "required")]
    #[case(TermsTexts { sv: Some(at("http://example.se")), ..NONE }, "sv", "terms.address")]
    #[case(TermsTexts { sv: Some(at("https://a b.se")), ..NONE }, "sv", "terms.address")]
    #[case(TermsTexts { sv: Some(at("https://example.se@other.se/")), ..NONE }, "sv", "terms.address")]
    #[case(TermsTexts { sv: Some(at("javascript:alert(1)")), ..NONE }, "sv", "terms.address")]
    #[case(TermsTexts { sv: Some(text("a\u{7}")), ..NONE }, "sv", "control_character")]
    #[case(TermsTexts { sv: Some(text("ja")), en: Some(TermsText { text: Some("a".into()), address: Some("https://a.se".into()) }), ..NONE },
        "en", "terms.both")]
    fn terms_that_nobody_could_read_are_refused(#[case] texts: TermsTexts, #[case] field: &str, #[case] code: &str) {
        assert_eq!(texts.check(Country::Se).unwrap_err().0[field], code);
    }
}
