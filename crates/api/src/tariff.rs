//! Tariffs of facilities.

use crate::circuit::OfFacility;
use crate::extract::{Caller, Filter, Input, RowVersion};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use stolpe_app::KeptTariff;
use stolpe_domain::id::TariffId;
use stolpe_domain::tariff::{Component, DaySpan, Tariff, Touched};

use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(read_tariff, save_tariff)).routes(routes!(preview_tariff))
}

/// The tariff of a facility; without an id it has none yet, and is saved as version 0.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TariffView {
    id: Option<TariffId>,
    tariff: Option<Tariff>,
    row_version: i64,
}

impl From<Option<KeptTariff>> for TariffView {
    fn from(kept: Option<KeptTariff>) -> Self {
        kept.map_or(Self { id: None, tariff: None, row_version: 0 }, |kept| Self {
            id: Some(kept.id),
            tariff: Some(kept.tariff),
            row_version: kept.row_version,
        })
    }
}

/// The rows of a tariff.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TariffDraft {
    components: Vec<Component>,
}

/// A tariff that is not saved yet, and the days on which it would ask something else.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TariffPreviewView {
    tariff: Tariff,
    changed: Vec<DaySpan>,
    /// How many sessions lie in those days.
    touched: Touched,
}

/// Reads the tariff of a facility.
#[utoipa::path(get, path = "/tariff", tag = "tariff", params(OfFacility), responses((status = 200, body = TariffView)))]
async fn read_tariff(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfFacility>,
) -> Answer<Json<TariffView>> {
    Ok(Json(api.app.tariff(&ctx, of.facility_id).await?.into()))
}

/// Saves the tariff of a facility.
#[utoipa::path(put, path = "/tariff", tag = "tariff", params(OfFacility, ("If-Match" = String, Header)),
    request_body = TariffDraft, responses((status = 200, body = TariffView), (status = 412, body = Problem)))]
async fn save_tariff(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfFacility>,
    RowVersion(version): RowVersion,
    Input(draft): Input<TariffDraft>,
) -> Answer<Json<TariffView>> {
    match api.app.save_tariff(&ctx, of.facility_id, version, draft.components).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            let current = api.app.tariff(&ctx, of.facility_id).await?;
            Err(problem.with_current(TariffView::from(current)))
        }
        outcome => Ok(Json(Some(outcome?).into())),
    }
}

/// Says what a tariff would change, and saves nothing.
#[utoipa::path(post, path = "/tariff/preview", tag = "tariff", params(OfFacility), request_body = TariffDraft,
    responses((status = 200, body = TariffPreviewView)))]
async fn preview_tariff(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfFacility>,
    Input(draft): Input<TariffDraft>,
) -> Answer<Json<TariffPreviewView>> {
    let preview = api.app.preview_tariff(&ctx, of.facility_id, draft.components).await?;
    Ok(Json(TariffPreviewView { tariff: preview.tariff, changed: preview.changed, touched: preview.touched }))
}
