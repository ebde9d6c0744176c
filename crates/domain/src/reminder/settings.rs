//! What an organisation has chosen for its reminders, within what the law of its country allows.

use super::Figures;
use crate::country::Country;
use crate::faults::Faults;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Longer than that nobody waits.
const LONGEST_DAYS: u16 = 90;
/// More letters than that help nobody.
const MOST_REMINDERS: u16 = 10;

/// What is typed in of how reminders are made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReminderDraft {
    /// Whether reminders are made at all.
    pub is_on: bool,
    /// How many days after an invoice fell due it is reminded of.
    pub after_days: u16,
    /// How many days a reminder gives to pay.
    pub due_days: u16,
    /// What a reminder costs, in hundredths of the currency.
    pub fee_minor: i64,
    /// Whether the fee was agreed on before the debt came to be, which Swedish law asks for.
    pub fee_is_agreed: bool,
    /// Whether interest is asked for.
    pub has_interest: bool,
    /// How often one invoice is reminded of at most.
    pub most: u16,
    /// Less than that, in hundredths, is not reminded of.
    pub smallest_minor: i64,
}

/// How reminders are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReminderSettings {
    /// Whether they are made at all.
    pub is_on: bool,
    /// How many days after an invoice fell due.
    pub after_days: u16,
    /// How many days there are to pay.
    pub due_days: u16,
    /// What one costs, in hundredths.
    pub fee_minor: i64,
    /// Whether the fee was agreed on.
    pub fee_is_agreed: bool,
    /// Whether interest is asked for.
    pub has_interest: bool,
    /// How often one invoice is reminded of at most.
    pub most: u16,
    /// Less than that is not reminded of.
    pub smallest_minor: i64,
}

impl Default for ReminderSettings {
    /// What is so while nobody has chosen: nothing is made, and nothing costs anything.
    fn default() -> Self {
        Self {
            is_on: false,
            after_days: 14,
            due_days: 14,
            fee_minor: 0,
            fee_is_agreed: false,
            has_interest: false,
            most: 2,
            smallest_minor: 5_000,
        }
    }
}

impl ReminderDraft {
    /// Checks every field for an organisation of a country, by the law of a day.
    ///
    /// # Errors
    /// All faults at once.
    pub fn check(self, country: Country, figures: &Figures, today: NaiveDate) -> Result<ReminderSettings, Faults> {
        let mut faults = Faults::default();
        if !(1..=LONGEST_DAYS).contains(&self.after_days) {
            faults.add("afterDays", "reminder.days");
        }
        if !(1..=LONGEST_DAYS).contains(&self.due_days) {
            faults.add("dueDays", "reminder.days");
        }
        if !(1..=MOST_REMINDERS).contains(&self.most) {
            faults.add("most", "reminder.most");
        }
        if !(0..=1_000_000).contains(&self.smallest_minor) {
            faults.add("smallestMinor", "reminder.value");
        }
        if self.fee_minor < 0 {
            faults.add("feeMinor", "reminder.value");
        }
        if self.fee_minor > figures.most_fee(today) {
            faults.add("feeMinor", "reminder.fee_above_law");
        }
        // 2 § lagen (1981:739): only if it was agreed on when the debt came to be, at the latest.
        if country == Country::Se && self.fee_minor > 0 && !self.fee_is_agreed {
            faults.add("feeIsAgreed", "reminder.fee_not_agreed");
        }
        let Self { is_on, after_days, due_days, fee_minor, fee_is_agreed, has_interest, most, smallest_minor } = self;
        faults.none().map(|()| ReminderSettings {
            is_on,
            after_days,
            due_days,
            fee_minor,
            fee_is_agreed,
            has_interest,
            most,
            smallest_minor,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn draft() -> ReminderDraft {
        ReminderDraft {
            is_on: true,
            after_days: 14,
            due_days: 14,
            fee_minor: 6_000,
            fee_is_agreed: true,
            has_interest: true,
            most: 2,
            smallest_minor: 5_000,
        }
    }

    #[rstest]
    #[case::as_the_law_allows(Country::Se, draft(), &[])]
    #[case::an_ore_above_it(Country::Se, ReminderDraft { fee_minor: 6_001, ..draft() }, &["feeMinor"])]
    #[case::norway_allows_less(Country::No, draft(), &["feeMinor"])]
    #[case::norway_asks_for_no_agreement(Country::No, ReminderDraft { fee_minor: 3_750, fee_is_agreed: false, ..draft() }, &[])]
    #[case::sweden_does(Country::Se, ReminderDraft { fee_is_agreed: false, ..draft() }, &["feeIsAgreed"])]
    #[case::without_a_fee_nothing_is_agreed_on(Country::Se, ReminderDraft { fee_minor: 0, fee_is_agreed: false, ..draft() }, &[])]
    #[case::days(Country::Se, ReminderDraft { after_days: 0, due_days: 91, ..draft() }, &["afterDays", "dueDays"])]
    #[case::never_and_less_than_nothing(Country::Se, ReminderDraft { most: 0, smallest_minor: -1, fee_minor: -1, ..draft() }, &["feeMinor", "most", "smallestMinor"])]
    fn nobody_chooses_more_than_the_law_allows(
        #[case] country: Country,
        #[case] draft: ReminderDraft,
        #[case] wrong: &[&str],
    ) {
        let today = "2026-11-21".parse().unwrap();
        let checked = draft.check(country, &Figures::of(country, []), today);
        let found: Vec<String> = checked.err().map(|faults| faults.0.into_keys().collect()).unwrap_or_default();
        assert_eq!(found, wrong);
    }
}
