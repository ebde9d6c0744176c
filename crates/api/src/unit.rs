//! Units.

use crate::extract::{Caller, Filter, Id, Input, RowVersion, merged};
use crate::page::{Ends, Page, Window, cursor};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use stolpe_app::{Tenant, UnitCut, UnitKey};
use stolpe_domain::id::{FacilityId, PersonId, UnitId};
use stolpe_domain::unit::{Unit, UnitDraft, UnitKind};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_units, add_unit)).routes(routes!(read_unit, change_unit, remove_unit))
}

/// A unit with its tenants of today.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UnitView {
    id: UnitId,
    facility_id: FacilityId,
    /// The object code.
    code: String,
    kind: UnitKind,
    /// Stairwell, floor or pontoon.
    section: Option<String>,
    tenants: Vec<TenantView>,
    row_version: i64,
}

/// Who lives on a unit.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TenantView {
    /// None for somebody with protected identity.
    person_id: Option<PersonId>,
    name: String,
}

impl UnitView {
    fn of(it: Unit, tenants: Vec<Tenant>) -> Self {
        Self {
            id: it.id,
            facility_id: it.facility_id,
            code: it.code,
            kind: it.kind,
            section: it.section,
            tenants: tenants.into_iter().map(|it| TenantView { person_id: it.person, name: it.name }).collect(),
            row_version: it.row_version,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct UnitQuery {
    /// Where the units are.
    facility_id: FacilityId,
    /// The beginning of a code.
    q: Option<String>,
    /// Only this kind.
    kind: Option<UnitKind>,
    /// Only this section.
    section: Option<String>,
    /// Only units on which somebody lives today, or nobody.
    occupied: Option<bool>,
}

impl UnitQuery {
    /// Where, and what of it.
    pub(crate) fn cut(self) -> (FacilityId, UnitCut) {
        let cut = UnitCut {
            prefix: self.q.unwrap_or_default(),
            kind: self.kind,
            section: self.section.filter(|section| !section.is_empty()),
            occupied: self.occupied,
        };
        (self.facility_id, cut)
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfFacility {
    /// Where the unit is.
    facility_id: FacilityId,
}

/// Lists the units of a facility in walking order.
#[utoipa::path(get, path = "/units", tag = "unit", params(UnitQuery, Ends, Window),
    responses((status = 200, body = Page<UnitView>)))]
async fn list_units(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<UnitQuery>,
    Filter(ends): Filter<Ends>,
    Filter(window): Filter<Window>,
) -> Answer<Json<Page<UnitView>>> {
    let after = window.after::<(Vec<u8>, UnitId)>()?.map(|(walking_key, id)| UnitKey { walking_key, id });
    let (facility, cut) = query.cut();
    let (page, mut tenants, total) =
        api.app.list_units(&ctx, facility, cut, ends.stretch(&window, after.as_ref())).await?;
    let next = page.items.last().filter(|_| page.more).and_then(|last| cursor(&(&last.key.walking_key, last.key.id)));
    let items = page
        .items
        .into_iter()
        .map(|listed| {
            let tenants = tenants.remove(&listed.unit.id).unwrap_or_default();
            UnitView::of(listed.unit, tenants)
        })
        .collect();
    Ok(Json(Page { items, next, total: total.map(Into::into) }))
}

/// Adds a unit to a facility.
#[utoipa::path(post, path = "/units", tag = "unit", params(OfFacility), request_body = UnitDraft,
    responses((status = 201, body = UnitView)))]
async fn add_unit(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfFacility>,
    Input(draft): Input<UnitDraft>,
) -> Answer<(StatusCode, Json<UnitView>)> {
    let it = api.app.add_unit(&ctx, of.facility_id, draft).await?;
    Ok((StatusCode::CREATED, Json(UnitView::of(it, Vec::new()))))
}

/// Reads a unit.
#[utoipa::path(get, path = "/units/{id}", tag = "unit", params(("id" = Uuid, Path)),
    responses((status = 200, body = UnitView)))]
async fn read_unit(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<UnitId>) -> Answer<Json<UnitView>> {
    let (it, tenants) = api.app.unit(&ctx, id).await?;
    Ok(Json(UnitView::of(it, tenants)))
}

/// Changes a unit.
#[utoipa::path(patch, path = "/units/{id}", tag = "unit",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = UnitDraft,
    responses((status = 200, body = UnitView), (status = 412, body = Problem)))]
async fn change_unit(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<UnitId>,
    RowVersion(version): RowVersion,
    Input(patch): Input<serde_json::Value>,
) -> Answer<Json<UnitView>> {
    let (current, tenants) = api.app.unit(&ctx, id).await?;
    let draft = merged(&UnitDraft::from(&current), &patch)?;
    match api.app.change_unit(&ctx, id, version, draft).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            let (current, tenants) = api.app.unit(&ctx, id).await?;
            Err(problem.with_current(UnitView::of(current, tenants)))
        }
        outcome => Ok(Json(UnitView::of(outcome?, tenants))),
    }
}

/// Removes a unit on which nobody has ever lived.
#[utoipa::path(delete, path = "/units/{id}", tag = "unit",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), responses((status = 204)))]
async fn remove_unit(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<UnitId>,
    RowVersion(version): RowVersion,
) -> Answer<StatusCode> {
    api.app.remove_unit(&ctx, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}
