//! Moving in and out.

use crate::extract::{Caller, Id, Input, RowVersion, merged};
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use stolpe_domain::id::{PersonId, TenancyId, UnitId};
use stolpe_domain::person::Tenancy;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(move_in)).routes(routes!(change_tenancy, remove_tenancy))
}

/// A person's time on a unit, by itself.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BareTenancyView {
    id: TenancyId,
    person_id: PersonId,
    unit_id: UnitId,
    moved_in_on: Option<NaiveDate>,
    moved_out_on: Option<NaiveDate>,
    row_version: i64,
}

impl From<Tenancy> for BareTenancyView {
    fn from(it: Tenancy) -> Self {
        Self {
            id: it.id,
            person_id: it.person_id,
            unit_id: it.unit_id,
            moved_in_on: it.moved_in_on,
            moved_out_on: it.moved_out_on,
            row_version: it.row_version,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MoveInInput {
    person_id: PersonId,
    unit_id: UnitId,
    /// First day; left out when it is not known.
    moved_in_on: Option<NaiveDate>,
}

/// A person moves in on a unit.
#[utoipa::path(post, path = "/tenancies", tag = "tenancy", request_body = MoveInInput,
    responses((status = 201, body = BareTenancyView)))]
async fn move_in(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<MoveInInput>,
) -> Answer<(StatusCode, Json<BareTenancyView>)> {
    let it = api.app.move_in(&ctx, input.person_id, input.unit_id, input.moved_in_on).await?;
    Ok((StatusCode::CREATED, Json(it.into())))
}

/// The days of a tenancy.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TenancyDraft {
    moved_in_on: Option<NaiveDate>,
    /// First day that the unit is no longer theirs.
    moved_out_on: Option<NaiveDate>,
}

/// Changes the days of a tenancy.
#[utoipa::path(patch, path = "/tenancies/{id}", tag = "tenancy",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = TenancyDraft,
    responses((status = 200, body = BareTenancyView)))]
async fn change_tenancy(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<TenancyId>,
    RowVersion(version): RowVersion,
    Input(patch): Input<serde_json::Value>,
) -> Answer<Json<BareTenancyView>> {
    let current = api.app.tenancy_for_change(&ctx, id).await?;
    let draft = TenancyDraft { moved_in_on: current.moved_in_on, moved_out_on: current.moved_out_on };
    let draft = merged(&draft, &patch)?;
    Ok(Json(api.app.change_tenancy(&ctx, id, version, draft.moved_in_on, draft.moved_out_on).await?.into()))
}

/// Removes a tenancy that was a mistake.
#[utoipa::path(delete, path = "/tenancies/{id}", tag = "tenancy",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), responses((status = 204)))]
async fn remove_tenancy(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<TenancyId>,
    RowVersion(version): RowVersion,
) -> Answer<StatusCode> {
    api.app.remove_tenancy(&ctx, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}
