//! Where a file comes from: who made it, when, with which filter, and what it adds up to.

use chrono::{DateTime, FixedOffset};
use stolpe_domain::language::Language;

use super::Written;

/// What a reader needs to know to trust a file a year later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Who asked for the file.
    pub made_by: String,
    /// When, with the offset of the reader's zone.
    pub made_at: DateTime<FixedOffset>,
    /// The filter in words; empty when everything was asked for.
    pub filter: String,
    /// The language of the reader.
    pub language: Language,
}

impl Provenance {
    /// The name of the sheet that carries the provenance.
    pub(super) const fn sheet_name(&self) -> &'static str {
        match self.language {
            Language::Sv | Language::Nb => "Om filen",
            Language::En => "About this file",
        }
    }

    /// Labels and values, in the order in which they are shown.
    pub(super) fn lines(&self, title: &str, written: &Written) -> Vec<(String, String)> {
        let [what, by, at, filter, none, rows, total] = match self.language {
            Language::Sv => {
                ["Innehåll", "Skapad av", "Skapad", "Urval", "Inget, alla rader", "Antal rader", "Kontrollsumma"]
            }
            Language::Nb => {
                ["Innhold", "Laget av", "Laget", "Utvalg", "Ingen, alle rader", "Antall rader", "Kontrollsum"]
            }
            Language::En => ["Content", "Made by", "Made at", "Filter", "None, every row", "Rows", "Control total"],
        };
        let chosen = if self.filter.is_empty() { none } else { &self.filter };
        let mut lines = vec![
            (what.to_owned(), title.to_owned()),
            (by.to_owned(), self.made_by.clone()),
            (at.to_owned(), self.made_at.format("%Y-%m-%d %H:%M:%S %:z").to_string()),
            (filter.to_owned(), chosen.to_owned()),
            (rows.to_owned(), written.rows.to_string()),
        ];
        lines.extend(written.totals.iter().map(|(column, sum)| (format!("{total} {column}"), sum.clone())));
        lines
    }

    /// The provenance as a text file to lie beside a CSV file, which has no room for it inside.
    pub fn sidecar(&self, title: &str, written: &Written) -> String {
        self.lines(title, written)
            .into_iter()
            .fold(String::new(), |text, (label, value)| text + &label + ": " + &value + "\r\n")
    }
}
