//! Which invoices are reminded of, and why others are not.

use super::{Figures, ReminderSettings};
use crate::words::words;
use chrono::NaiveDate;

words! {
    /// Why an invoice that is overdue is left out of a run.
    LeftOut {
        /// Somebody has said that it is not to be reminded of now, because it is disputed or otherwise.
        Paused = "reminder.paused",
        /// Whom it was for has been erased.
        Erased = "reminder.erased",
        /// Whom it is for has a protected identity: somebody decides by hand.
        Protected = "reminder.protected",
        /// It was never sent, so that nobody can be late.
        NotSent = "reminder.not_sent",
        /// The mail that was to bring it has not arrived.
        MailFailed = "reminder.mail_failed",
        /// A payment that could be for it waits for somebody to say so.
        PaymentWaits = "reminder.payment_waits",
        /// Less is open than what the organisation reminds of.
        TooSmall = "reminder.too_small",
        /// The last reminder's days to pay are not over.
        Recent = "reminder.recent",
        /// It was reminded of as often as the organisation does.
        MostReached = "reminder.most_reached",
        /// The rate of a half-year is not known, so that its interest cannot be counted.
        RateMissing = "reminder.rate_missing",
    }
}

/// An invoice of which something is open after its due date, as far as it is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "facts of one invoice, each by itself")]
pub struct Candidate {
    /// When it fell due.
    pub due_on: NaiveDate,
    /// What is open, in hundredths.
    pub open_minor: i64,
    /// Whether it has been sent.
    pub is_sent: bool,
    /// Whether the last message that was to bring it failed.
    pub mail_failed: bool,
    /// Whether reminding is paused on the day.
    pub is_paused: bool,
    /// Whether whom it is for has been erased.
    pub is_erased: bool,
    /// Whether whom it is for has a protected identity.
    pub is_protected: bool,
    /// Whether a payment that could be for it waits.
    pub payment_waits: bool,
    /// How often it was reminded of.
    pub reminders: i64,
    /// For how many of those something was to be paid.
    pub fees: i64,
    /// Until when the last reminder gave time to pay.
    pub reminded_until: Option<NaiveDate>,
}

/// Whether an invoice is reminded of on a day: `None` when its time has not come, and else why not, if there is a reason.
pub fn judge(settings: &ReminderSettings, it: &Candidate, today: NaiveDate) -> Option<Result<(), LeftOut>> {
    if it.open_minor <= 0 || (today - it.due_on).num_days() < i64::from(settings.after_days) {
        return None;
    }
    let reasons = [
        (it.is_erased, LeftOut::Erased),
        (it.is_protected, LeftOut::Protected),
        (it.is_paused, LeftOut::Paused),
        (!it.is_sent, LeftOut::NotSent),
        (it.mail_failed, LeftOut::MailFailed),
        (it.payment_waits, LeftOut::PaymentWaits),
        (it.open_minor < settings.smallest_minor, LeftOut::TooSmall),
        (it.reminders >= i64::from(settings.most), LeftOut::MostReached),
        (it.reminded_until.is_some_and(|until| today <= until), LeftOut::Recent),
    ];
    Some(reasons.into_iter().find(|(holds, _)| *holds).map_or(Ok(()), |(_, reason)| Err(reason)))
}

impl ReminderSettings {
    /// What a reminder of these invoices costs on a day, in hundredths: once for the letter, if the law lets any of them cost
    /// something, and never more than the law allows for each of those, on its due date and now.
    pub fn fee(&self, figures: &Figures, invoices: &[Candidate], today: NaiveDate) -> i64 {
        let may = |it: &&Candidate| {
            it.fees < figures.most_fees(today) && (today - it.due_on).num_days() >= figures.fee_after_days(today)
        };
        let most = |it: &Candidate| figures.most_fee(today).min(figures.most_fee(it.due_on));
        invoices.iter().filter(may).map(most).max().map_or(0, |most| most.min(self.fee_minor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country::Country;
    use rstest::rstest;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn settings() -> ReminderSettings {
        ReminderSettings { is_on: true, after_days: 10, fee_minor: 6_000, ..ReminderSettings::default() }
    }

    fn candidate() -> Candidate {
        Candidate {
            due_on: day("2026-11-01"),
            open_minor: 50_000,
            is_sent: true,
            mail_failed: false,
            is_paused: false,
            is_erased: false,
            is_protected: false,
            payment_waits: false,
            reminders: 0,
            fees: 0,
            reminded_until: None,
        }
    }

    #[rstest]
    #[case::its_time_has_come(candidate(), Some(Ok(())))]
    #[case::not_yet(Candidate { due_on: day("2026-11-12"), ..candidate() }, None)]
    #[case::on_the_day(Candidate { due_on: day("2026-11-11"), ..candidate() }, Some(Ok(())))]
    #[case::paid(Candidate { open_minor: 0, ..candidate() }, None)]
    #[case::paused(Candidate { is_paused: true, ..candidate() }, Some(Err(LeftOut::Paused)))]
    #[case::erased_before_all(Candidate { is_erased: true, is_paused: true, ..candidate() }, Some(Err(LeftOut::Erased)))]
    #[case::protected(Candidate { is_protected: true, ..candidate() }, Some(Err(LeftOut::Protected)))]
    #[case::never_sent(Candidate { is_sent: false, ..candidate() }, Some(Err(LeftOut::NotSent)))]
    #[case::not_arrived(Candidate { mail_failed: true, ..candidate() }, Some(Err(LeftOut::MailFailed)))]
    #[case::paid_perhaps(Candidate { payment_waits: true, ..candidate() }, Some(Err(LeftOut::PaymentWaits)))]
    #[case::small(Candidate { open_minor: 4_999, ..candidate() }, Some(Err(LeftOut::TooSmall)))]
    #[case::often_enough(Candidate { reminders: 2, ..candidate() }, Some(Err(LeftOut::MostReached)))]
    #[case::time_to_pay(Candidate { reminders: 1, reminded_until: Some(day("2026-11-21")), ..candidate() }, Some(Err(LeftOut::Recent)))]
    #[case::time_is_over(Candidate { reminders: 1, reminded_until: Some(day("2026-11-20")), ..candidate() }, Some(Ok(())))]
    fn an_invoice_is_reminded_of_unless_something_speaks_against_it(
        #[case] it: Candidate,
        #[case] judged: Option<Result<(), LeftOut>>,
    ) {
        assert_eq!(judge(&settings(), &it, day("2026-11-21")), judged);
    }

    #[rstest]
    #[case::sweden_once_for_a_claim(Country::Se, &[0], 6_000)]
    #[case::and_not_again(Country::Se, &[1], 0)]
    #[case::once_for_the_letter(Country::Se, &[1, 0, 0], 6_000)]
    #[case::norway_twice_and_less(Country::No, &[1], 3_500)]
    #[case::and_not_three_times(Country::No, &[2], 0)]
    fn a_reminder_costs_what_the_law_lets_it_cost(#[case] country: Country, #[case] fees: &[i64], #[case] minor: i64) {
        // What fell due before the Norwegian fee was raised costs what it could cost then.
        let due_on = day("2025-12-20");
        let invoices: Vec<Candidate> =
            fees.iter().map(|fees| Candidate { fees: *fees, due_on, ..candidate() }).collect();
        assert_eq!(settings().fee(&Figures::of(country, []), &invoices, day("2026-11-21")), minor);
    }

    #[test]
    fn in_norway_a_reminder_costs_nothing_in_the_first_fortnight() {
        let figures = Figures::of(Country::No, []);
        let fee = |today: &str| settings().fee(&figures, &[candidate()], day(today));
        assert_eq!((fee("2026-11-14"), fee("2026-11-15")), (0, 3_750));
    }
}
