//! Facilities.

use crate::extract::{Caller, Filter, Id, Input, RowVersion, merged};
use crate::page::Items;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use stolpe_domain::country::Country;
use stolpe_domain::facility::{Contact, Facility, FacilityDraft};
use stolpe_domain::id::{FacilityId, OrganisationId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_facilities, add_facility)).routes(routes!(read_facility, change_facility))
}

/// Whom people turn to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactView {
    phone: Option<String>,
    email: Option<String>,
    visiting_address: Option<String>,
    hours: Option<String>,
}

impl From<Contact> for ContactView {
    fn from(it: Contact) -> Self {
        Self { phone: it.phone, email: it.email, visiting_address: it.visiting_address, hours: it.hours }
    }
}

/// A facility with its size.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FacilityView {
    id: FacilityId,
    organisation_id: OrganisationId,
    /// The facility ID that tenants type.
    code: String,
    name: String,
    country: Country,
    time_zone: String,
    price_area: Option<String>,
    colour: String,
    contact: ContactView,
    counts: FacilityCounts,
    row_version: i64,
}

/// How large a facility is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FacilityCounts {
    units: i64,
    persons: i64,
}

impl FacilityView {
    async fn of(api: &Api, it: Facility) -> Answer<Self> {
        let (units, persons) = api.app.facility_counts(it.id).await?;
        Ok(Self {
            id: it.id,
            organisation_id: it.organisation_id,
            code: it.code,
            name: it.name,
            country: it.country,
            time_zone: it.time_zone,
            price_area: it.price_area,
            colour: it.colour,
            contact: it.contact.into(),
            counts: FacilityCounts { units, persons },
            row_version: it.row_version,
        })
    }
}

/// Lists the facilities that the caller may see.
#[utoipa::path(get, path = "/facilities", tag = "facility", responses((status = 200, body = Items<FacilityView>)))]
async fn list_facilities(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<FacilityView>>> {
    let mut items = Vec::new();
    for it in api.app.list_facilities(&ctx).await? {
        items.push(FacilityView::of(&api, it).await?);
    }
    Ok(Json(Items { items }))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfOrganisation {
    /// Who owns it.
    organisation_id: OrganisationId,
}

/// Adds a facility to an organisation.
#[utoipa::path(post, path = "/facilities", tag = "facility", params(OfOrganisation), request_body = FacilityDraft,
    responses((status = 201, body = FacilityView)))]
async fn add_facility(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
    Input(draft): Input<FacilityDraft>,
) -> Answer<(StatusCode, Json<FacilityView>)> {
    let it = api.app.add_facility(&ctx, of.organisation_id, draft).await?;
    Ok((StatusCode::CREATED, Json(FacilityView::of(&api, it).await?)))
}

/// Reads a facility.
#[utoipa::path(get, path = "/facilities/{id}", tag = "facility", params(("id" = Uuid, Path)),
    responses((status = 200, body = FacilityView)))]
async fn read_facility(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<FacilityId>,
) -> Answer<Json<FacilityView>> {
    let it = api.app.facility(&ctx, id).await?;
    Ok(Json(FacilityView::of(&api, it).await?))
}

/// Changes a facility.
#[utoipa::path(patch, path = "/facilities/{id}", tag = "facility",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = FacilityDraft,
    responses((status = 200, body = FacilityView), (status = 412, body = Problem)))]
async fn change_facility(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<FacilityId>,
    RowVersion(version): RowVersion,
    Input(patch): Input<serde_json::Value>,
) -> Answer<Json<FacilityView>> {
    let current = api.app.facility(&ctx, id).await?;
    let draft = merged(&FacilityDraft::from(&current), &patch)?;
    match api.app.change_facility(&ctx, id, version, draft).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            let current = api.app.facility(&ctx, id).await?;
            Err(problem.with_current(FacilityView::of(&api, current).await?))
        }
        outcome => Ok(Json(FacilityView::of(&api, outcome?).await?)),
    }
}
