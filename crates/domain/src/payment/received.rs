//! Money that has come through a provider: what of it goes to the invoice, and what somebody has to look at.

use crate::money::Money;
use crate::words::words;

words! {
    /// Why somebody has to look at a payment.
    Concern {
        /// Another amount or currency came than was asked for.
        OtherAmount = "other_amount",
        /// More came than was open: the invoice had been paid meanwhile, or two tries have put the same money in.
        MoreThanOpen = "more_than_open",
        /// The money is held, and the provider does not hand it over.
        NotTaken = "not_taken",
        /// Nobody could say for weeks whether it was paid.
        NeverDecided = "never_decided",
    }
}

/// Where money goes that has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// To what is owed.
    pub to_invoice: Money,
    /// To what the payer has paid beforehand.
    pub to_prepaid: Money,
    /// To what nobody can place.
    pub to_suspense: Money,
    /// Why somebody has to look at it.
    pub concern: Option<Concern>,
}

/// Says where money goes that has come for an invoice of which `open` is open.
///
/// What was asked for settles the invoice as far as it is open, and what is left is the payer's own. Anything else is
/// booked, since it is there, but on suspense: whoever looks at it says what it is.
pub fn receive(asked: Money, came: Money, open: Money) -> Received {
    let nothing = Money::zero(came.currency);
    if came != asked || open.currency != came.currency {
        return Received {
            to_invoice: nothing,
            to_prepaid: nothing,
            to_suspense: came,
            concern: Some(Concern::OtherAmount),
        };
    }
    place(came, open)
}

/// Places money on an invoice as far as it is open, and the rest on what the payer has paid beforehand.
fn place(came: Money, open: Money) -> Received {
    let nothing = Money::zero(came.currency);
    let to_invoice = Money::of_minor(came.minor.min(open.minor).max(0), came.currency);
    let to_prepaid = Money::of_minor(came.minor - to_invoice.minor, came.currency);
    let concern = (to_prepaid.minor > 0).then_some(Concern::MoreThanOpen);
    Received { to_invoice, to_prepaid, to_suspense: nothing, concern }
}

/// Says where money goes that has come to top up what its payer has paid beforehand, of which `open` has not come by another
/// try. What was asked for is the payer's own whatever else came, and somebody looks at what came twice.
pub fn receive_top_up(asked: Money, came: Money, open: Money) -> Received {
    let nothing = Money::zero(came.currency);
    if came != asked {
        return receive(asked, came, nothing);
    }
    let concern = (open.minor < came.minor).then_some(Concern::MoreThanOpen);
    Received { to_invoice: nothing, to_prepaid: came, to_suspense: nothing, concern }
}

impl Received {
    /// Where suspended money goes once somebody has said that it is the payer's own; nothing where they asked for another
    /// currency.
    pub fn placed_beforehand(suspended: Money, asked: Money) -> Option<Self> {
        let nothing = Money::zero(suspended.currency);
        let placed = Self { to_invoice: nothing, to_prepaid: suspended, to_suspense: nothing, concern: None };
        (suspended.currency == asked.currency).then_some(placed)
    }

    /// Where suspended money goes once somebody has said that it is for the invoice; nothing when it is in another currency.
    pub fn placed(suspended: Money, open: Money) -> Option<Self> {
        (suspended.currency == open.currency).then(|| place(suspended, open))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use proptest::prelude::*;
    use rstest::rstest;

    const fn sek(minor: i64) -> Money {
        Money::of_minor(minor, Currency::Sek)
    }

    #[rstest]
    #[case::as_asked(100, 100, 100, (100, 0, 0), None)]
    #[case::paid_by_bank_meanwhile(100, 100, 0, (0, 100, 0), Some(Concern::MoreThanOpen))]
    #[case::paid_in_part_meanwhile(100, 100, 30, (30, 70, 0), Some(Concern::MoreThanOpen))]
    #[case::overpaid_meanwhile(100, 100, -20, (0, 100, 0), Some(Concern::MoreThanOpen))]
    #[case::less(100, 90, 100, (0, 0, 90), Some(Concern::OtherAmount))]
    #[case::more(100, 110, 100, (0, 0, 110), Some(Concern::OtherAmount))]
    fn what_was_asked_for_settles_what_is_open_and_nothing_else_does(
        #[case] asked: i64,
        #[case] came: i64,
        #[case] open: i64,
        #[case] (invoice, prepaid, suspense): (i64, i64, i64),
        #[case] concern: Option<Concern>,
    ) {
        let it = receive(sek(asked), sek(came), sek(open));
        assert_eq!((it.to_invoice, it.to_prepaid, it.to_suspense), (sek(invoice), sek(prepaid), sek(suspense)));
        assert_eq!(it.concern, concern);
    }

    #[test]
    fn another_currency_is_never_the_same_amount() {
        let nok = Money::of_minor(100, Currency::Nok);
        let it = receive(sek(100), nok, sek(100));
        assert_eq!((it.to_suspense, it.concern), (nok, Some(Concern::OtherAmount)));
        assert_eq!(Received::placed(nok, sek(100)), None);
    }

    #[rstest]
    #[case::as_asked(100, 100, 100, (100, 0), None)]
    #[case::by_two_tries(100, 100, 0, (100, 0), Some(Concern::MoreThanOpen))]
    #[case::less(100, 90, 100, (0, 90), Some(Concern::OtherAmount))]
    #[case::more(100, 110, 100, (0, 110), Some(Concern::OtherAmount))]
    fn pre_15_what_was_asked_for_is_the_payers_own_and_anything_else_is_looked_at(
        #[case] asked: i64,
        #[case] came: i64,
        #[case] open: i64,
        #[case] (prepaid, suspense): (i64, i64),
        #[case] concern: Option<Concern>,
    ) {
        let it = receive_top_up(sek(asked), sek(came), sek(open));
        assert_eq!((it.to_prepaid, it.to_suspense, it.to_invoice), (sek(prepaid), sek(suspense), sek(0)));
        assert_eq!(it.concern, concern);
    }

    proptest! {
        #[test]
        fn no_ore_is_lost_and_none_is_made(asked in 1i64..5_000, came in 1i64..5_000, open in -500i64..5_000) {
            let it = receive(sek(asked), sek(came), sek(open));
            prop_assert_eq!(it.to_invoice.minor + it.to_prepaid.minor + it.to_suspense.minor, came);
            prop_assert!(it.to_invoice.minor <= open.max(0));
            prop_assert!([it.to_invoice, it.to_prepaid, it.to_suspense].iter().all(|part| part.minor >= 0));
            prop_assert_eq!(it.concern.is_none(), came == asked && it.to_invoice.minor == asked);
        }
    }
}
