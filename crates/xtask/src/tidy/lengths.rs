//! A file is one idea, and one idea seldom needs more lines than this. A remark, never a failure.

use super::tree::{File, Tree};

const LINES_MAX: usize = 400;

pub(super) fn check(tree: &Tree) -> Vec<String> {
    tree.with_extension(&["rs", "ts", "tsx"])
        .filter(|file| !file.name().contains(".gen."))
        .map(|file| (file, lines_without_tests(file)))
        .filter(|(_, lines)| *lines > LINES_MAX)
        .map(|(file, lines)| format!("{}: {lines} lines", file.path))
        .collect()
}

fn lines_without_tests(file: &File) -> usize {
    file.text.lines().take_while(|line| *line != "#[cfg(test)]").count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_remarked_on_but_its_tests_do_not_count() {
        let long = "x\n".repeat(LINES_MAX + 1);
        let tests = format!("x\n#[cfg(test)]\n{long}");
        let tree = Tree::of(&[("long.rs", &long), ("tested.rs", &tests), ("schema.gen.ts", &long)]);
        assert_eq!(check(&tree), ["long.rs: 401 lines"]);
    }
}
