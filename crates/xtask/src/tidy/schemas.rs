//! The API document names each type once: of two types of one name, one would silently stand for both.

use std::collections::BTreeMap;

use super::tree::Tree;

const MARK: &str = "ToSchema";

pub(super) fn check(tree: &Tree) -> Vec<String> {
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for file in tree.below("crates").filter(|file| file.extension() == "rs") {
        for name in described(&file.text) {
            places.entry(name).or_default().push(file.path.clone());
        }
    }
    let twice = places.into_iter().filter(|(_, places)| places.len() > 1);
    twice.map(|(name, places)| format!("{name} is a type of the API document in {}", places.join(" and "))).collect()
}

/// The types of a file that the API document describes by their name.
fn described(text: &str) -> impl Iterator<Item = &str> {
    let derived = text.match_indices("#[derive(").filter_map(|(place, _)| {
        let (derive, rest) = text[place..].split_once(")]")?;
        derive.contains(MARK).then_some(rest)
    });
    derived.filter_map(|rest| {
        // Behind the derive come its settings, and then the type.
        let line = rest.lines().map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with(['#', '/']))?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let kind = words.iter().position(|word| matches!(*word, "struct" | "enum"))?;
        words.get(kind + 1).map(|name| name.trim_end_matches(|letter: char| !letter.is_alphanumeric()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_types_of_one_name_are_named() {
        let tree = Tree::of(&[
            ("crates/api/src/person.rs", "/// A row.\n#[derive(Serialize, ToSchema)]\n#[serde(x)]\nstruct Row {\n}\n"),
            (
                "crates/api/src/unit.rs",
                "#[derive(ToSchema)]\npub(crate) enum Row {\n}\n#[derive(Debug)]\nstruct Other;\n",
            ),
            ("crates/api/src/tag.rs", "#[derive(Debug)]\nstruct Row;\n"),
        ]);
        assert_eq!(
            check(&tree),
            ["Row is a type of the API document in crates/api/src/person.rs and crates/api/src/unit.rs"]
        );
    }
}
