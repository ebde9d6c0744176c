//! What has happened in a training organisation in the past year: the same every time, from a seed of its own.

use super::{TrainingLogin, TrainingTenant, before};
use chrono::{NaiveDate, TimeDelta};

/// Other figures than those of the people: a longer history changes nobody.
const SEED: u64 = 20_261_122;
/// Days that the log of a training organisation goes back.
const DAYS: u64 = 365;
/// What tenants sign in with.
const DEVICES: [&str; 4] = ["Safari, iPhone", "Chrome, Android", "Firefox, Windows", "Edge, Windows"];

/// Something that happened to a tenant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrainingMoment {
    /// They were written into the register and moved in.
    MovedIn,
    /// Their letter was made.
    LetterMade,
    /// They took the letter home.
    LetterHandedOver,
    /// They chose a password of their own.
    PasswordChosen,
    /// They signed in, with this.
    SignedIn(&'static str),
    /// They had another phone number before.
    PhoneChanged(String),
    /// They moved out.
    MovedOut,
}

/// A moment of the past year.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrainingEvent {
    /// The day.
    pub on: NaiveDate,
    /// The minute of the day.
    pub minute: u32,
    /// Whose, by the place among the tenants.
    pub tenant: usize,
    /// What happened.
    pub what: TrainingMoment,
}

/// Everything that has happened in the year before that day, in the order in which it did.
pub fn history(tenants: &[TrainingTenant], today: NaiveDate) -> Vec<TrainingEvent> {
    let mut random = fastrand::Rng::with_seed(SEED);
    let began = before(today, DAYS);
    let mut events = Vec::new();
    for (place, tenant) in tenants.iter().enumerate() {
        let mut note = |on: NaiveDate, minute: u32, what: TrainingMoment| {
            if began <= on && on < today {
                events.push(TrainingEvent { on, minute, tenant: place, what });
            }
        };
        note(tenant.moved_in_on, 9 * 60 + random.u32(..60), TrainingMoment::MovedIn);
        let (letter_on, in_own_name_on) = match tenant.login {
            TrainingLogin::NotIssued => (None, None),
            TrainingLogin::Initial { days, .. } => (Some(before(today, u64::from(days))), None),
            TrainingLogin::Own => (Some(tenant.moved_in_on), Some(later(tenant.moved_in_on, random.i64(1..6)))),
        };
        let handed_over = !matches!(tenant.login, TrainingLogin::Initial { handed_over: false, .. });
        if let Some(day) = letter_on {
            note(day, 10 * 60 + random.u32(..60), TrainingMoment::LetterMade);
            if handed_over {
                note(day, 15 * 60 + random.u32(..60), TrainingMoment::LetterHandedOver);
            }
        }
        let left_on = tenant.moved_out_on.unwrap_or(today);
        if let Some(day) = in_own_name_on.filter(|day| *day < left_on) {
            note(day, 18 * 60 + random.u32(..120), TrainingMoment::PasswordChosen);
            let device = DEVICES[random.usize(..DEVICES.len())];
            let mut next = day.max(began);
            while next < left_on {
                note(next, 20 * 60 + random.u32(..180), TrainingMoment::SignedIn(device));
                next = later(next, random.i64(20..90));
            }
        }
        if tenant.person.phone.is_some() && random.u8(..8) == 0 {
            let day = before(left_on, random.u64(10..300)).max(later(tenant.moved_in_on, 1));
            let earlier = format!("+46701740{}", 605 + random.u16(..95));
            if day < left_on {
                note(day, 13 * 60 + random.u32(..60), TrainingMoment::PhoneChanged(earlier));
            }
        }
        if let Some(day) = tenant.moved_out_on {
            note(day, 11 * 60 + random.u32(..60), TrainingMoment::MovedOut);
        }
    }
    events.sort();
    events
}

fn later(day: NaiveDate, days: i64) -> NaiveDate {
    day + TimeDelta::days(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::plan;
    use chrono::{DateTime, Utc};
    use std::collections::BTreeSet;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
    }

    fn noon() -> DateTime<Utc> {
        today().and_hms_opt(12, 0, 0).unwrap().and_utc()
    }

    #[test]
    fn the_past_year_is_the_same_every_time_and_lies_before_today() {
        let tenants = plan(noon(), today()).tenants;
        let events = history(&tenants, today());
        assert_eq!(events, history(&tenants, today()));
        assert!(events.iter().all(|it| it.on < today() && before(today(), DAYS) <= it.on && it.minute < 24 * 60));
        assert!(events.is_sorted());
    }

    #[test]
    fn every_month_of_the_year_has_something_to_look_at_and_every_kind_of_thing_happens() {
        let events = history(&plan(noon(), today()).tenants, today());
        let months: BTreeSet<String> = events.iter().map(|it| it.on.format("%Y-%m").to_string()).collect();
        assert!(months.len() >= 12, "{months:?}");
        let has = |kind: fn(&TrainingMoment) -> bool| events.iter().any(|it| kind(&it.what));
        assert!(has(|it| *it == TrainingMoment::MovedIn) && has(|it| *it == TrainingMoment::MovedOut));
        assert!(has(|it| *it == TrainingMoment::LetterMade) && has(|it| *it == TrainingMoment::LetterHandedOver));
        assert!(has(|it| *it == TrainingMoment::PasswordChosen) && has(|it| matches!(it, TrainingMoment::SignedIn(_))));
        assert!(has(|it| matches!(it, TrainingMoment::PhoneChanged(_))));
    }

    #[test]
    fn nobody_signs_in_before_choosing_a_password_or_after_leaving() {
        let tenants = plan(noon(), today()).tenants;
        for event in history(&tenants, today()) {
            let tenant = &tenants[event.tenant];
            if matches!(event.what, TrainingMoment::SignedIn(_)) {
                assert_eq!(tenant.login, TrainingLogin::Own);
                assert!(tenant.moved_in_on < event.on && tenant.moved_out_on.is_none_or(|left| event.on < left));
            }
        }
    }
}
