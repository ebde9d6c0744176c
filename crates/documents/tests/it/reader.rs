//! A PDF as a reader gets it, by the tools of poppler, and files that say what it must read.

use std::path::Path;
use std::process::Command;

/// What a poppler tool says about a PDF.
pub(crate) fn poppler(tool: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.pdf");
    std::fs::write(&path, pdf).unwrap();
    let mut command = Command::new(tool);
    command.args(arguments).arg(&path);
    if tool == "pdftotext" {
        command.arg("-");
    }
    let output = command.output().unwrap_or_else(|error| panic!("{tool} (poppler-utils) is needed: {error}"));
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn text(pdf: &[u8], page: usize) -> String {
    let page = page.to_string();
    poppler("pdftotext", &["-f", &page, "-l", &page, "-layout"], pdf)
}

pub(crate) fn page_count(pdf: &[u8]) -> usize {
    let info = poppler("pdfinfo", &[], pdf);
    let pages = info.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap();
    pages.trim().parse().unwrap()
}

/// Compares extracted text with a file beside the tests; `STOLPE_BLESS=1` writes the file anew.
pub(crate) fn assert_golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    // Blanks and empty lines say how a tool lays text out, not what a reader reads.
    let words = actual.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let actual = words.filter(|line| !line.is_empty()).fold(String::new(), |text, line| text + &line + "\n");
    if option_env!("STOLPE_BLESS").is_some() {
        std::fs::write(&path, &actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(actual, expected, "{name} reads differently; if that is meant, run the test with STOLPE_BLESS=1");
}
