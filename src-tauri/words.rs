//! The few words that the shell itself says: menus and titles of native dialogs. All else is said by the page.

/// The languages of the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// Swedish.
    Swedish,
    /// Norwegian bokmål.
    Norwegian,
    /// English.
    English,
}

impl Language {
    /// The language of a tag such as `nb-NO`; English for those we do not speak.
    pub(crate) fn of_tag(tag: &str) -> Self {
        match tag.split(['-', '_']).next() {
            Some("sv") => Self::Swedish,
            Some("nb" | "nn" | "no") => Self::Norwegian,
            _ => Self::English,
        }
    }
}

/// One text in every language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    /// Swedish.
    pub(crate) sv: &'static str,
    /// Norwegian bokmål.
    pub(crate) nb: &'static str,
    /// English.
    pub(crate) en: &'static str,
}

impl Words {
    /// The text in this language.
    pub(crate) fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::Swedish => self.sv,
            Language::Norwegian => self.nb,
            Language::English => self.en,
        }
    }
}

/// A text in Swedish, Norwegian and English.
pub(crate) const fn words(sv: &'static str, nb: &'static str, en: &'static str) -> Words {
    Words { sv, nb, en }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_written_norwegians_get_norwegian_menus() {
        for tag in ["nb-NO", "nn_NO.UTF-8", "no"] {
            assert_eq!(Language::of_tag(tag), Language::Norwegian, "{tag}");
        }
        assert_eq!(Language::of_tag("sv-FI"), Language::Swedish);
        assert_eq!(Language::of_tag("fi-FI"), Language::English);
    }
}
