//! Amounts, energy, prices and rates as each language writes them.

use chrono::NaiveDate;
use stolpe_domain::energy::Energy;
use stolpe_domain::language::Language;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::vat::VatRate;

use super::long_date;

/// A blank that holds a number together at the end of a line.
const BLANK: char = '\u{a0}';
/// The typographic minus: as wide as a plus, and never taken for a dash.
const MINUS: char = '\u{2212}';

/// The habits of one language.
#[derive(Clone, Copy)]
pub(crate) struct Figures {
    language: Language,
    point: char,
    thousands: char,
}

impl Figures {
    pub(crate) const fn of(language: Language) -> Self {
        match language {
            Language::Sv | Language::Nb => Self { language, point: ',', thousands: BLANK },
            Language::En => Self { language, point: '.', thousands: ',' },
        }
    }

    /// `1 234,50`, without the currency.
    pub(crate) fn bare(self, money: Money) -> String {
        self.decimal(money.minor, 2)
    }

    /// `1 234,50 kr`, `SEK 1,234.50`.
    pub(crate) fn money(self, money: Money) -> String {
        let bare = self.bare(money);
        match (self.language, money.currency) {
            (Language::Sv | Language::Nb, Currency::Sek | Currency::Nok) => format!("{bare}{BLANK}kr"),
            (Language::Sv | Language::Nb, Currency::Eur) => format!("{bare}{BLANK}€"),
            (Language::En, currency) => format!("{}{BLANK}{bare}", currency.code()),
        }
    }

    /// `23,751`: kilowatt-hours to the watt-hour, so that a reader can add them up.
    pub(crate) fn kwh(self, energy: Energy) -> String {
        self.decimal(energy.wh(), 3)
    }

    /// `43,90 öre/kWh`: with two decimals, or more where there are.
    pub(crate) fn price(self, micro_per_kwh: i64, currency: Currency) -> String {
        let (mut unscaled, mut scale) = (micro_per_kwh, 4);
        while scale > 2 && unscaled % 10 == 0 {
            (unscaled, scale) = (unscaled / 10, scale - 1);
        }
        let word = match (self.language, currency) {
            (_, Currency::Eur) => "cent",
            (_, Currency::Nok) => "øre",
            (_, Currency::Sek) => "öre",
        };
        format!("{}{BLANK}{word}/kWh", self.decimal(unscaled, scale))
    }

    /// A price that is an average: its further decimals would say more than it knows.
    pub(crate) fn average(self, micro_per_kwh: i64, currency: Currency) -> String {
        let half = if micro_per_kwh < 0 { -50 } else { 50 };
        self.price((micro_per_kwh + half) / 100 * 100, currency)
    }

    /// `2026-11-21`, `21.11.2026`, `21 November 2026`.
    pub(crate) fn date(self, date: NaiveDate) -> String {
        match self.language {
            Language::Sv => date.to_string(),
            Language::Nb => date.format("%d.%m.%Y").to_string(),
            Language::En => long_date(date, self.language),
        }
    }

    /// `25 %`, `25%`.
    pub(crate) fn rate(self, rate: VatRate) -> String {
        let (mut unscaled, mut scale) = (i64::from(rate.basis_points()), 2);
        while scale > 0 && unscaled % 10 == 0 {
            (unscaled, scale) = (unscaled / 10, scale - 1);
        }
        let number = self.decimal(unscaled, scale);
        if self.language == Language::En { format!("{number}%") } else { format!("{number}{BLANK}%") }
    }

    fn decimal(self, unscaled: i64, scale: usize) -> String {
        let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
        let (whole, decimals) = digits.split_at(digits.len() - scale);
        let mut text = String::with_capacity(digits.len() + 8);
        if unscaled < 0 {
            text.push(MINUS);
        }
        for (place, digit) in whole.char_indices() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                text.push(self.thousands);
            }
            text.push(digit);
        }
        if scale > 0 {
            text.push(self.point);
            text.push_str(decimals);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Language::Sv, 123_450, "1\u{a0}234,50\u{a0}kr")]
    #[case(Language::Nb, -5, "\u{2212}0,05\u{a0}kr")]
    #[case(Language::En, 123_456_789, "SEK\u{a0}1,234,567.89")]
    #[case(Language::Sv, 100, "1,00\u{a0}kr")]
    fn an_amount_is_written_as_its_language_writes_it(
        #[case] language: Language,
        #[case] minor: i64,
        #[case] text: &str,
    ) {
        assert_eq!(Figures::of(language).money(Money::of_minor(minor, Currency::Sek)), text);
    }

    #[test]
    fn prices_keep_the_decimals_they_have() {
        let swedish = Figures::of(Language::Sv);
        assert_eq!(swedish.price(439_000, Currency::Sek), "43,90\u{a0}öre/kWh");
        assert_eq!(swedish.price(-1_250, Currency::Sek), "\u{2212}0,125\u{a0}öre/kWh");
        assert_eq!(Figures::of(Language::En).price(556_385, Currency::Nok), "55.6385\u{a0}øre/kWh");
        assert_eq!(swedish.average(614_237, Currency::Sek), "61,42\u{a0}öre/kWh");
        assert_eq!(swedish.average(-1_250, Currency::Sek), "\u{2212}0,13\u{a0}öre/kWh");
        let rate = |points| VatRate::of_basis_points(points).unwrap();
        assert_eq!(
            [swedish.rate(rate(2_500)), swedish.rate(rate(1_250)), swedish.rate(rate(0))],
            ["25\u{a0}%", "12,5\u{a0}%", "0\u{a0}%"]
        );
        assert_eq!(swedish.kwh(Energy::from_wh(1_023_751)), "1\u{a0}023,751");
    }
}
