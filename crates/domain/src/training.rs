//! A made-up place to practise on: the same every time, from a fixed seed.

pub mod charging;
pub mod history;
pub mod invoicing;
pub mod session;
pub mod tariff;

use crate::billing::BillingDraft;
use crate::country::Country;
use crate::facility::{Contact, FacilityDraft};
use crate::language::Language;
use crate::organisation::OrganisationDraft;
use crate::payment_account::AccountKind;
use crate::payment_reference::ReferenceRule;
use crate::person::PersonDraft;
use crate::tariff::Component;
use crate::unit::{UnitDraft, UnitKind};
use charging::{TrainingPoint, TrainingTag};
use chrono::{DateTime, Days, NaiveDate, Utc};
use session::TrainingSession;

/// The seed: changing it changes every training facility in the world.
const SEED: u64 = 20_261_121;
/// Stairwells, floors and doors of the training house.
const STAIRWELLS: [&str; 4] = ["A", "B", "C", "D"];
const FLOORS: u32 = 6;
const DOORS: u32 = 4;
const PARKING_SPACES: u32 = 24;
/// One flat in so many stands empty.
const EMPTY_ONE_IN: usize = 16;
/// One flat in so many changed hands in the past year.
const MOVED_ONE_IN: usize = 7;
/// One in so many of those who did not move has a tag.
const TAG_ONE_IN: usize = 3;

/// Given names of Sweden and Norway; nobody is meant.
const GIVEN: [&str; 40] = [
    "Åsa", "Örjan", "Maja", "Elias", "Alva", "Hugo", "Saga", "Noah", "Ella", "Liam", "Vera", "Nils", "Astrid", "Axel",
    "Freja", "Oscar", "Signe", "Ludvig", "Ines", "Emil", "Tuva", "Isak", "Leila", "Omar", "Ylva", "Gunnar", "Sølvi",
    "Håkon", "Ingrid", "Knut", "Birgit", "Torsten", "Kerstin", "Lennart", "Amina", "Yusuf", "Zofia", "Piotr", "Linnéa",
    "Sixten",
];
/// Surnames of Sweden and Norway; nobody is meant.
const FAMILY: [&str; 40] = [
    "Öberg",
    "Åkesson",
    "Ängström",
    "Lindqvist",
    "Bergström",
    "Ek",
    "Sjödin",
    "Holm",
    "Wikström",
    "Nyberg",
    "Dahl",
    "Hedlund",
    "Ødegård",
    "Ærlig",
    "Sørlie",
    "Haugen",
    "Bakken",
    "Lunde",
    "Strand",
    "Moen",
    "Sandberg",
    "Forslund",
    "Norén",
    "Blom",
    "Falk",
    "Lind",
    "Alm",
    "Björk",
    "Rask",
    "Stål",
    "Hassan",
    "Kowalska",
    "Nowak",
    "Rahimi",
    "Nguyen",
    "Svensdotter",
    "Ahlgren",
    "Vik",
    "Tveit",
    "Brekke",
];

/// How far a made-up login has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrainingLogin {
    /// No letter yet.
    NotIssued,
    /// A letter was made so many days ago; handed over or not.
    Initial {
        /// Days since the letter.
        days: u16,
        /// It reached its reader.
        handed_over: bool,
    },
    /// A password of their own.
    Own,
}

/// A made-up tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainingTenant {
    /// Who.
    pub person: PersonDraft,
    /// Which unit, by its place in [`TrainingPlan::units`].
    pub unit: usize,
    /// First day.
    pub moved_in_on: NaiveDate,
    /// First day that the unit is no longer theirs.
    pub moved_out_on: Option<NaiveDate>,
    /// How far their login has come.
    pub login: TrainingLogin,
}

/// Everything that a training organisation holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainingPlan {
    /// The organisation; its number is one that registers hand out for tests.
    pub organisation: OrganisationDraft,
    /// Its one facility.
    pub facility: FacilityDraft,
    /// Flats and parking spaces.
    pub units: Vec<UnitDraft>,
    /// Present and former tenants.
    pub tenants: Vec<TrainingTenant>,
    /// Charge points.
    pub points: Vec<TrainingPoint>,
    /// Tags.
    pub tags: Vec<TrainingTag>,
    /// Sessions, those of each charge point in their order.
    pub sessions: Vec<TrainingSession>,
    /// What energy costs.
    pub tariff: Vec<Component>,
    /// How the organisation is paid, as its invoices say.
    pub billing: BillingDraft,
}

/// The training organisation as it is at that instant, on that day of its own.
pub fn plan(now: DateTime<Utc>, today: NaiveDate) -> TrainingPlan {
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut units: Vec<UnitDraft> = Vec::new();
    for stairwell in STAIRWELLS {
        for floor in 0..FLOORS {
            for door in 1..=DOORS {
                units.push(UnitDraft {
                    code: format!("{stairwell}1{floor}0{door}"),
                    kind: UnitKind::Apartment,
                    section: Some(stairwell.to_owned()),
                });
            }
        }
    }
    let flats = units.len();
    units.extend((1..=PARKING_SPACES).map(|space| UnitDraft {
        code: format!("P-{space:02}"),
        kind: UnitKind::ParkingSpace,
        section: None,
    }));
    let mut tenants = Vec::new();
    for unit in 0..flats {
        if random.usize(..EMPTY_ONE_IN) == 0 {
            continue;
        }
        let moved = (random.usize(..MOVED_ONE_IN) == 0).then(|| before(today, random.u64(5..360)));
        if let Some(day) = moved {
            let first = before(day, random.u64(200..2_000));
            tenants.push(tenant(&mut random, unit, first, Some(day)));
        }
        let first = moved.unwrap_or_else(|| before(today, random.u64(370..4_000)));
        tenants.push(tenant(&mut random, unit, first, None));
    }
    // Whoever charges has lived there all year, so that nobody is charged for what was before they came.
    let lived_there = |(place, it): (usize, &TrainingTenant)| {
        (it.moved_out_on.is_none() && it.moved_in_on <= before(today, session::DAYS)).then_some(place)
    };
    let drivers = tenants.iter().enumerate().filter_map(lived_there).step_by(TAG_ONE_IN);
    let tags = charging::tags(drivers, &mut random);
    let points = charging::points();
    TrainingPlan {
        organisation: organisation(),
        facility: facility(),
        units,
        tenants,
        sessions: session::sessions(now, &points, &tags, &mut random),
        tariff: tariff::tariff(today),
        billing: billing(),
        points,
        tags,
    }
}

fn before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

fn tenant(
    random: &mut fastrand::Rng,
    unit: usize,
    moved_in_on: NaiveDate,
    moved_out_on: Option<NaiveDate>,
) -> TrainingTenant {
    let given = GIVEN[random.usize(..GIVEN.len())];
    let family = FAMILY[random.usize(..FAMILY.len())];
    let reachable = random.u8(..10) > 0;
    let address = |text: &str| -> String {
        text.to_lowercase()
            .chars()
            .map(|c| match c {
                'å' | 'ä' | 'æ' => 'a',
                'ö' | 'ø' => 'o',
                'é' => 'e',
                other => other,
            })
            .collect()
    };
    let person = PersonDraft {
        given_name: given.to_owned(),
        family_name: family.to_owned(),
        email: reachable.then(|| format!("{}.{}{unit}@example.com", address(given), address(family))),
        // PTS keeps 070-174 06 05 to 99 free of subscribers, for fiction.
        phone: (random.u8(..5) > 0).then(|| format!("+46701740{}", 605 + random.u16(..95))),
        language: match random.u8(..20) {
            0 => Language::Nb,
            1 | 2 => Language::En,
            _ => Language::Sv,
        },
        street: Some("Övningsgatan 1".to_owned()),
        postal_code: Some("392 32".to_owned()),
        city: Some("Kalmar".to_owned()),
        protected_identity: random.u8(..60) == 0,
        note: None,
        department_id: None,
        staff_number: None,
        payer: None,
        channel: None,
        personal_number: None,
    };
    let login = match random.u8(..10) {
        0 => TrainingLogin::NotIssued,
        1 => TrainingLogin::Initial { days: random.u16(1..60), handed_over: false },
        2 | 3 => TrainingLogin::Initial { days: random.u16(1..120), handed_over: true },
        _ => TrainingLogin::Own,
    };
    TrainingTenant { person, unit, moved_in_on, moved_out_on, login }
}

fn organisation() -> OrganisationDraft {
    OrganisationDraft {
        name: "Övningsfastigheter AB".to_owned(),
        country: Country::Se,
        organisation_number: "559244-0001".to_owned(),
        vat_number: Some("SE559244000101".to_owned()),
        street: "Övningsgatan 1".to_owned(),
        postal_code: "392 32".to_owned(),
        city: "Kalmar".to_owned(),
    }
}

/// Nobody has the account, and a paper that somebody prints says so.
fn billing() -> BillingDraft {
    BillingDraft {
        account_kind: AccountKind::Bankgiro,
        account: "9999-9997".to_owned(),
        swish: None,
        reference_rule: ReferenceRule::Ocr,
        due_days: 30,
        rounds: true,
        carries_over: true,
        fiscal_year_begins_month: 1,
        tax_status: Some("Godkänd för F-skatt. Övning: ska inte betalas.".to_owned()),
    }
}

fn facility() -> FacilityDraft {
    FacilityDraft {
        code: "OVNING".to_owned(),
        name: "Övningshuset".to_owned(),
        country: Country::Se,
        time_zone: None,
        price_area: Some("SE4".to_owned()),
        colour: Some("orange".to_owned()),
        contact: Contact {
            phone: Some("+46701740605".to_owned()),
            email: Some("ovning@example.com".to_owned()),
            visiting_address: Some("Övningsgatan 1, Kalmar".to_owned()),
            hours: Some("Mån–fre 08:00–15:30".to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        today().and_hms_opt(12, 0, 0).unwrap().and_utc()
    }

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
    }

    #[test]
    fn training_is_the_same_every_time() {
        assert_eq!(plan(now(), today()), plan(now(), today()));
    }

    #[test]
    fn training_data_passes_every_check_that_real_data_must_pass() {
        let plan = plan(now(), today());
        plan.organisation.check().unwrap();
        plan.facility.check().unwrap();
        plan.billing.check(Country::Se).unwrap();
        for unit in plan.units {
            unit.check().unwrap();
        }
        for tenant in plan.tenants {
            tenant.person.check(Country::Se, today()).unwrap();
            assert!(tenant.moved_out_on.is_none_or(|end| tenant.moved_in_on < end && end <= today()));
        }
    }

    #[test]
    fn training_has_every_state_that_the_desk_can_show() {
        let plan = plan(now(), today());
        assert!(plan.tenants.len() > 90);
        for state in [
            |it: &TrainingTenant| it.moved_out_on.is_some(),
            |it: &TrainingTenant| it.person.email.is_none(),
            |it: &TrainingTenant| it.person.protected_identity,
            |it: &TrainingTenant| it.login == TrainingLogin::NotIssued,
            |it: &TrainingTenant| it.login == TrainingLogin::Own,
            |it: &TrainingTenant| matches!(it.login, TrainingLogin::Initial { handed_over: false, .. }),
            |it: &TrainingTenant| matches!(it.login, TrainingLogin::Initial { handed_over: true, .. }),
        ] {
            assert!(plan.tenants.iter().any(state));
        }
    }
}
