//! Paying in advance: by which rule residents of a facility put money in, that their next invoices are paid with.
//!
//! Amounts are whole kronor, since coins and banks' pages are, while what is drawn is counted in öre.

use crate::faults::Faults;
use crate::money::{Currency, Money};

/// One krona in its smallest part.
const WHOLE: i64 = 100;
/// More than anybody puts in at once: a slip of the keyboard.
const MOST: i64 = 1_000_000 * WHOLE;

/// A rule as somebody has written it, in the smallest part of the currency of the facility.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopUpDraft {
    /// Whether residents may put money in themselves; otherwise only the desk does.
    pub is_on: bool,
    /// The least that may be put in at once.
    pub least_minor: i64,
    /// Amounts are so many times this.
    pub step_minor: i64,
    /// The most that may be put in at once.
    pub most_minor: Option<i64>,
    /// The most that may be put in on one day.
    pub most_a_day_minor: Option<i64>,
}

impl Default for TopUpDraft {
    /// Off; ten kronor at least, in whole kronor.
    fn default() -> Self {
        Self { is_on: false, least_minor: 10 * WHOLE, step_minor: WHOLE, most_minor: None, most_a_day_minor: None }
    }
}

/// A rule that some amount fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopUpRule {
    draft: TopUpDraft,
    currency: Currency,
}

/// Why an amount may not be put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TopUpRefusal {
    /// It is less than the least.
    #[error("less than may be put in")]
    BelowLeast,
    /// It is no whole number of steps.
    #[error("between two steps")]
    BetweenSteps,
    /// It is more than the most at once.
    #[error("more than may be put in at once")]
    AboveMost,
    /// With what was put in before, it is more than the most on one day.
    #[error("more than may be put in on one day")]
    AboveDay,
    /// It is money of another country.
    #[error("another currency")]
    Currency,
}

impl TopUpRefusal {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BelowLeast => "top_up.below_least",
            Self::BetweenSteps => "top_up.between_steps",
            Self::AboveMost => "top_up.above_most",
            Self::AboveDay => "top_up.above_day",
            Self::Currency => "top_up.currency",
        }
    }
}

impl TopUpRule {
    /// The rule of a facility whose money is `currency`.
    ///
    /// # Errors
    /// A fault for each amount that is not in whole kronor, is out of bounds, or that no amount could fit.
    pub fn check(draft: TopUpDraft, currency: Currency) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut whole = |field: &str, minor: i64| {
            if minor <= 0 || minor > MOST {
                faults.add(field, "top_up.amount");
            } else if minor % WHOLE != 0 {
                faults.add(field, "top_up.whole");
            }
        };
        whole("leastMinor", draft.least_minor);
        whole("stepMinor", draft.step_minor);
        draft.most_minor.into_iter().for_each(|most| whole("mostMinor", most));
        draft.most_a_day_minor.into_iter().for_each(|most| whole("mostADayMinor", most));
        if faults.0.is_empty() {
            // Whoever reads the rule reads an amount that can be put in.
            if draft.least_minor % draft.step_minor != 0 {
                faults.add("leastMinor", "top_up.least_between_steps");
            }
            if draft.most_minor.is_some_and(|most| most < draft.least_minor) {
                faults.add("mostMinor", "top_up.most_below_least");
            }
            if draft.most_a_day_minor.is_some_and(|most| most < draft.least_minor) {
                faults.add("mostADayMinor", "top_up.most_below_least");
            }
        }
        if faults.0.is_empty() { Ok(Self { draft, currency }) } else { Err(faults) }
    }

    /// What was written.
    pub const fn draft(&self) -> TopUpDraft {
        self.draft
    }

    /// The money of the facility.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Whether an amount may be put in on a day on which `before` was put in already, what is on its way counted.
    ///
    /// # Errors
    /// [`TopUpRefusal`].
    pub fn allows(&self, amount: Money, before: Money) -> Result<(), TopUpRefusal> {
        let TopUpDraft { least_minor, step_minor, most_minor, most_a_day_minor, .. } = self.draft;
        if amount.currency != self.currency || before.currency != self.currency {
            return Err(TopUpRefusal::Currency);
        }
        if amount.minor < least_minor {
            return Err(TopUpRefusal::BelowLeast);
        }
        if amount.minor % step_minor != 0 {
            return Err(TopUpRefusal::BetweenSteps);
        }
        if amount.minor > most_minor.unwrap_or(MOST).min(MOST) {
            return Err(TopUpRefusal::AboveMost);
        }
        if most_a_day_minor.is_some_and(|most| before.minor.max(0).saturating_add(amount.minor) > most) {
            return Err(TopUpRefusal::AboveDay);
        }
        Ok(())
    }

    /// Whether somebody who has a reason may put an amount in that the rule refuses: the limits of a facility give way, those
    /// of all of them do not (PRE-11).
    pub fn gives_way_to(&self, amount: Money) -> bool {
        amount.currency == self.currency && (1..=MOST).contains(&amount.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    const fn sek(minor: i64) -> Money {
        Money::of_minor(minor, Currency::Sek)
    }

    fn rule(draft: TopUpDraft) -> TopUpRule {
        TopUpRule::check(draft, Currency::Sek).unwrap()
    }

    const fn limited() -> TopUpDraft {
        TopUpDraft {
            is_on: true,
            least_minor: 5_000,
            step_minor: 2_500,
            most_minor: Some(50_000),
            most_a_day_minor: Some(60_000),
        }
    }

    #[rstest]
    #[case::the_least(1_000, Ok(()))]
    #[case::less(999, Err(TopUpRefusal::BelowLeast))]
    #[case::nothing(0, Err(TopUpRefusal::BelowLeast))]
    #[case::below_nothing(-1_000, Err(TopUpRefusal::BelowLeast))]
    #[case::ore(1_050, Err(TopUpRefusal::BetweenSteps))]
    #[case::whole(12_300, Ok(()))]
    #[case::a_slip_of_the_keyboard(i64::MAX - 7, Err(TopUpRefusal::AboveMost))]
    fn pre_11_where_nobody_has_said_anything_it_is_ten_kronor_at_least_in_whole_kronor(
        #[case] minor: i64,
        #[case] expected: Result<(), TopUpRefusal>,
    ) {
        assert_eq!(rule(TopUpDraft::default()).allows(sek(minor), sek(0)), expected);
        assert!(!TopUpDraft::default().is_on, "PRE-08: residents put nothing in until somebody says so");
    }

    #[rstest]
    #[case(4_900, 0, Err(TopUpRefusal::BelowLeast))]
    #[case(5_100, 0, Err(TopUpRefusal::BetweenSteps))]
    #[case(52_500, 0, Err(TopUpRefusal::AboveMost))]
    #[case(50_000, 10_000, Ok(()))]
    #[case(50_000, 12_500, Err(TopUpRefusal::AboveDay))]
    #[case(5_000, i64::MAX, Err(TopUpRefusal::AboveDay))]
    fn pre_11_an_amount_keeps_to_the_rule_of_its_facility(
        #[case] minor: i64,
        #[case] before: i64,
        #[case] expected: Result<(), TopUpRefusal>,
    ) {
        assert_eq!(rule(limited()).allows(sek(minor), sek(before)), expected);
    }

    #[rstest]
    #[case(TopUpDraft { least_minor: 0, ..limited() }, "leastMinor", "top_up.amount")]
    #[case(TopUpDraft { least_minor: 5_050, ..limited() }, "leastMinor", "top_up.whole")]
    #[case(TopUpDraft { least_minor: 6_000, ..limited() }, "leastMinor", "top_up.least_between_steps")]
    #[case(TopUpDraft { step_minor: -100, ..limited() }, "stepMinor", "top_up.amount")]
    #[case(TopUpDraft { most_minor: Some(4_900), ..limited() }, "mostMinor", "top_up.most_below_least")]
    #[case(TopUpDraft { most_a_day_minor: Some(4_900), ..limited() }, "mostADayMinor", "top_up.most_below_least")]
    #[case(TopUpDraft { most_minor: Some(i64::MAX), ..limited() }, "mostMinor", "top_up.amount")]
    fn a_rule_that_no_amount_could_keep_is_refused(#[case] draft: TopUpDraft, #[case] field: &str, #[case] code: &str) {
        assert_eq!(TopUpRule::check(draft, Currency::Sek), Err(Faults::one(field, code)));
    }

    #[test]
    fn money_of_another_country_is_never_put_in() {
        let nok = Money::of_minor(10_000, Currency::Nok);
        assert_eq!(rule(limited()).allows(nok, sek(0)), Err(TopUpRefusal::Currency));
        assert!(!rule(limited()).gives_way_to(nok));
    }

    #[rstest]
    #[case::less_than_the_least(4_900, true)]
    #[case::with_ore(10_050, true)]
    #[case::more_than_the_most(250_000, true)]
    #[case::a_slip_of_the_keyboard(MOST + 1, false)]
    #[case::nothing(0, false)]
    #[case::below_nothing(-100, false)]
    fn pre_11_a_rule_gives_way_to_whoever_has_a_reason_but_not_to_a_slip_of_the_keyboard(
        #[case] minor: i64,
        #[case] gives_way: bool,
    ) {
        assert_eq!(rule(limited()).gives_way_to(sek(minor)), gives_way);
    }

    proptest! {
        #[test]
        fn pre_11_what_is_put_in_on_a_day_never_breaks_a_limit(
            (least, step) in (1i64..40, 1i64..20).prop_map(|(times, step)| (times * step * WHOLE, step * WHOLE)),
            most in proptest::option::of(0i64..2_000), a_day in proptest::option::of(0i64..4_000),
            wishes in proptest::collection::vec(-10_000i64..500_000, 1..30),
        ) {
            let draft = TopUpDraft {
                is_on: true, least_minor: least, step_minor: step,
                most_minor: most.map(|more| least + more * WHOLE),
                most_a_day_minor: a_day.map(|more| least + more * WHOLE),
            };
            let rule = TopUpRule::check(draft, Currency::Sek).unwrap();
            prop_assert!(rule.allows(sek(least), sek(0)).is_ok(), "the least that is told can be put in");
            let mut before = 0;
            for wish in wishes {
                if rule.allows(sek(wish), sek(before)).is_err() {
                    continue;
                }
                before += wish;
                prop_assert!(wish >= least && wish % step == 0 && wish % WHOLE == 0);
                prop_assert!(draft.most_minor.is_none_or(|most| wish <= most));
                prop_assert!(draft.most_a_day_minor.is_none_or(|most| before <= most));
            }
        }
    }
}
