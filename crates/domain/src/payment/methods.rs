//! By which methods residents of a facility may pay, in which order and from which day.

use super::PaymentProvider;
use crate::dated::Dated;
use crate::faults::Faults;
use crate::money::Currency;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What residents may choose among.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaymentMethods(Option<Vec<PaymentProvider>>);

impl PaymentMethods {
    /// Everybody with whom there is an agreement; or those that are chosen, in their order, which may be nobody.
    ///
    /// # Errors
    /// A fault of `methods` when one is named twice, or takes no money of this currency.
    pub fn check(chosen: Option<Vec<PaymentProvider>>, currency: Currency) -> Result<Self, Faults> {
        let providers = chosen.as_deref().unwrap_or_default();
        if providers.iter().enumerate().any(|(place, it)| providers[..place].contains(it)) {
            return Err(Faults::one("methods", "payment_methods.twice"));
        }
        if providers.iter().any(|it| it.currency() != currency) {
            return Err(Faults::one("methods", "payment_methods.currency"));
        }
        Ok(Self(chosen))
    }

    /// Those that are chosen, in their order; nothing where everybody with whom there is an agreement is.
    pub fn chosen(&self) -> Option<&[PaymentProvider]> {
        self.0.as_deref()
    }

    /// Which of those with whom there is an agreement are offered, in the order in which they are.
    pub fn offered(&self, agreed: &[PaymentProvider]) -> Vec<PaymentProvider> {
        self.chosen()
            .map_or_else(|| agreed.to_vec(), |chosen| chosen.iter().copied().filter(|it| agreed.contains(it)).collect())
    }
}

/// Methods with the day from which they hold at their facility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedMethods {
    /// Counts what was written down of a facility, from 1.
    pub place: i64,
    /// The first day.
    pub applies_from: NaiveDate,
    /// What may be chosen then.
    pub methods: PaymentMethods,
}

impl Dated for DatedMethods {
    fn applies_from(&self) -> NaiveDate {
        self.applies_from
    }

    fn place(&self) -> i64 {
        self.place
    }
}

#[cfg(test)]
mod tests {
    use super::PaymentProvider::{Payson, Swish, Vipps};
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(None, &[Payson, Swish])]
    #[case(Some(vec![Swish, Payson]), &[Swish, Payson])]
    #[case(Some(vec![Swish]), &[Swish])]
    #[case(Some(vec![]), &[])]
    fn those_that_are_chosen_are_offered_in_their_order(
        #[case] chosen: Option<Vec<PaymentProvider>>,
        #[case] expected: &[PaymentProvider],
    ) {
        let methods = PaymentMethods::check(chosen, Currency::Sek).unwrap();
        assert_eq!(methods.offered(&[Payson, Swish]), expected);
    }

    #[test]
    fn a_method_without_an_agreement_is_not_offered() {
        let methods = PaymentMethods::check(Some(vec![Swish, Payson]), Currency::Sek).unwrap();
        assert_eq!(methods.offered(&[Payson]), [Payson]);
    }

    #[rstest]
    #[case(vec![Swish, Swish], "payment_methods.twice")]
    #[case(vec![Vipps], "payment_methods.currency")]
    fn a_list_that_means_nothing_is_refused(#[case] chosen: Vec<PaymentProvider>, #[case] code: &str) {
        assert_eq!(PaymentMethods::check(Some(chosen), Currency::Sek), Err(Faults::one("methods", code)));
    }
}
