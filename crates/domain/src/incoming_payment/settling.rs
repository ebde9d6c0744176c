//! Placing what is left of a payment by hand.

use super::{Allocation, Payable};
use crate::money::Money;

/// Why it cannot be placed so. Nothing of it then is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettleRefusal {
    /// No document is chosen.
    #[error("nothing was chosen")]
    Nothing,
    /// A document is there twice.
    #[error("a document was chosen twice")]
    Twice,
    /// It is none of the documents that can be paid.
    #[error("not a document that can be paid")]
    NotPayable,
    /// An amount of nothing or less.
    #[error("an amount must be more than nothing")]
    NoAmount,
    /// In another currency than the payment.
    #[error("the document is in another currency")]
    Currency,
    /// More than is open of the document.
    #[error("more than is open of the document")]
    MoreThanOpen,
    /// More would be taken back of the document than payments have settled.
    #[error("more than was paid of the document")]
    MoreThanPaid,
    /// More than is left of the payment.
    #[error("more than is left of the payment")]
    MoreThanLeft,
}

impl SettleRefusal {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nothing => "incoming_payment.nothing_chosen",
            Self::Twice => "incoming_payment.chosen_twice",
            Self::NotPayable => "incoming_payment.not_payable",
            Self::NoAmount => "incoming_payment.no_amount",
            Self::Currency => "incoming_payment.other_currency",
            Self::MoreThanOpen => "incoming_payment.more_than_open",
            Self::MoreThanPaid => "incoming_payment.more_than_paid",
            Self::MoreThanLeft => "incoming_payment.more_than_left",
        }
    }
}

/// Holds what somebody has chosen against what is `left` of the payment and open of the documents, and says what remains.
///
/// What the bank or the payer has taken back is less than nothing, and so are its parts: it makes documents open again, as
/// far as payments have settled them.
///
/// # Errors
/// [`SettleRefusal`]: all of it is placed or nothing.
pub fn settle(left: Money, chosen: &[Allocation], documents: &[Payable]) -> Result<Money, SettleRefusal> {
    let takes_back = left.minor < 0;
    let mut remains = left;
    for (place, choice) in chosen.iter().enumerate() {
        let before = chosen.iter().take(place);
        if before.into_iter().any(|other| other.document == choice.document) {
            return Err(SettleRefusal::Twice);
        }
        let document = documents.iter().find(|it| it.id == choice.document).ok_or(SettleRefusal::NotPayable)?;
        let size = if takes_back { choice.amount.minor.checked_neg().unwrap_or(0) } else { choice.amount.minor };
        if size <= 0 {
            return Err(SettleRefusal::NoAmount);
        }
        if choice.amount.currency != left.currency || document.open.currency != left.currency {
            return Err(SettleRefusal::Currency);
        }
        if !takes_back && size > document.open.minor {
            return Err(SettleRefusal::MoreThanOpen);
        }
        if takes_back && size > document.paid.minor {
            return Err(SettleRefusal::MoreThanPaid);
        }
        if size.unsigned_abs() > remains.minor.unsigned_abs() {
            return Err(SettleRefusal::MoreThanLeft);
        }
        remains.minor -= choice.amount.minor;
    }
    if chosen.is_empty() { Err(SettleRefusal::Nothing) } else { Ok(remains) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{FiscalYear, Number};
    use crate::id::DocumentId;
    use crate::money::Currency;
    use proptest::prelude::*;
    use rstest::rstest;
    use uuid::Uuid;

    fn document(name: u128, open: i64) -> Payable {
        Payable {
            id: DocumentId(Uuid::from_u128(name)),
            number: Number { year: FiscalYear(2026), place: 1 },
            reference: None,
            open: Money::of_minor(open, Currency::Sek),
            paid: Money::of_minor(500, Currency::Sek),
            due_on: None,
            payer: String::new(),
            beside: crate::incoming_payment::Beside::Nothing,
        }
    }

    fn share(name: u128, minor: i64, currency: Currency) -> Allocation {
        Allocation { document: DocumentId(Uuid::from_u128(name)), amount: Money::of_minor(minor, currency) }
    }

    const SEK: Currency = Currency::Sek;

    #[rstest]
    #[case::all_of_it(&[share(1, 300, SEK), share(2, 700, SEK)], Ok(0))]
    #[case::some_is_left(&[share(1, 300, SEK)], Ok(700))]
    #[case::nothing(&[], Err(SettleRefusal::Nothing))]
    #[case::twice(&[share(1, 100, SEK), share(1, 100, SEK)], Err(SettleRefusal::Twice))]
    #[case::unknown(&[share(3, 100, SEK)], Err(SettleRefusal::NotPayable))]
    #[case::nothing_of_it(&[share(1, 0, SEK)], Err(SettleRefusal::NoAmount))]
    #[case::less_than_nothing(&[share(1, -5, SEK)], Err(SettleRefusal::NoAmount))]
    #[case::other_currency(&[share(1, 100, Currency::Nok)], Err(SettleRefusal::Currency))]
    #[case::more_than_is_open(&[share(1, 301, SEK)], Err(SettleRefusal::MoreThanOpen))]
    #[case::more_than_was_paid(&[share(2, 900, SEK), share(1, 101, SEK)], Err(SettleRefusal::MoreThanLeft))]
    fn what_is_placed_by_hand_is_no_more_than_there_is(
        #[case] chosen: &[Allocation],
        #[case] expected: Result<i64, SettleRefusal>,
    ) {
        let documents = [document(1, 300), document(2, 900)];
        let left = settle(Money::of_minor(1_000, SEK), chosen, &documents);
        assert_eq!(left.map(|left| left.minor), expected);
    }

    #[rstest]
    #[case::all_of_it(&[share(1, -500, SEK), share(2, -100, SEK)], Ok(0))]
    #[case::some_is_left(&[share(1, -1, SEK)], Ok(-599))]
    #[case::more_than_was_paid(&[share(1, -501, SEK)], Err(SettleRefusal::MoreThanPaid))]
    #[case::more_than_is_left(&[share(1, -500, SEK), share(2, -101, SEK)], Err(SettleRefusal::MoreThanLeft))]
    #[case::the_other_way(&[share(1, 100, SEK)], Err(SettleRefusal::NoAmount))]
    fn what_was_taken_back_opens_no_more_than_was_paid(
        #[case] chosen: &[Allocation],
        #[case] expected: Result<i64, SettleRefusal>,
    ) {
        let documents = [document(1, 300), document(2, 900)];
        let left = settle(Money::of_minor(-600, SEK), chosen, &documents);
        assert_eq!(left.map(|left| left.minor), expected);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_made_by_placing_it(
            left in -2_000i64..2_000,
            open in proptest::collection::vec(0i64..1_000, 1..6),
            chosen in proptest::collection::vec((0u128..7, -1_000i64..1_000), 0..6),
        ) {
            let documents: Vec<Payable> = open.iter().zip(0..).map(|(open, name)| document(name, *open)).collect();
            let chosen: Vec<Allocation> = chosen.into_iter().map(|(name, minor)| share(name, minor, SEK)).collect();
            if let Ok(remains) = settle(Money::of_minor(left, SEK), &chosen, &documents) {
                let placed: i64 = chosen.iter().map(|it| it.amount.minor).sum();
                prop_assert_eq!(remains.minor + placed, left);
                prop_assert!(remains.minor.signum() * left.signum() >= 0);
            }
        }
    }
}
