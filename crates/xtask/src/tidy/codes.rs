//! Every code with which the core refuses something has a text: `problem.<code>` for a refusal, `field.<code>` for a field;
//! and so has every part of the product that the audit log names: `actor.<word>`.

use std::collections::BTreeSet;

use super::tree::Tree;

const CATALOGUE: &str = "ui/src/i18n/en.json";
/// What stands right before a code that ends in a problem document.
const REFUSALS: [&str; 6] =
    ["refused(\"", "Conflict(\"", "on_unique(\"", "Unavailable { code: \"", "Problem::new(status, \"", "code: \""];
/// Where an error of the shell or of the start becomes a code: `Self::Address => "place.address"`.
const SHELL: [&str; 3] = ["src-tauri/error.rs", "src-tauri/keychain.rs", "crates/host/src/lib.rs"];
/// What stands before a code that is said of a field: `field("name", "` and `add("name", "`.
const FIELDS: [&str; 2] = ["field(\"", "faults.add(\""];
/// What stands before the word for a part of the product that does something by itself.
const ACTOR: &str = "::system(\"";

pub(super) fn check(tree: &Tree) -> Vec<String> {
    let Some(catalogue) = tree.files().iter().find(|file| file.path == CATALOGUE) else { return Vec::new() };
    let mut complaints = BTreeSet::new();
    for folder in ["crates/app/src", "crates/api/src", "crates/store/src", "crates/domain/src"] {
        for file in tree.below(folder).filter(|file| file.extension() == "rs") {
            let code = file.text.split("#[cfg(test)]").next().unwrap_or_default();
            let mut ask = |family: &str, word: &str| {
                let key = format!("{family}.{word}");
                if is_code(word) && !catalogue.text.contains(&format!("\"{key}\"")) {
                    complaints.insert(format!("{}: no text for {key}", file.path));
                }
            };
            for lead in REFUSALS {
                code.split(lead).skip(1).for_each(|rest| ask("problem", quoted(rest)));
            }
            for lead in FIELDS {
                for rest in code.split(lead).skip(1) {
                    if let Some((_, rest)) = rest.split_once("\", \"") {
                        ask("field", quoted(rest));
                    }
                }
            }
        }
    }
    for file in tree.files().iter().filter(|file| SHELL.contains(&&*file.path)) {
        let code = file.text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in code.split("=> \"").skip(1).map(quoted).filter(|word| word.contains('.') && is_code(word)) {
            if !catalogue.text.contains(&format!("\"problem.{word}\"")) {
                complaints.insert(format!("{}: no text for problem.{word}", file.path));
            }
        }
    }
    // What a bench does is on the log of a database that is thrown away.
    for file in tree.below("crates").filter(|file| file.path.contains("/src/") && !file.path.contains("/bench")) {
        let code = file.text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in code.split(ACTOR).skip(1).map(quoted) {
            if !catalogue.text.contains(&format!("\"actor.{word}\"")) {
                complaints.insert(format!("{}: no text for actor.{word}", file.path));
            }
        }
    }
    complaints.into_iter().collect()
}

fn quoted(rest: &str) -> &str {
    rest.split('"').next().unwrap_or_default()
}

fn is_code(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(source: &str) -> Tree {
        Tree::of(&[("crates/app/src/room.rs", source), (CATALOGUE, "{\"problem.room.full\": \"Full\"}")])
    }

    #[test]
    fn a_refusal_without_a_text_is_named() {
        assert!(check(&tree("AppError::refused(\"room.full\")")).is_empty());
        assert_eq!(check(&tree("AppError::refused(\"room.shut\")")).len(), 1);
    }

    #[test]
    fn a_refusal_of_the_shell_without_a_text_is_named() {
        let shell = |code| Tree::of(&[("src-tauri/error.rs", code), (CATALOGUE, "{\"problem.place.far\": \"Far\"}")]);
        assert!(check(&shell("Self::Far => \"place.far\"")).is_empty());
        assert_eq!(check(&shell("Self::Near => \"place.near\"")).len(), 1);
    }

    #[test]
    fn a_part_of_the_product_without_a_text_is_named() {
        assert_eq!(check(&tree("Ctx::system(\"janitor\", at)")), ["crates/app/src/room.rs: no text for actor.janitor"]);
    }

    #[test]
    fn a_fault_of_a_field_without_a_text_is_named() {
        assert_eq!(check(&tree("AppError::field(\"code\", \"room.odd\")")).len(), 1);
        assert!(check(&tree("#[cfg(test)] mod tests { AppError::refused(\"room.shut\") }")).is_empty());
    }
}
