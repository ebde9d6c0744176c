//! Every Rust file says first what lives in it, and no module hides in a file called `mod.rs`.

use super::tree::{File, Tree};

pub(super) fn check(tree: &Tree) -> Vec<String> {
    tree.with_extension(&["rs"]).filter_map(complaint).collect()
}

fn complaint(file: &File) -> Option<String> {
    if file.name() == "mod.rs" {
        return Some(format!("{}: name the file after its module and lay it beside the folder", file.path));
    }
    let says_what =
        file.text.lines().next().is_some_and(|line| line.trim_end().len() > "//! ".len() && line.starts_with("//! "));
    (!says_what).then(|| format!("{}: the first line is `//! ` and what lives here", file.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_first_line_is_named() {
        let tree =
            Tree::of(&[("a.rs", "use std::fs;\n"), ("b.rs", "//! Permits.\n"), ("c.rs", ""), ("d.rs", "//! \n")]);
        let complaints = check(&tree);
        assert_eq!(complaints.len(), 3, "{complaints:?}");
        assert!(complaints[0].starts_with("a.rs"));
    }

    #[test]
    fn a_mod_file_is_named() {
        assert_eq!(check(&Tree::of(&[("permit/mod.rs", "//! Permits.\n")])).len(), 1);
    }
}
