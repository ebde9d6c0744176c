//! Invoices, credit notes and receipts: what they add up to, how they are numbered, and what may happen to them.

mod credit;
mod series;
mod state;

pub use credit::{CreditRefusal, credit, left_of};
pub use series::{Break, FiscalYear, Number, Proven, Series, SeriesRefusal, prove};
pub use state::{DocumentHappening, DocumentRefusal, DocumentState};

use crate::money::{Currency, Money, MoneyError};
use crate::vat::{Pricing, Totals, Vat, totals};
use crate::words::words;
use chrono::{Days, NaiveDate};

words! {
    /// What kind of document.
    DocumentKind {
        /// Asks for payment.
        Invoice = "invoice",
        /// Takes back an invoice or a part of it.
        CreditNote = "credit_note",
        /// Says that it was paid at once.
        Receipt = "receipt",
        /// Asks for what an invoice was late, with what that costs.
        Reminder = "reminder",
    }
}

impl DocumentKind {
    /// Whether it asks for money, so that it has a due date and a reference to pay by.
    pub const fn asks(self) -> bool {
        matches!(self, Self::Invoice | Self::Reminder)
    }

    /// The digits that the payment reference of a number is made of. Invoices and reminders have series of their own: the
    /// millennium tells them apart, so that all references of an organisation are equally long, as some agreements with
    /// banks want it.
    pub fn reference_digits(self, number: Number) -> String {
        let year = if self == Self::Reminder { 9_000 + number.year.0 % 1_000 } else { number.year.0 };
        Number { year: FiscalYear(year), ..number }.digits()
    }
}

/// Whether what is to be paid is rounded to whole kronor (öresavrundning, øreavrunding).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the öre, as when everybody pays by bank.
    Exact,
    /// To the nearest krona, as a line of its own outside VAT.
    ToWhole,
}

/// What a document adds up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums {
    /// By rate, and in all.
    pub totals: Totals,
    /// What rounding adds.
    pub rounding: Money,
    /// What is to be paid.
    pub payable: Money,
}

/// Adds up the lines of a document.
///
/// # Errors
/// [`MoneyError`] when lines are of several currencies or too large.
pub fn sums(
    currency: Currency,
    pricing: Pricing,
    lines: &[(Vat, Money)],
    rounding: Rounding,
) -> Result<Sums, MoneyError> {
    let totals = totals(currency, pricing, lines)?;
    let rounding = match rounding {
        Rounding::Exact => Money::zero(currency),
        Rounding::ToWhole => totals.gross.rounding_to_whole(),
    };
    let payable = totals.gross.plus(rounding)?;
    Ok(Sums { totals, rounding, payable })
}

/// The day on which a document of a day falls due.
pub fn due_on(issued_on: NaiveDate, days: u16) -> NaiveDate {
    issued_on.checked_add_days(Days::new(u64::from(days))).unwrap_or(issued_on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vat::VatRate;
    use proptest::prelude::*;

    fn rate(points: u16) -> Vat {
        Vat::Rate(VatRate::of_basis_points(points).expect("a rate"))
    }

    #[test]
    fn rounding_is_outside_vat() {
        let lines = [(rate(600), Money::of_minor(11_700, Currency::Sek))];
        let sums = sums(Currency::Sek, Pricing::Net, &lines, Rounding::ToWhole).expect("sums");
        assert_eq!((sums.totals.gross.minor, sums.rounding.minor, sums.payable.minor), (12_402, -2, 12_400));
        assert_eq!(sums.totals.vat.minor, 702);
    }

    #[test]
    fn an_invoice_and_a_reminder_of_one_number_are_paid_by_different_references() {
        let number = Number { year: FiscalYear(2026), place: 17 };
        assert_eq!(DocumentKind::Invoice.reference_digits(number), "20260017");
        assert_eq!(DocumentKind::Reminder.reference_digits(number), "90260017");
    }

    #[test]
    fn a_document_falls_due_some_days_later() {
        let issued = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
        assert_eq!(due_on(issued, 30), NaiveDate::from_ymd_opt(2026, 12, 21).expect("a day"));
    }

    proptest! {
        #[test]
        fn a_document_is_the_sum_of_its_lines_however_they_are_cut_and_ordered(
            lines in proptest::collection::vec((0usize..4, -100_000i64..1_000_000), 0..40),
            seed in any::<u64>(),
        ) {
            let kinds = [rate(0), rate(1_200), rate(2_500), Vat::Exempt];
            let lines: Vec<(Vat, Money)> =
                lines.into_iter().map(|(kind, minor)| (kinds[kind], Money::of_minor(minor, Currency::Sek))).collect();
            let whole = sums(Currency::Sek, Pricing::Net, &lines, Rounding::ToWhole).expect("sums");
            let mut random = fastrand::Rng::with_seed(seed);
            let mut parts: Vec<(Vat, Money)> = lines
                .iter()
                .flat_map(|(vat, amount)| {
                    let part = random.i64(-500_000..500_000);
                    [part, amount.minor - part].map(|minor| (*vat, Money::of_minor(minor, Currency::Sek)))
                })
                .collect();
            random.shuffle(&mut parts);
            prop_assert_eq!(&sums(Currency::Sek, Pricing::Net, &parts, Rounding::ToWhole).expect("sums"), &whole);
            let net: i64 = lines.iter().map(|(_, amount)| amount.minor).sum();
            prop_assert_eq!(whole.totals.net.minor, net);
            prop_assert_eq!(whole.payable.minor % 100, 0);
            prop_assert!((whole.payable.minor - whole.totals.gross.minor).abs() <= 50);
        }
    }
}
