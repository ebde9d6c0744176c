//! The VAT of what was paid in a till: nothing is sold there, so none of it is new. It is part of the documents that were paid,
//! and is told by rate so that whoever counts VAT by what has been paid finds it.

use crate::money::{Money, MoneyError, divide_half_away};
use crate::vat::{RateTotal, Vat};
use std::collections::BTreeMap;

/// A document of which something was paid in a till.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidDocument {
    /// What was paid of it, less what was taken back.
    pub paid: Money,
    /// What it asks for.
    pub payable: Money,
    /// What it adds up to by rate; that may be less than what it asks for, or more, by its rounding.
    pub rates: Vec<RateTotal>,
}

/// What was paid of documents at one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaidAtRate {
    /// The rate or kind; none for the rounding of documents.
    pub vat_kind: Option<Vat>,
    /// What was paid, with VAT.
    pub paid: Money,
    /// The VAT in it, which stands on the documents.
    pub vat: Money,
}

/// Says how much was paid of each rate, the lowest first, and then of rounding. Of a document that is paid in part, each rate
/// is paid in the same part; of one that is paid whole, it is what stands on it. Together it is what was paid.
///
/// # Errors
/// [`MoneyError`] when documents are of several currencies or too large.
pub fn paid_by_rate(documents: &[PaidDocument]) -> Result<Vec<PaidAtRate>, MoneyError> {
    let mut sums: BTreeMap<(bool, Option<Vat>), PaidAtRate> = BTreeMap::new();
    for it in documents {
        let mut rest = it.paid;
        // Rounded where the sum stands and not by rate, so that no öre is lost between them.
        let (mut gross, mut placed) = (Money::zero(it.paid.currency), Money::zero(it.paid.currency));
        for rate in &it.rates {
            gross = gross.plus(rate.net)?.plus(rate.vat)?;
            let upto = part(gross, it)?;
            let paid = upto.plus(placed.negated())?;
            placed = upto;
            rest = rest.plus(paid.negated())?;
            add(&mut sums, PaidAtRate { vat_kind: Some(rate.vat_kind), paid, vat: part(rate.vat, it)? })?;
        }
        if rest.minor != 0 {
            add(&mut sums, PaidAtRate { vat_kind: None, paid: rest, vat: Money::zero(rest.currency) })?;
        }
    }
    Ok(sums.into_values().filter(|it| it.paid.minor != 0 || it.vat.minor != 0).collect())
}

/// The part of an amount on a document that is paid when so much of the document is.
fn part(amount: Money, of: &PaidDocument) -> Result<Money, MoneyError> {
    if of.payable.minor == 0 {
        return Ok(Money { minor: 0, ..amount });
    }
    let product = i128::from(amount.minor) * i128::from(of.paid.minor);
    let minor = divide_half_away(product, i128::from(of.payable.minor));
    Ok(Money { minor: i64::try_from(minor).map_err(|_| MoneyError::TooLarge)?, ..amount })
}

fn add(sums: &mut BTreeMap<(bool, Option<Vat>), PaidAtRate>, it: PaidAtRate) -> Result<(), MoneyError> {
    let nothing = Money::zero(it.paid.currency);
    let at = (it.vat_kind.is_none(), it.vat_kind);
    let sum = sums.entry(at).or_insert(PaidAtRate { paid: nothing, vat: nothing, ..it });
    (sum.paid, sum.vat) = (sum.paid.plus(it.paid)?, sum.vat.plus(it.vat)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use crate::vat::VatRate;
    use proptest::prelude::*;

    fn sek(minor: i64) -> Money {
        Money::of_minor(minor, Currency::Sek)
    }

    fn rate(points: u16, net: i64, vat: i64) -> RateTotal {
        RateTotal { vat_kind: Vat::Rate(VatRate::of_basis_points(points).unwrap()), net: sek(net), vat: sek(vat) }
    }

    fn told(documents: &[PaidDocument]) -> Vec<(Option<String>, i64, i64)> {
        let all = paid_by_rate(documents).unwrap();
        all.iter().map(|it| (it.vat_kind.map(Vat::word), it.paid.minor, it.vat.minor)).collect()
    }

    #[test]
    fn a_document_that_is_paid_whole_has_the_vat_that_stands_on_it_and_its_rounding_beside() {
        let exempt = RateTotal { vat_kind: Vat::Exempt, net: sek(5_000), vat: sek(0) };
        let rates = vec![rate(1_200, 1_000, 120), rate(2_500, 3_222, 806), exempt];
        let paid = PaidDocument { paid: sek(10_100), payable: sek(10_100), rates };
        let whole =
            [(Some("1200"), 1_120, 120), (Some("2500"), 4_028, 806), (Some("exempt"), 5_000, 0), (None, -48, 0)];
        let whole: Vec<_> = whole.map(|(kind, paid, vat)| (kind.map(str::to_owned), paid, vat)).into();
        assert_eq!(told(std::slice::from_ref(&paid)), whole);
        // Half of it is half of each, and what was taken back is nothing.
        let half = told(&[PaidDocument { paid: sek(5_050), ..paid.clone() }]);
        assert_eq!(half.iter().map(|it| it.1).collect::<Vec<_>>(), [560, 2_014, 2_500, -24]);
        assert_eq!(told(&[PaidDocument { paid: sek(0), ..paid }]), []);
    }

    #[test]
    fn what_is_asked_for_without_lines_of_vat_is_told_beside_the_rates() {
        let bare = PaidDocument { paid: sek(6_000), payable: sek(6_000), rates: Vec::new() };
        assert_eq!(told(&[bare]), [(None, 6_000, 0)]);
    }

    proptest! {
        #[test]
        fn the_rates_are_together_what_was_paid(
            all in proptest::collection::vec(
                (proptest::collection::vec((0usize..4, 1i64..1_000_000), 0..4), -50i64..50, 0i64..=1_000), 0..6,
            ),
        ) {
            let points = [0, 600, 1_200, 2_500];
            let documents: Vec<PaidDocument> = all.into_iter().map(|(lines, rounding, promille)| {
                let rates: Vec<_> = lines.into_iter().map(|(at, net)| {
                    rate(points[at], net, net * i64::from(points[at]) / 10_000)
                }).collect();
                let gross: i64 = rates.iter().map(|it| it.net.minor + it.vat.minor).sum();
                let payable = (gross + rounding).max(0);
                PaidDocument { paid: sek(payable * promille / 1_000), payable: sek(payable), rates }
            }).collect();
            let told = paid_by_rate(&documents).unwrap();
            let paid: i64 = documents.iter().map(|it| it.paid.minor).sum();
            prop_assert_eq!(told.iter().map(|it| it.paid.minor).sum::<i64>(), paid);
            prop_assert!(told.iter().filter(|it| it.vat_kind.is_some()).all(|it| it.paid.minor >= it.vat.minor));
        }
    }
}
