//! Charge points with what is known of them now, and a facility as the tree of its circuits (EVC-12).

use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};
use stolpe_domain::access::Permission;
use stolpe_domain::charge_point::shown::{ShownConnector, shown};
use stolpe_domain::charge_point::{ChargePoint, ConnectorReport, Contact, TurnedAway};
use stolpe_domain::charging::connector::Shown;
use stolpe_domain::circuit::Circuit;
use stolpe_domain::id::{ChargePointId, CircuitId, FacilityId};
use stolpe_store::charge_point::ChargePointFilter;
use stolpe_store::key_change::KeyStand;

/// A charge point with what is known of it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenChargePoint {
    /// The charge point.
    pub charge_point: ChargePoint,
    /// What its circuit is called.
    pub circuit_name: Option<String>,
    /// How it is.
    pub shown: Shown,
    /// What is known of its connection; none when it has never called.
    pub contact: Option<Contact>,
    /// Calls in its name without its key, since it was let in last.
    pub turned_away: Option<TurnedAway>,
    /// How far a new key is on its way to it; none when none is.
    pub key_stand: Option<KeyStand>,
    /// How its connectors are.
    pub connectors: Vec<ShownConnector>,
    /// What it says of itself as a whole.
    pub whole: Option<ConnectorReport>,
}

/// A facility with its circuits and charge points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargingTree {
    /// The circuits.
    pub circuits: Vec<Circuit>,
    /// The charge points in service, in the order of their names.
    pub charge_points: Vec<OpenChargePoint>,
    /// When it was so.
    pub at: DateTime<Utc>,
}

impl ChargingTree {
    /// How many charge points are in each state, on a circuit and on all below it.
    pub fn counts(&self, top: CircuitId) -> BTreeMap<Shown, i64> {
        let parents: HashMap<CircuitId, Option<CircuitId>> =
            self.circuits.iter().map(|it| (it.id, it.parent_id)).collect();
        let hangs = |mut at: Option<CircuitId>| {
            // No way up is longer than there are circuits.
            for _ in 0..=self.circuits.len() {
                match at {
                    Some(id) if id == top => return true,
                    Some(id) => at = parents.get(&id).copied().flatten(),
                    None => return false,
                }
            }
            false
        };
        let mut counts = BTreeMap::new();
        for point in self.charge_points.iter().filter(|it| hangs(it.charge_point.circuit_id)) {
            *counts.entry(point.shown).or_insert(0) += 1;
        }
        counts
    }
}

impl App {
    /// A facility as the tree of its circuits, with how everything on them is now.
    ///
    /// # Errors
    /// [`crate::AppError::NotFound`] for those who may not see the facility, too.
    pub async fn charging_tree(&self, ctx: &Ctx, facility: FacilityId) -> Result<ChargingTree> {
        self.facility_for(ctx, facility, Permission::ReadCharging).await?;
        let mut conn = self.read().await?;
        let circuits = conn.list_circuits(facility).await?;
        let filter = ChargePointFilter { facilities: vec![facility], ..ChargePointFilter::default() };
        let page = conn.list_charge_points(&filter, None, super::MOST_OF_FACILITY).await?;
        drop(conn);
        let points = page.items.into_iter().map(|listed| listed.charge_point).collect();
        Ok(ChargingTree { circuits, charge_points: self.open_charge_points(points, ctx.at).await?, at: ctx.at })
    }

    /// Charge points with what is known of them at that moment.
    pub(super) async fn open_charge_points(
        &self,
        points: Vec<ChargePoint>,
        now: DateTime<Utc>,
    ) -> Result<Vec<OpenChargePoint>> {
        let ids: Vec<ChargePointId> = points.iter().map(|it| it.id).collect();
        let mut facilities: Vec<FacilityId> = points.iter().map(|it| it.facility_id).collect();
        facilities.sort_unstable();
        facilities.dedup();
        let mut conn = self.read().await?;
        let mut contacts: HashMap<_, _> = conn.contacts(&ids).await?.into_iter().collect();
        let mut turned_away: HashMap<_, _> = conn.turned_away(&ids).await?.into_iter().collect();
        let mut key_stands: HashMap<_, _> = conn.key_stands(&ids).await?.into_iter().collect();
        let mut reports: HashMap<ChargePointId, Vec<ConnectorReport>> = HashMap::new();
        for connector in conn.connectors(&ids).await? {
            reports.entry(connector.charge_point).or_default().push(connector.report);
        }
        let mut names: HashMap<CircuitId, String> = HashMap::new();
        for facility in facilities {
            names.extend(conn.list_circuits(facility).await?.into_iter().map(|it| (it.id, it.name)));
        }
        drop(conn);
        let open = |it: ChargePoint| {
            let contact: Option<Contact> = contacts.remove(&it.id);
            let reports = reports.remove(&it.id).unwrap_or_default();
            let whole = reports.iter().find(|report| report.number == 0).cloned();
            let (shown, connectors) = shown(&it, contact.as_ref(), &reports, now);
            OpenChargePoint {
                turned_away: turned_away.remove(&it.id),
                key_stand: key_stands.remove(&it.id),
                circuit_name: it.circuit_id.and_then(|id| names.get(&id).cloned()),
                charge_point: it,
                shown,
                contact,
                connectors,
                whole,
            }
        };
        Ok(points.into_iter().map(open).collect())
    }
}
