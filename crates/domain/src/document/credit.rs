//! Credit notes: never more than is left of what they take back, and the last one takes the remainder to the öre.

use super::Sums;
use crate::money::{Currency, Money, MoneyError};
use crate::vat::{RateTotal, Totals, Vat};
use std::collections::BTreeMap;

/// Why something cannot be credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditRefusal {
    /// More of a rate than is left of it, or the other way.
    #[error("less than that is left to credit")]
    TooMuch,
    /// Nothing was asked for.
    #[error("there is nothing to credit")]
    Nothing,
    /// An amount of another currency, or too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl CreditRefusal {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooMuch => "credit.too_much",
            Self::Nothing => "credit.nothing",
            Self::Money(_) => "money.too_large",
        }
    }
}

/// What a credit note adds up to, and whether it leaves nothing.
///
/// `asked` is what is taken back of each rate, without VAT. VAT is counted on it as on the invoice; of what takes the
/// rest of a rate, the VAT is the rest of that rate's VAT. Rounding to whole kronor goes back with the last of all, so that
/// all credit notes together are the invoice.
///
/// # Errors
/// [`CreditRefusal`].
pub fn credit(invoice: &Sums, earlier: &[Sums], asked: &BTreeMap<Vat, Money>) -> Result<(Sums, bool), CreditRefusal> {
    let currency = invoice.payable.currency;
    let mut left: BTreeMap<Vat, (Money, Money)> =
        invoice.totals.rates.iter().map(|total| (total.vat_kind, (total.net, total.vat))).collect();
    let mut rounding = invoice.rounding;
    for note in earlier {
        for total in &note.totals.rates {
            let rest = left.get_mut(&total.vat_kind).ok_or(CreditRefusal::TooMuch)?;
            *rest = (rest.0.plus(total.net.negated())?, rest.1.plus(total.vat.negated())?);
        }
        rounding = rounding.plus(note.rounding.negated())?;
    }
    let mut rates = Vec::new();
    for (vat_kind, net) in asked.iter().filter(|(_, net)| net.minor != 0) {
        let rest = left.get_mut(vat_kind).ok_or(CreditRefusal::TooMuch)?;
        if net.currency != currency {
            return Err(MoneyError::Currencies.into());
        }
        let vat = vat_of(*vat_kind, *net, *rest)?;
        *rest = (rest.0.plus(net.negated())?, rest.1.plus(vat.negated())?);
        rates.push(RateTotal { vat_kind: *vat_kind, net: *net, vat });
    }
    if rates.is_empty() {
        return Err(CreditRefusal::Nothing);
    }
    let last = left.values().all(|(net, _)| net.minor == 0);
    let rounding = if last { rounding } else { Money::zero(currency) };
    let net = Money::sum(currency, rates.iter().map(|total| total.net))?;
    let vat = Money::sum(currency, rates.iter().map(|total| total.vat))?;
    let gross = net.plus(vat)?;
    Ok((Sums { payable: gross.plus(rounding)?, rounding, totals: Totals { rates, net, vat, gross } }, last))
}

/// The VAT of a part of what is left of one rate.
fn vat_of(vat_kind: Vat, net: Money, (net_left, vat_left): (Money, Money)) -> Result<Money, CreditRefusal> {
    let (asked, left) = (net.minor, net_left.minor);
    if asked.signum() != left.signum() || asked.unsigned_abs() > left.unsigned_abs() {
        return Err(CreditRefusal::TooMuch);
    }
    if asked == left {
        return Ok(vat_left);
    }
    let totals = crate::vat::totals(net.currency, crate::vat::Pricing::Net, &[(vat_kind, net)])?;
    // Halves that earlier notes rounded up may have used the last öre.
    let most = vat_left.minor.unsigned_abs();
    let vat = totals.vat.minor;
    let vat = if vat.unsigned_abs() > most { vat_left.minor } else { vat };
    Ok(Money::of_minor(vat, net.currency))
}

/// All that is left of an invoice, by rate and without VAT: what a whole credit asks for.
///
/// # Errors
/// [`MoneyError`] when the documents are of several currencies.
pub fn left_of(invoice: &Sums, earlier: &[Sums]) -> Result<BTreeMap<Vat, Money>, MoneyError> {
    let currency: Currency = invoice.payable.currency;
    let credited =
        earlier.iter().flat_map(|note| &note.totals.rates).map(|total| (total.vat_kind, total.net.negated()));
    let invoiced = invoice.totals.rates.iter().map(|total| (total.vat_kind, total.net));
    invoiced.chain(credited).try_fold(BTreeMap::new(), |mut left, (vat_kind, net)| {
        let sum = left.entry(vat_kind).or_insert(Money::zero(currency));
        *sum = sum.plus(net)?;
        Ok(left)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Rounding, sums};
    use super::*;
    use crate::vat::{Pricing, VatRate};
    use proptest::prelude::*;

    fn rate(points: u16) -> Vat {
        Vat::Rate(VatRate::of_basis_points(points).expect("a rate"))
    }

    const fn sek(minor: i64) -> Money {
        Money::of_minor(minor, Currency::Sek)
    }

    fn invoice(lines: &[(Vat, Money)]) -> Sums {
        sums(Currency::Sek, Pricing::Net, lines, Rounding::ToWhole).expect("sums")
    }

    #[test]
    fn more_than_is_left_is_refused() {
        let invoice = invoice(&[(rate(2_500), sek(10_000))]);
        let part = BTreeMap::from([(rate(2_500), sek(6_000))]);
        let (first, last) = credit(&invoice, &[], &part).expect("a credit");
        assert_eq!((first.payable, last), (sek(7_500), false));
        assert_eq!(credit(&invoice, std::slice::from_ref(&first), &part), Err(CreditRefusal::TooMuch));
        let other = BTreeMap::from([(rate(1_200), sek(1))]);
        assert_eq!(credit(&invoice, &[], &other), Err(CreditRefusal::TooMuch));
        let the_other_way = BTreeMap::from([(rate(2_500), sek(-1))]);
        assert_eq!(credit(&invoice, &[], &the_other_way), Err(CreditRefusal::TooMuch));
        assert_eq!(credit(&invoice, &[], &BTreeMap::new()), Err(CreditRefusal::Nothing));
    }

    #[test]
    fn a_whole_credit_is_the_invoice_with_its_rounding() {
        let invoice = invoice(&[(rate(600), sek(11_700)), (rate(2_500), sek(-333))]);
        let asked = left_of(&invoice, &[]).expect("what is left");
        assert_eq!(credit(&invoice, &[], &asked), Ok((invoice, true)));
    }

    proptest! {
        #[test]
        fn all_credit_notes_together_are_the_invoice(
            lines in proptest::collection::vec((0usize..4, -20_000i64..90_000), 1..12),
            shares in proptest::collection::vec(0i64..=100, 0..8),
        ) {
            let kinds = [rate(0), rate(1_200), rate(2_500), Vat::Exempt];
            let lines: Vec<_> = lines.into_iter().map(|(kind, minor)| (kinds[kind], sek(minor))).collect();
            let invoice = invoice(&lines);
            let mut notes: Vec<Sums> = Vec::new();
            for share in shares.into_iter().chain([100]) {
                let left = left_of(&invoice, &notes).expect("what is left");
                let asked = left.into_iter().map(|(vat, net)| (vat, sek(net.minor * share / 100))).collect();
                match credit(&invoice, &notes, &asked) {
                    Ok((note, last)) => {
                        let all: Vec<Sums> = notes.iter().cloned().chain([note.clone()]).collect();
                        let left = left_of(&invoice, &all).expect("what is left");
                        prop_assert_eq!(last, left.values().all(|net| net.minor == 0));
                        notes.push(note);
                    }
                    Err(refusal) => prop_assert_eq!(refusal, CreditRefusal::Nothing),
                }
            }
            let nothing = invoice.totals.rates.iter().all(|total| total.net.minor == 0);
            if !nothing {
                prop_assert_eq!(notes.iter().map(|note| note.payable.minor).sum::<i64>(), invoice.payable.minor);
                prop_assert_eq!(notes.iter().map(|note| note.totals.vat.minor).sum::<i64>(), invoice.totals.vat.minor);
                prop_assert_eq!(notes.iter().map(|note| note.rounding.minor).sum::<i64>(), invoice.rounding.minor);
            }
        }
    }
}
