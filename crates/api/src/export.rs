//! Files that leave.

use crate::audit::AuditQuery;
use crate::extract::{Caller, Filter};
use crate::job::download;
use crate::person::PersonFilter;
use crate::problem::Answer;
use crate::router::Api;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use stolpe_app::{Export, PeopleExport, TableFormat};
use tokio_stream::wrappers::ReceiverStream;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(export_people)).routes(routes!(export_audit))
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
struct Wanted {
    /// The kind of file.
    #[param(inline)]
    format: FormatWord,
    /// The columns of the file in their order, by the names that they have in JSON, with commas between; all of them when
    /// left out.
    columns: Option<String>,
}

impl Wanted {
    fn columns(&self) -> Vec<String> {
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

fn file(export: Export) -> Response {
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
