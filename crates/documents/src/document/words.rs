//! The words that are written down before a document is drawn: what a charge is for, and what the file is called.

use crate::pdf::{long_date, long_month};
use chrono::NaiveDate;
use stolpe_domain::document::DocumentKind;
use stolpe_domain::language::Language;
use stolpe_domain::local_day::Month;

/// What a charge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargeWords<'w> {
    /// Energy taken on a day.
    Session {
        /// When it began, at the facility.
        on: NaiveDate,
        /// The name of the charge point.
        at: &'w str,
    },
    /// What energy taken on a day should have cost, less what was charged.
    Difference {
        /// When it began, at the facility.
        on: NaiveDate,
        /// The name of the charge point.
        at: &'w str,
    },
    /// The fee of a month.
    MonthlyFee(Month),
}

/// What a charge is for, in the language of who owes it.
pub fn charge_text(language: Language, words: &ChargeWords<'_>) -> String {
    match *words {
        ChargeWords::Session { on, at } => {
            let day = long_date(on, language);
            match language {
                Language::Sv => format!("Laddning {day}, {at}"),
                Language::Nb => format!("Lading {day}, {at}"),
                Language::En => format!("Charging on {day}, {at}"),
            }
        }
        ChargeWords::Difference { on, at } => {
            let day = long_date(on, language);
            match language {
                Language::Sv => format!("Rättelse av laddning {day}, {at}"),
                Language::Nb => format!("Rettelse av lading {day}, {at}"),
                Language::En => format!("Correction of charging on {day}, {at}"),
            }
        }
        ChargeWords::MonthlyFee(month) => {
            let month = long_month(month.first_day(), language);
            match language {
                Language::Sv => format!("Månadsavgift {month}"),
                Language::Nb => format!("Månedsavgift {month}"),
                Language::En => format!("Monthly fee {month}"),
            }
        }
    }
}

/// What is left of a document after other credit notes.
pub fn rest_text(language: Language) -> String {
    match language {
        Language::Sv => "Återstående belopp",
        Language::Nb => "Gjenstående beløp",
        Language::En => "Remaining amount",
    }
    .to_owned()
}

/// That a document is out of use, and why.
pub fn void_remark(language: Language, reason: &str) -> String {
    match language {
        Language::Sv => format!("MAKULERAD. Ska inte betalas. {reason}"),
        Language::Nb => format!("MAKULERT. Skal ikke betales. {reason}"),
        Language::En => format!("VOID. Not to be paid. {reason}"),
    }
}

/// What the file of a document is called: `faktura-2026-0001.pdf`.
pub fn file_name(language: Language, kind: DocumentKind, number: Option<&str>) -> String {
    let word = match (kind, language) {
        (DocumentKind::Invoice, Language::Sv | Language::Nb) => "faktura",
        (DocumentKind::Invoice, Language::En) => "invoice",
        (DocumentKind::CreditNote, Language::Sv) => "kreditfaktura",
        (DocumentKind::CreditNote, Language::Nb) => "kreditnota",
        (DocumentKind::CreditNote, Language::En) => "credit-note",
        (DocumentKind::Receipt, Language::Sv) => "kvitto",
        (DocumentKind::Receipt, Language::Nb) => "kvittering",
        (DocumentKind::Receipt, Language::En) => "receipt",
        (DocumentKind::Reminder, Language::Sv) => "paminnelse",
        (DocumentKind::Reminder, Language::Nb) => "purring",
        (DocumentKind::Reminder, Language::En) => "reminder",
    };
    match (number, language) {
        (Some(number), _) => format!("{word}-{number}.pdf"),
        (None, Language::Sv | Language::Nb) => format!("{word}-utkast.pdf"),
        (None, Language::En) => format!("{word}-draft.pdf"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charge_says_when_and_where_in_every_language() {
        let on = NaiveDate::from_ymd_opt(2026, 11, 12).unwrap();
        let session = ChargeWords::Session { on, at: "P-03" };
        assert_eq!(charge_text(Language::Sv, &session), "Laddning 12 november 2026, P-03");
        assert_eq!(charge_text(Language::Nb, &session), "Lading 12. november 2026, P-03");
        assert_eq!(charge_text(Language::En, &session), "Charging on 12 November 2026, P-03");
        let fee = ChargeWords::MonthlyFee(Month::of(on));
        assert_eq!(charge_text(Language::Sv, &fee), "Månadsavgift november 2026");
        assert_eq!(file_name(Language::Nb, DocumentKind::CreditNote, Some("2026-0007")), "kreditnota-2026-0007.pdf");
    }
}
