//! Organisations and departments.

use crate::extract::{Caller, Filter, Id, Input, RowVersion, merged};
use crate::page::Items;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use stolpe_domain::id::{DepartmentId, OrganisationId};
use stolpe_domain::organisation::{Department, DepartmentDraft, Organisation, OrganisationDraft};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_organisations, add_organisation))
        .routes(routes!(read_organisation, change_organisation))
        .routes(routes!(list_departments, add_department))
        .routes(routes!(change_department, remove_department))
}

/// Lists the organisations that the caller may see.
#[utoipa::path(get, path = "/organisations", tag = "organisation",
    responses((status = 200, body = Items<Organisation>)))]
async fn list_organisations(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<Organisation>>> {
    Ok(Json(Items { items: api.app.list_organisations(&ctx).await? }))
}

/// Adds an organisation.
#[utoipa::path(post, path = "/organisations", tag = "organisation", request_body = OrganisationDraft,
    responses((status = 201, body = Organisation)))]
async fn add_organisation(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(draft): Input<OrganisationDraft>,
) -> Answer<(StatusCode, Json<Organisation>)> {
    Ok((StatusCode::CREATED, Json(api.app.add_organisation(&ctx, draft).await?)))
}

/// Reads an organisation.
#[utoipa::path(get, path = "/organisations/{id}", tag = "organisation", params(("id" = Uuid, Path)),
    responses((status = 200, body = Organisation)))]
async fn read_organisation(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<OrganisationId>,
) -> Answer<Json<Organisation>> {
    Ok(Json(api.app.organisation(&ctx, id).await?))
}

/// Changes an organisation.
#[utoipa::path(patch, path = "/organisations/{id}", tag = "organisation",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = OrganisationDraft,
    responses((status = 200, body = Organisation), (status = 412, body = Problem)))]
async fn change_organisation(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<OrganisationId>,
    RowVersion(version): RowVersion,
    Input(patch): Input<serde_json::Value>,
) -> Answer<Json<Organisation>> {
    let current = api.app.organisation(&ctx, id).await?;
    let draft = merged(&OrganisationDraft::from(&current), &patch)?;
    match api.app.change_organisation(&ctx, id, version, draft).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => Err(problem.with_current(api.app.organisation(&ctx, id).await?)),
        outcome => outcome.map(Json),
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfOrganisation {
    /// The employer.
    organisation_id: OrganisationId,
}

/// Lists the departments of an organisation.
#[utoipa::path(get, path = "/departments", tag = "organisation", params(OfOrganisation),
    responses((status = 200, body = Items<Department>)))]
async fn list_departments(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
) -> Answer<Json<Items<Department>>> {
    Ok(Json(Items { items: api.app.list_departments(&ctx, of.organisation_id).await? }))
}

/// Adds a department to an organisation.
#[utoipa::path(post, path = "/departments", tag = "organisation", params(OfOrganisation),
    request_body = DepartmentDraft, responses((status = 201, body = Department)))]
async fn add_department(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
    Input(draft): Input<DepartmentDraft>,
) -> Answer<(StatusCode, Json<Department>)> {
    Ok((StatusCode::CREATED, Json(api.app.add_department(&ctx, of.organisation_id, draft).await?)))
}

/// Changes a department.
#[utoipa::path(patch, path = "/departments/{id}", tag = "organisation",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = DepartmentDraft,
    responses((status = 200, body = Department), (status = 412, body = Problem)))]
async fn change_department(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<DepartmentId>,
    RowVersion(version): RowVersion,
    Input(patch): Input<serde_json::Value>,
) -> Answer<Json<Department>> {
    let current = api.app.department(&ctx, id).await?;
    let draft = merged(&DepartmentDraft::from(&current), &patch)?;
    match api.app.change_department(&ctx, id, version, draft).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => Err(problem.with_current(api.app.department(&ctx, id).await?)),
        outcome => outcome.map(Json),
    }
}

/// Removes a department.
#[utoipa::path(delete, path = "/departments/{id}", tag = "organisation",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), responses((status = 204)))]
async fn remove_department(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<DepartmentId>,
    RowVersion(version): RowVersion,
) -> Answer<StatusCode> {
    api.app.remove_department(&ctx, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}
