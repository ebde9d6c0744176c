//! Background tasks.

use crate::extract::{Caller, Id};
use crate::page::Items;
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use stolpe_app::{Job, JobState};
use stolpe_domain::id::JobId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_jobs))
        .routes(routes!(read_job))
        .routes(routes!(cancel_job))
        .routes(routes!(read_job_file))
}

/// A task.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobView {
    id: JobId,
    /// What it does, as a stable word.
    kind: String,
    state: JobStateWord,
    done: i64,
    total: i64,
    /// Why it failed, as a stable code.
    code: Option<String>,
    /// What came of it.
    #[schema(value_type = Option<Object>)]
    result: Option<serde_json::Value>,
    /// The file it left, while it can still be fetched.
    file: Option<JobFileView>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

/// How far a task has come.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum JobStateWord {
    Running,
    Done,
    Failed,
    Cancelled,
}

/// A file that a task left.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct JobFileView {
    name: String,
    media_type: String,
    expires_at: DateTime<Utc>,
}

impl From<Job> for JobView {
    fn from(it: Job) -> Self {
        Self {
            id: it.id,
            kind: it.kind,
            state: match it.state {
                JobState::Running => JobStateWord::Running,
                JobState::Done => JobStateWord::Done,
                JobState::Failed => JobStateWord::Failed,
                JobState::Cancelled => JobStateWord::Cancelled,
            },
            done: it.done,
            total: it.total,
            code: it.code,
            result: it.result,
            file: it.file.map(|file| JobFileView {
                name: file.name,
                media_type: file.media_type,
                expires_at: file.expires_at,
            }),
            created_at: it.created_at,
            finished_at: it.finished_at,
        }
    }
}

/// Lists the caller's tasks, the latest first.
#[utoipa::path(get, path = "/jobs", tag = "job", responses((status = 200, body = Items<JobView>)))]
async fn list_jobs(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<JobView>>> {
    Ok(Json(Items::of(api.app.list_jobs(&ctx).await?)))
}

/// Reads one of the caller's tasks.
#[utoipa::path(get, path = "/jobs/{id}", tag = "job", params(("id" = Uuid, Path)),
    responses((status = 200, body = JobView)))]
async fn read_job(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<JobId>) -> Answer<Json<JobView>> {
    Ok(Json(api.app.job(&ctx, id).await?.into()))
}

/// Asks one of the caller's tasks to stop.
#[utoipa::path(post, path = "/jobs/{id}/cancel", tag = "job", params(("id" = Uuid, Path)),
    responses((status = 200, body = JobView)))]
async fn cancel_job(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<JobId>) -> Answer<Json<JobView>> {
    Ok(Json(api.app.cancel_job(&ctx, id).await?.into()))
}

/// Fetches the file that a task left.
#[utoipa::path(get, path = "/jobs/{id}/file", tag = "job", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn read_job_file(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<JobId>) -> Answer<Response> {
    let (file, content) = api.app.job_file(&ctx, id).await?;
    Ok(download(&file.name, &file.media_type, content))
}

/// A file for saving, under its name.
pub(crate) fn download(name: &str, media_type: &str, content: impl Into<axum::body::Body>) -> Response {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    let encoded: String = name
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    ([(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_DISPOSITION, disposition)], content.into())
        .into_response()
}
