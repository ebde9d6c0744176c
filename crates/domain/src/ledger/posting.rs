//! What a document moves: what is owed against what was sold, the VAT on it and the rounding.

use super::{Account, AccountKind, Amount, Asset, TransferCode};
use crate::document::{DocumentKind, Sums};
use crate::id::{CompanyId, FacilityId, OrganisationId, PersonId, UnitId};
use crate::money::{Money, MoneyError};
use crate::tariff::ComponentKind;
use crate::vat::Vat;
use std::collections::BTreeMap;

/// What the price of something was made of, and how VAT applies to it; nothing where that is not known.
pub type SoldAs = (Option<ComponentKind>, Vat);

/// Amounts by what they were sold as, without VAT.
pub type Sold = BTreeMap<SoldAs, Money>;

/// What is posted of a document.
#[derive(Clone, Copy, Debug)]
pub struct Postable<'d> {
    /// Whose it is.
    pub organisation_id: OrganisationId,
    /// The facility it is for.
    pub facility_id: FacilityId,
    /// Who owes it.
    pub person_id: Option<PersonId>,
    /// The company that owes it, of a document that collects what several people used.
    pub company_id: Option<CompanyId>,
    /// The unit it belongs to.
    pub unit_id: Option<UnitId>,
    /// What it is.
    pub kind: DocumentKind,
    /// What it adds up to.
    pub sums: &'d Sums,
    /// What its lines were sold as; what is not in it is sold as nothing in particular.
    pub sold: &'d Sold,
}

/// What a document moves between two accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// To whom it is given.
    pub debit: Account,
    /// From whom it is taken.
    pub credit: Account,
    /// How much.
    pub amount: Amount,
}

/// Nothing is posted of a document in the currency of market prices, or that is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the document cannot be posted")]
pub struct NotPosted;

impl From<MoneyError> for NotPosted {
    fn from(_: MoneyError) -> Self {
        Self
    }
}

/// The code by which a document of a kind posts itself.
pub const fn code_of(kind: DocumentKind) -> TransferCode {
    match kind {
        DocumentKind::Invoice => TransferCode::Invoice,
        DocumentKind::CreditNote => TransferCode::CreditNote,
        DocumentKind::Receipt => TransferCode::Receipt,
        DocumentKind::Reminder => TransferCode::Reminder,
    }
}

impl Postable<'_> {
    /// What is owed for the document: that of a company, or a person, or of a unit that is nobody's, or else of the facility.
    ///
    /// # Errors
    /// [`NotPosted`] in a currency that nothing is owed in.
    pub fn receivable(&self) -> Result<Account, NotPosted> {
        let person_id = self.person_id.filter(|_| self.company_id.is_none());
        let unit_id = self.unit_id.filter(|_| person_id.is_none() && self.company_id.is_none());
        Ok(Account { person_id, company_id: self.company_id, unit_id, ..self.account(AccountKind::Receivable)? })
    }

    /// What the document moves, in an order that is always the same: together it changes what is owed by what is payable.
    ///
    /// # Errors
    /// [`NotPosted`].
    pub fn legs(&self) -> Result<Vec<Leg>, NotPosted> {
        let receivable = self.receivable()?;
        let mut legs = Vec::new();
        let mut add = |other: Account, minor: i64| {
            let minor =
                if self.kind == DocumentKind::CreditNote { minor.checked_neg().ok_or(NotPosted)? } else { minor };
            let size = i64::try_from(minor.unsigned_abs()).map_err(|_| NotPosted)?;
            let Some(amount) = Amount::new(size) else { return Ok(()) };
            let (debit, credit) = if minor > 0 { (receivable, other) } else { (other, receivable) };
            legs.push(Leg { debit, credit, amount });
            Ok::<(), NotPosted>(())
        };
        for rate in &self.sums.totals.rates {
            let revenue = self.account(AccountKind::Revenue)?;
            let mut left = rate.net;
            for ((component, vat), amount) in self.sold.iter().filter(|((_, vat), _)| *vat == rate.vat_kind) {
                if component.is_some() {
                    add(Account { component: *component, vat: Some(*vat), ..revenue }, amount.minor)?;
                    left = left.plus(amount.negated())?;
                }
            }
            add(Account { vat: Some(rate.vat_kind), ..revenue }, left.minor)?;
            add(Account { vat: Some(rate.vat_kind), ..self.account(AccountKind::Vat)? }, rate.vat.minor)?;
        }
        add(self.account(AccountKind::Rounding)?, self.sums.rounding.minor)?;
        Ok(legs)
    }

    fn account(&self, kind: AccountKind) -> Result<Account, NotPosted> {
        let asset = Asset::of(self.sums.payable.currency).ok_or(NotPosted)?;
        let facility_id = Some(self.facility_id);
        Ok(Account { facility_id, ..Account::of_organisation(self.organisation_id, kind, asset) })
    }
}

/// What a payment moves that came to the bank: what is owed on a receivable becomes money there.
///
/// # Errors
/// [`NotPosted`] when it is not more than nothing, or of another currency than what is owed.
pub fn paid_by_bank(receivable: Account, amount: Money) -> Result<Leg, NotPosted> {
    let (amount, asset) = Amount::of_money(amount).ok_or(NotPosted)?;
    if (receivable.kind, receivable.asset) != (AccountKind::Receivable, asset) {
        return Err(NotPosted);
    }
    let debit = Account::of_organisation(receivable.organisation_id, AccountKind::Bank, asset);
    Ok(Leg { debit, credit: receivable, amount })
}

/// What an amount of each kind of VAT was sold as, when only what is left of everything is known: in proportion, and all of
/// the rest where all of it is asked for. What does not divide goes to the largest.
///
/// # Errors
/// [`MoneyError`] when amounts are of several currencies or too large.
pub fn shared_out(asked: &BTreeMap<Vat, Money>, left: &Sold) -> Result<Sold, MoneyError> {
    let mut sold = Sold::new();
    for (vat, amount) in asked.iter().filter(|(_, amount)| amount.minor != 0) {
        let of_vat = || left.iter().filter(|((_, it), _)| it == vat);
        let whole = Money::sum(amount.currency, of_vat().map(|(_, part)| *part))?;
        let mut rest = *amount;
        let mut largest: Option<(SoldAs, u64)> = None;
        for (as_what, part) in of_vat().filter(|_| whole.minor != 0) {
            let share = i128::from(part.minor) * i128::from(amount.minor) / i128::from(whole.minor);
            let share = Money::of_minor(i64::try_from(share).map_err(|_| MoneyError::TooLarge)?, amount.currency);
            rest = rest.plus(share.negated())?;
            sold.insert(*as_what, share);
            if largest.is_none_or(|(_, most)| part.minor.unsigned_abs() > most) {
                largest = Some((*as_what, part.minor.unsigned_abs()));
            }
        }
        let sum =
            sold.entry(largest.map_or((None, *vat), |(as_what, _)| as_what)).or_insert(Money::zero(amount.currency));
        *sum = sum.plus(rest)?;
    }
    sold.retain(|_, amount| amount.minor != 0);
    Ok(sold)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Rounding, credit, left_of, sums};
    use crate::ledger::Side;
    use crate::money::Currency;
    use crate::vat::{Pricing, VatRate};
    use proptest::prelude::*;
    use uuid::Uuid;

    const KINDS: [Option<ComponentKind>; 3] = [Some(ComponentKind::Energy), Some(ComponentKind::MonthlyFee), None];

    fn vats() -> [Vat; 3] {
        let rate = |points| Vat::Rate(VatRate::of_basis_points(points).unwrap());
        [rate(2_500), rate(600), Vat::Exempt]
    }

    fn sek(minor: i64) -> Money {
        Money::of_minor(minor, Currency::Sek)
    }

    fn of<'d>(kind: DocumentKind, sums: &'d Sums, sold: &'d Sold) -> Postable<'d> {
        Postable {
            organisation_id: Uuid::from_u128(1).into(),
            facility_id: Uuid::from_u128(2).into(),
            person_id: Some(Uuid::from_u128(3).into()),
            company_id: None,
            unit_id: Some(Uuid::from_u128(4).into()),
            kind,
            sums,
            sold,
        }
    }

    /// What an account has got, by which side.
    fn given(legs: &[Leg], is_it: impl Fn(&Account) -> bool, side: Side) -> i64 {
        let sign = if side == Side::Debit { 1 } else { -1 };
        let one =
            |leg: &Leg| sign * leg.amount.smallest() * (i64::from(is_it(&leg.debit)) - i64::from(is_it(&leg.credit)));
        legs.iter().map(one).sum()
    }

    fn sold_of(parts: &[(usize, usize, i64)]) -> Sold {
        let mut sold = Sold::new();
        for (kind, vat, minor) in parts {
            let sum = sold.entry((KINDS[*kind], vats()[*vat])).or_insert(sek(0));
            *sum = sum.plus(sek(*minor)).unwrap();
        }
        sold
    }

    fn sums_of(sold: &Sold) -> Sums {
        let lines: Vec<(Vat, Money)> = sold.iter().map(|((_, vat), amount)| (*vat, *amount)).collect();
        sums(Currency::Sek, Pricing::Net, &lines, Rounding::ToWhole).unwrap()
    }

    proptest! {
        #[test]
        fn a_document_changes_what_is_owed_by_what_is_payable_and_all_of_it_stands_against_something(
            parts in proptest::collection::vec((0usize..3, 0usize..3, -50_000i64..200_000), 1..12),
            credits in any::<bool>(),
        ) {
            let sold = sold_of(&parts);
            let sums = sums_of(&sold);
            let kind = if credits { DocumentKind::CreditNote } else { DocumentKind::Invoice };
            let legs = of(kind, &sums, &sold).legs().unwrap();
            let sign = if credits { -1 } else { 1 };
            let on = |kind: AccountKind| move |it: &Account| it.kind == kind;
            prop_assert_eq!(given(&legs, on(AccountKind::Receivable), Side::Debit), sign * sums.payable.minor);
            prop_assert_eq!(given(&legs, on(AccountKind::Rounding), Side::Credit), sign * sums.rounding.minor);
            for rate in &sums.totals.rates {
                let of_rate = |kind: AccountKind| move |it: &Account| it.kind == kind && it.vat == Some(rate.vat_kind);
                prop_assert_eq!(given(&legs, of_rate(AccountKind::Revenue), Side::Credit), sign * rate.net.minor);
                prop_assert_eq!(given(&legs, of_rate(AccountKind::Vat), Side::Credit), sign * rate.vat.minor);
            }
            for ((component, vat), amount) in &sold {
                let it = |it: &Account| {
                    it.kind == AccountKind::Revenue && it.component == *component && it.vat == Some(*vat)
                };
                prop_assert_eq!(given(&legs, it, Side::Credit), sign * amount.minor);
            }
        }

        #[test]
        fn credit_notes_take_back_what_was_sold_of_each_kind_and_the_last_one_the_rest(
            parts in proptest::collection::vec((0usize..3, 0usize..3, 1i64..200_000), 1..12),
            tenths in proptest::collection::vec(1i64..5, 0..3),
        ) {
            let sold = sold_of(&parts);
            let invoice = sums_of(&sold);
            let (mut left, mut earlier) = (sold, Vec::new());
            let last = [10];
            for tenth in tenths.iter().chain(&last) {
                let mut asked = left_of(&invoice, &earlier).unwrap();
                for it in asked.values_mut() {
                    it.minor = it.minor * tenth / 10;
                }
                let Ok((note, _)) = credit(&invoice, &earlier, &asked) else { continue };
                let back = shared_out(&asked, &left).unwrap();
                for rate in &note.totals.rates {
                    let of_rate: i64 = back.iter().filter(|((_, vat), _)| *vat == rate.vat_kind).map(|(_, it)| it.minor).sum();
                    prop_assert_eq!(of_rate, rate.net.minor);
                }
                for (as_what, amount) in &back {
                    let rest = left.get_mut(as_what).unwrap();
                    *rest = rest.plus(amount.negated()).unwrap();
                    prop_assert!(rest.minor >= 0, "more than was sold of {as_what:?}");
                }
                earlier.push(note);
            }
            prop_assert!(left.values().all(|it| it.minor == 0));
        }
    }

    proptest! {
        #[test]
        fn the_parts_of_several_people_are_the_document_and_the_ledger_in_whatever_order(
            lines in proptest::collection::vec((0u128..5, 0usize..3, -5_000i64..90_000), 1..60),
            seed in any::<u64>(),
        ) {
            use crate::document::{Rounding, sums};
            use crate::vat::{Pricing, VatRate};
            let kinds = [0, 1_200, 2_500].map(|points| Vat::Rate(VatRate::of_basis_points(points).unwrap()));
            let mut lines: Vec<(u128, (Vat, Money))> =
                lines.into_iter().map(|(whose, kind, minor)| (whose, (kinds[kind], sek(minor)))).collect();
            let add = |lines: &[(u128, (Vat, Money))]| {
                let amounts: Vec<_> = lines.iter().map(|(_, amount)| *amount).collect();
                sums(Currency::Sek, Pricing::Net, &amounts, Rounding::ToWhole).unwrap()
            };
            let whole = add(&lines);
            fastrand::Rng::with_seed(seed).shuffle(&mut lines);
            prop_assert_eq!(&add(&lines), &whole);
            let mut people: BTreeMap<u128, i64> = BTreeMap::new();
            for (whose, (_, amount)) in &lines {
                *people.entry(*whose).or_default() += amount.minor;
            }
            prop_assert_eq!(people.values().sum::<i64>(), whole.totals.net.minor);
            let sold = Sold::new();
            let company = Some(Uuid::from_u128(7).into());
            let it = Postable { person_id: None, company_id: company, ..of(DocumentKind::Invoice, &whole, &sold) };
            let owed = it.receivable().unwrap();
            let moved: i64 = it.legs().unwrap().iter().map(|leg| {
                let minor = leg.amount.smallest();
                if leg.debit == owed { minor } else { -minor }
            }).sum();
            prop_assert_eq!(moved, whole.payable.minor);
        }
    }

    #[test]
    fn money_at_the_bank_pays_what_is_owed_in_the_same_currency() {
        let sold = sold_of(&[(0, 0, 100)]);
        let sums = sums_of(&sold);
        let owed = of(DocumentKind::Invoice, &sums, &sold).receivable().unwrap();
        let leg = paid_by_bank(owed, sek(60)).unwrap();
        assert_eq!((leg.debit.kind, leg.debit.facility_id, leg.credit), (AccountKind::Bank, None, owed));
        assert_eq!(paid_by_bank(owed, sek(0)), Err(NotPosted));
        assert_eq!(paid_by_bank(owed, Money::of_minor(60, Currency::Nok)), Err(NotPosted));
        assert_eq!(paid_by_bank(leg.debit, sek(60)), Err(NotPosted));
    }

    #[test]
    fn what_is_owed_for_a_unit_that_is_nobodys_is_kept_for_the_unit() {
        let sold = sold_of(&[(0, 0, 100)]);
        let sums = sums_of(&sold);
        let mut it = of(DocumentKind::Invoice, &sums, &sold);
        assert_eq!(it.receivable().unwrap().unit_id, None, "whoever moves takes along what they owe");
        let company = Some(Uuid::from_u128(7).into());
        let owed = Postable { company_id: company, ..it }.receivable().unwrap();
        assert_eq!((owed.company_id, owed.person_id, owed.unit_id), (company, None, None), "a company owes it itself");
        it.person_id = None;
        assert_eq!(it.receivable().unwrap().unit_id, it.unit_id);
    }
}
