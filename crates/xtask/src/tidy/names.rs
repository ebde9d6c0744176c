//! Names that say nothing: what is put under them could lie anywhere, so it is never found again.

use super::tree::Tree;

const EMPTY_WORDS: &[&str] = &["util", "utils", "common", "manager", "helper", "helpers", "misc"];

pub(super) fn check(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.with_extension(&["rs", "ts", "tsx", "css", "sql"]) {
        let stem = file.path.strip_suffix(file.extension()).unwrap_or(&file.path);
        if let Some(word) = words(stem).find(|word| EMPTY_WORDS.contains(&word.as_str())) {
            complaints.push(format!("{}: \"{word}\" says nothing; name it after what is in it", file.path));
        }
        for (number, name) in type_names(&file.text) {
            if let Some(word) = words(name).find(|word| EMPTY_WORDS.contains(&word.as_str())) {
                complaints.push(format!("{}:{number}: \"{word}\" in {name} says nothing", file.path));
            }
        }
    }
    complaints
}

/// Lower-case words of a path or a name in either case style.
fn words(name: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if !letter.is_alphanumeric() || letter.is_uppercase() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (letter.is_alphanumeric(), words.last_mut()) {
            word.extend(letter.to_lowercase());
        }
    }
    words.into_iter().filter(|word| !word.is_empty())
}

/// The types that a file declares, with their line numbers.
fn type_names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter_map(|(index, line)| {
        let mut words = line
            .split_whitespace()
            .skip_while(|word| *word == "export" || *word == "abstract" || word.starts_with("pub"));
        let is_type = matches!(words.next()?, "struct" | "enum" | "trait" | "class" | "interface");
        let name = words.next()?.split(|letter: char| !letter.is_alphanumeric()).next()?;
        is_type.then_some((index + 1, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_folders_with_empty_names_are_named() {
        let tree = Tree::of(&[
            ("crates/app/src/permit_utils.rs", ""),
            ("ui/src/common/Table.tsx", ""),
            ("ui/src/parts/formHelper.ts", ""),
            ("crates/app/src/commons_of_the_village.rs", ""),
        ]);
        assert_eq!(check(&tree).len(), 3);
    }

    #[test]
    fn types_with_empty_names_are_named() {
        let tree = Tree::of(&[("a.rs", "//! A.\npub(crate) struct PermitManager<T>(T);\nstruct Manageress;\n")]);
        assert_eq!(check(&tree), ["a.rs:2: \"manager\" in PermitManager says nothing"]);
    }
}
