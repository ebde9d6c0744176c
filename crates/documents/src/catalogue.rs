//! The words of the screens, for files: what is read in a file is called what it was called on screen.

use serde_json::{Map, Value};
use std::sync::LazyLock;
use stolpe_domain::language::Language;

static SV: LazyLock<Map<String, Value>> = LazyLock::new(|| read(include_str!("../../../ui/src/i18n/sv.json")));
static NB: LazyLock<Map<String, Value>> = LazyLock::new(|| read(include_str!("../../../ui/src/i18n/nb.json")));
static EN: LazyLock<Map<String, Value>> = LazyLock::new(|| read(include_str!("../../../ui/src/i18n/en.json")));

fn read(catalogue: &str) -> Map<String, Value> {
    serde_json::from_str(catalogue).unwrap_or_default()
}

/// The text of a key, when there is one and it has no places to fill in.
pub fn text(language: Language, key: &str) -> Option<&'static str> {
    let catalogue = match language {
        Language::Sv => &SV,
        Language::Nb => &NB,
        Language::En => &EN,
    };
    catalogue.get(key)?.as_str().filter(|text| !text.contains('{'))
}

/// The word for a stable code of a family, such as `event` and `person.added`; the code itself when there is none.
pub fn word(language: Language, family: &str, code: &str) -> String {
    text(language, &format!("{family}.{code}")).unwrap_or(code).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_called_what_the_screens_call_it() {
        assert_eq!(word(Language::Sv, "event", "person.added"), "Person lades till");
        assert_ne!(word(Language::Nb, "event", "person.added"), word(Language::En, "event", "person.added"));
        assert_eq!(word(Language::En, "event", "nobody.knows"), "nobody.knows");
        assert_eq!(text(Language::Sv, "people.countAll"), None, "a text with a place to fill in is none for a file");
    }
}
