//! Files that leave.

use crate::audit::AuditQuery;
use crate::charge_point::ChargePointQuery;
use crate::document::DocumentQuery;
use crate::extract::{Caller, Filter};
use crate::job::download;
use crate::page::Ordered;
use crate::person::PersonFilter;
use crate::problem::Answer;
use crate::router::Api;
use crate::session::SessionQuery;
use crate::tag::TagQuery;
use crate::unit::UnitQuery;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use stolpe_app::{ChargingPlace, DocumentRows, Export, PeopleExport, TableFormat};
use stolpe_domain::id::FacilityId;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(export_people))
        .routes(routes!(export_audit))
        .routes(routes!(export_units))
        .routes(routes!(export_tenancies))
        .routes(routes!(export_facilities))
        .routes(routes!(export_staff))
        .routes(routes!(export_documents))
        .routes(routes!(export_document_lines))
        .routes(routes!(export_sessions))
        .routes(routes!(export_charge_points))
        .routes(routes!(export_tags))
}

/// The kind of file.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum FormatWord {
    /// CSV as a spreadsheet with Nordic settings reads it.
    Nordic,
    /// CSV as RFC 4180 has it.
    International,
    /// A workbook.
    Xlsx,
    /// One JSON object a line.
    #[serde(alias = "jsonl")]
    Json,
}

impl From<FormatWord> for TableFormat {
    fn from(it: FormatWord) -> Self {
        match it {
            FormatWord::Nordic => Self::Nordic,
            FormatWord::International => Self::International,
            FormatWord::Xlsx => Self::Workbook,
            FormatWord::Json => Self::JsonLines,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The kind of file.
    #[param(inline)]
    format: FormatWord,
    /// The columns of the file in their order, by the names that they have in JSON, with commas between; all of them when
    /// left out.
    columns: Option<String>,
}

impl Wanted {
    pub(crate) fn format(&self) -> TableFormat {
        self.format.into()
    }

    pub(crate) fn columns(&self) -> Vec<String> {
        self.columns.iter().flat_map(|names| names.split(',')).map(str::to_owned).collect()
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Protected {
    /// People with protected identity as well; that is written down.
    with_protected: Option<bool>,
}

pub(crate) fn file(export: Export) -> Response {
    let body = Body::from_stream(ReceiverStream::new(export.chunks));
    download(&export.name, export.media_type, body)
}

/// Writes people to a file, by name; without personal numbers, and noted in the audit log.
#[utoipa::path(get, path = "/exports/people", tag = "export", params(Wanted, PersonFilter, Protected),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_people(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(wanted): Filter<Wanted>,
    Filter(filter): Filter<PersonFilter>,
    Filter(protected): Filter<Protected>,
) -> Answer<Response> {
    let what = PeopleExport {
        register: filter.register()?,
        filter: (&filter).into(),
        query: filter.q.unwrap_or_default(),
        with_protected: protected.with_protected.unwrap_or(false),
        columns: wanted.columns(),
    };
    Ok(file(api.app.export_people(&ctx, what, wanted.format.into()).await?))
}

/// Writes the audit log to a file, the latest row first; noted in the log itself.
#[utoipa::path(get, path = "/exports/audit", tag = "export", params(Wanted, AuditQuery),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_audit(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(wanted): Filter<Wanted>,
    Filter(query): Filter<AuditQuery>,
) -> Answer<Response> {
    Ok(file(api.app.export_audit(&ctx, query.into(), &wanted.columns(), wanted.format.into()).await?))
}

/// Writes the units of a facility to a file in walking order, with their tenants of today.
#[utoipa::path(get, path = "/exports/units", tag = "export", params(Wanted, UnitQuery),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_units(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(wanted): Filter<Wanted>,
    Filter(query): Filter<UnitQuery>,
) -> Answer<Response> {
    let (facility, cut) = query.cut();
    Ok(file(api.app.export_units(&ctx, facility, cut, &wanted.columns(), wanted.format.into()).await?))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfFacility {
    /// Whose.
    facility_id: FacilityId,
}

/// Writes everybody who lives or has lived in a facility to a file, unit by unit.
#[utoipa::path(get, path = "/exports/tenancies", tag = "export", params(Wanted, OfFacility),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_tenancies(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(wanted): Filter<Wanted>,
    Filter(of): Filter<OfFacility>,
) -> Answer<Response> {
    Ok(file(api.app.export_tenancies(&ctx, of.facility_id, &wanted.columns(), wanted.format.into()).await?))
}

/// Writes the facilities to a file.
#[utoipa::path(get, path = "/exports/facilities", tag = "export", params(Wanted),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_facilities(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(wanted): Filter<Wanted>,
) -> Answer<Response> {
    Ok(file(api.app.export_facilities(&ctx, &wanted.columns(), wanted.format.into()).await?))
}

/// Writes the people at the desk to a file, with their roles.
#[utoipa::path(get, path = "/exports/staff", tag = "export", params(Wanted),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_staff(State(api): State<Api>, Caller(ctx): Caller, Filter(wanted): Filter<Wanted>) -> Answer<Response> {
    Ok(file(api.app.export_staff(&ctx, &wanted.columns(), wanted.format.into()).await?))
}

/// Writes the documents of a list to a file, in its order.
#[utoipa::path(get, path = "/exports/documents", tag = "export", params(Wanted, DocumentQuery, Ordered),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_documents(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(wanted): Filter<Wanted>,
    Filter(query): Filter<DocumentQuery>,
    Filter(ordered): Filter<Ordered>,
) -> Answer<Response> {
    let (place, order, rows) = (query.place(), ordered.order(), DocumentRows::Documents);
    let (columns, format) = (wanted.columns(), wanted.format.into());
    Ok(file(api.app.export_documents(&ctx, place, query.into(), order, rows, &columns, format).await?))
}

/// Writes the lines of the documents of a list to a file, in its order: a row for each line, for the VAT of each rate, and
/// for the rounding.
#[utoipa::path(get, path = "/exports/document-lines", tag = "export", params(Wanted, DocumentQuery, Ordered),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_document_lines(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(wanted): Filter<Wanted>,
    Filter(query): Filter<DocumentQuery>,
    Filter(ordered): Filter<Ordered>,
) -> Answer<Response> {
    let (place, order, rows) = (query.place(), ordered.order(), DocumentRows::Lines);
    let (columns, format) = (wanted.columns(), wanted.format.into());
    Ok(file(api.app.export_documents(&ctx, place, query.into(), order, rows, &columns, format).await?))
}

/// Writes charging sessions to a file, the latest first.
#[utoipa::path(get, path = "/exports/sessions", tag = "export", params(Wanted, SessionQuery),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_sessions(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(wanted): Filter<Wanted>,
    Filter(query): Filter<SessionQuery>,
) -> Answer<Response> {
    let (place, filter) = query.cut()?;
    Ok(file(api.app.export_sessions(&ctx, place, filter, &wanted.columns(), wanted.format.into()).await?))
}

/// Writes charge points to a file, by name.
#[utoipa::path(get, path = "/exports/charge-points", tag = "export", params(Wanted, ChargePointQuery),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_charge_points(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(wanted): Filter<Wanted>,
    Filter(query): Filter<ChargePointQuery>,
) -> Answer<Response> {
    let (facility, filter) = query.cut();
    let place = ChargingPlace { facility, organisation: None };
    Ok(file(api.app.export_charge_points(&ctx, place, filter, &wanted.columns(), wanted.format.into()).await?))
}

/// Writes the tags of an organisation to a file, by what they read.
#[utoipa::path(get, path = "/exports/tags", tag = "export", params(Wanted, TagQuery),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_tags(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(wanted): Filter<Wanted>,
    Filter(query): Filter<TagQuery>,
) -> Answer<Response> {
    let (organisation, person, prefix) = query.cut();
    Ok(file(api.app.export_tags(&ctx, organisation, person, &prefix, &wanted.columns(), wanted.format.into()).await?))
}
