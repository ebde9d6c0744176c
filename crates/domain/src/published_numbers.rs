//! Lists of numbers that are known to be right or wrong, for tests only: the published ones of the folder that
//! `STOLPE_FIXTURES` names, else the project's own, which are few. Quoted fields occur in the last column alone, which
//! no test reads, so splitting on the comma is enough.

use std::path::PathBuf;

/// The rows of one list without its header.
#[expect(clippy::disallowed_methods, reason = "a test has no main that could read the environment for it")]
pub(crate) fn rows(file: &str) -> impl ExactSizeIterator<Item = Vec<String>> {
    let published = std::env::var("STOLPE_FIXTURES").ok().map(PathBuf::from);
    let folder = published.clone().unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures").into());
    let path = folder.join("checkdigits").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows: Vec<Vec<String>> =
        text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect();
    assert!(rows.len() >= 4, "{} is nearly empty", path.display());
    let whose = if published.is_some() { "published" } else { "of the project's own; STOLPE_FIXTURES names no other" };
    println!("{file}: {} rows, {whose}", rows.len());
    rows.into_iter()
}
