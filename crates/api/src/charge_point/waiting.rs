//! The waiting room.

use super::ChargePointView;
use crate::circuit::OfFacility;
use crate::extract::{Caller, Filter, Id, Input};
use crate::page::Items;
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use stolpe_domain::charge_point::identity::Identity;
use stolpe_domain::charge_point::{ChargePointDraft, WaitingChargePoint};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_waiting_charge_points))
        .routes(routes!(adopt_charge_point))
        .routes(routes!(dismiss_charge_point))
}

/// A charge point that calls and is not known here.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WaitingChargePointView {
    /// What it calls itself.
    identity: String,
    first_seen_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    /// How often it has called.
    attempts: i64,
    remote_address: Option<String>,
    /// It brought a key, which cannot be right.
    presented_credential: bool,
    vendor: Option<String>,
    model: Option<String>,
    serial_number: Option<String>,
    firmware_version: Option<String>,
}

impl From<WaitingChargePoint> for WaitingChargePointView {
    fn from(it: WaitingChargePoint) -> Self {
        Self {
            identity: it.identity.to_string(),
            first_seen_at: it.first_seen_at,
            last_seen_at: it.last_seen_at,
            attempts: it.attempts,
            remote_address: it.remote_address,
            presented_credential: it.presented_credential,
            vendor: it.nameplate.vendor,
            model: it.nameplate.model,
            serial_number: it.nameplate.serial_number,
            firmware_version: it.nameplate.firmware_version,
        }
    }
}

/// Lists who calls and is not known here, the latest caller first.
#[utoipa::path(get, path = "/waiting-charge-points", tag = "charge_point",
    responses((status = 200, body = Items<WaitingChargePointView>)))]
async fn list_waiting_charge_points(
    State(api): State<Api>,
    Caller(ctx): Caller,
) -> Answer<Json<Items<WaitingChargePointView>>> {
    Ok(Json(Items::of(api.app.list_waiting_charge_points(&ctx).await?)))
}

/// Adopts a charge point that has called. The identity is the one in the path.
#[utoipa::path(post, path = "/waiting-charge-points/{identity}/adoption", tag = "charge_point",
    params(("identity" = String, Path), OfFacility), request_body = ChargePointDraft,
    responses((status = 201, body = ChargePointView)))]
async fn adopt_charge_point(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(identity): Id<Identity>,
    Filter(of): Filter<OfFacility>,
    Input(draft): Input<ChargePointDraft>,
) -> Answer<(StatusCode, Json<ChargePointView>)> {
    let it = api.app.adopt_charge_point(&ctx, &identity, of.facility_id, draft).await?;
    Ok((StatusCode::CREATED, Json(it.into())))
}

/// Sends away who waits; if they call again, they wait again.
#[utoipa::path(delete, path = "/waiting-charge-points/{identity}", tag = "charge_point",
    params(("identity" = String, Path)), responses((status = 204)))]
async fn dismiss_charge_point(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(identity): Id<Identity>,
) -> Answer<StatusCode> {
    api.app.dismiss_charge_point(&ctx, &identity).await?;
    Ok(StatusCode::NO_CONTENT)
}
