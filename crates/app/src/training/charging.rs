//! Charge points and tags of the training organisation.

use crate::charge_point::put_terms;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::TimeDelta;
use stolpe_domain::charge_point::identity::Identity;
use stolpe_domain::charge_point::{Access, ChargePointDraft, ConnectorReport, Nameplate, PhaseRotation};
use stolpe_domain::circuit::CircuitDraft;
use stolpe_domain::id::{ChargePointId, CircuitId, ConnectionId, FacilityId, OrganisationId, PersonId, TagId};
use stolpe_domain::tag::TagDraft;
use stolpe_domain::training::charging::{FUSE_A, TrainingContact, TrainingPoint, TrainingTag, circuits};
use stolpe_store::Tx;
use stolpe_store::charge_point::{Closed, Opened, PlacedConnector};

/// Lays out the circuits with the charge points on them, as they were heard of just now; answers the ids of these.
pub(super) async fn lay_out(
    tx: &mut Tx,
    ctx: &Ctx,
    organisation: OrganisationId,
    facility: FacilityId,
    points: &[TrainingPoint],
) -> Result<Vec<ChargePointId>> {
    let mut laid: Vec<CircuitId> = Vec::new();
    for circuit in circuits() {
        let draft = CircuitDraft {
            name: circuit.name.to_owned(),
            parent_id: circuit.parent.and_then(|parent| laid.get(parent).copied()),
            fuse_a: circuit.fuse_a,
            phases: 3,
        }
        .check(&tx.list_circuits(facility).await?, None)?;
        let id: CircuitId = ctx.new_id();
        tx.insert_circuit(id, facility, &draft, ctx.at).await?;
        laid.push(id);
    }
    let circuits = tx.list_circuits(facility).await?;
    let mut ids = Vec::with_capacity(points.len());
    for point in points {
        let id: ChargePointId = ctx.new_id();
        let identity = Identity::parse(&point.identity).map_err(AppError::internal)?;
        let draft = ChargePointDraft {
            identity: None,
            name: point.name.clone(),
            circuit_id: laid.get(point.circuit).copied().ok_or(AppError::NotFound)?,
            fuse_a: FUSE_A,
            limit_a: Some(point.limit_a),
            phase_rotation: PhaseRotation::Rst,
            access: Access::Tags,
            deactivated: point.deactivated,
            meter_kind: None,
        }
        .check(&circuits)?;
        let nameplate = match point.contact {
            TrainingContact::NeverCalled => Nameplate::default(),
            _ => Nameplate::read("Övning", "Stolpe Ett", Some(&point.identity), Some("1.0")),
        };
        tx.insert_charge_point(id, facility, &identity, &draft, &nameplate, ctx.at).await?;
        put_terms(tx, organisation, id, &identity, &draft.name).await?;
        hear(tx, ctx, id, point.contact).await?;
        ids.push(id);
    }
    Ok(ids)
}

/// Writes down what was heard of a charge point last.
async fn hear(tx: &mut Tx, ctx: &Ctx, id: ChargePointId, contact: TrainingContact) -> Result<()> {
    let connection: ConnectionId = ctx.new_id();
    let (status, fault, gone) = match contact {
        TrainingContact::NeverCalled => return Ok(()),
        TrainingContact::Connected(status, fault) => (status.word(), fault, None),
        TrainingContact::Gone(minutes) => ("Available", None, Some(TimeDelta::minutes(minutes))),
    };
    let at = ctx.at - gone.unwrap_or_default();
    tx.note_opened(&[Opened { charge_point: id, connection, at, remote_address: None }]).await?;
    let report = ConnectorReport {
        number: 1,
        status: status.to_owned(),
        error_code: fault.map(ToOwned::to_owned),
        info: None,
        vendor_error_code: None,
        status_at: Some(at),
        heard_at: at,
    };
    tx.note_connectors(&[PlacedConnector { charge_point: id, report }]).await?;
    if gone.is_some() {
        tx.note_closed(&[Closed { charge_point: id, connection, at }]).await?;
    }
    Ok(())
}

/// Hands the tags out.
pub(super) async fn hand_out(
    tx: &mut Tx,
    ctx: &Ctx,
    organisation: OrganisationId,
    people: &[PersonId],
    tags: &[TrainingTag],
) -> Result<()> {
    for tag in tags {
        let id: TagId = ctx.new_id();
        let draft = TagDraft {
            label: tag.label.clone(),
            person_id: tag.tenant.and_then(|tenant| people.get(tenant).copied()),
            blocked: tag.blocked,
            expires_on: None,
        };
        tx.insert_tag(id, organisation, &tag.id_tag, &draft, ctx.at).await?;
    }
    Ok(())
}
