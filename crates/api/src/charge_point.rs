//! Charge points.

use crate::circuit::OfFacility;
use crate::extract::{Caller, Filter, Id, Input, RowVersion, merged};
use crate::page::{Ends, Page, Window, cursor};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use stolpe_app::{AppError, ChargePointFilter, ChargePointKey};
use stolpe_domain::charge_point::{ChargePointDraft, ServiceState};
use stolpe_domain::id::{ChargePointId, CircuitId, FacilityId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

mod view;
mod waiting;

pub(crate) use view::ChargePointView;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_charge_points, prepare_charge_point))
        .routes(routes!(read_charge_point, change_charge_point))
        .routes(routes!(decommission_charge_point))
        .routes(routes!(set_charge_point_key))
        .routes(routes!(change_charge_point_key, give_up_key_change))
        .routes(routes!(read_charging_address))
        .merge(waiting::router())
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct ChargePointQuery {
    /// In this facility; everywhere when left out.
    facility_id: Option<FacilityId>,
    /// On this circuit.
    circuit_id: Option<CircuitId>,
    /// In this state; all but the decommissioned when left out.
    #[param(inline)]
    state: Option<ServiceState>,
    /// The beginning of a name or an identity.
    q: Option<String>,
}

impl ChargePointQuery {
    /// Where, and which.
    pub(crate) fn cut(self) -> (Option<FacilityId>, ChargePointFilter) {
        let filter = ChargePointFilter {
            facilities: Vec::new(),
            circuit: self.circuit_id,
            state: self.state,
            prefix: self.q.unwrap_or_default(),
        };
        (self.facility_id, filter)
    }
}

/// Lists charge points by name.
#[utoipa::path(get, path = "/charge-points", tag = "charge_point", params(ChargePointQuery, Ends, Window),
    responses((status = 200, body = Page<ChargePointView>)))]
async fn list_charge_points(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<ChargePointQuery>,
    Filter(ends): Filter<Ends>,
    Filter(window): Filter<Window>,
) -> Answer<Json<Page<ChargePointView>>> {
    let after = window.after::<(Vec<u8>, ChargePointId)>()?.map(|(walking_key, id)| ChargePointKey { walking_key, id });
    let (facility, filter) = query.cut();
    let stretch = ends.stretch(&window, after.as_ref());
    let (page, next, total) = api.app.list_charge_points(&ctx, facility, filter, stretch).await?;
    let next = next.and_then(|key| cursor(&(key.walking_key, key.id)));
    let items = page.items.into_iter().map(Into::into).collect();
    Ok(Json(Page { items, next, total: total.map(Into::into) }))
}

/// Prepares a charge point before it ever calls.
#[utoipa::path(post, path = "/charge-points", tag = "charge_point", params(OfFacility),
    request_body = ChargePointDraft, responses((status = 201, body = ChargePointView)))]
async fn prepare_charge_point(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfFacility>,
    Input(draft): Input<ChargePointDraft>,
) -> Answer<(StatusCode, Json<ChargePointView>)> {
    let it = api.app.prepare_charge_point(&ctx, of.facility_id, draft).await?;
    Ok((StatusCode::CREATED, Json(it.into())))
}

/// Reads a charge point with how it and its connectors are.
#[utoipa::path(get, path = "/charge-points/{id}", tag = "charge_point", params(("id" = Uuid, Path)),
    responses((status = 200, body = ChargePointView)))]
async fn read_charge_point(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ChargePointId>,
) -> Answer<Json<ChargePointView>> {
    Ok(Json(api.app.charge_point(&ctx, id).await?.into()))
}

/// Changes a charge point in service.
#[utoipa::path(patch, path = "/charge-points/{id}", tag = "charge_point",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = ChargePointDraft,
    responses((status = 200, body = ChargePointView), (status = 412, body = Problem)))]
async fn change_charge_point(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ChargePointId>,
    RowVersion(version): RowVersion,
    Input(patch): Input<serde_json::Value>,
) -> Answer<Json<ChargePointView>> {
    let current = api.app.charge_point(&ctx, id).await?;
    let draft = current.charge_point.draft().ok_or(AppError::refused("charge_point.decommissioned"))?;
    let draft = merged(&draft, &patch)?;
    match api.app.change_charge_point(&ctx, id, version, draft).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            let current = api.app.charge_point(&ctx, id).await?;
            Err(problem.with_current(ChargePointView::from(current)))
        }
        outcome => Ok(Json(outcome?.into())),
    }
}

/// Why something is done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reason {
    /// In the caller's words.
    reason: String,
}

/// Takes a charge point out of service for good; its history stays.
#[utoipa::path(post, path = "/charge-points/{id}/decommission", tag = "charge_point",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = Reason,
    responses((status = 200, body = ChargePointView), (status = 412, body = Problem)))]
async fn decommission_charge_point(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ChargePointId>,
    RowVersion(version): RowVersion,
    Input(why): Input<Reason>,
) -> Answer<Json<ChargePointView>> {
    Ok(Json(api.app.decommission_charge_point(&ctx, id, version, &why.reason).await?.into()))
}

/// A key that is told once.
#[derive(Serialize, ToSchema)]
struct KeyView {
    /// 40 hexadecimal digits.
    key: String,
}

/// Gives a charge point a new key, and tells it once; the one before opens nothing any more.
#[utoipa::path(post, path = "/charge-points/{id}/credential", tag = "charge_point", params(("id" = Uuid, Path)),
    responses((status = 200, body = KeyView)))]
async fn set_charge_point_key(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ChargePointId>,
) -> Answer<Json<KeyView>> {
    let key = api.app.set_charge_point_key(&ctx, id).await?;
    Ok(Json(KeyView { key: key.to_string() }))
}

/// Has a charge point that is connected told a new key; the one before opens until it has called with the new one. Where a
/// key is on its way, the same is told once more.
#[utoipa::path(post, path = "/charge-points/{id}/key-change", tag = "charge_point", params(("id" = Uuid, Path)),
    responses((status = 200, body = ChargePointView)))]
async fn change_charge_point_key(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ChargePointId>,
) -> Answer<Json<ChargePointView>> {
    Ok(Json(api.app.ask_key_change(&ctx, id).await?.into()))
}

/// Stays with the key that a charge point had; one that has taken the new key after all is turned away.
#[utoipa::path(delete, path = "/charge-points/{id}/key-change", tag = "charge_point", params(("id" = Uuid, Path)),
    responses((status = 204)))]
async fn give_up_key_change(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ChargePointId>,
) -> Answer<StatusCode> {
    api.app.give_up_key_change(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where charge points call.
#[derive(Serialize, ToSchema)]
struct ChargingAddressView {
    /// What is typed into a charge point, which adds its identity: `wss://stolpe.example.se/ocpp/`.
    url: String,
}

/// Reads where charge points call.
#[utoipa::path(get, path = "/charging-address", tag = "charge_point",
    responses((status = 200, body = ChargingAddressView)))]
async fn read_charging_address(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<ChargingAddressView>> {
    Ok(Json(ChargingAddressView { url: api.app.charging_address(&ctx).await? }))
}
