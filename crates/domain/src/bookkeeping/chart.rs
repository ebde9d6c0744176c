//! The chart of accounts that an accountant uses, BAS in Sweden and NS 4102 in Norway, and what of it is meant when nothing
//! else is said.

use crate::country::Country;
use crate::ledger::{Account, AccountKind};
use crate::tariff::ComponentKind;
use crate::text_value::text_value;
use crate::vat::{Vat, VatRate};
use serde::{Deserialize, Serialize};

/// The number of an account in somebody's chart: four to eight digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountNumber(String);

text_value!(AccountNumber, NoAccountNumber, "account-number");

/// The text is no number of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not four to eight digits")]
pub struct NoAccountNumber;

impl NoAccountNumber {
    /// The stable word that screens and fault lists translate.
    pub const fn code(self) -> &'static str {
        "account_number.malformed"
    }
}

impl AccountNumber {
    /// Reads a number as people write it.
    ///
    /// # Errors
    /// [`NoAccountNumber`].
    pub fn parse(text: &str) -> Result<Self, NoAccountNumber> {
        Self::parse_stored(text.trim())
    }

    /// Reads [`AccountNumber::as_str`] back.
    ///
    /// # Errors
    /// [`NoAccountNumber`].
    pub fn parse_stored(text: &str) -> Result<Self, NoAccountNumber> {
        let is_number = (4..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        // No chart has a class 0.
        if is_number && !text.starts_with('0') { Ok(Self(text.to_owned())) } else { Err(NoAccountNumber) }
    }

    /// Its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for AccountNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// An account of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartAccount {
    /// Its number.
    pub number: AccountNumber,
    /// What the accountant calls it.
    pub name: String,
}

/// What accounts of ours have in common that one account of a chart stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChartKey {
    /// What they are for.
    pub kind: AccountKind,
    /// What the price was made of, of revenue; nothing for all of it.
    pub component: Option<ComponentKind>,
    /// How VAT applies, of revenue and VAT.
    pub vat: Option<Vat>,
}

impl ChartKey {
    /// What an account of ours is looked up by.
    pub const fn of(account: &Account) -> Self {
        Self { kind: account.kind, component: account.component, vat: account.vat }
    }

    /// The same for whatever the price was made of; what follows from paying too late is no price, and stands for itself.
    #[must_use]
    pub const fn whatever_sold(self) -> Self {
        match self.component {
            Some(component) if !component.is_of_tariff() => self,
            _ => Self { component: None, ..self },
        }
    }
}

/// The account of the country's chart that is meant when the accountant has said nothing else: BAS, or NS 4102.
///
/// What is sold goes by its VAT, as a declaration counts it.
pub fn standard(country: Country, key: ChartKey) -> ChartAccount {
    let points = key.vat.and_then(|vat| match vat {
        Vat::Rate(rate) => Some(rate.basis_points()),
        _ => None,
    });
    let (number, name) = match (country, key.component) {
        (Country::Se, Some(ComponentKind::ReminderFee)) => ("3930", "Påminnelseavgifter"),
        (Country::Se, Some(ComponentKind::LateInterest)) => ("8313", "Ränteintäkter från kortfristiga fordringar"),
        (Country::No, Some(ComponentKind::ReminderFee)) => ("3900", "Annen driftsrelatert inntekt"),
        (Country::No, Some(ComponentKind::LateInterest)) => ("8050", "Annen renteinntekt"),
        (Country::Se, _) => bas(key.kind, points),
        (Country::No, _) => ns_4102(key.kind, points),
    };
    ChartAccount { number: AccountNumber(number.to_owned()), name: name.to_owned() }
}

/// The rates of VAT that declarations of a country count apart, the highest first.
pub fn rates_told_apart(country: Country) -> Vec<Vat> {
    let points = match country {
        Country::Se => [2_500, 1_200, 600],
        Country::No => [2_500, 1_500, 1_200],
    };
    points.into_iter().filter_map(|points| VatRate::of_basis_points(points).ok()).map(Vat::Rate).collect()
}

/// BAS 2026, as its publisher numbers it. What providers have stands on 1686 since then and stood on 1580 before: whoever
/// goes by an older edition says so.
const fn bas(kind: AccountKind, points: Option<u16>) -> (&'static str, &'static str) {
    match (kind, points) {
        (AccountKind::Receivable, _) => ("1510", "Kundfordringar"),
        (AccountKind::Prepaid, _) => ("2420", "Förskott från kunder"),
        (AccountKind::Bank, _) => ("1930", "Företagskonto/checkkonto/affärskonto"),
        (AccountKind::Suspense, _) => ("2999", "OBS-konto"),
        (
            AccountKind::ClearingSwish
            | AccountKind::ClearingVipps
            | AccountKind::ClearingPayson
            | AccountKind::ClearingCard,
            _,
        ) => ("1686", "Fordringar för kontokort och kuponger"),
        (AccountKind::Cash, _) => ("1910", "Kassa"),
        // BAS has no account for it alone; group 37 corrects what was taken in.
        (AccountKind::TillDifference, _) => ("3790", "Övriga intäktskorrigeringar"),
        (AccountKind::Revenue, Some(2_500)) => ("3001", "Försäljning inom Sverige, 25 % moms"),
        (AccountKind::Revenue, Some(1_200)) => ("3002", "Försäljning inom Sverige, 12 % moms"),
        (AccountKind::Revenue, Some(600)) => ("3003", "Försäljning inom Sverige, 6 % moms"),
        (AccountKind::Revenue, _) => ("3004", "Försäljning inom Sverige, momsfri"),
        (AccountKind::Vat, Some(1_200)) => ("2621", "Utgående moms på försäljning inom Sverige, 12 %"),
        (AccountKind::Vat, Some(600)) => ("2631", "Utgående moms på försäljning inom Sverige, 6 %"),
        (AccountKind::Vat, _) => ("2611", "Utgående moms på försäljning inom Sverige, 25 %"),
        (AccountKind::ProviderFee, _) => ("6570", "Bankkostnader"),
        (AccountKind::Rounding, _) => ("3740", "Öres- och kronutjämning"),
    }
}

/// NS 4102, with the third and fourth digit as the common programs have them.
const fn ns_4102(kind: AccountKind, points: Option<u16>) -> (&'static str, &'static str) {
    match (kind, points) {
        (AccountKind::Receivable, _) => ("1500", "Kundefordringer"),
        (AccountKind::Prepaid, _) => ("2900", "Forskudd fra kunder"),
        (AccountKind::Bank, _) => ("1920", "Bankinnskudd"),
        (AccountKind::Suspense, _) => ("2990", "Annen kortsiktig gjeld"),
        (
            AccountKind::ClearingSwish
            | AccountKind::ClearingVipps
            | AccountKind::ClearingPayson
            | AccountKind::ClearingCard,
            _,
        ) => ("1570", "Andre kortsiktige fordringer"),
        (AccountKind::Cash, _) => ("1900", "Kontanter"),
        (AccountKind::TillDifference, _) => ("7790", "Annen kostnad, fradragsberettiget"),
        (AccountKind::Revenue, Some(2_500)) => ("3000", "Salgsinntekt, avgiftspliktig, høy sats"),
        (AccountKind::Revenue, Some(1_500)) => ("3001", "Salgsinntekt, avgiftspliktig, middels sats"),
        (AccountKind::Revenue, Some(1_200)) => ("3002", "Salgsinntekt, avgiftspliktig, lav sats"),
        (AccountKind::Revenue, Some(_)) => ("3100", "Salgsinntekt, avgiftsfri"),
        (AccountKind::Revenue, None) => ("3200", "Salgsinntekt, utenfor avgiftsområdet"),
        (AccountKind::Vat, Some(1_500)) => ("2701", "Utgående merverdiavgift, middels sats"),
        (AccountKind::Vat, Some(1_200)) => ("2702", "Utgående merverdiavgift, lav sats"),
        (AccountKind::Vat, _) => ("2700", "Utgående merverdiavgift, høy sats"),
        (AccountKind::ProviderFee, _) => ("7770", "Bank- og kortgebyrer"),
        (AccountKind::Rounding, _) => ("7740", "Øreavrunding"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::collections::BTreeSet;

    fn key(kind: AccountKind, points: Option<u16>) -> ChartKey {
        let vat = points.map(|points| Vat::Rate(VatRate::of_basis_points(points).expect("a rate")));
        ChartKey { kind, component: None, vat }
    }

    #[rstest]
    #[case("1510", true)]
    #[case(" 30011 ", true)]
    #[case("151", false)]
    #[case("0510", false)]
    #[case("15-10", false)]
    #[case("123456789", false)]
    fn the_number_of_an_account_is_four_to_eight_digits(#[case] text: &str, #[case] is_one: bool) {
        assert_eq!(AccountNumber::parse(text).is_ok(), is_one);
    }

    #[test]
    fn what_a_declaration_counts_apart_stands_on_accounts_of_its_own() {
        for country in [Country::Se, Country::No] {
            let of = |kind| {
                let keys = rates_told_apart(country).into_iter();
                keys.map(move |vat| standard(country, ChartKey { kind, component: None, vat: Some(vat) }).number)
            };
            let numbers: BTreeSet<_> = of(AccountKind::Revenue).chain(of(AccountKind::Vat)).collect();
            assert_eq!(numbers.len(), 6, "{country:?}");
        }
    }

    #[test]
    fn every_kind_of_account_has_one_in_both_charts() {
        for country in [Country::Se, Country::No] {
            for kind in AccountKind::ALL {
                let it = standard(country, key(*kind, None));
                assert_eq!(AccountNumber::parse(it.number.as_str()), Ok(it.number), "{}", it.name);
            }
        }
    }
}
