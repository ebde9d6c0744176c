//! The words of reminders: what is open and since when, and what being late costs.

use crate::pdf::{Figures, long_date};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;

use super::PageLine;

/// An invoice that a reminder is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemindedInvoice {
    /// Its number, as printed.
    pub number: String,
    /// Its date.
    pub issued_on: NaiveDate,
    /// When it fell due.
    pub due_on: NaiveDate,
    /// What it asked for.
    pub payable: Money,
    /// What is open of it.
    pub open: Money,
}

impl RemindedInvoice {
    /// The invoice as a line of a reminder.
    pub fn line(&self, language: Language) -> PageLine {
        let (issued, due) = (long_date(self.issued_on, language), long_date(self.due_on, language));
        let text = match language {
            Language::Sv | Language::Nb => format!("Faktura {} av {issued}", self.number),
            Language::En => format!("Invoice {} of {issued}", self.number),
        };
        let due = match language {
            Language::Sv => format!("Förföll till betalning {due}"),
            Language::Nb => format!("Forfalt til betaling {due}"),
            Language::En => format!("Fell due on {due}"),
        };
        let payable = Figures::of(language).money(self.payable);
        let of = match language {
            Language::Sv => format!("{due}, på {payable}"),
            Language::Nb => format!("{due}, lød på {payable}"),
            Language::En => format!("{due}, for {payable}"),
        };
        let detail = if self.payable == self.open { due } else { of };
        PageLine { whose: None, text, detail: Some(detail), energy: None, vat: None, amount: self.open }
    }
}

/// What a line of a reminder is for that it asks for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReminderWords<'w> {
    /// The fee.
    Fee,
    /// Interest on an invoice.
    Interest {
        /// The number of the invoice, as printed.
        number: &'w str,
        /// From when on.
        from: NaiveDate,
        /// Up to when, which does not count any more.
        to: NaiveDate,
        /// On how many days something was open.
        days: i64,
    },
}

/// Text and small print of a line that a reminder asks for itself.
pub fn reminder_text(language: Language, words: &ReminderWords<'_>) -> (String, Option<String>) {
    match *words {
        ReminderWords::Fee => {
            let fee = match language {
                Language::Sv => "Påminnelseavgift",
                Language::Nb => "Purregebyr",
                Language::En => "Reminder fee",
            };
            (fee.to_owned(), None)
        }
        ReminderWords::Interest { number, from, to, days } => {
            let (from, to) = (long_date(from, language), long_date(to, language));
            match language {
                Language::Sv => {
                    (format!("Dröjsmålsränta, faktura {number}"), Some(format!("{days} dagar från {from} till {to}")))
                }
                Language::Nb => {
                    (format!("Forsinkelsesrente, faktura {number}"), Some(format!("{days} dager fra {from} til {to}")))
                }
                Language::En => {
                    (format!("Late interest, invoice {number}"), Some(format!("{days} days from {from} to {to}")))
                }
            }
        }
    }
}

/// What a reminder says below its sums: in which order it is paid, and what whoever has paid does.
pub fn reminder_remark(language: Language) -> String {
    match language {
        Language::Sv => {
            "Vi saknar betalning för fakturorna ovan. Har du redan betalat kan du bortse från påminnelsen. Det du betalar \
             räknas först av på avgiften, sedan på räntan och sist på fakturorna, den äldsta först."
        }
        Language::Nb => {
            "Vi mangler betaling for fakturaene ovenfor. Har du allerede betalt, kan du se bort fra purringen. Det du \
             betaler, dekker først gebyret, så rentene og til sist fakturaene, den eldste først."
        }
        Language::En => {
            "We have not received payment for the invoices above. If you have paid already, you can ignore this reminder. \
             What you pay covers the fee first, then the interest and last the invoices, the oldest first."
        }
    }
    .to_owned()
}
