//! What a spreadsheet would run as a formula, and the apostrophe that keeps it from doing so.
//!
//! Nothing in Stolpe evaluates a cell. This file protects the people who open our files in a spreadsheet, where a
//! name such as `=HYPERLINK(…)` would come to life ("CSV injection", OWASP).

/// Characters that start a formula in Excel, `LibreOffice` or Google Sheets, alone or after a paste.
const TRIGGERS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The sign that spreadsheets know as "text follows". Excel shows it in files that it has not written itself, which is
/// the price of a cell that is never run.
const GUARD: char = '\'';

/// Says whether a spreadsheet would try to evaluate this text.
pub fn starts_a_formula(text: &str) -> bool {
    text.starts_with(TRIGGERS)
}

/// The text as it may stand in a file that a spreadsheet opens.
///
/// A text that is already an apostrophe before a trigger gets a second one, so that [`unguarded`] always gives the
/// original back.
pub fn guarded(text: &str) -> std::borrow::Cow<'_, str> {
    if starts_a_formula(text.trim_start_matches(GUARD)) {
        std::borrow::Cow::Owned(format!("{GUARD}{text}"))
    } else {
        std::borrow::Cow::Borrowed(text)
    }
}

/// The text without the apostrophe that [`guarded`] put before it: our own exports read back unchanged.
pub fn unguarded(text: &str) -> &str {
    match text.strip_prefix(GUARD) {
        Some(rest) if starts_a_formula(rest.trim_start_matches(GUARD)) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("=1+1", "'=1+1")]
    #[case("+46701234567", "'+46701234567")]
    #[case("-", "'-")]
    #[case("@SUM(A1)", "'@SUM(A1)")]
    #[case("\t=1", "'\t=1")]
    #[case("'=1", "''=1")]
    #[case("O'Brien", "O'Brien")]
    #[case("'t Hooft", "'t Hooft")]
    #[case("", "")]
    fn only_what_would_be_run_is_guarded(#[case] text: &str, #[case] written: &str) {
        assert_eq!(guarded(text), written);
    }

    proptest! {
        #[test]
        fn a_guarded_text_is_never_a_formula_and_reads_back(text in "[-=+@'\t\ra-c]{0,6}") {
            prop_assert!(!starts_a_formula(&guarded(&text)));
            let written = guarded(&text).into_owned();
            prop_assert_eq!(unguarded(&written), text);
        }
    }
}
