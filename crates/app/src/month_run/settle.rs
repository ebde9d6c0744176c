//! What everybody owes at one facility: every session that may have to be charged, held against what was charged for it.

use super::plan::{PlanWaiting, Steps};
use crate::App;
use crate::error::Result;
use chrono::{DateTime, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use stolpe_documents::price_file::PriceSource;
use stolpe_domain::charge::ChargeSource;
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::energy::Energy;
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{ChargePointId, PersonId, SessionId};
use stolpe_domain::local_day::{Month, day_of, first_quarter};
use stolpe_domain::market_price::{MarketPrices, PriceArea};
use stolpe_domain::money::Currency;
use stolpe_domain::person::Person;
use stolpe_domain::quarter::Quarter;
use stolpe_domain::settlement::{Settleable, Waits, settle};
use stolpe_domain::tariff::{Place, Pricer, Tariff, TariffLine, Unpriced};
use stolpe_store::Conn;
use stolpe_store::charge::Charge;
use stolpe_store::session::{Session, SessionKey};
use uuid::Uuid;

/// So many months before the one that is charged are held against what was charged for them. A price that is corrected
/// later than that changes nothing by itself.
const MONTHS_BACK: u32 = 12;
/// Sessions that are read at a time.
const PAGE: i64 = 500;

/// Something that is to be charged.
#[derive(Clone, Debug)]
pub(super) struct Fresh {
    pub(super) source: ChargeSource,
    pub(super) source_id: Uuid,
    pub(super) session: Option<SeenSession>,
    pub(super) month: Month,
    pub(super) energy: Energy,
    pub(super) lines: Vec<TariffLine>,
    /// When its session began and ended, and at which charge point; nothing for a fee.
    pub(super) taken: Option<Taken>,
}

/// A session as it was when it was settled: what follows from it holds as long as it stands so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SeenSession {
    pub(super) id: SessionId,
    pub(super) version: i64,
    /// How often it had been charged.
    pub(super) charges: usize,
}

/// When and where energy was taken.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub(super) from: DateTime<Tz>,
    pub(super) until: Option<DateTime<Tz>>,
    pub(super) at: String,
}

/// What somebody owes at a facility.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// What has not been charged yet.
    pub(super) fresh: Vec<Fresh>,
    /// What was charged, and no document asks for.
    pub(super) open: Vec<Charge>,
    /// The energy of the month by day.
    pub(super) days: BTreeMap<NaiveDate, Energy>,
}

/// What everybody owes at a facility.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) facility: Facility,
    pub(super) currency: Currency,
    pub(super) asked: BTreeMap<PersonId, Asked>,
    pub(super) people: HashMap<PersonId, Person>,
    pub(super) waiting: Vec<PlanWaiting>,
    /// Whom to name for the prices of the market.
    pub(super) attribution: Option<String>,
}

/// Settles a facility up to a month. Nothing is written.
pub(super) async fn settle_facility(
    conn: &mut Conn,
    facility: Facility,
    up_to: Month,
    steps: &mut Steps<'_>,
) -> Result<Settled> {
    let zone: Tz = facility.time_zone.parse().unwrap_or(chrono_tz::Europe::Stockholm);
    let earliest = Month::of(up_to.first_day().checked_sub_months(Months::new(MONTHS_BACK)).unwrap_or_default());
    let quarters = first_quarter(earliest.first_day(), zone)..first_quarter(up_to.next().first_day(), zone);
    let kept = conn.find_tariff(facility.id).await?;
    let currency = kept.as_ref().map_or_else(|| super::currency_of(facility.country), |kept| kept.tariff.currency());
    let has_tariff = kept.is_some();
    let tariff = kept.map_or_else(|| Tariff::of_checked(currency, Vec::new()), |kept| kept.tariff);
    let area = facility.price_area.as_deref().and_then(PriceArea::from_code);
    let (market, sources) = match area.filter(|_| tariff.asks_the_market()) {
        // A session of the month's last night may end in the next one.
        Some(area) => {
            let wide = quarters.start..Quarter::from_number(quarters.end.number() + 31 * 96);
            let sources = conn.market_price_sources(area, currency, quarters.clone()).await?;
            (conn.market_prices(area, currency, wide).await?, sources)
        }
        None => (MarketPrices::default(), Vec::new()),
    };
    let points = conn.charge_points_by_name(facility.id).await?;
    let mut it = Settling {
        pricer: Pricer::new(&tariff, Place { area, zone }, &market),
        zone,
        up_to,
        has_tariff,
        points,
        people: HashMap::new(),
        asked: BTreeMap::new(),
        used: BTreeSet::new(),
        waiting: Vec::new(),
    };
    let mut after: Option<SessionKey> = None;
    loop {
        let (from, until) = (quarters.start.start(), quarters.end.start());
        let sessions = conn.sessions_to_settle(facility.id, from, until, after, PAGE).await?;
        let Some(last) = sessions.last() else { break };
        after = Some(SessionKey { started_at: last.started_at, id: last.id });
        let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
        let energy = conn.energy_of_sessions(&ids).await?;
        let charges = conn.charges_of_sessions(&ids).await?;
        let unknown: BTreeSet<PersonId> =
            sessions.iter().filter_map(|session| session.person).filter(|id| !it.people.contains_key(id)).collect();
        let unknown: Vec<PersonId> = unknown.into_iter().collect();
        it.people.extend(conn.people(&unknown).await?.into_iter().map(|person| (person.id, person)));
        for session in &sessions {
            let energy = energy.get(&session.id).map_or(&[][..], Vec::as_slice);
            let charges = charges.get(&session.id).map_or(&[][..], Vec::as_slice);
            it.session(&facility, session, energy, charges);
        }
        steps.on(sessions.len()).await?;
    }
    let charged = conn.fees_charged(facility.id, earliest).await?;
    it.fees(|month, person| charged.contains(&(month, person)));
    for charge in conn.open_charges(facility.id, up_to).await? {
        if let Some(person) = charge.person_id {
            it.asked.entry(person).or_default().open.push(charge);
        }
    }
    let missing: Vec<PersonId> = it.asked.keys().filter(|id| !it.people.contains_key(id)).copied().collect();
    it.people.extend(conn.people(&missing).await?.into_iter().map(|person| (person.id, person)));
    let attributed = |word: &String| PriceSource::from_word(word);
    let attribution: Vec<&str> = sources.iter().filter_map(attributed).map(PriceSource::attribution).collect();
    let attribution = (!attribution.is_empty()).then(|| attribution.join(", "));
    let Settling { asked, people, waiting, .. } = it;
    Ok(Settled { facility, currency, asked, people, waiting, attribution })
}

impl App {
    /// How many sessions will be looked at.
    pub(super) async fn sessions_to_settle(&self, facility: &Facility, up_to: Month) -> Result<usize> {
        let zone: Tz = facility.time_zone.parse().unwrap_or(chrono_tz::Europe::Stockholm);
        let earliest = Month::of(up_to.first_day().checked_sub_months(Months::new(MONTHS_BACK)).unwrap_or_default());
        let from = first_quarter(earliest.first_day(), zone).start();
        let until = first_quarter(up_to.next().first_day(), zone).start();
        let count = self.read().await?.count_sessions_to_settle(facility.id, from, until).await?;
        Ok(usize::try_from(count).unwrap_or_default())
    }
}

/// A facility while it is settled.
struct Settling<'t> {
    pricer: Pricer<'t>,
    zone: Tz,
    up_to: Month,
    has_tariff: bool,
    points: HashMap<ChargePointId, String>,
    people: HashMap<PersonId, Person>,
    asked: BTreeMap<PersonId, Asked>,
    /// Who took energy in which month.
    used: BTreeSet<(Month, PersonId)>,
    waiting: Vec<PlanWaiting>,
}

impl Settling<'_> {
    /// Holds a session against what was charged for it, to whom.
    fn session(&mut self, facility: &Facility, it: &Session, energy: &[(Quarter, Energy)], charges: &[Charge]) {
        let live = |id: &PersonId| self.people.get(id).is_some_and(|person| person.erased_at.is_none());
        let payer = it.person.filter(live);
        let before: BTreeSet<PersonId> =
            charges.iter().filter_map(|charge| charge.person_id).filter(|id| Some(*id) != payer).collect();
        for other in before {
            // Whoever is no longer the one to pay gets back what was asked of them.
            if let Err(waits) = self.owe(it, other, SessionState::Void, &[], charges) {
                self.wait(facility, it, energy, &waits);
            }
        }
        let Some(payer) = payer else {
            let none = Settleable { state: it.state, has_payer: false, intervals: energy, charged: &[] };
            if let Err(waits) = settle(&none, &self.pricer, self.up_to) {
                self.wait(facility, it, energy, &waits);
            }
            return;
        };
        match self.owe(it, payer, it.state, energy, charges) {
            Ok(()) if it.state.is_billed() => {
                let months = energy.iter().filter(|(_, energy)| *energy != Energy::ZERO);
                let months: BTreeSet<Month> =
                    months.map(|(quarter, _)| Month::containing(*quarter, self.zone)).collect();
                self.used.extend(months.into_iter().filter(|month| *month <= self.up_to).map(|month| (month, payer)));
            }
            Ok(()) => {}
            Err(waits) => self.wait(facility, it, energy, &waits),
        }
    }

    /// Writes down what somebody owes of a session beside what was asked of them.
    fn owe(
        &mut self,
        it: &Session,
        person: PersonId,
        state: SessionState,
        energy: &[(Quarter, Energy)],
        charges: &[Charge],
    ) -> std::result::Result<(), Waits> {
        let theirs: Vec<&Charge> = charges.iter().filter(|charge| charge.person_id == Some(person)).collect();
        let earlier: Vec<(Month, Vec<TariffLine>)> =
            theirs.iter().map(|charge| (charge.month, charge.lines.clone())).collect();
        let settleable = Settleable { state, has_payer: true, intervals: energy, charged: &earlier };
        for due in settle(&settleable, &self.pricer, self.up_to)? {
            // Each charge is followed once; the one that no other follows is the last.
            let is_last = |charge: &&&Charge| {
                charge.month == due.month && !charges.iter().any(|other| other.source_id == charge.id.uuid())
            };
            let (source, source_id) = match theirs.iter().find(is_last) {
                Some(last) => (ChargeSource::Difference, last.id.uuid()),
                None if charges.iter().any(|charge| charge.month == due.month) => {
                    (ChargeSource::Difference, taken_over(it.id, person))
                }
                None => (ChargeSource::Session, it.id.uuid()),
            };
            let asked = self.asked.entry(person).or_default();
            if due.month == self.up_to && !due.is_difference {
                for (quarter, energy) in energy {
                    if Month::containing(*quarter, self.zone) == self.up_to {
                        let day = asked.days.entry(day_of(*quarter, self.zone)).or_default();
                        *day = *day + *energy;
                    }
                }
            }
            let at = self.points.get(&it.charge_point).cloned().unwrap_or_default();
            let local = |at: DateTime<Utc>| at.with_timezone(&self.zone);
            asked.fresh.push(Fresh {
                source,
                source_id,
                session: Some(SeenSession { id: it.id, version: it.row_version, charges: charges.len() }),
                month: due.month,
                energy: due.energy,
                lines: due.lines,
                taken: Some(Taken { from: local(it.started_at), until: it.stopped_at.map(local), at }),
            });
        }
        Ok(())
    }

    /// The fee of each month in which somebody took energy, once.
    fn fees(&mut self, charged: impl Fn(Month, PersonId) -> bool) {
        let used = std::mem::take(&mut self.used);
        for (month, person) in used {
            if charged(month, person) {
                continue;
            }
            let Some(line) = self.pricer.monthly_fee(month) else { continue };
            self.asked.entry(person).or_default().fresh.push(Fresh {
                source: ChargeSource::MonthlyFee,
                source_id: person.uuid(),
                session: None,
                month,
                energy: Energy::ZERO,
                lines: vec![line],
                taken: None,
            });
        }
    }

    fn wait(&mut self, facility: &Facility, it: &Session, energy: &[(Quarter, Energy)], waits: &Waits) {
        let (area, missing) = match waits {
            Waits::Unpriced(Unpriced::MissingPrices { area, spans }) => {
                (Some(*area), spans.iter().map(|span| (span.start.start(), span.end.start())).collect())
            }
            Waits::Unpriced(Unpriced::Hole(span)) => (None, vec![(span.start.start(), span.end.start())]),
            _ => (None, Vec::new()),
        };
        let code = match waits {
            Waits::Unpriced(Unpriced::Hole(_)) if !self.has_tariff => "tariff.none",
            other => other.code(),
        };
        let taken: Energy = energy.iter().map(|(_, energy)| *energy).sum();
        self.waiting.push(PlanWaiting {
            code: code.to_owned(),
            facility_id: facility.id,
            session_id: Some(it.id),
            person_id: it.person,
            name: it.person.and_then(|id| self.people.get(&id)).map(Person::name),
            at: Some(it.started_at),
            energy_wh: if taken == Energy::ZERO { it.energy } else { taken },
            amount: None,
            area,
            missing,
        });
    }
}

/// What the first charge to somebody follows who took a session over that another had been charged for: the same each
/// time it is counted, so that it is charged once.
fn taken_over(session: SessionId, person: PersonId) -> Uuid {
    let digest =
        Sha256::new().chain_update(session.uuid().as_bytes()).chain_update(person.uuid().as_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
