//! What waits for somebody at the desk.

use crate::extract::Caller;
use crate::page::Items;
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use stolpe_app::Waiting;
use stolpe_domain::id::FacilityId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(read_todo))
}

/// A heap of work with its age.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TodoView {
    /// What kind of work, as a stable word.
    kind: String,
    count: i64,
    oldest_at: Option<DateTime<Utc>>,
    facility_id: Option<FacilityId>,
}

impl From<Waiting> for TodoView {
    fn from(it: Waiting) -> Self {
        Self { kind: it.kind, count: it.count, oldest_at: it.oldest_at, facility_id: it.facility_id.map(FacilityId) }
    }
}

/// Reads what waits, the oldest first; an empty list is a result worth showing.
#[utoipa::path(get, path = "/todo", tag = "todo", responses((status = 200, body = Items<TodoView>)))]
async fn read_todo(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<TodoView>>> {
    Ok(Json(Items::of(api.app.todo(&ctx).await?)))
}
