//! Dates in words, as letters carry them.

use chrono::{Datelike as _, NaiveDate};
use stolpe_domain::language::Language;

/// A month as it stands in a letter: `november 2026`.
pub(crate) fn long_month(date: NaiveDate, language: Language) -> String {
    format!("{} {}", month_name(date, language), date.year())
}

/// A date as it stands in a letter: `21 november 2026`, `21. november 2026`, `21 November 2026`.
pub(crate) fn long_date(date: NaiveDate, language: Language) -> String {
    let month = month_name(date, language);
    let point = if language == Language::Nb { "." } else { "" };
    format!("{}{point} {month} {}", date.day(), date.year())
}

const fn names(language: Language) -> [&'static str; 12] {
    match language {
        Language::Sv => [
            "januari",
            "februari",
            "mars",
            "april",
            "maj",
            "juni",
            "juli",
            "augusti",
            "september",
            "oktober",
            "november",
            "december",
        ],
        Language::Nb => [
            "januar",
            "februar",
            "mars",
            "april",
            "mai",
            "juni",
            "juli",
            "august",
            "september",
            "oktober",
            "november",
            "desember",
        ],
        Language::En => [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
    }
}

fn month_name(date: NaiveDate, language: Language) -> &'static str {
    names(language)[date.month0() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_its_language_writes_it() {
        let date = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
        assert_eq!(long_date(date, Language::Sv), "1 maj 2026");
        assert_eq!(long_date(date, Language::Nb), "1. mai 2026");
        assert_eq!(long_date(date, Language::En), "1 May 2026");
    }
}
