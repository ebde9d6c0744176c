//! The sessions of a training organisation: a year of evenings, cars that charge right now, and some to look at.

use super::charging::{TrainingContact, TrainingPoint, TrainingTag};
use super::invoicing;
use crate::charging::connector::Status;
use crate::charging::reading::Reading;
use crate::energy::Energy;
use crate::local_day::Month;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

/// A made-up session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainingSession {
    /// At which charge point, by its place among them.
    pub point: usize,
    /// The tag that began it.
    pub id_tag: String,
    /// Whose the tag is, by the place among the tenants; nobody's for one that is not known.
    pub tenant: Option<usize>,
    /// The register at the start, on the way and, once it is over, at the stop.
    pub readings: Vec<Reading>,
    /// Whether it is over.
    pub is_over: bool,
    /// Whose it turned out to be once its month had been invoiced without it, by the place among the tenants.
    pub given_to: Option<usize>,
}

/// So far back sessions go.
pub(super) const DAYS: u64 = 365;
/// Each car comes so often, in days.
const EVERY: usize = 6;
/// A tag that nobody here has.
const STRANGE_TAG: &str = "04FFFFFFFFFFFF";
/// Readings come so often, in minutes.
const STEP: i64 = 15;
/// Cars take this much in a quarter of an hour: 16 A on three phases.
const QUARTER_WH: i64 = 2_760;

/// The sessions as they are at an instant, each car at a charge point of its own.
pub fn sessions(
    now: DateTime<Utc>,
    points: &[TrainingPoint],
    tags: &[TrainingTag],
    random: &mut fastrand::Rng,
) -> Vec<TrainingSession> {
    let works = |point: &TrainingPoint| point.contact != TrainingContact::NeverCalled && !point.deactivated;
    let places = points.iter().enumerate().filter(|(_, point)| works(point));
    let cars = tags.iter().filter(|tag| tag.tenant.is_some() && !tag.blocked);
    let spare = tags.iter().find(|tag| tag.tenant.is_none());
    let mut told = Vec::new();
    for (car, ((point, place), tag)) in places.zip(cars).enumerate() {
        let mut register = 250_000 + random.i64(0..900_000);
        let session = |readings, is_over| TrainingSession {
            point,
            id_tag: tag.id_tag.clone(),
            tenant: tag.tenant,
            readings,
            is_over,
            given_to: None,
        };
        let offset = u64::try_from(car % EVERY).unwrap_or_default();
        let evenings = || (2..DAYS).rev().filter(move |day| day % EVERY as u64 == offset);
        let first_in = |month: Month| evenings().find(|day| Month::of(date(now, *day)) == month);
        let odd = match car {
            1 => first_in(invoicing::last_month(now.date_naive())),
            2 => invoicing::with_exception(now.date_naive()).and_then(first_in),
            _ => None,
        };
        for day in evenings() {
            let readings = evening(now, day, random.i64(0..150), random.i64(5..20), &mut register, random);
            let it = session(readings, true);
            told.push(match (car, spare) {
                (1, _) if odd == Some(day) => meter_changed(it, &mut register),
                (2, Some(spare)) if odd == Some(day) => {
                    TrainingSession { id_tag: spare.id_tag.clone(), tenant: None, given_to: tag.tenant, ..it }
                }
                _ => it,
            });
        }
        if car == 2 {
            let readings = evening(now, 1, 0, 6, &mut register, random);
            told.push(TrainingSession { id_tag: STRANGE_TAG.to_owned(), tenant: None, ..session(readings, true) });
        }
        if matches!(place.contact, TrainingContact::Connected(Status::Charging, _)) {
            told.push(session(charge(now - TimeDelta::minutes(47), 3, 0, &mut register, random), false));
        }
    }
    told
}

fn date(now: DateTime<Utc>, days_ago: u64) -> NaiveDate {
    now.date_naive().checked_sub_days(Days::new(days_ago)).unwrap_or_default()
}

/// An evening so many days ago: plugged in some minutes after five, and full after so many quarters.
fn evening(
    now: DateTime<Utc>,
    days: u64,
    minutes: i64,
    quarters: i64,
    register: &mut i64,
    random: &mut fastrand::Rng,
) -> Vec<Reading> {
    let begins =
        date(now, days).and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(16) + TimeDelta::minutes(minutes);
    charge(begins, quarters, random.i64(1..STEP), register, random)
}

/// Readings from an instant on, the last one so many minutes after the one before; at none, it is still charging.
fn charge(
    begins: DateTime<Utc>,
    quarters: i64,
    rest: i64,
    register: &mut i64,
    random: &mut fastrand::Rng,
) -> Vec<Reading> {
    let mut readings = Vec::new();
    for quarter in 0..=quarters {
        readings
            .push(Reading { at: begins + TimeDelta::minutes(quarter * STEP), register: Energy::from_wh(*register) });
        *register += QUARTER_WH - random.i64(0..300);
    }
    if rest > 0 {
        *register += QUARTER_WH * rest / STEP / 2 - QUARTER_WH;
        let at = begins + TimeDelta::minutes(quarters * STEP + rest);
        let last = readings.last().map_or(0, |it| it.register.wh());
        *register = (*register).max(last);
        readings.push(Reading { at, register: Energy::from_wh(*register) });
    }
    readings
}

/// The same with a meter that was changed while the car charged: the new one begins at nothing, and goes on from there.
fn meter_changed(it: TrainingSession, register: &mut i64) -> TrainingSession {
    let half = it.readings.len() / 2;
    let before = it.readings.get(half).map_or(0, |it| it.register.wh());
    *register -= before;
    let change = |(place, reading): (usize, &Reading)| {
        let gone = if place < half { 0 } else { before };
        Reading { at: reading.at, register: Energy::from_wh(reading.register.wh() - gone) }
    };
    TrainingSession { readings: it.readings.iter().enumerate().map(change).collect(), ..it }
}

#[cfg(test)]
mod tests {
    use super::super::charging::{points, tags};
    use super::*;
    use std::collections::BTreeMap;

    fn made() -> (DateTime<Utc>, Vec<TrainingSession>) {
        let now = DateTime::from_timestamp(1_795_255_200, 0).expect("an instant");
        let mut random = fastrand::Rng::with_seed(7);
        let tags = tags(0..25, &mut random);
        (now, sessions(now, &points(), &tags, &mut random))
    }

    #[test]
    fn a_year_of_sessions_follows_one_another_at_each_charge_point() {
        let (now, sessions) = made();
        assert!(sessions.len() > 500, "{}", sessions.len());
        let mut ends: BTreeMap<usize, DateTime<Utc>> = BTreeMap::new();
        for it in &sessions {
            let (first, last) = (it.readings[0], it.readings[it.readings.len() - 1]);
            assert!(first.at < last.at && last.at <= now && now - first.at <= TimeDelta::days(366), "{it:?}");
            assert!(it.readings.is_sorted_by_key(|reading| reading.at), "{it:?}");
            assert!(ends.insert(it.point, last.at).is_none_or(|end| end <= first.at), "{it:?}");
        }
    }

    #[test]
    fn some_charge_now_one_has_a_strange_tag_one_borrowed_one_and_of_one_the_register_fell() {
        let (now, sessions) = made();
        let of = |it: &TrainingSession| Month::of(it.readings[0].at.date_naive());
        assert!(sessions.iter().filter(|it| !it.is_over).count() >= 2);
        assert_eq!(sessions.iter().filter(|it| it.id_tag == STRANGE_TAG && it.tenant.is_none()).count(), 1);
        let given: Vec<Month> = sessions.iter().filter(|it| it.given_to.is_some()).map(of).collect();
        assert_eq!(given, [invoicing::with_exception(now.date_naive()).expect("a month")]);
        assert_eq!(sessions.iter().filter(|it| it.tenant.is_none()).count(), 2);
        let falls = |it: &&TrainingSession| !it.readings.is_sorted_by_key(|reading| reading.register);
        let fell: Vec<Month> = sessions.iter().filter(falls).map(of).collect();
        assert_eq!(fell, [invoicing::last_month(now.date_naive())]);
    }
}
