//! What SAF-T, the Norwegian standard audit file, asks for beyond vouchers: under which group an account is counted, which
//! code of VAT stands on a line, and whose an amount is.
//!
//! Source: SAF-T Financial 1.30 with its code lists `naeringsspesifikasjon` and `Standard_Tax_Codes`.

use super::{AccountNumber, ChartKey};
use crate::ledger::AccountKind;
use crate::money::{Currency, Money, MoneyError, divide_half_away};
use crate::tariff::ComponentKind;
use crate::vat::{Vat, VatRate};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Where the Norwegian tax return counts an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// The part of the return.
    pub category: &'static str,
    /// The row in it.
    pub code: &'static str,
}

/// A code of VAT as it is declared in Norway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaxCode {
    /// The standard code, or `NA` for a rate that Norway does not have.
    pub standard: &'static str,
    /// The rate.
    pub rate: VatRate,
}

impl TaxCode {
    /// What the code is called in a file: codes without a standard are told apart by their rate.
    pub fn code(self) -> String {
        match self.standard {
            "NA" => format!("NA{}", self.rate.basis_points()),
            standard => standard.to_owned(),
        }
    }

    /// What is sold under it.
    pub const fn description(self) -> &'static str {
        match self.standard.as_bytes() {
            b"3" => "Utgående merverdiavgift, alminnelig sats",
            b"31" => "Utgående merverdiavgift, middels sats",
            b"32" => "Utgående merverdiavgift, råfisk",
            b"33" => "Utgående merverdiavgift, lav sats",
            b"5" => "Innenlands omsetning fritatt for merverdiavgift",
            b"51" => "Innenlandsk omsetning med omvendt avgiftsplikt",
            b"6" => "Omsetning utenfor merverdiavgiftsloven",
            b"7" => "Ingen merverdiavgiftsbehandling (inntekter)",
            _ => "Sats uten standardkode",
        }
    }

    /// The code of an amount that is sold.
    pub const fn of(key: ChartKey) -> Option<Self> {
        if !matches!(key.kind, AccountKind::Revenue) {
            return None;
        }
        let standard = match key.vat {
            Some(vat @ Vat::Rate(_)) => return Some(Self { standard: standard_code(vat.rate()), rate: vat.rate() }),
            Some(Vat::ReverseCharge) => "51",
            // What follows from paying too late is no turnover.
            _ if is_late(key.component) => "7",
            _ => "6",
        };
        Some(Self { standard, rate: Vat::Exempt.rate() })
    }
}

const fn is_late(component: Option<ComponentKind>) -> bool {
    matches!(component, Some(ComponentKind::ReminderFee | ComponentKind::LateInterest))
}

const fn standard_code(rate: VatRate) -> &'static str {
    match rate.basis_points() {
        2_500 => "3",
        1_500 => "31",
        1_111 => "32",
        1_200 => "33",
        0 => "5",
        _ => "NA",
    }
}

/// Where an account is counted that stands for something.
pub const fn grouping(key: ChartKey) -> Grouping {
    const fn group(category: &'static str, code: &'static str) -> Grouping {
        Grouping { category, code }
    }
    let has_vat = matches!(key.vat, Some(vat) if vat.rate().basis_points() > 0);
    match (key.kind, key.component) {
        (AccountKind::Receivable, _) => group("balanseverdiForOmloepsmiddel", "1500"),
        (
            AccountKind::ClearingSwish
            | AccountKind::ClearingVipps
            | AccountKind::ClearingPayson
            | AccountKind::ClearingCard,
            _,
        ) => group("balanseverdiForOmloepsmiddel", "1570"),
        (AccountKind::Cash, _) => group("balanseverdiForOmloepsmiddel", "1900"),
        (AccountKind::Bank, _) => group("balanseverdiForOmloepsmiddel", "1920"),
        (AccountKind::Prepaid, _) => group("kortsiktigGjeld", "2900"),
        (AccountKind::Suspense, _) => group("kortsiktigGjeld", "2990"),
        (AccountKind::Vat, _) => group("kortsiktigGjeld", "2740"),
        (AccountKind::Revenue, Some(ComponentKind::ReminderFee)) => group("annenDriftsinntekt", "3900"),
        (AccountKind::Revenue, Some(ComponentKind::LateInterest)) => group("finansinntekt", "8050"),
        (AccountKind::Revenue, _) if has_vat => group("salgsinntekt", "3000"),
        (AccountKind::Revenue, _) if matches!(key.vat, Some(Vat::Rate(_))) => group("salgsinntekt", "3100"),
        (AccountKind::Revenue, _) => group("salgsinntekt", "3200"),
        (AccountKind::Rounding | AccountKind::ProviderFee | AccountKind::TillDifference, _) => {
            group("annenDriftskostnad", "7700")
        }
    }
}

/// One side of a transfer: above zero on the debit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The account of the chart.
    pub account: AccountNumber,
    /// What it stands for.
    pub key: ChartKey,
    /// Whose it is, where it is somebody's.
    pub customer: Option<Uuid>,
    /// How much.
    pub amount: Money,
}

/// A line of a voucher as SAF-T has it: above zero on the debit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaftLine {
    /// The account.
    pub account: AccountNumber,
    /// Whose it is.
    pub customer: Option<Uuid>,
    /// How much.
    pub amount: Money,
    /// How VAT applies to what was sold, with the VAT on it.
    pub tax: Option<(TaxCode, Money)>,
}

/// Adds up the sides of transfers by account, by whose they are, and by how VAT applies. VAT stands on lines of its own, and
/// once more beside what it is on: where several lines share a rate, each has its part, and together they have all of it.
///
/// # Errors
/// [`MoneyError`] when they are of several currencies or too large.
pub fn saft_lines(currency: Currency, parts: &[Part]) -> Result<Vec<SaftLine>, MoneyError> {
    let mut sums: BTreeMap<(&AccountNumber, Option<Uuid>, Option<TaxCode>), Money> = BTreeMap::new();
    let mut taxes: BTreeMap<VatRate, i128> = BTreeMap::new();
    for it in parts {
        let sum = sums.entry((&it.account, it.customer, TaxCode::of(it.key))).or_insert(Money::zero(currency));
        *sum = sum.plus(it.amount)?;
        if let (AccountKind::Vat, Some(vat)) = (it.key.kind, it.key.vat) {
            *taxes.entry(vat.rate()).or_default() += i128::from(it.amount.minor);
        }
    }
    sums.retain(|_, sum| sum.minor != 0);
    let mut bases: BTreeMap<VatRate, i128> = BTreeMap::new();
    for ((_, _, tax), sum) in &sums {
        if let Some(tax) = tax {
            *bases.entry(tax.rate).or_default() += i128::from(sum.minor);
        }
    }
    let mut through: BTreeMap<VatRate, i128> = BTreeMap::new();
    let line = |((account, customer, tax), amount): ((&AccountNumber, Option<Uuid>, Option<TaxCode>), Money)| {
        let tax = match tax {
            None => None,
            Some(tax) => {
                let (all, base) =
                    (taxes.get(&tax.rate).copied().unwrap_or(0), bases.get(&tax.rate).copied().unwrap_or(0));
                let before = through.entry(tax.rate).or_default();
                let share = |through: i128| if base == 0 { 0 } else { divide_signed(all * through, base) };
                let after = *before + i128::from(amount.minor);
                let part = share(after) - share(*before);
                *before = after;
                Some((tax, Money::of_minor(i64::try_from(part).map_err(|_| MoneyError::TooLarge)?, currency)))
            }
        };
        Ok(SaftLine { account: account.clone(), customer, amount, tax })
    };
    sums.into_iter().map(line).collect()
}

/// Divides by what may be below zero.
const fn divide_signed(value: i128, by: i128) -> i128 {
    if by < 0 { divide_half_away(-value, -by) } else { divide_half_away(value, by) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bookkeeping::{Booked, add_up, standard};
    use crate::country::Country;
    use proptest::prelude::*;
    use rstest::rstest;

    fn key(kind: AccountKind, vat: Option<Vat>) -> ChartKey {
        ChartKey { kind, component: None, vat }
    }

    fn rate(points: u16) -> Vat {
        Vat::Rate(VatRate::of_basis_points(points).expect("a rate"))
    }

    #[rstest]
    #[case(rate(2_500), "3")]
    #[case(rate(1_500), "31")]
    #[case(rate(1_111), "32")]
    #[case(rate(1_200), "33")]
    #[case(rate(0), "5")]
    #[case(rate(2_000), "NA2000")]
    #[case(Vat::ReverseCharge, "51")]
    #[case(Vat::Exempt, "6")]
    fn what_is_sold_has_the_code_by_which_it_is_declared(#[case] vat: Vat, #[case] code: &str) {
        assert_eq!(TaxCode::of(key(AccountKind::Revenue, Some(vat))).expect("a code").code(), code);
        assert_eq!(TaxCode::of(key(AccountKind::Vat, Some(vat))), None);
    }

    #[test]
    fn what_follows_from_paying_too_late_is_no_turnover() {
        let fee =
            ChartKey { component: Some(ComponentKind::ReminderFee), ..key(AccountKind::Revenue, Some(Vat::Exempt)) };
        assert_eq!(TaxCode::of(fee).expect("a code").code(), "7");
        assert_eq!(grouping(fee).category, "annenDriftsinntekt");
    }

    #[test]
    fn sales_are_grouped_by_whether_vat_applies_to_them() {
        let codes = [rate(2_500), rate(0), Vat::Exempt].map(|vat| grouping(key(AccountKind::Revenue, Some(vat))).code);
        assert_eq!(codes, ["3000", "3100", "3200"]);
    }

    /// What a transfer is made of: whether it is sold, which rate, whose, and how much.
    type Made = (bool, usize, u8, i64);

    fn moves(made: &[Made]) -> Vec<(Booked, [Part; 2])> {
        let vats = [rate(2_500), rate(1_500), Vat::Exempt];
        let one = |(is_sold, vat, whose, minor): &Made| {
            let amount = Money::of_minor(minor.abs(), Currency::Nok);
            let kind = if *is_sold { AccountKind::Revenue } else { AccountKind::Vat };
            let ours = key(AccountKind::Receivable, None);
            let other = key(kind, Some(vats[*vat % if *is_sold { 3 } else { 2 }]));
            let number = |key| standard(Country::No, key).number;
            let (debit, credit) = if *minor > 0 { (ours, other) } else { (other, ours) };
            let customer = Uuid::from_u128(u128::from(*whose));
            let part = |key: ChartKey, amount| Part {
                account: number(key),
                key,
                customer: (key.kind == AccountKind::Receivable).then_some(customer),
                amount,
            };
            let booked = Booked { debit: number(debit), credit: number(credit), amount };
            (booked, [part(debit, amount), part(credit, amount.negated())])
        };
        made.iter().filter(|(.., minor)| *minor != 0).map(one).collect()
    }

    proptest! {
        #[test]
        fn the_lines_are_those_of_the_voucher_and_the_tax_beside_them_is_the_tax_of_it(
            made in proptest::collection::vec((any::<bool>(), 0usize..3, 0u8..3, -1_000_000i64..1_000_000), 0..30),
        ) {
            let moves = moves(&made);
            let booked: Vec<Booked> = moves.iter().map(|(booked, _)| booked.clone()).collect();
            let parts: Vec<Part> = moves.iter().flat_map(|(_, parts)| parts.clone()).collect();
            let lines = saft_lines(Currency::Nok, &parts).expect("lines");
            prop_assert_eq!(lines.iter().map(|line| line.amount.minor).sum::<i64>(), 0);
            let mut by_account: BTreeMap<&AccountNumber, i64> = BTreeMap::new();
            for line in &lines {
                *by_account.entry(&line.account).or_default() += line.amount.minor;
            }
            by_account.retain(|_, sum| *sum != 0);
            let voucher = add_up(Currency::Nok, &booked).expect("a voucher");
            let voucher: BTreeMap<_, _> = voucher.iter().map(|line| (&line.account, line.amount.minor)).collect();
            prop_assert_eq!(by_account, voucher);
            for points in [2_500, 1_500] {
                let vat = rate(points);
                let of = |line: &&SaftLine| matches!(line.tax, Some((tax, _)) if tax.rate == vat.rate());
                let beside: i64 = lines.iter().filter(of).filter_map(|line| line.tax).map(|(_, vat)| vat.minor).sum();
                let base: i64 = lines.iter().filter(of).map(|line| line.amount.minor).sum();
                let is_tax = |part: &&Part| part.key == key(AccountKind::Vat, Some(vat));
                let tax: i64 = parts.iter().filter(is_tax).map(|part| part.amount.minor).sum();
                prop_assert!(beside == tax || base == 0, "{} {}", beside, tax);
            }
        }
    }
}
