//! A voucher: what one thing that happened has moved, in the numbers of a chart.

use super::AccountNumber;
use crate::money::{Currency, Money, MoneyError};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// One transfer of the ledger, in the numbers of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// The account that it is given to.
    pub debit: AccountNumber,
    /// The account that it is taken from.
    pub credit: AccountNumber,
    /// How much: more than nothing.
    pub amount: Money,
}

/// What a voucher does to one account: above zero to its debit, below to its credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoucherLine {
    /// The account.
    pub account: AccountNumber,
    /// How much.
    pub amount: Money,
}

/// A voucher (verifikation, bilag).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voucher {
    /// The series that its number is of.
    pub series: String,
    /// Its number within series and fiscal year.
    pub number: i64,
    /// The day that it counts on.
    pub on: NaiveDate,
    /// What happened.
    pub text: String,
    /// What it does; together nothing.
    pub lines: Vec<VoucherLine>,
}

/// Adds up transfers by account, in the order of their numbers. Accounts that nothing is left on are left out, as when two
/// of ours are one for the accountant.
///
/// # Errors
/// [`MoneyError`] when they are of several currencies or too large.
pub fn add_up(currency: Currency, booked: &[Booked]) -> Result<Vec<VoucherLine>, MoneyError> {
    let mut sums: BTreeMap<&AccountNumber, Money> = BTreeMap::new();
    for it in booked {
        for (account, amount) in [(&it.debit, it.amount), (&it.credit, it.amount.negated())] {
            let sum = sums.entry(account).or_insert(Money::zero(currency));
            *sum = sum.plus(amount)?;
        }
    }
    let lines = sums.into_iter().filter(|(_, sum)| sum.minor != 0);
    Ok(lines.map(|(account, amount)| VoucherLine { account: account.clone(), amount }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_voucher_adds_up_to_nothing_whatever_it_is_made_of(
            booked in proptest::collection::vec((0u16..6, 0u16..6, 1i64..1_000_000), 0..20),
        ) {
            let number = |n: u16| AccountNumber::parse(&(1_510 + n).to_string()).expect("a number");
            let booked: Vec<Booked> = booked
                .into_iter()
                .map(|(debit, credit, minor)| Booked {
                    debit: number(debit),
                    credit: number(credit),
                    amount: Money::of_minor(minor, Currency::Sek),
                })
                .collect();
            let lines = add_up(Currency::Sek, &booked).expect("lines");
            prop_assert_eq!(lines.iter().map(|line| line.amount.minor).sum::<i64>(), 0);
            prop_assert!(lines.is_sorted_by(|one, next| one.account < next.account));
            prop_assert!(lines.iter().all(|line| line.amount.minor != 0));
        }
    }
}
