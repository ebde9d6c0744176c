//! The top of the repository holds these and nothing else, so that a newcomer reads it at a glance.

use std::collections::BTreeSet;

use super::tree::Tree;

const ALLOWED: &[&str] = &[
    ".cargo",
    ".ci",
    ".gitattributes",
    ".github",
    ".gitignore",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "clippy.toml",
    "crates",
    "deny.toml",
    "docs",
    "migrations",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "src-tauri",
    "tauri.conf.json",
    "tests",
    "ui",
];

pub(super) fn check(tree: &Tree) -> Vec<String> {
    let tops: BTreeSet<&str> = tree.files().iter().filter_map(|file| file.path.split('/').next()).collect();
    tops.into_iter()
        .filter(|top| !ALLOWED.contains(top))
        .map(|top| format!("{top} has no place at the root; give it a folder, or add it to the list in tidy/root.rs"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stray_file_at_the_root_is_named() {
        let complaints = check(&Tree::of(&[("notes.txt", ""), ("crates/domain/src/lib.rs", "")]));
        assert_eq!(complaints.len(), 1);
        assert!(complaints[0].starts_with("notes.txt"));
    }
}
