//! Taking people in from a file.

use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::job::{JobView, download};
use crate::limit::File;
use crate::page::Items;
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use stolpe_app::{
    App, ImportCounts, ImportDateOrder, ImportDelimiter, ImportEncoding, ImportFault, ImportField, ImportMapping,
    ImportState, OpenImport,
};
use stolpe_domain::id::{FacilityId, ImportId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_imports, read_file))
        .routes(routes!(read_import, discard_import))
        .routes(routes!(map_import))
        .routes(routes!(commit_import))
        .routes(routes!(undo_import))
        .routes(routes!(read_import_faults))
        .routes(routes!(read_import_source))
}

/// An import.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ImportView {
    id: ImportId,
    facility_id: FacilityId,
    file_name: String,
    state: ImportStateWord,
    created_at: DateTime<Utc>,
    /// A workbook has neither encoding nor delimiter.
    workbook: bool,
    /// How its characters are written.
    encoding: String,
    /// The sign between cells.
    delimiter: String,
    /// `ymd`, `dmy`, `mdy`; empty while dates have two readings and nobody has said which.
    date_order: String,
    columns: Vec<ImportColumnView>,
    /// The first rows as they were understood, by field.
    preview: Vec<BTreeMap<String, String>>,
    /// The first faults.
    faults: Vec<ImportFaultView>,
    fault_count: usize,
    /// The first cells that are taken in and worth a look.
    warnings: Vec<ImportFaultView>,
    warning_count: usize,
    counts: ImportCountsView,
    /// When the file is destroyed, if nothing is done with the import before; none once it is gone.
    kept_until: Option<DateTime<Utc>>,
    /// When the file was destroyed.
    source_gone_at: Option<DateTime<Utc>>,
    row_version: i64,
}

/// How far an import has come.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ImportStateWord {
    Draft,
    Committing,
    Committed,
    Interrupted,
    Undone,
}

/// One column.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ImportColumnView {
    /// Its heading.
    name: String,
    /// Some of its values.
    samples: Vec<String>,
    /// What it means; none when it is not read.
    #[schema(value_type = Option<String>)]
    field: Option<ImportField>,
}

/// Something that is wrong with a row.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ImportFaultView {
    /// Line of the file.
    row: u64,
    /// Which column, by its meaning.
    #[schema(value_type = Option<String>)]
    column: Option<ImportField>,
    /// Stable code.
    code: String,
    /// What stands there.
    value: String,
}

impl From<ImportFault> for ImportFaultView {
    fn from(it: ImportFault) -> Self {
        Self { row: it.row, column: it.column, code: it.code, value: it.value }
    }
}

/// What an import does.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ImportCountsView {
    create: usize,
    update: usize,
    unchanged: usize,
    skipped: usize,
    units: usize,
    logins: usize,
}

impl From<ImportCounts> for ImportCountsView {
    fn from(it: ImportCounts) -> Self {
        Self {
            create: it.create,
            update: it.update,
            unchanged: it.unchanged,
            skipped: it.skipped,
            units: it.units,
            logins: it.logins,
        }
    }
}

const ENCODINGS: [(&str, ImportEncoding); 6] = [
    ("utf-8", ImportEncoding::Utf8),
    ("utf-8-bom", ImportEncoding::Utf8Bom),
    ("utf-16le", ImportEncoding::Utf16Le),
    ("utf-16be", ImportEncoding::Utf16Be),
    ("windows-1252", ImportEncoding::Windows1252),
    ("macintosh", ImportEncoding::Macintosh),
];
const DELIMITERS: [(&str, ImportDelimiter); 4] = [
    (";", ImportDelimiter::Semicolon),
    (",", ImportDelimiter::Comma),
    ("\t", ImportDelimiter::Tab),
    ("|", ImportDelimiter::Pipe),
];
const DATE_ORDERS: [(&str, ImportDateOrder); 3] = [
    ("ymd", ImportDateOrder::YearMonthDay),
    ("dmy", ImportDateOrder::DayMonthYear),
    ("mdy", ImportDateOrder::MonthDayYear),
];

fn word<T: Copy + PartialEq>(words: &[(&str, T)], value: Option<T>) -> String {
    words.iter().find(|(_, it)| Some(*it) == value).map_or("", |(word, _)| word).to_owned()
}

fn value<T: Copy>(words: &[(&str, T)], word: Option<&str>) -> Option<T> {
    words.iter().find(|(it, _)| Some(*it) == word).map(|(_, value)| *value)
}

impl ImportView {
    fn of(app: &App, it: OpenImport) -> Self {
        let kept_until = app.import_kept_until(&it.import);
        let shape = it.plan.shape;
        let fields = it.plan.mapping.columns;
        Self {
            id: it.import.id,
            facility_id: it.import.facility,
            file_name: it.import.file_name,
            state: match it.import.state {
                ImportState::Draft => ImportStateWord::Draft,
                ImportState::Committing => ImportStateWord::Committing,
                ImportState::Committed => ImportStateWord::Committed,
                ImportState::Interrupted => ImportStateWord::Interrupted,
                ImportState::Undone => ImportStateWord::Undone,
            },
            created_at: it.import.created_at,
            workbook: shape.is_none(),
            encoding: word(&ENCODINGS, shape.map(|shape| shape.encoding.value)),
            delimiter: word(&DELIMITERS, shape.map(|shape| shape.delimiter.value)),
            date_order: word(&DATE_ORDERS, it.plan.mapping.date_order),
            columns: it
                .findings
                .columns
                .into_iter()
                .enumerate()
                .map(|(at, column)| ImportColumnView {
                    name: column.name,
                    samples: column.samples,
                    field: fields.get(at).copied().flatten(),
                })
                .collect(),
            preview: it.findings.preview,
            faults: it.findings.faults.into_iter().map(ImportFaultView::from).collect(),
            fault_count: it.findings.fault_count,
            warnings: it.findings.warnings.into_iter().map(ImportFaultView::from).collect(),
            warning_count: it.findings.warning_count,
            counts: it.findings.counts.into(),
            kept_until,
            source_gone_at: it.import.source_gone_at,
            row_version: it.import.row_version,
        }
    }
}

/// Lists imports, the latest first.
#[utoipa::path(get, path = "/imports", tag = "import", responses((status = 200, body = Items<ImportView>)))]
async fn list_imports(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<ImportView>>> {
    let imports = api.app.list_imports(&ctx).await?;
    Ok(Json(Items::of(imports.into_iter().map(|it| ImportView::of(&api.app, it)))))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct NewImport {
    /// The facility that the people belong to.
    facility_id: FacilityId,
    /// Name of the file.
    file_name: String,
}

/// Reads a file; nothing is taken in by reading it.
#[utoipa::path(post, path = "/imports", tag = "import", params(NewImport),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = ImportView)))]
async fn read_file(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(new): Filter<NewImport>,
    File(content): File,
) -> Answer<(StatusCode, Json<ImportView>)> {
    let it = api.app.read_import(&ctx, new.facility_id, &new.file_name, content.into()).await?;
    Ok((StatusCode::CREATED, Json(ImportView::of(&api.app, it))))
}

/// Reads an import.
#[utoipa::path(get, path = "/imports/{id}", tag = "import", params(("id" = Uuid, Path)),
    responses((status = 200, body = ImportView)))]
async fn read_import(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<ImportId>) -> Answer<Json<ImportView>> {
    Ok(Json(ImportView::of(&api.app, api.app.import(&ctx, id).await?)))
}

/// Throws a draft away, with its file; nothing of it has been taken in.
#[utoipa::path(delete, path = "/imports/{id}", tag = "import",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), responses((status = 204)))]
async fn discard_import(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ImportId>,
    RowVersion(version): RowVersion,
) -> Answer<StatusCode> {
    api.app.discard_import(&ctx, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How a file is to be read; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MappingInput {
    /// What each column means, one for each column.
    #[schema(value_type = Option<Vec<Option<String>>>)]
    columns: Option<Vec<Option<ImportField>>>,
    encoding: Option<String>,
    delimiter: Option<String>,
    date_order: Option<String>,
}

/// Says how a file is read and what its columns mean.
#[utoipa::path(put, path = "/imports/{id}/mapping", tag = "import",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = MappingInput,
    responses((status = 200, body = ImportView)))]
async fn map_import(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ImportId>,
    RowVersion(version): RowVersion,
    Input(input): Input<MappingInput>,
) -> Answer<Json<ImportView>> {
    let wanted = ImportMapping {
        columns: input.columns,
        encoding: value(&ENCODINGS, input.encoding.as_deref()),
        delimiter: value(&DELIMITERS, input.delimiter.as_deref()),
        date_order: value(&DATE_ORDERS, input.date_order.as_deref()),
    };
    Ok(Json(ImportView::of(&api.app, api.app.map_import(&ctx, id, version, wanted).await?)))
}

/// Takes the file in, as a task.
#[utoipa::path(post, path = "/imports/{id}/commit", tag = "import", params(("id" = Uuid, Path)),
    responses((status = 202, body = JobView)))]
async fn commit_import(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ImportId>,
) -> Answer<(StatusCode, Json<JobView>)> {
    Ok((StatusCode::ACCEPTED, Json(api.app.commit_import(&ctx, id).await?.into())))
}

/// Takes an import back, as a task.
#[utoipa::path(post, path = "/imports/{id}/undo", tag = "import", params(("id" = Uuid, Path)),
    responses((status = 202, body = JobView)))]
async fn undo_import(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ImportId>,
) -> Answer<(StatusCode, Json<JobView>)> {
    Ok((StatusCode::ACCEPTED, Json(api.app.undo_import(&ctx, id).await?.into())))
}

/// Fetches every fault of a file as CSV.
#[utoipa::path(get, path = "/imports/{id}/faults.csv", tag = "import", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "text/csv", body = Vec<u8>)))]
async fn read_import_faults(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<ImportId>) -> Answer<Response> {
    let content = api.app.import_faults_file(&ctx, id).await?;
    Ok(download("fel.csv", "text/csv; charset=utf-8", content))
}

/// Fetches the file of an import as it came.
#[utoipa::path(get, path = "/imports/{id}/source", tag = "import", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn read_import_source(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<ImportId>) -> Answer<Response> {
    let (name, content) = api.app.import_source(&ctx, id).await?;
    Ok(download(&name, "application/octet-stream", content))
}
