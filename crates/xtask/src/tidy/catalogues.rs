//! The texts of the interface exist in all three languages: same keys, nothing empty, same placeholders.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::tree::Tree;

const FOLDER: &str = "ui/src/i18n";
const LANGUAGES: [&str; 3] = ["sv", "nb", "en"];

pub(super) fn check(tree: &Tree) -> Vec<String> {
    // A catalogue is one file for a language, or a folder of that name; rooms of a folder prefix their keys.
    let mut complaints = Vec::new();
    let mut catalogues: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    for file in tree.below(FOLDER).filter(|file| file.extension() == "json") {
        let inside = file.path[FOLDER.len() + 1..].trim_end_matches(".json");
        let (language, room) = inside.split_once('/').unwrap_or((inside, ""));
        let Some(language) = LANGUAGES.into_iter().find(|known| *known == language) else {
            complaints.push(format!("{}: no language of ours", file.path));
            continue;
        };
        match serde_json::from_str(&file.text) {
            Ok(value) => flatten(room, &value, catalogues.entry(language).or_default()),
            Err(error) => complaints.push(format!("{}: {error}", file.path)),
        }
    }
    if catalogues.is_empty() {
        return complaints;
    }
    let empty = BTreeMap::new();
    let every: BTreeSet<&String> = catalogues.values().flat_map(BTreeMap::keys).collect();
    for language in LANGUAGES {
        let texts = catalogues.get(language).unwrap_or(&empty);
        for key in &every {
            match texts.get(*key) {
                None => complaints.push(format!("{FOLDER}: {language} lacks {key}")),
                Some(text) if text.trim().is_empty() => {
                    complaints.push(format!("{FOLDER}: {language} is silent at {key}"));
                }
                Some(text) => {
                    let model = catalogues.get(LANGUAGES[0]).and_then(|texts| texts.get(*key));
                    if model.is_some_and(|model| placeholders(model) != placeholders(text)) {
                        complaints.push(format!("{FOLDER}: {language} has other placeholders at {key}"));
                    }
                }
            }
        }
    }
    complaints
}

fn flatten(prefix: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(entries) => {
            for (key, inner) in entries {
                let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                flatten(&key, inner, into);
            }
        }
        Value::String(text) => drop(into.insert(prefix.to_owned(), text.clone())),
        other => drop(into.insert(prefix.to_owned(), other.to_string())),
    }
}

/// The names of the values that a text (in ICU message format) is given.
fn placeholders(text: &str) -> BTreeSet<&str> {
    let (mut names, mut depth) = (BTreeSet::new(), 0_usize);
    for (at, sign) in text.char_indices() {
        match sign {
            // Braces alternate: an argument, then the texts of its options, then arguments in those.
            '{' => {
                if depth % 2 == 0 {
                    names.extend(text[at + 1..].split(['}', ',']).next().map(str::trim));
                }
                depth += 1;
            }
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(sv: &str, nb: &str, en: &str) -> Vec<String> {
        let path = |language: &str| format!("{FOLDER}/{language}.json");
        check(&Tree::of(&[(&path("sv"), sv), (&path("nb"), nb), (&path("en"), en)]))
    }

    #[test]
    fn equal_catalogues_pass() {
        let text = r#"{"permit": {"title": "{count, plural, one {a} other {b}}"}}"#;
        assert_eq!(complaints(text, text, text), [""; 0]);
    }

    #[test]
    fn a_missing_an_empty_and_a_broken_text_are_named() {
        assert_eq!(complaints(r#"{"a":"1"}"#, r#"{"a":"1"}"#, "{}"), ["ui/src/i18n: en lacks a"]);
        assert_eq!(complaints(r#"{"a":"1"}"#, r#"{"a":" "}"#, r#"{"a":"1"}"#).len(), 1);
        assert_eq!(complaints("{", "{}", "{}").len(), 1);
    }

    #[test]
    fn a_text_that_forgets_a_value_is_named() {
        let complaints = complaints(r#"{"a":"{name} finns"}"#, r#"{"a":"{navn} finnes"}"#, r#"{"a":"{name} exists"}"#);
        assert_eq!(complaints, ["ui/src/i18n: nb has other placeholders at a"]);
    }
}
