//! Circuits, and a facility as the tree of them.

use crate::charge_point::ChargePointView;
use crate::extract::{Caller, Filter, Id, Input, RowVersion, merged};
use crate::page::Items;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::ChargingTree;
use stolpe_domain::access::Permission;
use stolpe_domain::charge_point::shown::worst;
use stolpe_domain::charging::connector::Shown;
use stolpe_domain::circuit::{Circuit, CircuitDraft, exceeds};
use stolpe_domain::id::{CircuitId, FacilityId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_circuits, add_circuit))
        .routes(routes!(change_circuit, remove_circuit))
        .routes(routes!(read_charging_tree))
}

/// A circuit.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CircuitView {
    id: CircuitId,
    facility_id: FacilityId,
    /// What it hangs on; none for the main fuse.
    parent_id: Option<CircuitId>,
    name: String,
    /// Its fuse, in ampere a phase.
    fuse_a: i64,
    /// One or three.
    phases: i64,
    row_version: i64,
}

impl From<Circuit> for CircuitView {
    fn from(it: Circuit) -> Self {
        Self {
            id: it.id,
            facility_id: it.facility_id,
            parent_id: it.parent_id,
            name: it.name,
            fuse_a: it.fuse_a,
            phases: it.phases,
            row_version: it.row_version,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct OfFacility {
    /// Where it is.
    pub(crate) facility_id: FacilityId,
}

/// Lists the circuits of a facility.
#[utoipa::path(get, path = "/circuits", tag = "circuit", params(OfFacility),
    responses((status = 200, body = Items<CircuitView>)))]
async fn list_circuits(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfFacility>,
) -> Answer<Json<Items<CircuitView>>> {
    Ok(Json(Items::of(api.app.list_circuits(&ctx, of.facility_id).await?)))
}

/// Adds a circuit to a facility; the first one is its main fuse.
#[utoipa::path(post, path = "/circuits", tag = "circuit", params(OfFacility), request_body = CircuitDraft,
    responses((status = 201, body = CircuitView)))]
async fn add_circuit(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfFacility>,
    Input(draft): Input<CircuitDraft>,
) -> Answer<(StatusCode, Json<CircuitView>)> {
    let it = api.app.add_circuit(&ctx, of.facility_id, draft).await?;
    Ok((StatusCode::CREATED, Json(it.into())))
}

/// Changes a circuit.
#[utoipa::path(patch, path = "/circuits/{id}", tag = "circuit",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = CircuitDraft,
    responses((status = 200, body = CircuitView), (status = 412, body = Problem)))]
async fn change_circuit(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<CircuitId>,
    RowVersion(version): RowVersion,
    Input(patch): Input<serde_json::Value>,
) -> Answer<Json<CircuitView>> {
    let (current, _) = api.app.circuit_for(&ctx, id, Permission::ReadCharging).await?;
    let draft = merged(&CircuitDraft::from(&current), &patch)?;
    match api.app.change_circuit(&ctx, id, version, draft).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            let (current, _) = api.app.circuit_for(&ctx, id, Permission::ReadCharging).await?;
            Err(problem.with_current(CircuitView::from(current)))
        }
        outcome => Ok(Json(outcome?.into())),
    }
}

/// Removes a circuit on which nothing hangs; a refusal names what does.
#[utoipa::path(delete, path = "/circuits/{id}", tag = "circuit",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), responses((status = 204), (status = 409, body = Problem)))]
async fn remove_circuit(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<CircuitId>,
    RowVersion(version): RowVersion,
) -> Answer<StatusCode> {
    api.app.remove_circuit(&ctx, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A facility with its circuits and charge points, and how everything is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChargingTreeView {
    /// When it was so.
    at: DateTime<Utc>,
    /// The circuits by name; `parentId` makes the tree of them.
    circuits: Vec<CircuitInTree>,
    /// The charge points in service by name; `circuitId` says where each hangs.
    charge_points: Vec<ChargePointView>,
}

/// A circuit with what hangs on it and below.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CircuitInTree {
    #[serde(flatten)]
    circuit: CircuitView,
    /// Its fuse is larger than the one above it, which goes first therefore.
    exceeds_parent: bool,
    /// The state of it all that needs somebody most; none while nothing hangs on it.
    worst: Option<Shown>,
    /// How many charge points are in each state.
    counts: Vec<StateCount>,
}

/// How many charge points are in a state.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StateCount {
    shown: Shown,
    count: i64,
}

impl From<ChargingTree> for ChargingTreeView {
    fn from(it: ChargingTree) -> Self {
        let circuits = it
            .circuits
            .iter()
            .map(|circuit| {
                let counts = it.counts(circuit.id);
                CircuitInTree {
                    exceeds_parent: exceeds(&it.circuits, circuit),
                    circuit: circuit.clone().into(),
                    worst: worst(counts.keys().copied()),
                    counts: counts.into_iter().map(|(shown, count)| StateCount { shown, count }).collect(),
                }
            })
            .collect();
        Self { at: it.at, circuits, charge_points: it.charge_points.into_iter().map(Into::into).collect() }
    }
}

/// Reads a facility as the tree of its circuits, charge points and connectors, with how each is.
#[utoipa::path(get, path = "/charging-tree", tag = "circuit", params(OfFacility),
    responses((status = 200, body = ChargingTreeView)))]
async fn read_charging_tree(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfFacility>,
) -> Answer<Json<ChargingTreeView>> {
    Ok(Json(api.app.charging_tree(&ctx, of.facility_id).await?.into()))
}
