//! Background tasks.

use crate::extract::{Caller, Filter, Id};
use crate::page::{Ordered, Page, Window, cursor};
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{Job, JobCut, JobState};
use stolpe_domain::id::JobId;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

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
    /// What it is about.
    subject: Option<JobSubjectView>,
    state: JobStateWord,
    /// It was asked to stop, and will after the step it is at.
    stopping: bool,
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

/// What a task is about.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct JobSubjectView {
    /// As a stable word: `import`, `facility`.
    kind: String,
    id: Uuid,
}

/// How far a task has come.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum JobStateWord {
    Running,
    Done,
    Failed,
    Cancelled,
}

impl From<JobState> for JobStateWord {
    fn from(it: JobState) -> Self {
        match it {
            JobState::Running => Self::Running,
            JobState::Done => Self::Done,
            JobState::Failed => Self::Failed,
            JobState::Cancelled => Self::Cancelled,
        }
    }
}

impl From<JobStateWord> for JobState {
    fn from(it: JobStateWord) -> Self {
        match it {
            JobStateWord::Running => Self::Running,
            JobStateWord::Done => Self::Done,
            JobStateWord::Failed => Self::Failed,
            JobStateWord::Cancelled => Self::Cancelled,
        }
    }
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
            subject: it.subject.map(|it| JobSubjectView { kind: it.kind, id: it.id }),
            stopping: it.state == JobState::Running && it.cancel_asked_at.is_some(),
            state: it.state.into(),
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

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct JobQuery {
    /// Only tasks that have come this far.
    state: Option<JobStateWord>,
    /// Only tasks that do this, as a stable word.
    kind: Option<String>,
    /// Only tasks about this.
    subject_id: Option<Uuid>,
    /// Started from this instant.
    from: Option<DateTime<Utc>>,
    /// Started before this instant.
    to: Option<DateTime<Utc>>,
}

/// Lists the caller's tasks.
#[utoipa::path(get, path = "/jobs", tag = "job", params(JobQuery, Ordered, Window),
    responses((status = 200, body = Page<JobView>)))]
async fn list_jobs(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<JobQuery>,
    Filter(ordered): Filter<Ordered>,
    Filter(window): Filter<Window>,
) -> Answer<Json<Page<JobView>>> {
    let after = window.after::<(DateTime<Utc>, JobId)>()?;
    let cut = JobCut {
        state: query.state.map(Into::into),
        kind: query.kind.filter(|kind| !kind.is_empty()),
        subject: query.subject_id,
        from: query.from,
        until: query.to,
    };
    let (page, total) = api.app.list_jobs(&ctx, cut, ordered.order(), after, window.limit()).await?;
    let next = page.items.last().filter(|_| page.more).and_then(|last| cursor(&(last.created_at, last.id)));
    let items = page.items.into_iter().map(JobView::from).collect();
    Ok(Json(Page { items, next, total: total.map(Into::into) }))
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
