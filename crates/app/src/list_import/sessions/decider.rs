//! What becomes of each row of a list of sessions.

use super::super::person::Finder;
use super::super::{Cells, Refused};
use super::{LONGEST, SessionImport};
use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use stolpe_documents::list_file::{ListFault, ListFile, ListRow, whole_number};
use stolpe_domain::charge_point::{ChargePoint, ServiceState};
use stolpe_domain::charging::doubt::{Doubt, Doubts, TOLERANCE};
use stolpe_domain::charging::judgement::{Evidence, Judgement};
use stolpe_domain::charging::reading::{Reading, Series};
use stolpe_domain::charging::session::{Happening, SessionState};
use stolpe_domain::charging::tag::IdTag;
use stolpe_domain::energy::Energy;
use stolpe_domain::facility::{Facility, fold_code};
use stolpe_domain::id::{ChargePointId, PersonId, SessionId};
use stolpe_store::charge_point::ChargePointFilter;
use stolpe_store::session::Session;
use uuid::Uuid;

/// Meters and sums are rounded on their own: a sum may be so much off the difference of its meters.
const ROUNDING_WH: i64 = 100;

/// From when until when.
type Span = (DateTime<Utc>, DateTime<Utc>);

/// A row that can be taken in.
pub(super) struct Counted {
    pub(super) outside_id: String,
    pub(super) session: Session,
    pub(super) judgement: Judgement,
}

/// The registers of a row: those of its meter, or as if one had begun at zero.
struct Registers {
    start: Energy,
    stop: Energy,
    of_a_meter: bool,
}

/// What rows are decided by.
pub(super) struct Decider<'a> {
    app: &'a App,
    ctx: &'a Ctx,
    place: &'a Facility,
    what: SessionImport<'a>,
    file: &'a ListFile,
    zone: Tz,
    by_identity: HashMap<String, ChargePoint>,
    by_name: HashMap<String, ChargePoint>,
    finder: Finder<'a>,
    holders: HashMap<IdTag, Option<PersonId>>,
    seen: HashSet<String>,
    /// When which connector is taken by rows before this one.
    times: HashMap<(ChargePointId, i64), Vec<Span>>,
}

impl<'a> Decider<'a> {
    pub(super) async fn new(
        app: &'a App,
        ctx: &'a Ctx,
        place: &'a Facility,
        what: SessionImport<'a>,
        file: &'a ListFile,
    ) -> Result<Self> {
        let (mut by_identity, mut by_name) = (HashMap::new(), HashMap::new());
        // Whoever is in service is meant before whoever once was.
        for state in [None, Some(ServiceState::Decommissioned)] {
            let filter = ChargePointFilter { facilities: vec![place.id], state, ..ChargePointFilter::default() };
            let page =
                app.read().await?.list_charge_points(&filter, None, crate::charge_point::MOST_OF_FACILITY).await?;
            for it in page.items.into_iter().map(|listed| listed.charge_point) {
                by_name.entry(fold_code(&it.name)).or_insert_with(|| it.clone());
                by_identity.entry(it.identity.to_string()).or_insert(it);
            }
        }
        Ok(Self {
            app,
            ctx,
            place,
            what,
            file,
            zone: crate::export::zone_of(&place.time_zone),
            by_identity,
            by_name,
            finder: Finder::new(app, place.organisation_id),
            holders: HashMap::new(),
            seen: HashSet::new(),
            times: HashMap::new(),
        })
    }

    /// What becomes of a row; nothing when it was taken in before.
    pub(super) async fn decide(
        &mut self,
        row: &ListRow,
        taken: &HashMap<String, Session>,
    ) -> Result<std::result::Result<Option<Counted>, Refused>> {
        let mut cells = Cells::new(row);
        let outside_id = row.text("id").unwrap_or_default().to_owned();
        if outside_id.is_empty() || outside_id.chars().count() > LONGEST {
            cells.fault("id", if outside_id.is_empty() { "required" } else { "too_long" });
        }
        let point = self.point(&mut cells);
        let connector = cells.value("connector", whole_number).unwrap_or(1);
        if connector < 1 {
            cells.fault("connector", "connector.unknown");
        }
        let start = self.instant(&mut cells, "startedUtc", "startedAt");
        let stop = self.instant(&mut cells, "stoppedUtc", "stoppedAt");
        let registers = self.registers(&mut cells);
        let (tag, person) = self.payer(&mut cells).await?;
        let (Some(point), Some(start), Some(stop), Some(registers)) = (point, start, stop, registers) else {
            return Ok(cells.done(None));
        };
        if stop < start {
            cells.fault("stoppedAt", "session.stop_before_start");
        } else if stop > self.ctx.at + TOLERANCE {
            cells.fault("stoppedAt", "time.future");
        }
        if !cells.faults.is_empty() {
            return Ok(cells.done(None));
        }
        if !self.seen.insert(outside_id.clone()) {
            return Ok(Err(vec![row.fault("id", "row.twice")]));
        }
        if let Some(known) = taken.get(&outside_id) {
            let same = (known.charge_point, known.started_at, known.stopped_at) == (point.id, start, Some(stop))
                && known.energy == registers.stop - registers.start;
            return Ok(if same { Ok(None) } else { Err(vec![row.fault("id", "session.differs")]) });
        }
        if let Some(fault) = self.shares_its_time(row, point.id, connector, start, stop).await? {
            return Ok(Err(vec![fault]));
        }
        let span = (Reading { at: start, register: registers.start }, Reading { at: stop, register: registers.stop });
        let judgement = judged(&point, span);
        let mut session = self.session(&point, connector, span, registers.of_a_meter);
        session.start_key = key(self.what.source, &outside_id);
        session.doubts = judgement.doubts.clone();
        session.doubts.when(Doubt::UnknownTag, tag.is_some() && person.is_none());
        session.energy = judgement.energy;
        session.tag = tag.map(|tag| tag.as_str().to_owned());
        session.person = person;
        session.state = match SessionState::Open.after(&Happening::Stopped(session.doubts.clone())) {
            Ok(state) if self.what.to_bill => state,
            _ => SessionState::BilledElsewhere,
        };
        Ok(Ok(Some(Counted { outside_id, session, judgement })))
    }

    fn point(&self, cells: &mut Cells<'_>) -> Option<ChargePoint> {
        let (identity, name) = (cells.row.text("chargePointIdentity"), cells.row.text("chargePointName"));
        let found = match (identity, name) {
            (Some(identity), _) => self.by_identity.get(identity),
            (None, Some(name)) => self.by_name.get(&fold_code(name)).or_else(|| self.by_identity.get(name)),
            (None, None) => None,
        };
        if found.is_none() {
            let column = if identity.is_some() { "chargePointIdentity" } else { "chargePointName" };
            cells.fault(column, if identity.or(name).is_some() { "charge_point.unknown" } else { "required" });
        }
        found.cloned()
    }

    /// An instant that is said in universal time or by the clocks of the place.
    fn instant(&self, cells: &mut Cells<'_>, universal: &'static str, local: &'static str) -> Option<DateTime<Utc>> {
        let (file, zone) = (self.file, self.zone);
        if cells.row.text(universal).is_some() {
            return cells.value(universal, |text| file.reading.instant(universal, text, chrono_tz::UTC));
        }
        if cells.row.text(local).is_none() {
            cells.fault(local, "required");
        }
        cells.value(local, |text| file.reading.instant(local, text, zone))
    }

    fn registers(&self, cells: &mut Cells<'_>) -> Option<Registers> {
        let file = self.file;
        let mut kwh = |key: &'static str| {
            let is_there = cells.row.text(key).is_some();
            (is_there, cells.value(key, |text| file.reading.kwh(key, text)))
        };
        let (has_start, start) = kwh("meterStartKwh");
        let (has_stop, stop) = kwh("meterStopKwh");
        let (has_energy, energy) = kwh("energyKwh");
        if has_start && has_stop {
            let (start, stop) = (start?, stop?);
            let off = energy.map_or(0, |energy| (stop - start - energy).wh().abs());
            if stop < start {
                cells.fault("meterStopKwh", "session.stops_below_start");
            } else if off > ROUNDING_WH {
                cells.fault("energyKwh", "energy.differs");
            }
            return Some(Registers { start, stop, of_a_meter: true });
        }
        if !has_energy {
            cells.fault("energyKwh", "required");
        }
        let energy = energy?;
        if energy.is_negative() {
            cells.fault("energyKwh", "energy.out_of_range");
        }
        Some(Registers { start: Energy::ZERO, stop: energy, of_a_meter: false })
    }

    /// The tag, and who pays: whoever the row names, else whoever holds the tag.
    async fn payer(&mut self, cells: &mut Cells<'_>) -> Result<(Option<IdTag>, Option<PersonId>)> {
        let row = cells.row;
        let tag = match row.text("tag").map(IdTag::parse) {
            None => None,
            Some(Ok(tag)) => Some(tag),
            Some(Err(refusal)) => {
                cells.fault("tag", refusal.code());
                None
            }
        };
        let holder = match &tag {
            None => None,
            Some(tag) => self.holder(tag).await?,
        };
        // Where the tag says who it is, a name beside it says it once more, perhaps with dots for it.
        if row.text("personEmail").is_none() && holder.is_some() {
            return Ok((tag, holder));
        }
        match self.finder.find(row.text("personEmail"), row.text("personName")).await? {
            Ok(person) => Ok((tag, person.or(holder))),
            Err(code) => {
                cells.fault(if row.text("personEmail").is_some() { "personEmail" } else { "personName" }, code);
                Ok((tag, None))
            }
        }
    }

    async fn holder(&mut self, tag: &IdTag) -> Result<Option<PersonId>> {
        if let Some(holder) = self.holders.get(tag) {
            return Ok(*holder);
        }
        let found = self.app.read().await?.find_tag_that_reads(self.place.organisation_id, tag.as_str()).await?;
        let holder = found.and_then(|tag| tag.person_id);
        self.holders.insert(tag.clone(), holder);
        Ok(holder)
    }

    /// Whether another session has the connector at that time, here or in an earlier row.
    async fn shares_its_time(
        &mut self,
        row: &ListRow,
        point: ChargePointId,
        connector: i64,
        start: DateTime<Utc>,
        stop: DateTime<Utc>,
    ) -> Result<Option<ListFault>> {
        let overlaps = |from: DateTime<Utc>, until: DateTime<Utc>| from < stop && start < until;
        let times = self.times.entry((point, connector)).or_default();
        let mut shares = times.iter().any(|(from, until)| overlaps(*from, *until));
        if !shares {
            let mut conn = self.app.read().await?;
            let (before, after) = conn.neighbours(point, connector, start, SessionId(Uuid::nil())).await?;
            let is_there = |it: Session| overlaps(it.started_at, it.stopped_at.unwrap_or(DateTime::<Utc>::MAX_UTC));
            shares = before.is_some_and(is_there) || after.is_some_and(is_there);
        }
        if shares {
            return Ok(Some(row.fault("startedAt", "session.overlaps")));
        }
        times.push((start, stop));
        Ok(None)
    }

    fn session(
        &self,
        point: &ChargePoint,
        connector: i64,
        (start, stop): (Reading, Reading),
        metered: bool,
    ) -> Session {
        Session {
            id: self.ctx.new_id(),
            charge_point: point.id,
            facility: self.place.id,
            connector,
            tag: None,
            person: None,
            transaction_id: None,
            start_key: [0; 16],
            state: SessionState::Open,
            doubts: Doubts::default(),
            claimed_start_at: Some(start.at),
            started_at: start.at,
            // How the meter runs is learnt from registers, so that none is made up.
            start: metered.then_some(start.register),
            claimed_stop_at: Some(stop.at),
            stopped_at: Some(stop.at),
            stop: metered.then_some(stop.register),
            stop_tag: None,
            stop_reason: None,
            stop_digest: None,
            energy: Energy::ZERO,
            judged: None,
            row_version: 1,
            created_at: self.ctx.at,
        }
    }
}

/// What is believed of a session of which nothing but its two ends is known: its energy is spread over its time.
fn judged(point: &ChargePoint, (start, stop): (Reading, Reading)) -> Judgement {
    Judgement::of(&Evidence {
        start: Some(start),
        readings: Series::default(),
        stop: Some(stop),
        is_over: true,
        fuse_a: point.fuse_a.try_into().unwrap_or(u32::MAX),
        phases: point.phase_rotation.phases().try_into().unwrap_or(3),
        register_before: None,
        overlaps: false,
    })
}

/// What makes two rows the same session of a charge point.
fn key(source: &str, outside_id: &str) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in ["elsewhere", source, outside_id] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut key = [0; 16];
    key.copy_from_slice(&hash.finalize()[..16]);
    key
}
