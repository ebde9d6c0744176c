//! Circuits.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use serde_json::json;
use stolpe_domain::access::Permission;
use stolpe_domain::circuit::{Circuit, CircuitDraft};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::faults::Faults;
use stolpe_domain::id::{CircuitId, FacilityId};
use stolpe_store::charge_point::ChargePointFilter;

/// What hangs on a circuit is named one by one up to here.
const NAMED: i64 = 20;

impl App {
    /// The circuits of a facility.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the facility, too.
    pub async fn list_circuits(&self, ctx: &Ctx, facility: FacilityId) -> Result<Vec<Circuit>> {
        self.facility_for(ctx, facility, Permission::ReadCharging).await?;
        Ok(self.read().await?.list_circuits(facility).await?)
    }

    /// One circuit, for somebody who may do this with it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, [`AppError::Denied`] for those who may but not do this.
    pub async fn circuit_for(&self, ctx: &Ctx, id: CircuitId, permission: Permission) -> Result<(Circuit, Facility)> {
        ctx.reach(Permission::ReadCharging)?;
        let it = self.read().await?.find_circuit(id).await?.ok_or(AppError::NotFound)?;
        let facility = self.facility_for(ctx, it.facility_id, permission).await?;
        Ok((it, facility))
    }

    /// Adds a circuit to a facility; the first one is its main fuse.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, [`AppError::Conflict`] `circuit.name_taken`.
    pub async fn add_circuit(&self, ctx: &Ctx, facility: FacilityId, draft: CircuitDraft) -> Result<Circuit> {
        let place = self.facility_for(ctx, facility, Permission::ManageCharging).await?;
        if let Some(id) = self.replayed(ctx).await? {
            return Ok(self.circuit_for(ctx, id, Permission::ReadCharging).await?.0);
        }
        let mut tx = self.write().await?;
        let it = draft.check(&tx.hold_circuits(facility).await?, None)?;
        let id: CircuitId = ctx.new_id();
        tx.insert_circuit(id, facility, &it, ctx.at).await?;
        let added = tx.find_circuit(id).await?.ok_or(AppError::NotFound)?;
        let event = Event::new(Action::CircuitAdded, Subject::Circuit(id))
            .organisation(place.organisation_id)
            .facility(facility)
            .after(&it);
        tx.commit(ctx, [event]).await?;
        Ok(added)
    }

    /// Changes a circuit that is still at that version.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, [`AppError::Changed`] when somebody was faster, [`AppError::Conflict`]
    /// `circuit.name_taken`.
    pub async fn change_circuit(
        &self,
        ctx: &Ctx,
        id: CircuitId,
        row_version: i64,
        draft: CircuitDraft,
    ) -> Result<Circuit> {
        let (before, place) = self.circuit_for(ctx, id, Permission::ManageCharging).await?;
        let mut tx = self.write().await?;
        let it = draft.check(&tx.hold_circuits(place.id).await?, Some(id))?;
        let on_it = ChargePointFilter { facilities: vec![place.id], circuit: Some(id), ..ChargePointFilter::default() };
        let points = tx.list_charge_points(&on_it, None, crate::charge_point::MOST_OF_FACILITY).await?;
        if points.items.iter().any(|point| point.charge_point.phase_rotation.phases() > it.phases) {
            return Err(Faults::one("phases", "phases.fewer_than_below").into());
        }
        tx.update_circuit(id, row_version, &it).await?;
        let after = tx.find_circuit(id).await?.ok_or(AppError::NotFound)?;
        let event = Event::new(Action::CircuitChanged, Subject::Circuit(id))
            .organisation(place.organisation_id)
            .facility(place.id)
            .before(&CircuitDraft::from(&before))
            .after(&it);
        tx.commit(ctx, [event]).await?;
        Ok(after)
    }

    /// Removes a circuit on which nothing hangs (EVC-26).
    ///
    /// # Errors
    /// [`AppError::Refused`] `circuit.carries` with what must be moved or decommissioned first, [`AppError::Changed`]
    /// when somebody was faster.
    pub async fn remove_circuit(&self, ctx: &Ctx, id: CircuitId, row_version: i64) -> Result<()> {
        let (before, place) = self.circuit_for(ctx, id, Permission::ManageCharging).await?;
        let mut tx = self.write().await?;
        let (circuits, charge_points) = tx.hanging_on(id).await?;
        if circuits + charge_points > 0 {
            let below: Vec<Circuit> =
                tx.list_circuits(place.id).await?.into_iter().filter(|it| it.parent_id == Some(id)).collect();
            let on_it =
                ChargePointFilter { facilities: vec![place.id], circuit: Some(id), ..ChargePointFilter::default() };
            let points = tx.list_charge_points(&on_it, None, NAMED).await?.items;
            let blockers: Vec<_> =
                below
                    .iter()
                    .map(|it| json!({"kind": "circuit", "id": it.id, "name": it.name}))
                    .chain(points.iter().map(
                        |it| json!({"kind": "charge_point", "id": it.charge_point.id, "name": it.charge_point.name}),
                    ))
                    .collect();
            let params = json!({"circuits": circuits, "chargePoints": charge_points, "blockers": blockers});
            return Err(AppError::Refused { code: "circuit.carries", params });
        }
        tx.delete_circuit(id, row_version).await?;
        let event = Event::new(Action::CircuitRemoved, Subject::Circuit(id))
            .organisation(place.organisation_id)
            .facility(place.id)
            .before(&CircuitDraft::from(&before));
        tx.commit(ctx, [event]).await
    }
}
