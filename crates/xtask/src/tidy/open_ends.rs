//! A mark of unfinished work points at the issue that finishes it; without one it is forgotten.

use super::tree::Tree;

/// Written in two parts so that this file does not complain about itself.
const MARKS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

pub(super) fn check(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.with_extension(&["rs", "ts", "tsx", "css", "sql", "toml", "yml"]) {
        for (index, line) in file.text.lines().enumerate() {
            if MARKS.iter().any(|mark| is_open_end(line, mark)) {
                complaints.push(format!("{}:{}: name the issue, like {}(#12)", file.path, index + 1, MARKS[0]));
            }
        }
    }
    complaints
}

/// Whether the mark stands as a word of its own without an issue number after it.
fn is_open_end(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + mark.len()..]);
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
        let is_word = !before.ends_with(is_part) && !after.starts_with(is_part);
        let names_issue = after.strip_prefix("(#").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        is_word && !names_issue
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_mark_without_an_issue_is_named() {
        let text = format!("// {0}: later\n// {0}(#12): later\nlet {0}_LIST = 1;\n", MARKS[0]);
        let complaints = check(&Tree::of(&[("a.rs", &text)]));
        assert_eq!(complaints.len(), 1);
        assert!(complaints[0].starts_with("a.rs:1:"));
    }
}
