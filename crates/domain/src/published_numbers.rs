//! Rows of the published check-digit lists, for tests only. Quoted fields occur in the last column alone, which no
//! test reads, so splitting on the comma is enough.

/// The rows of one list without its header.
pub(crate) fn rows(file: &str) -> impl Iterator<Item = Vec<String>> {
    let path = format!("{}/../../../shared/fixtures/checkdigits/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect::<Vec<_>>().into_iter()
}
