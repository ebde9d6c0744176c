//! Charge points of a facility, prepared before they call: each is known by what it calls itself. A list holds no keys;
//! each new one is given one at the desk.

use super::{Cells, Earnest, ListFindings, Refused, Step, of_row, read};
use crate::App;
use crate::charge_point::MOST_OF_FACILITY;
use crate::ctx::Ctx;
use crate::error::Result;
use std::collections::{HashMap, HashSet};
use stolpe_documents::list_file::{CHARGE_POINTS, ListRow, whole_number, yes_no};
use stolpe_domain::access::Permission;
use stolpe_domain::charge_point::identity::Identity;
use stolpe_domain::charge_point::{Access, ChargePoint, ChargePointDraft, MeterKind, PhaseRotation};
use stolpe_domain::circuit::Circuit;
use stolpe_domain::facility::fold_code;
use stolpe_domain::id::{ChargePointId, CircuitId, FacilityId};
use stolpe_store::charge_point::ChargePointFilter;
use uuid::Uuid;

/// What rows are decided by.
struct Known {
    circuits: Vec<Circuit>,
    points: HashMap<Identity, ChargePoint>,
    names: HashMap<String, Option<ChargePointId>>,
    seen: HashSet<Identity>,
}

impl App {
    /// Takes in the charge points of a facility. Without a circuit one hangs on the main fuse.
    ///
    /// # Errors
    /// As [`App::import_circuits`].
    pub async fn import_charge_points(
        &self,
        ctx: &Ctx,
        facility: FacilityId,
        content: &[u8],
        earnest: Earnest,
    ) -> Result<ListFindings> {
        self.facility_for(ctx, facility, Permission::Import).await?;
        self.facility_for(ctx, facility, Permission::ManageCharging).await?;
        let (rows, _, mut findings) = read(content, CHARGE_POINTS)?;
        let mut known = self.known_charge_points(facility).await?;
        for row in &rows {
            let done = match known.decide(row) {
                Err(faults) => Err(faults),
                Ok((step, draft, it)) => self.take_charge_point(ctx, facility, row, earnest, (step, draft, it)).await?,
            };
            match done {
                Ok((step, draft)) => {
                    findings.count(step);
                    findings.note("charge_point.without_key", step == Step::Create);
                    known.learn(&draft);
                }
                Err(faults) => findings.faults.extend(faults),
            }
        }
        findings.faults.sort_by_key(|fault| fault.line);
        Ok(findings)
    }

    async fn known_charge_points(&self, facility: FacilityId) -> Result<Known> {
        let mut conn = self.read().await?;
        let circuits = conn.list_circuits(facility).await?;
        let filter = ChargePointFilter { facilities: vec![facility], ..ChargePointFilter::default() };
        let page = conn.list_charge_points(&filter, None, MOST_OF_FACILITY).await?;
        let points: Vec<ChargePoint> = page.items.into_iter().map(|listed| listed.charge_point).collect();
        Ok(Known {
            circuits,
            names: points.iter().map(|it| (fold_code(&it.name), Some(it.id))).collect(),
            points: points.into_iter().map(|it| (it.identity.clone(), it)).collect(),
            seen: HashSet::new(),
        })
    }

    async fn take_charge_point(
        &self,
        ctx: &Ctx,
        facility: FacilityId,
        row: &ListRow,
        earnest: Earnest,
        (step, draft, it): (Step, ChargePointDraft, Option<ChargePoint>),
    ) -> Result<std::result::Result<(Step, ChargePointDraft), Refused>> {
        // One that stands elsewhere is not to be had.
        if let (Step::Create, Some(identity)) = (step, draft.identity())
            && self.read().await?.find_calling_charge_point(&identity).await?.is_some()
        {
            return Ok(Err(vec![row.fault("identity", "charge_point.identity_taken")]));
        }
        let done = match (step, earnest, it) {
            (Step::Unchanged, _, _) | (_, Earnest::Look, _) => Ok(()),
            (_, Earnest::Do, Some(it)) => {
                self.change_charge_point(ctx, it.id, it.row_version, draft.clone()).await.map(|_| ())
            }
            (_, Earnest::Do, None) => self.prepare_charge_point(ctx, facility, draft.clone()).await.map(|_| ()),
        };
        match done {
            Ok(()) => Ok(Ok((step, draft))),
            Err(error) => Ok(Err(of_row(row, "identity", error)?)),
        }
    }
}

impl Known {
    fn decide(&self, row: &ListRow) -> std::result::Result<(Step, ChargePointDraft, Option<ChargePoint>), Refused> {
        let mut cells = Cells::new(row);
        let circuit = match row.text("circuit") {
            Some(name) => self.circuits.iter().find(|it| fold_code(&it.name) == fold_code(name)),
            None => self.circuits.iter().find(|it| it.parent_id.is_none()),
        };
        if circuit.is_none() {
            cells.fault("circuit", "circuit.unknown");
        }
        let usual = if circuit.is_some_and(|it| it.phases == 1) { PhaseRotation::L1 } else { PhaseRotation::Rst };
        let rotations = PhaseRotation::ALL;
        let identity = row.text("identity").and_then(|text| Identity::parse(text).ok());
        let it = identity.as_ref().and_then(|identity| self.points.get(identity));
        let draft = ChargePointDraft {
            identity: Some(row.text("identity").unwrap_or_default().to_owned()),
            name: row.text("name").unwrap_or_default().to_owned(),
            circuit_id: circuit.map_or(CircuitId(Uuid::nil()), |it| it.id),
            fuse_a: cells.fuse(),
            limit_a: cells.value("limitA", whole_number),
            phase_rotation: cells.word("phaseRotation", "", rotations, PhaseRotation::word).unwrap_or(usual),
            access: cells.word("access", "charging.access", Access::ALL, Access::word).unwrap_or(Access::Tags),
            deactivated: cells.value("deactivated", yes_no).unwrap_or_default(),
            meter_kind: cells.word("meterKind", "charging.meter", MeterKind::ALL, MeterKind::word),
        };
        let draft = match draft.clone().check(&self.circuits) {
            Ok(draft) => draft,
            Err(faults) => {
                cells.add(faults, |field| match field {
                    "name" => "name",
                    "fuseA" => "fuseA",
                    "limitA" => "limitA",
                    "circuitId" => "circuit",
                    "phaseRotation" => "phaseRotation",
                    "meterKind" => "meterKind",
                    _ => "identity",
                });
                draft
            }
        };
        if let Some(holder) = self.names.get(&fold_code(&draft.name))
            && *holder != it.map(|it| it.id)
        {
            cells.fault("name", "charge_point.name_taken");
        }
        if identity.is_some_and(|identity| self.seen.contains(&identity)) {
            cells.fault("identity", "row.twice");
        }
        let step = match it.and_then(ChargePoint::draft) {
            None => Step::Create,
            Some(was) if was == draft => Step::Unchanged,
            Some(_) => Step::Update,
        };
        cells.done((step, draft, it.cloned()))
    }

    /// What later rows of the list must know.
    fn learn(&mut self, draft: &ChargePointDraft) {
        if let Some(identity) = draft.identity() {
            let held = self.points.get(&identity).map(|it| it.id);
            self.names.entry(fold_code(&draft.name)).or_insert(held);
            self.seen.insert(identity);
        }
    }
}
